package app

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/users"
	"github.com/dipcast/dipcast/internal/web"
)

// openUsers makes what knows the users of the web.
func (a *App) openUsers(ctx context.Context) (err error) {
	a.users, err = users.New(users.Options{
		Store: a.store, Auth: a.auth, Passwords: a.passwords, Directory: a.directory.Load, Trail: a.audit, Logger: a.log,
		People: func() *people.Directory {
			if a.people == nil { // not yet
				return nil
			}
			return a.people.Directory()
		},
		Private: func() []netip.Prefix { return a.counts.Load().PrivateNetworks() },
		Ended:   a.sessionsEnded,
	})
	if err != nil {
		return err
	}
	return a.users.First(ctx)
}

// webSignedIn gives a browser that has signed in with NAVER WORKS a session of the
// web. Who is there nobody stays signed in for the pages of cards.
func (a *App) webSignedIn(proxies edge.Proxies) func(http.ResponseWriter, *http.Request, people.Session) error {
	return func(w http.ResponseWriter, r *http.Request, who people.Session) error {
		secure := proxies.Secure(r)
		s, err := a.users.SignInPerson(r.Context(), who.Person, users.Browser{
			Remote: proxies.ClientAddr(r), Agent: r.UserAgent(), Before: users.Cookie(r, secure),
		})
		if errors.Is(err, users.ErrNotFound) {
			return web.ErrNoPlace
		}
		if err != nil {
			return err
		}
		c := users.NewCookie(s.Cookie, secure, s.Expires, time.Now())
		http.SetCookie(w, &c)
		return nil
	}
}

// sessions lets in by the web's sessions: they are made after what they let in to.
type sessions struct{ a *App }

func (s sessions) Session(ctx context.Context, cookie, remote string) (tenant.Identity, error) {
	return s.a.users.Session(ctx, cookie, remote)
}

func (s sessions) SessionNow(ctx context.Context, id tenant.Identity) (tenant.Identity, error) {
	return s.a.users.SessionNow(ctx, id)
}

// reviewEvery is how long a connection may outlive its session that ends by itself.
const reviewEvery = time.Minute

// sessionsEnded has connections of sessions that were ended, or may do other things
// now, looked at.
func (a *App) sessionsEnded() {
	select {
	case a.reviews <- struct{}{}:
	default: // one is about to be
	}
}

// reviewSessions closes connections whose session has ended.
func (a *App) reviewSessions(ctx context.Context) {
	tick := time.NewTicker(reviewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-a.reviews:
		}
		judge := a.judge(ctx, nil)
		a.dcmiws.Review(func(who tenant.Identity) string {
			if who.Via != tenant.ViaSession {
				return ""
			}
			return judge(who)
		})
	}
}
