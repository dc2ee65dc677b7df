package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works"
)

// client speaks for the bot of one company. It is not changed once made.
type client struct {
	api     *works.Client
	app     app
	secrets []string // by which callbacks are signed; the former one may be ""
	version int64    // of the description that it was made from
}

// app is what an API is made from. Its tokens and its count of the budget last
// until one of these changes.
type app struct {
	auth, api, id, secret, account, key string
	bot                                 int64
	perMinute                           int
}

func appOf(w *company.NaverWorks) app {
	return app{w.AuthURL, w.APIURL, w.ClientID, w.ClientSecret.Reveal(), w.ServiceAccount, w.PrivateKey.Reveal(), w.Bot, w.Minute()}
}

// ErrNoBot reports a company whose bot sends nothing.
var ErrNoBot = errors.New("the company has no bot that sends")

// Client is the API of a company's bot with the bot's id, made anew when its
// settings changed: one for all who speak for the company. ErrNoBot: it has none.
func (b *Bot) Client(ctx context.Context, tenant int) (*works.Client, int64, error) {
	cl, err := b.client(ctx, tenant)
	if err != nil {
		return nil, 0, err
	}
	return cl.api, cl.app.bot, nil
}

// Secrets are those by which the callbacks of a company's bot are signed, with the
// bot's id. ErrNoBot: it has none.
func (b *Bot) Secrets(ctx context.Context, tenant int) (bot int64, secrets []string, err error) {
	cl, err := b.client(ctx, tenant)
	if err != nil {
		return 0, nil, err
	}
	return cl.app.bot, cl.secrets, nil
}

func (b *Bot) client(ctx context.Context, tenant int) (*client, error) {
	now := b.o.Companies().ByNumber(tenant)
	if now == nil || !now.NaverWorks.On() {
		return nil, ErrNoBot
	}
	b.mu.Lock()
	cl := b.clients[tenant]
	b.mu.Unlock()
	if cl != nil && cl.version == now.Version {
		return cl, nil
	}
	full, err := b.o.Store.Companies(ctx, true)
	if err != nil {
		return nil, err
	}
	c := full.ByNumber(tenant)
	if c == nil || !c.NaverWorks.On() {
		return nil, ErrNoBot
	}
	return b.renew(tenant, c)
}

// renew makes the client of a company, with the API of the one at hand when that
// speaks for the same app.
func (b *Bot) renew(tenant int, c *store.Company) (*client, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.clients[tenant]
	if old != nil && old.version == c.Version {
		return old, nil
	}
	w := c.NaverWorks
	cl := &client{app: appOf(w), secrets: []string{w.BotSecret.Reveal(), w.FormerBotSecret.Reveal()}, version: c.Version}
	if old != nil && old.app == cl.app {
		cl.api = old.api
	} else {
		key, err := works.ParseKey([]byte(cl.app.key))
		if err != nil {
			return nil, fmt.Errorf("naver_works.private_key: %w", err)
		}
		if cl.api, err = works.New(works.Options{
			AuthURL: cl.app.auth, APIURL: cl.app.api, ClientID: cl.app.id, ClientSecret: cl.app.secret,
			ServiceAccount: cl.app.account, Key: key, PerMinute: cl.app.perMinute, HTTP: b.o.HTTP, Now: b.o.Now,
		}); err != nil {
			return nil, err
		}
	}
	b.clients[tenant] = cl
	return cl, nil
}

// credentialsWait is how long is waited when the credentials are wrong: somebody
// has to mend them.
const credentialsWait = time.Minute

// Send implements outbox.Sender.
func (b *Bot) Send(ctx context.Context, row *store.OutboxRow) error {
	var m message
	if err := json.Unmarshal(row.Body, &m); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	api, bot, err := b.Client(ctx, row.Tenant)
	if errors.Is(err, ErrNoBot) {
		return err
	}
	if err != nil {
		return outbox.Later{After: credentialsWait, Err: err}
	}
	ringing := row.Label == LabelRing || row.Label == LabelRoom
	if ringing && !b.o.Rings(row.Ref) {
		return outbox.ErrExpired
	}
	op := works.OpSendUser
	if m.Room != "" {
		op = works.OpSendChannel
	}
	of, now := demandOf{row.Tenant, op}, b.o.Now()
	if ringing && row.Tries == 0 {
		b.demand.ring(of, now)
	}
	if budget := api.Budget(op); budget.Limit > 0 && b.demand.left(of, row.Label, budget, now) <= 0 {
		if row.Label == LabelAnswered {
			return outbox.ErrDropped
		}
		wait := budget.Reset
		if budget.Left > 0 {
			wait /= 4 // the nearer the minute's end, the less is kept
		}
		return outbox.Later{After: max(wait, time.Second), Lane: true, Err: works.ErrBudget}
	}
	if m.Sound != nil {
		return sent(b.sendSound(ctx, api, bot, &m))
	}
	if m.Room != "" {
		return sent(api.SendChannelEncoded(ctx, bot, m.Room, m.Content))
	}
	return sent(api.SendUserEncoded(ctx, bot, m.User, m.Content))
}

// sent is an error of the API as the outbox knows it.
func sent(err error) error {
	var e *works.Error
	after := time.Duration(0)
	if errors.As(err, &e) {
		after = e.After
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, works.ErrCredentials):
		return outbox.Later{After: credentialsWait, Err: err}
	case errors.Is(err, works.ErrUnclear):
		return fmt.Errorf("%w: %w", outbox.ErrUnclear, err)
	case errors.Is(err, works.ErrBudget): // people and rooms have a budget each
		return outbox.Later{After: max(after, time.Second), Lane: true, Err: err}
	case errors.Is(err, works.ErrNotDone):
		return outbox.Later{After: after, Err: err}
	}
	return err
}
