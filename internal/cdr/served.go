package cdr

import (
	"slices"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/store"
)

// Served are the services that a row of the history may have.
func Served() []string {
	return []string{"voicemail", "message", "attendant", "menu", "fax", "conference", "closed", "notice", "mailbox", "code", "no_room"}
}

// servedBy is what of the server's own a call came to in the end: of one that
// somebody answered, only a fax.
func servedBy(r *store.CallRow, all []call.Service) string {
	if len(all) == 0 {
		w := telling{r: r, d: &Details{}}
		all = w.services()
	}
	if slices.ContainsFunc(all, func(v call.Service) bool { return v.Kind == call.ServiceFax }) {
		return string(call.ServiceFax)
	}
	if len(all) == 0 || !r.Answered.IsZero() || r.By != (store.CallParty{}) {
		return ""
	}
	switch last := all[len(all)-1].Kind; last {
	case call.ServiceGroup:
		return ""
	case call.ServiceMenu:
		if call.Reason(r.Reason) != call.ReasonCompleted {
			return "" // it led to somebody
		}
		return string(last)
	case call.ServiceNotice:
		if slices.ContainsFunc(all, func(v call.Service) bool { return v.Kind == call.ServiceClosed }) {
			return string(call.ServiceClosed)
		}
		return string(last)
	default:
		return string(last)
	}
}
