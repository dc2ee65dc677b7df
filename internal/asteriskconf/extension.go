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
		p.exten(e.Number,
			fmt.Sprintf("Gosub(%sbefore-dial,s,1(%s,%s,%d,%s))", prefix, e.Number, inClass(t, e), cmp.Or(e.CallLimit, 2), yesNo(!e.NoCallWaiting)),
			ifEqual("DIALSTATUS", "BUSY", "away"),
			"Gosub("+prefix+"phones,"+e.Number+",1)",
			ifEqual("DC_PHONES", "", "away"),
			// i: a phone or carrier that answers 302 moves no call past our rules.
			fmt.Sprintf("Dial(${DC_PHONES},%d,i"+calledKeys+callerKeys+ringing+"${DC_OPTIONS}%s)", e.Ring(), legOptions(prefix, e)),
			fmt.Sprintf("(away)Gosub(%safter-dial,s,1(%s,%s))", prefix, e.Number, yesNo(e.Voicemail != nil)),
			"Hangup(${DC_CAUSE})")
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
		p.exten(e.Number, append(steps, "Set(DC_PHONES=${DC_PHONES:1})", "Return()")...)
	}
	writeLegs(p, t)
}

// legOptions are Dial's options that run on the legs of an extension's phones:
// b before one rings, U when it answered.
func legOptions(prefix string, e *company.Extension) string {
	options := fmt.Sprintf("b(%sphone-leg^s^1(%s^${UNIQUEID}))", prefix, e.Number)
	if len(e.Devices) > 1 || len(e.Devices) == 1 && e.Devices[0].Contacts > 1 {
		options += fmt.Sprintf("U(%sphone-answered^%s)", prefix, e.Number)
	}
	return options
}

// writeLegs writes what runs on a phone's leg. A call that rings several phones
// is one call of the extension: it counts on the first leg while they ring, and
// on the one that answered. Should the first decline, the call is not counted
// until another phone answers.
func writeLegs(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("runs on a phone's leg before it rings: automatic answer; a call of several phones counts once")
	p.context(prefix + "phone-leg")
	p.exten("s",
		"Set(GROUP(ringing)=${ARG2})",
		"GotoIf($[${GROUP_COUNT(${ARG2}@ringing)} = 1]?counted)",
		"Set(GROUP("+callsGroup+")=)",
		// Only the caller's own phone answers by itself, never the one called.
		"(counted)"+ifNot("DC_AA", "yes", "end"),
		"Gosub("+prefix+"auto-answer,s,1)",
		"(end)Return()")
	p.part("runs on the leg of the phone that answered")
	p.context(prefix + "phone-answered")
	p.exten("s", "Set("+callsOf(prefix, "${ARG1}")+")", "Return()")
}
