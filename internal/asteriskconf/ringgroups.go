package asteriskconf

import (
	"fmt"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// A ring group calls its members' phones, all at once or one after the other.
// A member who does not want to be disturbed, or has all the calls it may, is
// left out. Where a member diverts at once (CFI), the call rings there; other
// diversions are the member's own affair and not followed: the group goes on.
// So compatible systems do it with calls of a queue.
//
//	T2_ext-ringgroups  one extension per ring group; where Dial runs
//	T2_ring-group      Gosub: what all groups do first
//	T2_group-member    Gosub: adds an extension's phones to DC_RING
//	T2_ring-group-dial members that are numbers: "600*01026132471", and where
//	                   members divert to, "1010*01026132471"
//	T2_group-leg, T2_group-answered: run on a phone's leg, see writeLegs

// ringGroupsContext has one extension per ring group, without prefix.
const ringGroupsContext = dialplan.RingGroups

// maxGroups bounds the groups that one call passes: one whose Else is the other,
// whose Else is the first, would ring for ever.
const maxGroups = 5

func writeRingGroups(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("ring groups: ring_groups")
	p.context(prefix + ringGroupsContext)
	includeDetected(p, t)
	for i := range t.RingGroups {
		g := &t.RingGroups[i]
		p.comment("%s", named(g.Number, g.Name))
		p.exten(g.Number, groupSteps(t, g)...)
	}
	writeGroupStart(p, prefix)
	writeGroupMember(p, t)
	writeGroupLegs(p, t)
	writeGroupOut(p, t)
}

// groupSteps are the steps of one group.
func groupSteps(t *company.Company, g *company.RingGroup) []string {
	prefix := t.Prefix()
	steps := []string{"Gosub(" + prefix + "ring-group,s,1(" + g.Number + "))"}
	if g.CallerPrefix != "" {
		// When a press has brought the call back, it is in the name.
		steps = append(steps, ifEqual("DC_BACK", "yes", "rings"), "Set(CALLERID(name)="+literal(g.CallerPrefix)+"${CALLERID(name)})", "(rings)Set(DC_BACK=)")
	}
	if g.Tone != "" {
		steps = append(steps, setTone(t, g.Tone))
	}
	steps = append(steps, recordNotice(t, membersOf(t, g)...)...)
	dial := fmt.Sprintf("Dial(${DC_RING:1},%d,i${DC_KEYS}%s%sb(%sgroup-leg^s^1(${UNIQUEID}^${CHANNEL}))U(%[4]sgroup-answered))", t.RingOfGroup(g), callerKeys, ringing, prefix)
	for i, m := range g.Members {
		next := fmt.Sprintf("next%d", i)
		add := "Set(DC_RING=${DC_RING}&Local/" + g.Number + "*" + m + "@" + prefix + "ring-group-dial)"
		if e := t.Extension(m); e != nil {
			add = fmt.Sprintf("Gosub(%sgroup-member,s,1(%s,%d,%s))", prefix, m, calls(e), yesNo(!e.NoCallWaiting))
		}
		steps = append(steps, add)
		if g.Strategy == company.RingInTurn {
			steps = append(steps, ifEqual("DC_RING", "", next), keysOfGroup, dial, "("+next+")Set(DC_RING=)")
		}
	}
	if g.Strategy != company.RingInTurn {
		steps = append(steps, ifEqual("DC_RING", "", "else"), keysOfGroup, dial)
	}
	// The greeting of a mailbox goes by DC_STATUS.
	steps = append(steps, "(else)Set(DC_STATUS=${DIALSTATUS})")
	if g.Else.IsZero() {
		return append(steps, "Gosub("+prefix+"after-dial,s,1)", "Hangup(${DC_CAUSE})")
	}
	return append(steps, gotoTarget(t, g.Else))
}

// keysOfGroup has keys within the call for phones, but for none when one of those
// that ring may be somebody in the network.
const keysOfGroup = `Set(DC_KEYS=${IF($[${REGEX("Local/" ${DC_RING})} = 0]?` + calledKeys + `)})`

// membersOf are the members that are extensions.
func membersOf(t *company.Company, g *company.RingGroup) []*company.Extension {
	var all []*company.Extension
	for _, m := range g.Members {
		if e := t.Extension(m); e != nil {
			all = append(all, e)
		}
	}
	return all
}

// calls is how many calls an extension may have with call waiting.
func calls(e *company.Extension) int {
	waiting := *e
	waiting.NoCallWaiting = false
	return waiting.Calls()
}

func writeGroupStart(p *plan, prefix string) {
	p.part("what all ring groups do first: ARG1 is the group")
	p.context(prefix + "ring-group")
	p.exten("s",
		newCall,
		// A call that a group sent on, to a member's diversion, enters no group.
		"Set(__DC_GROUPS=$[0${DC_GROUPS} + 1])",
		fmt.Sprintf(`GotoIf($[${DC_GROUPS} > %d | "${DC_GROUP_LEG}" = "yes"]?round)`, maxGroups),
		"Set(__PICKUPMARK="+prefix+"${ARG1})",
		"Set(_DC_NUMBER=${DC_NUMBER})", // for members that are numbers
		"Set(_DC_OUTSIDE=${DC_OUTSIDE})",
		"Set(DC_RING=)",
		"Set(DIALSTATUS=CHANUNAVAIL)",
		"Set(HANGUPCAUSE=)",
		recordOf(prefix, "${ARG1}", ""),
		capacityOf(prefix, "${ARG1}", ""),
		"Return()",
		"(round)Busy(1)",
		"Hangup(17)")
}

// writeGroupMember adds the phones of an extension (ARG1, which may have ARG2
// calls, ARG3 as in T2_at-limit) to DC_RING, or where it diverts to.
func writeGroupMember(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("adds a member of a ring group to those that ring")
	p.context(prefix + "group-member")
	p.exten("s",
		"Set(DC_GATE="+db(t, dialplan.GateKey("${ARG1}"))+")",
		ifNot("DC_GATE", dialplan.Yes, "ring"),
		active(t, dialplan.DND),
		ifEqual("GOSUB_RETVAL", dialplan.Yes, "end"),
		ifNot("DC_DIVERTED", "", "ring"), // a diverted call is not diverted again
		"Gosub("+prefix+"destination,s,1(${ARG1},"+string(dialplan.CFI)+"))",
		ifEqual("DC_TO", "", "ring"),
		"Set(DC_RING=${DC_RING}&Local/${ARG1}*${DC_TO}@"+prefix+"ring-group-dial)",
		"Return()",
		"(ring)Gosub("+prefix+"at-limit,s,1(${ARG1},${ARG2},${ARG3}))",
		ifEqual("GOSUB_RETVAL", dialplan.Yes, "busy"),
		"Gosub("+prefix+"phones,${ARG1},1)",
		ifEqual("DC_PHONES", "", "end"),
		"Set(DC_RING=${DC_RING}&${DC_PHONES})",
		"Return()",
		// A group that nobody else rings for is busy.
		"(busy)Set(DIALSTATUS=BUSY)",
		"Set(HANGUPCAUSE=17)",
		"(end)Return()")
}

// writeGroupLegs writes what runs on the leg of a member's phone: with several
// phones it counts once, as writeLegs says. ARG1 is the caller's Uniqueid, ARG2
// his channel.
func writeGroupLegs(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("runs on the leg of a group's phone: a call of several phones counts once")
	p.context(prefix + "group-leg")
	p.exten("s", append(extensionOf(prefix, "CHANNEL", "DC_MEMBER"),
		ifEqual("DC_MEMBER", "", "end"),
		recordKey(prefix, "${DC_MEMBER}"),
		"Goto(${DC_MEMBER},1)",
		"(end)Return()")...)
	// What the caller's channel knows of each member, see writeBeforeDial.
	p.exten("_X.", legSteps(prefix, leg{
		extension: "${EXTEN}", caller: "${ARG2}", key: "${ARG1}-${EXTEN}",
		limit: "${IMPORT(${ARG2},DC_LIMIT_${EXTEN})}", more: "${IMPORT(${ARG2},DC_MORE_${EXTEN})}",
		also: []string{"Return()"}, then: []string{"Set(DC_LOCK=${UNLOCK(" + prefix + "${EXTEN})})", "Return()"},
	})...)
	p.context(prefix + "group-answered")
	steps := append(extensionOf(prefix, "CHANNEL", "DC_MEMBER"),
		ifEqual("DC_MEMBER", "", "end"),
		"Set("+callsOf(prefix, "${DC_MEMBER}")+")")
	if t.RecordsAlways() {
		steps = append(steps, "Gosub("+prefix+recordLegContext+",s,1(${DC_MEMBER}))")
	}
	p.exten("s", append(steps, "(end)Return()")...)
}

// writeGroupOut writes where a group's call goes that leaves the group's phones:
// like a diversion by who is before the star, in that one's class of service.
func writeGroupOut(p *plan, t *company.Company) {
	prefix := t.Prefix()
	self := prefix + "self"
	p.part("members of ring groups that are numbers, and members' diversions")
	p.context(prefix + "ring-group-dial")
	p.exten("_X.",
		"Set(DC_MEMBER=${FILTER(0-9,${CUT(EXTEN,*,1)})})",
		"Set(DC_TO=${FILTER("+filterNumber+",${CUT(EXTEN,*,2-)})})",
		"Set(__DC_GROUP_LEG=yes)",
		"Set(GROUP(diverted)="+prefix+"${DC_MEMBER})",
		"GotoIf($[${GROUP_COUNT("+prefix+"${DC_MEMBER}@diverted)} > "+itoa(maxDiverted)+"]?many)",
		"Set(__DC_DIVERTED=${DC_MEMBER})",
		"Set(DC_CLASS="+dialplan.ClassOfService(prefix)+")",
		"GotoIf($["+exists(self, "${DC_MEMBER}0")+" = 0]?go)",
		"Gosub("+self+",${DC_MEMBER}0,1)",
		"Set(DC_NUMBER=${"+ownVariable(prefix, "${DC_MEMBER}")+"})",
		"(go)Set(__DC_COS=${DC_CLASS})",
		"Set(REDIRECTING(count,i)=$[0${REDIRECTING(count)} + 1])",
		"Set(REDIRECTING(from-num,i)=${DC_NUMBER})",
		"Set(REDIRECTING(reason,i)=cfu)",
		"Goto("+dialplan.CustomNumbers+",${DC_TO},1)",
		"(many)Hangup(34)")
}
