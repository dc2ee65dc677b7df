package app

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

const (
	// soundsAtOnce is how many recordings are on their way to people's browsers.
	soundsAtOnce = 32
	// soundStall is how long a browser may take nothing before it is given up.
	soundStall = time.Minute
	// maxOfCall bounds the recordings of a call that are shown: each transfer begins
	// one.
	maxOfCall = 20
)

// callRecordings gives people the recordings of their calls. It implements
// bot.Recordings.
type callRecordings struct {
	a       *App
	proxies edge.Proxies
	going   chan struct{} // holds one for each that is on its way
}

func (a *App) callRecordings(proxies edge.Proxies) *callRecordings {
	return &callRecordings{a, proxies, make(chan struct{}, soundsAtOnce)}
}

// recordedCall reports whether there is, or will be, a recording of a call that an
// extension has taken part in; with "" of anybody's.
func (a *App) recordedCall(ctx context.Context, number, server int, linkedid, ext string) bool {
	// What waits is looked at first: it is in the list before it waits no more.
	waits := a.recordings.Waiting(server, number, linkedid)
	if slices.ContainsFunc(waits, func(r dialplan.Recording) bool {
		return ext == "" || dialplan.RecordedWith(ext, r.Direction, r.From, r.To)
	}) {
		return true
	}
	rows, _, err := a.store.Recordings(ctx, store.RecordingQuery{Tenant: number, Server: server, Linkedid: linkedid, Extension: ext, Limit: 1})
	if err != nil && ctx.Err() == nil {
		a.log.Warn("whether a call was recorded is not known: nobody is given the way to its recording", "error", err)
	}
	return len(rows) > 0
}

// Of implements bot.Recordings.
func (c *callRecordings) Of(ctx context.Context, t *tenant.Tenant, ext, callID string) (all []store.RecordingRow, waits bool, err error) {
	server, linkedid, ok := call.ParseID(callID)
	if !ok || ext == "" || !t.HasServer(server) {
		return nil, false, nil
	}
	waits = slices.ContainsFunc(c.a.recordings.Waiting(server, t.Number, linkedid), func(r dialplan.Recording) bool {
		return dialplan.RecordedWith(ext, r.Direction, r.From, r.To)
	})
	all, _, err = c.a.store.Recordings(ctx, store.RecordingQuery{Tenant: t.Number, Server: server, Linkedid: linkedid, Extension: ext, Limit: maxOfCall})
	slices.Reverse(all)
	return all, waits, err
}

// Heard implements bot.Recordings.
func (c *callRecordings) Heard(r *http.Request, t *tenant.Tenant, who people.Person, row *store.RecordingRow, reason string) {
	c.a.audit.Record(r.Context(), audit.KindRecording, audit.Entry{
		Identity: tenant.Identity{Role: tenant.ExtensionRole, Tenant: t, Extension: who.Extension, Name: who.ID},
		Remote:   c.proxies.ClientAddr(r).String(), Server: row.Server, Action: "hear recording", Field: row.ID, Detail: reason,
	})
}

// Sound implements bot.Recordings.
func (c *callRecordings) Sound(w http.ResponseWriter, r *http.Request, row *store.RecordingRow) {
	select {
	case c.going <- struct{}{}:
		defer func() { <-c.going }()
	default:
		edge.WriteError(w, envelope.Errorf(envelope.Busy, "", "too many recordings are being heard; try again later"))
		return
	}
	f, tag, err := c.a.recordings.FileAs(r.Context(), row, row.Format)
	switch {
	case errors.Is(err, recording.ErrDamaged):
		edge.WriteError(w, envelope.Errorf(envelope.Conflict, "", "the recording is damaged: its file is not what it was, or is gone"))
		return
	case err != nil:
		c.a.log.Error("a recording was not played", "recording", row.ID, "error", err)
		edge.WriteError(w, envelope.Errorf(envelope.Unavailable, "", "the recording cannot be read now; try again later"))
		return
	}
	defer func() { _ = f.Close() }() // only read
	h := w.Header()
	h.Set("Content-Type", recording.ContentType(row.Format))
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(edge.Patient(w, soundStall), r, "", row.Began, f)
}
