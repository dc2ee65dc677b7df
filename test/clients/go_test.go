package clients_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/client"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/netfault"
)

// kicks is how often a connection is broken in a test.
const kicks = 50

// TestGoKicks: a client whose connection is broken 50 times gets every event
// once and in order, and is told of no gap.
func TestGoKicks(t *testing.T) {
	s := newSite(t)
	c, err := client.New(s.options())
	if err != nil {
		t.Fatal(err)
	}
	const perKick = 40
	next, ups := 1, 0
	for m, err := range c.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		switch m := m.(type) {
		case *client.Connection:
			if !m.Up {
				continue
			}
			if ups++; ups > 1 && (!m.Resumed || !m.Recovered) {
				t.Fatalf("connection %d: %+v", ups, m)
			}
			// Cut somewhere in what follows, also inside a frame.
			if ups <= kicks {
				s.proxy.CutAfter(int64(ups*97), netfault.ToClient, netfault.RST)
			}
			s.emit(perKick)
		case *client.Gap:
			t.Fatalf("a gap: %+v", m)
		case *client.Event:
			if m.Name() != "UserEvent" {
				continue
			}
			if got := m.Data.Get("N"); got != strconv.Itoa(next) {
				t.Fatalf("event %s, want %d", got, next)
			}
			next++
		}
		if ups > kicks && next == s.next {
			break
		}
	}
	if n, _ := s.proxy.Cuts(); n < kicks || next != 1+(kicks+1)*perKick {
		t.Errorf("%d cuts, %d events", n, next-1)
	}
}

// TestGoSlow: a client that does not keep up, whose connection breaks too, loses
// events, but never without a gap where they are missing, a snapshot behind it,
// and everything else in order.
func TestGoSlow(t *testing.T) {
	s := newSite(t, func(c *config.Config) { c.Hub.Bytes = 1 << 20 })
	o := s.options()
	o.QueueBytes = 16 << 10
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	const total, rounds = 12_000, 3
	last, round, gaps := 0, 0, 0
	gap, snapshot := false, false // since the last event
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for m, err := range c.Messages(ctx) {
		if err != nil {
			t.Fatalf("round %d, event %d of %d, %d gaps: %v", round, last, s.next-1, gaps, err)
		}
		switch m := m.(type) {
		case *client.Gap:
			if m.Server == 1 {
				gap, snapshot = true, false
				gaps++
			}
		case *client.Snapshot:
			if m.Server == 1 && gap && !snapshot {
				snapshot = true
				s.emit(1) // something behind it
			}
		case *client.Event:
			n, err := strconv.Atoi(m.Data.Get("N"))
			if err != nil {
				continue // not ours
			}
			if n <= last || n != last+1 && !(gap && snapshot) {
				t.Fatalf("event %d behind %d, gap %v, snapshot %v", n, last, gap, snapshot)
			}
			last, gap, snapshot = n, false, false
		}
		// Every so often it does nothing while much happens.
		if round == rounds && last == s.next-1 {
			break
		}
		if round < rounds && last == s.next-1 {
			if round++; round == 2 {
				s.proxy.CutAfter(200_000, netfault.ToClient, netfault.RST)
			}
			s.emit(total)
			s.drained()
		}
	}
	if gaps == 0 {
		t.Error("it has missed nothing: this test has tested nothing")
	}
}

