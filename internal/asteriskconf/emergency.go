package asteriskconf

import (
	"slices"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/number"
)

// writeEmergency writes the numbers that every class has, before all others:
// whatever else an extension may dial, however many lines are taken.
func writeEmergency(p *plan, in Input, t *company.Company) {
	p.part("calls for help, open to everyone")
	p.context(t.Prefix() + "emergency")
	if len(in.outward(t)) > 0 {
		writeDialOut(p, t, emergency(t))
	}
}

// emergency are the numbers that go out whatever else may. Most of them
// give way to an extension of the same number.
func emergency(t *company.Company) []string {
	return slices.DeleteFunc(number.EmergencyNumbers(), func(n string) bool {
		return slices.ContainsFunc(t.Extensions, func(e company.Extension) bool { return e.Number == n })
	})
}
