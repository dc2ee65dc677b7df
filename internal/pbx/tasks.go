package pbx

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
)

// tasks are goroutines that must have ended before their owner does.
type tasks struct {
	log *slog.Logger

	mu      sync.Mutex
	closed  bool
	next    int
	cancels map[int]context.CancelFunc
	wg      sync.WaitGroup
}

// start runs f, unless the owner is ending: then it reports false. f's context
// ends with the owner. A panic in f ends f only.
func (t *tasks) start(f func(ctx context.Context)) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	ctx, cancel := context.WithCancel(context.Background())
	if t.cancels == nil {
		t.cancels = map[int]context.CancelFunc{}
	}
	t.next++
	id := t.next
	t.cancels[id] = cancel
	t.wg.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				t.log.Error("panic in a task", "panic", p, "stack", string(debug.Stack()))
			}
			t.mu.Lock()
			delete(t.cancels, id)
			t.mu.Unlock()
			cancel()
		}()
		f(ctx)
	})
	return true
}

// close ends all tasks, waits for them and lets no new one start.
func (t *tasks) close() {
	t.mu.Lock()
	t.closed = true
	for _, cancel := range t.cancels {
		cancel()
	}
	t.mu.Unlock()
	t.wg.Wait()
}
