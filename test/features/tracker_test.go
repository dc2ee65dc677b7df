package features_test

import (
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/tenant"
)

// follow gives the calls that package call makes of all events.
func (l *lab) follow() []*call.Call {
	l.Helper()
	in := l.server.Input
	var owners []*tenant.Tenant
	for i := range in.Companies {
		c := &in.Companies[i]
		t := &tenant.Tenant{ID: tenant.NewID(c.ID, c.Number), Number: c.Number, Servers: []int{1}, Numbers: c.Numbers, DIDs: map[string]string{}}
		for j := range c.Extensions {
			t.Extensions = append(t.Extensions, c.Extensions[j].Number)
		}
		for j := range c.DIDs {
			t.DIDs[c.DIDs[j].Number] = c.DIDs[j].To.Value
		}
		owners = append(owners, t)
	}
	attr := attribution.New(attribution.NewView(owners))
	tracker := call.NewTracker(call.Options{Server: 1})
	l.events.mu.Lock()
	defer l.events.mu.Unlock()
	var ended []*call.Call
	at := time.Now()
	for _, m := range l.events.all {
		at = at.Add(time.Millisecond)
		for _, told := range tracker.Event(m, attr.Event(m, at), at) {
			if told.Kind == call.KindEnded {
				ended = append(ended, told.Call)
			}
		}
		tracker.Flush(at)
	}
	l.Logf("%d events, %+v", len(l.events.all), tracker.Stats())
	if left := tracker.Stats(); left.Calls+left.Channels+left.Bridges > 0 {
		l.Errorf("left behind: %+v", left)
	}
	return ended
}

// told checks what package call says of the calls to a DID from the network, in
// the order of their beginning.
func told(t *testing.T, calls []*call.Call) {
	t.Helper()
	for _, c := range calls {
		by := ""
		if c.AnsweredBy != nil {
			by = c.AnsweredBy.Extension
		}
		t.Logf("%s %s from %+v to %+v did %s answered by %q rung %+v transfers %+v ended %+v", c.Tenant, c.Direction, c.From, c.To, c.DID, by, c.Rung, c.Transfers, c.Ended)
	}
}
