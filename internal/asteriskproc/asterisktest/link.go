package asterisktest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
)

// Patience bounds one step of a test: a link, a ring, a tone. It is more than a
// loaded machine needs.
const Patience = 30 * time.Second

// Context bounds one step of a test by Patience.
func Context(tb testing.TB) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), Patience)
	tb.Cleanup(cancel)
	return ctx
}

// Link runs an AMI client as one of the server's users until the test ends, and
// returns when its link is up. It asks for no events unless change does. After
// Patience without a link the test fails.
func (s *Server) Link(tb testing.TB, user asteriskconf.User, change ...func(*ami.Options)) *ami.Client {
	tb.Helper()
	c, _ := s.LinkUntil(tb, user, change...)
	return c
}

// LinkUntil is Link with an end before that of the test: stop ends the client
// and returns when it has ended. It may be called more than once.
func (s *Server) LinkUntil(tb testing.TB, user asteriskconf.User, change ...func(*ami.Options)) (c *ami.Client, stop func()) {
	tb.Helper()
	up := make(chan struct{})
	o := ami.Options{Address: s.AMIAddr, Username: user.Name, Secret: user.Secret, Events: "off"}
	for _, f := range change {
		f(&o)
	}
	var once sync.Once
	o.OnChange = func(c ami.Change) {
		if c.State == ami.StateUp {
			once.Do(func() { close(up) })
		}
	}
	c, err := ami.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Run(ctx) // ends with ctx
	}()
	stop = func() { cancel(); <-ended }
	tb.Cleanup(stop)
	select {
	case <-up:
	case <-Context(tb).Done():
		tb.Fatalf("AMI user %s gets no link", user.Name)
	}
	return c, stop
}

// Do sends an action and wants it answered with success.
func Do(tb testing.TB, c *ami.Client, a *ami.Action) *ami.Response {
	tb.Helper()
	r, err := c.Do(Context(tb), a)
	if err != nil {
		tb.Fatalf("%s: %v", a.Name(), err)
	}
	if !r.Success() {
		tb.Fatalf("%s: %s", a.Name(), r.Get("Message"))
	}
	return r
}
