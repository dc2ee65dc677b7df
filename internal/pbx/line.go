package pbx

import (
	"context"
	"slices"
	"sync"
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
