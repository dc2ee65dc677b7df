package hostile_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/config"
)

// step is one frame or more that a client sends in one case.
type step = []byte

// requestOf is a Ping whose ActionID comes back, so that what arrived of a
// message can be compared, as an echo would.
func requestOf(id string) string {
	return `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":` + quote(id) + `}}`
}

// padded is requestOf with blanks behind it, n bytes in all.
func padded(id string, n int) string {
	r := requestOf(id)
	return r + strings.Repeat(" ", n-len(r))
}

// fragments cuts a message into frames of size bytes.
func fragments(message string, size int) []byte {
	var out []byte
	for i := 0; i < len(message) || i == 0; i += size {
		end := min(i+size, len(message))
		first := byte(cont)
		if i == 0 {
			first = text
		}
		if end == len(message) {
			first |= fin
		}
		out = append(out, frame(first, message[i:end])...)
	}
	return out
}

// lengths writes a frame's length in a longer form than needed.
func lengths(form byte, payload string) []byte {
	n := len(payload)
	b := []byte{fin | text, 0x80 | form}
	if form == 127 {
		b = append(b, 0, 0, 0, 0, 0, 0)
	}
	b = append(b, byte(n>>8), byte(n))
	return append(b, masked(payload)...)
}

// zeroMask writes a frame under a mask of zeros.
func zeroMask(payload string) []byte {
	b := frame(fin|text, payload)
	return append(b[:len(b)-len(payload)-4], append(make([]byte, 4), payload...)...)
}

func join(parts ...[]byte) step { return bytes.Join(parts, nil) }

// conformance is one case: what is sent, what must come back for it, in order,
// and how it ends. Close 0: the connection goes on.
type conformance struct {
	name  string
	send  step
	ids   []string // of the requests that are answered
	pongs []string
	close uint16
}

