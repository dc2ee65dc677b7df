// Package limits lets calls to the telephone network go or not: it knows what a
// number costs, what is open for a tenant, and how many calls an extension has
// made, whether they come from clients, from phones or from diversions.
//
// A call is let go only once it is on disk as counted. When the database does
// not answer, national calls go, because a company must be able to telephone,
// and calls abroad do not, because they are what is stolen.
package limits

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Bounds of what waits to be decided.
const (
	maxWaiting = 4096
	// maxBatch are decided in one transaction.
	maxBatch = 256
	// takeTimeout is how long the database may take.
	takeTimeout = 6 * time.Second
)

// Trail keeps what must be answerable later. *audit.Log is one.
type Trail interface {
	Record(ctx context.Context, kind string, e audit.Entry)
	Refused(ctx context.Context, e audit.Entry)
}

// Options configures a Gate. Now is optional.
type Options struct {
	Counters  policy.Counters
	Directory func() *tenant.Directory // the current one, at every call
	Trail     Trail
	Logger    *slog.Logger
	Now       func() time.Time // default time.Now
}

// Gate decides on calls. Its methods may be called from any goroutine.
type Gate struct {
	o     Options
	log   *slog.Logger
	queue chan item

	broken atomic.Bool // the database, when it was last used
	warned warned
	stats  counts

	mu      sync.RWMutex // guards stopped and the sending on queue
	stopped bool
}

// item is something for the goroutine that uses the database: a call to decide
// on, or one to take back.
type item struct {
	count    *policy.CallCount
	decided  func(err error) // with count; the verdict is set when err is nil
	returned string          // Uniqueid of a call that was not started
}

// errBusy reports that too much waits already, errStopped that Run has ended.
var (
	errBusy    = errors.New("too many calls wait to be counted")
	errStopped = errors.New("the gate is closed")
)

// New returns a Gate. Calls that come before Run wait for it.
func New(o Options) *Gate {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Gate{
		o: o, log: o.Logger.With("component", "limits"),
		queue: make(chan item, maxWaiting),
	}
}

var _ pbx.Gate = (*Gate)(nil)

// Ask implements pbx.Gate.
func (g *Gate) Ask(c pbx.GateCall, done func(*envelope.Error)) {
	a := attempt{
		tenant: c.Tenant, extension: c.Extension, number: c.Number,
		call: c.ChannelID, server: c.Server, announced: true, field: c.Field,
	}
	g.ask(a, func(r refusal) { done(r.err) })
}

// Returned implements pbx.Gate.
func (g *Gate) Returned(c pbx.GateCall) {
	if !counted(&attempt{tenant: c.Tenant, number: c.Number}) {
		return
	}
	if err := g.put(item{returned: c.ChannelID}); err != nil {
		g.log.Error("a call that was not started still counts", "tenant", c.Tenant, "error", err)
	}
}

// put hands something to Run.
func (g *Gate) put(i item) error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.stopped {
		return errStopped
	}
	select {
	case g.queue <- i:
		return nil
	default:
		return errBusy
	}
}

// Run decides until ctx ends, and then refuses what still waits.
func (g *Gate) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			g.mu.Lock()
			g.stopped = true
			g.mu.Unlock()
			for {
				select {
				case i := <-g.queue:
					g.end(i, errStopped)
				default:
					return
				}
			}
		case i := <-g.queue:
			g.batch(ctx, i)
		}
	}
}

// batch decides on first and on what waits behind it, in their order.
func (g *Gate) batch(ctx context.Context, first item) {
	items := []item{first}
	for len(items) < maxBatch {
		select {
		case i := <-g.queue:
			items = append(items, i)
			continue
		default:
		}
		break
	}
	// A stop does not cut off what is being written.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeTimeout)
	defer cancel()
	for len(items) > 0 {
		n := 0
		var calls []*policy.CallCount
		for n < len(items) && items[n].count != nil {
			calls = append(calls, items[n].count)
			n++
		}
		if n == 0 {
			g.takeBack(ctx, items[0])
			items = items[1:]
			continue
		}
		err := g.o.Counters.TakeCalls(ctx, calls)
		g.state(err)
		for _, i := range items[:n] {
			g.end(i, err)
		}
		items = items[n:]
	}
}

func (g *Gate) takeBack(ctx context.Context, i item) {
	err := g.o.Counters.ReturnCall(ctx, i.returned)
	g.state(err)
	g.end(i, err)
}

// end tells what became of an item. Whoever is told may do what it likes: a
// panic of its stays its own.
func (g *Gate) end(i item, err error) {
	if i.decided == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			g.log.Error("panic after deciding on a call", "panic", p)
		}
	}()
	i.decided(err)
}

// state logs when the database breaks and when it works again.
func (g *Gate) state(err error) {
	switch {
	case err != nil:
		g.stats.failed.Add(1)
		if !g.broken.Swap(true) {
			g.log.Error("calls cannot be counted: national ones go, those abroad do not", "error", err)
		}
	case g.broken.Swap(false):
		g.log.Info("calls are counted again")
	}
}
