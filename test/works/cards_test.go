package works_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
	"github.com/dipcast/dipcast/works/workstest"
)

// TestSite runs everything on one site, one after the other.
func TestSite(t *testing.T) {
	s := start(t)
	s.listensToPresses()
	for _, tt := range []struct {
		name string
		run  func(*site)
	}{
		{"external call", (*site).externalCall},
		{"desk", (*site).deskPress},
		{"button modes", (*site).buttonModes},
		{"mobile", (*site).mobilePress},
		{"call back", (*site).callBackPress},
		{"web", (*site).webPress},
		{"assistant", (*site).assistantPress},
		{"stranger", (*site).strangersPress},
		{"commands", (*site).commands},
		{"missed call", (*site).missedCall},
		{"internal call", (*site).internalCall},
		{"ring group", (*site).ringGroup},
		{"large ring group", (*site).largeRingGroup},
		{"voicemail", (*site).voicemail},
		{"voicemail without a card", (*site).voicemailAlone},
		{"settings", (*site).settings},
		{"recorded call", (*site).recordedCall},
		{"outbox and preview", (*site).shownToAdministrators},
		{"sign in", (*site).signIn},
		{"behind a relay", (*site).behindRelay}, // the last: the gateway is another then
	} {
		t.Run(tt.name, func(t *testing.T) {
			here := *s
			here.t = t
			tt.run(&here)
		})
	}
}

