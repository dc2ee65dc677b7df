package asteriskconf

import (
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// parkingContext has the number that parks and the spaces, without prefix. Its
// name is that of the parking lot too.
const parkingContext = "parking"

// parkingLot is the context that Asterisk writes by itself, without prefix: to
// park by a key it needs an extension of its own there (res_parking,
// parking_park_call). Nobody dials in it.
const parkingLot = "parking-lot"

// parkingBack is where a call goes that nobody took, without prefix.
const parkingBack = "parking-back"

// parksIn is the assignment that gives a channel its company's parking lot, for
// whoever parks it, by key or by the action Park.
func parksIn(t *company.Company) string {
	return "CHANNEL(parkinglot)=" + t.Prefix() + parkingContext
}

// parkingConf writes one parking lot for each company. What is dialed are the
// extensions of writeParking rather than Asterisk's own: they look who dials.
func parkingConf(in Input) string {
	var b strings.Builder
	b.WriteString("[general]\nparkeddynamic=no\n")
	for i := range in.Companies {
		t := &in.Companies[i]
		lot, ok := t.ParkingLot()
		if !ok {
			continue
		}
		p := t.Prefix()
		fmt.Fprintf(&b, `
; %[1]s
[%[2]s]
context=%[3]s
parkext=%[9]s
parkext_exclusive=yes
parkpos=%[4]d-%[5]d
parkingtime=%[6]d
findslot=first
comebacktoorigin=no
comebackcontext=%[7]s
parkedmusicclass=%[8]s
; "caller" is who takes the call: only that phone has keys, not who was parked.
parkedcalltransfers=caller
parkedcallreparking=caller
parkedcallrecording=caller
parkedcallhangup=no
`, displayName(t.Name), p+parkingContext, p+parkingLot, lot.First, lot.Last, lot.Seconds, p+parkingBack, holdClass(t), lot.Number)
	}
	return b.String()
}

// writeParking writes the numbers that park and take calls, which the classes of
// service include, and the way back of a call that nobody took.
func writeParking(p *plan, t *company.Company) {
	prefix := t.Prefix()
	name := prefix + parkingContext
	p.part("parking: parking")
	p.context(name)
	lot, ok := t.ParkingLot()
	if !ok {
		return
	}
	// Park must be the first step: by it Asterisk knows a transfer to this number
	// as one to the parking lot (res_parking, parking_is_exten_park).
	p.exten(lot.Number, "Park("+name+")", "Playback("+sayParkFull+")", "Hangup()")
	for space := lot.First; space <= lot.Last; space++ {
		n := itoa(space)
		fmt.Fprintf(p, "exten => %s,hint,park:%[1]s@%s\n", n, prefix+parkingLot)
		steps := append([]string{"Gosub(" + prefix + "self,s,1)", recordOf(prefix, n, "")}, recordParked(t)...)
		p.exten(n, append(steps, "ParkedCall("+name+","+n+")", "Hangup()")...)
	}
	p.context(prefix + parkingBack)
	// PARKER is the device that parked, "PJSIP/T2_1010_1". The call rings its
	// extension and says where it has been.
	p.exten("s",
		fmt.Sprintf("Set(DC_PARKER=${PARKER:%d})", len("PJSIP/"+prefix)),
		"Set(DC_PARKER=${FILTER(0-9,${CUT(DC_PARKER,_,1)})})",
		"Set(CALLERID(name)=[P ${FILTER(0-9,${PARKING_SPACE})}] ${CALLERID(name)})",
		"GotoIf($["+exists(prefix+"pickup", "${DC_PARKER}")+" = 0]?lost)",
		"Goto("+dialplan.ClassOfService(prefix)+",${DC_PARKER},1)",
		"(lost)Hangup(20)")
}
