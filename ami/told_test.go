package ami_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// lossCounter is a log that counts what it is told of losses.
type lossCounter struct{ atomic.Int32 }

func (n *lossCounter) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("link down")) {
		n.Add(1)
	}
	return len(b), nil
}

// TestToldOnce: two errors that take turns are each told of once while the link
// is down, those of a server without end only so often, and anew after it was up.
func TestToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var losses lossCounter
		var kinds, attempts atomic.Int32 // 0 kinds of errors: it works
		var r *rig
		r = newRig(t, amitest.Options{}, ami.Options{
			BackoffMax: time.Second, Logger: slog.New(slog.NewTextHandler(&losses, nil)),
			Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				if k := kinds.Load(); k > 0 {
					return nil, fmt.Errorf("no way %d", attempts.Add(1)%k)
				}
				return r.server.Dial(ctx, network, address)
			},
		})
		told := func(want int32) {
			t.Helper()
			pass(time.Minute)
			if got := losses.Swap(0); got != want {
				t.Errorf("told of %d losses, want %d", got, want)
			}
		}
		kinds.Store(2)
		stop := r.start()
		told(2)
		kinds.Store(1000)
		told(14)
		kinds.Store(0)
		told(0)
		if r.client.State() != ami.StateUp {
			t.Fatal("not up")
		}
		kinds.Store(2)
		r.server.Cut()
		told(3) // the cut, and both
		stop()
	})
}
