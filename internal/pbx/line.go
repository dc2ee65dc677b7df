package pbx

import (
	"context"
	"slices"
	"sync"
	"time"
)

// lines puts changes of the same thing one after the other, in the order in
// which they took their places.
type lines struct {
	mu sync.Mutex
	by map[string][]*place
}

// place is one place in a line. Its owner must call leave, once.
type place struct {
	l     *lines
	key   string
	first chan struct{} // closed when it is the first
}

// take takes the last place in key's line.
func (l *lines) take(key string) *place {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.add(key)
}

// behind takes the last place if there is a line at all; else it returns nil.
func (l *lines) behind(key string) *place {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.by[key]) == 0 {
		return nil
	}
	return l.add(key)
}

// places are places in several lines that were taken at one moment, so that two
// who need the same lines cannot wait for each other.
type places []*place

// takeAll takes the last place in each key's line. The keys must differ.
func (l *lines) takeAll(keys []string) places {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(places, len(keys))
	for i, key := range keys {
		out[i] = l.add(key)
	}
	return out
}

// behindAll takes the last place in those lines that exist.
func (l *lines) behindAll(keys []string) places {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out places
	for _, key := range keys {
		if len(l.by[key]) > 0 {
			out = append(out, l.add(key))
		}
	}
	return out
}

// wait waits until all of them are the first, or ctx ends.
func (p places) wait(ctx context.Context) error {
	for _, one := range p {
		if err := one.wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// leave gives them up.
func (p places) leave() {
	for _, one := range p {
		one.leave()
	}
}

func (l *lines) add(key string) *place {
	if l.by == nil {
		l.by = map[string][]*place{}
	}
	p := &place{l: l, key: key, first: make(chan struct{})}
	if l.by[key] = append(l.by[key], p); len(l.by[key]) == 1 {
		close(p.first)
	}
	return p
}

// wait waits until p is the first, or ctx ends.
func (p *place) wait(ctx context.Context) error {
	select {
	case <-p.first:
		// Those in front may have been ended by the very moment that ends p.
		if end, ok := ctx.Deadline(); ok && !time.Now().Before(end) {
			return context.DeadlineExceeded
		}
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// leave gives the place up, whether it was waited for or not.
func (p *place) leave() {
	p.l.mu.Lock()
	defer p.l.mu.Unlock()
	line := p.l.by[p.key]
	i := slices.Index(line, p)
	line = slices.Delete(line, i, i+1)
	p.l.by[p.key] = line
	switch {
	case len(line) == 0:
		delete(p.l.by, p.key)
	case i == 0:
		close(line[0].first)
	}
}
