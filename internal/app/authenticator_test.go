package app_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"testing"
)

// Flags of what a device says of its owner.
const (
	present  = 1 << 0
	verified = 1 << 2
	attested = 1 << 6
)

// authenticator is a device with one passkey, and the browser it is plugged into: it
// does what WebAuthn says and checks nothing.
type authenticator struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	handle string // base64url: whose it is
	rp     string
	count  uint32
	flags  byte
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails
	return &authenticator{t: t, key: key, id: id, flags: present | verified}
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// data is what a device signs of itself.
func (a *authenticator) data(flags byte) []byte {
	sum := sha256.Sum256([]byte(a.rp))
	out := append(sum[:], flags)
	return binary.BigEndian.AppendUint32(out, a.count)
}

func (a *authenticator) client(kind, challenge, origin string) []byte {
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return text
}

// create makes the passkey and gives what a browser sends of it.
func (a *authenticator) create(options json.RawMessage, origin string) string {
	a.t.Helper()
	var o struct {
		Challenge string
		RP        struct{ ID string }
		User      struct{ ID string }
	}
	if err := json.Unmarshal(options, &o); err != nil {
		a.t.Fatal(err)
	}
	a.rp, a.handle = o.RP.ID, o.User.ID
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		a.t.Fatal(err)
	}
	data := append(a.data(a.flags|attested), make([]byte, 16)...) // no kind of device
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(a.id))), a.id...)
	data = append(data, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32) // a COSE key: EC2, ES256, P-256
	data = append(data, point[1:33]...)
	data = append(append(data, 0x22, 0x58, 32), point[33:]...)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	object = append(binary.BigEndian.AppendUint16(append(object, 0x59), uint16(len(data))), data...)
	return a.text(map[string]any{"clientDataJSON": b64(a.client("webauthn.create", o.Challenge, origin)), "attestationObject": b64(object), "transports": []string{"internal"}})
}

// get signs what was asked and gives what a browser sends.
func (a *authenticator) get(options json.RawMessage, origin string) string {
	a.t.Helper()
	var o struct{ Challenge string }
	if err := json.Unmarshal(options, &o); err != nil {
		a.t.Fatal(err)
	}
	data, client := a.data(a.flags), a.client("webauthn.get", o.Challenge, origin)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, sum[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.text(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": a.handle})
}

func (a *authenticator) text(response map[string]any) string {
	text, err := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		a.t.Fatal(err)
	}
	return string(text)
}

// named has a browser come to a host by HTTPS, which ends before a proxy.
type named struct {
	http.RoundTripper
	host string
}

// RoundTrip implements http.RoundTripper.
func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = n.host
	r.Header.Set("X-Forwarded-Proto", "https")
	return n.RoundTripper.RoundTrip(r)
}

// atHost is a browser that opens the web at https://host, with the cookies of b.
func (b *browser) atHost(host string) *browser {
	c := *b.c
	c.Transport = named{b.c.Transport, host}
	return &browser{b.s, &c}
}
