package sipphone

import (
	"math"
	"testing"
)

// sound is n samples of the sum of some tones, through a codec.
func sound(c Codec, n int, tones ...int) []float64 {
	pcm := make([]float64, n)
	for i := range pcm {
		v := 0.0
		for _, hz := range tones {
			v += toneAmplitude * math.Sin(2*math.Pi*float64(hz)*float64(i)/sampleRate)
		}
		pcm[i] = float64(c.decode(c.encode(int16(v))))
	}
	return pcm
}

func TestStrongest(t *testing.T) {
	for _, c := range []Codec{PCMU, PCMA} {
		for hz := toneLow; hz <= toneLow+toneStep*toneCount; hz += 85 {
			for _, n := range []int{minSamples, windowSamples} {
				got, part := strongest(sound(c, n, hz))
				if math.Abs(got-float64(hz)) > 2 || part < 0.95 {
					t.Errorf("%v, %d samples of %d Hz: heard %.1f Hz, share %.2f", c, n, hz, got, part)
				}
			}
		}
	}
}

func TestShare(t *testing.T) {
	tests := []struct {
		name     string
		pcm      []float64
		hz       float64
		low, top float64
	}{
		{"alone", sound(PCMU, windowSamples, 1000), 1000, 0.98, 1.01},
		{"neighbour on the grid", sound(PCMU, windowSamples, 1000), 1005, 0, 0.01},
		{"one of two", sound(PCMA, windowSamples, 700, 1100), 700, 0.45, 0.55},
		{"the other of two", sound(PCMA, windowSamples, 700, 1100), 1100, 0.45, 0.55},
		{"none of two", sound(PCMA, windowSamples, 700, 1100), 900, 0, 0.01},
		{"silence, mu-law", sound(PCMU, windowSamples), 700, 0, 0},
		{"nothing", nil, 700, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := share(test.pcm, test.hz); got < test.low || got > test.top || math.IsNaN(got) {
				t.Errorf("share %.3f, want %.2f to %.2f", got, test.low, test.top)
			}
		})
	}
	if hz, part := strongest(sound(PCMA, windowSamples)); hz != 0 || part != 0 {
		t.Errorf("in the silence of A-law: %.0f Hz, share %.2f", hz, part)
	}
}

func TestToneTableIsSeamless(t *testing.T) {
	const hz = 437
	table := toneTable(PCMU, hz)
	again := toneTable(PCMU, hz)
	pcm := make([]float64, 0, windowSamples)
	for _, b := range append(table[len(table)-windowSamples/2:], again[:windowSamples/2]...) {
		pcm = append(pcm, float64(PCMU.decode(b)))
	}
	if got := share(pcm, hz); got < 0.98 {
		t.Errorf("across the seam the tone has a share of %.3f", got)
	}
}

func TestToneFor(t *testing.T) {
	if a, b := ToneFor("1010"), ToneFor("1010"); a != b {
		t.Errorf("%d and then %d", a, b)
	}
	for _, id := range []string{"", "1010", "T2_1010", "01026132471", "얼쑤"} {
		if hz := ToneFor(id); hz < 400 || hz > 2995 || hz%5 != 0 {
			t.Errorf("ToneFor(%q) = %d", id, hz)
		}
	}
}
