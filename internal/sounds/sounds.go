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

// Voice speaks one text in a language, at any rate and loudness. It is called from
// several goroutines.
type Voice func(ctx context.Context, language, text string) (media.Sound, error)

// languages are those that sets are made in: of the second, what Asterisk's own set
// has not.
var languages = []string{prompts.Language, prompts.English}

// MakeOptions says which set is made.
type MakeOptions struct {
	// Dir is Asterisk's folder of sounds; the sets are Dir/ko and, of our own
	// prompts, Dir/en. Required.
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
	have := map[string]set{}
	var todo []job
	for _, l := range languages {
		have[l] = readSet(filepath.Join(o.Dir, l))
		for _, p := range all {
			if p.Has(l) && have[l][p.Name] != mark(all, l, p) {
				todo = append(todo, job{l, p})
			}
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
	jobs := make(chan job)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for j := range jobs {
				if err := write(ctx, o, all, j); err != nil {
					cancel(fmt.Errorf("prompt %s: %w", j.Name, err))
					continue // empties the channel
				}
				mu.Lock()
				have[j.language][j.Name] = mark(all, j.language, j.Prompt)
				done++
				o.Progress(done, len(todo))
				mu.Unlock()
			}
		})
	}
	for _, j := range todo {
		if ctx.Err() != nil {
			break
		}
		jobs <- j
	}
	close(jobs)
	workers.Wait()
	err = context.Cause(ctx)
	for _, l := range languages {
		err = errors.Join(err, have[l].write(filepath.Join(o.Dir, l)))
	}
	return err
}

// job is a prompt to be made in a language.
type job struct {
	language string
	prompts.Prompt
}

// Missing gives the names of the list that the sets below dir (Asterisk's folder
// of sounds) have not, or have from another text; those of the English set as
// "en: dipcast/closed".
func Missing(dir string) ([]string, error) {
	all, err := prompts.List()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, l := range languages {
		have := readSet(filepath.Join(dir, l))
		for _, p := range all {
			switch {
			case !p.Has(l) || have[p.Name] == mark(all, l, p):
			case l == prompts.Language:
				names = append(names, p.Name)
			default:
				names = append(names, l+": "+p.Name)
			}
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
func mark(all []prompts.Prompt, language string, p prompts.Prompt) string {
	p = sounding(all, language, p)
	h := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%v\n%v", recipe, p.In(language), p.Pause, p.Tones))
	return hex.EncodeToString(h[:8])
}

// sounding follows Same to the prompt that says how it sounds. That holds of Korean:
// what is one word there may be two in English.
func sounding(all []prompts.Prompt, language string, p prompts.Prompt) prompts.Prompt {
	if language != prompts.Language {
		return p
	}
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
func write(ctx context.Context, o MakeOptions, all []prompts.Prompt, j job) error {
	s, err := render(ctx, o.Voice, j.language, sounding(all, j.language, j.Prompt))
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(o.Dir, j.language, filepath.FromSlash(j.Name)+".wav"), media.EncodeWAV(s))
}

// render makes the sound of one prompt: at media.Rate, trimmed, at one loudness.
func render(ctx context.Context, voice Voice, language string, p prompts.Prompt) (media.Sound, error) {
	s := media.Silence(media.Rate, p.Pause)
	for _, t := range p.Tones {
		s = s.Append(beep(t))
	}
	text := p.In(language)
	if text == "" {
		return s, nil
	}
	if language == prompts.Language {
		text = prompts.Pronounced(text)
	}
	said, err := voice(ctx, language, text)
	if err != nil {
		return s, err
	}
	said = Telephone(said)
	if len(said.Samples) == 0 {
		return s, fmt.Errorf("the voice says nothing at %q", text)
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