// cases are in the order and by the numbers of the Autobahn test suite, with
// answers to requests in the place of echoes.
func cases() []conformance {
	id := func(n int) string { return strings.Repeat("x", n) }
	long := strings.Repeat("p", 125)
	ok := requestOf("ok")
	hangul := requestOf("착신전환")
	cut := strings.Index(hangul, "착") + 1
	var pingsMany []byte
	var answers []string
	for i := range 10 {
		pingsMany = append(pingsMany, frame(fin|pings, fmt.Sprint("payload-", i))...)
		answers = append(answers, fmt.Sprint("payload-", i))
	}
	all := []conformance{
		{"1.1 a small text message", frame(fin|text, ok), []string{"ok"}, nil, 0},
		{"1.1 masked by zeros", zeroMask(ok), []string{"ok"}, nil, 0},
		{"2.1 ping without payload", frame(fin|pings, ""), nil, []string{""}, 0},
		{"2.2 ping with text", frame(fin|pings, "Hello, world!"), nil, []string{"Hello, world!"}, 0},
		{"2.3 ping with bytes", frame(fin|pings, "\x00\xff\xfe\xfd"), nil, []string{"\x00\xff\xfe\xfd"}, 0},
		{"2.4 ping of 125", frame(fin|pings, long), nil, []string{long}, 0},
		{"2.5 ping of 126", frame(fin|pings, long+"p"), nil, nil, 1002},
		{"2.7 a pong nobody asked for", join(frame(fin|pongs, ""), frame(fin|text, ok)), []string{"ok"}, nil, 0},
		{"2.9 a pong, then a ping", join(frame(fin|pongs, "unasked"), frame(fin|pings, "ping")), nil, []string{"ping"}, 0},
		{"2.10 ten pings", pingsMany, nil, answers, 0},
		{"3.1 RSV3", frame(fin|rsv3|text, ok), nil, nil, 1002},
		{"3.2 RSV2 behind a message", join(frame(fin|text, ok), frame(fin|rsv2|text, ok)), nil, nil, 1002}, // what is under way need not be answered
		{"3.3 RSV2 and RSV3", frame(fin|rsv2|rsv3|text, ok), nil, nil, 1002},
		{"3.4 RSV1", frame(fin|rsv1|text, ok), nil, nil, 1002},
		{"3.5 RSV1 and RSV3, binary", frame(fin|rsv1|rsv3|binry, ok), nil, nil, 1002},
		{"3.6 RSV1 and RSV2, ping", frame(fin|rsv1|rsv2|pings, "x"), nil, nil, 1002},
		{"3.7 all, close", frame(fin|0x70|closes, ""), nil, nil, 1002},
		{"5.1 a ping in two fragments", join(frame(pings, "x"), frame(fin|cont, "y")), nil, nil, 1002},
		{"5.2 a pong in two fragments", join(frame(pongs, "x"), frame(fin|cont, "y")), nil, nil, 1002},
		{"5.3 two fragments", join(frame(text, ok[:20]), frame(fin|cont, ok[20:])), []string{"ok"}, nil, 0},
		{"5.6 a ping between them", join(frame(text, ok[:20]), frame(fin|pings, "mid"), frame(fin|cont, ok[20:])), []string{"ok"}, []string{"mid"}, 0},
		{"5.9 a continuation of nothing", frame(fin|cont, ok), nil, nil, 1002},
		{"5.10 the same, unfinished", frame(cont, ok), nil, nil, 1002},
		{"5.15 a continuation behind a finished message", join(frame(text, ok[:20]), frame(fin|cont, ok[20:]), frame(fin|cont, "z")), nil, nil, 1002},
		{"5.18 text inside text", join(frame(text, ok[:20]), frame(fin|text, ok)), nil, nil, 1002},
		{"5.19 binary inside text", join(frame(text, ok[:20]), frame(fin|binry, ok)), nil, nil, 1002},
		{"5.20 five fragments, pings between", join(frame(text, ok[:10]), frame(cont, ok[10:20]), frame(fin|pings, "a"), frame(cont, ok[20:30]), frame(cont, ""), frame(fin|pings, "b"), frame(fin|cont, ok[30:])), []string{"ok"}, []string{"a", "b"}, 0},
		{"5.x empty fragments around", join(frame(text, ""), frame(cont, ok), frame(fin|cont, "")), []string{"ok"}, nil, 0},
		{"5.x a close between fragments", join(frame(text, ok[:20]), frame(fin|closes, closeBody(1000, "")), frame(fin|cont, ok[20:])), nil, nil, 1000},
		{"5.x one byte a fragment", fragments(ok, 1), []string{"ok"}, nil, 0},
		{"5.x 64 KiB in fragments of 100", fragments(padded("ok", limit), 100), []string{"ok"}, nil, 0},
		{"6.x a letter cut in two", join(frame(text, hangul[:cut]), frame(fin|cont, hangul[cut:])), []string{"착신전환"}, nil, 0},
		{"6.x a letter cut in three, a ping inside", join(frame(text, hangul[:cut]), frame(fin|pings, "in a letter"), frame(cont, hangul[cut:cut+1]), frame(fin|cont, hangul[cut+1:])), []string{"착신전환"}, []string{"in a letter"}, 0},
		{"6.x byte by byte", fragments(hangul, 1), []string{"착신전환"}, nil, 0},
		{"6.x the ends of every length", frame(fin|text, requestOf("\x7f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff")), []string{"\x7f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"}, nil, 0},
		{"6.x half a letter at the end", join(frame(text, ok), frame(fin|cont, "\xec\x96")), nil, nil, 1007},
		{"6.x a letter that does not go on", join(frame(text, "\xec\x96"), frame(fin|cont, "x")), nil, nil, 1007},
		{"7.1 close without payload", frame(fin|closes, ""), nil, nil, 1000},
		{"7.3 close with one byte", frame(fin|closes, "x"), nil, nil, 1002},
		{"7.3 close with a code", frame(fin|closes, closeBody(1000, "")), nil, nil, 1000},
		{"7.3 close with a reason of 123", frame(fin|closes, closeBody(1000, id(123))), nil, nil, 1000},
		{"7.3 close with a reason of 124", frame(fin|closes, closeBody(1000, id(124))), nil, nil, 1002},
		{"7.5 a reason that is not UTF-8", frame(fin|closes, closeBody(1000, "\xce\xba\xe1\xbd\xb9\xff")), nil, nil, 1007},
		{"7.x a request before the close", join(frame(fin|text, ok), frame(fin|closes, closeBody(1000, ""))), nil, nil, 1000},
		{"7.x a ping behind the close", join(frame(fin|closes, closeBody(1001, "")), frame(fin|pings, "late")), nil, nil, 1001},
		{"9.x 64 KiB", frame(fin|text, padded("ok", limit)), []string{"ok"}, nil, 0},
		{"9.x 64 KiB and 1", frame(fin|text, padded("ok", limit+1)), nil, nil, 1009},
		{"9.x 64 KiB and 1 in two fragments", fragments(padded("ok", limit+1), limit), nil, nil, 1009},
		{"9.x 64 KiB and 1 in fragments of 1000", fragments(padded("ok", limit+1), 1000), nil, nil, 1009},
		{"9.x 1 MiB announced", []byte{fin | text, 0x80 | 127, 0, 0, 0, 0, 0, 16, 0, 0}, nil, nil, 1009},
		{"9.x 2^63", []byte{fin | text, 0x80 | 127, 0x80, 0, 0, 0, 0, 0, 0, 0}, nil, nil, 1009},
		{"9.x 2^64-1", []byte{fin | text, 0x80 | 127, 255, 255, 255, 255, 255, 255, 255, 255}, nil, nil, 1009},
	}
	for _, op := range []byte{3, 4, 5, 6, 7, 11, 12, 13, 14, 15} {
		all = append(all, conformance{fmt.Sprintf("4.x opcode %d", op), join(frame(fin|op, "x"), frame(fin|text, ok)), nil, nil, 1002})
	}
	for _, n := range []int{124, 125, 126, 127, 128, 65535} { // where the form of the length changes
		all = append(all, conformance{fmt.Sprintf("1.x a message of %d", n), frame(fin|text, padded("ok", n)), []string{"ok"}, nil, 0})
	}
	for _, n := range []int{10, 30, 31, 32, 33, 34, 100, 800} { // and where that of the answer's does
		all = append(all, conformance{fmt.Sprintf("1.x an answer with %d", n), frame(fin|text, requestOf(id(n))), []string{id(n)}, nil, 0})
	}
	for _, form := range []byte{126, 127} { // RFC 6455 section 5.2 asks senders for the shortest; ours takes any
		all = append(all, conformance{fmt.Sprintf("1.x a length in the form %d", form), lengths(form, ok), []string{"ok"}, nil, 0})
	}
	for _, bad := range []string{
		"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xfe", "\xff", "\xe2\x82", "\xf0\x9f\x98",
	} {
		all = append(all, conformance{fmt.Sprintf("6.x %x", bad), frame(fin|text, `{"X":"`+bad+`"}`), nil, nil, 1007})
	}
	for _, code := range []uint16{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999} {
		all = append(all, conformance{fmt.Sprintf("7.7 close %d", code), frame(fin|closes, closeBody(code, "why")), nil, nil, code})
	}
	for _, code := range []uint16{0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535} {
		all = append(all, conformance{fmt.Sprintf("7.9 close %d", code), frame(fin|closes, closeBody(code, "")), nil, nil, 1002})
	}
	return all
}

