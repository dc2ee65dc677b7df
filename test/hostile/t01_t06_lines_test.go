package hostile_test

import (
	"fmt"
	"strings"
	"testing"
)

// originate is a call that is allowed, with more fields or with some replaced.
func originate(pairs ...string) string {
	all := []string{
		"Action", "Originate", "Channel", "Local/1010@T2_cos-all", "Context", "T2_cos-all",
		"Exten", "01026132471", "Priority", "1", "Timeout", "30000", "Async", "true", "ActionID", "x",
	}
	var more []string
next:
	for i := 0; i+1 < len(pairs); i += 2 {
		for k := 0; k < len(all); k += 2 {
			if all[k] == pairs[i] {
				all[k+1] = pairs[i+1]
				continue next
			}
		}
		more = append(more, pairs[i:i+2]...)
	}
	return data(append(all, more...)...)
}

// data is a request to server 1.
func data(pairs ...string) string { return `{"AMIServerID":1,"data":` + object(pairs...) + `}` }

// command is a CLI command to server 1.
func command(text string) string {
	return data("Action", "Command", "Command", text, "ActionID", "x")
}

// c2c is a click-to-call of REST with members replaced or added; a value that
// begins with { or [ stands for itself.
func c2c(pairs ...string) call {
	members := map[string]string{"caller": `"1010"`, "callee": `"01026132471"`}
	order := []string{"caller", "callee"}
	for i := 0; i+1 < len(pairs); i += 2 {
		if _, ok := members[pairs[i]]; !ok {
			order = append(order, pairs[i])
		}
		members[pairs[i]] = quote(pairs[i+1])
		if strings.HasPrefix(pairs[i+1], "{") || strings.HasPrefix(pairs[i+1], "[") {
			members[pairs[i]] = pairs[i+1]
		}
	}
	var parts []string
	for _, name := range order {
		parts = append(parts, quote(name)+":"+members[name])
	}
	return call{"POST", clickToCall, "{" + strings.Join(parts, ",") + "}"}
}

// TestT01_SecondActionInActionID: line ends in a value are refused, the field
// named; they never become a second action.
func TestT01_SecondActionInActionID(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	const attack = "1\r\n\r\nAction: Command\r\nCommand: core stop now"
	c.refused(1, data("Action", "Ping", "ActionID", attack), attack, verdict{"invalid_value", "ActionID", `"ActionID" must not hold CR, LF or NUL`})
	c.refused(1, `{"AMIServerID":1,"Action":"Ping","ActionID":`+quote(attack)+`}`, attack, verdict{"invalid_value", "ActionID", `"ActionID" must not hold CR, LF or NUL`})
	s.refuses(c, c2c("cid_name", attack), 400, 1, verdict{"invalid_value", "cid_name", "cid_name must have a name without control characters"})
	s.refuses(c, c2c("callee", "01026132471\r\n\r\nAction: Command\r\nCommand: core stop now"), 400, 1, verdict{"invalid_value", "callee", notCallable("callee")})
}

func notCallable(field string) string {
	return field + " must be an extension or a phone number: 3 to 15 digits and nothing else"
}

