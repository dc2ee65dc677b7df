package trunks_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/sipphone"
)

const password = "s3cret of phones"

// trusting is a client that trusts an authority only.
func trusting(t *testing.T, ca string) *tls.Config {
	t.Helper()
	pem, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatal("no authority")
	}
	return &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}

// register starts a phone and registers it.
func register(t *testing.T, o sipphone.Options) *sipphone.Phone {
	t.Helper()
	o.Password = password
	p, err := sipphone.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	if err := p.Register(asterisktest.Context(t)); err != nil {
		t.Fatal(err)
	}
	return p
}

// talk checks that both ends hear the other's tone, and that keys get across.
func talk(t *testing.T, out, in *sipphone.Call) {
	t.Helper()
	if err := out.WaitTone(asterisktest.Context(t), in.Tone()); err != nil {
		t.Errorf("the caller: %v", err)
	}
	if err := in.WaitTone(asterisktest.Context(t), out.Tone()); err != nil {
		t.Errorf("the callee: %v", err)
	}
}

// called dials and waits until both ends have the call.
func called(t *testing.T, from *sipphone.Phone, number string, next func() *sipphone.Call) (out, in *sipphone.Call) {
	t.Helper()
	out, err := from.Dial(asterisktest.Context(t), number, sipphone.DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.WaitAnswered(asterisktest.Context(t)); err != nil {
		t.Fatal(err)
	}
	return out, next()
}

type callee interface {
	NextCall(ctx context.Context) (*sipphone.Call, error)
}

func next(t *testing.T, p callee) func() *sipphone.Call {
	t.Helper()
	return func() *sipphone.Call {
		t.Helper()
		c, err := p.NextCall(asterisktest.Context(t))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

func hangUp(t *testing.T, c *sipphone.Call) {
	t.Helper()
	if err := c.Hangup(asterisktest.Context(t)); err != nil {
		t.Error(err)
	}
}

// TestSecurePhones: a phone with TLS and SRTP, one with TCP and one with UDP
// call each other; one that must encrypt takes nothing else.
func TestSecurePhones(t *testing.T) {
	asterisktest.Both(t, func(t *testing.T, version int) {
		files := certificate(t)
		device := func(d company.Device) []company.Device {
			d.Secret = secret.New(password)
			return []company.Device{d}
		}
		s := asterisktest.Start(t, asteriskconf.Input{
			Version: version, SIP: asteriskconf.SIP{Cert: files.cert, Key: files.key},
			Companies: []company.Company{{ID: tenant2, Number: 2, Name: "둘", Extensions: []company.Extension{
				{Number: "1010", Devices: device(company.Device{Transport: "tls", Encrypt: true})},
				{Number: "1013", Devices: device(company.Device{})},
				{Number: "1018", Devices: device(company.Device{Transport: "tcp"})},
			}}},
		})
		trust := trusting(t, files.ca)
		answer := sipphone.Answer(0)
		secure := register(t, sipphone.Options{Server: s.TLSAddr, User: "T2_1010", Tone: 700, Transport: sipphone.TLS, TLS: trust, Encrypt: true, Behaviour: answer})
		plain := register(t, sipphone.Options{Server: s.SIPAddr, User: "T2_1013", Tone: 1100, Behaviour: answer})
		stream := register(t, sipphone.Options{Server: s.SIPAddr, User: "T2_1018", Tone: 1500, Transport: sipphone.TCP, Behaviour: answer})
		for _, c := range []struct {
			from, to *sipphone.Phone
			number   string
		}{{secure, plain, "1013"}, {plain, secure, "1010"}, {stream, secure, "1010"}, {secure, stream, "1018"}} {
			out, in := called(t, c.from, c.number, next(t, c.to))
			talk(t, out, in)
			if err := out.SendDTMF(asterisktest.Context(t), "7#"); err != nil {
				t.Error(err)
			}
			await.That(t, "the keys arrive", func() bool { return in.DTMF() == "7#" })
			hangUp(t, out)
		}
		wantSilence(t, s)
		// The same device with plain sound, from elsewhere.
		careless := register(t, sipphone.Options{Server: s.TLSAddr, User: "T2_1010", Tone: 700, Transport: sipphone.TLS, TLS: trust, Behaviour: answer})
		out, err := careless.Dial(asterisktest.Context(t), "1013", sipphone.DialOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if end, err := out.WaitEnded(asterisktest.Context(t)); err != nil || end.Code != 488 {
			t.Errorf("plain sound where SRTP is wanted: %+v, %v", end, err)
		}
	})
}
