// Package recording keeps the recordings that Asterisks write: it takes finished
// files out of their spool folders into a folder of ours, with a checksum and a
// row in the database, and lets them go when their time is over or the disk is
// nearly full.
//
// What a file's name says (dialplan.Recording) is all that is needed, so what was
// recorded while the gateway was away is taken as soon as it is back. The spool
// folders hold only what was not taken yet, which bounds each look at them.
package recording

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// Store keeps the list of recordings. *store.Store is one.
type Store interface {
	AddRecording(ctx context.Context, r *store.RecordingRow) error
	Recording(ctx context.Context, id string) (store.RecordingRow, error)
	OldestRecordings(ctx context.Context, tenant int, before time.Time, limit int) ([]store.RecordingRow, error)
	UncheckedRecordings(ctx context.Context, before time.Time, limit int) ([]store.RecordingRow, error)
	RecordingTenants(ctx context.Context) ([]int64, error)
	CheckedRecording(ctx context.Context, id string, at time.Time, damaged bool) error
	DeleteRecording(ctx context.Context, id string) error
}

// Spool is the folder in which the Asterisk of a server writes recordings.
type Spool struct {
	Server int
	Dir    string
}

// Options configures a Keeper. Zero optional fields take the default named.
type Options struct {
	Store  Store        // required
	Logger *slog.Logger // required
	Dir    string       // required; where recordings are kept; made when missing
	Spools []Spool
	// Keep is for how long recordings of a company are kept. Required.
	Keep func(tenant int) time.Duration
	// Live tells whether a call goes on, as far as we know. Nil: none does.
	Live func(server int, linkedid string) bool
	// Stop has servers record no further calls, or again. Nil: they cannot be
	// told.
	Stop func(ctx context.Context, stop bool) error
	// Free says what part of a folder's disk is free, from 0 to 1. Nil: as the
	// system says.
	Free func(dir string) (float64, error)
	Now  func() time.Time // nil: time.Now

	Poll  time.Duration // between two looks at the spool folders; default 5 s
	Tidy  time.Duration // between two looks at the disk and at what is over; default 1 m
	Stale time.Duration // a file that nothing was written to for so long is whole as it is; default 1 h
	Check time.Duration // how often a checksum is compared; default 7 days
}

// What part of the disk is free when something is done.
const (
	alarmFree = 0.10 // below: an alarm, and at the next look the oldest go
	stopFree  = 0.05 // below: no further calls are recorded
	againFree = 0.07 // above: they are again
)

// Bounds of one look.
const (
	maxTaken   = 200 // files, of each spool folder
	maxFiles   = 100_000
	maxRemoved = 200
	maxChecked = 20
)

// Keeper keeps recordings.
type Keeper struct {
	o    Options
	log  *slog.Logger
	root *os.Root
	wake chan struct{}
	// one keeps looks, checks and removals from meeting.
	one sync.Mutex

	told    map[string]string // by what: the error that was logged
	alarmed bool
	stopped bool
	ordered bool // the servers were told so

	taken, removed, damaged, malformed atomic.Uint64
	low, stop                          atomic.Bool
}

// New checks the options and does no I/O.
func New(o Options) (*Keeper, error) {
	if o.Store == nil || o.Logger == nil || o.Dir == "" || o.Keep == nil {
		return nil, errors.New("recording: Store, Logger, Dir and Keep are required")
	}
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{{&o.Poll, 5 * time.Second}, {&o.Tidy, time.Minute}, {&o.Stale, time.Hour}, {&o.Check, 7 * 24 * time.Hour}} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	if o.Live == nil {
		o.Live = func(int, string) bool { return false }
	}
	if o.Free == nil {
		o.Free = free
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Keeper{o: o, log: o.Logger.With("component", "recording"), wake: make(chan struct{}, 1), told: map[string]string{}}, nil
}

// Open makes the folder when it is missing. It must come before all else.
func (k *Keeper) Open() error {
	if err := os.MkdirAll(k.o.Dir, 0o700); err != nil {
		return err
	}
	var err error
	k.root, err = os.OpenRoot(k.o.Dir)
	return err
}

// Close is what undoes Open.
func (k *Keeper) Close() error { return k.root.Close() }

// Run looks for finished recordings, and after what is kept, until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	poll, tidy := time.NewTicker(k.o.Poll), time.NewTicker(k.o.Tidy)
	defer poll.Stop()
	defer tidy.Stop()
	k.Tidy(ctx)
	k.Collect(ctx)
	for {
		select {
		case <-poll.C:
			k.Collect(ctx)
		case <-k.wake:
			k.Collect(ctx)
		case <-tidy.C:
			k.Tidy(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// Wake has Run look at the spool folders now: a call has ended. It never blocks.
func (k *Keeper) Wake() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Stats are counts since the start, and how it is now.
type Stats struct {
	Taken     uint64
	Removed   uint64 // since their time was over, or for room
	Damaged   uint64 // found to be other than they were, or gone
	Malformed uint64 // files that are none of recordings, at the last look
	Low       bool   // the disk is nearly full
	Stopped   bool   // no further calls are recorded
}

// Stats returns the counts.
func (k *Keeper) Stats() Stats {
	return Stats{
		Taken: k.taken.Load(), Removed: k.removed.Load(), Damaged: k.damaged.Load(), Malformed: k.malformed.Load(),
		Low: k.low.Load(), Stopped: k.stop.Load(),
	}
}

// failed logs an error of something once, until it is another or gone.
func (k *Keeper) failed(what string, err error, args ...any) bool {
	text := ""
	if err != nil {
		text = err.Error()
	}
	if text != k.told[what] && err != nil {
		k.log.Error("recordings: "+what, append(args, "error", err)...)
	}
	if k.told[what] = text; err == nil {
		delete(k.told, what)
	}
	return err != nil
}
