package hostile_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// mib is what one hostile message may cost at most.
const mib = 1 << 20

// limit is the largest message and body.
const limit = 64 << 10

// bombs are messages that are small on the wire and could be large in memory.
// An empty verdict closes the connection as too big.
func bombs() map[string]struct {
	text string
	want verdict
} {
	members := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(`"k` + strconv.Itoa(i) + `":1,`)
		}
		return b.String()
	}
	pad := func(s string, n int) string { return s + strings.Repeat(" ", n-len(s)) }
	scalar := func(name string) verdict {
		return verdict{"invalid_value", name, quote(name) + " must be a string, a number or true/false; only Variable may be a list or an object"}
	}
	const ping = `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"x"}}`
	const head = `{"AMIServerID":1,"data":{"ActionID":"x","Action":"Ping",`
	type bomb = struct {
		text string
		want verdict
	}
	return map[string]bomb{
		"64 KiB and 1":           {pad(ping, limit+1), verdict{}},
		"10^6 keys":              {`{"AMIServerID":1,"data":{` + members(1e6) + `"Action":"Ping"}}`, verdict{}},
		"a key of 100,000 bytes": {`{"` + strings.Repeat("k", 100000) + `":1}`, verdict{}},
		"5,000 keys":             {head + members(5000) + `"z":1}}`, verdict{"bad_request", "k256", "the request has more than 256 fields"}},
		"4,000 variables":        {head + strings.Repeat(`"Variable":"",`, 4000) + `"z":1}}`, verdict{"bad_request", "Variable", "the request has more than 256 fields"}},
		"a list of variables":    {head + `"Variable":[` + strings.Repeat(`"",`, 20000) + `""]}}`, verdict{"bad_request", "Variable", "the request has more than 256 fields"}},
		"objects, 10,000 deep":   {strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000), scalar("a")},
		"data in data":           {strings.Repeat(`{"data":`, 7000) + "1" + strings.Repeat("}", 7000), scalar("data")},
		"arrays, 30,000 deep":    {strings.Repeat("[", 30000) + strings.Repeat("]", 30000), verdict{"bad_request", "", "a request is one JSON object, this one begins with '['"}},
		"lists of variables":     {head + `"Variable":` + strings.Repeat("[", 30000), scalar("Variable")},
		"1e400":                  {`{"AMIServerID":1,"data":{"ActionID":"x","Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"1013","Timeout":1e400}}`, verdict{"invalid_value", "Timeout", "Timeout must be a whole number of milliseconds from 1000 to 120000"}},
		"a number of 60,000":     {head + `"Timeout":` + strings.Repeat("9", 60000) + `}}`, verdict{"too_long", "Timeout", `"Timeout" is too long: name and value have at most 1020 bytes`}},
		"trailing garbage":       {ping + "x", verdict{"bad_request", "", "there is something behind the JSON object; send one object per message"}},
		"two objects":            {ping + ping, verdict{"bad_request", "", "there is something behind the JSON object; send one object per message"}},
		"an array at the top":    {"[" + ping + "]", verdict{"bad_request", "", "a request is one JSON object, this one begins with '['"}},
		"nothing":                {"", verdict{"bad_request", "", "the message is empty; send one JSON object"}},
		"blanks":                 {strings.Repeat(" ", limit), verdict{"bad_request", "", "the message is empty; send one JSON object"}},
		"escapes":                {head + `"Foo":"` + strings.Repeat(`\u0000`, 10000) + `"}}`, verdict{"invalid_value", "Foo", `"Foo" must not hold CR, LF or NUL`}},
	}
}

// idOf is the ActionID that the answer to a bomb carries: that of the message,
// if it could be read.
func idOf(text string) string {
	if strings.Contains(text, `"ActionID":"x"`) && strings.HasPrefix(text, "{") {
		return "x"
	}
	return ""
}

// serverOf is the server in the answer to a bomb.
func serverOf(v verdict) int {
	if v.code == "invalid_value" && v.field != "a" && v.field != "data" && v.field != "Variable" || v.code == "too_long" {
		return 1
	}
	return gateway
}

// TestT29_Bombs: too large closes (1009, in REST 413), anything else is
// answered; none costs a MiB.
func TestT29_Bombs(t *testing.T) {
	// Not in parallel: it measures the whole process.
	s := newSite(t)
	c := s.dial("demo", silent)
	for range 2 { // the second time with warm pools
		for name, bomb := range bombs() {
			peer := s.raw("demo", silent)
			peer.pong()
			message := frame(fin|text, bomb.text)
			if bomb.want == (verdict{}) {
				before := live()
				peer.tryWrite(message) // a server that closes does not read to its end
				peer.wantClose(1009)
				if grown := live() - before; grown > mib {
					t.Errorf("%s left %d bytes of memory", name, grown)
				}
				s.wanted = append(s.wanted, refusal{roles["demo"], "too_long", "", 0, "frame"})
				continue
			}
			held := live()
			before := allocated()
			peer.write(message)
			if got, want := peer.want(text), bomb.want.frame(serverOf(bomb.want), idOf(bomb.text)); got != want {
				t.Errorf("%s\ngot  %s\nwant %s", name, got, want)
			}
			took(t, name, before, held)
			s.wanted = append(s.wanted, refusal{roles["demo"], bomb.want.code, bomb.want.field, serverOf(bomb.want), ""})
			peer.pong()
			_ = peer.conn.Close()
		}
	}
	binary := s.raw("demo", silent)
	for _, payload := range []string{"", pingRequest, strings.Repeat("\xff", limit)} {
		binary.write(frame(fin|binry, payload))
		v := verdict{"bad_request", "", "send requests as text, not as binary"}
		if got := binary.want(text); got != v.frame(gateway, "") {
			t.Errorf("binary: %s", got)
		}
		s.wanted = append(s.wanted, refusal{roles["demo"], v.code, "", 0, ""})
		binary.pong()
	}
	s.testHalfBombs()
	s.testBodies(c)
}

