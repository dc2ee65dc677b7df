package asteriskconf

import (
	"fmt"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// writeClasses writes the classes of service. Each is made of parts that are
// shared, in this order: the first that has the number takes it. A part is
// included, not gone to, so that events name the class and the number dialed.
func writeClasses(p *plan, t *company.Company) {
	classes := t.AllClasses()
	for i := range classes {
		c := &classes[i]
		p.part("class of service %s, cos_id %d: classes[%s]", c.Name, c.ID, c.Name)
		p.context(dialplan.Class(t.Prefix(), c.Name))
		for _, part := range classParts(c) {
			p.include(t.Prefix() + part)
		}
		includeDetected(p, t)
	}
}

// classParts are the contexts that a class is made of, without prefix.
func classParts(c *company.Class) []string {
	parts := []string{"emergency", "extension-hints", "extensions", ringGroupsContext, attendantsContext, conferencesContext}
	if !c.NoCodes {
		parts = append(parts, codesContext)
	}
	return append(parts, parkingContext, "own-numbers", "outgoing")
}

// writeGlobals writes what the dialplan looks up by an extension's number.
func writeGlobals(p *plan, t *company.Company) {
	for j := range t.Extensions {
		e := &t.Extensions[j]
		fmt.Fprintf(p, "%s=%s\n", ownVariable(t.Prefix(), e.Number), t.OwnNumber(e))
	}
	classes := t.AllClasses()
	for i := range classes {
		for _, k := range company.ClassKinds {
			fmt.Fprintf(p, "%s=%s\n", mayVariable(dialplan.Class(t.Prefix(), classes[i].Name), k.String()), yesNo(classes[i].May(k)))
		}
	}
	for _, k := range company.ClassKinds { // what the description itself sends there
		fmt.Fprintf(p, "%s=yes\n", mayVariable(t.Prefix()+"to-number", k.String()))
	}
}

// mayVariable is the global variable that says whether a class of service, by
// its context, opens a kind of numbers.
func mayVariable(context, kind string) string { return "DC_MAY_" + kind + "_" + context }

// ownVariable is the global variable with the number of an extension. The main
// tenant has no marker, so the name begins with letters of our own.
func ownVariable(prefix, extension string) string { return "DC_OWN_" + prefix + extension }

// writeNumbers writes one extension per number the tenant may show.
func writeNumbers(p *plan, t *company.Company) {
	p.part("the numbers that may be shown to the network: dids, numbers")
	p.context(t.Prefix() + "numbers")
	for _, n := range t.Shown() {
		p.exten(n, "Return()")
	}
}

// writeCustomNumbers writes where diversions go to, and where a call may be
// redirected to: the number, in the class of service the call belongs to.
func writeCustomNumbers(p *plan) {
	p.context(dialplan.CustomNumbers)
	// Without a class of service the call is nobody's: 403, and no further.
	p.exten("_[+*#0-9]!",
		"Set(DC_TO=${FILTER("+filterNumber+",${EXTEN})})",
		`GotoIf($["${DC_COS}" = "" | "${DC_TO}" = ""]?nobody)`,
		"Goto(${DC_COS},${DC_TO},1)",
		"(nobody)Hangup(21)")
}
