package guard

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// maxRefusals are remembered at a time; a new one beyond them takes the place of the
// oldest.
const maxRefusals = 512

// refusalFor is how long a refusal is remembered.
const refusalFor = time.Hour

// Refusal is the last time that a phone was refused by the name it gave, so that who
// sets one up learns why it does not register. It bans nobody.
type Refusal struct {
	// Account is the name it gave, as the sender says; "" where Asterisk does not tell
	// it: a name that no phone has.
	Account string
	Source  netip.Prefix // where it came from, which a datagram's sender may have forged
	At      time.Time
	Times   int // in the last hour
}

// refusalKey tells apart who is refused: by the name, or without one by where it is.
type refusalKey struct {
	account string
	source  netip.Prefix
}

// unknownAccount is the AccountID of all names that no endpoint has
// (res_pjsip/security_events.c).
const unknownAccount = "<unknown>"

// remember keeps a failure as the last refusal of its account.
func (g *Guard) remember(f failure) {
	k := refusalKey{account: f.account}
	if f.account == "" || f.account == unknownAccount {
		k = refusalKey{source: f.source}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	was, ok := g.refusals[k]
	if !ok && len(g.refusals) >= maxRefusals {
		g.forgetRefusals(f.at.Add(-refusalFor))
	}
	if !ok && len(g.refusals) >= maxRefusals {
		oldest := k
		for o, r := range g.refusals {
			if oldest == k || r.At.Before(g.refusals[oldest].At) {
				oldest = o
			}
		}
		delete(g.refusals, oldest)
	}
	g.refusals[k] = Refusal{Account: k.account, Source: f.source, At: f.at, Times: was.Times + 1}
}

// forgetRefusals drops those that are older. It is called with the lock held.
func (g *Guard) forgetRefusals(since time.Time) {
	for k, r := range g.refusals {
		if r.At.Before(since) {
			delete(g.refusals, k)
		}
	}
}

// Refused are the last refusals by name, the newest first: at most maxRefusals, none
// older than an hour.
func (g *Guard) Refused() []Refusal {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forgetRefusals(time.Now().Add(-refusalFor))
	out := make([]Refusal, 0, len(g.refusals))
	for _, r := range g.refusals {
		out = append(out, r)
	}
	slices.SortFunc(out, func(x, y Refusal) int { return cmp.Or(y.At.Compare(x.At), cmp.Compare(x.Account, y.Account)) })
	return out
}
