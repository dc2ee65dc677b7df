package fax

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// receive takes the faxes of a company that came in and have ended.
func (k *Keeper) receive(ctx context.Context, s Spool, t *tenant.Tenant) error {
	entries, err := os.ReadDir(s.folder(t, asteriskconf.FaxIn))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it has none here
	}
	if err != nil {
		return fmt.Errorf("folder of faxes: %w", err)
	}
	var errs []error
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".begin"); ok && ctx.Err() == nil {
			errs = append(errs, k.take(ctx, s, t, name))
		}
	}
	return errors.Join(errs...)
}

// take keeps one fax that came in when it has ended, and removes it from the
// spool. Should it be cut off in between, it is done again, to the same end.
func (k *Keeper) take(ctx context.Context, s Spool, t *tenant.Tenant, name string) error {
	base := filepath.Join(s.folder(t, asteriskconf.FaxIn), name)
	begin, began, ok, err := readRecord(base + ".begin")
	if err != nil {
		return err
	}
	end, ended, done, err := readRecord(base + ".end")
	if err != nil {
		return err
	}
	if !done {
		last := began
		if info, err := os.Stat(base + ".tif"); err == nil {
			last = info.ModTime()
		}
		if k.o.Now().Sub(last) < k.o.Still {
			return nil // it is coming in
		}
		ended = last
	}
	if !ok { // Asterisk stopped while it wrote
		begin = record{}
	}
	sum := sha256.Sum256([]byte(fmt.Sprint(s.Server, "/", t.ID.Hex(), "/", name)))
	f := store.Fax{
		Fax: hex.EncodeToString(sum[:10]), TenantID: t.ID.Hex(), Server: s.Server, Name: name,
		Direction: store.FaxIn, Own: begin["did"], Other: begin["from"], Linkedid: begin["linkedid"],
		Station: end["remote"], Mode: end.mode(), Rate: end.number("rate"), Done: end.number("pages"),
		Begun: begin.time("at", began.UTC()), Ended: end.time("at", ended.UTC()),
	}
	tiff, err := os.ReadFile(base + ".tif")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read a fax: %w", err)
	}
	var pages []Page
	if len(tiff) > 0 {
		if pages, err = ReadTIFF(tiff); err != nil {
			k.log.Warn("the pages of a fax cannot be read; the file is kept as it is", "tenant", t, "fax", f.Fax, "error", err)
		}
		if err := k.keep(t, &f, tiff, pages); err != nil {
			return err
		}
	}
	for _, p := range pages {
		f.Pages++
		f.Damaged += p.Damaged
	}
	switch {
	case !done:
		f.Status, f.Reason = store.FaxFailed, "interrupted"
	case end["status"] == "SUCCESS" && len(pages) > 0:
		f.Status = store.FaxReceived
	case end["status"] == "SUCCESS" && len(tiff) > 0:
		f.Status, f.Reason = store.FaxFailed, "file"
	default:
		f.Status, f.Reason = store.FaxFailed, reasonOfText(end["error"], end["text"])
	}
	var rows []store.OutboxRow
	if k.o.Outbox != nil {
		rows = k.o.Outbox(&f, t)
	}
	added, err := k.o.Store.AddFax(ctx, f, rows...)
	if err != nil {
		return err
	}
	if added {
		k.log.Info("fax came in", "tenant", t, "server", s.Server, "fax", f.Fax, "status", f.Status, "reason", f.Reason, "words", end["text"], "pages", f.Pages, "mode", f.Mode)
		k.o.Changed(f)
	}
	return remove(base, ".tif", ".end", ".begin") // the beginning last: by it a fax is found
}

// remove removes the files of a fax from the spool.
func remove(base string, endings ...string) error {
	for _, e := range endings {
		if err := os.Remove(base + e); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove a fax from the spool: %w", err)
		}
	}
	return nil
}
