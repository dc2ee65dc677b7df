package asteriskconf

import "github.com/dipcast/dipcast/internal/company"

// ringGroupsContext has one extension per ring group, without prefix.
const ringGroupsContext = "ext-ringgroups"

func writeRingGroups(p *plan, t *company.Company) {
	p.part("ring groups: ring_groups")
	p.context(t.Prefix() + ringGroupsContext)
	for i := range t.RingGroups {
		g := &t.RingGroups[i]
		p.comment("%s", named(g.Number, g.Name))
		p.exten(g.Number, gotoTarget(t, g.Else))
	}
}
