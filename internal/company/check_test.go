package company_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
)

// whole has one of everything that a company can have.
func whole() company.Company {
	return company.Company{
		ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리", AreaCode: "02", Lines: 4,
		Extensions: []company.Extension{
			{Number: "1010", Name: "홍길동", Class: "staff", OwnNumber: "16682471", Voicemail: &company.Voicemail{PIN: secret.New("4711")}, Devices: company.Phone("secret")},
			{Number: "1013", Name: "지화자", PickupGroups: []int{1, 2}, Devices: append(company.Phone("one"), company.Device{Secret: secret.New("two"), Transport: "tls", Encrypt: true, Codecs: []string{"opus", "alaw"}})},
		},
		Trunks: []company.Trunk{
			{ID: 11, Host: "sip.example.net", Register: true, Username: "07045805605", Secret: secret.New("x"), DTMF: "rfc4733", NumberFormat: "national"},
			{ID: 12, Host: "203.0.113.7", Port: 5070, Match: []string{"203.0.113.0/28"}, DivertedShows: company.ShowCaller},
		},
		Routes: []company.Route{{Prefixes: []string{"02", "010"}, Trunks: []int{11, 12}}, {Trunks: []int{12, 1}, Strip: 1, Prepend: "82"}},
		DIDs: []company.DID{
			{Number: "07045805605", To: company.Ext("1010"), TimeGroup: 1, Else: company.Target{Kind: company.ToVoicemail, Value: "1010"}, Tone: "spring"},
			{Number: "07045144801", To: company.Target{Kind: company.ToRingGroup, Value: "600"}},
		},
		Numbers:    []string{"16682471"},
		RingGroups: []company.RingGroup{{Number: "600", Members: []string{"1010", "1013", "01026132471"}, Else: company.Target{Kind: company.ToBusy}}},
		Attendants: []company.Attendant{{
			Number: "650", Name: "대표 안내", Prompt: "main-menu", Direct: true, Else: company.Ext("1013"),
			Keys: []company.Key{{Key: "1", To: company.Target{Kind: company.ToRingGroup, Value: "600"}}, {Key: "2", To: company.Ext("1010")}, {Key: "*", To: company.Target{Kind: company.ToConference, Value: "800"}}},
		}},
		Conferences: []company.Conference{{Number: "800", Name: "주간 회의", PIN: secret.New("4711"), Seats: 8}},
		TimeGroups:  []company.TimeGroup{{ID: 1, Name: "업무 시간", Spans: []company.Span{{Days: []company.Day{"mon", "fri"}, From: "09:00", To: "18:00"}}}},
		Holidays:    []company.Holiday{{Date: "03-01", Name: "삼일절"}, {Date: "2026-09-25", Name: "추석"}},
		Classes:     []company.Class{{ID: 10001, Name: "staff", Dials: []string{"national", "mobile"}}},
		Codes:       company.Codes{company.DoCFI: "*72", company.DoEcho: company.CodeOff},
		Parking:     company.Parking{Number: "700", Spaces: 10},
		Tones:       []company.Tone{{Name: "spring", Title: "봄"}},
		Recording:   company.Recording{Incoming: company.RecordAlways, Notice: true, KeepDays: 30},
	}
}

func TestFax(t *testing.T) {
	tests := []struct {
		change func(c *company.Company)
		want   string // the problem's field, "" for none
	}{
		{func(c *company.Company) { c.Fax = &company.Fax{StationID: "+82 70 4580 5605", Header: "Example Co."} }, ""},
		{func(c *company.Company) { c.Fax = &company.Fax{StationID: "0704580560507045805605"} }, "fax.station_id"},
		{func(c *company.Company) { c.Fax = &company.Fax{Header: "얼쑤"} }, "fax.header"},
		{func(c *company.Company) { c.Fax = &company.Fax{Header: "${X}"} }, "fax.header"},
		{func(c *company.Company) { c.DIDs[0].To = company.Target{Kind: company.ToFax} }, ""},
		{func(c *company.Company) { c.DIDs[0].To = company.Target{Kind: company.ToFax, Value: "1"} }, "dids[07045805605].to"},
		{func(c *company.Company) { c.DIDs[0].DetectFax = 16 }, "dids[07045805605].detect_fax"},
		{func(c *company.Company) { c.DIDs[0].To, c.DIDs[0].DetectFax = company.Target{Kind: company.ToFax}, 3 }, "dids[07045805605].detect_fax"},
		{func(c *company.Company) {
			c.RingGroups = []company.RingGroup{{Number: "600", Members: []string{"1010"}, Else: company.Target{Kind: company.ToFax}}}
		}, "ring_groups[600].else"},
	}
	for i, tt := range tests {
		c := company.Company{
			ID: "7be69580e27641df", Number: 2, Extensions: []company.Extension{{Number: "1010"}},
			DIDs: []company.DID{{Number: "07045805605", To: company.Ext("1010")}},
		}
		tt.change(&c)
		problems := company.Check(&c, nil)
		if tt.want == "" && len(problems) > 0 || tt.want != "" && (len(problems) != 1 || problems[0].Field != tt.want) {
			t.Errorf("%d: %v, want %q", i, problems, tt.want)
		}
		if tt.want == "" && !c.Faxes() {
			t.Errorf("%d: it does not fax", i)
		}
	}
}

