package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
)

func count(ext, call string, announced bool, calls int) *policy.CallCount {
	return &policy.CallCount{
		TenantID: "7be69580e27641df", Extension: ext, Class: policy.National, Call: call, Announced: announced,
		Windows: []policy.CallWindow{{Name: "minute", Length: time.Minute, Calls: calls}, {Name: "hour", Length: time.Hour, Calls: 300}},
	}
}

// TestTakeCallsAtOnce: of many that come at the same time exactly the limit is
// let go, also by two programs on one database.
func TestTakeCallsAtOnce(t *testing.T) { each(t, testTakeCallsAtOnce) }

func testTakeCallsAtOnce(t *testing.T, d *database) {
	var stores []*store.Store
	for range 2 {
		st, err := store.Open(t.Context(), d.Options())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = st.Close() })
		stores = append(stores, st)
	}
	var mu sync.Mutex
	let := 0
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			c := []*policy.CallCount{count("1010", "", false, 7), count("1013", "", false, 7)}
			if err := stores[i%2].TakeCalls(t.Context(), c); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			for _, c := range c {
				if c.Verdict.Counted {
					let++
				}
			}
		})
	}
	wg.Wait()
	if let != 14 {
		t.Errorf("%d calls were let go, want 7 of each extension", let)
	}
}

// TestCallsArePruned: what no longer counts is deleted, so that the table does
// not grow.
func TestCallsArePruned(t *testing.T) { each(t, testCallsArePruned) }

func testCallsArePruned(t *testing.T, d *database) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	st, err := store.Open(t.Context(), store.Options{Database: d.URL, DataDir: d.Dir, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	for range 50 {
		c := count("1010", "x", false, 1)
		if err := st.TakeCalls(t.Context(), []*policy.CallCount{c}); err != nil || !c.Verdict.Counted {
			t.Fatalf("%+v, %v", c.Verdict, err)
		}
		now = now.Add(30 * time.Minute)
	}
	if n := st.Rows(t, "limit_calls"); n > 3 {
		t.Errorf("%d rows are left", n)
	}
}

// BenchmarkTakeCalls is what a call to the network costs, with its flush to disk,
// of an extension near its limit.
func BenchmarkTakeCalls(b *testing.B) {
	for _, batch := range []int{1, 16} {
		b.Run(fmt.Sprint(batch), func(b *testing.B) {
			st, err := store.Open(b.Context(), store.Options{DataDir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = st.Close() })
			for i := 0; b.Loop(); i++ {
				var calls []*policy.CallCount
				for j := range batch {
					calls = append(calls, count(fmt.Sprint(1000+(i*batch+j)/250), fmt.Sprint(i, j), true, 1000))
				}
				if err := st.TakeCalls(b.Context(), calls); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
