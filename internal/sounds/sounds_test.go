package sounds

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/prompts"
)

// tones is a voice that hums, and counts.
func tones(said *atomic.Int64) Voice {
	return func(context.Context, string, string) (media.Sound, error) {
		said.Add(1)
		s := media.Silence(media.Rate, 200*time.Millisecond)
		for i := range s.Samples {
			s.Samples[i] = float32(i%50)/100 - 0.25
		}
		return s, nil
	}
}

func read(t *testing.T, dir, name string) media.Sound {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(dir, "ko", name+".wav"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := media.DecodeWAV(file)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

func TestMake(t *testing.T) {
	dir := t.TempDir()
	var said atomic.Int64
	most := 0
	o := MakeOptions{Dir: dir, Voice: tones(&said), Progress: func(done, total int) { most = max(most, done); _ = total }}
	if err := Make(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	all, err := prompts.List()
	if err != nil {
		t.Fatal(err)
	}
	english := 0
	for _, p := range all {
		if p.Has(prompts.English) {
			english++
			file, err := os.ReadFile(filepath.Join(dir, "en", p.Name+".wav"))
			if err != nil {
				t.Error(err)
			} else if d, err := media.WAVDuration(file); err != nil || d == 0 {
				t.Errorf("en: %s: %v, %v", p.Name, d, err)
			}
		}
	}
	if english < 80 {
		t.Errorf("only %d are made in English", english)
	}
	if most != len(all)+english {
		t.Errorf("%d of %d were told of", most, len(all))
	}
	for _, p := range all {
		if s := read(t, dir, p.Name); s.Rate != media.Rate || len(s.Samples) == 0 {
			t.Errorf("%s: %d samples at %d", p.Name, len(s.Samples), s.Rate)
		}
	}
	if missing, err := Missing(dir); err != nil || len(missing) != 0 {
		t.Errorf("missing: %q, %v", missing, err)
	}
	if d := read(t, dir, "silence/2").Duration(); d != 2*time.Second {
		t.Errorf("two seconds of silence last %v", d)
	}
	// What is there is not said again; what changed is.
	first := said.Load()
	have := readSet(filepath.Join(dir, "ko"))
	have["vm-intro"] = "of another text"
	delete(have, "vm-goodbye")
	if err := have.write(filepath.Join(dir, "ko")); err != nil {
		t.Fatal(err)
	}
	if missing, err := Missing(dir); err != nil || !slices.Equal(missing, []string{"vm-intro", "vm-goodbye"}) {
		t.Errorf("missing: %q, %v", missing, err)
	}
	if err := Make(t.Context(), o); err != nil || said.Load() != first+2 {
		t.Errorf("%d more are said, %v", said.Load()-first, err)
	}
}

// TestMakeGoesOn: when the voice fails or the time is over, the error says so,
// and what was made is not made again.
func TestMakeGoesOn(t *testing.T) {
	dir := t.TempDir()
	var said atomic.Int64
	voice, broken := tones(&said), errors.New("hoarse")
	err := Make(t.Context(), MakeOptions{Dir: dir, Voice: func(ctx context.Context, language, text string) (media.Sound, error) {
		if said.Load() > 20 {
			return media.Sound{}, broken
		}
		return voice(ctx, language, text)
	}})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Make(ctx, MakeOptions{Dir: dir, Voice: voice}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	before := said.Load()
	missing, err := Missing(dir)
	if err != nil || len(missing) == 0 {
		t.Errorf("%d missing, %v", len(missing), err)
	}
	if err := Make(t.Context(), MakeOptions{Dir: dir, Voice: voice}); err != nil || int(said.Load()-before) > len(missing) {
		t.Errorf("%d are said of %d missing, %v", said.Load()-before, len(missing), err)
	}
}
