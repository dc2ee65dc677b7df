package sipphone

import (
	"bytes"
	"crypto/aes"
	"encoding/hex"
	"testing"

	"github.com/pion/rtp"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSRTPKeys are the vectors of RFC 3711 appendix B.3.
func TestSRTPKeys(t *testing.T) {
	k := masterKey(unhex(t, "E1F97A0D3E018BE0D64FA32C06DE4139"+"0EC675AD498AFEEBB6960B3AABE6"))
	c, err := newSRTP(k)
	if err != nil {
		t.Fatal(err)
	}
	if want := unhex(t, "30CBBC08863D8C85D49DB34A9AE1"); !bytes.Equal(c.salt, want) {
		t.Errorf("salt %x, want %x", c.salt, want)
	}
	if want := unhex(t, "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"); !bytes.Equal(c.auth, want) {
		t.Errorf("auth key %x, want %x", c.auth, want)
	}
	block := make([]byte, 16)
	c.block.Encrypt(block, block)
	right, err := aes.NewCipher(unhex(t, "C61E7A93744F39EE10734AFE3FF7A087"))
	if err != nil {
		t.Fatal(err)
	}
	want := make([]byte, 16)
	right.Encrypt(want, want)
	if !bytes.Equal(block, want) {
		t.Error("another session key than in the RFC")
	}
}

// TestSRTPRound: packets come back over a turn of the sequence numbers, out of
// order too; changed ones do not.
func TestSRTPRound(t *testing.T) {
	k := newMasterKey()
	out, err := newSRTP(k)
	if err != nil {
		t.Fatal(err)
	}
	in, err := newSRTP(k)
	if err != nil {
		t.Fatal(err)
	}
	var late []byte
	for i := range 20 {
		h := rtp.Header{Version: 2, SSRC: 7, SequenceNumber: uint16(65530 + i)}
		packet, err := h.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		sent := out.protect(append(packet, byte(i), 2, 3), len(packet), &h)
		if bytes.Equal(sent[12:15], []byte{byte(i), 2, 3}) {
			t.Fatal("not encrypted")
		}
		if i == 3 {
			late = bytes.Clone(sent)
			continue
		}
		bad := bytes.Clone(sent)
		bad[13] ^= 1
		if _, err := in.open(bad); err == nil {
			t.Fatal("a changed packet passes")
		}
		got, err := in.open(sent)
		if err != nil || !bytes.Equal(got[12:], []byte{byte(i), 2, 3}) {
			t.Fatalf("packet %d: %x, %v", i, got, err)
		}
	}
	if got, err := in.open(late); err != nil || got[12] != 3 {
		t.Errorf("a late packet: %x, %v", got, err)
	}
	for _, short := range [][]byte{nil, {0x80}, make([]byte, 12)} {
		if _, err := in.open(short); err == nil {
			t.Errorf("%x passes", short)
		}
	}
}

func TestParseCrypto(t *testing.T) {
	k := newMasterKey()
	tag, got, ok := parseCrypto("3 " + cryptoSuite + " " + k.inline() + "|2^20|1:4")
	if !ok || tag != "3" || got != k {
		t.Errorf("%q %v", tag, ok)
	}
	for _, bad := range []string{"", "1 AES_CM_128_HMAC_SHA1_32 " + k.inline(), "1 " + cryptoSuite + " inline:AAAA", "1 " + cryptoSuite + " AAAA"} {
		if _, _, ok := parseCrypto(bad); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}
