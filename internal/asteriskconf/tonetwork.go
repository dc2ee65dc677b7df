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

// writeToNetwork writes what happens before the network is dialed. DC_TO is
// made a number of the network with its area code, as its route writes it, and
// DC_ROUTE that route. DC_CAUSE is set when the call must not go out, else the
// caller id and account code are made numbers of the tenant. The name stays as
// given.
func writeToNetwork(p *plan, in Input, t *company.Company) {
	prefix := t.Prefix()
	steps := []string{
		newCall,
		"Set(DC_CAUSE=)",
		"Set(DC_OPTIONS=" + firstLegOption + "${DC_CONFIRM})",
		`GotoIf($[${DC_LOST} != 0 | "${DC_TO}" = ""]?refuse)`,
		"Gosub(" + prefix + "national,s,1(${DC_TO}))",
		"Set(DC_TO=${GOSUB_RETVAL})",
		// Help is called from a phone, by a person: not by Originate, nor by a
		// diversion. It may have an area code in front.
		`Set(DC_HELP=${REGEX("` + helpNumbers + `" ${DC_TO})})`,
		`GotoIf($["${DC_HELP}" = "1" & ("${DC_DIVERTED}" != "" | "${CHANNEL:0:6}" = "Local/")]?refuse)`,
		// Whose call is it? That of the phone that transferred it: bridges leave
		// its channel's name on the leg that they send on (main/bridge.c), and on
		// the Local channel that calls for it (main/bridge_basic.c). Originate's
		// Local channel tells the extension by its name,
		// "Local/1010@T2_cos-all-…". A transferred leg of the network's has
		// inherited DC_PAYER.
		"Set(DC_CALLER=)",
		"Set(DC_BY=${BLINDTRANSFER}${TRANSFERERNAME})",
	}
	steps = append(steps, extensionOf(prefix, "DC_BY", "DC_BY")...)
	steps = append(steps,
		`GotoIf($["${CHANNEL:0:6}" != "Local/"]?whose)`,
		`Set(DC_CALLER=${CUT(CHANNEL,/,2)})`,
		`Set(DC_CALLER=${FILTER(0-9,${CUT(DC_CALLER,@,1)})})`,
		ifEqual("DC_BY", "", "whose"),
		"Set(DC_CALLER=${DC_BY})",
		`(whose)Set(DC_WHOSE=${IF($["${DC_EXT}" != ""]?${DC_EXT}:${IF($["${DC_CALLER}" != ""]?${DC_CALLER}:${DC_PAYER})})})`,
		ifEqual("DC_BY", "", "own"),
		"Set(DC_WHOSE=${DC_BY})",
		`(own)Set(__DC_PAYER=${IF($["${DC_DIVERTED}" != ""]?${DC_DIVERTED}:${DC_WHOSE})})`,
		"Set(DC_ROUTE="+helpRoute+")",
		ifEqual("DC_HELP", "1", "known"), // never asked, never counted
		// Its kind is that of what was dialed or of what the route makes of it,
		// whichever costs more: a route may take a 9 off, or put a country before.
		"Set(DC_ASK=${DC_TO})",
		"Gosub("+prefix+"kind,s,1(${DC_TO}))",
		"Set(DC_KIND=${GOSUB_RETVAL})",
		"GotoIf($["+exists(prefix+"routes", "${DC_TO}")+" = 0]?none)",
		"Gosub("+prefix+"routes,${DC_TO},1)",
		"Gosub("+prefix+"kind,s,1(${DC_TO}))",
		`GotoIf($[${GOSUB_RETVAL:0:1} <= ${DC_KIND:0:1}]?judged)`,
		"Set(DC_KIND=${GOSUB_RETVAL})",
		"Set(DC_ASK=${DC_TO})",
		// What the class dials in the first place, "T2_cos-staff", may.
		`(judged)GotoIf($["${`+mayVariable("${DC_DIALS}", "${DC_KIND:2}")+`}" != "yes"]?refuse)`,
	)
	if t.Lines > 0 {
		steps = append(steps, "GotoIf($[${GROUP_COUNT("+itoa(t.Number)+"@lines)} >= "+itoa(t.Lines)+"]?full)")
	}
	steps = append(steps, mayGo(in, t)...)
	steps = append(steps, shownNumber(t)...)
	steps = append(steps, "Return()",
		"(none)Set(DC_CAUSE=3)", "Return()")
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
	writeKinds(p, t)
}

// writeKinds writes how numbers are told apart.
func writeKinds(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("a number as it is dialed within the country; area_code")
	p.context(prefix + "national")
	steps := []string{
		`GotoIf($["${ARG1:0:3}" = "+82"]?own)`,
	}
	if t.AreaCode != "" { // 2345678 and 23456789 have none; 15881588 needs none
		steps = append(steps, `GotoIf($[${REGEX("^[2-9][0-9]{6,7}$" ${ARG1})}]?local)`)
	}
	steps = append(steps, "Return(${ARG1})")
	if t.AreaCode != "" {
		steps = append(steps, "(local)Return("+t.AreaCode+"${ARG1})")
	}
	p.exten("s", append(steps,
		"(own)Set(LOCAL(rest)=${ARG1:3})",
		// 0212345678 wrongly kept its 0; 15881588 and 119 never had one.
		`GotoIf($["${rest:0:1}" = "0" | ${REGEX("^1([0-9]{2,3}|[568][0-9]{6})$" ${rest})}]?whole)`,
		"Return(0${rest})",
		"(whole)Return(${rest})")...)
	p.part("what kind of number it is, the dearest last")
	p.context(prefix + "kind")
	p.exten("s",
		`GotoIf($[${REGEX("^(00|[+])" ${ARG1})}]?international)`,
		`GotoIf($["${ARG1:0:3}" = "060"]?premium)`,
		`GotoIf($[${REGEX("^01[016789]" ${ARG1})}]?mobile)`,
		"Return(1-"+number.National.String()+")",
		"(mobile)Return(2-"+number.Mobile.String()+")",
		"(premium)Return(3-"+number.Premium.String()+")",
		"(international)Return(4-"+number.International.String()+")")
}

// mayGo are the steps that let only what is open go on.
func mayGo(in Input, t *company.Company) []string {
	if in.AGI.Address == "" {
		var steps []string
		if !t.International {
			steps = append(steps, ifEqual("DC_KIND:2", number.International.String(), "refuse"))
		}
		if !t.Premium {
			steps = append(steps, ifEqual("DC_KIND:2", number.Premium.String(), "refuse"))
		}
		return steps
	}
	answer := dialplan.CallAnswer
	question := strings.Join([]string{
		"agi://" + in.AGI.Address + "/call", itoa(in.AGI.Server), itoa(t.Number), "${DC_PAYER}", "${DC_ASK}",
		`${IF($["${DC_DIVERTED}" != ""]?` + dialplan.Yes + ":" + dialplan.No + ")}",
	}, ",")
	return []string{
		`Set(DC_ABROAD=${REGEX("` + number.Expensive + `" ${DC_ASK})})`,
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
