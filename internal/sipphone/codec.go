package sipphone

import "math/bits"

// Codec is an audio codec by its static RTP payload type (RFC 3551, table 4).
type Codec uint8

// The two codecs of the package, both ITU-T G.711 at 8000 samples a second.
const (
	PCMU Codec = 0
	PCMA Codec = 8
)

// String returns the encoding name of RFC 3551, "?" for a codec we don't have.
func (c Codec) String() string {
	switch c {
	case PCMU:
		return "PCMU"
	case PCMA:
		return "PCMA"
	}
	return "?"
}

func (c Codec) known() bool { return c == PCMU || c == PCMA }

// encode turns one linear sample into one byte.
func (c Codec) encode(s int16) byte {
	if c == PCMA {
		return encodeALaw(s)
	}
	return encodeMuLaw(s)
}

// decode turns one byte into one linear sample.
func (c Codec) decode(b byte) int16 {
	if c == PCMA {
		return decodeALaw(b)
	}
	return decodeMuLaw(b)
}

// muBias moves the segments of mu-law so that each begins at a power of two.
const muBias = 0x84

// encodeMuLaw follows ITU-T G.711, table 2 (bits inverted on the wire).
func encodeMuLaw(s int16) byte {
	v, sign := int(s), byte(0)
	if v < 0 {
		v, sign = -v, 0x80
	}
	v = min(v, 0x7FFF-muBias) + muBias
	exp := bits.Len(uint(v)) - 8 // the bias makes v at least 0x84, so exp is never negative
	mant := byte(v>>(exp+3)) & 0x0F
	return ^(sign | byte(exp)<<4 | mant)
}

func decodeMuLaw(b byte) int16 {
	b = ^b
	v := (int(b&0x0F)<<3 + muBias) << (b >> 4 & 7)
	if b&0x80 != 0 {
		return int16(muBias - v)
	}
	return int16(v - muBias)
}

// aLawFlip inverts every second bit, as G.711 puts A-law on the wire.
const aLawFlip = 0x55

// encodeALaw follows ITU-T G.711, table 1.
func encodeALaw(s int16) byte {
	v, sign := int(s), byte(0x80)
	if v < 0 {
		v, sign = -v-1, 0
	}
	v >>= 3 // 12 bits of magnitude
	if v < 32 {
		return (sign | byte(v>>1)) ^ aLawFlip
	}
	exp := bits.Len(uint(v)) - 5
	return (sign | byte(exp)<<4 | byte(v>>exp)&0x0F) ^ aLawFlip
}

func decodeALaw(b byte) int16 {
	b ^= aLawFlip
	v := int(b&0x0F)<<4 + 8
	if exp := b >> 4 & 7; exp > 0 {
		v = (v + 0x100) << (exp - 1)
	}
	if b&0x80 == 0 {
		v = -v
	}
	return int16(v)
}
