package asteriskconf_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/prompts"
	"github.com/dipcast/dipcast/internal/secret"
)

// featured has what phones can do beside calling.
func featured() asteriskconf.Input {
	in := input()
	c := &in.Companies[0]
	c.Extensions[0].Voicemail = &company.Voicemail{PIN: secret.New("4711"), AskPIN: true, Email: "x@example.com"}
	c.Extensions[0].PickupGroups = []int{2, 3}
	c.Extensions[1].Voicemail = &company.Voicemail{}
	c.Extensions[1].Devices = append(company.Phone("one"), company.Phone("two")...)
	c.Extensions[1].NoCallWaiting = true
	c.Codes = company.Codes{company.DoBlindTransfer: "*7", company.DoPark: company.CodeOff, company.DoEcho: company.CodeOff, company.DoCFI: "#1"}
	c.Parking = company.Parking{Number: "880", Spaces: 2, Seconds: 30}
	c.Tones = []company.Tone{{Name: "spring", Title: "봄;"}, {Name: "hold"}}
	c.HoldMusic = "hold"
	in.Recordings = map[string]string{"T2_tone-spring": "var/moh/T2_tone-spring/1f3c9a0b12345678", "T2_tone-hold": "var/moh/T2_tone-hold"}
	c.Recording = company.Recording{Incoming: company.RecordAlways, Notice: true}
	c.Extensions[1].Recorded = company.Recorded{Internal: company.RecordAlways, Incoming: company.RecordOnDemand}
	c.RingGroups = []company.RingGroup{
		{Number: "600", Name: "영업", Members: []string{"1010", "1013", "01026132471"}, CallerPrefix: "[영업] ${X};", Tone: "spring", Else: company.Target{Kind: company.ToVoicemail, Value: "1013"}},
		{Number: "601", Strategy: company.RingInTurn, Members: []string{"1013", "1010"}},
	}
	c.Attendants = []company.Attendant{{
		Number: "650", Name: "대표 ${X};", Prompt: "main-menu", Direct: true, WaitSeconds: 4, Plays: 2, Else: company.Ext("1013"),
		Keys: []company.Key{{Key: "1", To: company.Target{Kind: company.ToRingGroup, Value: "600"}, Name: "영업"}, {Key: "*", To: company.Target{Kind: company.ToConference, Value: "800"}}},
	}}
	c.Conferences = []company.Conference{{Number: "800", Name: "주간 회의", PIN: secret.New("4711"), Seats: 8}, {Number: "801", Quiet: true, Open: true}}
	return in
}

// TestFeaturesGolden: the files of features, as they stand.
func TestFeaturesGolden(t *testing.T) {
	files, err := asteriskconf.Render(featured())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"features.conf", "musiconhold.conf", "res_parking.conf", "voicemail.conf", "confbridge.conf", "extensions.conf", "pjsip.conf"} {
		golden := filepath.Join("testdata", "features", name)
		got := files["etc/"+name]
		if *update {
			if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s (run with -update if it is meant):\n%s", name, d)
		}
	}
}

