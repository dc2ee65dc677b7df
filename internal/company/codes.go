package company

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/dipcast/dipcast/internal/number"
)

// Feature is something a phone does by dialing a code.
type Feature string

// The features. Those of diversions take the number behind the code, or ask for
// it; the same code without a number turns the diversion on or off again.
const (
	DoCFI           Feature = "cfi"
	DoCFB           Feature = "cfb"
	DoCFN           Feature = "cfn"
	DoCFU           Feature = "cfu"
	DoDND           Feature = "dnd"
	DoPEA           Feature = "pea"
	DoCancelAll     Feature = "cancel_diversions" // all diversions and DND off
	DoCallWaiting   Feature = "call_waiting"
	DoPickup        Feature = "pickup"           // a ringing phone of one's pick-up groups
	DoPickupOf      Feature = "pickup_extension" // with the extension behind it
	DoVoicemail     Feature = "voicemail"        // one's own
	DoVoicemailOf   Feature = "voicemail_of"     // with the extension behind it
	DoBlindTransfer Feature = "blind_transfer"   // within a call
	DoAttended      Feature = "attended_transfer"
	DoPark          Feature = "park"
	DoRecord        Feature = "record"
	DoLastCaller    Feature = "last_caller"
	DoMyNumber      Feature = "my_number"
	DoTime          Feature = "time"
	DoEcho          Feature = "echo"
)

// DefaultCodes are the codes of features that a company does not change.
var DefaultCodes = Codes{
	DoCFI: "*21", DoCFB: "*22", DoCFN: "*23", DoCFU: "*24", DoDND: "*25", DoPEA: "*26", DoCancelAll: "*20",
	DoCallWaiting: "*28",
	DoPickup:      "*8", DoPickupOf: "**",
	DoVoicemail: "*97", DoVoicemailOf: "*98",
	DoBlindTransfer: "##", DoAttended: "*2", DoPark: "*5", DoRecord: "*1",
	DoLastCaller: "*69", DoMyNumber: "*65", DoTime: "*60", DoEcho: "*43",
}

// Codes are feature codes that differ from DefaultCodes: 2 to 6 of the
// characters 0-9 * #, the first * or #. "-" turns a feature off.
type Codes map[Feature]string

// CodeOff is the code of a feature that is turned off.
const CodeOff = "-"

// Code is what is dialed for a feature, "" when it is off.
func (c *Company) Code(f Feature) string {
	code, ok := c.Codes[f]
	if !ok {
		code = DefaultCodes[f]
	}
	if code == CodeOff {
		return ""
	}
	return code
}

// Parking is where calls are parked. Zero fields have the defaults in their
// comments.
type Parking struct {
	// Number is dialed or transferred to, to park: "700"; the spaces follow it.
	// When none is given and one of these numbers is something else, there is no
	// parking, as with CodeOff.
	Number  string `json:"number,omitempty"`
	Spaces  int    `json:"spaces,omitempty"`  // 701 and on: 20
	Seconds int    `json:"seconds,omitempty"` // until it rings who parked it: 60
}

// ParkingLot is a company's parking with its defaults.
type ParkingLot struct {
	Number      string // parks
	First, Last int    // the spaces, dialed to take a call
	Seconds     int    // until it rings who parked it
}

// ParkingLot gives the company's parking; ok is false when it has none.
func (c *Company) ParkingLot() (lot ParkingLot, ok bool) {
	p := c.Parking
	if p.Number == CodeOff {
		return ParkingLot{}, false
	}
	lot = ParkingLot{Number: cmp.Or(p.Number, "700"), Seconds: cmp.Or(p.Seconds, 60)}
	first, err := strconv.Atoi(lot.Number)
	if err != nil {
		return ParkingLot{}, false // Check says so
	}
	lot.First, lot.Last = first+1, first+cmp.Or(p.Spaces, 20)
	if p.Number != "" {
		return lot, true
	}
	dialed := slices.Concat(c.Shown(), number.EmergencyNumbers())
	for i := range c.Extensions {
		dialed = append(dialed, c.Extensions[i].Number)
	}
	for i := range c.RingGroups {
		dialed = append(dialed, c.RingGroups[i].Number)
	}
	for i := range c.Attendants {
		dialed = append(dialed, c.Attendants[i].Number)
	}
	for i := range c.Conferences {
		dialed = append(dialed, c.Conferences[i].Number)
	}
	return lot, !slices.ContainsFunc(dialed, lot.has)
}

// has reports whether a number is one of the lot's.
func (l ParkingLot) has(n string) bool {
	i, err := strconv.Atoi(n)
	return err == nil && len(n) == len(l.Number) && i >= l.First-1 && i <= l.Last
}
