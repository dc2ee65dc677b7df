package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/dipcast/dipcast/internal/store"
)

// TestDetailsOfCalls: each call of a page of several companies has its own.
func TestDetailsOfCalls(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		rows := []store.CallRow{someCall(tenantTwo, 1), someCall(tenantTen, 1), someCall(tenantTwo, 2)}
		for i := range rows {
			rows[i].Details = fmt.Sprintf(`{"n":%d}`, i)
		}
		if err := s.SaveCalls(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		p, err := s.Calls(t.Context(), store.CallQuery{All: true, Limit: 10})
		if err != nil || len(p.Rows) != 3 {
			t.Fatal(len(p.Rows), err)
		}
		var want []string
		for i := range p.Rows {
			one, err := s.CallDetails(t.Context(), &p.Rows[i])
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, one)
		}
		unknown := someCall("00000000000000aa", 9)
		got, err := s.DetailsOfCalls(t.Context(), append(slices.Clone(p.Rows), unknown))
		if err != nil || !slices.Equal(got, append(want, "")) {
			t.Errorf("%q %v, want %q", got, err, want)
		}
	})
}
