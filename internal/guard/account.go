package guard

import "time"

// pushed reports a failure of a phone that a push service may register for.
func (g *Guard) pushed(f failure) bool {
	return f.account != "" && g.o.Pushed != nil && g.o.Pushed(f.account)
}

// countAccount counts a failure for its account alone. Once there are as many as
// would ban a source it says so, again in every Window: somebody has to give that
// phone its password.
func (g *Guard) countAccount(s Settings, f failure) {
	g.stats.pushed.Add(1)
	if !g.pushed(f) {
		return // nobody's: there is nobody to tell
	}
	g.mu.Lock()
	a := g.accounts[f.account]
	if a == nil {
		if len(g.accounts) >= maxAccounts {
			g.forgetAccounts(f.at.Add(-s.Window))
		}
		if len(g.accounts) >= maxAccounts {
			g.mu.Unlock()
			g.stats.untracked.Add(1)
			return
		}
		a = &account{since: f.at}
		g.accounts[f.account] = a
	}
	if f.at.Sub(a.since) > s.Window {
		*a = account{since: f.at}
	}
	a.failures++
	tell := a.failures == s.Failures
	g.mu.Unlock()
	if tell {
		g.log.Warn("a softphone fails to log in where a push service registers: make it a new link", "device", f.account,
			"source", show(f.source), "failures", s.Failures)
	}
}

// forgetAccounts drops those whose window has ended. It is called with the lock
// held.
func (g *Guard) forgetAccounts(since time.Time) {
	for name, a := range g.accounts {
		if a.since.Before(since) {
			delete(g.accounts, name)
		}
	}
}
