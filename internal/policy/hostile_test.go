package policy_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// object writes a request from pairs of names and values, as JSON would carry
// any of them.
func object(tb testing.TB, pairs ...string) string {
	tb.Helper()
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		name, err := json.Marshal(pairs[i])
		if err != nil {
			tb.Fatal(err)
		}
		value, err := json.Marshal(pairs[i+1])
		if err != nil {
			tb.Fatal(err)
		}
		parts = append(parts, string(name)+":"+string(value))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// call is a request for a click-to-call that is allowed, with more fields.
func call(tb testing.TB, more ...string) string {
	tb.Helper()
	return object(tb, append([]string{
		"Action", "Originate", "Channel", "Local/1010@T2_cos-all", "Context", "T2_cos-all", "Exten", "01026132471", "Async", "true",
	}, more...)...)
}

// change is call with one of its fields replaced.
func change(tb testing.TB, name, value string) string {
	tb.Helper()
	pairs := []string{"Action", "Originate", "Channel", "Local/1010@T2_cos-all", "Context", "T2_cos-all", "Exten", "01026132471", "Priority", "1", "Timeout", "30000"}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == name {
			pairs[i+1] = value
		}
	}
	return object(tb, pairs...)
}

// cli is a Command.
func cli(tb testing.TB, text string) string {
	tb.Helper()
	return object(tb, "Action", "Command", "Command", text, "ActionID", "1")
}

// expect compares what tenant two is told.
func (w *world) expect(t *testing.T, message, want string) {
	t.Helper()
	if got := w.ask(t, "two", message); got != want {
		t.Errorf("%.300s\ngot  %s\nwant %s", message, got, want)
	}
}

