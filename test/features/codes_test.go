package features_test

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// want compares AstDB below diversions/.
func (l *lab) want(exten string, values map[string]string) {
	l.Helper()
	for key, want := range values {
		if got := l.value(tenant2, "diversions/"+exten+"/"+key); got != want {
			l.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

// Diversions by code: with a number, to and fro, asked for, all off; the AstDB
// as REST writes it, the gate, the lamp, and the calls.
var _ = scenario("diversions", func(l *lab) {
	p := l.phone("1110", sipphone.Answer(0))
	other := l.phone("1111", sipphone.Answer(0))
	target := l.phone("1112", sipphone.Answer(0))
	caller := l.phone("1113", sipphone.Answer(0))
	for _, d := range []struct {
		code, kind, say string
	}{{"*21", "CFI", "cfi"}, {"*22", "CFB", "cfb"}, {"*23", "CFN", "cfn"}, {"*24", "CFU", "cfu"}} {
		l.code(p, d.code+"1112", "dipcast/"+d.say+"-on")
		l.want("1110", map[string]string{d.kind + "/enable": "yes", d.kind + "/destination": "sub-custom-numbers,1112,1", "has_enable_diversions": "yes"})
		if got := l.hint(d.kind + "_1110"); got != "2" {
			l.Errorf("the lamp of %s: %s", d.kind, got)
		}
		l.code(p, d.code, "dipcast/"+d.say+"-off")
		l.want("1110", map[string]string{d.kind + "/enable": "no", d.kind + "/destination": "sub-custom-numbers,1112,1", "has_enable_diversions": "no"})
		if got := l.hint(d.kind + "_1110"); got != "0" {
			l.Errorf("the lamp of %s after off: %s", d.kind, got)
		}
	}
	l.code(p, "*21", "dipcast/cfi-on") // on again, with the number of before
	l.want("1110", map[string]string{"CFI/enable": "yes", "has_enable_diversions": "yes"})
	out := l.dial(caller, "1110")
	l.talk(out, l.answered(target))
	l.hangup(out)

	// Asked for.
	c := l.dial(other, "*23")
	l.wait("Event", "Newexten", "Channel", "PJSIP/T2_1111-*", "Application", "Read")
	l.keys(c, "1112#")
	l.wait("Event", "Newexten", "Channel", "PJSIP/T2_1111-*", "Application", "Playback", "AppData", "dipcast/cfn-on")
	l.hangup(c)
	l.want("1111", map[string]string{"CFN/enable": "yes", "CFN/destination": "sub-custom-numbers,1112,1"})

	// All off; what goes nowhere stays ready for a number.
	l.put(tenant2, dialplan.DiversionKey("1110", dialplan.CFB, dialplan.Destination), "")
	l.put(tenant2, dialplan.DiversionKey("1110", dialplan.CFB, dialplan.Enable), "yes")
	l.code(p, "*25", "dipcast/dnd-on")
	l.code(p, "*20", "dipcast/diversions-off")
	l.want("1110", map[string]string{"CFI/enable": "no", "CFB/enable": "yes", "DND/enable": "no", "has_enable_diversions": "no"})
	out = l.dial(caller, "1110")
	l.talk(out, l.answered(p))
	l.hangup(out)
})

// What a diversion may not go to is refused, and nothing is written.
var _ = scenario("refused diversions", func(l *lab) {
	p := l.phone("1120", sipphone.Answer(0))
	for _, number := range []string{"1120", "119", "112", "02119", "9999"} {
		l.code(p, "*21"+number, "dipcast/diversion-refused")
		if got := l.value(tenant2, "diversions/1120/CFI/destination"); got != "" {
			l.Errorf("%s: %q", number, got)
		}
	}
	l.code(p, "*26", "dipcast/diversion-missing") // the assistant has nobody to connect to
	l.put(tenant2, "diversions/1120/PEA/destination_0", "sub-custom-numbers,1121,1")
	l.code(p, "*26", "dipcast/assistant-on")
	l.want("1120", map[string]string{"PEA/enable": "yes", "has_enable_diversions": "yes"})
	l.code(p, "*26", "dipcast/assistant-off")
	l.want("1120", map[string]string{"PEA/enable": "no", "has_enable_diversions": "no"})
})

// Do not disturb by code, with its lamp.
var _ = scenario("do not disturb", func(l *lab) {
	p := l.phone("1130", sipphone.Answer(0))
	caller := l.phone("1131", sipphone.Answer(0))
	l.code(p, "*25", "dipcast/dnd-on")
	l.want("1130", map[string]string{"DND/enable": "yes", "has_enable_diversions": "yes"})
	if end := l.ended(l.dial(caller, "1130")); end.Code != 486 {
		l.Errorf("a call during DND: %+v", end)
	}
	if got := l.hint("DND_1130"); got != "1" {
		l.Errorf("the lamp of DND: %s", got)
	}
	l.code(p, "*25", "dipcast/dnd-off")
	l.want("1130", map[string]string{"DND/enable": "no", "has_enable_diversions": "no"})
	out := l.dial(caller, "1130")
	l.talk(out, l.answered(p))
	l.hangup(out)
})

const didOf1140 = "07045801140"

var _ = described(func(c *company.Company) {
	c.Extension("1142").Class = "inside"
	c.DIDs = append(c.DIDs, company.DID{Number: didOf1140, To: company.Ext("1140")})
})

// Who is no phone of the company has no codes: the network, a Local channel, a
// class without them.
var _ = scenario("nobody's codes", func(l *lab) {
	p := l.phone("1140", sipphone.Answer(0))
	inside := l.phone("1142", sipphone.Answer(0))
	if end := l.ended(l.dial(inside, "*211141")); end.Code != 404 {
		l.Errorf("a class without codes: %+v", end)
	}
	for _, code := range []string{"*211141", "*97", "**1140", "*43"} {
		if end := l.ended(l.incoming(stranger, code)); end.Code != 404 {
			l.Errorf("%s from the network: %+v", code, end)
		}
	}
	// A call from the network that is transferred to a code ends.
	out := l.incoming(stranger, didOf1140)
	in := l.answered(p)
	l.talk(out, in)
	if err := in.Transfer(l.ctx(), "*211141"); err != nil {
		l.Logf("the transfer: %v", err)
	}
	l.ended(out)
	if got := l.value(tenant2, "diversions/1140/CFI/destination"); got != "" {
		l.Errorf("somebody from the network diverted 1140 to %q", got)
	}
})

// Own number, time, echo.
var _ = scenario("small codes", func(l *lab) {
	p := l.phone("1150", sipphone.Answer(0))
	l.code(p, "*65", "dipcast/is")
	l.wait("Event", "Newexten", "Channel", "PJSIP/T2_1150-*", "Application", "SayDigits", "AppData", "1150")
	c := l.dial(p, "*60")
	l.wait("Event", "Newexten", "Channel", "PJSIP/T2_1150-*", "Application", "SayUnixTime")
	l.hangup(c)
	c = l.dial(p, "*43")
	l.hears(c, p.Tone())
	l.hangup(c)
})

// Call waiting: a second call rings while one goes on, who is held hears music;
// with the code off it finds the phone busy.
var _ = scenario("call waiting", func(l *lab) {
	p := l.phone("1280", sipphone.Answer(0))
	a := l.phone("1281", sipphone.Answer(0))
	b := l.phone("1282", sipphone.Answer(0))
	first := l.dial(a, "1280")
	one := l.answered(p)
	l.talk(first, one)
	p.SetBehaviour(sipphone.Ring())
	second := l.dial(b, "1280")
	two := l.next(p)
	l.rings(two)
	if err := one.Hold(l.ctx()); err != nil {
		l.Fatal(err)
	}
	l.answer(two)
	l.talk(second, two)
	l.hears(first, holdTone)
	if end := l.ended(l.dial(l.phone("1283", sipphone.Answer(0)), "1280")); end.Code != 486 {
		l.Errorf("a third call: %+v", end)
	}
	l.hangup(second, two)
	l.hangup(first, one)

	l.code(p, "*28", "dipcast/call-waiting-off")
	l.until("the phone is free", func() bool { return l.hint("1280") == "0" })
	p.SetBehaviour(sipphone.Answer(0))
	first = l.dial(a, "1280")
	one = l.answered(p)
	l.talk(first, one)
	if end := l.ended(l.dial(b, "1280")); end.Code != 486 {
		l.Errorf("without call waiting: %+v", end)
	}
	l.hangup(first, one)
	l.code(p, "*28", "dipcast/call-waiting-on")
})

// The last caller is told and called back.
var _ = scenario("last caller", func(l *lab) {
	p := l.phone("1290", sipphone.Busy())
	caller := l.phone("1291", sipphone.Answer(0))
	l.code(p, "*69", "dipcast/last-caller-none")
	l.ended(l.dial(caller, "1290"))
	c := l.coded(p, "*69", "dipcast/last-caller")
	l.wait("Event", "Newexten", "Channel", "PJSIP/T2_1290-*", "Application", "Read")
	l.keys(c, "1")
	l.talk(c, l.answered(caller))
	l.hangup(c)
})

// Codes of its own: other companies' do nothing here.
var _ = scenario("own codes", func(l *lab) {
	p := l.phone("T10_1100", sipphone.Answer(0))
	if end := l.ended(l.dial(p, "*8")); end.Code != 404 {
		l.Errorf("*8: %+v", end)
	}
	l.code(p, "*55", "dipcast/pickup-none")
})
