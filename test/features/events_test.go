package features_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
)

// link runs an AMI client until the test ends, and waits until it is up.
func link(t *testing.T, s *asterisktest.Server, user asteriskconf.User, events string, onMessage func(*ami.Message)) *ami.Client {
	t.Helper()
	up := make(chan struct{})
	var once sync.Once
	c, err := ami.New(ami.Options{
		Address: s.AMIAddr, Username: user.Name, Secret: user.Secret, Events: events, OnMessage: onMessage,
		OnChange: func(c ami.Change) {
			if c.State == ami.StateUp {
				once.Do(func() { close(up) })
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Run(ctx) // ends with ctx
	}()
	t.Cleanup(func() { cancel(); <-ended })
	select {
	case <-up:
	case <-time.After(15 * time.Second):
		t.Fatalf("AMI user %s does not get a link", user.Name)
	}
	return c
}

// events keeps what the AMI user for events saw.
type events struct {
	mu   sync.Mutex
	all  []*ami.Message
	more chan struct{} // replaced and closed at every event
}

func listen(t *testing.T, s *asterisktest.Server) *events {
	e := &events{more: make(chan struct{})}
	link(t, s, asterisktest.Events, "on", func(m *ami.Message) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.all = append(e.all, m.Clone())
		close(e.more)
		e.more = make(chan struct{})
	})
	return e
}

// wait gives the first event, seen or to come, with these values:
// "Event", "Hangup", "Channel", "PJSIP/…". A value that ends in "*" is a prefix.
func (l *lab) wait(pairs ...string) *ami.Message {
	l.Helper()
	ctx := l.ctx()
	for from := 0; ; {
		l.events.mu.Lock()
		all, more := l.events.all, l.events.more
		l.events.mu.Unlock()
		for _, m := range all[from:] {
			if matches(m, pairs) {
				return m
			}
		}
		from = len(all)
		select {
		case <-more:
		case <-ctx.Done():
			l.Fatalf("no event %q", pairs)
		}
	}
}

// seen counts the events with these values so far.
func (l *lab) seen(pairs ...string) int {
	l.events.mu.Lock()
	defer l.events.mu.Unlock()
	n := 0
	for _, m := range l.events.all {
		if matches(m, pairs) {
			n++
		}
	}
	return n
}

func matches(m *ami.Message, pairs []string) bool {
	for i := 0; i < len(pairs); i += 2 {
		prefix, isPrefix := strings.CutSuffix(pairs[i+1], "*")
		if got := m.Get(pairs[i]); isPrefix && !strings.HasPrefix(got, prefix) || !isPrefix && got != pairs[i+1] {
			return false
		}
	}
	return true
}
