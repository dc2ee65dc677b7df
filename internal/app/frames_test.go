package app_test

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gobwas/ws"

	"github.com/dipcast/dipcast/internal/envelope"
)

const pingRequest = `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"p"}}`

// pong checks that the client is still answered.
func (c *raw) pong() {
	c.t.Helper()
	c.write(frame(fin|text, pingRequest))
	if got := c.want(ws.OpText); !strings.Contains(got, `"Ping":"Pong"`) {
		c.t.Errorf("got %s", got)
	}
}

func closeBody(code uint16, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, code)) + reason
}

// TestBrokenFrames: every way to break RFC 6455 is answered by its close code.
func TestBrokenFrames(t *testing.T) {
	s := newSite(t)
	unmasked := frame(fin|text, "hello")
	unmasked[1] &^= 0x80
	huge := append([]byte{fin | text, 0x80 | 127}, 0x80, 0, 0, 0, 0, 0, 0, 0)
	for _, tt := range []struct {
		name string
		data []byte
		code uint16
	}{
		{"unmasked", unmasked, 1002},
		{"RSV1", frame(fin|0x40|text, "x"), 1002},
		{"RSV2", frame(fin|0x20|text, "x"), 1002},
		{"RSV3", frame(fin|0x10|pings, "x"), 1002},
		{"opcode 3", frame(fin|3, "x"), 1002},
		{"opcode 15", frame(fin|15, "x"), 1002},
		{"fragmented ping", frame(pings, "x"), 1002},
		{"long ping", frame(fin|pings, strings.Repeat("x", 126)), 1002},
		{"continuation of nothing", frame(fin|cont, "x"), 1002},
		{"text inside a fragmented text", append(frame(text, "x"), frame(fin|text, "y")...), 1002},
		{"length 2^63", huge, 1009},
		{"length 64 KiB + 1", frame(fin|text, strings.Repeat("x", 65537)), 1009},
		{"fragments of 64 KiB + 1", append(frame(text, strings.Repeat("x", 65536)), frame(fin|cont, "y")...), 1009},
		{"text that is not UTF-8", frame(fin|text, "\xff\xfe"), 1007},
		{"fragmented text that is not UTF-8", append(frame(text, "\xec\x96"), frame(fin|cont, "x")...), 1007},
		{"close with one byte", frame(fin|closes, "x"), 1002},
		{"close 1005", frame(fin|closes, closeBody(1005, "")), 1002},
		{"close 999", frame(fin|closes, closeBody(999, "")), 1002},
		{"close with bad UTF-8", frame(fin|closes, closeBody(1000, "\xff")), 1007},
		{"close", frame(fin|closes, ""), 1000},
		{"close 1000", frame(fin|closes, closeBody(1000, "bye")), 1000},
		{"close 1001", frame(fin|closes, closeBody(1001, "going away")), 1001},
		{"close 4321", frame(fin|closes, closeBody(4321, "own")), 4321},
	} {
		for _, split := range []bool{false, true} {
			c := s.raw("demo", "/")
			if split && len(tt.data) < 1000 {
				for _, b := range tt.data {
					if _, err := c.conn.Write([]byte{b}); err != nil {
						break // the server has seen enough
					}
				}
			} else {
				c.write(tt.data)
			}
			t.Run(tt.name, func(t *testing.T) { c.t = t; c.wantClose(tt.code) })
		}
	}
}