func TestCheck(t *testing.T) {
	good := whole()
	if p := company.Check(&good, []int{1}); p != nil {
		t.Fatalf("the whole one: %v", p)
	}
	tests := []struct {
		name   string
		change func(c *company.Company)
		want   string // the problem's text begins so
	}{
		{"id", func(c *company.Company) { c.ID = "x/y" }, "id: must be 16"},
		{"main", func(c *company.Company) { c.Main = true }, "main: only number 1"},
		{"parking over extensions", func(c *company.Company) { c.Parking.Number = "1005" }, "parking.spaces: 1010 is an extension too"},
		{"parking too long", func(c *company.Company) { c.Parking = company.Parking{Number: "990", Spaces: 20} }, "parking.spaces: the last one, 1010, is longer"},
		{"own tone", func(c *company.Company) { c.Tones[0].Name = company.OwnTone }, "tones[dipcast].name"},
		{"hold music", func(c *company.Company) { c.HoldMusic = "winter" }, "hold_music: there is no tone"},
		{"recording", func(c *company.Company) { c.Recording.Outgoing = "yes" }, `recording.outgoing: "yes" is not one of always, on_demand`},
		{"recording kept", func(c *company.Company) { c.Recording.KeepDays = 4000 }, "recording.keep_days: 4000 is not between"},
		{"recorded", func(c *company.Company) { c.Extensions[0].Recorded.Internal = "never" }, "extensions[1010].recorded.internal: "},
		{"pin to ask for", func(c *company.Company) { c.Extensions[0].Voicemail = &company.Voicemail{AskPIN: true} }, "extensions[1010].voicemail.ask_pin: there is no PIN"},
		{"lines", func(c *company.Company) { c.Lines = -1 }, "lines: -1 is not between"},
		{"name", func(c *company.Company) { c.Extensions[0].Name = "a\nb" }, "extensions[1010].name: holds a line break"},
		{"long name", func(c *company.Company) { c.Name = strings.Repeat("길", 81) }, "name: is longer"},
		{"blank around a secret", func(c *company.Company) { c.Extensions[0].Devices = company.Phone(" x") }, "extensions[1010].devices[0].secret: begins or ends"},
		{"no secret", func(c *company.Company) { c.Extensions[0].Devices = company.Phone("") }, "extensions[1010].devices[0].secret: is missing"},
		{"extension", func(c *company.Company) { c.Extensions[1].Number = "10a" }, "extensions[10a].number"},
		{"emergency", func(c *company.Company) { c.Extensions[1].Number = "119" }, "extensions[119].number"},
		{"twice", func(c *company.Company) { c.Extensions[1].Number = "1010" }, "extensions[1010]: it is there twice"},
		{"class", func(c *company.Company) { c.Extensions[0].Class = "boss" }, "extensions[1010].class: there is no"},
		{"own number", func(c *company.Company) { c.Extensions[0].OwnNumber = "0212345678" }, "extensions[1010].own_number: is none"},
		{"ring", func(c *company.Company) { c.Extensions[0].RingSeconds = -1 }, "extensions[1010].ring_seconds"},
		{"e-mail", func(c *company.Company) { c.Extensions[0].Voicemail.Email = "!@" }, "extensions[1010].voicemail.email"},
		{"PIN", func(c *company.Company) { c.Extensions[0].Voicemail.PIN = secret.New("12,3") }, "extensions[1010].voicemail.pin"},
		{"trunk host", func(c *company.Company) { c.Trunks[0].Host = "a b" }, "trunks[11].host"},
		{"trunk proxy", func(c *company.Company) { c.Trunks[0].Proxy = "a:b" }, "trunks[11].proxy"},
		{"register without name", func(c *company.Company) { c.Trunks[0].Username = "" }, "trunks[11].register"},
		{"user", func(c *company.Company) { c.Trunks[0].FromUser = "a;b" }, "trunks[11].from_user"},
		{"match", func(c *company.Company) { c.Trunks[1].Match = []string{"x"} }, "trunks[12].match"},
		{"unknown trunk", func(c *company.Company) { c.Routes[0].Trunks = []int{7} }, "routes[0].trunks: there is no trunk 7"},
		{"prefix", func(c *company.Company) { c.Routes[0].Prefixes = []string{"_X."} }, "routes[0].prefixes"},
		{"prepend", func(c *company.Company) { c.Routes[1].Prepend = "1,System(x)" }, "routes[1].prepend"},
		{"DID to nowhere", func(c *company.Company) { c.DIDs[0].To = company.Ext("1099") }, "dids[07045805605].to: there is no extension"},
		{"DID without target", func(c *company.Company) { c.DIDs[0].To = company.Target{} }, "dids[07045805605].to: is missing"},
		{"no voicemail", func(c *company.Company) { c.Extensions[0].Voicemail = nil }, "dids[07045805605].else"},
		{"hours", func(c *company.Company) { c.TimeGroups = nil }, "dids[07045805605].time_group"},
		{"tone", func(c *company.Company) { c.Tones = nil }, "dids[07045805605].tone"},
		{"help", func(c *company.Company) {
			c.RingGroups[0].Else = company.Target{Kind: company.ToNumber, Value: "119"}
		}, "ring_groups[600].else"},
		{"member", func(c *company.Company) { c.RingGroups[0].Members = []string{"1099"} }, "ring_groups[600].members"},
		{"number dialed", func(c *company.Company) { c.Numbers = []string{"1,1"} }, "numbers[1,1]: a number has"},
		{"a number that is an extension", func(c *company.Company) { c.Numbers = append(c.Numbers, "1010") }, "dids: 1010 is an extension too"},
		{"group that is an extension", func(c *company.Company) { c.RingGroups[0].Number = "1010" }, "ring_groups: 1010 is an extension too"},
		{"attendant that is a group", func(c *company.Company) { c.Attendants[0].Number = "600" }, "attendants: 600 is a ring group too"},
		{"attendant without keys", func(c *company.Company) { c.Attendants[0].Keys, c.Attendants[0].Direct = nil, false }, "attendants[650].keys: there is none"},
		{"attendant without words", func(c *company.Company) { c.Attendants[0].Prompt = "../x" }, "attendants[650].prompt"},
		{"key", func(c *company.Company) { c.Attendants[0].Keys[0].Key = "#" }, "attendants[650].keys: "},
		{"key twice", func(c *company.Company) { c.Attendants[0].Keys[0].Key = "2" }, "attendants[650].keys[2]: is there twice"},
		{"key to nowhere", func(c *company.Company) { c.Attendants[0].Keys[1].To = company.Ext("1099") }, "attendants[650].keys[2].to: there is no extension"},
		{"key to a fax", func(c *company.Company) { c.Attendants[0].Keys[1].To = company.Target{Kind: company.ToFax} }, "attendants[650].keys[2].to: only a DID"},
		{"key without target", func(c *company.Company) { c.Attendants[0].Keys[1].To = company.Target{} }, "attendants[650].keys[2].to: is missing"},
		{"DID to no attendant", func(c *company.Company) { c.DIDs[0].To = company.Target{Kind: company.ToAttendant, Value: "651"} }, "dids[07045805605].to: there is no attendant"},
		{"room's PIN", func(c *company.Company) { c.Conferences[0].PIN = secret.New("12") }, "conferences[800].pin"},
		{"room without PIN", func(c *company.Company) { c.Conferences[0].PIN = secret.Text{} }, "conferences[800].pin: is missing"},
		{"room of one", func(c *company.Company) { c.Conferences[0].Seats = 1 }, "conferences[800].seats"},
		{"no such room", func(c *company.Company) { c.Conferences = nil }, "attendants[650].keys[*].to: there is no conference room"},
		{"span", func(c *company.Company) { c.TimeGroups[0].Spans[0].To = "25:00" }, "time_groups[1].spans[0]"},
		{"day", func(c *company.Company) { c.TimeGroups[0].Spans[0].Days = []company.Day{"월"} }, "time_groups[1].spans[0].days"},
		{"holiday", func(c *company.Company) { c.Holidays[0].Date = "3.1" }, "holidays[3.1].date"},
		{"class id", func(c *company.Company) { c.Classes[0].ID = 3 }, "classes[staff].id"},
		{"kind", func(c *company.Company) { c.Classes[0].Dials = []string{"emergency"} }, "classes[staff].dials"},
		{"code", func(c *company.Company) { c.Codes[company.DoCFI] = "12" }, "codes.cfi"},
		{"code twice", func(c *company.Company) { c.Codes[company.DoCFI] = "*22" }, "codes.cfi: *22 is the code of cfb too"},
		{"feature", func(c *company.Company) { c.Codes["fly"] = "*9" }, "codes.fly: there is no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := whole()
			tt.change(&c)
			problems := company.Check(&c, []int{1})
			if !slices.ContainsFunc(problems, func(p company.Problem) bool { return strings.HasPrefix(p.Error(), tt.want) }) {
				t.Errorf("got %v, want %q", problems, tt.want)
			}
			if strings.Contains(fmt.Sprint(problems), c.ID) {
				t.Errorf("the tenant's id is told: %v", problems)
			}
		})
	}
}

