package hostile_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// hostile is a server that logs everybody in and then says whatever a test
// wants.
type hostile struct {
	t      *testing.T
	ln     net.Listener
	banner string
	wg     sync.WaitGroup

	mu      sync.Mutex
	conns   map[net.Conn]bool
	logins  int
	current net.Conn // the last that logged in
	closed  bool
}

func newHostile(t *testing.T, banner string) *hostile {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hostile{t: t, ln: ln, banner: banner, conns: map[net.Conn]bool{}}
	h.wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			h.mu.Lock()
			h.conns[c] = true
			closed := h.closed
			h.mu.Unlock()
			if closed {
				_ = c.Close()
				return
			}
			h.wg.Go(func() { h.serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = ln.Close()
		h.mu.Lock()
		h.closed = true
		for c := range h.conns {
			_ = c.Close()
		}
		h.mu.Unlock()
		h.wg.Wait()
	})
	return h
}

// serve answers the login with success and everything else with an error.
func (h *hostile) serve(c net.Conn) {
	defer c.Close()
	if _, err := c.Write([]byte(h.banner + "\r\n")); err != nil {
		return
	}
	r := bufio.NewReader(c)
	for {
		var action, id string
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if line = strings.TrimRight(line, "\r\n"); line == "" {
				break
			}
			if v, ok := strings.CutPrefix(line, "Action: "); ok {
				action = v
			}
			if v, ok := strings.CutPrefix(line, "ActionID: "); ok {
				id = v
			}
		}
		answer := "Response: Error\r\nActionID: " + id + "\r\nMessage: no\r\n\r\n"
		switch action {
		case "Login":
			answer = "Response: Success\r\nActionID: " + id + "\r\nMessage: Authentication accepted\r\n\r\nEvent: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"
		case "Ping":
			answer = "Response: Success\r\nActionID: " + id + "\r\nPing: Pong\r\n\r\n"
		}
		if _, err := c.Write([]byte(answer)); err != nil {
			return
		}
		if action == "Login" {
			h.mu.Lock()
			h.logins++
			h.current = c
			h.mu.Unlock()
		}
	}
}

func (h *hostile) state() (logins int, c net.Conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.logins, h.current
}

// say sends bytes to the gateway, as far as it takes them.
func (h *hostile) say(b []byte) {
	_, c := h.state()
	_ = c.SetWriteDeadline(time.Now().Add(20 * time.Second))
	_, _ = c.Write(b)
}

