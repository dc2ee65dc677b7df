package app

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/internal/datadir"
)

// TestLockFolderWaits: a gateway that is started while a command is at work has
// the directory as soon as the command is done.
func TestLockFolderWaits(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		first, err := datadir.Lock(dir)
		if err != nil {
			t.Fatal(err)
		}
		go func(unlock func()) {
			time.Sleep(3 * time.Second) //nolint:forbidigo // fake time
			unlock()
		}(first)
		unlock, running, err := lockFolder(t.Context(), dir)
		if err != nil || running {
			t.Fatalf("running %v, %v", running, err)
		}
		unlock()

		// Whoever keeps it is told of, in the end; who gives up does so at once.
		first, err = datadir.Lock(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer first()
		began := time.Now()
		if _, _, err := lockFolder(t.Context(), dir); !errors.Is(err, datadir.ErrInUse) || time.Since(began) < lockPatience {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := lockFolder(ctx, dir); !errors.Is(err, context.Canceled) {
			t.Errorf("given up: %v", err)
		}
	})
}

// TestLockFolderFindsGateway: a running gateway is found, and nothing is taken.
func TestLockFolderFindsGateway(t *testing.T) {
	dir, err := os.MkdirTemp("/tmp", "d") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	ln, err := listenUnix(dir + "/" + datadir.ControlName)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if unlock, running, err := lockFolder(t.Context(), dir); err != nil || !running || unlock != nil {
		t.Errorf("running %v, %v", running, err)
	}
	awaitGateway(t.Context(), dir) // returns at once
}
