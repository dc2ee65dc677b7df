package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

func TestCallbacks(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		ctx := t.Context()
		now := &clock{time.UnixMilli(1760579048983)}
		s := d.Open(t, func(o *store.Options) { o.Now = now.now })
		add := func(hash string, tenant int) (bool, error) {
			return s.AddCallback(ctx, store.Callback{Hash: hash, Tenant: tenant, Person: "u", Body: []byte(`{"홍":1}`)})
		}
		for i, want := range []bool{true, false} {
			if fresh, err := add("a", 2); err != nil || fresh != want {
				t.Errorf("%d: %v, %v", i, fresh, err)
			}
		}
		now.at = now.at.Add(time.Second)
		if _, err := add("b", 2); err != nil {
			t.Fatal(err)
		}
		open, err := s.OpenCallbacks(ctx, 10)
		if err != nil || len(open) != 2 || open[0].Hash != "a" || string(open[0].Body) != `{"홍":1}` || open[0].Tenant != 2 || open[0].Person != "u" {
			t.Fatalf("%+v, %v", open, err)
		}
		if err := s.EndCallback(ctx, "a"); err != nil {
			t.Fatal(err)
		}
		if open, err = s.OpenCallbacks(ctx, 10); err != nil || len(open) != 1 || open[0].Hash != "b" {
			t.Errorf("%+v, %v", open, err)
		}
		now.at = now.at.Add(store.CallbackMemory - time.Second)
		prune := func() {
			t.Helper()
			if err := s.PruneCallbacks(ctx); err != nil {
				t.Fatal(err)
			}
		}
		prune()
		if fresh, err := add("a", 2); err != nil || fresh {
			t.Errorf("within 24 h: %v, %v", fresh, err)
		}
		now.at = now.at.Add(2 * time.Second)
		prune()
		if fresh, err := add("a", 2); err != nil || !fresh {
			t.Errorf("after 24 h: %v, %v", fresh, err)
		}
		for i := range store.MaxCallbacks - 2 {
			if _, err := add(fmt.Sprint("more", i), 2); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := add("too many", 2); !errors.Is(err, store.ErrManyCallbacks) {
			t.Errorf("one too many: %v", err)
		}
		if fresh, err := add("b", 2); err != nil || fresh {
			t.Errorf("a known one: %v, %v", fresh, err)
		}
		if fresh, err := add("another's", 3); err != nil || !fresh {
			t.Errorf("another's: %v, %v", fresh, err)
		}
	})
}

func TestClaims(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		ctx := t.Context()
		now := &clock{time.UnixMilli(1760579048983)}
		s := d.Open(t, func(o *store.Options) { o.Now = now.now })
		claim := func(person, cause string) store.Claim {
			return store.Claim{Tenant: 2, Name: "take:1-1.1", Person: person, What: "desk", Cause: cause, Until: now.at.Add(time.Minute)}
		}
		// Of many at the same moment one wins.
		var wg sync.WaitGroup
		wins := make(chan string, 8)
		for i := range 8 {
			wg.Go(func() {
				who := fmt.Sprint("u", i)
				holder, won, again, err := s.Claim(ctx, claim(who, who))
				if err != nil || again || won != (holder.Person == who) {
					t.Errorf("%+v, %v, %v, %v", holder, won, again, err)
				}
				if won {
					wins <- who
				}
			})
		}
		wg.Wait()
		if len(wins) != 1 {
			t.Fatalf("%d have won", len(wins))
		}
		first := <-wins
		if holder, won, _, err := s.Claim(ctx, claim("late", "late")); err != nil || won || holder.Person != first || holder.What != "desk" {
			t.Errorf("%+v, %v, %v", holder, won, err)
		}
		if _, won, again, err := s.Claim(ctx, claim(first, first)); err != nil || !won || !again {
			t.Errorf("the same: %v, %v, %v", won, again, err)
		}
		if c, err := s.Claimed(ctx, 2, "take:1-1.1"); err != nil || c.Person != first {
			t.Errorf("%+v, %v", c, err)
		}
		if _, err := s.Claimed(ctx, 3, "take:1-1.1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another's: %v", err)
		}
		if err := s.Unclaim(ctx, 2, "take:1-1.1"); err != nil {
			t.Fatal(err)
		}
		if _, won, _, err := s.Claim(ctx, claim("next", "next")); err != nil || !won {
			t.Errorf("after it was given back: %v, %v", won, err)
		}
		now.at = now.at.Add(time.Minute)
		if _, err := s.Claimed(ctx, 2, "take:1-1.1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("past its time: %v", err)
		}
		if _, won, _, err := s.Claim(ctx, claim("last", "last")); err != nil || !won {
			t.Errorf("past its time: %v, %v", won, err)
		}
		if err := s.Reclaim(ctx, claim("whoever", "x")); err != nil {
			t.Fatal(err)
		}
		if c, err := s.Claimed(ctx, 2, "take:1-1.1"); err != nil || c.Person != "whoever" {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

// BenchmarkCallbacks keeps and ends 50 callbacks that come at the same moment.
func BenchmarkCallbacks(b *testing.B) {
	for _, d := range []*storetest.Database{storetest.SQLite(b), storetest.Postgres(b)} {
		b.Run(d.Engine, func(b *testing.B) {
			s := d.Open(b)
			for i := 0; b.Loop(); i++ {
				var wg sync.WaitGroup
				for k := range 50 {
					wg.Go(func() {
						hash := fmt.Sprint(i, "-", k)
						_, err := s.AddCallback(b.Context(), store.Callback{Hash: hash, Tenant: 2, Person: hash, Body: []byte("{}")})
						if err := errors.Join(err, s.EndCallback(b.Context(), hash)); err != nil {
							b.Error(err)
						}
					})
				}
				wg.Wait()
			}
		})
	}
}