func TestCheckAll(t *testing.T) {
	other := company.Company{ID: "0123456789abcdef", Number: 10, Numbers: []string{"16682471"}, Trunks: []company.Trunk{{ID: 1, Host: "x"}}, Classes: []company.Class{{ID: 10001, Name: "x"}}}
	got := fmt.Sprint(company.CheckAll([]company.Company{whole(), other}, []company.Trunk{{ID: 1, Host: "x"}, {ID: 1, Host: "y"}}))
	for _, want := range []string{"T10.dids[16682471]: belongs to tenant 2", "T10.trunks[1]: belongs to the shared trunks", "T10.classes[x]: belongs to tenant 2", "trunks[1]: it is there twice"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
	twin := whole()
	twin.ID = other.ID
	if got := fmt.Sprint(company.CheckAll([]company.Company{whole(), twin}, nil)); !strings.Contains(got, "T2.number: is there twice") {
		t.Error(got)
	}
}

func TestParkingLot(t *testing.T) {
	tests := []struct {
		name   string
		change func(c *company.Company)
		want   company.ParkingLot
		ok     bool
	}{
		{"default", func(c *company.Company) { c.Parking = company.Parking{} }, company.ParkingLot{Number: "700", First: 701, Last: 720, Seconds: 60}, true},
		{"given", func(c *company.Company) { c.Parking = company.Parking{Number: "800", Spaces: 5, Seconds: 30} }, company.ParkingLot{Number: "800", First: 801, Last: 805, Seconds: 30}, true},
		{"off", func(c *company.Company) { c.Parking.Number = company.CodeOff }, company.ParkingLot{}, false},
		{"default gives way", func(c *company.Company) {
			c.Parking = company.Parking{}
			c.RingGroups[0].Number = "720"
		}, company.ParkingLot{Number: "700", First: 701, Last: 720, Seconds: 60}, false},
		{"beyond", func(c *company.Company) {
			c.Parking = company.Parking{}
			c.RingGroups[0].Number = "721"
		}, company.ParkingLot{Number: "700", First: 701, Last: 720, Seconds: 60}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := whole()
			tt.change(&c)
			if lot, ok := c.ParkingLot(); lot != tt.want || ok != tt.ok {
				t.Errorf("got %+v, %v", lot, ok)
			}
		})
	}
}

// TestRecordsBy: an extension says more than its company, and the company more
// than nobody.
func TestRecordsBy(t *testing.T) {
	c := whole()
	c.Extensions[0].Recorded = company.Recorded{Incoming: company.RecordOnDemand, Outgoing: company.RecordAlways}
	for _, tt := range []struct {
		of   *company.Extension
		want company.Recorded
	}{
		{nil, company.Recorded{Internal: "on_demand", Incoming: "always", Outgoing: "on_demand"}},
		{&c.Extensions[0], company.Recorded{Internal: "on_demand", Incoming: "on_demand", Outgoing: "always"}},
		{&c.Extensions[1], company.Recorded{Internal: "on_demand", Incoming: "always", Outgoing: "on_demand"}},
	} {
		if got := c.RecordsBy(tt.of); got != tt.want {
			t.Errorf("got %+v, want %+v", got, tt.want)
		}
	}
	if !c.RecordsAlways() {
		t.Error("incoming calls are recorded always")
	}
	c.Recording.Incoming, c.Extensions[0].Recorded.Outgoing = "", ""
	if c.RecordsAlways() {
		t.Error("nothing is recorded always")
	}
	if got := c.Recording.Days(); got != 30 {
		t.Errorf("kept for %d days", got)
	}
}
