package load_test

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/media"
)

// recorded is what was found in the recordings.
type recorded struct {
	files    int
	bytes    int64
	shortest time.Duration
	bad      []string // what is wrong with which
}

// recordings looks at each recording: it is as long as its call was talked, and has
// the tones of both sides.
func (s *site) recordings(talk time.Duration) recorded {
	s.tb.Helper()
	folder := filepath.Join(s.data, "recordings")
	var out recorded
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		out.files++
		// The gateway puts the server's id before the name that Asterisk gave.
		name = filepath.Join(filepath.Dir(name), strings.TrimPrefix(filepath.Base(name), "1-"))
		r, err := dialplan.ParseRecording(filepath.ToSlash(name))
		if err != nil {
			out.bad = append(out.bad, err.Error())
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		out.bytes += int64(len(data))
		sound, err := media.DecodeWAV(data)
		if err != nil {
			out.bad = append(out.bad, fmt.Sprintf("%s to %s: %v", r.From, r.To, err))
			return nil
		}
		length := sound.Duration()
		if out.shortest == 0 || length < out.shortest {
			out.shortest = length
		}
		part := heardSlow
		if *strict {
			part = 0.9
		}
		if length.Seconds() < part*talk.Seconds() {
			out.bad = append(out.bad, fmt.Sprintf("%s to %s: %v long", r.From, r.To, length))
		}
		for _, ext := range []string{r.From, r.To} {
			if n, all := holds(sound, s.tone(ext)); float64(n) < part*float64(all) {
				out.bad = append(out.bad, fmt.Sprintf("%s to %s: the tone of %s is in %d of %d tenths of a second", r.From, r.To, ext, n, all))
			}
		}
		return nil
	})
	if err != nil {
		s.tb.Fatal(err)
	}
	return out
}

// tone is that of an extension's phone.
func (s *site) tone(ext string) int {
	n, err := strconv.Atoi(ext)
	if err != nil || n < firstExtension || n >= firstExtension+len(s.exts) {
		return 0
	}
	return toneOf(n - firstExtension)
}

// holds is in how many tenths of a second a tone is.
func holds(s media.Sound, hz int) (n, all int) {
	for part := range slices.Chunk(s.Samples, s.Rate/10) {
		var re, im, energy float64
		for i, v := range part {
			sin, cos := math.Sincos(2 * math.Pi * float64(hz) * float64(i) / float64(s.Rate))
			re, im, energy = re+float64(v)*cos, im+float64(v)*sin, energy+float64(v)*float64(v)
		}
		all++
		if energy > 0 && 2*(re*re+im*im)/float64(len(part)) > 0.2*energy {
			n++
		}
	}
	return n, all
}
