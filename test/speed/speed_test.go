package speed_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/browsertest"
	"github.com/dipcast/dipcast/ui"
)

// figure is what a script has measured of one thing.
type figure struct {
	What   string
	Values []float64
	Unit   string  // ms, %
	Most   float64 // what is wanted at most; 0: it is only told
	Note   string
}

// TestSpeed: Chromium shows the web of a gateway with a large history, and says how
// long everything took.
func TestSpeed(t *testing.T) {
	if f, err := ui.Files().Open("index.html"); err != nil {
		t.Fatal("the web was not built: make ui")
	} else if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	d := history(t)
	if *fillOnly {
		return
	}
	url := gateway(t, d)
	people(t, url)
	report := new(strings.Builder)
	defer func() {
		load, _ := os.ReadFile("/proc/loadavg") // it is only told
		t.Logf("load average at the end: %s\n%s", strings.TrimSpace(string(load)), report)
	}()
	fmt.Fprintf(report, "%-58s %9s %9s %9s  %s\n", "", "median", "most", "wanted", "")
	for part := range strings.SplitSeq(*parts, ",") {
		whos := []string{""}
		if part == "history" {
			whos = strings.Split(*whose, ",")
		}
		for _, who := range whos {
			settings, err := json.Marshal(map[string]any{
				"site": url, "login": login + "1", "other": login + "2", "operator": operator, "password": password, "rounds": *rounds, "seconds": *seconds,
				"paint": wantedPaint, "history": wantedHistory, "thread": wantedThread, "who": who,
			})
			if err != nil {
				t.Fatal(err)
			}
			measure(t, report, part+".mjs", string(settings))
		}
	}
}

// measure runs a script, and tells what it has measured.
func measure(t *testing.T, report *strings.Builder, script, settings string) {
	t.Helper()
	out := browsertest.Run(t, script, settings)
	told := 0
	for line := range strings.Lines(out) {
		text, ok := strings.CutPrefix(line, "figure ")
		if !ok {
			continue
		}
		var f figure
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		told++
		tell(t, report, &f)
	}
	if told == 0 {
		t.Errorf("%s: no figures:\n%s", script, out)
	}
}

func tell(t *testing.T, report *strings.Builder, f *figure) {
	t.Helper()
	if len(f.Values) == 0 {
		fmt.Fprintf(report, "%-58s %9s %9s %9s  %s\n", f.What, "–", "", "", f.Note)
		return
	}
	slices.Sort(f.Values)
	show := func(v float64) string { return fmt.Sprintf("%.0f %s", v, f.Unit) }
	median, most := f.Values[len(f.Values)/2], f.Values[len(f.Values)-1]
	wanted := ""
	if f.Most > 0 {
		wanted = show(f.Most)
	}
	late := ""
	if f.Most > 0 && median > f.Most {
		late = "!"
	}
	fmt.Fprintf(report, "%-58s %9s %9s %9s%1s %s\n", f.What, show(median), show(most), wanted, late, f.Note)
	if late != "" && *strict {
		t.Errorf("%s: %s, wanted at most %s", f.What, show(median), wanted)
	}
}
