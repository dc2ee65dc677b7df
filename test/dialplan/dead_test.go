package dialplan_test

import (
	"bytes"
	"context"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// silent takes UDP packets at a port and answers none, as a carrier that a
// router in between no longer reaches.
type silent struct {
	port    int
	packets atomic.Int64
	invites atomic.Int64 // of them
}

func newSilent(t *testing.T) *silent {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	s := &silent{}
	if s.port, err = strconv.Atoi(port); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 65536)
		for {
			n, _, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			s.packets.Add(1)
			if bytes.HasPrefix(buf[:n], []byte("INVITE ")) {
				s.invites.Add(1)
			}
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return s
}

// TestDeadTrunk: a trunk that is probed and does not answer is passed over, one
// that is not probed is left after seconds, and Asterisk has nothing to complain of.
func TestDeadTrunk(t *testing.T) {
	dead := asterisktest.Port(t) // nobody listens there
	quiet := newSilent(t)
	newest(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		q := l.phone("T10_1010", sipphone.Answer(0))
		await.That(l.t, "trunk 3 is found dead", func() bool {
			for line := range strings.Lines(l.do(ami.NewAction("Command").Add("Command", "pjsip show contacts")).Output()) {
				if strings.Contains(line, "trk-3") && strings.Contains(line, "Unavail") {
					return true
				}
			}
			return false
		})
		out := l.dial(p, pizza)
		in := l.answered(l.network)
		l.talk(out, in)
		l.hangup(out, in)

		before := quiet.packets.Load()
		out = l.dial(q, pizza)
		// Less than the half a minute that it takes by the timers of RFC 3261.
		ctx, cancel := context.WithTimeout(l.t.Context(), 25*time.Second)
		defer cancel()
		in, err := l.network.NextCall(ctx)
		if err != nil {
			l.t.Fatal(err)
		}
		l.talk(out, in)
		l.hangup(out, in)
		if quiet.packets.Load() == before {
			l.t.Error("the silent trunk was not tried")
		}
		l.quiet("WARNING", "ERROR")
	}, func(in *asteriskconf.Input) {
		in.Trunks = append(in.Trunks,
			company.Trunk{ID: 3, Host: "127.0.0.1", Port: dead, QualifySeconds: 1},
			company.Trunk{ID: 4, Host: "127.0.0.1", Port: quiet.port})
		in.Companies[0].Routes = []company.Route{{Trunks: []int{3, 1}}}
		in.Companies[1].Routes = []company.Route{{Trunks: []int{4, 1}}}
	})
}
