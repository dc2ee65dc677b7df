package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// askedFor is how long a question before a change may be answered, and
// missedShown how many missed calls are told.
const (
	askedFor    = 5 * time.Minute
	missedShown = 10
)

// kinds are the diversions that can be written, in the order in which they count.
var kinds = []struct {
	d    dialplan.Diversion
	name [2]string
}{
	{dialplan.CFI, [2]string{"즉시", "always"}},
	{dialplan.CFB, [2]string{"통화중", "busy"}},
	{dialplan.CFN, [2]string{"부재중", "no answer"}},
	{dialplan.CFU, [2]string{"미연결", "unavailable"}},
}

func kindName(l Lang, d dialplan.Diversion) string {
	for _, k := range kinds {
		if k.d == d {
			return k.name[map[Lang]int{English: 1}[l]]
		}
	}
	return string(d)
}

// isWords reports whether the postback of a menu is a command.
func isWords(text string) bool { _, err := ParseCommand(text); return err == nil }

// said answers what somebody wrote, in the language in which it is written. pressed
// says that a button wrote it: then the person's own language counts.
func (p *Presses) said(ctx context.Context, t *tenant.Tenant, user, text, cause string, pressed bool) error {
	who, ok := p.o.People.ByUser(t.Number, user)
	if !ok {
		p.refuse(t, noAddress, "who wrote is not known here")
		return p.tell(ctx, t, user, cause, say(Korean, sayStranger))
	}
	c, err := ParseCommand(text)
	a := &answer{p: p, t: t, who: who, user: user, cause: cause, lang: Lang(who.Lang)}
	if c.Lang != "" && !pressed {
		a.lang = c.Lang
	}
	var out string
	switch {
	case errors.Is(err, ErrWhichNumber):
		out = a.say(sayWhich)
	case err != nil:
		out, err = a.astray(ctx)
	default:
		out, err = a.to(ctx, c)
	}
	if err != nil {
		return err
	}
	var quick *works.QuickReply
	if a.asks {
		quick = &works.QuickReply{}
		for _, w := range []said{sayYes, sayNo} {
			label := a.say(w)
			quick.Items = append(quick.Items, works.QuickReplyItem{Action: works.Action{Type: works.ActionMessage, Label: label, Text: label}})
		}
	}
	return p.send(ctx, t, user, cause, &works.Text{Text: out, QuickReply: quick})
}

// answer is one answer under way.
type answer struct {
	p           *Presses
	t           *tenant.Tenant
	who         people.Person
	user, cause string
	lang        Lang
	asks        bool // the answer is a question, with a button for yes and no
}

func (a *answer) say(w said, args ...any) string { return say(a.lang, w, args...) }

func (a *answer) or(text string) string {
	if text == "" {
		return a.say(sayNone)
	}
	return text
}

// to answers a command. An error means that it is to be tried again.
func (a *answer) to(ctx context.Context, c Command) (string, error) {
	ext := a.who.Extension
	switch c.Verb {
	case Help:
		return a.say(sayHelp), nil
	case ShowMe:
		return a.say(sayMe, a.or(plain(a.who.Name, 60)), a.or(ext), a.or(a.who.Mobile), a.or(a.who.Email)), nil
	case Yes, No:
		return a.confirmed(ctx, c.Verb == Yes)
	}
	if ext == "" {
		return a.say(sayNoExtension), nil
	}
	switch c.Verb {
	case ShowNumbers:
		return a.say(sayNumbers, ext, a.or(a.t.NumberOf(ext)), a.or(a.who.Mobile)), nil
	case ShowMissed:
		return a.missed(ctx)
	case ShowDiversions:
		return a.diversions(ctx)
	case SetDiversion, DropDiversion:
		return a.ask(ctx, c)
	}
	return a.say(sayHelp), nil
}

func (a *answer) missed(ctx context.Context) (string, error) {
	rows, err := a.p.o.Calls.Missed(ctx, a.t, a.who.Extension, missedShown)
	if err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return a.say(sayNobodyMissed), nil
	}
	lines := []string{a.say(sayMissedHead)}
	for i := range rows {
		r := &rows[i]
		from := plain(r.From.Number, 40)
		if from == "" {
			from = withheld[a.lang]
		}
		if r.From.Name != "" && r.From.Name != r.From.Number {
			from += " " + plain(r.From.Name, 40)
		}
		lines = append(lines, r.Started.Local().Format("01-02 15:04")+"  "+from)
	}
	return strings.Join(lines, "\n"), nil
}

