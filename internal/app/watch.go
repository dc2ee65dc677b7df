package app

import (
	"net"
	"net/http"
	"net/http/pprof" // its handlers go on a mux of ours; nothing serves the default one
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/metrics"
	"github.com/dipcast/dipcast/internal/tenant"
)

// watch serves what the people who run the gateway look at: /metrics and
// /debug/pprof/. Who may is up to whoever mounts it.
func (a *App) watch() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics.Handler(metrics.Options{
		Version: a.o.Version, Pool: a.pool, Hub: a.hub, Audit: a.audit, Limits: a.limits, Guard: a.bans, History: a.history, Capacity: a.capacity, Recordings: a.recordings, Relay: a.relay,
		Outbox: a.outbox, WebhooksLost: a.webhooks.Lost, RingsUntold: a.bot.Untold,
		Clients:  a.clients,
		Refusals: &a.refusals, Logs: &a.lines, Reloads: &a.reloads,
		StoreErrors: a.store.Errors, Draining: a.draining.Load, CertificateEnds: a.certificateEnds,
	}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", timed(pprof.Profile))
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", timed(pprof.Trace))
	return mux
}

// maxProfile is the longest profile, in seconds: one that runs slows everything.
const maxProfile = 60

// timed bounds ?seconds= and refuses what it cannot read.
func timed(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if v := r.FormValue("seconds"); v != "" {
			if n, err := strconv.Atoi(v); err != nil || n < 1 || n > maxProfile {
				edge.WriteError(w, envelope.Errorf(envelope.InvalidValue, "seconds", "seconds must be a whole number from 1 to %d", maxProfile))
				return
			}
		}
		// The deadline of reading would end it early.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
		h(w, r)
	}
}

// clients is the number of clients now, by protocol.
func (a *App) clients() map[string]int { return a.dcmiws.ClientsByProtocol() }

func (a *App) certificateEnds() time.Time {
	if a.certs == nil {
		return time.Time{}
	}
	return a.certs.Expires()
}

// forOperators lets operators in with their credentials, nobody else.
func (a *App) forOperators(h http.Handler) http.Handler {
	proxies := edge.Proxies(a.o.Config.ProxyNetworks())
	authenticate := a.authenticate(proxies)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := authenticate(r)
		if err == nil && who.Role != tenant.Operator {
			err = envelope.Errorf(envelope.Forbidden, "", "this is for operators")
		}
		if err == nil && r.Header.Get("Origin") != "" {
			err = envelope.Errorf(envelope.Forbidden, "Origin", "pages of a browser may not read this")
		}
		if err != nil {
			e := asError(err)
			a.refused(edge.Refusal{Who: who, Remote: proxies.ClientAddr(r), Action: "GET " + watchName(r.URL.Path), Err: e})
			edge.WriteError(w, e)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// watchName keeps what a client writes behind the prefix out of the audit.
func watchName(path string) string {
	if strings.HasPrefix(path, "/debug/pprof/") {
		return "/debug/pprof/"
	}
	return "/metrics"
}

// listenWatch opens the listener without login, if there is one.
func (a *App) listenWatch() error {
	addr := a.o.Config.MetricsListen
	if addr == "" {
		return nil
	}
	ln, err := bind(addr)
	if err != nil {
		return err
	}
	a.metricsAddress = ln.Addr().String()
	// Plain, whatever tls.mode says: nothing leaves this machine.
	a.serveOn(ln, addr, local(a.watch()))
	return nil
}

// MetricsAddress is where /metrics is without login, "" when nowhere.
func (a *App) MetricsAddress() string { return a.metricsAddress }

// local refuses a page that reaches us by a name of its own that points to
// loopback (DNS rebinding): programs on this machine use the address.
func local(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if host != "localhost" && (err != nil || !ip.Unmap().IsLoopback()) || r.Header.Get("Origin") != "" {
			edge.WriteError(w, envelope.Errorf(envelope.Forbidden, "Host", "this address is for programs on this machine, by its loopback address"))
			return
		}
		h.ServeHTTP(w, r)
	})
}
