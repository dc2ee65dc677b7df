package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// History is the history of calls. *store.Store is one.
type History interface {
	Calls(ctx context.Context, q store.CallQuery) (store.CallPage, error)
	CallDetails(ctx context.Context, r *store.CallRow) (string, error)
	// DetailsOfCalls are those of each of the calls, in their order.
	DetailsOfCalls(ctx context.Context, rows []store.CallRow) ([]string, error)
	// CountCalls counts the calls that a query finds, up to most.
	CountCalls(ctx context.Context, q store.CallQuery, most int) (int, error)
}

// historyTimeout bounds how long one page may take.
const historyTimeout = 10 * time.Second

// CDRParty is somebody in a call of the history.
type CDRParty struct {
	Extension string `json:"extension,omitempty" doc:"absent for the network"`
	Number    string `json:"number"`
	Name      string `json:"name,omitempty"`
}

// CDRDiversion is a diversion that took effect.
type CDRDiversion struct {
	Type      string `json:"type" example:"CFN"`
	Extension string `json:"extension" doc:"whose it is"`
	Number    string `json:"number" doc:"where it leads"`
}

// CDR is one call of the history as the company sees it.
type CDR struct {
	ID          string        `json:"id" doc:"call_id"`
	CallID      string        `json:"call_id"`
	ServerID    int           `json:"server_id"`
	Tenant      string        `json:"tenant,omitempty" doc:"absent for calls of nobody, which operators see"`
	Linkedid    string        `json:"linkedid"`
	Uniqueid    string        `json:"uniqueid" doc:"of the channel that began it"`
	CallDate    time.Time     `json:"calldate" doc:"when it began"`
	AnsweredAt  *time.Time    `json:"answered_at"`
	EndedAt     time.Time     `json:"ended_at"`
	Src         string        `json:"src" doc:"number of the caller; an extension within the company"`
	Dst         string        `json:"dst" doc:"number that was called; for a call from the network the DID"`
	CLID        string        `json:"clid" doc:"\"name\" <number> of the caller"`
	From        CDRParty      `json:"from"`
	To          CDRParty      `json:"to" doc:"whom the caller asked for; of a number that leads to a group the number alone"`
	LedTo       *CDRLed       `json:"led_to" doc:"where it was led: a ring group, a menu, a conference; null: to the extension of to, or not known"`
	AnsweredBy  *CDRParty     `json:"answered_by"`
	DivertedBy  *CDRDiversion `json:"diverted_by" doc:"the last diversion that took effect"`
	DID         string        `json:"did"`
	Direction   string        `json:"direction" enum:"external,internal,outgoing"`
	CallType    int           `json:"calltype" doc:"1 within the company, 2 from the network, 3 to the network"`
	Disposition string        `json:"disposition" enum:"ANSWERED,NO ANSWER,BUSY,FAILED"`
	Reason      string        `json:"reason" doc:"why it ended, as in calls: completed, no_answer, busy, declined, cancelled, unavailable, failed, merged, unknown"`
	Missed      bool          `json:"missed" doc:"somebody of the company was called and nobody answered"`
	Cause       int           `json:"cause" doc:"ITU-T Q.850, 0 when none was given"`
	Duration    int64         `json:"duration" doc:"whole seconds"`
	Wait        int64         `json:"wait" doc:"whole seconds until the answer, or the end"`
	BillSec     int64         `json:"billsec" doc:"whole seconds of talk"`
	Queue       string        `json:"queue"`
	AccountCode string        `json:"accountcode" doc:"the number it is billed to"`
	Channel     string        `json:"channel"`
	DstChannel  string        `json:"dstchannel"`
	DContext    string        `json:"dcontext"`
	LastApp     string        `json:"lastapp"`
	LastData    string        `json:"lastdata"`
	Recording   string        `json:"recording_url" doc:"of its first recording, see recordings; empty when there is none"`
	Served      string        `json:"served" enum:",voicemail,message,attendant,menu,fax,conference,closed,notice,mailbox,code,no_room" doc:"what of the server's own the call came to in the end; empty: nothing, or not known"`
	Voicemail   bool          `json:"voicemail" doc:"it ended in a mailbox"`
	Fax         string        `json:"fax_id" doc:"of its fax, see faxes; empty when there is none that you may see"`
	Source      string        `json:"source" enum:"live,partial,completed" doc:"live: seen from its beginning to its end; partial: seen in part; completed: from Asterisk's own record"`
}

