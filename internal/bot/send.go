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

// client speaks for the bot of one company.
type client struct {
	api     *works.Client
	app     app
	version int64 // of the description that was last looked at
}

// app is what a client is made from. Its tokens and its count of the budget last
// until one of these changes.
type app struct {
	auth, api, id, secret, account, key string
	bot                                 int64
	perMinute                           int
}

func appOf(w *company.NaverWorks) app {
	return app{w.AuthURL, w.APIURL, w.ClientID, w.ClientSecret.Reveal(), w.ServiceAccount, w.PrivateKey.Reveal(), w.Bot, w.Minute()}
}

// errNoBot reports a company whose bot sends nothing.
var errNoBot = errors.New("the company has no bot that sends")

// Client is the API of a company's bot, made anew when its settings changed.
func (b *Bot) Client(ctx context.Context, tenant int) (*works.Client, int64, error) {
	all := b.o.Companies()
	now := all.ByNumber(tenant)
	if now == nil || !now.NaverWorks.On() {
		return nil, 0, errNoBot
	}
	b.mu.Lock()
	cl := b.clients[tenant]
	fresh := cl != nil && cl.version == now.Version
	b.mu.Unlock()
	if fresh {
		return cl.api, cl.app.bot, nil
	}
	full, err := b.o.Store.Companies(ctx, true)
	if err != nil {
		return nil, 0, err
	}
	c := full.ByNumber(tenant)
	if c == nil || !c.NaverWorks.On() {
		return nil, 0, errNoBot
	}
	return b.renew(tenant, c)
}

// renew makes the client of a company, unless the one at hand speaks for the same
// app.
func (b *Bot) renew(tenant int, c *store.Company) (*works.Client, int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	made := appOf(c.NaverWorks)
	if old := b.clients[tenant]; old != nil && (old.version >= c.Version || old.app == made) {
		old.version = max(old.version, c.Version)
		return old.api, old.app.bot, nil
	}
	key, err := works.ParseKey([]byte(made.key))
	if err != nil {
		return nil, 0, err
	}
	api, err := works.New(works.Options{
		AuthURL: made.auth, APIURL: made.api, ClientID: made.id, ClientSecret: made.secret,
		ServiceAccount: made.account, Key: key, PerMinute: made.perMinute, HTTP: b.o.HTTP, Now: b.o.Now,
	})
	if err != nil {
		return nil, 0, err
	}
	b.clients[tenant] = &client{api, made, c.Version}
	return api, made.bot, nil
}

// reserved is the part of a minute's budget, in tenths, that a message leaves to
// more urgent ones.
var reserved = map[string]int{LabelFax: 1, LabelVoicemail: 1, LabelMissed: 2, LabelAnswered: 4}

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
	if errors.Is(err, errNoBot) {
		return err
	}
	if err != nil {
		return outbox.Later{After: credentialsWait, Err: err}
	}
	ringing := row.Label == LabelRing || row.Label == LabelRoom
	if ringing && !b.o.Rings(row.Ref) {
		b.counts.Late.Add(1)
		return outbox.ErrExpired
	}
	op := works.OpSendUser
	if m.Room != "" {
		op = works.OpSendChannel
	}
	if budget := api.Budget(op); budget.Limit > 0 && budget.Left <= budget.Limit*reserved[row.Label]/10 {
		if row.Label == LabelAnswered {
			return outbox.ErrDropped
		}
		return outbox.Later{After: max(budget.Reset, time.Second), Lane: true, Err: works.ErrBudget}
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
