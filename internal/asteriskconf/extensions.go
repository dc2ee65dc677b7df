package asteriskconf

import (
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// The dialplan of one tenant (prefix T2_) is described in docs/dialplan.md. Its
// contexts, and the files that write them:
//
//	classes.go     T2_cos-all, T2_cos-…   where phones, Originate and transfers start: includes only
//	extension.go   T2_extensions          ring one extension; T2_phones: its phones that are there
//	hints.go       T2_extension-hints     what phones may subscribe to
//	diversions.go  T2_before-dial, T2_attendant, T2_after-dial, T2_diverter-mailbox, T2_active, T2_divert
//	incoming.go    trk-…-in               calls from the network; T2_incoming-calls: where a DID leads
//	outgoing.go    T2_outgoing            numbers of the network; T2_line
//	emergency.go   T2_emergency           calls for help
//	tonetwork.go   T2_to-network          refuses what must not go out, asks the gateway, sets the caller id
//	targets.go     T2_to-number, T2_notice, T2_end: where company.Target leads; see gotoTarget
//	hours.go       T2_time-groups, T2_holidays, T2_clock
//	fax.go         T2_fax, T2_fax-call, T2_fax-send, T2_fax-detected, T2_fax-line, T2_fax-end
//	clicktocall.go T2_click-to-call, T2_auto-answer
//	recording.go   T2_record, T2_record-leg: what is recorded, and under which name
//	attendants.go  T2_ext-attendants, T2_attendant-keys: menus by key
//	conferences.go T2_ext-conferences
//	ringgroups.go, voicemail.go, codes.go, parking.go: T2_ext-ringgroups, T2_app-voicemail, T2_feature-codes
//
// Dial itself runs under the number dialed, so that events name it. Every
// context carries the marker, because events are attributed by it.
//
// Variables: DC_COS, the class of service to divert and transfer in. DC_NUMBER,
// the number to show when the one asked for is not the tenant's. DC_DIVERTED,
// the extension that diverted this call: it is not diverted again until somebody
// answers. DC_TO, the
// number to dial, of digits, +, * and # only. DC_EXT, the extension of a phone,
// or the one that a trunk's call rang. DC_PAYER, whose call to the network it
// is: legs inherit it, so that one that is transferred is known.

// filterNumber are the characters a dialed number is cut down to.
const filterNumber = "0-9+*#"

// plan writes extensions.conf.
type plan struct{ strings.Builder }

// part writes a heading: what a stretch of the file is made from.
func (p *plan) part(format string, args ...any) {
	p.WriteString("\n")
	p.comment(format, args...)
}

// comment writes one line. It begins with "; ": ";--" would open a comment of
// many lines (main/config.c).
func (p *plan) comment(format string, args ...any) {
	p.WriteString("; " + oneLine(fmt.Sprintf(format, args...)) + "\n")
}

// oneLine takes out what would end a line or is not to be seen.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

func (p *plan) context(name string) { fmt.Fprintf(p, "\n[%s]\n", name) }

func (p *plan) include(name string) { fmt.Fprintf(p, "include => %s\n", name) }

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
	p.WriteString("[general]\nstatic=yes\nwriteprotect=yes\nautofallthrough=yes\nclearglobalvars=no\n\n[globals]\n" + dollarVariable + "=$\n")
	for i := range in.Companies {
		writeGlobals(p, &in.Companies[i])
	}
	p.part("where diversions go to, and where a call may be redirected to")
	writeCustomNumbers(p)
	for _, t := range in.allTrunks() {
		writeTrunkContext(p, in, &t)
	}
	for i := range in.Companies {
		writeTenant(p, in, &in.Companies[i])
	}
	return p.String()
}

// writeTenant writes the contexts of one company, each in the file that its
// function is in.
func writeTenant(p *plan, in Input, t *company.Company) {
	p.part("---- tenant %d %q ----", t.Number, t.Name)
	writeClasses(p, t)
	writeEmergency(p, in, t)
	writeExtensions(p, t)
	writeHints(p, t)
	writeRingGroups(p, t)
	writeAttendants(p, t)
	writeConferences(p, t)
	writeRecording(p, t)
	writeCapacity(p, t)
	writeCodes(p, t)
	writePickup(p, t)
	writeVoicemail(p, t)
	writeParking(p, t)
	writeIncomingCalls(p, t)
	writeFax(p, t)
	writeOutgoing(p, in, t)
	writeTrunkNumbers(p, t)
	writeTargets(p, t)
	writeHours(p, t)
	writeClickToCall(p, t)
	writePresses(p, t)
	writeNumbers(p, t)
	writeDiversions(p, in, t)
	writeToNetwork(p, in, t)
}

// named is how comments speak of something with a name: `1010 "홍길동"`.
func named(what, name string) string {
	if name == "" {
		return what
	}
	return fmt.Sprintf("%s %q", what, name)
}

// inClass is the context of an extension's class of service.
func inClass(t *company.Company, e *company.Extension) string {
	return dialplan.Class(t.Prefix(), e.ClassName())
}

// db reads a value of the tenant's in AstDB. Its letters only are used: values
// are written by users and go into expressions.
func db(t *company.Company, key string) string {
	return "${FILTER(a-zA-Z,${DB(" + t.ID + "/" + key + ")})}"
}

// literal makes a text safe inside the data of an application, as it is: a
// variable's value is not evaluated again.
func literal(text string) string {
	return quoted(strings.ReplaceAll(oneLine(text), "$", "${"+dollarVariable+"}"))
}

// dollarVariable is the global variable that holds "$".
const dollarVariable = "DC_DOLLAR"

// ifEqual gives a GotoIf for one variable.
func ifEqual(variable, value, label string) string {
	return `GotoIf($["${` + variable + `}" = "` + value + `"]?` + label + ")"
}

// ifNot gives a GotoIf for one variable that has another value.
func ifNot(variable, value, label string) string {
	return `GotoIf($["${` + variable + `}" != "` + value + `"]?` + label + ")"
}

// exists is true in an expression when a context has an extension.
func exists(context, exten string) string {
	return "0${DIALPLAN_EXISTS(" + context + "," + exten + ",1)}"
}
