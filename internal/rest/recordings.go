package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Recordings is the list of recordings. *store.Store is one.
type Recordings interface {
	Recordings(ctx context.Context, q store.RecordingQuery) ([]store.RecordingRow, bool, error)
	Recording(ctx context.Context, id string) (store.RecordingRow, error)
	RecordingsOfCalls(ctx context.Context, linkedids []string) ([]store.RecordingRow, error)
}

// RecordingKeeper has their sound. *recording.Keeper is one.
type RecordingKeeper interface {
	FileAs(ctx context.Context, r *store.RecordingRow, format string) (f *os.File, tag string, err error)
	Keeps(tenant int) time.Duration
	Check(ctx context.Context, id string) (store.RecordingRow, error)
	Hold(ctx context.Context, id string, held bool) error
	Remove(ctx context.Context, id string) error
	Stopped() bool
}

// maxReason bounds a reason, in characters.
const maxReason = 200

// RecordingPath is a recording in a path.
type RecordingPath struct {
	ID string `path:"id" maxLength:"32" example:"k3v7qxw2m5t4nbyd6hzfj2rgce"`
}

// Reason says why somebody hears, links, holds or deletes a recording.
type Reason struct {
	Reason string `json:"reason" doc:"why; it stays in the audit trail" example:"고객 민원 확인"`
}

// RecordingView is a recording as clients see it.
type RecordingView struct {
	ID        string     `json:"id" example:"k3v7qxw2m5t4nbyd6hzfj2rgce"`
	CallID    string     `json:"call_id" doc:"of the call, as in calls and cdr" example:"1-1790000000.12"`
	ServerID  int        `json:"server_id" example:"1"`
	Tenant    string     `json:"tenant" example:"T2"`
	Direction string     `json:"direction" enum:"external,internal,outgoing"`
	From      string     `json:"from" doc:"digits of the caller's number" example:"01012345678"`
	To        string     `json:"to" doc:"digits of who was called: the extension that answered" example:"1010"`
	BeganAt   time.Time  `json:"began_at" doc:"when recording began"`
	Seconds   float64    `json:"seconds" doc:"its length" example:"61.2"`
	Format    string     `json:"format" enum:"wav,mp3,opus" doc:"in which it is kept"`
	Bytes     int64      `json:"bytes" example:"979244"`
	SHA256    string     `json:"sha256" doc:"of the file, in hexadecimal digits" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	State     string     `json:"state" enum:"whole,damaged" doc:"damaged: the file is not what it was, or is gone"`
	CheckedAt time.Time  `json:"checked_at" doc:"when it was last compared with its checksum"`
	Held      bool       `json:"held" doc:"it stays when its time is over, and when the disk is full"`
	KeptUntil *time.Time `json:"kept_until" doc:"when it is let go, unless the disk is full before; null while it is held"`
	URL       string     `json:"url" doc:"of its sound, see recording" example:"/api/v2/recordings/k3v7qxw2m5t4nbyd6hzfj2rgce"`
}

// RecordingLink gives a recording to whoever has it, for a while.
type RecordingLink struct {
	URL       string    `json:"url" doc:"needs no credentials: keep it as one" example:"https://pbx.example.com/api/v2/recordings/k3v7qxw2m5t4nbyd6hzfj2rgce?expires=1790000600&link=x7k2m5qd&signature=…"`
	ExpiresAt time.Time `json:"expires_at"`
	Link      string    `json:"link" doc:"its name in the audit trail" example:"x7k2m5qd"`
}

func (a *API) recordingOps(api huma.API) {
	if a.o.Recordings == nil || a.o.Recorder == nil {
		return
	}
	const who = " A login with an extension sees those of its own calls. Operators see all; `tenant` narrows."
	o := operation("recordings", http.MethodGet, "/recordings", tagRecordings, "Recordings of calls", 404)
	o.Description = "The newest first. A recording is there some seconds after it ended." + who
	huma.Register(api, o, a.getRecordings)
	o = operation("recording-details", http.MethodGet, "/recordings/{id}/details", tagRecordings, "What is known of a recording", 404)
	huma.Register(api, o, a.getRecording)
	o = operation("check-recording", http.MethodPost, "/recordings/{id}/check", tagRecordings, "Compare a recording with its checksum now", 404)
	o.Description = "All are compared by themselves every week, and before they are heard. The answer's `state` is what was found."
	huma.Register(api, o, a.checkRecording)
	o = operation("link-recording", http.MethodPost, "/recordings/{id}/links", tagRecordings, "Make a link to a recording that holds for a while", 404, 413)
	o.Description = "Whoever has the link hears that one recording without credentials until it expires. Making it and using it leave lines in the audit trail, by its name."
	huma.Register(api, o, a.linkRecording)
	o = operation("hold-recording", http.MethodPut, "/recordings/{id}/hold", tagRecordings, "Keep a recording beyond its time, or no longer", 404, 413)
	o.Description = "What is held is never let go by itself, not even when the disk is full. For the company and operators."
	huma.Register(api, o, a.holdRecording)
	o = operation("delete-recording", http.MethodDelete, "/recordings/{id}", tagRecordings, "Delete a recording for good", 404, 409)
	o.Description = "For the company and operators. One that is held cannot be deleted."
	huma.Register(api, o, a.deleteRecording)
	a.callRecordingOps(api)
	a.mux.HandleFunc(http.MethodGet+" "+Prefix+"/recordings/{id}", a.recordingSound)
	a.recordingDocs(api)
}

const tagRecordings = "recordings"

// recordingsOf narrows a query to what the client may see.
func (a *API) recordingsOf(who tenant.Identity, name string, q *store.RecordingQuery) error {
	if who.Role == tenant.Operator && name == "" {
		return nil
	}
	t, err := a.tenantOf(who, name)
	if err != nil {
		return err
	}
	q.Tenant = t.Number
	if who.Role == tenant.ExtensionRole {
		if q.Extension != "" && q.Extension != who.Extension {
			return envelope.Errorf(envelope.Forbidden, "extension", "this login is for extension %s alone", who.Extension)
		}
		q.Extension = who.Extension
	}
	return nil
}

// mayHear reports whether a recording is one of those that a query of the client
// would have.
func mayHear(who tenant.Identity, r *store.RecordingRow) bool {
	switch {
	case who.Role == tenant.Operator:
		return true
	case who.Tenant == nil || who.Tenant.Number != r.Tenant:
		return false
	case who.Role == tenant.ExtensionRole: // as in store.RecordingQuery
		return dialplan.RecordedWith(who.Extension, r.Direction, r.From, r.To)
	}
	return who.Role != tenant.RoleNone
}

var recordDirections = map[string]string{"external": dialplan.RecordIn, "internal": dialplan.RecordLocal, "outgoing": dialplan.RecordOut}

func (a *API) recordingView(r *store.RecordingRow) RecordingView {
	v := RecordingView{
		ID: r.ID, CallID: strconv.Itoa(r.Server) + "-" + r.Linkedid, ServerID: r.Server, Tenant: dialplan.RecordFolder(r.Tenant),
		From: r.From, To: r.To, BeganAt: r.Began, Seconds: float64(r.Length.Milliseconds()) / 1000, Format: r.Format, Bytes: r.Bytes,
		SHA256: r.SHA256, State: "whole", CheckedAt: r.Checked, Held: r.Held, URL: Prefix + "/recordings/" + r.ID,
	}
	v.Direction = directionOf(r.Direction)
	if r.Damaged {
		v.State = "damaged"
	}
	if !r.Held {
		until := r.Began.Add(a.o.Recorder.Keeps(r.Tenant))
		v.KeptUntil = &until
	}
	return v
}

// RunningRecording is a recording that is under way.
type RunningRecording struct {
	CallID    string    `json:"call_id"`
	ServerID  int       `json:"server_id"`
	Tenant    string    `json:"tenant"`
	Direction string    `json:"direction"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	BeganAt   time.Time `json:"began_at"`
}

