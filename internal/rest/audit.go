package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// AuditTrail is the audit trail as it is read. *store.Store is one.
type AuditTrail interface {
	FindAudit(ctx context.Context, q store.AuditQuery) ([]store.AuditRow, error)
	VerifyAudit(ctx context.Context) (int64, error)
}

const tagAudit = "audit"

// AuditView is one line of the audit trail.
type AuditView struct {
	ID        string        `json:"id" example:"1042"`
	Time      time.Time     `json:"time"`
	Kind      string        `json:"kind" example:"changed" doc:"changed, refused, repeated, locked, unlocked, banned, unbanned, applied, recording, gap"`
	Role      string        `json:"role" doc:"operator, tenant, extension or none"`
	Tenant    string        `json:"tenant,omitempty" example:"T2" doc:"of whom it is; absent: of none"`
	Extension string        `json:"extension,omitempty"`
	Name      string        `json:"name,omitempty" example:"ops" doc:"who: the login, or the app key"`
	Via       string        `json:"via,omitempty" doc:"login or app_key"`
	Remote    string        `json:"remote,omitempty" doc:"from where; absent: from the gateway's own machine, or not for you to see"`
	ServerID  int           `json:"server_id,omitempty"`
	Action    string        `json:"action,omitempty" example:"change extension 1010"`
	Code      string        `json:"code,omitempty" doc:"of a refusal"`
	Field     string        `json:"field,omitempty" doc:"what was wrong, or what was changed"`
	Detail    string        `json:"detail,omitempty" doc:"masked"`
	ActionID  string        `json:"action_id,omitempty" doc:"the client's, masked"`
	Changes   []AuditChange `json:"changes" nullable:"false" doc:"what was before and after; secrets are [redacted]"`
}

// AuditChange is one member that a change made different.
type AuditChange struct {
	Field  string          `json:"field" example:"extensions[1010].class"`
	Before json.RawMessage `json:"before,omitempty" doc:"any JSON value; absent: it was not there"`
	After  json.RawMessage `json:"after,omitempty" doc:"any JSON value; absent: it is not there any more"`
}

// AuditCheck is the chain of the audit trail, looked at.
type AuditCheck struct {
	OK    bool      `json:"ok" doc:"nothing was changed, put in or taken out"`
	Rows  int64     `json:"rows" doc:"that were looked at; with ok false, before the first that is wrong"`
	Wrong string    `json:"wrong,omitempty" doc:"which row is wrong"`
	At    time.Time `json:"at"`
	// Last is the hash of the newest row: noted elsewhere, it shows later whether
	// rows were cut off at the end.
	Last string `json:"last,omitempty" doc:"hash of the newest row"`
}

// AuditFilter says which lines are wanted.
type AuditFilter struct {
	Tenant   string    `query:"tenant" maxLength:"8" doc:"whose, as T2; absent: your own, for operators all"`
	Kind     string    `query:"kind" maxLength:"20"`
	Name     string    `query:"name" maxLength:"64" doc:"of the login or app key"`
	Action   string    `query:"action" maxLength:"64" doc:"its beginning"`
	From     time.Time `query:"from" doc:"not before"`
	To       time.Time `query:"to" doc:"before"`
	Text     string    `query:"text" maxLength:"100" doc:"in action, field, detail or changes"`
	ServerID int       `query:"server_id" minimum:"1"`
}

func (a *API) auditOps(api huma.API) {
	if a.o.Audit == nil {
		return
	}
	o := operation("audit", http.MethodGet, "/audit", tagAudit, "Who did what, when, from where", 400, 404)
	o.Description = "Every refusal and every change, the newest first. A company sees its own lines; operators see all, `tenant` narrows. A login of one extension sees none."
	huma.Register(api, o, a.getAudit)
	o = operation("audit-csv", http.MethodGet, "/audit.csv", tagAudit, "The audit trail as a table", 400, 404)
	o.Description = "All that `audit` gives, up to 100,000 lines: CSV (RFC 4180) in UTF-8 with a byte order mark."
	o.Responses = map[string]*huma.Response{"200": {Description: "the table", Content: map[string]*huma.MediaType{
		"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}, Example: exampleAuditTable},
	}}}
	huma.Register(api, o, a.getAuditTable)
	o = operation("audit-check", http.MethodGet, "/audit/check", tagAudit, "Whether the audit trail is whole", 409)
	o.Description = "For operators. Every line holds the hash of the one before; this reads all of them. 409: a check is under way."
	huma.Register(api, o, a.checkAudit)
}

