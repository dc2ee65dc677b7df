package dialplan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Diversion is something an extension does with its calls instead of ringing, as
// AstDB keys and lamps name it.
type Diversion string

// The diversions.
const (
	CFI Diversion = "CFI" // immediately, before the phone rings
	CFB Diversion = "CFB" // busy
	CFN Diversion = "CFN" // no answer
	CFU Diversion = "CFU" // unavailable: the phone is not registered
	DND Diversion = "DND" // do not disturb: it is busy; there is no destination
	PEA Diversion = "PEA" // personal attendant: callers press a key for a destination
)

// Diversions are those that lead to one number, in the order the documents list
// them.
var Diversions = [...]Diversion{CFI, CFB, CFN, CFU}

// Kinds are all of them: Diversions, then DND and PEA.
var Kinds = [...]Diversion{CFI, CFB, CFN, CFU, DND, PEA}

// Field is what a diversion's AstDB key holds.
type Field string

// The fields of a diversion, and their values.
const (
	Enable      Field = "enable"      // Yes or No
	Destination Field = "destination" // see FormatDestination
	TimeGroup   Field = "time_group"

	Yes = "yes"
	No  = "no"
)

// AttendantPrompt is the name of an extension's own message, which callers of its
// personal attendant hear: a sound that is uploaded.
func AttendantPrompt(extension string) string { return "custom/attendant-" + extension }

// PEAKeys are the keys of a personal attendant.
const PEAKeys = "01234"

// DestinationOf is the field with the destination of one of PEAKeys,
// "destination_0".
func DestinationOf(key byte) Field { return Destination + "_" + Field(key) }

// Fields are those that a kind has: Enable, its destinations, TimeGroup. What is
// no kind has none.
func (d Diversion) Fields() []Field {
	switch d {
	case CFI, CFB, CFN, CFU:
		return []Field{Enable, Destination, TimeGroup}
	case DND:
		return []Field{Enable, TimeGroup}
	case PEA:
		all := []Field{Enable}
		for i := range len(PEAKeys) {
			all = append(all, DestinationOf(PEAKeys[i]))
		}
		return append(all, TimeGroup)
	}
	return nil
}

// IsDestination reports whether a field leads somewhere.
func (f Field) IsDestination() bool {
	if f == Destination {
		return true
	}
	return slices.Contains(PEA.Fields(), f) && f != Enable && f != TimeGroup
}

// Active tells whether it applies to calls, by the values of its fields: it is
// enabled and, but for DND, goes somewhere.
func (d Diversion) Active(value func(Field) string) bool {
	switch d {
	case DND:
		return value(Enable) == Yes
	case PEA:
		for i := range len(PEAKeys) {
			if Active(value(Enable), value(DestinationOf(PEAKeys[i]))) {
				return true
			}
		}
		return false
	}
	return Active(value(Enable), value(Destination))
}

const (
	diversionsRoot = "diversions/"
	gateName       = "has_enable_diversions"
)

// MaxNumber is the most characters a number in a destination may have.
const MaxNumber = 32

// ErrNumber reports a number that a dialplan must not be given: other
// characters than digits, "+", "*" and "#" could end or alter the application
// they are put into.
var ErrNumber = errors.New("not a number to call")

// DiversionKey is the AstDB key of a diversion's field, below the family that
// is the tenant's id: "diversions/1010/CFI/enable".
func DiversionKey(extension string, d Diversion, f Field) string {
	return diversionsRoot + extension + "/" + string(d) + "/" + string(f)
}

// GateKey is the AstDB key that says whether any diversion of the extension is
// active; unless it is Yes the dialplan looks at none.
func GateKey(extension string) string { return diversionsRoot + extension + "/" + gateName }

// Key is a parsed AstDB key below diversions/.
type Key struct {
	Extension string
	Diversion Diversion // "" for the gate
	Field     Field     // "" for the gate
}

// ParseKey reads an AstDB key of the exact forms of DiversionKey and GateKey.
// ok is false for every other key, also one with empty or further parts, and
// for an extension that is not made of digits.
func ParseKey(key string) (k Key, ok bool) {
	rest, ok := strings.CutPrefix(key, diversionsRoot)
	if !ok {
		return Key{}, false
	}
	part := strings.Split(rest, "/")
	if !isDigits(part[0]) {
		return Key{}, false
	}
	k.Extension = part[0]
	switch {
	case len(part) == 2 && part[1] == gateName:
		return k, true
	case len(part) != 3:
		return Key{}, false
	}
	k.Diversion, k.Field = Diversion(part[1]), Field(part[2])
	if !slices.Contains(k.Diversion.Fields(), k.Field) {
		return Key{}, false
	}
	return k, true
}

