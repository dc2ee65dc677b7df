package store_test

import (
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// TestCountCalls: as many as a search finds, up to a bound.
func TestCountCalls(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		var rows []store.CallRow
		for n := range 20 {
			r := someCall(tenantTwo, n)
			if r.Missed = n%4 == 0; n%5 == 0 {
				r.Served, r.DivertedBy.Type = "voicemail", "CFN"
			}
			r.Talk = time.Duration(n) * time.Second
			rows = append(rows, r)
		}
		if err := s.SaveCalls(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		yes, no := true, false
		for _, tt := range []struct {
			q    store.CallQuery
			most int
			want int
		}{
			{store.CallQuery{TenantID: tenantTwo}, 100, 20},
			{store.CallQuery{TenantID: tenantTwo}, 7, 7},
			{store.CallQuery{All: true}, 100, 20},
			{store.CallQuery{TenantID: tenantTen}, 100, 0},
			{store.CallQuery{TenantID: tenantTwo, Missed: &yes}, 100, 5},
			{store.CallQuery{TenantID: tenantTwo, Served: []string{"voicemail", "fax"}}, 100, 4},
			{store.CallQuery{TenantID: tenantTwo, Diverted: &yes}, 100, 4},
			{store.CallQuery{TenantID: tenantTwo, Diverted: &no}, 100, 16},
			{store.CallQuery{TenantID: tenantTwo, MinTalk: 5 * time.Second, MaxTalk: 9 * time.Second}, 100, 5},
			{store.CallQuery{TenantID: tenantTwo, MaxWait: 4 * time.Second}, 100, 0},
			{store.CallQuery{TenantID: tenantTwo, MinWait: 5 * time.Second, MaxWait: 5 * time.Second}, 100, 20},
			{store.CallQuery{TenantID: tenantTwo, Reasons: []string{"busy", "completed"}}, 100, 20},
			{store.CallQuery{TenantID: tenantTwo, Linkedid: "1790000000.3"}, 100, 1},
			{store.CallQuery{TenantID: tenantTwo, From: dayOne.Add(5 * time.Minute), To: dayOne.Add(8 * time.Minute)}, 100, 3},
		} {
			n, err := s.CountCalls(t.Context(), tt.q, tt.most)
			if err != nil || n != tt.want {
				t.Errorf("%+v: %d, %v, want %d", tt.q, n, err, tt.want)
			}
			if tt.most == 100 {
				if found := find(t, s, tt.q); (tt.q.TenantID != "" || tt.q.All) && len(found) != tt.want {
					t.Errorf("%+v finds %d, want %d", tt.q, len(found), tt.want)
				}
			}
		}
	})
}
