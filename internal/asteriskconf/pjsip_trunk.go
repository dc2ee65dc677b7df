package asteriskconf

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// writeTrunk writes a line to the network: the endpoint, where it is reached,
// whose addresses its calls come from, and how we log in there.
func writeTrunk(b *strings.Builder, in Input, t *company.Trunk) {
	name := dialplan.TrunkEndpoint(t.ID)
	login := t.Username != "" && !t.Secret.Empty()
	if t.Name != "" {
		fmt.Fprintf(b, "; %s\n", displayName(t.Name))
	}
	fmt.Fprintf(b, "[%s]\ntype=endpoint\ncontext=%s\naors=%[1]s\nidentify_by=ip\nallow_transfer=no\n", name, dialplan.TrunkContext(t.ID))
	if t.Transport != "" {
		fmt.Fprintf(b, "transport=%s\n", transportOf(t.Transport))
	}
	if login {
		fmt.Fprintf(b, "outbound_auth=%s\n", name)
	}
	if p := proxyOf(t); p != "" {
		fmt.Fprintf(b, "outbound_proxy=%s\n", p)
	}
	if t.FromUser != "" {
		fmt.Fprintf(b, "from_user=%s\n", t.FromUser)
	}
	if t.FromDomain != "" {
		fmt.Fprintf(b, "from_domain=%s\n", t.FromDomain)
	}
	// Who is not in one domain of trust with us is neither believed nor told.
	fmt.Fprintf(b, "trust_id_inbound=%s\nsend_pai=%[1]s\nsend_diversion=yes\n", yesNo(t.PAssertedIdentity))
	writeMedia(b, in, t.Codecs, t.Encrypt, t.DTMF)
	b.WriteString(trunkFax(in, t))
	fmt.Fprintf(b, "\n[%s]\ntype=aor\ncontact=%s\n", name, quoted(peerURI(t, "")))
	if t.QualifySeconds > 0 {
		fmt.Fprintf(b, "qualify_frequency=%d\n", t.QualifySeconds)
	}
	fmt.Fprintf(b, "\n[%s]\ntype=identify\nendpoint=%[1]s\n", name)
	for _, m := range matches(t) {
		fmt.Fprintf(b, "match=%s\n", m)
	}
	b.WriteString("\n")
	if login {
		fmt.Fprintf(b, "[%s]\ntype=auth\nauth_type=userpass\nusername=%s\npassword=%s\n\n",
			name, quoted(cmp.Or(t.AuthUser, t.Username)), quoted(t.Secret.Reveal()))
	}
	if t.Register {
		writeRegistration(b, t, name)
	}
}

// writeRegistration has Asterisk log in at the network and stay so. Refused
// credentials are tried again too, slowly: they may be mended at the other end.
func writeRegistration(b *strings.Builder, t *company.Trunk, name string) {
	domain := cmp.Or(t.FromDomain, hostOf(t))
	fmt.Fprintf(b, `[%[1]s]
type=registration
endpoint=%[1]s
line=yes
outbound_auth=%[1]s
server_uri=%[2]s
client_uri=sip:%[3]s@%[4]s
contact_user=%[3]s
expiration=%[5]d
max_random_initial_delay=0
retry_interval=30
forbidden_retry_interval=300
fatal_retry_interval=300
max_retries=100000
auth_rejection_permanent=no
`, name, quoted(peerURI(t, "")), uriUser(t.Username), domain, cmp.Or(t.ExpirySeconds, 600))
	if t.Transport != "" {
		fmt.Fprintf(b, "transport=%s\n", transportOf(t.Transport))
	}
	if p := proxyOf(t); p != "" {
		fmt.Fprintf(b, "outbound_proxy=%s\n", p)
	}
	b.WriteString("\n")
}

// peerURI is where a trunk is reached. A name without a port is looked up as a
// service (RFC 3263).
func peerURI(t *company.Trunk, user string) string {
	uri := "sip:"
	if user != "" {
		uri += uriUser(user) + "@"
	}
	uri += hostOf(t)
	if t.Port != 0 {
		uri += ":" + itoa(t.Port)
	}
	if t.Transport == "tcp" || t.Transport == "tls" {
		uri += ";transport=" + t.Transport
	}
	return uri
}

func hostOf(t *company.Trunk) string {
	if a, err := netip.ParseAddr(t.Host); err == nil && a.Is6() {
		return "[" + t.Host + "]"
	}
	return t.Host
}

// proxyOf is where requests go instead, as a loose router (RFC 3261 section
// 16.12); "" for none.
func proxyOf(t *company.Trunk) string {
	if t.Proxy == "" {
		return ""
	}
	uri := "sip:" + t.Proxy + ";lr"
	if t.Transport == "tcp" || t.Transport == "tls" {
		uri += ";transport=" + t.Transport
	}
	return quoted(uri)
}

// matches are what a trunk's calls are known by. A port counts only with UDP:
// connections come from any (matching one needs Asterisk 16.8 or newer).
func matches(t *company.Trunk) []string {
	switch {
	case len(t.Match) > 0:
		return t.Match
	case t.Port != 0 && (t.Transport == "" || t.Transport == "udp"):
		return []string{net.JoinHostPort(t.Host, itoa(t.Port))}
	}
	return []string{t.Host}
}

// uriUser escapes what a user part may not hold as it is; the rest of what
// company.CheckTrunk lets pass may.
func uriUser(user string) string { return strings.ReplaceAll(user, "@", "%40") }

func transportOf(t string) string {
	switch t {
	case "tcp":
		return transportTCP
	case "tls":
		return transportTLS
	}
	return transportUDP
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
