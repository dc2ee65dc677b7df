package app_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/config"
)

// openSite is a site with a drop-in for amiws, and one client of it.
func openSite(t *testing.T, networks ...string) (s *site, address string) {
	t.Helper()
	s = newSite(t, change{config: func(c *config.Config) {
		c.OpenListen = []config.OpenListen{{Address: "127.0.0.1:0", Networks: networks}}
	}})
	all := s.app.Addresses()
	return s, all[len(all)-1]
}

func (s *site) open(address, path string) *client {
	s.t.Helper()
	conn, res, err := websocket.Dial(s.t.Context(), "ws://"+address+path, nil)
	if err != nil {
		s.t.Fatalf("%v %v", res, err)
	}
	conn.SetReadLimit(4 << 20)
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{s.t, conn}
}

// plain is the next frame: members repeat here, as nowhere else.
func (c *client) plain() string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
	defer cancel()
	_, b, err := c.conn.Read(ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

// TestOpenRequests: what becomes of the messages of `bench probe`. want are the
// lines on the wire without the ActionID, or the code and field of the refusal.
func TestOpenRequests(t *testing.T) {
	s, address := openSite(t)
	c := s.open(address, "/any/path?v=2")
	const async = "; Async: true"
	tests := []struct {
		send string
		want string
		on   []int // servers; nil: both
	}{
		{`{"Action":"Ping","ActionID":"1"}`, "Action: Ping", nil},
		{`{"type":2,"server_id":1,"server_name":"x","ssl":false,"data":{"Action":"Ping","ActionID":"2"}}`, "Action: Ping; type: 2; server_id: 1; server_name: x; ssl: false", nil},
		{`{"data":{"Action":"Ping","AMIServerID":1}}`, "Action: Ping", []int{1}},
		{`{"a":{"b":[{"amiserverid":"2"}]},"Action":"Ping"}`, "Action: Ping", []int{2}},
		{`{"Action":"Ping","AMIServerID":7}`, "not_found AMIServerID", nil},
		{`{"Action":"Ping","AMIServerID":"all"}`, "invalid_value AMIServerID", nil},
		{`{"Action":"Ping","AMIServerID":null}`, "invalid_value AMIServerID", nil},
		{`{"Action":"Ping","AMIServerID":1.9}`, "invalid_value AMIServerID", nil},
		{`{"Action":"Ping","AMIServerID":1,"AMIServerID":2}`, "bad_request AMIServerID", nil},
		{`{"Action":"Ping","Action":"Hangup"}`, "bad_request Action", nil},
		{`{"ActionID":"x"}`, "bad_request Action", nil},
		{`{"Action":"Ping","":"x"}`, "invalid_value ", nil},
		{`{"Action":"Ping","Co:lon":"v"}`, "invalid_value ", nil},
		{`{"Action":"Ping","X":"a\r\nAction: Logoff"}`, "invalid_value X", nil},
		{`{"Action":"Ping","X":"a\u0000b"}`, "invalid_value X", nil},
		{`{"Action":"Logoff"}`, "forbidden Action", nil},
		{`{"Action":"events","EventMask":"off"}`, "forbidden Action", nil},
		{`{"Action":"Originate","Async":"yes","Variable":"a=1","Variable":"b=2","Variable":"c=3"}`, "Action: Originate; Variable: a=1; Variable: b=2; Variable: c=3" + async, nil},
		{`{"Action":"X","Variable":["a=1","b=2"],"Empty":[]}`, "Action: X; Variable: a=1; Variable: b=2", nil},
		{`{"Action":"X","Variable":{"a":"1","b":"2"}}`, "Action: X; a: 1; b: 2", nil},
		{`{"Action":"X","Variable":["a=1",["b=2"],{"c":"3"},"d=4"]}`, "Action: X; Variable: a=1; Variable: b=2; c: 3; Variable: d=4", nil},
		{`{"Action":"X","N":12,"F":-1.5e3,"T":true,"L":false,"Z":null,"E":""}`, "Action: X; N: 12; F: -1.5e3; T: true; L: false; Z: null; E: ", nil},
		{`{"Action":"X","Quote":"a\"b","Back":"a\\b","Slash":"a\/b","U":"\u00e9\ud83d\ude00"}`, `Action: X; Quote: a"b; Back: a\b; Slash: a/b; U: é😀`, nil},
		{`{"Action":"X","Ke\u0079":"escaped key","K ey":"space in key"}`, "Action: X; Key: escaped key; K ey: space in key", nil},
		{`{Action:"unquoted key"}`, "bad_request ", nil},
		{`{"Action":"no comma" "X":"y"}`, "bad_request ", nil},
		{`{"Action":"trailing comma",}`, "bad_request ", nil},
		{`["Ping"]`, "bad_request ", nil},
		{`{"Action":"Ping"} {}`, "bad_request ", nil},
		{`{"Action":"Ping"` + strings.Repeat(`,"a":{"b":1`, 70) + strings.Repeat("}", 71), "bad_request ", nil},
		{` { "Action" : "Ping" } `, "Action: Ping", nil},
	}
	for _, tt := range tests {
		before := []int{len(s.servers[0].Requests()), len(s.servers[1].Requests())}
		c.send(tt.send)
		if !strings.Contains(tt.want, ": ") {
			a := parse(t, c.plain())
			if got := a.Data["Code"] + " " + a.Data["Field"]; a.Type != 4 || got != tt.want {
				t.Errorf("%s: %q, want %q", tt.send, got, tt.want)
			}
			continue
		}
		on := tt.on
		if on == nil {
			on = []int{1, 2}
		}
		answered := map[int]bool{}
		for len(answered) < len(on) {
			if a := parse(t, c.plain()); a.Type == 4 {
				answered[a.ServerID] = true
			}
		}
		for i, srv := range s.servers {
			var got []string
			for _, r := range srv.Requests()[before[i]:] {
				switch r.Action() {
				case "Ping", "X", "Originate": // else the gateway's own
					got = append(got, wireLines(r))
				}
			}
			want := fmt.Sprint([]string{tt.want})
			if !answered[i+1] {
				want = "[]"
			}
			if fmt.Sprint(got) != want {
				t.Errorf("%s on %d:\ngot  %v\nwant %v", tt.send, i+1, got, want)
			}
		}
	}
}

func wireLines(r amitest.Request) string {
	var lines []string
	for _, h := range r.Headers {
		if h.Name != "ActionID" {
			lines = append(lines, h.Name+": "+h.Value)
		}
	}
	return strings.Join(lines, "; ")
}

// TestOpenEvents: what becomes of the AMI messages of `bench probe`.
func TestOpenEvents(t *testing.T) {
	s, address := openSite(t)
	c := s.open(address, "/")
	v1 := s.dial("ops", "/")
	tests := []struct{ send, want string }{ // data of the frame
		{"Event: E\r\n\r\n", `"Event":"E"`},
		{"Event: VarSet\r\nChannel: a\r\nVariable: X\r\nValue: \r\nVariable: Y\r\nValue: 2\r\n\r\n", `"Event":"VarSet","Channel":"a","Variable":"X","Value":"","Variable":"Y","Value":"2"`},
		{"Event: Newstate\r\nChanVariable: a=1\r\nChanVariable: b=2\r\nChanVariable(SIP/1): c=3\r\n\r\n", `"Event":"Newstate","ChanVariable":"a=1","ChanVariable":"b=2","ChanVariable(SIP/1)":"c=3"`},
		{"Event: Q\r\nX: say \"hi\" \\ back / slash\r\nY: tab\there\r\n\r\n", `"Event":"Q","X":"say \"hi\" \\ back / slash","Y":"tab\there"`},
		{"Event: Ctl\r\nX: \x1b[1;32mgreen\x1b[0m\x01\r\n\r\n", `"Event":"Ctl","X":"\u001b[1;32mgreen\u001b[0m\u0001"`},
		{"Event: Utf8\r\nX: José 😀\r\n\r\n", `"Event":"Utf8","X":"José 😀"`},
		{"Event: Latin1\r\nX: Jos\xe9 \"quoted\" end\r\nY: next\r\n\r\n", `"Event":"Latin1","X":"Jos` + "\uFFFD" + ` \"quoted\" end","Y":"next"`},
		{"Event: Spaces\r\nX:no space\r\nY:   lead\r\nZ : before colon\r\nT: trail  \r\nE:\r\n\r\n", `"Event":"Spaces","X":"no space","Y":"  lead","Z ":"before colon","T":"trail  ","E":""`},
		{"Event: NoColon\r\njust text\r\n\r\n", `"Event":"NoColon","":"just text"`},
		{"Event: LoneLF\r\nX: a\nb\r\n\r\n", `"Event":"LoneLF","X":"a","":"b"`},
		{"Event: Nul\r\nX: a\x00b\r\n\r\n", `"Event":"Nul","X":"a\u0000b"`},
		{"\r\nEvent: LeadingCRLF\r\nX: b\r\n\r\n", `"Event":"LeadingCRLF","X":"b"`},
		{"Asterisk Call Manager/5.0.1\r\nEvent: BehindPrompt\r\n\r\n", `"Event":"BehindPrompt"`},
		{"Event: Fake\r\nDIPCASTEncoding: x\r\n\r\n", `"Event":"Fake"`},
	}
	for _, tt := range tests {
		s.servers[0].EmitRaw("", []byte(tt.send))
		want := `{"type":3,"server_id":1,"server_name":"dcrm.makecall.io","ssl":false,"data":{` + tt.want + "}}"
		if got := c.plain(); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", tt.send, got, want)
		}
		v1.next() // in the form of version 1, which is tested elsewhere
	}
}

