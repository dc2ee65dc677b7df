package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works"
)

// Store keeps who has a card, and what is to be sent. *store.Store is one.
type Store interface {
	AddCards(ctx context.Context, cards []store.NewCard) (added int, err error)
	Cards(ctx context.Context, tenant int, call string) ([]store.Card, error)
	PruneCards(ctx context.Context, before time.Time) error
	Companies(ctx context.Context, secrets bool) (*store.Companies, error)
	AddOutbox(ctx context.Context, rows []store.OutboxRow) error
}

// People knows who has an extension. *people.Directory is one.
type People interface {
	ByExtension(tenant int, ext string) []people.Person
}

// Options configures a Bot. Zero optional fields take the default named.
type Options struct {
	Store     Store                    // required
	People    People                   // required
	Companies func() *store.Companies  // required; what counts now, without secrets
	Tokens    *Tokens                  // required; seals what buttons stand for
	Rings     func(callID string) bool // required; whether somebody rings for a call, and nobody has answered
	Logger    *slog.Logger             // required
	// PublicURL is what links begin with, without a slash at its end.
	PublicURL string
	// Name finds what a caller is called, within its ctx. "" and nil: nobody knows.
	Name func(ctx context.Context, tenant int, number string) string
	// Sounds is the folder of audio files that wait to be sent. It is made when it
	// is needed.
	Sounds string
	// Mailboxes are where the voicemail of an extension is, as far as it can be read
	// here. Nil: nowhere.
	Mailboxes func(tenant int, ext string) []Mailbox
	// Recorded reports whether there is, or is about to be, a recording of a call that
	// an extension has taken part in, or with "" of any. It must be quick. Nil: never.
	Recorded func(ctx context.Context, tenant, server int, linkedid, ext string) bool
	// HTTP is used for all requests to NAVER WORKS. Nil: one that keeps connections.
	HTTP *http.Client
	Now  func() time.Time // default time.Now
}

// Bounds of a Bot.
const (
	maxRings    = 4096 // rings that wait for a card
	ringWorkers = 8    // that make cards; each may wait for a name
	nameTime    = 300 * time.Millisecond
	storeTime   = 10 * time.Second
	// keptCards is how long it is known who had a card: longer than any button is
	// good.
	keptCards  = callBackLife + 24*time.Hour
	pruneCards = time.Hour
)

// Bot sends cards. Call never blocks; FollowUps and Send may be called from any
// goroutine.
type Bot struct {
	o   Options
	log *slog.Logger

	rings chan call.Event
	mail  chan mailbox

	mu      sync.Mutex
	clients map[int]*client // by tenant

	served served
	demand demand

	untold atomic.Uint64
}

// New checks the options and does no I/O.
func New(o Options) (*Bot, error) {
	if o.Store == nil || o.People == nil || o.Companies == nil || o.Tokens == nil || o.Rings == nil || o.Logger == nil {
		return nil, errors.New("bot: Store, People, Companies, Tokens, Rings and Logger are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.HTTP == nil {
		// Cards come in bursts: a ring group's at once.
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost, t.MaxConnsPerHost = 32, 32
		o.HTTP = &http.Client{Transport: t}
	}
	return &Bot{o: o, log: o.Logger.With("component", "bot"), rings: make(chan call.Event, maxRings), mail: make(chan mailbox, maxRings), clients: map[int]*client{}}, nil
}

// Untold is how many rings nobody was told of since the start, though somebody
// should have been: there were too many at once, or the database did not take their
// cards. What became of those that it took, the outbox counts.
func (b *Bot) Untold() uint64 { return b.untold.Load() }

// Call takes one step of a call. It does not block.
func (b *Bot) Call(e call.Event) {
	b.served.note(e.Call)
	if e.Kind != call.KindRinging || e.Who.Extension == "" {
		return
	}
	select {
	case b.rings <- e:
	default:
		b.untold.Add(1)
	}
}

// Run makes the cards of calls until ctx ends.
func (b *Bot) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for range ringWorkers {
		wg.Go(func() {
			for {
				select {
				case e := <-b.rings:
					b.ring(ctx, e)
				case <-ctx.Done():
					return
				}
			}
		})
	}
	wg.Go(func() {
		for {
			select {
			case m := <-b.mail:
				if err := b.Voicemail(ctx, m.tenant, m.ext); err != nil && ctx.Err() == nil {
					b.log.Error("nobody is told of a voicemail", "tenant", fmt.Sprint("T", m.tenant), "error", err)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	b.Catch()
	old := time.NewTicker(pruneCards)
	defer old.Stop()
	for {
		select {
		case <-old.C:
			b.Catch()
			err := errors.Join(b.o.Store.PruneCards(ctx, b.o.Now().Add(-keptCards)), b.tidySounds())
			if err != nil && ctx.Err() == nil {
				b.log.Error("old cards not forgotten", "error", err)
			}
		case <-ctx.Done():
			wg.Wait()
			return
		}
	}
}

// The labels of what is sent, in the order in which they are given up when the
// budget is short, the last first.
const (
	LabelRing      = "ring"
	LabelRoom      = "room"
	LabelFax       = "fax"
	LabelVoicemail = "voicemail"
	LabelMissed    = "missed"
	LabelAnswered  = "answered"
	LabelReply     = "reply" // to a press, or to what somebody wrote
)

// priorities are those of the labels.
var priorities = map[string]int{LabelRing: 0, LabelRoom: 1, LabelFax: 2, LabelVoicemail: 2, LabelMissed: 3, LabelAnswered: 4}

// lives are how long what is sent is of use. A ring card's is as long as somebody
// rings, see Bot.Send.
var lives = map[string]time.Duration{LabelRing: 2 * time.Minute, LabelRoom: 2 * time.Minute, LabelAnswered: time.Hour, LabelReply: 10 * time.Minute}

// Kind is what rows of the outbox are that a Bot sends.
const Kind = "works"

// message is the body of a row.
type message struct {
	User string `json:"user,omitempty"` // one of the two
	Room string `json:"room,omitempty"`
	// Content is what works.Encode gave. Sound is sent in its place.
	Content json.RawMessage `json:"content,omitempty"`
	Sound   *sound          `json:"sound,omitempty"`
}

// row makes a row of the outbox. to is as in store.Card.
func (b *Bot) row(tenant int, to, label, about string, content works.Content) (store.OutboxRow, error) {
	encoded, err := works.Encode(content)
	if err != nil {
		return store.OutboxRow{}, err
	}
	return b.rowOf(tenant, to, label, about, message{Content: encoded})
}

func (b *Bot) rowOf(tenant int, to, label, about string, m message) (store.OutboxRow, error) {
	card := store.Card{To: to}
	if m.Room = card.Room(); m.Room == "" {
		m.User = to
	}
	body, err := json.Marshal(m)
	if err != nil {
		return store.OutboxRow{}, err
	}
	r := store.OutboxRow{
		Tenant: tenant, Kind: Kind, Lane: to, Label: label, Ref: about, Priority: priorities[label], Body: body,
		Created: b.o.Now().UTC(), Once: label == LabelRing || label == LabelRoom,
	}
	r.Begun = r.Once // it goes at once, or not at all
	if life := lives[label]; life > 0 {
		r.Expires = r.Created.Add(life)
	}
	return r, nil
}
