package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// Codings of a WAV file, wFormatTag (RFC 2361).
const (
	wavPCM        = 1
	wavFloat      = 3
	wavALaw       = 6
	wavMuLaw      = 7
	wavExtensible = 0xfffe
)

// maxChannels is how many channels of a file are mixed into one.
const maxChannels = 8

// minRate and maxRate bound what recorders and editors write.
const minRate, maxRate = 8000, 48000

// wavFormat is what the chunk "fmt " says.
type wavFormat struct {
	coding, channels, rate, bits int
}

// DecodeWAV reads a whole WAV file: PCM of 8, 16, 24 or 32 bits, floats of 32,
// A-law or µ-law; 8,000 to 48,000 samples a second; up to 8 channels, which are
// mixed into one. The error wraps ErrFormat and says what is wrong.
func DecodeWAV(file []byte) (Sound, error) {
	f, data, err := openWAV(file)
	if err != nil {
		return Sound{}, err
	}
	return f.decode(data)
}

// WAVDuration is how long a WAV file plays, known without the memory that its
// sound takes. Errors are those of DecodeWAV.
func WAVDuration(file []byte) (time.Duration, error) {
	f, data, err := openWAV(file)
	if err != nil {
		return 0, err
	}
	return time.Duration(len(data)/(f.channels*f.bits/8)) * time.Second / time.Duration(f.rate), nil
}

// openWAV finds the format and the sound of a file.
func openWAV(file []byte) (f wavFormat, data []byte, err error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE" {
		return f, nil, fmt.Errorf("%w: it does not begin with RIFF and WAVE", ErrFormat)
	}
	for rest := file[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:]))
		body := rest[8:]
		switch {
		case name == "data":
			if f.coding == 0 {
				return f, nil, fmt.Errorf("%w: its sound comes before its format", ErrFormat)
			}
			// Who writes to a pipe does not know the length: all that is there.
			return f, body[:min(size, int64(len(body)))], nil
		case size > int64(len(body)):
			return f, nil, fmt.Errorf("%w: it is cut off", ErrFormat)
		case name == "fmt ":
			if f, err = readFormat(body[:size]); err != nil {
				return f, nil, err
			}
		}
		rest = body[min(size+size%2, int64(len(body))):] // chunks lie on even places
	}
	return f, nil, fmt.Errorf("%w: it holds no sound", ErrFormat)
}

func readFormat(b []byte) (wavFormat, error) {
	if len(b) < 16 {
		return wavFormat{}, fmt.Errorf("%w: its format is cut off", ErrFormat)
	}
	f := wavFormat{
		coding:   int(binary.LittleEndian.Uint16(b)),
		channels: int(binary.LittleEndian.Uint16(b[2:])),
		rate:     int(binary.LittleEndian.Uint32(b[4:])),
		bits:     int(binary.LittleEndian.Uint16(b[14:])),
	}
	if f.coding == wavExtensible && len(b) >= 26 {
		f.coding = int(binary.LittleEndian.Uint16(b[24:])) // the beginning of SubFormat
	}
	switch {
	case f.channels < 1 || f.channels > maxChannels:
		return f, fmt.Errorf("%w: %d channels; one to %d are", ErrFormat, f.channels, maxChannels)
	case f.rate < minRate || f.rate > maxRate:
		return f, fmt.Errorf("%w: %d samples a second; %d to %d are", ErrFormat, f.rate, minRate, maxRate)
	case f.sample() == nil:
		return f, fmt.Errorf("%w: coding %d of %d bits; PCM, float, A-law and µ-law are", ErrFormat, f.coding, f.bits)
	}
	return f, nil
}

// sample gives what reads one sample, or nil when the coding is none of ours.
func (f wavFormat) sample() func(b []byte) float32 {
	switch [2]int{f.coding, f.bits} {
	case [2]int{wavPCM, 8}:
		return func(b []byte) float32 { return (float32(b[0]) - 128) / 128 }
	case [2]int{wavPCM, 16}:
		return func(b []byte) float32 { return float32(int16(binary.LittleEndian.Uint16(b))) / (1 << 15) }
	case [2]int{wavPCM, 24}:
		return func(b []byte) float32 {
			return float32(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)>>8) / (1 << 23)
		}
	case [2]int{wavPCM, 32}:
		return func(b []byte) float32 { return float32(int32(binary.LittleEndian.Uint32(b))) / (1 << 31) }
	case [2]int{wavFloat, 32}:
		return func(b []byte) float32 {
			v := math.Float32frombits(binary.LittleEndian.Uint32(b))
			if !(v >= -1 && v <= 1) { // also what is no number
				v = max(-1, min(1, v))
			}
			if v != v {
				return 0
			}
			return v
		}
	case [2]int{wavALaw, 8}:
		return func(b []byte) float32 { return float32(aLaw(b[0])) / (1 << 15) }
	case [2]int{wavMuLaw, 8}:
		return func(b []byte) float32 { return float32(muLaw(b[0])) / (1 << 15) }
	default:
		return nil
	}
}

func (f wavFormat) decode(b []byte) (Sound, error) {
	read, width := f.sample(), f.bits/8
	frame := width * f.channels
	s := Sound{Rate: f.rate, Samples: make([]float32, len(b)/frame)}
	for i := range s.Samples {
		for c := range f.channels {
			s.Samples[i] += read(b[i*frame+c*width:]) / float32(f.channels)
		}
	}
	if len(s.Samples) == 0 {
		return Sound{}, fmt.Errorf("%w: it holds no sound", ErrFormat)
	}
	return s, nil
}

// aLaw and muLaw decode one byte. Source: ITU-T G.711, tables 1 and 2.
func aLaw(b byte) int16 {
	b ^= 0x55
	v := int16(b&0x0f)<<4 + 8
	if e := (b & 0x70) >> 4; e > 0 {
		v = (v + 0x100) << (e - 1)
	}
	if b&0x80 == 0 {
		return -v
	}
	return v
}

func muLaw(b byte) int16 {
	b = ^b
	v := (int16(b&0x0f)<<3+0x84)<<((b&0x70)>>4) - 0x84
	if b&0x80 != 0 {
		return -v
	}
	return v
}

// EncodeWAV writes a WAV file of 16-bit PCM with the rate of the sound, as
// Asterisk's format_wav reads it: a header of 44 bytes, and no other chunks.
func EncodeWAV(s Sound) []byte {
	const header = 44
	data := 2 * len(s.Samples)
	var b bytes.Buffer
	b.Grow(header + data)
	b.WriteString("RIFF")
	le := binary.LittleEndian
	put32 := func(v int) { b.Write(le.AppendUint32(nil, uint32(v))) }
	put16 := func(v int) { b.Write(le.AppendUint16(nil, uint16(v))) }
	put32(header - 8 + data)
	b.WriteString("WAVEfmt ")
	put32(16)
	put16(wavPCM)
	put16(1)
	put32(s.Rate)
	put32(2 * s.Rate)
	put16(2)
	put16(16)
	b.WriteString("data")
	put32(data)
	var two [2]byte
	for _, v := range s.Samples {
		v16 := int16(math.Round(float64(max(-1, min(1, v))) * math.MaxInt16))
		le.PutUint16(two[:], uint16(v16))
		b.Write(two[:])
	}
	return b.Bytes()
}
