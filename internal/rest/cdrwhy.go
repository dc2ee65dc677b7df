package rest

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/voicemail"
)

// explain adds to a call of the history what happened in it, and why it ended so.
func (a *API) explain(ctx context.Context, r *store.CallRow, details string, out *CDRDetails) error {
	var d cdr.Details
	if details != "" {
		if err := json.Unmarshal([]byte(details), &d); err != nil {
			a.log.Error("details of a call cannot be read", "server", r.Server, "error", err)
			d = cdr.Details{}
		}
	}
	t := a.o.Directory().ByID(r.TenantID)
	name := func(ext string) string {
		if t == nil {
			return ""
		}
		return a.nameOf(t, ext)
	}
	a.leftIn(t, r, &d)
	out.LedTo = a.ledTo(r, d.Services)
	out.Why = CDRText(cdr.Why(r, &d, name))
	out.Timeline, out.Recordings = []CDRStep{}, []CDRRecording{}
	for _, s := range cdr.Timeline(r, &d, name) {
		step := CDRStep{At: s.At, Kind: string(s.Kind), Who: partyOrNone(s.Who), To: partyOrNone(s.To), Detail: s.Detail, Result: s.Result, Cause: s.Cause, Text: CDRText(s.Text)}
		if !s.Until.IsZero() {
			step.Until = &s.Until
		}
		out.Timeline = append(out.Timeline, step)
	}
	faxes, err := a.faxesOfCalls(ctx, []store.CallRow{*r})
	if err != nil {
		return err
	}
	out.Fax = faxes[r.Linkedid]
	if a.o.Recordings == nil || a.o.Recorder == nil || t == nil {
		return nil
	}
	all, err := a.o.Recordings.RecordingsOfCalls(ctx, []string{r.Linkedid})
	if err != nil {
		return a.unread(err)
	}
	who := callerOf(ctx).who
	for i := range all {
		x := &all[i]
		if x.Server != r.Server || x.Tenant != t.Number || !mayHear(who, x) {
			continue
		}
		out.Recordings = append(out.Recordings, CDRRecording{ID: x.ID, BeganAt: x.Began, Seconds: x.Length.Seconds(), URL: Prefix + "/recordings/" + x.ID})
		until := x.Began.Add(x.Length)
		out.Timeline = append(out.Timeline, CDRStep{At: x.Began, Until: &until, Kind: "recording", Text: CDRText{"녹음했습니다.", "It was recorded."}})
	}
	slices.SortStableFunc(out.Timeline, func(a, b CDRStep) int {
		if end := (b.Kind == "ended"); end != (a.Kind == "ended") { // a recording may outlast the call by a moment
			if end {
				return -1
			}
			return 1
		}
		return a.At.Compare(b.At)
	})
	return nil
}

// leftIn looks whether a message was left in a mailbox: Asterisk may tell so only
// when the call is over.
func (a *API) leftIn(t *tenant.Tenant, r *store.CallRow, d *cdr.Details) {
	if a.o.Mailboxes == nil || t == nil || r.Channel == "" {
		return
	}
	for i := range d.Services {
		v := &d.Services[i]
		if v.Kind != call.ServiceVoicemail || v.Left {
			continue
		}
		for _, b := range a.o.Mailboxes(t, v.Extension) {
			messages, err := voicemail.List(b)
			if err != nil || b.Server != r.Server {
				continue // the sentence does without
			}
			v.Left = v.Left || slices.ContainsFunc(messages, func(m voicemail.Message) bool {
				return m.Channel == r.Channel && !m.At.Before(r.Started.Truncate(time.Second)) && !m.At.After(r.Ended)
			})
		}
	}
}

func partyOrNone(p call.Party) *CDRParty {
	if p.Extension == "" && p.Number == "" && p.Name == "" {
		return nil
	}
	return &CDRParty{Extension: p.Extension, Number: p.Number, Name: p.Name}
}

// faxesOfCalls are the ids of the faxes of calls that the client may see, by the
// calls' Linkedid.
func (a *API) faxesOfCalls(ctx context.Context, calls []store.CallRow) (map[string]string, error) {
	if a.o.Faxes == nil || a.o.Fax == nil || len(calls) == 0 {
		return nil, nil
	}
	q := store.FaxQuery{Limit: 2 * len(calls)}
	who := callerOf(ctx).who
	if who.Tenant != nil {
		if err := a.faxesOf(who, "", &q); err != nil {
			return nil, err
		}
	}
	for i := range calls {
		q.Linkedids = append(q.Linkedids, calls[i].Linkedid)
	}
	ctx, cancel := context.WithTimeout(ctx, historyTimeout)
	defer cancel()
	all, err := a.readFaxes(ctx, q)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for i := range all {
		f := &all[i]
		if slices.ContainsFunc(calls, func(c store.CallRow) bool {
			return c.Linkedid == f.Linkedid && c.Server == f.Server && c.TenantID == f.TenantID
		}) {
			found[f.Linkedid] = f.Fax
		}
	}
	return found, nil
}
