package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"sync"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/web"
	"github.com/dipcast/dipcast/works"
)

// openPeople makes what knows the people of companies.
func (a *App) openPeople(ctx context.Context) (err error) {
	accounts := &worksAccounts{companies: a.companies, read: a.store.Companies, made: map[int]*worksAccount{}}
	a.people, err = people.New(people.Options{
		Store: a.store, Directory: a.directory.Load, Account: accounts.account, Logger: a.log,
		Secret:  func() ([]byte, error) { return datadir.Key(a.o.Config.DataDir, datadir.SignInKey) },
		Private: func() []netip.Prefix { return a.counts.Load().PrivateNetworks() },
	})
	if err != nil {
		return err
	}
	return a.people.Load(ctx)
}

// peopleFollow has people follow a change of their company: extensions that are
// gone are nobody's, and rules look at those that are there.
func (a *App) peopleFollow(ctx context.Context, c companies.Changed) {
	if a.people == nil {
		return
	}
	if err := a.people.Follow(context.WithoutCancel(ctx), c.Tenant, c.Gone); err != nil {
		a.log.Warn("people do not follow a change of their company until the directory is read", "tenant", a.directory.Load().ByNumber(c.Tenant), "error", err)
	}
}

// signedIn is the person that a browser's request is signed in as.
func (a *App) signedIn(r *http.Request) (people.Person, bool) {
	who, err := a.people.OfRequest(r)
	if err != nil && !errors.Is(err, people.ErrNoSession) {
		a.log.Error("who is signed in was not read", "error", err)
	}
	return who.Person, err == nil
}

// signInAt is the path at which a person of a company signs in, to come back to a
// path of ours.
func (a *App) signInAt(tenant int, back string) string {
	return web.SignInPath + "?" + url.Values{"tenant": {fmt.Sprintf("T%d", tenant)}, "to": {back}}.Encode()
}

// worksAccounts are the apps of companies at NAVER WORKS, for reading directories
// and signing people in.
type worksAccounts struct {
	companies *companies.Service
	read      func(ctx context.Context, secrets bool) (*store.Companies, error)

	mu   sync.Mutex
	made map[int]*worksAccount
}

// worksAccount is an app, and what it was made from.
type worksAccount struct {
	client  *works.Client
	version int64 // of the description
	from    company.NaverWorks
}

// account gives a company's app, made anew when its settings changed.
func (w *worksAccounts) account(ctx context.Context, tenant int) (people.Account, []int64, error) {
	c := w.companies.View().ByNumber(tenant)
	if c == nil || !c.NaverWorks.On() {
		return nil, nil, people.ErrNoWorks
	}
	w.mu.Lock()
	m := w.made[tenant]
	w.mu.Unlock()
	if m == nil || m.version != c.Version {
		var err error
		if m, err = w.renew(ctx, tenant); err != nil {
			return nil, nil, err
		}
	}
	return m.client, []int64{m.from.Domain}, nil
}

func (w *worksAccounts) renew(ctx context.Context, tenant int) (*worksAccount, error) {
	all, err := w.read(ctx, true)
	if err != nil {
		return nil, err
	}
	c := all.ByNumber(tenant)
	if c == nil || !c.NaverWorks.On() {
		return nil, people.ErrNoWorks
	}
	n := c.NaverWorks
	key, err := works.ParseKey([]byte(n.PrivateKey.Reveal()))
	if err != nil {
		return nil, fmt.Errorf("private_key: %w", err)
	}
	client, err := works.New(works.Options{
		AuthURL: n.AuthURL, APIURL: n.APIURL, ClientID: n.ClientID, ClientSecret: n.ClientSecret.Reveal(),
		ServiceAccount: n.ServiceAccount, Key: key, PerMinute: n.Minute(),
	})
	if err != nil {
		return nil, err
	}
	m := &worksAccount{client: client, version: c.Version, from: *n}
	w.mu.Lock()
	defer w.mu.Unlock()
	if old := w.made[tenant]; old != nil && sameApp(&old.from, n) {
		m.client = old.client // with its token, and its count of the minute
	}
	w.made[tenant] = m
	return m, nil
}

func sameApp(a, b *company.NaverWorks) bool {
	return a.AuthURL == b.AuthURL && a.APIURL == b.APIURL && a.ClientID == b.ClientID && a.ClientSecret == b.ClientSecret &&
		a.ServiceAccount == b.ServiceAccount && a.PrivateKey == b.PrivateKey && a.Minute() == b.Minute()
}
