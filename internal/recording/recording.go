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
	"math"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/store"
)

// Store keeps the list of recordings. *store.Store is one.
type Store interface {
	AddRecording(ctx context.Context, r *store.RecordingRow) error
	Recording(ctx context.Context, id string) (store.RecordingRow, error)
	OldestRecordings(ctx context.Context, tenant int, before time.Time, limit int) ([]store.RecordingRow, error)
	UncheckedRecordings(ctx context.Context, before time.Time, limit int) ([]store.RecordingRow, error)
	RecordingTenants(ctx context.Context) ([]int64, error)
	RecordingAt(ctx context.Context, stem string) (store.RecordingRow, error)
	ConvertedRecording(ctx context.Context, id, format, sha256 string, bytes int64) error
	HoldRecording(ctx context.Context, id string, held bool) error
	CheckedRecording(ctx context.Context, id string, at time.Time, damaged bool) error
	DeleteRecording(ctx context.Context, id string) error
}

// Spool is the folder in which the Asterisk of a server writes recordings.
type Spool struct {
	Server int
	Dir    string
}

// Running is a recording that is under way, as the name of its file says.
type Running struct {
	Server             int
	Linkedid, Uniqueid string
}

// ErrAway reports a server that cannot be told now; it is told later.
var ErrAway = errors.New("the server is away")

// Formats are those that recordings are kept in.
var Formats = company.RecordFormats

// ContentType is the media type of a format; "" of what is none of Formats.
func ContentType(format string) string {
	return map[string]string{"wav": "audio/wav", "mp3": "audio/mpeg", "opus": "audio/ogg; codecs=opus"}[format]
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
	// Stop has servers record no further calls, or again; the error wraps ErrAway
	// when one is to be told later. Nil: they cannot be told.
	Stop func(ctx context.Context, spools []Spool, stop bool) error
	// End ends one that is under way; that it has ended is no error. Nil: they
	// cannot be ended.
	End func(ctx context.Context, r Running) error
	// Format is what recordings of a company are kept in, one of Formats. Nil:
	// as Asterisk writes them.
	Format func(tenant int) string
	// Convert makes a sound file of another; their names end with their formats.
	// Nil: all stay as they are.
	Convert func(ctx context.Context, from, to string) error
	// Ready is told of each that was taken, after its row was written. It must
	// not block. Nil: nobody is.
	Ready func(r store.RecordingRow)
	// Free says what part of a folder's disk is free, from 0 to 1. Nil: as the
	// system says.
	Free func(dir string) (float64, error)
	Now  func() time.Time // nil: time.Now

	Poll  time.Duration // between two looks at the spool folders; default 3 s
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
	maxRunning = 1000 // of each spool folder
)

// emptyFor is how long an empty spool folder stays: Asterisk may just have made
// it for a file.
const emptyFor = 48 * time.Hour

// Keeper keeps recordings.
type Keeper struct {
	o    Options
	log  *slog.Logger
	root *os.Root
	// one keeps looks, checks and removals from meeting.
	one sync.Mutex

	told    map[string]string // by what: the error that was logged
	alarmed bool
	stopped bool
	ordered bool // the servers were told so

	converting chan struct{} // holds one while something is converted for a listener

	running map[int][]Running // by server, at the last look
	spools  atomic.Pointer[[]Spool]
	whole   wholes

	taken, removed, damaged, malformed, unconverted atomic.Uint64
	low, stop                                       atomic.Bool
	free                                            atomic.Uint64 // bits of a float64
}

// New checks the options and does no I/O.
func New(o Options) (*Keeper, error) {
	if o.Store == nil || o.Logger == nil || o.Dir == "" || o.Keep == nil {
		return nil, errors.New("recording: Store, Logger, Dir and Keep are required")
	}
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{{&o.Poll, 3 * time.Second}, {&o.Tidy, time.Minute}, {&o.Stale, time.Hour}, {&o.Check, 7 * 24 * time.Hour}} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	if o.Live == nil {
		o.Live = func(int, string) bool { return false }
	}
	if o.Format == nil {
		o.Format = func(int) string { return dialplan.RecordFormat }
	}
	if o.Free == nil {
		o.Free = free
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	k := &Keeper{o: o, log: o.Logger.With("component", "recording"), told: map[string]string{}, running: map[int][]Running{}, converting: make(chan struct{}, 1)}
	k.spools.Store(&o.Spools)
	return k, nil
}

// Open makes the folder when it is missing. It must come before all else.
func (k *Keeper) Open() error {
	if err := os.MkdirAll(k.o.Dir, 0o700); err != nil {
		return err
	}
	var err error
	if k.root, err = os.OpenRoot(k.o.Dir); err != nil {
		return err
	}
	return k.root.RemoveAll(cacheDir)
}

// SetSpools replaces the folders that are looked at.
func (k *Keeper) SetSpools(spools []Spool) {
	k.one.Lock()
	defer k.one.Unlock()
	k.running, k.ordered = map[int][]Running{}, false
	k.spools.Store(&spools)
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
		case <-tidy.C:
			k.Tidy(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// Stats are counts since the start, and how it is now.
type Stats struct {
	Taken       uint64
	Unconverted uint64  // of them those that are not in their company's format
	Removed     uint64  // since their time was over, or for room
	Damaged     uint64  // found to be other than they were, or gone
	Malformed   uint64  // files that are none of recordings, at the last look
	Low         bool    // the disk is nearly full
	Stopped     bool    // no further calls are recorded
	Free        float64 // part of the disk with the least room, at the last look; 0 before it
}

// Stats returns the counts.
func (k *Keeper) Stats() Stats {
	return Stats{
		Taken: k.taken.Load(), Removed: k.removed.Load(), Damaged: k.damaged.Load(), Malformed: k.malformed.Load(),
		Low: k.low.Load(), Stopped: k.stop.Load(), Unconverted: k.unconverted.Load(), Free: math.Float64frombits(k.free.Load()),
	}
}

// Alarms say in words what is wrong now; nothing when all is well.
func (k *Keeper) Alarms() []string {
	var all []string
	percent := strconv.Itoa(int(math.Float64frombits(k.free.Load())*100)) + " % of the disk are free"
	switch {
	case k.stop.Load():
		all = append(all, "recordings: no further calls are recorded: "+percent)
	case k.low.Load():
		all = append(all, "recordings: the oldest are let go before their time: "+percent)
	}
	if n := k.damaged.Load(); n > 0 {
		all = append(all, "recordings: "+strconv.FormatUint(n, 10)+" were found damaged since the start")
	}
	return all
}

// Stopped reports that no further calls are recorded: the disk is full.
func (k *Keeper) Stopped() bool { return k.stop.Load() }

// Keeps is for how long recordings of a company are kept.
func (k *Keeper) Keeps(tenant int) time.Duration { return k.o.Keep(tenant) }

// failed logs an error of something once, until it is another or gone.
func (k *Keeper) failed(what string, err error, args ...any) bool {
	text := ""
	if err != nil {
		text = err.Error()
	}
	if text != k.told[what] && err != nil {
		k.log.Error("recordings are not as they should be", append(args, "failed", what, "error", err)...)
	}
	if k.told[what] = text; err == nil {
		delete(k.told, what)
	}
	return err != nil
}