// TestOpenAnswers: what a server answers goes to all clients of the drop-in and
// to nobody else; an Originate does not block its link.
func TestOpenAnswers(t *testing.T) {
	s, address := openSite(t)
	one, two, ops := s.open(address, "/"), s.open(address, "/"), s.dial("ops", "/")
	s.servers[0].Handle("Many", func(c *amitest.Conn, r amitest.Request) {
		c.Respond(r, "Success", "Output", "line 1", "Output", "line 2")
	})
	one.send(`{"AMIServerID":1,"Action":"Many","ActionID":"mine"}`)
	want := `{"type":4,"server_id":1,"server_name":"dcrm.makecall.io","ssl":false,"data":{"Response":"Success","ActionID":"mine","Output":"line 1","Output":"line 2"}}`
	for _, c := range []*client{one, two} {
		if got := c.plain(); got != want {
			t.Errorf("got %s", got)
		}
	}
	one.send(`{"AMIServerID":1,"Action":"CoreShowChannels","ActionID":"list"}`)
	for _, c := range []*client{one, two} {
		for _, want := range []string{`"Response":"Success","ActionID":"list"`, `"EventList":"Complete"`} {
			if got := c.plain(); !strings.Contains(got, want) || !strings.Contains(got, `"ActionID":"list"`) {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
	// The one answer of an Originate without Async is its outcome; the events
	// go to everybody.
	one.send(`{"AMIServerID":1,"Action":"Originate","ActionID":"call","Channel":"PJSIP/T2_1010","Context":"T2_cos-all","Exten":"1013","Priority":1}`)
	seen := ""
	for !strings.Contains(seen, `"Event":"OriginateResponse"`) || !strings.Contains(seen, `"type":4`) {
		f := two.plain()
		if strings.Contains(f, `"Event":"OriginateResponse"`) || strings.Contains(f, `"type":4`) {
			if !strings.Contains(f, `"ActionID":"call"`) {
				t.Errorf("got %s", f)
			}
			seen += f
		}
	}
	ops.send(`{"AMIServerID":1,"Action":"Ping","ActionID":"own"}`)
	if a := ops.response(); a.Data["ActionID"] != "own" {
		t.Errorf("an operator got %s", a.raw)
	}
	two.send(`{"AMIServerID":9,"Action":"Ping","ActionID":"wrong"}`)
	if f := two.plain(); !strings.Contains(f, "not_found") {
		t.Errorf("got %s", f)
	}
	one.send(`{"AMIServerID":1,"Action":"Many","ActionID":"last"}`)
	for f := one.plain(); !strings.Contains(f, `"last"`); f = one.plain() {
		if strings.Contains(f, "wrong") || strings.Contains(f, `"own"`) {
			t.Errorf("a refusal or an operator's answer went to others: %s", f)
		}
	}
}

// TestOpenHandshake: no login, but only from the networks, and no page of
// another site.
func TestOpenHandshake(t *testing.T) {
	s, address := openSite(t)
	_, port, _ := strings.Cut(address, ":")
	tests := []struct {
		name   string
		host   string
		h      http.Header
		status int
	}{
		{"no login", "", nil, 101},
		{"a login is not looked at", "", basic("nobody"), 101},
		{"a page of its own address", "", header("Origin", "http://"+address), 101},
		{"a page of another site", "", header("Origin", "http://evil.example"), 403},
		{"null", "", header("Origin", "null"), 403},
		{"a name that leads here", "evil.example:" + port, header("Origin", "http://evil.example:"+port), 403},
		{"localhost", "localhost:" + port, header("Origin", "http://localhost:"+port), 101},
		{"what a proxy says", "", header("X-Forwarded-For", "192.0.2.1"), 101},
	}
	for _, tt := range tests {
		conn, res, err := websocket.Dial(t.Context(), "ws://"+address+"/x", &websocket.DialOptions{HTTPHeader: tt.h, Host: tt.host})
		if res == nil || res.StatusCode != tt.status {
			t.Errorf("%s: %v %v", tt.name, res, err)
		}
		if err == nil {
			_ = conn.CloseNow()
		}
	}
	if !strings.Contains(s.logs.String(), "open listener: every program on this machine") {
		t.Error("nothing was logged")
	}
	_, other := openSite(t, "192.0.2.0/24")
	_, res, err := websocket.Dial(t.Context(), "ws://"+other+"/", &websocket.DialOptions{HTTPHeader: header("X-Forwarded-For", "192.0.2.1")})
	if err == nil || res.StatusCode != 403 {
		t.Errorf("from elsewhere: %v %v", res, err)
	}
}

// TestOpenTranscripts: of every recorded event each line comes as one member,
// in its place and with its text, the same name as often as it was sent.
func TestOpenTranscripts(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) {
		c.OpenListen = []config.OpenListen{{Address: "127.0.0.1:0"}}
		c.Hub.Age = 2 * time.Minute
	}})
	all := s.app.Addresses()
	c := s.open(all[len(all)-1], "/")
	recs := recordings(t)
	played := make(chan error, 1)
	go func() {
		for _, tr := range recs {
			if err := s.servers[0].Play(t.Context(), tr, amitest.PlayOptions{}); err != nil {
				played <- err
				return
			}
		}
		played <- nil
	}()
	n, repeated := 0, 0
	for _, tr := range recs {
		for _, r := range tr.Messages() {
			if r.Banner || !r.Event {
				continue
			}
			frame := c.plain()
			if n++; !utf8.Valid(r.Data) {
				continue // what is made of that is tested elsewhere
			}
			var want []string
			names := map[string]bool{}
			for line := range strings.SplitSeq(strings.TrimRight(string(r.Data), "\r\n"), "\r\n") {
				name, value, _ := strings.Cut(line, ":")
				if names[name] {
					repeated++
				}
				names[name] = true
				want = append(want, name, strings.TrimPrefix(value, " "))
			}
			if got := members(t, frame); !slices.Equal(got, want) {
				t.Fatalf("%s:\ngot  %q\nwant %q", tr.Name, got, want)
			}
		}
	}
	if err := <-played; err != nil {
		t.Error(err)
	}
	if n < 2000 || repeated == 0 {
		t.Errorf("%d events with %d repeated names: are the recordings whole?", n, repeated)
	}
}

// members are the names and texts of a frame's data, in their order.
func members(t *testing.T, frame string) (out []string) {
	t.Helper()
	dec := jsontext.NewDecoder(strings.NewReader(frame), jsontext.AllowDuplicateNames(true))
	for {
		tok, err := dec.ReadToken()
		if err != nil {
			t.Fatalf("%v: %s", err, frame)
		}
		switch depth := dec.StackDepth(); {
		case depth == 2 && tok.Kind() == '"':
			out = append(out, tok.String())
		case depth == 0:
			return out
		}
	}
}
