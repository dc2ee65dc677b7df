package company

import (
	"cmp"

	"github.com/dipcast/dipcast/internal/secret"
)

// Trunk is a line to the telephone network. Its names in the dialplan are
// trk-{ID} and trk-{ID}-in.
type Trunk struct {
	ID     int    `json:"id"` // 1 and more, unique over all companies
	Name   string `json:"name,omitempty"`
	Server int    `json:"server,omitempty"` // 0 means the home of its company
	// Preset names the starting values it was made from; it has no effect.
	Preset string `json:"preset,omitempty"`

	Host      string `json:"host"`                // an IP address or a name
	Port      int    `json:"port,omitempty"`      // 0 means the transport's own
	Transport string `json:"transport,omitempty"` // "udp", "tcp" or "tls"; "" means "udp"
	Proxy     string `json:"proxy,omitempty"`     // host or host:port that requests are sent to instead

	// Register keeps a registration with Username and Secret. Without, the
	// network knows us by our address, and we it by Match.
	Register   bool        `json:"register,omitempty"`
	Username   string      `json:"username,omitempty"`
	Secret     secret.Text `json:"secret,omitzero"`
	AuthUser   string      `json:"auth_user,omitempty"`   // "" means Username
	FromUser   string      `json:"from_user,omitempty"`   // "" means the number shown
	FromDomain string      `json:"from_domain,omitempty"` // "" means our address
	// ExpirySeconds is how long a registration is asked for. 0 means 600.
	ExpirySeconds int `json:"expiry_seconds,omitempty"`
	// Match are the networks that its calls come from, "203.0.113.0/28". Empty
	// means Host, at Port where one is given.
	Match []string `json:"match,omitempty"`

	Codecs  []string `json:"codecs,omitempty"`  // as Device.Codecs
	Encrypt bool     `json:"encrypt,omitempty"` // SRTP
	// DTMF is how digits are sent: "rfc4733", "inband", "info" or "auto". ""
	// means "rfc4733".
	DTMF string `json:"dtmf,omitempty"`
	// Channels are how many calls it carries at a time; 0 leaves that to it.
	Channels int `json:"channels,omitempty"`

	// NumberFormat is how numbers are written towards it: "national"
	// 01026132471, "e164" 821026132471, "+e164" +821026132471. "" is national.
	NumberFormat string `json:"number_format,omitempty"`
	// PAssertedIdentity sends the number shown also as P-Asserted-Identity (RFC
	// 3325), and believes the network's.
	PAssertedIdentity bool `json:"p_asserted_identity,omitempty"`
	// DivertedShows is the number of a diverted call: "caller", with a header
	// Diversion (RFC 5806) that names who diverts, or "own", a number of the
	// company. "" means "own".
	DivertedShows string `json:"diverted_shows,omitempty"`
	// NoT38 keeps faxes on the line as sound (G.711), for a network that says
	// T.38 and does not do it well. One that encrypts has none either.
	NoT38 bool `json:"no_t38,omitempty"`
	// QualifySeconds is how often it is probed by OPTIONS; 0 means never.
	QualifySeconds int `json:"qualify_seconds,omitempty"`
}

// The ways a diverted call shows itself to the network.
const (
	ShowCaller = "caller"
	ShowOwn    = "own"
)

// Port0 is its port, 5060 or 5061 when none is given.
func (t *Trunk) Port0() int {
	if t.Port == 0 && t.Transport == "tls" {
		return 5061
	}
	return cmp.Or(t.Port, 5060)
}

// Route is which trunks carry calls to some numbers, and how these are written.
type Route struct {
	Name string `json:"name,omitempty"`
	// Prefixes are what numbers begin with as people dial them: "02", "010",
	// "00". Empty means every number. Of several routes the longest prefix
	// wins, then the first.
	Prefixes []string `json:"prefixes,omitempty"`
	// Trunks are tried in this order: the next when one takes nothing.
	Trunks []int `json:"trunks"`
	// Strip takes so many digits from the front, then Prepend is put there.
	Strip   int    `json:"strip,omitempty"`
	Prepend string `json:"prepend,omitempty"`
}
