package app_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/pbx"
)

// number emits an event of a tenant's phone that carries a number.
func number(s *site, server int, endpoint string, n int, pad string) {
	s.servers[server-1].Emit("Newexten", "Privilege", "dialplan,all", "Channel", "PJSIP/"+endpoint+"-00000001", "Uniqueid", fmt.Sprintf("%s/%d/%d", endpoint, server, n), "AppData", pad)
}

// again is a new connection that resumes where an earlier one stood.
func (s *site) again(user string, before *stream) (*stream, frame2) {
	s.t.Helper()
	c := s.stream(user, "")
	c.at = before.at
	c.send(before.resume())
	f := c.read()
	if f.Op != "resumed" || f.ID != "r" || f.Recovered == nil {
		s.t.Fatalf("got %s", f.raw)
	}
	return c, f
}

// TestF12_ResumeInWindow: what came while the client was away comes at once, in
// order and whole, on both servers, and nothing of others.
func TestF12_ResumeInWindow(t *testing.T) {
	s := newSite(t)
	c := s.stream("demo", "")
	c.subscribe(1, 2)
	number(s, 1, "T2_1010", 0, "")
	c.until("Newexten T2_1010/1/0")
	if err := c.conn.CloseNow(); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		number(s, 1, "T2_1010", i+1, "")
		number(s, 1, "T10_1010", i+1, "")
		number(s, 2, "T2_1010", i+1, "")
	}
	back, f := s.again("demo", c)
	if !*f.Recovered {
		t.Errorf("not recovered: %s", f.raw)
	}
	next := map[int]int{1: 1, 2: 1}
	for next[1]+next[2] < 102 {
		f := back.read()
		if f.Op == "call" {
			continue
		}
		if want := fmt.Sprintf("Newexten T2_1010/%d/%d", f.ServerID, next[f.ServerID]); f.String() != want {
			t.Fatalf("got %s, want %s", f.raw, want)
		}
		next[f.ServerID]++
	}
}

// TestF12_ResumeOutOfWindow: what is gone is told, with the state as it is, and
// the stream goes on behind that.
func TestF12_ResumeOutOfWindow(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.Hub.Bytes = 1 << 20 }})
	c, other := s.stream("demo", ""), s.stream("demo", "")
	c.subscribe(1, 2)
	other.subscribe(1, 2)
	if err := c.conn.CloseNow(); err != nil {
		t.Fatal(err)
	}
	pad := strings.Repeat("x", 800)
	for i := range 3000 {
		number(s, 1, "T2_1010", i, pad)
		if i%100 == 99 {
			other.until(fmt.Sprintf("Newexten T2_1010/1/%d", i)) // it keeps the pace
		}
	}
	at := c.at[1]
	back, f := s.again("demo", c)
	if *f.Recovered {
		t.Errorf("recovered: %s", f.raw)
	}
	gap := back.want("gap 1 window")
	snapshot := back.want("link 1 up", "snapshot 1") // and server 2 goes on
	if gap.From != at.Seq+1 || gap.To != snapshot.Seq || gap.To < gap.From+3000-1 {
		t.Errorf("gap %s behind %d, snapshot at %d", gap.raw, at.Seq, snapshot.Seq)
	}
	number(s, 2, "T2_1010", 1, "")
	back.want("Newexten T2_1010/2/1")
	number(s, 1, "T2_1010", 3000, "")
	back.want("Newexten T2_1010/1/3000")
}

// TestF12_ResumeAfterRestart: a position of before says nothing to a gateway
// that was started anew.
func TestF12_ResumeAfterRestart(t *testing.T) {
	s := newSite(t)
	c := s.stream("demo", "")
	c.subscribe(1, 2)
	number(s, 1, "T2_1010", 0, "")
	at := c.until("Newexten T2_1010/1/0").Seq
	s.app.Stop()
	s.start(true)
	back, f := s.again("demo", c)
	if *f.Recovered {
		t.Errorf("recovered: %s", f.raw)
	}
	if f = back.want("gap 1 restart"); f.From != at+1 {
		t.Errorf("got %s", f.raw)
	}
	back.want("link 1 up", "snapshot 1", "gap 2 restart", "link 2 up", "snapshot 2")
	number(s, 1, "T2_1010", 1, "")
	back.want("Newexten T2_1010/1/1")
}

