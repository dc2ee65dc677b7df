package sipphone

import (
	"slices"
	"sync"
	"time"
)

// Pacer sends the sound of many calls by a few goroutines, which costs a fraction
// of one for each call. It is for hundreds of calls on a machine that is to be
// loaded by something else. Give it to phones and networks, and close it after
// them.
type Pacer struct {
	stop chan struct{}
	done sync.WaitGroup

	mu    sync.Mutex
	turns [paces][]*sender // calls are spread over the packet time
	next  int              // turn that the next call gets
	halts []Halt
}

// paces is how many times within a packet time some calls have their turn. Each
// has its goroutine: with hundreds of calls one would fall behind.
const paces = 4

// NewPacer starts a Pacer.
func NewPacer() *Pacer {
	p := &Pacer{stop: make(chan struct{})}
	began := time.Now()
	for turn := range paces {
		p.done.Go(func() { p.run(turn, began.Add(packetTime*time.Duration(turn)/paces)) })
	}
	return p
}

// Close ends it and waits for its goroutines. Calls that still use it send nothing
// any more.
func (p *Pacer) Close() {
	close(p.stop)
	p.done.Wait()
}

// Halts are the last times in which it sent nothing for longer than a packet's, the
// oldest first: what its calls miss in them nobody else has lost.
func (p *Pacer) Halts() []Halt {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.halts)
}

func (p *Pacer) add(s *sender) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turns[p.next] = append(p.turns[p.next], s)
	p.next = (p.next + 1) % paces
}

// run sends for the calls of a turn, from due on.
func (p *Pacer) run(turn int, due time.Time) {
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-timer.C:
		}
		now := time.Now()
		if d := now.Sub(due); d > haltFrom {
			p.mu.Lock()
			p.halts = noted(p.halts, Halt{Ended: now, Lasted: d})
			p.mu.Unlock()
		}
		// A turn that came late was no reason to send less.
		for ; !due.After(now); due = due.Add(packetTime) {
			p.send(turn)
		}
		timer.Reset(time.Until(due))
	}
}

// send sends one packet of each call of a turn, and forgets those that ended.
func (p *Pacer) send(turn int) {
	p.mu.Lock()
	all := p.turns[turn]
	p.mu.Unlock()
	ended := 0
	for _, s := range all {
		if !s.send() {
			ended++
		}
	}
	if ended == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	// A list of its own: somebody may still read the old one.
	p.turns[turn] = slices.DeleteFunc(slices.Clone(p.turns[turn]), (*sender).over)
}
