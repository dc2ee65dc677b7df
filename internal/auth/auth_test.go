package auth_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

const (
	idTwo = "7be69580e27641df"
	idTen = "0123456789abcdef"
)

// house is an Authenticator on a real database, with a clock.
type house struct {
	*auth.Authenticator
	store     *store.Store
	passwords *auth.Passwords

	mu  sync.Mutex
	at  time.Time
	dir *tenant.Directory
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) advance(d time.Duration) {
	h.mu.Lock()
	h.at = h.at.Add(d)
	h.mu.Unlock()
}

func (h *house) directory() *tenant.Directory {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dir
}

func demo() *config.Config {
	c := config.Default()
	c.Servers = []config.Server{{ID: 1, Name: "a", Address: "127.0.0.1:5038", Username: "u", Secret: config.NewSecret("s")}}
	c.Tenants = []config.Tenant{
		{
			ID: idTwo, Number: 2, Name: "얼쑤팩토리", Servers: []int{1}, Extensions: []string{"1010", "1013"},
			AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("얼씨구절씨구")}, {Name: "demo", Key: config.NewSecret("demo")}},
			Logins: []config.Login{
				{Username: "demo", Password: config.NewSecret("demo")},
				{Username: "desk", Password: config.NewSecret("p:w 둘"), Extension: "1010"},
			},
		},
		{
			ID: idTen, Number: 10, Name: "열", Servers: []int{1}, Extensions: []string{"1010"},
			AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("demo10")}},
		},
	}
	c.Operators = []config.Operator{{Username: "ops", Password: config.NewSecret("ops")}}
	return c
}

func open(t *testing.T, change func(o *auth.Options)) *house {
	t.Helper()
	h := &house{at: time.UnixMilli(1760579048983), passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1})}
	s, err := store.Open(t.Context(), store.Options{DataDir: t.TempDir(), Now: h.now})
	if err != nil {
		t.Fatal(err)
	}
	h.store = s
	t.Cleanup(func() { _ = s.Close() })
	h.seed(t, demo())
	o := auth.Options{Accounts: s, Directory: h.directory, Passwords: h.passwords, Now: h.now}
	if change != nil {
		change(&o)
	}
	if h.Authenticator, err = auth.New(o); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) seed(t *testing.T, c *config.Config) {
	t.Helper()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.Seed(t.Context(), c, h.passwords); err != nil {
		t.Fatal(err)
	}
	d, err := h.store.Directory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	h.dir = d
	h.mu.Unlock()
}

