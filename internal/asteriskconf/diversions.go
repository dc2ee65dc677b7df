package asteriskconf

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// maxDiverted bounds calls that one extension has diverted at a time. Without
// it two companies that divert to each other over the network would go on until
// all lines are taken: what crosses the network has lost its DC_DIVERTED.
const maxDiverted = 5

// writeBeforeDial writes what happens before an extension (ARG1) rings, whose
// class of service is ARG2. It does not return when the call is diverted.
func writeBeforeDial(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("before an extension rings: CFI, automatic answer")
	p.context(prefix + "before-dial")
	p.exten("s",
		"Set(__DC_COS=${ARG2})",
		"Set(DC_CLASS=${ARG2})",
		"Set(__PICKUPMARK="+prefix+"${ARG1})",
		"Set(DC_OPTIONS="+firstLegOption+")",
		"Set(DIALSTATUS=CHANUNAVAIL)", // until Dial says otherwise
		"Set(DC_GATE="+db(t, dialplan.GateKey("${ARG1}"))+")",
		// A diverted call is not diverted again.
		`Set(DC_GATE=${IF($["${DC_DIVERTED}" != ""]?no:${DC_GATE})})`,
		"GotoIf($[\"${DC_GATE}\" != \"yes\"]?ring)",
		"Gosub("+prefix+"divert,s,1(${ARG1},"+string(dialplan.CFI)+"))",
		// Only the caller's own phone answers by itself, never the one called.
		`(ring)GotoIf($["${DC_OPTIONS}" != "I" | "${DC_DIVERTED}" != ""]?end)`,
		`Set(DC_OPTIONS=I${IF($["${FILTER(a-z,${TOLOWER(${EXEC_AA})})}" = "yes"]?b(`+prefix+"auto-answer^s^1))})",
		"(end)Return()")
}

// writeAfterDial writes what happens when Dial gave up: for an extension (ARG1)
// the diversions, which do not return; then DC_CAUSE, how the call ends.
func writeAfterDial(p *plan, t *company.Company) {
	divert := func(label string, d dialplan.Diversion) string {
		return "(" + label + ")Gosub(" + t.Prefix() + "divert,s,1(${ARG1}," + string(d) + "))"
	}
	p.part("when nobody answered: CFU, CFB, CFN, and how the call ends")
	p.context(t.Prefix() + "after-dial")
	p.exten("s",
		// Dial calls a phone that declines (603, cause 21) unavailable; it is
		// there, and does not want the call.
		`Set(DC_STATUS=${IF($["${HANGUPCAUSE}" = "21" & "${ARG1}" != ""]?BUSY:${DIALSTATUS})})`,
		ifEqual("ARG1", "", "cause"),
		"GotoIf($[\"${DC_GATE}\" != \"yes\"]?cause)",
		ifEqual("DC_STATUS", "BUSY", "busy"),
		ifEqual("DC_STATUS", "NOANSWER", "noanswer"),
		`GotoIf($["${DC_STATUS}" != "CHANUNAVAIL" & "${DC_STATUS}" != "CONGESTION"]?cause)`,
		divert("unavailable", dialplan.CFU),
		"Goto(cause)",
		divert("busy", dialplan.CFB),
		"Goto(cause)",
		divert("noanswer", dialplan.CFN),
		// Busy tells the other half of a Local channel, and so OriginateResponse,
		// what a cause alone does not.
		"(cause)"+`GotoIf($["${DC_STATUS}" != "BUSY"]?other)`,
		"Busy(1)",
		`(other)Set(DC_CAUSE=${IF($["${DC_STATUS}" = "NOANSWER"]?19:${HANGUPCAUSE})})`,
		`Set(DC_CAUSE=${IF($[0${DC_CAUSE} = 0]?20:${DC_CAUSE})})`,
		"Return()")
}

// writeDivert writes one kind of diversion (ARG2) of an extension (ARG1): it
// returns unless the diversion is active and goes to a number.
func writeDivert(p *plan, t *company.Company) {
	prefix := t.Prefix()
	destination := "${DB(" + t.ID + "/diversions/${ARG1}/${ARG2}/" + string(dialplan.Destination) + ")}"
	p.part("one kind of diversion, if it is active")
	p.context(prefix + "divert")
	p.exten("s",
		"Set(DC_ENABLE="+db(t, "diversions/${ARG1}/${ARG2}/"+string(dialplan.Enable))+")",
		"GotoIf($[\"${DC_ENABLE}\" != \"yes\"]?no)",
		"Set(DC_DEST="+destination+")",
		`Set(DC_WHERE=${FILTER(a-z-,${CUT(DC_DEST,\,,1)})})`,
		"GotoIf($[\"${DC_WHERE}\" != \""+dialplan.CustomNumbers+"\"]?no)",
		`Set(DC_DEST=${CUT(DC_DEST,\,,2)})`,
		"Set(DC_TO=${FILTER("+filterNumber+",${DC_DEST})})",
		// What loses characters by the filter was no number: it does not divert.
		`GotoIf($["${DC_TO}" = "" | ${LEN(${DC_TO})} != ${LEN(${DC_DEST})}]?no)`,
		"Set(GROUP(diverted)="+prefix+"${ARG1})",
		"GotoIf($[${GROUP_COUNT("+prefix+"${ARG1}@diverted)} > "+itoa(maxDiverted)+"]?many)",
		"Set(__DC_DIVERTED=${ARG1})",
		"Set(__DC_COS=${DC_CLASS})",
		"Set(DC_NUMBER=${"+ownVariable(prefix, "${ARG1}")+"})",
		// For the header Diversion (RFC 5806), which is sent when count is not 0.
		"Set(REDIRECTING(count,i)=$[0${REDIRECTING(count)} + 1])",
		"Set(REDIRECTING(from-num,i)=${DC_NUMBER})",
		"Set(REDIRECTING(reason,i)=${IF($[\"${ARG2}\" = \"CFB\"]?cfb:${IF($[\"${ARG2}\" = \"CFN\"]?cfnr:cfu)})})",
		"Goto("+dialplan.CustomNumbers+",${DC_TO},1)",
		"(many)Hangup(34)",
		"(no)Return()")
}
