package media

import "math"

// taps is how many of the slower rate's samples the filter reaches to either
// side. 16 leave less than a thousandth of what lies above the new band.
const taps = 16

// Resample gives the same sound at another rate, without what the new rate
// cannot hold: a sinc filter under a Hann window, one phase for each place
// between two samples that occurs.
func (s Sound) Resample(rate int) Sound {
	if rate == s.Rate || rate <= 0 || s.Rate <= 0 {
		return s
	}
	g := gcd(rate, s.Rate)
	up, down := rate/g, s.Rate/g
	// The band that is kept, as a share of the old rate's: a little below the new
	// rate's half, since the filter's edge is not upright.
	band := 1.0
	if rate < s.Rate {
		band = 0.94 * float64(rate) / float64(s.Rate)
	}
	reach := int(math.Ceil(taps / band))
	phases := make([][]float64, up)
	for p := range phases {
		phases[p] = filter(float64(p)/float64(up), band, reach)
	}
	n := (len(s.Samples)*up + down - 1) / down
	out := make([]float32, n)
	for i := range out {
		at := i * down
		middle, phase := at/up, phases[at%up]
		sum := 0.0
		for k, h := range phase {
			if j := middle + k - reach + 1; j >= 0 && j < len(s.Samples) {
				sum += h * float64(s.Samples[j])
			}
		}
		out[i] = float32(sum)
	}
	return Sound{Rate: rate, Samples: out}
}

// filter gives the weights of the samples from 1-reach to reach around a place
// between two of them. Together they are 1, so that loudness stays.
func filter(place, band float64, reach int) []float64 {
	h := make([]float64, 2*reach)
	total := 0.0
	for k := range h {
		x := float64(k-reach+1) - place
		if math.Abs(x) >= float64(reach) {
			continue
		}
		h[k] = band * (0.5 + 0.5*math.Cos(math.Pi*x/float64(reach)))
		if x != 0 {
			h[k] *= math.Sin(math.Pi*band*x) / (math.Pi * band * x)
		}
		total += h[k]
	}
	for k := range h {
		h[k] /= total
	}
	return h
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