// externalCall: a call from the network shows a card to who is rung, with five
// buttons; when it was answered, a second message says by whom, and how long.
func (s *site) externalCall() {
	mark := s.mark()
	s.phones["1010"].SetBehaviour(sipphone.Ring())
	out := s.call(did)
	in := s.next("1010")
	card := s.message("u-1010", mark, 1)
	s.contains(card, "☎ 대표 번호", stranger, "수신 전화 당겨 받기", "A.I. 비서로 당겨 받기", "내 모바일로 당겨 받기", "M2C 발신 하기", "DIPCAST WEB", `"altText"`)
	if err := in.Answer(); err != nil {
		s.t.Fatal(err)
	}
	if err := out.WaitAnswered(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	if err := out.Hangup(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	s.contains(s.message("u-1010", mark, 2), "통화 완료", stranger, "응답: 홍길동 (1010)")
	if n := len(s.messages("u-1010", mark)); n != 2 {
		s.t.Errorf("%d messages, want 2", n)
	}
}

// missedCall: who was rung for nothing is told, with a button that calls back. The
// phone rings for 30 s where it would for 5, since a card is out.
func (s *site) missedCall() {
	mark := s.mark()
	s.phones["1010"].SetBehaviour(sipphone.Ring())
	out := s.call(did)
	s.next("1010")
	s.message("u-1010", mark, 1)
	if err := out.Hangup(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	missed := s.message("u-1010", mark, 2)
	s.contains(missed, "부재중 전화", stranger, "동안 울림", "M2C 발신 하기")
	if strings.Contains(missed, "당겨 받기") {
		s.t.Error("a call that is over can still be taken")
	}
	dial := "Dial(${DC_PHONES},30,"
	if text := s.dialplan(); !strings.Contains(text, dial) {
		s.t.Errorf("no phone rings for 30 s: %q is not in the dialplan", dial)
	}
}

// internalCall: a call between phones has three buttons. 1013 reads English.
func (s *site) internalCall() {
	mark := s.mark()
	s.phones["1013"].SetBehaviour(sipphone.Answer(200 * time.Millisecond))
	out, err := s.phones["1010"].Dial(s.ctx(), "1013", sipphone.DialOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	card := s.message("u-1013", mark, 1)
	s.contains(card, "☎ Internal call", `"1010"`, "홍길동", "Take on mobile", "Call back (M2C)", "DIPCAST WEB")
	if strings.Contains(card, "Take at my desk") || strings.Contains(card, "A.I.") {
		s.t.Errorf("more than three buttons: %s", card)
	}
	if err := out.WaitAnswered(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	if err := out.Hangup(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	s.contains(s.message("u-1013", mark, 2), "Call answered", "Answered by Ann Lee (1013)")
	if n := len(s.messages("u-1010", mark)); n != 0 {
		s.t.Errorf("%d messages to who called", n)
	}
}

// ringGroup: everybody whose phone is rung gets a card, and is told who took it.
func (s *site) ringGroup() {
	mark := s.mark()
	s.phones["1010"].SetBehaviour(sipphone.Ring())
	s.phones["1013"].SetBehaviour(sipphone.Ring())
	out := s.call(teamDID)
	s.next("1010")
	in := s.next("1013")
	s.contains(s.message("u-1010", mark, 1), "☎ 영업팀", stranger)
	s.contains(s.message("u-1013", mark, 1), "☎ 영업팀", stranger, "Take at my desk")
	if err := in.Answer(); err != nil {
		s.t.Fatal(err)
	}
	if err := out.WaitAnswered(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	if err := out.Hangup(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	s.contains(s.message("u-1010", mark, 2), "통화 완료", "응답: Ann Lee (1013)")
	s.contains(s.message("u-1013", mark, 2), "Call answered", "Answered by Ann Lee (1013)")
}

// largeRingGroup: more than five people are told by one card in their room.
func (s *site) largeRingGroup() {
	mark := s.mark()
	for _, p := range everybody {
		s.phones[p.ext].SetBehaviour(sipphone.Ring())
	}
	out := s.call(hallDID)
	for _, p := range everybody {
		s.next(p.ext)
	}
	s.contains(s.message(s.hall, mark, 1), "☎ 모두", stranger, "수신 전화 당겨 받기")
	if err := out.Hangup(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	s.contains(s.message(s.hall, mark, 2), "부재중 전화", stranger)
	for _, p := range everybody {
		if n := len(s.messages(p.user, mark)); n != 0 {
			s.t.Errorf("%d messages to %s beside those to the room", n, p.user)
		}
	}
}

// settings: who gets cards is as the company says.
func (s *site) settings() {
	defer s.describe(&s.company)
	always := company.TimeGroup{ID: 1, Spans: []company.Span{{From: "00:00", To: "24:00"}}, OnHolidays: true}
	rung := func(card string, change func(w *company.NaverWorks)) (mark uint64) {
		c := s.company.Clone()
		c.TimeGroups = []company.TimeGroup{always}
		change(c.NaverWorks)
		s.describe(&c)
		mark = s.mark()
		s.phones["1010"].SetBehaviour(sipphone.Ring())
		out := s.call(did)
		s.next("1010")
		id := ""
		await.That(s.t, "the ringing", func() bool {
			calls := s.app.Pool().Server(1).Calls().Live(nil)
			if len(calls) != 1 || len(calls[0].Ringing) != 1 {
				return false
			}
			id = calls[0].ID
			return card == "" || len(s.messages(card, mark)) > 0
		})
		if err := out.Hangup(s.ctx()); err != nil {
			s.t.Fatal(err)
		}
		await.That(s.t, "the history", func() bool { return strings.Contains(string(s.do("GET", "/cdr?limit=1", nil)), id) })
		return mark
	}
	if text := string(s.do("GET", "/health", nil)); strings.Contains(text, `"cards"`) {
		s.t.Errorf("something is wrong with cards: %s", text)
	}
	alone := s.company.Clone()
	alone.NaverWorks.GroupRoom = ""
	s.describe(&alone)
	s.contains(string(s.do("GET", "/health", nil)), `"cards":[{"tenant":"T2","code":"group_without_room","group":"610","people":6,"told":5,`)
	mark := rung(s.hall, func(w *company.NaverWorks) { w.Room = s.hall })
	s.contains(s.message(s.hall, mark, 2), "부재중 전화")
	if n := len(s.messages("u-1010", mark)); n != 0 {
		s.t.Errorf("%d messages to a person in place of the room", n)
	}
	// What must not come would come before the card of the call after it.
	first := rung("", func(w *company.NaverWorks) { w.QuietHours = 1 })
	rung("", func(w *company.NaverWorks) { w.Extensions = []string{"1013"} })
	rung("", func(w *company.NaverWorks) { w.Off = true })
	rung("u-1010", func(w *company.NaverWorks) { w.FollowUps = company.FollowNone })
	s.message("u-1010", first, 1)
	last := rung("u-1010", func(*company.NaverWorks) {})
	s.message("u-1010", last, 2)
	if n := len(s.messages("u-1010", first)); n != 3 {
		s.t.Errorf("%d messages, want 3: a card, and a card with its notice", n)
	}
}

// dialplan is the file that Asterisk reads.
func (s *site) dialplan() string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.asterisk.Input.Dirs.Base, "etc/extensions.conf"))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// leave leaves a message in a mailbox, and hangs up.
func (s *site) leave(c *sipphone.Call) {
	s.t.Helper()
	if err := c.WaitAnswered(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	if err := c.LeaveMessage(s.ctx(), 3*time.Second); err != nil {
		s.t.Fatal(err)
	}
}

// voicemail: who had the card of a call that ended in the mailbox gets the message
// itself, and nothing else; a program of the company is told of it, signed.
func (s *site) voicemail() {
	heard, stop := s.listen("voicemail.new")
	defer stop()
	mark := s.mark()
	s.phones["1018"].SetBehaviour(sipphone.RingThen(200*time.Millisecond, sipphone.Decline()))
	out, err := s.phones["1010"].Dial(s.ctx(), "1018", sipphone.DialOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	s.contains(s.message("u-1018", mark, 1), "☎ 내부 전화 수신!")
	s.leave(out)
	s.contains(s.message("u-1018", mark, 2), `"audio"`, `"fileId"`)
	up := s.sandbox.Requests(workstest.OpUpload)
	if n := len(up); n == 0 || up[n-1].Upload.Type != "audio/wav" || up[n-1].Upload.Size < 30000 {
		s.t.Errorf("uploads: %+v", up)
	}
	s.settled("u-1018", mark, 2)
	await.That(s.t, "a program is told", func() bool { return len(heard()) > 0 })
	if all := heard(); len(all) != 1 || all[0].Extension != "1018" || all[0].ServerID != 1 || all[0].New != 1 || !strings.HasPrefix(all[0].CallID, "1-") {
		s.t.Errorf("a program is told %+v", all)
	}
}

// voicemailAlone: a message that nobody's phone rang for comes with a notice that
// says whose it is.
func (s *site) voicemailAlone() {
	mark := s.mark()
	s.leave(s.call(boxDID))
	s.contains(s.message("u-1018", mark, 1), "음성 메시지", stranger, "M2C 발신 하기")
	s.contains(s.message("u-1018", mark, 2), `"audio"`)
	s.settled("u-1018", mark, 2)
}

// settled waits until all calls are over and told of, and wants n messages to
// somebody since a mark.
func (s *site) settled(to string, mark uint64, n int) {
	s.t.Helper()
	await.That(s.t, "the end of all calls", func() bool { return len(s.app.Pool().Server(1).Calls().Live(nil)) == 0 })
	// What is told of this call comes after what is told of those before.
	after := s.mark()
	s.phones["1023"].SetBehaviour(sipphone.Ring())
	out, err := s.phones["1022"].Dial(s.ctx(), "1023", sipphone.DialOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	s.message("u-1023", after, 1)
	if err := out.Hangup(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	s.message("u-1023", after, 2)
	if got := s.messages(to, mark); len(got) != n {
		s.t.Errorf("%d messages to %s, want %d: %v", len(got), to, n, got)
	}
}

// shownToAdministrators: what was sent is counted for the company, and how its
// cards look can be seen.
func (s *site) shownToAdministrators() {
	var state struct {
		Kinds []struct {
			Kind   string
			Labels []struct {
				Label   string
				Sent    int
				Dropped *int
			}
		}
	}
	if err := json.Unmarshal(s.do("GET", "/outbox?tenant=T2", nil), &state); err != nil {
		s.t.Fatal(err)
	}
	sent := map[string]int{}
	for _, k := range state.Kinds {
		for _, l := range k.Labels {
			sent[k.Kind+" "+l.Label] = l.Sent
		}
	}
	for _, label := range []string{"works ring", "works missed", "works answered", "works voicemail", "works reply"} {
		if sent[label] == 0 {
			s.t.Errorf("%s: none was sent of %v", label, sent)
		}
	}
	status, page := s.ask("GET", "/naver-works/preview?tenant=T2", nil)
	if status != 200 {
		s.t.Errorf("%d", status)
	}
	s.contains(string(page), "<!doctype html>", deskButton, deskEnglish, "부재중 전화")
}
