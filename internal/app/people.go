package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/web"
)

// openPeople makes what knows the people of companies.
func (a *App) openPeople(ctx context.Context) (err error) {
	a.people, err = people.New(people.Options{
		Store: a.store, Directory: a.directory.Load, Account: a.worksAccount, Logger: a.log,
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

// worksAccount is a company's app at NAVER WORKS, for reading its directory and
// signing people in: the one by which its bot speaks, so that they share a token
// and a count of the minute.
func (a *App) worksAccount(ctx context.Context, tenant int) (people.Account, []int64, error) {
	api, _, err := a.bot.Client(ctx, tenant)
	if errors.Is(err, bot.ErrNoBot) {
		return nil, nil, people.ErrNoWorks
	}
	if err != nil {
		return nil, nil, err
	}
	c := a.companies.View().ByNumber(tenant)
	if c == nil || c.NaverWorks == nil { // since a moment ago
		return nil, nil, people.ErrNoWorks
	}
	return api, []int64{c.NaverWorks.Domain}, nil
}
