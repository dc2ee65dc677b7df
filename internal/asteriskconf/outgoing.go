package asteriskconf

import (
	"fmt"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// writeOutgoing writes the numbers that go to the network.
func writeOutgoing(p *plan, in Input, t *company.Company) {
	prefix := t.Prefix()
	p.part("numbers of the network: routes")
	p.context(prefix + "outgoing")
	if len(t.Shown()) > 0 { // without a number to show only help is called
		writeDialOut(p, in, t, DefaultOutbound)
	}
	if t.Lines > 0 {
		p.part("runs on a trunk's leg and counts it: lines")
		p.context(prefix + "line")
		p.exten("s", "Set(GROUP(lines)="+itoa(t.Number)+")", "Return()")
	}
}

// writeDialOut writes the steps that call the network, for each pattern.
func writeDialOut(p *plan, in Input, t *company.Company, patterns []string) {
	trunks := in.outward(t)
	if len(trunks) == 0 {
		return
	}
	prefix := t.Prefix()
	line := ""
	if t.Lines > 0 {
		line = "b(" + prefix + "line^s^1)"
	}
	for _, pattern := range patterns {
		steps := []string{
			"Set(DC_TO=${FILTER(" + filterNumber + ",${EXTEN})})",
			// A pattern's last dot matches any character: what loses some by the
			// filter was no number, but an attempt to alter Dial.
			"Set(DC_LOST=$[${LEN(${EXTEN})} - ${LEN(${DC_TO})}])",
			"Gosub(" + dialplan.ToNetwork(prefix) + ",s,1)",
			`GotoIf($["${DC_CAUSE}" != ""]?end)`,
		}
		for i, trunk := range trunks {
			if i > 0 { // the next trunk only when the one before took nothing
				steps = append(steps, `GotoIf($["${DIALSTATUS}" != "CHANUNAVAIL" & "${DIALSTATUS}" != "CONGESTION"]?done)`)
			}
			steps = append(steps, fmt.Sprintf("Dial(PJSIP/${DC_TO}@%s,60,i"+callerKeys+ringing+"%s${DC_OPTIONS})", dialplan.TrunkEndpoint(trunk), line))
		}
		steps = append(steps,
			"(done)Gosub("+prefix+"after-dial,s,1)",
			"(end)Hangup(${DC_CAUSE})")
		p.exten(pattern, steps...)
	}
}
