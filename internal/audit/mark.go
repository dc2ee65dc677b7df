package audit

import (
	"context"
	"sync/atomic"
)

// markKey finds what Watch put into a context.
type markKey struct{}

// Watch returns a context and a question: whether anything was recorded with it, or
// one made of it. So a face can leave a line for what nobody else has told of.
func Watch(ctx context.Context) (watched context.Context, recorded func() bool) {
	var mark atomic.Bool
	return context.WithValue(ctx, markKey{}, &mark), mark.Load
}

// Mark says that what ctx is about is recorded. A Log does it by itself.
func Mark(ctx context.Context) {
	if mark, ok := ctx.Value(markKey{}).(*atomic.Bool); ok {
		mark.Store(true)
	}
}
