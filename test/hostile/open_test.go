package hostile_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/config"
)

// TestOpenListener: the listener without login lets every action pass, but no
// value becomes a second one, and no page of another site gets in.
func TestOpenListener(t *testing.T) {
	t.Parallel()
	s := newSite(t, setup{config: func(c *config.Config) { c.OpenListen = []config.OpenListen{{Address: "127.0.0.1:0"}} }})
	open := s.app.Addresses()[2]
	const who = "operator T0 "
	conn, res, err := websocket.Dial(short(t), "ws://"+open+"/?events=none", nil)
	if err != nil {
		t.Fatalf("%v %v", res, err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	c := &client{s, "open", conn}
	c.ping()
	value := func(field string) verdict {
		return verdict{"invalid_value", field, quote(field) + ` must not hold CR, LF or NUL`}
	}
	const attack = "1\r\n\r\nAction: Command\r\nCommand: core stop now"
	for request, want := range map[string]struct {
		id string
		verdict
		server int
	}{
		data("Action", "Ping", "ActionID", attack):                           {attack, value("ActionID"), 1},
		data("Action", "Ping\nCommand: x", "ActionID", "x"):                  {"x", value("Action"), 1},
		data("Action", "UserEvent", "UserEvent", "a\rb", "ActionID", "x"):    {"x", value("UserEvent"), 1},
		data("Action", "UserEvent", "X\r\nAction", "a", "ActionID", "x"):     {"x", verdict{"invalid_value", "", "a field's name must not be empty, nor hold CR, LF, NUL or a colon"}, 1},
		data("Action", "UserEvent", "X: Y", "a", "ActionID", "x"):            {"x", verdict{"invalid_value", "", "a field's name must not be empty, nor hold CR, LF, NUL or a colon"}, 1},
		data("Action", "UserEvent", "X", "\x00", "ActionID", "x"):            {"x", value("X"), 1},
		data("Action", "X", "Y", strings.Repeat("y", 1020), "ActionID", "x"): {"x", verdict{"too_long", "Y", `"Y" is too long: name and value have at most 1020 bytes`}, 1},
		`{"AMIServerID":99,"data":{"Action":"Ping","ActionID":"x"}}`:         {"x", verdict{"not_found", "AMIServerID", "there is no server 99"}, gateway},
		`{"Action":"Ping","ActionID":"x"`:                                    {"x", verdict{"bad_request", "", "the JSON ends too early"}, gateway},
		`[]`:                                                                 {"", verdict{"bad_request", "", "a request is one JSON object"}, gateway},
		``:                                                                   {"", verdict{"bad_request", "", "a request is one JSON object"}, gateway},
	} {
		marks := s.marks()
		got := c.ask(request)
		for _, member := range []string{`"Code":"` + want.code + `"`, `"Message":` + quote(want.message), `"server_id":` + string(rune('0'+want.server))} {
			if !strings.Contains(got, member) {
				t.Errorf("%.300s\ngot  %s\nwant %s", request, got, member)
			}
		}
		c.ping()
		s.untouched(marks, request)
		s.wanted = append(s.wanted, refusal{who, want.code, want.field, want.server, ""})
	}
	// Everything else passes, as it stands.
	marks := s.marks()
	if got := c.ask(data("Action", "Getvar", "Variable", "SHELL(id)", "ActionID", "x")); member(got, "Response") == "" {
		t.Errorf("got %s", got)
	}
	c.ping()
	if on := s.wires[0].actions(marks[0]); len(on) != 1 || on[0] != "Action: Getvar\r\nVariable: SHELL(id)\r\n\r\n" {
		t.Errorf("on the wire: %q", on)
	}
	for _, h := range []http.Header{{"Origin": {"null"}}, {"Origin": {"https://evil.example"}}, {"Origin": {"http://evil.example"}}} {
		v := verdict{"forbidden", "Origin", "this Origin is not allowed"}
		if status, body := s.shake(open, "/", h); status != 403 || body != v.body() {
			t.Errorf("%v: %d %s", h, status, body)
		}
		s.wanted = append(s.wanted, refusal{who, v.code, v.field, 0, "connect"})
	}
	// A name that somebody made point here, with an Origin that agrees.
	rebound := s.plain(open)
	_, res = s.upgrade(rebound.conn, "evil.example", "/", http.Header{"Origin": {"http://evil.example"}})
	_ = res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("a name of others: %s", res.Status)
	}
	s.wanted = append(s.wanted, refusal{who, "forbidden", "Origin", 0, "connect"})
}
