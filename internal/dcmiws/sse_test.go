package dcmiws

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/dipcast/dipcast/internal/hub"
)

// narrow is a connection that takes a few bytes at a time.
type narrow struct {
	hub.Conn
	got []byte
}

func (n *narrow) TryWrite(p []byte) (int, error) {
	k := min(len(p), rand.IntN(40))
	n.got = append(n.got, p[:k]...)
	return k, nil
}

func (n *narrow) WriteSome(p []byte, _ time.Time) (int, error) {
	k := min(len(p), 1+rand.IntN(40))
	n.got = append(n.got, p[:k]...)
	return k, nil
}

func (n *narrow) Waiting() bool { return false }

// TestFramesAsEvents: whatever the socket takes at once, each frame is one
// event, with the positions of all servers in its id.
func TestFramesAsEvents(t *testing.T) {
	for range 100 {
		out := &narrow{}
		c := &sseConn{Conn: out}
		var frames []byte
		add := func(op ws.OpCode, payload string) {
			b, err := ws.CompileFrame(ws.NewFrame(op, true, []byte(payload)))
			if err != nil {
				t.Fatal(err)
			}
			frames = append(frames, b...)
		}
		long := strings.Repeat("x", 70000)
		add(ws.OpText, `{"op":"subscribed"}`)
		add(ws.OpText, `{"op":"snapshot","server":2,"epoch":"b-1","seq":9,"calls":[],"devices":[]}`)
		add(ws.OpText, `{"op":"gap","server":1,"from":1,"to":2,"reason":"link"}`)
		add(ws.OpText, `{"type":3,"server_id":1,"server_name":"a\",\"epoch\":\"no","ssl":false,"epoch":"a-1","seq":3,"time":"x","data":{"A":"`+long+`"}}`)
		add(ws.OpPing, "")
		add(ws.OpText, `{"type":4,"server_id":1,"server_name":"","ssl":false,"data":{}}`)
		add(ws.OpClose, string(ws.NewCloseFrameBody(1012, `bye "x"`)))
		for rest := frames; len(rest) > 0 || c.Waiting(); {
			n, err := c.TryWrite(rest)
			if err != nil || n != 0 && n != len(rest) {
				t.Fatalf("took %d of %d: %v", n, len(rest), err)
			}
			rest = rest[n:]
			if n, err = c.WriteSome(rest, time.Now().Add(time.Second)); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		want := "event: subscribed\ndata: {\"op\":\"subscribed\"}\n\n" +
			"id: 2:b-1:9\nevent: snapshot\ndata: {\"op\":\"snapshot\",\"server\":2,\"epoch\":\"b-1\",\"seq\":9,\"calls\":[],\"devices\":[]}\n\n" +
			"event: gap\ndata: {\"op\":\"gap\",\"server\":1,\"from\":1,\"to\":2,\"reason\":\"link\"}\n\n" +
			fmt.Sprintf("id: 1:a-1:3,2:b-1:9\nevent: event\ndata: {\"type\":3,\"server_id\":1,\"server_name\":\"a\\\",\\\"epoch\\\":\\\"no\",\"ssl\":false,\"epoch\":\"a-1\",\"seq\":3,\"time\":\"x\",\"data\":{\"A\":\"%s\"}}\n\n", long) +
			": still here\n\n" +
			"event: event\ndata: {\"type\":4,\"server_id\":1,\"server_name\":\"\",\"ssl\":false,\"data\":{}}\n\n" +
			"event: close\ndata: {\"op\":\"close\",\"status\":1012,\"reason\":\"bye \\\"x\\\"\"}\n\n"
		if string(out.got) != want {
			t.Fatalf("got %.600s", out.got)
		}
	}
}
