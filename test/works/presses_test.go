package works_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/sipphone"
	"github.com/dipcast/dipcast/works/workstest"
)

// Labels of buttons.
const (
	deskButton      = "📞 수신 전화 당겨 받기"
	deskEnglish     = "📞 Take at my desk"
	assistantButton = "🤖 A.I. 비서로 당겨 받기"
	mobileButton    = "📲 내 모바일로 당겨 받기"
	m2cButton       = "📞 M2C 발신 하기"
	webButton       = "🖥️ DIPCAST WEB"
)

// origin is where NAVER WORKS and browsers reach the gateway.
func (s *site) origin() string {
	if s.front != "" {
		return s.front
	}
	return strings.TrimSuffix(s.api, "/api/v2")
}

// listensToPresses has the sandbox tell the gateway what people do.
func (s *site) listensToPresses() {
	s.sandbox.AddBot(workstest.Bot{
		ID: botID, Name: "DIPCAST", Secret: "bot-secret", Domain: domain, CallbackURL: s.origin() + "/dapi/" + tenantID + "/callback",
	})
}

// press presses the button of the newest card that has it.
func (s *site) press(user, label string) workstest.Effect {
	s.t.Helper()
	e, err := s.sandbox.Press(user, strconv.Itoa(botID), label)
	if err != nil {
		s.t.Fatalf("%s: %v", label, err)
	}
	return e
}

func (s *site) say(user, text string) {
	s.t.Helper()
	if err := s.sandbox.Say(user, strconv.Itoa(botID), text); err != nil {
		s.t.Fatal(err)
	}
}

// told waits for a message to somebody since a mark that has all parts.
func (s *site) told(user string, mark uint64, parts ...string) {
	s.t.Helper()
	await.That(s.t, fmt.Sprintf("%s is told %q", user, parts), func() bool {
		for _, m := range s.messages(user, mark) {
			has := true
			for _, p := range parts {
				has = has && strings.Contains(m, p)
			}
			if has {
				return true
			}
		}
		return false
	})
}

// followed waits for what somebody is told of a call that is over, so that it is
// not taken for the next one's.
func (s *site) followed(user string, mark uint64) {
	s.t.Helper()
	await.That(s.t, user+" is told what became of the call", func() bool {
		for _, m := range s.messages(user, mark) {
			for _, title := range []string{"통화 완료", "부재중 전화", "Call answered", "Missed call"} {
				if strings.Contains(m, title) {
					return true
				}
			}
		}
		return false
	})
}

// deskPress: a call rings a group; who presses first gets it at the desk phone,
// and the others are told.
func (s *site) deskPress() {
	mark := s.mark()
	out := s.call(teamDID)
	first, second := s.next("1010"), s.next("1013")
	s.message("u-1010", mark, 1)
	s.message("u-1013", mark, 1)
	s.press("u-1013", deskEnglish)
	asterisktest.Ended(s.t, first)
	asterisktest.Ended(s.t, second)
	at := s.next("1013")
	if from := at.Invite().From.Number; from != stranger {
		s.t.Errorf("the display shows %q", from)
	}
	s.press("u-1010", deskButton)
	s.told("u-1010", mark, "Ann Lee 님이 먼저")
	if err := at.Answer(); err != nil {
		s.t.Fatal(err)
	}
	asterisktest.Answered(s.t, out)
	asterisktest.Talk(s.t, out, at)
	s.press("u-1010", mobileButton)
	s.told("u-1010", mark, "Ann Lee 님이 이미")
	asterisktest.Hangup(s.t, out, at)
	s.told("u-1010", mark, "통화 완료", "Ann Lee")
	s.followed("u-1013", mark)
	s.press("u-1010", deskButton)
	s.told("u-1010", mark, "이미 끝난 전화입니다", "1013")
}

// mobilePress: the mobile's mailbox presses no 1, so the call rings again; its
// owner does.
func (s *site) mobilePress() {
	mark := s.mark()
	out := s.call(did)
	in := s.next("1010")
	s.message("u-1010", mark, 1)
	s.press("u-1010", mobileButton)
	asterisktest.Ended(s.t, in)
	far := s.toMobile(nil)
	if err := far.Hangup(s.ctx()); err != nil {
		s.t.Fatal(err)
	}
	s.told("u-1010", mark, "다시 울립니다")
	in = s.next("1010")
	select {
	case <-out.Answered():
		s.t.Error("the caller was answered by nobody")
	default:
	}
	s.press("u-1010", mobileButton)
	asterisktest.Ended(s.t, in)
	again := s.toMobile(far)
	if err := again.SendDTMF(s.ctx(), "1"); err != nil {
		s.t.Fatal(err)
	}
	asterisktest.Answered(s.t, out)
	asterisktest.Talk(s.t, out, again)
	asterisktest.Hangup(s.t, out, again)
	s.told("u-1010", mark, "통화 완료")
}

