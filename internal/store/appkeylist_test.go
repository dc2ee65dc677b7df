package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/dipcast/dipcast/internal/store"
)

func TestAppKeysMadeAndRemoved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *database) {
		s := d.open(t)
		c := twoTenants()
		seed(t, s, c)
		ctx, id := t.Context(), c.Tenants[0].ID
		before, err := s.AppKeys(ctx, id)
		if err != nil || len(before) != len(c.Tenants[0].AppKeys) || !before[0].Configured {
			t.Fatalf("%+v, %v", before, err)
		}
		const key = "dk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		made, err := s.CreateAppKey(ctx, id, "가 crm", key)
		if err != nil || made.Prefix != "dk_a" || made.Created.IsZero() {
			t.Fatalf("%+v, %v", made, err)
		}
		if _, err := s.CreateAppKey(ctx, id, "가 crm", key+"b"); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the same name: %v", err)
		}
		if _, err := s.CreateAppKey(ctx, id, "other", key); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the same key: %v", err)
		}
		if _, err := s.CreateAppKey(ctx, "ffffffffffffffff", "x", key+"c"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("no tenant: %v", err)
		}
		if k, err := s.AppKey(ctx, store.KeyHash(key)); err != nil || k.Name != "가 crm" || k.TenantID != id {
			t.Errorf("%+v, %v", k, err)
		}
		if all, err := s.AppKeys(ctx, id); err != nil || len(all) != len(before)+1 {
			t.Errorf("%+v, %v", all, err)
		}
		if err := s.DeleteAppKey(ctx, id, before[0].Name); !errors.Is(err, store.ErrConfigured) {
			t.Errorf("of the file: %v", err)
		}
		if err := s.DeleteAppKey(ctx, c.Tenants[1].ID, "가 crm"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of another tenant: %v", err)
		}
		if err := s.DeleteAppKey(ctx, id, "가 crm"); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteAppKey(ctx, id, "가 crm"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("twice: %v", err)
		}
		if _, err := s.AppKey(ctx, store.KeyHash(key)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("it still counts: %v", err)
		}
		if _, err := s.CreateAppKey(ctx, id, "가 crm", key+"d"); err != nil {
			t.Errorf("its name again: %v", err)
		}
		seed(t, s, c) // the file changes nothing of it
		if _, err := s.AppKey(ctx, store.KeyHash(key+"d")); err != nil {
			t.Error(err)
		}
		for i := range store.MaxAppKeys {
			_, err = s.CreateAppKey(ctx, id, fmt.Sprint("k", i), fmt.Sprint(key, "e", i))
		}
		if !errors.Is(err, store.ErrTooMany) {
			t.Errorf("no end: %v", err)
		}
	})
}
