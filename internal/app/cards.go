package app

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/voicemail"
)

// cardSink gives the steps of calls to the bot.
type cardSink struct{ b *bot.Bot }

func (s cardSink) Call(e *pbx.CallEvent) { s.b.Call(e.Event) }

func (s cardSink) Event(e *pbx.Event) { s.b.Event(e.Message) }

func (cardSink) Link(*pbx.Server, bool, time.Time) {}
func (cardSink) Gap(*pbx.Server, int)              {} // who rings is told again after a snapshot
func (cardSink) Snapshot(*pbx.Server)              {}

// openCards makes what sends cards.
func (a *App) openCards(c *config.Config) error {
	key, err := datadir.Key(c.DataDir, datadir.CardsKey)
	if err != nil {
		return err
	}
	tokens, err := bot.NewTokens(key)
	if err != nil {
		return err
	}
	a.tokens = tokens
	a.bot, err = bot.New(bot.Options{
		Store: a.store, People: a.people.Directory(), Name: a.people.Contacts().Name, Companies: a.companies.View, Tokens: tokens, Rings: a.rings, Logger: a.log,
		PublicURL: strings.TrimSuffix(c.PublicURL, "/"), Sounds: filepath.Join(c.DataDir, "cards"), Mailboxes: a.mailboxes, Recorded: a.recordedCall,
	})
	return err
}

// SyncPeople reads who works in a company from its directory in NAVER WORKS.
func (a *App) SyncPeople(ctx context.Context, tenant int) error {
	_, err := a.people.Sync(ctx, tenant)
	return err
}

// Contacts are the names of callers.
func (a *App) Contacts() *people.Contacts { return a.people.Contacts() }

// People are who works in the companies.
func (a *App) People() *people.Directory { return a.people.Directory() }

// rings reports whether somebody rings for a call, and nobody has answered.
func (a *App) rings(callID string) bool {
	server, _, ok := call.ParseID(callID)
	if !ok {
		return false
	}
	s := a.pool.Server(server)
	if s == nil {
		return false
	}
	c := s.Calls().Call(callID)
	return c != nil && c.Ended == nil && c.State != call.Answered
}

// mailboxes are where the Asterisks of servers keep the voicemail of an extension,
// for who reads them here: beside the folder of faxes.
func (a *App) mailboxes(number int, ext string) []bot.Mailbox {
	t := a.directory.Load().ByNumber(number)
	spools, err := a.spools(a.counts.Load())
	if t == nil || err != nil || !t.HasExtension(ext) {
		return nil
	}
	var all []bot.Mailbox
	for _, s := range spools {
		if slices.Contains(t.Servers, s.Server) {
			all = append(all, bot.Mailbox{Server: s.Server, Dir: filepath.Join(filepath.Dir(s.Path), "voicemail", t.Prefix()+"voicemail", ext)})
		}
	}
	return all
}

// boxes are the mailboxes of an extension, for who manages them.
func (a *App) boxes(t *tenant.Tenant, ext string) []voicemail.Box {
	var all []voicemail.Box
	for _, b := range a.mailboxes(t.Number, ext) {
		all = append(all, voicemail.Box{Server: b.Server, Extension: ext, Dir: b.Dir})
	}
	return all
}

// tellFax has a fax told of that was received.
func (a *App) tellFax(f *store.Fax) {
	t := a.directory.Load().ByID(f.TenantID)
	if t == nil {
		return
	}
	if err := a.bot.Fax(context.Background(), t.Number, f); err != nil {
		a.log.Error("nobody is told of a fax", "tenant", t, "fax", f.Fax, "error", err)
	}
}

// retell tells of the faxes of a day, for those of which nobody was told since we
// ended meanwhile. Nobody is told twice.
func (a *App) retell(ctx context.Context) {
	page := store.FaxQuery{Direction: store.FaxIn, Status: store.FaxReceived, Limit: 100}
	for ctx.Err() == nil {
		faxes, err := a.store.Faxes(ctx, page)
		if err != nil || len(faxes) == 0 {
			return // the database says so elsewhere
		}
		for i := range faxes {
			if time.Since(faxes[i].Ended) > 24*time.Hour {
				return
			}
			a.tellFax(&faxes[i])
		}
		page.Before = faxes[len(faxes)-1].ID
	}
}

// previewPage shows who sets up how cards look what is set.
func (a *App) previewPage(style *company.CardStyle) (page []byte, policy string, err error) {
	return bot.PreviewPage(style, strings.TrimSuffix(a.counts.Load().PublicURL, "/"))
}

// previewCard makes a card for who sets up how they look.
func (a *App) previewCard(p rest.CardPreview, style *company.CardStyle) (json.RawMessage, error) {
	return bot.Preview(p.Kind, bot.LangOf(p.Lang), style, strings.TrimSuffix(a.counts.Load().PublicURL, "/"))
}

// maxFindings bounds what an operator is told of all companies' cards.
const maxFindings = 100

// cardFindings is why people are not told of calls who should be, of the companies
// that somebody speaks for.
func (a *App) cardFindings(who tenant.Identity) []rest.CardFinding {
	all := a.companies.View()
	if all == nil {
		return nil
	}
	var out []rest.CardFinding
	for i := range all.All {
		c := &all.All[i]
		own := who.Role == tenant.Operator || who.Role == tenant.TenantRole && who.Tenant != nil && who.Tenant.Number == c.Number
		if !own {
			continue
		}
		for _, g := range a.bot.Crowds(c.Number) {
			if len(out) == maxFindings {
				return out
			}
			out = append(out, rest.CardFinding{
				Tenant: fmt.Sprint("T", c.Number), Code: "group_without_room", Group: g.Group, People: g.People, Told: company.MaxPersonCards,
				Message: "set group_room of naver-works: the channelId of a room with the bot",
			})
		}
	}
	return out
}
