package backups

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dipcast/dipcast/internal/datadir"
)

// Daily says when a backup is made by the clock.
type Daily struct {
	Hour, Minute int // of the local day
	Keep         int // how many of these stay; 0: none is made
}

// Pauses of backups by the clock.
const (
	// missedAfter is how long we run before one is made whose time was slept through:
	// a machine that was switched on has other things to do.
	missedAfter = time.Hour
	// dailyAgain is how long one that failed is waited with.
	dailyAgain = time.Hour
)

// last is the newest time of d that is not after now.
func (d Daily) last(now time.Time) time.Time {
	at := time.Date(now.Year(), now.Month(), now.Day(), d.Hour, d.Minute, 0, 0, now.Location())
	if at.After(now) {
		at = time.Date(now.Year(), now.Month(), now.Day()-1, d.Hour, d.Minute, 0, 0, now.Location())
	}
	return at
}

// due reports that no backup was made by the clock since its last time.
func (s *Service) due(d Daily, now time.Time) (bool, error) {
	at := d.last(now)
	if d.Keep == 0 || !s.o.SQLite || at.Before(s.begun) && now.Sub(s.begun) < missedAfter {
		return false, nil
	}
	s.mu.Lock()
	waits := now.Sub(s.tried) < dailyAgain
	s.mu.Unlock()
	if waits {
		return false, nil
	}
	all, err := s.daily()
	return err == nil && (len(all) == 0 || all[0].ID < stamp(at)), err
}

// daily are the backups that the clock made, the newest first.
func (s *Service) daily() ([]Backup, error) {
	list, err := s.List()
	out := list[:0]
	for _, b := range list {
		if b.Kind == KindDaily && b.State == StateReady {
			out = append(out, b)
		}
	}
	return out, err
}

// ByClock makes a backup when one is due: without the sound of calls, checked, and the
// oldest beyond d.Keep deleted when it is good. It is to be called every minute or so.
// made is false when none was due, or another is under way. One that cannot be made is
// listed as failed, as those that people make.
func (s *Service) ByClock(ctx context.Context, d Daily, now time.Time) (b Backup, made bool, err error) {
	due, err := s.due(d, now)
	if err != nil || !due {
		return b, false, err
	}
	if err := s.begin(); err != nil {
		return b, false, nil // it is made once that is over
	}
	defer s.end()
	s.mu.Lock()
	s.tried = now
	s.mu.Unlock()
	at := now.UTC().Truncate(time.Second)
	b = Backup{ID: newID(at), Kind: KindDaily, State: StateMaking, Created: at, Version: s.o.Version}
	s.show(b)
	before, err := s.daily()
	if err == nil {
		err = s.roomFor(before)
	}
	if err == nil {
		b, err = s.make(ctx, b)
	}
	if s.shown(b, err); err != nil {
		return b, false, err
	}
	if b, err = s.check(ctx, b); err != nil || !b.Good {
		return b, true, cmp.Or(err, fmt.Errorf("%w: %s", datadir.ErrBadBackup, b.Problem))
	}
	for _, old := range before[min(len(before), d.Keep-1):] {
		err = errors.Join(err, s.remove(old.ID))
	}
	return b, true, err
}

// roomFor is room where the next backup is about as large as the last: the disk is the
// gateway's own, which has to go on.
func (s *Service) roomFor(before []Backup) error {
	if err := s.room(); err != nil || len(before) == 0 {
		return err
	}
	if free, err := datadir.Free(s.dir); err == nil && free < leastFree+uint64(before[0].Size)*5/4 {
		return ErrNoRoom
	}
	return nil
}
