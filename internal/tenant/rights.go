package tenant

import (
	"errors"
	"maps"
	"slices"
)

// Areas that rights are given for. Each operation of REST belongs to one.
const (
	AreaLive       = "live"
	AreaCalls      = "calls" // their history
	AreaRecordings = "recordings"
	AreaFaxes      = "faxes"
	AreaVoicemail  = "voicemail"
	AreaExtensions = "extensions"
	AreaTrunks     = "trunks"
	AreaNumbers    = "numbers"
	AreaGroups     = "groups"
	AreaTimes      = "times"
	AreaFeatures   = "features"
	AreaPrompts    = "prompts"
	AreaDiversions = "diversions"
	AreaApply      = "apply"
	AreaPeople     = "people"
	AreaContacts   = "contacts"
	AreaNaverWorks = "naverworks"
	AreaWebhooks   = "webhooks"
	AreaUsers      = "users"
	AreaKeys       = "keys"
	AreaTenants    = "tenants"
	AreaServers    = "servers"
	AreaAudit      = "audit"
	AreaSystem     = "system"
	AreaOverview   = "overview"
	AreaMy         = "my"
)

// Areas are all of them, as pages list them.
func Areas() []string {
	return []string{
		AreaLive, AreaOverview, AreaCalls, AreaRecordings, AreaFaxes, AreaVoicemail, AreaExtensions, AreaTrunks, AreaNumbers,
		AreaGroups, AreaTimes, AreaFeatures, AreaPrompts, AreaDiversions, AreaApply, AreaPeople, AreaContacts, AreaNaverWorks,
		AreaWebhooks, AreaUsers, AreaKeys, AreaTenants, AreaServers, AreaAudit, AreaSystem, AreaMy,
	}
}

// Level is how much somebody may do in an area.
type Level uint8

// The levels. Who may change something may see it.
const (
	None Level = iota
	See
	Change
)

// ErrLevel reports a level that is not none, see or change.
var ErrLevel = errors.New("a level is none, see or change")

// String returns the level's name.
func (l Level) String() string {
	switch l {
	case See:
		return "see"
	case Change:
		return "change"
	default:
		return "none"
	}
}

// MarshalText implements encoding.TextMarshaler.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (l *Level) UnmarshalText(b []byte) error {
	for _, x := range []Level{None, See, Change} {
		if x.String() == string(b) {
			*l = x
			return nil
		}
	}
	return ErrLevel
}

// Grant is what is allowed in one area.
type Grant struct {
	Level Level `json:"level"`
	// Settings are the only members of bodies that may be sent there; empty: all.
	Settings []string `json:"settings,omitempty"`
}

// Rights narrow what a Role allows. They never widen it. A nil *Rights is all that
// the Role allows. Rights do not change once they are made.
type Rights struct{ areas map[string]Grant }

// NewRights returns rights; nothing is allowed in areas that are not there.
func NewRights(areas map[string]Grant) *Rights {
	r := &Rights{areas: make(map[string]Grant, len(areas))}
	for a, g := range areas {
		if g.Level == None {
			continue
		}
		if g.Level != Change {
			g.Settings = nil
		}
		g.Settings = slices.Clone(g.Settings)
		slices.Sort(g.Settings)
		r.areas[a] = g
	}
	return r
}

// May reports whether something may be done in an area.
func (r *Rights) May(area string, l Level) bool { return r == nil || r.areas[area].Level >= l }

// Settings are the only members that may be sent in an area; nil means all.
func (r *Rights) Settings(area string) []string {
	if r == nil {
		return nil
	}
	return r.areas[area].Settings
}

// Areas are what is allowed, a copy; nil when that is all.
func (r *Rights) Areas() map[string]Grant {
	if r == nil {
		return nil
	}
	return maps.Clone(r.areas)
}

// Equal reports rights that allow the same.
func (r *Rights) Equal(o *Rights) bool {
	if r == nil || o == nil {
		return r == o
	}
	return maps.EqualFunc(r.areas, o.areas, func(a, b Grant) bool {
		return a.Level == b.Level && slices.Equal(a.Settings, b.Settings)
	})
}

// Within reports that all which r allows, outer allows too.
func (r *Rights) Within(outer *Rights) bool {
	if outer == nil {
		return true
	}
	if r == nil {
		return false
	}
	for a, g := range r.areas {
		o := outer.areas[a]
		if g.Level > o.Level {
			return false
		}
		if g.Level != Change || len(o.Settings) == 0 {
			continue
		}
		if len(g.Settings) == 0 || slices.ContainsFunc(g.Settings, func(s string) bool { return !slices.Contains(o.Settings, s) }) {
			return false
		}
	}
	return true
}
