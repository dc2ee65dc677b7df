package asteriskconf

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
)

// writeOutgoing writes the way of a number to the network: T2_outgoing takes
// what a class dials, T2_dial-out has T2_to-network judge it, T2_route-1 (and so
// on) tries trunks.
func writeOutgoing(p *plan, in Input, t *company.Company) {
	prefix := t.Prefix()
	p.part("numbers of the network")
	p.context(prefix + "outgoing")
	if len(t.Shown()) > 0 && len(in.outward(t)) > 0 { // without a number to show only help is called
		writeDialOut(p, t, DefaultOutbound)
	}
	writeDialingOut(p, t)
	writeRoutes(p, in, t)
	p.part("runs on a trunk's leg and counts it: lines, channels of trunks")
	p.context(prefix + "line")
	p.exten("s", append(countLine(t, "${ARG1}"), "Set("+hears(t)+")", "Set("+parksIn(t)+")", "Return()")...)
}

// countLine counts a channel as a line of the company and as one of a trunk's.
func countLine(t *company.Company, trunk string) []string {
	return []string{"Set(GROUP(lines)=" + itoa(t.Number) + ")", "Set(GROUP(trunk)=" + trunk + ")"}
}

// writeDialOut has numbers of some patterns go on to T2_dial-out.
func writeDialOut(p *plan, t *company.Company, patterns []string) {
	to := "${FILTER(" + filterNumber + ",${EXTEN})}"
	for _, pattern := range patterns {
		p.exten(pattern,
			"Set(DC_DIALS=${CONTEXT})", // the class, because parts are included
			// A pattern's last dot matches any character: what loses some by the
			// filter was no number, but an attempt to alter Dial.
			"Set(DC_LOST=$[${LEN(${EXTEN})} - ${LEN("+to+")}])",
			"Goto("+t.Prefix()+"dial-out,"+to+",1)")
	}
}

// writeDialingOut writes T2_dial-out: the number of its extension, on behalf of
// the class DC_DIALS, goes to the network or nowhere.
func writeDialingOut(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("a number on its way to the network")
	p.context(prefix + "dial-out")
	p.exten("_[+*#0-9]!",
		"Set(DC_TO=${EXTEN})",
		// Contexts that were added by hand and include a class are taken for that
		// of everyone.
		"Set(DC_DIALS=${IF($[\"${"+mayVariable("${DC_DIALS}", number.National.String())+"}\" = \"\"]?"+dialplan.ClassOfService(prefix)+":${DC_DIALS})})",
		"Gosub("+dialplan.ToNetwork(prefix)+",s,1)",
		`GotoIf($["${DC_CAUSE}" != ""]?end)`,
		"Goto("+prefix+"route-${DC_ROUTE},${DC_TO},1)",
		"(end)Gosub("+prefix+"diverter-mailbox,s,1)",
		"Hangup(${DC_CAUSE})")
}

// helpRoute is the route of calls for help: every trunk that the company calls
// out by, whatever the number begins with.
const helpRoute = "help"

// writeRoutes writes T2_routes, a subroutine whose extension is the number: it
// sets DC_ROUTE, and DC_TO to the number as the route writes it. Asterisk takes
// the longest prefix by itself. Then the routes: their extension is the number.
func writeRoutes(p *plan, in Input, t *company.Company) {
	prefix := t.Prefix()
	routes := t.Routes
	if len(routes) == 0 {
		routes = []company.Route{{Trunks: in.mayUse(t)}}
	}
	p.part("the route of a number: routes, the longest prefix")
	p.context(prefix + "routes")
	taken := map[string]bool{}
	for i, r := range routes {
		prefixes := r.Prefixes
		if len(prefixes) == 0 {
			prefixes = []string{""}
		}
		for _, begin := range prefixes {
			if taken[begin] { // of two routes for one prefix the first
				continue
			}
			taken[begin] = true
			pattern, rest := "_"+begin+"!", "${EXTEN}"
			if begin == "" {
				pattern = "_[0-9*#]!"
			}
			if r.Strip > 0 {
				rest = "${EXTEN:" + itoa(r.Strip) + "}"
			}
			p.comment("routes[%d] %s", i, r.Name)
			p.exten(pattern, "Set(DC_ROUTE="+itoa(i+1)+")", "Set(DC_TO="+r.Prepend+rest+")", "Return()")
		}
	}
	// A number that names its country goes where international ones go, as it is.
	if abroad := routeOf(routes, "00"); abroad > 0 {
		p.exten("_+!", "Set(DC_ROUTE="+itoa(abroad)+")", "Return()")
	}
	for i, r := range routes {
		p.part("%s: routes[%d], over its trunks in their order", named(fmt.Sprintf("route %d", i+1), r.Name), i)
		writeRoute(p, in, t, itoa(i+1), r.Trunks)
	}
	p.part("calls for help: all trunks of routes")
	writeRoute(p, in, t, helpRoute, in.outward(t))
}

