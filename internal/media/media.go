// Package media works on telephone sound as plain samples: reads and writes WAV
// files, changes the rate, trims silence, brings speech to one loudness, and
// plays a simple tune for those who wait.
//
// Nothing in it is random or depends on the clock: the same input gives the same
// samples on every machine.
package media

import (
	"errors"
	"time"
)

// Rate is the rate of telephone sound, in samples a second (G.711).
const Rate = 8000

// ErrFormat reports a file that is no WAV, or one in a coding we do not read.
var ErrFormat = errors.New("not a WAV file that can be read")

// Sound is mono sound, one float a sample, full scale from -1 to 1.
type Sound struct {
	Rate    int // samples a second
	Samples []float32
}

// Duration is how long it plays.
func (s Sound) Duration() time.Duration {
	if s.Rate == 0 {
		return 0
	}
	return time.Duration(len(s.Samples)) * time.Second / time.Duration(s.Rate)
}

// Silence gives d of nothing.
func Silence(rate int, d time.Duration) Sound {
	return Sound{Rate: rate, Samples: make([]float32, int(d*time.Duration(rate)/time.Second))}
}

// Append adds another sound of the same rate.
func (s Sound) Append(o Sound) Sound {
	return Sound{Rate: s.Rate, Samples: append(s.Samples[:len(s.Samples):len(s.Samples)], o.Samples...)}
}