// CDRDetails is a call of the history with everything that is known of it. The
// members of legs, diverted, transfers, click_to_call and ended are those of calls.
type CDRDetails struct {
	CDR
	Legs        json.RawMessage `json:"legs"`
	Diverted    json.RawMessage `json:"diverted"`
	Transfers   json.RawMessage `json:"transfers"`
	ClickToCall json.RawMessage `json:"click_to_call"`
	Merged      json.RawMessage `json:"merged"`
	MergedInto  string          `json:"merged_into,omitempty"`
	Ended       json.RawMessage `json:"ended"`
	Why         CDRText         `json:"why" doc:"one sentence that says why it ended as it did"`
	Timeline    []CDRStep       `json:"timeline" nullable:"false" doc:"what happened, the oldest first"`
	Recordings  []CDRRecording  `json:"recordings" nullable:"false" doc:"that you may hear"`
}

// CDRText is said in both languages.
type CDRText struct {
	Korean  string `json:"ko" example:"1010이 20초 동안 받지 않아 음성사서함으로 넘어갔고 메시지를 남겼습니다."`
	English string `json:"en" example:"1010 did not answer for 20 s, so it went to voicemail and a message was left."`
}

// CDRStep is one thing that happened in a call.
type CDRStep struct {
	At     time.Time  `json:"at"`
	Until  *time.Time `json:"until" doc:"null: a moment"`
	Kind   string     `json:"kind" enum:"started,called,answered,diverted,service,transfer,recording,ended"`
	Who    *CDRParty  `json:"who" doc:"who was called, answered, diverted, hung up; null: nobody, or not known"`
	To     *CDRParty  `json:"to" doc:"where it was diverted or moved to"`
	Detail string     `json:"detail" doc:"of diverted its type, of service its kind as in served, of transfer its type, of ended the reason"`
	Result string     `json:"result" doc:"of called: answered, no_answer, busy, declined, unavailable, failed, cancelled, answered_elsewhere, moved"`
	Cause  int        `json:"cause" doc:"ITU-T Q.850, 0 when none was given"`
	Text   CDRText    `json:"text"`
}

// CDRRecording is a recording of a call.
type CDRRecording struct {
	ID      string    `json:"id" example:"k3v7qxw2m5t4nbyd6hzfj2rgce"`
	BeganAt time.Time `json:"began_at"`
	Seconds float64   `json:"seconds"`
	URL     string    `json:"url"`
}

