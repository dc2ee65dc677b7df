package asteriskconf

import (
	"cmp"
	"fmt"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// A press of a button takes a caller from wherever he waits, by Redirect. What
// rang there stops ringing. When nobody takes the call where it was moved to, it
// rings again where it rang, by PICKUPMARK; so a press never loses a call.
//
//	T2_press-desk         one extension per extension: its phones ring, whatever
//	                      its diversions say, for who pressed is there
//	T2_press-mobile       the number in the network, on behalf of the extension
//	                      whose label is jumped to: e1010
//	T2_press-call         rings it
//	T2_press-assistant    a greeting, and a message is recorded
//	T2_press              Gosub: what all of them do first
//	T2_press-back         rings again
//	T2_press-leg          the leg of a call to a mobile: as a diversion of the
//	                      extension, in its class and by its limits
//	T2_press-answered     Gosub on the mobile's leg: asks for the key 1, since a
//	                      mailbox of the carrier's presses none
//	T2_press-message      runs when a message has ended
//
// Variables: DC_RANG, what rang before. DC_BACK, yes when it rings again.
// DC_CONFIRM, an option of the Dial that calls the mobile.

const (
	pressContext         = "press"
	pressBackContext     = "press-back"
	pressCallContext     = "press-call"
	pressLegContext      = "press-leg"
	pressAnsweredContext = "press-answered"
	pressMessageContext  = "press-message"
)

// MessageFolder is where messages of callers are: they lie in Asterisk's spool, one folder a company,
// T2/1010-1795238999-1795238999.17.wav, with the same name and .end beside each
// that is complete.
const MessageFolder = "spool/messages"

const (
	pressSeconds   = 45  // rings a mobile, the question included
	confirmSeconds = 6   // for the key
	messageSeconds = 180 // longest message
	silenceSeconds = 6   // that ends one
)

// messageFolders are files that make the folders of messages.
func messageFolders(in Input) map[string]string {
	files := map[string]string{}
	for i := range in.Companies {
		files[fmt.Sprintf("%s/T%d/about", MessageFolder, in.Companies[i].Number)] = "Messages of callers on their way; DIPCAST takes them from here.\n"
	}
	return files
}

// writePresses writes where buttons move callers to.
func writePresses(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("presses of buttons: a caller is moved to a desk phone")
	p.context(dialplan.PressDesk(prefix))
	for i := range t.Extensions {
		e := &t.Extensions[i]
		steps := []string{
			"Gosub(" + prefix + pressContext + ",s,1(" + e.Number + "," + inClass(t, e) + "))",
			"Set(__PICKUPMARK=" + prefix + e.Number + ")",
			fmt.Sprintf("Gosub(%sat-limit,s,1(%s,%d,%s))", prefix, e.Number, cmp.Or(e.CallLimit, 2), yesNo(!e.NoCallWaiting)),
			ifEqual("GOSUB_RETVAL", dialplan.Yes, "back"),
			"Gosub(" + prefix + "phones," + e.Number + ",1)",
			ifEqual("DC_PHONES", "", "back"),
			recordOf(prefix, e.Number, ""),
			capacityOf(prefix, e.Number, ""),
		}
		steps = append(steps, recordNotice(t, e)...)
		p.exten(e.Number, append(steps,
			fmt.Sprintf("Dial(${DC_PHONES},%d,i"+calledKeys+callerKeys+ringing+"%s)", e.Ring(), legOptions(t, e)),
			"(back)Goto("+prefix+pressBackContext+",s,1)")...)
	}
	writePressMobile(p, t)
	writePressAssistant(p, t)
	p.part("before a press: ARG1 is whose it is, ARG2 the class of service")
	p.context(prefix + pressContext)
	p.exten("s",
		"Set(DC_PRESSED=${ARG1})",
		"Set(DC_RANG=${PICKUPMARK})",
		// It is a call like any other from here on, as newCall says.
		"MSet(DC_DIVERTED=,DC_GROUP_LEG=,DIALEDPEERNAME=,DC_OPTIONS=)",
		"Set(_DC_AA=)",
		"Set(DC_GATE=no)",
		"Set(__DC_COS=${ARG2})",
		"Set(DIALSTATUS=CHANUNAVAIL)",
		"Set(HANGUPCAUSE=)",
		// A diversion to the network has replaced the caller's number.
		ifEqual("DC_SHOWN", "", "end"),
		`Set(CALLERID(num)=${IF($["${CHANNEL:0:10}" = "PJSIP/trk-"]?${DC_OUTSIDE}:${DC_EXT})})`,
		"Set(CALLERID(ani)=${CALLERID(num)})",
		"Set(DC_SHOWN=)",
		"(end)Return()")
	p.part("nobody took the call where a press has moved it to: it rings again")
	p.context(prefix + pressBackContext)
	rang := "${DC_RANG:" + itoa(len(prefix)) + "}"
	p.exten("s",
		pressEvent(dialplan.PressBack),
		"Set(DC_TO="+rang+")",
		"Set(DC_TO=${FILTER(0-9,${IF($[\"${DC_TO}\" = \"\"]?${DC_PRESSED}:${DC_TO})})})",
		"Set(DC_BACK=yes)",
		"GotoIf($["+exists(prefix+ringGroupsContext, "${DC_TO}")+"]?"+prefix+ringGroupsContext+",${DC_TO},1)",
		"GotoIf($["+exists(prefix+"extensions", "${DC_TO}")+" = 0]?none)",
		"Goto("+dialplan.ClassOfService(prefix)+",${DC_TO},1)",
		"(none)Hangup(19)")
}

// pressEvent is the step that tells what became of a press.
func pressEvent(result string, more ...string) string {
	s := "UserEvent(" + dialplan.PressEvent + "," + dialplan.PressResult + ": " + result + "," + dialplan.PressOf + ": ${DC_PRESSED}"
	for i := 0; i+1 < len(more); i += 2 {
		s += "," + more[i] + ": " + more[i+1]
	}
	return s + ")"
}

// writePressMobile writes how the call goes to a mobile. The network is called
// from a Local channel of its own: the caller's keeps its number and name, and
// can go back. He hears it ring until the key is pressed, for the leg that is
// asked is not answered before.
func writePressMobile(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("… to a mobile")
	p.context(dialplan.PressMobile(prefix))
	steps := []string{"Hangup(1)"} // nobody's
	for i := range t.Extensions {
		e := &t.Extensions[i]
		steps = append(steps,
			"("+dialplan.PressLabel(e.Number)+")Gosub("+prefix+pressContext+",s,1("+e.Number+","+inClass(t, e)+"))",
			"Goto("+prefix+pressCallContext+",${FILTER(0-9,${EXTEN})},1)")
	}
	p.exten("_X!", steps...)
	p.context(prefix + pressCallContext)
	p.exten("_X!",
		fmt.Sprintf("Dial(Local/${DC_PRESSED}*${EXTEN}@%s,%d,i"+callerKeys+ringing+")", prefix+pressLegContext, pressSeconds),
		"Goto("+prefix+pressBackContext+",s,1)")
	p.context(prefix + pressLegContext)
	p.exten("_X!",
		"Set(DC_CONFIRM=U("+prefix+pressAnsweredContext+"))",
		"Goto("+prefix+"ring-group-dial,${EXTEN},1)")
	p.context(prefix + pressAnsweredContext)
	steps = []string{
		"Set(CHANNEL(language)=" + channelLanguage(t, "") + ")",
		// Before the question: Dial would connect the caller to a mailbox that
		// hangs up while it is asked.
		"Set(GOSUB_RESULT=CONTINUE)",
		fmt.Sprintf("Read(DC_KEY,%s,1,,2,%d)", sayPressOne, confirmSeconds),
		ifNot("DC_KEY", "1", "end"),
		"Set(GOSUB_RESULT=)",
	}
	if t.RecordsAlways() {
		steps = append(steps, "Gosub("+prefix+recordLegContext+",s,1)")
	}
	steps = append(steps, "(end)Return()")
	p.exten("s", steps...)
}

// writePressAssistant writes what takes a message.
func writePressAssistant(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("… to the assistant, which takes a message")
	p.context(dialplan.PressAssistant(prefix))
	for i := range t.Extensions {
		e := &t.Extensions[i]
		p.exten(e.Number,
			"Gosub("+prefix+pressContext+",s,1("+e.Number+","+inClass(t, e)+"))",
			"Answer()",
			"Set(CHANNEL(language)="+channelLanguage(t, e.Language)+")",
			fmt.Sprintf("Set(DC_FILE=T%d/%s-${EPOCH}-${FILTER(0-9.,${UNIQUEID})})", t.Number, e.Number),
			"Set(CHANNEL(hangup_handler_push)="+prefix+pressMessageContext+",s,1)",
			"Playback("+sayAssistant+")",
			fmt.Sprintf("Record(${ASTSPOOLDIR}/messages/${DC_FILE}.wav,%d,%d,k)", silenceSeconds, messageSeconds),
			"Playback("+sayThanks+")",
			"Hangup(16)")
	}
	p.context(prefix + pressMessageContext)
	p.exten("s",
		"Set(FILE(${ASTSPOOLDIR}/messages/${DC_FILE}.end)=message from=${FILTER(0-9+,${CALLERID(num)})} at=${EPOCH} .)",
		pressEvent(dialplan.PressMessage, dialplan.PressFile, "${DC_FILE}"),
		"Return()")
}
