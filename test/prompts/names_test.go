package prompts_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/prompts"
)

// foreign are names in Asterisk's programs that it plays on channels of other
// languages only: the grammars of main/say.c, app_voicemail.c and app_queue.c,
// and words that merely look like a prompt's name.
var foreign = regexp.MustCompile(`^(` + strings.Join([]string{
	`vm-(INBOXs?1?|Olds?1?|Works?1?|Familys?1?|Friendss?1?|Urgents?1?|context|denExeteMynhmata|gam.*|have(no)?|minute-t\w*|new(-.*)?|nov.*|nuov.*|ny.*|old(-.*)?|prepend-timeout|meddelandet|message(s)?-.*|no(new)?messages|shtei|star(e|ou|ych)|tong|vecchi.*|you(haveno)?|zprav.*|nieuwe|oude)`,
	`digits/(X|0-hundred(-odd)?|1-?[a-zA-Z]+|2-?[a-zA-Z]+|20on|100.*|1000.*|10en|9_2|24|h-(last|20_2|30_2|2000)|h-?|afternoon|byou|crore|day|duan|et|ett|fun|hours?|hundreds|hundred-100|hwra|jednu|ji|kai|lac|larn|lop|milliards?|millions?(-a)?|morning|muan|nen|nichi|night|nl-.*|o|odd|ore-.*|pan|posor|pt-.*|roi|saati_da|san|sawa|second-a|set|sta|t-.*|tee|thousands(-i)?|tsuti|twomillion|un|uu|ve|wan|wela|wesht|xilia|year|yi|zara|and|minutes|seconds|e|nodar|60|80|900|19|3|9|12|20|30)`,
	`letters/(X|ascii|dollar_|zed)`,
	// Names of settings, and two names in one field of bytes.
	`queue-youarenextqueue-callswaitiqueue-quantity1`, `followme-[a-z-]+-prompt`, `agent-id`,
}, "|") + `)$`)

// looks is what a prompt's name looks like among the strings of a program.
var looks = regexp.MustCompile(`^(vm|dir|agent|priv|screen|followme|dictate|spy|digits|letters|phonetic|conf|confbridge|queue)[-/][A-Za-z0-9_-]+$`)

// firstLetters are those that looks begins with.
var firstLetters = []byte("vdapsflcq")

// TestEveryName: whatever Asterisk has in English, and whatever its programs
// name, is in the list and among the files made, on both versions.
func TestEveryName(t *testing.T) {
	t.Parallel()
	all, err := prompts.List()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, p := range all {
		listed[p.Name] = true
	}
	for _, version := range []asteriskproc.Version{asteriskproc.Asterisk22, asteriskproc.Asterisk16} {
		tree := asterisktest.Tree(t, version)
		for name := range listed {
			if _, err := os.Stat(filepath.Join(tree.SoundsDir(), "ko", name+".wav")); err != nil {
				t.Errorf("%d: %s is not made (%s)", version, name, tree.NoVoice)
			}
			if _, err := os.Stat(filepath.Join(tree.SoundsDir(), "en", name+".wav")); err != nil && strings.HasPrefix(name, "dipcast/") {
				t.Errorf("%d: %s is not made in English (%s)", version, name, tree.NoVoice)
			}
		}
		english, err := filepath.EvalSymlinks(filepath.Join(tree.SoundsDir(), "en"))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = filepath.WalkDir(english, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || filepath.Ext(path) == ".json" { // of which ours were made
				return err
			}
			name, err := filepath.Rel(english, strings.TrimSuffix(path, filepath.Ext(path)))
			if n++; err == nil && !listed[name] {
				t.Errorf("%d: %s is there in English only", version, name)
			}
			return err
		})
		if err != nil || n < 400 {
			t.Fatalf("%d: %d English prompts, %v", version, n, err)
		}
		for name, file := range named(t, tree) {
			if !listed[name] && !foreign.MatchString(name) {
				t.Errorf("%d: %s names %s, which is neither in the list nor of another language", version, file, name)
			}
		}
	}
}

// named are the names of prompts in the strings of Asterisk's programs, with the
// file that each was found in.
func named(t *testing.T, tree *asteriskproc.Tree) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(tree.ModulesDir(), "*.so"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d modules, %v", len(files), err)
	}
	files = append(files, filepath.Join(tree.Root, "usr/sbin/asterisk"))
	found := map[string]string{}
	for _, file := range files {
		program, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for s := range bytes.SplitSeq(program, []byte{0}) {
			// By far most are none, and the first letter tells so soonest.
			if len(s) > 0 && len(s) < prompts.MaxName && bytes.IndexByte(firstLetters, s[0]) >= 0 && looks.Match(s) {
				found[string(s)] = filepath.Base(file)
			}
		}
	}
	for _, name := range []string{"vm-intro", "conf-onlyperson", "queue-thankyou", "dir-nomatch"} {
		if found[name] == "" && tree.Major() >= 20 {
			t.Errorf("%s is not found, so the search is wrong; found %d", name, len(found))
		}
	}
	return found
}

// TestOurNames: what our dialplan plays is in the list.
func TestOurNames(t *testing.T) {
	files, err := filepath.Glob("../../internal/asteriskconf/*.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	files = append(files, "../../internal/asteriskconf/testdata/extensions.conf")
	name := regexp.MustCompile(`\bdipcast/[a-z0-9-]*[a-z0-9]\b`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "github.com") {
				continue
			}
			for _, n := range name.FindAllString(line, -1) {
				if _, err := prompts.Find(n); err != nil && !slices.Contains([]string{"dipcast/hold", "dipcast/ring"}, n) {
					t.Errorf("%s: %v", filepath.Base(file), err)
				}
			}
		}
	}
}
