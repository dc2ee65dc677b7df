package rest_test

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// callView is what of a call these tests look at.
type callView struct {
	CallID    string `json:"call_id"`
	Tenant    string `json:"tenant"`
	Direction string `json:"direction"`
	State     string `json:"state"`
	DID       string `json:"did"`
	From      struct{ Extension, Number string }
	To        struct{ Extension, Number string }
	Ringing   []struct{ Extension, Number string }
	Channels  []struct {
		Name  string `json:"channel"`
		State string
	}
	AnsweredBy  *struct{ Extension, Number string } `json:"answered_by"`
	ClickToCall *struct {
		Caller, Callee struct{ State string }
	} `json:"click_to_call"`
	Transfers []struct{ Type string }
	Ended     *struct{ Reason string }
}

func (s *site) call(id string) callView {
	s.t.Helper()
	var c callView
	s.get(prefix+"/calls/"+id, &c)
	return c
}

// live waits until the list that query asks for has exactly one call.
func (s *site) live(query string) callView {
	s.t.Helper()
	var all []callView
	s.until("one call "+query, func() bool {
		s.get(prefix+"/calls?"+query, &all)
		return len(all) == 1
	})
	return all[0]
}

// over waits until a call has ended.
func (s *site) over(id string) callView {
	s.t.Helper()
	var c callView
	s.until("the end of the call", func() bool { c = s.call(id); return c.State == "ended" })
	return c
}

