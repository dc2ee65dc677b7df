package asteriskconf

import (
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
)

// askSeconds is how long the gateway may take to answer. Then national calls
// go: a gateway that restarts must not silence a company. Calls abroad do not:
// they are what is stolen. See docs/decisions/0007-calls-when-nobody-answers.md.
const askSeconds = 2

// writeToNetwork writes what happens before the network is dialed: DC_CAUSE is
// set when the call must not go out, else the caller id and account code are
// made numbers of the tenant. The name stays as given.
func writeToNetwork(p *plan, in Input, t *company.Company) {
	prefix := t.Prefix()
	steps := []string{
		"Set(DC_CAUSE=)",
		"Set(DC_OPTIONS=" + firstLegOption + ")",
		`GotoIf($[${DC_LOST} != 0 | "${DC_TO}" = ""]?refuse)`,
		// Help is called from a phone, by a person: not by Originate, nor by a
		// diversion. It may have an area code in front.
		`Set(DC_HELP=${REGEX("^(` + number.AreaCodes + "?1(12|19)|" + strings.Join(number.EmergencyNumbers(), "|") + `)$" ${DC_TO})})`,
		`GotoIf($["${DC_HELP}" = "1" & ("${DC_DIVERTED}" != "" | "${CHANNEL:0:6}" = "Local/")]?refuse)`,
		// Whose call is it? Originate's Local channel tells the extension by its
		// name, "Local/1010@T2_cos-all-…". A transferred leg of the network's has
		// inherited DC_PAYER.
		"Set(DC_CALLER=)",
		`GotoIf($["${CHANNEL:0:6}" != "Local/"]?whose)`,
		`Set(DC_CALLER=${CUT(CHANNEL,/,2)})`,
		`Set(DC_CALLER=${FILTER(0-9,${CUT(DC_CALLER,@,1)})})`,
		`(whose)Set(DC_WHOSE=${IF($["${DC_EXT}" != ""]?${DC_EXT}:${IF($["${DC_CALLER}" != ""]?${DC_CALLER}:${DC_PAYER})})})`,
		`Set(__DC_PAYER=${IF($["${DC_DIVERTED}" != ""]?${DC_DIVERTED}:${DC_WHOSE})})`,
		ifEqual("DC_HELP", "1", "known"), // never asked, never counted
	}
	if t.Lines > 0 {
		steps = append(steps, "GotoIf($[${GROUP_COUNT("+itoa(t.Number)+"@lines)} >= "+itoa(t.Lines)+"]?full)")
	}
	steps = append(steps, mayGo(in, t)...)
	steps = append(steps, shownNumber(t)...)
	steps = append(steps, "Return()")
	if t.Lines > 0 {
		steps = append(steps, "(full)Set(DC_CAUSE=34)", "Return()")
	}
	steps = append(steps, "(refuse)Set(DC_CAUSE=21)", "Return()")
	p.part("before the network is called")
	p.context(dialplan.ToNetwork(prefix))
	p.exten("s", steps...)
	if in.AGI.Address != "" {
		// Where the absolute timeout leads. The stack of Gosub stays as it is.
		p.exten("T", "Goto(s,answered)")
	}
}

// mayGo are the steps that let only what is open go on.
func mayGo(in Input, t *company.Company) []string {
	if in.AGI.Address == "" {
		var steps []string
		if !t.International {
			steps = append(steps,
				`GotoIf($["${DC_TO:0:2}" = "00" | "${DC_TO:0:5}" = "+8200"]?refuse)`,
				`GotoIf($["${DC_TO:0:1}" = "+" & "${DC_TO:0:3}" != "+82"]?refuse)`)
		}
		if !t.Premium {
			steps = append(steps, `GotoIf($["${DC_TO:0:3}" = "060" | "${DC_TO:0:5}" = "+8260" | "${DC_TO:0:6}" = "+82060"]?refuse)`)
		}
		return steps
	}
	answer := dialplan.CallAnswer
	question := strings.Join([]string{
		"agi://" + in.AGI.Address + "/call", itoa(in.AGI.Server), itoa(t.Number), "${DC_PAYER}", "${DC_TO}",
		`${IF($["${DC_DIVERTED}" != ""]?` + dialplan.Yes + ":" + dialplan.No + ")}",
	}, ",")
	return []string{
		`Set(DC_ABROAD=${REGEX("` + number.Expensive + `" ${DC_TO})})`,
		"Set(" + answer + "=)",
		// AGI itself gives up after 2 s to connect, and never on an answer, not
		// even when the caller is gone or the time is over.
		"Set(AGIEXITONHANGUP=yes)",
		"Set(TIMEOUT(absolute)=" + itoa(askSeconds) + ")",
		"AGI(" + question + ")",
		"(answered)Set(TIMEOUT(absolute)=0)",
		ifEqual(answer, dialplan.CallAllowed, "known"),
		`GotoIf($["${` + answer + `}" != ""]?denied)`,
		`GotoIf($["${DC_ABROAD}" != "1"]?known)`,
		"Goto(refuse)",
		"(denied)Set(DC_CAUSE=${FILTER(0-9,${" + answer + "})})",
		"GotoIf($[0${DC_CAUSE} = 0]?refuse)",
		"Return()",
	}
}

// shownNumber are the steps that make caller id and account code the tenant's.
// The first of them is labelled known.
func shownNumber(t *company.Company) []string {
	prefix := t.Prefix()
	numbers := prefix + "numbers"
	return []string{
		// A phone and a DID brought DC_NUMBER along.
		`(known)Set(DC_NUMBER=${IF($["${DC_NUMBER}" = "" & "${DC_CALLER}" != ""]?${` + ownVariable(prefix, "${DC_CALLER}") + `}:${DC_NUMBER})})`,
		"Set(DC_NUMBER=${FILTER(0-9+,${DC_NUMBER})})",
		"Set(DC_NUMBER=${IF($[0${DIALPLAN_EXISTS(" + numbers + ",${DC_NUMBER},1)}]?${DC_NUMBER}:" + t.OwnNumber(nil) + ")})",
		"Set(DC_SHOWN=${FILTER(0-9+,${CALLERID(num)})})",
		"Set(DC_SHOWN=${IF($[0${DIALPLAN_EXISTS(" + numbers + ",${DC_SHOWN},1)}]?${DC_SHOWN}:${DC_NUMBER})})",
		"Set(CALLERID(num)=${DC_SHOWN})",
		"Set(CALLERID(ani)=${DC_SHOWN})",
		"Set(CALLERID(pres)=allowed)",
		"Set(DC_ACCOUNT=${FILTER(0-9+,${CHANNEL(accountcode)})})",
		"Set(CHANNEL(accountcode)=${IF($[0${DIALPLAN_EXISTS(" + numbers + ",${DC_ACCOUNT},1)}]?${DC_ACCOUNT}:${DC_NUMBER})})",
	}
}
