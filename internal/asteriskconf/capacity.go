package asteriskconf

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// The size of the box (docs/decisions/0020-capacity.md) is kept here, where calls
// begin: T2_capacity is a Gosub before Dial, behind T2_record. How much room
// there is stands in AstDB, so that it counts without files written or read again,
// and a gateway that is away changes nothing. Calls for help do not come by here.
//
// A call holds its room by groups of Asterisk's on the caller's channel: one for
// his phone, one for that which is called, one for the recording. What groups do
// not see (calls that were transferred, recordings by key, other servers, phones
// registered twice) the gateway does, which says until when there is no room.
const (
	capacityContext = "capacity"

	phonesGroup   = "phones" // callers' phones
	calledGroup   = "called" // phones that are called
	recordedGroup = "recorded"
)

// capacityOf is the step that has a call to a number go on only when there is
// room; out as for recordOf.
func capacityOf(prefix, number, out string) string {
	if out != "" {
		number += "," + out
	}
	return "Gosub(" + prefix + capacityContext + ",s,1(" + number + "))"
}

// room reads how much there may be of something, "" when there is no limit.
func room(key string) string {
	return "${FILTER(0-9,${DB(" + dialplan.CapacityFamily + "/" + key + ")})}"
}

// noRoom is true in an expression while the gateway says that there is no room.
func noRoom(key string) string { return "0" + room(key) + " > ${EPOCH}" }

// group is how many channels are in a group.
func group(category string) string { return "${GROUP_COUNT(all@" + category + ")}" }

// writeCapacity writes the subroutine. What it takes it takes before it looks, so
// that two calls at one moment never find the same last room.
func writeCapacity(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("the size of the box: whether there is room for a call to ARG1, which goes to the network when ARG2 is %s", dialplan.RecordOut)
	p.context(prefix + capacityContext)
	steps := []string{
		// One that goes on elsewhere, diverted or transferred, has its room.
		`GotoIf($["${DC_ROOM}" = "` + dialplan.Yes + `" | "${DC_RECORDED}${BLINDTRANSFER}${TRANSFERERNAME}" != ""]?end)`,
		"Set(DC_MOST=" + room(dialplan.CapacityPhones) + ")",
		ifEqual("DC_MOST", "", "record"),
		`ExecIf($["${CHANNEL:0:6}" = "PJSIP/" & "${CHANNEL:0:10}" != "PJSIP/trk-"]?Set(GROUP(` + phonesGroup + ")=all))",
		ifEqual("ARG2", dialplan.RecordOut, "phones"),
		"Set(GROUP(" + calledGroup + ")=all)",
		"(phones)Set(DC_KIND_FULL=" + dialplan.CapacityPhones + ")",
		"GotoIf($[" + group(phonesGroup) + " + " + group(calledGroup) + " > ${DC_MOST} | " + noRoom(dialplan.CapacityPhonesFull) + "]?full)",
	}
	record := "(record)Set(DC_ROOM=" + dialplan.Yes + ")"
	if t.RecordsAlways() {
		recorded := func(whose string) string {
			return "Gosub(" + prefix + recordedContext + ",r" + whose + ",1)"
		}
		const wanted = `GotoIf($[${REGEX("-${DC_WAY}-" ${GOSUB_RETVAL})}]?take)`
		steps = append(steps,
			"(record)Set(DC_MOST="+room(dialplan.CapacityRecorded)+")",
			`GotoIf($["${DC_MOST}" = "" | "${DC_RECORDS}" != "`+dialplan.Yes+`"]?taken)`,
			recorded(`${IF($["${DC_WAY}" = "`+dialplan.RecordOut+`"]?${DC_SIDE}:${ARG1})}`),
			wanted,
			ifNot("DC_WAY", dialplan.RecordLocal, "taken"),
			recorded("${DC_SIDE}"),
			wanted,
			"Goto(taken)",
			"(take)Set(GROUP("+recordedGroup+")=all)",
			"Set(DC_KIND_FULL="+dialplan.CapacityRecorded+")",
			"GotoIf($["+group(recordedGroup)+" > ${DC_MOST} | "+noRoom(dialplan.CapacityRecordedFull)+"]?full)",
			"Set(_DC_MAY_RECORD="+dialplan.Yes+")")
		record = "(taken)Set(DC_ROOM=" + dialplan.Yes + ")"
	}
	p.exten("s", append(steps,
		record,
		"(end)Return()",
		"(full)MSet(GROUP("+phonesGroup+")=,GROUP("+calledGroup+")=,GROUP("+recordedGroup+")=)",
		"UserEvent("+dialplan.CapacityEvent+",Kind: ${DC_KIND_FULL})",
		"Progress()",
		"Playback(all-circuits-busy-now,noanswer)",
		// Q.850: switching equipment congestion; the history has it.
		"Hangup("+dialplan.CapacityCause+")")...)
}
