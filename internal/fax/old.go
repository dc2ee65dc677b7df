package fax

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// maxForgotten bounds the faxes that are deleted in one transaction's turn.
const maxForgotten = 200

// Forget deletes the faxes that their companies keep no longer: first their pages,
// then what is known of them, so that a cut leaves nothing that nobody finds.
func (k *Keeper) Forget(ctx context.Context) error {
	var errs []error
	for _, t := range k.o.Directory().All() {
		days := k.o.KeepDays(t.Number)
		if days <= 0 {
			continue
		}
		n, err := k.forget(ctx, t, k.o.Now().AddDate(0, 0, -days))
		if n > 0 {
			k.log.Info("old faxes were deleted", "tenant", t, "faxes", n)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (k *Keeper) forget(ctx context.Context, t *tenant.Tenant, before time.Time) (n int, err error) {
	for {
		all, err := k.o.Store.Faxes(ctx, store.FaxQuery{TenantID: t.ID.Hex(), Until: before, Limit: maxForgotten})
		if err != nil {
			return n, err
		}
		for i := range all {
			if all[i].Status == store.FaxSending {
				continue // its end comes
			}
			for _, ending := range []string{".pdf", ".tif"} {
				if err := os.Remove(k.path(t, &all[i], ending)); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return n, fmt.Errorf("delete an old fax: %w", err)
				}
			}
			if err := k.o.Store.DeleteFax(ctx, all[i].Fax); err != nil {
				return n, err
			}
			n++
		}
		if len(all) < maxForgotten || ctx.Err() != nil {
			return n, ctx.Err()
		}
	}
}
