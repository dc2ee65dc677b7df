package users

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Place is an address of the web at which passkeys are made and used. A passkey
// counts at the name it was made at, and nowhere else: browsers see to that, and so
// do we.
type Place struct {
	Name   string // the host's: what WebAuthn calls the relying party
	Origin string // as browsers send it: https://pbx.example.com
}

// Why there are no passkeys at an address, as browsers have it.
const (
	PlainPlace   = "plain"   // it is not HTTPS
	AddressPlace = "address" // its host is an IP address, and no name
)

// PlaceOf is the place of an origin. why says why it is none; "" it is one. That is an
// HTTPS origin with a name, and localhost even without HTTPS, which never leaves the
// machine: browsers draw the line there.
func PlaceOf(origin string) (p Place, why string) {
	u, err := url.Parse(strings.ToLower(origin))
	if err != nil || u.Host == "" {
		return Place{}, AddressPlace
	}
	p = Place{Name: u.Hostname(), Origin: u.Scheme + "://" + u.Host}
	if _, err := netip.ParseAddr(p.Name); err == nil || protocol.ValidateRPID(p.Name) != nil {
		return Place{}, AddressPlace
	}
	if u.Scheme != "https" && (u.Scheme != "http" || p.Name != "localhost") {
		return Place{}, PlainPlace
	}
	return p, ""
}

// party is what checks passkeys of a place: they are found without a username, and
// have their owner prove who they are to the device, by a finger, a face or a PIN, so
// that each stands for two factors. What kind of device it is is nobody's matter.
func (p Place) party() (*webauthn.WebAuthn, error) {
	life := webauthn.TimeoutConfig{Timeout: challengeLife, TimeoutUVD: challengeLife}
	return webauthn.New(&webauthn.Config{
		RPID: p.Name, RPDisplayName: "DIPCAST", RPOrigins: []string{p.Origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: protocol.ResidentKeyRequired(), ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: life, Registration: life},
	})
}