// TestF12_ResumeAfterReconnect: when the link to a server was lost, both who
// was there and who comes back are told, of that server only.
func TestF12_ResumeAfterReconnect(t *testing.T) {
	s := newSite(t)
	c, away, other := s.stream("demo", ""), s.stream("phone1010", ""), s.stream("demo10", "")
	c.subscribe(1, 2)
	away.subscribe(1, 2)
	other.subscribe(1)
	for server := 1; server <= 2; server++ {
		number(s, server, "T2_1010", 0, "")
		for _, p := range []*stream{c, away} {
			p.until(fmt.Sprintf("Newexten T2_1010/%d/0", server))
		}
	}
	if err := away.conn.CloseNow(); err != nil {
		t.Fatal(err)
	}
	s.servers[1].Cut()
	c.want("link 2 down", "link 2 up")
	gap := c.until("gap 2 link")
	snapshot := c.want("snapshot 2")
	if gap.To != snapshot.Seq || gap.From > gap.To {
		t.Errorf("gap %s, snapshot %s", gap.raw, snapshot.raw)
	}
	back, f := s.again("phone1010", away)
	if *f.Recovered {
		t.Errorf("recovered: %s", f.raw)
	}
	back.want("gap 2 link", "link 2 up", "snapshot 2")
	number(s, 1, "T2_1010", 1, "")
	number(s, 1, "T10_1010", 1, "")
	c.want("Newexten T2_1010/1/1")
	back.want("Newexten T2_1010/1/1")
	other.want("Newexten T10_1010/1/1") // nothing of a server that it does not use
}

// TestF12_Kicks: a client that loses its connection a hundred times in traffic,
// and comes back each time, gets every event of its tenant once.
func TestF12_Kicks(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.Hub.Age = time.Minute }}) // however slow the machine
	c := s.stream("demo", "")
	c.subscribe(1, 2) // first: the traffic waits for what is read of it
	var wg sync.WaitGroup
	// Of each server there is only so much beyond what was read: the place of the
	// client would be gone.
	var ahead [3]chan struct{}
	stop := make(chan struct{})
	for server := 1; server <= 2; server++ {
		ahead[server] = make(chan struct{}, 1000)
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case ahead[server] <- struct{}{}:
				case <-stop:
					return
				}
				number(s, server, "T2_1010", n, "")
				number(s, server, "T10_1010", n, "")
			}
		})
	}
	defer func() { close(stop); wg.Wait() }()
	next := map[int]int{} // by server, from 0
	gaps, duplicates, events := 0, 0, 0
	for range 100 {
		for range 1 + rand.IntN(60) {
			f := c.read()
			if f.Op == "gap" {
				gaps++
			}
			if f.Op != "" {
				continue
			}
			last := f.Data["Uniqueid"][strings.LastIndexByte(f.Data["Uniqueid"], '/')+1:]
			n, err := strconv.Atoi(last)
			if err != nil || f.Tenant != "T2" {
				t.Fatalf("got %s", f.raw)
			}
			want := next[f.ServerID]
			switch {
			case n > want:
				gaps++
			case n < want:
				duplicates++
			}
			events++
			next[f.ServerID] = n + 1
			<-ahead[f.ServerID]
		}
		if err := c.conn.CloseNow(); err != nil {
			t.Fatal(err)
		}
		var f frame2
		if c, f = s.again("demo", c); !*f.Recovered {
			t.Errorf("not recovered: %s", f.raw)
		}
	}
	t.Logf("%d events, %d gaps, %d duplicates", events, gaps, duplicates)
	if gaps+duplicates > 0 || events < 1000 {
		t.Errorf("%d gaps, %d duplicates in %d events", gaps, duplicates, events)
	}
}

// TestF12_PositionsOfNothing: positions that cannot be are refused, or taken as
// what they are.
func TestF12_PositionsOfNothing(t *testing.T) {
	s := newSite(t)
	c := s.stream("demo", "")
	c.subscribe(1, 2)
	c.at[1] = pbx.Position{Epoch: c.at[1].Epoch, Seq: c.at[1].Seq + 1000} // ahead of the server
	c.at[9] = pbx.Position{Epoch: "nonsense", Seq: 1}                     // no server of the client's
	delete(c.at, 2)                                                       // it begins now
	back := s.stream("demo", "")
	back.send(c.resume())
	if f := back.want("resumed"); *f.Recovered {
		t.Errorf("got %s", f.raw)
	}
	back.want("gap 1 window", "link 1 up", "snapshot 1", "link 2 up", "snapshot 2")
	number(s, 1, "T2_1010", 1, "")
	back.want("Newexten T2_1010/1/1")
}
