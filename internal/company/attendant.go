package company

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/dipcast/dipcast/internal/number"
)

// Attendant is a menu by key (ARS): callers hear an announcement, press a key, and
// are sent where it leads. "#" plays the announcement again.
type Attendant struct {
	Number string `json:"number"` // dialed inside like an extension: "650"
	Name   string `json:"name,omitempty"`
	// Prompt is the announcement, which has to say what the keys are: a prompt's
	// name, as in ToNotice.
	Prompt string `json:"prompt"`
	Keys   []Key  `json:"keys"`
	// Direct lets callers dial an extension's number instead of a key.
	Direct bool `json:"direct,omitempty"`
	// WaitSeconds is for how long a key is waited for behind the announcement.
	// 0 means 5.
	WaitSeconds int `json:"wait_seconds,omitempty"`
	// Plays is how often the announcement is played in all, when nothing is
	// pressed that leads anywhere. 0 means 3.
	Plays int `json:"plays,omitempty"`
	// Else is where the call goes then. Nowhere ends it.
	Else Target `json:"else,omitzero"`
}

// Key is one key of an attendant.
type Key struct {
	Key  string `json:"key"` // one of 0-9 and *
	To   Target `json:"to"`
	Name string `json:"name,omitempty"` // what people call it: "상담"
}

// Wait is for how long a key is waited for, in seconds.
func (a *Attendant) Wait() int { return cmp.Or(a.WaitSeconds, 5) }

// Times is how often the announcement is played.
func (a *Attendant) Times() int { return cmp.Or(a.Plays, 3) }

const (
	maxWait  = 30
	maxPlays = 10
)

var keyPattern = regexp.MustCompile(`^[0-9*]$`)

func (k *checker) attendant(a *Attendant) {
	if err := number.CheckExtension(a.Number); err != nil {
		k.addf(".number", "%v", err)
	}
	k.name(".name", a.Name)
	if !namePattern.MatchString(a.Prompt) {
		k.addf(".prompt", "%q is no prompt's name", a.Prompt)
	}
	if len(a.Keys) == 0 && !a.Direct {
		k.addf(".keys", "there is none, and extensions cannot be dialed")
	}
	for i, one := range a.Keys {
		at := ".keys[" + one.Key + "]"
		if !keyPattern.MatchString(one.Key) {
			k.addf(".keys", "%q is none of the keys 0 to 9 and *", one.Key)
			continue
		}
		if slices.ContainsFunc(a.Keys[:i], func(o Key) bool { return o.Key == one.Key }) {
			k.addf(at, "is there twice")
		}
		k.name(at+".name", one.Name)
		if one.To.IsZero() {
			k.addf(at+".to", "is missing")
		}
		k.inner(at+".to", one.To)
	}
	k.between(".wait_seconds", a.WaitSeconds, maxWait)
	k.between(".plays", a.Plays, maxPlays)
	k.inner(".else", a.Else)
}

// inner checks a target that is not a DID's.
func (k *checker) inner(field string, t Target) {
	k.target(field, t)
	if t.Kind == ToFax {
		k.addf(field, "only a DID can be a fax")
	}
}
