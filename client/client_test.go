package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gateway plays one: each connection runs play, which is told its number.
type gateway struct {
	*httptest.Server
	n atomic.Int32
}

func newGateway(t *testing.T, play func(n int, p *peer)) *gateway {
	t.Helper()
	g := &gateway{}
	g.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(g.n.Add(1))
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }() // the client may have gone
		play(n, &peer{t, conn, r})
	}))
	// Small buffers, so that a client that does not read is felt.
	g.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if err := c.(*net.TCPConn).SetWriteBuffer(4096); err != nil {
			t.Error(err)
		}
		return ctx
	}
	g.Start()
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) url() string { return "ws" + strings.TrimPrefix(g.URL, "http") }

// peer is the gateway's side of one connection.
type peer struct {
	t    *testing.T
	conn *websocket.Conn
	r    *http.Request
}

// read gives the next frame of the client, nil when it is gone.
func (p *peer) read() map[string]any {
	_, b, err := p.conn.Read(context.Background())
	if err != nil {
		return nil
	}
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		p.t.Errorf("the client sent %s", b)
	}
	return v
}

func (p *peer) write(format string, args ...any) bool {
	return p.conn.Write(context.Background(), websocket.MessageText, fmt.Appendf(nil, format, args...)) == nil
}

// begin answers the ops of a start, and returns the first.
func (p *peer) begin(recovered bool) map[string]any {
	first := p.read()
	switch first["op"] {
	case "subscribe":
		p.write(`{"op":"subscribed","id":%q}`, first["id"])
		p.write(`{"op":"snapshot","server":1,"epoch":"E","seq":10,"calls":[],"devices":[]}`)
	case "resume":
		p.write(`{"op":"resumed","id":%q,"recovered":%v}`, first["id"], recovered)
	default:
		p.t.Errorf("began with %v", first)
	}
	return first
}

func (p *peer) event(seq int) bool {
	return p.write(`{"type":3,"server_id":1,"server_name":"one","ssl":false,"tenant":"T2","epoch":"E","seq":%d,"time":"2026-11-21T05:10:22.125Z","call":"1-1.1","data":{"Event":"E%d","A":["x","y"]}}`, seq, seq)
}

// hold keeps the connection until the client goes.
func (p *peer) hold() {
	for p.read() != nil {
	}
}

func options(g *gateway) client.Options {
	return client.Options{URL: g.url(), BackoffMin: time.Millisecond, BackoffMax: 20 * time.Millisecond}
}

var errDone = errors.New("done")

