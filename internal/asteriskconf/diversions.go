package asteriskconf

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/prompts"
)

// The order in which an extension's settings count: do not disturb, CFI, the
// personal attendant; then its phones ring; then CFU, CFB or CFN; then its
// mailbox. See docs/dialplan.md.

// maxDiverted bounds calls that one extension has diverted at a time. Without
// it two companies that divert to each other over the network would go on until
// all lines are taken: what crosses the network has lost its DC_DIVERTED.
const maxDiverted = 5

// attendantKeys are dialplan.PEAKeys for FILTER.
const attendantKeys = "0-4"

// attendantPrompt is what callers of a personal attendant hear that has no
// message of its own.
const attendantPrompt = "dipcast/attendant"

// writeDiversions writes the subroutines around ringing an extension.
func writeDiversions(p *plan, in Input, t *company.Company) {
	writeBeforeDial(p, t)
	writeAttendant(p, in, t)
	writeAfterDial(p, t)
	writeActive(p, t)
	writeDivert(p, t)
}

// writeBeforeDial writes what happens before an extension (ARG1) rings, whose
// class of service is ARG2 and which may have ARG3 calls, or one when call waiting
// is off: as AstDB says, else as ARG4. It does not return when the call is
// diverted. DIALSTATUS is BUSY when it must not ring.
func writeBeforeDial(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("before an extension rings: DND, CFI, PEA, the limit of its calls")
	p.context(prefix + "before-dial")
	p.exten("s",
		newCall,
		"Set(__DC_COS=${ARG2})",
		"Set(DC_CLASS=${ARG2})",
		"Set(__PICKUPMARK="+prefix+"${ARG1})",
		"Set(DC_OPTIONS="+firstLegOption+")",
		"Set(DIALSTATUS=CHANUNAVAIL)", // until Dial says otherwise
		"Set(HANGUPCAUSE=)",           // of an earlier Dial of this call
		"Set(_DC_AA=${IF($[\"${DC_OPTIONS}\" = \"I\" & \"${DC_DIVERTED}\" = \"\" & \"${FILTER(a-z,${TOLOWER(${EXEC_AA})})}\" = \"yes\"]?yes)})",
		// For the code that calls the last caller back; nobody calls himself back.
		`Set(DC_LAST=${IF($["${DC_OPTIONS}" = "I"]?:${FILTER(0-9+,${CALLERID(num)})})})`,
		`GotoIf($["${DC_LAST}" = ""]?settings)`,
		"Set(DB("+t.ID+"/LASTCALLER/${ARG1})=${DC_LAST})",
		"(settings)Set(DC_GATE="+db(t, dialplan.GateKey("${ARG1}"))+")",
		ifNot("DC_GATE", dialplan.Yes, "ring"),
		// Who rings a phone of his own first wants to be rung.
		ifEqual("DC_OPTIONS", "I", "wanted"),
		active(t, dialplan.DND),
		ifEqual("GOSUB_RETVAL", dialplan.Yes, "full"),
		// A diverted call is not diverted again.
		"(wanted)Set(DC_GATE=${IF($[\"${DC_DIVERTED}\" != \"\"]?no:${DC_GATE})})",
		ifNot("DC_GATE", dialplan.Yes, "ring"),
		"Gosub("+prefix+"divert,s,1(${ARG1},"+string(dialplan.CFI)+"))",
		ifEqual("DC_OPTIONS", "I", "ring"),
		"Gosub("+prefix+"attendant,s,1(${ARG1}))",
		"(ring)Gosub("+prefix+"at-limit,s,1(${ARG1},${ARG3},${ARG4}))",
		ifEqual("GOSUB_RETVAL", dialplan.Yes, "full"),
		"Return()",
		"(full)Set(DIALSTATUS=BUSY)",
		"Set(HANGUPCAUSE=17)",
		"Return()")
	p.part("whether an extension (ARG1) has all the calls it may: ARG2 of them, one when it has no call waiting, by code or else by ARG3")
	p.context(prefix + "at-limit")
	p.exten("s",
		// The phone that calls has set the group of its calls, see pjsip.conf.
		"Set(DC_WAITING="+db(t, "extensions/${ARG1}/call_waiting")+")",
		// The phone's leg looks again, see writeLegs.
		`Set(DC_LIMIT_${ARG1}=${IF($["${DC_WAITING}" = "no" | "${DC_WAITING}${ARG3}" = "no"]?1:${ARG2})})`,
		"Return(${IF($[${GROUP_COUNT("+prefix+"${ARG1}@"+callsGroup+")} >= ${DC_LIMIT_${ARG1}}]?yes:no)})")
}

