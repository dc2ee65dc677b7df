package asterisktest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/ami"
)

// Heard keeps what the AMI user for events is told. Its methods may be called
// from any goroutine, but for Wait.
//
// Where its methods take pairs, these are names and values that an event must
// have, "Event", "Hangup", "Channel", "PJSIP/T2_1010-*"; a value that ends in
// "*" is a prefix.
type Heard struct {
	mu   sync.Mutex
	all  []*ami.Message
	more chan struct{} // replaced and closed at every event
}

// Listen hears the server's events from now until the test ends.
func (s *Server) Listen(tb testing.TB) *Heard {
	tb.Helper()
	h := &Heard{more: make(chan struct{})}
	s.Link(tb, Events, func(o *ami.Options) { o.Events, o.OnMessage = "on", h.hear })
	return h
}

func (h *Heard) hear(m *ami.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, m.Clone())
	close(h.more)
	h.more = make(chan struct{})
}

// sofar gives what was heard, and what is closed at the next event.
func (h *Heard) sofar() (all []*ami.Message, more <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clip(h.all), h.more
}

// All gives the events so far that have the pairs, in their order.
func (h *Heard) All(pairs ...string) []*ami.Message {
	all, _ := h.sofar()
	if len(pairs) == 0 {
		return all
	}
	var out []*ami.Message
	for _, m := range all {
		if Has(m, pairs...) {
			out = append(out, m)
		}
	}
	return out
}

// Forget drops what was heard so far.
func (h *Heard) Forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = nil
}

// Wait gives the first event, heard or to come, that has the pairs. After
// Patience the test fails with the kinds of events there were.
func (h *Heard) Wait(tb testing.TB, pairs ...string) *ami.Message {
	tb.Helper()
	ctx := Context(tb)
	for from := 0; ; {
		all, more := h.sofar()
		for _, m := range all[min(from, len(all)):] {
			if Has(m, pairs...) {
				return m
			}
		}
		from = len(all)
		select {
		case <-more:
		case <-ctx.Done():
			tb.Fatalf("no event %q; there were %s", pairs, kinds(all))
		}
	}
}

// Has tells whether a message has the pairs.
func Has(m *ami.Message, pairs ...string) bool {
	for i := 0; i < len(pairs); i += 2 {
		prefix, isPrefix := strings.CutSuffix(pairs[i+1], "*")
		if got := m.Get(pairs[i]); isPrefix && !strings.HasPrefix(got, prefix) || !isPrefix && got != pairs[i+1] {
			return false
		}
	}
	return true
}

// kinds says how often each event came, "Hangup×2 Newchannel×2".
func kinds(all []*ami.Message) string {
	n := map[string]int{}
	for _, m := range all {
		n[string(m.Event())]++
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(n)) {
		out = append(out, fmt.Sprintf("%s×%d", k, n[k]))
	}
	return strings.Join(out, " ")
}
