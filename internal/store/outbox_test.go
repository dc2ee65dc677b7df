package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

func letter(lane string, n int) store.OutboxRow {
	return store.OutboxRow{Tenant: 2, Kind: "works", Lane: lane, Label: "ring", Ref: "1-2.3", Priority: 1, Body: fmt.Appendf(nil, `{"n":%d}`, n), Once: true}
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		ctx := t.Context()
		var told []store.OutboxRow
		s.OnOutbox(func(rows []store.OutboxRow) { told = append(told, rows...) })
		rows := []store.OutboxRow{letter("a", 1), letter("b", 2), letter("a", 3)}
		rows[1].Expires = time.UnixMilli(1760579090000).UTC()
		if err := s.AddOutbox(ctx, rows); err != nil {
			t.Fatal(err)
		}
		if len(told) != 3 || told[2].ID != rows[2].ID || string(told[0].Body) != `{"n":1}` {
			t.Fatalf("told of %+v", told)
		}
		got, err := s.WaitingOutbox(ctx, 0, 10)
		if err != nil || len(got) != 3 || !slices.IsSortedFunc(got, func(a, b store.OutboxRow) int { return int(a.ID - b.ID) }) {
			t.Fatalf("%+v, %v", got, err)
		}
		if g := got[1]; g.Lane != "b" || !g.Once || g.Begun || !g.Expires.Equal(rows[1].Expires) || g.Created.UnixMilli() != 1760579048983 || g.Body != nil || g.Ref != "1-2.3" {
			t.Errorf("row %+v", g)
		}
		if body, err := s.OutboxBody(ctx, got[2].ID); err != nil || string(body) != `{"n":3}` {
			t.Errorf("body %s, %v", body, err)
		}
		dead := got[2]
		dead.Dead, dead.Tries, dead.Error = time.UnixMilli(1760579050000).UTC(), 4, strings.Repeat("가", 1000)
		if err := s.ChangeOutbox(ctx, store.OutboxChange{Begun: []int64{got[1].ID}, Done: []int64{got[0].ID, 77}, Kept: []store.OutboxRow{dead}}); err != nil {
			t.Fatal(err)
		}
		if got, err = s.WaitingOutbox(ctx, 0, 10); err != nil || len(got) != 1 || !got[0].Begun {
			t.Fatalf("%+v, %v", got, err)
		}
		all, err := s.DeadLetters(ctx, store.DeadQuery{Tenant: 2, Limit: 10})
		if err != nil || len(all) != 1 || all[0].Tries != 4 || len(all[0].Error) > 500 || string(all[0].Body) != `{"n":3}` {
			t.Fatalf("%+v, %v", all, err)
		}
		for _, q := range []store.DeadQuery{{Tenant: 3, Limit: 10}, {Kind: "webhook", Limit: 10}, {Before: all[0].ID, Limit: 10}} {
			if none, err := s.DeadLetters(ctx, q); err != nil || len(none) != 0 {
				t.Errorf("%+v: %+v, %v", q, none, err)
			}
		}
		if err := s.ResendDead(ctx, 3, all[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another company's: %v", err)
		}
		told = nil
		if err := s.ResendDead(ctx, 2, all[0].ID); err != nil {
			t.Fatal(err)
		}
		if len(told) != 1 || told[0].ID <= rows[2].ID || told[0].Tries != 0 || !told[0].Dead.IsZero() || string(told[0].Body) != `{"n":3}` {
			t.Errorf("told of %+v", told)
		}
		if err := s.ResendDead(ctx, 2, all[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("again: %v", err)
		}
	})
}

