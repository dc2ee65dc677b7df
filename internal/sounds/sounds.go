// Package sounds keeps the folders that Asterisk plays from: the Korean prompts
// that a voice makes from the list of package prompts, the sounds that companies
// upload in their place, and the music for those who wait.
package sounds

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/prompts"
	"github.com/dipcast/dipcast/internal/wholefile"
)

// recipe is what files are made by, beside their text. It changes when the
// making does, so that sets made before are made again.
const recipe = "1"

// setFile says which prompt each file of a set was made from.
const setFile = "dipcast-set.json"

// margin is the silence left before and behind what a voice says: enough that
// joined prompts are words, too little to be a break.
const margin = 40 * time.Millisecond

// Voice speaks one text, at any rate and loudness. It is called from several
// goroutines.
type Voice func(ctx context.Context, text string) (media.Sound, error)

// MakeOptions says which set is made.
type MakeOptions struct {
	// Dir is Asterisk's folder of sounds; the set is Dir/ko. Required.
	Dir   string
	Voice Voice // required
	// Progress is called with how many prompts are made, from one goroutine at a
	// time. Nil means nobody looks.
	Progress func(done, total int)
}

// set is what setFile holds: the mark of each prompt by name.
type set map[string]string

// Make makes the prompts of the list that the set has not, or has from another
// text. Files of names that are no longer in the list stay. When it ends early,
// what is made stays and the next Make goes on.
func Make(ctx context.Context, o MakeOptions) (err error) {
	all, err := prompts.List()
	if err != nil {
		return err
	}
	dir := filepath.Join(o.Dir, prompts.Language)
	have := readSet(dir)
	var todo []prompts.Prompt
	for _, p := range all {
		if have[p.Name] != mark(all, p) {
			todo = append(todo, p)
		}
	}
	if len(todo) == 0 {
		return nil
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	o.Progress(0, len(todo))
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex // guards have and done
	done := 0
	jobs := make(chan prompts.Prompt)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for p := range jobs {
				if err := write(ctx, dir, o.Voice, all, p); err != nil {
					cancel(fmt.Errorf("prompt %s: %w", p.Name, err))
					continue // empties the channel
				}
				mu.Lock()
				have[p.Name] = mark(all, p)
				done++
				o.Progress(done, len(todo))
				mu.Unlock()
			}
		})
	}
	for _, p := range todo {
		if ctx.Err() != nil {
			break
		}
		jobs <- p
	}
	close(jobs)
	workers.Wait()
	err = context.Cause(ctx)
	return errors.Join(err, have.write(dir))
}

// Missing gives the names of the list that the set below dir (Asterisk's folder
// of sounds) has not, or has from another text.
func Missing(dir string) ([]string, error) {
	all, err := prompts.List()
	if err != nil {
		return nil, err
	}
	have := readSet(filepath.Join(dir, prompts.Language))
	var names []string
	for _, p := range all {
		if have[p.Name] != mark(all, p) {
			names = append(names, p.Name)
		}
	}
	return names, nil
}

// readSet reads what a set holds. One that cannot be read holds nothing.
func readSet(dir string) set {
	s := set{}
	text, err := os.ReadFile(filepath.Join(dir, setFile))
	if err != nil || json.Unmarshal(text, &s) != nil {
		return set{}
	}
	return s
}

func (s set) write(dir string) error {
	text, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, setFile), text)
}

// mark is the same for two prompts that sound the same.
func mark(all []prompts.Prompt, p prompts.Prompt) string {
	p = sounding(all, p)
	h := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%v\n%v", recipe, p.Korean, p.Pause, p.Tones))
	return hex.EncodeToString(h[:8])
}

// sounding follows Same to the prompt that says how it sounds.
func sounding(all []prompts.Prompt, p prompts.Prompt) prompts.Prompt {
	for p.Same != "" {
		for _, q := range all {
			if q.Name == p.Same {
				p = q
				break
			}
		}
	}
	return p
}

// write makes the file of one prompt.
func write(ctx context.Context, dir string, voice Voice, all []prompts.Prompt, p prompts.Prompt) error {
	s, err := render(ctx, voice, sounding(all, p))
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, filepath.FromSlash(p.Name)+".wav"), media.EncodeWAV(s))
}

// render makes the sound of one prompt: at media.Rate, trimmed, at one loudness.
func render(ctx context.Context, voice Voice, p prompts.Prompt) (media.Sound, error) {
	s := media.Silence(media.Rate, p.Pause)
	for _, t := range p.Tones {
		s = s.Append(beep(t))
	}
	if p.Korean == "" {
		return s, nil
	}
	said, err := voice(ctx, prompts.Pronounced(p.Korean))
	if err != nil {
		return s, err
	}
	said = Telephone(said)
	if len(said.Samples) == 0 {
		return s, fmt.Errorf("the voice says nothing at %q", p.Korean)
	}
	return s.Append(said), nil
}

// Telephone makes a prompt of any recording: the telephone's rate, no silence
// around it, the loudness that all prompts have. Of silence nothing is left.
func Telephone(s media.Sound) media.Sound {
	return s.Resample(media.Rate).Level(media.SpeechLevel).Trim(margin)
}

// beep is a tone at half the loudness of speech, without clicks at its ends.
func beep(t prompts.Tone) media.Sound {
	s := media.Silence(media.Rate, t.For)
	fade := media.Rate / 200
	for i := range s.Samples {
		edge := min(1, float64(min(i, len(s.Samples)-1-i))/float64(fade))
		s.Samples[i] = float32(media.SpeechLevel * edge * math.Sin(2*math.Pi*t.Hertz*float64(i)/media.Rate))
	}
	return s
}

// putFile keeps a recording beside those that are there, of which there are at
// most so many: a further one is refused with tooMany.
func putFile(path string, content []byte, there func() ([]Own, error), most int, tooMany error) error {
	if _, err := os.Stat(path); err != nil { // a further one
		if all, err := there(); err != nil {
			return err
		} else if len(all) >= most {
			return fmt.Errorf("%w: at most %d", tooMany, most)
		}
	}
	return writeFile(path, content)
}

// writeFile replaces a file whole; it is on disk when it returns. Everybody may
// read it, since Asterisk may run as another user.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return wholefile.Write(path, content, 0o644)
}
