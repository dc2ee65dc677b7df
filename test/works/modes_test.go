package works_test

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// buttonModes: in each way in which a company's buttons can act, the first of them
// brings the caller to the desk phone. The default way is that of all other tests.
func (s *site) buttonModes() {
	for _, mode := range []struct {
		name  string
		card  []string // is in it
		press func()
	}{
		{"postback", []string{`"type":"flex"`, `"type":"postback"`, `"data":"p1`}, s.pressPostback},
		{"uri", []string{`"type":"flex"`, `"uri":"http://127.0.0.1:0/dapi/tap/p1`}, s.pressPage},
		{"template", []string{`"type":"button_template"`, `"contentText":"☎ 대표 번호 ` + stranger, `"postback":"p1`}, s.pressTemplate},
	} {
		s.takenBy(mode.name, mode.press, mode.card...)
	}
}

// takenBy has a call taken by the first button, in one of the ways.
func (s *site) takenBy(mode string, press func(), card ...string) {
	s.t.Helper()
	c := s.company.Clone()
	c.NaverWorks.Style.Mode = mode
	s.describe(&c)
	defer s.describe(&s.company)
	mark := s.mark()
	out := s.call(did)
	in := s.next("1010")
	s.contains(s.message("u-1010", mark, 1), append(card, deskButton, assistantButton, mobileButton, m2cButton, webButton)...)
	press()
	s.atDesk(out, in)
	s.told("u-1010", mark, "통화 완료", "홍길동")
}

// atDesk has a call come to the desk phone of 1010 that rang there, and sound go
// through it both ways.
func (s *site) atDesk(out, rang *sipphone.Call) {
	s.t.Helper()
	asterisktest.Ended(s.t, rang)
	at := s.next("1010")
	if from := at.Invite().From.Number; from != stranger {
		s.t.Errorf("the display shows %q", from)
	}
	if err := at.Answer(); err != nil {
		s.t.Fatal(err)
	}
	asterisktest.Answered(s.t, out)
	asterisktest.Talk(s.t, out, at)
	asterisktest.Hangup(s.t, out, at)
}

// pressPostback is answered by nothing but what the bot says.
func (s *site) pressPostback() {
	mark := s.mark()
	if e := s.press("u-1010", deskButton); e.Kind != "postback" {
		s.t.Errorf("%+v", e)
	}
	s.told("u-1010", mark, "사무실 전화기로")
}

// pressTemplate writes the button's words into the room.
func (s *site) pressTemplate() {
	mark := s.mark()
	if e := s.press("u-1010", deskButton); e.Kind != "message" {
		s.t.Errorf("%+v", e)
	}
	s.told("u-1010", mark, "사무실 전화기로")
}

// pressPage opens the button's page, which whoever only looks at does nothing by,
// and taps.
func (s *site) pressPage() {
	mark := s.mark()
	e := s.press("u-1010", deskButton)
	link, err := url.Parse(e.Value)
	if err != nil || e.Kind != "uri" {
		s.t.Fatalf("%+v: %v", e, err)
	}
	ask := s.pages()
	for _, method := range []string{"GET", "HEAD", "GET"} { // a preview, a scanner, a person
		code, text := ask(method, link.Path)
		if form := strings.Contains(text, `<form method="post" action="`+link.Path+`">`); code != 200 || form != (method == "GET") {
			s.t.Errorf("%s: %d %s", method, code, text)
		}
	}
	var calls []struct{ State string }
	if err := json.Unmarshal(s.do("GET", "/calls", nil), &calls); err != nil || len(calls) != 1 || calls[0].State != "ringing" {
		s.t.Errorf("after the page was looked at: %+v, %v", calls, err)
	}
	if code, text := ask("POST", link.Path); code != 200 || !strings.Contains(text, "사무실 전화기로") {
		s.t.Errorf("%d %s", code, text)
	}
	if n := len(s.messages("u-1010", mark)); n != 0 {
		s.t.Errorf("%d messages of what the page says", n)
	}
}
