package outbox_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// TestCrash: a process that is gone at once, as by kill -9, and another that begins
// on what it left. What must not go twice does not, all else goes.
func TestCrash(t *testing.T) {
	storetest.Each(t, func(t *testing.T, d *storetest.Database) {
		ctx := t.Context()
		s := d.Open(t)
		rows := []store.OutboxRow{row("a", "ring, begun"), row("a", "missed, begun"), row("b", "ring, written"), row("b", "missed, written"), row("c", "put off")}
		for _, i := range []int{0, 2} {
			rows[i].Once = true
		}
		rows[0].Begun, rows[1].Begun = true, true
		rows[4].NotBefore, rows[4].Tries = time.Now().Add(200*time.Millisecond), 3
		if err := s.AddOutbox(ctx, rows); err != nil {
			t.Fatal(err)
		}
		r := newRig(t, s, outbox.Options{})
		r.run()
		await.That(t, "rows sent", func() bool { return len(r.taken()) == 4 })
		await.That(t, "rows gone", func() bool { return left(t, s) == 0 })
		got := r.taken()
		slices.Sort(got)
		equal(t, got, "missed, begun", "missed, written", "put off", "ring, written")
		if c := r.counted(); c["unclear"] != 1 {
			t.Error(c)
		}
	})
}

// TestBegun: when the sender is asked, it is on disk that a row that must not go
// twice is being sent; and not any more once it was certainly not.
func TestBegun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, d *storetest.Database) {
		s := d.Open(t)
		r := newRig(t, s, outbox.Options{})
		begun := func() bool {
			all, err := s.WaitingOutbox(context.WithoutCancel(t.Context()), 0, 10)
			return err == nil && len(all) == 1 && all[0].Begun
		}
		r.answer = func(_ *store.OutboxRow, n int) error {
			if !begun() {
				t.Errorf("attempt %d is not on disk", n)
			}
			if n == 1 {
				return outbox.Later{After: 300 * time.Millisecond, Lane: true}
			}
			return nil
		}
		r.run()
		for _, add := range []func(context.Context, []store.OutboxRow) error{r.b.Add, s.AddOutbox} {
			ring := row("a", "ring")
			ring.Once = true
			r.mu.Lock()
			r.tries, r.sent = map[int64]int{}, nil
			r.mu.Unlock()
			if err := add(t.Context(), []store.OutboxRow{ring}); err != nil {
				t.Fatal(err)
			}
			await.That(t, "it put off on disk", func() bool {
				all, err := s.WaitingOutbox(t.Context(), 0, 10)
				return err == nil && len(all) == 1 && !all[0].Begun && all[0].Tries == 1
			})
			await.That(t, "it sent", func() bool { return len(r.taken()) == 1 })
			await.That(t, "it gone", func() bool { return left(t, s) == 0 })
		}
	})
}
