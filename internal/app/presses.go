package app

import (
	"context"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// openPresses makes what does what people press on cards.
func (a *App) openPresses(proxies edge.Proxies) {
	a.presses = bot.NewPresses(bot.PressOptions{
		Tokens: a.tokens, Claims: a.store, People: a.people.Directory(), Refused: a.refused, Logger: a.log,
		Calls: &bot.Lines{Pool: a.pool, Policy: a.policy, History: a.store},
		Send: func(ctx context.Context, t *tenant.Tenant, person, cause string, c works.Content) error {
			return a.bot.Reply(ctx, t.Number, person, cause, c)
		},
		PublicURL: func() string { return strings.TrimSuffix(a.counts.Load().PublicURL, "/") },
	})
	signed := &botSecrets{a: a, of: map[int]signedBy{}}
	a.callbacks = bot.NewCallbacks(bot.CallbackOptions{
		Store: a.store, Account: signed.account, Work: a.presses.Work, Refused: a.refused, Proxies: proxies, Logger: a.log,
		Number: func(n int) *tenant.Tenant { return a.directory.Load().ByNumber(n) },
	})
	a.pages = bot.NewPages(bot.PageOptions{
		Presses: a.presses, Proxies: proxies, Origins: a.origins,
		Tenant:   func(n int) *tenant.Tenant { return a.directory.Load().ByNumber(n) },
		Loopback: func() bool { return a.counts.Load().LoopbackOnly() },
		SignedIn: a.signedIn, SignIn: a.signInAt, Fax: a.faxPages(),
	})
}

// botSecrets keeps what callbacks are signed with, as long as the description is
// the same.
type botSecrets struct {
	a  *App
	mu sync.Mutex
	of map[int]signedBy // by tenant
}

type signedBy struct {
	version int64
	account bot.Account
}

// secretsTime bounds the reading of secrets.
const secretsTime = 2 * time.Second

// account finds a tenant's bot by the tenant's id.
func (b *botSecrets) account(id string) (bot.Account, bool) {
	t := b.a.directory.Load().ByID(id)
	if t == nil {
		return bot.Account{}, false
	}
	now := b.a.companies.View().ByNumber(t.Number)
	if now == nil || !now.NaverWorks.On() {
		return bot.Account{}, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if s, ok := b.of[t.Number]; ok && s.version == now.Version {
		s.account.Tenant = t
		return s.account, true
	}
	ctx, cancel := context.WithTimeout(context.Background(), secretsTime)
	defer cancel()
	full, err := b.a.store.Companies(ctx, true)
	if err != nil {
		b.a.log.Error("the secret of a bot cannot be read", "tenant", t, "error", err)
		return bot.Account{}, false
	}
	c := full.ByNumber(t.Number)
	if c == nil || !c.NaverWorks.On() {
		return bot.Account{}, false
	}
	w := c.NaverWorks
	s := signedBy{version: c.Version, account: bot.Account{Tenant: t, Bot: strconv.FormatInt(w.Bot, 10), Secrets: []string{w.BotSecret.Reveal(), w.FormerBotSecret.Reveal()}}}
	b.of[t.Number] = s
	return s.account, true
}

// maxReturned bounds what the dialplan told of presses and was not looked at.
const maxReturned = 1024

// pressSink hears what became of presses.
type pressSink struct{ told chan returned }

// returned is a call that nobody took where a press had moved it to.
type returned struct {
	tenant *tenant.Tenant
	call   string
}

func newPressSink() *pressSink { return &pressSink{told: make(chan returned, maxReturned)} }

// Event takes the dialplan's UserEvent.
func (s *pressSink) Event(e *pbx.Event) {
	m := e.Message
	if e.Tenant == nil || !m.Is("Event", "UserEvent") || !m.Is("UserEvent", dialplan.PressEvent) || !m.Is(dialplan.PressResult, dialplan.PressBack) {
		return
	}
	select {
	case s.told <- returned{e.Tenant, strconv.Itoa(e.Server.ID()) + "-" + m.Get("Linkedid")}:
	default: // the claim ends by itself
	}
}

func (*pressSink) Link(*pbx.Server, bool, time.Time) {}
func (*pressSink) Gap(*pbx.Server, int)              {}
func (*pressSink) Call(*pbx.CallEvent)               {}
func (*pressSink) Snapshot(*pbx.Server)              {}

// run frees calls for others until ctx ends.
func (s *pressSink) run(ctx context.Context, a *App) {
	for {
		select {
		case <-ctx.Done():
			return
		case r := <-s.told:
			if err := a.presses.Returned(ctx, r.tenant, r.call); err != nil && ctx.Err() == nil {
				a.log.Warn("a call that came back stays taken for a while", "tenant", r.tenant, "error", err)
			}
		}
	}
}

// takeMessages has messages that callers left taken from the servers whose files
// are here: beside those of faxes.
func (a *App) takeMessages(c *config.Config) error {
	spools, err := a.spools(c)
	if err != nil {
		return err
	}
	m := &bot.Messages{Bot: a.bot, Tenant: func(n int) bool { return a.directory.Load().ByNumber(n) != nil }}
	for _, s := range spools {
		m.Folders = append(m.Folders, filepath.Join(filepath.Dir(s.Path), path.Base(asteriskconf.MessageFolder)))
	}
	if len(m.Folders) > 0 {
		a.background(m.Run)
	}
	return nil
}
