package app_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gobwas/ws"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/config"
)

// call emits the begin and end of a call of one phone.
func call(s *amitest.Server, endpoint, id string) {
	channel := "PJSIP/" + endpoint + "-" + id
	context := "T" + strings.TrimPrefix(strings.SplitAfter(endpoint, "_")[0], "T") + "cos-all"
	for _, e := range []string{"Newchannel", "Newstate", "Hangup"} {
		s.Emit(e, "Privilege", "call,all", "Channel", channel, "Context", context, "Exten", "100", "Uniqueid", id, "Linkedid", id)
	}
}

func TestFilters(t *testing.T) {
	s := newSite(t)
	clients := map[string]*client{}
	for _, path := range []string{"/", "/?events=Newchannel,hangup", "/?extensions=1013", "/?events=Hangup&extensions=1010,1099", "/?events=Nonsense"} {
		clients[path] = s.dial("demo", path)
	}
	ops := s.dial("ops", "/?events=HANGUP")
	single := s.dial("phone1010", "/?extensions=1013") // its own only, whatever it asks for
	for i := range 50 {
		call(s.servers[0], "T2_1010", fmt.Sprintf("a%d.1", i))
		call(s.servers[0], "T2_1013", fmt.Sprintf("b%d.1", i))
		call(s.servers[0], "T10_1010", fmt.Sprintf("c%d.1", i))
	}
	check := func(who string, c *client, want ...string) {
		t.Helper()
		for i := range 50 {
			for _, w := range want {
				a := c.next()
				got := a.Data["Event"] + " " + a.Data["Uniqueid"]
				if w = fmt.Sprintf(w, i); got != w {
					t.Errorf("%s: got %s, want %s", who, got, w)
					return
				}
			}
		}
	}
	const ten, thirteen = "a%d.1", "b%d.1"
	check("all", clients["/"], "Newchannel "+ten, "Newstate "+ten, "Hangup "+ten, "Newchannel "+thirteen, "Newstate "+thirteen, "Hangup "+thirteen)
	check("by event", clients["/?events=Newchannel,hangup"], "Newchannel "+ten, "Hangup "+ten, "Newchannel "+thirteen, "Hangup "+thirteen)
	check("by extension", clients["/?extensions=1013"], "Newchannel "+thirteen, "Newstate "+thirteen, "Hangup "+thirteen)
	check("by both", clients["/?events=Hangup&extensions=1010,1099"], "Hangup "+ten)
	check("by nonsense", clients["/?events=Nonsense"])
	check("operator", ops, "Hangup "+ten, "Hangup "+thirteen, "Hangup c%d.1")
	check("single extension", single, "Newchannel "+ten, "Newstate "+ten, "Hangup "+ten)
	s.servers[0].Cut() // link changes pass every filter
	clients["operator"], clients["single"] = ops, single
	for who, c := range clients {
		for _, state := range []string{"down", "up"} {
			if a := c.next(); a.Type != 3 || a.Data["Event"] != "DIPCASTLink" || a.Data["State"] != state || a.ServerID != 1 || a.ServerName != "dcrm.makecall.io" {
				t.Errorf("%s: got %s, want link %s", who, a.raw, state)
			}
		}
	}
}

