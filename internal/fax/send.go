package fax

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// ErrNoSpool reports a server whose files are not on this machine: it cannot be
// given the pages.
var ErrNoSpool = errors.New("the files of this server are not on this machine")

// lineGrace is how long after the line has ended the end of the pages is waited
// for: both are written in the same moment.
const lineGrace = 15 * time.Second

// Outgoing is a fax to be sent.
type Outgoing struct {
	Tenant    *tenant.Tenant
	Server    int
	Extension string // on whose behalf
	Own       string // the number that is shown
	To        string
	Pages     []Page // as Read gives them
	Linkedid  string // of the call that is to be
}

// Prepare keeps a fax and puts its pages where Asterisk sends them from.
func (k *Keeper) Prepare(ctx context.Context, o Outgoing) (store.Fax, error) {
	spool := k.spool(o.Server)
	if spool == "" {
		return store.Fax{}, ErrNoSpool
	}
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	id := hex.EncodeToString(b[:])
	f := store.Fax{
		Fax: id, Name: id, TenantID: o.Tenant.ID.Hex(), Server: o.Server, Direction: store.FaxOut, Status: store.FaxSending,
		Own: o.Own, Other: o.To, Extension: o.Extension, Pages: len(o.Pages), Begun: k.o.Now().UTC(), Linkedid: o.Linkedid,
	}
	tiff := WriteTIFF(o.Pages)
	if err := k.keep(o.Tenant, &f, tiff, o.Pages); err != nil {
		return f, err
	}
	folder := folderOf(spool, o.Tenant, asteriskconf.FaxOut)
	if _, err := os.Stat(folder); err != nil { // it is made when the server is applied
		return f, fmt.Errorf("%w: %w", ErrNoSpool, err)
	}
	if err := write(filepath.Join(folder, id+".tif"), tiff); err != nil {
		return f, fmt.Errorf("give a fax to the server: %w", err)
	}
	if _, err := k.o.Store.AddFax(ctx, f); err != nil {
		return f, errors.Join(err, remove(filepath.Join(folder, id), ".tif"))
	}
	k.o.Changed(f)
	return f, nil
}

// Fail ends a fax that could not be started, or whose call failed.
func (k *Keeper) Fail(ctx context.Context, f store.Fax, reason string) error {
	f.Status, f.Reason, f.Ended = store.FaxFailed, reason, k.o.Now().UTC()
	return k.end(ctx, f)
}

// end writes the end of a fax that was sent, and clears the spool.
func (k *Keeper) end(ctx context.Context, f store.Fax) error {
	ended, err := k.o.Store.EndFax(ctx, f)
	if err != nil {
		return err
	}
	t := k.o.Directory().ByID(f.TenantID)
	if ended {
		k.log.Info("fax ended", "tenant", t, "server", f.Server, "fax", f.Fax, "status", f.Status, "reason", f.Reason, "pages", f.Done, "mode", f.Mode)
		k.o.Changed(f)
	}
	spool := k.spool(f.Server)
	if t == nil || spool == "" {
		return nil
	}
	return remove(filepath.Join(folderOf(spool, t, asteriskconf.FaxOut), f.Name), ".tif", ".line", ".end")
}

// maxSending bounds the faxes that are looked at in one round.
const maxSending = 1000

// follow looks what became of the faxes that are being sent.
func (k *Keeper) follow(ctx context.Context) error {
	all, err := k.o.Store.Faxes(ctx, store.FaxQuery{Status: store.FaxSending, Limit: maxSending})
	if err != nil {
		return err
	}
	var errs []error
	for i := range all {
		errs = append(errs, k.look(ctx, all[i]))
	}
	return errors.Join(errs...)
}

func (k *Keeper) look(ctx context.Context, f store.Fax) error {
	now := k.o.Now()
	t, spool := k.o.Directory().ByID(f.TenantID), k.spool(f.Server)
	late := now.Sub(f.Begun) > k.o.Longest
	if t == nil || spool == "" {
		if late {
			return k.Fail(ctx, f, "interrupted")
		}
		return nil
	}
	base := filepath.Join(folderOf(spool, t, asteriskconf.FaxOut), f.Name)
	end, at, done, err := readRecord(base + ".end")
	if err != nil {
		return err
	}
	line, lineAt, hungUp, err := readRecord(base + ".line")
	if err != nil {
		return err
	}
	if done && (hungUp || now.Sub(at) > lineGrace) {
		f.Station, f.Mode, f.Rate, f.Done = end["remote"], end.mode(), end.number("rate"), end.number("pages")
		f.Ended = end.time("at", at.UTC())
		if f.Status = store.FaxSent; end["status"] != "SUCCESS" {
			f.Status, f.Reason = store.FaxFailed, reasonOfText(end["error"], end["text"])
		}
		return k.end(ctx, f)
	}
	switch {
	case done: // the line ends in the same moment
	case hungUp && (unanswered(line) || now.Sub(lineAt) > lineGrace):
		return k.Fail(ctx, f, reasonOfDial(line["dial"], line["refused"]))
	case late:
		return k.Fail(ctx, f, "interrupted")
	}
	return nil
}
