package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"sync"
	"sync/atomic"
	"time"
)

// silence is how long a client may get nothing before it gives up.
const silence = 10 * time.Second

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// receiver is a client that reads events and checks each number as it comes.
// One client of a run keeps the frames, to be compared in full when the clock
// has stopped; a sum over all bytes shows that the others got the same.
type receiver struct {
	c    *client
	want int
	sent []atomic.Int64 // when each event was sent, Unix time in ns; nil: not of interest
	keep bool

	got, lost, disorder int
	sum                 uint32
	late                latencies
	kept                [][]byte
	last                time.Time // when the last read returned
	err                 error
}

// run reads until the last event is there, or an error is.
func (r *receiver) run() {
	next := 0
	defer func() { r.lost += r.want - next }()
	for next < r.want {
		frame, err := r.c.next()
		if err == nil && frame == nil {
			if now := time.Now(); now.Sub(r.last) > time.Second/2 {
				_ = r.c.conn.SetReadDeadline(now.Add(silence)) // the read tells what is wrong
			}
			err = r.c.fill()
			r.last = time.Now()
			if err == nil {
				continue
			}
		}
		if err != nil {
			r.err = err
			return
		}
		n, ok := numberOf(frame)
		if !ok {
			continue // news of the gateway itself
		}
		r.got++
		r.sum = crc32.Update(r.sum, castagnoli, frame)
		if n < next {
			r.disorder++
		} else {
			r.lost += n - next
			next = n + 1
		}
		if n < len(r.sent) {
			r.late.add(time.Duration(r.last.UnixNano() - r.sent[n].Load()))
		}
		if r.keep {
			r.kept = append(r.kept, bytes.Clone(frame))
		}
	}
}

// audience is all receivers of a run.
type audience struct {
	rs []*receiver
	wg sync.WaitGroup
}

// listen connects n clients that want so many events.
func (t target) listen(ctx context.Context, n, events int, sent []atomic.Int64) (*audience, error) {
	a := &audience{}
	for i := range n {
		c, err := t.dial(ctx, 256<<10)
		if err != nil {
			a.close()
			return nil, fmt.Errorf("client %d: %w", i+1, err)
		}
		a.rs = append(a.rs, &receiver{c: c, want: events, sent: sent, keep: i == 0})
	}
	for _, r := range a.rs {
		a.wg.Go(r.run)
	}
	return a, nil
}

// close ends the clients, also while they read.
func (a *audience) close() {
	for _, r := range a.rs {
		r.c.close()
	}
	a.wg.Wait()
}

// tally is what an audience got.
type tally struct {
	got, lost, disorder int
	late                latencies
	end                 time.Time
}

// tally waits for all and checks everything. Its error says what is wrong.
func (a *audience) tally(g generator) (tally, error) {
	a.wg.Wait()
	var t tally
	var errs []error
	others := 0
	for _, r := range a.rs {
		t.got += r.got
		t.lost += r.lost
		t.disorder += r.disorder
		t.late.merge(&r.late)
		if r.last.After(t.end) {
			t.end = r.last
		}
		if r.sum != a.rs[0].sum {
			others++
		}
		if r.err != nil && len(errs) == 0 {
			errs = append(errs, r.err)
		}
		for _, frame := range r.kept {
			if err := g.check(frame); err != nil {
				errs = append(errs, err)
				break
			}
		}
	}
	if t.lost+t.disorder+others > 0 {
		errs = append(errs, fmt.Errorf("%d lost, %d out of order, %d clients with other bytes than the first", t.lost, t.disorder, others))
	}
	return t, errors.Join(errs...)
}
