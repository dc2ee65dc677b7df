package app

import (
	"errors"
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

// faxPages answers a person who may see a fax with its pages, as PDF.
func (a *App) faxPages() func(w http.ResponseWriter, r *http.Request, t *tenant.Tenant, id string) {
	making := make(chan struct{}, faxesAtOnce)
	return func(w http.ResponseWriter, r *http.Request, t *tenant.Tenant, id string) {
		select {
		case making <- struct{}{}:
			defer func() { <-making }()
		case <-r.Context().Done():
			return
		}
		all, err := a.store.Faxes(r.Context(), store.FaxQuery{TenantID: t.ID.Hex(), Fax: id, Limit: 1})
		if err == nil && len(all) == 0 {
			err = fax.ErrNone
		}
		var data []byte
		if err == nil {
			data, err = a.faxes.PDF(&all[0])
		}
		switch {
		case errors.Is(err, fax.ErrNone):
			edge.WriteError(w, envelope.Errorf(envelope.NotFound, "", "the fax is not kept any more"))
			return
		case err != nil:
			a.log.Error("a fax was not shown", "tenant", t, "error", err)
			edge.WriteError(w, envelope.Errorf(envelope.Unavailable, "", "the fax cannot be read now; try again later"))
			return
		}
		who, _ := a.signedIn(r)
		a.log.Info("a person looks at a fax", "tenant", t, "person", who.ID, "fax", id)
		h := w.Header()
		h.Del("Content-Security-Policy") // of pages; with it Chromium shows no PDF
		h.Set("Content-Type", "application/pdf")
		h.Set("Content-Disposition", `inline; filename="fax.pdf"`)
		h.Set("Content-Length", strconv.Itoa(len(data)))
		h.Set("Cache-Control", "no-store")
		_, _ = w.Write(data) // the browser may have gone
	}
}