// TestHostile goes through the list of bad inputs by its numbers, as far as
// they are decided here. Where a status says 400, it is one of bad_request,
// invalid_value and too_long; 403 is forbidden, 409 conflict.
func TestHostile(t *testing.T) {
	w := newWorld(t)
	const accepted = "originate calls T2 | Action: Originate | Channel: Local/1010@T2_cos-all | Context: T2_cos-all | Exten: 01026132471 | Priority: 1 | Timeout: 30000 | ChannelId: ID | OtherChannelId: ID-2 | Async: true"

	t.Run("T1", func(t *testing.T) {
		w.expect(t, object(t, "Action", "Ping", "ActionID", "1\r\n\r\nAction: Command\r\nCommand: core stop now"), "! invalid_value ActionID")
	})

	t.Run("T2", func(t *testing.T) {
		for _, c := range []string{"\r\n", "\n", "\r", "\x00"} {
			bad := "1" + c + "Action: Command"
			w.expect(t, object(t, "Action", "Ping", "ActionID", bad), "! invalid_value ActionID")
			w.expect(t, object(t, "Action", "Ping"+c+"Command: x"), "! invalid_value Action")
			w.expect(t, call(t, "Callerid", bad), "! invalid_value Callerid")
			w.expect(t, call(t, "Variable", "EXEC_AA="+bad), "! invalid_value Variable")
			w.expect(t, cli(t, "database get"+c+idTwo), "! invalid_value Command")
			w.expect(t, call(t, "Foo"+c+"Action", "Command"), "! invalid_value")
		}
		w.expect(t, call(t, "Foo: x", "1"), "! invalid_value")
		w.expect(t, call(t, ":", "1"), "! invalid_value")
		w.expect(t, call(t, "", "1"), "! invalid_value")
	})

	t.Run("T3", func(t *testing.T) {
		for _, c := range []string{"\u2028", "\u0085", "\v"} {
			w.expect(t, object(t, "Action", "Ping", "ActionID", "a"+c+"b"), "send calls T2 | Action: Ping")
			w.expect(t, call(t, "Callerid", "a"+c+"b <1010>"), accepted+` | CallerID: "a`+c+`b" <1010>`)
		}
	})

	t.Run("T4", func(t *testing.T) {
		fill := func(name string, line int) string { return strings.Repeat("x", line-len(name)-len(": \r\n")) }
		w.expect(t, object(t, "Action", "Ping", "ActionID", fill("ActionID", 1024)), "send calls T2 | Action: Ping")
		w.expect(t, object(t, "Action", "Ping", "ActionID", fill("ActionID", 1025)), "! too_long ActionID")
		w.expect(t, call(t, "Callerid", fill("Callerid", 1025)), "! too_long Callerid")
		w.expect(t, cli(t, fill("Command", 1024)), "! forbidden Command")
		w.expect(t, cli(t, fill("Command", 1025)), "! too_long Command")
		w.expect(t, call(t, fill("", 1021), ""), "! invalid_value "+strings.Repeat("x", 64))
		w.expect(t, call(t, fill("", 1025), ""), "! too_long "+strings.Repeat("x", 64))
	})

	t.Run("T5", func(t *testing.T) {
		lines := func(n int) string {
			pairs := []string{"Action", "Ping", "ActionID", "1"}
			for i := len(pairs) / 2; i < n; i++ {
				pairs = append(pairs, fmt.Sprintf("k%d", i), "")
			}
			return object(t, pairs...)
		}
		w.expect(t, lines(128), "! invalid_value k2") // not for their number
		w.expect(t, lines(129), "! bad_request")
	})

	t.Run("T6", func(t *testing.T) {
		w.expect(t, "{\"Action\":\"Ping\",\"ActionID\":\"\xff\"}", "! bad_request ActionID")
		w.expect(t, `{"Action":"Ping","ActionID":"\ud800"}`, "! bad_request ActionID")
	})

	t.Run("T7", func(t *testing.T) {
		w.expect(t, cli(t, "database get "+idTwo+" diversions/1010/CFI/enable"), "read database T2 command | diversions/1010/CFI/enable")
	})

	t.Run("T8", func(t *testing.T) {
		for in, want := range map[string]string{
			"database deltree " + idTwo: "! forbidden Command",
			"database":                  "! forbidden Command",
			"database ":                 "! forbidden Command",
			"database show":             "! forbidden Command",
			"database showkey enable":   "! forbidden Command",
			"database query select":     "! forbidden Command",
			"core show channels":        "! forbidden Command",
			"!id":                       "! forbidden Command",
			"databaseget x y":           "! forbidden Command",
			"DATABASE  GET " + idTwo + " diversions/1010/CFI/enable":        "! invalid_value Command",
			"DATABASE\tGET " + idTwo + " diversions/1010/CFI/enable":        "! invalid_value Command",
			"database get\t" + idTwo + " diversions/1010/CFI/enable":        "! invalid_value Command",
			"database get " + idTwo + "  diversions/1010/CFI/enable":        "! invalid_value Command",
			" database get " + idTwo + " diversions/1010/CFI/enable":        "! invalid_value Command",
			"database get " + idTwo + " diversions/1010/CFI/enable ":        "! invalid_value Command",
			"database get " + idTwo + "\u00a0diversions/1010/CFI/enable":    "! invalid_value Command",
			"database get " + idTwo + " diversions/1010/CFI/enable\u3000":   "! invalid_value Command",
			"database get " + idTwo + " diversions/1010/CFI/enable\x1b[2J":  "! invalid_value Command",
			"database put " + idTwo + " diversions/1010/CFI/enable yes;!id": "! invalid_value Command",
		} {
			w.expect(t, cli(t, in), want)
		}
	})

	t.Run("T9", func(t *testing.T) {
		for _, key := range []string{
			"diversions/../1010/CFI/enable", "diversions/1010/../../x", `"diversions/1010/CFI/enable"`, `diversions/1010/CFI/enable\`,
			`diversions\1010\CFI\enable`, "diversions/1010//enable", "diversions/1010/CFI/enable/", "/diversions/1010/CFI/enable",
			"diversions/1010/CFI/", "diversions//CFI/enable", "diversions/", "diversions/1010", "diversions/1010/CFX/enable", "diversions/1010/cfi/enable",
			"diversions/1010/CFI/other", "diversions/10 10/CFI/enable", "diversions/1010/CFI/" + strings.Repeat("x", 280), strings.Repeat("x", 300),
			"diversions/１０１０/CFI/enable", "diversions/1010/BOSS/enable", "'x'", "a b", "a//b", "/", "..", "한글",
		} {
			w.expect(t, object(t, "Action", "DBGet", "Family", idTwo, "Key", key), "! invalid_value Key")
			if !strings.Contains(key, " ") { // on the command line that is one argument more
				w.expect(t, cli(t, "database get "+idTwo+" "+key), "! invalid_value Command")
			}
		}
		w.expect(t, object(t, "Action", "DBGet", "Family", idTwo, "Key", "extensions/1010/dial"), "! forbidden Key")
		w.expect(t, object(t, "Action", "DBGet", "Family", idTwo, "Key", "diversion"), "! forbidden Key")
	})

	t.Run("T10", func(t *testing.T) {
		const command = `"Command":"core stop now"`
		for in, want := range map[string]string{
			`{"Action":"Command",` + command + `}`:                      "! forbidden Command",
			`{"action":"command",` + command + `}`:                      "! forbidden Command",
			`{"Action":"Command ",` + command + `}`:                     "! forbidden Command",
			`{"Action":" COMMAND  ",` + command + `}`:                   "! forbidden Command",
			`{"Action":"\u0043ommand",` + command + `}`:                 "! forbidden Command",
			`{"Action":"ＣＯＭＭＡＮＤ",` + command + `}`:                      "! bad_request Action",
			`{"Action":"Command` + "\u200b" + `",` + command + `}`:      "! bad_request Action",
			`{"Action":"` + "\u212a" + `ommand",` + command + `}`:       "! bad_request Action",
			`{"Action":"Ping","action":"Command",` + command + `}`:      "! bad_request Action",
			`{"Action":"Ping","data":{"Action":"Command"},"Command":1}`: "! bad_request Action",
			`{"Action":"Command\t",` + command + `}`:                    "! forbidden Action",
		} {
			w.expect(t, in, want)
		}
	})

	t.Run("T11", func(t *testing.T) {
		// The same body whether the tenant exists or not, and whatever the key.
		bodies := map[string]bool{}
		for _, id := range []string{idTen, idMain, "ffffffffffffffff", "x"} {
			for _, key := range []string{"diversions/1010/CFI/enable", "diversions/2000/CFI/enable", "nonsense//"} {
				_, err := w.check(t, "two", cli(t, "database get "+id+" "+key))
				bodies[fmt.Sprintf("%+v", *err)] = true
			}
		}
		if len(bodies) != 1 {
			t.Errorf("answers differ: %v", bodies)
		}
	})

	t.Run("T12", func(t *testing.T) {
		for _, id := range []string{idTwo + "/../" + idTen, idTwo + "%2f" + idTen, strings.ToUpper(idTwo), idTwo + "/", "/" + idTwo, idTwo[:15], idTwo + "0", "T2", ""} {
			want := "! forbidden Family"
			if id == "" {
				want = "! bad_request Family"
			} else {
				w.expect(t, cli(t, "database put "+id+" diversions/1010/CFI/enable yes"), "! forbidden Command")
			}
			w.expect(t, object(t, "Action", "DBPut", "Family", id, "Key", "diversions/1010/CFI/enable", "Val", "yes"), want)
		}
	})

	t.Run("T13", func(t *testing.T) {
		for value, want := range map[string]string{
			"default,0012025550123,1":                   "invalid_value",
			"sub-custom-numbers,01026132471,1&x":        "invalid_value",
			"sub-custom-numbers,01026132471&x,1":        "invalid_value",
			"sub-custom-numbers,01026132471,2":          "invalid_value",
			"sub-custom-numbers,01026132471":            "invalid_value",
			"sub-custom-numbers,${SHELL(id)},1":         "invalid_value",
			"sub-custom-numbers,01026132471,1,1":        "invalid_value",
			"sub-custom-numbers,+821026132471,1":        "invalid_value",
			"sub-custom-numbers,*21*01026132471#,1":     "invalid_value",
			"SUB-CUSTOM-NUMBERS,01026132471,1":          "invalid_value",
			"T10_cos-all,1010,1":                        "invalid_value",
			"${SHELL(id)}":                              "invalid_value",
			"sub-custom-numbers,2000,1":                 "invalid_value",
			"sub-custom-numbers,0012025550123,1":        "forbidden",
			"sub-custom-numbers,0601234567,1":           "forbidden",
			"sub-custom-numbers,112,1":                  "forbidden",
			"sub-custom-numbers,02119,1":                "forbidden",
			"sub-custom-numbers,1234567890123456,1":     "invalid_value",
			"sub-custom-numbers,010１２３,1":               "invalid_value",
			"sub-custom-numbers,01026132471,1\u2028x":   "invalid_value",
			" sub-custom-numbers,01026132471,1":         "invalid_value",
			"sub-custom-numbers,01026132471,1\x1b[31mx": "invalid_value",
		} {
			w.expect(t, object(t, "Action", "DBPut", "Family", idTwo, "Key", "diversions/1010/CFI/destination", "Val", value), "! "+want+" Val")
			if !strings.ContainsAny(value, " \u2028") {
				w.expect(t, cli(t, "database put "+idTwo+" diversions/1010/CFI/destination "+value), "! "+want+" Command")
			}
		}
	})

	t.Run("T14", func(t *testing.T) {
		for _, v := range []string{
			"SHELL(id)=1", "FILE(/etc/x)=1", "__X=1", "_EXEC_AA=yes", "__EXEC_AA=yes", "DB(a/b)=1", "CHANNEL(accountcode)=07010100000", "CHANNEL(accountcode)=0212345678",
			"CHANNEL(context)=T10_cos-all", "channel(language)=ko", "exec_aa=yes", "CHANNEL(language) =ko", " EXEC_AA=yes", "=1", "CDR(x)=1", "GLOBAL(x)=1",
		} {
			w.expect(t, call(t, "Variable", v), "! forbidden Variable")
		}
		w.expect(t, `{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"1013","Variables":{"EXEC_AA":"yes","SHELL(id)":"1"}}`, "! forbidden Variable")
	})

	t.Run("T15", func(t *testing.T) {
		for _, v := range []string{"${EXTEN}", "$[1+1]", "a,b", "a=b", "yes,__X=1", "ko,SHELL(id)=1", "yes\\,x", `"yes"`, "ko_", "KO", "k", "한국", "ko ", "07045805605,X=1", "0704580560５"} {
			for _, name := range []string{"EXEC_AA", "CHANNEL(language)", "CHANNEL(accountcode)"} {
				w.expect(t, call(t, "Variable", name+"="+v), "! invalid_value Variable")
			}
		}
		w.expect(t, call(t, "Variable", "EXEC_AA"), "! invalid_value Variable")
	})

	t.Run("T16", func(t *testing.T) {
		many := func(n int) string {
			return strings.Replace(call(t, "Variable", "@"), `"@"`, `["EXEC_AA=yes"`+strings.Repeat(`,"EXEC_AA=yes"`, n-1)+"]", 1)
		}
		w.expect(t, many(64), accepted+strings.Repeat(" | Variable: EXEC_AA=yes", 64))
		w.expect(t, many(65), "! bad_request Variable")
	})

	t.Run("T17", func(t *testing.T) {
		for _, app := range []string{"System", " system", "Exec", "Playback", ""} {
			w.expect(t, object(t, "Action", "Originate", "Channel", "Local/1010@T2_cos-all", "Application", app, "Data", "id"), "! forbidden Application")
		}
		w.expect(t, object(t, "Action", "Originate", "Channel", "Local/1010@T2_cos-all", "Application", "SET", "Data", "FILE(/etc/x)=1"), "! forbidden Application")
		w.expect(t, call(t, "Data", "x"), "! forbidden Data")
		w.expect(t, call(t, "Foo", "1", "APPLICATION", "System"), "! forbidden APPLICATION")
		for _, role := range []string{"ops", "two/1010", "main"} {
			if got := w.ask(t, role, call(t, "Application", "System")); got != "! forbidden Application" {
				t.Errorf("%s: %s", role, got)
			}
		}
	})

	t.Run("T18", func(t *testing.T) {
		for _, channel := range []string{
			"Local/1010@T3_cos-all", "Local/1010@T10_cos-all", "Local/1010@cos-all", "Local/1010@T1_cos-all", "Local/1010@T21_cos-all", "Local/1010@T02_cos-all", "Local/1010@t2_cos-all",
			"PJSIP/1010&PJSIP/itsp/00112025550123", "PJSIP/T2_1010&PJSIP/T10_1010", "Local/1010@T2_cos-all&PJSIP/trk-1/0012025550123",
			"Local/1010@ctx/n", "Local/1010@T2_cos-all/n", "Local/1010@T2_cos-all/nj", "Local/1010@T2_cos-all-00000001;1", "Local/1010@T2_extension-hints", "Local/1010@T2_",
			"Local/01026132471@T2_cos-all", "Local/2000@T2_cos-all", "Local/s@T2_cos-all", "Local/@T2_cos-all", "Local/1010", "Local/", "local/1010@T2_cos-all", "Local/1010@@T2_cos-all",
			"Local/T2_1010@T2_cos-all", "Local/ 1010@T2_cos-all", "Local/1010 @T2_cos-all", "Local/1010@T2_cos-all ", "LOCAL/1010@T2_COS-ALL",
			"PJSIP/1010", "PJSIP/T10_1010", "PJSIP/T2_1010_1", "PJSIP/T2_1010/sip:x@192.0.2.1", "PJSIP/T2_1010-00000001", "PJSIP/trk-1", "PJSIP/01026132471@trk-1", "PJSIP/T2_", "PJSIP/",
			"SIP/T2_1010", "DAHDI/1", "Console/dsp", "T2_1010", "${SHELL(id)}", "Local/${EXTEN}@T2_cos-all",
		} {
			w.expect(t, change(t, "Channel", channel), "! forbidden Channel")
		}
		w.expect(t, change(t, "Channel", ""), "! bad_request Channel")
	})

	t.Run("T19", func(t *testing.T) {
		for _, context := range []string{"T10_cos-all", "T3_cos-all", "cos-all", "default", "T2_", "T2_cos-all-init", "T2_T10_cos-all", "T2_cos-all ", "T2_cos-all,1010,1", "T02_cos-all", "T21_cos-all", "T1_cos-all", "trk-1-in", "sub-custom-numbers", "T2_to-network"} {
			w.expect(t, change(t, "Context", context), "! forbidden Context")
		}
		for _, exten := range []string{"s", "_X.", "h", "i", "t", "o", "fax", "T2_1010", "1010@T10_cos-all", "1010,1", "1010&1013", "${X}", "2000", "99999"} {
			w.expect(t, change(t, "Exten", exten), "! invalid_value Exten")
		}
		w.expect(t, change(t, "Exten", ""), "! bad_request Exten")
	})

	t.Run("T20", func(t *testing.T) {
		for _, v := range []string{"-1", "0", "999", "120001", "1000000000000", "99999999999999999999", "1e3", "1000.0", "+1000", " 1000", "0x3e8", "1_000", "", "１０００"} {
			w.expect(t, change(t, "Timeout", v), "! invalid_value Timeout")
		}
		for _, v := range []string{"1000", "120000", "030000"} {
			w.expect(t, change(t, "Timeout", v), strings.Replace(accepted, "30000", strings.TrimPrefix(v, "0"), 1))
		}
		for _, v := range []string{"hint", "0", "2", "01", "n", "", "-1"} {
			w.expect(t, change(t, "Priority", v), "! invalid_value Priority")
		}
		w.expect(t, strings.Replace(call(t, "Timeout", "@"), `"@"`, "1e4", 1), "! invalid_value Timeout")
		w.expect(t, strings.Replace(call(t, "Timeout", "@"), `"@"`, "10000", 1), strings.Replace(accepted, "30000", "10000", 1))
	})

	t.Run("T21", func(t *testing.T) {
		// Which server is meant is decided before; one that is not the client's
		// is refused here too, for a tenant as if it did not exist.
		for _, server := range []int{0, 3, 99, -1} {
			if _, got := w.plan(t, "two", server, `{"Action":"Ping"}`); got != "! not_found AMIServerID" {
				t.Errorf("server %d: %s", server, got)
			}
		}
		w.expect(t, `{"AMIServerID":"1","Action":"Ping"}`, "send calls T2 | Action: Ping")
		w.expect(t, `{"AMIServerID":1.5,"Action":"Ping"}`, "! invalid_value AMIServerID")
	})

	t.Run("T23", func(t *testing.T) {
		for _, action := range []string{"Hangup", "Redirect", "Atxfer", "BlindTransfer", "Park"} {
			for channel, want := range map[string]string{
				"PJSIP/T10_1010-00000005": "! forbidden Channel", // lives
				"PJSIP/T10_1010-0000000b": "! forbidden Channel", // ended a moment ago
				"PJSIP/T10_1010-000000ff": "! forbidden Channel", // never was
				"PJSIP/trk-1-00000006":    "! forbidden Channel",
				"PJSIP/trk-1-00000008":    "! forbidden Channel",
				"PJSIP/trk-1-000000ff":    "! forbidden Channel",
				"PJSIP/900-00000007":      "! forbidden Channel",
				"PJSIP/T2_1010-00000009":  "! conflict Channel", // own, ended a moment ago
				"PJSIP/trk-1-0000000a":    "! conflict Channel",
				"PJSIP/T2_1010-000000ff":  "! conflict Channel", // own by its name
				"/^PJSIP/":                "! invalid_value Channel",
				"/.*/":                    "! invalid_value Channel",
				"/":                       "! invalid_value Channel",
				"pjsip/t2_1010-00000001":  "! forbidden Channel",
				"PJSIP/T2_1010-0000000":   "! conflict Channel",
				"PJSIP/T2_1010":           "! conflict Channel",
				"":                        "! bad_request Channel",
			} {
				pairs := []string{"Action", action, "Channel", channel}
				if action != "Hangup" && action != "Park" {
					pairs = append(pairs, "Exten", "1013")
				}
				w.expect(t, object(t, pairs...), want)
			}
		}
		if got := w.ask(t, "ops", object(t, "Action", "Hangup", "Channel", "PJSIP/T2_1010-00000009")); got != "! conflict Channel" {
			t.Error(got)
		}
	})

	t.Run("T24", func(t *testing.T) {
		w.expect(t, `{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"1013","Exten":"0012025550123"}`, "! bad_request Exten")
		w.expect(t, `{"Action":"Originate","Exten":"1013","data":{"exten":"1013"}}`, "! bad_request exten")
		w.expect(t, strings.TrimSuffix(call(t), "}")+`,"Variable":"CHANNEL(language)=ko","Variable":"CHANNEL(language)=en"}`,
			accepted+" | Variable: CHANNEL(language)=ko | Variable: CHANNEL(language)=en")
	})

	t.Run("T26", func(t *testing.T) {
		for _, v := range []string{"SHELL(id)", "ENV(PATH)", "X"} {
			w.expect(t, object(t, "Action", "Getvar", "Variable", v), "! forbidden Action")
			w.expect(t, object(t, "Action", "Setvar", "Variable", v, "Value", "1"), "! forbidden Action")
			if got := w.ask(t, "ops", object(t, "Action", "Status", "Variables", v)); got != "! forbidden Variable" {
				t.Error(got)
			}
		}
	})

	t.Run("T27", func(t *testing.T) { w.listCommands(t) })

	t.Run("T28", func(t *testing.T) {
		p, s := w.plan(t, "two", 1, call(t, "Callerid", "홍길동 <01099998888>"))
		if p == nil || p.Call.NetworkNumber != "07045805605" || p.Call.ShownNumber != "01099998888" {
			t.Errorf("a stranger's number: %s", s)
		}
		w.expect(t, call(t, "Callerid", `"<script>"`), accepted+` | CallerID: "<script>" <>`)
		w.expect(t, call(t, "Callerid", `<script>`), accepted+` | CallerID: "<script>" <>`)
		w.expect(t, call(t, "Callerid", `<script> <16682471>`), accepted+` | CallerID: "<script>" <16682471>`)
		w.expect(t, call(t, "Callerid", strings.Repeat("가", 67)+" <16682471>"), "! invalid_value Callerid")
	})

	t.Run("T29", func(t *testing.T) {
		for _, in := range []string{"", "[]", `{"Action":"Ping"} x`, `{"Action":"Ping","data":` + strings.Repeat(`{"data":`, 5000) + "1" + strings.Repeat("}", 5001)} {
			if got := w.ask(t, "two", in); !strings.HasPrefix(got, "! bad_request") && !strings.HasPrefix(got, "! invalid_value") {
				t.Errorf("%.40s: %s", in, got)
			}
		}
		w.expect(t, `{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"1013","Timeout":1e400}`, "! invalid_value Timeout")
	})

	t.Run("T30", func(t *testing.T) {
		for num, want := range map[string]string{
			"010１２３":            "! invalid_value",
			"+8210":             "! invalid_value",
			"+821026132471":     "! invalid_value",
			"0010":              "! forbidden",
			"0012025550123":     "! forbidden",
			"00700123456":       "! forbidden",
			"006-82-10":         "! invalid_value",
			"*21*":              "! invalid_value",
			"#":                 "! invalid_value",
			"1234567890123456":  "! invalid_value",
			"12":                "! invalid_value",
			"010 2613 2471":     "! invalid_value",
			" 01026132471":      "! invalid_value",
			"010-2613-2471":     "! invalid_value",
			"0601234567":        "! forbidden",
			"112":               "! forbidden",
			"119":               "! forbidden",
			"02119":             "! forbidden",
			"010a2613247":       "! invalid_value",
			"${SHELL(id)}":      "! invalid_value",
			"01026132471,1":     "! invalid_value",
			"01026132471&1":     "! invalid_value",
			"01026132471@trk-1": "! invalid_value",
		} {
			w.expect(t, change(t, "Exten", num), want+" Exten")
			_, err := w.policy.ClickToCall(w.who("two"), policy.ClickToCall{Caller: "1010", Callee: num})
			if got := refusal(t, err); got != want+" callee" {
				t.Errorf("callee %s: %s", num, got)
			}
		}
		w.expect(t, change(t, "Exten", ""), "! bad_request Exten")
	})
}

// listCommands: of every action that a real server has, with all its modules,
// exactly the listed ones pass the question of names.
func (w *world) listCommands(t *testing.T) {
	f, err := os.Open("testdata/listcommands.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	own := strings.Fields("Ping Command Originate Hangup Redirect Atxfer BlindTransfer Park ExtensionState QueueStatus QueueSummary QueueAdd QueueRemove QueuePause CoreShowChannels DBGet DBPut DBDel")
	more := strings.Fields("Status DeviceStateList Queues")
	expected := func(name string, role tenant.Role) bool {
		for _, n := range own {
			if n == name {
				return true
			}
		}
		for _, n := range more {
			if n == name {
				return role == tenant.Operator
			}
		}
		return strings.HasPrefix(name, "PJSIPShow") && role == tenant.Operator
	}
	names := own
	for s := bufio.NewScanner(f); s.Scan(); {
		names = append(names, s.Text())
	}
	if len(names) < 150 {
		t.Fatalf("only %d actions", len(names))
	}
	for _, name := range append(names, more...) {
		for _, who := range []string{"two", "two/1010", "main", "ops"} {
			got := w.ask(t, who, object(t, "Action", name))
			if passes := got != "! forbidden Action"; passes != expected(name, w.who(who).Role) {
				t.Errorf("%s for %s: %s", name, who, got)
			}
		}
	}
}
