// Package dialplan holds the names that DIPCAST and the dialplan of Asterisk
// agree on: contexts, endpoints, AstDB keys, lamps, and the marker T{n}_ by
// which a name says whose it is. They are those of the VitalPBX family; see
// section 6 of the design, "Dialplan names" and "AstDB".
package dialplan

import (
	"strconv"
	"strings"
)

// CustomNumbers is the context a diversion's destination begins with. Its
// extension is the number to call, in the class of service of the extension
// that is diverted.
const CustomNumbers = "sub-custom-numbers"

// RingGroups is the context with the numbers of ring groups, without prefix.
const RingGroups = "ext-ringgroups"

const (
	cosPrefix         = "cos-"
	cosSuffix         = cosPrefix + "all"
	clickToCallSuffix = "click-to-call"
)

// Prefix is what the names of a tenant begin with: "T2_" for number 2. A main
// tenant without prefix uses "" instead wherever a prefix is asked for.
func Prefix(number int) string { return "T" + strconv.Itoa(number) + "_" }

// ClassOfService is the context that a tenant's phones and calls start in,
// "T2_cos-all".
func ClassOfService(prefix string) string { return prefix + cosSuffix }

// Class is the context of a class of service by its name, "T2_cos-staff".
func Class(prefix, name string) string { return prefix + cosPrefix + name }

// ParseClassOfService gives the prefix of a class of service. ok is false for
// any other context.
func ParseClassOfService(context string) (prefix string, ok bool) {
	return parseContext(context, cosSuffix)
}

// ClickToCall is the context that rings the caller of a click-to-call,
// "T2_click-to-call".
func ClickToCall(prefix string) string { return prefix + clickToCallSuffix }

// ParseClickToCall gives the prefix of a click-to-call context. ok is false
// for any other context.
func ParseClickToCall(context string) (prefix string, ok bool) {
	return parseContext(context, clickToCallSuffix)
}

func parseContext(context, suffix string) (prefix string, ok bool) {
	prefix, ok = strings.CutSuffix(context, suffix)
	if !ok {
		return "", false
	}
	if prefix == "" {
		return "", true
	}
	if _, rest, ok := cutMarker(prefix); !ok || rest != "" {
		return "", false
	}
	return prefix, true
}

// ToNetwork is the subroutine that every call to the network passes,
// "T2_to-network". It asks the gateway, which sets CallAnswer on the channel to
// CallAllowed or to the Q.850 cause of its refusal.
func ToNetwork(prefix string) string { return prefix + "to-network" }

// The answer to the question of ToNetwork.
const (
	CallAnswer  = "DC_ANSWER"
	CallAllowed = "allow"
)

// Endpoint is the PJSIP endpoint of an extension, "T2_1010".
func Endpoint(prefix, extension string) string { return prefix + extension }

// ParseEndpoint splits an endpoint into the tenant's number and the extension.
// The number is 0 for a name without marker, which may be the main tenant's.
func ParseEndpoint(endpoint string) (number int, extension string) {
	if n, rest, ok := cutMarker(endpoint); ok {
		return n, rest
	}
	return 0, endpoint
}

// Dial is the device to dial for an extension, "PJSIP/T2_1010".
func Dial(prefix, extension string) string { return "PJSIP/" + Endpoint(prefix, extension) }

// LocalChannel is the channel that calls an extension as its colleagues do,
// with its diversions, "Local/1010@T2_cos-all".
func LocalChannel(prefix, extension string) string {
	return "Local/" + extension + "@" + ClassOfService(prefix)
}

// TrunkEndpoint is the PJSIP endpoint of a trunk, "trk-1".
func TrunkEndpoint(id int) string { return "trk-" + strconv.Itoa(id) }

// TrunkContext is the context that calls from a trunk start in, "trk-1-in".
// Their extension is the number dialed (DID).
func TrunkContext(id int) string { return TrunkEndpoint(id) + "-in" }

// ParseTrunkContext gives the trunk of a context such as "trk-1-in". ok is
// false for any other context.
func ParseTrunkContext(context string) (id int, ok bool) {
	s, ok := strings.CutPrefix(context, "trk-")
	if !ok {
		return 0, false
	}
	if s, ok = strings.CutSuffix(s, "-in"); !ok {
		return 0, false
	}
	return atoi(s)
}

// atoi reads a number as these names write it: digits, no sign, no leading
// zero, at most nine of them.
func atoi[T string | []byte](s T) (int, bool) {
	if len(s) == 0 || len(s) > maxMarkerDigits || s[0] == '0' {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}
