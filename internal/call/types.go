package call

import "time"

// Time is a moment in milliseconds, UTC. In JSON it is RFC 3339 with exactly
// three decimals; the zero Time is left out where a field may be unknown.
type Time struct{ time.Time }

const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// At returns t in milliseconds.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

// MarshalText implements encoding.TextMarshaler.
func (t Time) MarshalText() ([]byte, error) { return t.AppendFormat(nil, timeLayout), nil }

// MarshalJSON implements json.Marshaler.
func (t Time) MarshalJSON() ([]byte, error) { return t.AppendFormat(nil, `"`+timeLayout+`"`), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Time) UnmarshalText(b []byte) error { return t.Time.UnmarshalText(b) }

// Direction says where a call comes from and goes to.
type Direction string

// The directions.
const (
	External Direction = "external" // from the network to the company
	Internal Direction = "internal" // between extensions, or to a service of the server
	Outgoing Direction = "outgoing" // from the company to the network
)

// State says how far a call is. It never goes back.
type State string

// The states.
const (
	New      State = "new"      // nobody has been rung
	Ringing  State = "ringing"  // somebody rings or rang, nobody has answered
	Answered State = "answered" // the called has answered, or two talk
	Ended    State = "ended"
)

// Party is a phone of the company or somebody in the network.
type Party struct {
	Extension string `json:"extension,omitempty"` // "" for the network
	// Number is what one dials to reach the party: the extension, or the number
	// in the network. "" when it is withheld or not known.
	Number string `json:"number"`
	Name   string `json:"name,omitempty"`

	tenant int // number of the extension's tenant, 0 for the network
}

// Ring is a party that rings now.
type Ring struct {
	Party
	Channel string `json:"channel"`
	Since   Time   `json:"since"`
}

// Result says how the call to one party ended.
type Result string

// The results.
const (
	Pending     Result = "" // still being called
	Answer      Result = "answered"
	NoAnswer    Result = "no_answer"
	Busy        Result = "busy"
	Declined    Result = "declined"
	Unavailable Result = "unavailable" // not registered, or not to be reached
	Failed      Result = "failed"      // refused on the way, see the cause
	Cancelled   Result = "cancelled"   // taken back: the caller gave up, or was moved on
	Elsewhere   Result = "answered_elsewhere"
	Moved       Result = "moved" // went to another call while ringing
)

// Rung is a party that was called, whether its phone rang or not.
type Rung struct {
	Party
	Since    Time   `json:"since"`
	Answered Time   `json:"answered_at,omitzero"`
	Until    Time   `json:"until,omitzero"` // when the ringing or the talk was over
	Result   Result `json:"result,omitempty"`
	Cause    int    `json:"cause,omitempty"` // ITU-T Q.850, of what did not succeed
}

// Diversion is one diversion that took effect.
type Diversion struct {
	Type      string `json:"type"`      // CFI, CFB, CFN, CFU
	Extension string `json:"extension"` // whose it is
	Number    string `json:"number"`    // where it leads
	At        Time   `json:"at"`

	tenant int
}

// LegState says how far one side of a click-to-call is.
type LegState string

// The states of a side.
const (
	LegWaiting  LegState = "waiting" // not called yet, or called without an answer
	LegRinging  LegState = "ringing"
	LegAnswered LegState = "answered"
)

// Leg is one side of a click-to-call.
type Leg struct {
	Party
	State    LegState `json:"state"`
	Answered Time     `json:"answered_at,omitzero"`
	By       *Party   `json:"answered_by,omitempty"` // who answered, when a diversion led elsewhere
}

// ClickToCall tells the two sides of a click-to-call apart: that the caller's
// own phone has answered is not yet an answer.
type ClickToCall struct {
	Caller Leg `json:"caller"`
	Callee Leg `json:"callee"`
}

// Parked says where a call is parked.
type Parked struct {
	Party        // who waits there
	Space string `json:"space"`          // what one dials to take it, "" when not known
	Lot   string `json:"lot,omitempty"`  // the parking lot
	By    string `json:"by,omitempty"`   // extension that parked it
	Since Time   `json:"since,omitzero"` // zero when that happened unseen

	tenant int // of By
}

// Held is a party that has put the other on hold.
type Held struct {
	Party
	Since Time `json:"since"`
}

// Transfer is one move of a call from one party to another.
type Transfer struct {
	// Type is blind, attended, redirect (moved by a command), pickup (a ringing
	// call taken at another phone) or unpark (a parked call taken).
	Type string `json:"type"`
	By   *Party `json:"by,omitempty"` // who did it; absent for a redirect
	To   Party  `json:"to"`
	At   Time   `json:"at"`
}

// The types of a Transfer.
const (
	Blind    = "blind"
	Attended = "attended"
	Redirect = "redirect"
	Pickup   = "pickup"
	Unpark   = "unpark"
)

// Channel is one live channel of a call.
type Channel struct {
	Name     string `json:"channel"`
	Uniqueid string `json:"uniqueid"`
	Party
	State string `json:"state"` // down, ring (calls), ringing (is called), up
}

// Reason says why a call ended.
type Reason string

// The reasons.
const (
	ReasonCompleted   Reason = "completed"   // they talked, or the server served the caller
	ReasonNoAnswer    Reason = "no_answer"   // rang, and nobody answered
	ReasonBusy        Reason = "busy"        //
	ReasonDeclined    Reason = "declined"    //
	ReasonCancelled   Reason = "cancelled"   // the caller gave up, or a command ended it, before an answer
	ReasonUnavailable Reason = "unavailable" // no phone to ring
	ReasonFailed      Reason = "failed"      // see cause and cause_text
	ReasonMerged      Reason = "merged"      // its channels became part of the call merged_into
	ReasonUnknown     Reason = "unknown"     // it ended while the link to the server was lost
)

// End says how a call ended.
type End struct {
	Reason Reason `json:"reason"`
	// Missed: somebody of the company was called and nobody answered.
	Missed bool `json:"missed"`
	// Leg is the side of a click-to-call that failed, "caller" or "callee".
	Leg       string `json:"leg,omitempty"`
	By        *Party `json:"by,omitempty"` // who hung up, or gave up, as far as events tell
	Cause     int    `json:"cause"`        // ITU-T Q.850, 0 when none was given
	CauseText string `json:"cause_text,omitempty"`
}
