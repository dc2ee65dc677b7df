package asteriskconf

import (
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
)

// Who may take whose calls: an extension has groups, 1 the whole company's, and
// takes the calls of those that share one with it. Asterisk's named groups carry
// the prefix, so that companies never mix: T2_1.

// pickupGroups are the groups of an extension.
func pickupGroups(e *company.Extension) []int {
	if len(e.PickupGroups) == 0 {
		return []int{1}
	}
	return e.PickupGroups
}

// namedGroups are its groups as pjsip.conf names them.
func namedGroups(prefix string, e *company.Extension) string {
	var names []string
	for _, g := range pickupGroups(e) {
		names = append(names, prefix+"pickup-"+itoa(g))
	}
	return strings.Join(names, ",")
}

// pickupMarks are its groups as one text that a regular expression looks into:
// "-1-2-".
func pickupMarks(e *company.Extension) string {
	var b strings.Builder
	b.WriteByte('-')
	for _, g := range pickupGroups(e) {
		b.WriteString(itoa(g) + "-")
	}
	return b.String()
}

// pickup writes the codes that take a call which rings elsewhere: that of the
// groups, and that of one extension or ring group.
func (c *codes) pickup() {
	none := []string{"Playback(" + sayPickupNone + ")", "Hangup()"}
	c.on(company.DoPickup, append([]string{"Pickup()"}, none...)...)
	c.with(company.DoPickupOf,
		"GotoIf($["+exists(c.prefix+"pickup", "${DC_ARG}")+" = 0]?none)",
		"Gosub("+c.prefix+"pickup,${DC_ARG},1)",
		"(none)Playback("+sayPickupNone+")", "Hangup()")
}

// writePickup writes how a call of each extension is taken: by the mark that the
// called channels inherit, or, when a group rings, by the phones themselves.
// Both applications return when nothing rings there.
func writePickup(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("calls that another takes: extensions[].pickup_groups")
	p.context(prefix + "pickup")
	for i := range t.Extensions {
		e := &t.Extensions[i]
		var groups, phones []string
		for _, g := range pickupGroups(e) {
			groups = append(groups, itoa(g))
		}
		for nth := range e.Devices {
			phones = append(phones, "PJSIP/"+company.DeviceName(prefix, e.Number, nth))
		}
		steps := []string{
			fmt.Sprintf(`GotoIf($[${REGEX("-(%s)-" ${DC_PICKUP})} = 0]?end)`, strings.Join(groups, "|")),
			"Pickup(" + prefix + e.Number + "@PICKUPMARK)",
		}
		if len(phones) > 0 {
			steps = append(steps, "PickupChan("+strings.Join(phones, "&")+")")
		}
		p.exten(e.Number, append(steps, "(end)Return()")...)
	}
	for i := range t.RingGroups {
		p.exten(t.RingGroups[i].Number, "Pickup("+prefix+t.RingGroups[i].Number+"@PICKUPMARK)", "Return()")
	}
}
