// Package webhook is the face that tells companies' programs of calls, recordings,
// faxes and voice messages: signed requests to addresses that they chose. What is
// told waits in the outbox, each webhook a lane of its own, until it was taken.
package webhook

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/outward"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Kind is that of its rows in the outbox.
const Kind = "webhook"

// Most is how many webhooks a company may have.
const Most = 20

// Store keeps webhooks and what became of events. *store.Store is one.
type Store interface {
	Webhooks(ctx context.Context) ([]store.Webhook, error)
	SetWebhook(ctx context.Context, w *store.Webhook, most int) error
	DeleteWebhook(ctx context.Context, tenant int, id string) error
	SetDelivery(ctx context.Context, d *store.Delivery) error
	Deliveries(ctx context.Context, q store.DeliveryQuery) ([]store.Delivery, error)
	PruneDeliveries(ctx context.Context, before time.Time, most int) error
}

// Options configures a Service. Zero optional fields take the default named.
type Options struct {
	Store  Store        // required
	Logger *slog.Logger // required
	// Add writes rows that are to be sent.
	Add func(ctx context.Context, rows []store.OutboxRow) error // required
	// Allowed are networks that webhooks may reach although they are not public. Nil:
	// none.
	Allowed func() []netip.Prefix
	Timeout time.Duration // of one request; default 10 s
	Queue   int           // steps of calls that wait for the database; default 10,000
	Now     func() time.Time
}

// Service sends webhooks. Its methods may be called from any goroutine.
type Service struct {
	o      Options
	log    *slog.Logger
	client *http.Client
	tests  chan struct{} // holds one for each test under way

	changing sync.Mutex                              // one change at a time
	all      atomic.Pointer[map[int][]store.Webhook] // by tenant; neither is changed

	boxes sync.Mutex
	mail  map[box]*mailbox

	mu     sync.Mutex
	queue  []store.OutboxRow
	full   bool // that the queue is was told
	wake   chan struct{}
	lost   atomic.Uint64
	failed string // the error that was logged; the writer's
}

// Delays of the deliveries' list, and what is kept of it.
const (
	keepDeliveries = 7 * 24 * time.Hour
	mostDeliveries = 1000 // of one webhook
	pruneEvery     = time.Hour
	retryStore     = time.Second
	maxBatch       = 500 // rows with one transaction
)

// New checks the options and does no I/O.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Logger == nil || o.Add == nil {
		return nil, errors.New("webhook: Store, Logger and Add are required")
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Queue <= 0 {
		o.Queue = 10000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Service{
		o: o, log: o.Logger.With("component", "webhook"), wake: make(chan struct{}, 1), tests: make(chan struct{}, 4), mail: map[box]*mailbox{},
		client: outward.NewClient(outward.Options{Allowed: o.Allowed, Timeout: o.Timeout}),
	}
	s.all.Store(&map[int][]store.Webhook{})
	return s, nil
}

// Open reads the webhooks. It is called before anything is told.
func (s *Service) Open(ctx context.Context) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	return s.reread(ctx)
}

// reread reads them anew. The caller holds changing.
func (s *Service) reread(ctx context.Context) error {
	list, err := s.o.Store.Webhooks(ctx)
	if err != nil {
		return err
	}
	all := map[int][]store.Webhook{}
	for _, w := range list {
		all[w.Tenant] = append(all[w.Tenant], w)
	}
	s.all.Store(&all)
	return nil
}

// find returns a webhook, nil when the company has no such.
func (s *Service) find(tenant int, id string) *store.Webhook {
	list := (*s.all.Load())[tenant]
	if i := slices.IndexFunc(list, func(w store.Webhook) bool { return w.ID == id }); i >= 0 {
		return &list[i]
	}
	return nil
}

// Rows are what is to be sent of something that happened to a company: one for
// each webhook that wants to know of it, none mostly. what tells it apart from all
// others of its type; data becomes JSON.
func (s *Service) Rows(tenant int, kind, what, ref string, at time.Time, data any) []store.OutboxRow {
	var rows []store.OutboxRow
	var body []byte
	for _, w := range (*s.all.Load())[tenant] {
		if !w.Enabled || !slices.Contains(w.Events, kind) {
			continue
		}
		if body == nil {
			var err error
			if _, body, err = encode(tenant, kind, what, at, data); err != nil {
				s.log.Error("an event cannot be told", "type", kind, "error", err)
				return nil
			}
		}
		rows = append(rows, store.OutboxRow{Tenant: tenant, Kind: Kind, Lane: w.ID, Label: kind, Ref: ref, Body: body})
	}
	return rows
}

