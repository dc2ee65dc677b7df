package relay

import (
	"crypto/tls"
	"net/http"
	"net/netip"
	"slices"
)

// serve answers what the relay sends. The relay stands on the Internet and may
// have been taken over: what may be asked for is looked at here again.
func (b *Box) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == alivePath {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	ok := b.may(r)
	b.mu.Lock()
	if ok {
		b.status.Served++
	} else {
		b.status.Refused++
	}
	b.mu.Unlock()
	if !ok {
		b.log.Warn("the relay sent a request that it should not have", "method", r.Method)
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	r.RemoteAddr = believed(r.Header.Get(headerClient))
	r.Header = endToEnd(r.Header)
	if recordingLink(r) { // the link is what opens it, nothing else
		for _, name := range []string{"Authorization", "Cookie", "App-Key", "Tenant", "Company-Id"} {
			r.Header.Del(name)
		}
	}
	r.TLS = &tls.ConnectionState{HandshakeComplete: true} // the relay takes nothing else
	b.o.Handler.ServeHTTP(w, r)
}

func (b *Box) may(r *http.Request) bool {
	if !plainPath(r) {
		return false
	}
	if m := callbackPath.FindStringSubmatch(r.URL.Path); m != nil {
		return r.Method == http.MethodPost && slices.Contains(b.o.Tenants(), m[1])
	}
	return slices.Contains(pageMethods, r.Method) && listed(b.o.Paths, r.URL.Path) || recordingLink(r)
}

// nowhere stands for a client's address that is not one of the Internet's.
const nowhere = "0.0.0.0:0"

// believed is the address of a client as the relay tells it. Rights may hang on
// addresses of the own network or machine: no relay may claim one.
func believed(told string) string {
	a, err := netip.ParseAddrPort(told)
	if err != nil {
		return nowhere
	}
	ip := a.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return nowhere
	}
	return netip.AddrPortFrom(ip.WithZone(""), a.Port()).String()
}
