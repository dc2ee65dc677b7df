package asteriskconf

import (
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// A call is recorded on the leg that was called, from its answer on: calls that
// nobody answers write nothing, and the Local channels of a click-to-call stay
// out of it. Who is transferred takes his recording along.
//
//	T2_record         Gosub before Dial: names the recording of this call
//	T2_record-notice  Gosub before Dial: tells a caller from the network
//	T2_record-leg     Gosub on a leg that answered: records it if it is to be
//	T2_recorded       Gosub: which directions are recorded, of r1010 or of r
//
// With an attended transfer nobody is called when the calls are joined, and the
// leg that was recorded is gone. So who is asked, by an extension that has been
// called and holds that call, is recorded as if that call rang him.
//
// The name says all that is to be known of a recording, see dialplan.Recording; what
// a key began has the same parts in another order.
// Only digits of numbers get into it.
//
// Variables, which legs inherit: DC_RECORD, the name so far,
// "T2/2026/11/21/143000-IN-01012345678". DC_RECORDS, whether a leg may be recorded:
// yes, no, or stop when the disk is full. DC_WAY, the direction; DC_SIDE, the
// caller's number. DC_RECORDED, on a leg that
// is recorded and on whom it calls. DC_NOTICED, on who was told and on whom it
// calls. DC_HELD, the channel of the call that the caller holds, which the global
// DC_CALLED_T2_1010 names: the last leg that extension answered, gone or not.

const (
	recordContext       = "record"
	recordLegContext    = "record-leg"
	recordNoticeContext = "record-notice"
	recordedContext     = "recorded"
)

// recordIDs ends a recording's name: when it began, and which call it is.
const recordIDs = `-${FILTER(0-9a-zA-Z.\x2d,${IF($["${DC_CALL}" = ""]?${CHANNEL(linkedid)}:${DC_CALL})})}_${FILTER(0-9a-zA-Z.\x2d,${UNIQUEID})}`

// recordOf are the steps that name the recording of a call to a number, before
// Dial; out is dialplan.RecordOut when it goes to the network.
func recordOf(prefix, number, out string) string {
	if out != "" {
		number += "," + out
	}
	return "Gosub(" + prefix + recordContext + ",s,1(" + number + "))"
}

// recordKey is the step that names, on a phone's channel, what its key within the
// call would begin: with whom it talks.
func recordKey(prefix, number string) string {
	return "Gosub(" + prefix + recordContext + ",keys,1(" + number + "))"
}

// writeRecording writes these subroutines.
func writeRecording(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("names the recording of a call to ARG1, which goes to the network when ARG2 is %s", dialplan.RecordOut)
	p.context(prefix + recordContext)
	steps := []string{
		"Set(_DC_HELD=)",
		"Set(_DC_SIDE=${FILTER(0-9,${CALLERID(num)})})",
		ifEqual("ARG2", dialplan.RecordOut, "out"),
		`Set(_DC_WAY=${IF($["${CHANNEL:0:10}" = "PJSIP/trk-" | "${DC_OUTSIDE}" != ""]?` + dialplan.RecordIn + ":" + dialplan.RecordLocal + ")})",
		`GotoIf($["${CHANNEL:0:6}" != "Local/" | "${DC_GROUP_LEG}" = "yes"]?side)`,
	}
	// A consultation by key is the transferring phone's.
	steps = append(steps, extensionOf(prefix, "TRANSFERERNAME", "DC_SIDE")...)
	steps = append(steps,
		"Set(_DC_SIDE=${DC_SIDE})",
		ifNot("TRANSFERERNAME", "", "side"),
		// Click-to-call shows the number that was asked for: its channel's name
		// has the caller's, "Local/1010@T2_cos-all-…".
		"Set(_DC_SIDE=${CUT(CHANNEL,/,2)})",
		"Set(_DC_SIDE=${FILTER(0-9,${CUT(DC_SIDE,@,1)})})",
		"(side)NoOp()")
	if t.RecordsAlways() {
		called := calledVariable(prefix, "${DC_SIDE}")
		steps = append(steps,
			`GotoIf($["${DC_WAY}" != "`+dialplan.RecordLocal+`" | "${`+called+`}" = ""]?named)`,
			`Set(DC_HOLDS=${IMPORT(${`+called+`},DC_WAY)})`)
		if t.Recording.Notice { // nobody is recorded who was not told
			steps = append(steps, `Set(DC_HOLDS=${IF($["${DC_HOLDS}${IMPORT(${`+called+`},DC_NOTICED)}" != "`+dialplan.RecordIn+`"]?${DC_HOLDS})})`)
		}
		steps = append(steps, `Set(_DC_HELD=${IF($["${DC_HOLDS}" != ""]?${`+called+`})})`)
	}
	p.exten("s", append(steps,
		"Goto(named)",
		"(out)Set(_DC_WAY="+dialplan.RecordOut+")",
		"Set(_DC_SIDE=${FILTER(0-9,${DC_PAYER})})",
		"(named)Set(_DC_RECORD="+dialplan.RecordFolder(t.Number)+"/${STRFTIME(${EPOCH},,%Y/%m/%d/%H%M%S)}-${DC_WAY}-${DC_SIDE})",
		// The first leg of a click-to-call is dialed by the second half of a Local
		// channel, and so are a group's calls to numbers and consultations.
		`Set(_DC_RECORDS=${IF($["${CHANNEL:0:6}" = "Local/" & "${CHANNEL:-1}" = "2" & "${DC_GROUP_LEG}" != "yes" & "${TRANSFERERNAME}" = ""]?no:yes)})`,
		`Set(_DC_RECORDS=${IF($["${FILTER(a-z,${DB(`+dialplan.RecordingFamily+"/"+dialplan.RecordingStop+`)})}" = "`+dialplan.Yes+`"]?stop:${DC_RECORDS})})`,
		recordKey(prefix, "${FILTER(0-9,${ARG1})}"),
		"Return()")...)
	p.part("what the key within a call that records is to know: ARG1 is the number called")
	// Asterisk puts the tenant's folder and the time before it, "T2-1795238999-",
	// and makes each slash a hyphen; all but this may have 50 characters
	// (bridge_builtin_features.c, start_automixmonitor).
	p.exten("keys",
		"Set(TOUCH_MIXMONITOR=${DC_RECORD:"+itoa(len(dialplan.RecordFolder(t.Number))+1)+"}-${ARG1}"+recordIDs+")",
		`ExecIf($["${DC_RECORDS}" = "stop" | `+noRoom(dialplan.CapacityRecordedFull)+`]?Set(FEATUREMAP(automixmon)=))`,
		"Return()")
	if !t.RecordsAlways() {
		return
	}
	writeRecordLeg(p, t)
	writeRecorded(p, t)
}

// calledVariable names the global that says by which channel an extension was
// called last, and answered.
func calledVariable(prefix, extension string) string { return "DC_CALLED_" + prefix + extension }

// writeRecordLeg writes what records.
func writeRecordLeg(p *plan, t *company.Company) {
	prefix := t.Prefix()
	wanted := func(way, side string) string {
		return "Gosub(" + prefix + recordedContext + ",wanted,1(" + way + "," + side + ",${DC_MEMBER}))"
	}
	held := func(variable string) string { return "${IMPORT(${DC_HELD}," + variable + ")}" }
	p.part("records a leg that answered, if it is to be: ARG1 is the number called")
	p.context(prefix + recordLegContext)
	steps := []string{
		ifNot("DC_RECORDS", dialplan.Yes, "end"),
		`GotoIf($["${CHANNEL:0:6}" != "PJSIP/" | "${DC_RECORDED}" = "yes"]?end)`,
	}
	// Who answered may be another than who was called.
	steps = append(steps, extensionOf(prefix, "CHANNEL", "DC_MEMBER")...)
	steps = append(steps,
		`GotoIf($["${DC_HELD}" = "" | "${DC_MEMBER}" = ""]?own)`,
		wanted(held("DC_WAY"), held("DC_SIDE")),
		ifNot("GOSUB_RETVAL", dialplan.Yes, "own"),
		"Set(_DC_RECORD="+held("DC_RECORD")+")",
		"Set(_DC_WAY="+held("DC_WAY")+")",
		"Set(_DC_SIDE="+held("DC_SIDE")+")",
		"Set(_DC_NOTICED="+held("DC_NOTICED")+")",
		"Set(DC_CALL="+held("CHANNEL(linkedid)")+")",
		"Goto(begin)",
		"(own)"+wanted("${DC_WAY}", "${DC_SIDE}"),
		ifNot("GOSUB_RETVAL", dialplan.Yes, "called"),
		// Who answered is recorded, although nobody could know before; the call goes
		// on without when there is no room.
		`(begin)GotoIf($["${DC_MAY_RECORD}" != "`+dialplan.Yes+`" & `+noRoom(dialplan.CapacityRecordedFull)+`]?called)`,
		"Set(_DC_RECORDED=yes)")
	if t.Recording.Notice {
		steps = append(steps,
			ifNot("DC_WAY", dialplan.RecordOut, "start"),
			"Set(CHANNEL(language)="+channelLanguage(t, "")+")",
			"Playback("+sayRecorded+")",
			"Set(_DC_NOTICED=yes)")
	}
	p.exten("s", append(steps,
		`(start)MixMonitor(${DC_RECORD}-${IF($["${DC_MEMBER}" != ""]?${DC_MEMBER}:${FILTER(0-9,${ARG1})})}-${EPOCH}`+recordIDs+"."+dialplan.RecordFormat+")",
		`(called)ExecIf($["${DC_MEMBER}" != ""]?Set(GLOBAL(`+calledVariable(prefix, "${DC_MEMBER}")+")=${CHANNEL}))",
		"(end)Return()")...)
	writeRecordParked(p, t)
	if t.Recording.Notice {
		p.part("tells a caller from the network, once, before it rings")
		p.context(prefix + recordNoticeContext)
		p.exten("s",
			`GotoIf($["${CHANNEL:0:10}" != "PJSIP/trk-" | "${DC_RECORDS}" != "yes" | "${DC_NOTICED}" = "yes" | "${DC_RECORDED}" = "yes"]?end)`,
			"Set(_DC_NOTICED=yes)",
			"Progress()",
			"Playback("+sayRecorded+",noanswer)",
			"(end)Return()")
	}
}

// writeRecorded writes what is recorded of whom.
func writeRecorded(p *plan, t *company.Company) {
	p.part("which directions are recorded: recording; extensions[].recorded")
	p.context(t.Prefix() + recordedContext)
	all := t.RecordsBy(nil)
	for i := range t.Extensions {
		e := &t.Extensions[i]
		if own := t.RecordsBy(e); own != all {
			p.exten("r"+e.Number, "Return("+ways(own)+")")
		}
	}
	p.exten("_r!", "Return("+ways(all)+")")
	p.exten("r", "Return("+ways(all)+")")
	const found = `GotoIf($[${REGEX("-${ARG1}-" ${GOSUB_RETVAL})}]?yes)`
	recorded := "Gosub(" + t.Prefix() + recordedContext + ",r"
	p.comment("whether a call is: ARG1 is the direction, ARG2 the caller, ARG3 who answered")
	p.exten("wanted",
		recorded+`${IF($["${ARG1}" = "`+dialplan.RecordOut+`"]?${ARG2}:${ARG3})},1)`,
		found,
		ifNot("ARG1", dialplan.RecordLocal, "no"),
		recorded+"${ARG2},1)",
		found,
		"(no)Return("+dialplan.No+")",
		"(yes)Return("+dialplan.Yes+")")
}

// recordsParked reports whether who takes a parked call is recorded by the rule for
// calls from the network: Asterisk does not say who was parked. With a notice it
// takes that every caller was told.
func recordsParked(t *company.Company) bool {
	some, all := false, true
	for i := range t.Extensions {
		always := t.RecordsBy(&t.Extensions[i]).Incoming == company.RecordAlways
		some, all = some || always, all && always
	}
	return all && len(t.Extensions) > 0 || some && !t.Recording.Notice
}

// recordParked is the step before a phone takes a parked call.
func recordParked(t *company.Company) []string {
	if !recordsParked(t) {
		return nil
	}
	return []string{"Gosub(" + t.Prefix() + recordLegContext + ",parked,1)"}
}

// writeRecordParked writes what records a phone that takes a parked call. Without
// anybody parked nothing is bridged, and the file stays empty.
func writeRecordParked(p *plan, t *company.Company) {
	if !recordsParked(t) {
		return
	}
	prefix := t.Prefix()
	steps := append([]string{ifNot("DC_RECORDS", dialplan.Yes, "end")}, extensionOf(prefix, "CHANNEL", "DC_MEMBER")...)
	p.exten("parked", append(steps,
		"Gosub("+prefix+recordedContext+",wanted,1("+dialplan.RecordIn+",,${DC_MEMBER}))",
		ifNot("GOSUB_RETVAL", dialplan.Yes, "end"),
		"GotoIf($["+noRoom(dialplan.CapacityRecordedFull)+"]?end)",
		"Set(_DC_RECORDED=yes)",
		"MixMonitor("+dialplan.RecordFolder(t.Number)+"/${STRFTIME(${EPOCH},,%Y/%m/%d/%H%M%S)}-"+dialplan.RecordIn+"--${DC_MEMBER}-${EPOCH}"+recordIDs+"."+dialplan.RecordFormat+",b)",
		"(end)Return()")...)
}

// ways are the directions that are recorded always: "-IN-OUT-".
func ways(r company.Recorded) string {
	var b strings.Builder
	b.WriteByte('-')
	for _, w := range []struct{ mode, way string }{
		{r.Incoming, dialplan.RecordIn}, {r.Outgoing, dialplan.RecordOut}, {r.Internal, dialplan.RecordLocal},
	} {
		if w.mode == company.RecordAlways {
			b.WriteString(w.way + "-")
		}
	}
	return b.String()
}

// recordNotice are the steps before Dial that tell callers from the network, of a
// number where any of some extensions may answer.
func recordNotice(t *company.Company, members ...*company.Extension) []string {
	if !t.Recording.Notice {
		return nil
	}
	for _, e := range members {
		if t.RecordsBy(e).Incoming == company.RecordAlways {
			return []string{"Gosub(" + t.Prefix() + recordNoticeContext + ",s,1)"}
		}
	}
	return nil
}
