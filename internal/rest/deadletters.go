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

// DeadLetters are what could not be sent. *store.Store is one.
type DeadLetters interface {
	DeadLetters(ctx context.Context, q store.DeadQuery) ([]store.OutboxRow, error)
	ResendDead(ctx context.Context, tenant int, id int64) error
	DropDead(ctx context.Context, tenant int, id int64) error
}

// DeadLetter is a card, a message or an event that could not be sent.
type DeadLetter struct {
	ID        string          `json:"id" example:"dk3v2l1nq3k0"`
	Tenant    string          `json:"tenant" example:"T2"`
	Kind      string          `json:"kind" example:"works" doc:"works: a message of NAVER WORKS; webhook: an event"`
	Label     string          `json:"label" example:"missed"`
	To        string          `json:"to" doc:"the person, room or webhook"`
	CallID    string          `json:"call_id,omitempty" doc:"what it tells of"`
	CreatedAt time.Time       `json:"created_at"`
	FailedAt  time.Time       `json:"failed_at"`
	Tries     int             `json:"tries"`
	Error     string          `json:"error" doc:"of the last try"`
	Body      json.RawMessage `json:"body" doc:"what was to be sent"`
}

// DeadLetterPath is one in a path.
type DeadLetterPath struct {
	ID string `path:"id" maxLength:"20" example:"dk3v2l1nq3k0"`
}

func (a *API) deadLetterOps(api huma.API) {
	if a.o.DeadLetters == nil {
		return
	}
	o := operation("dead-letters", http.MethodGet, "/dead-letters", "dead letters", "What could not be sent", 400, 404)
	o.Description = "Messages of NAVER WORKS and events of webhooks that were refused, or tried for three days in vain; the newest first. They are kept for 30 days, 1,000 of a company at most. Operators see all; `tenant` narrows."
	huma.Register(api, o, a.getDeadLetters)
	o = operation("resend-dead-letter", http.MethodPost, "/dead-letters/{id}/resend", "dead letters", "Send it again", 400, 404)
	o.Description = "Behind all that waits. It is no dead letter any more, unless it fails again, then with another id."
	huma.Register(api, o, a.resendDead)
	huma.Register(api, operation("drop-dead-letter", http.MethodDelete, "/dead-letters/{id}", "dead letters", "Delete it", 400, 404), a.dropDead)
}

// deadOf is whose dead letters a request is about; 0 all companies'.
func (a *API) deadOf(ctx context.Context, name string) (int, error) {
	if callerOf(ctx).who.Role == tenant.Operator && name == "" {
		return 0, nil
	}
	t, err := a.webhooksOf(ctx, name)
	if err != nil {
		return 0, err
	}
	return t.Number, nil
}

func (a *API) getDeadLetters(ctx context.Context, in *struct {
	TenantQuery
	Kind  string `query:"kind" enum:"works,webhook"`
	After string `query:"after" maxLength:"20" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"at most so many"`
},
) (*part[DeadLetter], error) {
	q := store.DeadQuery{Kind: in.Kind, Limit: in.Limit + 1}
	var err error
	if q.Tenant, err = a.deadOf(ctx, in.Tenant); err == nil && in.After != "" {
		if q.Before, err = strconv.ParseInt(in.After, 36, 64); err != nil || q.Before <= 0 {
			err = envelope.Errorf(envelope.InvalidValue, "after", "after must be next of the page before")
		}
	}
	var all []store.OutboxRow
	if err == nil {
		all, err = a.o.DeadLetters.DeadLetters(ctx, q)
	}
	if err != nil {
		return nil, a.refused(ctx, "dead-letters", 0, err)
	}
	var out part[DeadLetter]
	out.Body.Status, out.Body.Limit, out.Body.HasMore = "success", in.Limit, len(all) > in.Limit
	all = all[:min(len(all), in.Limit)]
	out.Body.Data = make([]DeadLetter, len(all))
	for i := range all {
		r := &all[i]
		d := DeadLetter{
			ID: strconv.FormatInt(r.ID, 36), Tenant: "T" + strconv.Itoa(r.Tenant), Kind: r.Kind, Label: r.Label, To: r.Lane, CallID: r.Ref,
			CreatedAt: r.Created, FailedAt: r.Dead, Tries: r.Tries, Error: r.Error, Body: r.Body,
		}
		if !json.Valid(d.Body) {
			d.Body = json.RawMessage("null")
		}
		out.Body.Data[i] = d
	}
	if out.Body.HasMore {
		out.Body.Next = strconv.FormatInt(all[len(all)-1].ID, 36)
	}
	return &out, nil
}

// withDead does something with one dead letter.
func (a *API) withDead(ctx context.Context, action, name, id string, do func(ctx context.Context, tenant int, id int64) error) (*reply[Removed], error) {
	n, err := a.deadOf(ctx, name)
	if err == nil {
		row, _ := strconv.ParseInt(id, 36, 64) // 0 is none
		err = do(ctx, n, row)
	}
	if err != nil {
		if errors.Is(err, store.ErrNotFound) {
			err = errNone("id", "dead letter")
		}
		return nil, a.refused(ctx, action, 0, err)
	}
	a.webhookTrail(ctx, a.o.Directory().ByNumber(n), action, id)
	return success(Removed{id}), nil
}

func (a *API) resendDead(ctx context.Context, in *struct {
	TenantQuery
	DeadLetterPath
},
) (*reply[Removed], error) {
	return a.withDead(ctx, "resend-dead-letter", in.Tenant, in.ID, a.o.DeadLetters.ResendDead)
}

func (a *API) dropDead(ctx context.Context, in *struct {
	TenantQuery
	DeadLetterPath
},
) (*reply[Removed], error) {
	return a.withDead(ctx, "drop-dead-letter", in.Tenant, in.ID, a.o.DeadLetters.DropDead)
}
