package hostile_test

import (
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// wire stands between the gateway and one server and keeps every byte on its
// way to the server.
type wire struct {
	ln     net.Listener
	target string
	wg     sync.WaitGroup

	mu     sync.Mutex
	bytes  []byte
	conns  map[net.Conn]bool
	closed bool
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{ln: ln, target: target, conns: map[net.Conn]bool{}}
	w.wg.Go(w.accept)
	t.Cleanup(w.close)
	return w
}

func (w *wire) addr() string { return w.ln.Addr().String() }

func (w *wire) accept() {
	for {
		client, err := w.ln.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.target)
		if err != nil || !w.keep(client, server) {
			_ = client.Close()
			if err == nil {
				_ = server.Close()
			}
			continue
		}
		w.wg.Go(func() { w.copy(server, io.TeeReader(client, (*tap)(w)), client) })
		w.wg.Go(func() { w.copy(client, server, server) })
	}
}

func (w *wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		w.conns[c] = true
	}
	return !w.closed
}

func (w *wire) copy(to net.Conn, from io.Reader, source net.Conn) {
	_, _ = io.Copy(to, from) // either end may go at any time
	_ = to.Close()
	_ = source.Close()
}

func (w *wire) close() {
	_ = w.ln.Close()
	w.mu.Lock()
	w.closed = true
	for c := range w.conns {
		_ = c.Close()
	}
	w.mu.Unlock()
	w.wg.Wait()
}

// tap is the wire as a writer of what it saw.
type tap wire

func (t *tap) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes = append(t.bytes, p...)
	return len(p), nil
}

// mark is how many bytes went over the wire so far.
func (w *wire) mark() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.bytes)
}

// since is what went over it after a mark.
func (w *wire) since(mark int) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.bytes[mark:])
}

// fence is the one action that a check itself sends.
var fence = regexp.MustCompile(`Action: Ping\r\nActionID: [0-9a-zA-Z-]+\r\n\r\n`)

// actions are the requests on a wire since a mark, without their ActionIDs and
// fences.
func (w *wire) actions(mark int) []string {
	var out []string
	for _, text := range strings.SplitAfter(fence.ReplaceAllString(w.since(mark), ""), "\r\n\r\n") {
		if text != "" {
			out = append(out, wireID.ReplaceAllString(text, ""))
		}
	}
	return out
}

var wireID = regexp.MustCompile(`ActionID: [^\r\n]*\r\n`)
