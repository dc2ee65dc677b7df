package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// kind is a list of a company's description as commands have it. One table
// makes all of them.
type kind struct {
	use     string // "extension"
	aliases []string
	path    string // of REST
	key     string // the JSON name of what an entry is known by
	ko, en  string // what one is called
	auto    bool   // the key may be left out when one is made
	shared  bool   // --tenant shared are those of all companies
	columns []string
	fields  []flagOf
	example string
	// nested is the member that has what PUT takes, "" the whole.
	nested string
}

// flagOf is a flag and the member of JSON that it sets: "voicemail.email" is a
// member of a member.
type flagOf struct {
	flag, member string
	as           valueKind
	help         string
}

// valueKind says how the text of a flag becomes JSON.
type valueKind int

const (
	asText  valueKind = iota
	asInt             // 30
	asBool            // true, false
	asTexts           // a,b
	asInts            // 1,2
	asJSON            // as it stands
)

func (v valueKind) value(text string) (any, error) {
	list := func() []string {
		if text == "" {
			return []string{}
		}
		parts := strings.Split(text, ",")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		return parts
	}
	switch v {
	case asInt:
		return whole(text)
	case asBool:
		return strconv.ParseBool(text)
	case asTexts:
		return list(), nil
	case asInts:
		out := []int{}
		for _, s := range list() {
			n, err := whole(s)
			if err != nil {
				return nil, err
			}
			out = append(out, n)
		}
		return out, nil
	case asJSON:
		if !json.Valid([]byte(text)) {
			return nil, fmt.Errorf("%q is not JSON", text)
		}
		return json.RawMessage(text), nil
	}
	return text, nil
}

// whole is a whole number, as a person typed it.
func whole(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", text)
	}
	return n, nil
}

