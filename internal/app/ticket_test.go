package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// TestTicket: a page gets a ticket by REST and connects with it, once, from an
// allowed Origin only. The ticket is in no log.
func TestTicket(t *testing.T) {
	s := newSite(t)
	own := header("Origin", "http://"+s.ws)
	ticket := func(h http.Header) string {
		t.Helper()
		r := s.do("POST", "/api/v2/ws-ticket", "", h)
		var data struct {
			Ticket    string
			ExpiresIn int `json:"expires_in"`
		}
		if err := json.Unmarshal(r.body.Data, &data); err != nil || r.status != 201 || len(data.Ticket) < 40 || data.ExpiresIn < 1 || data.ExpiresIn > 60 {
			t.Fatalf("%d %s %v", r.status, r.raw, err)
		}
		return data.Ticket
	}
	dial := func(text string, h http.Header) (*websocket.Conn, int) {
		t.Helper()
		conn, res, err := websocket.Dial(t.Context(), "ws://"+s.ws+"/?ticket="+text, &websocket.DialOptions{HTTPHeader: h})
		if err == nil {
			t.Cleanup(func() { _ = conn.CloseNow() })
		}
		return conn, res.StatusCode
	}
	var all []string
	next := func(h http.Header) string {
		all = append(all, ticket(h))
		return all[len(all)-1]
	}

	// It stands for who asked for it, with all limits of that login.
	conn, status := dial(next(basic("phone1010")), own)
	if conn == nil {
		t.Fatalf("status %d", status)
	}
	c := &client{t, conn}
	if a := c.ask(pingRequest); a.Data["Response"] != "Success" {
		t.Errorf("got %s", a.raw)
	}
	if a := c.ask(`{"AMIServerID":1,"data":{"Action":"DBGet","Family":"` + two + `","Key":"diversions/1013/CFI/enable","ActionID":"x"}}`); a.Data["Code"] != "forbidden" {
		t.Errorf("got %s", a.raw)
	}
	if _, status := dial(all[0], own); status != 401 {
		t.Errorf("a second time: %d", status)
	}
	if _, status := dial("no-such-ticket", own); status != 401 {
		t.Errorf("a made-up one: %d", status)
	}
	if _, status := dial(next(key()), nil); status != 403 {
		t.Errorf("without an Origin: %d", status)
	}
	if _, status := dial(next(key()), header("Origin", "https://evil.example")); status != 403 {
		t.Errorf("from elsewhere: %d", status)
	}
	if _, status := dial(next(key()), header("Origin", "null")); status != 403 {
		t.Errorf("from nowhere: %d", status)
	}
	// It reads by REST too, for streams, but gives no further ticket.
	if r := s.do("GET", "/api/v2/extensions?ticket="+next(key()), "", nil); r.status != 200 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.do("POST", "/api/v2/ws-ticket?ticket="+next(key()), "", nil); r.status != 403 || r.body.Field != "ticket" {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.do("POST", "/api/v2/ws-ticket", "", nil); r.status != 401 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	// Also behind the errors that were logged.
	for _, text := range all {
		if strings.Contains(s.logs.String(), text) {
			t.Error("a ticket was logged")
		}
	}
}
