// Package metrics offers the gateway's counters in the Prometheus format. It
// counts next to nothing by itself: it reads what the parts count anyway, and
// only when somebody asks. What each metric means stands in docs/operations.md.
//
// Labels are server ids, codes and kinds from fixed lists: never a tenant's
// id, a number, a name or anything else that a client or a caller chose.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/capacity"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/guard"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/limits"
	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/relay"
)

// Options says what is read. Fields are required but where they say otherwise.
type Options struct {
	Version string
	Pool    *pbx.Pool
	Hub     *hub.Hub
	Audit   *audit.Log
	Limits  *limits.Gate
	History *cdr.History
	Guard   *guard.Guard
	// Capacity counts what there is only so much of.
	Capacity *capacity.Service
	// Recordings keeps the recordings of calls.
	Recordings *recording.Keeper
	// Relay is the connection to a relay; nil: there is none.
	Relay *relay.Box
	// Outbox is what is sent to people and programs.
	Outbox *outbox.Outbox
	// WebhooksLost is the number of events for webhooks that were dropped.
	WebhooksLost func() uint64
	// RingsUntold is the number of rings that nobody got a card of, though somebody
	// should have.
	RingsUntold func() uint64
	// Clients is the number of clients now, by protocol: "v1", "v2", "sse".
	Clients func() map[string]int
	// Refusals, Logs and Reloads are counted by the caller.
	Refusals *Codes
	Logs     *Logs
	Reloads  *Reloads
	// StoreErrors is the number of writes to the database that failed.
	StoreErrors func() uint64
	// Draining reports whether the gateway is stopping.
	Draining func() bool
	// CertificateEnds is when the listeners' certificate does; nil or a zero
	// time: they have none.
	CertificateEnds func() time.Time
}

// Limits of one scrape, and of how many there are at once.
const (
	scrapeTimeout = 10 * time.Second
	maxScrapes    = 4
)

// Handler answers GET with everything.
func Handler(o Options) http.Handler {
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(
		newCollector(o),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{
		MaxRequestsInFlight: maxScrapes, Timeout: scrapeTimeout, ErrorHandling: promhttp.HTTPErrorOnError,
	})
}
