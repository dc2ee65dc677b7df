package sipphone

import (
	"slices"
	"sync"
	"time"
)

// Pacer sends the sound of many calls by one goroutine, which costs a fraction of
// one for each call. It is for hundreds of calls on a machine that is to be loaded
// by something else. Give it to phones and networks, and close it after them.
type Pacer struct {
	stop chan struct{}
	done chan struct{}

	mu    sync.Mutex
	turns [paces][]*sender // calls are spread over the packet time
	next  int              // turn that the next call gets
}

// paces is how many times within a packet time some calls have their turn.
const paces = 4

// NewPacer starts a Pacer.
func NewPacer() *Pacer {
	p := &Pacer{stop: make(chan struct{}), done: make(chan struct{})}
	go p.run()
	return p
}

// Close ends it and waits for its goroutine. Calls that still use it send nothing
// any more.
func (p *Pacer) Close() {
	close(p.stop)
	<-p.done
}

func (p *Pacer) add(s *sender) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turns[p.next] = append(p.turns[p.next], s)
	p.next = (p.next + 1) % paces
}

func (p *Pacer) run() {
	defer close(p.done)
	const pace = packetTime / paces
	tick := time.NewTicker(pace)
	defer tick.Stop()
	due, turn := time.Now(), 0
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
		}
		// A tick that came late was no reason to send less.
		for now := time.Now(); due.Before(now); due = due.Add(pace) {
			p.send(turn)
			turn = (turn + 1) % paces
		}
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