// talk waits until two ends hear each other.
func (s *site) talk(a, b *sipphone.Call) {
	s.t.Helper()
	for _, c := range []*sipphone.Call{a, b} {
		if err := c.WaitAnswered(s.ctx()); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := a.WaitTone(s.ctx(), b.Tone()); err != nil {
		s.t.Errorf("one end hears %v, not %d Hz: %v", a.Heard(), b.Tone(), err)
	}
	if err := b.WaitTone(s.ctx(), a.Tone()); err != nil {
		s.t.Errorf("other end hears %v, not %d Hz: %v", b.Heard(), a.Tone(), err)
	}
}

// bothEnd waits for the end of two calls.
func (s *site) bothEnd(calls ...*sipphone.Call) {
	s.t.Helper()
	for _, c := range calls {
		if _, err := c.WaitEnded(s.ctx()); err != nil {
			s.t.Errorf("not hung up: %v", err)
		}
	}
}

func (s *site) incoming(did string) *sipphone.Call {
	s.t.Helper()
	c, err := s.demo.Network().Call(s.ctx(), sipphone.CallOptions{From: demo.Friend, Name: "김민수", To: did, Server: s.demo.SIPAddress(1)})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// want sends a request and checks its status, code and field.
func (s *site) want(status int, codeField, method, path, body string) {
	s.t.Helper()
	r := s.do(method, path, body)
	if r.status != status || strings.TrimSpace(r.body.Code+" "+r.body.Field) != codeField {
		s.t.Errorf("%s %s: %d %s, want %d %s", method, path, r.status, r.raw, status, codeField)
	}
}

const did1010 = "07045805605"

// TestIncomingCall: a call from the network is listed while it rings, taken
// away to another phone, where it is answered and heard, and hung up.
func TestIncomingCall(t *testing.T) { both(t, incomingCall) }

func incomingCall(t *testing.T, s *site) {
	s.demo.Phone(2, "1010").SetBehaviour(sipphone.Ring())
	s.demo.Phone(2, "1013").SetBehaviour(sipphone.Answer(0))
	out := s.incoming(did1010)
	c := s.live("state=ringing&extension=1010")
	if c.Direction != "external" || c.Tenant != "T2" || c.From.Number != demo.Friend || c.To.Extension != "1010" || c.DID != did1010 ||
		len(c.Ringing) != 1 || c.Ringing[0].Extension != "1010" || !strings.HasPrefix(c.CallID, "1-") {
		t.Errorf("got %+v", c)
	}
	for _, query := range []string{"state=answered", "state=new", "extension=1018", "server_id=2", "direction=internal", "offset=1"} {
		if r := s.do("GET", prefix+"/calls?"+query, ""); string(r.body.Data) != "[]" {
			t.Errorf("%s: %s", query, r.raw)
		}
	}
	path := prefix + "/calls/" + c.CallID

	// Others do not see it, nor learn that there is such a call.
	ten := map[string][]string{"Tenant": {demo.Tenant10}, "App-Key": {demo.AppKey10}}
	for _, p := range []string{"", "/hangup", "/redirect"} {
		method := map[bool]string{true: "GET", false: "POST"}[p == ""]
		body := `{"exten":"1013"}`
		a, b := s.as(ten, method, path+p, body), s.as(ten, method, prefix+"/calls/1-0000000000.1"+p, body)
		if a.status != 404 || a.raw != b.raw {
			t.Errorf("%s: %d %s, and for one that never was %s", p, a.status, a.raw, b.raw)
		}
	}
	if r := s.as(ten, "GET", prefix+"/calls", ""); string(r.body.Data) != "[]" {
		t.Errorf("another company sees %s", r.raw)
	}
	if r := s.as(basic(demo.Operator), "GET", prefix+"/calls", ""); !strings.Contains(r.raw, c.CallID) {
		t.Errorf("an operator sees %s", r.raw)
	}

	// Where it may not go.
	s.want(403, "forbidden exten", "POST", path+"/redirect", `{"exten":"0012025550123"}`)
	s.want(403, "forbidden exten", "POST", path+"/redirect", `{"exten":"119"}`)
	s.want(400, "invalid_value exten", "POST", path+"/redirect", `{"exten":"1013&1018"}`)
	s.want(403, "forbidden context", "POST", path+"/redirect", `{"exten":"1013","context":"T10_cos-all"}`)
	s.want(409, "conflict side", "POST", path+"/redirect", `{"exten":"1013","side":"to"}`)
	s.want(409, "conflict channel", "POST", path+"/redirect", `{"exten":"1013","channel":"PJSIP/T10_1010-00000001"}`)

	// Taken away by 1013.
	if r := s.do("POST", path+"/redirect", `{"exten":"1013"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	in := s.next("1013", s.demo.Phone(2, "1013"))
	s.talk(out, in)
	s.until("answered", func() bool { c = s.call(c.CallID); return c.State == "answered" })
	if c.AnsweredBy == nil || c.AnsweredBy.Extension != "1013" || len(c.Transfers) != 1 || c.Transfers[0].Type != "redirect" {
		t.Errorf("got %+v", c)
	}

	// Given on by 1013 to 1018: the caller goes, 1013 is free.
	s.demo.Phone(2, "1018").SetBehaviour(sipphone.Answer(0))
	if r := s.do("POST", path+"/redirect", `{"exten":"1018","side":"from","context":"T2_cos-all"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	second := s.next("1018", s.demo.Phone(2, "1018"))
	s.bothEnd(in)
	s.talk(out, second)

	if r := s.do("POST", path+"/hangup", ""); r.status != 200 || !strings.Contains(r.raw, c.CallID) {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	s.bothEnd(out, second)
	if c = s.over(c.CallID); c.Ended == nil || len(c.Channels) != 0 {
		t.Errorf("got %+v", c)
	}
	s.want(409, "conflict call_id", "POST", path+"/hangup", "")
	s.want(409, "conflict call_id", "POST", path+"/redirect", `{"exten":"1013"}`)
	s.want(404, "not_found call_id", "POST", prefix+"/calls/nonsense/hangup", "")
	s.want(404, "not_found call_id", "GET", prefix+"/calls/99-1.1", "")
}

// TestHangupTriesNothingFurther: a call that rings is hung up; the diversion
// for a phone that does not answer is not taken.
func TestHangupTriesNothingFurther(t *testing.T) {
	s := start(t)
	s.demo.Phone(2, "1010").SetBehaviour(sipphone.Ring())
	if r := s.do("PUT", prefix+"/diversions/1010", `{"CFN":{"destination":"`+demo.Mobile+`"},"CFB":{"destination":"`+demo.Mobile+`"},"CFU":{"destination":"`+demo.Mobile+`"}}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	out := s.incoming(did1010)
	c := s.live("state=ringing")
	if r := s.do("POST", prefix+"/calls/"+c.CallID+"/hangup", ""); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	s.bothEnd(out)
	s.over(c.CallID)
	if n := len(s.demo.Network().Received()); n != 0 {
		t.Errorf("%d calls went to the network", n)
	}
}

const clickToCall = prefix + "/core/click_to_call"

// click starts a click-to-call and returns its id.
func (s *site) click(caller, callee string) string {
	s.t.Helper()
	var started struct {
		CallID string `json:"call_id"`
	}
	s.data(s.do("POST", clickToCall, `{"caller":"`+caller+`","callee":"`+callee+`"}`), &started)
	return started.CallID
}

// TestClickToCallIsCancelled at once, while the caller's phone rings, and while
// both talk; then there is nothing to cancel.
func TestClickToCallIsCancelled(t *testing.T) { both(t, clickToCallIsCancelled) }

func clickToCallIsCancelled(t *testing.T, s *site) {
	const path = clickToCall + "/cancel"
	body := `{"caller":"1010","callee":"` + demo.Mobile + `"}`
	phone := s.demo.Phone(2, "1010")
	cancelled := func(body, id string) {
		t.Helper()
		var got struct {
			Cancelled int
			CallIDs   []string `json:"call_ids"`
		}
		s.data(s.do("POST", path, body), &got)
		if got.Cancelled != 1 || len(got.CallIDs) != 1 || got.CallIDs[0] != id {
			t.Errorf("got %+v", got)
		}
		if c := s.over(id); c.ClickToCall == nil {
			t.Errorf("got %+v", c)
		}
	}
	s.want(409, "conflict", "POST", path, body)

	phone.SetBehaviour(sipphone.Ring())
	id := s.click("1010", demo.Mobile)
	if c := s.call(id); c.ClickToCall == nil || c.State == "ended" { // known from the answer on
		t.Errorf("got %+v", c)
	}
	cancelled(body, id) // at once
	s.want(409, "conflict", "POST", path, body)

	id = s.click("1010", demo.Mobile)
	s.until("ringing", func() bool { return s.call(id).State == "ringing" })
	s.want(409, "conflict", "POST", path, `{"caller":"1010","callee":"1013"}`)
	s.want(409, "conflict", "POST", path, `{"caller":"1013"}`)
	s.want(403, "forbidden caller", "POST", path, `{"caller":"1099"}`)
	s.want(400, "bad_request caller", "POST", path, `{}`)
	s.want(404, "not_found call_id", "POST", path, `{"call_id":"1-never"}`)
	cancelled(`{"caller":"1010"}`, id)

	phone.SetBehaviour(sipphone.Answer(0))
	id = s.click("1010", demo.Mobile)
	var near *sipphone.Call
	for near == nil || near.Tone() == 0 { // the calls before are among those that came
		c := s.next("1010", phone)
		if _, over := c.End(); !over {
			near = c
		}
	}
	far := s.next("the mobile", s.demo.Network())
	s.talk(near, far)
	cancelled(`{"call_id":"`+id+`"}`, id)
	s.bothEnd(near, far)
	s.want(409, "conflict", "POST", path, `{"call_id":"`+id+`"}`)
	if n := len(s.demo.Network().Received()); n != 1 {
		t.Errorf("the network was called %d times", n)
	}
}

// TestClickToCallIsMoved: while both talk the callee is moved to another
// extension and the caller is free; then it is hung up.
func TestClickToCallIsMoved(t *testing.T) {
	s := start(t)
	s.demo.Phone(2, "1010").SetBehaviour(sipphone.Answer(0))
	s.demo.Phone(2, "1013").SetBehaviour(sipphone.Answer(0))
	id := s.click("1010", demo.Mobile)
	near, far := s.next("1010", s.demo.Phone(2, "1010")), s.next("the mobile", s.demo.Network())
	s.talk(near, far)
	s.until("answered", func() bool { return s.call(id).State == "answered" })
	if r := s.do("POST", prefix+"/calls/"+id+"/redirect", `{"exten":"1013","side":"to"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	other := s.next("1013", s.demo.Phone(2, "1013"))
	s.talk(other, far)
	s.bothEnd(near)
	if r := s.do("POST", prefix+"/calls/"+id+"/hangup", ""); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	s.bothEnd(other, far)
	s.over(id)
}
