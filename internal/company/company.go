// Package company describes a company on the telephone, once: its people's
// extensions and phones, its lines to the network, its numbers and where they
// ring, its groups, hours and codes. Configuration files and call history
// follow from it; nothing here knows how Asterisk writes them.
//
// All names, limits and defaults are stated at the fields. Check says what is
// wrong with a description before anything is made of it. The JSON names are
// those of the REST interface, of exports, and of the database.
package company

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/dipcast/dipcast/internal/dialplan"
)

// Company is one tenant's phone system.
type Company struct {
	ID     string `json:"id"`     // 16 lower-case hex digits, the family in AstDB; sensitive
	Number int    `json:"number"` // of the prefix T{n}_
	// Main is the main tenant: its names have no prefix. Number must be 1.
	Main bool   `json:"main,omitempty"`
	Name string `json:"name"`
	// Language is what prompts speak: "ko" or "en". "" means "ko".
	Language string `json:"language,omitempty"`
	// AreaCode is put before local numbers dialed without one: "02". "" leaves
	// them as they are.
	AreaCode string `json:"area_code,omitempty"`
	// Lines are how many calls with the network there may be at a time; 0
	// leaves that to the carrier. Calls for help go all the same.
	Lines int `json:"lines,omitempty"`
	// International lets calls leave the country; Premium opens 060 numbers.
	// Neither counts where the gateway is asked for each call: it decides.
	International bool `json:"international,omitempty"`
	Premium       bool `json:"premium,omitempty"`

	Extensions []Extension `json:"extensions,omitempty"`
	Trunks     []Trunk     `json:"trunks,omitempty"` // its own; others are shared by all
	// Routes choose trunks for calls to the network. Empty means one for all
	// numbers, over its own trunks and then the shared ones, by their ids.
	Routes     []Route     `json:"routes,omitempty"`
	DIDs       []DID       `json:"dids,omitempty"`
	Numbers    []string    `json:"numbers,omitempty"` // further numbers it may show and bill to
	RingGroups []RingGroup `json:"ring_groups,omitempty"`
	// Attendants are menus by key (ARS); Conferences are rooms to meet in.
	Attendants  []Attendant  `json:"attendants,omitempty"`
	Conferences []Conference `json:"conferences,omitempty"`
	TimeGroups  []TimeGroup  `json:"time_groups,omitempty"`
	Holidays    []Holiday    `json:"holidays,omitempty"`
	// Classes are what extensions may dial. One named "all" with the tenant's
	// number as its id is there even when none is listed; see Class.
	Classes []Class `json:"classes,omitempty"`
	Codes   Codes   `json:"codes,omitempty"`
	Parking Parking `json:"parking,omitzero"`
	Tones   []Tone  `json:"tones,omitempty"`
	// HoldMusic is what those hear who are held or parked: the name of one of
	// Tones, or OwnTone. "" and a tone without a recording mean the music that comes with the product.
	HoldMusic string `json:"hold_music,omitempty"`
	// Recording is which calls are recorded, and for how long.
	Recording Recording `json:"recording,omitzero"`
	// Fax is how it sends faxes. nil means that it sends none; its DIDs may
	// receive them all the same.
	Fax       *Fax      `json:"fax,omitempty"`
	Softphone Softphone `json:"softphone,omitzero"`
	// NaverWorks is its bot there. nil means that it has none.
	NaverWorks *NaverWorks `json:"naver_works,omitempty"`
}

// Softphone is what holds for all softphones of a company.
type Softphone struct {
	// Push lets the push service of the app's maker register for phones whose
	// app sleeps. It is told their passwords: see docs/phones.md.
	Push bool `json:"push" doc:"the push service of the app's maker registers for phones whose app sleeps, and is told their passwords"`
}

// Prefix is what the company's names in the dialplan begin with: "T2_", or ""
// for the main tenant.
func (c *Company) Prefix() string {
	if c.Main {
		return ""
	}
	return dialplan.Prefix(c.Number)
}

// Speaks is the language of its prompts.
func (c *Company) Speaks() string { return cmp.Or(c.Language, Korean) }

// The languages of prompts.
const (
	Korean  = "ko"
	English = "en"
)

// Extension returns the extension with a number, or nil.
func (c *Company) Extension(number string) *Extension {
	for i := range c.Extensions {
		if c.Extensions[i].Number == number {
			return &c.Extensions[i]
		}
	}
	return nil
}

// Shown are the numbers the company may show to the network, sorted.
func (c *Company) Shown() []string {
	all := slices.Clone(c.Numbers)
	for i := range c.DIDs {
		all = append(all, c.DIDs[i].Number)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Rings are the DIDs by the extension that they ring at all hours or within
// theirs.
func (c *Company) Rings() map[string]string {
	rings := make(map[string]string, len(c.DIDs))
	for i := range c.DIDs {
		if d := &c.DIDs[i]; d.To.Kind == ToExtension {
			rings[d.Number] = d.To.Value
		}
	}
	return rings
}

// OwnNumber is the number that is shown to the network for e when the one asked
// for is not the company's: its own, else the first DID that rings it, else the
// company's first. nil asks for the company's. "" means that it has none.
func (c *Company) OwnNumber(e *Extension) string {
	if e != nil && e.OwnNumber != "" {
		return e.OwnNumber
	}
	rings := c.Rings()
	if e != nil {
		for _, did := range slices.Sorted(maps.Keys(rings)) {
			if rings[did] == e.Number {
				return did
			}
		}
	}
	first := ""
	for i := range c.DIDs {
		if n := c.DIDs[i].Number; first == "" || n < first {
			first = n
		}
	}
	if first == "" && len(c.Numbers) > 0 {
		first = slices.Min(c.Numbers)
	}
	return first
}

// Sorted returns a copy with every list in the order of its names, so that the
// same company is always written the same. Routes keep theirs, which counts.
func (c *Company) Sorted() Company {
	s := *c
	s.Extensions = sorted(c.Extensions, func(e *Extension) string { return e.Number })
	s.Trunks = sorted(c.Trunks, func(t *Trunk) string { return padded(t.ID) })
	s.DIDs = sorted(c.DIDs, func(d *DID) string { return d.Number })
	s.Numbers = slices.Sorted(slices.Values(c.Numbers))
	s.RingGroups = sorted(c.RingGroups, func(g *RingGroup) string { return g.Number })
	s.Attendants = sorted(c.Attendants, func(a *Attendant) string { return a.Number })
	s.Conferences = sorted(c.Conferences, func(r *Conference) string { return r.Number })
	s.TimeGroups = sorted(c.TimeGroups, func(t *TimeGroup) string { return padded(t.ID) })
	s.Holidays = sorted(c.Holidays, func(h *Holiday) string { return h.Date })
	s.Classes = sorted(c.Classes, func(k *Class) string { return padded(k.ID) })
	s.Tones = sorted(c.Tones, func(t *Tone) string { return t.Name })
	return s
}

func sorted[T any](list []T, name func(*T) string) []T {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(name(&a), name(&b)) })
	return list
}

// padded makes ids sort as numbers do.
func padded(id int) string {
	s := strconv.Itoa(id)
	return string(rune('0'+len(s))) + s
}
