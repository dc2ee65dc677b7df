package asteriskconf

import (
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
)

// What phones dial to do something (prefix T2_):
//
//	T2_feature-codes    the codes; the classes of service include it
//	T2_self             Gosub: whose phone dials (DC_SELF), and what it may; who
//	                    is no phone of the company ends here
//	T2_set-diversion    Gosub: a diversion to a number, or on and off again
//	T2_diversion-off    Gosub: switches one kind off if it is on
//	T2_gate             Gosub: says anew whether any diversion is active
//
// They write what REST and WebSocket write: AstDB, then the gate, then the lamp.
// Values of the AstDB are written by users and are never used as they are.

// doNotDisturb and assistant are kinds as texts.
const (
	doNotDisturb = string(dialplan.DND)
	assistant    = string(dialplan.PEA)
)

// numberSeconds is how long a phone waits for a number that was asked for.
const numberSeconds = 10

// codesContext has the feature codes, without prefix. Classes of service include
// it unless they close them.
const codesContext = "feature-codes"

// codeDiversions are the diversions that have a code each.
var codeDiversions = []struct {
	feature company.Feature
	kind    dialplan.Diversion
	say     string
}{
	{company.DoCFI, dialplan.CFI, "cfi"},
	{company.DoCFB, dialplan.CFB, "cfb"},
	{company.DoCFN, dialplan.CFN, "cfn"},
	{company.DoCFU, dialplan.CFU, "cfu"},
}

// codes writes the codes of one company.
type codes struct {
	*plan
	t      *company.Company
	prefix string
}

// self is the step every code begins with: who is no phone of the company goes
// no further.
func (c *codes) self() string { return "Gosub(" + c.prefix + "self,s,1)" }

// on writes a code, as it is.
func (c *codes) on(f company.Feature, steps ...string) {
	if code := c.t.Code(f); code != "" {
		c.exten(code, append([]string{c.self()}, steps...)...)
	}
}

// with writes a code with digits behind it, which are ${DC_ARG}.
func (c *codes) with(f company.Feature, steps ...string) {
	if code := c.t.Code(f); code != "" {
		arg := fmt.Sprintf("Set(DC_ARG=${FILTER(0-9+,${EXTEN:%d})})", len(code))
		c.exten("_"+code+"[+0-9].", append([]string{c.self(), arg}, steps...)...)
	}
}

func writeCodes(p *plan, t *company.Company) {
	c := &codes{p, t, t.Prefix()}
	c.part("feature codes: codes")
	c.context(c.prefix + codesContext)
	for _, d := range codeDiversions {
		set := func(number string) []string {
			return []string{fmt.Sprintf("Gosub(%sset-diversion,s,1(%s,%s,%s))", c.prefix, d.kind, d.say, number), "Hangup()"}
		}
		c.on(d.feature, set("")...)
		c.with(d.feature, set("${DC_ARG}")...)
	}
	c.doNotDisturb()
	c.assistant()
	c.cancelAll()
	c.callWaiting()
	c.pickup()
	c.voicemail()
	c.lastCaller()
	c.on(company.DoMyNumber, "Answer()", "Playback("+sayYourExtension+")", "SayDigits(${DC_SELF})", "Playback("+sayIs+")", "Hangup()")
	c.on(company.DoTime, "Answer()", "SayUnixTime(,,IMp)", "Hangup()")
	c.on(company.DoEcho, "Answer()", "Playback("+sayEcho+")", "Echo()", "Hangup()")
	c.writeSelf()
	c.writeSetDiversion()
	c.writeDiversionOff()
	c.writeGate()
}

// key is a key of the phone's extension in AstDB, "diversions/…/CFI/enable".
func (c *codes) key(root, rest string) string {
	return c.t.ID + "/" + root + "/${DC_SELF}/" + rest
}

func (c *codes) enable(kind string) string {
	return c.key("diversions", kind+"/"+string(dialplan.Enable))
}

func (c *codes) destination(kind string) string {
	return c.key("diversions", kind+"/"+string(dialplan.Destination))
}

// destinations are those of the assistant in one, to see whether there is any.
func (c *codes) destinations() string {
	var b strings.Builder
	for i := range 5 {
		b.WriteString("${DB(" + c.destination(assistant) + "_" + itoa(i) + ")}")
	}
	return b.String()
}

func isYes(key string) string {
	return `"${FILTER(a-zA-Z,${DB(` + key + `)})}" = "` + dialplan.Yes + `"`
}

// lamp sets the lamp of the phone's extension. An expression in place of the
// kind stands for one of dialplan.Diversions.
func (c *codes) lamp(kind string, on bool) string {
	d := dialplan.Diversion(kind)
	return "Set(DEVICE_STATE(" + dialplan.Lamp(c.prefix, d, "${DC_SELF}") + ")=" + dialplan.LampState(d, on) + ")"
}

func (c *codes) gate() string { return "Gosub(" + c.prefix + "gate,s,1)" }

// put writes a value into AstDB.
func put(key, value string) string { return "Set(DB(" + key + ")=" + value + ")" }

