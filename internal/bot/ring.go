package bot

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// How long buttons are good. What takes the call is looked at when it is pressed:
// a call may ring for long.
const (
	ringLife     = time.Hour
	callBackLife = 7 * 24 * time.Hour
	webLife      = 10 * time.Minute
	faxLife      = 7 * 24 * time.Hour
	recordLife   = 7 * 24 * time.Hour
)

// Paths of what buttons open, below the public address and before a token.
const (
	TapPath       = "/dapi/tap/"       // acts on one tap: the mode URI
	WebPath       = "/dapi/call/"      // the page of a call
	FaxPath       = "/dapi/fax/"       // the pages of a fax
	RecordingPath = "/dapi/recording/" // the sound of a call
)

// ring tells the people of a phone that it rings.
func (b *Bot) ring(ctx context.Context, e call.Event) {
	for _, t := range e.Call.Tenants() {
		own := e.For(t)
		if own.Call == nil || !slices.ContainsFunc(own.Call.Ringing, func(r call.Ring) bool { return r.Extension == e.Who.Extension }) {
			continue
		}
		if err := b.ringIn(ctx, t, own.Call, e.Who.Extension); err != nil && ctx.Err() == nil {
			b.untold.Add(1)
			b.log.Error("nobody is told of a call", "tenant", t, "call", own.Call.ID, "error", err)
		}
	}
}

// company is a tenant's description, nil when its bot sends nothing.
func (b *Bot) company(tenant int) *company.Company {
	if all := b.o.Companies(); all != nil {
		if c := all.ByNumber(tenant); c != nil && c.NaverWorks.On() {
			return &c.Company
		}
	}
	return nil
}

// quiet reports whether nobody is to be told of calls now.
func (b *Bot) quiet(c *company.Company) bool {
	g := c.TimeGroup(c.NaverWorks.QuietHours)
	return g != nil && c.Holds(g, b.o.Now().Local())
}

func (b *Bot) ringIn(ctx context.Context, t *tenant.Tenant, v *call.Call, ext string) error {
	c := b.company(t.Number)
	switch {
	case c == nil, b.quiet(c), !c.NaverWorks.Shows(ext), v.Direction == call.Outgoing,
		v.Direction == call.Internal && c.NaverWorks.OnlyExternal,
		v.ClickToCall != nil && v.ClickToCall.Caller.Extension == ext: // who calls is not called
		return nil
	}
	card := b.cardOf(ctx, c, v)
	var cards []store.NewCard
	for _, to := range b.recipients(c, v, ext) {
		content := b.callContent(c, v, card, to)
		label := LabelRing
		if to.room() && c.NaverWorks.Room == "" {
			label = LabelRoom
		}
		row, err := b.row(t.Number, to.id, label, v.ID, content)
		if err != nil {
			return err
		}
		cards = append(cards, store.NewCard{Card: store.Card{Tenant: t.Number, Call: v.ID, To: to.id, Extension: to.extension, Lang: string(to.lang), Name: card.Name}, Row: row})
	}
	write, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	_, err := b.o.Store.AddCards(write, cards)
	return err
}

// recipient is a person or a room.
type recipient struct {
	id        string // as store.Card.To
	extension string
	lang      Lang
}

func (r *recipient) room() bool { return len(r.id) > 0 && r.id[:1] == store.RoomMark }

// recipients are who gets a card when the phone of an extension rings: its
// people, or a room in their place.
func (b *Bot) recipients(c *company.Company, v *call.Call, ext string) []recipient {
	w := c.NaverWorks
	lang := Lang(c.Speaks())
	if w.Room != "" {
		return []recipient{{store.RoomMark + w.Room, ext, lang}}
	}
	if g := groupOf(c, v); g != nil {
		all := b.members(c, g)
		if w.GroupRoom != "" && (len(all) > company.MaxPersonCards || len(all) > b.left(c.Number)) {
			return []recipient{{store.RoomMark + w.GroupRoom, g.Number, lang}}
		}
		all = all[:min(len(all), company.MaxPersonCards)]
		return slices.DeleteFunc(all, func(r recipient) bool { return r.extension != ext })
	}
	return b.personsOf(c, ext)
}

func (b *Bot) personsOf(c *company.Company, ext string) []recipient {
	var all []recipient
	for _, p := range b.o.People.ByExtension(c.Number, ext) {
		if p.User != "" {
			all = append(all, recipient{p.User, ext, langOf(&p, c)})
		}
	}
	return all
}

func langOf(p *people.Person, c *company.Company) Lang {
	if p.Lang != "" {
		return LangOf(p.Lang)
	}
	return Lang(c.Speaks())
}

// members are the people of a group who get cards, in its order.
func (b *Bot) members(c *company.Company, g *company.RingGroup) []recipient {
	var all []recipient
	for _, m := range g.Members {
		if c.NaverWorks.Shows(m) {
			all = append(all, b.personsOf(c, m)...)
		}
	}
	return all
}

