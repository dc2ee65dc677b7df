package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/dipcast/dipcast/internal/datadir"
)

const (
	// lockPatience bounds the wait for who has the data directory and does not
	// answer: a command that is at work on it, or a gateway that starts.
	lockPatience = 10 * time.Second
	// lockLook is how often it is looked at meanwhile. It is short, so that a
	// gateway that waits has the directory before the next command looks for one.
	lockLook = 5 * time.Millisecond
)

// answers reports whether a gateway listens at a data directory's control socket.
// The error is about the way to it.
func answers(dir string) (bool, error) {
	conn, err := dialUnix(filepath.Join(dir, datadir.ControlName))
	if err == nil {
		_ = conn.Close() // it was only to see that somebody answers
		return true, nil
	}
	if errors.Is(err, os.ErrNotExist) || isRefused(err) {
		return false, nil
	}
	return false, err
}

// lockFolder takes a data directory. While somebody else has it who does not
// answer as a gateway, it waits: commands are done in a moment, and whoever types
// the start of the gateway and a command at once means both. running reports that
// a gateway answers, and nothing was taken. The error wraps datadir.ErrInUse when
// the wait was in vain.
func lockFolder(ctx context.Context, dir string) (unlock func(), running bool, err error) {
	late := time.After(lockPatience)
	for {
		if running, err := answers(dir); running || err != nil {
			return nil, running, err
		}
		unlock, err := datadir.Lock(dir)
		if !errors.Is(err, datadir.ErrInUse) {
			return unlock, false, err
		}
		select {
		case <-late:
			return nil, false, err
		case <-ctx.Done():
			return nil, false, context.Cause(ctx)
		case <-time.After(lockLook):
		}
	}
}

// awaitGateway waits for a gateway that has a data directory and does not answer
// yet. It returns at once when nobody has it.
func awaitGateway(ctx context.Context, dir string) {
	if _, err := os.Stat(filepath.Join(dir, datadir.LockName)); err != nil {
		return // there was never one
	}
	if unlock, _, err := lockFolder(ctx, dir); err == nil && unlock != nil {
		unlock()
	}
}
