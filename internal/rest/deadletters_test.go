package rest_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/store"
)

// deadOnes are dead letters in memory. What is sent again or dropped is gone.
type deadOnes struct{ rows []store.OutboxRow }

func (d *deadOnes) DeadLetters(_ context.Context, q store.DeadQuery) ([]store.OutboxRow, error) {
	var out []store.OutboxRow
	for _, r := range d.rows {
		if (q.Tenant == 0 || q.Tenant == r.Tenant) && (q.Kind == "" || q.Kind == r.Kind) && (q.Before == 0 || r.ID < q.Before) && len(out) < q.Limit {
			out = append(out, r)
		}
	}
	return out, nil
}

func (d *deadOnes) ResendDead(_ context.Context, tenant int, id int64) error {
	i := slices.IndexFunc(d.rows, func(r store.OutboxRow) bool { return r.ID == id && (tenant == 0 || tenant == r.Tenant) })
	if i < 0 {
		return store.ErrNotFound
	}
	d.rows = slices.Delete(d.rows, i, i+1)
	return nil
}

func (d *deadOnes) DropDead(ctx context.Context, tenant int, id int64) error {
	return d.ResendDead(ctx, tenant, id)
}

// TestDeadLetters: a company sees its own, page by page, and sends them again or
// drops them; those of others are not there.
func TestDeadLetters(t *testing.T) {
	at := time.Date(2026, 11, 20, 1, 2, 3, 0, time.UTC)
	dead := &deadOnes{rows: []store.OutboxRow{
		{ID: 40, Tenant: 10, Kind: "works", Label: "missed", Lane: "u9", Created: at, Dead: at, Body: []byte(`{}`)},
		{ID: 36, Tenant: 2, Kind: "works", Label: "missed", Lane: "u1", Ref: "1-1.1", Created: at, Dead: at, Tries: 3, Error: "403 Forbidden", Body: []byte(`{"a":1}`)},
		{ID: 35, Tenant: 2, Kind: "webhook", Label: "call.ended", Lane: "h1", Created: at, Dead: at, Body: []byte(`not JSON`)},
	}}
	told := &trail{}
	inBubble(t, func(o *rest.Options) { o.DeadLetters, o.Trail = dead, told }, func(r *rig) {
		a := r.do(request{method: "GET", path: "/dead-letters?limit=1"})
		if a.status != 200 || !strings.Contains(a.raw, `"id":"10","tenant":"T2"`) || !strings.Contains(a.raw, `"body":{"a":1}`) || !strings.Contains(a.raw, `"next":"10"`) {
			t.Errorf("%d %s", a.status, a.raw)
		}
		a = r.do(request{method: "GET", path: "/dead-letters?after=10"})
		if a.status != 200 || !strings.Contains(a.raw, `"id":"z"`) || !strings.Contains(a.raw, `"body":null`) || strings.Contains(a.raw, `"10"`) {
			t.Errorf("%d %s", a.status, a.raw)
		}
		if a := r.do(request{method: "GET", path: "/dead-letters?after=!"}); a.status != 422 && a.status != 400 {
			t.Errorf("%d %s", a.status, a.raw)
		}
		for _, id := range []string{"14", "!", "zzz"} { // another company's, none, none
			if a := r.do(request{method: "POST", path: "/dead-letters/" + id + "/resend"}); a.status != 404 || a.body.Field != "id" {
				t.Errorf("%s: %d %s", id, a.status, a.raw)
			}
		}
		if a := r.do(request{method: "POST", path: "/dead-letters/10/resend"}); a.status != 200 {
			t.Errorf("%d %s", a.status, a.raw)
		}
		if a := r.do(request{method: "DELETE", path: "/dead-letters/z"}); a.status != 200 {
			t.Errorf("%d %s", a.status, a.raw)
		}
		if len(dead.rows) != 1 || len(told.all) != 2 {
			t.Errorf("left %d, told %q", len(dead.rows), told.all)
		}
	})
}
