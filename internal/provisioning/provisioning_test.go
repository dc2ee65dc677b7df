package provisioning_test

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/provisioning"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/softphone"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// rig is a service on a database of its own, with a clock that is moved by hand.
type rig struct {
	*provisioning.Service
	t         *testing.T
	store     *store.Store
	companies *companies.Service
	set       provisioning.Settings
	place     provisioning.Place

	mu    sync.Mutex
	at    time.Time
	trail []audit.Entry
}

func (r *rig) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = r.at.Add(d)
}

// Record implements Trail.
func (r *rig) Record(_ context.Context, _ string, e audit.Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trail = append(r.trail, e)
}

var (
	ops  = companies.Author{Identity: tenant.Identity{Role: tenant.Operator, Name: "ops"}, Remote: "127.0.0.1"}
	home = netip.MustParseAddr("192.0.2.1")
	away = netip.MustParseAddr("198.51.100.1")
)

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{
		t: t, at: time.UnixMilli(1790000000000),
		set: provisioning.Settings{
			PublicURL: "https://pbx.example.com", QR: "provlinkbs://{address}", Lifetime: time.Hour,
			Words: softphone.Words{TLS: "tls+sip:", SDES: "enabled", Push: "push", NoPush: "off", Codecs: map[string]string{"g722": "9"}},
		},
		place: provisioning.Place{Host: "pbx.example.com", TLSPort: 5061, UDPPort: 5060},
	}
	var err error
	if r.store, err = store.Open(t.Context(), store.Options{
		DataDir: t.TempDir(), SecretKey: func() ([]byte, error) { return bytes.Repeat([]byte{7}, 32), nil }, Now: r.now,
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	r.companies = companies.New(companies.Options{Store: r.store, Trail: r, Servers: func() []int { return []int{1} }})
	if err := r.companies.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.companies.Create(t.Context(), ops, companies.NewTenant{Name: "얼쑤", Extensions: []string{"1010-1012"}}); err != nil {
		t.Fatal(err)
	}
	if r.Service, err = provisioning.New(provisioning.Options{
		Store: r.store, Companies: r.companies, Trail: r, Now: r.now,
		Settings: func() provisioning.Settings { return r.set },
		Place: func(server int) (provisioning.Place, error) {
			if server != 1 {
				return provisioning.Place{}, errors.New("no such server")
			}
			return r.place, nil
		},
	}); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rig) make(ext string) provisioning.Link {
	r.t.Helper()
	l, err := r.Create(r.t.Context(), ops, provisioning.Order{Tenant: 2, Extension: ext, MayAdd: true})
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

func (r *rig) fetch(l provisioning.Link, from netip.Addr, agent string) error {
	r.t.Helper()
	doc, err := r.Fetch(r.t.Context(), l.Token, from, agent)
	if err == nil && !strings.Contains(string(doc), "<username>"+l.DeviceName+"</username>") {
		r.t.Errorf("%s", doc)
	}
	return err
}

func (r *rig) change(f func(*store.Company)) {
	r.t.Helper()
	if _, err := r.companies.Change(r.t.Context(), ops, 2, "test", func(c *store.Company) error { f(c); return nil }); err != nil {
		r.t.Fatal(err)
	}
}

// TestCreate: the first link adds a phone with TLS and SRTP, the next ones use it.
func TestCreate(t *testing.T) {
	r := newRig(t)
	l := r.make("1010")
	if !l.Added || !l.Encrypted || l.Push || l.DeviceName != "T2_1010_1" || l.Expires != r.now().Add(time.Hour).UTC() || len(l.Token) != 27 ||
		l.Page != "https://pbx.example.com/softphone/"+l.Token || l.Scanned != "provlinkbs://pbx.example.com/provision/"+l.Token {
		t.Errorf("%+v", l)
	}
	e := r.companies.View().ByNumber(2).Extension("1010")
	if d := e.Devices[1]; len(e.Devices) != 2 || d.App != company.AppAcrobits || d.Transport != "tls" || !d.Encrypt || len(d.Codecs) != 4 {
		t.Errorf("%+v", e.Devices)
	}
	if next := r.make("1010"); next.Added || next.Token == l.Token {
		t.Errorf("%+v", next)
	}
	for _, e := range r.trail {
		if strings.Contains(e.Detail+e.Action+e.Field, l.Token) {
			t.Error("a token in the audit trail")
		}
	}
}

// TestRefusals: what is wrong is said clearly, and nothing is added.
func TestRefusals(t *testing.T) {
	first := 0
	tests := []struct {
		name   string
		change func(*rig)
		order  provisioning.Order
		want   error
		text   string
	}{
		{"not HTTPS", func(r *rig) { r.set.Insecure = "public_url is http://x" }, provisioning.Order{Tenant: 2, Extension: "1010", MayAdd: true}, provisioning.ErrInsecure, "softphones are set up over HTTPS only: public_url is http://x"},
		{"no certificate", func(r *rig) { r.place.TLSPort, r.place.NoTLSWhy = 0, "server 1 has no certificate" }, provisioning.Order{Tenant: 2, Extension: "1010", MayAdd: true}, provisioning.ErrServer, "server 1 has no certificate"},
		{"no first by oneself", nil, provisioning.Order{Tenant: 2, Extension: "1010"}, provisioning.ErrNone, "an administrator"},
		{"no extension", nil, provisioning.Order{Tenant: 2, Extension: "9999", MayAdd: true}, provisioning.ErrNotFound, "extension"},
		{"no tenant", nil, provisioning.Order{Tenant: 3, Extension: "1010", MayAdd: true}, provisioning.ErrNotFound, "tenant"},
		{"a desk phone", nil, provisioning.Order{Tenant: 2, Extension: "1010", Device: &first, MayAdd: true}, provisioning.ErrNotFound, "device"},
		{"no room", func(r *rig) {
			r.change(func(c *store.Company) {
				c.Extension("1010").Devices = make([]company.Device, company.MaxDevices)
			})
		}, provisioning.Order{Tenant: 2, Extension: "1010", MayAdd: true}, provisioning.ErrFull, "as many phones"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			if tt.change != nil {
				tt.change(r)
			}
			before := len(r.companies.View().ByNumber(2).Extension("1010").Devices)
			_, err := r.Create(t.Context(), ops, tt.order)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("%v", err)
			}
			if after := len(r.companies.View().ByNumber(2).Extension("1010").Devices); after != before {
				t.Errorf("%d phones, there were %d", after, before)
			}
		})
	}
}

