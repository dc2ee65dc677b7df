package media

import (
	"math"
	"time"
)

// window is the stretch that loudness is looked at by: 10 ms.
const windowsPerSecond = 100

// SpeechLevel is the loudness of a telephone prompt: -19 dB of full scale, about
// what people speak at into a handset and what Asterisk's own prompts have.
const SpeechLevel = 0.112

// peak is the loudest sample left after Level: -1.5 dB of full scale.
const peak = 0.84

// quiet is the loudness below which a stretch is silence: -46 dB.
const quiet = 0.005

// Trim takes away silence before and behind, and leaves keep of it on each side.
func (s Sound) Trim(keep time.Duration) Sound {
	w := max(1, s.Rate/windowsPerSecond)
	first, last := -1, -1
	for i := 0; i < len(s.Samples); i += w {
		end := min(i+w, len(s.Samples))
		if rms(s.Samples[i:end]) >= quiet {
			if first < 0 {
				first = i
			}
			last = end
		}
	}
	if first < 0 {
		return Sound{Rate: s.Rate}
	}
	k := int(keep * time.Duration(s.Rate) / time.Second)
	return Sound{Rate: s.Rate, Samples: s.Samples[max(0, first-k):min(len(s.Samples), last+k)]}
}

// Loudness is the effective value of the stretches that are not silence, 0 to 1;
// 0 when all are.
func (s Sound) Loudness() float64 {
	w := max(1, s.Rate/windowsPerSecond)
	sum, n := 0.0, 0
	for i := 0; i < len(s.Samples); i += w {
		end := min(i+w, len(s.Samples))
		if r := rms(s.Samples[i:end]); r >= quiet {
			sum += r * r * float64(end-i)
			n += end - i
		}
	}
	if n == 0 {
		return 0
	}
	return math.Sqrt(sum / float64(n))
}

// Level brings the sound to a loudness, see SpeechLevel. Peaks that would then
// be cut off are rounded instead; the rest is only made louder or softer.
// Silence stays silence.
func (s Sound) Level(loudness float64) Sound {
	now := s.Loudness()
	if now == 0 {
		return s
	}
	gain := loudness / now
	out := make([]float32, len(s.Samples))
	for i, v := range s.Samples {
		out[i] = float32(round(gain * float64(v)))
	}
	return Sound{Rate: s.Rate, Samples: out}
}

// round leaves what is below two thirds of peak as it is, and bends what is
// above so that it never goes beyond peak.
func round(v float64) float64 {
	const knee = peak * 2 / 3
	a := math.Abs(v)
	if a <= knee {
		return v
	}
	return math.Copysign(knee+(peak-knee)*math.Tanh((a-knee)/(peak-knee)), v)
}

func rms(samples []float32) float64 {
	sum := 0.0
	for _, v := range samples {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(len(samples)))
}
