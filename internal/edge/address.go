package edge

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// maxHops bounds how many entries of X-Forwarded-For are looked at.
const maxHops = 16

// Proxies are the networks whose X-Forwarded-For is believed.
type Proxies []netip.Prefix

func (p Proxies) trust(a netip.Addr) bool {
	for _, n := range p {
		if n.Contains(a) {
			return true
		}
	}
	return false
}

// ClientAddr is the address the request comes from: that of the connection,
// or, when a trusted proxy sent it, the last one in X-Forwarded-For that no
// trusted proxy has. It is the zero Addr when the connection's is not an IP.
func (p Proxies) ClientAddr(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	addr = addr.Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && i >= len(hops)-maxHops && p.trust(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	return addr
}

// Secure reports that a request came by HTTPS: to us, or to a trusted proxy that
// says so (X-Forwarded-Proto).
func (p Proxies) Secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	proto := r.Header.Values("X-Forwarded-Proto")
	return err == nil && p.trust(addr.Unmap()) && len(proto) == 1 && strings.EqualFold(proto[0], "https")
}
