package call_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/call/calltest"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

// TestGolden follows every recording. Each golden file was read against what
// the first line of the recording says happened.
func TestGolden(t *testing.T) {
	for _, r := range recordings(t) {
		w := newWorld(r.company(), call.Options{})
		w.play(r.events)
		if len(w.told) == 0 {
			continue
		}
		n := calltest.Names{}
		var b strings.Builder
		fmt.Fprintf(&b, "# %s\n\n", r.comment)
		for _, e := range w.told {
			who := ""
			if e.Who != (call.Party{}) {
				who = " " + calltest.Short(e.Who)
			}
			fmt.Fprintf(&b, "%7.3f %s %s%s: %s\n", e.At.Sub(epoch).Seconds(), n.Of("call", e.Call.ID), e.Kind, who, calltest.Now(e.Call))
		}
		fmt.Fprintf(&b, "\n%s", calltest.All(w.ended(), n))
		if live := w.tracker.Live(nil); len(live) > 0 {
			fmt.Fprintf(&b, "%d calls are live at the end\n", len(live))
		}
		path := filepath.Join("testdata", "golden", "asterisk-"+strings.Replace(r.name, "/", "/", 1)+".txt")
		if *updateGolden {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), b.String()); d != "" {
			t.Errorf("%s:\n%s", r.name, d)
		}
	}
}

// causes of what a caller takes back differ: 16 has none in HangupRequest.
var causes = regexp.MustCompile(`(ended cancelled.*), cause .*`)

// TestVersionsAgree: the same calls are the same on both versions of Asterisk.
func TestVersionsAgree(t *testing.T) {
	by := map[string]string{}
	compared := 0
	for _, r := range recordings(t) {
		w := newWorld(r.company(), call.Options{})
		w.play(r.events)
		got := causes.ReplaceAllString(calltest.All(w.ended(), calltest.Names{}), "$1")
		scenario := r.name[3:]
		switch scenario {
		case "12_originate_failures": // recorded with one call more on 22
			continue
		case "210_click_to_call_timeout": // 16 takes the phone back as cancelled, cause 16
			continue
		}
		want, ok := by[scenario]
		if !ok {
			by[scenario] = got
			continue
		}
		compared++
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s, - 16, + 22:\n%s", scenario, d)
		}
	}
	if compared < 40 {
		t.Errorf("only %d recordings of both versions", compared)
	}
}
