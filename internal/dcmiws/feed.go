package dcmiws

import (
	"strconv"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/pbx"
)

// Feed turns what the servers say into frames in the hub. It is a pbx.Sink.
type Feed struct {
	hub *hub.Hub

	mu     sync.Mutex
	epochs map[int]string // by server: whose state clients were told last
}

// NewFeed returns a Feed for h.
func NewFeed(h *hub.Hub) *Feed { return &Feed{hub: h, epochs: map[int]string{}} }

var _ pbx.Sink = (*Feed)(nil)

// Event encodes an event once for each format, and only when somebody would get
// it.
func (f *Feed) Event(e *pbx.Event) {
	m := hub.Meta{Topic: hub.Operators, Event: e.Message.Event(), Exts: e.Exts, At: hub.Position{Server: e.Server.ID(), Seq: e.Seq}}
	if e.Tenant != nil {
		m.Topic = e.Tenant.ID.Hex()
	}
	f.hub.Reached(m.At)
	v1, v2 := f.hub.Wants(hub.V1, m.Topic), f.hub.Wants(hub.V2, m.Topic)
	amiws := f.hub.Wants(hub.AMIWS, hub.Operators)
	if !v1 && !v2 && !amiws {
		return
	}
	b := scratch()
	defer b.free()
	src := e.Server.Source()
	if v1 || v2 {
		b.b = src.AppendMessage(b.b, e.Message, e.ID)
	}
	if v1 {
		f.hub.Append(hub.V1, b.b, m)
	}
	if v2 {
		head := envelope.Head{Epoch: e.Epoch, Seq: e.Seq, Time: e.At, Linkedid: e.Result.Call}
		if e.Tenant != nil {
			head.Tenant = e.Tenant.ID.String()
		}
		n := len(b.b)
		b.b = src.AppendV2(b.b, b.b, head)
		f.hub.Append(hub.V2, b.b[n:], m)
	}
	if amiws {
		b.b = src.AppendAMIWS(b.b[:0], e.Message, e.ID)
		m.Topic = hub.Operators
		f.hub.Append(hub.AMIWS, b.b, m)
	}
}

// Call tells one step of a call to the tenants that have a part in it, to each
// as it may see it, and to the operators.
func (f *Feed) Call(e *pbx.CallEvent) {
	at := hub.Position{Server: e.Server.ID(), Seq: e.Seq}
	f.hub.Reached(at)
	m := hub.Meta{Event: callName, At: at}
	tenants := e.Event.Call.Tenants()
	if len(tenants) == 1 { // the whole is what the tenant may see
		m.Topic = tenants[0].ID.Hex()
		if f.hub.Wants(hub.V2, m.Topic) {
			m.Exts = extsOf(e.Event.Call.Extensions(tenants[0]))
			f.hub.Append(hub.V2, callFrame(e, e.Event), m)
		}
		return
	}
	var all []string
	m.Only = true
	for _, t := range tenants {
		exts := e.Event.Call.Extensions(t)
		all = append(all, exts...)
		if m.Topic = t.ID.Hex(); f.hub.Has(hub.V2, m.Topic) {
			m.Exts = extsOf(exts)
			f.hub.Append(hub.V2, callFrame(e, e.For(t)), m)
		}
	}
	if m.Topic, m.Only = hub.Operators, false; f.hub.Has(hub.V2, m.Topic) {
		m.Exts = extsOf(all)
		f.hub.Append(hub.V2, callFrame(e, e.Event), m)
	}
}

func extsOf(list []string) *attribution.ExtSet { return attribution.NewExtSet(list...) }

// Link tells every client of the server's tenants that it came or went.
func (f *Feed) Link(s *pbx.Server, up bool, at time.Time) {
	place := f.reached(s)
	f.broadcast(s, envelope.Field{Name: "Event", Value: "DIPCASTLink"}, envelope.Field{Name: "State", Value: linkState(up)})
	f.hub.Broadcast(hub.V2, linkFrame(s, up, at), topics(s), place)
}

// Gap tells them that events are missing here.
func (f *Feed) Gap(s *pbx.Server, lost int) {
	place := f.reached(s)
	f.broadcast(s, envelope.Field{Name: "Event", Value: "DIPCASTGap"},
		envelope.Field{Name: "Reason", Value: "window"}, envelope.Field{Name: "Lost", Value: strconv.Itoa(lost)})
	f.hub.Mark(hub.Window, place.Seq+1-min(uint64(lost), place.Seq), place, topics(s))
}

// Snapshot has every client of v=2 told the state of the server, and that events
// are missing when the link was new.
func (f *Feed) Snapshot(s *pbx.Server) {
	place := f.reached(s)
	p := s.Told()
	f.mu.Lock()
	before := f.epochs[s.ID()]
	f.epochs[s.ID()] = p.Epoch
	f.mu.Unlock()
	if before != "" && before != p.Epoch {
		f.hub.Mark(hub.Link, min(p.Begun, place.Seq), place, topics(s))
		return
	}
	f.hub.Mark(hub.Anew, place.Seq, place, topics(s))
}

// reached is the place in the count of what a method without a seq tells.
func (f *Feed) reached(s *pbx.Server) hub.Position {
	at := hub.Position{Server: s.ID(), Seq: s.Told().Seq}
	f.hub.Reached(at)
	return at
}

// broadcast tells clients of v1, and those of amiws.
func (f *Feed) broadcast(s *pbx.Server, fields ...envelope.Field) {
	b := scratch()
	defer b.free()
	b.b = s.Source().AppendFields(b.b, ami.KindEvent, fields...)
	f.hub.Broadcast(hub.V1, b.b, topics(s), hub.Position{})
}

func topics(s *pbx.Server) []string {
	var all []string
	for _, t := range s.Tenants() {
		all = append(all, t.ID.Hex())
	}
	return all
}
