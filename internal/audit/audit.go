// Package audit keeps the trail of what was refused, and of other things that
// must be answerable later: one row in the database and one line in the log
// each, masked.
package audit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Kinds of rows.
const (
	KindRefused  = "refused"
	KindRepeated = "repeated" // stands for refusals like the ones before it
	KindGap      = "gap"      // says how many entries were lost
	KindLocked   = "locked"   // calls abroad of an extension were locked
	KindUnlocked = "unlocked" // … and unlocked again
	KindChanged  = "changed"  // a description was changed, or its passwords were read
	KindBanned   = "banned"   // a source is refused at the SIP ports
	KindUnbanned = "unbanned" // … and let in again before its time
	KindApplied  = "applied"  // a server's files were changed, or were to be
	// KindRecording: a recording was heard, linked, held, let go or deleted.
	KindRecording = "recording"
	KindSignedIn  = "signed_in"  // somebody signed in at the web
	KindSignedOut = "signed_out" // … and out, or was signed out
)

// Entry is one thing to remember. Texts that come from clients may be anything;
// they are masked and cut here.
type Entry struct {
	Identity tenant.Identity
	Remote   string // host:port or host
	Server   int    // 0 for none
	Action   string // what was tried: "Originate", "login", "POST /api/v2/…"
	Code     string // why not: the code of the answer
	Field    string // what was wrong with it
	ActionID string // the client's
	Detail   string
	// Changes are what was before and after. Values of members that name a secret are
	// left out here, whoever wrote them.
	Changes []Change
}

// Appender stores rows in order, all or none. *store.Store is one.
type Appender interface {
	AppendAudit(ctx context.Context, rows []store.AuditRow) error
}

// Options configures a Log. Zero optional fields take the default named.
type Options struct {
	Store  Appender            // required
	Logger *slog.Logger        // default: discard
	Lookup number.TenantLookup // tenants in free text; nil knows none
	IDKey  []byte              // key of ActionHash; empty stores no hash
	Queue  int                 // entries that may wait; default 8192
	Batch  int                 // entries in one transaction; default 512
	Retry  time.Duration       // between attempts to write; default 1 s
	Repeat int                 // rows alike within Window before they are only counted; default 1000
	Window time.Duration       // default 1 minute
	Now    func() time.Time    // default time.Now
}

// Log takes entries without ever waiting and writes them in batches.
//
// Its bounds, in order: of refusals that are alike (same source, tenant and
// code) Repeat are written within Window and the others counted, so that nobody
// fills the disk by failing; their number follows as one row of KindRepeated. When
// the database is slow or away, Queue entries wait; more are dropped and
// counted, and one row of KindGap says how many as soon as rows can be written
// again.
type Log struct {
	o     Options
	queue chan store.AuditRow
	flush chan chan struct{} // asks the writer to write all and close the one sent
	done  chan struct{}      // closed when the writer has ended

	mu      sync.RWMutex // guards closed and the sending on queue
	closed  bool
	started bool
	cancel  context.CancelFunc

	repeats repeats
	written atomic.Uint64
	dropped atomic.Uint64
	gap     atomic.Uint64 // dropped and not yet told
}

