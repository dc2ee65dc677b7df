package asteriskconf

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
)

// The dialplan of one tenant (prefix T2_):
//
//	T2_cos-all          where phones, Originate and transfers start: extensions,
//	                    the tenant's own DIDs, the network, feature-less
//	T2_click-to-call    marks the first leg of a click-to-call, then T2_cos-all
//	T2_extension-hints  what phones may subscribe to
//	T2_numbers          one extension per number the tenant may show
//	T2_before-dial      Gosub: CFI, and automatic answer
//	T2_after-dial       Gosub: CFU, CFB, CFN, and how the call ends
//	T2_divert           Gosub: one kind of diversion, if it is active
//	T2_to-network       Gosub: refuses what must not go out, asks the gateway,
//	                    sets the caller id
//	T2_line             runs on a trunk's leg and counts the line
//	T2_auto-answer      runs on the phone's leg and adds the headers
//
// Dial itself runs in T2_cos-all under the number dialed, so that events name
// it. Every context carries the marker, because events are attributed by it.
//
// Variables: DC_COS, the class of service to divert and transfer in. DC_NUMBER,
// the number to show when the one asked for is not the tenant's. DC_DIVERTED,
// the extension that diverted this call: it is not diverted again. DC_TO, the
// number to dial, of digits, +, * and # only. DC_EXT, the extension of a phone,
// or the one that a trunk's call rang. DC_PAYER, whose call to the network it
// is: legs inherit it, so that one that is transferred is known.

// maxDiverted bounds calls that one extension has diverted at a time. Without
// it two companies that divert to each other over the network would go on until
// all lines are taken: what crosses the network has lost its DC_DIVERTED.
const maxDiverted = 5

// filterNumber are the characters a dialed number is cut down to.
const filterNumber = "0-9+*#"

func hintContext(prefix string) string { return prefix + "extension-hints" }

// plan writes extensions.conf.
type plan struct{ strings.Builder }

func (p *plan) context(name string) { fmt.Fprintf(p, "\n[%s]\n", name) }

// exten writes the steps of one extension. A step may begin with "(label)".
func (p *plan) exten(pattern string, steps ...string) {
	for i, s := range steps {
		label := ""
		if strings.HasPrefix(s, "(") {
			end := strings.IndexByte(s, ')') + 1
			label, s = s[:end], s[end:]
		}
		if i == 0 {
			fmt.Fprintf(p, "exten => %s,1%s,%s\n", pattern, label, s)
		} else {
			fmt.Fprintf(p, " same => n%s,%s\n", label, s)
		}
	}
}

func extensionsConf(in Input) string {
	p := new(plan)
	p.WriteString("[general]\nstatic=yes\nwriteprotect=yes\nautofallthrough=yes\nclearglobalvars=yes\n\n[globals]\n")
	for i := range in.Companies {
		t := &in.Companies[i]
		for j := range t.Extensions {
			e := &t.Extensions[j]
			fmt.Fprintf(p, "%s=%s\n", ownVariable(t.Prefix(), e.Number), t.OwnNumber(e))
		}
	}
	writeCustomNumbers(p)
	for _, t := range in.allTrunks() {
		writeIncoming(p, in, t)
	}
	for i := range in.Companies {
		writeTenant(p, in, &in.Companies[i])
	}
	return p.String()
}

// ownVariable is the global variable with the number of an extension. The main
// tenant has no marker, so the name begins with letters of our own.
func ownVariable(prefix, extension string) string { return "DC_OWN_" + prefix + extension }

// writeCustomNumbers writes where diversions go to, and where a call may be
// redirected to: the number, in the class of service the call belongs to.
func writeCustomNumbers(p *plan) {
	p.context(dialplan.CustomNumbers)
	// Without a class of service the call is nobody's: 403, and no further.
	p.exten("_[+*#0-9]!",
		"Set(DC_TO=${FILTER("+filterNumber+",${EXTEN})})",
		`GotoIf($["${DC_COS}" = "" | "${DC_TO}" = ""]?nobody)`,
		"Goto(${DC_COS},${DC_TO},1)",
		"(nobody)Hangup(21)")
}

// writeIncoming writes a trunk's context: each DID leads to its tenant's
// extension. Other numbers do not exist there, so the network hears 404.
func writeIncoming(p *plan, in Input, trunk company.Trunk) {
	name := dialplan.TrunkContext(trunk.ID)
	p.context(name)
	for i := range in.Companies {
		t := &in.Companies[i]
		if !in.takesFrom(t, trunk.ID) {
			continue
		}
		rings := t.Rings()
		cos := dialplan.ClassOfService(t.Prefix())
		for _, did := range slices.Sorted(maps.Keys(rings)) {
			if rest, ok := strings.CutPrefix(did, "0"); ok { // as some networks write it
				p.exten("+82"+rest, "Goto("+name+","+did+",1)")
			}
			steps := []string{
				"Set(__DC_COS=" + cos + ")",
				"Set(DC_NUMBER=" + did + ")",
				"Set(DC_EXT=" + rings[did] + ")",
				"Set(CHANNEL(accountcode)=" + did + ")",
			}
			if t.Lines > 0 {
				steps = append(steps, "Set(GROUP(lines)="+itoa(t.Number)+")")
			}
			p.exten(did, append(steps, "Goto("+cos+","+rings[did]+",1)")...)
		}
	}
}

