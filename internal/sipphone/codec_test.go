package sipphone

import (
	"math"
	"testing"
)

// The pairs are the decision values at the ends of the segments in tables 1
// and 2 of ITU-T G.711, scaled to 16 bits.
func TestCodecVectors(t *testing.T) {
	tests := []struct {
		name   string
		codec  Codec
		linear int16
		coded  byte
	}{
		{"mu-law, zero", PCMU, 0, 0xFF},
		{"mu-law, loudest", PCMU, 32124, 0x80},
		{"mu-law, loudest negative", PCMU, -32124, 0x00},
		{"mu-law, first step", PCMU, 8, 0xFE},
		{"mu-law, segment 1", PCMU, 132, 0xEF},
		{"a-law, least positive", PCMA, 8, 0xD5},
		{"a-law, least negative", PCMA, -8, 0x55},
		{"a-law, loudest", PCMA, 32256, 0xAA},
		{"a-law, loudest negative", PCMA, -32256, 0x2A},
		{"a-law, segment 1", PCMA, 264, 0xC5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.codec.encode(test.linear); got != test.coded {
				t.Errorf("encode(%d) = %#02x, want %#02x", test.linear, got, test.coded)
			}
			if got := test.codec.decode(test.coded); got != test.linear {
				t.Errorf("decode(%#02x) = %d, want %d", test.coded, got, test.linear)
			}
		})
	}
}

func TestCodecRoundTrip(t *testing.T) {
	for _, c := range []Codec{PCMU, PCMA} {
		for i := range 256 {
			b := byte(i)
			if again := c.encode(c.decode(b)); again != b && c.decode(again) != c.decode(b) {
				t.Errorf("%v: %#02x becomes %#02x", c, b, again)
			}
		}
		for s := math.MinInt16; s <= math.MaxInt16; s++ {
			got := int(c.decode(c.encode(int16(s))))
			// The widest step is 1024, in the last segment; small samples are
			// at most 8 away.
			if far := max(got-s, s-got); far > 8+max(s, -s)/16 {
				t.Fatalf("%v: %d becomes %d", c, s, got)
			}
		}
	}
}
