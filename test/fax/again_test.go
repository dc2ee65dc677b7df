package fax_test

import (
	"strings"

	"github.com/dipcast/dipcast/internal/fax"
)

// resends: what was sent goes again as a new fax, and nobody else can have it sent.
func (g *gateway) resends(to string) {
	g.t.Helper()
	first := g.list("two", "direction=out&number="+to)[0]
	if status, answer := g.ask("POST", "/api/v2/faxes/"+first.ID+"/resend", "three", nil); status != 404 {
		g.t.Errorf("another company sends it: %d %s", status, answer)
	}
	id := g.taken(g.ask("POST", "/api/v2/faxes/"+first.ID+"/resend", "two", nil))
	again := g.ended(id)
	if id == first.ID || again.Other != to || again.Own != first.Own || again.Extension != first.Extension || again.Pages != first.Pages || again.Reason != "unreachable" {
		g.t.Errorf("again: %+v, first %+v", again, first)
	}
	if status, answer := g.ask("POST", "/api/v2/faxes/"+id+"/cancel", "two", nil); status != 409 || !strings.Contains(string(answer), `"field":"id"`) {
		g.t.Errorf("cancel what has ended: %d %s", status, answer)
	}
}

// cancels: a fax on its way is stopped, is not sent again meanwhile, and is told as
// failed.
func (g *gateway) cancels(to string, pages []fax.Page) {
	g.t.Helper()
	id := g.send(to, pages)
	if status, answer := g.ask("POST", "/api/v2/faxes/"+id+"/resend", "two", nil); status != 409 {
		g.t.Errorf("resend what is being sent: %d %s", status, answer)
	}
	until(g.t, "a fax that can be cancelled", func() bool {
		status, _ := g.ask("POST", "/api/v2/faxes/"+id+"/cancel", "two", nil)
		return status == 200
	})
	if f := g.ended(id); f.Status != "failed" || f.Done == len(pages) || f.Message == nil {
		g.t.Errorf("cancelled: %+v", f)
	}
}
