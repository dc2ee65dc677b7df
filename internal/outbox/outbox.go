// Package outbox sends what the gateway has to tell people and programs: cards of
// calls, messages, webhooks.
//
// A row is written in the transaction of what it tells of, so that it is lost only
// with it, and deleted once it was sent. Rows of a lane (a person, a room, a
// webhook) go one after the other in the order in which they were added; a row that
// has to be tried again holds up its lane, but not rows of a lower Priority, such
// as the card of a call that rings now. What fails is tried again, longer and
// longer apart; when a bot does not answer at all, all of its rows wait together.
// What cannot be sent becomes a dead letter, which can be looked at and sent again.
//
// A row marked Once is sent at most once: before, it is on disk that it is being
// sent, and one that is found so after a crash is not sent. All others are sent at
// least once.
package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// Store keeps the rows. *store.Store is one.
type Store interface {
	AddOutbox(ctx context.Context, rows []store.OutboxRow) error
	ChangeOutbox(ctx context.Context, c store.OutboxChange) error
	WaitingOutbox(ctx context.Context, after int64, limit int) ([]store.OutboxRow, error)
	OutboxBody(ctx context.Context, id int64) ([]byte, error)
	PruneDead(ctx context.Context, before time.Time, most int) (gone int64, err error)
	OnOutbox(f func(rows []store.OutboxRow))
}

// Sender sends rows of one kind. Send is called from several goroutines, never from
// two for the same lane. The row is its own; ctx ends with Options.Timeout.
type Sender interface {
	Send(ctx context.Context, m *store.OutboxRow) error
}

// Options configures an Outbox. Zero optional fields take the default named.
type Options struct {
	Store   Store             // required
	Senders map[string]Sender // required: by Kind. Rows of other kinds stay where they are
	Logger  *slog.Logger      // required
	// Mask makes a text fit for the log. Nil: texts are left out.
	Mask func(string) string

	Timeout  time.Duration // of one Send; default 30 s
	Grace    time.Duration // how long the end waits for sends under way; default 3 s
	FirstTry time.Duration // from the first try to the second; default 1 s, then doubled
	LastTry  time.Duration // the longest between two; default 5 min
	GiveUp   time.Duration // from then on a row without Expires is given up; default 72 h
	Breaker  int           // failures in a row that pause a bot; default 5
	Pause    time.Duration // the longest such pause, which begins with FirstTry; default 1 min
	Flying   int           // sends at a time; default 64
	PerBot   int           // of them for one Kind and Tenant; default 16
	Backlog  int           // rows that wait for one Kind and Tenant; default 10,000
	Bodies   int           // bytes of bodies kept in memory; default 16 MiB
	// Keep is how long dead letters are kept, and KeepMost how many of a company;
	// default 30 days and 1,000.
	Keep     time.Duration
	KeepMost int
}

func (o *Options) setDefaults() {
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{
		{&o.Timeout, 30 * time.Second},
		{&o.Grace, 3 * time.Second},
		{&o.FirstTry, time.Second},
		{&o.LastTry, 5 * time.Minute},
		{&o.GiveUp, 72 * time.Hour},
		{&o.Pause, time.Minute},
		{&o.Keep, 30 * 24 * time.Hour},
	} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	for _, d := range []struct {
		v   *int
		def int
	}{{&o.Breaker, 5}, {&o.Flying, 64}, {&o.PerBot, 16}, {&o.Backlog, 10000}, {&o.Bodies, 16 << 20}, {&o.KeepMost, 1000}} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	if o.Mask == nil {
		o.Mask = func(string) string { return "" }
	}
}

// Outbox sends rows. Its methods may be called from any goroutine.
type Outbox struct {
	o    Options
	log  *slog.Logger
	wake chan struct{}

	mu     sync.Mutex
	bots   map[botKey]*bot
	order  []*bot // round robin
	timers timers
	flying int
	bodies int            // bytes
	loaded map[int64]bool // rows of the first minute: they are both read and told of; then nil
	sends  sync.WaitGroup

	ends endings // what is to be written of rows that were sent

	counts counts
}

// New checks the options and does no I/O.
func New(o Options) (*Outbox, error) {
	if o.Store == nil || o.Senders == nil || o.Logger == nil {
		return nil, errors.New("outbox: Store, Senders and Logger are required")
	}
	o.setDefaults()
	return &Outbox{
		o: o, log: o.Logger.With("component", "outbox"), wake: make(chan struct{}, 1),
		bots: map[botKey]*bot{}, loaded: map[int64]bool{}, ends: newEndings(), counts: newCounts(),
	}, nil
}

// Add writes rows and has them sent. When it returns nil they are on disk. The
// bodies must not be changed any more.
//
// It is quicker than the store's own AddOutbox for rows marked Once: that they are
// being sent is written along with them.
func (b *Outbox) Add(ctx context.Context, rows []store.OutboxRow) error {
	b.mu.Lock()
	now := time.Now()
	for i := range rows {
		r := &rows[i]
		bot := b.bots[botKey{r.Kind, r.Tenant}]
		r.Begun = r.Once && !r.NotBefore.After(now) && (bot == nil || !bot.paused(now))
	}
	b.mu.Unlock()
	return b.o.Store.AddOutbox(ctx, rows)
}

// Wake has a look at what waits now.
func (b *Outbox) Wake() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Withdraw takes rows that wait out of the box, since what they tell of is over:
// those of a tenant with this ref and label, of any label when it is "". It gives
// how many there were. A row that is being sent stays.
func (b *Outbox) Withdraw(kind string, tenant int, ref, label string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	bot := b.bots[botKey{kind, tenant}]
	if bot == nil {
		return 0
	}
	return b.take(bot, time.Now(), expired, func(i *item) bool { return i.row.Ref == ref && (label == "" || i.row.Label == label) })
}
