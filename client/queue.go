package client

import (
	"context"
	"sync"
)

// queue holds messages that were read and not yet handled. It is bounded in
// bytes; who puts into a full one waits.
type queue struct {
	max int

	mu    sync.Mutex
	items []queued
	bytes int
	ready chan struct{} // holds one while there may be an item
	space chan struct{} // holds one while there may be space
}

type queued struct {
	m    Message
	size int
}

func newQueue(limit int) *queue {
	return &queue{max: limit, ready: make(chan struct{}, 1), space: make(chan struct{}, 1)}
}

// put adds m, of size bytes. There is one that puts.
func (q *queue) put(ctx context.Context, m Message, size int) error {
	for {
		q.mu.Lock()
		if q.bytes < q.max {
			q.items = append(q.items, queued{m, size})
			q.bytes += size
			q.mu.Unlock()
			signal(q.ready)
			return nil
		}
		q.mu.Unlock()
		select {
		case <-q.space:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// take returns the oldest item. There is one that takes.
func (q *queue) take(ctx context.Context) (Message, error) {
	for {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		q.mu.Lock()
		if len(q.items) > 0 {
			it := q.items[0]
			q.items[0] = queued{}
			if q.items = q.items[1:]; len(q.items) == 0 {
				q.items = nil
			}
			q.bytes -= it.size
			q.mu.Unlock()
			signal(q.space)
			return it.m, nil
		}
		q.mu.Unlock()
		select {
		case <-q.ready:
		case <-ctx.Done():
		}
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
