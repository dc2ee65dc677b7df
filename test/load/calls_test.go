package load_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
)

const (
	// setUpWithin is how long a call may take until it is answered; then it is lost.
	setUpWithin = 10 * time.Second
	// spread is how long it takes at most until as many calls are there as are
	// wanted: nobody has fifty people lift their receivers in one moment.
	spread = 20 * time.Second
	// pure is the part of what is heard that must be the other's tone.
	pure = 0.8
	// heardOf is the part of the packets sent that must have come, and heardSlow
	// that on a machine that does much else.
	heardOf, heardSlow = 0.98, 0.5
	// onTheWay are packets that may be anywhere between the two ends.
	onTheWay = 5
)

// pair are two ends, one of which calls the other.
type pair struct {
	caller *sipphone.Phone
	number string // to dial
	callee callee
	tone   int // of the callee
}

// callee is a phone or a network.
type callee interface {
	NextCall(ctx context.Context) (*sipphone.Call, error)
}

// tally is what became of calls.
type tally struct {
	mu    sync.Mutex
	made  int
	lost  []string        // why
	setUp []time.Duration // from INVITE to 200
	heard []silence       // of each call
	most  int             // at once
	now   int
}

func (t *tally) begun() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.made++
	t.now++
	t.most = max(t.most, t.now)
}

func (t *tally) ended(setUp time.Duration, heard silence, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now--
	if setUp > 0 {
		t.setUp = append(t.setUp, setUp)
	}
	if err != nil {
		t.lost = append(t.lost, err.Error())
		return
	}
	t.heard = append(t.heard, heard)
}

// percentile is the time that p of a hundred were not slower than.
func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	return all[min(len(all)-1, len(all)*p/100)]
}

// keep has atOnce calls, each as long as talk and then made anew, until no more
// begin after lasting. It returns when the last has ended.
func keep(ctx context.Context, pairs []pair, atOnce int, talk, lasting time.Duration) *tally {
	t := new(tally)
	end := time.Now().Add(lasting)
	var wg sync.WaitGroup
	for slot := range atOnce {
		wg.Go(func() {
			if !rest(ctx, min(spread, talk)*time.Duration(slot)/time.Duration(atOnce)) {
				return
			}
			for n := 0; time.Now().Before(end) && ctx.Err() == nil; n++ {
				t.begun()
				t.ended(one(ctx, &pairs[pairOf(slot, n, atOnce, len(pairs))], talk))
			}
		})
	}
	wg.Wait()
	return t
}

// pairOf is the pair of the nth call of a slot: each slot has pairs of its own,
// where there are enough, and takes them in turn.
func pairOf(slot, n, slots, pairs int) int {
	if slot >= pairs {
		return slot % pairs
	}
	own := (pairs - slot + slots - 1) / slots // slot, slot + slots, …
	return slot + n%own*slots
}

// rest waits; false when ctx ends before.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// one makes one call and hears it from both ends.
func one(ctx context.Context, p *pair, talk time.Duration) (setUp time.Duration, heard silence, err error) {
	ctx, cancel := context.WithTimeout(ctx, talk+3*setUpWithin)
	defer cancel()
	began := time.Now()
	out, err := p.caller.Dial(ctx, p.number, sipphone.DialOptions{})
	if err != nil {
		return 0, silence{}, fmt.Errorf("dial: %w", err)
	}
	defer func() {
		if hangErr := out.Hangup(context.WithoutCancel(ctx)); err == nil && hangErr != nil {
			err = fmt.Errorf("hang up: %w", hangErr)
		}
	}()
	waiting, stop := context.WithTimeout(ctx, setUpWithin)
	defer stop()
	if err := out.WaitAnswered(waiting); err != nil {
		return 0, silence{}, err
	}
	setUp = time.Since(began)
	in, err := taken(waiting, p.callee)
	if err != nil {
		return setUp, silence{}, fmt.Errorf("the other end: %w", err)
	}
	// Tones are heard in the middle, when the first half second is long over.
	for part := range 2 {
		timer := time.NewTimer(talk / 2)
		select {
		case <-timer.C:
		case <-out.Ended():
			timer.Stop()
			return setUp, silence{}, fmt.Errorf("ended after %v of %v", time.Since(began).Round(time.Second), talk)
		case <-ctx.Done():
			timer.Stop()
			return setUp, silence{}, context.Cause(ctx)
		}
		if part == 0 {
			if err := hear(ctx, out, in, p, talk/4); err != nil {
				return setUp, silence{}, err
			}
		}
	}
	a, b := out.Heard(), in.Heard()
	// A pair makes its next call when both have hung up.
	if err := out.Hangup(ctx); err != nil {
		return setUp, silence{}, fmt.Errorf("hang up: %w", err)
	}
	if _, err := in.WaitEnded(ctx); err != nil {
		return setUp, silence{}, fmt.Errorf("the other end hangs up: %w", err)
	}
	part := heardSlow
	if *strict {
		part = heardOf
	}
	if float64(a.Packets) < part*float64(in.Sent())-onTheWay || float64(b.Packets) < part*float64(out.Sent())-onTheWay {
		return setUp, silence{}, fmt.Errorf("heard %d of %d and %d of %d packets", a.Packets, in.Sent(), b.Packets, out.Sent())
	}
	return setUp, silence{longest: max(a.LongestGap, b.LongestGap), gaps: append(a.Gaps, b.Gaps...)}, nil
}

// hear wants each end to hear the other's tone. One that comes late for a moment, on
// a machine that has too much to do, is listened to again.
func hear(ctx context.Context, out, in *sipphone.Call, p *pair, within time.Duration) error {
	for end := time.Now().Add(within); ; {
		a, b := out.Hears(p.tone), in.Hears(p.caller.Tone())
		if a >= pure && b >= pure {
			return nil
		}
		if time.Now().After(end) || !rest(ctx, 100*time.Millisecond) {
			return fmt.Errorf("the caller hears %.2f of the other's tone, the other %.2f", a, b)
		}
	}
}

// taken is the call that a callee has; those that have ended belong to calls
// that were lost.
func taken(ctx context.Context, c callee) (*sipphone.Call, error) {
	for {
		in, err := c.NextCall(ctx)
		if err != nil {
			return nil, err
		}
		select {
		case <-in.Ended():
			continue
		default:
		}
		if err := in.WaitAnswered(ctx); errors.Is(err, sipphone.ErrEnded) {
			continue
		} else if err != nil {
			return nil, err
		}
		return in, nil
	}
}
