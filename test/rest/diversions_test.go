package rest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// rule is a diversion as REST shows it.
type rule struct {
	Type           string  `json:"type"`
	Enable         bool    `json:"enable"`
	Destination    *string `json:"destination"`
	RawDestination *string `json:"raw_destination"`
	TimeGroup      *string `json:"time_group"`
	Active         bool    `json:"active"`
}

type extensionRules struct {
	ServerID   int             `json:"server_id"`
	ServerName string          `json:"server_name"`
	Extension  string          `json:"extension"`
	Gate       *bool           `json:"has_enable_diversions"`
	Diversions map[string]rule `json:"diversions"`
}

func (s *site) extensionRules(ext string) extensionRules {
	s.t.Helper()
	var e extensionRules
	s.get(prefix+"/diversions/"+ext, &e)
	if len(e.Diversions) != 6 || e.Gate == nil {
		s.t.Fatalf("got %+v", e)
	}
	return e
}

// onServer compares gate and lamps of an extension with what they must be.
func (s *site) onServer(server, ext string, active ...string) {
	s.t.Helper()
	gate := map[bool]string{true: "yes", false: "no"}[len(active) > 0]
	if got := s.stored(server, ext+"/has_enable_diversions"); got != gate {
		s.t.Errorf("the gate of %s on server %s is %q, want %s", ext, server, got, gate)
	}
	lamps := s.lamps(server)
	for _, kind := range dialplan.Kinds {
		on := slices.Contains(active, string(kind))
		lamp := lamps["T2_"+string(kind)+"_"+ext]
		if lamp == "" && !on && (kind == dialplan.DND || kind == dialplan.PEA) {
			continue // never set
		}
		if want := dialplan.LampState(kind, on); lamp != want {
			s.t.Errorf("the lamp %s of %s on server %s is %q, want %s", kind, ext, server, lamp, want)
		}
	}
}

// TestEveryWay: a setting is switched on and off by REST, by both ways of a
// WebSocket and by the code that the phone dials: database, gate and lamp are the
// same whichever it was.
func TestEveryWay(t *testing.T) {
	s := start(t)
	phone := s.demo.Phone(2, "1010")
	codes := map[dialplan.Diversion]company.Feature{
		dialplan.CFI: company.DoCFI, dialplan.CFB: company.DoCFB, dialplan.CFN: company.DoCFN, dialplan.CFU: company.DoCFU,
		dialplan.DND: company.DoDND, dialplan.PEA: company.DoPEA,
	}
	for _, kind := range dialplan.Kinds {
		path, key := prefix+"/diversions/1010/"+string(kind), "diversions/1010/"+string(kind)+"/enable"
		body := map[dialplan.Diversion]string{dialplan.DND: `{"enable":false}`, dialplan.PEA: `{"enable":false,"destinations":{"0":"1013"}}`}[kind]
		if body == "" {
			body = `{"enable":false,"destination":"` + demo.Mobile + `"}`
		}
		if r := s.do("PUT", path, body); r.status != 200 {
			t.Fatalf("%s: %d %s", kind, r.status, r.raw)
		}
		s.onServer("1", "1010")
		ways := map[string]func(value string){
			"REST": func(value string) {
				if r := s.do("PUT", path, `{"enable":"`+value+`"}`); r.status != 200 {
					t.Errorf("%s %s: %d %s", kind, value, r.status, r.raw)
				}
			},
			"Command": func(value string) {
				if a, _ := s.action("1", `{"Action":"Command","Command":"database put `+demo.Tenant2+" "+key+" "+value+`","ActionID":"w"}`, ""); a["Output"] != "Updated database successfully" {
					t.Errorf("%s %s: %v", kind, value, a)
				}
			},
			"DBPut": func(value string) {
				if a, _ := s.action("1", `{"Action":"DBPut","Family":"`+demo.Tenant2+`","Key":"`+key+`","Val":"`+value+`","ActionID":"w"}`, ""); a["Response"] != "Success" {
					t.Errorf("%s %s: %v", kind, value, a)
				}
			},
			"code": func(value string) {
				c, err := phone.Dial(s.ctx(), company.DefaultCodes[codes[kind]], sipphone.DialOptions{})
				if err != nil {
					t.Fatal(err)
				}
				want := dialplan.LampState(kind, value == dialplan.Yes)
				s.until("the code of "+string(kind), func() bool { return s.lamps("1")["T2_"+string(kind)+"_1010"] == want })
				if err := c.Hangup(s.ctx()); err != nil {
					t.Error(err)
				}
			},
		}
		for _, way := range slices.Sorted(maps.Keys(ways)) {
			for _, value := range []string{dialplan.Yes, dialplan.No} {
				ways[way](value)
				if got := s.stored("1", "1010/"+string(kind)+"/enable"); got != value {
					t.Errorf("%s by %s: stored %q, want %s", kind, way, got, value)
				}
				if value == dialplan.Yes {
					s.onServer("1", "1010", string(kind))
				} else {
					s.onServer("1", "1010")
				}
			}
		}
		var gone struct{ Action string }
		if s.data(s.do("DELETE", path, ""), &gone); gone.Action != "disabled" {
			t.Errorf("%s: %+v", kind, gone)
		}
	}
	for _, wrong := range []struct{ kind, body string }{
		{"DND", `{"enable":true,"destination":"1013"}`}, {"PEA", `{"destination":"1013"}`}, {"PEA", `{"destinations":{"5":"1013"}}`}, {"CFI", `{"destinations":{"1":"1013"}}`},
	} {
		if r := s.do("PUT", prefix+"/diversions/1010/"+wrong.kind, wrong.body); r.status != 400 {
			t.Errorf("%s %s: %d %s", wrong.kind, wrong.body, r.status, r.raw)
		}
	}
	s.onServer("1", "1010")
}

