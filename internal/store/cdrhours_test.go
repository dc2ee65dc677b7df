package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// TestHours: what hours were like is counted from the calls, kept, and counted again
// when a call of them is written later.
func TestHours(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		save := func(rows ...store.CallRow) {
			t.Helper()
			if err := s.SaveCalls(t.Context(), rows); err != nil {
				t.Fatal(err)
			}
		}
		// 1010 answers at 0:00 after 5 s; at 0:30 one is missed; at 0:59 1010 calls out
		// until 1:10; at 1:05 1013 calls 1010, in vain.
		missed, out, inside := someCall(tenantTwo, 30), someCall(tenantTwo, 59), someCall(tenantTwo, 65)
		missed.Answered, missed.By, missed.Missed, missed.Talk, missed.Served, missed.Wait = time.Time{}, store.CallParty{}, true, 0, "voicemail", 20*time.Second
		out.Direction, out.From, out.To, out.By = "outgoing", store.CallParty{Extension: "1010", Number: "1010"}, store.CallParty{Number: "021234"}, store.CallParty{Number: "021234"}
		out.Ended, out.Talk = dayOne.Add(70*time.Minute), 10*time.Minute
		inside.Direction, inside.From, inside.Missed, inside.Answered, inside.By, inside.Talk = "internal", store.CallParty{Extension: "1013", Number: "1013"}, true, time.Time{}, store.CallParty{}, 0
		save(someCall(tenantTwo, 0), missed, out, inside)
		ask := func(within time.Duration) ([]*store.HourCount, int) {
			t.Helper()
			all, missing, err := s.Hours(t.Context(), store.HoursQuery{TenantID: tenantTwo, From: dayOne, To: dayOne.Add(3 * time.Hour), Now: dayOne.Add(48 * time.Hour), Within: within})
			if err != nil {
				t.Fatal(err)
			}
			return all, missing
		}
		waits := func(bucket int) []int64 {
			w := make([]int64, len(store.WaitBounds)+1)
			w[bucket] = 1
			return w
		}
		want := []*store.HourCount{
			{
				In: 2, InAnswered: 1, InMissed: 1, Out: 1, OutAnswered: 1, Voicemail: 1, Waits: waits(4), WaitMS: 5000, TalkMS: 660000, Peak: 1,
				Exts: map[string]store.ExtCount{"1010": {3, 1, 1, 1, 660000}},
			},
			{Internal: 1, InternalMissed: 1, Peak: 2, Exts: map[string]store.ExtCount{"1010": {1, 0, 0, 1, 0}, "1013": {1, 1, 0, 0, 0}}},
			{},
		}
		for range 2 { // counted, then as it was kept
			got, missing := ask(time.Minute)
			if diff := cmp.Diff(want, got); diff != "" || missing != 0 {
				t.Fatalf("missing %d\n%s", missing, diff)
			}
		}
		if n := s.Rows(t, "cdr_hours"); n != 3 {
			t.Errorf("%d hours are kept", n)
		}
		late := someCall(tenantTwo, 10)
		save(late)
		if got, _ := ask(time.Minute); got[0].In != 3 || got[1].In != 0 {
			t.Errorf("a call that was written later counts %d", got[0].In)
		}
		save(late) // the same once more
		if got, _ := ask(time.Minute); got[0].In != 3 {
			t.Errorf("a call that was written again counts %d", got[0].In)
		}
		all, _, err := s.Hours(t.Context(), store.HoursQuery{All: true, From: dayOne, To: dayOne.Add(time.Hour), Now: dayOne.Add(48 * time.Hour), Within: time.Minute})
		if err != nil || all[0].In != 3 {
			t.Errorf("all companies: %+v, %v", all, err)
		}
		nobody, missing, err := s.Hours(t.Context(), store.HoursQuery{TenantID: tenantTen, From: dayOne, To: dayOne.Add(2 * time.Hour), Now: dayOne.Add(48 * time.Hour)})
		if err != nil || missing != 0 || cmp.Diff([]*store.HourCount{{}, {}}, nobody) != "" {
			t.Errorf("a company without calls: %v, %d, %v", nobody, missing, err)
		}
	})
}

// TestHoursBounded: what takes too long is told as missing, and counted in the
// background; an hour that is not over is not kept.
func TestHoursBounded(t *testing.T) {
	s := (&database{storetest.SQLite(t)}).open(t)
	now := dayOne.Add(5*24*time.Hour + 10*time.Minute)
	for day := range 6 {
		row := someCall(tenantTwo, day*24*60)
		row.Linkedid = fmt.Sprint("1790000000.", day)
		if err := s.SaveCalls(t.Context(), []store.CallRow{row}); err != nil {
			t.Fatal(err)
		}
	}
	q := store.HoursQuery{TenantID: tenantTwo, From: dayOne, To: now.Add(time.Hour), Now: now}
	all, missing, err := s.Hours(t.Context(), q)
	if err != nil || missing != 121-24 || all[120] == nil || all[120].In != 1 || all[0] != nil {
		t.Fatalf("missing %d of %d, %v", missing, len(all), err)
	}
	if n := s.Rows(t, "cdr_hours"); n != 23 {
		t.Errorf("%d hours are kept, but one is not over", n)
	}
	for range 20 {
		more, err := s.CountHours(t.Context(), now, 5)
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
	}
	if all, missing, err = s.Hours(t.Context(), q); err != nil || missing != 0 || all[0].In != 1 || all[1].In != 0 {
		t.Errorf("after counting %d are missing, %v", missing, err)
	}
}
