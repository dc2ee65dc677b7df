package asteriskconf

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// firstLegOption is Dial's option I on the first leg of a click-to-call, else
// nothing. That leg is dialed by the second half of Originate's Local channel.
// I keeps the number and name of who answers there from replacing, on the other
// half, the caller id that was asked for and that the second leg is to show.
const firstLegOption = `${IF($["${CHANNEL:0:6}" = "Local/" & "${CHANNEL:-1}" = "2"]?I)}`

// writeClickToCall writes the context that rings the caller of a click-to-call.
// Events of that leg name it, by which clients know the call as theirs.
func writeClickToCall(p *plan, t *company.Company) {
	prefix := t.Prefix()
	cos := dialplan.ClassOfService(prefix)
	p.part("click-to-call: rings the caller first")
	p.context(dialplan.ClickToCall(prefix))
	for i := range t.Extensions {
		p.exten(t.Extensions[i].Number,
			`GotoIf($["${CTC_EXECUTED}" = "yes"]?again)`, // a call does not enter here twice
			"Set(CTC_EXECUTED=yes)",
			"Goto("+cos+",${EXTEN},1)",
			"(again)Hangup(21)")
	}
	p.part("runs on the phone's leg and has it answer by itself: EXEC_AA")
	p.context(prefix + "auto-answer")
	p.exten("s",
		`Set(PJSIP_HEADER(add,Call-Info)=<sip:dipcast>\;answer-after=0)`,
		`Set(PJSIP_HEADER(add,Alert-Info)=<http://dipcast>\;info=alert-autoanswer\;delay=0)`,
		"Return()")
}