// TestT02_BareLineEndsAndNUL: bare LF and CR, NUL, in values and in names, and
// a colon in a name.
func TestT02_BareLineEndsAndNUL(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	value := func(field string) verdict {
		return verdict{"invalid_value", field, quote(field) + ` must not hold CR, LF or NUL`}
	}
	name := verdict{"invalid_value", "", "a field's name must not be empty, nor hold CR, LF, NUL or a colon"}
	for _, end := range []string{"\r\n", "\n", "\r", "\x00"} {
		bad := "1" + end + "Action: Command"
		c.refused(1, data("Action", "Ping", "ActionID", bad), bad, value("ActionID"))
		c.refused(1, data("Action", "Ping"+end+"Command: x", "ActionID", "x"), "x", value("Action"))
		c.refused(1, originate("Callerid", bad), "x", value("Callerid"))
		c.refused(1, originate("Variable", "EXEC_AA="+bad), "x", value("Variable"))
		c.refused(1, originate("Exten", "1013"+end), "x", value("Exten"))
		c.refused(1, command("database get"+end+two), "x", value("Command"))
		c.refused(1, originate("Foo"+end+"Action", "Command"), "x", name)
		s.refuses(c, c2c("cid_name", bad), 400, 1, verdict{"invalid_value", "cid_name", "cid_name must have a name without control characters"})
		s.refuses(c, c2c("cid_number", "010"+end), 400, 1, verdict{"invalid_value", "cid_number", "cid_number must have a number of digits only, at most 32"})
		s.refuses(c, c2c("callee", "1013"+end), 400, 1, verdict{"invalid_value", "callee", notCallable("callee")})
		s.refuses(c, c2c("variables", object("EXEC_AA", "yes"+end)), 400, 1, verdict{"invalid_value", "variables", "variables must set EXEC_AA to yes or no"})
		s.refuses(c, c2c("variables", object("EXEC_AA"+end+"X", "yes")), 403, 1, verdict{"forbidden", "variables", otherVariable("variables")})
	}
	for _, bad := range []string{"Foo: x", ":", "", "Foo:"} {
		c.refused(1, originate(bad, "1"), "x", name)
	}
}

func otherVariable(field string) string {
	return field + " must be one of EXEC_AA, CHANNEL(language) and CHANNEL(accountcode)"
}

// TestT03_OtherLineEnds: what Unicode also calls the end of a line is none for
// AMI. It passes unchanged, on one line of the wire.
func TestT03_OtherLineEnds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	for i, ch := range []string{"\u2028", "\u0085", "\v"} {
		id := "a" + ch + "b"
		got := c.ask(data("Action", "Ping", "ActionID", id))
		if !strings.HasPrefix(got, `{"type":4,"server_id":1,"server_name":"dcrm.makecall.io","ssl":false,"data":{"Response":"Success","ActionID":`) || member(got, "ActionID") != id {
			t.Errorf("got %s", got)
		}
		marks := s.marks()
		if got := c.ask(originate("Callerid", "a"+ch+"b <16682471>")); member(got, "Response") != "Success" || member(got, "ActionID") != "x" {
			t.Errorf("got %s", got)
		}
		if r := s.do("POST", clickToCall, c2c("cid_name", "a"+ch+"b", "cid_number", "16682471").body, appKey(two)); r.status != 200 {
			t.Errorf("%d %s", r.status, r.body)
		}
		c.ping()
		sent := s.wires[0].actions(marks[0])
		if len(sent) != 2 {
			t.Fatalf("on the wire: %q", sent)
		}
		for _, a := range sent {
			if strings.Count(a, "CallerID: \"a"+ch+"b\" <16682471>\r\n") != 1 {
				t.Errorf("character %d on the wire: %q", i, a)
			}
		}
	}
}

// TestT04_LongestLine: a line of 1,024 bytes with its end passes, one of 1,025
// does not. Of REST no member may be that long: names end at 78 bytes, numbers
// at 15 digits.
func TestT04_LongestLine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	fill := func(name string, line int) string { return strings.Repeat("x", line-len(name)-len(": \r\n")) }
	long := func(field string) verdict {
		return verdict{"too_long", field, quote(field) + " is too long: name and value have at most 1020 bytes"}
	}
	id := fill("ActionID", 1024)
	if got := c.ask(data("Action", "Ping", "ActionID", id)); member(got, "Ping") != "Pong" || member(got, "ActionID") != id {
		t.Errorf("got %s", got)
	}
	c.refused(1, data("Action", "Ping", "ActionID", id+"x"), id+"x", long("ActionID"))
	c.refused(1, originate("Callerid", fill("Callerid", 1025)), "x", long("Callerid"))
	c.refused(1, command(fill("Command", 1024)), "x", verdict{"forbidden", "Command", "Command must be database get, put or del"})
	c.refused(1, command(fill("Command", 1025)), "x", long("Command"))
	x := strings.Repeat("x", 64) // what an answer repeats of a name
	c.refused(1, data("Action", "Ping", "ActionID", "x", fill("", 1025), ""), "x",
		verdict{"too_long", x, quote(x) + " is too long: name and value have at most 1020 bytes"})
	s.refuses(c, c2c("callee", strings.Repeat("1", 1025)), 400, 1, verdict{"invalid_value", "callee", notCallable("callee")})
	s.refuses(c, c2c("cid_name", strings.Repeat("x", 1025)), 400, 1, verdict{"invalid_value", "cid_name", "cid_name must have a name of at most 78 bytes, which are 26 Korean letters"})

	// The longest line of a handshake's query is a field too: 400, not 413.
	for _, name := range []string{"events", "extensions"} {
		res, body := s.shake(s.ws, "/?"+name+"="+strings.Repeat("1", 2049), basic("demo"))
		want := verdict{"too_long", name, name + " is longer than 2048 bytes"}
		if res != 400 || body != want.body() {
			t.Errorf("%d %s", res, body)
		}
		s.wanted = append(s.wanted, refusal{roles["demo"], "too_long", name, 0, "connect"})
	}
}

