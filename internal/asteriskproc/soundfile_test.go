package asteriskproc_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/media"
)

// TestConverter: a WAV becomes MP3 and Opus, much smaller, and WAV again, as long
// as it was.
func TestConverter(t *testing.T) {
	asterisktest.Tree(t, 22) // it brings the program
	convert, err := asteriskproc.FindConverter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := media.Silence(8000, 5*time.Second)
	for i := range s.Samples {
		s.Samples[i] = float32(0.3 * math.Sin(2*math.Pi*440*float64(i)/8000))
	}
	wav := filepath.Join(t.TempDir(), "a.wav")
	if err := os.WriteFile(wav, media.EncodeWAV(s), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"mp3", "opus"} {
		to, back := wav+"."+format, wav+"."+format+".wav"
		if err := errors.Join(convert.Convert(t.Context(), wav, to), convert.Convert(t.Context(), to, back)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(to)
		if err != nil || info.Size() < 1000 || info.Size() > 40_000 {
			t.Errorf("%s: %v, %v", format, info, err)
		}
		data, err := os.ReadFile(back)
		if err != nil {
			t.Fatal(err)
		}
		length, err := media.WAVDuration(data)
		if err != nil || length < 4900*time.Millisecond || length > 5200*time.Millisecond {
			t.Errorf("%s lasts %v, %v", format, length, err)
		}
		if err := convert.Convert(t.Context(), wav+".none", to); err == nil {
			t.Error("what is not there was converted")
		}
		t.Logf("%s: %d bytes of %d", format, info.Size(), len(media.EncodeWAV(s)))
	}
}
