package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"
)

// tone is one second of a sine.
func tone(rate int, hertz, amplitude float64) Sound {
	s := Silence(rate, time.Second)
	for i := range s.Samples {
		s.Samples[i] = float32(amplitude * math.Sin(2*math.Pi*hertz*float64(i)/float64(rate)))
	}
	return s
}

// amplitude is that of one frequency in the middle of a sound.
func amplitude(s Sound, hertz float64) float64 {
	var re, im float64
	n := 0
	for i := len(s.Samples) / 4; i < len(s.Samples)*3/4; i++ {
		w := 2 * math.Pi * hertz * float64(i) / float64(s.Rate)
		re += float64(s.Samples[i]) * math.Cos(w)
		im += float64(s.Samples[i]) * math.Sin(w)
		n++
	}
	return 2 * math.Hypot(re, im) / float64(n)
}

// TestResample: what fits into the new band stays as loud as it was, and what
// does not is gone rather than heard elsewhere.
func TestResample(t *testing.T) {
	for _, tt := range []struct {
		from, to    int
		hertz, want float64
	}{
		{22050, 8000, 440, 0.5},
		{22050, 8000, 3000, 0.5},
		{22050, 8000, 6000, 0},
		{44100, 8000, 1000, 0.5},
		{48000, 8000, 4600, 0},
		{16000, 8000, 100, 0.5},
		{8000, 16000, 1000, 0.5},
		{11025, 8000, 2000, 0.5},
		{8000, 8000, 1000, 0.5},
	} {
		got := tone(tt.from, tt.hertz, 0.5).Resample(tt.to)
		if got.Rate != tt.to || got.Duration() != time.Second {
			t.Errorf("%d to %d: %d, %v", tt.from, tt.to, got.Rate, got.Duration())
		}
		hertz := tt.hertz
		if tt.want == 0 { // where it would be heard
			hertz = float64(tt.to) - tt.hertz
		}
		if a := amplitude(got, hertz); math.Abs(a-tt.want) > 0.01 {
			t.Errorf("%v Hz from %d to %d: amplitude %.3f at %v Hz, want %v", tt.hertz, tt.from, tt.to, a, hertz, tt.want)
		}
	}
}

func TestTrim(t *testing.T) {
	s := Silence(8000, time.Second).Append(tone(8000, 500, 0.3)).Append(Silence(8000, 2*time.Second))
	if d := s.Trim(50 * time.Millisecond).Duration(); d < 1090*time.Millisecond || d > 1110*time.Millisecond {
		t.Errorf("%v are left", d)
	}
	if n := len(Silence(8000, time.Second).Trim(time.Second).Samples); n != 0 {
		t.Errorf("%d samples of silence are left", n)
	}
}

func TestLevel(t *testing.T) {
	for _, a := range []float64{0.01, 0.1, 0.9} {
		s := Silence(8000, time.Second).Append(tone(8000, 500, a)).Level(SpeechLevel)
		if got := s.Loudness(); math.Abs(got-SpeechLevel) > 0.002 {
			t.Errorf("amplitude %v: loudness %.4f, want %v", a, got, SpeechLevel)
		}
	}
	loud := tone(8000, 500, 0.5).Level(5)
	for _, v := range loud.Samples {
		if math.Abs(float64(v)) > peak {
			t.Fatalf("a sample of %v", v)
		}
	}
	if s := Silence(8000, time.Second).Level(1); s.Loudness() != 0 {
		t.Error("silence has become loud")
	}
}

func TestWAV(t *testing.T) {
	in := tone(8000, 440, 0.7)
	file := EncodeWAV(in)
	out, err := DecodeWAV(file)
	if err != nil || out.Rate != 8000 || len(out.Samples) != 8000 {
		t.Fatalf("%d samples, %v", len(out.Samples), err)
	}
	for i := range in.Samples {
		if math.Abs(float64(in.Samples[i]-out.Samples[i])) > 1e-4 {
			t.Fatalf("sample %d: %v, was %v", i, out.Samples[i], in.Samples[i])
		}
	}
	if !bytes.Equal(file, EncodeWAV(tone(8000, 440, 0.7))) {
		t.Error("the same sound gives two files")
	}
}