// auditQuery is what a request may see of what it asks for.
func (a *API) auditQuery(ctx context.Context, f *AuditFilter) (store.AuditQuery, error) {
	who := callerOf(ctx).who
	q := store.AuditQuery{Kind: f.Kind, Name: f.Name, Action: f.Action, From: f.From, To: f.To, Text: f.Text, Server: f.ServerID}
	if who.Role == tenant.ExtensionRole {
		return q, envelope.Errorf(envelope.Forbidden, "", "a login of one extension cannot see or change this")
	}
	if who.Role == tenant.Operator && f.Tenant == "" {
		return q, nil
	}
	t, err := a.tenantOf(who, f.Tenant)
	if err != nil {
		return q, err
	}
	q.Tenant = t.Number
	return q, nil
}

// auditPage is one page of lines, and whether there are more.
func (a *API) auditPage(ctx context.Context, q store.AuditQuery, limit int) (rows []store.AuditRow, more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, historyTimeout)
	defer cancel()
	q.Limit = limit + 1
	rows, err = a.o.Audit.FindAudit(ctx, q)
	if errors.Is(err, context.DeadlineExceeded) {
		err = envelope.Errorf(envelope.Unavailable, "", "the search takes too long; narrow it, by time above all")
	}
	return rows[:min(limit, len(rows))], len(rows) > limit, err
}

func (a *API) getAudit(ctx context.Context, in *struct {
	AuditFilter
	After string `query:"after" maxLength:"20" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"at most so many"`
},
) (*part[AuditView], error) {
	q, err := a.auditQuery(ctx, &in.AuditFilter)
	if err == nil && in.After != "" {
		if q.Before, err = strconv.ParseInt(in.After, 10, 64); err != nil || q.Before <= 0 {
			err = envelope.Errorf(envelope.InvalidValue, "after", "after must be next of the page before")
		}
	}
	var rows []store.AuditRow
	var more bool
	if err == nil {
		rows, more, err = a.auditPage(ctx, q, in.Limit)
	}
	if err != nil {
		return nil, a.refused(ctx, "audit", 0, err)
	}
	var out part[AuditView]
	out.Body.Status, out.Body.Limit, out.Body.HasMore = "success", in.Limit, more
	out.Body.Data = make([]AuditView, len(rows))
	for i := range rows {
		out.Body.Data[i] = auditView(callerOf(ctx).who, &rows[i])
	}
	if more {
		out.Body.Next = strconv.FormatInt(rows[len(rows)-1].ID, 10)
	}
	return &out, nil
}

// auditView is a line as who may see it: where an operator works from is not for
// companies.
func auditView(who tenant.Identity, r *store.AuditRow) AuditView {
	v := AuditView{
		ID: strconv.FormatInt(r.ID, 10), Time: r.At, Kind: r.Kind, Role: r.Role, Extension: r.Extension, Name: r.Name, Via: r.Via, Remote: r.Remote,
		ServerID: r.Server, Action: r.Action, Code: r.Code, Field: r.Field, Detail: r.Detail, ActionID: r.ActionID, Changes: []AuditChange{},
	}
	if v.Via == tenant.ViaNone.String() {
		v.Via = ""
	}
	if r.Tenant > 0 {
		v.Tenant = "T" + strconv.Itoa(r.Tenant)
	}
	if who.Role != tenant.Operator && r.Role == tenant.Operator.String() {
		v.Remote = ""
	}
	if r.Changes != "" {
		_ = json.Unmarshal([]byte(r.Changes), &v.Changes) // what audit wrote; else the rest of the line tells
	}
	return v
}

// checkAudit reads the whole trail. It is done once at a time: a long trail takes
// its time.
func (a *API) checkAudit(ctx context.Context, _ *struct{}) (*reply[AuditCheck], error) {
	const action = "audit-check"
	err := operator(ctx)
	if err == nil {
		if !a.checking.TryLock() {
			err = envelope.Errorf(envelope.Conflict, "", "a check is under way already")
		} else {
			defer a.checking.Unlock()
		}
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	out := AuditCheck{OK: true, At: time.Now().UTC().Truncate(time.Millisecond)}
	out.Rows, err = a.o.Audit.VerifyAudit(ctx)
	if errors.Is(err, store.ErrAuditBroken) {
		out.OK, out.Wrong, err = false, err.Error(), nil
	}
	if err == nil {
		var last []store.AuditRow
		if last, err = a.o.Audit.FindAudit(ctx, store.AuditQuery{Limit: 1}); len(last) > 0 {
			out.Last = last[0].Hash
		}
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	return success(out), nil
}
