package prompts_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/sipphone"
	"github.com/dipcast/dipcast/internal/sounds"
)

const confbridgeConf = `[general]
[guest]
type=user
pin=12
announce_user_count=yes
announce_only_user=yes
announce_join_leave=no
music_on_hold_when_empty=no
[waiting]
type=user
wait_marked=yes
announce_user_count_all=yes
[room]
type=bridge
language=ko
[menu]
type=menu
1=toggle_mute
2=participant_count
3=admin_toggle_conference_lock
4=leave_conference
[admin]
type=user
admin=yes
marked=yes
`

const queuesConf = `[general]
[sales]
strategy=ringall
joinempty=yes
announce-frequency=2
min-announce-frequency=1
announce-position=yes
announce-holdtime=yes
periodic-announce-frequency=3
periodic-announce=queue-periodic-announce
`

// TestApplications hears conferences, queues, parking, the directory, passwords
// and reading keys: all of it in Korean.
func TestApplications(t *testing.T) {
	t.Parallel()
	l := newLab(t, 22, []string{"app_confbridge", "app_voicemail", "app_directory", "app_authenticate", "app_read", "res_clioriginate"},
		map[string]string{"confbridge.conf": confbridgeConf, "queues.conf": queuesConf, "voicemail.conf": voicemailConf}, plan{
			"920": {"Answer()", "ConfBridge(1,room,guest,menu)"},
			"921": {"Answer()", "ConfBridge(1,room,admin,menu)"},
			"922": {"Answer()", "ConfBridge(2,room,waiting,menu)"},
			"930": {"Answer()", "Queue(sales,,,,30)"},
			"940": {"Answer()", "ParkedCall(default,799)"},
			"941": {"Answer()", "Park()"},
			"950": {"Answer()", "Directory(T2)"},
			"960": {"Answer()", "Authenticate(12)"},
			"970": {"Answer()", "Read(X,dipcast/enter-number,4)", "SayDigits(${X})", "Playback(dipcast/is)"},
		})
	l.cli("queue reload all")
	l.cli("voicemail reload")
	l.short()
	p := l.phone("1013", sipphone.Answer(0))

	var calls []*sipphone.Call
	for _, tt := range []struct {
		number string
		keys   []key
	}{
		{"921", []key{{"", "conf-onlyperson|confbridge-join"}}},
		{"920", []key{
			{"", "conf-getpin"},
			{"9#", "conf-invalidpin"},
			{"12#", "conf-onlyone|conf-placeintoconf|conf-thereare"},
			{"", "confbridge-join"},
			{"", "confbridge-join"},
			{"1", "conf-muted"},
			{"1", "conf-unmuted"},
			{"2", "conf-thereare|conf-onlyone|conf-otherinparty"},
			{"4", "confbridge-leave|conf-hasleft"},
		}},
		{"922", []key{{"", "conf-waitforleader"}}},
		{"930", []key{{"", "queue-youarenext"}, {"", "queue-thankyou"}, {"", "queue-periodic-announce"}}},
		{"930", []key{{"", "queue-thereare"}, {"", "digits/2"}, {"", "queue-callswaiting"}}},
		{"940", []key{{"", "pbx-invalidpark"}}},
		{"941", []key{{"", "digits/7"}}},
		{"950", []key{{"", "dir-welcome"}, {"", "dir-usingkeypad"}, {"999", "dir-nomatch"}}},
		{"960", []key{{"", "agent-pass"}, {"77#", "auth-incorrect"}, {"12#", "auth-thankyou"}}},
		{"970", []key{{"", "dipcast/enter-number"}, {"0123", "digits/0"}, {"", "digits/3"}, {"", "dipcast/is"}}},
	} {
		c := l.dial(p, tt.number)
		l.walk(c, tt.keys)
		if slices.Contains([]string{"921", "930"}, tt.number) { // the next call needs it
			calls = append(calls, c)
			continue
		}
		l.hangup(c)
	}
	for _, c := range calls {
		l.hangup(c)
	}
	l.korean()
}

// TestUpload: a recording put in the place of a prompt is heard from the next
// time on by its company alone, and no more after a reset.
func TestUpload(t *testing.T) {
	t.Parallel()
	l := newLab(t, 22, nil, nil, plan{"901": {"Answer()", "Playback(dipcast/closed&dipcast/closed&dipcast/closed)"}, "902": {
		"Set(CHANNEL(language)=ko)", "Answer()", "Playback(dipcast/thanks&dipcast/thanks&dipcast/thanks)",
	}, "903": {
		"Set(CHANNEL(language)=en_T2)", "Answer()", "Playback(dipcast/closed&dipcast/closed&dipcast/closed)",
	}})
	store := sounds.NewStore(t.TempDir(), []string{asteriskproc.DataFolder(l.server.Input.Dirs.Base)})
	put := func(scope int, name string, hertz int) {
		t.Helper()
		if _, err := store.Put(scope, name, media.EncodeWAV(tone(hertz))); err != nil {
			t.Fatal(err)
		}
	}
	p := l.phone("1010", sipphone.Answer(0))
	hears := func(number string, hertz int) error {
		t.Helper()
		c := l.dial(p, number)
		defer l.hangup(c)
		return c.WaitTone(l.ctx(), hertz)
	}
	put(2, "dipcast/closed", 1500)
	put(3, "dipcast/closed", 1800)
	put(sounds.Everybody, "dipcast/closed", 2100)
	put(sounds.Everybody, "dipcast/thanks", 2400)
	if err := hears("901", 1500); err != nil {
		t.Errorf("its own: %v", err)
	}
	if err := hears("902", 2400); err != nil {
		t.Errorf("that of all: %v", err)
	}
	if err := store.Delete(2, "dipcast/closed"); err != nil {
		t.Fatal(err)
	}
	if err := hears("901", 2100); err != nil {
		t.Errorf("that of all, after a reset: %v", err)
	}
	if err := store.Delete(sounds.Everybody, "dipcast/closed"); err != nil {
		t.Fatal(err)
	}
	c := l.dial(p, "901")
	l.until("speech", func() bool { h := c.Heard(); return h.Frequency > 0 && h.Share < 0.9 })
	l.hangup(c)
	l.korean()
	put(2, "dipcast/closed", 1500) // in English too
	if err := hears("903", 1500); err != nil {
		t.Errorf("its own, in English: %v", err)
	}
}

// tone is two seconds of a sine.
func tone(hertz int) media.Sound {
	s := media.Silence(16000, 2*time.Second)
	for i := range s.Samples {
		s.Samples[i] = float32(0.3 * math.Sin(2*math.Pi*float64(hertz)*float64(i)/16000))
	}
	return s
}
