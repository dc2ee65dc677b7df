package asteriskconf

import (
	"fmt"

	"github.com/dipcast/dipcast/internal/company"
)

// A conference room is ConfBridge's, named T2_800. Everybody in it hears everybody
// else; whoever is alone hears the company's music.

// conferencesContext has one extension per room, without prefix.
const conferencesContext = "ext-conferences"

// confbridgeConf says nothing: what a room is like is said in the dialplan.
const confbridgeConf = "[general]\n"

// conferences reports whether anybody has a room.
func (in *Input) conferences() bool {
	for i := range in.Companies {
		if len(in.Companies[i].Conferences) > 0 {
			return true
		}
	}
	return false
}

func writeConferences(p *plan, t *company.Company) {
	prefix := t.Prefix()
	p.part("rooms to meet in: conferences")
	p.context(prefix + conferencesContext)
	for i := range t.Conferences {
		r := &t.Conferences[i]
		p.comment("%s", named(r.Number, r.Name))
		steps := []string{
			capacityOf(prefix, r.Number, ""),
			"Answer(500)",
			fmt.Sprintf("Set(CONFBRIDGE(bridge,max_members)=%d)", r.Most()),
			"Set(CONFBRIDGE(user,music_on_hold_when_empty)=yes)",
			"Set(CONFBRIDGE(user,music_on_hold_class)=" + holdClass(t) + ")",
		}
		if r.Quiet {
			steps = append(steps, "Set(CONFBRIDGE(user,quiet)=yes)")
		} else {
			steps = append(steps, "Set(CONFBRIDGE(user,announce_user_count)=yes)")
		}
		if !r.Open {
			steps = append(steps, "Set(CONFBRIDGE(user,pin)="+r.PIN.Reveal()+")")
		}
		p.exten(r.Number, append(steps, "ConfBridge("+prefix+r.Number+")", "Hangup(16)")...)
	}
}
