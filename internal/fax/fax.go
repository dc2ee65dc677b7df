// Package fax keeps faxes: it takes those that came in from the spool folders of
// the Asterisks on this machine, reads and converts their pages, and follows those
// that are sent to their end.
//
// Asterisk writes beside the pages what became of a call (see asteriskconf,
// FaxFolder); nothing here depends on having seen it live, so what happened while
// the gateway was away is found when it is back.
package fax

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Dir is the folder of faxes in the data directory: T2/2026/11/ID.tif and .pdf.
const Dir = "faxes"

// Store keeps what is known of faxes. *store.Store is one.
type Store interface {
	AddFax(ctx context.Context, f store.Fax, rows ...store.OutboxRow) (added bool, err error)
	EndFax(ctx context.Context, f store.Fax) (ended bool, err error)
	DeleteFax(ctx context.Context, fax string) error
	Faxes(ctx context.Context, q store.FaxQuery) ([]store.Fax, error)
}

// Spool is where the Asterisk of a server keeps faxes on their way:
// asteriskconf.FaxFolder below its folder.
type Spool struct {
	Server int
	Path   string
}

// Options configures a Keeper. Zero optional fields take the default named.
type Options struct {
	Store     Store                    // required
	Directory func() *tenant.Directory // required; the current one, at every call
	DataDir   string                   // required
	Logger    *slog.Logger             // required
	Spools    []Spool                  // see SetSpools
	// Paper gives the program that draws the pages of PDFs, Poppler's pdftoppm,
	// which dies with our process. Its error wraps ErrNoPaper when there is none.
	// Nil: there is none.
	Paper func(ctx context.Context, args ...string) (*exec.Cmd, error)
	// KeepDays is for how many days a company's faxes are kept; 0 means for good.
	// Nil: all are.
	KeepDays func(tenant int) int
	// Outbox gives what a fax that came in has sent; it is written along with the
	// fax. It must not block. Nil: nothing.
	Outbox func(f *store.Fax, t *tenant.Tenant) []store.OutboxRow
	// Changed is told of a fax that came in, is being sent, was sent, or failed,
	// once it is kept. It must not block. Nil: nobody is.
	Changed func(store.Fax)

	Poll time.Duration // between two looks at the folders; default 500 ms
	// Old is the time between two looks at faxes that are kept no longer; default
	// 1 hour. The first is at the start.
	Old time.Duration
	// Still is how long a fax that comes in may be without a new page before it
	// counts as interrupted; default 10 min.
	Still time.Duration
	// Longest is how long a fax may be sent; default 2 h.
	Longest time.Duration
	Now     func() time.Time
}

// Keeper keeps faxes.
type Keeper struct {
	o      Options
	log    *slog.Logger
	spools atomic.Pointer[[]Spool]
	failed string // the error that was logged
}

// New checks the options and does no I/O.
func New(o Options) (*Keeper, error) {
	if o.Store == nil || o.Directory == nil || o.Logger == nil || o.DataDir == "" {
		return nil, errors.New("fax: Store, Directory, DataDir and Logger are required")
	}
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{{&o.Poll, 500 * time.Millisecond}, {&o.Still, 10 * time.Minute}, {&o.Longest, 2 * time.Hour}, {&o.Old, time.Hour}} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.KeepDays == nil {
		o.KeepDays = func(int) int { return 0 }
	}
	if o.Changed == nil {
		o.Changed = func(store.Fax) {}
	}
	k := &Keeper{o: o, log: o.Logger.With("component", "fax")}
	k.SetSpools(o.Spools)
	return k, nil
}

// SetSpools has these folders looked at from now on. What waits in one that is not
// among them stays there.
func (k *Keeper) SetSpools(spools []Spool) {
	spools = slices.Clone(spools)
	k.spools.Store(&spools)
}

// Run looks at the folders until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	tick := time.NewTicker(k.o.Poll)
	defer tick.Stop()
	var old time.Time
	for {
		err := k.Look(ctx)
		if now := k.o.Now(); err == nil && now.Sub(old) >= k.o.Old {
			old = now
			err = k.Forget(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			k.failed = ""
		case err.Error() != k.failed:
			k.failed = err.Error()
			k.log.Error("faxes cannot be kept; they wait where they are", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Look looks once, and takes what there is.
func (k *Keeper) Look(ctx context.Context) error {
	var errs []error
	for _, s := range *k.spools.Load() {
		for _, t := range k.o.Directory().All() {
			errs = append(errs, k.receive(ctx, s, t))
		}
	}
	return errors.Join(append(errs, k.follow(ctx))...)
}

// spool is the folder of a server, "" when it is not on this machine.
func (k *Keeper) spool(server int) string {
	for _, s := range *k.spools.Load() {
		if s.Server == server {
			return s.Path
		}
	}
	return ""
}

func (s Spool) folder(t *tenant.Tenant, way string) string { return folderOf(s.Path, t, way) }

func folderOf(spool string, t *tenant.Tenant, way string) string {
	return filepath.Join(spool, "T"+strconv.Itoa(t.Number), way)
}

// path is that of a fax's file in the data directory.
func (k *Keeper) path(t *tenant.Tenant, f *store.Fax, ending string) string {
	return filepath.Join(k.o.DataDir, Dir, "T"+strconv.Itoa(t.Number), f.Begun.UTC().Format("2006/01"), f.Fax+ending)
}

// keep writes the pages of a fax, as they came and as a PDF.
func (k *Keeper) keep(t *tenant.Tenant, f *store.Fax, tiff []byte, pages []Page) error {
	if err := write(k.path(t, f, ".tif"), tiff); err != nil {
		return fmt.Errorf("keep a fax: %w", err)
	}
	if len(pages) == 0 {
		return nil
	}
	if err := write(k.path(t, f, ".pdf"), WritePDF(pages)); err != nil {
		return fmt.Errorf("keep a fax: %w", err)
	}
	return nil
}

// write puts a file in place, whole or not at all.
func write(path string, data []byte) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // it was made for nothing
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// TIFF are the pages of a fax as they came, or were sent.
func (k *Keeper) TIFF(f *store.Fax) ([]byte, error) { return k.file(f, ".tif") }

// PDF are the pages of a fax. A backup has none: it is made again.
func (k *Keeper) PDF(f *store.Fax) ([]byte, error) {
	data, err := k.file(f, ".pdf")
	if !errors.Is(err, ErrNone) {
		return data, err
	}
	if data, err = k.TIFF(f); err != nil {
		return nil, err
	}
	pages, err := ReadTIFF(data)
	if err != nil || len(pages) == 0 {
		return nil, ErrNone
	}
	return WritePDF(pages), nil
}

// ErrNone reports a fax without pages, or a page it does not have.
var ErrNone = errors.New("the fax has no such page")

func (k *Keeper) file(f *store.Fax, ending string) ([]byte, error) {
	t := k.o.Directory().ByID(f.TenantID)
	if t == nil {
		return nil, ErrNone
	}
	data, err := os.ReadFile(k.path(t, f, ending))
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrNone
	}
	return data, err
}

// Page reads one page of a fax, counted from 1.
func (k *Keeper) Page(f *store.Fax, n int) (Page, error) {
	data, err := k.TIFF(f)
	if err != nil {
		return Page{}, err
	}
	pages, err := ReadTIFF(data)
	if err != nil {
		return Page{}, err
	}
	if n < 1 || n > len(pages) {
		return Page{}, ErrNone
	}
	return pages[n-1], nil
}
