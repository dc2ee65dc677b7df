package prompts_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// voicemailConf turns on all that app_voicemail can ask and say.
const voicemailConf = `[general]
format=wav
attach=no
maxsilence=0
maxlogins=5
review=yes
operator=yes
envelope=yes
saycid=yes
sayduration=yes
saydurationm=0
sendvoicemail=yes
callback=T2_cos-all
dialout=T2_cos-all
tempgreetwarn=yes
minpassword=2
tz=korea
[zonemessages]
korea=Asia/Seoul|'vm-received' q 'digits/at' IMp
[T2]
1010 => 1234,홍길동
1013 => 1234,지화자
`

// key is what a caller presses, and the prompt that is then waited for: at least
// one of its names is played after the press.
type key struct{ press, hear string }

// walk presses keys one after the other; "" presses none and waits for what comes
// next.
func (l *lab) walk(c *sipphone.Call, keys []key) {
	l.t.Helper()
	seen := l.from
	for _, k := range keys {
		if k.press != "" {
			seen = len(l.played())
			// The call may end before the key does.
			if err := c.SendDTMF(l.ctx(), k.press); err != nil && !errors.Is(err, sipphone.ErrEnded) {
				l.t.Fatalf("press %s: %v", k.press, err)
			}
		}
		wanted := strings.Split(k.hear, "|")
		l.until(fmt.Sprintf("%q after %q", k.hear, k.press), func() bool {
			all := l.played()
			for ; seen < len(all); seen++ {
				if slices.Contains(wanted, all[seen].name) {
					seen++
					return true
				}
			}
			return false
		})
		if k.hear == "beep" { // a key counts only when it has ended
			l.until("the beep", func() bool { return c.Heard().Frequency > 0 })
			l.until("the end of the beep", func() bool { return c.Heard().Frequency == 0 })
		}
		l.from = seen
	}
}

// recorded is what is played of people's own recordings.
var recorded = regexp.MustCompile(`/voicemail/`)

// TestVoicemail leaves messages, fetches them, and goes through every menu of
// the mailbox: only Korean prompts are heard.
func TestVoicemail(t *testing.T) {
	t.Parallel()
	l := newLab(t, 22, []string{"app_voicemail", "res_clioriginate"}, map[string]string{"voicemail.conf": voicemailConf}, plan{
		"910": {"Answer()", "VoiceMail(1010@T2,u)"},
		"911": {"Answer()", "VoiceMail(1010@T2,b)"},
		"912": {"Answer()", "VoiceMailMain(@T2)"},
	})
	l.short()
	l.cli("voicemail reload")
	p := l.phone("1013", sipphone.Answer(0))

	// Leave: the first is reviewed, heard, marked and saved.
	c := l.dial(p, "910")
	l.walk(c, []key{
		{"", "vm-isunavail"},
		{"", "vm-intro"},
		{"", "beep"},
		{"#", "vm-review"},
		{"2", "vm-review"},
		{"3", "beep"},
		{"#", "vm-review"},
		{"4", "vm-marked-urgent"},
		{"", "vm-review-nonurgent"},
		{"4", "vm-marked-nonurgent"},
		{"", "vm-review-urgent"},
		{"1", "vm-msgsaved"},
	})
	l.hangup(c)
	for range 2 {
		c = l.dial(p, "911")
		l.walk(c, []key{{"", "vm-isonphone"}, {"", "beep"}, {"#", "vm-review"}, {"1", "vm-msgsaved"}})
		l.hangup(c)
	}

	// Fetch: wrong and right password, the messages and their menus.
	c = l.dial(p, "912")
	l.walk(c, []key{
		{"", "vm-login"},
		{"1010#", "vm-password"},
		{"99#", "vm-incorrect-mailbox"},
		{"1010#", "vm-password"},
		{"1234#", "vm-youhave"},
		{"0", "vm-options"},
		{"1", "vm-rec-unv"},
		{"", "beep"},
		{"#", "vm-review"},
		{"1", "vm-msgsaved"},
		{"", "vm-options"},
		{"2", "vm-rec-busy"},
		{"", "beep"},
		{"#", "vm-review"},
		{"1", "vm-msgsaved"},
		{"", "vm-options"},
		{"3", "vm-rec-name"},
		{"", "beep"},
		{"#", "vm-review"},
		{"1", "vm-msgsaved"},
		{"", "vm-options"},
		{"4", "vm-rec-temp"},
		{"", "beep"},
		{"#", "vm-review"},
		{"1", "vm-msgsaved"},
		{"", "vm-options|vm-tmpexists"},
		{"4", "vm-tempgreeting2"},
		{"2", "vm-tempremoved"},
		{"", "vm-options"},
		{"5", "vm-newpassword"},
		{"1#", "vm-invalid-password"},
		{"", "vm-options"},
		{"5", "vm-newpassword"},
		{"55#", "vm-reenterpassword"},
		{"66#", "vm-mismatch"},
		{"", "vm-options"},
		{"5", "vm-newpassword"},
		{"55#", "vm-reenterpassword"},
		{"55#", "vm-passchanged"},
		{"", "vm-options"},
		{"*", "vm-onefor|vm-opts|vm-onefor-full|vm-opts-full"},
		{"1", "vm-first"},
	})
	l.walk(c, []key{
		{"", "vm-received"},
		{"", "digits/today"},
		{"", "vm-from-phonenumber|vm-from-extension"},
		{"", "vm-duration"},
		{"", "vm-repeat"},
		{"3", "vm-toreply|vm-tohearenv|vm-starmain"},
		{"3", "vm-received"},
		{"", "vm-repeat"},
		{"6", "vm-message"},
		{"", "vm-repeat"},
		{"7", "vm-deleted"},
		{"", "vm-undelete"},
		{"7", "vm-undeleted"},
		{"", "vm-repeat"},
		{"9", "vm-savefolder"},
		{"2", "vm-savedto|vm-saved"},
		{"", "vm-helpexit"},
		{"8", "vm-forward|vm-extension|vm-whichbox"},
	})
	l.hangup(c)

	c = l.dial(p, "912")
	l.walk(c, []key{
		{"", "vm-login"},
		{"1010#", "vm-password"},
		{"55#", "vm-youhave"},
		{"2", "vm-changeto"},
		{"2", "vm-Work|vm-messages"},
		{"*", "vm-helpexit"},
	})
	if err := c.SendDTMF(l.ctx(), "#"); err != nil && !errors.Is(err, sipphone.ErrEnded) {
		t.Fatal(err)
	}
	l.until("the end", func() bool { _, ended := c.End(); return ended })
	if all := l.played(); all[len(all)-1].name != "vm-goodbye" {
		t.Errorf("the last prompt is %v", all[len(all)-1])
	}

	l.korean()
	for _, f := range l.played() {
		if filepath.IsAbs(f.name) && !recorded.MatchString(f.name) {
			t.Errorf("%s is played", f.name)
		}
	}
}

func (l *lab) hangup(c *sipphone.Call) {
	l.t.Helper()
	if err := c.Hangup(l.ctx()); err != nil && !errors.Is(err, sipphone.ErrEnded) {
		l.t.Fatal(err)
	}
}
