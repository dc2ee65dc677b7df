package trunks_test

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// telephones starts a network at a port, in which every number answers.
func telephones(t *testing.T, port int, s *asterisktest.Server, numbers ...string) *sipphone.Network {
	t.Helper()
	all := map[string]sipphone.Number{}
	for i, n := range numbers {
		all[n] = sipphone.Number{Tone: 1500 + 100*i}
	}
	n, err := sipphone.NewNetwork(sipphone.NetworkOptions{
		Listen: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Server: s.SIPAddr, Numbers: all,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

// TestKeysAndIdentity: a key crosses a trunk in both directions, in each way a
// carrier may want it; and the number shown is asserted where that was asked
// for, and only there.
func TestKeysAndIdentity(t *testing.T) {
	asterisktest.Both(t, func(t *testing.T, version int) {
		ways := []string{"rfc4733", "inband", "info", "auto"}
		c := company.Company{
			ID: tenant2, Number: 2, Name: "둘", DIDs: company.DIDs(map[string]string{did: "1010"}),
			Extensions: []company.Extension{{Number: "1010", Devices: company.Phone(password)}},
		}
		in := asteriskconf.Input{Version: version}
		var ports []int
		for i, way := range ways {
			ports = append(ports, asterisktest.Port(t))
			c.Trunks = append(c.Trunks, company.Trunk{ID: i + 1, Host: "127.0.0.1", Port: ports[i], DTMF: way, PAssertedIdentity: i%2 == 0})
			c.Routes = append(c.Routes, company.Route{Prefixes: []string{fmt.Sprint("0100", i)}, Trunks: []int{i + 1}})
		}
		in.Companies = []company.Company{c}
		s := asterisktest.Start(t, in)
		phone := register(t, sipphone.Options{Server: s.SIPAddr, User: "T2_1010", Tone: 500, Behaviour: sipphone.Answer(0)})
		for i, way := range ways {
			t.Run(way, func(t *testing.T) {
				number := fmt.Sprintf("0100%d000000", i)
				n := telephones(t, ports[i], s, number)
				out, in := called(t, phone, number, next(t, n))
				talk(t, out, in)
				if got := in.Invite(); got.From.Number != did || (got.Asserted.Number == did) != (i%2 == 0) {
					t.Errorf("from %s, asserted %q", got.From.Number, got.Asserted.Number)
				}
				offered := strings.Contains(string(in.RemoteSDP()), "telephone-event")
				if want := way == "rfc4733" || way == "auto"; offered != want {
					t.Errorf("telephone-event offered: %v, want %v", offered, want)
				}
				if err := out.SendDTMF(asterisktest.Context(t), "5"); err != nil {
					t.Error(err)
				}
				arrived, send := in.DTMF, in.SendDTMF
				switch way {
				case "inband":
					arrived, send = in.InbandKeys, in.SendInband
				case "info":
					send = in.SendInfo
				}
				await.That(t, "the key arrives", func() bool { return arrived() == "5" })
				if err := send(asterisktest.Context(t), "5"); err != nil {
					t.Error(err)
				}
				await.That(t, "the key comes back", func() bool { return out.DTMF() == "5" })
				hangUp(t, out)
			})
		}
	})
}

// TestAccountStandsForNumbers: a carrier that calls the account we registered
// names the number in To.
func TestAccountStandsForNumbers(t *testing.T) {
	asterisktest.Both(t, func(t *testing.T, version int) {
		port := asterisktest.Port(t)
		s := asterisktest.Start(t, asteriskconf.Input{
			Version: version,
			Companies: []company.Company{{
				ID: tenant2, Number: 2, Name: "둘", DIDs: company.DIDs(map[string]string{did: "1010"}),
				Extensions: []company.Extension{{Number: "1010", Devices: company.Phone(password)}},
				Trunks:     []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: port, Register: true, Username: "account7", Secret: secret.New("x")}},
			}},
		})
		n := telephones(t, port, s)
		phone := register(t, sipphone.Options{Server: s.SIPAddr, User: "T2_1010", Tone: 500, Behaviour: sipphone.Answer(0)})
		for _, name := range []string{"", `홍 "길동" <sip:x@y>`} {
			out, err := n.Call(asterisktest.Context(t), sipphone.CallOptions{From: mobile, Name: name, To: did, User: "account7"})
			if err != nil {
				t.Fatal(err)
			}
			if err := out.WaitAnswered(asterisktest.Context(t)); err != nil {
				t.Fatal(err)
			}
			talk(t, out, next(t, phone)())
			hangUp(t, out)
		}
		out, err := n.Call(asterisktest.Context(t), sipphone.CallOptions{From: mobile, To: "07099999999", User: "account7"})
		if err != nil {
			t.Fatal(err)
		}
		if end, err := out.WaitEnded(asterisktest.Context(t)); err != nil || end.Code != 404 {
			t.Errorf("a number of nobody: %+v, %v", end, err)
		}
	})
}