// TestGoCredentials: each way in, and the way out.
func TestGoCredentials(t *testing.T) {
	s := newSite(t)
	rest := client.REST{URL: "http://" + s.http, Credentials: client.Credentials{Username: username, Password: password}}
	for name, o := range map[string]client.Options{
		"login":            {Credentials: client.Credentials{Username: username, Password: password}},
		"app key":          {Credentials: client.Credentials{AppKey: appKey, Tenant: tenantID}},
		"app key, bearer":  {Credentials: client.Credentials{AppKey: appKey}},
		"ticket":           {Ticket: rest.Ticket},
		"a wrong password": {Credentials: client.Credentials{Username: username, Password: "no"}},
	} {
		o.URL = "ws://" + s.http + "/ws"
		c, err := client.New(o)
		if err != nil {
			t.Fatal(err)
		}
		err = c.Run(t.Context(), func(m client.Message) error {
			if up, ok := m.(*client.Connection); ok && up.Up {
				return errUp
			}
			return nil
		})
		var refused *client.RefusedError
		if wrong := errors.As(err, &refused) && refused.Status == 401; wrong != (name == "a wrong password") || !wrong && !errors.Is(err, errUp) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (client.REST{URL: "http://" + s.http}).Ticket(t.Context()); err == nil {
		t.Error("a ticket for nobody")
	}
}

var errUp = errors.New("up")

// TestGoRequests: requests, lists and calls while events come.
func TestGoRequests(t *testing.T) {
	s := newSite(t)
	c, err := client.New(s.options())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	steps := make(chan *client.CallStep, 1000)
	var wg sync.WaitGroup
	wg.Go(func() {
		err := c.Run(ctx, func(m client.Message) error {
			if step, ok := m.(*client.CallStep); ok {
				steps <- step
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	defer wg.Wait()
	defer cancel()
	for server := 1; server <= 2; server++ {
		r, err := c.Do(ctx, server, client.Action{"Action": "Ping"})
		if err != nil || r.Data.Get("Ping") != "Pong" || r.Server != server {
			t.Fatalf("%+v %v", r, err)
		}
	}
	var no *client.Error
	if _, err := c.Do(ctx, 0, client.Action{"Action": "Ping"}); !errors.As(err, &no) || no.Code != "bad_request" || no.Field != "AMIServerID" {
		t.Errorf("no server: %v", err)
	}
	if _, err := c.Do(ctx, 1, client.Action{"Action": "Setvar", "Variable": "x"}); !errors.As(err, &no) || no.Code != "forbidden" {
		t.Errorf("forbidden: %v", err)
	}
	r, err := c.Do(ctx, 1, client.Action{
		"Action": "Originate", "Channel": "Local/1010@T2_cos-all", "Context": "T2_cos-all", "Exten": "1013", "Priority": 1,
		"Variable": []string{"EXEC_AA=yes", "CHANNEL(language)=ko"}, "Async": true,
	})
	if err != nil || r.Data.Get("ChannelId") == "" {
		t.Fatalf("%+v %v", r, err)
	}
	limit := time.After(30 * time.Second)
	for {
		select {
		case step := <-steps:
			if step.Call.ID == "1-"+r.Data.Get("ChannelId") && step.Call.Tenant == "T2" && step.Call.Server == 1 {
				goto called
			}
		case <-limit:
			t.Fatal("no step of the call")
		}
	}
called:
	if list, err := c.Do(ctx, 1, client.Action{"Action": "CoreShowChannels"}); err != nil || list.Data.Get("EventList") != "start" {
		t.Errorf("%+v %v", list, err)
	}
	// Many at once, over a connection that breaks: each ends, and an answer
	// is never another's.
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if i == 50 {
				s.proxy.Cut(netfault.RST)
			}
			id := fmt.Sprintf("mine-%d", i)
			r, err := c.Do(ctx, 1+i%2, client.Action{"Action": "Ping", "ActionID": id})
			switch {
			case errors.As(err, &no) && no.Code == "rate_limited", errors.Is(err, client.ErrLost):
			case err != nil:
				t.Error(err)
			case r.Data.Get("ActionID") != id || r.Server != 1+i%2:
				t.Errorf("%s got %+v", id, r)
			}
		})
	}
	all.Wait()
}

// TestGoLink: that a server goes and comes is told, and what that leaves out.
func TestGoLink(t *testing.T) {
	s := newSite(t)
	o := s.options()
	o.Servers = []int{1}
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for m, err := range c.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		switch m := m.(type) {
		case *client.Connection:
			continue
		case *client.Snapshot:
			if told = append(told, "snapshot"); len(told) == 1 {
				s.servers[0].Cut()
				s.servers[1].Cut() // not subscribed
			}
			if m.Server != 1 {
				t.Errorf("%+v", m)
			}
		case *client.Link:
			told = append(told, "link "+strconv.FormatBool(m.Up))
		case *client.Gap:
			told = append(told, "gap "+m.Reason)
		default:
			continue
		}
		if len(told) == 5 {
			break
		}
	}
	if want := "[snapshot link false link true gap link snapshot]"; fmt.Sprint(told) != want {
		t.Errorf("told %v, want %s", told, want)
	}
}

// TestGoRestart: the gateway stops, and another one is there in its place. The
// client comes back by itself, and is told that something is missing.
func TestGoRestart(t *testing.T) {
	before, after := newSite(t), newSite(t)
	o := before.options()
	o.Servers = []int{1}
	c, err := client.New(o)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for m, err := range c.Messages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		switch m := m.(type) {
		case *client.Connection:
			told = append(told, fmt.Sprintf("connection %v %v", m.Up, m.Recovered))
			if !m.Up && websocket.CloseStatus(m.Err) != websocket.StatusServiceRestart {
				t.Errorf("closed by %v, want 1012", m.Err)
			}
		case *client.Gap:
			told = append(told, "gap "+m.Reason)
		case *client.Snapshot:
			if told = append(told, "snapshot"); len(told) == 2 {
				before.proxy.SetTarget(after.http)
				go before.app.Stop() // again at the end, which waits for this one
			}
		}
		if len(told) == 6 {
			break
		}
	}
	want := "[connection true false snapshot connection false false connection true false gap restart snapshot]"
	if fmt.Sprint(told) != want {
		t.Errorf("told %v, want %s", told, want)
	}
}
