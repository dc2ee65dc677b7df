package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// faxesAtOnce is of how many faxes the pages are made for people at a time: one may
// take 100 MB for a moment.
const faxesAtOnce = 2

// faxPages gives people the pages of faxes. It implements bot.Faxes.
type faxPages struct {
	a      *App
	making chan struct{} // holds one for each that is being made
}

func (a *App) faxPages() *faxPages { return &faxPages{a, make(chan struct{}, faxesAtOnce)} }

// Fax implements bot.Faxes.
func (p *faxPages) Fax(ctx context.Context, t *tenant.Tenant, id string) (*store.Fax, error) {
	all, err := p.a.store.Faxes(ctx, store.FaxQuery{TenantID: t.ID.Hex(), Fax: id, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("fax: %w", store.ErrNotFound)
	}
	return &all[0], nil
}

// PDF implements bot.Faxes.
func (p *faxPages) PDF(w http.ResponseWriter, r *http.Request, t *tenant.Tenant, f *store.Fax) {
	p.serve(w, r, t, "application/pdf", `inline; filename="fax.pdf"`, func() ([]byte, error) { return p.a.faxes.PDF(f) })
}

// Picture implements bot.Faxes.
func (p *faxPages) Picture(w http.ResponseWriter, r *http.Request, t *tenant.Tenant, f *store.Fax, n int) {
	p.serve(w, r, t, "image/png", "inline", func() ([]byte, error) {
		one, err := p.a.faxes.Page(f, n)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		err = fax.WritePNG(&b, one)
		return b.Bytes(), err
	})
}

func (p *faxPages) serve(w http.ResponseWriter, r *http.Request, t *tenant.Tenant, kind, as string, read func() ([]byte, error)) {
	select {
	case p.making <- struct{}{}:
	case <-r.Context().Done():
		return
	}
	data, err := read()
	<-p.making
	switch {
	case errors.Is(err, fax.ErrNone):
		edge.WriteError(w, envelope.Errorf(envelope.NotFound, "", "the fax is not kept any more"))
		return
	case err != nil:
		p.a.log.Error("a fax was not shown", "tenant", t, "error", err)
		edge.WriteError(w, envelope.Errorf(envelope.Unavailable, "", "the fax cannot be read now; try again later"))
		return
	}
	h := w.Header()
	h.Del("Content-Security-Policy") // of pages; with it Chromium shows no PDF
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", as)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(data) // the browser may have gone
}
