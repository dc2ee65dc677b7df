package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
)

// Times of a stop. Together they stay below StopWithin.
const (
	drainOver  = 10 * time.Second // clients are closed within
	drainLimit = 11 * time.Second // requests under way are finished within
	drainTick  = 20 * time.Millisecond
	// StopWithin is how long Drain and Stop take together at most, as long as
	// the database answers.
	StopWithin = 15 * time.Second
)

// Drain prepares Stop: from now on the App is not ready and takes neither
// clients nor requests, which get 503. Requests that are under way are
// finished, clients are closed in slices over up to ten seconds, each when its
// actions are answered. It returns when all that is done, when ctx ends, or
// after eleven seconds; Stop then ends what is left.
func (a *App) Drain(ctx context.Context) {
	if a.draining.Swap(true) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, drainLimit)
	defer cancel()
	a.log.Info("stopping: clients are told to connect again", "clients", a.dcmiws.Clients(), "requests", a.serving.Load())
	a.dcmiws.Drain(ctx, drainOver)
	tick := time.NewTicker(drainTick)
	defer tick.Stop()
	for a.serving.Load() > 0 || a.dcmiws.Clients() > 0 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			a.log.Warn("stopping: cut off", "clients", a.dcmiws.Clients(), "requests", a.serving.Load())
			return
		}
	}
}

var errStopping = envelope.Errorf(envelope.Unavailable, "", "the gateway is stopping; connect again in a moment")

// whileServing counts requests under way, and takes none while the App stops.
// What watches the gateway may look at it to its end.
func (a *App) whileServing(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch p := r.URL.Path; {
		case p == "/healthz", p == "/readyz", p == "/metrics", strings.HasPrefix(p, "/debug/pprof/"):
			h.ServeHTTP(w, r)
			return
		}
		a.serving.Add(1)
		defer a.serving.Add(-1)
		if a.draining.Load() {
			w.Header().Set("Connection", "close")
			w.Header().Set("Retry-After", "1")
			edge.WriteError(w, errStopping)
			return
		}
		h.ServeHTTP(w, r)
	})
}
