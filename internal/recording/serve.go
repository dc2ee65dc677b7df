package recording

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// ErrDamaged reports a recording that is not what it was.
var ErrDamaged = errors.New("the recording is damaged")

// wholeFor is for how long a file that was compared with its checksum counts as
// whole while it does not change: a player asks for it piece by piece.
const wholeFor = 10 * time.Minute

// maxWholes bounds what is remembered of that.
const maxWholes = 1000

// wholes are files that were compared lately, by id.
type wholes struct {
	mu sync.Mutex
	by map[string]whole
}

type whole struct {
	size     int64
	modified time.Time
	at       time.Time
}

// File opens the sound of a recording, for the caller to close. What is not what
// it was is never given: then the error wraps ErrDamaged, and the row says so from
// now on.
func (k *Keeper) File(ctx context.Context, r *store.RecordingRow) (*os.File, error) {
	f, err := k.root.Open(r.Path())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: it cannot be read", ErrDamaged), k.note(ctx, r, true))
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	now := whole{size: info.Size(), modified: info.ModTime(), at: k.o.Now()}
	if k.known(r.ID, now) {
		return f, nil
	}
	err = k.look(ctx, r, f)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	k.remember(r.ID, now)
	return f, nil
}

func (k *Keeper) known(id string, now whole) bool {
	k.whole.mu.Lock()
	defer k.whole.mu.Unlock()
	was, ok := k.whole.by[id]
	return ok && was.size == now.size && was.modified.Equal(now.modified) && now.at.Sub(was.at) < wholeFor
}

func (k *Keeper) remember(id string, now whole) {
	k.whole.mu.Lock()
	defer k.whole.mu.Unlock()
	if k.whole.by == nil || len(k.whole.by) >= maxWholes {
		k.whole.by = map[string]whole{}
	}
	k.whole.by[id] = now
}

// look compares a file with its checksum, and notes what it found.
func (k *Keeper) look(ctx context.Context, r *store.RecordingRow, f *os.File) error {
	h := sha256.New()
	_, err := io.Copy(h, f)
	bad := err != nil || hex.EncodeToString(h.Sum(nil)) != r.SHA256
	if err := k.note(ctx, r, bad); err != nil {
		return err
	}
	if bad {
		return fmt.Errorf("%w: its checksum is another", ErrDamaged)
	}
	return nil
}

// note keeps whether a recording is damaged.
func (k *Keeper) note(ctx context.Context, r *store.RecordingRow, bad bool) error {
	if bad && !r.Damaged {
		k.damaged.Add(1)
		k.log.Error("a recording is not what it was, or is gone", "tenant", r.Tenant, "recording", r.ID)
	}
	r.Damaged, r.Checked = bad, k.o.Now()
	return k.o.Store.CheckedRecording(ctx, r.ID, r.Checked, bad)
}

// compare compares a recording with its checksum now. That it is damaged is no
// error: r says so.
func (k *Keeper) compare(ctx context.Context, r *store.RecordingRow) error {
	f, err := k.root.Open(r.Path())
	if err != nil {
		return k.note(ctx, r, true)
	}
	defer func() { _ = f.Close() }() // only read
	if err := k.look(ctx, r, f); !errors.Is(err, ErrDamaged) {
		return err
	}
	return nil
}

// Check compares a recording with its checksum, and gives it as it is now.
// store.ErrNotFound: there is none.
func (k *Keeper) Check(ctx context.Context, id string) (store.RecordingRow, error) {
	k.one.Lock()
	defer k.one.Unlock()
	r, err := k.o.Store.Recording(ctx, id)
	if err != nil {
		return r, err
	}
	return r, k.compare(ctx, &r)
}

// Hold has a recording stay when its time is over or the disk is full, or no
// longer. store.ErrNotFound: there is none.
func (k *Keeper) Hold(ctx context.Context, id string, held bool) error {
	k.one.Lock()
	defer k.one.Unlock()
	return k.o.Store.HoldRecording(ctx, id, held)
}
