package rest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// why is what the history says of how a call ended.
type why struct {
	Served string
	Why    struct{ Ko, En string }
}

// TestWhy: a call that rings in vain and one that leaves a message say so, in both
// languages, and the message is heard over REST.
func TestWhy(t *testing.T) {
	s := start(t)
	explained := func(id string) (w why) {
		t.Helper()
		s.until("the call in the history", func() bool {
			r := s.do("GET", prefix+"/cdr/"+id, "")
			if r.status == 200 {
				s.data(r, &w)
			}
			return r.status == 200
		})
		return w
	}
	s.demo.Phone(2, "1010").SetBehaviour(sipphone.Ring())
	vain := s.incoming(did1010)
	id := s.live("state=ringing").CallID
	if err := vain.Hangup(s.ctx()); err != nil {
		t.Fatal(err)
	}
	if w := explained(id); !strings.Contains(w.Why.Ko, "울리는 동안") || !strings.Contains(w.Why.En, "hung up") {
		t.Errorf("in vain: %+v", w)
	}
	if r := s.do("PUT", prefix+"/extensions/1010", `{"voicemail":{}}`); r.status != 200 {
		t.Fatal(r.raw)
	}
	if r := s.as(basic(demo.Operator), "POST", prefix+"/servers/1/apply", "{}"); r.status != 200 {
		t.Fatal(r.raw)
	}
	if r := s.do("PUT", prefix+"/diversions/1010/DND", `{"enable":true}`); r.status != 200 {
		t.Fatal(r.raw)
	}
	out := s.incoming(did1010)
	if err := out.WaitAnswered(s.ctx()); err != nil {
		t.Fatal(err)
	}
	id = s.live("direction=external").CallID
	if err := out.LeaveMessage(s.ctx(), 3*time.Second); err != nil {
		t.Fatal(err)
	}
	s.allOver()
	w := explained(id)
	if w.Served != "voicemail" || !strings.Contains(w.Why.Ko, "음성사서함으로 넘어갔고 메시지를 남겼습니다") || !strings.Contains(w.Why.En, "not to be disturbed, so it went to voicemail and a message was left") {
		t.Errorf("a message was left: %+v", w)
	}
	var messages []struct {
		URL     string
		Seconds int
	}
	s.get(prefix+"/voicemail?extension=1010&unread=true", &messages)
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	if status, _, sound := s.fetch(key(), "GET", messages[0].URL); status != 200 || len(sound) < 16000 {
		t.Errorf("its sound: %d, %d bytes", status, len(sound))
	}
}
