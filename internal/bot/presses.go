package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// How long what a press has taken is its own.
const (
	// takenFor is longer than a desk phone or a mobile is rung: then the call has
	// been answered, or has come back, of which the dialplan tells.
	takenFor = 90 * time.Second
	// messageFor is longer than a message to the assistant takes.
	messageFor = 5 * time.Minute
	// callBackEvery is how soon the same button may call back again.
	callBackEvery = 10 * time.Second
)

// Claims is what only one may have. *store.Store is one.
type Claims interface {
	Claim(ctx context.Context, c store.Claim) (holder store.Claim, won, again bool, err error)
	Claimed(ctx context.Context, tenant int, name string) (store.Claim, error)
	Reclaim(ctx context.Context, c store.Claim) error
	Unclaim(ctx context.Context, tenant int, name string) error
}

// Members finds who pressed, and who answered. *people.Directory is one.
type Members interface {
	ByUser(tenant int, user string) (people.Person, bool)
	ByExtension(tenant int, ext string) []people.Person
}

// PressOptions configures Presses. All but Now are required.
type PressOptions struct {
	Tokens *Tokens
	Claims Claims
	People Members
	Calls  Calls
	// Send sends a text to a person. What is sent again for the same cause is the
	// same.
	Send func(ctx context.Context, t *tenant.Tenant, person, cause string, c works.Content) error
	// PublicURL is what addresses of pages begin with, without a slash.
	PublicURL func() string
	Refused   func(edge.Refusal) // must not block
	Logger    *slog.Logger
	Now       func() time.Time // default time.Now
}

// Presses does what people press and write.
//
// The first press on a call takes it, by a claim in the database; the others are
// told who has it. A press counts as long as the caller is on the line and nobody
// of flesh has answered him: also when a diversion or a mailbox has the call by
// then. It moves the caller by one action, which Asterisk does or, when he has
// hung up, does not; so there is no moment in which he is nowhere. When somebody
// answers in the few milliseconds in which that action is on its way, the press
// wins, and who answered loses him.
type Presses struct {
	o   PressOptions
	log *slog.Logger
}

// NewPresses returns Presses without I/O.
func NewPresses(o PressOptions) *Presses {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Presses{o: o, log: o.Logger.With("component", "bot")}
}

// Work does what an event asks for: CallbackOptions.Work. cause is the same when
// an event is worked on again after it was cut off.
func (p *Presses) Work(ctx context.Context, t *tenant.Tenant, e *works.Event, cause string) error {
	if e.UserID == "" {
		return nil
	}
	if token := e.Pressed(); token != "" {
		press, err := p.o.Tokens.Open(token, p.o.Now())
		if !errors.Is(err, ErrToken) {
			return p.pressed(ctx, t, e, press, err != nil, cause)
		}
		if e.Type == works.EventPostback && !isWords(token) {
			p.refuse(t, noAddress, "the button's token is none of ours")
			return nil
		}
		if isWords(token) { // of the persistent menu, or the start button
			return p.said(ctx, t, e.UserID, token, cause, true)
		}
	}
	if e.Type == works.EventMessage && e.Content.Type == "text" {
		return p.said(ctx, t, e.UserID, e.Content.Text, cause, false)
	}
	return nil
}

// noAddress is where a press came from: NAVER WORKS, which stands for everybody.
var noAddress netip.Addr

// refuse leaves a line in the audit.
func (p *Presses) refuse(t *tenant.Tenant, remote netip.Addr, why string) {
	p.o.Refused(edge.Refusal{
		Who: tenant.Identity{Tenant: t}, Remote: remote, Action: "press of a button",
		Err: envelope.Errorf(envelope.Forbidden, "", "%s", why),
	})
}

// pressed does what a button stands for, and tells the person.
func (p *Presses) pressed(ctx context.Context, t *tenant.Tenant, e *works.Event, press Press, late bool, cause string) error {
	room, isRoom := strings.CutPrefix(press.Person, store.RoomMark)
	if press.Tenant != t.Number || isRoom && room != e.ChannelID || !isRoom && press.Person != e.UserID {
		p.refuse(t, noAddress, "the button is another person's")
		return nil
	}
	press.Person = e.UserID
	text, err := p.Do(ctx, t, press, late, cause)
	if err != nil || text == "" {
		return err
	}
	return p.tell(ctx, t, e.UserID, cause, text)
}

func (p *Presses) tell(ctx context.Context, t *tenant.Tenant, person, cause, text string) error {
	return p.send(ctx, t, person, cause, &works.Text{Text: text})
}

func (p *Presses) send(ctx context.Context, t *tenant.Tenant, person, cause string, c works.Content) error {
	if err := p.o.Send(ctx, t, person, cause, c); err != nil {
		return fmt.Errorf("answer a press: %w", err)
	}
	return nil
}

// Do does what a button stands for, and gives what the person who pressed it is
// told, in his language. late says that the button is past its time. An error means
// that it is to be tried again.
func (p *Presses) Do(ctx context.Context, t *tenant.Tenant, press Press, late bool, cause string) (string, error) {
	who, ok := p.o.People.ByUser(t.Number, press.Person)
	if !ok {
		p.refuse(t, noAddress, "who pressed is not known here any more")
		return say(Korean, sayStranger), nil
	}
	job := &job{p: p, t: t, who: who, lang: Lang(who.Lang), press: press, cause: cause}
	switch press.Action {
	case Desk, Mobile, Assistant:
		return job.take(ctx, late)
	case CallBack:
		return job.callBack(ctx, late)
	case Web, Fax, Recording:
		return job.page(late)
	}
	p.refuse(t, noAddress, "the button does nothing that is known")
	return "", nil
}

// job is one press.
type job struct {
	p     *Presses
	t     *tenant.Tenant
	who   people.Person
	lang  Lang
	press Press
	cause string
}

func (j *job) say(w said, args ...any) string { return say(j.lang, w, args...) }

// name is how somebody is spoken of to others.
func (j *job) name(person string) string {
	if other, ok := j.p.o.People.ByUser(j.t.Number, person); ok && other.Name != "" {
		return plain(other.Name, 40)
	}
	return j.say(saySomebody)
}

// Returned tells that nobody took a call where a press had moved it to, so that
// others may take it: what the dialplan's UserEvent says.
func (p *Presses) Returned(ctx context.Context, t *tenant.Tenant, callID string) error {
	held, err := p.o.Claims.Claimed(ctx, t.Number, takeName(callID))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	if err := p.o.Claims.Unclaim(ctx, t.Number, takeName(callID)); err != nil {
		return err
	}
	lang := Korean
	if who, ok := p.o.People.ByUser(t.Number, held.Person); ok {
		lang = Lang(who.Lang)
	}
	return p.tell(ctx, t, held.Person, held.Cause+"-returned", say(lang, sayReturned))
}

func takeName(callID string) string { return "take:" + callID }
