package recording

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/store"
)

// Of a WAV file as Asterisk writes it (formats/format_wav.c): 8 kHz, 16 bits,
// one channel, and a head whose last field is how many bytes of sound follow. It
// is set when the file is closed.
const (
	headBytes      = 44
	bytesPerSecond = 16000
)

// Collect takes what is finished in the spool folders.
func (k *Keeper) Collect(ctx context.Context) {
	k.one.Lock()
	defer k.one.Unlock()
	for _, s := range *k.spools.Load() {
		err := k.spool(ctx, s)
		if ctx.Err() != nil {
			return
		}
		k.failed("take those of server "+strconv.Itoa(s.Server), err, "server", s.Server)
	}
}

// spool goes through one folder. What cannot be taken does not keep others from
// it.
func (k *Keeper) spool(ctx context.Context, s Spool) error {
	root, err := os.OpenRoot(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was recorded yet
	}
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // only a folder
	var errs []error
	seen, taken, malformed := 0, 0, uint64(0)
	var folders []string
	var going []Running
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil || taken >= maxTaken || seen >= maxFiles {
			return fs.SkipAll
		}
		if err == nil && d.IsDir() && name != "." {
			folders = append(folders, name)
		}
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // gone meanwhile; a folder or link
		}
		seen++
		r, err := dialplan.ParseRecording(name)
		if err != nil {
			malformed++
			return nil //nolint:nilerr // it is counted
		}
		done, err := k.take(ctx, root, s, name, &r)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		switch {
		case done:
			taken++
		case err == nil && len(going) < maxRunning:
			going = append(going, Running{Server: s.Server, Linkedid: r.Linkedid, Uniqueid: r.Uniqueid})
		}
		return nil
	})
	k.malformed.Store(malformed)
	k.running[s.Server] = going
	for _, name := range slices.Backward(folders) { // what is below others first
		if info, err := root.Stat(name); err == nil && k.o.Now().Sub(info.ModTime()) > emptyFor {
			_ = root.Remove(name) // fails unless it is empty
		}
	}
	if len(errs) > 3 {
		errs = errs[:3]
	}
	return errors.Join(append(errs, err)...)
}

// take takes one file when it is finished: first it is copied, then there is a
// row, and last it leaves the spool folder. After a crash in between it is taken
// again, as the same.
func (k *Keeper) take(ctx context.Context, from *os.Root, s Spool, name string, r *dialplan.Recording) (bool, error) {
	f, err := from.Open(name)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	whole, err := k.finished(f, info, s, r)
	if err != nil || !whole {
		return false, err
	}
	if info.Size() <= headBytes { // nothing was said
		return true, from.Remove(name)
	}
	where, err := r.Name()
	if err != nil {
		return false, err
	}
	stem := strings.TrimSuffix(path.Join(path.Dir(where), strconv.Itoa(s.Server)+"-"+path.Base(where)), "."+dialplan.RecordFormat)
	if _, err := k.o.Store.RecordingAt(ctx, stem); err == nil { // it was taken, and did not leave the folder then
		return true, from.Remove(name)
	} else if !errors.Is(err, store.ErrNotFound) {
		return false, err
	}
	sum, err := k.copyIn(f, stem+"."+dialplan.RecordFormat)
	if err != nil {
		return false, err
	}
	row := store.RecordingRow{
		ID: newID(), Tenant: r.Tenant, Server: s.Server, Linkedid: r.Linkedid, Uniqueid: r.Uniqueid, Direction: r.Direction, From: r.From, To: r.To,
		Began: r.Began, Length: time.Duration(info.Size()-headBytes) * time.Second / bytesPerSecond, Bytes: info.Size(), SHA256: sum, Stem: stem, Format: dialplan.RecordFormat,
		Checked: k.o.Now(),
	}
	if err := k.o.Store.AddRecording(ctx, &row); err != nil {
		return false, err
	}
	k.taken.Add(1)
	err = from.Remove(name)
	k.ready(ctx, &row)
	return true, err
}

// finished reports whether nothing more is written to a file: its head says how
// long it is, or nothing was written for long and its call is over, because its
// Asterisk ended.
func (k *Keeper) finished(f *os.File, info fs.FileInfo, s Spool, r *dialplan.Recording) (bool, error) {
	var head [headBytes]byte
	n, err := f.ReadAt(head[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	said := int64(binary.LittleEndian.Uint32(head[headBytes-4:]))
	if n == headBytes && said > 0 && info.Size()-headBytes-said <= 1 && info.Size() >= headBytes+said {
		return true, nil
	}
	return k.o.Now().Sub(info.ModTime()) > k.o.Stale && !k.o.Live(s.Server, r.Linkedid), nil
}

// copyIn copies a file below our folder, and gives its checksum. The copy is
// there whole, or not.
func (k *Keeper) copyIn(f *os.File, where string) (sum string, err error) {
	if err := k.root.MkdirAll(path.Dir(where), 0o700); err != nil {
		return "", err
	}
	part := where + ".part"
	to, err := k.root.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, to.Close(), k.root.Remove(part))
		}
	}()
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(to, h), io.NewSectionReader(f, 0, 1<<62)); err != nil {
		return "", err
	}
	if err := to.Sync(); err != nil {
		return "", err
	}
	if err := k.root.Rename(part, where); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), to.Close()
}

// ready tells that there is a recording, in the format that it is to have.
func (k *Keeper) ready(ctx context.Context, r *store.RecordingRow) {
	if err := k.convert(ctx, r); err != nil {
		k.unconverted.Add(1)
		k.failed("keep one as "+k.o.Format(r.Tenant)+"; it stays as "+r.Format, err, "tenant", r.Tenant)
	}
	if k.o.Ready != nil {
		k.o.Ready(*r)
	}
}

// newID cannot be guessed, and holds nothing that looks like a number.
func newID() string { return strings.ToLower(rand.Text()) }
