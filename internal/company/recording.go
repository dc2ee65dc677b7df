package company

import "cmp"

// What becomes of calls of a direction.
const (
	RecordAlways   = "always"    // recorded from the answer on
	RecordOnDemand = "on_demand" // recorded when somebody of the company asks for it: by key, or by a program
)

// Recorded says which calls are recorded without being asked for, by direction:
// RecordAlways or RecordOnDemand. "" means RecordOnDemand for a company, and what
// the company says for an extension.
type Recorded struct {
	Internal string `json:"internal,omitempty"` // between extensions: when either of them says always
	Incoming string `json:"incoming,omitempty"` // from the network, to who answers
	Outgoing string `json:"outgoing,omitempty"` // to the network, by who pays for it
}

// Recording is how a company's calls are recorded.
type Recording struct {
	Internal string `json:"internal,omitempty"` // as in Recorded
	Incoming string `json:"incoming,omitempty"`
	Outgoing string `json:"outgoing,omitempty"`
	// Notice tells the party in the network that calls may be recorded: who calls
	// before it rings, who is called when he answers. Only of calls that are
	// recorded always; the keys within a call say so themselves.
	Notice bool `json:"notice,omitempty"`
	// KeepDays is for how many days recordings are kept. 0 means
	// DefaultKeepDays.
	KeepDays int `json:"keep_days,omitempty"`
	// Format is what recordings are kept as, one of RecordFormats. "" means wav.
	Format string `json:"format,omitempty"`
}

// RecordFormats are what recordings may be kept as: WAV, 58 MB an hour, as Asterisk
// writes it; MP3 or Opus, a fifth of that and less.
var RecordFormats = []string{"wav", "mp3", "opus"}

// Bounds of how long recordings are kept, in days.
const (
	DefaultKeepDays = 90
	MaxKeepDays     = 3650
)

// Days is for how many days recordings are kept.
func (r *Recording) Days() int { return cmp.Or(r.KeepDays, DefaultKeepDays) }

// RecordsBy is what is recorded of the calls of e, every member said. nil asks
// for what the company says for all.
func (c *Company) RecordsBy(e *Extension) Recorded {
	var own Recorded
	if e != nil {
		own = e.Recorded
	}
	return Recorded{
		Internal: cmp.Or(own.Internal, c.Recording.Internal, RecordOnDemand),
		Incoming: cmp.Or(own.Incoming, c.Recording.Incoming, RecordOnDemand),
		Outgoing: cmp.Or(own.Outgoing, c.Recording.Outgoing, RecordOnDemand),
	}
}

// RecordsAlways reports whether any calls are recorded without being asked for.
func (c *Company) RecordsAlways() bool {
	some := func(r Recorded) bool {
		return r.Internal == RecordAlways || r.Incoming == RecordAlways || r.Outgoing == RecordAlways
	}
	if some(c.RecordsBy(nil)) {
		return true
	}
	for i := range c.Extensions {
		if some(c.RecordsBy(&c.Extensions[i])) {
			return true
		}
	}
	return false
}
