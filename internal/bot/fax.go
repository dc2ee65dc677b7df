package bot

import (
	"context"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/store"
)

// Fax tells of a fax that was received: the people of the extension or group
// whose number it came to, or the room for all cards.
func (b *Bot) Fax(ctx context.Context, tenant int, f *store.Fax) error {
	c := b.company(tenant)
	if c == nil || f.Direction != store.FaxIn || f.Status != store.FaxReceived {
		return nil
	}
	style := StyleOf(&c.NaverWorks.Style)
	name := b.callerName(ctx, c, f.Other, "")
	var cards []store.NewCard
	for _, to := range b.faxTo(c, f.Own) {
		view, ok := b.button(c, to.id, f.Fax, Fax)
		if !ok {
			continue
		}
		row, err := b.row(tenant, to.id, LabelFax, f.Fax, style.Fax(to.lang, FaxCard{Number: f.Other, Name: name, Pages: f.Pages, View: view}))
		if err != nil {
			return err
		}
		cards = append(cards, store.NewCard{Card: store.Card{Tenant: tenant, Call: f.Fax, To: to.id, Extension: to.extension, Lang: string(to.lang), Name: name}, Row: row})
	}
	_, err := b.o.Store.AddCards(ctx, cards)
	return err
}

// faxTo are who is told of a fax to a number: the people whom its DID rings at
// other times, else everybody who may get cards, up to company.MaxPersonCards.
func (b *Bot) faxTo(c *company.Company, own string) []recipient {
	w := c.NaverWorks
	lang := Lang(c.Speaks())
	if w.Room != "" {
		return []recipient{{store.RoomMark + w.Room, "", lang}}
	}
	var all []recipient
	for i := range c.DIDs {
		if d := &c.DIDs[i]; d.Number == own {
			for _, to := range []company.Target{d.To, d.Else} {
				all = append(all, b.targets(c, to)...)
			}
		}
	}
	if len(all) == 0 {
		for i := range c.Extensions {
			if e := &c.Extensions[i]; w.Shows(e.Number) {
				all = append(all, b.personsOf(c, e.Number)...)
			}
		}
	}
	if w.GroupRoom != "" && len(all) > company.MaxPersonCards {
		return []recipient{{store.RoomMark + w.GroupRoom, "", lang}}
	}
	return all[:min(len(all), company.MaxPersonCards)]
}

func (b *Bot) targets(c *company.Company, to company.Target) []recipient {
	switch to.Kind {
	case company.ToExtension, company.ToVoicemail:
		if c.NaverWorks.Shows(to.Value) {
			return b.personsOf(c, to.Value)
		}
	case company.ToRingGroup:
		for i := range c.RingGroups {
			if g := &c.RingGroups[i]; g.Number == to.Value {
				return b.members(c, g)
			}
		}
	}
	return nil
}
