package app

import (
	"context"
	"errors"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/audit"
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
		Calls: &bot.Lines{Pool: a.pool, Policy: a.policy, History: a.store, Diverted: a.changedByChat},
		Send: func(ctx context.Context, t *tenant.Tenant, person, cause string, c works.Content) error {
			return a.bot.Reply(ctx, t.Number, person, cause, c)
		},
		PublicURL: func() string { return strings.TrimSuffix(a.counts.Load().PublicURL, "/") },
	})
	a.callbacks = bot.NewCallbacks(bot.CallbackOptions{
		Store: a.store, Account: a.callbackAccount, Work: a.presses.Work, Refused: a.refused, Proxies: proxies, Logger: a.log,
		Number: func(n int) *tenant.Tenant { return a.directory.Load().ByNumber(n) },
	})
	a.pages = bot.NewPages(bot.PageOptions{
		Presses: a.presses, Proxies: proxies,
		Tenant:   func(n int) *tenant.Tenant { return a.directory.Load().ByNumber(n) },
		Loopback: func() bool { return a.counts.Load().LoopbackOnly() },
		Style: func(n int) bot.Style {
			if c := a.companies.View().ByNumber(n); c != nil && c.NaverWorks != nil {
				return bot.StyleOf(&c.NaverWorks.Style)
			}
			return bot.Style{}
		},
		SignedIn: a.signedIn, SignIn: a.signInAt, Faxes: a.faxPages(), Recordings: a.callRecordings(proxies),
	})
}

// changedByChat leaves a line about diversions that a person changed by chat.
func (a *App) changedByChat(who tenant.Identity, server int, d pbx.Diversions) {
	if changes := audit.Diff(d.Was, d.Rules); len(changes) > 0 {
		a.audit.Record(context.Background(), audit.KindChanged, audit.Entry{
			Identity: who, Server: server, Action: "change diversions", Field: "extension " + d.Extension, Changes: changes,
		})
	}
}

// secretsTime bounds the reading of secrets, which is once after each change.
const secretsTime = 2 * time.Second

// callbackAccount finds a tenant's bot by the tenant's id.
func (a *App) callbackAccount(id string) (bot.Account, bool) {
	t := a.directory.Load().ByID(id)
	if t == nil {
		return bot.Account{}, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), secretsTime)
	defer cancel()
	number, secrets, err := a.bot.Secrets(ctx, t.Number)
	if err != nil {
		if !errors.Is(err, bot.ErrNoBot) {
			a.log.Error("the secret of a bot cannot be read", "tenant", t, "error", err)
		}
		return bot.Account{}, false
	}
	return bot.Account{Tenant: t, Bot: strconv.FormatInt(number, 10), Secrets: secrets}, true
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