// TestRequesterOnly: 50 clients, all with the same ActionIDs, 1,000 requests
// in flight that are answered in another order: each gets its own.
func TestRequesterOnly(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.Rate.Burst = 1000 }})
	clients, each := 50, 20
	s.servers[0].Reorder(16) // the last of 16 first
	var wg sync.WaitGroup
	stamps := make(chan string, clients*each)
	for i := range clients {
		c := s.dial([]string{"demo", "demo10", "ops"}[i%3], "/?events=none")
		wg.Go(func() {
			for n := range each {
				c.send(fmt.Sprintf(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"same-%d"}}`, n))
			}
		})
		wg.Go(func() {
			seen := map[string]bool{}
			for range each {
				a := c.next()
				if seen[a.Data["ActionID"]] || a.Data["Response"] != "Success" || !strings.HasPrefix(a.Data["ActionID"], "same-") {
					t.Errorf("got %s", a.raw)
				}
				seen[a.Data["ActionID"]] = true
				stamps <- a.Data["Timestamp"]
			}
		})
	}
	if _, err := s.servers[0].WaitRequest(t.Context(), "Ping", clients*each); err != nil {
		t.Error(err)
	}
	s.servers[0].Reorder(0) // what is left of 16 goes out with the next answer
	s.dial("ops", "/?events=none").ask(pingRequest)
	wg.Wait()
	if len(stamps) != clients*each {
		t.Errorf("%d answers of %d", len(stamps), clients*each)
	}
}

func TestRateLimit(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.Rate.PerSecond, c.Rate.Burst = 50, 200 }})
	c := s.raw("demo", "/?events=none")
	var burst []byte
	for i := range 300 {
		burst = append(burst, frame(fin|text, fmt.Sprintf(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"n%d"}}`, i))...)
	}
	c.later(burst)
	pong, limited := 0, map[string]int{}
	for range 300 {
		got := c.want(ws.OpText)
		switch {
		case strings.Contains(got, `"Pong"`):
			pong++
		case strings.Contains(got, `"Code":"rate_limited"`):
			limited[between(t, got, `"ActionID":"`, `"`)]++
		default:
			t.Errorf("got %s", got)
		}
	}
	if pong < 200 || pong > 260 || len(limited) != 300-pong {
		t.Errorf("%d were carried out, %d refused", pong, len(limited))
	}
	// Bad messages count, too, and pings do not.
	for range 300 {
		c.write(frame(fin|text, "x"))
	}
	sawLimit := false
	for range 300 {
		sawLimit = strings.Contains(c.want(ws.OpText), "rate_limited") || sawLimit
	}
	if !sawLimit {
		t.Error("bad messages are not limited")
	}
	c.write(frame(fin|pings, "still here"))
	if c.want(ws.OpPong) != "still here" {
		t.Error("no pong")
	}
	ops := s.raw("ops", "/?events=none")
	ops.later(burst)
	for range 300 {
		if got := ops.want(ws.OpText); !strings.Contains(got, `"Pong"`) {
			t.Fatalf("an operator got %s", got)
		}
	}
}

// TestSlowClients: clients that stop reading are told or cut, and the others
// get every event in order meanwhile.
func TestSlowClients(t *testing.T) {
	// Only what the log holds bounds the sleep, however slow the machine.
	s := newSite(t, change{stall: 10 * time.Minute, config: func(c *config.Config) { c.Hub.Bytes, c.Hub.Age = 2<<20, 10*time.Minute }})
	var sleepers []*raw
	for range 3 {
		c := s.raw("demo", "/")
		if err := c.conn.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil { // or it takes megabytes more
			t.Fatal(err)
		}
		sleepers = append(sleepers, c)
	}
	const events = 7000 // more than log and socket buffers take together
	good := s.dial("demo", "/")
	step := make(chan struct{}, events)
	go func() {
		pad := strings.Repeat("x", 1200)
		for i := range events {
			if i%500 == 0 && i > 0 {
				<-step // the log's bound is for those who do not read
			}
			s.servers[0].Emit("Newexten", "Privilege", "dialplan,all", "Channel", "PJSIP/T2_1010-1", "Uniqueid", fmt.Sprint(i), "AppData", pad)
		}
	}()
	for i := range events {
		if f := string(good.frame()); between(t, f, `"Uniqueid":"`, `"`) != fmt.Sprint(i) {
			t.Fatalf("event %d is %s", i, f)
		}
		if i%500 == 499 {
			step <- struct{}{}
		}
	}
	told := 0
	for _, c := range sleepers { // they wake
		last := -1
		for {
			op, payload, err := c.next()
			if op == ws.OpClose {
				if payload[:2] != closeBody(1013, "") {
					t.Errorf("close %x", payload)
				}
				told++
				break
			}
			if err != nil {
				if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
					t.Errorf("a sleeper ends with %v", err)
				}
				break
			}
			if op == ws.OpPing { // the machine is slow
				continue
			}
			if n := between(t, payload, `"Uniqueid":"`, `"`); n != fmt.Sprint(last+1) {
				t.Fatalf("a sleeper got %s behind %d", n, last)
			}
			last++
		}
		if last == events-1 {
			t.Error("a sleeper got everything: the test does not test")
		}
	}
	if told == 0 {
		t.Error("no sleeper was told")
	}
}