// TestT05_MostLines: 128 headers are not too many, 129 are. No action of the
// list takes 128 of them, so the first that is not known is what is wrong.
func TestT05_MostLines(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	ops := s.dial("ops", silent)
	lines := func(n int) string {
		pairs := []string{"Action", "Ping", "ActionID", "x"}
		for i := 2; i < n; i++ {
			pairs = append(pairs, fmt.Sprintf("k%d", i), "")
		}
		return data(pairs...)
	}
	for _, c := range []*client{c, ops} {
		c.refused(1, lines(128), "x", verdict{"invalid_value", "k2", `Ping does not take "k2" here; it takes no fields`})
		c.refused(1, lines(129), "x", verdict{"bad_request", "", "the request has 129 lines, a server takes 128"})
		c.refused(gateway, lines(300), "x", verdict{"bad_request", "k258", "the request has more than 256 fields"})
	}
	if got := c.ask(originate("Callerid", "x", "EarlyMedia", "yes", "Variable", "EXEC_AA=yes")); member(got, "Response") != "Success" {
		t.Errorf("got %s", got)
	}
}

// TestT06_NotUTF8: RFC 6455 section 8.1 has a text frame that is not UTF-8 end
// the connection (1007, TestFrames); REST and escapes that are no character
// are answered.
func TestT06_NotUTF8(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	surrogate := func(at int, name, bad string) string {
		return fmt.Sprintf("the JSON is not valid at byte %d, in %q: invalid surrogate pair `%s` in string", at, name, bad)
	}
	for _, bad := range []string{`\ud800`, `\udc00`, `\ud800x`, `\udc00\ud800`} {
		end := (bad + `"}}`)[:min(len(bad)+3, 12)]
		c.refused(gateway, `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"x","Foo":"`+bad+`"}}`, "x", verdict{"bad_request", "Foo", surrogate(63, "Foo", end)})
		// An ActionID that is no text comes back with the sign for that.
		c.refused(gateway, `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"`+bad+`"}}`, strings.NewReplacer(`\ud800`, "\ufffd", `\udc00`, "\ufffd").Replace(bad),
			verdict{"bad_request", "ActionID", surrogate(53, "ActionID", end)})
		s.refuses(c, call{"POST", clickToCall, `{"caller":"1010","callee":"1013","cid_name":"` + bad + `"}`}, 400, 0,
			verdict{"bad_request", "", "the request: the JSON is not valid at byte 45: invalid surrogate pair `" + (bad + `"}`)[:min(len(bad)+2, 12)] + "` in string"})
	}
	for _, bad := range []string{"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xec\x96"} {
		s.refuses(c, call{"POST", clickToCall, `{"caller":"1010","callee":"1013","cid_name":"` + bad + `"}`}, 400, 0,
			verdict{"bad_request", "", "the request: the JSON is not valid at byte 45: invalid UTF-8"})
		raw := s.raw("demo", silent)
		raw.write(frame(fin|text, `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"`+bad+`"}}`))
		raw.wantClose(1007)
		s.wanted = append(s.wanted, refusal{roles["demo"], "invalid_value", "", 0, "frame"})
	}
}
