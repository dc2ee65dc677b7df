package trunks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/sipphone"
)

const (
	account = "16682471" // of the company at its carrier, and its DID
	shop    = "16882471" // another customer of the carrier
)

// peers are two Asterisks: ours, with phone 1010 and a trunk, and the carrier,
// where the trunk is the phone of a customer and the shop has another.
func peers(t *testing.T, version int, line company.Device, trunk company.Trunk) (ours, carrier *asterisktest.Server) {
	t.Helper()
	files := certificate(t)
	line.Secret = secret.New("line")
	carrier = asterisktest.Start(t, asteriskconf.Input{
		Version: version, SIP: asteriskconf.SIP{Cert: files.cert, Key: files.key},
		Companies: []company.Company{{
			ID: "00000000000000aa", Number: 1, Main: true, Name: "통신사",
			Extensions: []company.Extension{
				{Number: account, Devices: []company.Device{line}},
				{Number: shop, Devices: company.Phone(password)},
			},
		}},
	})
	trunk.ID, trunk.Host, trunk.Register, trunk.Username, trunk.Secret = 1, "127.0.0.1", true, account, secret.New("line")
	trunk.Port = carrier.Input.SIP.Port
	if trunk.Transport == "tls" {
		trunk.Port = carrier.Input.SIP.TLSPort
	}
	ours = asterisktest.Start(t, asteriskconf.Input{
		Version: version, SIP: asteriskconf.SIP{CA: files.ca},
		Companies: []company.Company{{
			ID: tenant2, Number: 2, Name: "둘", DIDs: company.DIDs(map[string]string{account: "1010"}), Trunks: []company.Trunk{trunk},
			Extensions: []company.Extension{{Number: "1010", Devices: company.Phone(password)}},
		}},
	})
	return ours, carrier
}

// login is the state of our registration at the carrier.
func login(t *testing.T, c *ami.Client) string {
	t.Helper()
	r, err := c.List(asterisktest.Context(t), ami.NewAction("PJSIPShowRegistrationsOutbound"), 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Events {
		if m.Get("ObjectName") == "trk-1" && m.Get("Status") != "" {
			return m.Get("Status")
		}
	}
	return ""
}

// codecOf is the codec of the trunk's channel.
func codecOf(t *testing.T, c *ami.Client) string {
	t.Helper()
	r, err := c.Do(asterisktest.Context(t), ami.NewAction("Command").Add("Command", "pjsip show channelstats"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(r.Output()) {
		if strings.Contains(line, "trk-1") {
			for _, codec := range []string{"opus", "g722", "alaw", "ulaw"} {
				if strings.Contains(line, codec) {
					return codec
				}
			}
		}
	}
	return r.Output()
}

// TestTrunkRegisters: a trunk logs in at a carrier by digest, and calls go both
// ways with sound, in every codec, over UDP, TCP, and TLS with SRTP.
func TestTrunkRegisters(t *testing.T) {
	type way struct{ transport, codec string }
	ways := []way{{"", "alaw"}, {"tcp", "g722"}, {"tls", "opus"}}
	asterisktest.Both(t, func(t *testing.T, version int) {
		for _, w := range ways {
			if version == 16 && w.codec == "opus" {
				w.codec = "g722" // it has no Opus
			}
			t.Run(fmt.Sprint(w), func(t *testing.T) {
				encrypt := w.transport == "tls"
				ours, carrier := peers(t, version,
					company.Device{Transport: w.transport, Encrypt: encrypt, Codecs: []string{w.codec}},
					company.Trunk{Transport: w.transport, Encrypt: encrypt, Codecs: []string{w.codec}})
				console := ours.Link(t, asterisktest.All)
				await.That(t, "the trunk is registered", func() bool { return login(t, console) == "Registered" })
				answer := sipphone.Answer(0)
				// Not from the carrier's address, which is the trunk's.
				phone := register(t, sipphone.Options{Server: ours.SIPAddr, User: "T2_1010", Listen: "127.0.0.2:0", Tone: 700, Behaviour: answer})
				other := register(t, sipphone.Options{Server: carrier.SIPAddr, User: shop, Tone: 1100, Behaviour: answer})
				out, in := called(t, phone, shop, next(t, other))
				talk(t, out, in)
				if got := codecOf(t, console); got != w.codec {
					t.Errorf("the trunk speaks %s, want %s", got, w.codec)
				}
				if got := in.Invite().From.Number; got != account {
					t.Errorf("the shop sees %q", got)
				}
				hangUp(t, out)
				out, in = called(t, other, account, next(t, phone))
				talk(t, out, in)
				if got := in.Invite().From.Number; got != shop {
					t.Errorf("we see %q", got)
				}
				hangUp(t, in)
				wantSilence(t, ours)
			})
		}
	})
}

// TestTrunkWithWrongPassword: a refused login is told, and tried again later.
func TestTrunkWithWrongPassword(t *testing.T) {
	carrier := asterisktest.Start(t, asteriskconf.Input{Companies: []company.Company{{
		ID: "00000000000000aa", Number: 1, Main: true, Name: "통신사",
		Extensions: []company.Extension{{Number: account, Devices: company.Phone("right")}},
	}}})
	ours := asterisktest.Start(t, asteriskconf.Input{Trunks: []company.Trunk{{
		ID: 1, Host: "127.0.0.1", Port: carrier.Input.SIP.Port, Register: true, Username: account, Secret: secret.New("wrong"),
	}}})
	console := ours.Link(t, asterisktest.All)
	await.That(t, "the login is refused", func() bool { return login(t, console) == "Rejected" })
}
