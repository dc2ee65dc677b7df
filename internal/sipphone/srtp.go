package sipphone

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the only authentication that RFC 3711 has
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/pion/rtp"
)

// cryptoSuite is the one that every SRTP phone has (RFC 4568 section 6.2.1).
const cryptoSuite = "AES_CM_128_HMAC_SHA1_80"

const (
	srtpKeyBytes  = 16
	srtpSaltBytes = 14
	srtpTagBytes  = 10
)

var errSRTP = errors.New("packet is not authentic")

// masterKey is a key and a salt, as the session description carries them.
type masterKey [srtpKeyBytes + srtpSaltBytes]byte

func newMasterKey() masterKey {
	var k masterKey
	_, _ = rand.Read(k[:]) // never fails
	return k
}

func (k *masterKey) inline() string { return "inline:" + base64.StdEncoding.EncodeToString(k[:]) }

// parseCrypto reads "1 AES_CM_128_HMAC_SHA1_80 inline:…|2^20|1:4" (RFC 4568
// section 9.1); false for another suite, and for what is no key.
func parseCrypto(value string) (tag string, k masterKey, ok bool) {
	f := strings.Fields(value)
	if len(f) < 3 || f[1] != cryptoSuite {
		return "", k, false
	}
	text, ok := strings.CutPrefix(f[2], "inline:")
	text, _, _ = strings.Cut(text, "|")
	raw, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(raw) != len(k) {
		return "", k, false
	}
	return f[0], masterKey(raw), true
}

// srtpContext protects, or opens, the packets of one direction (RFC 3711).
type srtpContext struct {
	block cipher.Block
	auth  []byte
	salt  []byte

	any  bool
	last uint16 // the highest sequence number so far
	roc  uint32 // how often it went round
}

// newSRTP derives the session keys (RFC 3711 section 4.3).
func newSRTP(k masterKey) (*srtpContext, error) {
	master, err := aes.NewCipher(k[:srtpKeyBytes])
	if err != nil {
		return nil, fmt.Errorf("srtp: %w", err)
	}
	derive := func(label byte, n int) []byte {
		var iv [aes.BlockSize]byte
		copy(iv[:], k[srtpKeyBytes:])
		iv[7] ^= label
		out := make([]byte, n)
		cipher.NewCTR(master, iv[:]).XORKeyStream(out, out)
		return out
	}
	c := &srtpContext{auth: derive(1, sha1.Size), salt: derive(2, srtpSaltBytes)}
	if c.block, err = aes.NewCipher(derive(0, srtpKeyBytes)); err != nil {
		return nil, fmt.Errorf("srtp: %w", err)
	}
	return c, nil
}

// crypt encrypts or decrypts a payload in place (RFC 3711 section 4.1.1).
func (c *srtpContext) crypt(payload []byte, ssrc uint32, seq uint16, roc uint32) {
	var iv [aes.BlockSize]byte
	copy(iv[:], c.salt)
	var x [8]byte
	binary.BigEndian.PutUint32(x[:4], roc)
	binary.BigEndian.PutUint16(x[4:6], seq)
	for i := range 6 {
		iv[8+i] ^= x[i]
	}
	binary.BigEndian.PutUint32(x[:4], ssrc)
	for i := range 4 {
		iv[4+i] ^= x[i]
	}
	cipher.NewCTR(c.block, iv[:]).XORKeyStream(payload, payload)
}

func (c *srtpContext) tag(packet []byte, roc uint32) []byte {
	m := hmac.New(sha1.New, c.auth)
	m.Write(packet)
	_ = binary.Write(m, binary.BigEndian, roc) // a hash never fails
	return m.Sum(nil)[:srtpTagBytes]
}

// protect encrypts a packet whose header has so many bytes, and appends its tag.
func (c *srtpContext) protect(packet []byte, header int, h *rtp.Header) []byte {
	if c.any && h.SequenceNumber == 0 && c.last == 0xFFFF {
		c.roc++
	}
	c.any, c.last = true, h.SequenceNumber
	c.crypt(packet[header:], h.SSRC, h.SequenceNumber, c.roc)
	return append(packet, c.tag(packet, c.roc)...)
}

// open checks and decrypts a packet in place, and returns it without its tag.
func (c *srtpContext) open(packet []byte) ([]byte, error) {
	var h rtp.Header
	n, err := h.Unmarshal(packet)
	if err != nil || len(packet) < n+srtpTagBytes {
		return nil, errSRTP
	}
	roc := c.guess(h.SequenceNumber)
	body, tag := packet[:len(packet)-srtpTagBytes], packet[len(packet)-srtpTagBytes:]
	if !hmac.Equal(tag, c.tag(body, roc)) {
		return nil, errSRTP
	}
	if !c.any || roc > c.roc || roc == c.roc && h.SequenceNumber > c.last {
		c.any, c.roc, c.last = true, roc, h.SequenceNumber
	}
	c.crypt(body[n:], h.SSRC, h.SequenceNumber, roc)
	return body, nil
}

// guess is how often the other side's sequence numbers went round (RFC 3711
// section 3.3.1).
func (c *srtpContext) guess(seq uint16) uint32 {
	switch d := int(seq) - int(c.last); {
	case !c.any:
		return 0
	case d < -0x8000:
		return c.roc + 1
	case d > 0x8000 && c.roc > 0:
		return c.roc - 1
	}
	return c.roc
}