// RunningRecordingJSON is a recording that is under way, for events: what
// RecordingJSON will say of it.
func (a *API) RunningRecordingJSON(server int, r *dialplan.Recording) any {
	return RunningRecording{
		CallID: strconv.Itoa(server) + "-" + r.Linkedid, ServerID: server, Tenant: dialplan.RecordFolder(r.Tenant),
		Direction: directionOf(r.Direction), From: r.From, To: r.To, BeganAt: r.Began,
	}
}

// directionOf is a direction as REST says it.
func directionOf(recorded string) string {
	for direction, d := range recordDirections {
		if d == recorded {
			return direction
		}
	}
	return ""
}

// RecordingJSON is a recording as GET /recordings/{id}/details gives it, for
// events.
func (a *API) RecordingJSON(r *store.RecordingRow) json.Marshaler {
	return marshaled{a.recordingView(r)}
}

type marshaled struct{ v RecordingView }

// MarshalJSON implements json.Marshaler.
func (m marshaled) MarshalJSON() ([]byte, error) { return json.Marshal(m.v) }

func (a *API) getRecordings(ctx context.Context, in *struct {
	TenantQuery
	StartDate string `query:"start_date" maxLength:"40" doc:"began at or after: seconds since 1970, or RFC 3339" example:"2026-11-01T00:00:00+09:00"`
	EndDate   string `query:"end_date" maxLength:"40" doc:"began before"`
	Direction string `query:"direction" enum:"external,internal,outgoing"`
	Extension string `query:"extension" maxLength:"32" doc:"of yours, who called or answered"`
	Number    string `query:"number" maxLength:"32" doc:"of either party, whole"`
	CallID    string `query:"call_id" maxLength:"200" doc:"of one call"`
	ServerID  int    `query:"server_id" doc:"on this server; absent: on all of yours"`
	After     string `query:"after" maxLength:"64" doc:"next of the page before"`
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"at most so many"`
},
) (*part[RecordingView], error) {
	q := store.RecordingQuery{Server: in.ServerID, Direction: recordDirections[in.Direction], Extension: in.Extension, Limit: in.Limit}
	err := a.recordingsOf(callerOf(ctx).who, in.Tenant, &q)
	if err == nil {
		q.From, err = moment("start_date", in.StartDate)
	}
	if err == nil {
		q.To, err = moment("end_date", in.EndDate)
	}
	if err == nil && in.Number != "" {
		if q.Number = dialplan.Digits(in.Number); q.Number == "" {
			err = envelope.Errorf(envelope.InvalidValue, "number", "number has no digit")
		}
	}
	if err == nil && in.CallID != "" {
		id, linkedid, ok := call.ParseID(in.CallID)
		if !ok || q.Server != 0 && q.Server != id {
			err = envelope.Errorf(envelope.InvalidValue, "call_id", "call_id is not the id of a call on that server")
		}
		q.Server, q.Linkedid = id, linkedid
	}
	if err == nil {
		q.Before, err = recordingCursor(in.After)
	}
	var rows []store.RecordingRow
	var more bool
	if err == nil {
		rows, more, err = a.readRecordings(ctx, q)
	}
	if err != nil {
		return nil, a.refused(ctx, "recordings", in.ServerID, err)
	}
	var out part[RecordingView]
	out.Body.Status, out.Body.Data, out.Body.Limit, out.Body.HasMore = "success", make([]RecordingView, len(rows)), in.Limit, more
	for i := range rows {
		out.Body.Data[i] = a.recordingView(&rows[i])
	}
	if more {
		last := &rows[len(rows)-1]
		out.Body.Next = strconv.FormatInt(last.Began.UnixMilli(), 36) + "." + last.ID
	}
	return &out, nil
}

func recordingCursor(s string) (c store.RecordingCursor, err error) {
	if s == "" {
		return c, nil
	}
	at, id, _ := strings.Cut(s, ".")
	ms, err := strconv.ParseInt(at, 36, 64)
	if err != nil || id == "" {
		return c, envelope.Errorf(envelope.InvalidValue, "after", "after must be next of the page before")
	}
	return store.RecordingCursor{Began: time.UnixMilli(ms), ID: id}, nil
}

func (a *API) readRecordings(ctx context.Context, q store.RecordingQuery) ([]store.RecordingRow, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, historyTimeout)
	defer cancel()
	rows, more, err := a.o.Recordings.Recordings(ctx, q)
	return rows, more, a.unread(err)
}

func (a *API) unread(err error) error {
	if err == nil {
		return nil
	}
	a.log.Error("recordings cannot be read", "error", err)
	return envelope.Errorf(envelope.Unavailable, "", "recordings cannot be read now; try again later")
}

var errNoRecording = envelope.Errorf(envelope.NotFound, "id", "there is no such recording of yours")

// recordingOf finds a recording that the client may hear.
func (a *API) recordingOf(ctx context.Context, id string) (*store.RecordingRow, error) {
	r, err := a.o.Recordings.Recording(ctx, id)
	if err == nil && mayHear(callerOf(ctx).who, &r) {
		return &r, nil
	}
	if err == nil || errors.Is(err, store.ErrNotFound) {
		return nil, errNoRecording
	}
	return nil, a.unread(err)
}

// ownRecording is recordingOf for those who speak for the whole company, with a
// reason.
func (a *API) ownRecording(ctx context.Context, id, reason string) (*store.RecordingRow, string, error) {
	r, err := a.recordingOf(ctx, id)
	if err == nil && callerOf(ctx).who.Role == tenant.ExtensionRole {
		err = envelope.Errorf(envelope.Forbidden, "", "a login of one extension does not decide what is kept")
	}
	if err == nil {
		reason, err = reasonOf(reason)
	}
	return r, reason, err
}

func reasonOf(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return "", envelope.Errorf(envelope.InvalidValue, "reason", "say in reason why; it stays in the audit trail")
	case utf8.RuneCountInString(reason) > maxReason || !utf8.ValidString(reason):
		return "", envelope.Errorf(envelope.InvalidValue, "reason", "reason has at most %d characters", maxReason)
	}
	return reason, nil
}

// refusedRecording is refused for what is done to recordings: a reason that is
// missing is 422, as a member that is, is.
func (a *API) refusedRecording(ctx context.Context, action string, err error) *failure {
	f := a.refused(ctx, action, 0, recordingError(err))
	if f.Field == "reason" {
		f.status = http.StatusUnprocessableEntity
	}
	return f
}

// recordingTrail leaves a line about a recording in the audit trail.
func (a *API) recordingTrail(c *caller, r *store.RecordingRow, action, detail string) {
	who := c.who
	if who.Tenant == nil { // an operator, or a link: of whom it is
		who.Tenant = a.o.Directory().ByNumber(r.Tenant)
	}
	a.o.Trail.Record(context.Background(), audit.KindRecording, audit.Entry{
		Identity: who, Remote: c.from(), Server: r.Server, Action: action, Field: r.ID, Detail: detail,
	})
}

func (a *API) getRecording(ctx context.Context, in *RecordingPath) (*reply[RecordingView], error) {
	r, err := a.recordingOf(ctx, in.ID)
	if err != nil {
		return nil, a.refusedRecording(ctx, "recording", err)
	}
	return success(a.recordingView(r)), nil
}

func (a *API) checkRecording(ctx context.Context, in *RecordingPath) (*reply[RecordingView], error) {
	r, err := a.recordingOf(ctx, in.ID)
	var now store.RecordingRow
	if err == nil {
		now, err = a.o.Recorder.Check(ctx, r.ID)
	}
	if err != nil {
		return nil, a.refusedRecording(ctx, "check recording", err)
	}
	return success(a.recordingView(&now)), nil
}

func (a *API) linkRecording(ctx context.Context, in *struct {
	RecordingPath
	Body struct {
		Reason
		Seconds int `json:"seconds,omitempty" minimum:"1" maximum:"86400" default:"600" doc:"for how long it holds"`
	}
},
) (*reply[RecordingLink], error) {
	const action = "link recording"
	r, err := a.recordingOf(ctx, in.ID)
	var reason string
	if err == nil {
		reason, err = reasonOf(in.Body.Reason.Reason)
	}
	if err != nil {
		return nil, a.refusedRecording(ctx, action, err)
	}
	life := recording.DefaultLinkLife
	if in.Body.Seconds > 0 {
		life = time.Duration(in.Body.Seconds) * time.Second
	}
	until := time.Now().Add(life).UTC().Truncate(time.Second)
	query, name := a.o.Links.Make(r.ID, r.Tenant, until)
	a.recordingTrail(callerOf(ctx), r, action, "link "+name+": "+reason)
	return success(RecordingLink{URL: a.o.PublicURL + Prefix + "/recordings/" + url.PathEscape(r.ID) + "?" + query.Encode(), ExpiresAt: until, Link: name}), nil
}

func (a *API) holdRecording(ctx context.Context, in *struct {
	RecordingPath
	Body struct {
		Reason
		Held bool `json:"held"`
	}
},
) (*reply[RecordingView], error) {
	const action = "hold recording"
	r, reason, err := a.ownRecording(ctx, in.ID, in.Body.Reason.Reason)
	if err == nil {
		err = a.o.Recorder.Hold(ctx, r.ID, in.Body.Held)
	}
	if err != nil {
		return nil, a.refusedRecording(ctx, action, err)
	}
	r.Held = in.Body.Held
	a.recordingTrail(callerOf(ctx), r, action, strconv.FormatBool(in.Body.Held)+": "+reason)
	return success(a.recordingView(r)), nil
}

func (a *API) deleteRecording(ctx context.Context, in *struct {
	RecordingPath
	Reason string `query:"reason" maxLength:"2000" doc:"why; it stays in the audit trail" example:"정보주체의 삭제 요청"`
},
) (*reply[RecordingView], error) {
	const action = "delete recording"
	r, reason, err := a.ownRecording(ctx, in.ID, in.Reason)
	if err == nil && r.Held {
		err = envelope.Errorf(envelope.Conflict, "id", "the recording is held; let it go first")
	}
	if err == nil {
		err = a.o.Recorder.Remove(ctx, r.ID)
	}
	if err != nil {
		return nil, a.refusedRecording(ctx, action, err)
	}
	a.recordingTrail(callerOf(ctx), r, action, reason)
	return success(a.recordingView(r)), nil
}

// recordingError says what keepers say in our codes.
func recordingError(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errNoRecording
	case errors.Is(err, recording.ErrDamaged):
		return envelope.Errorf(envelope.Conflict, "id", "the recording is damaged: its file is not what it was, or is gone")
	case errors.Is(err, recording.ErrBusy):
		return envelope.Errorf(envelope.Busy, "format", "another recording is just being converted; try again")
	}
	return err
}

func (a *API) refuseRecording(w http.ResponseWriter, r *http.Request, err error) {
	f := a.refusedRecording(r.Context(), "hear recording", err)
	edge.WriteJSON(w, f.status, f)
}
