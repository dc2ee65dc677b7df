package sipphone

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"time"
)

const (
	sampleRate   = 8000            // samples a second, G.711
	frameSamples = sampleRate / 50 // 20 ms, the packet time of every call

	// windowSamples is how much of the newest audio is looked at: 400 ms.
	// Two tones 5 Hz apart are then exactly two bins apart, so a neighbour
	// on the grid of ToneFor adds nothing to a measurement.
	windowSamples = 2 * sampleRate / 5
	// minSamples is the least audio that says anything: 100 ms.
	minSamples = sampleRate / 10

	toneLow, toneStep, toneCount = 400, 5, 520 // 400 to 2995 Hz

	// silence is the effective value below which there is none: that of A-law
	// is 8, and an echo canceller or a comfort noise may leave some more.
	silence = 32

	toneAmplitude = 8000 // about -12 dB of full scale, far from clipping when two are mixed
)

// ToneFor returns the frequency in Hz that belongs to a number or user name:
// always the same for the same text, a multiple of 5 from 400 to 2995. Two
// texts may share one; whoever must tell them apart sets the tone itself.
func ToneFor(id string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // a hash never fails
	return toneLow + toneStep*int(h.Sum32()%toneCount)
}

// toneTable is one second of a tone of whole Hz, encoded. As it ends where it
// began, sending it round and round makes an unbroken tone for nothing.
func toneTable(c Codec, hz int) []byte {
	t := make([]byte, sampleRate)
	for i := range t {
		t[i] = c.encode(sample(hz, i))
	}
	return t
}

// ToneSamples is a tone of whole Hz as Asterisk reads it from a file that ends
// in .sln: 8000 samples a second, 16 bits, little endian, without a header.
func ToneSamples(hz int, d time.Duration) []byte {
	n := int(d * sampleRate / time.Second)
	b := make([]byte, 0, 2*n)
	for i := range n {
		b = binary.LittleEndian.AppendUint16(b, uint16(sample(hz, i)))
	}
	return b
}

func sample(hz, i int) int16 {
	return int16(toneAmplitude * math.Sin(2*math.Pi*float64(hz)*float64(i)/sampleRate))
}

// share returns which part, from 0 to 1, of the energy of pcm is a sine of hz.
// Silence has none. It is Goertzel's algorithm.
func share(pcm []float64, hz float64) float64 {
	energy := 0.0
	for _, s := range pcm {
		energy += s * s
	}
	if n := float64(len(pcm)); n == 0 || energy < silence*silence*n {
		return 0
	}
	return 2 * power(pcm, hz) / (float64(len(pcm)) * energy)
}

// loudness is the effective value of pcm.
func loudness(pcm []float64) float64 {
	energy := 0.0
	for _, s := range pcm {
		energy += s * s
	}
	return math.Sqrt(energy / float64(max(1, len(pcm))))
}

// power returns |X(hz)|² of pcm.
func power(pcm []float64, hz float64) float64 {
	k := 2 * math.Cos(2*math.Pi*hz/sampleRate)
	var a, b float64
	for _, s := range pcm {
		a, b = s+k*a-b, a
	}
	return a*a + b*b - k*a*b
}

// strongest returns the loudest tone in pcm between 300 and 3400 Hz, to about
// one Hz, and its share of the energy; 0, 0 for silence.
func strongest(pcm []float64) (hz, part float64) {
	// A short window first: its bins are 20 Hz wide, so steps of 10 Hz miss
	// nothing; then the whole window around the best of them.
	short := pcm[:min(len(pcm), minSamples/2)]
	best, at := 0.0, 0.0
	for f := 300.0; f <= 3400; f += 10 {
		if p := power(short, f); p > best {
			best, at = p, f
		}
	}
	best, hz = 0, at
	for f := at - 20; f <= at+20; f++ {
		if p := power(pcm, f); p > best {
			best, hz = p, f
		}
	}
	if part = share(pcm, hz); part == 0 {
		return 0, 0
	}
	return hz, part
}