// testHalfBombs announces much and sends little, on many connections.
func (s *site) testHalfBombs() {
	const many = 100
	var peers []*raw
	for range many {
		p := s.raw("demo", silent)
		p.pong()
		peers = append(peers, p)
	}
	before := live()
	full := frame(fin|text, pingRequest+strings.Repeat(" ", limit-len(pingRequest)))
	for _, p := range peers {
		p.write(full[:100]) // a length of 64 KiB, and little of it
	}
	s.dial("demo", silent).ping()
	if grown := live() - before; grown > mib {
		s.t.Errorf("%d announced messages hold %d bytes", many, grown)
	}
	for _, p := range peers { // they may still go on
		p.write(full[100:])
		if got := p.want(text); !strings.Contains(got, "Pong") {
			s.t.Errorf("got %s", got)
		}
	}
}

// testBodies is the same for REST.
func (s *site) testBodies(c *client) {
	s.t.Helper()
	members := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"k%d":1,`, i)
		}
		return "{" + b.String() + `"z":1}`
	}
	const good = `{"caller":"1010","callee":"1013"}`
	tooLong := verdict{"too_long", "", "a request has at most 65536 bytes"}
	for _, tt := range []struct {
		name, body string
		status     int
		want       verdict
	}{
		{"64 KiB and 1", good + strings.Repeat(" ", limit+1-len(good)), 413, tooLong},
		{"1 MiB", strings.Repeat(" ", mib), 413, tooLong},
		{"10^6 keys", members(1e6), 413, tooLong},
		{"5,000 keys", members(5000), 400, verdict{"bad_request", "", "the request: an object of the JSON has more than 256 members"}},
		{"256 keys", members(255), 422, verdict{"invalid_value", "callee", "callee is missing"}},
		{"objects, 10,000 deep", strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000), 400, verdict{"bad_request", "", "the request: the JSON is more than 32 deep"}},
		{"arrays, 30,000 deep", strings.Repeat("[", 30000) + strings.Repeat("]", 30000), 400, verdict{"bad_request", "", "the request: the JSON is more than 32 deep"}},
		{"an array of 30,000", "[" + strings.Repeat("1,", 30000) + "1]", 400, verdict{"bad_request", "", "the request: the JSON has more than 2560 members"}},
		{"trailing garbage", good + "x", 400, verdict{"bad_request", "", "the request: there is something behind the JSON value"}},
		{"two objects", good + good, 400, verdict{"bad_request", "", "the request: there is something behind the JSON value"}},
		{"an array at the top", "[" + good + "]", 422, verdict{"invalid_value", "", "the request: expected object"}},
		{"nothing", "", 400, verdict{"bad_request", "", "request body is required"}},
		{"half", good[:20], 400, verdict{"bad_request", "", "the request: the JSON ends too early"}},
	} {
		body := []byte(tt.body)
		held := live()
		before := allocated()
		s.refusesBody(body, tt.status, tt.want)
		took(s.t, tt.name, before, held)
		c.ping()
	}
	s.refuses(c, call{"POST", clickToCall, `{"caller":"1010","callee":1e400}`}, 400, 0, verdict{"bad_request", "", "the request: a number is out of range"})
}

// refusesBody sends a body with a connection of its own, built beforehand: it
// is the gateway's memory that is measured.
func (s *site) refusesBody(body []byte, status int, v verdict) {
	s.t.Helper()
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nTenant: %s\r\nApp-Key: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", clickToCall, s.http, two, keyOfTwo, len(body))
	got, answer := s.exchange(head, body)
	if got != status || answer != v.body() {
		s.t.Errorf("%.60s…\ngot  %d %s\nwant %d %s", body, got, answer, status, v.body())
	}
	s.wanted = append(s.wanted, refusal{roles["crm"], v.code, "", 0, "POST " + clickToCall})
}

// exchange sends an HTTP request as it stands.
func (s *site) exchange(head string, body []byte) (status int, answer string) {
	s.t.Helper()
	c := s.plain(s.http)
	c.tryWrite([]byte(head))
	done := make(chan struct{})
	go func() { defer close(done); _, _ = c.conn.Write(body) }() // a refused one is not read to its end
	defer func() { _ = c.conn.Close(); <-done }()
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		s.t.Error(err)
		return 0, ""
	}
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		s.t.Error(err)
	}
	return res.StatusCode, strings.TrimSuffix(string(b), "\n")
}

// took checks what a message has cost: what is held since, and what was asked
// for meanwhile, garbage or not. The race detector makes pools forget, so that
// more is asked for.
func took(t *testing.T, name string, before, held int64) {
	t.Helper()
	asked, most := allocated()-before, int64(mib)
	if raceEnabled {
		most *= 4
	}
	if asked > most {
		t.Errorf("%s took %d bytes of memory", name, asked)
	}
	if grown := live() - held; grown > mib {
		t.Errorf("%s left %d bytes of memory", name, grown)
	}
}

// allocated is all memory ever asked for by this process.
func allocated() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.TotalAlloc)
}

// live is what is in use once the garbage is gone.
func live() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
