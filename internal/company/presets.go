package company

import (
	"fmt"
	"maps"
	"slices"
)

// presets are starting values for trunks, by name. They are generic on purpose:
// carriers publish no settings that hold for all of their customers, so the
// ones in a carrier's letter are set on top.
//
// Where the values come from: registrations are RFC 3261 section 10, renewed
// every ten minutes so that a NAT box in between keeps its mapping for as long
// as the carrier probes, too; between networks that trust each other the
// number shown is asserted (RFC 3325); keys travel as RFC 4733, what RFC 3551
// phones and gateways agree on; A-law first, as networks outside North America
// and Japan have it (ITU-T G.711 section 3.2); SRTP with keys in the session
// description (RFC 4568) only makes sense beneath TLS.
var presets = map[string]Trunk{
	// We log in, and the carrier calls us where we have registered.
	"register": {
		Register: true, ExpirySeconds: 600, Codecs: []string{"alaw", "ulaw"}, DTMF: "rfc4733", QualifySeconds: 60,
	},
	// The carrier knows us by our address: a leased line, a VPN, a session
	// border controller of our own.
	"ip": {
		Codecs: []string{"alaw", "ulaw"}, DTMF: "rfc4733", PAssertedIdentity: true, QualifySeconds: 60,
	},
	// As register, with everything encrypted.
	"register-tls": {
		Transport: "tls", Register: true, ExpirySeconds: 600, Encrypt: true,
		Codecs: []string{"alaw", "ulaw"}, DTMF: "rfc4733", QualifySeconds: 60,
	},
}

// PresetNames are the names of all presets, sorted.
func PresetNames() []string { return slices.Sorted(maps.Keys(presets)) }

// Preset returns a trunk with the starting values of a preset, for the caller
// to complete: its id, host and credentials are not set.
func Preset(name string) (Trunk, error) {
	t, ok := presets[name]
	if !ok {
		return Trunk{}, fmt.Errorf("there is no preset %q; there are %v", name, PresetNames())
	}
	t.Preset, t.Codecs = name, slices.Clone(t.Codecs)
	return t, nil
}