func request(kv ...string) auth.Request {
	r := auth.Request{Header: make(http.Header), Query: make(url.Values), RemoteAddr: "127.0.0.1:40000"}
	for i := 0; i < len(kv); i += 2 {
		r.Header.Add(kv[i], kv[i+1])
	}
	return r
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

func mangle(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

func TestAuthenticate(t *testing.T) {
	h := open(t, nil)
	const key = "얼씨구절씨구"
	tests := []struct {
		name    string
		in      auth.Request
		want    string // role tenant extension name via
		err     error
		missing string
	}{
		{"documented headers", request("tenant", idTwo, "app-key", key), "tenant T2  crm app_key", nil, ""},
		{"names of the real client", request("Company-ID", idTwo, "App-Key", key), "tenant T2  crm app_key", nil, ""},
		{"both headers agree", request("Company-ID", idTwo, "tenant", idTwo, "app-key", "demo"), "tenant T2  demo app_key", nil, ""},
		{"both headers disagree", request("Company-ID", idTen, "tenant", idTwo, "app-key", "demo"), "", auth.ErrForbidden, ""},
		{"one header twice", request("tenant", idTwo, "tenant", idTen, "app-key", "demo"), "", auth.ErrForbidden, ""},
		{"percent-encoded key", request("tenant", idTwo, "app-key", url.PathEscape(key)), "tenant T2  crm app_key", nil, ""},
		{"key encoded twice", request("tenant", idTwo, "app-key", mangle(key)), "tenant T2  crm app_key", nil, ""},
		{"other tenant that exists", request("tenant", idTen, "app-key", key), "", auth.ErrForbidden, ""},
		{"other tenant that does not", request("tenant", "ffffffffffffffff", "app-key", key), "", auth.ErrForbidden, ""},
		{"id in other letter case", request("tenant", strings.ToUpper(idTwo), "app-key", key), "", auth.ErrForbidden, ""},
		{"tenant by its number", request("tenant", "2", "app-key", key), "", auth.ErrForbidden, ""},
		{"empty tenant header", request("tenant", "", "app-key", key), "", auth.ErrForbidden, ""},
		{"path in the id", request("tenant", "T/../U", "app-key", key), "", auth.ErrForbidden, ""},
		{"no tenant header", request("app-key", key), "", auth.ErrUnauthorized, "tenant"},
		{"no key header", request("tenant", idTwo), "", auth.ErrUnauthorized, "app-key"},
		{"nothing", request(), "", auth.ErrUnauthorized, "app-key"},
		{"wrong key", request("tenant", idTwo, "app-key", "wrong"), "", auth.ErrUnauthorized, ""},
		{"empty key", request("tenant", idTwo, "app-key", ""), "", auth.ErrUnauthorized, ""},
		{"two keys", request("tenant", idTwo, "app-key", key, "app-key", "demo"), "", auth.ErrUnauthorized, ""},
		{"invalid UTF-8 key", request("tenant", idTwo, "app-key", "\xbe\xf3"), "", auth.ErrUnauthorized, ""},
		{"key of a tenant by bearer", request("Authorization", "Bearer demo10"), "tenant T10  crm app_key", nil, ""},
		{"bearer and another tenant", request("Authorization", "Bearer demo10", "tenant", idTwo), "", auth.ErrForbidden, ""},
		{"wrong bearer", request("Authorization", "Bearer x"), "", auth.ErrUnauthorized, ""},
		{"empty bearer", request("Authorization", "Bearer"), "", auth.ErrUnauthorized, ""},
		{"operator", request("Authorization", basic("ops", "ops")), "operator   ops login", nil, ""},
		{"operator with a tenant header", request("Authorization", basic("ops", "ops"), "tenant", idTwo), "operator   ops login", nil, ""},
		{"login", request("Authorization", basic("demo", "demo")), "tenant T2  demo login", nil, ""},
		{"login, scheme in other case", request("Authorization", "bASIC "+base64.StdEncoding.EncodeToString([]byte("demo:demo"))), "tenant T2  demo login", nil, ""},
		{"login and another tenant", request("Authorization", basic("demo", "demo"), "tenant", idTen), "", auth.ErrForbidden, ""},
		{"extension", request("Authorization", basic("desk", "p:w 둘")), "extension T2 1010 desk login", nil, ""},
		{"wrong password", request("Authorization", basic("demo", "Demo")), "", auth.ErrUnauthorized, ""},
		{"empty password", request("Authorization", basic("demo", "")), "", auth.ErrUnauthorized, ""},
		{"unknown user", request("Authorization", basic("nobody", "demo")), "", auth.ErrUnauthorized, ""},
		{"empty user", request("Authorization", basic("", "demo")), "", auth.ErrUnauthorized, ""},
		{"no colon", request("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("demo"))), "", auth.ErrUnauthorized, ""},
		{"not base64", request("Authorization", "Basic ???"), "", auth.ErrUnauthorized, ""},
		{"long password", request("Authorization", basic("demo", strings.Repeat("x", 513))), "", auth.ErrUnauthorized, ""},
		{"two authorizations", request("Authorization", basic("demo", "demo"), "Authorization", basic("ops", "ops")), "", auth.ErrUnauthorized, "app-key"},
		{"other scheme", request("Authorization", "Digest x"), "", auth.ErrUnauthorized, "app-key"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id, err := h.Authenticate(t.Context(), tt.in)
			if !errors.Is(err, tt.err) || describe(id) != tt.want {
				t.Fatalf("got %q %v, want %q %v", describe(id), err, tt.want, tt.err)
			}
			var e *auth.Error
			if errors.As(err, &e) && e.Missing != tt.missing {
				t.Errorf("missing %q, want %q", e.Missing, tt.missing)
			}
			if tt.missing != "" && !strings.Contains(err.Error(), tt.missing) {
				t.Errorf("%v does not name the header", err)
			}
		})
	}
}

// describe returns "role tenant extension name via", or "" for nobody.
func describe(id tenant.Identity) string {
	if id.Role == tenant.RoleNone {
		return ""
	}
	t := ""
	if id.Tenant != nil {
		t = id.Tenant.ID.String()
	}
	return strings.Join([]string{id.Role.String(), t, id.Extension, id.Name, id.Via.String()}, " ")
}

// TestForbiddenSaysNothing: the error is the same for tenants that exist and
// those that do not, and unknown users get the text of known ones.
func TestForbiddenSaysNothing(t *testing.T) {
	h := open(t, nil)
	_, one := h.Authenticate(t.Context(), request("tenant", idTen, "app-key", "demo"))
	_, two := h.Authenticate(t.Context(), request("tenant", "ffffffffffffffff", "app-key", "demo"))
	if one.Error() != two.Error() {
		t.Errorf("%q and %q", one, two)
	}
	var e *auth.Error
	if !errors.As(one, &e) || describe(e.Identity) != "tenant T2  demo app_key" {
		t.Errorf("the audit trail would not know who: %+v", e)
	}
	_, one = h.Authenticate(t.Context(), request("Authorization", basic("demo", "x")))
	_, two = h.Authenticate(t.Context(), request("Authorization", basic("nobody", "x")))
	if one.Error() != two.Error() {
		t.Errorf("%q and %q", one, two)
	}
	if !errors.As(two, &e) || e.Identity.Name != "n***" || e.Identity.Role != tenant.RoleNone {
		t.Errorf("unknown names are masked: %+v", e)
	}
}

func TestRememberedPasswordIsDroppedOnChange(t *testing.T) {
	h := open(t, nil)
	good := request("Authorization", basic("demo", "demo"))
	must := func(want error) {
		t.Helper()
		if _, err := h.Authenticate(t.Context(), good); !errors.Is(err, want) {
			t.Fatalf("got %v, want %v", err, want)
		}
	}
	must(nil)
	hash, err := h.passwords.Hash(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.SetPassword(t.Context(), "demo", hash); err != nil {
		t.Fatal(err)
	}
	must(auth.ErrUnauthorized)
	good = request("Authorization", basic("demo", "other"))
	must(nil)
	c := demo()
	c.Tenants[0].Logins = nil
	h.seed(t, c)
	must(auth.ErrUnauthorized)
}

// TestRememberedPasswordNeedsNoSlot: while all slots are taken, only those who
// were verified within 10 minutes come in.
func TestRememberedPasswordNeedsNoSlot(t *testing.T) {
	blocked := make(chan struct{})
	h := open(t, nil)
	good := request("Authorization", basic("demo", "demo"))
	if _, err := h.Authenticate(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	release := h.passwords.Occupy()
	defer release()
	if _, err := h.Authenticate(t.Context(), good); err != nil {
		t.Fatalf("remembered: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, user := range []string{"demo", "nobody", "ops"} { // unknown users wait like known ones
		wg.Go(func() {
			<-blocked
			if _, err := h.Authenticate(ctx, request("Authorization", basic(user, "wrong"))); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", user, err)
			}
		})
	}
	close(blocked)
	for h.passwords.Waiting() < 3 {
		if t.Context().Err() != nil {
			t.Fatal("nobody waits")
		}
	}
	cancel()
	wg.Wait()
	h.advance(10 * time.Minute)
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := h.Authenticate(ctx, good); !errors.Is(err, context.Canceled) {
		t.Errorf("after 10 minutes: %v", err)
	}
}

func TestManyConnectAtOnce(t *testing.T) {
	h := open(t, nil)
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := h.Authenticate(t.Context(), request("Authorization", basic("demo", "demo"))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestRecheck(t *testing.T) {
	h := open(t, nil)
	var ids []tenant.Identity
	for _, r := range []auth.Request{
		request("Authorization", basic("ops", "ops")), request("Authorization", basic("demo", "demo")),
		request("Authorization", basic("desk", "p:w 둘")), request("Authorization", "Bearer demo10"), request("Authorization", "Bearer demo"),
	} {
		id, err := h.Authenticate(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	check := func(want ...bool) {
		t.Helper()
		for i, id := range ids {
			got, err := h.Recheck(t.Context(), id)
			if (err == nil) != want[i] || (err == nil && describe(got) != describe(id)) || (err != nil && !errors.Is(err, auth.ErrUnauthorized)) {
				t.Errorf("%s: %v %v", describe(id), got, err)
			}
		}
	}
	check(true, true, true, true, true)
	c := demo()
	c.Operators = nil
	c.Tenants[0].Logins[1].Extension = "1013"
	c.Tenants[0].AppKeys = c.Tenants[0].AppKeys[:1]
	h.seed(t, c)
	check(false, true, false, true, false)
	c.Tenants = c.Tenants[:1]
	h.seed(t, c)
	check(false, true, false, false, false)
	if _, err := h.Recheck(t.Context(), tenant.Identity{Role: tenant.Operator}); !errors.Is(err, auth.ErrUnauthorized) {
		t.Error(err)
	}
	// A key recreated for another tenant under the same name is not the same.
	if _, err := h.Recheck(t.Context(), tenant.Identity{Role: tenant.TenantRole, Via: tenant.ViaAppKey, Name: "crm"}); !errors.Is(err, auth.ErrUnauthorized) {
		t.Error(err)
	}
}

func TestDatabaseGone(t *testing.T) {
	h := open(t, nil)
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, r := range []auth.Request{request("Authorization", basic("demo", "demo")), request("tenant", idTwo, "app-key", "demo")} {
		if _, err := h.Authenticate(t.Context(), r); !errors.Is(err, auth.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	}
}

func TestNewNeedsItsOptions(t *testing.T) {
	if _, err := auth.New(auth.Options{}); err == nil {
		t.Error("no options are accepted")
	}
}
