package rest_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/rest"
)

// lines keeps what was recorded.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) Record(_ context.Context, kind string, e audit.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	number := 0
	if e.Identity.Tenant != nil {
		number = e.Identity.Tenant.Number
	}
	l.all = append(l.all, fmt.Sprint(kind, " ", e.Identity.Name, " T", number, " ", e.Remote, " ", e.Action))
}

// TestEveryChangeLeavesALine, also where the operation tells of nothing by itself;
// calls, tickets, reading and refusals leave none of this kind.
func TestEveryChangeLeavesALine(t *testing.T) {
	l := &lines{}
	inBubble(t, func(o *rest.Options) { o.Trail = l }, func(r *rig) {
		for _, q := range []request{
			{method: "POST", path: "/extensions/1010/unlock"},
			{method: "POST", path: "/extensions/1010/unlock?tenant=T10", who: "ops"},
			{method: "POST", path: "/ws-ticket"},
			{method: "POST", path: "/core/click_to_call", body: `{"caller":"1010","callee":"1013"}`},
			{method: "GET", path: "/extensions"},
			{method: "POST", path: "/extensions/1099/unlock"},
		} {
			r.do(q)
		}
	})
	want := []string{"changed two T2 192.0.2.1 POST /extensions/1010/unlock", "changed ops T10 192.0.2.1 POST /extensions/1010/unlock"}
	if !slices.Equal(l.all, want) {
		t.Errorf("%q", l.all)
	}
}