// toMobile is the next call to the mobile, answered.
func (s *site) toMobile(before *sipphone.Call) *sipphone.Call {
	s.t.Helper()
	var found *sipphone.Call
	await.That(s.t, "the mobile rings", func() bool {
		for _, c := range s.network.Calls() {
			if _, over := c.End(); c.Incoming() && !over && c.Invite().Called == mobile && (before == nil || c.ID() != before.ID()) {
				found = c
			}
		}
		return found != nil
	})
	return asterisktest.Answered(s.t, found)
}

// callBackPress: the desk phone rings, then the number that called.
func (s *site) callBackPress() {
	mark := s.mark()
	out := s.call(did)
	in := s.next("1010")
	s.message("u-1010", mark, 1)
	asterisktest.Hangup(s.t, out)
	asterisktest.Ended(s.t, in)
	s.told("u-1010", mark, "부재중 전화", stranger)
	s.press("u-1010", m2cButton)
	own := s.next("1010")
	if from := own.Invite().From.Number; from != stranger {
		s.t.Errorf("the desk phone shows %q, who is called back is %s", from, stranger)
	}
	s.press("u-1010", m2cButton)
	s.told("u-1010", mark, "10초 뒤에")
	if err := own.Answer(); err != nil {
		s.t.Fatal(err)
	}
	var far *sipphone.Call
	await.That(s.t, "the caller is called", func() bool {
		for _, c := range s.network.Calls() {
			if _, over := c.End(); c.Incoming() && !over && c.Invite().Called == stranger {
				far = c
			}
		}
		return far != nil
	})
	if from := far.Invite().From.Number; from != did {
		s.t.Errorf("who is called back sees %q, not %s", from, did)
	}
	asterisktest.Answered(s.t, far)
	asterisktest.Talk(s.t, own, far)
	asterisktest.Hangup(s.t, own, far)
}

// pages asks for pages as a browser does that keeps cookies and follows redirects.
func (s *site) pages() (ask func(method, path string) (int, string)) {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Transport: s.outside.Transport}
	return func(method, path string) (int, string) {
		s.t.Helper()
		r, err := http.NewRequestWithContext(s.ctx(), method, s.origin()+path, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		a, err := browser.Do(r)
		if err != nil {
			s.t.Fatal(err)
		}
		defer a.Body.Close()
		text, err := io.ReadAll(a.Body)
		if err != nil {
			s.t.Fatal(err)
		}
		return a.StatusCode, string(text)
	}
}

// webPress: a link opens a call once; to look at it changes nothing.
func (s *site) webPress() {
	mark := s.mark()
	out := s.call(did)
	s.next("1010")
	s.message("u-1010", mark, 1)
	e := s.press("u-1010", webButton)
	if e.Kind != "uri" {
		s.t.Fatalf("%+v", e)
	}
	link, err := url.Parse(e.Value)
	if err != nil {
		s.t.Fatal(err)
	}
	ask := s.pages()
	for range 3 { // a preview, a scanner, a person
		if code, text := ask("GET", link.Path); code != 200 || strings.Contains(text, stranger) {
			s.t.Errorf("%d %s", code, text)
		}
	}
	code, text := ask("POST", link.Path)
	if code != 200 || !strings.Contains(text, stranger) {
		s.t.Fatalf("%d %s", code, text)
	}
	if code, _ := ask("POST", link.Path); code != 410 {
		s.t.Errorf("a second time: %d", code)
	}
	// The page takes the call.
	tap := regexp.MustCompile(`action="(/dapi/tap/[^"]+)"`).FindStringSubmatch(text)
	if tap == nil {
		s.t.Fatal(text)
	}
	if code, _ := ask("GET", tap[1]); code != 200 {
		s.t.Error(code)
	}
	if code, text := ask("POST", tap[1]); code != 200 || !strings.Contains(text, "사무실 전화기로") {
		s.t.Errorf("%d %s", code, text)
	}
	at := s.next("1010")
	if err := at.Answer(); err != nil {
		s.t.Fatal(err)
	}
	asterisktest.Answered(s.t, out)
	asterisktest.Hangup(s.t, out, at)
	s.followed("u-1010", mark)
}

