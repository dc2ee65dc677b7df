package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/prompts"
	"github.com/dipcast/dipcast/internal/sounds"
	"github.com/dipcast/dipcast/internal/store"
)

// TestPrompt: prompts are listed, replaced, shown, saved and reset, for all and
// for one company.
func TestPrompt(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "dipcast.yaml"), strings.Replace(fmt.Sprintf(twoServers, 5038, 5039), "operators:", "# operators:", 1))
	c, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Options{DataDir: c.DataDir}) // as the gateway has it
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	if _, err := st.Seed(t.Context(), c, hasher{}); err != nil {
		t.Fatal(err)
	}
	recording := filepath.Join(dir, "a.wav")
	if err := os.WriteFile(recording, media.EncodeWAV(media.RingTune.Play(16000)), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		t.Helper()
		out, err := dipcast(t, append([]string{"prompt", args[0], "-c", file, "--lang", "en"}, args[1:]...)...)
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return out
	}
	if out := run("list"); !strings.Contains(out, "vm-intro ") || strings.Count(out, "\n") < 600 {
		t.Error(out)
	}
	if out := run("set", "vm-intro", recording, "--tenant", "T2"); !strings.Contains(out, "vm-intro: replaced (") {
		t.Error(out)
	}
	run("set", "custom/summer", recording)
	if out := run("list", "--own", "--tenant", "2"); !strings.HasPrefix(out, "vm-intro  *") || strings.Count(out, "\n") != 1 {
		t.Error(out)
	}
	if out := run("list", "--own"); !strings.HasPrefix(out, "custom/summer") {
		t.Error(out)
	}
	saved := filepath.Join(dir, "b.wav")
	if out := run("show", "vm-intro", "--tenant", "T2", "--save", saved); !strings.Contains(out, "replaced by a recording") {
		t.Error(out)
	}
	heard, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := media.DecodeWAV(heard); err != nil || s.Rate != media.Rate {
		t.Errorf("%d, %v", s.Rate, err)
	}
	if out := run("reset", "vm-intro", "--tenant", "T2"); !strings.Contains(out, "reset") {
		t.Error(out)
	}
	for want, args := range map[error][]string{
		sounds.ErrNone:  {"reset", "vm-intro"},
		prompts.ErrName: {"set", "../x", recording},
		media.ErrFormat: {"set", "vm-intro", file},
	} {
		if _, err := dipcast(t, append([]string{"prompt", args[0], "-c", file}, args[1:]...)...); !errors.Is(err, want) {
			t.Errorf("%v: %v", args, err)
		}
	}
	rows, err := st.Audit(t.Context(), 0, 10)
	if err != nil || len(rows) != 3 {
		t.Errorf("%d rows in the audit, %v", len(rows), err)
	}
}
