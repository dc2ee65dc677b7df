package app

import (
	"encoding/json"
	"strconv"
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
)

// cardSink gives the steps of calls to the bot.
type cardSink struct{ b *bot.Bot }

func (s cardSink) Call(e *pbx.CallEvent) { s.b.Call(e.Event) }

func (cardSink) Event(*pbx.Event)                  {}
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
		PublicURL: strings.TrimSuffix(c.PublicURL, "/"),
	})
	return err
}

// People are who works in the companies.
func (a *App) People() *people.Directory { return a.people.Directory() }

// rings reports whether somebody rings for a call, and nobody has answered.
func (a *App) rings(callID string) bool {
	server, _, _ := strings.Cut(callID, "-")
	id, err := strconv.Atoi(server)
	if err != nil {
		return false
	}
	s := a.pool.Server(id)
	if s == nil {
		return false
	}
	c := s.Calls().Call(callID)
	return c != nil && c.Ended == nil && c.State != call.Answered
}

// previewCard makes a card for who sets up how they look.
func (a *App) previewCard(p rest.CardPreview, style *company.CardStyle) (json.RawMessage, error) {
	return bot.Preview(p.Kind, bot.LangOf(p.Lang), style, strings.TrimSuffix(a.counts.Load().PublicURL, "/"))
}