// toggle writes a code that switches a kind without a number on and off.
func (c *codes) toggle(f company.Feature, kind, say string, before ...string) {
	steps := []string{"Answer()", "GotoIf($[" + isYes(c.enable(kind)) + "]?off)"}
	steps = append(steps, before...)
	steps = append(steps,
		put(c.enable(kind), dialplan.Yes), c.gate(), c.lamp(kind, true),
		"Playback("+saySwitched(say, true)+")", "Hangup()",
		"(off)"+put(c.enable(kind), dialplan.No), c.gate(), c.lamp(kind, false),
		"Playback("+saySwitched(say, false)+")", "Hangup()",
		"(missing)Playback("+sayDiversionMissing+")", "Hangup()")
	c.on(f, steps...)
}

func (c *codes) doNotDisturb() { c.toggle(company.DoDND, doNotDisturb, "dnd") }

// assistant is not switched on when it has nobody to connect to.
func (c *codes) assistant() {
	c.toggle(company.DoPEA, assistant, "assistant", "Set(DC_DEST="+c.destinations()+")", "GotoIf($[${LEN(${DC_DEST})} = 0]?missing)")
}

func (c *codes) cancelAll() {
	var steps []string
	off := func(kind, needs string) {
		steps = append(steps, fmt.Sprintf("Gosub(%sdiversion-off,s,1(%s,%s))", c.prefix, kind, needs))
	}
	for _, d := range codeDiversions {
		off(string(d.kind), string(dialplan.Destination))
	}
	off(doNotDisturb, string(dialplan.Enable))
	off(assistant, string(dialplan.Enable))
	steps = append(steps,
		c.gate(),
		"Set(DEVICE_STATE("+dialplan.Lamp(c.prefix, dialplan.DND, "${DC_SELF}")+")="+dialplan.LampDNDOff+")",
		"Playback("+sayDiversionsOff+")", "Hangup()")
	c.on(company.DoCancelAll, append([]string{"Answer()"}, steps...)...)
}

// callWaiting switches what overrides the description: see writeBeforeDial.
func (c *codes) callWaiting() {
	key := c.key("extensions", "call_waiting")
	c.on(company.DoCallWaiting,
		"Answer()",
		"Set(DC_WAITING=${IF($["+isYes(key)+"]?yes:${IF($[${LEN(${DB("+key+")})} = 0]?${DC_WAITING}:no)})})",
		ifEqual("DC_WAITING", dialplan.Yes, "off"),
		put(key, dialplan.Yes), "Playback("+saySwitched("call-waiting", true)+")", "Hangup()",
		"(off)"+put(key, dialplan.No), "Playback("+saySwitched("call-waiting", false)+")", "Hangup()")
}

// lastCaller says who called last and calls back when 1 is pressed.
func (c *codes) lastCaller() {
	c.on(company.DoLastCaller,
		"Answer()",
		"Set(DC_TO=${FILTER(0-9+,${DB("+c.t.ID+"/LASTCALLER/${DC_SELF})})})",
		ifEqual("DC_TO", "", "nobody"),
		"Playback("+sayLastCaller+")", "SayDigits(${DC_TO})", "Playback("+sayIs+")",
		"Read(DC_KEY,"+sayCallBack+",1,,1,5)",
		`GotoIf($["${FILTER(0-9,${DC_KEY})}" != "1"]?end)`,
		"GotoIf($["+exists("${DC_COS}", "${DC_TO}")+" = 0]?refused)",
		"Goto(${DC_COS},${DC_TO},1)",
		"(refused)Playback("+sayCodeRefused+")",
		"(end)Hangup()",
		"(nobody)Playback("+sayLastCallerNone+")", "Hangup()")
}

// extensionOf are the steps that set a variable to the extension whose phone has
// the channel named by another, "PJSIP/T2_1010_1-0000001a"; to nothing when that
// is no phone of the company: a trunk, or a Local channel. IF of Asterisk 16
// complains when both its ends are empty, hence the "-".
func extensionOf(prefix, channel, variable string) []string {
	phone := "PJSIP/" + prefix
	return []string{
		fmt.Sprintf(`Set(%[1]s=${IF($["${%[2]s:0:%[3]d}" = "%[4]s"]?${%[2]s:%[3]d}:-)})`, variable, channel, len(phone), phone),
		fmt.Sprintf("Set(%[1]s=${CUT(%[1]s,-,1)})", variable),
		fmt.Sprintf("Set(%[1]s=${FILTER(0-9a-zA-Z,${CUT(%[1]s,_,1)})})", variable), // a further phone of 1010
	}
}