// TestOutboxRefused: what cannot be kept harms nobody else.
func TestOutboxRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		s.OnOutbox(func(rows []store.OutboxRow) { t.Errorf("told of %d rows", len(rows)) })
		for name, change := range map[string]func(*store.OutboxRow){
			"no tenant":    func(r *store.OutboxRow) { r.Tenant = 0 },
			"no kind":      func(r *store.OutboxRow) { r.Kind = "" },
			"no lane":      func(r *store.OutboxRow) { r.Lane = "" },
			"a long lane":  func(r *store.OutboxRow) { r.Lane = strings.Repeat("x", 201) },
			"a long body":  func(r *store.OutboxRow) { r.Body = make([]byte, store.MaxOutboxBody+1) },
			"a binary one": func(r *store.OutboxRow) { r.Body = []byte{0xff} },
		} {
			bad := letter("a", 1)
			change(&bad)
			if err := s.AddOutbox(t.Context(), []store.OutboxRow{letter("a", 0), bad}); !errors.Is(err, store.ErrOutboxRow) {
				t.Errorf("%s: %v", name, err)
			}
		}
		// A call with a bad row is not kept in part.
		b := store.HistoryBatch{Calls: []store.CallRow{{TenantID: "7be69580e27641df", Server: 1, Linkedid: "1.1", Started: time.UnixMilli(1760579040000)}}, Outbox: []store.OutboxRow{{}}}
		if err := s.SaveHistory(t.Context(), &b); !errors.Is(err, store.ErrOutboxRow) {
			t.Error(err)
		}
		if n := s.Rows(t, "cdr") + s.Rows(t, "outbox"); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}

// TestOutboxWithHistory: a call and what it has sent are written together.
func TestOutboxWithHistory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		told := 0
		s.OnOutbox(func(rows []store.OutboxRow) { told += len(rows) })
		b := store.HistoryBatch{Calls: []store.CallRow{{TenantID: "7be69580e27641df", Server: 1, Linkedid: "1.1", Started: time.UnixMilli(1760579040000)}}, Outbox: []store.OutboxRow{letter("a", 1)}}
		if err := s.SaveHistory(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		if n := s.Rows(t, "cdr") + s.Rows(t, "outbox"); n != 2 || told != 1 {
			t.Errorf("%d rows, told of %d", n, told)
		}
	})
}

// TestOutboxTogether: many callers at once each get their rows written, with ids
// that grow in each caller's order.
func TestOutboxTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		var mu sync.Mutex
		var told []store.OutboxRow
		s.OnOutbox(func(rows []store.OutboxRow) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, rows...)
		})
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for n := range 20 {
					if err := s.AddOutbox(t.Context(), []store.OutboxRow{letter(fmt.Sprint(i), n)}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		got, err := s.WaitingOutbox(t.Context(), 0, 1000)
		if err != nil || len(got) != 160 || len(told) != 160 {
			t.Fatalf("%d rows, told of %d, %v", len(got), len(told), err)
		}
		next := map[string]int{}
		for _, r := range got {
			body, err := s.OutboxBody(t.Context(), r.ID)
			if want := fmt.Sprintf(`{"n":%d}`, next[r.Lane]); err != nil || string(body) != want {
				t.Fatalf("lane %s: %s instead of %s, %v", r.Lane, body, want, err)
			}
			next[r.Lane]++
		}
	})
}

// TestOutboxClockBack: ids grow although the clock was set back while the program
// was not there.
func TestOutboxClockBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		rows := []store.OutboxRow{letter("a", 1)}
		if err := d.open(t).AddOutbox(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		back := &clock{time.UnixMilli(1760579048983 - 3600000)}
		later := []store.OutboxRow{letter("a", 2)}
		if err := d.Open(t, func(o *store.Options) { o.Now = back.now }).AddOutbox(t.Context(), later); err != nil {
			t.Fatal(err)
		}
		if later[0].ID <= rows[0].ID {
			t.Errorf("ids %d, %d", rows[0].ID, later[0].ID)
		}
	})
}

func TestPruneDead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		var rows []store.OutboxRow
		for n := range 6 {
			rows = append(rows, letter("a", n))
		}
		rows[5].Tenant = 3
		if err := s.AddOutbox(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			rows[i].Dead = time.UnixMilli(1760579048983 + int64(i)*1000)
		}
		if err := s.ChangeOutbox(t.Context(), store.OutboxChange{Kept: rows[1:]}); err != nil {
			t.Fatal(err)
		}
		gone, err := s.PruneDead(t.Context(), time.UnixMilli(1760579048983+1500), 2)
		left, err2 := s.DeadLetters(t.Context(), store.DeadQuery{Limit: 10})
		if err != nil || err2 != nil || gone != 2 || len(left) != 3 || s.Rows(t, "outbox") != 4 {
			t.Errorf("%d gone, %d left: %v, %v", gone, len(left), err, err2)
		}
		if err := s.DropDead(t.Context(), 2, rows[4].ID); err != nil {
			t.Error(err)
		}
		if err := s.DropDead(t.Context(), 2, rows[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("one that waits: %v", err)
		}
	})
}
