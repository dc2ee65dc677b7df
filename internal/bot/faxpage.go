package bot

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Faxes are those that came in.
type Faxes interface {
	// Fax finds one of a company. The error wraps store.ErrNotFound when it is not
	// kept any more.
	Fax(ctx context.Context, t *tenant.Tenant, id string) (*store.Fax, error)
	// PDF and Picture answer with all pages, and with one of them, from 1.
	PDF(w http.ResponseWriter, r *http.Request, t *tenant.Tenant, f *store.Fax)
	Picture(w http.ResponseWriter, r *http.Request, t *tenant.Tenant, f *store.Fax, n int)
}

// maxPictures is how many pages of a fax are shown as pictures. The PDF has all.
const maxPictures = 50

// Names below the page of a fax.
const (
	faxFile    = "fax.pdf"
	faxPicture = ".png"
)

// aFax finds the fax of an opened page, or answers.
func (g *Pages) aFax(w http.ResponseWriter, r *http.Request, back string) (o opened, f *store.Fax, ok bool) {
	if o, ok = g.mine(w, r, Fax, back, sayNotYours); !ok {
		return o, nil, false
	}
	err := store.ErrNotFound
	if g.o.Faxes != nil {
		f, err = g.o.Faxes.Fax(r.Context(), o.t, o.Call)
	}
	switch {
	case err == nil:
		return o, f, true
	case errors.Is(err, store.ErrNotFound):
		g.write(w, http.StatusNotFound, page{Lang: o.lang, Title: say(o.lang, sayNoFax)})
	default:
		g.o.Presses.log.Error("a fax was not shown", "tenant", o.t, "error", err)
		g.write(w, http.StatusServiceUnavailable, page{Lang: o.lang, Title: say(o.lang, sayFailed)})
	}
	return o, nil, false
}

// showFax shows the pages of a fax as pictures, since browsers in apps show no
// PDF, and the way to the PDF.
func (g *Pages) showFax(w http.ResponseWriter, r *http.Request) {
	o, f, ok := g.aFax(w, r, FaxPath)
	if !ok {
		return
	}
	g.o.Presses.log.Info("a person looks at a fax", "tenant", o.t, "person", o.who.ID, "fax", f.Fax)
	base := FaxPath + r.PathValue("token") + "/"
	p := page{Lang: o.lang, Title: plain(f.Other, 40), PDF: base + faxFile, Lines: []string{faxLine(f, o.lang)}}
	if p.Title == "" {
		p.Title = withheld[o.lang]
	}
	for n := range min(f.Pages, maxPictures) {
		p.Images = append(p.Images, base+strconv.Itoa(n+1)+faxPicture)
	}
	g.write(w, http.StatusOK, p)
}

func faxLine(f *store.Fax, l Lang) string {
	at := f.Ended
	if at.IsZero() {
		at = f.Begun
	}
	return at.In(time.Local).Format("2006-01-02 15:04") + " · " + pages(l, f.Pages)
}

// faxPage gives one page, or the file of all.
func (g *Pages) faxPage(w http.ResponseWriter, r *http.Request) {
	o, f, ok := g.aFax(w, r, "")
	if !ok {
		return
	}
	name := r.PathValue("page")
	n, err := strconv.Atoi(strings.TrimSuffix(name, faxPicture))
	switch {
	case name == faxFile:
		g.o.Presses.log.Info("a person takes the pages of a fax", "tenant", o.t, "person", o.who.ID, "fax", f.Fax)
		g.o.Faxes.PDF(w, r, o.t, f)
	case err == nil && n > 0:
		g.o.Faxes.Picture(w, r, o.t, f, n)
	default:
		g.write(w, http.StatusNotFound, page{Lang: o.lang, Title: say(o.lang, sayNoFax)})
	}
}
