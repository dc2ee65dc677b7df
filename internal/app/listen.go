package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"time"

	"github.com/dipcast/dipcast/docs"
	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dcmiws"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/provisioning"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/users"
	"github.com/dipcast/dipcast/internal/web"
	"github.com/dipcast/dipcast/ui"
)

// Limits of HTTP. A handshake or a request's head that takes longer is dropped.
const (
	headTimeout  = 10 * time.Second
	readTimeout  = 30 * time.Second
	idleTimeout  = 2 * time.Minute
	maxHeadBytes = 32 << 10
	stopTimeout  = 5 * time.Second // for the audit trail to be written
	shutTimeout  = time.Second     // for requests that are under way after Drain
)

func (a *App) listen() error {
	if err := a.certificate(); err != nil {
		return err
	}
	if err := a.listenControl(); err != nil {
		return err
	}
	if err := a.listenWatch(); err != nil {
		return err
	}
	all := a.handler()
	for _, addr := range a.o.Config.Listen {
		if err := a.serve(addr, all); err != nil {
			return err
		}
	}
	for _, addr := range a.o.Config.DCMIWSListen {
		if err := a.serve(addr, a.dcmiws); err != nil {
			return err
		}
	}
	for i := range a.o.Config.OpenListen {
		o := &a.o.Config.OpenListen[i]
		if err := a.serve(o.Address, a.dcmiws.Open(o.AllowedNetworks())); err != nil {
			return err
		}
		a.warnOpen(o)
	}
	a.openRelay(a.guard(all))
	// Registered last, so it comes first: clients are told before the
	// listeners' servers are waited for.
	a.onStop(a.dcmiws.Close)
	return nil
}

// warnOpen says at each start what an open listener means.
func (a *App) warnOpen(o *config.OpenListen) {
	addr := a.listeners[len(a.listeners)-1].Addr()
	if ip, err := netip.ParseAddrPort(addr.String()); err == nil && ip.Addr().Unmap().IsLoopback() {
		a.log.Warn("open listener: every program on this machine sees every event of every tenant and may send every action, without a login",
			"address", addr.String(), "networks", o.AllowedNetworks())
		return
	}
	a.log.Error("OPEN LISTENER BEYOND THIS MACHINE: whoever reaches it from its networks hears every call and may start calls at your cost, without a login; use it behind a firewall only, or listen on 127.0.0.1",
		"address", addr.String(), "networks", o.AllowedNetworks())
}

// serve listens for clients, with TLS when that is configured.
func (a *App) serve(addr string, h http.Handler) error {
	ln, err := bind(addr)
	if err != nil {
		return err
	}
	a.binding.Lock()
	a.listeners = append(a.listeners, ln)
	a.binding.Unlock()
	if a.certs != nil {
		ln = hub.NewTLSListener(ln, a.certs.Config())
	}
	a.serveOn(ln, addr, h)
	return nil
}

func bind(addr string) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return ln, nil
}

// serveOn answers on a listener until Stop, which waits for its end.
func (a *App) serveOn(ln net.Listener, addr string, h http.Handler) {
	srv := &http.Server{
		Handler: a.guard(h), ReadHeaderTimeout: cmp.Or(a.o.HandshakeTimeout, headTimeout), ReadTimeout: readTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeadBytes,
		ErrorLog: slog.NewLogLogger(a.log.With("component", "http").Handler(), slog.LevelDebug),
	}
	a.servers = append(a.servers, srv)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			select {
			case a.failed <- fmt.Errorf("listener %s: %w", addr, err):
			default: // the first ones say enough
			}
		}
	}()
	a.onStop(func() {
		ctx, cancel := context.WithTimeout(context.Background(), shutTimeout)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			_ = srv.Close() // whoever is still there is cut off
		}
		<-done
	})
}

// guard answers a request whose handler panics, and keeps that for the log.
func (a *App) guard(h http.Handler) http.Handler {
	counted := a.whileServing(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint,err113 // that very value: an answer that must not look whole
					panic(p)
				}
				a.log.Error("panic while serving a request", "panic", p, "path", r.URL.Path, "stack", string(debug.Stack()))
				edge.WriteError(w, envelope.Errorf(envelope.Internal, "", "internal error"))
			}
		}()
		// What a client wrote may stand in an answer: no browser is to guess
		// that it is a page.
		w.Header().Set("X-Content-Type-Options", "nosniff")
		counted.ServeHTTP(w, r)
	})
}

// handler serves web, REST and WebSocket on one port.
func (a *App) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(rest.Prefix+"/", a.rest)
	mux.HandleFunc("GET "+rest.Prefix+"/asyncapi.yaml", serveAsyncAPI)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		edge.WriteJSON(w, http.StatusOK, map[string]string{"status": "alive", "version": a.o.Version})
	})
	mux.HandleFunc("/readyz", a.readyz)
	mux.Handle("/softphone", a.web)
	mux.Handle(provisioning.PagePath, a.web)
	mux.Handle(provisioning.FetchPath, a.web)
	mux.Handle(web.SignInHome, a.web)
	mux.Handle(web.SignInPath, a.web)
	mux.Handle(web.SignInPath+"/", a.web)
	mux.HandleFunc("/ca.pem", a.serveCA)
	mux.Handle(bot.CallbackPattern, a.callbacks)
	mux.Handle("/dapi/", a.pages)
	watch := a.forOperators(a.watch())
	mux.Handle("/metrics", watch)
	mux.Handle("/debug/pprof/", watch)
	mux.HandleFunc("/ws", a.dcmiws.ServeHTTP)
	proxies := edge.Proxies(a.o.Config.ProxyNetworks())
	site := web.NewSite(ui.Files(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" { // a program, not a browser
			welcome(w, a.o.Version)
			return
		}
		edge.WriteError(w, envelope.Errorf(envelope.NotFound, "", "there is nothing at this path"))
	}), func(r *http.Request) bool { return users.Cookie(r, proxies.Secure(r)) != "" })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if dcmiws.IsUpgrade(r) && r.URL.Path == "/" {
			a.dcmiws.ServeHTTP(w, r)
			return
		}
		site.ServeHTTP(w, r)
	})
	return mux
}

func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	down, err := a.Ready(r.Context())
	body := struct {
		Status  string   `json:"status"`
		Message string   `json:"message,omitempty"`
		Down    []string `json:"down,omitempty"` // servers whose links are not up
		Alarms  []string `json:"alarms,omitempty"`
	}{Status: "ready", Down: down, Alarms: a.recordings.Alarms()}
	status := http.StatusOK
	if err != nil {
		body.Status, body.Message, status = "not ready", publicReason(err), http.StatusServiceUnavailable
	}
	edge.WriteJSON(w, status, body)
}

// publicReason keeps details of the database out of a page that anyone may see.
func publicReason(err error) string {
	if errors.Is(err, errDatabase) {
		return errDatabase.Error()
	}
	return err.Error()
}

// serveAsyncAPI serves the description of the WebSocket protocol to anyone, as
// the one of REST is.
func serveAsyncAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(docs.AsyncAPI) // the client may have gone
}

func welcome(w http.ResponseWriter, version string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, "DIPCAST %s\n\n"+
		"WebSocket   /  or  /ws  (AsyncAPI: %s/asyncapi.yaml)\n"+
		"REST        %s/  (OpenAPI: %s/openapi.json)\n"+
		"Softphone   /softphone\n"+
		"Web         /  in a browser\n"+
		"Health      /healthz  /readyz  /metrics\n", version, rest.Prefix, rest.Prefix, rest.Prefix)
}