// diversions tells what is set.
func (a *answer) diversions(ctx context.Context) (string, error) {
	d, err := a.p.o.Calls.Diversions(ctx, a.t, a.who.Extension)
	if err != nil {
		return a.failed(err), nil
	}
	lines := []string{a.say(sayDiversions, a.who.Extension)}
	for _, k := range kinds {
		rule := d.Rules[k.d]
		state := a.say(sayOff)
		if to, ok := dialplan.ParseDestination(rule[dialplan.Destination]); ok && rule[dialplan.Enable] == dialplan.Yes {
			state = to
		}
		lines = append(lines, kindName(a.lang, k.d)+": "+state)
	}
	return strings.Join(lines, "\n"), nil
}

// failed is what is told of a server that did not do it.
func (a *answer) failed(err error) string {
	a.p.log.Warn("a command was not carried out", "tenant", a.t, "error", err)
	return a.say(sayFailed)
}

func (a *answer) asked() string { return "asked:" + a.user }

// ask keeps a change until it is confirmed. A later one takes its place.
func (a *answer) ask(ctx context.Context, c Command) (string, error) {
	if c.Verb == SetDiversion {
		if err := policy.Destination("number", a.t, c.Number); err != nil || c.Number == a.who.Extension {
			return a.say(sayNotAllowed), nil //nolint:nilerr // the person is told
		}
	}
	what, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	if err := a.p.o.Claims.Reclaim(ctx, store.Claim{
		Tenant: a.t.Number, Name: a.asked(), Person: a.user, What: string(what), Cause: a.cause, Until: a.p.o.Now().Add(askedFor),
	}); err != nil {
		return "", err
	}
	return a.question(c), nil
}

// question is what is asked before a change.
func (a *answer) question(c Command) string {
	a.asks = true
	switch {
	case c.Verb == SetDiversion:
		return a.say(sayAskSet, kindName(a.lang, c.Type), c.Number)
	case c.Type != "":
		return a.say(sayAskDrop, kindName(a.lang, c.Type))
	}
	return a.say(sayAskDropAll)
}

// waiting is the change that waits for its yes; store.ErrNotFound when none does.
func (a *answer) waiting(ctx context.Context) (c Command, err error) {
	claim, err := a.p.o.Claims.Claimed(ctx, a.t.Number, a.asked())
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal([]byte(claim.What), &c); err != nil {
		return c, fmt.Errorf("what was asked: %w", err)
	}
	return c, nil
}

// astray answers what is no command: who was asked something is asked again.
func (a *answer) astray(ctx context.Context) (string, error) {
	c, err := a.waiting(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return a.say(sayNoWords, a.say(sayHelp)), nil
	case err != nil:
		return "", err
	}
	return a.question(c), nil
}

// confirmed does what was asked for, or not.
func (a *answer) confirmed(ctx context.Context, yes bool) (string, error) {
	c, err := a.waiting(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return a.say(sayNothingAsked), nil
	}
	if err != nil {
		return "", err
	}
	out := a.say(sayNotDone)
	if yes {
		changes, err := a.changes(c)
		if err != nil {
			return "", err
		}
		if err := a.p.o.Calls.ChangeDiversions(ctx, a.t, a.who, changes); err != nil {
			var e *envelope.Error
			if !errors.As(err, &e) {
				return "", err
			}
			return a.failed(err), nil // the question stays: he may say yes again
		}
		now, err := a.diversions(ctx)
		if err != nil {
			return "", err
		}
		out = a.say(sayDone, now)
	}
	// After it is done: who is cut off in the middle does it again, to the same end.
	return out, a.p.o.Claims.Unclaim(ctx, a.t.Number, a.asked())
}

// changes are what a command changes.
func (a *answer) changes(c Command) ([]pbx.RuleChange, error) {
	if c.Verb == SetDiversion {
		to, err := dialplan.FormatDestination(c.Number)
		if err != nil {
			return nil, err
		}
		return []pbx.RuleChange{{Extension: a.who.Extension, Diversion: c.Type, Rule: pbx.Rule{dialplan.Enable: dialplan.Yes, dialplan.Destination: to}}}, nil
	}
	var all []pbx.RuleChange
	for _, k := range kinds {
		if c.Type == "" || c.Type == k.d {
			all = append(all, pbx.RuleChange{Extension: a.who.Extension, Diversion: k.d, Rule: pbx.Rule{dialplan.Enable: dialplan.No}})
		}
	}
	return all, nil
}
