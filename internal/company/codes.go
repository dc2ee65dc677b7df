package company

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
	Number  string `json:"number,omitempty"`  // dialed or transferred to, to park: "700"
	Spaces  int    `json:"spaces,omitempty"`  // 701 and on: 20
	Seconds int    `json:"seconds,omitempty"` // until it rings who parked it: 60
}