func TestGoodFrames(t *testing.T) {
	s := newSite(t)
	c := s.raw("demo", "/")
	c.pong()

	// A fragmented request with a ping in the middle, and a letter cut in two.
	req := `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"착신"}}`
	cut := strings.Index(req, "착") + 1
	c.write(frame(text, req[:cut]))
	c.write(frame(fin|pings, "are you there"))
	if got := c.want(ws.OpPong); got != "are you there" {
		t.Errorf("pong %q", got)
	}
	c.write(frame(cont, ""))
	c.write(frame(fin|pongs, "nobody asked"))
	c.write(frame(fin|cont, req[cut:]))
	if got := c.want(ws.OpText); !strings.Contains(got, `"ActionID":"착신"`) {
		t.Errorf("got %s", got)
	}

	// A message of exactly 64 KiB.
	filler := `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"full"}}`
	c.write(frame(fin|text, filler+strings.Repeat(" ", 65536-len(filler))))
	if got := c.want(ws.OpText); !strings.Contains(got, `"ActionID":"full"`) {
		t.Errorf("got %s", got)
	}
	c.write(append(frame(text, filler), frame(fin|cont, strings.Repeat(" ", 65536-len(filler)))...))
	if got := c.want(ws.OpText); !strings.Contains(got, `"ActionID":"full"`) {
		t.Errorf("got %s", got)
	}

	// Byte by byte, then many in one segment, then cut at every place.
	for _, b := range frame(fin|text, pingRequest) {
		c.write([]byte{b})
	}
	c.want(ws.OpText)
	var many []byte
	for i := range 50 {
		many = append(many, frame(fin|text, fmt.Sprintf(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"n%d"}}`, i))...)
	}
	c.write(many)
	seen := map[string]bool{}
	for range 50 {
		seen[between(t, c.want(ws.OpText), `"ActionID":"`, `"`)] = true
	}
	if len(seen) != 50 {
		t.Errorf("%d of 50 requests of one segment were answered", len(seen))
	}
	two := append(frame(fin|text, pingRequest), frame(fin|text, pingRequest)...)
	for cut := 1; cut < len(two); cut += 7 {
		c.write(two[:cut])
		c.write(two[cut:])
		c.want(ws.OpText)
		c.want(ws.OpText)
	}

	// Binary is answered, and the connection stays.
	c.write(frame(fin|binry, pingRequest))
	if got := c.want(ws.OpText); !strings.Contains(got, `"Code":"bad_request"`) {
		t.Errorf("got %s", got)
	}
	c.write(frame(fin|text, ""))
	if got := c.want(ws.OpText); !strings.Contains(got, `"Code":"bad_request"`) {
		t.Errorf("got %s", got)
	}
	c.pong()
}

// TestHalfFrame: a client that stops in the middle of a frame holds up nobody
// and may go on later.
func TestHalfFrame(t *testing.T) {
	s := newSite(t)
	half, other := s.raw("demo", "/"), s.raw("demo", "/")
	large := frame(fin|text, pingRequest+strings.Repeat(" ", 40000))
	half.write(large[:20000])
	other.pong()
	half.write(large[20000:])
	half.want(ws.OpText)
	half.write(large[:3])
	other.pong()
	half.conn.Close()
	other.pong()
}

// TestPipelinedBehindTheHandshake: frames in the segment of the handshake.
func TestPipelinedBehindTheHandshake(t *testing.T) {
	s := newSite(t)
	for _, extra := range [][]byte{
		frame(fin|text, pingRequest),
		append(frame(fin|text, pingRequest), frame(fin|text, pingRequest)[:10]...),
	} {
		conn, err := net.Dial("tcp", s.ws)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		c := newRaw(t, conn)
		c.write(append(handshake(s.ws, "/", basic("demo")), extra...))
		res, err := http.ReadResponse(c.r, nil)
		if err != nil || res.StatusCode != 101 {
			t.Fatalf("%v %v", res, err)
		}
		c.want(ws.OpText)
		if len(extra) > len(frame(fin|text, pingRequest)) {
			c.write(frame(fin|text, pingRequest)[10:])
			c.want(ws.OpText)
		}
		c.pong()
	}
}

func TestPingFlood(t *testing.T) {
	s := newSite(t)
	c := s.raw("ops", "/")
	var flood []byte
	for range 1000 {
		flood = append(flood, frame(fin|pings, "x")...)
	}
	c.write(flood)
	c.wantClose(1008)
}

// TestNeverSilence: every kind of bad request gets exactly one error frame,
// and whatever follows is answered as ever.
func TestNeverSilence(t *testing.T) {
	s := newSite(t)
	c := s.raw("demo", "/")
	data := func(members string) string {
		return `{"AMIServerID":1,"data":{` + members + `,"ActionID":"x"}}`
	}
	deep := strings.Repeat(`{"data":`, 7000) + "1" + strings.Repeat("}", 7000)
	keys := &strings.Builder{}
	for i := range 5000 {
		fmt.Fprintf(keys, `"k%d":1,`, i)
	}
	for name, tt := range map[string]struct {
		text string
		code envelope.Code
	}{
		"nothing":                  {``, envelope.BadRequest},
		"blanks":                   {`   `, envelope.BadRequest},
		"a word":                   {`hello`, envelope.BadRequest},
		"null":                     {`null`, envelope.BadRequest},
		"an array":                 {`[{"Action":"Ping"}]`, envelope.BadRequest},
		"a string":                 {`"Ping"`, envelope.BadRequest},
		"an empty object":          {`{}`, envelope.BadRequest},
		"half":                     {`{"AMIServerID":1`, envelope.BadRequest},
		"two objects":              {pingRequest + pingRequest, envelope.BadRequest},
		"trailing":                 {pingRequest + "x", envelope.BadRequest},
		"deep":                     {deep, ""},
		"many keys":                {`{"AMIServerID":1,"data":{` + keys.String() + `"Action":"Ping"}}`, envelope.BadRequest},
		"lone surrogate":           {data(`"Action":"Ping","X":"\ud800"`), envelope.BadRequest},
		"1e400":                    {data(`"Action":"Ping","X":1e400`), ""},
		"data twice":               {`{"AMIServerID":1,"data":{"Action":"Ping"},"data":{"Action":"Ping"}}`, envelope.BadRequest},
		"action twice":             {data(`"Action":"Ping","action":"Ping"`), envelope.BadRequest},
		"object as a value":        {data(`"Action":"Ping","X":{"a":1}`), envelope.InvalidValue},
		"null as a value":          {data(`"Action":null`), envelope.InvalidValue},
		"no server":                {`{"data":{"Action":"Ping"}}`, envelope.BadRequest},
		"server 0":                 {`{"AMIServerID":0,"data":{"Action":"Ping"}}`, envelope.NotFound},
		"server -1":                {`{"AMIServerID":-1,"data":{"Action":"Ping"}}`, envelope.NotFound},
		"server 99":                {`{"AMIServerID":99,"data":{"Action":"Ping"}}`, envelope.NotFound},
		"server 1.5":               {`{"AMIServerID":1.5,"data":{"Action":"Ping"}}`, ""},
		"server true":              {`{"AMIServerID":true,"data":{"Action":"Ping"}}`, ""},
		"server x":                 {`{"AMIServerID":"x","data":{"Action":"Ping"}}`, ""},
		"no action":                {data(`"X":1`), envelope.BadRequest},
		"unknown action":           {data(`"Action":"Nonsense"`), envelope.Forbidden},
		"full-width action":        {data(`"Action":"ＣＯＭＭＡＮＤ"`), envelope.BadRequest},
		"operators' action":        {data(`"Action":"Status"`), envelope.Forbidden},
		"CRLF":                     {data(`"Action":"Ping\r\nAction: Command"`), envelope.InvalidValue},
		"NUL":                      {data(`"Action":"Ping\u0000"`), envelope.InvalidValue},
		"colon in a name":          {data(`"Action":"Ping","a:b":1`), ""},
		"a field nobody asked for": {data(`"Action":"Ping","Channel":"x"`), ""},
		"Originate without all":    {data(`"Action":"Originate"`), envelope.BadRequest},
		"Originate elsewhere":      {data(`"Action":"Originate","Channel":"Local/1010@T10_cos-all","Context":"T2_cos-all","Exten":"1013"`), envelope.Forbidden},
		"hang up nothing":          {data(`"Action":"Hangup","Channel":"PJSIP/T2_1010-00000001"`), ""},
		"hang up by pattern":       {data(`"Action":"Hangup","Channel":"/^PJSIP/"`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			c.t = t
			c.write(frame(fin|text, tt.text))
			got := c.want(ws.OpText)
			if !strings.Contains(got, `"Response":"Error"`) || !strings.Contains(got, `"Message":"`) || !strings.Contains(got, `"type":4`) {
				t.Errorf("got %s", got)
			}
			if code := between(t, got, `"Code":"`, `"`); tt.code != "" && code != string(tt.code) {
				t.Errorf("code %s, want %s", code, tt.code)
			}
			c.pong() // the next text frame is its answer: there was one error
		})
	}
	for _, srv := range s.servers {
		for _, r := range srv.Requests() {
			switch r.Action() {
			case "Ping", "Login", "CoreShowChannels", "BridgeList", "DeviceStateList", "QueueStatus", "DBGetTree", "DBPut", "Setvar", "Events",
				"DBDel", "PJSIPShowRegistrationInboundContactStatuses", "Status": // the gateway asks these itself
			default:
				t.Errorf("%s reached a server", r.Action())
			}
		}
	}
}

// between returns what stands in s behind from and before to.
func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		t.Errorf("no %s in %s", from, s)
	}
	rest, _, _ = strings.Cut(rest, to)
	return rest
}