// newCall ends a diversion whose call was answered: who is transferred, or was
// parked and comes back, is a caller like any other, who may be diverted, pays
// for himself, and gets the mailbox of whom he is sent to. Dial leaves who
// answered on the caller's channel, and empties that when it starts (app_dial.c);
// bridges leave who transferred on the channels that they send on.
const newCall = `ExecIf($["${DIALEDPEERNAME}" != "" | "${BLINDTRANSFER}${TRANSFERERNAME}" != "${DC_SENT}"]?MSet(DC_DIVERTED=,DC_GROUP_LEG=,DIALEDPEERNAME=,DC_SENT=${BLINDTRANSFER}${TRANSFERERNAME}))`

// writeAttendant writes the personal attendant of an extension (ARG1): the
// caller hears its prompt, one of the extension's own if there is one, and
// presses a key for a destination. It returns, so
// that the extension rings, when it is off, or on no key, or on one that leads
// nowhere.
func writeAttendant(p *plan, in Input, t *company.Company) {
	prefix := t.Prefix()
	p.part("the personal attendant: PEA")
	p.context(prefix + "attendant")
	own := in.Dirs.Data + "/sounds/" + prompts.OfTenant(t.Number) + "/" + dialplan.AttendantPrompt("${ARG1}")
	p.exten("s",
		active(t, dialplan.PEA),
		ifNot("GOSUB_RETVAL", dialplan.Yes, "no"),
		"Answer()",
		"Set(DC_PROMPT="+own+")",
		"Set(DC_PROMPT=${IF($[0${STAT(e,${DC_PROMPT}.wav)} = 1]?${DC_PROMPT}:"+attendantPrompt+")})",
		"Read(DC_KEY,${DC_PROMPT},1,,1,5)",
		"Set(DC_KEY=${FILTER("+attendantKeys+",${DC_KEY})})",
		ifEqual("DC_KEY", "", "no"),
		"Gosub("+prefix+"divert,s,1(${ARG1},"+string(dialplan.PEA)+","+string(dialplan.Destination)+"_${DC_KEY}))",
		"(no)Return()")
}

// writeAfterDial writes what happens when Dial gave up: for an extension (ARG1)
// the diversions, which do not return, and its mailbox when ARG2 is "yes"; then
// DC_CAUSE, how the call ends. A diverted call goes to the mailbox of who was
// called, when there is one.
func writeAfterDial(p *plan, t *company.Company) {
	prefix := t.Prefix()
	divert := func(label string, d dialplan.Diversion) string {
		return "(" + label + ")Gosub(" + prefix + "divert,s,1(${ARG1}," + string(d) + "))"
	}
	p.part("when nobody answered: CFU, CFB, CFN, the mailbox, and how the call ends")
	p.context(prefix + "after-dial")
	p.exten("s",
		// Dial calls a phone that declines (603, cause 21) unavailable; it is
		// there, and does not want the call. So it calls one whose leg found that
		// it has all its calls.
		`Set(DC_STATUS=${IF($["${ARG1}" != "" & ("${HANGUPCAUSE}" = "21" | "${DIALSTATUS}${SHARED(DC_FULL)}" = "CHANUNAVAIL${ARG1}")]?BUSY:${DIALSTATUS})})`,
		ifEqual("ARG1", "", "mailbox"),
		ifNot("DC_GATE", dialplan.Yes, "mailbox"),
		ifEqual("DC_STATUS", "BUSY", "busy"),
		ifEqual("DC_STATUS", "NOANSWER", "noanswer"),
		`GotoIf($["${DC_STATUS}" != "CHANUNAVAIL" & "${DC_STATUS}" != "CONGESTION"]?mailbox)`,
		divert("unavailable", dialplan.CFU),
		"Goto(mailbox)",
		divert("busy", dialplan.CFB),
		"Goto(mailbox)",
		divert("noanswer", dialplan.CFN),
		"(mailbox)Gosub("+prefix+"diverter-mailbox,s,1)",
		`GotoIf($["${ARG2}" != "yes" | `+noMailbox+`]?cause)`,
		"Goto("+prefix+voicemailContext+",${ARG1},1)",
		// Busy tells the other half of a Local channel, and so OriginateResponse,
		// what a cause alone does not.
		"(cause)"+`GotoIf($["${DC_STATUS}" != "BUSY"]?other)`,
		"Busy(1)",
		`(other)Set(DC_CAUSE=${IF($["${DC_STATUS}" = "NOANSWER"]?19:${HANGUPCAUSE})})`,
		`Set(DC_CAUSE=${IF($[0${DC_CAUSE} = 0]?20:${DC_CAUSE})})`,
		"Return()")
	p.part("the mailbox of who diverted a call that nobody took, if there is one")
	p.context(prefix + "diverter-mailbox")
	p.exten("s",
		`GotoIf($["${DC_DIVERTED}" = "" | `+noMailbox+`]?none)`,
		"GotoIf($["+exists(prefix+voicemailContext, "${DC_DIVERTED}")+" = 0]?none)",
		// Who was called is not on the phone as far as is known: the greeting for
		// absence.
		"Set(DC_STATUS=NOANSWER)",
		"Goto("+prefix+voicemailContext+",${DC_DIVERTED},1)",
		"(none)Return()")
}

