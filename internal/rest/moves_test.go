package rest_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dipcast/dipcast/ami/amitest"
)

// incoming is a call from the network to 1010 that rings there, with the
// Linkedid 21.1, and answered when up.
func (r *rig) incoming(up bool) string {
	r.t.Helper()
	did := "07045805605"
	state := []string{"ChannelState", "5", "ChannelStateDesc", "Ringing"}
	r.server.Emit("Newchannel", "Channel", "PJSIP/trk-1-00000001", "ChannelState", "4", "ChannelStateDesc", "Ring", "CallerIDNum", "01012345678",
		"Context", "trk-1-in", "Exten", did, "Uniqueid", "21.1", "Linkedid", "21.1")
	r.server.Emit("Newexten", "Channel", "PJSIP/trk-1-00000001", "ChannelState", "4", "ChannelStateDesc", "Ring", "CallerIDNum", "01012345678",
		"Context", "T2_cos-all", "Exten", "1010", "Uniqueid", "21.1", "Linkedid", "21.1", "Application", "Dial", "AppData", "PJSIP/T2_1010")
	callee := []string{"Channel", "PJSIP/T2_1010-00000002", "CallerIDNum", "1010", "Context", "T2_cos-all", "Exten", "", "Uniqueid", "21.2", "Linkedid", "21.1"}
	r.server.Emit("Newchannel", append(callee, "ChannelState", "0", "ChannelStateDesc", "Down")...)
	r.server.Emit("DialBegin", "Channel", "PJSIP/trk-1-00000001", "Uniqueid", "21.1", "Linkedid", "21.1",
		"DestChannel", "PJSIP/T2_1010-00000002", "DestUniqueid", "21.2", "DestLinkedid", "21.1", "DialString", "T2_1010")
	r.server.Emit("Newstate", append(callee, state...)...)
	if up {
		r.server.Emit("Newstate", append(callee, "ChannelState", "6", "ChannelStateDesc", "Up")...)
	}
	synctest.Wait()
	return "1-21.1"
}

// wire are the channels of the actions of a name that the server got.
func (r *rig) wire(action string) []string {
	var out []string
	for _, q := range r.server.Requests() {
		if strings.EqualFold(q.Action(), action) {
			out = append(out, strings.TrimSpace(q.Get("Channel")+" "+q.Get("Exten")))
		}
	}
	return out
}

// TestHangupOrder: the channel that began the call comes first, so that the
// dialplan does not go on to a diversion when the ringing phone is hung up.
func TestHangupOrder(t *testing.T) {
	inBubble(t, nil, func(r *rig) {
		r.server.Handle("Hangup", func(c *amitest.Conn, q amitest.Request) { c.Respond(q, "Success", "Message", "Channel Hungup") })
		a := r.do(request{method: "POST", path: "/calls/" + r.incoming(false) + "/hangup"})
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.raw)
		}
		if got := fmt.Sprint(r.wire("Hangup")); got != "[PJSIP/trk-1-00000001 PJSIP/T2_1010-00000002]" {
			t.Errorf("got %s", got)
		}
	})
}

// TestWhatTheServerSays to an action on a call, and what becomes of it.
func TestWhatTheServerSays(t *testing.T) {
	for _, tt := range []struct {
		action, text string // "" for success
		status       int
		code         string
	}{
		{"Hangup", "", 200, ""},
		{"Hangup", "No such channel", 409, "conflict"},
		{"Hangup", "Permission denied", 503, "unavailable"},
		{"Redirect", "", 200, ""},
		{"Redirect", "Channel does not exist: PJSIP/trk-1-00000001", 409, "conflict"},
		{"Redirect", "Redirect failed", 503, "unavailable"},
	} {
		inBubble(t, nil, func(r *rig) {
			r.server.Handle(tt.action, func(c *amitest.Conn, q amitest.Request) {
				if tt.text == "" {
					c.Respond(q, "Success", "Message", "done")
					return
				}
				c.Error(q, tt.text)
			})
			q := request{method: "POST", path: "/calls/" + r.incoming(true) + "/" + strings.ToLower(tt.action)}
			if tt.action == "Redirect" {
				q.body = `{"exten":"1013"}`
			}
			if a := r.do(q); a.status != tt.status || a.body.Code != tt.code {
				t.Errorf("%s, %q: %d %s", tt.action, tt.text, a.status, a.raw)
			}
		})
	}
	for _, action := range []string{"hangup", "redirect"} {
		inBubble(t, nil, func(r *rig) {
			id := r.incoming(true)
			r.server.Handle(action, func(*amitest.Conn, amitest.Request) {
				r.server.Refuse(true)
				r.server.Cut()
			})
			a := r.do(request{method: "POST", path: "/calls/" + id + "/" + action, body: `{"exten":"1013"}`})
			if a.status != 503 || a.body.Code != "unavailable" {
				t.Errorf("the link broke at %s: %d %s", action, a.status, a.raw)
			}
		})
	}
}

// TestWhoIsMoved, by side and by channel.
func TestWhoIsMoved(t *testing.T) {
	for _, tt := range []struct {
		body   string
		up     bool
		status int
		moved  string
	}{
		{`{"exten":"1013"}`, false, 200, "PJSIP/trk-1-00000001 1013"},
		{`{"exten":"1013","side":"from"}`, true, 200, "PJSIP/trk-1-00000001 1013"},
		{`{"exten":"1013","side":"to"}`, true, 200, "PJSIP/T2_1010-00000002 1013"},
		{`{"exten":"1013","side":"to"}`, false, 409, ""},
		{`{"exten":"1013","channel":"PJSIP/T2_1010-00000002"}`, true, 200, "PJSIP/T2_1010-00000002 1013"},
		{`{"exten":"01026132471","context":"T2_cos-all"}`, true, 200, "PJSIP/trk-1-00000001 01026132471"},
		{`{"exten":"1013","channel":"PJSIP/T2_1010-00000002","side":"to"}`, true, 400, ""},
		{`{"exten":"1013","channel":"PJSIP/T10_1010-00000002"}`, true, 409, ""},
		{`{"exten":"1013","channel":"/^PJSIP/"}`, true, 409, ""},
		{`{"exten":"1013","side":"both"}`, true, 422, ""},
		{`{"exten":"1013","context":"T10_cos-all"}`, true, 403, ""},
		{`{"exten":"1013","context":"default"}`, true, 403, ""},
		{`{"exten":"0012025550123"}`, true, 403, ""},
		{`{"exten":"0601234567"}`, true, 403, ""},
		{`{"exten":"119"}`, true, 403, ""},
		{`{"exten":"1099"}`, true, 400, ""},
		{`{"exten":"s"}`, true, 400, ""},
		{`{"exten":""}`, true, 400, ""},
		{`{"exten":"1013\r\nAction: Ping"}`, true, 400, ""},
	} {
		inBubble(t, nil, func(r *rig) {
			r.server.Handle("Redirect", func(c *amitest.Conn, q amitest.Request) { c.Respond(q, "Success", "Message", "done") })
			a := r.do(request{method: "POST", path: "/calls/" + r.incoming(tt.up) + "/redirect", body: tt.body})
			if got := strings.Join(r.wire("Redirect"), ", "); a.status != tt.status || got != tt.moved {
				t.Errorf("%s: %d %s, sent %q", tt.body, a.status, a.raw, got)
			}
		})
	}
}
