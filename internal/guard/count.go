package guard

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/store"
)

// homeTimeout bounds the question whether phones of ours are at a source.
const homeTimeout = 5 * time.Second

// keepTimeout bounds one writing of a ban.
const keepTimeout = 5 * time.Second

// keeping is the context to keep something in that servers are told of: they go on
// refusing when the process stops or who asked is gone, so it must be known then.
func keeping(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), keepTimeout)
}

// count takes in one failure, and bans its source when it was one too many.
func (g *Guard) count(ctx context.Context, f failure) {
	s := g.settings()
	if s.Failures == 0 || g.allowed(s, f.source) {
		return
	}
	if contains(s.Push, f.source) {
		g.countAccount(s, f)
		return
	}
	g.mu.Lock()
	if g.active(f.source, f.at) {
		g.mu.Unlock()
		return // an answer that was under way
	}
	src := g.sources[f.source]
	if src == nil {
		if len(g.sources) >= maxSources {
			g.forget(f.at.Add(-s.Window))
		}
		if len(g.sources) >= maxSources {
			g.mu.Unlock()
			g.stats.untracked.Add(1)
			return
		}
		src = &source{}
		g.sources[f.source] = src
	}
	limit := s.Failures
	if src.home && g.pushed(f) {
		g.mu.Unlock()
		g.countAccount(s, f)
		return
	}
	if src.home {
		limit *= homeFactor
		if !f.proven {
			g.mu.Unlock()
			return
		}
	}
	src.failures = append(src.failures, f)
	src.failures = slices.DeleteFunc(src.failures, func(o failure) bool { return f.at.Sub(o.at) > s.Window })
	n := len(src.failures)
	if n > limit {
		src.failures = src.failures[n-limit:]
	}
	home := src.home
	g.mu.Unlock()
	if n < limit {
		return
	}
	if !home && g.isHome(ctx, f.source) {
		g.mu.Lock()
		src.home = true
		src.failures = slices.DeleteFunc(src.failures, func(o failure) bool { return !o.proven || g.pushed(o) })
		g.mu.Unlock()
		g.log.Warn("phones of ours fail to log in", "source", show(f.source), "failures", n)
		return
	}
	g.ban(ctx, s, f.source, n, home, audit.Entry{})
}

func (g *Guard) isHome(ctx context.Context, source netip.Prefix) bool {
	if g.o.Home == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, homeTimeout)
	defer cancel()
	return g.o.Home(ctx, source)
}

// settings are the current ones within their bounds.
func (g *Guard) settings() Settings {
	s := g.o.Settings()
	s.Failures = min(max(s.Failures, 0), maxFailures)
	if s.Window <= 0 {
		s.Window = DefaultWindow
	}
	if s.Ban <= 0 {
		s.Ban = DefaultBan
	}
	if s.Longest < s.Ban {
		s.Longest = max(s.Ban, DefaultLongest)
	}
	return s
}

func (g *Guard) allowed(s Settings, source netip.Prefix) bool {
	return contains(s.Allow, source) || g.o.Carrier != nil && g.o.Carrier(source)
}

// active reports whether a source is banned. It is called with the lock held.
func (g *Guard) active(source netip.Prefix, now time.Time) bool {
	b, ok := g.bans[source]
	return ok && b.Until.After(now)
}

// forget drops the sources that have not failed since. It is called with the
// lock held.
func (g *Guard) forget(since time.Time) {
	for p, s := range g.sources {
		if n := len(s.failures); n == 0 || s.failures[n-1].at.Before(since) {
			delete(g.sources, p)
		}
	}
}

