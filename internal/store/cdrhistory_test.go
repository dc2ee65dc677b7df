package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

func save(t *testing.T, s *store.Store, b store.HistoryBatch) {
	t.Helper()
	if err := s.SaveHistory(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
}

func due(t *testing.T, s *store.Store, now time.Time) []store.DueCall {
	t.Helper()
	calls, err := s.DueCalls(t.Context(), now, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

func lineOf(n int) store.CallLine {
	id := fmt.Sprintf("1790000000.%d", n)
	return store.CallLine{CallKey: store.CallKey{Server: 1 + n%2, Linkedid: id}, Uniqueid: id, Line: `{}`}
}

// TestCompletedByAnother: a node that completes a call from Asterisk's record does
// not replace what the node that saw it wrote meanwhile, and leaves it to be
// looked at again.
func TestCompletedByAnother(t *testing.T) { each(t, testCompletedByAnother) }

func testCompletedByAnother(t *testing.T, d *database) {
	s := d.open(t)
	at := dayOne
	save(t, s, store.HistoryBatch{Lines: []store.CallLine{lineOf(4)}, Due: at})
	read := due(t, s, at)
	if len(read) != 1 || len(read[0].Lines) != 1 || len(read[0].Rows) != 0 {
		t.Fatalf("%+v", read)
	}
	live, other := someCall(tenantTwo, 4), someCall(tenantTwo, 4)
	save(t, s, store.HistoryBatch{Calls: []store.CallRow{live}, Due: at.Add(3 * time.Second)})
	other.Origin, other.From.Name = store.OriginAsterisk, "somebody"
	save(t, s, store.HistoryBatch{Completed: []store.CallRow{other}, Settled: read, Due: at})
	p, err := s.Calls(t.Context(), store.CallQuery{TenantID: tenantTwo, Limit: 10})
	if err != nil || len(p.Rows) != 1 || p.Rows[0].Origin != store.OriginLive || p.Rows[0].From.Name != live.From.Name {
		t.Errorf("%+v %v", p.Rows, err)
	}
	if again := due(t, s, at.Add(3*time.Second)); len(again) != 1 {
		t.Errorf("%+v", again)
	}
}

// TestDueAfterClock: a clock that is set back does not put off what was due.
func TestDueAfterClock(t *testing.T) { each(t, testDueAfterClock) }

func testDueAfterClock(t *testing.T, d *database) {
	s := d.open(t)
	save(t, s, store.HistoryBatch{Lines: []store.CallLine{lineOf(1)}, Due: dayOne.Add(3 * time.Second)})
	for ago, want := range map[time.Duration]int{0: 0, -3 * time.Second: 1, time.Hour: 1} {
		if got := due(t, s, dayOne.Add(-ago)); len(got) != want {
			t.Errorf("%v ago: %+v", ago, got)
		}
	}
}

// TestPruneLines: old lines go, some at a time; those of calls that are still
// looked at stay.
func TestPruneLines(t *testing.T) { each(t, testPruneLines) }

func testPruneLines(t *testing.T, d *database) {
	s := d.open(t)
	const calls = 700
	var lines []store.CallLine
	for n := range calls {
		lines = append(lines, lineOf(n))
	}
	save(t, s, store.HistoryBatch{Lines: lines, Due: dayOne})
	old := time.UnixMilli(1760579048983) // when these were read
	settle := slices.DeleteFunc(due(t, s, dayOne), func(c store.DueCall) bool { return c.Linkedid == "1790000000.7" })
	save(t, s, store.HistoryBatch{Settled: settle})
	for _, c := range []struct {
		before time.Time
		want   int
	}{{old, calls}, {old.Add(time.Millisecond), 1}} {
		if more, err := s.PruneCallLines(t.Context(), c.before); more || err != nil {
			t.Error(more, err)
		}
		if lines, pending := s.Rows(t, "cdr_lines"), s.Rows(t, "cdr_pending"); lines != c.want || pending != c.want {
			t.Errorf("before %v: %d lines of %d calls", c.before, lines, pending)
		}
	}
}

// TestEveryonesPages: of an operator's pages none repeats the last call of the one
// before, also where a page ends with a window.
func TestEveryonesPages(t *testing.T) { each(t, testEveryonesPages) }

func testEveryonesPages(t *testing.T, d *database) {
	s := d.open(t)
	var rows []store.CallRow
	for n := range 3000 {
		c := someCall(tenantTwo, n)
		if n == 100 || n == 2000 || n == 2500 {
			c.TenantID, c.Direction = "", "internal"
		}
		rows = append(rows, c)
	}
	if err := s.SaveCalls(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{1, 2, 3, 10} {
		var got []string
		q := store.CallQuery{All: true, Direction: "internal", Limit: limit}
		for more := true; more; {
			p, err := s.Calls(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, ids(p)...)
			more, q.After = p.More && len(got) < 10, p.Next
		}
		if !slices.Equal(got, []string{"2500", "2000", "100"}) {
			t.Errorf("pages of %d: %v", limit, got)
		}
	}
}
