package asteriskconf

import (
	"fmt"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// An attendant answers, plays its announcement and waits for a key. The keys are
// read under the number of the attendant, so that events and history name it.
//
//	T2_ext-attendants  one extension per attendant
//	T2_attendant-keys  where a key leads: "650*1"

const (
	// attendantsContext has one extension per attendant, without prefix.
	attendantsContext = "ext-attendants"
	keysContext       = "attendant-keys"
)

// maxMenus bounds the attendants that one call passes: two whose Else is the other
// would talk for ever to a caller who only listens.
const maxMenus = 10

// dialSeconds is how long the next digit of an extension is waited for.
const dialSeconds = 2

func writeAttendants(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("menus by key: attendants")
	p.context(prefix + attendantsContext)
	includeDetected(p, t)
	for i := range t.Attendants {
		a := &t.Attendants[i]
		p.comment("%s", named(a.Number, a.Name))
		p.exten(a.Number, attendantSteps(t, a)...)
	}
	p.context(prefix + keysContext)
	for i := range t.Attendants {
		a := &t.Attendants[i]
		for _, k := range a.Keys {
			p.comment("%s", named(a.Number+" "+k.Key, k.Name))
			p.exten(a.Number+"*"+k.Key, gotoTarget(t, k.To))
		}
	}
}

func attendantSteps(t *company.Company, a *company.Attendant) []string {
	prefix := t.Prefix()
	steps := []string{
		"Set(__DC_MENUS=$[0${DC_MENUS} + 1])",
		fmt.Sprintf("GotoIf($[${DC_MENUS} > %d]?end)", maxMenus),
		"Answer(500)", // else the network cuts the first word
		"Set(DC_PLAYED=0)",
		"(again)Set(DC_PLAYED=$[${DC_PLAYED} + 1])",
		fmt.Sprintf("GotoIf($[${DC_PLAYED} > %d]?else)", a.Times()),
		fmt.Sprintf("Read(DC_KEY,%s,1,,1,%d)", noticeFile(a.Prompt), a.Wait()),
		"Set(DC_KEY=${FILTER(0-9*,${DC_KEY})})",
		ifEqual("DC_KEY", "", "again"),
	}
	if first, more := firstDigits(t); a.Direct && first != "" {
		// Only behind a digit that an extension begins with is more waited for: a
		// key that is no such digit counts at once.
		steps = append(steps,
			`GotoIf($["${FILTER(`+first+`,${DC_KEY})}" = ""]?key)`,
			fmt.Sprintf("Read(DC_REST,,%d,,1,%d)", more, dialSeconds),
			"Set(DC_KEY=${DC_KEY}${FILTER(0-9,${DC_REST})})",
			"GotoIf($["+exists(prefix+"extensions", "${DC_KEY}")+"]?"+dialplan.ClassOfService(prefix)+",${DC_KEY},1)")
	}
	return append(steps,
		"(key)GotoIf($["+exists(prefix+keysContext, a.Number+"*${DC_KEY}")+"]?"+prefix+keysContext+","+a.Number+"*${DC_KEY},1)",
		"Playback("+sayWrongKey+")",
		"Goto(again)",
		"(else)"+gotoTarget(t, a.Else),
		"(end)Hangup(16)")
}

// firstDigits are the digits that extensions begin with, and how many more the
// longest of them has.
func firstDigits(t *company.Company) (first string, more int) {
	for i := range t.Extensions {
		n := t.Extensions[i].Number
		if !strings.Contains(first, n[:1]) {
			first += n[:1]
		}
		more = max(more, len(n)-1)
	}
	return first, more
}
