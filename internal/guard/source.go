package guard

import (
	"net/netip"
	"strings"

	"github.com/dipcast/dipcast/ami"
)

// remoteOf is the RemoteAddress of a security event: the last one. What stands
// before it, AccountID, is of whoever sent the request, who may have put a line of
// that name into it; what stands behind it cannot hold a line.
func remoteOf(m *ami.Message) (remote string) {
	for name, value := range m.All() {
		if string(name) == "RemoteAddress" {
			remote = string(value)
		}
	}
	return remote
}

// maxAccount bounds the name of an account, in bytes. Ours are shorter.
const maxAccount = 64

// accountOf is the AccountID of a security event: the first one, since what the
// sender put into it comes behind. A longer one is nobody's.
func accountOf(m *ami.Message) string {
	for name, value := range m.All() {
		if string(name) == "AccountID" {
			if len(value) > maxAccount {
				return ""
			}
			return string(value)
		}
	}
	return ""
}

// parseRemote reads the RemoteAddress of a security event, such as
// "IPV4/UDP/203.0.113.7/5060" (main/security_events.c). connected is true unless
// it is that of a datagram, which may be forged.
func parseRemote(s string) (addr netip.Addr, connected, ok bool) {
	f := strings.Split(s, "/")
	if len(f) < 3 {
		return netip.Addr{}, false, false
	}
	a, err := netip.ParseAddr(strings.Trim(f[2], "[]"))
	if err != nil || a.IsUnspecified() {
		return netip.Addr{}, false, false
	}
	return a.Unmap().WithZone(""), f[1] != "UDP", true
}

// sourceOf is what is counted and banned: one address of IPv4, and a whole /64
// of IPv6, of which everyone has at least one.
func sourceOf(a netip.Addr) netip.Prefix {
	bits := 64
	if a = a.Unmap(); a.Is4() {
		bits = 32
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil { // bits fit both kinds
		return netip.Prefix{}
	}
	return p
}

// show writes a source as people write it: an address without its length.
func show(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// ParseSource reads an address or a network as the source that it is banned by:
// an IPv4 address, or the /64 of an IPv6 one.
func ParseSource(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return sourceOf(a), true
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || p != p.Masked() {
		return netip.Prefix{}, false
	}
	return p, true
}

// contains reports whether one of the networks overlaps a source.
func contains(networks []netip.Prefix, source netip.Prefix) bool {
	for _, n := range networks {
		if n.Overlaps(source) {
			return true
		}
	}
	return false
}
