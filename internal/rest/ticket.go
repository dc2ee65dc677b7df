package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
)

// Ticket is a one-time pass for a WebSocket or a stream of events.
type Ticket struct {
	Ticket    string    `json:"ticket" doc:"for ?ticket= in the address, once" example:"kX3nQ0rW5u8fJ2mT7yB1cV6zL9aH4sD0pG-eR_iNoUw"`
	ExpiresIn int       `json:"expires_in" doc:"seconds it lives" example:"30"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (a *API) ticketOp(api huma.API) {
	o := operation("ws-ticket", http.MethodPost, "/ws-ticket", "events", "A one-time ticket for the WebSocket")
	o.Description = "For pages, which cannot send headers with a WebSocket: connect to `/ws?ticket=…` from an allowed Origin. It can be used once and lives some seconds. A ticket gives no further ticket. 503 `busy`: too many of yours are unused."
	o.DefaultStatus = http.StatusCreated
	o.Errors = errorsOfReading
	huma.Register(api, o, a.issueTicket)
}

func (a *API) issueTicket(ctx context.Context, _ *struct{}) (*reply[Ticket], error) {
	c := callerOf(ctx)
	if c.byTicket {
		return nil, a.refused(ctx, "ws-ticket", 0, envelope.Errorf(envelope.Forbidden, "ticket", "a ticket gives no further ticket"))
	}
	text, until, err := a.o.Ticket(c.who)
	if err != nil {
		return nil, a.refused(ctx, "ws-ticket", 0, err)
	}
	return success(Ticket{Ticket: text, ExpiresIn: int(time.Until(until).Round(time.Second) / time.Second), ExpiresAt: until.UTC().Truncate(time.Millisecond)}), nil
}
