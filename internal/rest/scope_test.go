package rest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/tenant"
)

// TestLoginOfAnExtension reads and changes what is its own, and learns nothing
// of colleagues: not even whether they are there.
func TestLoginOfAnExtension(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		colleague := r.ring("17.1") // 1010 calls 1013
		for _, tt := range []struct {
			method, path, body string
			status             int
			field              string
		}{
			{"GET", "/diversions/1010", "", 200, ""},
			{"GET", "/diversions/1013", "", 403, "ext"},
			{"GET", "/diversions/1099", "", 403, "ext"},
			{"PUT", "/diversions/1010/CFI", `{"enable":"no"}`, 200, ""},
			{"PUT", "/diversions/1013/CFI", `{"enable":"no"}`, 403, "ext"},
			{"PUT", "/diversions", `{"1010":{"CFI":{"enable":"no"}},"1013":{"CFI":{"enable":"no"}}}`, 403, "ext"},
			{"DELETE", "/diversions/1013", "", 403, "ext"},
			{"GET", "/extensions/1010", "", 200, ""},
			{"GET", "/extensions/1013", "", 403, "id"},
			{"GET", "/extensions/1013/devices", "", 403, "id"},
			{"GET", "/calls?extension=1013", "", 403, "extension"},
			{"GET", "/calls/" + colleague, "", 200, ""},
			{"POST", "/core/click_to_call/cancel", `{"caller":"1013"}`, 403, "caller"},
			{"POST", "/core/click_to_call/cancel", `{"caller":"1010"}`, 409, ""},
		} {
			if a := r.do(request{method: tt.method, path: tt.path, body: tt.body, who: "1010"}); a.status != tt.status || a.body.Field != tt.field {
				t.Errorf("%s %s: %d %s", tt.method, tt.path, a.status, a.raw)
			}
		}
		for path, want := range map[string]int{"/diversions": 1, "/extensions": 1, "/calls": 1} {
			if a := r.do(request{method: "GET", path: path, who: "1010"}); a.body.Total != want {
				t.Errorf("%s: %s", path, a.raw)
			}
		}
		a := r.do(request{method: "DELETE", path: "/diversions", who: "1010"})
		if strings.Contains(a.raw, "1013") || a.status != 200 {
			t.Errorf("got %s", a.raw)
		}
		if _, ok := r.server.DB().Get(family, "diversions/1013/CFI/enable"); ok {
			t.Error("a colleague's diversion was changed")
		}
		// Nor of calls in which it has no part.
		r.end("17.1")
		r.server.Emit("Newchannel", "Channel", "PJSIP/T2_1013-0000002b", "ChannelState", "4", "ChannelStateDesc", "Ring", "CallerIDNum", "1013",
			"Context", "T2_cos-all", "Exten", "01026132471", "Uniqueid", "18.1", "Linkedid", "18.1")
		r.until("the call", func() bool { return r.do(request{method: "GET", path: "/calls/1-18.1"}).status == 200 })
		for _, q := range []request{{method: "GET", path: "/calls/1-18.1"}, {method: "POST", path: "/calls/1-18.1/hangup"}} {
			q.who = "1010"
			if a := r.do(q); a.status != 404 {
				t.Errorf("%s: %d %s", q.path, a.status, a.raw)
			}
		}
	})
}

// until waits for what the server's events bring.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		<-time.After(time.Millisecond) // of the bubble's time
	}
	r.t.Fatalf("waited in vain: %s", what)
}

// TestOperatorSaysWhose, in every operation that is about a tenant's things.
func TestOperatorSaysWhose(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, tt := range []struct {
			path   string
			status int
		}{
			{"/diversions", 400},
			{"/extensions", 400},
			{"/extensions/1010", 400},
			{"/diversions/1010/CFI", 400},
			{"/diversions?tenant=T2", 200},
			{"/extensions?tenant=T2", 200},
			{"/extensions/1010?tenant=T10", 200},
			{"/extensions/1013?tenant=T10", 404},
			{"/diversions/1010/CFI?tenant=T10", 200},
			{"/diversions?tenant=T02", 404},
			{"/diversions?tenant=2", 404},
			{"/diversions?tenant=x", 404},
			{"/diversions?tenant=t2", 404},
			{"/diversions?tenant=" + family, 422}, // an id is no name
			{"/calls", 200},
			{"/calls?tenant=T2", 200},
			{"/calls?tenant=T3", 404},
			{"/calls?tenant=T2&extension=1010", 200},
		} {
			if a := r.do(request{method: "GET", path: tt.path, who: "ops"}); a.status != tt.status {
				t.Errorf("%s: %d %s", tt.path, a.status, a.raw)
			}
		}
		// It may end and move everybody's calls.
		id := r.ring("17.1")
		if a := r.do(request{method: "POST", path: "/calls/" + id + "/redirect", body: `{"exten":"1013"}`, who: "ops"}); a.status != 409 && a.status != 200 {
			t.Errorf("%d %s", a.status, a.raw) // the scripted server has no such channel
		}
	})
}

