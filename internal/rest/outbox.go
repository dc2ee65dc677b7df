package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// OutboxState is what became of what a company sends to people and programs.
type OutboxState struct {
	Since time.Time    `json:"since" doc:"counted since then: the gateway's start"`
	Kinds []OutboxKind `json:"kinds" nullable:"false"`
	// Budgets are those of NAVER WORKS.
	Budgets []OutboxBudget `json:"budgets" nullable:"false" doc:"what NAVER WORKS lets the bot send in a minute; none while nothing was sent, or where nobody counts"`
}

// OutboxKind is that of one kind.
type OutboxKind struct {
	Kind     string        `json:"kind" enum:"works,webhook" doc:"works: messages of NAVER WORKS; webhook: events"`
	Waiting  int           `json:"waiting"`
	OldestAt *time.Time    `json:"oldest_at,omitempty" doc:"when the oldest of them was added"`
	Paused   bool          `json:"paused" doc:"all of it waits, since nothing could be sent"`
	Labels   []OutboxLabel `json:"labels" nullable:"false"`
}

// OutboxLabel is that of one label.
type OutboxLabel struct {
	Label   string `json:"label" example:"ring" doc:"ring, room, fax, voicemail, missed, answered, reply; or the event's type"`
	Sent    uint64 `json:"sent"`
	Expired uint64 `json:"expired" doc:"of no use any more before it could be sent"`
	Dropped uint64 `json:"dropped" doc:"gave way to more important ones"`
	Failed  uint64 `json:"failed" doc:"became a dead letter"`
	Unclear uint64 `json:"unclear" doc:"nobody knows whether it arrived, and it must not come twice"`
	Retried uint64 `json:"retried" doc:"tries that were to be repeated"`
}

// OutboxBudget is a number of messages in a minute.
type OutboxBudget struct {
	To      string `json:"to" enum:"people,rooms"`
	Limit   int    `json:"limit" doc:"in a minute"`
	Left    int    `json:"left" doc:"in this minute"`
	ResetMS int64  `json:"reset_ms" doc:"until it is whole again; 0: it is"`
}

func (a *API) outboxOps(api huma.API) {
	if a.o.Outbox == nil {
		return
	}
	o := operation("outbox", http.MethodGet, "/outbox", "dead letters", "What became of what was sent", 400, 404)
	o.Description = "Cards, notices and answers in NAVER WORKS, and events of webhooks, of one company: what waits, and by label what was sent, expired, dropped or failed since the gateway started. Operators name the company with `tenant`."
	huma.Register(api, o, func(ctx context.Context, in *struct{ TenantQuery }) (*reply[OutboxState], error) {
		t, err := a.webhooksOf(ctx, in.Tenant)
		if err != nil {
			return nil, a.refused(ctx, "outbox", 0, err)
		}
		return success(a.o.Outbox(t.Number)), nil
	})
}
