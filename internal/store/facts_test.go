package store_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/store"
)

func TestFacts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		seed(t, s, twoTenants())
		f, err := s.Facts(t.Context())
		newest, _ := store.Newest()
		if err != nil || f.Kind != d.Engine || f.Version == "" || f.Schema != newest || f.Bytes < 4096 {
			t.Errorf("%+v, %v", f, err)
		}
		n, err := s.Counts(t.Context())
		if err != nil || n["tenants"] != 2 || len(n) < 8 {
			t.Errorf("%v, %v", n, err)
		}
	})
}