// kinds are all lists that have commands.
var kinds = []kind{
	{
		use: "extension", path: "/extensions", key: "number", ko: "내선", en: "extension", nested: "settings",
		columns: []string{"extension", "name", "class", "accountcode", "email", "state", "registered"},
		fields: []flagOf{
			{"name", "name", asText, "as other phones show it"},
			{"class", "class", asText, "name of its class of service"},
			{"language", "language", asText, "of its prompts: ko or en"},
			{"own-number", "own_number", asText, "number of the company that it calls out with"},
			{"ring-seconds", "ring_seconds", asInt, "how long it rings"},
			{"call-limit", "call_limit", asInt, "how many calls it may have at a time"},
			{"no-call-waiting", "no_call_waiting", asBool, "busy with one call"},
			{"pickup-groups", "pickup_groups", asInts, "whose calls it may take: 1,2"},
			{"record-internal", "recorded.internal", asText, "its calls with extensions: always or on_demand (default: as the company says)"},
			{"record-incoming", "recorded.incoming", asText, "its calls from the network"},
			{"record-outgoing", "recorded.outgoing", asText, "its calls to the network"},
			{"server", "server", asInt, "id of the server its phones register at"},
			{"email", "voicemail.email", asText, "where messages of its voicemail go; gives it a voicemail"},
			{"pin", "voicemail.pin", asText, "of its voicemail: 4 to 10 digits"},
			{"devices", "devices", asJSON, `all of its phones: [{"name":"책상"},{"name":"휴대폰","transport":"tls"}]`},
		},
		example: "  dipcast extension create 1020 --name 성춘향 --email chunhyang@example.com\n  dipcast extension update 1020 --class office\n  dipcast extension rotate 1020",
	},
	{
		use: "trunk", path: "/trunks", key: "id", auto: true, shared: true, ko: "트렁크", en: "trunk",
		columns: []string{"id", "name", "host", "register", "username", "channels", "number_format"},
		fields: []flagOf{
			{"name", "name", asText, "what people call it"},
			{"preset", "preset", asText, "starting values: see dipcast trunk presets"},
			{"host", "host", asText, "IP address or name of the other side"},
			{"port", "port", asInt, "default: that of the transport"},
			{"transport", "transport", asText, "udp, tcp or tls"},
			{"proxy", "proxy", asText, "host:port that requests are sent to instead"},
			{"register", "register", asBool, "register with username and secret"},
			{"username", "username", asText, ""},
			{"secret", "secret", asText, "password of the registration; better from standard input: -"},
			{"auth-user", "auth_user", asText, "default: username"},
			{"from-user", "from_user", asText, "default: the number shown"},
			{"from-domain", "from_domain", asText, "default: our address"},
			{"match", "match", asTexts, "networks its calls come from"},
			{"codecs", "codecs", asTexts, "alaw,ulaw,g722,opus in the order of preference"},
			{"encrypt", "encrypt", asBool, "SRTP"},
			{"dtmf", "dtmf", asText, "rfc4733, inband, info or auto"},
			{"channels", "channels", asInt, "how many calls it carries at a time"},
			{"number-format", "number_format", asText, "national, e164 or +e164"},
			{"pai", "p_asserted_identity", asBool, "P-Asserted-Identity"},
			{"diverted-shows", "diverted_shows", asText, "caller or own"},
			{"no-t38", "no_t38", asBool, "faxes go as sound"},
			{"qualify-seconds", "qualify_seconds", asInt, "how often it is probed"},
			{"server", "server", asInt, "id of its server"},
		},
		example: "  dipcast trunk create --preset register --host sip.example.net --username 0212345678 --secret -\n  dipcast trunk list --tenant shared",
	},
	{
		use: "did", path: "/dids", key: "number", ko: "DID", en: "DID",
		columns: []string{"number", "to", "time_group", "else", "tone", "description"},
		fields: []flagOf{
			{"to", "to", asText, "extension:1010, ring_group:600, attendant:650, conference:800, voicemail:1010, number:01012345678, notice:closed, busy, hangup or fax"},
			{"detect-fax", "detect_fax", asInt, "seconds that a call is listened to for a fax before it rings"},
			{"time-group", "time_group", asInt, "when that holds"},
			{"else", "else", asText, "where calls go at other times"},
			{"tone", "tone", asText, "what callers hear while it rings: a tone, or dipcast, which comes with the product"},
			{"caller-prefix", "caller_prefix", asText, "put before the caller's name"},
			{"description", "description", asText, ""},
			{"language", "language", asText, "of its prompts: ko or en"},
		},
		example: "  dipcast did create 07045805605 --to extension:1010",
	},
	{
		use: "ring-group", path: "/ring-groups", key: "number", ko: "벨 그룹", en: "ring group",
		columns: []string{"number", "name", "strategy", "members", "ring_seconds", "else"},
		fields: []flagOf{
			{"name", "name", asText, ""},
			{"strategy", "strategy", asText, "all or in_turn"},
			{"members", "members", asTexts, "extensions and numbers, in their order: 1010,1013"},
			{"ring-seconds", "ring_seconds", asInt, ""},
			{"else", "else", asText, "where the call goes when nobody answers"},
			{"caller-prefix", "caller_prefix", asText, "put before the caller's name"},
			{"tone", "tone", asText, "what callers hear meanwhile: a tone, or dipcast"},
		},
		example: "  dipcast ring-group create 600 --name 고객센터 --members 1010,1013",
	},
	{
		use: "attendant", path: "/attendants", key: "number", ko: "자동응답", en: "attendant",
		columns: []string{"number", "name", "prompt", "keys", "else"},
		fields: []flagOf{
			{"name", "name", asText, ""},
			{"prompt", "prompt", asText, "the announcement: a prompt's name"},
			{"keys", "keys", asJSON, `[{"key":"1","to":"ring_group:600"}]`},
			{"direct", "direct", asBool, "an extension may be dialed instead of a key"},
			{"wait-seconds", "wait_seconds", asInt, "for how long a key is waited for"},
			{"plays", "plays", asInt, "how often the announcement is played"},
			{"else", "else", asText, "where calls go without a key"},
		},
		example: `  dipcast attendant create 650 --prompt main-menu --keys '[{"key":"1","to":"ring_group:600"}]' --else extension:1010`,
	},
	{
		use: "conference", path: "/conferences", key: "number", ko: "회의실", en: "conference room",
		columns: []string{"number", "name", "seats", "quiet"},
		fields: []flagOf{
			{"name", "name", asText, ""},
			{"pin", "pin", asText, "4 to 10 digits that everybody enters; - reads it"},
			{"open", "open", asBool, "no PIN is asked"},
			{"seats", "seats", asInt, "how many at a time"},
			{"quiet", "quiet", asBool, "no sound when somebody comes or goes"},
		},
		example: "  dipcast conference create 800 --name 주간회의 --pin -",
	},
	{
		use: "time-group", path: "/time-groups", key: "id", auto: true, ko: "시간 그룹", en: "time group",
		columns: []string{"id", "name", "spans", "on_holidays"},
		fields: []flagOf{
			{"name", "name", asText, ""},
			{"spans", "spans", asJSON, `[{"days":["mon","tue"],"from":"09:00","to":"18:00"}]`},
			{"on-holidays", "on_holidays", asBool, "holds on holidays too"},
		},
		example: `  dipcast time-group create --name 야간 --spans '[{"days":[],"from":"18:00","to":"09:00"}]'`,
	},
	{
		use: "holiday", path: "/holidays", key: "date", ko: "휴일", en: "holiday",
		columns: []string{"date", "name"},
		fields:  []flagOf{{"name", "name", asText, ""}},
		example: "  dipcast holiday create 2026-12-25 --name 성탄절\n  dipcast holiday create 05-01 --name 창립기념일",
	},
	{
		use: "class", path: "/classes-of-service", key: "name", ko: "발신 등급", en: "class of service",
		columns: []string{"name", "id", "dials", "no_codes"},
		fields: []flagOf{
			{"dials", "dials", asTexts, "what may be dialed: national,mobile,international,premium; empty: inside only"},
			{"no-codes", "no_codes", asBool, "closes the feature codes"},
			{"id", "id", asInt, "what clients call cos_id"},
		},
		example: "  dipcast class create office --dials national,mobile",
	},
	{
		use: "tone", path: "/tones", key: "name", ko: "통화연결음", en: "tone",
		columns: []string{"name", "title", "recording.length", "recording.uploaded_at"},
		fields:  []flagOf{{"title", "title", asText, ""}},
		example: "  dipcast tone create welcome --title '환영 인사'\n  dipcast tone upload welcome 인사.wav\n  dipcast did update 07045805605 --tone welcome\n  dipcast apply",
	},
}

// verbs of REST.
const (
	get  = http.MethodGet
	post = http.MethodPost
	put  = http.MethodPut
	del  = http.MethodDelete
)
