package faults_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/netfault"
	"github.com/dipcast/dipcast/internal/pbx"
)

// mine is a panic that goes off once, where it is planted.
type mine struct{ place atomic.Pointer[string] }

func (m *mine) plant(place string) { m.place.Store(&place) }

func (m *mine) step(place string) {
	if p := m.place.Load(); p != nil && *p == place && m.place.CompareAndSwap(p, nil) {
		panic("planted: " + place)
	}
}

// gone reports whether it went off.
func (m *mine) gone() bool { return m.place.Load() == nil }

// minedSink panics in what takes events.
type minedSink struct{ m *mine }

func (s minedSink) Event(e *pbx.Event) {
	if string(e.Message.Event()) == "UserEvent" {
		s.m.step("sink event")
	}
}

func (s minedSink) Call(e *pbx.CallEvent) {
	if e.Kind == call.KindEnded {
		s.m.step("sink call")
	}
}
func (s minedSink) Link(*pbx.Server, bool, time.Time) { s.m.step("sink link") }
func (s minedSink) Gap(*pbx.Server, int)              {}
func (s minedSink) Snapshot(*pbx.Server)              { s.m.step("sink snapshot") }

// minedConn panics below the decoder and the encoder.
type minedConn struct {
	net.Conn
	m *mine
}

func (c minedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.m.step("read")
	return n, err
}

func (c minedConn) Write(b []byte) (int, error) {
	c.m.step("write")
	return c.Conn.Write(b)
}

// TestF23_Panics plants a panic in each handler, decoder and hook: it ends that
// request or that link only, is counted once, and everything goes on.
func TestF23_Panics(t *testing.T) {
	var m mine
	s := newSite(t, change{
		panics: true, sink: minedSink{&m}, refused: func(edge.Refusal) { m.step("refusal") },
		tune: func(server int, o *ami.Options) {
			if server != 1 {
				return
			}
			o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				m.step("dial")
				var d net.Dialer
				c, err := d.DialContext(ctx, network, address)
				return minedConn{c, &m}, err
			}
			message, change, idle := o.OnMessage, o.OnChange, o.OnIdle
			o.OnMessage = func(msg *ami.Message) { m.step("message"); message(msg) }
			o.OnChange = func(c ami.Change) { change(c); m.step("change to " + c.State.String()) }
			o.OnIdle = func() { idle(); m.step("idle") }
		},
	})
	c, other := s.dial("demo", "/"), s.dial("demo10", "/?events=none")
	c.ping(1)
	before := s.steady()
	event := func() { s.servers[0].Emit("UserEvent", "UserEvent", "x") }
	cut := func() { s.proxies[0].Cut(netfault.RST) }
	ended := func() {
		a := c.ask(1, "Originate", clickToCall...)
		s.until("the call", func() bool {
			x := s.pbx(1).Calls().Call("1-" + a.get("ChannelId"))
			return x != nil && len(x.Channels) > 0
		})
		for _, ch := range s.pbx(1).Calls().Call("1-" + a.get("ChannelId")).Channels {
			s.servers[0].HangUp(ch.Name)
		}
	}
	tests := []struct {
		place string
		run   func()
		link  bool // that link is lost by it
	}{
		{place: "sink event", run: event},
		{place: "sink call", run: ended},
		{place: "sink link", run: cut, link: true},
		{place: "sink snapshot", run: cut, link: true},
		{place: "message", run: event},
		{place: "idle", run: event},
		{place: "read", run: event, link: true},
		{place: "write", run: func() {
			if a := c.ask(1, "Ping"); a.get("Code") != "unavailable" {
				t.Errorf("the request at which the link ended: %s", a.raw)
			}
		}, link: true},
		{place: "dial", run: cut, link: true},
		{place: "change to up", run: cut, link: true},
		{place: "change to down", run: cut, link: true},
		{place: "change to connecting", run: cut, link: true},
		{place: "refusal", run: func() { // in the handler of REST
			if r := s.do("GET", "/api/v2/calls/1-none", ""); r.status != 500 || r.Code != "internal" {
				t.Errorf("REST: %d %s", r.status, r.raw)
			}
		}},
		{place: "refusal", run: func() { // in the one of the handshake
			_, res, err := websocket.Dial(t.Context(), "ws://"+s.http+"/ws", &websocket.DialOptions{
				HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
			})
			if err == nil || res.StatusCode != 500 {
				t.Errorf("handshake: %v %v", res, err)
			}
		}},
		{place: "refusal", run: func() { // in a session
			victim := s.dial("demo", "/?events=none")
			victim.send(1, "Getvar")
			s.until("its session ends", victim.over)
		}},
	}
	panics := 0
	for _, tt := range tests {
		downs := len(s.downs(1))
		m.plant(tt.place)
		tt.run()
		s.until(tt.place+" goes off", m.gone)
		panics++
		if tt.link {
			s.until(tt.place+": the loss", func() bool { return len(s.downs(1)) > downs })
		}
		s.whole(1)
		s.until(tt.place+" is counted", func() bool { return s.metric("dipcast_panics_total") == fmt.Sprint(panics) })
		for _, server := range []int{1, 2} {
			c.ping(server)
			other.ping(server)
		}
		mark := c.mark()
		s.servers[1].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-0000000a", "Context", "T2_cos-all", "Uniqueid", "u")
		c.event(mark, "Newchannel")
		if got := len(s.downs(1)); !tt.link && got != downs {
			t.Errorf("%s: the link was lost: %v", tt.place, s.downs(1)[downs:])
		}
	}
	if n := len(s.downs(2)); n != 0 {
		t.Errorf("the other server: %v", s.downs(2))
	}
	ours := 0
	for _, d := range s.downs(1) {
		if errors.Is(d.Err, ami.ErrPanic) {
			ours++
		}
	}
	if ours != 3 {
		t.Errorf("%d links ended by a panic of their own, want those of read, write and dial", ours)
	}
	s.settled(before)
}
