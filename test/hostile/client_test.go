package hostile_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/coder/websocket"
)

// client is one WebSocket client, with a library that is not our own.
type client struct {
	s    *site
	who  string
	conn *websocket.Conn
}

func basic(user string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password(user)))}}
}

// silent is the path of a client that gets no events.
const silent = "/?events=none"

// dial connects a client.
func (s *site) dial(user, path string) *client {
	s.t.Helper()
	conn, res, err := websocket.Dial(short(s.t), "ws://"+s.ws+path, &websocket.DialOptions{HTTPHeader: basic(user)})
	if err != nil {
		s.t.Fatalf("dial: %v (%v)", err, res)
	}
	conn.SetReadLimit(4 << 20)
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	c := &client{s, user, conn}
	c.ping() // the answer to a handshake goes out a moment before events come
	return c
}

func (c *client) send(text string) {
	c.s.t.Helper()
	if err := c.conn.Write(short(c.s.t), websocket.MessageText, []byte(text)); err != nil {
		c.s.t.Fatal(err)
	}
}

// next is the next frame's text.
func (c *client) next() string {
	c.s.t.Helper()
	kind, b, err := c.conn.Read(short(c.s.t))
	if err != nil || kind != websocket.MessageText {
		c.s.t.Fatalf("read: %v %v", kind, err)
	}
	return string(b)
}

// ask sends a request and returns the next frame.
func (c *client) ask(text string) string {
	c.s.t.Helper()
	c.send(text)
	return c.next()
}

// response is the next frame that is no event.
func (c *client) response() string {
	c.s.t.Helper()
	for {
		if f := c.next(); !strings.HasPrefix(f, `{"type":3,`) {
			return f
		}
	}
}

// event waits for an event by its name and gives its frame.
func (c *client) event(name string) string {
	c.s.t.Helper()
	for {
		if f := c.next(); strings.Contains(f, `"data":{"Event":"`+name+`"`) {
			return f
		}
	}
}

// ping asks both servers for a Ping: whatever was to go to them before is now
// on the wire, and the connection is alive.
func (c *client) ping() {
	c.s.t.Helper()
	for i := range c.s.wires {
		if c.s.wires[i] == nil || (c.who == "demo10" && i > 0) {
			continue
		}
		c.send(fmt.Sprintf(`{"AMIServerID":%d,"data":{"Action":"Ping","ActionID":"fence"}}`, i+1))
		got := c.response()
		if !strings.Contains(got, `"Response":"Success","ActionID":"fence","Ping":"Pong"`) {
			c.s.t.Fatalf("the connection does not go on: %s", got)
		}
	}
}

// member is a member of data of a frame.
func member(frame, name string) string {
	var f struct{ Data map[string]any }
	if err := json.Unmarshal([]byte(frame), &f); err != nil {
		return "not JSON: " + err.Error()
	}
	text, _ := f.Data[name].(string)
	return text
}

// reply is an answer of REST.
type reply struct {
	status int
	header http.Header
	body   string
}

// do sends a request to the REST interface.
func (s *site) do(method, path, body string, h http.Header) reply {
	s.t.Helper()
	req, err := http.NewRequestWithContext(short(s.t), method, "http://"+s.http+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, v := range h {
		req.Header[name] = v
	}
	res, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, strings.TrimSuffix(string(b), "\n")}
}

// appKey are the headers of a tenant's program.
func appKey(tenant string) http.Header {
	key := map[string]string{two: keyOfTwo, ten: "KEY-of-ten"}[tenant]
	return http.Header{"Tenant": {tenant}, "App-Key": {key}}
}
