package limits

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Causes of Q.850 that a phone hears.
const (
	causeRejected   = 21 // what is closed or locked
	causeCongestion = 42 // what is over a limit: try again later
)

// attempt is a call that wants to go to the network.
type attempt struct {
	server    int
	tenant    *tenant.Tenant
	extension string // "" when it is not known
	number    string // as dialled
	call      string // Uniqueid of the channel that calls
	announced bool   // a client's; Asterisk asks once more
	diverted  bool   // by extension
	field     string // of a client's request
}

// refusal is why a call does not go; the zero value lets it go.
type refusal struct {
	err   *envelope.Error
	cause int
}

// cost is the kind of an attempt, Internal when it stays in the house.
func (a *attempt) cost() number.Kind {
	if a.tenant != nil && !isEmergency(a.number) {
		if _, did := a.tenant.DIDs[a.number]; did || a.tenant.HasExtension(a.number) {
			return number.Internal
		}
	}
	return number.Cost(a.number)
}

// isEmergency reports 112 and 119, which no extension can have.
func isEmergency(s string) bool { return number.CheckExtension(s) == number.ErrReserved } //nolint:errorlint // it is returned as it is

// counted reports whether an attempt is one of those that count.
func counted(a *attempt) bool {
	switch a.cost() {
	case number.National, number.Mobile, number.International, number.Premium:
		return true
	case number.Invalid, number.Internal, number.Emergency:
	}
	return false
}

func forbidden(a *attempt, format string, args ...any) refusal {
	return refusal{envelope.Errorf(envelope.Forbidden, a.field, format, args...), causeRejected}
}

// closed says what is not open for the tenant at all. A zero refusal leaves
// the rest to the counters.
func (g *Gate) closed(a *attempt, kind number.Kind) refusal {
	switch {
	case kind == number.Emergency && (a.announced || a.diverted):
		return forbidden(a, "must not be an emergency number: these are dialled from a phone only")
	case kind != number.International && kind != number.Premium:
		return refusal{}
	case a.diverted:
		return forbidden(a, "must not be an international or premium number: nobody is diverted there")
	case a.extension == "":
		return forbidden(a, "must not be an international or premium number, because it is not known whose call it is")
	case kind == number.Premium && !a.tenant.Limits.Premium:
		return forbidden(a, "must not be a premium number: these calls are not open for you")
	case kind == number.International && !a.tenant.Limits.Opens(number.Abroad(a.number), g.o.Now()):
		return forbidden(a, "must not be this international number: calls to that country are not open for you")
	}
	return refusal{}
}

// ask decides on an attempt. done is called exactly once.
func (g *Gate) ask(a attempt, done func(refusal)) {
	kind := a.cost()
	if r := g.closed(&a, kind); r.err != nil {
		g.stats.refused.Add(1)
		done(r)
		return
	}
	if a.tenant == nil || !counted(&a) {
		g.stats.free.Add(1)
		done(refusal{})
		return
	}
	class := policy.National
	if kind == number.International || kind == number.Premium {
		class = policy.Abroad
	}
	c := &policy.CallCount{
		TenantID: a.tenant.ID.Hex(), Extension: a.extension, Class: class,
		Windows: policy.CallWindows(a.tenant.Limits, class), Call: a.call, Announced: a.announced,
	}
	decided := func(err error) {
		if err != nil {
			done(g.undecided(&a, class, err))
			return
		}
		done(g.verdict(&a, c))
	}
	if err := g.put(item{count: c, decided: decided}); err != nil {
		g.state(err)
		decided(err)
	}
}

// undecided is what happens to a call that cannot be counted.
func (g *Gate) undecided(a *attempt, class policy.CallClass, _ error) refusal {
	if class == policy.National {
		g.stats.uncounted.Add(1)
		return refusal{}
	}
	g.stats.refused.Add(1)
	return refusal{envelope.Errorf(envelope.Unavailable, a.field, "calls abroad are not possible at the moment, because they cannot be counted; try again later"), causeCongestion}
}

// verdict says what was decided, and tells those who should know.
func (g *Gate) verdict(a *attempt, c *policy.CallCount) refusal {
	v := c.Verdict
	if !v.Refused() {
		g.stats.allowed.Add(1)
		return refusal{}
	}
	g.stats.refused.Add(1)
	if v.Over.Calls > 0 {
		g.breached(a, c)
	}
	if v.NewLock {
		g.locked(a)
	}
	if v.Locked && v.Over.Calls == 0 {
		return forbidden(a, "must not be an international or premium number: these calls of extension %s are locked since %s; an administrator unlocks it by POST /api/v2/extensions/%s/unlock or dipcast tenant unlock %s",
			a.extension, v.Since.UTC().Format(time.RFC3339), a.extension, a.extension)
	}
	wait := max(v.RetryAt.Sub(g.o.Now()), time.Second)
	text := fmt.Sprintf("extension %s has made the %d %s calls %s that it may; try again in %d s",
		a.extension, v.Over.Calls, className(c.Class), per(v.Over.Name), int(math.Ceil(wait.Seconds())))
	if v.NewLock {
		text += "; its calls abroad are locked from now on, until an administrator unlocks it"
	}
	r := refusal{envelope.Errorf(envelope.RateLimited, a.field, "%s", text), causeCongestion}
	r.err.RetryAfter = wait
	return r
}

// per is "a minute" or "an hour".
func per(window string) string {
	if window == "hour" {
		return "an hour"
	}
	return "a " + window
}

func className(c policy.CallClass) string {
	if c == policy.Abroad {
		return "international and premium"
	}
	return "national"
}

// breached logs that a limit was reached, once in a while for each extension.
func (g *Gate) breached(a *attempt, c *policy.CallCount) {
	if !g.warned.first(g.o.Now(), c.TenantID+" "+a.extension+" "+string(c.Class)) {
		return
	}
	g.log.Warn("limit of calls reached", "tenant", a.tenant, "extension", a.extension, "class", string(c.Class),
		"calls", c.Verdict.Over.Calls, "window", c.Verdict.Over.Name, "number", number.Masked(a.number), "server", a.server)
}

// locked tells that an extension has just been locked.
func (g *Gate) locked(a *attempt) {
	g.stats.locks.Add(1)
	g.log.Warn("calls abroad locked", "tenant", a.tenant, "extension", a.extension, "breaches", policy.MaxBreaches, "server", a.server)
	g.o.Trail.Record(context.Background(), audit.KindLocked, audit.Entry{
		Identity: tenant.Identity{Tenant: a.tenant, Extension: a.extension}, Server: a.server, Action: "call",
		Detail: fmt.Sprintf("calls abroad locked after %d breaches within %d minutes", policy.MaxBreaches, int(policy.BreachWindow.Minutes())),
	})
}