// TestDiversions changes diversions by REST and looks at what the real server
// then has: its database, its gate, its lamps.
func TestDiversions(t *testing.T) { both(t, diversions) }

func diversions(t *testing.T, s *site) {
	const one = prefix + "/diversions/1010/CFI"

	// The documented defaults of a new extension: enabled, without a number.
	e := s.extensionRules("1010")
	for kind, r := range e.Diversions {
		if r.Type != kind || r.Enable != (kind != "DND" && kind != "PEA") || r.Destination != nil || r.RawDestination != nil || r.TimeGroup != nil || r.Active {
			t.Errorf("a new extension's %s: %+v", kind, r)
		}
	}
	if *e.Gate || e.ServerID != 1 || e.ServerName != "dcrm.makecall.io" || e.Extension != "1010" {
		t.Errorf("got %+v", e)
	}
	s.onServer("1", "1010")

	put := func(path, body string) rule {
		t.Helper()
		var r rule
		s.data(s.do("PUT", path, body), &r)
		return r
	}
	// Only what is named changes.
	if r := put(one, `{"destination":"`+demo.Mobile+`"}`); !r.Active || !r.Enable || *r.Destination != demo.Mobile || *r.RawDestination != "sub-custom-numbers,"+demo.Mobile+",1" {
		t.Errorf("got %+v", r)
	}
	s.onServer("1", "1010", "CFI")
	if got := s.stored("1", "1010/CFI/destination"); got != "sub-custom-numbers,"+demo.Mobile+",1" {
		t.Errorf("stored %q", got)
	}
	if r := put(one, `{"enable":"no"}`); r.Active || r.Enable || *r.Destination != demo.Mobile {
		t.Errorf("got %+v", r)
	}
	s.onServer("1", "1010")
	if r := put(one, `{"time_group":"T2_office"}`); r.Active || *r.TimeGroup != "T2_office" || *r.Destination != demo.Mobile {
		t.Errorf("got %+v", r)
	}
	if r := put(one, `{"enable":true,"raw_destination":"sub-custom-numbers,1013,1","time_group":null}`); !r.Active || *r.Destination != "1013" || r.TimeGroup != nil {
		t.Errorf("got %+v", r)
	}
	s.onServer("1", "1010", "CFI")
	if got := s.stored("1", "1010/CFI/time_group"); got != "" {
		t.Errorf("the time group is %q", got)
	}
	// What was read can be written back.
	read, _ := json.Marshal(s.extensionRules("1010").Diversions)
	before := s.extensionRules("1010")
	s.data(s.do("PUT", prefix+"/diversions/1010", string(read)), &e)
	if got, _ := json.Marshal(e.Diversions); string(got) != string(read) || *e.Gate != *before.Gate {
		t.Errorf("written back:\n%s\n%s", read, got)
	}

	// Several types at once, and what a WebSocket writes beside it.
	s.data(s.do("PUT", prefix+"/diversions/1010", `{"CFI":{"enable":false},"CFB":{"destination":"`+demo.OtherMobile+`"},"CFN":{"destination":"1018"}}`), &e)
	if e.Diversions["CFI"].Active || !e.Diversions["CFB"].Active || !e.Diversions["CFN"].Active || e.Diversions["CFU"].Active || !*e.Gate {
		t.Errorf("got %+v", e)
	}
	s.onServer("1", "1010", "CFB", "CFN")
	if a, _ := s.action("1", `{"Action":"Command","Command":"database put `+demo.Tenant2+` diversions/1010/CFB/enable no","ActionID":"w"}`, ""); a["Output"] != "Updated database successfully" {
		t.Errorf("got %v", a)
	}
	if e := s.extensionRules("1010"); e.Diversions["CFB"].Active || !e.Diversions["CFN"].Active {
		t.Errorf("got %+v", e)
	}
	s.onServer("1", "1010", "CFN")

	// Another server, when it is named; home stays.
	var other struct {
		ServerID int `json:"server_id"`
		rule
	}
	s.data(s.do("PUT", one+"?server_id=2", `{"enable":"yes","destination":"`+demo.Mobile+`"}`), &other)
	if other.ServerID != 2 || !other.Active {
		t.Errorf("got %+v", other)
	}
	s.onServer("2", "1010", "CFI")
	s.onServer("1", "1010", "CFN")

	// Several extensions, all or nothing.
	var all []extensionRules
	s.data(s.do("PUT", prefix+"/diversions", `{"1013":{"CFU":{"destination":"1010"}},"1018":{"CFB":{"destination":"1010"},"CFI":{"enable":"no"}}}`), &all)
	if len(all) != 2 || all[0].Extension != "1013" || !all[0].Diversions["CFU"].Active || !all[1].Diversions["CFB"].Active {
		t.Errorf("got %+v", all)
	}
	s.onServer("1", "1013", "CFU")
	s.onServer("1", "1018", "CFB")
	if r := s.do("PUT", prefix+"/diversions", `{"1013":{"CFU":{"enable":false}},"1018":{"CFB":{"destination":"0012025550123"}}}`); r.status != 403 || r.body.Field != "1018.CFB.destination" {
		t.Errorf("got %d %s", r.status, r.raw)
	}
	s.onServer("1", "1013", "CFU")
	if r := s.get(prefix+"/diversions?limit=2&offset=1", &all); len(all) != 2 || all[0].Extension != "1013" || r.body.Total != 3 {
		t.Errorf("got %s", r.raw)
	}

	// Away with them: one, those of an extension, all.
	var gone struct {
		Extension, Type, Action string
		Types                   []string
	}
	s.data(s.do("DELETE", prefix+"/diversions/1013/CFU", ""), &gone)
	if gone.Extension != "1013" || gone.Type != "CFU" || gone.Action != "disabled" {
		t.Errorf("got %+v", gone)
	}
	s.onServer("1", "1013")
	if s.stored("1", "1013/CFU/enable") != "no" || s.stored("1", "1013/CFU/destination") != "" {
		t.Error("the diversion is still there")
	}
	s.data(s.do("DELETE", prefix+"/diversions/1010", ""), &gone)
	if gone.Action != "disabled" || len(gone.Types) != 6 {
		t.Errorf("got %+v", gone)
	}
	s.onServer("1", "1010")
	var many []struct{ Extension, Action string }
	s.data(s.do("DELETE", prefix+"/diversions", ""), &many)
	if len(many) != 3 || many[2].Extension != "1018" || many[2].Action != "disabled" {
		t.Errorf("got %+v", many)
	}
	s.onServer("1", "1018")
	s.onServer("2", "1010", "CFI") // the other server was not meant
	if r := s.do("DELETE", prefix+"/diversions", ""); r.status != 200 {
		t.Errorf("a second time: %d %s", r.status, r.raw)
	}
}

