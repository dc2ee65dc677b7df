package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// asterisk stands in for an Asterisk: it lets everybody in, answers what a
// gateway asks, and sends the events it is told to.
type asterisk struct {
	ln net.Listener
	wg sync.WaitGroup
	up chan struct{} // gets one for each login

	mu    sync.Mutex
	conns map[net.Conn]bool // true: logged in
}

func newAsterisk() (*asterisk, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &asterisk{ln: ln, up: make(chan struct{}, 16), conns: map[net.Conn]bool{}}
	a.wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			a.mu.Lock()
			a.conns[c] = false
			a.mu.Unlock()
			a.wg.Go(func() { a.serve(c) })
		}
	})
	return a, nil
}

func (a *asterisk) address() string { return a.ln.Addr().String() }

// close ends all connections and waits for their goroutines.
func (a *asterisk) close() {
	_ = a.ln.Close()
	a.mu.Lock()
	for c := range a.conns {
		_ = c.Close()
	}
	a.mu.Unlock()
	a.wg.Wait()
}

// loggedIn waits until a gateway is.
func (a *asterisk) loggedIn(ctx context.Context) error {
	select {
	case <-a.up:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the gateway did not log in to the Asterisk stand-in: %w", ctx.Err())
	}
}

func (a *asterisk) serve(c net.Conn) {
	defer func() {
		a.mu.Lock()
		delete(a.conns, c)
		a.mu.Unlock()
		_ = c.Close()
	}()
	if _, err := c.Write([]byte("Asterisk Call Manager/11.0.0\r\n")); err != nil {
		return
	}
	r := bufio.NewReaderSize(c, 64<<10)
	var out []byte
	for {
		action, id, err := readAction(r)
		if err != nil {
			return
		}
		out = answer(out, action, id)
		if r.Buffered() > 0 {
			continue // answers to what came together go together
		}
		if _, err := c.Write(out); err != nil {
			return
		}
		out = out[:0]
		if action == "login" {
			a.mu.Lock()
			a.conns[c] = true
			a.mu.Unlock()
			a.up <- struct{}{}
		}
	}
}

// readAction reads one action and returns its name, in lower case, and its
// ActionID.
func readAction(r *bufio.Reader) (action, id string, err error) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", "", err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" && action != "" {
			return action, id, nil
		}
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "action":
			action = strings.ToLower(strings.TrimSpace(value))
		case "actionid":
			id = strings.TrimSpace(value)
		}
	}
}

// answer adds what Asterisk would answer, as far as a gateway needs it: lists
// are empty.
func answer(dst []byte, action, id string) []byte {
	complete := map[string]string{
		"coreshowchannels": "CoreShowChannelsComplete", "bridgelist": "BridgeListComplete",
		"devicestatelist": "DeviceStateListComplete", "queuestatus": "QueueStatusComplete",
		"queuesummary": "QueueSummaryComplete", "extensionstatelist": "ExtensionStateListComplete",
		"pjsipshowendpoints": "EndpointListComplete", "pjsipshowcontacts": "ContactListComplete",
		"dbgettree": "DBGetTreeComplete", "status": "StatusComplete",
	}[action]
	h := []header{{"Response", "Success"}}
	if id != "" {
		h = append(h, header{"ActionID", id})
	}
	switch {
	case action == "login":
		h = append(h, header{"Message", "Authentication accepted"})
		return appendMessage(appendMessage(dst, h), []header{
			{"Event", "FullyBooted"}, {"Privilege", "system,all"}, {"Uptime", "100"}, {"LastReload", "100"}, {"Status", "Fully Booted"},
		})
	case action == "ping":
		h = append(h, header{"Ping", "Pong"}, header{"Timestamp", "1790000000.000000"})
	case complete != "":
		dst = appendMessage(dst, append(h, header{"EventList", "start"}, header{"Message", "List will follow"}))
		h = []header{{"Event", complete}, {"ActionID", id}, {"EventList", "Complete"}, {"ListItems", "0"}}
	}
	return appendMessage(dst, h)
}

// errNoGateway reports that no gateway is connected any more.
var errNoGateway = errors.New("no gateway is logged in")

// writeSize is how much one write carries when events are not paced.
const writeSize = 64 << 10

// send sends s, as fast as the gateway takes it, or rate events a second.
// before is called ahead of each write with the number of events that are then
// sent.
func (a *asterisk) send(ctx context.Context, s *stream, rate int, before func(n int)) error {
	var to net.Conn
	a.mu.Lock()
	for c, in := range a.conns {
		if in {
			to = c
		}
	}
	a.mu.Unlock()
	if to == nil {
		return errNoGateway
	}
	stop := context.AfterFunc(ctx, func() { _ = to.SetWriteDeadline(time.Now()) })
	defer stop()
	start := time.Now()
	for n, at := 0, 0; n < len(s.ends); {
		next := n + 1
		if rate > 0 {
			if next = min(int(time.Since(start).Seconds()*float64(rate)), len(s.ends)); next <= n {
				if err := pause(ctx, time.Millisecond); err != nil {
					return err
				}
				continue
			}
		} else {
			for next < len(s.ends) && s.ends[next-1]-at < writeSize {
				next++
			}
		}
		end := s.ends[next-1]
		before(next)
		if _, err := to.Write(s.bytes[at:end]); err != nil {
			return err
		}
		n, at = next, end
	}
	return nil
}
