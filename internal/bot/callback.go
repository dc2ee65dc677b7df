package bot

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// CallbackPattern is where NAVER WORKS tells a bot what people write and press.
const CallbackPattern = "POST /dapi/{tenant}/callback"

// callbackSkew is how far the time in a callback may be from ours.
const callbackSkew = 5 * time.Minute

// Account is a tenant's bot as callbacks are checked by it.
type Account struct {
	Tenant  *tenant.Tenant
	Bot     string   // its id
	Secrets []string // what callbacks are signed with; two while one replaces the other
}

// CallbackStore keeps callbacks. *store.Store is one.
type CallbackStore interface {
	AddCallback(ctx context.Context, c store.Callback) (fresh bool, err error)
	OpenCallbacks(ctx context.Context, most int) ([]store.Callback, error)
	EndCallback(ctx context.Context, hash string) error
	PruneCallbacks(ctx context.Context) error
}

// CallbackOptions configures Callbacks. All but Now are required.
type CallbackOptions struct {
	Store CallbackStore
	// Account finds a tenant's bot by the tenant's id in hexadecimal digits; false
	// when it has none.
	Account func(tenantID string) (Account, bool)
	// Work does what a callback asks for. An error means that it is to be tried
	// again; see Callbacks.
	Work    func(ctx context.Context, t *tenant.Tenant, e *works.Event, cause string) error
	Number  func(number int) *tenant.Tenant // by number; nil when there is none
	Refused func(edge.Refusal)              // must not block
	Proxies edge.Proxies
	Logger  *slog.Logger
	Now     func() time.Time // default time.Now
}

// Callbacks takes what NAVER WORKS tells bots, and answers as soon as it is on
// disk; Run works on it. So whatever happens to this process, all that was
// answered with 200 is worked on once, or, when it was cut off in the middle, once
// more.
//
// What a callback says is believed when it is signed over the bytes as they came,
// five minutes old at the most, and new: the same bytes to the same bot count once
// in 24 hours.
type Callbacks struct {
	o     CallbackOptions
	log   *slog.Logger
	decoy string // the secret of tenants that have none
	wake  chan struct{}
}

// NewCallbacks returns Callbacks without I/O.
func NewCallbacks(o CallbackOptions) *Callbacks {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Callbacks{o: o, log: o.Logger.With("component", "bot"), decoy: rand.Text(), wake: make(chan struct{}, 1)}
}

// refusal is the one answer to all that is not signed as it must be: whether there
// is such a tenant, or such a bot, does not show.
var errSigned = envelope.Errorf(envelope.Unauthorized, "", "the signature is missing or wrong")

// ServeHTTP takes a callback, at CallbackPattern.
func (c *Callbacks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t, err := c.take(w, r)
	if err == nil {
		edge.WriteJSON(w, http.StatusOK, struct {
			Status string `json:"status"`
		}{"success"})
		return
	}
	var e *envelope.Error
	if !errors.As(err, &e) {
		c.log.Error("callback not kept", "tenant", t, "error", err)
		e = envelope.Errorf(envelope.Unavailable, "", "it cannot be kept now; try again later")
	}
	c.o.Refused(edge.Refusal{
		Who: tenant.Identity{Tenant: t}, Remote: c.o.Proxies.ClientAddr(r), Action: "NAVER WORKS callback", Err: e,
	})
	edge.WriteError(w, e)
}

// take checks and keeps a callback. The tenant is nil unless the signature is
// good.
func (c *Callbacks) take(w http.ResponseWriter, r *http.Request) (*tenant.Tenant, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, works.MaxCallback))
	if err != nil {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			return nil, envelope.Errorf(envelope.TooLong, "", "the body is longer than %d bytes", works.MaxCallback)
		}
		return nil, envelope.Errorf(envelope.BadRequest, "", "the body cannot be read")
	}
	a, known := c.o.Account(r.PathValue("tenant"))
	secrets := []string{c.decoy, c.decoy} // as much work as for a tenant that exists
	if known {
		copy(secrets, a.Secrets)
	}
	if good := works.Verify(body, r.Header.Get(works.HeaderSignature), secrets...); !good || !known {
		return nil, errSigned
	}
	e, err := works.ParseEvent(body)
	if err != nil || !utf8.Valid(body) {
		return a.Tenant, envelope.Errorf(envelope.BadRequest, "", "the body is no callback")
	}
	if off := c.o.Now().Sub(e.Issued).Abs(); off > callbackSkew {
		return a.Tenant, envelope.Errorf(envelope.BadRequest, "issuedTime", "issuedTime is more than 5 minutes from now")
	}
	// The bot's id is the one we know: that in the header is not signed.
	h := sha256.New()
	h.Write([]byte(a.Bot + "\x00"))
	h.Write(body)
	fresh, err := c.o.Store.AddCallback(r.Context(), store.Callback{
		Hash: hex.EncodeToString(h.Sum(nil)), Tenant: a.Tenant.Number, Person: e.UserID, Body: body,
	})
	if errors.Is(err, store.ErrManyCallbacks) {
		return a.Tenant, envelope.Errorf(envelope.RateLimited, "", "too many callbacks wait; try again later")
	}
	if err == nil && fresh {
		c.Wake()
	}
	return a.Tenant, err
}

// Wake has Run look for callbacks. It does not block.
func (c *Callbacks) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}