// TestResume: after each break the client goes on behind what it has read, and
// what comes twice is told once.
func TestResume(t *testing.T) {
	g := newGateway(t, func(n int, p *peer) {
		first := p.begin(n != 3)
		switch n {
		case 1:
			if first["op"] != "subscribe" || fmt.Sprint(first["events"], first["servers"]) != "[Hangup] [1]" || p.r.URL.Query().Get("v") != "2" {
				t.Errorf("began with %v at %v", first, p.r.URL)
			}
			p.event(11)
			p.event(12)
		case 2:
			if fmt.Sprint(first["positions"]) != "[map[epoch:E seq:12 server:1]]" {
				t.Errorf("resumed at %v", first["positions"])
			}
			p.event(12)
			p.event(13)
		case 3:
			p.write(`{"op":"gap","server":1,"from":14,"to":20,"reason":"window"}`)
			p.write(`{"op":"snapshot","server":1,"epoch":"E","seq":20,"whole":false,"calls":[],"devices":[{"device":"PJSIP/T2_1010","state":"INUSE"}]}`)
			p.event(21)
			p.write(`{"op":"later","more":true}`)
			p.write(`{"op":"link","server":1,"state":"down","time":"2026-11-21T05:10:22.125Z"}`)
			p.write(`{"op":"call","server":1,"epoch":"E","seq":23,"time":"2026-11-21T05:10:22.125Z","event":"ended","call":{"call_id":"1-1.1","ended":{"reason":"busy"},"from":{"number":"1010"}}}`)
			p.hold()
		}
	})
	o := options(g)
	o.Events, o.Servers = []string{"Hangup"}, []int{1}
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	err = c.Run(t.Context(), func(m client.Message) error {
		switch m := m.(type) {
		case *client.Event:
			got = append(got, m.Name())
			if m.Tenant != "T2" || m.Call != "1-1.1" || m.Data.Get("a") != "x" || len(m.Data["A"]) != 2 || m.Time.IsZero() {
				t.Errorf("event %+v", m)
			}
		case *client.Connection:
			got = append(got, fmt.Sprintf("connection %v %v %v", m.Up, m.Resumed, m.Recovered))
		case *client.Gap:
			got = append(got, fmt.Sprintf("gap %d-%d %s", m.From, m.To, m.Reason))
		case *client.Snapshot:
			got = append(got, fmt.Sprintf("snapshot %d %d %v", m.Seq, len(m.Devices), m.Partial))
		case *client.Link:
			got = append(got, fmt.Sprintf("link %v", m.Up))
		case *client.CallStep:
			got = append(got, "call "+m.Event+" "+m.Call.Ended.Reason+" "+m.Call.From.Number)
			return errDone
		}
		return nil
	})
	if !errors.Is(err, errDone) {
		t.Fatal(err)
	}
	want := []string{
		"connection true false false", "snapshot 10 0 false", "E11", "E12", "connection false false false",
		"connection true true true", "E13", "connection false false false",
		"connection true true false", "gap 14-20 window", "snapshot 20 1 true", "E21", "link false", "call ended busy 1010",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if p := c.Positions(); fmt.Sprint(p) != "[{1 E 21}]" {
		t.Errorf("positions %v: what was not handled does not count", p)
	}
	if err := c.Run(t.Context(), nil); !errors.Is(err, client.ErrStopped) {
		t.Errorf("a second run: %v", err)
	}
}

// TestDo: answers find their requests, in whatever order they come, and every
// request ends.
func TestDo(t *testing.T) {
	g := newGateway(t, func(_ int, p *peer) {
		p.begin(true)
		var held []any
		for {
			f := p.read()
			if f == nil {
				return
			}
			data := f["data"].(map[string]any)
			id := data["ActionID"]
			switch data["Action"] {
			case "Hold":
				if held = append(held, id); len(held) == 2 {
					for _, id := range []any{held[1], held[0]} {
						p.write(`{"type":4,"server_id":1,"server_name":"one","ssl":false,"data":{"Response":"Success","ActionID":%q,"Mine":%q}}`, id, id)
					}
				}
			case "List":
				p.write(`{"type":4,"server_id":1,"server_name":"one","ssl":false,"data":{"Response":"Success","ActionID":%q,"EventList":"start"}}`, id)
				p.write(`{"type":3,"server_id":1,"server_name":"one","ssl":false,"data":{"Event":"Item","ActionID":%q,"N":"1"}}`, id)
				p.event(11)
				p.write(`{"type":3,"server_id":1,"server_name":"one","ssl":false,"data":{"Event":"Item","ActionID":%q,"N":"2"}}`, id)
				p.write(`{"type":3,"server_id":1,"server_name":"one","ssl":false,"data":{"Event":"ListComplete","ActionID":%q,"EventList":"Complete"}}`, id)
			case "Refuse":
				p.write(`{"type":4,"server_id":1,"server_name":"one","ssl":false,"data":{"Response":"Error","ActionID":%q,"Message":"no","Code":"forbidden","Field":"F"}}`, id)
			case "Break":
				return
			}
		}
	})
	c, err := client.New(options(g))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	events := make(chan string, 100)
	go func() {
		ended <- c.Run(ctx, func(m client.Message) error {
			if e, ok := m.(*client.Event); ok {
				events <- e.Name()
			}
			return nil
		})
	}()
	answers := make(chan error, 2)
	for i := range 2 {
		go func() {
			id := fmt.Sprintf("mine-%d", i)
			r, err := c.Do(ctx, 1, client.Action{"Action": "Hold", "ActionID": id})
			if err == nil && r.Data.Get("Mine") != id {
				err = fmt.Errorf("got %v", r.Data)
			}
			answers <- err
		}()
	}
	for range 2 {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	r, err := c.Do(ctx, 1, client.Action{"Action": "List"})
	if err != nil || len(r.Items) != 2 || r.Items[1].Get("N") != "2" {
		t.Errorf("list %+v %v", r, err)
	}
	if e := <-events; e != "E11" {
		t.Errorf("event %s", e)
	}
	var no *client.Error
	if _, err = c.Do(ctx, 1, client.Action{"Action": "Refuse"}); !errors.As(err, &no) || no.Code != "forbidden" || no.Field != "F" {
		t.Errorf("refused: %v", err)
	}
	if _, err = c.Do(ctx, 1, client.Action{"Action": "Break"}); !errors.Is(err, client.ErrLost) {
		t.Errorf("broken: %v", err)
	}
	short, stop := context.WithTimeout(ctx, 50*time.Millisecond)
	if _, err = c.Do(short, 1, client.Action{"Action": "Silence"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("silence: %v", err)
	}
	stop()
	go func() {
		_, err := c.Do(context.Background(), 1, client.Action{"Action": "Silence"})
		answers <- err
	}()
	// Whether it is on its way already or not: it ends with Run.
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("run: %v", err)
	}
	if err := <-answers; !errors.Is(err, client.ErrLost) && !errors.Is(err, client.ErrStopped) {
		t.Errorf("at the end: %v", err)
	}
}

// TestSlowHandler: while the handler is busy no more is read than the queue
// takes, and then all comes in order.
func TestSlowHandler(t *testing.T) {
	const events = 3_000
	var sent atomic.Int32
	g := newGateway(t, func(_ int, p *peer) {
		p.begin(true)
		for i := range events {
			if !p.event(11 + i) {
				return
			}
			sent.Add(1)
		}
		p.hold()
	})
	o := options(g)
	o.QueueBytes = 10_000
	o.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, network, addr)
		if err == nil {
			err = c.(*net.TCPConn).SetReadBuffer(4096)
		}
		return c, err
	}}}
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	next := 11
	for m, err := range c.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		e, ok := m.(*client.Event)
		if !ok {
			continue
		}
		if next == 11 {
			// The gateway gets stuck once the sockets' buffers are full.
			for last, same := int32(-1), 0; same < 30; {
				now := sent.Load()
				if same++; now != last {
					last, same = now, 0
				}
				<-time.After(10 * time.Millisecond)
			}
			if n := sent.Load(); n == events {
				t.Error("everything was read in advance")
			}
		}
		if e.Name() != fmt.Sprintf("E%d", next) {
			t.Fatalf("%s, want E%d", e.Name(), next)
		}
		if next++; next == 11+events {
			return
		}
	}
}

