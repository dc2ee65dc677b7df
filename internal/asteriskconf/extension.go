package asteriskconf

import (
	"cmp"
	"fmt"

	"github.com/dipcast/dipcast/internal/company"
)

// callsGroup is the category of Asterisk's groups in which every call of an
// extension's phones counts as one: pjsip.conf sets it on their channels.
const callsGroup = "calls"

// callsOf is what pjsip.conf sets on every channel of an extension's phones.
func callsOf(prefix, extension string) string {
	return "GROUP(" + callsGroup + ")=" + prefix + extension
}

// writeExtensions writes how one extension rings, in T2_extensions, and which of
// its phones are there, in T2_phones: a subroutine whose extension is the
// number. It sets DC_PHONES to what Dial takes, "" when no phone is there.
func writeExtensions(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("internal numbers: extensions")
	p.context(prefix + "extensions")
	for i := range t.Extensions {
		e := &t.Extensions[i]
		p.comment("%s", named(e.Number, e.Name))
		steps := []string{
			fmt.Sprintf("Gosub(%sbefore-dial,s,1(%s,%s,%d,%s))", prefix, e.Number, inClass(t, e), cmp.Or(e.CallLimit, 2), yesNo(!e.NoCallWaiting)),
			ifEqual("DIALSTATUS", "BUSY", "away"),
			"Gosub(" + prefix + "phones," + e.Number + ",1)",
			ifEqual("DC_PHONES", "", "away"),
			recordOf(prefix, e.Number, ""),
			capacityOf(prefix, e.Number, ""),
		}
		steps = append(steps, recordNotice(t, e)...)
		p.exten(e.Number, append(steps,
			// i: a phone or carrier that answers 302 moves no call past our rules.
			fmt.Sprintf("Dial(${DC_PHONES},%d,i"+calledKeys+callerKeys+ringing+"${DC_OPTIONS}%s)", t.RingOf(e), legOptions(t, e)),
			fmt.Sprintf("(away)Gosub(%safter-dial,s,1(%s,%s))", prefix, e.Number, yesNo(e.Voicemail != nil)),
			"Hangup(${DC_CAUSE})")...)
	}
	p.context(prefix + "phones")
	for i := range t.Extensions {
		e := &t.Extensions[i]
		steps := []string{"Set(DC_PHONES=)"}
		for nth := range e.Devices {
			name := company.DeviceName(prefix, e.Number, nth)
			// To dial a phone that is not there would be an error in the log.
			steps = append(steps, fmt.Sprintf("Set(DC_PHONES=${DC_PHONES}${IF($[${LEN(${PJSIP_DIAL_CONTACTS(%s)})} > 0]?&PJSIP/%s)})", name, name))
		}
		steps = append(steps, "Set(DC_PHONES=${DC_PHONES:1})")
		if len(e.Devices) > 1 {
			steps = append(steps, "Set(DC_MORE_"+e.Number+"=$[${FIELDQTY(DC_PHONES,&)} - 1])")
		}
		p.exten(e.Number, append(steps, "Return()")...)
	}
	writeLegs(p, t)
}

// legOptions are Dial's options that run on the legs of an extension's phones:
// b before one rings, U when it answered.
func legOptions(t *company.Company, e *company.Extension) string {
	prefix := t.Prefix()
	if len(e.Devices) > 1 || len(e.Devices) == 1 && e.Devices[0].Contacts > 1 {
		return fmt.Sprintf("b(%[1]sphone-leg^several^1(%[2]s^${DC_LIMIT_%[2]s}^${CHANNEL}^${UNIQUEID}^${DC_MORE_%[2]s}))U(%[1]sphone-answered^%[2]s)", prefix, e.Number)
	}
	options := fmt.Sprintf("b(%[1]sphone-leg^one^1(%[2]s^${DC_LIMIT_%[2]s}^${CHANNEL}))", prefix, e.Number)
	if t.RecordsAlways() {
		options += "U(" + prefix + recordLegContext + "^" + e.Number + ")"
	}
	return options
}

// leg is what a phone's leg is told, each an expression.
type leg struct {
	extension, limit string
	caller           string // his channel
	// key is the same for all legs of a call of the extension; "" when there is
	// only one.
	key  string
	more string // how many legs there are beside the first
	// also are the last steps of those, then of the first leg, of which the first
	// gives the lock back by UNLOCK.
	also, then []string
}

// legSteps count a phone's leg before the phone is called. A call that rings
// several phones is one call of the extension: it counts on the first leg while
// they ring, and on the one that answered. Should the first decline, the call is
// not counted until another phone answers.
//
// The first leg looks whether there is room for it, and no two do at a time: of
// two callers at the same moment both have found room before, when neither had a
// leg. A leg without room is ended before its phone is called, of which Asterisk
// warns as of a subroutine left early; Dial takes it for one that is not there.
func legSteps(prefix string, l leg) []string {
	calls := prefix + l.extension
	others := ""
	if l.more != "" {
		// They exist already. While somebody else calls several phones at the same
		// moment, all his legs count: it may be busy too early, never too late.
		others = " - 0" + l.more
	}
	steps := []string{"Set(GROUP(" + callsGroup + ")=)"}
	if l.key != "" {
		steps = append(steps,
			"Set(GROUP(ringing)="+l.key+")",
			"GotoIf($[${GROUP_COUNT("+l.key+"@ringing)} = 1]?first)",
			`GotoIf($["${SHARED(DC_FULL,`+l.caller+`)}" = "`+l.extension+`"]?drop)`)
		steps = append(steps, l.also...)
	}
	steps = append(steps,
		"(first)GotoIf($[0${LOCK("+calls+")} >= 0 & ${GROUP_COUNT("+calls+"@"+callsGroup+")}"+others+" >= 0"+l.limit+"]?full)",
		"Set("+callsOf(prefix, l.extension)+")")
	steps = append(steps, l.then...)
	return append(steps,
		"(full)Set(SHARED(DC_FULL,"+l.caller+")="+l.extension+")",
		"Set(DC_LOCK=${UNLOCK("+calls+")})",
		"(drop)SoftHangup(${CHANNEL})",
		"Return()")
}

// writeLegs writes what runs on a phone's leg.
func writeLegs(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("runs on a phone's leg before it rings: the limit of calls, automatic answer")
	p.context(prefix + "phone-leg")
	one := leg{extension: "${ARG1}", limit: "${ARG2}", caller: "${ARG3}", then: []string{
		// Only the caller's own phone answers by itself, never the one called.
		`GotoIf($[0${UNLOCK(` + prefix + `${ARG1})} < 0 | "${DC_AA}" != "yes"]?end)`,
		"(answer)Gosub(" + prefix + "auto-answer,s,1)",
		"(end)Return()",
	}}
	several := one
	several.key, several.more = "${ARG4}", "${ARG5}"
	several.also = []string{ifNot("DC_AA", "yes", "end"), "Goto(answer)"}
	p.exten("one", append([]string{recordKey(prefix, "${ARG1}")}, legSteps(prefix, one)...)...)
	p.exten("several", append([]string{recordKey(prefix, "${ARG1}")}, legSteps(prefix, several)...)...)
	p.part("runs on the leg of the phone that answered")
	p.context(prefix + "phone-answered")
	steps := []string{"Set(" + callsOf(prefix, "${ARG1}") + ")"}
	if t.RecordsAlways() {
		steps = append(steps, "Gosub("+prefix+recordLegContext+",s,1(${ARG1}))")
	}
	p.exten("s", append(steps, "Return()")...)
}
