package recording

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/store"
)

// convertTimeout bounds how long one takes to become another format.
const convertTimeout = 5 * time.Minute

var errFormat = errors.New("there is no such format")

// convert gives a recording the format that its company wants. The new file is on
// the disk, with its checksum in the row, before the old one goes; what cannot be
// converted stays as it is.
func (k *Keeper) convert(ctx context.Context, r *store.RecordingRow) error {
	format := k.o.Format(r.Tenant)
	if format == r.Format || format == "" {
		return nil
	}
	if !slices.Contains(Formats, format) || r.Format != dialplan.RecordFormat {
		return fmt.Errorf("%w: %s", errFormat, format)
	}
	if k.o.Convert == nil {
		return errors.New("there is no program for it")
	}
	to := *r
	to.Format = format
	err := k.convertTo(ctx, r, &to)
	if err != nil {
		return errors.Join(err, k.dropped(to.Path()))
	}
	if err := k.o.Store.ConvertedRecording(ctx, r.ID, to.Format, to.SHA256, to.Bytes); err != nil {
		return errors.Join(err, k.dropped(to.Path()))
	}
	old := r.Path()
	*r = to
	return k.root.Remove(old)
}

// dropped removes a file that may not be there.
func (k *Keeper) dropped(name string) error {
	if _, err := k.root.Stat(name); err != nil {
		return nil //nolint:nilerr // it was not written
	}
	return k.root.Remove(name)
}

func (k *Keeper) convertTo(ctx context.Context, from, to *store.RecordingRow) error {
	ctx, cancel := context.WithTimeout(ctx, convertTimeout)
	defer cancel()
	base := k.root.Name()
	if err := k.o.Convert(ctx, filepath.Join(base, filepath.FromSlash(from.Path())), filepath.Join(base, filepath.FromSlash(to.Path()))); err != nil {
		return err
	}
	f, err := k.root.Open(to.Path())
	if err != nil {
		return err
	}
	h := sha256.New()
	to.Bytes, err = io.Copy(h, f)
	if err == nil && to.Bytes == 0 {
		err = errors.New("it became empty")
	}
	to.SHA256 = hex.EncodeToString(h.Sum(nil))
	return errors.Join(err, f.Sync(), f.Close())
}
