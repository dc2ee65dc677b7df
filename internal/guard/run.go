package guard

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"sync"
	"time"
)

const (
	tick       = time.Second      // how soon the end of a ban is seen
	retryAfter = 5 * time.Second  // before a server that failed is told again
	tellFor    = 10 * time.Second // how long telling one server may take
)

// Run counts what Event told and keeps the servers' bans as they should be,
// until ctx ends.
func (g *Guard) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { g.keep(ctx) })
	defer wg.Wait()
	clean := time.NewTicker(time.Minute)
	defer clean.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-g.events:
			g.remember(f)
			g.count(ctx, f)
		case now := <-clean.C:
			g.mu.Lock()
			g.forget(now.Add(-g.settings().Window))
			g.forgetAccounts(now.Add(-g.settings().Window))
			g.mu.Unlock()
			g.pardon(ctx)
		}
	}
}

// Up tells that a server came: its bans are read and put right. It does not
// block.
func (g *Guard) Up(server int) {
	g.mu.Lock()
	delete(g.there, server)
	g.ups[server]++
	g.mu.Unlock()
	g.changed()
}

func (g *Guard) changed() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// keep tells the servers what has changed. A server that cannot be told now is
// told later; one that is down, when it is back.
func (g *Guard) keep(ctx context.Context) {
	t := time.NewTicker(tick)
	defer t.Stop()
	var failedAt time.Time
	due := true
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.wake:
			due, failedAt = true, time.Time{}
		case now := <-t.C:
			due = g.ended(ctx, now) || due
		}
		if !due || time.Since(failedAt) < retryAfter {
			continue
		}
		if err := g.tell(ctx); err != nil {
			if ctx.Err() != nil {
				return
			}
			g.stats.errors.Add(1)
			g.log.Warn("bans not brought to every server; they are tried again", "error", err)
			failedAt = time.Now()
			continue // still due
		}
		due = false
	}
}

// ended reports whether a ban has ended that servers still keep, and forgets
// those that count no longer.
func (g *Guard) ended(ctx context.Context, now time.Time) bool {
	var past []netip.Prefix
	g.mu.Lock()
	ended := false
	for p, b := range g.bans {
		switch {
		case now.Sub(b.Until) > forgetAfter:
			delete(g.bans, p)
			past = append(past, p)
		case !b.Until.After(now):
			for _, there := range g.there {
				_, kept := there[g.o.Key(p)]
				ended = ended || kept
			}
		}
	}
	g.mu.Unlock()
	for _, p := range past {
		g.remove(ctx, p)
	}
	return ended
}

// Load reads the bans of a former run, once: later calls do nothing. Run does it
// too, but those who ask before that see none.
func (g *Guard) Load(ctx context.Context) error {
	g.mu.Lock()
	loaded := g.loaded
	g.mu.Unlock()
	if loaded {
		return nil
	}
	rows, err := g.o.Store.Bans(ctx)
	if err != nil {
		return fmt.Errorf("read bans: %w", err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range rows {
		p, err := netip.ParsePrefix(r.Source)
		if _, newer := g.bans[p]; err == nil && !newer {
			g.bans[p] = Ban{Source: p, Since: r.Since, Until: r.Until, Failures: r.Failures, Times: r.Times}
		}
	}
	g.loaded = true
	return nil
}

// tell makes the bans of every server that is up what they should be.
func (g *Guard) tell(ctx context.Context) error {
	if err := g.Load(ctx); err != nil {
		return err // without them a server would be told to forget its own
	}
	var first error
	for _, s := range g.o.Servers() {
		if !s.Up() {
			continue
		}
		if err := g.tellServer(ctx, s); err != nil && first == nil {
			first = fmt.Errorf("server %d: %w", s.ID(), err)
		}
	}
	return first
}

func (g *Guard) tellServer(ctx context.Context, s Server) error {
	ctx, cancel := context.WithTimeout(ctx, tellFor)
	defer cancel()
	g.mu.Lock()
	there, up := g.there[s.ID()], g.ups[s.ID()]
	g.mu.Unlock()
	if there == nil {
		read, err := s.Bans(ctx)
		if err != nil {
			return err
		}
		there = read
	}
	wanted := map[string]netip.Prefix{}
	for _, b := range g.Bans() {
		wanted[g.o.Key(b.Source)] = b.Source
	}
	now := maps.Clone(there)
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.ups[s.ID()] != up {
			now = nil // it came anew meanwhile
		}
		g.there[s.ID()] = now
	}()
	for key, p := range there {
		if wanted[key] == p && p.IsValid() {
			continue
		}
		if err := s.Unban(ctx, key); err != nil {
			now = nil // read again what is there
			return err
		}
		delete(now, key)
	}
	for key, p := range wanted {
		if now[key] == p {
			continue
		}
		if err := s.Ban(ctx, p); err != nil {
			now = nil
			return err
		}
		now[key] = p
	}
	return nil
}