// TestFrames is the conformance of frames to RFC 6455, by raw sockets: whole,
// and byte by byte, over TCP and over TLS.
func TestFrames(t *testing.T) {
	t.Parallel()
	for _, encrypted := range []bool{false, true} {
		t.Run(map[bool]string{false: "ws", true: "wss"}[encrypted], func(t *testing.T) {
			t.Parallel()
			s := newSite(t, setup{config: func(c *config.Config) {
				if encrypted {
					c.TLS.Mode = config.TLSSelf
				}
			}})
			s.unchecked = true // of the audit: TestT33 does
			for _, tt := range cases() {
				for _, pieces := range []int{0, 1, 7} {
					if pieces > 0 && len(tt.send) > 2000 {
						continue
					}
					c := s.frames(encrypted)
					t.Run(fmt.Sprintf("%s/%d", tt.name, pieces), func(t *testing.T) { c.t = t; c.play(tt, pieces) })
				}
			}
		})
	}
}

// frames connects a raw client, with TLS or without.
func (s *site) frames(encrypted bool) *raw {
	s.t.Helper()
	var conn net.Conn
	var err error
	if encrypted {
		conn, err = tls.Dial("tcp", s.ws, &tls.Config{RootCAs: s.authority(), ServerName: "127.0.0.1"})
	} else {
		conn, err = net.Dial("tcp", s.ws)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	c, res := s.upgrade(conn, s.ws, silent, basic("ops"))
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSwitchingProtocols {
		s.t.Fatalf("status %s", res.Status)
	}
	return c
}

// authority is the gateway's own certificate authority, as it hands it out.
func (s *site) authority() *x509.CertPool {
	s.t.Helper()
	insecure := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	res, err := insecure.Get("https://" + s.http + "/ca.pem")
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	pem, err := io.ReadAll(res.Body)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		s.t.Fatalf("no authority: %v %s", err, pem)
	}
	return pool
}