// TestExtensions have what the known client reads, and no password.
func TestExtensions(t *testing.T) {
	locked := func(o *rest.Options) {
		o.Locked = func(tn *tenant.Tenant, ext string) bool { return tn.Number == 2 && ext == "1013" }
	}
	inBubble(t, locked, func(r *rig) {
		r.server.Emit("DeviceStateChange", "Privilege", "call,all", "Device", "PJSIP/T2_1010", "State", "INUSE")
		r.until("the state", func() bool { return r.pool.Server(1).Registered("PJSIP/T2_1010") })
		var all []rest.Extension
		a := r.do(request{method: "GET", path: "/extensions"})
		if err := json.Unmarshal(a.body.Data, &all); err != nil || len(all) != 2 || a.body.Total != 2 {
			t.Fatal(err, a.raw)
		}
		if e := all[0]; e.ExtensionID != "1010" || e.ClassOfServiceID != "2" || e.ExternalCID != `"둘" <07045805605>` || e.AccountCode != "07045805605" ||
			e.State != "INUSE" || !e.Registered || *e.Locked || len(e.Devices) != 1 || e.Devices[0].DeviceName != "T2_1010" {
			t.Errorf("got %+v", e)
		}
		if e := all[1]; e.State != "UNKNOWN" || e.Registered || !*e.Locked {
			t.Errorf("got %+v", e)
		}
		if strings.Contains(a.raw, "secret") || strings.Contains(a.raw, family) {
			t.Errorf("got %s", a.raw)
		}
		for query, want := range map[string]int{"?limit=1": 1, "?offset=1": 1, "?offset=2": 0, "?offset=1000": 0, "?limit=1000": 2} {
			if err := json.Unmarshal(r.do(request{method: "GET", path: "/extensions" + query}).body.Data, &all); err != nil || len(all) != want {
				t.Errorf("%s: %d, %v", query, len(all), err)
			}
		}
	})
}

// TestUnknownParameters are refused: a misspelt server_id would change home.
func TestUnknownParameters(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, q := range []request{
			{method: "DELETE", path: "/diversions/1010/CFI?server=2"},
			{method: "PUT", path: "/diversions/1010/CFI?server=2", body: `{"enable":false}`},
			{method: "POST", path: "/core/click_to_call?server=2", body: bodies["click-to-call"]},
			{method: "GET", path: "/calls?server=2"},
		} {
			if a := r.do(q); a.status != 422 || a.body.Field != "server" || a.body.Code != "invalid_value" {
				t.Errorf("%s: %d %s", q.path, a.status, a.raw)
			}
		}
		if _, ok := r.server.DB().Get(family, "diversions/1010/CFI/enable"); ok {
			t.Error("it was changed")
		}
		if a := r.do(request{method: "GET", path: "/calls?ticket=x&limit=1"}); a.status != 200 {
			t.Errorf("%d %s", a.status, a.raw)
		}
	})
}

// TestTicketGivesNoTicket, or one login would last for ever.
func TestTicketGivesNoTicket(t *testing.T) {
	full := func(o *rest.Options) {
		o.Ticket = func(tenant.Identity) (string, time.Time, error) {
			return "", time.Time{}, envelope.Errorf(envelope.Busy, "", "too many")
		}
	}
	inBubble(t, full, func(r *rig) {
		if a := r.do(request{method: "POST", path: "/ws-ticket?ticket=x"}); a.status != 403 || a.body.Field != "ticket" {
			t.Errorf("%d %s", a.status, a.raw)
		}
		if a := r.do(request{method: "POST", path: "/ws-ticket"}); a.status != 503 || a.body.Code != "busy" {
			t.Errorf("%d %s", a.status, a.raw)
		}
	})
	inBubble(t, nil, func(r *rig) {
		a := r.do(request{method: "POST", path: "/ws-ticket"})
		if a.status != http.StatusCreated || !strings.Contains(a.raw, `"ticket":"a-ticket","expires_in":30,"expires_at":"`) {
			t.Errorf("%d %s", a.status, a.raw)
		}
	})
}

