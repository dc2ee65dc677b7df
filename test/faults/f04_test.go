package faults_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// entries fills a server's AstDB with values that are all different, and
// returns the keys of a tenant.
func entries(srv *amitest.Server, family string) []string {
	var keys []string
	for _, ext := range []string{"1010", "1013"} {
		for _, kind := range []string{"CFI", "CFB", "CFN", "CFU"} {
			for _, field := range []string{"enable", "destination", "time_group"} {
				key := "diversions/" + ext + "/" + kind + "/" + field
				srv.DB().Put(family, key, valueOf(family, key))
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func valueOf(family, key string) string { return "of " + family[:4] + " " + key }

// get asks for an entry; own says whether an answer is the right one.
func (c *client) get(family, key string) (id string, own func(*frame) bool) {
	id = c.send(1, "Command", "Command", "database get "+family+" "+key)
	return id, func(f *frame) bool { return f.get("Output") == "Value: "+valueOf(family, key) }
}

// TestF04_SlowNetwork: a server 5 s away keeps its link and answers everybody
// right; so does one whose answers come in another order.
func TestF04_SlowNetwork(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clients := map[string]*client{two: s.dial("demo", "/?events=none"), ten: s.dial("demo10", "/?events=none")}
	s.steady() // what it does at a new server is done
	sent := 0
	for name, spoil := range map[string]func(){
		"5 s away":  func() { s.proxies[0].SetLatency(2500 * time.Millisecond) },
		"reordered": func() { s.servers[0].Reorder(8) },
		"in pieces": func() { s.proxies[0].SetChunk(1) },
	} {
		spoil()
		type asked struct {
			c   *client
			id  string
			own func(*frame) bool
		}
		var all []asked
		for family, c := range clients {
			for _, key := range entries(s.servers[0], family) {
				id, own := c.get(family, key)
				all = append(all, asked{c, id, own})
			}
		}
		sent += len(all)
		s.asked(1, "DBGet", sent)
		s.servers[0].Reorder(0) // what is kept back goes out with the next answer
		clients[two].ping(1)
		for _, a := range all {
			if f := a.c.answer(a.id); !a.own(f) {
				t.Errorf("%s: another's answer, or none: %s", name, f.raw)
			}
		}
		s.proxies[0].Heal()
	}
	if n := len(s.downs(1)); n != 0 {
		t.Errorf("the link was given up: %v", s.downs(1))
	}
}

// TestF04_Deadlines: at 1 kB/s not everything can be answered in time. What is
// not ends by its deadline, and no answer goes to somebody else.
func TestF04_Deadlines(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", "/?events=none")
	c.ping(1)
	s.steady() // what it does at a new server is done
	keys := entries(s.servers[0], two)
	s.proxies[0].SetRate(1000)
	began := time.Now()
	owns, ids := map[string]func(*frame) bool{}, []string{}
	for range 4 {
		for _, key := range keys {
			id, own := c.get(two, key)
			owns[id] = own
			ids = append(ids, id)
		}
	}
	other := c.send(2, "Ping")
	answered, late := 0, 0
	for _, id := range ids {
		f := c.answer(id)
		switch {
		case owns[id](f):
			answered++
		case f.get("Code") == "timeout":
			late++
			if took := f.at.Sub(began); took < 9*time.Second {
				t.Errorf("given up after %v", took)
			}
		default:
			t.Errorf("another's answer, or none: %s", f.raw)
		}
	}
	if answered == 0 || late == 0 {
		t.Errorf("%d answered, %d late: not much of a test", answered, late)
	}
	if f := c.answer(other); f.get("Ping") != "Pong" || f.at.Sub(began) > 8*time.Second {
		t.Errorf("the other server after %v: %s", f.at.Sub(began), f.raw)
	}
	s.proxies[0].Heal()
	c.ping(1)
	if n := len(s.downs(1)); n != 0 {
		t.Errorf("the link was given up: %v", s.downs(1))
	}
}

// TestF04_PingsAcrossSlowNetwork: a server further away than a Ping waits for
// its answer keeps its link: bytes come. Five times as fast as in real time.
func TestF04_PingsAcrossSlowNetwork(t *testing.T) {
	t.Parallel()
	s := newSite(t, change{tune: func(_ int, o *ami.Options) {
		o.PingInterval, o.PingTimeout = 2*time.Second, 900*time.Millisecond
	}})
	c := s.dial("demo", "/?events=none")
	s.proxies[0].SetLatency(500 * time.Millisecond) // 5 s there and back
	s.until("some Pings", func() bool { return s.pbx(1).Stats()[0].Pings > 4 })
	c.ping(1)
	if n := len(s.downs(1)); n != 0 {
		t.Errorf("the link was given up: %v", s.downs(1))
	}
}

// TestF08_ResponseLostLateTwice: no response is a timeout; one that comes later
// is counted and dropped; of two the second is dropped.
func TestF08_ResponseLostLateTwice(t *testing.T) {
	t.Parallel()
	// The link's own Pings are held back too: two of them missed would end it.
	s := newSite(t, change{tune: func(_ int, o *ami.Options) { o.PingInterval = time.Minute }})
	c := s.dial("demo", "/")
	c.ping(1)
	before := s.steady()
	const n = 20
	type held struct {
		conn *amitest.Conn
		req  amitest.Request
	}
	hold := make(chan held, n+1)
	keep := func(c *amitest.Conn, r amitest.Request) { hold <- held{c, r} }
	s.servers[0].Handle("Ping", keep)
	s.servers[0].Handle("Originate", keep)
	began := time.Now()
	var ids []string
	for range n {
		ids = append(ids, c.send(1, "Ping"))
	}
	lostCall := c.send(1, "Originate", clickToCall...)
	c.ping(2)
	for _, id := range ids {
		if a := c.answer(id); a.get("Code") != "timeout" || a.at.Sub(began) < 9*time.Second {
			t.Errorf("lost, after %v: %s", a.at.Sub(began), a.raw)
		}
	}
	if a := c.answer(lostCall); a.get("Code") != "unknown" || !strings.HasPrefix(a.get("ChannelId"), "dipcast-") {
		t.Errorf("a call without a response: %s", a.raw)
	}
	// Late.
	for range n + 1 {
		var h held
		select {
		case h = <-hold:
		case <-time.After(30 * time.Second):
			t.Fatal("a request did not reach its server")
		}
		h.conn.Respond(h.req, "Success", "Ping", "Pong", "Timestamp", "late")
	}
	s.servers[0].Handle("Ping", nil)
	s.servers[0].Handle("Originate", nil)
	c.ping(1) // behind them
	if st := s.pbx(1).Stats()[0]; st.Late != n+1 || st.Timeouts != n+1 {
		t.Errorf("counted: %d late, %d timeouts", st.Late, st.Timeouts)
	}
	s.metrics(map[string]string{
		`dipcast_link_late_total{link="all",server="1"}`: fmt.Sprint(n + 1), `dipcast_link_timeouts_total{link="all",server="1"}`: fmt.Sprint(n + 1),
	})
	// Twice.
	s.servers[0].Double(true)
	twice := []string{}
	for range n {
		twice = append(twice, c.send(1, "Ping"))
	}
	for _, id := range twice {
		if a := c.answer(id); a.get("Ping") != "Pong" {
			t.Errorf("answered twice: %s", a.raw)
		}
	}
	s.servers[0].Double(false)
	c.ping(1)
	if st := s.pbx(1).Stats()[0]; st.Duplicate < n-1 { // a Pong of the link itself may be among them
		t.Errorf("counted: %d doubles", st.Duplicate)
	}
	for _, id := range append(append(ids, lostCall), twice...) {
		if got := c.answers(id); len(got) != 1 {
			t.Errorf("%s was answered %d times", id, len(got))
		}
	}
	for _, f := range c.since(0) {
		if f.get("Timestamp") == "late" {
			t.Errorf("a late response reached the client: %s", f.raw)
		}
	}
	if n := len(s.downs(1)); n != 0 {
		t.Errorf("the link was given up: %v", s.downs(1))
	}
	s.settled(before)
}

// TestF08_REST: the statuses of the same.
func TestF08_REST(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.servers[0].Handle("Originate", func(*amitest.Conn, amitest.Request) {})
	r := s.do("POST", "/api/v2/core/click_to_call", `{"caller":"1010","callee":"01026132471"}`)
	if v := r.call(t); r.status != 504 || r.Code != "unknown" || v.CallID != "1-"+v.ChannelID || !strings.HasPrefix(v.ChannelID, "dipcast-") {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if n := countOriginates(s.servers[0]); len(n) != 1 {
		t.Errorf("sent: %v", n)
	}
}

// countOriginates is how often each call was asked for, by its ChannelId.
func countOriginates(srv *amitest.Server) map[string]int {
	n := map[string]int{}
	for _, r := range srv.Requests() {
		if r.Action() == "Originate" {
			n[r.Get("ChannelId")]++
		}
	}
	return n
}
