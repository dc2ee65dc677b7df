package company

import (
	"cmp"
	"strconv"

	"github.com/dipcast/dipcast/internal/secret"
)

// Extension is a person's internal number, with the phones that ring for it.
type Extension struct {
	Number string `json:"number"`         // 3 to 10 digits
	Name   string `json:"name,omitempty"` // as other phones show it
	Server int    `json:"server,omitempty"`
	// Language of its prompts. "" means the company's.
	Language string `json:"language,omitempty"`
	// Class is the name of its class of service. "" means AllClass.
	Class string `json:"class,omitempty"`
	// OwnNumber is shown to the network, and billed, when no other number of
	// the company is asked for. "" means as Company.OwnNumber says.
	OwnNumber string `json:"own_number,omitempty"`
	// RingSeconds is how long it rings before CFN or voicemail. 0 means 30.
	RingSeconds int `json:"ring_seconds,omitempty"`
	// CallLimit is how many calls it may have at a time; more find it busy,
	// whatever its phones say. 0 means 2, the second by call waiting.
	CallLimit int `json:"call_limit,omitempty"`
	// NoCallWaiting finds it busy with one call.
	NoCallWaiting bool `json:"no_call_waiting,omitempty"`
	// PickupGroups are those whose calls it may take, and which may take its
	// own: 1 to 63. Empty means 1, the whole company's.
	PickupGroups []int `json:"pickup_groups,omitempty"`
	// Recorded is which of its calls are recorded. Zero members mean as the
	// company says.
	Recorded Recorded `json:"recorded,omitzero"`
	// Voicemail takes messages when nobody answers. nil means none.
	Voicemail *Voicemail `json:"voicemail,omitempty"`
	// Devices are its phones; each registers by its own name. Empty means that
	// the number exists and no phone rings for it.
	Devices []Device `json:"devices,omitempty"`
}

// DefaultRingSeconds is how long an extension rings that does not say.
const DefaultRingSeconds = 30

// Ring is for how long it rings, in seconds.
func (e *Extension) Ring() int { return cmp.Or(e.RingSeconds, DefaultRingSeconds) }

// Calls is how many calls it may have at a time.
func (e *Extension) Calls() int {
	if e.NoCallWaiting {
		return 1
	}
	return cmp.Or(e.CallLimit, 2)
}

// ClassName is the name of its class of service.
func (e *Extension) ClassName() string { return cmp.Or(e.Class, AllClass) }

// Voicemail is a mailbox; its number is the extension's.
type Voicemail struct {
	// PIN is asked when the mailbox is listened to from elsewhere; 4 to 10
	// digits. Without one it opens to the extension's own phones only.
	PIN secret.Text `json:"pin,omitzero"`
	// AskPIN asks the extension's own phones for it too.
	AskPIN bool   `json:"ask_pin,omitempty"`
	Email  string `json:"email,omitempty"` // where messages are sent to as well
}

// Device is one phone of an extension, hard or soft.
type Device struct {
	Secret secret.Text `json:"secret,omitzero"` // its SIP password
	Name   string      `json:"name,omitempty"`  // what people call it: "책상", "휴대폰"
	// Transport is what it registers by: "udp", "tcp" or "tls". "" means any
	// that is listened on.
	Transport string `json:"transport,omitempty"`
	// Encrypt wants its sound as SRTP, and refuses calls without.
	Encrypt bool `json:"encrypt,omitempty"`
	// Codecs in the order of preference: "alaw", "ulaw", "g722", "opus". Empty
	// means DefaultCodecs.
	Codecs []string `json:"codecs,omitempty"`
	// Contacts is how many phones may register by this name at a time; the
	// newest replaces the oldest. 0 means 1.
	Contacts int `json:"contacts,omitempty"`
	// App is AppAcrobits for a softphone that is set up by a link. "" means any
	// other phone.
	App string `json:"app,omitempty"`
}

// AppAcrobits is the app Acrobits Softphone (docs/phones.md).
const AppAcrobits = "acrobits"

// SoftphoneCodecs are what a softphone that is set up by a link speaks.
var SoftphoneCodecs = []string{"opus", "g722", "alaw", "ulaw"}

// DefaultCodecs are what phones and trunks speak that do not say, in the order
// of preference.
var DefaultCodecs = []string{"ulaw", "alaw"}

// Phone is the only device of an extension that has one, with a SIP password.
func Phone(password string) []Device { return []Device{{Secret: secret.New(password)}} }

// DeviceName is the name the nth phone of an extension registers by, from 0:
// "T2_1010", "T2_1010_1".
func DeviceName(prefix, extension string, nth int) string {
	name := prefix + extension
	if nth > 0 {
		name += "_" + strconv.Itoa(nth)
	}
	return name
}