// TestT36_HostileServers: a server that breaks AMI loses its session, or what
// it said is kept as it is; a server beside it is not disturbed, and no
// message holds more than its bound of memory.
func TestT36_HostileServers(t *testing.T) {
	// Not in parallel: it measures the whole process.
	h := newHostile(t, "Asterisk Call Manager/11.0.0")
	s := newSite(t, setup{first: h.ln.Addr().String()})
	links := s.dial("ops", "/?events=none") // link changes pass every filter
	ops, tenant := s.dial("ops", "/"), s.dial("demo", "/")
	link := func(state string) {
		t.Helper()
		want := `{"type":3,"server_id":1,"server_name":"dcrm.makecall.io","ssl":false,"data":{"Event":"DIPCASTLink","State":"` + state + `"}}`
		if got := links.next(); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
	up := func() {
		t.Helper()
		s.until("the link is up", func() bool { return s.do("GET", "/api/v2/servers", "", basic("ops")).upOf(1) })
	}
	// beside checks the other server: an answer, and an event in its place.
	beside := func(nr string) {
		t.Helper()
		got := links.ask(`{"AMIServerID":2,"data":{"Action":"Ping","ActionID":"x"}}`)
		if member(got, "Ping") != "Pong" || !strings.HasPrefix(got, `{"type":4,"server_id":2,`) {
			t.Errorf("the server beside: %s", got)
		}
		s.scripts[1].Emit("Newstate", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-1", "Nr", nr, "Uniqueid", "9.9", "Linkedid", "9.9")
		for member(tenant.next(), "Nr") != nr {
		}
	}
	up()

	// What is kept as it is.
	event := func(headers string) []byte {
		return []byte("Event: Newstate\r\nPrivilege: call,all\r\n" + headers + "\r\n")
	}
	for i, tt := range []struct {
		name string
		say  []byte
		want string // of data
	}{
		{"a colon in a name", event("ChanVariable(PJSIP/1010-1): X=1\r\n"), `{"Event":"Newstate","Privilege":"call,all","ChanVariable(PJSIP/1010-1)":"X=1"}`},
		{"an empty name inside", event("ChanVariable(x):\r\n"), `{"Event":"Newstate","Privilege":"call,all","ChanVariable(x)":""}`},
		{"NUL", event("AppData: a\x00b\r\n"), `{"Event":"Newstate","Privilege":"call,all","AppData":"a\u0000b"}`},
		{"bare LF", []byte("Event: Newstate\nPrivilege: call,all\nX: 1\n\n"), `{"Event":"Newstate","Privilege":"call,all","X":"1"}`},
		{"bare CR in a value", event("AppData: a\rb\r\n"), `{"Event":"Newstate","Privilege":"call,all","AppData":"a\rb"}`},
		{"not UTF-8", event("AppData: \xff\r\n"), `{"Event":"Newstate","Privilege":"call,all","AppData":"` + "\ufffd" + `","DIPCASTEncoding":"AppData=invalid"}`},
		{"quotes", event(`AppData: "}],\` + "\r\n"), `{"Event":"Newstate","Privilege":"call,all","AppData":"\"}],\\"}`},
		{"our own header", event("DIPCASTEncoding: x\r\n"), `{"Event":"Newstate","Privilege":"call,all"}`},
		{"an event without a name", []byte("Event: \r\nX: 1\r\n\r\n"), `{"Event":"","X":"1"}`},
		{"an event with nothing", []byte("Event:\r\n\r\n"), `{"Event":""}`},
	} {
		h.say(tt.say)
		want := `{"type":3,"server_id":1,"server_name":"dcrm.makecall.io","ssl":false,"data":` + tt.want + "}"
		for got := ops.next(); got != want; got = ops.next() {
			if strings.Contains(got, `"server_id":1`) && !strings.Contains(got, "DIPCASTLink") {
				t.Errorf("%s\ngot  %s\nwant %s", tt.name, got, want)
				break
			}
		}
		beside(fmt.Sprint(i))
	}

	// Answers that nobody waits for reach nobody.
	h.say([]byte("Response: Success\r\nActionID: nobody-1\r\nMessage: hello\r\n\r\nResponse: Success\r\nMessage: hello\r\n\r\nResponse: Goodbye\r\n\r\n" +
		"Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: nobody-2\r\nResponse: Success\r\n\r\n"))
	if got := ops.next(); strings.Contains(got, `"server_id":1`) && !strings.Contains(got, `"Event":"OriginateResponse"`) {
		t.Errorf("got %s", got)
	}
	beside("answers")

	// What ends the session. It comes back by itself each time.
	ten := bytes.Repeat([]byte("x"), 10<<20)
	for name, attack := range map[string][]byte{
		"a line of 10 MiB":            append([]byte("Event: Newstate\r\nX: "), ten...),
		"10 MiB without a line's end": ten,
		"100,000 headers":             append([]byte("Event: Newstate\r\n"), bytes.Repeat([]byte("H: 1\r\n"), 100000)...),
		"no blank line":               append([]byte("Event: Newstate\r\n"), bytes.Repeat([]byte("Header: "+strings.Repeat("y", 4000)+"\r\n"), 1000)...),
		"10 MiB of NUL":               make([]byte, 10<<20),
	} {
		before, _ := h.state()
		held := live()
		h.say(attack)
		link("down")
		s.until("the gateway logs in again", func() bool { n, _ := h.state(); return n > before })
		link("up")
		up()
		beside(name)
		if grown := live() - held; grown > 2*mib {
			t.Errorf("%s left %d bytes of memory", name, grown)
		}
	}
	// What stays within the bounds is read, however strange.
	blank := bytes.Repeat([]byte("\r\n"), 100000)
	h.say(append(blank, event("X: blank lines\r\n")...))
	for f := ops.next(); member(f, "X") != "blank lines"; f = ops.next() {
	}
}

// upOf reads from an answer of /servers whether a server's links are up.
func (r reply) upOf(id int) bool {
	_, rest, ok := strings.Cut(r.body, fmt.Sprintf(`{"id":%d,`, id))
	rest, _, _ = strings.Cut(rest, "}")
	return ok && strings.Contains(rest, `"up":true`)
}

// TestT36_NotAnAsterisk: what answers with something else than a manager's
// greeting is left alone, and asked again; the server beside works.
func TestT36_NotAnAsterisk(t *testing.T) {
	t.Parallel()
	for name, banner := range map[string]string{
		"HTTP": "HTTP/1.1 400 Bad Request", "SSH": "SSH-2.0-OpenSSH_9.2p1", "nothing": "", "long": strings.Repeat("x", 2<<20), "bytes": "\x00\x16\x03\x01\xff",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHostile(t, banner)
			s := newSite(t, setup{first: h.ln.Addr().String()})
			ops := s.dial("ops", "/?events=none")
			if name == "HTTP" || name == "long" {
				s.until("it says so", func() bool {
					r := s.do("GET", "/api/v2/servers", "", basic("ops"))
					return !r.upOf(1) && strings.Contains(r.body, `"error":"`)
				})
				v := verdict{"unavailable", "", "the link to the server is down"}
				if got := ops.ask(pingRequest); got != v.frame(1, "p") {
					t.Errorf("got %s", got)
				}
			}
			if got := ops.ask(strings.Replace(pingRequest, ":1,", ":2,", 1)); member(got, "Ping") != "Pong" {
				t.Errorf("got %s", got)
			}
		})
	}
}
