package limits

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/fastagi"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// answerWithin is how long the dialplan's question may take. The dialplan waits
// two seconds and then goes on as if there were nobody.
const answerWithin = 1500 * time.Millisecond

// errSlow reports that the database took longer than answerWithin.
var errSlow = errors.New("the database does not answer in time")

// Answer answers the dialplan's question whether a call may go to the network.
// The arguments are those of asteriskconf: server, number of the tenant,
// extension or nothing, number dialled, and yes when the extension diverts the
// call. The variable dialplan.CallAnswer becomes dialplan.CallAllowed or the
// Q.850 cause to end the call with.
func (g *Gate) Answer(ctx context.Context, r *fastagi.Request) []fastagi.Variable {
	value := dialplan.CallAllowed
	if cause := g.question(ctx, r); cause != 0 {
		value = strconv.Itoa(cause)
	}
	return []fastagi.Variable{{Name: dialplan.CallAnswer, Value: value}}
}

func (g *Gate) question(ctx context.Context, r *fastagi.Request) (cause int) {
	a, ok := g.attemptOf(r)
	if !ok {
		g.stats.refused.Add(1)
		if g.warned.first(g.o.Now(), "question") {
			g.log.Warn("a dialplan asks for a company or server that is not configured: render its files anew", "context", r.Context)
		}
		return causeRejected
	}
	decided := make(chan refusal, 1)
	g.ask(a, func(re refusal) { decided <- re })
	t := time.NewTimer(answerWithin)
	defer t.Stop()
	var re refusal
	select {
	case re = <-decided:
	case <-t.C:
		re = g.late(&a)
	case <-ctx.Done():
		re = g.late(&a)
	}
	if re.err != nil {
		g.o.Trail.Refused(ctx, audit.Entry{
			Identity: tenant.Identity{Tenant: a.tenant, Extension: a.extension}, Server: a.server, Action: "call",
			Code: string(re.err.Code), Detail: re.err.Message,
		})
	}
	return re.cause
}

// late is what happens to a call that is not decided in time. It may be counted
// all the same, when the database answers later.
func (g *Gate) late(a *attempt) refusal {
	g.state(errSlow)
	class := policy.National
	if k := a.cost(); k == number.International || k == number.Premium {
		class = policy.Abroad
	}
	return g.undecided(a, class, errSlow)
}

// attemptOf reads a question. What the dialplan says of itself is checked with
// what is configured: the company has the server, and the question comes from
// its own context. An extension that it does not have is none.
func (g *Gate) attemptOf(r *fastagi.Request) (attempt, bool) {
	if len(r.Args) != 5 || number.CheckFeature(r.Args[3]) != nil {
		return attempt{}, false
	}
	server, err := strconv.Atoi(r.Args[0])
	if err != nil {
		return attempt{}, false
	}
	n, err := strconv.Atoi(r.Args[1])
	if err != nil {
		return attempt{}, false
	}
	t := g.o.Directory().ByNumber(n)
	if t == nil || !t.HasServer(server) || r.Context != dialplan.ToNetwork(t.Prefix()) {
		return attempt{}, false
	}
	a := attempt{server: server, tenant: t, extension: r.Args[2], number: r.Args[3], call: r.UniqueID, diverted: r.Args[4] == dialplan.Yes}
	if !t.HasExtension(a.extension) {
		a.extension = ""
	}
	return a, true
}