// Crowd is a ring group with more people than get a card each, which has no room:
// the first company.MaxPersonCards are told of its calls, the others are not.
type Crowd struct {
	Group  string // its number
	People int
}

// Crowds are those of a company: none when a room is set.
func (b *Bot) Crowds(tenant int) []Crowd {
	c := b.company(tenant)
	if c == nil || c.NaverWorks.Room != "" || c.NaverWorks.GroupRoom != "" {
		return nil
	}
	var all []Crowd
	for i := range c.RingGroups {
		if n := len(b.members(c, &c.RingGroups[i])); n > company.MaxPersonCards {
			all = append(all, Crowd{c.RingGroups[i].Number, n})
		}
	}
	return all
}

// left is how many messages to people may be sent in this minute.
func (b *Bot) left(tenant int) int {
	if people, _ := b.Budgets(tenant); people.Limit > 0 {
		return people.Left
	}
	return maxRings
}

// Budgets are how many messages to people and to rooms a company's bot may send in
// a minute, and in the rest of this one. Limit is 0 while nothing was sent, and
// where nobody counts.
func (b *Bot) Budgets(tenant int) (people, rooms works.Budget) {
	b.mu.Lock()
	cl := b.clients[tenant]
	b.mu.Unlock()
	if cl == nil {
		return works.Budget{}, works.Budget{}
	}
	return cl.api.Budget(works.OpSendUser), cl.api.Budget(works.OpSendChannel)
}

// groupOf is the ring group that a call rings, nil when it rings none.
func groupOf(c *company.Company, v *call.Call) *company.RingGroup {
	number := v.To.Number
	if d := didOf(c, v); d != nil {
		number = ""
		for _, to := range []company.Target{d.To, d.Else} {
			if to.Kind == company.ToRingGroup && number == "" {
				number = to.Value
			}
		}
	}
	for i := range c.RingGroups {
		if g := &c.RingGroups[i]; g.Number == number && len(v.Rung) > 0 && inGroup(g, v) {
			return g
		}
	}
	return nil
}

// inGroup reports whether who is rung are a group's members.
func inGroup(g *company.RingGroup, v *call.Call) bool {
	return slices.ContainsFunc(v.Rung, func(r call.Rung) bool { return slices.Contains(g.Members, r.Extension) })
}

func didOf(c *company.Company, v *call.Call) *company.DID {
	for i := range c.DIDs {
		if v.DID != "" && c.DIDs[i].Number == v.DID {
			return &c.DIDs[i]
		}
	}
	return nil
}

// cardOf is what a card shows of a call.
func (b *Bot) cardOf(ctx context.Context, c *company.Company, v *call.Call) CallCard {
	card := CallCard{Internal: v.Direction == call.Internal, Number: v.From.Number, Name: v.From.Name}
	if d := didOf(c, v); d != nil {
		card.Called = d.Description
	}
	if g := groupOf(c, v); g != nil && card.Called == "" {
		card.Called = g.Name
	}
	if !card.Internal {
		card.Name = b.callerName(ctx, c, card.Number, card.Name)
	}
	if card.Name == card.Number {
		card.Name = ""
	}
	return card
}

// callerName is what a caller from the network is called: as the company knows the
// number, else as the network says.
func (b *Bot) callerName(ctx context.Context, c *company.Company, number, said string) string {
	if b.o.Name == nil || number == "" {
		return said
	}
	ctx, cancel := context.WithTimeout(ctx, nameTime)
	defer cancel()
	return cmp.Or(b.o.Name(ctx, c.Number, number), said)
}

// callContent is the card of a call as one person gets it.
func (b *Bot) callContent(c *company.Company, v *call.Call, card CallCard, to recipient) works.Content {
	actions := []Action{Mobile, CallBack, Web}
	if !card.Internal {
		actions = []Action{Desk, Assistant, Mobile, CallBack, Web}
	}
	for _, a := range actions {
		if a == CallBack && (c.NaverWorks.NoCallBack || card.Number == "") {
			continue
		}
		if button, ok := b.button(c, to.id, v.ID, a); ok {
			card.Buttons = append(card.Buttons, button)
		}
	}
	style := StyleOf(&c.NaverWorks.Style)
	return style.Call(to.lang, card)
}

// button is one with its token. Who presses one of a room is known by its press.
func (b *Bot) button(c *company.Company, to, about string, a Action) (Button, bool) {
	life := ringLife
	path := TapPath
	switch a {
	case CallBack:
		life = callBackLife
	case Web:
		life, path = webLife, WebPath
	case Fax:
		life, path = faxLife, FaxPath
	case Recording:
		life, path = recordLife, RecordingPath
	}
	token, err := b.o.Tokens.Seal(Press{Tenant: c.Number, Person: to, Call: about, Action: a, Until: b.o.Now().Add(life)})
	if err != nil {
		b.log.Error("a card without a button", "action", a, "error", err)
		return Button{}, false
	}
	return Button{Action: a, Token: token, Address: b.o.PublicURL + path + token}, true
}
