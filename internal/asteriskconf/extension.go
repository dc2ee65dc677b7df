package asteriskconf

import (
	"fmt"

	"github.com/dipcast/dipcast/internal/company"
)

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
			fmt.Sprintf("Gosub(%sbefore-dial,s,1(%s,%s))", prefix, e.Number, inClass(t, e)),
			"Gosub("+prefix+"phones,"+e.Number+",1)",
			ifEqual("DC_PHONES", "", "away"),
			// i: a phone or carrier that answers 302 moves no call past our rules.
			fmt.Sprintf("Dial(${DC_PHONES},%d,i"+calledKeys+callerKeys+ringing+"${DC_OPTIONS})", e.Ring()),
			fmt.Sprintf("(away)Gosub(%safter-dial,s,1(%s))", prefix, e.Number),
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
}
