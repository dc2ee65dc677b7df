package recording

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"path"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// Tidy looks at the disk, removes what is over, and compares some checksums.
func (k *Keeper) Tidy(ctx context.Context) {
	k.one.Lock()
	defer k.one.Unlock()
	k.failed("let those go whose time is over", k.expire(ctx))
	k.failed("look at the disk", k.disk(ctx))
	k.failed("compare checksums", k.check(ctx))
}

// expire removes what is kept for long enough.
func (k *Keeper) expire(ctx context.Context) error {
	tenants, err := k.o.Store.RecordingTenants(ctx)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		n := int(t)
		rows, err := k.o.Store.OldestRecordings(ctx, n, k.o.Now().Add(-k.o.Keep(n)), maxRemoved)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := k.remove(ctx, &rows[i]); err != nil {
				return err
			}
		}
		if len(rows) > 0 {
			k.log.Info("recordings are let go: their time is over", "tenant", n, "recordings", len(rows))
		}
	}
	return nil
}

// leastFree is what is free of the disk that has the least.
func (k *Keeper) leastFree() (float64, error) {
	least, err := k.o.Free(k.o.Dir)
	if err != nil {
		return 0, err
	}
	for _, s := range *k.spools.Load() {
		part, err := k.o.Free(s.Dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, err
		}
		least = min(least, part)
	}
	return least, nil
}

// disk does what a nearly full disk asks for: first it says so, then, from the
// next look on, the oldest recordings go, and last no more calls are recorded.
// Calls go on.
func (k *Keeper) disk(ctx context.Context) error {
	part, err := k.leastFree()
	if err != nil {
		return err
	}
	k.free.Store(math.Float64bits(part))
	if stop := part < stopFree || k.stopped && part < againFree; stop != k.stopped {
		k.stopped, k.ordered = stop, false
		k.stop.Store(stop)
		if stop {
			k.log.Error("the disk is full: no further calls are recorded; calls go on", "free_percent", int(part*100))
		} else {
			k.log.Info("calls are recorded again", "free_percent", int(part*100))
		}
	}
	if k.o.Stop != nil && (k.stopped || !k.ordered) { // again and again: a server may have been away
		err = k.o.Stop(ctx, *k.spools.Load(), k.stopped)
		k.ordered = err == nil
		if errors.Is(err, ErrAway) {
			err = nil
		}
	}
	if k.stopped {
		err = errors.Join(err, k.end(ctx))
	}
	low := part < alarmFree
	k.low.Store(low)
	if !low {
		k.alarmed = false
		return err
	}
	if !k.alarmed {
		k.alarmed = true
		k.log.Error("the disk is nearly full: the oldest recordings are let go from the next look on", "free_percent", int(part*100), "next", k.o.Tidy)
		return err
	}
	return errors.Join(err, k.makeRoom(ctx))
}

// end ends the recordings that are under way. Their calls go on.
func (k *Keeper) end(ctx context.Context) error {
	if k.o.End == nil {
		return nil
	}
	var errs []error
	for _, going := range k.running {
		for _, r := range going {
			if err := k.o.End(ctx, r); err != nil && !errors.Is(err, ErrAway) && len(errs) < 3 {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// errNoneToRemove is told when nothing can be let go for room.
var errNoneToRemove = errors.New("the disk is nearly full, and every recording that is there is held: none is removed")

// makeRoom removes the oldest until there is room.
func (k *Keeper) makeRoom(ctx context.Context) error {
	rows, err := k.o.Store.OldestRecordings(ctx, 0, time.Time{}, maxRemoved)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		k.failed("make room", errNoneToRemove)
		return nil
	}
	k.failed("make room", nil)
	gone := 0
	for i := range rows {
		if part, err := k.leastFree(); err != nil || part >= alarmFree {
			break
		}
		if err := k.remove(ctx, &rows[i]); err != nil {
			return err
		}
		gone++
	}
	if gone == 0 {
		return nil
	}
	k.log.Warn("recordings are let go before their time: the disk is nearly full", "recordings", gone)
	return nil
}

// check compares the checksums that were compared longest ago.
func (k *Keeper) check(ctx context.Context) error {
	rows, err := k.o.Store.UncheckedRecordings(ctx, k.o.Now().Add(-k.o.Check), maxChecked)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := k.compare(ctx, &rows[i]); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// Remove removes a recording for good. store.ErrNotFound: there is none.
func (k *Keeper) Remove(ctx context.Context, id string) error {
	k.one.Lock()
	defer k.one.Unlock()
	r, err := k.o.Store.Recording(ctx, id)
	if err != nil {
		return err
	}
	return k.remove(ctx, &r)
}

// remove removes the file first: a row without a file says so, a file without a
// row would stay for ever.
func (k *Keeper) remove(ctx context.Context, r *store.RecordingRow) error {
	for _, format := range Formats { // of another one may be what a crash left
		_ = k.root.Remove(cached(r, format)) // mostly there is none
		if err := k.root.Remove(r.Stem + "." + format); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for dir := path.Dir(r.Stem); dir != "."; dir = path.Dir(dir) {
		if k.root.Remove(dir) != nil { // others are in it
			break
		}
	}
	if err := k.o.Store.DeleteRecording(ctx, r.ID); err != nil {
		return err
	}
	k.removed.Add(1)
	return nil
}
