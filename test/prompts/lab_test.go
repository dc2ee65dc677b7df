// Package prompts_test calls a real Asterisk in Korean, listens, and looks at the
// names of the files it plays: every one has to be one of the Korean prompts.
package prompts_test

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/prompts"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) { asterisktest.Main(m) }

// lab is an Asterisk with two phones that are called in Korean.
type lab struct {
	t      *testing.T
	server *asterisktest.Server
	tree   *asteriskproc.Tree
	log    string // the file with what is played
	from   int    // how much of it walk has seen
}

// plan is the dialplan of a lab, beside what DIPCAST writes: number to steps.
type plan map[string][]string

// newLab starts an Asterisk with the modules and files given.
func newLab(t *testing.T, version int, modules []string, files map[string]string, p plan) *lab {
	t.Helper()
	l := &lab{t: t, tree: asterisktest.Tree(t, asteriskproc.Version(version))}
	l.server = asterisktest.Start(t, asteriskconf.Input{
		Version: version,
		Companies: []company.Company{{
			ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리",
			Extensions: []company.Extension{
				{Number: "1010", Name: "홍길동", Devices: company.Phone("secret1010")},
				{Number: "1013", Name: "지화자", Devices: company.Phone("secret1013")},
			},
		}},
	})
	var text strings.Builder
	text.WriteString("[T2_cos-all](+)\n")
	for exten, steps := range p {
		for i, s := range append(steps, "Hangup()") {
			prefix := " same => n"
			if i == 0 {
				prefix = "exten => " + exten + ",1"
			}
			fmt.Fprintf(&text, "%s,%s\n", prefix, s)
		}
	}
	all := map[string]string{"etc/custom/extensions.conf": text.String()}
	for name, text := range files {
		all["etc/"+name] = text
	}
	base := l.server.Input.Dirs.Base
	if err := asteriskproc.WriteFiles(base, all); err != nil {
		t.Fatal(err)
	}
	running := l.cli("module show")
	for _, m := range modules {
		if strings.Contains(running, "\n"+m+".so ") {
			continue
		}
		if out := l.cli("module load " + m); !strings.Contains(out, "Loaded") {
			t.Fatalf("load %s: %s", m, out)
		}
	}
	l.cli("dialplan reload")
	l.log = filepath.Join(base, "log", "played")
	l.cli("logger add channel played verbose(5)")
	return l
}

// short replaces what this Asterisk plays by a moment of silence of the same
// name, so that going through menus takes no minutes; and the beep by one so long
// that nobody misses it.
func (l *lab) short() {
	l.t.Helper()
	all, err := prompts.List()
	if err != nil {
		l.t.Fatal(err)
	}
	moment := media.EncodeWAV(media.Silence(media.Rate, 100*time.Millisecond))
	files := map[string]string{}
	for _, p := range all {
		files["data/sounds/ko/"+p.Name+".wav"] = string(moment)
	}
	beep := media.Silence(media.Rate, time.Second)
	for i := range beep.Samples {
		beep.Samples[i] = float32(0.2 * math.Sin(2*math.Pi*1000*float64(i)/media.Rate))
	}
	files["data/sounds/ko/beep.wav"] = string(media.EncodeWAV(beep))
	if err := asteriskproc.WriteFiles(l.server.Input.Dirs.Base, files); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) cli(command string) string {
	l.t.Helper()
	out, err := l.server.CLI(l.ctx(), command)
	if err != nil {
		l.t.Fatalf("%s: %v", command, err)
	}
	return out
}

// ctx bounds one wait.
func (l *lab) ctx() context.Context { return asterisktest.Context(l.t) }

func (l *lab) phone(number string, behaviour sipphone.Behaviour) *sipphone.Phone {
	l.t.Helper()
	return l.server.Phone(l.t, sipphone.Options{User: "T2_" + number, Password: "secret" + number, Behaviour: behaviour})
}

// dial calls and waits for the answer.
func (l *lab) dial(p *sipphone.Phone, number string) *sipphone.Call {
	l.t.Helper()
	return asterisktest.Answered(l.t, asterisktest.Dial(l.t, p, number))
}

// file is one sound that Asterisk said it plays.
type file struct{ name, format, language string }

// playing is what Asterisk logs of each, main/file.c, ast_streamfile.
var playing = regexp.MustCompile(`Playing '([^']+)\.(\w+)' \(language '(\w*)'\)`)

// played gives what has been played since the lab began.
func (l *lab) played() []file {
	l.t.Helper()
	f, err := os.Open(l.log)
	if err != nil {
		l.t.Fatal(err)
	}
	defer f.Close()
	var all []file
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if m := playing.FindStringSubmatch(lines.Text()); m != nil {
			all = append(all, file{m[1], m[2], m[3]})
		}
	}
	return all
}

// until waits until something holds.
func (l *lab) until(what string, holds func() bool) {
	l.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx := l.ctx(); !holds(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			l.t.Fatalf("%s: not within the time; played: %v", what, l.played())
		}
	}
}

// korean checks that what was played was in Korean: the channel's language, and a
// file that lies below sounds/ko, where Asterisk looks first. What people record
// lies elsewhere and has an absolute name.
func (l *lab) korean() {
	l.t.Helper()
	all := l.played()
	if len(all) == 0 {
		l.t.Fatal("nothing was played")
	}
	for _, f := range all {
		if filepath.IsAbs(f.name) {
			continue
		}
		if f.language != "ko" && f.language != "ko_T2" {
			l.t.Errorf("%s is played in language %q", f.name, f.language)
		}
		if _, err := os.Stat(filepath.Join(l.tree.SoundsDir(), "ko", f.name+".wav")); err != nil {
			l.t.Errorf("%s is not a Korean prompt: %v", f.name, err)
		}
	}
}
