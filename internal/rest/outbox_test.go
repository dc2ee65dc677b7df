package rest_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/rest"
)

// TestOutbox: a company sees what became of its own, operators that of one they
// name, and the login of an extension nothing.
func TestOutbox(t *testing.T) {
	state := func(tenant int) rest.OutboxState {
		return rest.OutboxState{
			Kinds:   []rest.OutboxKind{{Kind: "works", Labels: []rest.OutboxLabel{{Label: "of-T" + strconv.Itoa(tenant), Dropped: 3}}}},
			Budgets: []rest.OutboxBudget{},
		}
	}
	inBubble(t, func(o *rest.Options) { o.Outbox = state }, func(r *rig) {
		if a := r.do(request{method: "GET", path: "/outbox"}); a.status != 200 || !strings.Contains(a.raw, `"label":"of-T2"`) || !strings.Contains(a.raw, `"dropped":3`) {
			t.Errorf("%d %s", a.status, a.raw)
		}
		if a := r.do(request{method: "GET", path: "/outbox?tenant=T10", who: "ops"}); a.status != 200 || !strings.Contains(a.raw, `"label":"of-T10"`) {
			t.Errorf("%d %s", a.status, a.raw)
		}
		for _, q := range []request{{method: "GET", path: "/outbox", who: "1010"}, {method: "GET", path: "/outbox?tenant=T10"}} {
			if a := r.do(q); a.status < 400 || strings.Contains(a.raw, "of-T") {
				t.Errorf("%s by %q: %d %s", q.path, q.who, a.status, a.raw)
			}
		}
	})
}
