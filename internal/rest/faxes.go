package rest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// maxFaxPages is of how many faxes the pages are worked on at a time: one may take
// 100 MB.
const maxFaxPages = 2

// Faxes is the list of faxes. *store.Store is one.
type Faxes interface {
	Faxes(ctx context.Context, q store.FaxQuery) ([]store.Fax, error)
}

// FaxKeeper has the pages of faxes, and sends. *fax.Keeper is one.
type FaxKeeper interface {
	Read(ctx context.Context, data []byte) ([]fax.Page, error)
	Prepare(ctx context.Context, o fax.Outgoing) (store.Fax, error)
	Fail(ctx context.Context, f store.Fax, reason string) error
	TIFF(f *store.Fax) ([]byte, error)
	PDF(f *store.Fax) ([]byte, error)
	Page(f *store.Fax, n int) (fax.Page, error)
}

// FaxPath is a fax in a path.
type FaxPath struct {
	ID string `path:"id" maxLength:"32" example:"6f1c0a7be4d25a90c3e1"`
}

func (a *API) faxOps(api huma.API) {
	if a.o.Faxes == nil || a.o.Fax == nil {
		return
	}
	o := operation("faxes", http.MethodGet, "/faxes", "faxes", "Faxes that came in, and those that were sent", 404)
	o.Description = "The newest first. A login with an extension sees those that were sent on its behalf. Operators see all; `tenant` narrows."
	huma.Register(api, o, a.getFaxes)
	huma.Register(api, operation("fax", http.MethodGet, "/faxes/{id}", "faxes", "A fax", 404), a.getFax)
	a.mux.HandleFunc(http.MethodGet+" "+Prefix+"/faxes/{id}/pdf", a.faxFile("fax-pdf", "application/pdf", a.o.Fax.PDF))
	a.mux.HandleFunc(http.MethodGet+" "+Prefix+"/faxes/{id}/tiff", a.faxFile("fax-tiff", "image/tiff", a.o.Fax.TIFF))
	a.mux.HandleFunc(http.MethodGet+" "+Prefix+"/faxes/{id}/pages/{page}", a.faxImage)
	a.mux.HandleFunc(http.MethodPost+" "+Prefix+"/faxes", a.postFax)
	a.faxAgainOps(api)
	a.faxDocs(api)
}

// faxesOf narrows a query to what the client may see.
func (a *API) faxesOf(who tenant.Identity, name string, q *store.FaxQuery) error {
	if who.Role == tenant.Operator && name == "" {
		return nil
	}
	t, err := a.tenantOf(who, name)
	if err != nil {
		return err
	}
	q.TenantID = t.ID.Hex()
	if who.Role == tenant.ExtensionRole {
		q.Extension = who.Extension
	}
	return nil
}