// wav writes a file of one coding with the bytes of its frames.
func wav(coding, channels, rate, bits int, data []byte) []byte {
	var b bytes.Buffer
	le := binary.LittleEndian
	b.WriteString("RIFF\x00\x00\x00\x00WAVELIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00")
	b.Write(le.AppendUint16(le.AppendUint16(nil, uint16(coding)), uint16(channels)))
	b.Write(le.AppendUint32(le.AppendUint32(nil, uint32(rate)), uint32(rate*channels*bits/8)))
	b.Write(le.AppendUint16(le.AppendUint16(nil, uint16(channels*bits/8)), uint16(bits)))
	b.WriteString("data")
	b.Write(le.AppendUint32(nil, 0x7ffff000)) // as who writes to a pipe
	b.Write(data)
	return b.Bytes()
}

func TestDecodeCodings(t *testing.T) {
	f32 := binary.LittleEndian.AppendUint32(nil, math.Float32bits(0.5))
	nan := binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(math.NaN())))
	for _, tt := range []struct {
		name                   string
		coding, channels, bits int
		data                   []byte
		want                   float64
	}{
		{"8 bits", wavPCM, 1, 8, []byte{192}, 0.5},
		{"16 bits", wavPCM, 1, 16, []byte{0, 0x40}, 0.5},
		{"24 bits", wavPCM, 1, 24, []byte{0, 0, 0xc0}, -0.5},
		{"32 bits", wavPCM, 1, 32, []byte{0, 0, 0, 0x40}, 0.5},
		{"float", wavFloat, 1, 32, f32, 0.5},
		{"no number", wavFloat, 1, 32, nan, 0},
		{"stereo", wavPCM, 2, 16, []byte{0, 0x40, 0, 0x20}, 0.375},
		{"µ-law", wavMuLaw, 1, 8, []byte{0x80}, 32124. / 32768},
		{"A-law", wavALaw, 1, 8, []byte{0xaa}, 32256. / 32768},
	} {
		s, err := DecodeWAV(wav(tt.coding, tt.channels, 16000, tt.bits, tt.data))
		if err != nil || len(s.Samples) != 1 || math.Abs(float64(s.Samples[0])-tt.want) > 1e-6 {
			t.Errorf("%s: %v, %v, want %v", tt.name, s.Samples, err, tt.want)
		}
	}
	for name, file := range map[string][]byte{
		"empty": nil, "text": []byte("a text that is long enough to be something"),
		"no sound": wav(wavPCM, 1, 8000, 16, nil), "ADPCM": wav(2, 1, 8000, 4, []byte{1}),
		"too slow": wav(wavPCM, 1, 4000, 16, []byte{1, 1}), "channels": wav(wavPCM, 9, 8000, 16, make([]byte, 36)),
		"cut off": wav(wavPCM, 1, 8000, 16, []byte{1, 1})[:30],
	} {
		if _, err := DecodeWAV(file); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzDecodeWAV: whatever is read has a rate, and samples within full scale.
func FuzzDecodeWAV(f *testing.F) {
	f.Add(EncodeWAV(tone(8000, 440, 0.5)))
	f.Add(wav(wavMuLaw, 2, 8000, 8, []byte{1, 2, 3, 4}))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := DecodeWAV(file)
		if err != nil {
			return
		}
		if s.Rate < minRate || s.Rate > maxRate || len(s.Samples) == 0 || len(s.Samples) > len(file) {
			t.Fatalf("%d samples at %d", len(s.Samples), s.Rate)
		}
		for _, v := range s.Samples {
			if !(v >= -1.001 && v <= 1.001) {
				t.Fatalf("a sample of %v", v)
			}
		}
	})
}

// TestTunes: they are as long as their melodies, softer than speech, never cut
// off, and the same each time.
func TestTunes(t *testing.T) {
	for name, tune := range map[string]Tune{"hold": HoldTune, "ring": RingTune} {
		beats := 0
		for _, n := range tune.melody {
			beats += n.beats
		}
		if beats != 4*len(tune.chords) {
			t.Errorf("%s: the melody has %d beats, the chords %d", name, beats, 4*len(tune.chords))
		}
		s := tune.Play(Rate)
		if l := s.Loudness(); l < 0.05 || l >= SpeechLevel {
			t.Errorf("%s: loudness %v", name, l)
		}
		if !bytes.Equal(EncodeWAV(s), EncodeWAV(tune.Play(Rate))) {
			t.Errorf("%s is not the same twice", name)
		}
	}
}
