package rest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/demo"
)

// TestCallOverV2: a real call on the WebSocket of version 2: it rings, is
// answered and ends, each step behind the events that led to it, and its id is
// the one of REST.
func TestCallOverV2(t *testing.T) {
	s := start(t)
	conn, res, err := websocket.Dial(s.ctx(), strings.Replace(s.demo.URL(), "http", "ws", 1)+"/?v=2", &websocket.DialOptions{HTTPHeader: key()})
	if err != nil {
		t.Fatalf("%v %v", err, res)
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(1 << 20)
	read := func() (f struct {
		frame
		Tenant string
		Seq    uint64
		Server int
		ID     int `json:"server_id"`
	},
	) {
		_, b, err := conn.Read(s.ctx())
		if err == nil {
			err = json.Unmarshal(b, &f)
		}
		if err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		return f
	}
	if err := conn.Write(s.ctx(), websocket.MessageText, []byte(`{"op":"subscribe","servers":[1]}`)); err != nil {
		t.Fatal(err)
	}
	if f := read(); f.Op != "subscribed" {
		t.Fatalf("got %+v", f)
	}
	if f := read(); f.Op != "snapshot" || f.Server != 1 {
		t.Fatalf("got %+v", f)
	}
	id := s.click("1010", demo.Mobile)
	kinds, last, mine, steps := "", uint64(0), 0, 0
	for hungUp := false; !strings.HasSuffix(kinds, "ended "); {
		f := read()
		if f.Seq <= last {
			t.Errorf("seq %d behind %d", f.Seq, last)
		}
		last = f.Seq
		if f.Op == "" {
			var call string
			if err := json.Unmarshal(f.Call, &call); err == nil && call == id {
				mine++
			}
			continue
		}
		if f.Op != "call" || f.callID() != id {
			continue
		}
		// The answer to Originate makes the call known: one step, of a call that
		// has no channel yet. Every other is caused by an event, and behind it.
		steps++
		known := steps == 1 && f.Event == "changed" && strings.Contains(string(f.Call), `"channels":[]`)
		if mine == 0 && !known {
			t.Errorf("step %d, %s, comes before every event of the call", steps, f.Event)
		}
		if f.Event != "changed" && !strings.HasSuffix(kinds, f.Event+" ") {
			kinds += f.Event + " "
		}
		if f.Event == "answered" && !hungUp {
			hungUp = true
			if r := s.do("POST", prefix+"/calls/"+id+"/hangup", ""); r.status != 200 {
				t.Fatalf("%d %s", r.status, r.raw)
			}
		}
	}
	if kinds != "ringing answered ended " || mine < 10 {
		t.Errorf("told %s, with %d events", kinds, mine)
	}
}