// ban begins a ban, keeps it and has it told to the servers. One of phones of ours
// (home) takes no longer than the first, however many there were.
func (g *Guard) ban(ctx context.Context, s Settings, source netip.Prefix, failures int, home bool, who audit.Entry) Ban {
	now := time.Now().UTC().Truncate(time.Millisecond)
	g.mu.Lock()
	times, last := 1, s.Ban
	if before, ok := g.bans[source]; ok && now.Sub(before.Until) < forgetAfter {
		times = before.Times + 1
		for range min(before.Times, 30) {
			if !home {
				last = min(2*last, s.Longest)
			}
		}
	}
	b := Ban{Source: source, Since: now, Until: now.Add(last), Failures: failures, Times: times}
	dropped := g.room(now, source)
	g.bans[source] = b
	delete(g.sources, source)
	g.mu.Unlock()
	g.stats.banned.Add(1)
	g.changed()
	for _, p := range dropped {
		g.remove(ctx, p)
	}
	ctx, cancel := keeping(ctx)
	defer cancel()
	if err := g.o.Store.PutBan(ctx, b.row()); err != nil {
		g.stats.errors.Add(1)
		g.log.Error("ban not kept: it ends with this process", "error", err)
	}
	who.Action, who.Remote, who.Detail = "ban", source.Addr().String(), describe(b)
	g.o.Trail.Record(ctx, audit.KindBanned, who)
	return b
}

// room makes room for one more ban and returns what had to go. It is called
// with the lock held.
func (g *Guard) room(now time.Time, next netip.Prefix) (dropped []netip.Prefix) {
	if _, ok := g.bans[next]; ok || len(g.bans) < maxBans {
		return nil
	}
	var first netip.Prefix
	for p, b := range g.bans {
		if now.Sub(b.Until) > forgetAfter {
			delete(g.bans, p)
			dropped = append(dropped, p)
		} else if !first.IsValid() || b.Until.Before(g.bans[first].Until) {
			first = p
		}
	}
	if len(dropped) == 0 {
		delete(g.bans, first)
		dropped = append(dropped, first)
	}
	return dropped
}

func (g *Guard) remove(ctx context.Context, source netip.Prefix) {
	ctx, cancel := keeping(ctx)
	defer cancel()
	if err := g.o.Store.DeleteBan(ctx, source.String()); err != nil {
		g.stats.errors.Add(1)
		g.log.Error("past ban not deleted", "error", err)
	}
}

func (b Ban) row() store.Ban {
	return store.Ban{Source: b.Source.String(), Since: b.Since, Until: b.Until, Failures: b.Failures, Times: b.Times}
}

// Ban refuses a source on behalf of who, for d or, with 0, as long as a first
// ban takes. The error is ErrAllowed.
func (g *Guard) Ban(ctx context.Context, who audit.Entry, source netip.Prefix, d time.Duration) (Ban, error) {
	s := g.settings()
	if g.allowed(s, source) {
		return Ban{}, ErrAllowed
	}
	if d > 0 {
		s.Ban, s.Longest = d, d
	}
	return g.ban(ctx, s, source, 0, false, who), nil
}

// pardon lifts the bans of sources that are allowed by now.
func (g *Guard) pardon(ctx context.Context) {
	s := g.settings()
	for _, b := range g.Bans() {
		if !g.allowed(s, b.Source) {
			continue
		}
		if err := g.Lift(ctx, audit.Entry{Detail: "it is allowed now"}, b.Source); err == nil {
			g.log.Info("ban lifted: the source is allowed now", "source", show(b.Source))
		}
	}
}

// Lift ends a ban on behalf of who, and forgets that it was. The error is
// ErrNotBanned.
func (g *Guard) Lift(ctx context.Context, who audit.Entry, source netip.Prefix) error {
	g.mu.Lock()
	active := g.active(source, time.Now())
	delete(g.bans, source)
	delete(g.sources, source)
	g.mu.Unlock()
	g.remove(ctx, source)
	if !active {
		return ErrNotBanned
	}
	g.changed()
	who.Action, who.Remote, who.Detail = "lift ban", source.Addr().String(), show(source)+" lifted"
	g.o.Trail.Record(ctx, audit.KindUnbanned, who)
	return nil
}

// Bans are the sources that are refused now, those that end last first.
func (g *Guard) Bans() []Ban {
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	out := []Ban{}
	for _, b := range g.bans {
		if b.Until.After(now) {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Ban) int {
		if c := b.Until.Compare(a.Until); c != 0 {
			return c
		}
		return a.Source.Addr().Compare(b.Source.Addr())
	})
	return out
}