// routeOf is the route of numbers that begin with some digits, counted from 1; 0
// for none.
func routeOf(routes []company.Route, begin string) int {
	best, length := 0, -1
	for i, r := range routes {
		prefixes := r.Prefixes
		if len(prefixes) == 0 {
			prefixes = []string{""}
		}
		for _, p := range prefixes {
			if strings.HasPrefix(begin, p) && len(p) > length {
				best, length = i+1, len(p)
			}
		}
	}
	return best
}

// writeRoute writes one route. The next trunk is tried when the one before took
// nothing, and nobody heard it ring: a telephone must not ring twice for a call.
// One that is probed and does not answer is passed over at once; calls for help
// come back to it when no other took them, since a probe may be wrong.
func writeRoute(p *plan, in Input, t *company.Company, name string, trunks []int) {
	prefix := t.Prefix()
	all := in.allTrunks()
	p.context(prefix + "route-" + name)
	steps := []string{"Set(DIALSTATUS=CHANUNAVAIL)", "Set(HANGUPCAUSE=)"}
	answered := ""
	if name != helpRoute { // nothing comes between somebody and help
		steps = append(steps, recordOf(prefix, "${EXTEN}", dialplan.RecordOut), capacityOf(prefix, "${EXTEN}", dialplan.RecordOut))
		if t.RecordsAlways() {
			answered = "U(" + prefix + recordLegContext + "^${EXTEN})"
		}
	}
	trunks = slices.DeleteFunc(slices.Clone(trunks), func(id int) bool { return trunkOf(all, id) == nil })
	passes := []string{"= 0"}
	if name == helpRoute {
		passes = append(passes, "> 0")
	}
	for n := range len(trunks) * len(passes) {
		id, passOver := trunks[n%len(trunks)], passes[n/len(trunks)]
		trunk, next := trunkOf(all, id), "done"
		to := "${DC_OUT}@" + dialplan.TrunkEndpoint(id)
		if n >= len(trunks) { // by its address: PJSIP has no contact for a number there
			to = dialplan.TrunkEndpoint(id) + "/" + quoted(peerURI(trunk, "${DC_OUT}"))
		}
		if n+1 < len(trunks)*len(passes) {
			next = "trunk" + itoa(n+2)
		}
		if n > 0 {
			steps = append(steps,
				fmt.Sprintf(`(trunk%d)GotoIf($["${DIALSTATUS}" != "CHANUNAVAIL" & "${DIALSTATUS}" != "CONGESTION"]?done)`, n+1),
				`GotoIf($["${RINGTIME_MS}" != "" | "${DC_ANSWERED:0:5}" = "SIP 6"]?done)`)
		}
		steps = append(steps, fmt.Sprintf("GotoIf($[${LEN(${PJSIP_DIAL_CONTACTS(%s)})} %s]?%s)", dialplan.TrunkEndpoint(id), passOver, next))
		if trunk.Channels > 0 && name != helpRoute { // help is tried all the same
			steps = append(steps, fmt.Sprintf("GotoIf($[${GROUP_COUNT(%d@trunk)} >= %d]?%s)", id, trunk.Channels, next))
		}
		steps = append(steps,
			fmt.Sprintf("Gosub(%strunk,s,1(%s,%s))", prefix, cmp.Or(trunk.NumberFormat, "national"), cmp.Or(trunk.DivertedShows, company.ShowOwn)),
			"MSet(RINGTIME_MS=,DC_ANSWERED=)",
			"HangupCauseClear()",
			fmt.Sprintf("Dial(PJSIP/%s,60,i"+callerKeys+ringing+"b(%sline^s^1(%d))%s${DC_OPTIONS})", to, prefix, id, answered),
			// Nobody said why when nothing was heard at all.
			`GotoIf($["${HANGUPCAUSE_KEYS()}" = ""]?`+next+`)`,
			// 600 and above: the one called does not want it, by no trunk.
			"Set(DC_ANSWERED=${HANGUPCAUSE(${HANGUPCAUSE_KEYS()},tech)})")
	}
	p.exten("_[+*#0-9]!", append(steps,
		"(done)Gosub("+prefix+"after-dial,s,1)",
		"Hangup(${DC_CAUSE})")...)
}

// trunkOf is the trunk with an id, or nil.
func trunkOf(all []company.Trunk, id int) *company.Trunk {
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}
