package rest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// stream is an open stream of events.
type stream struct {
	s    *site
	r    *bufio.Reader
	last string // id
	end  func()
}

// event is one of a stream.
type event struct {
	name string
	frame
}

type frame struct {
	Op, Event string // of the frame "op":"call"
	Recovered *bool
	Call      json.RawMessage // an id, or a call
	Data      map[string]any
}

// callID is the id of a frame's call.
func (f frame) callID() string {
	var c callView
	_ = json.Unmarshal(f.Call, &c) // an event of Asterisk has an id here
	return c.CallID
}

func (s *site) stream(query string, h http.Header) *stream {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	s.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.demo.URL()+prefix+"/events"+query, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header = h
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		s.t.Fatal(err)
	}
	if kind := res.Header.Get("Content-Type"); res.StatusCode != 200 || kind != "text/event-stream" {
		s.t.Fatalf("%d %s", res.StatusCode, kind)
	}
	st := &stream{s: s, r: bufio.NewReader(res.Body), end: func() { cancel(); _ = res.Body.Close() }}
	s.t.Cleanup(st.end)
	return st
}

// until reads up to the first event that pass accepts.
func (st *stream) until(what string, pass func(event) bool) event {
	st.s.t.Helper()
	var e event
	for {
		line, err := st.r.ReadString('\n')
		if err != nil {
			st.s.t.Fatalf("%s did not come: %v", what, err)
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch name {
		case "event":
			e.name = value
		case "id":
			st.last = value
		case "data":
			if err := json.Unmarshal([]byte(value), &e.frame); err != nil {
				st.s.t.Fatalf("%v in %s", err, value)
			}
		case "":
			if line != "\n" { // a comment
				continue
			}
			if e.name != "" && pass(e) {
				return e
			}
			e = event{}
		}
	}
}

// TestEvents: a page with a ticket sees a real call from its beginning, loses
// the stream, and comes back behind what it has seen.
func TestEvents(t *testing.T) {
	s := start(t)
	s.demo.Phone(2, "1010").SetBehaviour(sipphone.Ring())
	var ticket struct{ Ticket string }
	s.data(s.do("POST", prefix+"/ws-ticket", ""), &ticket)
	first := s.stream("?ticket="+ticket.Ticket, http.Header{"Origin": {s.demo.URL()}})
	first.until("the beginning", func(e event) bool { return e.name == "subscribed" })
	first.until("the state of a server", func(e event) bool { return e.name == "snapshot" })

	id := s.click("1010", demo.Mobile)
	first.until("ringing", func(e event) bool { return e.name == "call" && e.Event == "ringing" && e.callID() == id })
	first.end()
	if first.last == "" {
		t.Fatal("no event had an id")
	}
	if r := s.do("POST", prefix+"/calls/"+id+"/hangup", ""); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	s.over(id)

	h := key()
	h.Set("Last-Event-ID", first.last)
	second := s.stream("", h)
	if e := second.until("the answer", func(e event) bool { return e.name == "resumed" }); e.Recovered == nil || !*e.Recovered {
		t.Errorf("got %+v", e)
	}
	second.until("the end that was missed", func(e event) bool { return e.name == "call" && e.Event == "ended" && e.callID() == id })

	// What follows a change by REST: the lamp.
	if r := s.do("PUT", prefix+"/diversions/1010/CFI", `{"destination":"1013"}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	second.until("the lamp", func(e event) bool {
		return e.name == "event" && e.Data["Event"] == "DeviceStateChange" && e.Data["Device"] == "Custom:T2_CFI_1010" && e.Data["State"] == "BUSY"
	})

	if r := s.do("GET", prefix+"/events?servers=9", ""); r.status != 404 || r.body.Field != "servers" {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.as(http.Header{"Last-Event-Id": {"nonsense"}, "Tenant": {demo.Tenant2}, "App-Key": {demo.AppKeyDoc}}, "GET", prefix+"/events", ""); r.status != 400 || r.body.Field != "Last-Event-ID" {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.as(nil, "GET", prefix+"/events", ""); r.status != 401 {
		t.Errorf("%d %s", r.status, r.raw)
	}
}