// TestValuesOfDiversions: what is accepted and what is not, with the field.
func TestValuesOfDiversions(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		for _, tt := range []struct {
			body   string
			status int
			field  string
		}{
			{`{"enable":true}`, 200, ""},
			{`{"enable":"yes"}`, 200, ""},
			{`{"enable":"no"}`, 200, ""},
			{`{"enable":"on"}`, 422, "enable"},
			{`{"enable":1}`, 422, "enable"},
			{`{"enable":null}`, 400, ""},
			{`{"destination":"1013"}`, 200, ""},
			{`{"destination":"01026132471"}`, 200, ""},
			{`{"destination":""}`, 200, ""},
			{`{"destination":null}`, 200, ""},
			{`{"destination":"1099"}`, 400, "destination"},
			{`{"destination":"1010"}`, 400, "destination"},
			{`{"destination":"010-2613-2471"}`, 400, "destination"},
			{`{"destination":"${EXTEN}"}`, 400, "destination"},
			{`{"destination":"010１２３"}`, 400, "destination"},
			{`{"destination":"1234567890123456"}`, 400, "destination"},
			{`{"destination":"0012025550123"}`, 403, "destination"},
			{`{"destination":"0601234567"}`, 403, "destination"},
			{`{"destination":"112"}`, 403, "destination"},
			{`{"destination":"02119"}`, 403, "destination"},
			{`{"raw_destination":"sub-custom-numbers,01026132471,1"}`, 200, ""},
			{`{"raw_destination":null}`, 200, ""},
			{`{"raw_destination":"sub-custom-numbers,0012025550123,1"}`, 403, "raw_destination"},
			{`{"raw_destination":"default,01026132471,1"}`, 400, "raw_destination"},
			{`{"raw_destination":"sub-custom-numbers,01026132471,1&x"}`, 400, "raw_destination"},
			{`{"raw_destination":"sub-custom-numbers,${SHELL(id)},1"}`, 400, "raw_destination"},
			{`{"destination":"1013","raw_destination":"sub-custom-numbers,1013,1"}`, 200, ""},
			{`{"destination":"1013","raw_destination":"sub-custom-numbers,1010,1"}`, 400, "raw_destination"},
			{`{"time_group":"office"}`, 200, ""},
			{`{"time_group":"T2_office"}`, 200, ""},
			{`{"time_group":null}`, 200, ""},
			{`{"time_group":"T10_office"}`, 400, "time_group"},
			{`{"time_group":"a b"}`, 400, "time_group"},
			{`{"time_group":"` + strings.Repeat("a", 80) + `"}`, 400, "time_group"},
			{`{"active":true,"type":"CFI"}`, 400, ""},
			{`{"active":true,"enable":false}`, 200, ""},
			{`{"color":"red"}`, 422, "color"},
			{`[]`, 422, ""},
			{``, 400, ""},
			{`{"enable":true`, 400, ""},
		} {
			if a := r.do(request{method: "PUT", path: "/diversions/1010/CFI", body: tt.body}); a.status != tt.status || a.body.Field != tt.field {
				t.Errorf("%s: %d %s", tt.body, a.status, a.raw)
			}
		}
		many := map[string]any{}
		for range 101 {
			many[strings.Repeat("1", len(many)+3)] = map[string]any{"CFI": map[string]any{"enable": true}}
		}
		text, err := json.Marshal(many)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{`{}`, string(text)} {
			if a := r.do(request{method: "PUT", path: "/diversions", body: body}); a.status != 400 {
				t.Errorf("%d %s", a.status, a.raw)
			}
		}
		// One audit entry for each refusal, none for what was allowed.
		r.refusals = nil
		r.do(request{method: "PUT", path: "/diversions/1010/CFI", body: `{"destination":"112"}`})
		r.do(request{method: "PUT", path: "/diversions/1010/CFI", body: `{"enable":true}`})
		r.do(request{method: "GET", path: "/diversions/1099"})
		if len(r.refusals) != 2 || r.refusals[0].Err.Field != "destination" || r.refusals[0].Server != 1 {
			t.Errorf("got %+v", r.refusals)
		}
	})
}
