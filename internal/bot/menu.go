package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works"
)

// The menu below a bot's room: it writes what people may write.
var menu = []works.Action{
	menuAction("착신전환", "Diversions"),
	menuAction("부재중", "Missed calls"),
	menuAction("전화 번호", "My numbers"),
	menuAction("도움말", "Help"),
}

// menuAction has the Korean words by default, and those of the app's language: also
// in what then stands in the room as the person's own.
func menuAction(ko, en string) works.Action {
	return works.Action{
		Type: works.ActionMessage, Label: ko, Text: ko, Postback: ko,
		I18nLabels: []works.I18nLabel{{Language: works.Korean, Label: ko}, {Language: works.English, Label: en}},
		I18nTexts:  []works.I18nText{{Language: works.Korean, Text: ko}, {Language: works.English, Text: en}},
	}
}

// How often it is looked whether a bot lacks its menu, and how long is waited
// after NAVER WORKS did not take it; and for how long it is known that it did.
const (
	menuEvery = 15 * time.Second
	menuRetry = 10 * time.Minute
	menuKnown = 10 * 365 * 24 * time.Hour
	menuTime  = 30 * time.Second
)

// Menus keeps the menus of bots: each is set once, and again when the bot is
// another or the menu is.
type Menus struct {
	Bot    *Bot
	Claims Claims

	tried map[int]refused // by tenant
}

// refused is a menu that was not taken: it is tried again later, or when a
// setting has changed meanwhile.
type refused struct {
	at time.Time
	of *store.Companies
}

// Run sets menus until ctx ends.
func (m *Menus) Run(ctx context.Context) {
	m.tried = map[int]refused{}
	tick := time.NewTicker(menuEvery)
	defer tick.Stop()
	for {
		m.look(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (m *Menus) look(ctx context.Context) {
	all := m.Bot.o.Companies()
	if all == nil {
		return
	}
	for i := range all.All {
		c := &all.All[i]
		no := m.tried[c.Number]
		if !c.NaverWorks.On() || no.of == all && m.Bot.o.Now().Sub(no.at) < menuRetry {
			continue
		}
		if err := m.set(ctx, c.Number, c.NaverWorks.Bot); err != nil && ctx.Err() == nil {
			m.tried[c.Number] = refused{m.Bot.o.Now(), all}
			m.Bot.log.Warn("a bot has no menu; it is tried again", "tenant", c.Number, "error", err)
		}
	}
}

// set sets the menu of a bot, unless it has it.
func (m *Menus) set(ctx context.Context, tenant int, bot int64) error {
	body, err := json.Marshal(menu)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(append(body, strconv.FormatInt(bot, 10)...))
	want := hex.EncodeToString(sum[:])
	has, err := m.Claims.Claimed(ctx, tenant, "menu")
	if err != nil && !errors.Is(err, store.ErrNotFound) || has.What == want {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, menuTime)
	defer cancel()
	api, id, err := m.Bot.Client(ctx, tenant)
	if err != nil {
		return err
	}
	if err := api.SetMenu(ctx, id, menu); err != nil {
		return err
	}
	return m.Claims.Reclaim(ctx, store.Claim{Tenant: tenant, Name: "menu", What: want, Until: m.Bot.o.Now().Add(menuKnown)})
}
