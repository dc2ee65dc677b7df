package bot

import (
	"cmp"
	"context"
	"errors"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
)

// errUnread reports a press that came before its server's calls were read, as when
// it waited while we started: the call may ring.
var errUnread = errors.New("the server's calls have not been read yet")

// live finds the call, nil when it is over for long. The error is errUnread.
func (j *job) live() (*call.Call, error) {
	c := j.p.o.Calls.Live(j.t, j.press.Call)
	if c == nil && !j.p.o.Calls.Read(j.t, j.press.Call) {
		return nil, errUnread
	}
	return c, nil
}

// take moves the caller.
func (j *job) take(ctx context.Context, late bool) (string, error) {
	c, err := j.live()
	if err != nil && !late {
		return "", err
	}
	if c == nil || c.State == call.Ended || late {
		return j.over(ctx, c)
	}
	held, err := j.p.o.Claims.Claimed(ctx, j.t.Number, takeName(c.ID))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	if c.AnsweredBy != nil {
		return j.answered(c.AnsweredBy, held.Person), nil
	}
	take := policy.Take{Extension: j.who.Extension}
	until := takenFor
	done := sayToDesk
	switch j.press.Action {
	case Mobile:
		take.To, take.Number, done = policy.TakeToMobile, j.who.Mobile, sayToMobile
		if take.Number == "" {
			return j.say(sayNoMobile), nil
		}
	case Assistant:
		take.To, until, done = policy.TakeToAssistant, messageFor, sayToAssistant
	}
	if take.Extension == "" {
		return j.say(sayNoExtension), nil
	}
	if take.Channel, _ = c.Sides(); take.Channel == "" {
		return j.say(sayGone), nil
	}
	claim := store.Claim{
		Tenant: j.t.Number, Name: takeName(c.ID), Person: j.press.Person, What: string(j.press.Action), Cause: j.cause, Until: j.p.o.Now().Add(until),
	}
	held, won, _, err := j.p.o.Claims.Claim(ctx, claim)
	switch {
	case err != nil:
		return "", err
	case won:
	case held.Person != j.press.Person:
		return j.say(sayTaken, j.name(held.Person)), nil
	case held.What == claim.What:
		return "", nil // the same button twice
	default: // his own, elsewhere
		if err := j.p.o.Claims.Reclaim(ctx, claim); err != nil {
			return "", err
		}
	}
	if err := j.p.o.Calls.Take(j.t, c, take); err != nil {
		if err := j.p.o.Claims.Unclaim(ctx, j.t.Number, claim.Name); err != nil {
			j.p.log.Warn("a call stays taken for a while that is not", "tenant", j.t, "error", err)
		}
		var e *envelope.Error
		if errors.As(err, &e) && e.Code == envelope.Conflict { // he has hung up meanwhile
			if c := j.p.o.Calls.Live(j.t, j.press.Call); c == nil || c.State == call.Ended {
				return j.over(ctx, c)
			}
			return j.say(sayGone), nil
		}
		j.p.log.Warn("a call could not be taken", "tenant", j.t, "action", string(j.press.Action), "error", err)
		return j.say(sayFailed), nil
	}
	return j.say(done), nil
}

// answered tells who has the call. by is whom the phone of belongs to that
// answered; taker who pressed, if anybody did.
func (j *job) answered(by *call.Party, taker string) string {
	switch {
	case taker == j.press.Person && taker != "", by.Extension != "" && by.Extension == j.who.Extension:
		return j.say(sayYours)
	case taker != "":
		return j.say(sayAnsweredBy, j.name(taker))
	}
	return j.say(sayAnsweredBy, j.party(by))
}

// party is how who answered is spoken of: by the directory's name, as what is told
// after a call has it.
func (j *job) party(p *call.Party) string {
	name := p.Name
	if all := j.p.o.People.ByExtension(j.t.Number, p.Extension); p.Extension != "" && len(all) == 1 {
		name = cmp.Or(all[0].Name, name)
	}
	switch {
	case name != "" && p.Extension != "":
		return plain(name, 40) + " (" + p.Extension + ")"
	case name != "":
		return plain(name, 40)
	}
	return plain(p.Number, 40)
}

// over tells what became of a call that cannot be taken any more. c is nil when it
// is not known.
func (j *job) over(ctx context.Context, c *call.Call) (string, error) {
	if c != nil {
		if c.AnsweredBy != nil {
			if c.State != call.Ended {
				return j.answered(c.AnsweredBy, ""), nil
			}
			return j.say(sayWasAnswered, j.party(c.AnsweredBy)), nil
		}
		if c.State == call.Ended {
			return j.say(sayMissed), nil
		}
		return j.say(sayTooLate), nil
	}
	row, ok, err := j.p.o.Calls.Past(ctx, j.t, j.press.Call)
	switch {
	case err != nil:
		return "", err
	case !ok:
		return j.say(sayTooLate), nil
	case row.Answered.IsZero():
		return j.say(sayMissed), nil
	}
	return j.say(sayWasAnswered, j.party(&call.Party{Extension: row.By.Extension, Number: row.By.Number, Name: row.By.Name})), nil
}

// callBack rings the person's desk phone, then the caller's number (M2C).
func (j *job) callBack(ctx context.Context, late bool) (string, error) {
	if late {
		return j.say(sayTooOld), nil
	}
	if j.who.Extension == "" {
		return j.say(sayNoExtension), nil
	}
	number, err := j.callerOf(ctx)
	if err != nil {
		return "", err
	}
	if number == "" {
		return j.say(sayNoNumber), nil
	}
	_, won, again, err := j.p.o.Claims.Claim(ctx, store.Claim{
		Tenant: j.t.Number, Name: "m2c:" + j.press.Person + ":" + j.press.Call, Person: j.press.Person, What: string(CallBack),
		Cause: j.cause, Until: j.p.o.Now().Add(callBackEvery),
	})
	switch {
	case err != nil:
		return "", err
	case !won:
		return j.say(sayTooSoon), nil
	case again: // it was cut off: a phone must not ring twice for one press
		return j.say(sayUnclear), nil
	}
	if err := j.p.o.Calls.CallBack(j.t, j.who.Extension, number); err != nil {
		var e *envelope.Error
		if errors.As(err, &e) && e.Code == envelope.Unknown {
			return j.say(sayUnclear), nil
		}
		j.p.log.Warn("a call back was not started", "tenant", j.t, "error", err)
		return j.say(sayFailed), nil
	}
	return j.say(sayCalling, plain(number, 40)), nil
}

// callerOf is the number of who called, "" when it was withheld or is not known
// any more.
func (j *job) callerOf(ctx context.Context) (string, error) {
	c, unread := j.live()
	if c != nil {
		return c.From.Number, nil
	}
	row, ok, err := j.p.o.Calls.Past(ctx, j.t, j.press.Call)
	switch {
	case err != nil:
		return "", err
	case !ok:
		return "", unread
	}
	return row.From.Number, nil
}