// CDRFilter says which calls of the history are wanted.
type CDRFilter struct {
	TenantQuery
	StartDate    string `query:"start_date" maxLength:"40" doc:"began at or after: seconds since 1970, or RFC 3339" example:"2026-11-01T00:00:00+09:00"`
	EndDate      string `query:"end_date" maxLength:"40" doc:"began before"`
	CallType     int    `query:"calltype" minimum:"1" maximum:"3" doc:"1 within the company, 2 from the network, 3 to the network"`
	Direction    string `query:"direction" enum:"external,internal,outgoing"`
	Extensions   string `query:"extensions" maxLength:"2000" doc:"with commas: one of them took part"`
	DID          string `query:"did" maxLength:"32"`
	Disposition  string `query:"disposition" maxLength:"60" doc:"with commas: ANSWERED, NO ANSWER, BUSY, FAILED"`
	Answered     string `query:"answered" enum:"true,false,yes,no,1,0" doc:"whether somebody answered"`
	Missed       string `query:"missed" enum:"true,false,yes,no,1,0"`
	MinTalk      int    `query:"min_talk" minimum:"0" maximum:"86400" doc:"at least so many seconds of talk"`
	MaxTalk      int    `query:"max_talk" minimum:"0" maximum:"86400" doc:"at most so many seconds of talk; 0: any"`
	MinWait      int    `query:"min_wait" minimum:"0" maximum:"86400" doc:"waited at least so many seconds"`
	MaxWait      int    `query:"max_wait" minimum:"0" maximum:"86400" doc:"waited at most so many seconds; 0: any"`
	Result       string `query:"result" maxLength:"200" doc:"with commas, one of: answered, missed, no_answer, busy, declined, cancelled, unavailable, failed; or one of: voicemail, fax, attendant, menu, conference, message, closed, notice, code, no_room; or diverted"`
	Person       string `query:"person" maxLength:"64" doc:"a part of the name of one of your people: calls of their extensions"`
	AccountCode  string `query:"accountcode" maxLength:"64"`
	Number       string `query:"number" maxLength:"32" doc:"of anybody in the call"`
	Match        string `query:"match" enum:"exact,prefix,suffix" doc:"how number and search compare numbers; suffix is the last digits. Absent: number exactly, search by its beginning or its last digits"`
	Name         string `query:"name" maxLength:"64" doc:"a part of the name of anybody in the call"`
	Linkedid     string `query:"linkedid" maxLength:"128"`
	Search       string `query:"search" maxLength:"128" doc:"a number, a part of a name, or a Linkedid, whatever it looks like, in search_fields"`
	SearchFields string `query:"search_fields" maxLength:"200" doc:"with commas: linkedid, uniqueid, call_id, src, dst, did, number, clid, name, accountcode; absent: any"`
	ServerID     int    `query:"server_id" doc:"on this server; absent: on all of yours"`
	OrderBy      string `query:"order_by" enum:"calldate" doc:"there is no other order"`
	OrderType    string `query:"order_type" enum:"asc,desc" default:"desc"`
	Format       string `query:"format" enum:"json,csv" doc:"csv, or Accept: text/csv, gives the table"`
}

func (a *API) cdrOps(api huma.API) {
	if a.o.History == nil {
		return
	}
	o := operation("cdr", http.MethodGet, "/cdr", "cdr", "The history of your calls", 400, 404)
	o.Description = "The newest first. A call is there when it has ended. A page can be shorter than `limit`, even empty, while `has_more` is true: a search looks at a bounded part of the history at a time. A login with an extension sees its own calls. Operators see all, and those of nobody; `tenant` narrows. With `format=csv` or `Accept: text/csv` it is `cdr.csv`."
	o.Middlewares = huma.Middlewares{a.asTable}
	huma.Register(api, o, a.getCDR)
	o = operation("cdr-csv", http.MethodGet, "/cdr.csv", "cdr", "The history of your calls as a table", 400, 404)
	o.Responses = map[string]*huma.Response{"200": {Description: "the table", Content: map[string]*huma.MediaType{
		"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}, Example: exampleTable},
	}}}
	o.Description = "The same as `cdr`, all pages in one: CSV (RFC 4180) in UTF-8 with a byte order mark, so that Excel reads Korean; a cell that a spreadsheet would take for a formula begins with an apostrophe."
	huma.Register(api, o, a.getCDRTable)
	o = operation("cdr-call", http.MethodGet, "/cdr/{call_id}", "cdr", "A call of the history, with its legs", 400, 404)
	huma.Register(api, o, a.getCDRCall)
	describeCDR(api.OpenAPI())
}

// asTable sends who wants a table there.
func (a *API) asTable(ctx huma.Context, next func(huma.Context)) {
	if ctx.Query("format") != "csv" && (ctx.Query("format") != "" || !strings.HasPrefix(ctx.Header("Accept"), "text/csv")) {
		next(ctx)
		return
	}
	r, w := humago.Unwrap(ctx)
	r = r.Clone(r.Context())
	r.URL.Path += ".csv"
	a.mux.ServeHTTP(w, r)
}

