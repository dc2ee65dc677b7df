package people

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/dipcast/dipcast/internal/number"
)

// plan is when the directory of a company is read next.
type plan struct {
	next     time.Time
	failures int
	said     string // the last error, which is logged when it changes
}

// Times of Run.
const (
	lookEvery    = 15 * time.Second // at the plans
	firstBackOff = time.Minute
)

// Run reads the directory of each company with NAVER WORKS by turns until ctx
// ends: as often as its settings say, and after an error again a minute later,
// then two, four and so on.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		for _, t := range s.o.Directory().All() {
			if ctx.Err() == nil {
				s.look(ctx, t.Number)
			}
		}
		select {
		case <-tick.C:
		case <-s.kick:
		case <-ctx.Done():
			return
		}
	}
}

// look reads the directory of a company when it is time.
func (s *Service) look(ctx context.Context, tenant int) {
	now := s.o.Now()
	s.mu.Lock()
	p := s.plans[tenant]
	if p == nil {
		p = &plan{}
		s.plans[tenant] = p
	}
	due := !now.Before(p.next)
	s.mu.Unlock()
	if !due {
		return
	}
	if _, _, err := s.o.Account(ctx, tenant); err != nil {
		return // nothing to read: it is asked again at the next look
	}
	t, err := s.Settings(ctx, tenant)
	every := t.every()
	if err == nil && every == 0 {
		s.planned(tenant, time.Minute, nil)
		return
	}
	if err == nil {
		if last, lastErr := s.LastSync(ctx, tenant); lastErr == nil && p.next.IsZero() && last.Error == "" && now.Sub(last.At) < every {
			s.planned(tenant, every-now.Sub(last.At), nil) // after a restart
			return
		}
		_, err = s.Sync(ctx, tenant)
	}
	if ctx.Err() != nil {
		return
	}
	// A tenth more or less, so that companies do not come all at once.
	s.planned(tenant, every+time.Duration((rand.Float64()-0.5)*0.2*float64(every)), err) //nolint:gosec // spreads load, hides nothing
}

// planned keeps when it is time again, and logs an error when it is another.
func (s *Service) planned(tenant int, in time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.plans[tenant]
	if err == nil || errors.Is(err, ErrNoWorks) {
		p.next, p.failures, p.said = s.o.Now().Add(in), 0, ""
		return
	}
	wait := firstBackOff << min(p.failures, 10)
	if in > 0 {
		wait = min(wait, max(in, firstBackOff))
	}
	p.failures++
	p.next = s.o.Now().Add(wait)
	if said := number.MaskText(err.Error(), nil); said != p.said {
		p.said = said
		s.log.Warn("the directory of NAVER WORKS was not read; people stay as they are", "tenant", s.o.Directory().ByNumber(tenant), "error", said, "again_in", wait)
	}
}

// hurry has Run read a directory now.
func (s *Service) hurry(tenant int) {
	s.mu.Lock()
	if p := s.plans[tenant]; p != nil {
		p.next, p.failures = s.o.Now(), 0
	}
	s.mu.Unlock()
	select {
	case s.kick <- struct{}{}:
	default:
	}
}