// TestRefused: wrong credentials end it, a busy gateway does not.
func TestRefused(t *testing.T) {
	var n atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u, p, _ := r.BasicAuth(); u != "demo" || p != "p:w" {
			t.Errorf("credentials %s %s", u, p)
		}
		if n.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"status":"error","code":"unauthorized","message":"no"}`)
	}))
	defer s.Close()
	c, err := client.New(client.Options{
		URL: strings.Replace(s.URL, "http://", "ws://demo:p%3Aw@", 1), BackoffMin: time.Millisecond, BackoffMax: time.Millisecond,
		HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = c.Run(t.Context(), func(client.Message) error { return nil })
	var refused *client.RefusedError
	if !errors.As(err, &refused) || refused.Status != 401 || refused.Code != "unauthorized" || n.Load() != 3 {
		t.Errorf("%v after %d", err, n.Load())
	}
	if _, err := c.Do(t.Context(), 1, client.Action{"Action": "Ping"}); !errors.Is(err, client.ErrStopped) {
		t.Errorf("a request afterwards: %v", err)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []client.Options{
		{},
		{URL: "http://x"},
		{URL: "ws://"},
		{URL: "ws://%"},
		{URL: "ws://a:b@x", Credentials: client.Credentials{AppKey: "k"}},
		{URL: "ws://x", Events: make([]string, 65)},
	} {
		if _, err := client.New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	h := client.Credentials{AppKey: "얼씨구", Tenant: "7be69580e27641df"}.Header()
	if h.Get("app-key") != "%EC%96%BC%EC%94%A8%EA%B5%AC" || h.Get("tenant") != "7be69580e27641df" {
		t.Errorf("%v", h)
	}
	if h := (client.Credentials{AppKey: "k"}).Header(); h.Get("Authorization") != "Bearer k" {
		t.Errorf("%v", h)
	}
}
