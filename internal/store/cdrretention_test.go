package store_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// TestRetention: calls of a company that keeps them for a time are deleted when it
// is over, with everything of those who were in no other; what others keep stays.
func TestRetention(t *testing.T) { each(t, testRetention) }

func testRetention(t *testing.T, d *database) {
	s := d.withKey(t, 7)
	_, err := s.ChangeCompanies(t.Context(), store.Stamp{}, false, func(all *store.Companies) error {
		for i, id := range []string{tenantTwo, tenantTen} {
			c := store.Company{Servers: []int{1}}
			c.ID, c.Number, c.Name = id, 2+i, "x"
			c.HistoryDays = []int{30, 0}[i]
			all.All = append(all.All, c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if all := companies(t, s).All; all[0].HistoryDays != 30 || all[1].HistoryDays != 0 {
		t.Fatalf("%+v", all)
	}
	const old = 1500
	now := dayOne.Add(100 * 24 * time.Hour)
	var rows []store.CallRow
	for n := range old {
		c := someCall(tenantTwo, n)
		c.From = store.CallParty{Number: fmt.Sprintf("0101111%04d", n%10), Name: fmt.Sprint("춘향", n%10)}
		rows = append(rows, c)
	}
	young := someCall(tenantTwo, old+1)
	young.Started, young.From = now.Add(-29*24*time.Hour), store.CallParty{Number: "01011110003", Name: "춘향3"}
	rows = append(rows, young, someCall(tenantTen, 1), someCall("", 1))
	if err := s.SaveCalls(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	n, steps := retain(t, s, now)
	if n != old || steps != 4 {
		t.Errorf("%d calls in %d steps", n, steps)
	}
	for table, want := range map[string]int{"cdr": 3, "cdr_details": 3} {
		if n := s.Rows(t, table); n != want {
			t.Errorf("%d rows of %s", n, table)
		}
	}
	for _, q := range []store.CallQuery{{}, {Number: "01011110003"}, {Name: "춘향"}, {Extensions: []string{"1010"}}} {
		if got := find(t, s, q); len(got) != 1 || got[0] != fmt.Sprint(old+1) {
			t.Errorf("%+v: %v", q, got)
		}
	}
	for _, who := range []string{"SELECT count(*) FROM cdr_who WHERE number LIKE '0101111%' AND number <> '01011110003'", "SELECT count(*) FROM cdr_grams WHERE gram = '향4'"} {
		if err := d.Raw(t).QueryRowContext(t.Context(), who).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", who, n, err)
		}
	}
	if got := find(t, s, store.CallQuery{TenantID: tenantTen, Name: "길동"}); len(got) != 1 {
		t.Errorf("another company's: %v", got)
	}
	if n, _ := retain(t, s, now); n != 0 {
		t.Errorf("%d more", n)
	}
	db := d.Raw(t)
	for _, statement := range []string{
		`DELETE FROM cdr_parties WHERE (tenant, who, id) IN (SELECT tenant, who, id FROM cdr_parties WHERE tenant = 1 AND who IN (1, 2) AND id < 3 LIMIT 4)`,
		`DELETE FROM cdr_grams WHERE tenant = 1 AND gram IN ('a', 'b') AND who = 3`,
		`DELETE FROM cdr WHERE tenant = 1 AND id <= 3`,
	} {
		if d.Engine == "sqlite" { // PostgreSQL scans tables that are this small
			if scans := storetest.Scans(d.Plan(t, db, statement)); len(scans) > 0 {
				t.Errorf("%s: %v", statement, strings.Join(scans, "; "))
			}
		}
	}
}

// retain deletes until there is no more.
func retain(t *testing.T, s *store.Store, now time.Time) (calls, steps int) {
	t.Helper()
	for more := true; more; {
		var n int
		var err error
		if n, more, err = s.DeleteOldCalls(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		calls += n
		steps++
	}
	next := int64(math.MinInt64)
	for more := true; more; {
		var err error
		if next, more, err = s.DeleteOldPeople(t.Context(), now, next); err != nil {
			t.Fatal(err)
		}
	}
	return calls, steps
}

// TestRetentionCut: what is cut off in the middle is done by the next.
func TestRetentionCut(t *testing.T) { each(t, testRetentionCut) }

func testRetentionCut(t *testing.T, d *database) {
	s := d.withKey(t, 7)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.DeleteOldCalls(ctx, dayOne); err == nil {
		t.Error("no error of calls")
	}
	if _, _, err := s.DeleteOldPeople(ctx, dayOne, 0); err == nil {
		t.Error("no error of people")
	}
}
