package rest

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Keys keeps the keys of companies' programs. Its errors wrap those of package
// store.
type Keys interface {
	AppKeys(ctx context.Context, tenantID string) ([]store.ListedKey, error)
	CreateAppKey(ctx context.Context, tenantID, name, key string) (store.ListedKey, error)
	// DeleteAppKey also closes the connections that were made with the key.
	DeleteAppKey(ctx context.Context, tenantID, name string) error
	// LastUsed is when a key was used last since the gateway started.
	LastUsed(tenant int, name string) time.Time
}

const tagKeys = "keys"

// KeyView is a key as it is listed.
type KeyView struct {
	Name       string     `json:"name" example:"crm"`
	Prefix     string     `json:"prefix,omitempty" doc:"its first characters, to tell keys apart" example:"dk_k"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty" doc:"since the gateway started; absent: not since then"`
	Configured bool       `json:"configured" doc:"it is in the configuration file, and can be removed only there"`
}

// MadeKey is a key with its text, which is shown once.
type MadeKey struct {
	KeyView
	Key string `json:"key" doc:"for the header app-key, or Bearer; it is not shown again" example:"dk_kX3nQ0rW5u8fJ2mT7yB1cV6zL9aH4sD0pG-eR_iNoUw"`
}

func (a *API) keyOps(api huma.API) {
	if a.o.Keys == nil {
		return
	}
	huma.Register(api, operation("keys", http.MethodGet, "/keys", tagKeys, "The keys of your programs", 400, 404), a.getKeys)
	o := operation("create-key", http.MethodPost, "/keys", tagKeys, "Make a key for a program", 400, 404, 409)
	o.DefaultStatus = http.StatusCreated
	o.Description = "The key is in this answer only: what is kept of it is a hash. A company has at most 100."
	huma.Register(api, o, a.createKey)
	o = operation("delete-key", http.MethodDelete, "/keys/{name}", tagKeys, "Revoke a key", 400, 404, 409)
	o.Description = "At once: connections that were made with it are closed. 409: it is in the configuration file; remove it there."
	huma.Register(api, o, a.deleteKey)
}

// keysOf is whose keys a request is about. The login of an extension may not see
// them.
func (a *API) keysOf(ctx context.Context, name string) (*tenant.Tenant, error) {
	who := callerOf(ctx).who
	if who.Role == tenant.ExtensionRole {
		return nil, envelope.Errorf(envelope.Forbidden, "", "a login of one extension cannot see or change this")
	}
	return a.tenantOf(who, name)
}

func (a *API) keyView(t *tenant.Tenant, k *store.ListedKey) KeyView {
	v := KeyView{Name: k.Name, Prefix: k.Prefix, CreatedAt: k.Created, Configured: k.Configured}
	if at := a.o.Keys.LastUsed(t.Number, k.Name); !at.IsZero() {
		v.LastUsedAt = &at
	}
	return v
}

func (a *API) getKeys(ctx context.Context, in *struct {
	TenantQuery
	Page
},
) (*list[KeyView], error) {
	t, err := a.keysOf(ctx, in.Tenant)
	var all []store.ListedKey
	if err == nil {
		all, err = a.o.Keys.AppKeys(ctx, t.ID.Hex())
	}
	if err != nil {
		return nil, a.refused(ctx, "keys", 0, err)
	}
	out := []KeyView{}
	for _, k := range cut(in.Page, all) {
		out = append(out, a.keyView(t, &k))
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) createKey(ctx context.Context, in *struct {
	TenantQuery
	Body struct {
		Name string `json:"name" maxLength:"64" doc:"which program has it; it stands in the audit trail" example:"crm"`
	}
},
) (*reply[MadeKey], error) {
	const action = "create-key"
	t, err := a.keysOf(ctx, in.Tenant)
	name := strings.TrimSpace(in.Body.Name)
	if err == nil && (name == "" || strings.Contains(name, "/") || strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0) {
		err = envelope.Errorf(envelope.InvalidValue, "name", "name must be 1 to 64 characters that can be printed, without /")
	}
	var k store.ListedKey
	var text string
	if err == nil {
		var b [32]byte
		_, _ = rand.Read(b[:]) // never fails, crypto/rand
		text = "dk_" + base64.RawURLEncoding.EncodeToString(b[:])
		k, err = a.o.Keys.CreateAppKey(ctx, t.ID.Hex(), name, text)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, keyError(err))
	}
	a.changed(ctx, t, action, name, nil, map[string]string{"name": name, "prefix": k.Prefix})
	return success(MadeKey{a.keyView(t, &k), text}), nil
}

func (a *API) deleteKey(ctx context.Context, in *struct {
	TenantQuery
	Name string `path:"name" maxLength:"64" example:"crm"`
},
) (*reply[Removed], error) {
	const action = "delete-key"
	t, err := a.keysOf(ctx, in.Tenant)
	if err == nil {
		err = a.o.Keys.DeleteAppKey(ctx, t.ID.Hex(), in.Name)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, keyError(err))
	}
	a.changed(ctx, t, action, in.Name, map[string]string{"name": in.Name}, nil)
	return success(Removed{in.Name}), nil
}

func keyError(err error) error {
	switch {
	case errors.Is(err, store.ErrConfigured):
		return envelope.Errorf(envelope.Conflict, "name", "this key is in the configuration file; remove it there and reload")
	case errors.Is(err, store.ErrTooMany):
		return envelope.Errorf(envelope.Conflict, "", "a company has at most %d keys; revoke one first", store.MaxAppKeys)
	case errors.Is(err, store.ErrConflict):
		return envelope.Errorf(envelope.Conflict, "name", "there is a key of this name already")
	case errors.Is(err, store.ErrNotFound):
		return errNone("name", "key")
	}
	return err
}