// writeSelf writes who dials. It is told by the channel's name, which nobody can
// choose: a phone of the company, not a trunk, and no Local channel, which
// stands for anyone.
func (c *codes) writeSelf() {
	name := c.prefix + "self"
	c.context(name)
	c.exten("s", append(extensionOf(c.prefix, "CHANNEL", "DC_SELF"),
		"GotoIf($["+exists(name, "${DC_SELF}0")+" = 0]?nobody)",
		"Gosub("+name+",${DC_SELF}0,1)",
		"Return()",
		"(nobody)Hangup(21)")...)
	for i := range c.t.Extensions {
		e := &c.t.Extensions[i]
		waiting := dialplan.No
		if e.Calls() > 1 {
			waiting = dialplan.Yes
		}
		c.exten(e.Number+"0", // the 0 keeps it apart from s
			"Set(DC_WAITING="+waiting+")",
			"Set(DC_CLASS="+inClass(c.t, e)+")",
			"Set(DC_PICKUP="+pickupMarks(e)+")",
			"Set(DC_OPENS="+opensMailbox(e)+")",
			"Return()")
	}
}

// writeSetDiversion writes a diversion of kind ARG1, called ARG2 in prompts, to
// the number ARG3; without a number it switches to and fro, and asks for a
// number when there is none yet.
func (c *codes) writeSetDiversion() {
	c.context(c.prefix + "set-diversion")
	enable, destination := c.enable("${ARG1}"), c.destination("${ARG1}")
	lamp := func(on bool) string { return c.lamp("${ARG1}", on) }
	c.exten("s",
		"Answer()",
		"Set(DC_TO=${ARG3})",
		`GotoIf($["${DC_TO}" != ""]?check)`,
		"Set(DC_LENGTH=${LEN(${DB("+destination+")})})",
		"GotoIf($[${DC_LENGTH} = 0]?ask)",
		"GotoIf($["+isYes(enable)+"]?off)",
		"Set(DC_DEST=${DB("+destination+")})",
		`Set(DC_TO=${FILTER(0-9+,${CUT(DC_DEST,\,,2)})})`,
		"Goto(on)",
		"(ask)Read(DC_TO,"+sayDiversionEnter+","+itoa(dialplan.MaxNumber)+",,1,"+itoa(numberSeconds)+")",
		"Set(DC_TO=${FILTER(0-9+,${DC_TO})})",
		ifEqual("DC_TO", "", "refused"),
		// Help is never called by a diversion, and nobody diverts to himself.
		`(check)GotoIf($["${DC_TO}" = "${DC_SELF}" | ${LEN(${DC_TO})} > `+itoa(dialplan.MaxNumber)+` | ${REGEX("`+helpNumbers+`" ${DC_TO})}]?refused)`,
		"GotoIf($["+exists("${DC_COS}", "${DC_TO}")+" = 0]?refused)",
		put(destination, dialplan.CustomNumbers+`,${DC_TO},1`),
		"(on)"+put(enable, dialplan.Yes), c.gate(), lamp(true),
		"Playback(dipcast/${ARG2}-on)",
		"Playback("+sayDiversionTo+")", "SayDigits(${DC_TO})", "Playback("+sayIs+")",
		"Return()",
		"(off)"+put(enable, dialplan.No), c.gate(), lamp(false),
		"Playback(dipcast/${ARG2}-off)",
		"Return()",
		"(refused)Playback("+sayDiversionRefused+")",
		"Return()")
}

// helpNumbers are the emergency numbers, some also behind an area code, as a
// regular expression.
var helpNumbers = "^(" + number.AreaCodes + "?1(12|19)|" + strings.Join(number.EmergencyNumbers(), "|") + ")$"

// writeDiversionOff switches the kind ARG1 off when it is on and its field ARG2
// is not empty: one that goes nowhere stays as it is, ready for a number.
func (c *codes) writeDiversionOff() {
	c.context(c.prefix + "diversion-off")
	c.exten("s",
		"GotoIf($["+isYes(c.enable("${ARG1}"))+"]?on)",
		"Return()",
		"(on)GotoIf($[${LEN(${DB("+c.key("diversions", "${ARG1}/${ARG2}")+")})} = 0]?end)",
		put(c.enable("${ARG1}"), dialplan.No),
		"Set(DEVICE_STATE("+dialplan.Lamp(c.prefix, "${ARG1}", "${DC_SELF}")+")="+dialplan.LampOff+")",
		"(end)Return()")
}

// writeGate writes the gate of the phone's extension from what is in AstDB now.
func (c *codes) writeGate() {
	c.context(c.prefix + "gate")
	steps := []string{"Set(DC_GATE=" + dialplan.No + ")"}
	add := func(condition string) {
		steps = append(steps, "Set(DC_GATE=${IF($["+condition+"]?"+dialplan.Yes+":${DC_GATE})})")
	}
	for _, d := range codeDiversions {
		add(isYes(c.enable(string(d.kind))) + " & ${LEN(${DB(" + c.destination(string(d.kind)) + ")})} > 0")
	}
	add(isYes(c.enable(doNotDisturb)))
	steps = append(steps, "Set(DC_DEST="+c.destinations()+")")
	add(isYes(c.enable(assistant)) + " & ${LEN(${DC_DEST})} > 0")
	steps = append(steps, put(c.t.ID+"/"+dialplan.GateKey("${DC_SELF}"), "${DC_GATE}"), "Return()")
	c.exten("s", steps...)
}