func (a *API) getCDR(ctx context.Context, in *struct {
	CDRFilter
	After string `query:"after" maxLength:"64" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"at most so many"`
},
) (*part[CDR], error) {
	q, err := a.cdrQuery(ctx, &in.CDRFilter)
	if err == nil {
		q.After, err = parseCursor(in.After)
	}
	if err != nil {
		return nil, a.refused(ctx, "cdr", in.ServerID, err)
	}
	q.Limit = in.Limit
	page, err := a.history(ctx, q)
	if err != nil {
		return nil, a.refused(ctx, "cdr", in.ServerID, err)
	}
	var out part[CDR]
	out.Body.Status, out.Body.Data, out.Body.Limit = "success", make([]CDR, len(page.Rows)), in.Limit
	faxes, err := a.faxesOfCalls(ctx, page.Rows)
	if err != nil {
		return nil, a.refused(ctx, "cdr", in.ServerID, err)
	}
	for i := range page.Rows {
		out.Body.Data[i] = a.cdrOf(&page.Rows[i])
		out.Body.Data[i].Fax = faxes[page.Rows[i].Linkedid]
	}
	if err := a.led(ctx, page.Rows, out.Body.Data); err != nil {
		return nil, a.refused(ctx, "cdr", in.ServerID, err)
	}
	if out.Body.HasMore = page.More; page.More {
		out.Body.Next = cursorText(page.Next)
	}
	return &out, nil
}

// history reads a page; what goes wrong in the database is no error of the client's.
func (a *API) history(ctx context.Context, q store.CallQuery) (store.CallPage, error) {
	ctx, cancel := context.WithTimeout(ctx, historyTimeout)
	defer cancel()
	page, err := a.o.History.Calls(ctx, q)
	if err != nil {
		a.log.Error("call history cannot be read", "error", err)
		return page, envelope.Errorf(envelope.Unavailable, "", "the history cannot be read now; try again later")
	}
	return page, a.nameRecordings(ctx, page.Rows)
}

// nameRecordings puts into calls of the history where their first recording is
// that the client may hear.
func (a *API) nameRecordings(ctx context.Context, calls []store.CallRow) error {
	if a.o.Recordings == nil || a.o.Recorder == nil || len(calls) == 0 {
		return nil
	}
	ids := make([]string, len(calls))
	for i := range calls {
		ids[i] = calls[i].Linkedid
	}
	all, err := a.o.Recordings.RecordingsOfCalls(ctx, ids)
	if err != nil {
		return a.unread(err)
	}
	who := callerOf(ctx).who
	for i := range calls {
		c := &calls[i]
		t := a.o.Directory().ByID(c.TenantID)
		for j := range all {
			r := &all[j]
			if r.Linkedid == c.Linkedid && r.Server == c.Server && t != nil && t.Number == r.Tenant && mayHear(who, r) {
				c.Recording = Prefix + "/recordings/" + r.ID
				break
			}
		}
	}
	return nil
}

func (a *API) getCDRCall(ctx context.Context, in *struct {
	TenantQuery
	CallPath
},
) (*reply[CDRDetails], error) {
	missing := envelope.Errorf(envelope.NotFound, "call_id", "there is no such call of yours in the history")
	server, linkedid, ok := call.ParseID(in.CallID)
	if !ok {
		return nil, a.refused(ctx, "cdr", 0, missing)
	}
	q, err := a.cdrQuery(ctx, &CDRFilter{TenantQuery: in.TenantQuery, ServerID: server, Linkedid: linkedid})
	if err != nil {
		return nil, a.refused(ctx, "cdr", 0, missing)
	}
	q.Limit = 1
	page, err := a.history(ctx, q)
	if err == nil && len(page.Rows) == 0 {
		err = missing
	}
	if err != nil {
		return nil, a.refused(ctx, "cdr", 0, err)
	}
	details, err := a.o.History.CallDetails(ctx, &page.Rows[0])
	if err != nil {
		a.log.Error("call history cannot be read", "error", err)
		return nil, a.refused(ctx, "cdr", 0, envelope.Errorf(envelope.Unavailable, "", "the history cannot be read now; try again later"))
	}
	out := CDRDetails{CDR: a.cdrOf(&page.Rows[0])}
	if details != "" {
		if err := json.Unmarshal([]byte(details), &out); err != nil { // the rest of the call is still worth showing
			a.log.Error("details of a call cannot be read", "server", server, "error", err)
		}
	}
	for _, list := range []*json.RawMessage{&out.Legs, &out.Diverted, &out.Transfers, &out.Merged} {
		if len(*list) == 0 {
			*list = json.RawMessage("[]")
		}
	}
	for _, one := range []*json.RawMessage{&out.ClickToCall, &out.Ended} {
		if len(*one) == 0 {
			*one = json.RawMessage("null")
		}
	}
	if err := a.explain(ctx, &page.Rows[0], details, &out); err != nil {
		return nil, a.refused(ctx, "cdr", 0, err)
	}
	return success(out), nil
}

