package faults_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// frame is one frame as it came.
type frame struct {
	Op       string         `json:"op"`
	Type     int            `json:"type"`
	ServerID int            `json:"server_id"`
	Data     map[string]any `json:"data"`
	raw      string
	at       time.Time
}

// get is a member of data, "" when there is none.
func (f *frame) get(name string) string {
	if v, ok := f.Data[name]; ok {
		return fmt.Sprint(v)
	}
	return ""
}

// client is a WebSocket client that keeps all it gets.
type client struct {
	t    *testing.T
	conn *websocket.Conn
	stop context.CancelFunc
	done chan struct{}

	mu     sync.Mutex
	frames []*frame
	err    error // why it ended
	more   chan struct{}
	asked  int
}

func basic(user string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password(user)))}}
}

func (s *site) dial(user, path string) *client {
	s.t.Helper()
	return dial(s.t, "ws://"+s.ws+path, user)
}

func dial(t *testing.T, url, user string) *client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn, res, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: basic(user)})
	if err != nil {
		t.Fatalf("dial: %v (%v)", err, res)
	}
	conn.SetReadLimit(16 << 20)
	c := &client{t: t, conn: conn, more: make(chan struct{}), done: make(chan struct{})}
	var reading context.Context
	reading, c.stop = context.WithCancel(context.Background())
	go c.read(reading)
	t.Cleanup(c.close)
	// Behind the answer to the handshake it still has to be given its place.
	if err := conn.Ping(ctx); err != nil {
		t.Fatalf("ping: %v", err)
	}
	return c
}

func (c *client) close() {
	c.stop()
	_ = c.conn.CloseNow()
	<-c.done
}

func (c *client) read(ctx context.Context) {
	defer close(c.done)
	for {
		_, b, err := c.conn.Read(ctx)
		c.mu.Lock()
		if err != nil {
			c.err = err
		} else {
			f := &frame{raw: string(b), at: time.Now()}
			if err := json.Unmarshal(b, f); err != nil {
				c.t.Errorf("%v: %s", err, b)
			}
			c.frames = append(c.frames, f)
		}
		close(c.more)
		c.more = make(chan struct{})
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// over reports whether the connection has ended.
func (c *client) over() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// mark is how many frames have come.
func (c *client) mark() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.frames)
}

// since returns the frames from a mark on.
func (c *client) since(mark int) []*frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.frames[mark:len(c.frames):len(c.frames)]
}

// find waits for the first frame from a mark on that is the one.
func (c *client) find(mark int, what string, is func(*frame) bool) *frame {
	c.t.Helper()
	limit := time.After(40 * time.Second)
	for i := mark; ; {
		c.mu.Lock()
		frames, more, err := c.frames, c.more, c.err
		c.mu.Unlock()
		for ; i < len(frames); i++ {
			if is(frames[i]) {
				return frames[i]
			}
		}
		if err != nil {
			c.t.Fatalf("waiting for %s: %v", what, err)
		}
		select {
		case <-more:
		case <-limit:
			c.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// event waits for an event from a mark on, by name and further members.
func (c *client) event(mark int, name string, members ...string) *frame {
	c.t.Helper()
	return c.find(mark, name, func(f *frame) bool {
		if f.Type != 3 || f.get("Event") != name {
			return false
		}
		for i := 0; i < len(members); i += 2 {
			if f.get(members[i]) != members[i+1] {
				return false
			}
		}
		return true
	})
}

// send sends a request to a server under an ActionID of its own, which it
// returns. members are name, value pairs beside Action.
func (c *client) send(server int, action string, members ...string) string {
	c.t.Helper()
	c.mu.Lock()
	c.asked++
	id := fmt.Sprintf("a%d", c.asked)
	c.mu.Unlock()
	data := []string{`"Action":"` + action + `","ActionID":"` + id + `"`}
	for i := 0; i < len(members); i += 2 {
		v, err := json.Marshal(members[i+1])
		if err != nil {
			c.t.Fatal(err)
		}
		data = append(data, fmt.Sprintf("%q:%s", members[i], v))
	}
	text := fmt.Sprintf(`{"AMIServerID":%d,"data":{%s}}`, server, strings.Join(data, ","))
	if err := c.conn.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
	return id
}

// answer waits for the answer with that ActionID.
func (c *client) answer(id string) *frame {
	c.t.Helper()
	return c.find(0, "the answer "+id, func(f *frame) bool {
		return f.Type != 3 && f.get("ActionID") == id && f.get("Response") != ""
	})
}

// answers returns all answers with that ActionID so far.
func (c *client) answers(id string) []*frame {
	var all []*frame
	for _, f := range c.since(0) {
		if f.Type != 3 && f.get("ActionID") == id && f.get("Response") != "" {
			all = append(all, f)
		}
	}
	return all
}

// ask sends a request and waits for its answer.
func (c *client) ask(server int, action string, members ...string) *frame {
	c.t.Helper()
	return c.answer(c.send(server, action, members...))
}

// ping wants a Pong from a server.
func (c *client) ping(server int) {
	c.t.Helper()
	if a := c.ask(server, "Ping"); a.get("Ping") != "Pong" {
		c.t.Errorf("ping of server %d: %s", server, a.raw)
	}
}

// clickToCall are the members of an Originate as documented.
var clickToCall = []string{
	"Channel", "Local/1010@T2_cos-all", "Context", "T2_cos-all", "Exten", "01026132471", "Priority", "1",
	"Callerid", "<16682471>", "Timeout", "30000", "Async", "yes",
}

// reply is an answer of REST.
type reply struct {
	status int
	raw    string
	Status string          `json:"status"`
	Code   string          `json:"code"`
	Data   json.RawMessage `json:"data"`
}

// named is a call in an answer of REST.
type named struct {
	CallID    string `json:"call_id"`
	ChannelID string `json:"channel_id"`
}

func (r *reply) call(t *testing.T) named {
	t.Helper()
	var v named
	if len(r.Data) == 0 || json.Unmarshal(r.Data, &v) != nil {
		t.Errorf("no call in %s", r.raw)
	}
	return v
}

// do asks REST as tenant 2.
func (s *site) do(method, path, body string) *reply {
	s.t.Helper()
	return do(s.t, method, "http://"+s.http+path, body)
}

func do(t *testing.T, method, url, body string) *reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("tenant", two)
	req.Header.Set("app-key", "KEY-of-two")
	tr := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: tr, Timeout: 60 * time.Second}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := &reply{status: res.StatusCode, raw: string(b)}
	if err := json.Unmarshal(b, r); err != nil {
		t.Errorf("%s: %v: %s", url, err, b)
	}
	return r
}

// metric reads one value of a page of metrics.
func metric(t *testing.T, url, name string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 60 * time.Second}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(text, name+" "); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}
