package demo

import (
	"context"
	"fmt"

	described "github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/serverconf"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// trunks is the line to the demo's telephone network, shared by all.
func (p *plan) trunks() []company.Trunk {
	return []company.Trunk{{ID: trunkID, Host: loopback, Port: p.network}}
}

// describes is what stands in the files of a server.
func (p *plan) describes(server int) serverconf.Description {
	d := serverconf.Description{Trunks: p.trunks()}
	for i := range companies {
		if companies[i].on(server) {
			d.Companies = append(d.Companies, p.rendered(&companies[i]))
		}
	}
	return d
}

// rendered is a company as Asterisk has it, furnished when that is wanted.
func (p *plan) rendered(f *firm) company.Company {
	c := f.rendered(p.secretOf(f))
	p.furnish(f, &c)
	return c
}

func (p *plan) secretOf(f *firm) func(ext string) string {
	return func(ext string) string { return p.phones[endpoint(f, ext)] }
}

// describe tells the gateway what stands in the files already, so that who
// describes more and applies it changes that alone.
func (d *Demo) describe(ctx context.Context) error {
	s := d.app.Descriptions()
	by := described.Author{Identity: tenant.Identity{Role: tenant.Operator, Name: "demo"}}
	if _, err := s.ChangeShared(ctx, by, "trunk of the demo", func(t *[]company.Trunk) error {
		*t = d.plan.trunks()
		return nil
	}); err != nil {
		return fmt.Errorf("describe the trunk: %w", err)
	}
	for i := range companies {
		f := &companies[i]
		_, err := s.Change(ctx, by, f.number, "phones of the demo", func(c *store.Company) error {
			r := d.plan.rendered(f)
			c.Extensions = r.Extensions
			if f == &companies[0] {
				d.plan.furnishing(c, &r)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("describe company %d: %w", f.number, err)
		}
	}
	return d.contacts(ctx)
}