func (a *API) cdrOf(r *store.CallRow) CDR {
	c := CDR{
		CallID: strconv.Itoa(r.Server) + "-" + r.Linkedid, ServerID: r.Server, Linkedid: r.Linkedid, Uniqueid: r.Uniqueid,
		CallDate: r.Started, EndedAt: r.Ended, Src: r.From.Number, Dst: r.To.Number, From: CDRParty(r.From), To: CDRParty(r.To),
		DID: r.DID, Direction: r.Direction, CallType: callTypes[r.Direction], Disposition: r.Disposition, Reason: r.Reason, Missed: r.Missed,
		Cause: r.Cause, Duration: int64(r.Ended.Sub(r.Started) / time.Second), Wait: int64(r.Wait / time.Second), BillSec: int64(r.Talk / time.Second),
		Queue: r.Queue, AccountCode: r.Account, Channel: r.Channel, DstChannel: r.DstChannel, DContext: r.DContext,
		LastApp: r.LastApp, LastData: r.LastData, Recording: r.Recording, Served: r.Served, Voicemail: r.Served == "voicemail",
	}
	c.ID, c.CLID = c.CallID, "<"+r.From.Number+">"
	if r.From.Name != "" {
		c.CLID = `"` + r.From.Name + `" ` + c.CLID
	}
	if !r.Answered.IsZero() {
		c.AnsweredAt = &r.Answered
	}
	if r.By != (store.CallParty{}) {
		by := CDRParty(r.By)
		c.AnsweredBy = &by
	}
	if d := CDRDiversion(r.DivertedBy); d != (CDRDiversion{}) {
		c.DivertedBy = &d
	}
	if t := a.o.Directory().ByID(r.TenantID); t != nil {
		c.Tenant = t.ID.String()
	}
	switch {
	case r.Origin&store.OriginLive != 0:
		c.Source = "live"
	case r.Origin&store.OriginAsterisk != 0:
		c.Source = "completed"
	default:
		c.Source = "partial"
	}
	return c
}

var callTypes = map[string]int{"internal": 1, "external": 2, "outgoing": 3}

func cursorText(c store.CallCursor) string {
	return strconv.FormatInt(c.ID, 36) + "." + strconv.FormatInt(c.Tenant, 36)
}

func parseCursor(s string) (c store.CallCursor, err error) {
	if s == "" {
		return c, nil
	}
	id, of, ok := strings.Cut(s, ".")
	if c.ID, err = strconv.ParseInt(id, 36, 64); err == nil {
		c.Tenant, err = strconv.ParseInt(of, 36, 64)
	}
	if err != nil || !ok || c == (store.CallCursor{}) {
		return c, envelope.Errorf(envelope.InvalidValue, "after", "after must be next of the page before")
	}
	return c, nil
}

// whoseHistory narrows a query to what the client may see.
func (a *API) whoseHistory(who tenant.Identity, name string, q *store.CallQuery) error {
	if who.Role == tenant.Operator && name == "" {
		q.All = true
		return nil
	}
	t, err := a.tenantOf(who, name)
	if err != nil {
		return err
	}
	q.TenantID = t.ID.Hex()
	if who.Role == tenant.ExtensionRole {
		q.Only = who.Extension
	}
	return nil
}
