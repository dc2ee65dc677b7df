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
	c.RingGroups = []company.RingGroup{
		{Number: "600", Name: "영업", Members: []string{"1010", "1013", "01026132471"}, CallerPrefix: "[영업] ${X};", Tone: "spring", Else: company.Target{Kind: company.ToVoicemail, Value: "1013"}},
		{Number: "601", Strategy: company.RingInTurn, Members: []string{"1013", "1010"}},
	}
	return in
}

// TestFeaturesGolden: the files of features, as they stand.
func TestFeaturesGolden(t *testing.T) {
	files, err := asteriskconf.Render(featured())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"features.conf", "musiconhold.conf", "res_parking.conf", "voicemail.conf", "extensions.conf", "pjsip.conf"} {
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