func writeTenant(p *plan, in Input, t *company.Company) {
	prefix := t.Prefix()
	cos := dialplan.ClassOfService(prefix)
	p.context(cos)
	p.WriteString("include => " + hintContext(prefix) + "\n")
	for i := range t.Extensions {
		e := &t.Extensions[i]
		p.exten(e.Number,
			fmt.Sprintf("Gosub(%sbefore-dial,s,1(%s))", prefix, e.Number),
			// To dial a phone that is not there would be an error in the log.
			fmt.Sprintf("GotoIf($[${LEN(${PJSIP_DIAL_CONTACTS(%s)})} = 0]?away)", dialplan.Endpoint(prefix, e.Number)),
			// i: a phone or carrier that answers 302 moves no call past our rules.
			fmt.Sprintf("Dial(%s,%d,i${DC_OPTIONS})", dialplan.Dial(prefix, e.Number), e.Ring()),
			fmt.Sprintf("(away)Gosub(%safter-dial,s,1(%s))", prefix, e.Number),
			"Hangup(${DC_CAUSE})")
	}
	rings := t.Rings()
	for _, did := range slices.Sorted(maps.Keys(rings)) {
		p.exten(did, "Goto("+cos+","+rings[did]+",1)")
	}
	writeOutbound(p, in, t)
	writeClickToCall(p, t)
	writeHints(p, t)
	p.context(prefix + "numbers")
	for _, n := range t.Shown() {
		p.exten(n, "Return()")
	}
	writeBeforeDial(p, t)
	writeAfterDial(p, t)
	writeDivert(p, t)
	writeToNetwork(p, in, t)
	if t.Lines > 0 {
		p.context(prefix + "line")
		p.exten("s", "Set(GROUP(lines)="+itoa(t.Number)+")", "Return()")
	}
	p.context(prefix + "auto-answer")
	p.exten("s",
		`Set(PJSIP_HEADER(add,Call-Info)=<sip:dipcast>\;answer-after=0)`,
		`Set(PJSIP_HEADER(add,Alert-Info)=<http://dipcast>\;info=alert-autoanswer\;delay=0)`,
		"Return()")
}

// writeOutbound writes the numbers that go to the network, in the tenant's
// class of service.
func writeOutbound(p *plan, in Input, t *company.Company) {
	trunks := in.outward(t)
	if len(trunks) == 0 {
		return
	}
	prefix := t.Prefix()
	patterns := emergency(t)
	if len(t.Shown()) > 0 { // without a number to show only help is called
		patterns = append(patterns, DefaultOutbound...)
	}
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
			steps = append(steps, fmt.Sprintf("Dial(PJSIP/${DC_TO}@%s,60,i%s${DC_OPTIONS})", dialplan.TrunkEndpoint(trunk), line))
		}
		steps = append(steps,
			"(done)Gosub("+prefix+"after-dial,s,1)",
			"(end)Hangup(${DC_CAUSE})")
		p.exten(pattern, steps...)
	}
}

// emergency are the numbers that go out whatever else may. Most of them
// give way to an extension of the same number.
func emergency(t *company.Company) []string {
	return slices.DeleteFunc(number.EmergencyNumbers(), func(n string) bool {
		return slices.ContainsFunc(t.Extensions, func(e company.Extension) bool { return e.Number == n })
	})
}

// writeClickToCall writes the context that rings the caller of a click-to-call.
// Events of that leg name it, by which clients know the call as theirs.
func writeClickToCall(p *plan, t *company.Company) {
	prefix := t.Prefix()
	cos := dialplan.ClassOfService(prefix)
	p.context(dialplan.ClickToCall(prefix))
	for i := range t.Extensions {
		p.exten(t.Extensions[i].Number,
			`GotoIf($["${CTC_EXECUTED}" = "yes"]?again)`, // a call does not enter here twice
			"Set(CTC_EXECUTED=yes)",
			"Goto("+cos+",${EXTEN},1)",
			"(again)Hangup(21)")
	}
}

// writeHints writes the states phones may subscribe to: an extension, and the
// lamp of each diversion under the lamp's own name, "CFI_1010".
func writeHints(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.context(hintContext(prefix))
	for i := range t.Extensions {
		n := t.Extensions[i].Number
		fmt.Fprintf(p, "exten => %s,hint,%s\n", n, dialplan.Dial(prefix, n))
		for _, d := range dialplan.Diversions {
			fmt.Fprintf(p, "exten => %s_%s,hint,%s\n", d, n, dialplan.Lamp(prefix, d, n))
		}
	}
}
