package rest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/store"
)

// CDRLed is what of the company's own a call was led to instead of one extension.
type CDRLed struct {
	Kind   string `json:"kind" enum:"ring_group,menu,conference" example:"ring_group"`
	Number string `json:"number" example:"600"`
	Name   string `json:"name,omitempty" doc:"what it is called now" example:"영업"`
}

// led finds where calls of a page were led, by what is kept of each: only of those
// that asked for no extension.
func (a *API) led(ctx context.Context, rows []store.CallRow, out []CDR) error {
	var which []int
	var asked []store.CallRow
	for i := range rows {
		if mayBeLed(&rows[i]) {
			which, asked = append(which, i), append(asked, rows[i])
		}
	}
	if len(asked) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, historyTimeout)
	defer cancel()
	details, err := a.o.History.DetailsOfCalls(ctx, asked)
	if err != nil {
		return a.unread(err)
	}
	for i, text := range details {
		var d struct { // of the details no more than this is read: there are many
			Services []call.Service `json:"services"`
		}
		if text == "" || json.Unmarshal([]byte(text), &d) != nil {
			continue // the call's own page says so in the log
		}
		out[which[i]].LedTo = a.ledTo(&asked[i], d.Services)
	}
	return nil
}

func mayBeLed(r *store.CallRow) bool {
	return r.To.Extension == "" && r.Direction != string(call.Outgoing)
}

// ledTo is the first of the company's own that a call was led to. What a transfer
// led to after somebody had answered is none of it.
func (a *API) ledTo(r *store.CallRow, services []call.Service) *CDRLed {
	if !mayBeLed(r) {
		return nil
	}
	for i := range services {
		v := &services[i]
		switch v.Kind {
		case call.ServiceGroup, call.ServiceConference, call.ServiceMenu:
			if v.Name == "" || !r.Answered.IsZero() && v.At.After(r.Answered.Add(time.Second)) {
				continue
			}
			l := &CDRLed{Kind: string(v.Kind), Number: v.Name}
			if t := a.o.Directory().ByID(r.TenantID); t != nil {
				l.Name = a.nameOf(t, v.Name)
			}
			return l
		}
	}
	return nil
}
