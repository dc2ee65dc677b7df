package demo_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// frame is one message of the WebSocket protocol.
type frame struct {
	Type       int               `json:"type"`
	ServerID   int               `json:"server_id"`
	ServerName string            `json:"server_name"`
	SSL        *bool             `json:"ssl"`
	Data       map[string]any    `json:"data"`
	text       map[string]string // Data's texts
}

func (f *frame) is(pairs ...string) bool {
	for i := 0; i < len(pairs); i += 2 {
		if f.text[pairs[i]] != pairs[i+1] {
			return false
		}
	}
	return true
}

// client is a WebSocket client that keeps all it gets.
type client struct {
	t    *testing.T
	name string
	conn *websocket.Conn

	mu   sync.Mutex
	all  []*frame
	more chan struct{}
}

// connect logs in, and reads until the test ends.
func connect(t *testing.T, url, login string) *client {
	t.Helper()
	conn, _, err := websocket.Dial(ctx(t), url, &websocket.DialOptions{HTTPHeader: basic(login)})
	if err != nil {
		t.Fatalf("%s as %s: %v", url, login, err)
	}
	conn.SetReadLimit(1 << 22)
	c := &client{t: t, name: login, conn: conn, more: make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			_, data, err := conn.Read(context.Background())
			if err != nil {
				return
			}
			f := &frame{text: map[string]string{}}
			if err := json.Unmarshal(data, f); err != nil {
				t.Errorf("%s got %q: %v", login, data, err)
				return
			}
			for k, v := range f.Data {
				if s, ok := v.(string); ok {
					f.text[k] = s
				}
			}
			c.mu.Lock()
			c.all = append(c.all, f)
			close(c.more)
			c.more = make(chan struct{})
			c.mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		_ = conn.CloseNow()
		<-ended
	})
	return c
}

func basic(login string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+login))}}
}

// send sends a request as it is.
func (c *client) send(text string) {
	c.t.Helper()
	if err := c.conn.Write(ctx(c.t), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatalf("%s: %v", c.name, err)
	}
}

// ask sends a request with this ActionID and gives its answer.
func (c *client) ask(actionID, text string) *frame {
	c.t.Helper()
	at := c.mark()
	c.send(strings.ReplaceAll(text, "{id}", actionID))
	return c.wait(at, func(f *frame) bool { return f.Type != 3 && f.is("ActionID", actionID) })
}

// command sends the console command and gives its output.
func (c *client) command(server, command string) string {
	c.t.Helper()
	f := c.ask("cmd", `{"AMIServerID":`+server+`,"data":{"Action":"Command","Command":"`+command+`","ActionID":"{id}"}}`)
	return f.text["Output"]
}

// mark is the place behind all that came so far.
func (c *client) mark() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.all)
}

// wait gives the first frame from a place on that fits.
func (c *client) wait(from int, fits func(*frame) bool) *frame {
	c.t.Helper()
	ctx := ctx(c.t)
	for {
		c.mu.Lock()
		all, more := c.all, c.more
		c.mu.Unlock()
		for _, f := range all[from:] {
			if fits(f) {
				return f
			}
		}
		from = len(all)
		select {
		case <-more:
		case <-ctx.Done():
			c.t.Fatalf("%s: what is waited for does not come", c.name)
		}
	}
}

// event gives the first event from a place on with these values.
func (c *client) event(from, server int, pairs ...string) *frame {
	c.t.Helper()
	return c.wait(from, func(f *frame) bool { return f.Type == 3 && f.ServerID == server && f.is(pairs...) })
}

// seen gives the texts of all frames that came so far.
func (c *client) seen() []*frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all
}

// ctx bounds one wait.
func ctx(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}