// New returns a Log, or an error that names the missing option. Start starts it;
// entries may come before that.
func New(o Options) (*Log, error) {
	if o.Store == nil {
		return nil, errors.New("audit: Store is required")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Queue <= 0 {
		o.Queue = 8192
	}
	if o.Batch <= 0 {
		o.Batch = 512
	}
	if o.Retry <= 0 {
		o.Retry = time.Second
	}
	if o.Repeat <= 0 {
		o.Repeat = 1000
	}
	if o.Window <= 0 {
		o.Window = time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Log{
		o: o, queue: make(chan store.AuditRow, o.Queue), flush: make(chan chan struct{}), done: make(chan struct{}),
		repeats: repeats{limit: o.Repeat, window: o.Window, seen: make(map[alike]*repeat)},
	}, nil
}

// Refused remembers a refusal. It never waits and never fails: see Log for what
// happens when there are too many.
func (l *Log) Refused(_ context.Context, e Entry) {
	row := l.row(KindRefused, e)
	write, before := l.repeats.count(row)
	if before != nil {
		l.add(*before)
	}
	if write {
		l.add(row)
	}
}

// Record remembers something else, such as who looked at what. Such entries are
// never counted instead of written.
func (l *Log) Record(ctx context.Context, kind string, e Entry) {
	Mark(ctx)
	l.add(l.row(kind, e))
}

// add puts a row into the queue or counts it as dropped.
func (l *Log) add(row store.AuditRow) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if !l.closed {
		select {
		case l.queue <- row:
			return
		default:
		}
	}
	l.dropped.Add(1)
	l.gap.Add(1)
}

// Names are the attributes by which a client's ActionID is found in the log:
// masked, and as the hash that `dipcast log find` looks for.
func (l *Log) Names(actionID string) []slog.Attr {
	if actionID == "" {
		return nil
	}
	out := []slog.Attr{slog.String("action_id", l.text(actionID, maxLong))}
	if len(l.o.IDKey) > 0 {
		out = append(out, slog.String("action_hash", ActionHash(l.o.IDKey, actionID)))
	}
	return out
}

// Mask is a short text from outside as it may stand in the log.
func (l *Log) Mask(s string) string { return l.text(s, maxShort) }

// Flush returns when everything recorded before it is written, or with the
// context's error. Before Start it waits for Start.
func (l *Log) Flush(ctx context.Context) error {
	written := make(chan struct{})
	select {
	case l.flush <- written:
	case <-l.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-written:
		return nil
	case <-l.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stats are counts since the start.
type Stats struct {
	Written uint64 // rows in the database
	Dropped uint64 // entries lost
	Waiting int    // entries in the queue
}

// Stats returns the counts.
func (l *Log) Stats() Stats {
	return Stats{Written: l.written.Load(), Dropped: l.dropped.Load(), Waiting: len(l.queue)}
}

// Bounds of the texts of a row, in characters.
const (
	maxShort = 64
	maxLong  = 256
)

// row masks an entry.
func (l *Log) row(kind string, e Entry) store.AuditRow {
	id := e.Identity
	r := store.AuditRow{
		At: l.o.Now(), Kind: kind, Role: id.Role.String(), Extension: l.text(id.Extension, maxShort),
		Name: l.text(id.Name, maxShort), Via: id.Via.String(), Remote: l.text(host(e.Remote), maxShort), Server: e.Server,
		Action: l.text(e.Action, maxShort), Code: l.text(e.Code, maxShort), Field: l.text(e.Field, maxShort),
		Detail: l.text(e.Detail, maxLong), Changes: l.changes(e.Changes), ActionID: l.text(e.ActionID, maxLong),
	}
	if id.Tenant != nil {
		r.Tenant = id.Tenant.Number
	}
	if e.ActionID != "" && len(l.o.IDKey) > 0 {
		r.ActionHash = ActionHash(l.o.IDKey, e.ActionID)
	}
	return r
}

// text masks s and cuts it.
func (l *Log) text(s string, limit int) string {
	if most := 16 * limit; len(s) > most { // what is far behind costs nothing
		s = strings.TrimRightFunc(cut(s, most), func(r rune) bool {
			return unicode.IsLetter(r) || unicode.IsDigit(r) // half an id would not be known as one
		})
	}
	return cut(number.MaskText(s, l.o.Lookup), limit)
}

// cut returns the first limit characters of s.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n := 0
	for i := range s {
		if n == limit {
			return s[:i]
		}
		n++
	}
	return s
}

// host is the address without a port, "" for that of whoever uses the gateway's own
// socket and so has none.
func host(remote string) string {
	if remote == noAddress {
		return ""
	}
	if h, _, err := net.SplitHostPort(remote); err == nil {
		return h
	}
	return remote
}

// noAddress is how an address that is none prints.
var noAddress = netip.Addr{}.String()

// ActionHash returns the hash by which the rows of a client's ActionID are found
// again: 16 hex digits of HMAC-SHA256 under key.
func ActionHash(key []byte, actionID string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(actionID))
	return hex.EncodeToString(h.Sum(nil)[:8])
}