func (a *API) getFaxes(ctx context.Context, in *struct {
	TenantQuery
	Direction string `query:"direction" enum:"in,out"`
	Status    string `query:"status" enum:"sending,received,sent,failed"`
	Number    string `query:"number" maxLength:"32" doc:"yours, or the other side's, whole"`
	CallID    string `query:"call_id" maxLength:"96" doc:"of this call of the history"`
	ServerID  int    `query:"server_id" doc:"on this server; absent: on all of yours"`
	After     string `query:"after" maxLength:"20" doc:"next of the page before"`
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"at most so many"`
},
) (*part[fax.Fax], error) {
	q := store.FaxQuery{Direction: in.Direction, Status: in.Status, Number: in.Number, Server: in.ServerID, Limit: in.Limit + 1}
	err := a.faxesOf(callerOf(ctx).who, in.Tenant, &q)
	if err == nil && in.CallID != "" {
		id, linkedid, ok := call.ParseID(in.CallID)
		if !ok || in.ServerID != 0 && id != in.ServerID {
			err = envelope.Errorf(envelope.InvalidValue, "call_id", "call_id must be that of a call, such as 1-1790000000.12")
		}
		q.Server, q.Linkedid = id, linkedid
	}
	if err == nil && in.After != "" {
		if q.Before, err = strconv.ParseInt(in.After, 36, 64); err != nil || q.Before <= 0 {
			err = envelope.Errorf(envelope.InvalidValue, "after", "after must be next of the page before")
		}
	}
	var all []store.Fax
	if err == nil {
		all, err = a.readFaxes(ctx, q)
	}
	if err != nil {
		return nil, a.refused(ctx, "faxes", in.ServerID, err)
	}
	var out part[fax.Fax]
	out.Body.Status, out.Body.Limit, out.Body.HasMore = "success", in.Limit, len(all) > in.Limit
	all = all[:min(len(all), in.Limit)]
	out.Body.Data = make([]fax.Fax, len(all))
	for i := range all {
		out.Body.Data[i] = a.faxView(&all[i])
	}
	if out.Body.HasMore {
		out.Body.Next = strconv.FormatInt(all[len(all)-1].ID, 36)
	}
	return &out, nil
}

func (a *API) faxView(f *store.Fax) fax.Fax {
	return fax.ViewOf(f, a.o.Directory().ByID(f.TenantID))
}

func (a *API) readFaxes(ctx context.Context, q store.FaxQuery) ([]store.Fax, error) {
	ctx, cancel := context.WithTimeout(ctx, historyTimeout)
	defer cancel()
	all, err := a.o.Faxes.Faxes(ctx, q)
	if err != nil {
		a.log.Error("faxes cannot be read", "error", err)
		return nil, envelope.Errorf(envelope.Unavailable, "", "faxes cannot be read now; try again later")
	}
	return all, nil
}

// faxOf finds a fax that the client may see.
func (a *API) faxOf(ctx context.Context, id, tenantName string) (*store.Fax, error) {
	q := store.FaxQuery{Fax: id, Limit: 1}
	if err := a.faxesOf(callerOf(ctx).who, tenantName, &q); err != nil {
		return nil, err
	}
	var all []store.Fax
	if id != "" {
		var err error
		if all, err = a.readFaxes(ctx, q); err != nil {
			return nil, err
		}
	}
	if len(all) == 0 {
		return nil, envelope.Errorf(envelope.NotFound, "id", "there is no such fax of yours")
	}
	return &all[0], nil
}

func (a *API) getFax(ctx context.Context, in *struct {
	TenantQuery
	FaxPath
},
) (*reply[fax.Fax], error) {
	f, err := a.faxOf(ctx, in.ID, in.Tenant)
	if err != nil {
		return nil, a.refused(ctx, "fax", 0, err)
	}
	return success(a.faxView(f)), nil
}

// faxFile serves the pages as a file.
func (a *API) faxFile(action, kind string, read func(*store.Fax) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, err := a.faxOf(r.Context(), r.PathValue("id"), r.URL.Query().Get("tenant"))
		var data []byte
		if err == nil {
			data, err = read(f)
		}
		if err != nil {
			a.refuseFax(w, r, action, err)
			return
		}
		serveFax(w, kind, data)
	}
}

func serveFax(w http.ResponseWriter, kind string, data []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data)
}

// faxImage serves one page as a picture.
func (a *API) faxImage(w http.ResponseWriter, r *http.Request) {
	f, err := a.faxOf(r.Context(), r.PathValue("id"), r.URL.Query().Get("tenant"))
	var picture bytes.Buffer
	if err == nil {
		err = a.working(func() error {
			n, err := strconv.Atoi(strings.TrimSuffix(r.PathValue("page"), ".png"))
			if err != nil {
				return fax.ErrNone
			}
			p, err := a.o.Fax.Page(f, n)
			if err != nil {
				return err
			}
			return fax.WritePNG(&picture, p)
		})
	}
	if err != nil {
		a.refuseFax(w, r, "fax-page", err)
		return
	}
	serveFax(w, "image/png", picture.Bytes())
}

// working runs what needs the pages of a fax in memory.
func (a *API) working(f func() error) error {
	select {
	case a.pages <- struct{}{}:
		defer func() { <-a.pages }()
		return f()
	default:
		return envelope.Errorf(envelope.Busy, "", "other faxes are just being worked on; try again")
	}
}

// postFax takes a fax and has it sent.
func (a *API) postFax(w http.ResponseWriter, r *http.Request) {
	var f store.Fax
	err := a.working(func() (err error) {
		f, err = a.sendFax(r)
		return err
	})
	if err != nil {
		a.refuseFax(w, r, "send-fax", err)
		return
	}
	edge.WriteJSON(w, http.StatusOK, success(a.faxView(&f)).Body)
}

func (a *API) sendFax(r *http.Request) (store.Fax, error) {
	ctx, who := r.Context(), callerOf(r.Context()).who
	asked, data, err := readFax(r)
	if err != nil {
		return store.Fax{}, err
	}
	extension := asked["extension"]
	if extension == "" && who.Role == tenant.ExtensionRole {
		extension = who.Extension
	}
	id, err := strconv.Atoi(asked["server_id"])
	if asked["server_id"] != "" && err != nil {
		return store.Fax{}, envelope.Errorf(envelope.InvalidValue, "server_id", "server_id must be a number")
	}
	return a.beginFax(ctx, policy.Fax{Extension: extension, To: asked["to"], Number: asked["number"]}, id, func() ([]fax.Page, error) {
		return a.o.Fax.Read(ctx, data)
	})
}

// beginFax has a fax sent by the server that was asked for, or by the one that its
// call would go by. What the client may not send is refused before pages are read.
func (a *API) beginFax(ctx context.Context, asked policy.Fax, id int, read func() ([]fax.Page, error)) (store.Fax, error) {
	who := callerOf(ctx).who
	plan, err := a.o.Policy.Fax(who, asked)
	if err != nil {
		return store.Fax{}, err
	}
	server, err := a.callServer(who, asked.Extension, id)
	if err != nil {
		return store.Fax{}, err
	}
	pages, err := read()
	if err != nil {
		return store.Fax{}, err
	}
	f, err := a.o.Fax.Prepare(ctx, fax.Outgoing{
		Tenant: plan.Tenant, Server: server.ID(), Extension: asked.Extension, Own: plan.Call.NetworkNumber, To: plan.Call.Callee, Pages: pages, Linkedid: plan.Call.ChannelID,
	})
	if err != nil {
		return f, err
	}
	if err := plan.SendFax(f.Fax); err != nil {
		return f, errors.Join(err, a.o.Fax.Fail(context.WithoutCancel(ctx), f, "error"))
	}
	if err := a.startFax(server, who, plan); err != nil {
		if err.Code != envelope.Unknown { // it may have begun: then its end is found
			if err := a.o.Fax.Fail(context.WithoutCancel(ctx), f, "not_allowed"); err != nil {
				a.log.Error("the end of a fax is not kept", "error", err)
			}
		}
		return f, err
	}
	return f, nil
}

// startFax has the server call.
func (a *API) startFax(server *pbx.Server, who tenant.Identity, plan *policy.Plan) *envelope.Error {
	result := make(chan *envelope.Error, 1)
	server.Execute(pbx.Job{
		Who: who, Plan: plan, ActionID: "fax-" + plan.Call.ChannelID,
		Done: func(o pbx.Outcome) {
			err := o.Err
			if err == nil && !o.Message.Is("Response", "Success") {
				err = envelope.Errorf(envelope.Conflict, "", "the server sends no faxes for your company: describe fax, and apply it")
			}
			result <- err
		},
	})
	return <-result
}

func (a *API) refuseFax(w http.ResponseWriter, r *http.Request, action string, err error) {
	f := a.faxRefused(r.Context(), action, err)
	edge.WriteJSON(w, f.status, f)
}

// faxRefused is the answer to what went wrong with a fax.
func (a *API) faxRefused(ctx context.Context, action string, err error) *failure {
	status := 0
	switch {
	case errors.Is(err, fax.ErrNone):
		err = envelope.Errorf(envelope.NotFound, "", "%v", err)
	case errors.Is(err, fax.ErrTIFF), errors.Is(err, fax.ErrPDF):
		status, err = http.StatusUnprocessableEntity, envelope.Errorf(envelope.InvalidValue, faxFile, "%v", err)
	case errors.Is(err, fax.ErrNoPaper):
		err = envelope.Errorf(envelope.Unavailable, faxFile, "%v", err)
	case errors.Is(err, fax.ErrNoSpool):
		err = envelope.Errorf(envelope.Unavailable, "server_id", "faxes cannot be sent by this server: %v", fax.ErrNoSpool)
	}
	f := a.refused(ctx, action, 0, err)
	if status != 0 {
		f.status = status
	}
	return f
}