// TestDiversionDiverts: a call to an extension diverted by REST reaches the
// mobile, one after DELETE its phone.
func TestDiversionDiverts(t *testing.T) {
	s := start(t)
	if r := s.do("PUT", prefix+"/diversions/1010/CFI", `{"enable":"yes","destination":"`+demo.Mobile+`"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	dial := func() *sipphone.Call {
		t.Helper()
		c, err := s.demo.Phone(2, "1013").Dial(s.ctx(), "1010", sipphone.DialOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	out := dial()
	if in := s.next("the mobile", s.demo.Network()); in.Invite().Called != demo.Mobile {
		t.Errorf("the network was asked for %s", in.Invite().Called)
	}
	_ = out.Hangup(s.ctx())
	if r := s.do("DELETE", prefix+"/diversions/1010/CFI", ""); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	out = dial()
	s.next("1010", s.demo.Phone(2, "1010"))
	_ = out.Hangup(s.ctx())
}

// TestDiversionsOfAServerThatIsDown: nothing is promised, and the other server
// goes on.
func TestDiversionsOfAServerThatIsDown(t *testing.T) {
	s := start(t)
	if err := s.demo.StopAsterisk(1); err != nil {
		t.Fatal(err)
	}
	const one = prefix + "/diversions/1010/CFI"
	for _, q := range [][3]string{{"GET", one}, {"PUT", one, `{"destination":"1013"}`}, {"DELETE", one}, {"GET", prefix + "/diversions"}, {"DELETE", prefix + "/diversions"}} {
		if r := s.do(q[0], q[1], q[2]); r.status != 503 || r.body.Code != "unavailable" {
			t.Errorf("%v: %d %s", q, r.status, r.raw)
		}
	}
	if r := s.do("PUT", one+"?server_id=2", `{"destination":"1013"}`); r.status != 200 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	s.onServer("2", "1010", "CFI")
	if err := s.demo.StartAsterisk(s.ctx(), 1); err != nil {
		t.Fatal(err)
	}
	s.until("it is back", func() bool { return s.do("PUT", one, `{"destination":"1013"}`).status == 200 })
	s.onServer("1", "1010", "CFI")
}

// TestDiversionsOfOthers: nobody reads or changes what is not theirs, and what
// is asked tells nothing about others.
func TestDiversionsOfOthers(t *testing.T) {
	s := start(t)
	before := s.lamps("1")
	ten := map[string][]string{"Tenant": {demo.Tenant10}, "App-Key": {demo.AppKey10}}
	for _, tt := range []struct {
		name   string
		h      map[string][]string
		path   string
		status int
		field  string
	}{
		{"no such extension", key(), "/diversions/1099/CFI", 404, "ext"},
		{"a trick", key(), "/diversions/1010%2f..%2f1013/CFI", 404, "ext"},
		{"a pattern", key(), "/diversions/_X./CFI", 404, "ext"},
		{"no such type", key(), "/diversions/1010/BOSS", 404, "type"},
		{"another's server", ten, "/diversions/1010/CFI?server_id=2", 404, "server_id"},
		{"no server", ten, "/diversions/1010/CFI?server_id=99", 404, "server_id"},
		{"another tenant by its number", ten, "/diversions/1010/CFI?tenant=T2", 403, "tenant"},
		{"no tenant by its number", ten, "/diversions/1010/CFI?tenant=T99", 403, "tenant"},
		{"an operator for nobody", basic(demo.Operator), "/diversions/1010/CFI", 400, "tenant"},
		{"an operator for no tenant", basic(demo.Operator), "/diversions/1010/CFI?tenant=T99", 404, "tenant"},
	} {
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			body := map[string]string{"PUT": `{"enable":"yes","destination":"1013"}`}[method]
			if r := s.as(tt.h, method, prefix+tt.path, body); r.status != tt.status || r.body.Field != tt.field || r.body.Status != "error" {
				t.Errorf("%s: %s %s: %d %s", tt.name, method, tt.path, r.status, r.raw)
			}
		}
	}
	// Tenant 10 has an extension of the same number: its own is changed.
	var r rule
	s.data(s.as(ten, "PUT", prefix+"/diversions/1010/CFI", `{"destination":"1013"}`), &r)
	if !r.Active || s.lamps("1")["T10_CFI_1010"] != "BUSY" {
		t.Errorf("got %+v", r)
	}
	s.data(s.as(basic(demo.Operator), "DELETE", prefix+"/diversions/1010/CFI?tenant=T10", ""), &struct{}{})
	if got := s.lamps("1"); !maps.Equal(got, before) {
		t.Errorf("the lamps were\n%v and are\n%v", before, got)
	}
}
