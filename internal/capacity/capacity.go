// Package capacity keeps a DIPCAST box at the size it is sold in: how many
// phones are registered, how many are in use and how many calls are recorded at
// once. It counts what servers tell, warns before there is no more room, and
// tells the servers when there is none, so that they refuse what comes next.
//
// What is counted, and why so, is docs/decisions/0020-capacity.md.
package capacity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/envelope"
)

// Kind is something that there is only so much of.
type Kind string

// The kinds, as health, metrics and logs name them.
const (
	Phones        Kind = "phones"         // registered contacts of phones
	PhonesInUse   Kind = "phones_in_use"  // those of them whose phone is in a call
	RecordedCalls Kind = "recorded_calls" // calls that are being recorded
)

// Kinds are all of them, in the order they are shown in.
var Kinds = [...]Kind{Phones, PhonesInUse, RecordedCalls}

// Limits are how much there may be of each kind at once. 0 means no limit.
type Limits struct{ Phones, PhonesInUse, RecordedCalls int }

// Of gives the limit of a kind.
func (l Limits) Of(k Kind) int {
	switch k {
	case Phones:
		return l.Phones
	case PhonesInUse:
		return l.PhonesInUse
	case RecordedCalls:
		return l.RecordedCalls
	}
	return 0
}

// sizes are the boxes of the data sheet.
var sizes = map[string]Limits{
	"none":        {},
	"dipcast-50":  {Phones: 100, PhonesInUse: 50, RecordedCalls: 25},
	"dipcast-100": {Phones: 300, PhonesInUse: 100, RecordedCalls: 50},
}

// Size gives the limits of a box by the name that the configuration has for it;
// a name that there is not has none.
func Size(name string) Limits { return sizes[name] }

// State says how near a limit is.
type State string

// The states.
const (
	OK   State = "ok"   // or there is no limit
	Near State = "near" // at warnAt percent or more
	Full State = "full" // the next is refused
)

// Percents of a limit. A warning is given once, and again only after there was
// less than calmAt: a number that swings around the limit fills no log.
const (
	warnAt = 80
	calmAt = 70
)

// Usage is how much there is of a kind, on all servers together.
type Usage struct {
	Kind  Kind
	Used  int
	Limit int // 0: none
	State State
	// Refused is how many were refused since the start for want of room.
	Refused uint64
}

// Server is an Asterisk that can be asked and told. *pbx.Server is one, but for
// the types of its answers.
type Server interface {
	ID() int
	Up() bool
	// Phones are the registered contacts of each phone that has any.
	Phones(ctx context.Context) (map[string]int, error)
	// PhonesInUse are the phones in a call. It asks nobody.
	PhonesInUse() []string
	// Recorded are the recorded channels, each with its call's Linkedid.
	Recorded(ctx context.Context) (map[string]string, error)
	// Live reports whether a channel is still there, by its Uniqueid.
	Live(uniqueid string) bool
	// Room is what SetRoom has kept, by anybody.
	Room(ctx context.Context) (map[string]string, error)
	// Registrable is how many contacts each phone may have that there is.
	Registrable(ctx context.Context) (map[string]int, error)
	// Closed are the phones that may have no further contact, with how many they
	// may have; Close makes one such, or with a negative number none.
	Closed(ctx context.Context) (map[string]int, error)
	Close(ctx context.Context, phone string, most int) error
	// SetRoom keeps a value where the dialplan reads it; "" takes it away.
	SetRoom(ctx context.Context, key, value string) error
}

// Options configures a Service. All fields are required but those that say so.
type Options struct {
	Limits  func() Limits // the current ones, at every look
	Servers func() []Server
	Logger  *slog.Logger
	Now     func() time.Time // default time.Now
}

// Service counts. Its methods may be called from any goroutine.
type Service struct {
	o    Options
	log  *slog.Logger
	wake chan struct{}

	mu     sync.Mutex
	sites  map[int]*site
	used   [len(Kinds)]int
	warned [len(Kinds)]State // what was last said
	toldOf [len(Kinds)]time.Time

	refusals [len(Kinds)]atomic.Uint64
}

// New returns a Service, or an error when an option is missing. Run makes it
// work.
func New(o Options) (*Service, error) {
	if o.Limits == nil || o.Servers == nil || o.Logger == nil {
		return nil, errors.New("capacity: Limits, Servers and Logger are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		o: o, log: o.Logger.With("component", "capacity"),
		wake: make(chan struct{}, 1), sites: map[int]*site{},
	}, nil
}

// Usage tells how much there is of each kind, as of the last second.
func (s *Service) Usage() []Usage {
	limits := s.o.Limits()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Usage, len(Kinds))
	for i, k := range Kinds {
		limit := limits.Of(k)
		out[i] = Usage{Kind: k, Used: s.used[i], Limit: limit, State: stateOf(s.used[i], limit), Refused: s.refusals[i].Load()}
	}
	return out
}

// Refusal says why a call that is neither begun nor for help cannot be made now;
// nil when it can. recorded is whether it is to be recorded.
func (s *Service) Refusal(recorded bool) *envelope.Error {
	for _, u := range s.Usage() {
		if u.State == Full && (u.Kind == PhonesInUse || recorded && u.Kind == RecordedCalls) {
			s.refusals[slices.Index(Kinds[:], u.Kind)].Add(1)
			return envelope.Errorf(envelope.Busy, "", "the capacity of this system is reached: %s", u)
		}
	}
	return nil
}

// String is "recorded calls: 25 of 25".
func (u Usage) String() string {
	return fmt.Sprintf("%s: %d of %d", words[u.Kind], u.Used, u.Limit)
}

var words = map[Kind]string{Phones: "registered phones", PhonesInUse: "phones in use", RecordedCalls: "recorded calls"}

func stateOf(used, limit int) State {
	switch {
	case limit == 0 || used*100 < limit*warnAt:
		return OK
	case used < limit:
		return Near
	}
	return Full
}