// strangersPress: the button of another does nothing.
func (s *site) strangersPress() {
	mark := s.mark()
	out := s.call(did)
	in := s.next("1010")
	card := s.message("u-1010", mark, 1)
	token := regexp.MustCompile(`"postback":"(p1[^"]+)"`).FindStringSubmatch(card)
	if token == nil {
		s.t.Fatal(card)
	}
	body := fmt.Sprintf(`{"type":"postback","source":{"userId":"u-1013","domainId":%d},"issuedTime":%q,"data":%q}`, domain, time.Now().UTC().Format(time.RFC3339Nano), token[1])
	if d := s.sandbox.Deliver(s.ctx(), botID, []byte(body)); d.Status != 200 {
		s.t.Errorf("%+v", d)
	}
	// What comes behind it from the same person is answered: it was worked on.
	s.say("u-1013", "help")
	s.told("u-1013", mark, "What you can write")
	if err := in.Answer(); err != nil {
		s.t.Fatal(err)
	}
	asterisktest.Answered(s.t, out)
	asterisktest.Hangup(s.t, out, in)
	s.followed("u-1010", mark)
}

// commands: what people write is answered; changes are asked back.
func (s *site) commands() {
	mark := s.mark()
	value := func(key string) string {
		s.t.Helper()
		out, err := s.asterisk.CLI(s.ctx(), "database get "+tenantID+" diversions/1010/"+key)
		if err != nil {
			s.t.Fatal(err)
		}
		return out
	}
	s.say("u-1010", "착신전환 부재중 010-2613-2471")
	s.told("u-1010", mark, "설정할까요", mobile)
	if strings.Contains(value("CFN/destination"), mobile) {
		s.t.Error("it was changed before it was confirmed")
	}
	s.say("u-1010", "예")
	s.told("u-1010", mark, "변경했습니다", "부재중: "+mobile)
	if !strings.Contains(value("CFN/destination"), "sub-custom-numbers,"+mobile+",1") || !strings.Contains(value("has_enable_diversions"), "yes") {
		s.t.Errorf("%s", value("CFN/destination"))
	}
	await.That(s.t, "the change in the audit, with what was before and after", func() bool {
		row := string(s.do("GET", "/audit?action=change+diversions&limit=1", nil))
		return strings.Contains(row, `"NAVER WORKS `) && strings.Contains(row, `"extension 1010"`) && strings.Contains(row, "CFN.destination") && strings.Contains(row, `"after"`)
	})
	s.say("u-1010", "착신전환 부재중 해제")
	s.told("u-1010", mark, "해제할까요")
	s.say("u-1010", "아니요")
	s.told("u-1010", mark, "변경하지 않았습니다")
	mark = s.mark()
	s.say("u-1010", "cfn off")
	s.told("u-1010", mark, "yes or no")
	s.say("u-1010", "yes")
	s.told("u-1010", mark, "Done.", "no answer: off")
	s.say("u-1010", "전화 번호")
	s.told("u-1010", mark, "1010", did)
	s.say("u-1010", "부재중")
	s.told("u-1010", mark, "부재중 전화", stranger)
	s.say("u-1010", "내 정보")
	s.told("u-1010", mark, "홍길동", mobile)
	s.say("u-1010", "도움말")
	s.told("u-1010", mark, "이렇게 보내 주십시오")
}

// assistantPress: the caller is greeted and leaves a message, which the person
// gets as audio.
func (s *site) assistantPress() {
	mark := s.mark()
	out := s.call(did)
	in := s.next("1010")
	s.message("u-1010", mark, 1)
	s.press("u-1010", assistantButton)
	asterisktest.Ended(s.t, in)
	asterisktest.Answered(s.t, out)
	await.That(s.t, "it is recorded", func() bool {
		files, err := filepath.Glob(filepath.Join(s.asterisk.Input.Dirs.Base, "spool/messages/T2/1010-*.wav"))
		if err != nil || len(files) != 1 {
			return false
		}
		info, err := os.Stat(files[0])
		return err == nil && info.Size() > 20000
	})
	asterisktest.Hangup(s.t, out)
	s.told("u-1010", mark, `"audio"`)
	s.followed("u-1010", mark)
}