// TestUnheard: where a tone has no recording it rings, and who applies is told.
func TestUnheard(t *testing.T) {
	in := described()
	c := &in.Companies[0]
	c.Recording = company.Recording{} // its notice is early media too
	c.Extensions[1].Recorded = company.Recorded{}
	c.RingGroups = append(c.RingGroups, company.RingGroup{Number: "601", Members: []string{"1010"}, Tone: company.OwnTone})
	texts := func() string {
		var all []string
		for _, u := range in.Unheard() {
			all = append(all, u.String())
		}
		return strings.Join(all, "\n")
	}
	render := func() (plan, music string) {
		t.Helper()
		files, err := asteriskconf.Render(in)
		if err != nil {
			t.Fatal(err)
		}
		return files["etc/extensions.conf"], files["etc/musiconhold.conf"]
	}
	if got, want := texts(), "T2: the tone dipcast does not come with this Asterisk: callers hear that it rings"; got != want {
		t.Errorf("%s", got)
	}
	in.Dirs.Ring = "dipcast/ring"
	if got := texts(); got != "" {
		t.Errorf("%s", got)
	}
	plan, music := render()
	for _, want := range []string{"Set(DC_TONE=T2_tone-spring)", "Progress()", "Set(DC_TONE=dipcast-ring)", "musicclass)=T2_tone-hold"} {
		if !strings.Contains(plan, want) {
			t.Errorf("%s is not in the dialplan", want)
		}
	}
	if !strings.Contains(music, "[dipcast-ring]\nmode=files\ndirectory=dipcast/ring\n") {
		t.Error(music)
	}
	in.Recordings, in.Dirs.Ring = nil, ""
	if got, want := texts(), "T2: the tone spring has no recording: callers hear that it rings\n"+
		"T2: the tone dipcast does not come with this Asterisk: callers hear that it rings\n"+
		"T2: the tone hold has no recording: those who are held hear the music of those who chose none"; got != want {
		t.Errorf("%s", got)
	}
	plan, music = render()
	if n := strings.Count(plan, "Progress()"); n != len(in.Companies) { // where the box is full
		t.Errorf("Progress() is there %d times", n)
	}
	for _, not := range []string{"Set(DC_TONE=", "tone-", "dipcast-ring"} {
		if strings.Contains(plan, not) || strings.Contains(music, not) {
			t.Errorf("%s is still there", not)
		}
	}
	if c.DIDs[0].Tone != "spring" || c.HoldMusic != "hold" {
		t.Error("what was described is changed")
	}
}

// TestNoVoicemail: without mailboxes its modules are not loaded: Debian has them
// for Asterisk 16 in a package of their own.
func TestNoVoicemail(t *testing.T) {
	files, err := asteriskconf.Render(input())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := files["etc/voicemail.conf"]; ok || strings.Contains(files["etc/modules.conf"], "voicemail") {
		t.Error("voicemail is there without a mailbox")
	}
}

// FuzzMailboxName: a name gives voicemail.conf no field, option or line.
func FuzzMailboxName(f *testing.F) {
	for _, s := range []string{"홍길동", "a,b", "x|attach=yes", "a;b", `\`, "${SHELL(id)}", `"`} {
		f.Add(s)
	}
	plain, err := asteriskconf.Render(featured())
	if err != nil {
		f.Fatal(err)
	}
	shape := func(text string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			b.WriteString(strings.Map(func(r rune) rune {
				if r == ',' || r == '|' || r == '\n' || r == '>' {
					return r
				}
				return -1
			}, line))
		}
		return b.String()
	}
	f.Fuzz(func(t *testing.T, name string) {
		in := featured()
		in.Companies[0].Extensions[0].Name = name
		files, err := asteriskconf.Render(in)
		if err != nil {
			return
		}
		if got, want := shape(files["etc/voicemail.conf"]), shape(plain["etc/voicemail.conf"]); got != want {
			t.Errorf("%q gives another shape:\n%s", name, files["etc/voicemail.conf"])
		}
	})
}

// TestPromptsAreThere: whatever of ours the dialplan plays is in the text list.
func TestPromptsAreThere(t *testing.T) {
	files, err := asteriskconf.Render(featured())
	if err != nil {
		t.Fatal(err)
	}
	played := regexp.MustCompile(`dipcast/[a-z-]+`)
	n := 0
	for _, file := range []string{"etc/extensions.conf", "etc/features.conf", "etc/pjsip.conf"} {
		for _, name := range played.FindAllString(files[file], -1) {
			if name == "dipcast/" || strings.HasSuffix(name, "-") {
				continue
			}
			n++
			if _, err := prompts.Find(name); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
	for _, kind := range []string{"cfi", "cfb", "cfn", "cfu"} { // dipcast/${ARG2}-on
		for _, end := range []string{"-on", "-off"} {
			if _, err := prompts.Find("dipcast/" + kind + end); err != nil {
				t.Error(err)
			}
		}
	}
	if n < 20 {
		t.Errorf("%d prompts are played", n)
	}
}
