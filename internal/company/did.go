package company

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// DID is a public number that rings here.
type DID struct {
	Number      string `json:"number"`
	Description string `json:"description,omitempty"`
	To          Target `json:"to"`
	// TimeGroup is when To holds; outside of it the call goes to Else. 0 means
	// always.
	TimeGroup int    `json:"time_group,omitempty"`
	Else      Target `json:"else,omitzero"`
	// Tone is what callers hear while it rings (통화연결음): the name of one of
	// the company's tones, or OwnTone. "" means the ringing of the network, and so
	// does a tone that has no recording.
	Tone string `json:"tone,omitempty"`
	// CallerPrefix is put before the caller's name: "[고객센터] ".
	CallerPrefix string `json:"caller_prefix,omitempty"`
	// Language of its prompts. "" means the company's.
	Language string `json:"language,omitempty"`
	// DetectFax is for how many seconds a call is answered and listened to for
	// a fax machine before it goes on; the caller hears it ring. A machine
	// that shows itself later is heard too. 0 means that nobody listens.
	DetectFax int `json:"detect_fax,omitempty"`
}

// DIDs are numbers that ring extensions, from number → extension, sorted.
func DIDs(rings map[string]string) []DID {
	dids := make([]DID, 0, len(rings))
	for _, n := range slices.Sorted(maps.Keys(rings)) {
		dids = append(dids, DID{Number: n, To: Ext(rings[n])})
	}
	return dids
}

// Tone is a recording that callers hear while a DID rings, or while they are
// held.
type Tone struct {
	Name  string `json:"name"` // letters, digits and -, begins with a letter; not OwnTone
	Title string `json:"title,omitempty"`
}

// OwnTone is a tone that every company has: a tune that comes with DIPCAST and
// is free of rights of others.
const OwnTone = "dipcast"

// IsToneName reports whether a tone of a company may have this name.
func IsToneName(name string) bool { return namePattern.MatchString(name) && name != OwnTone }

// TargetKind is what a call can be sent to.
type TargetKind string

// The kinds of targets.
const (
	ToExtension  TargetKind = "extension"  // Value is its number
	ToRingGroup  TargetKind = "ring_group" // Value is its number
	ToAttendant  TargetKind = "attendant"  // Value is its number
	ToConference TargetKind = "conference" // Value is its number
	ToVoicemail  TargetKind = "voicemail"  // Value is the extension's number
	ToNumber     TargetKind = "number"     // Value is a number of the network
	ToNotice     TargetKind = "notice"     // Value is a prompt's name; then it ends
	ToBusy       TargetKind = "busy"       // no Value: the caller hears busy
	ToHangup     TargetKind = "hangup"     // no Value
	ToFax        TargetKind = "fax"        // no Value: a fax is received; of a DID only
)

// TargetKinds are all of them.
var TargetKinds = []TargetKind{ToExtension, ToRingGroup, ToAttendant, ToConference, ToVoicemail, ToNumber, ToNotice, ToBusy, ToHangup, ToFax}

// Target is where a call is sent. Its text is "extension:1010", or "busy". The
// zero Target is nowhere; its text is "".
type Target struct {
	Kind  TargetKind
	Value string
}

// Ext is the target that is an extension.
func Ext(number string) Target { return Target{ToExtension, number} }

// IsZero reports whether it is nowhere.
func (t Target) IsZero() bool { return t == Target{} }

// String is the text of t.
func (t Target) String() string {
	if t.Value == "" {
		return string(t.Kind)
	}
	return string(t.Kind) + ":" + t.Value
}

// MarshalText implements encoding.TextMarshaler.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It knows the kinds; what
// is behind the colon is for Check.
func (t *Target) UnmarshalText(text []byte) error {
	kind, value, _ := strings.Cut(string(text), ":")
	if len(text) > 0 && !slices.Contains(TargetKinds, TargetKind(kind)) {
		return fmt.Errorf("%q is no target: write extension:1010, ring_group:600, attendant:650, conference:800, voicemail:1010, number:0212345678, notice:closed, busy, hangup or fax", text)
	}
	t.Kind, t.Value = TargetKind(kind), value
	return nil
}

// RingGroup is a number that rings several phones.
type RingGroup struct {
	Number string `json:"number"` // dialed inside like an extension: "600"
	Name   string `json:"name,omitempty"`
	// Strategy is RingAll or RingInTurn. "" means RingAll.
	Strategy string `json:"strategy,omitempty"`
	// Members are extensions, and numbers of the network, in their order.
	Members []string `json:"members"`
	// RingSeconds is for how long all ring, or each in its turn. 0 means 20.
	RingSeconds int `json:"ring_seconds,omitempty"`
	// Else is where the call goes when nobody answered. Nowhere ends it.
	Else Target `json:"else,omitzero"`
	// CallerPrefix is put before the caller's name.
	CallerPrefix string `json:"caller_prefix,omitempty"`
	// Tone is what the caller hears meanwhile; see DID.Tone.
	Tone string `json:"tone,omitempty"`
}

// The strategies of ring groups.
const (
	RingAll    = "all"
	RingInTurn = "in_turn"
)

// Ring is for how long its members ring, in seconds.
func (g *RingGroup) Ring() int {
	if g.RingSeconds == 0 {
		return 20
	}
	return g.RingSeconds
}
