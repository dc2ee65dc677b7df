package demo

import "testing"

// PID is the process of a server, 0 when there is none.
func (d *Demo) PID(server int) int { return d.backends[server].(*asterisk).Instance().PID() }

// Speed plays recorded calls faster.
func (o Options) Speed(by float64) Options {
	o.speed = by
	return o
}

// Pending is what an apply would change on a server, in words.
func (d *Demo) Pending(t testing.TB, server int) []string {
	p, err := d.app.Pending(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range p.Changes {
		out = append(out, c.File+" "+c.Kind+"\n"+c.Diff)
	}
	return out
}