// Call tells of a step of a call that goes on. It does not block.
func (s *Service) Call(e call.Event) {
	var kind string
	switch e.Kind {
	case call.KindRinging:
		kind = Ringing
	case call.KindAnswered:
		kind = Answered
	default:
		return // the end is told with the history
	}
	all := *s.all.Load()
	for _, t := range e.Call.Tenants() {
		if len(all[t.Number]) == 0 {
			continue
		}
		v := e.For(t)
		data := callOf(v.Call)
		what := v.Call.ID
		if kind == Ringing {
			who := v.Who
			if who == (call.Party{}) {
				continue // another company's phone
			}
			data.Ringing = &who
			what += "\x00" + who.Extension + "\x00" + who.Number
		}
		s.Tell(s.Rows(t.Number, kind, what, v.Call.ID, e.At.Time, data))
	}
}

// Ended are the rows of a call that ended, to be written along with the history.
// Steps of the same call that were not written yet go before.
func (s *Service) Ended(t *tenant.Tenant, r *store.CallRow) []store.OutboxRow {
	data := endedOf(r)
	rows := s.Rows(t.Number, Ended, data.CallID, data.CallID, r.Ended, data)
	if len((*s.all.Load())[t.Number]) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var before []store.OutboxRow
	s.queue = slices.DeleteFunc(s.queue, func(x store.OutboxRow) bool {
		mine := x.Tenant == t.Number && x.Ref == data.CallID
		if mine {
			before = append(before, x)
		}
		return mine
	})
	return append(before, rows...)
}

// Tell has rows sent that were not written with what they tell of. It does not
// block; rows beyond Options.Queue are dropped.
func (s *Service) Tell(rows []store.OutboxRow) {
	if len(rows) == 0 {
		return
	}
	s.mu.Lock()
	if len(s.queue)+len(rows) > s.o.Queue {
		s.lost.Add(uint64(len(rows)))
		told := s.full
		s.full = true
		s.mu.Unlock()
		if !told {
			s.log.Error("events are dropped: the database does not take them")
		}
		return
	}
	s.queue = append(s.queue, rows...)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Lost is how many events were dropped since the database did not take them.
func (s *Service) Lost() uint64 { return s.lost.Load() }

// Run writes what is told until ctx ends, and then what is left.
func (s *Service) Run(ctx context.Context) {
	prune := time.NewTicker(pruneEvery)
	defer prune.Stop()
	defer s.client.CloseIdleConnections()
	for ctx.Err() == nil {
		select {
		case <-s.wake:
			s.write(ctx)
		case <-prune.C:
			if err := s.o.Store.PruneDeliveries(ctx, s.o.Now().Add(-keepDeliveries), mostDeliveries); err != nil && ctx.Err() == nil {
				s.log.Warn("old deliveries stay in the list", "error", err)
			}
		case <-ctx.Done():
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	s.write(last)
}

// write writes the queue, until that worked or ctx ends.
func (s *Service) write(ctx context.Context) {
	for {
		s.mu.Lock()
		n := min(len(s.queue), maxBatch)
		batch := s.queue[:n:n]
		s.queue = s.queue[n:]
		if n == 0 {
			s.queue, s.full = nil, false
		}
		s.mu.Unlock()
		if n == 0 {
			return
		}
		err := s.o.Add(ctx, batch)
		if err == nil {
			if s.failed != "" {
				s.failed = ""
				s.log.Info("events are told again")
			}
			continue
		}
		if errors.Is(err, store.ErrOutboxRow) {
			s.lost.Add(uint64(n))
			s.log.Error("events that cannot be kept are dropped", "events", n, "error", err)
			continue
		}
		s.mu.Lock()
		s.queue = append(batch, s.queue...)
		s.mu.Unlock()
		if text := err.Error(); text != s.failed && ctx.Err() == nil {
			s.failed = text
			s.log.Error("events wait: the database does not take them", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryStore):
		}
	}
}

var _ outbox.Sender = (*Service)(nil)
