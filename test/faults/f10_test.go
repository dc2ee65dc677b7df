package faults_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/dipcast/dipcast/internal/config"
)

// rawClient is a client whose reading the test does itself.
type rawClient struct {
	t    *testing.T
	conn *net.TCPConn
	r    *bufio.Reader
}

// raw connects one whose system takes at most so many bytes unread.
func (s *site) raw(user, path string, unread int) *rawClient {
	s.t.Helper()
	nc, err := net.Dial("tcp", s.ws)
	if err != nil {
		s.t.Fatal(err)
	}
	conn := nc.(*net.TCPConn)
	s.t.Cleanup(func() { conn.Close() })
	if err := conn.SetReadBuffer(unread); err != nil {
		s.t.Fatal(err)
	}
	text := "GET " + path + " HTTP/1.1\r\nHost: " + s.ws + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: " + basic(user).Get("Authorization") + "\r\n\r\n"
	if _, err := io.WriteString(conn, text); err != nil {
		s.t.Fatal(err)
	}
	c := &rawClient{s.t, conn, bufio.NewReaderSize(conn, 256)}
	res, err := http.ReadResponse(c.r, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		s.t.Fatalf("%v %v", res, err)
	}
	return c
}

// next is the next frame, or why there is none.
func (c *rawClient) next() (ws.OpCode, string, error) {
	if err := c.conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return 0, "", err
	}
	h, err := ws.ReadHeader(c.r)
	if err != nil {
		return 0, "", err
	}
	b := make([]byte, h.Length)
	_, err = io.ReadFull(c.r, b)
	return h.OpCode, string(b), err
}

// trickle reads one byte a second until the connection ends.
func (c *rawClient) trickle(done <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	b := make([]byte, 1)
	for {
		select {
		case <-tick.C:
		case <-done:
			return
		}
		if _, err := c.conn.Read(b); err != nil {
			return
		}
	}
}

// TestF10_ClientsThatDoNotRead: one never reads, one reads a byte a second, one
// stops in the middle of a frame. They are closed as too slow, because they fall
// out of a small log, or because nothing moves for ten seconds; the others get
// every event in order.
func TestF10_ClientsThatDoNotRead(t *testing.T) {
	for name, bytes := range map[string]int{"out of the log": 4 << 20, "no progress": 64 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, change{config: func(c *config.Config) { c.Hub.Bytes = bytes }})
			var good []*client
			for range 2 {
				good = append(good, s.dial("demo", "/"))
			}
			before := s.steady()
			s.raw("demo", "/", 4<<10) // never reads
			slow := s.raw("demo", "/", 4<<10)
			half := s.raw("demo", "/", 4<<10)
			done := make(chan struct{})
			var wg sync.WaitGroup
			wg.Go(func() { slow.trickle(done) })
			defer wg.Wait()
			defer close(done)
			const events, block = 4000, 200
			pad := strings.Repeat("x", 3000)
			for i := range events {
				s.servers[0].Emit("Newexten", "Privilege", "dialplan,all", "Channel", "PJSIP/T2_1010-1", "Context", "T2_cos-all",
					"Uniqueid", "1.1", "N", fmt.Sprint(i), "AppData", pad)
				if i == 0 { // one that stops in the middle of its second frame
					if _, _, err := half.next(); err != nil {
						t.Fatal(err)
					}
				}
				if i == 1 {
					if _, err := io.ReadFull(half.r, make([]byte, 100)); err != nil {
						t.Fatal(err)
					}
				}
				if i%block == block-1 { // the log's bound is for those who do not read
					for _, c := range good {
						s.until("the good ones", func() bool { return c.mark() > i })
					}
				}
			}
			for _, c := range good {
				n := 0
				for _, f := range c.since(0) {
					if f.get("N") != fmt.Sprint(n) {
						t.Fatalf("got %s behind event %d", f.get("N"), n-1)
					}
					n++
				}
				if n != events {
					t.Errorf("%d of %d events", n, events)
				}
				c.ping(2)
			}
			s.until("the slow ones are closed", func() bool { return s.metric("dipcast_clients_slow_total") == "3" })
			if n := len(s.logs.of("client too slow, closed", 0)); n != 3 {
				t.Errorf("%d lines in the log", n)
			}
			s.until("they are gone", func() bool { return s.metric(`dipcast_clients{protocol="v1"}`) == "2" })
			s.settled(before)
		})
	}
}

// TestF10_ToldWithVersion2: a client of version 2 that sleeps is told what it
// has missed when it wakes, unless that is ten seconds later: then it is closed.
func TestF10_ToldWithVersion2(t *testing.T) {
	t.Parallel()
	s := newSite(t, change{config: func(c *config.Config) { c.Hub.Bytes = 1 << 20 }})
	c := s.raw("demo", "/?v=2", 256<<10)
	if err := ws.WriteFrame(c.conn, ws.MaskFrame(ws.NewTextFrame([]byte(`{"op":"subscribe","id":"a","servers":[1]}`)))); err != nil {
		t.Fatal(err)
	}
	for text := ""; !strings.Contains(text, `"op":"snapshot"`); { // then it sleeps
		var err error
		if _, text, err = c.next(); err != nil {
			t.Fatal(err)
		}
	}
	const events = 3000
	pad := strings.Repeat("x", 3000)
	for i := range events {
		s.servers[0].Emit("Newexten", "Privilege", "dialplan,all", "Channel", "PJSIP/T2_1010-1", "Context", "T2_cos-all",
			"Uniqueid", "1.1", "N", fmt.Sprint(i), "AppData", pad)
	}
	s.until("all are handed on", func() bool { return s.pbx(1).Picture(nil, "").Seq >= events })
	last := 0.0
	for {
		op, text, err := c.next()
		if err != nil || op == ws.OpClose {
			if len(s.logs.of("client too slow, closed", 0)) != 1 {
				t.Fatalf("behind %v: neither told nor closed as slow: %v", last, err)
			}
			break
		}
		if op != ws.OpText {
			continue
		}
		var f struct {
			Op       string
			Seq      float64
			From, To float64
			Reason   string
		}
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatal(err)
		}
		if f.Op == "gap" {
			if f.Reason != "slow" || f.From <= last || f.To < f.From {
				t.Errorf("behind %v: %s", last, text)
			}
			if f.To < events/2 { // on a busy machine it fell out before its socket was full
				last = f.To - 1 // the snapshot behind it is of To
				continue
			}
			break
		}
		if f.Seq > 0 {
			if f.Seq <= last {
				t.Fatalf("%v behind %v", f.Seq, last)
			}
			last = f.Seq
		}
	}
	if last >= events-1 {
		t.Error("it missed nothing: not much of a test")
	}
	s.dial("demo", "/").ping(1)
}
