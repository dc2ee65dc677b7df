package asteriskconf

import (
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// writeTrunkContext writes where a trunk's calls arrive: each DID of those who
// use the trunk. Other numbers do not exist there, so the network hears 404.
func writeTrunkContext(p *plan, in Input, trunk *company.Trunk) {
	name := dialplan.TrunkContext(trunk.ID)
	p.part("calls from %s: trunks[%d]", named(trunk.Host, trunk.Name), trunk.ID)
	p.context(name)
	writeAccount(p, trunk, name)
	for i := range in.Companies {
		t := &in.Companies[i]
		if !in.takesFrom(t, trunk.ID) {
			continue
		}
		for j := range t.DIDs {
			d := &t.DIDs[j]
			p.comment("tenant %d: dids[%s]", t.Number, d.Number)
			if rest, ok := strings.CutPrefix(d.Number, "0"); ok { // as some networks write it
				p.exten("+82"+rest, "Goto("+name+","+d.Number+",1)")
			}
			extension := ""
			if d.To.Kind == company.ToExtension {
				extension = d.To.Value
			}
			steps := append(cleanCaller(),
				"Set(__DC_COS="+dialplan.ClassOfService(t.Prefix())+")",
				"Set(DC_NUMBER="+d.Number+")",
				"Set(DC_EXT="+extension+")",
				"Set(DC_OUTSIDE=${FILTER(0-9+,${CALLERID(num)})})",
				"Set(CHANNEL(accountcode)="+d.Number+")",
				noteFrom, noteDID(d.Number),
				"Set("+hears(t)+")",
				"Set("+parksIn(t)+")",
			)
			if d.Tone != "" {
				steps = append(steps, setTone(t, d.Tone))
			}
			steps = append(steps, "Set(CHANNEL(language)="+channelLanguage(t, d.Language)+")")
			steps = append(steps, countLine(t, itoa(trunk.ID))...)
			p.exten(d.Number, append(steps, "Goto("+t.Prefix()+"incoming-calls,"+d.Number+",1)")...)
		}
	}
}

// cleanCaller are the steps that cut the number of a caller from the network down
// to what a number or a SIP name may be of. It comes from the header From, where %2C
// and %0D%0A are a comma and a line break (RFC 3261 section 19.1.2): as it is, it would
// go into events, and into the name of a recording, behind whose comma MixMonitor
// takes a command (bridges/bridge_builtin_features.c).
func cleanCaller() []string {
	return []string{
		"Set(DC_FROM=${FILTER(0-9a-zA-Z+*#._-,${CALLERID(num)})})",
		"ExecIf($[${LEN(${CALLERID(num)})} != ${LEN(${DC_FROM})}]?Set(CALLERID(num)=${DC_FROM}))",
		"ExecIf($[${LEN(${CALLERID(ani)})} != ${LEN(${DC_FROM})}]?Set(CALLERID(ani)=${DC_FROM}))",
	}
}

// writeAccount writes where calls to the account of a trunk that registers go:
// to the number in the header To, since the account may stand for several. An
// account that is a DID itself is written after this, and wins.
func writeAccount(p *plan, trunk *company.Trunk, context string) {
	account := trunk.Username
	if !trunk.Register || strings.Trim(account, "+0123456789") == "" || strings.HasPrefix(account, "_") {
		return
	}
	p.exten(account,
		// What is left holds nothing that an expression could stumble over.
		"Set(DC_TO=${FILTER(a-zA-Z0-9+:@<,${PJSIP_HEADER(read,To)})})",
		"Set(DC_URI=${CUT(DC_TO,<,2)})",
		`GotoIf($["${DC_URI}" = ""]?bare)`,
		"Set(DC_TO=${DC_URI})",
		"(bare)Set(DC_TO=${CUT(DC_TO,@,1)})",
		"Set(DC_TO=${FILTER(0-9+,${CUT(DC_TO,:,2)})})",
		"GotoIf($[0${DIALPLAN_EXISTS("+context+",${DC_TO},1)}]?"+context+",${DC_TO},1)",
		"Hangup(1)")
}

// writeIncomingCalls writes where each DID leads, by its hours. Colleagues who
// dial one get there too, without the network.
func writeIncomingCalls(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("where numbers of the company lead: dids")
	p.context(prefix + "incoming-calls")
	includeDetected(p, t)
	for i := range t.DIDs {
		d := &t.DIDs[i]
		p.comment("%s", named(d.Number, d.Description))
		var steps []string
		if d.CallerPrefix != "" {
			steps = append(steps, "Set(CALLERID(name)="+literal(d.CallerPrefix)+"${CALLERID(name)})")
		}
		if d.Tone != "" {
			steps = append(steps, setTone(t, d.Tone), "Progress()")
		}
		steps = append(steps, detectFax(d)...)
		if d.TimeGroup != 0 {
			steps = append(steps, holds(t, itoa(d.TimeGroup)), "GotoIf($["+`"${GOSUB_RETVAL}" != "yes"`+"]?else)")
		}
		steps = append(steps, didTarget(t, d, d.To))
		if d.TimeGroup != 0 {
			steps = append(steps, "(else)"+didTarget(t, d, d.Else))
		}
		p.exten(d.Number, steps...)
	}
	p.context(prefix + "own-numbers")
	for i := range t.DIDs {
		n := t.DIDs[i].Number
		p.exten(n, "Goto("+prefix+"incoming-calls,"+n+",1)")
		if rest, ok := strings.CutPrefix(n, "0"); ok {
			p.exten("+82"+rest, "Goto("+prefix+"incoming-calls,"+n+",1)")
		}
	}
}