// play sends a case in pieces of n bytes (0: as one) and compares what comes.
func (c *raw) play(tt conformance, n int) {
	c.t.Helper()
	if n == 0 {
		n = len(tt.send)
	}
	for i := 0; i < len(tt.send); i += n {
		c.tryWrite(tt.send[i:min(i+n, len(tt.send))]) // the server may have seen enough
	}
	ids, due := tt.ids, tt.pongs
	for len(ids)+len(due) > 0 {
		got, err := c.next()
		if err != nil {
			c.t.Fatalf("waiting for %q and %q: %v", ids, due, err)
		}
		switch {
		case got.first == pongs && len(due) > 0 && got.payload == due[0]:
			due = due[1:]
		case got.first == text && len(ids) > 0 && member(got.payload, "ActionID") == ids[0] && member(got.payload, "Ping") == "Pong":
			ids = ids[1:]
		default:
			c.t.Fatalf("got %+v, waiting for %q and %q", got, ids, due)
		}
	}
	if tt.close != 0 {
		c.wantClose(tt.close)
		return
	}
	c.pong()
	_ = c.conn.Close()
}

// TestIndependentClient: a library that is not ours is content with what the
// gateway sends: texts of every length, pings, closes.
func TestIndependentClient(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	ctx := short(t)
	for _, n := range []int{1, 30, 100, 900} {
		if got := c.ask(requestOf(strings.Repeat("가", n/3+1))); member(got, "Ping") != "Pong" {
			t.Errorf("got %s", got)
		}
	}
	// Large messages out: a list of many items, then one in fragments in.
	w, err := c.conn.Writer(ctx, websocket.MessageText)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range fragmentsOf(padded("in parts", limit), 1000) {
		if _, err := io.WriteString(w, part); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := c.next(); member(got, "ActionID") != "in parts" {
		t.Errorf("got %s", got)
	}
	pinged := make(chan error, 1)
	go func() { pinged <- c.conn.Ping(ctx) }()
	go func() { c.send(requestOf("last")) }()
	if got := c.next(); member(got, "ActionID") != "last" {
		t.Errorf("got %s", got)
	}
	go func() { _, _, _ = c.conn.Read(ctx) }() // so that the pong is seen; ends with the close
	if err := <-pinged; err != nil {
		t.Error(err)
	}
	if err := c.conn.Close(websocket.StatusNormalClosure, "bye"); err != nil {
		t.Errorf("close: %v", err)
	}
}

func fragmentsOf(s string, n int) []string {
	var out []string
	for i := 0; i < len(s); i += n {
		out = append(out, s[i:min(i+n, len(s))])
	}
	return out
}
