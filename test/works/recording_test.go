package works_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

const recordingButton = "🎧 녹음 듣기"

// recordedCall: what is told of a call that was recorded opens the recording, to
// who talked and signs in, for a reason; the others who were rung have no way to it.
func (s *site) recordedCall() {
	defer s.describe(&s.company)
	c := s.company.Clone()
	c.NaverWorks.Recordings = true
	s.describe(&c)
	mark := s.mark()
	s.phones["1010"].SetBehaviour(sipphone.Ring())
	s.phones["1013"].SetBehaviour(sipphone.Ring())
	out := s.call(teamDID)
	in := s.next("1010")
	s.next("1013")
	s.message("u-1010", mark, 1)
	s.message("u-1013", mark, 1)
	if err := in.Answer(); err != nil {
		s.t.Fatal(err)
	}
	asterisktest.Answered(s.t, out)
	calls := s.app.Pool().Server(1).Calls().Live(nil)
	if len(calls) != 1 {
		s.t.Fatalf("%d calls", len(calls))
	}
	await.That(s.t, "recording begins", func() bool {
		status, _ := s.ask("POST", "/calls/"+calls[0].ID+"/recording", nil)
		return status == http.StatusOK // 409 until the gateway has heard that it was answered
	})
	await.That(s.t, "something is recorded", func() bool { // Asterisk makes the file with the first sound
		files, err := filepath.Glob(filepath.Join(s.asterisk.Input.Dirs.Base, "spool", dialplan.RecordingsFolder, "T2/*/*/*/*-"+calls[0].Linkedid+"_*.wav"))
		return err == nil && len(files) > 0
	})
	asterisktest.Talk(s.t, out, in)
	asterisktest.Hangup(s.t, out, in)
	told := s.message("u-1010", mark, 2)
	s.contains(told, "통화 완료", recordingButton)
	if other := s.message("u-1013", mark, 2); strings.Contains(other, "/dapi/recording/") {
		s.t.Errorf("who did not talk has the way to it: %s", other)
	}
	path := pathIn(told, "/dapi/recording/")
	own := s.browser()
	own.signIn("u-1010@example.com", path, path)
	page := ""
	await.That(s.t, "the recording is there", func() bool {
		_, page = own.get(path)
		return strings.Contains(page, `name="reason"`)
	})
	resp, page := own.post(path, url.Values{"reason": {"주문 내용 확인"}})
	sound := pathIn(page, "/dapi/recording/")
	if resp.StatusCode != http.StatusOK || sound == "" {
		s.t.Fatalf("%d %s", resp.StatusCode, page)
	}
	resp, wav := own.get(sound)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "audio/wav" || !strings.HasPrefix(wav, "RIFF") || len(wav) <= 44 {
		s.t.Errorf("%d %v, %d bytes", resp.StatusCode, resp.Header, len(wav))
	}
	// The addresses are of no use to a colleague who was rung too.
	other := s.browser()
	other.signIn("u-1013@example.com", path, path)
	for _, address := range []string{path, sound} {
		if resp, page := other.get(address); resp.StatusCode != http.StatusForbidden {
			s.t.Errorf("forwarded: %d %s", resp.StatusCode, page)
		}
	}
}

// pathIn is the first path in a text that begins so, "" when there is none.
func pathIn(text, begins string) string {
	_, rest, ok := strings.Cut(text, begins)
	if !ok {
		return ""
	}
	end := strings.IndexAny(rest, `"\\ `)
	return begins + rest[:max(end, 0)]
}
