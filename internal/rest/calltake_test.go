package rest_test

import (
	"testing"
	"testing/synctest"

	"github.com/dipcast/dipcast/ami/amitest"
)

// TestTakeCall: where a call is taken to, which side is moved, and who may.
func TestTakeCall(t *testing.T) {
	for _, tt := range []struct {
		name, who, body string
		up              bool
		status          int
		field, went     string // Context Exten Priority of the caller
	}{
		{"to the desk", "", `{"to":"desk","extension":"1013"}`, false, 200, "", "T2_press-desk 1013 1"},
		{"to one's own desk", "1010", `{"to":"desk"}`, false, 200, "", "T2_press-desk 1010 1"},
		{"of who was called", "", `{"to":"desk"}`, true, 200, "", "T2_press-desk 1010 1"},
		{"by an operator", "ops", `{"to":"assistant"}`, false, 200, "", "T2_press-assistant 1010 1"},
		{"to the mailbox", "", `{"to":"voicemail"}`, false, 200, "", "T2_app-voicemail 1010 1"},
		{"to a mobile that is named", "", `{"to":"mobile","number":"010-2613-2471"}`, false, 200, "", "T2_press-mobile 01026132471 e1010"},
		{"to a number", "", `{"to":"number","number":"1013"}`, false, 200, "", "T2_cos-all 1013 1"},
		{"to a mobile that nobody has", "", `{"to":"mobile"}`, false, 409, "to", ""},
		{"to another's desk", "1010", `{"to":"desk","extension":"1013"}`, false, 403, "extension", ""},
		{"to a desk that is not there", "", `{"to":"desk","extension":"1099"}`, false, 404, "extension", ""},
		{"another company's", "ten", `{"to":"desk","extension":"1010"}`, false, 404, "call_id", ""},
		{"no number", "", `{"to":"number"}`, false, 400, "number", ""},
	} {
		inBubble(t, nil, func(r *rig) {
			went := ""
			r.server.Handle("Redirect", func(c *amitest.Conn, q amitest.Request) {
				if q.Get("Channel") != "PJSIP/trk-1-00000001" {
					t.Errorf("%s: moved %s", tt.name, q.Get("Channel"))
				}
				went = q.Get("Context") + " " + q.Get("Exten") + " " + q.Get("Priority")
				c.Respond(q, "Success", "Message", "done")
			})
			a := r.do(request{method: "POST", path: "/calls/" + r.incoming(tt.up) + "/move", who: tt.who, body: tt.body})
			if a.status != tt.status || a.body.Field != tt.field || went != tt.went {
				t.Errorf("%s: %d %s, went %q", tt.name, a.status, a.raw, went)
			}
		})
	}
}

// TestTakeOwnCall: of a call that the extension made, the other side is moved.
func TestTakeOwnCall(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.server.Handle("Redirect", func(c *amitest.Conn, q amitest.Request) { c.Respond(q, "Success", "Message", "done") })
		id := r.ring("31.1")
		if a := r.do(request{method: "POST", path: "/calls/" + id + "/move", who: "1010", body: `{"to":"desk"}`}); a.status != 409 || a.body.Field != "side" {
			t.Errorf("before anybody has answered: %d %s", a.status, a.raw)
		}
		callee := []string{"Channel", "PJSIP/T2_1013-00000002", "CallerIDNum", "1013", "Context", "T2_cos-all", "Exten", "", "Uniqueid", "31.2", "Linkedid", "31.1"}
		r.server.Emit("Newchannel", append(callee, "ChannelState", "6", "ChannelStateDesc", "Up")...)
		synctest.Wait()
		a := r.do(request{method: "POST", path: "/calls/" + id + "/move", who: "1010", body: `{"to":"desk"}`})
		if got := r.wire("Redirect"); a.status != 200 || len(got) != 1 || got[0] != "PJSIP/T2_1013-00000002 1010" {
			t.Errorf("%d %s, moved %v", a.status, a.raw, got)
		}
	})
}
