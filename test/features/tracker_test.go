package features_test

import (
	"strings"
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
	var ended []*call.Call
	at := time.Now()
	for _, m := range l.events.All() {
		at = at.Add(time.Millisecond)
		whose := attr.Event(m, at)
		if box, _, _ := strings.Cut(m.Get("Mailbox"), "@"); m.Get("Event") == "MessageWaiting" && (whose.Tenant == nil || !whose.Exts.Has(box)) {
			l.Errorf("nobody's mailbox: %s", m.Bytes())
		}
		for _, told := range tracker.Event(m, whose, at) {
			if told.Kind == call.KindEnded {
				ended = append(ended, told.Call)
			}
		}
		tracker.Flush(at)
	}
	if left := tracker.Stats(); left.Calls+left.Channels+left.Bridges > 0 {
		l.Errorf("left behind: %+v", left)
	}
	return ended
}

// told checks what package call says of some calls of the scenarios, those that
// ran: who answered, who moved them how, and where to.
func told(t *testing.T, calls []*call.Call) {
	t.Helper()
	got := map[string]int{}
	seen := map[string]bool{}
	for _, c := range calls {
		if c.Ended == nil || c.Ended.Reason == call.ReasonMerged {
			continue
		}
		by := ""
		if c.AnsweredBy != nil {
			by = c.AnsweredBy.Number
		}
		line := c.Tenant + " " + c.To.Number + " by " + by
		for i := range c.Transfers {
			line += " " + c.Transfers[i].Type + " " + c.Transfers[i].To.Number
		}
		got[line]++
		seen[c.To.Number] = true
	}
	for line, n := range map[string]int{
		"T2 " + didOf("1180") + " by 1180 blind 1181":                                                                        1,
		"T2 " + didOf("1180") + " by 1180 attended 1181":                                                                     1,
		"T2 " + didOf("1180") + " by 1180 blind 0101180118":                                                                  1,
		"T2 " + didOf("1190") + " by 1190 blind 1191":                                                                        1,
		"T2 " + didOf("1190") + " by 1190 attended 1191":                                                                     1,
		"T2 " + didOf("1190") + " by 1190 attended 0101190119":                                                               1,
		"T2 " + didOf("1210") + " by 1211 pickup 1211":                                                                       2,
		"T2 " + didOf("1230") + " by 1230 unpark 1231 blind 1232":                                                            1,
		"T2 " + didOf("0640") + " by " + pressMobile + " redirect 1332 redirect " + pressMobile + " redirect " + pressMobile: 1,
		"T2 " + didOf("0640") + " by 1332 redirect 1332":                                                                     1,
		"T2 " + didOf("1260") + " by 1260":                                                                                   1,
		"T2 " + didOf("1260") + " by 1261":                                                                                   2,
		"T2 " + didOf("1270") + " by " + groupMobile:                                                                         1,
		"T2 " + didOf("1270") + " by " + groupAway:                                                                           1,
	} {
		if number := strings.Fields(line)[1]; seen[number] && got[line] != n {
			t.Errorf("%d calls are told as %q, want %d; all: %v", got[line], line, n, got)
		}
	}
}
