package rest

import (
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// eventsOp serves the stream of events, which is no JSON and does not end: huma
// only documents it.
func (a *API) eventsOp(api huma.API) {
	if a.o.Events == nil {
		return
	}
	const path = Prefix + "/events"
	a.mux.HandleFunc(http.MethodGet+" "+path, func(w http.ResponseWriter, r *http.Request) {
		a.o.Events(w, r, callerOf(r.Context()).who)
	})
	o := &huma.Operation{
		OperationID: "events", Method: http.MethodGet, Path: path,
		Summary: "The stream of events", Tags: []string{"events"},
		Description: "Server-sent events: the frames of the WebSocket `?v=2`, one in each `data:`. `event:` is `event` for an event of Asterisk, else the frame's op: `subscribed` or `resumed` first, then `snapshot`, `call`, `link`, `gap`, and `close` when the gateway ends it. `id:` says how far the client has got with each server, `server:epoch:seq` with commas between. After a break the header `Last-Event-ID` (or the parameter `last_event_id`) goes on from there; what cannot be given any more is told as a gap. A comment comes every 15 seconds. A page that cannot send headers uses `?ticket=`.",
		Parameters: []*huma.Param{
			{Name: "events", In: "query", Description: "names of events, with commas; others are left out", Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "extensions", In: "query", Description: "extensions, with commas; others are left out", Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "servers", In: "query", Description: "numbers of servers, with commas; others are left out", Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "last_event_id", In: "query", Description: "for programs that cannot send the header", Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: "Last-Event-ID", In: "header", Description: "of the last event that was got", Schema: &huma.Schema{Type: huma.TypeString}},
		},
		Responses: map[string]*huma.Response{"200": {
			Description: "the stream, until either side ends it",
			Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}, Example: exampleStream}},
		}},
	}
	for _, status := range append([]int{400, 404}, errorsOfReading...) {
		o.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/Failure"}}},
		}
	}
	api.OpenAPI().AddOperation(o)
}
