package calls_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
)

// tape keeps one AMI dialogue: its bytes as on the wire, and its messages.
type tape struct {
	start time.Time

	mu   sync.Mutex
	out  bytes.Buffer // in the form of the recordings
	part [2][]byte    // of a message whose end has not come: sent, received
	mark string       // the last one written
	last time.Time
	all  []heard
	more chan struct{} // replaced and closed at every message
}

type heard struct {
	m  *ami.Message
	at time.Time
}

func newTape() *tape {
	return &tape{start: time.Now(), last: time.Now(), more: make(chan struct{})}
}

var marks = [2]string{">>>>", "<<<<"}

const (
	sent = iota
	received
)

// add takes bytes in; whole messages go to the recording with their time.
func (t *tape) add(dir int, b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = time.Now()
	t.part[dir] = append(t.part[dir], b...)
	for {
		end := []byte("\r\n\r\n")
		if bytes.HasPrefix(t.part[dir], []byte("Asterisk Call Manager/")) {
			end = end[2:] // the greeting is one line
		}
		i := bytes.Index(t.part[dir], end)
		if i < 0 {
			return
		}
		m := t.part[dir][:i+len(end)]
		t.part[dir] = t.part[dir][i+len(end):]
		if skip(m) {
			continue
		}
		// One mark for what came together.
		if mark := fmt.Sprintf("%s %.3f\n", marks[dir], t.last.Sub(t.start).Seconds()); mark != t.mark {
			t.out.WriteString(mark)
			t.mark = mark
		}
		t.out.Write(m)
	}
}

// skip leaves out what says nothing of calls and would make the recordings
// long: variables, steps of the dialplan, the states of devices, security,
// tests inside Asterisk. What the tests follow live is whole.
func skip(m []byte) bool {
	for _, event := range []string{"VarSet", "TestEvent", "RTCP", "ChallengeSent", "ChallengeResponse", "SuccessfulAuth", "DeviceStateChange", "ExtensionStatus", "ContactStatus", "PeerStatus", "QueueMemberStatus"} {
		if bytes.HasPrefix(m, []byte("Event: "+event)) {
			return true
		}
	}
	return bytes.HasPrefix(m, []byte("Event: Newexten")) && step(m)
}

// step tells the steps of the dialplan that lead nowhere: most of them all.
func step(m []byte) bool {
	return bytes.Contains(m, []byte("\nApplication: GotoIf\r")) || bytes.Contains(m, []byte("\nApplication: Return\r")) ||
		bytes.Contains(m, []byte("\nApplication: Set\r")) &&
			!bytes.Contains(m, []byte("\nAppData: __DC_DIVERTED=")) && !bytes.Contains(m, []byte("\nAppData: DC_TO="))
}

func (t *tape) heard(m *ami.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, heard{m.Clone(), time.Now()})
	close(t.more)
	t.more = make(chan struct{})
}

// quiet is closed when nothing was heard for d.
func (t *tape) quiet(d time.Duration) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			t.mu.Lock()
			rest := d - time.Since(t.last)
			t.mu.Unlock()
			if rest <= 0 {
				return
			}
			<-time.After(rest)
		}
	}()
	return done
}

// wait gives the first event with these values: "Event", "Hold".
func (l *lab) wait(pairs ...string) *ami.Message {
	l.t.Helper()
	ctx := l.ctx()
	for from := 0; ; {
		l.tape.mu.Lock()
		all, more := l.tape.all, l.tape.more
		l.tape.mu.Unlock()
		for _, h := range all[from:] {
			if matches(h.m, pairs) {
				return h.m
			}
		}
		from = len(all)
		select {
		case <-more:
		case <-ctx.Done():
			l.t.Fatalf("no event %q", pairs)
		}
	}
}

func matches(m *ami.Message, pairs []string) bool {
	for i := 0; i < len(pairs); i += 2 {
		if m.Get(pairs[i]) != pairs[i+1] {
			return false
		}
	}
	return true
}

// write saves the recording under what it shows.
func (t *tape) write(tb testing.TB, path, comment string) {
	tb.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	text := append([]byte("# "+comment+"\n"), t.out.Bytes()...)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		tb.Fatal(err)
	}
}

// dial opens the link whose bytes are kept.
func (t *tape) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &taped{Conn: c, t: t}, nil
}

type taped struct {
	net.Conn
	t *tape
}

func (c *taped) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.t.add(received, b[:n])
	return n, err
}

func (c *taped) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.t.add(sent, b[:n])
	return n, err
}
