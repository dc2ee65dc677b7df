package app

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// keyUse remembers when app keys were used last. There are only as many as there
// are keys.
type keyUse struct{ at sync.Map } // of "tenant/name": *atomic.Int64, ms

func (u *keyUse) used(who tenant.Identity) {
	if who.Via != tenant.ViaAppKey || who.Tenant == nil {
		return
	}
	at, ok := u.at.Load(keyID(who.Tenant.Number, who.Name))
	if !ok {
		at, _ = u.at.LoadOrStore(keyID(who.Tenant.Number, who.Name), &atomic.Int64{})
	}
	at.(*atomic.Int64).Store(time.Now().UnixMilli())
}

func keyID(number int, name string) string { return strconv.Itoa(number) + "/" + name }

// keys are the keys of companies' programs, for REST: a rest.Keys.
type keys struct {
	*store.Store
	a *App
}

// LastUsed implements rest.Keys.
func (k keys) LastUsed(number int, name string) time.Time {
	at, ok := k.a.keyUse.at.Load(keyID(number, name))
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(at.(*atomic.Int64).Load()).UTC()
}

// DeleteAppKey implements rest.Keys.
func (k keys) DeleteAppKey(ctx context.Context, tenantID, name string) error {
	if err := k.Store.DeleteAppKey(ctx, tenantID, name); err != nil {
		return err
	}
	if number, ok := k.a.numberOf(tenantID); ok {
		k.a.keyUse.at.Delete(keyID(number, name))
	}
	judge := k.a.judge(context.WithoutCancel(ctx), nil)
	k.a.dcmiws.Review(func(who tenant.Identity) string {
		if who.Via != tenant.ViaAppKey || who.Name != name || who.Tenant == nil || who.Tenant.ID.Hex() != tenantID {
			return ""
		}
		return judge(who)
	})
	return nil
}