// CheckNumber tells whether a number may be put into the dialplan: 1 to
// MaxNumber digits, "+", "*" or "#". The error wraps ErrNumber.
func CheckNumber(number string) error {
	if number == "" {
		return fmt.Errorf("%w: it is empty", ErrNumber)
	}
	if len(number) > MaxNumber {
		return fmt.Errorf("%w: longer than %d characters", ErrNumber, MaxNumber)
	}
	for i := range len(number) {
		if c := number[i]; (c < '0' || c > '9') && c != '+' && c != '*' && c != '#' {
			return fmt.Errorf("%w: character %d is %q; digits, +, * and # are allowed", ErrNumber, i+1, c)
		}
	}
	return nil
}

// FormatDestination is the value of a diversion's destination for a number,
// "sub-custom-numbers,01026132471,1". The error wraps ErrNumber.
func FormatDestination(number string) (string, error) {
	if err := CheckNumber(number); err != nil {
		return "", err
	}
	return CustomNumbers + "," + number + ",1", nil
}

// ParseDestination gives the number of a destination as FormatDestination
// writes it. ok is false for any other value, the empty one too.
func ParseDestination(value string) (number string, ok bool) {
	rest, ok := strings.CutPrefix(value, CustomNumbers+",")
	if !ok {
		return "", false
	}
	number, ok = strings.CutSuffix(rest, ",1")
	if !ok || CheckNumber(number) != nil {
		return "", false
	}
	return number, true
}

// Active tells whether one of Diversions applies: it is enabled and goes
// somewhere.
func Active(enable, destination string) bool { return enable == Yes && destination != "" }

// Lamp is the device whose state shows a diversion on phones,
// "Custom:T2_CFI_1010".
func Lamp(prefix string, d Diversion, extension string) string {
	return "Custom:" + prefix + string(d) + "_" + extension
}

// ParseLamp takes a lamp's name apart. The number is 0 for a name without
// marker. ok is false for any other device.
func ParseLamp(device string) (number int, d Diversion, extension string, ok bool) {
	rest, ok := strings.CutPrefix(device, "Custom:")
	if !ok {
		return 0, "", "", false
	}
	number, rest = ParseEndpoint(rest)
	kind, extension, ok := strings.Cut(rest, "_")
	if !ok || !isDigits(extension) {
		return 0, "", "", false
	}
	for _, d := range Kinds {
		if string(d) == kind {
			return number, d, extension, true
		}
	}
	return 0, "", "", false
}

// States of a lamp, as DEVICE_STATE and the action Setvar take them. That of DND
// has others, so that a hint of phone and lamp together is that of the phone
// while DND is off.
const (
	LampOn     = "BUSY"
	LampOff    = "NOT_INUSE"
	LampDND    = "INUSE"
	LampDNDOff = "UNAVAILABLE"
)

// LampState is the state of a diversion's lamp.
func LampState(d Diversion, active bool) string {
	switch {
	case d == DND && active:
		return LampDND
	case d == DND:
		return LampDNDOff
	case active:
		return LampOn
	}
	return LampOff
}

func isDigits(s string) bool {
	if s == "" || len(s) > MaxNumber {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Where the sources stand that a server refuses to speak SIP with, one entry
// each: "dipcast_bans/acl/{source}", the value {"deny":"203.0.113.7/32"}. The
// second part is the type that res_sorcery_astdb adds.
const (
	BansFamily = "dipcast_bans"
	BansKey    = "acl"
)

// Where the phones stand that a server lets register no more, because the box is
// full: "dipcast_aors/aor/{endpoint}", the value {"max_contacts":"0"}. res_pjsip looks
// there before its file, see sorcery.conf.
const (
	AORsFamily = "dipcast_aors"
	AORsKey    = "aor"
)

// What the dialplan reads of how much room there is, below CapacityFamily. A key
// that is missing limits nothing.
const (
	CapacityFamily = "dipcast_capacity"
	// How many phones of this server may be in use, and how many of its calls
	// recorded, at once.
	CapacityPhones   = "phones_in_use"
	CapacityRecorded = "recorded_calls"
	// These are until when there is no room for a further one, in Unix seconds.
	CapacityPhonesFull   = "phones_in_use_full"
	CapacityRecordedFull = "recorded_calls_full"
)

// CapacityKeys are all of them.
var CapacityKeys = [...]string{CapacityPhones, CapacityRecorded, CapacityPhonesFull, CapacityRecordedFull}

// What a dialplan does with a call that there is no room for: the event UserEvent
// of this name, whose Kind is CapacityPhones or CapacityRecorded, and the call
// ends with this cause (Q.850: switching equipment congestion).
const (
	CapacityEvent = "DIPCASTCapacity"
	CapacityCause = "42"
)
