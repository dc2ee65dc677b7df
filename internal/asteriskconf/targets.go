package asteriskconf

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/prompts"
)

// gotoTarget is the step that sends a call to a target. It never goes on to the
// next step. Nowhere ends the call.
func gotoTarget(t *company.Company, to company.Target) string {
	prefix := t.Prefix()
	switch to.Kind {
	case company.ToExtension:
		return "Goto(" + dialplan.ClassOfService(prefix) + "," + to.Value + ",1)"
	case company.ToRingGroup:
		return "Goto(" + prefix + ringGroupsContext + "," + to.Value + ",1)"
	case company.ToAttendant:
		return "Goto(" + prefix + attendantsContext + "," + to.Value + ",1)"
	case company.ToConference:
		return "Goto(" + prefix + conferencesContext + "," + to.Value + ",1)"
	case company.ToVoicemail:
		return "Goto(" + prefix + voicemailContext + "," + to.Value + ",1)"
	case company.ToNumber:
		return "Goto(" + prefix + "to-number," + to.Value + ",1)"
	case company.ToNotice:
		// As an argument: "-" counts for nothing in the name of an extension.
		return "Gosub(" + prefix + "notice,s,1(" + noticeFile(to.Value) + "))"
	case company.ToBusy:
		return "Goto(" + prefix + "end,busy,1)"
	default:
		return "Goto(" + prefix + "end,hangup,1)"
	}
}

// noticeFile is the sound of a notice: one of the list, or one that was uploaded.
func noticeFile(name string) string {
	if _, err := prompts.Find(ownPrompts + name); err == nil {
		return ownPrompts + name
	}
	return prompts.CustomPrefix + name
}

// ownPrompts begins the names of prompts that are DIPCAST's own.
const ownPrompts = "dipcast/"

// writeTargets writes the targets that are nothing of their own.
func writeTargets(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("other ends of calls: notices, busy, hangup, numbers of the network")
	p.context(prefix + "notice")
	includeDetected(p, t)
	p.exten("s", "Answer()", "Playback(${ARG1})", "Hangup(16)")
	p.context(prefix + "end")
	p.exten("busy", "Busy(20)", "Hangup(17)")
	p.exten("hangup", "Hangup(16)")
	p.context(prefix + "to-number")
	p.include(prefix + "extensions")
	p.include(prefix + "own-numbers")
	p.include(prefix + "to-number-out")
	p.context(prefix + "to-number-out")
	// It is a diversion by the number that was called: bounded like one, not
	// diverted again, and no way to those who help.
	p.exten("_X!",
		"Set(GROUP(diverted)="+prefix+"${DC_NUMBER})",
		"GotoIf($[${GROUP_COUNT("+prefix+"${DC_NUMBER}@diverted)} > "+itoa(maxDiverted)+"]?many)",
		"Set(__DC_DIVERTED=${IF($[\"${DC_NUMBER}\" = \"\"]?0:${DC_NUMBER})})",
		"Set(REDIRECTING(count,i)=$[0${REDIRECTING(count)} + 1])",
		"Set(REDIRECTING(from-num,i)=${DC_NUMBER})",
		"Set(REDIRECTING(reason,i)=cfu)",
		"Set(DC_DIALS="+prefix+"to-number)",
		"Set(DC_LOST=0)",
		"Goto("+prefix+"dial-out,${FILTER("+filterNumber+",${EXTEN})},1)",
		"(many)Hangup(34)")
}