// noMailbox is true in an expression for calls that no mailbox takes: nobody
// leaves a message to himself by click-to-call, and one of a ring group's legs
// is not the call, which the group goes on with.
const noMailbox = `"${DC_OPTIONS:0:1}" = "I" | "${DC_GROUP_LEG}" = "yes"`

// active is the step that asks whether one kind (DND, PEA …) is on for the
// extension ARG1; GOSUB_RETVAL is "yes" or "no" then.
func active(t *company.Company, d dialplan.Diversion) string {
	return "Gosub(" + t.Prefix() + "active,s,1(${ARG1}," + string(d) + "))"
}

// writeActive writes whether one kind of diversion (ARG2) of an extension (ARG1)
// is enabled, and its time group holds. A time group that does not exist does
// not hold.
func writeActive(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("whether one kind of diversion is on at this time")
	p.context(prefix + "active")
	p.exten("s",
		"Set(DC_ENABLE="+db(t, "diversions/${ARG1}/${ARG2}/"+string(dialplan.Enable))+")",
		ifNot("DC_ENABLE", dialplan.Yes, "no"),
		"Set(DC_HOURS=${DB("+t.ID+"/diversions/${ARG1}/${ARG2}/"+string(dialplan.TimeGroup)+")})",
		`GotoIf($[${LEN(${DC_HOURS})} = 0]?yes)`,
		"Set(DC_HOURS=${FILTER(0-9,${DC_HOURS})})",
		ifEqual("DC_HOURS", "", "no"),
		"GotoIf($["+exists(prefix+"time-groups", "g${DC_HOURS}")+" = 0]?no)",
		holds(t, "${DC_HOURS}"),
		"Return(${GOSUB_RETVAL})",
		"(yes)Return(yes)",
		"(no)Return(no)")
}

// writeDivert writes one kind of diversion (ARG2) of an extension (ARG1): it
// returns unless the diversion is active and goes to a number. ARG3 is the field
// with that number, "" means "destination".
func writeDivert(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("one kind of diversion, if it is active")
	p.context(prefix + "divert")
	p.exten("s",
		"Gosub("+prefix+"destination,s,1(${ARG1},${ARG2},${ARG3}))",
		ifEqual("DC_TO", "", "no"),
		"Set(GROUP(diverted)="+prefix+"${ARG1})",
		"GotoIf($[${GROUP_COUNT("+prefix+"${ARG1}@diverted)} > "+itoa(maxDiverted)+"]?many)",
		"Set(__DC_DIVERTED=${ARG1})",
		noteDiverted,
		"Set(__DC_COS=${DC_CLASS})",
		"Set(DC_NUMBER=${"+ownVariable(prefix, "${ARG1}")+"})",
		// For the header Diversion (RFC 5806), which is sent when count is not 0.
		"Set(REDIRECTING(count,i)=$[0${REDIRECTING(count)} + 1])",
		"Set(REDIRECTING(from-num,i)=${DC_NUMBER})",
		"Set(REDIRECTING(reason,i)=${IF($[\"${ARG2}\" = \"CFB\"]?cfb:${IF($[\"${ARG2}\" = \"CFN\"]?cfnr:cfu)})})",
		"Goto("+dialplan.CustomNumbers+",${DC_TO},1)",
		"(many)Hangup(34)",
		"(no)Return()")
	p.part("where one kind of diversion goes to: DC_TO, empty when it is not active")
	p.context(prefix + "destination")
	p.exten("s",
		"Set(DC_TO=)",
		"Gosub("+prefix+"active,s,1(${ARG1},${ARG2}))",
		ifNot("GOSUB_RETVAL", dialplan.Yes, "no"),
		"Set(DC_DEST=${DB("+t.ID+"/diversions/${ARG1}/${ARG2}/${IF($[${LEN(${ARG3})} = 0]?"+string(dialplan.Destination)+":${ARG3})})})",
		`Set(DC_WHERE=${FILTER(a-z-,${CUT(DC_DEST,\,,1)})})`,
		ifNot("DC_WHERE", dialplan.CustomNumbers, "no"),
		`Set(DC_DEST=${CUT(DC_DEST,\,,2)})`,
		"Set(DC_TO=${FILTER("+filterNumber+",${DC_DEST})})",
		// What loses characters by the filter was no number: it does not divert.
		`GotoIf($["${DC_TO}" = "" | ${LEN(${DC_TO})} != ${LEN(${DC_DEST})}]?no)`,
		"Return()",
		"(no)Set(DC_TO=)",
		"Return()")
}
