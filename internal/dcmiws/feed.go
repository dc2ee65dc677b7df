package dcmiws

import (
	"strconv"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/pbx"
)

// Feed turns what the servers say into frames in the hub. It is a pbx.Sink.
type Feed struct{ Hub *hub.Hub }

var _ pbx.Sink = Feed{}

// Event encodes an event once, and only when somebody would get it.
func (f Feed) Event(e *pbx.Event) {
	f.open(e)
	topic := hub.Operators
	if e.Tenant != nil {
		topic = e.Tenant.ID.Hex()
	}
	if !f.Hub.Wants(hub.V1, topic) {
		return
	}
	b := scratch()
	defer b.free()
	b.b = e.Server.Source().AppendMessage(b.b, e.Message, e.ID)
	f.Hub.Append(hub.V1, b.b, hub.Meta{Topic: topic, Event: e.Message.Event(), Exts: e.Exts})
}

// Link tells every client of the server's tenants that it came or went.
func (f Feed) Link(s *pbx.Server, up bool, _ time.Time) {
	state := "down"
	if up {
		state = "up"
	}
	f.broadcast(s, envelope.Field{Name: "Event", Value: "DIPCASTLink"}, envelope.Field{Name: "State", Value: state})
}

// Gap tells them that events are missing here.
func (f Feed) Gap(s *pbx.Server, lost int) {
	f.broadcast(s, envelope.Field{Name: "Event", Value: "DIPCASTGap"},
		envelope.Field{Name: "Reason", Value: "window"}, envelope.Field{Name: "Lost", Value: strconv.Itoa(lost)})
}

// Call implements pbx.Sink. Version 1 of the protocol has no frames for it.
func (f Feed) Call(*pbx.CallEvent) {}

// Snapshot implements pbx.Sink. Version 1 of the protocol has no frames for it.
func (f Feed) Snapshot(*pbx.Server) {}

func (f Feed) broadcast(s *pbx.Server, fields ...envelope.Field) {
	var topics []string
	for _, t := range s.Tenants() {
		topics = append(topics, t.ID.Hex())
	}
	b := scratch()
	defer b.free()
	b.b = s.Source().AppendFields(b.b, ami.KindEvent, fields...)
	f.Hub.Broadcast(hub.V1, b.b, topics, hub.Position{})
}
