package asterisktest

import (
	"context"
	"testing"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// Phone starts a phone and registers it. It is closed when the test ends. Server
// is filled in.
func (s *Server) Phone(tb testing.TB, o sipphone.Options) *sipphone.Phone {
	tb.Helper()
	o.Server = s.SIPAddr
	p, err := sipphone.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.Start(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { p.Close() })
	if err := p.Register(Context(tb)); err != nil {
		tb.Fatalf("register %s: %v", o.User, err)
	}
	return p
}

// Network starts a telephone network on a port of loopback, behind a trunk of
// the server. It is closed when the test ends. Listen and Server are filled in.
func (s *Server) Network(tb testing.TB, port int, o sipphone.NetworkOptions) *sipphone.Network {
	tb.Helper()
	o.Listen, o.Server = hostPort(port), s.SIPAddr
	n, err := sipphone.NewNetwork(o)
	if err != nil {
		tb.Fatal(err)
	}
	if err := n.Start(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { n.Close() })
	return n
}

// Callee is a phone or a network.
type Callee interface {
	NextCall(ctx context.Context) (*sipphone.Call, error)
}

// Next waits for the next call of a phone or network.
func Next(tb testing.TB, p Callee) *sipphone.Call {
	tb.Helper()
	c, err := p.NextCall(Context(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// Answered waits until a call is answered, and returns it.
func Answered(tb testing.TB, c *sipphone.Call) *sipphone.Call {
	tb.Helper()
	if err := c.WaitAnswered(Context(tb)); err != nil {
		tb.Fatal(err)
	}
	return c
}

// Dial calls from a phone.
func Dial(tb testing.TB, p *sipphone.Phone, number string) *sipphone.Call {
	tb.Helper()
	c, err := p.Dial(Context(tb), number, sipphone.DialOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// Hears waits until a call hears a tone.
func Hears(tb testing.TB, c *sipphone.Call, hz int) {
	tb.Helper()
	if err := c.WaitTone(Context(tb), hz); err != nil {
		tb.Fatalf("heard is %v, not %d Hz: %v", c.Heard(), hz, err)
	}
}

// Talk waits until two ends hear each other.
func Talk(tb testing.TB, a, b *sipphone.Call) {
	tb.Helper()
	Hears(tb, a, b.Tone())
	Hears(tb, b, a.Tone())
}

// Ended waits for the end of a call.
func Ended(tb testing.TB, c *sipphone.Call) sipphone.End {
	tb.Helper()
	end, err := c.WaitEnded(Context(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return end
}

// Hangup ends a call, and waits for the end of the others.
func Hangup(tb testing.TB, c *sipphone.Call, others ...*sipphone.Call) {
	tb.Helper()
	if err := c.Hangup(Context(tb)); err != nil {
		tb.Fatal(err)
	}
	for _, o := range others {
		Ended(tb, o)
	}
}
