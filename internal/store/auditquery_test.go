package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

func TestFindAudit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		at := time.UnixMilli(1760579048983).UTC()
		rows := []store.AuditRow{
			{At: at, Kind: "refused", Tenant: 2, Name: "crm", Action: "Originate", Detail: "no 100%"},
			{At: at.Add(time.Minute), Kind: "changed", Tenant: 2, Name: "ops", Action: "Change extension 1010", Changes: `[{"field":"name","after":"Alice"}]`, Server: 1},
			{At: at.Add(2 * time.Minute), Kind: "changed", Tenant: 10, Name: "ops", Action: "create webhook", Field: "k3v7"},
			{At: at.Add(3 * time.Minute), Kind: "changed", Name: "ops", Action: "create tenant"},
		}
		if err := s.AppendAudit(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			q    store.AuditQuery
			want string
		}{
			{store.AuditQuery{}, "[4 3 2 1]"},
			{store.AuditQuery{Limit: 2}, "[4 3]"},
			{store.AuditQuery{Limit: 2, Before: 3}, "[2 1]"},
			{store.AuditQuery{Tenant: 2}, "[2 1]"},
			{store.AuditQuery{Kind: "changed", Tenant: 2}, "[2]"},
			{store.AuditQuery{Name: "crm"}, "[1]"},
			{store.AuditQuery{Action: "CREATE"}, "[4 3]"},
			{store.AuditQuery{Action: "tenant"}, "[]"},
			{store.AuditQuery{Server: 1}, "[2]"},
			{store.AuditQuery{From: at.Add(time.Minute), To: at.Add(2 * time.Minute)}, "[2]"},
			{store.AuditQuery{Text: "alice"}, "[2]"},
			{store.AuditQuery{Text: "K3V"}, "[3]"},
			{store.AuditQuery{Text: "'"}, "[]"},
		} {
			if tt.q.Limit == 0 {
				tt.q.Limit = 10
			}
			all, err := s.FindAudit(t.Context(), tt.q)
			ids := []int64{}
			for _, r := range all {
				ids = append(ids, r.ID)
			}
			if got := fmt.Sprint(ids); got != tt.want || err != nil {
				t.Errorf("%+v: %s, %v", tt.q, got, err)
			}
		}
		if n, err := s.VerifyAudit(t.Context()); n != 4 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}