// TestRestartIsTold: all clients get 1012, also those in the middle of events.
func TestRestartIsTold(t *testing.T) {
	s := newSite(t)
	var all []*raw
	for range 20 {
		all = append(all, s.raw("demo", "/"))
	}
	mute := s.raw("demo", "/") // reads nothing and does not close its side
	stopped := make(chan time.Duration)
	go func() {
		start := time.Now()
		s.app.Stop()
		stopped <- time.Since(start)
	}()
	for _, c := range all {
		c.wantClose(1012)
	}
	if d := <-stopped; d > 6*time.Second {
		t.Errorf("the stop took %v", d)
	}
	mute.wantClose(1012)
	if _, err := net.Dial("tcp", s.ws); err == nil {
		t.Error("still listening")
	}
}

// TestFrameBehindAClose is not carried out: nobody could be told.
func TestFrameBehindAClose(t *testing.T) {
	s := newSite(t)
	c := s.raw("demo", "/")
	c.write(append(frame(fin|closes, closeBody(1000, "")), frame(fin|text, originate)...))
	c.wantClose(1000)
	c = s.raw("demo", "/")
	c.write(append(frame(fin|0x40|text, "x"), frame(fin|text, originate)...))
	c.wantClose(1002)
	s.dial("demo", "/").ask(pingRequest)
	for _, r := range s.servers[0].Requests() {
		if r.Action() == "Originate" {
			t.Error("the request behind the close was sent")
		}
	}
}

// TestGoneWithoutAWord: clients that vanish with requests under way leave
// nothing behind (goleak) and disturb nobody.
func TestGoneWithoutAWord(t *testing.T) {
	s := newSite(t)
	s.servers[0].Mute(true)
	for range 50 {
		c := s.raw("demo", "/")
		c.write(frame(fin|text, pingRequest))
		c.write(frame(fin|text, strings.Replace(originate, `"Async": "yes"`, `"Async": "no"`, 1)))
		if err := c.conn.(*net.TCPConn).SetLinger(0); err != nil {
			t.Fatal(err)
		}
		c.conn.Close()
	}
	if _, err := s.servers[0].WaitRequest(t.Context(), "Originate", 10); err != nil {
		t.Error(err)
	}
	s.servers[0].Mute(false)
	if a := s.dial("ops", "/").ask(strings.Replace(pingRequest, `:1,`, `:2,`, 1)); a.Data["Ping"] != "Pong" {
		t.Errorf("got %s", a.raw)
	}
}

// TestIdleClientsAreSmall measures what a client costs that only listens. The
// number is of the whole process, so it includes the test's end of each
// connection.
func TestIdleClientsAreSmall(t *testing.T) {
	s := newSite(t)
	warm := s.raw("demo", "/")
	warm.pong()
	const clients = 1000
	conns := make([]net.Conn, 0, clients)
	buf := make([]byte, 512)
	hello := handshake(s.ws, "/?events=Hangup", basic("demo"))
	var before int64
	var goroutines int
	const first = 100 // what the first of them have made is for all
	for i := range first + clients {
		if i == first {
			before, goroutines = heap(), runtime.NumGoroutine()
		}
		conn, err := net.Dial("tcp", s.ws)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if _, err := conn.Write(hello); err != nil {
			t.Fatal(err)
		}
		if n, err := conn.Read(buf); err != nil || !strings.HasPrefix(string(buf[:n]), "HTTP/1.1 101") {
			t.Fatalf("%q %v", buf[:n], err)
		}
		conns = append(conns, conn)
	}
	perClient := (heap() - before) / clients
	t.Logf("%d bytes and %.2f goroutines for each idle client, the test's own end included",
		perClient, float64(runtime.NumGoroutine()-goroutines)/clients)
	limit := int64(6 << 10)
	if raceEnabled {
		limit *= 3
	}
	if perClient > limit {
		t.Errorf("an idle client costs %d bytes, want at most %d", perClient, limit)
	}
	// They are alive: every one gets the next event.
	call(s.servers[0], "T2_1010", "1.1")
	for i, conn := range conns {
		if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if n, err := conn.Read(buf); err != nil || !strings.Contains(string(buf[:n]), `"Event":"Hangup"`) {
			t.Fatalf("client %d: %q %v", i, buf[:n], err)
		}
	}
}

// heap is the memory in use, heap and stacks.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

func TestStoppedGateway(t *testing.T) {
	s := newSite(t)
	s.app.Stop()
	if _, err := net.Dial("tcp", s.http); err == nil {
		t.Error("after Stop: a connection was taken")
	}
	if _, _, err := websocket.Dial(t.Context(), "ws://"+s.ws+"/", nil); err == nil {
		t.Error("after Stop: a client was taken")
	}
}