// TestFetch: once, by the same client again for a while; what is no more is gone,
// and all that is gone looks the same.
func TestFetch(t *testing.T) {
	r := newRig(t)
	gone := func(what string, l provisioning.Link, from netip.Addr, agent string) {
		t.Helper()
		if err := r.fetch(l, from, agent); !errors.Is(err, provisioning.ErrGone) || err.Error() != provisioning.ErrGone.Error() {
			t.Errorf("%s: %v", what, err)
		}
	}
	fine := func(what string, l provisioning.Link, from netip.Addr, agent string) {
		t.Helper()
		if err := r.fetch(l, from, agent); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	a := r.make("1010")
	fine("the app", a, home, "app")
	fine("the app again", a, home, "app")
	gone("another program there", a, home, "other")
	gone("the app elsewhere", a, away, "app")
	r.pass(provisioning.Grace.For)
	gone("the app later", a, home, "app")

	b := r.make("1010")
	r.pass(time.Hour)
	gone("past its time", b, home, "app")
	for _, token := range []string{"", "x", strings.Repeat("x", 1000), a.Token + "\x00"} {
		gone("unknown", provisioning.Link{Token: token}, home, "app")
	}

	for what, change := range map[string]func(*store.Company){
		"with another password": func(c *store.Company) { c.Extension("1010").Devices[1].Secret = secret.New("another password") },
		"without its phone":     func(c *store.Company) { c.Extension("1010").Devices = c.Extension("1010").Devices[:1] },
		"without its extension": func(c *store.Company) {
			c.Extensions = c.Extensions[1:]
		},
	} {
		t.Run(what, func(t *testing.T) {
			r := newRig(t)
			l := r.make("1010")
			r.change(change)
			if _, err := r.Show(t.Context(), l.Token); !errors.Is(err, provisioning.ErrGone) {
				t.Errorf("its page: %v", err)
			}
			if err := r.fetch(l, home, "app"); !errors.Is(err, provisioning.ErrGone) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestNothingIsUsedInVain: without a document to give, a link stays good.
func TestNothingIsUsedInVain(t *testing.T) {
	r := newRig(t)
	l := r.make("1010")
	whole := r.place
	r.place.TLSPort, r.place.NoTLSWhy = 0, "no certificate"
	if err := r.fetch(l, home, "app"); !errors.Is(err, provisioning.ErrServer) {
		t.Errorf("without a certificate: %v", err)
	}
	r.place, r.set.Insecure = whole, "not any more"
	if err := r.fetch(l, home, "app"); !errors.Is(err, provisioning.ErrInsecure) {
		t.Errorf("without HTTPS: %v", err)
	}
	r.set.Insecure = ""
	r.change(func(c *store.Company) { c.Extension("1010").Devices[1].Encrypt = false })
	if err := r.fetch(l, home, "app"); !errors.Is(err, provisioning.ErrServer) {
		t.Errorf("plain sound: %v", err)
	}
	r.change(func(c *store.Company) { c.Extension("1010").Devices[1].Encrypt = true })
	if _, err := r.Show(t.Context(), l.Token); err != nil {
		t.Errorf("the page: %v", err)
	}
	if err := r.fetch(l, away, "app"); err != nil {
		t.Errorf("then: %v", err)
	}
}

// TestRenew: the old code works no more, the new one no longer than it would have;
// two who press at once get one.
func TestRenew(t *testing.T) {
	r := newRig(t)
	old := r.make("1010")
	r.pass(10 * time.Minute)
	var made atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			l, err := r.Renew(t.Context(), old.Token, home)
			switch {
			case err == nil:
				made.Add(1)
				if l.Expires != old.Expires || l.Token == old.Token {
					t.Errorf("%+v", l)
				}
			case !errors.Is(err, provisioning.ErrGone):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 {
		t.Errorf("%d codes", made.Load())
	}
	if err := r.fetch(old, home, "app"); !errors.Is(err, provisioning.ErrGone) {
		t.Errorf("the old one: %v", err)
	}
}

// TestPush: what a company says holds for links that are used from then on.
func TestPush(t *testing.T) {
	r := newRig(t)
	a, b := r.make("1010"), r.make("1010")
	for _, l := range []struct {
		link provisioning.Link
		want string
		on   bool
	}{{a, "<icm>off</icm>", false}, {b, "<icm>push</icm>", true}} {
		r.change(func(c *store.Company) { c.Softphone.Push = l.on })
		doc, err := r.Fetch(t.Context(), l.link.Token, home, "app")
		if err != nil || !strings.Contains(string(doc), l.want) {
			t.Errorf("%v %s", err, doc)
		}
	}
}
