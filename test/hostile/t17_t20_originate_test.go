package hostile_test

import (
	"strings"
	"testing"
)

const originateTakes = "Originate does not take %q here; it takes Channel, Context, Exten, Priority, Timeout, Callerid, Variable, EarlyMedia, Async"

func notTaken(code, field string) verdict {
	return verdict{code, field, strings.Replace(originateTakes, "%q", quote(field), 1)}
}

// TestT17_Applications: nobody runs an application, whatever its name. REST
// has no such member: 422, as for every member that is not documented.
func TestT17_Applications(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clients := []*client{s.dial("demo", silent), s.dial("phone1010", silent), s.dial("ops", silent)}
	for _, c := range clients {
		for _, app := range []string{"System", " system", "Exec", "SYSTEM", "Playback", "AGI", ""} {
			c.refused(1, data("Action", "Originate", "Channel", "Local/1010@T2_cos-all", "Application", app, "Data", "id", "ActionID", "x"), "x", notTaken("forbidden", "Application"))
		}
		c.refused(1, data("Action", "Originate", "Channel", "Local/1010@T2_cos-all", "Application", "SET", "Data", "FILE(/etc/x)=1", "ActionID", "x"), "x", notTaken("forbidden", "Application"))
		c.refused(1, originate("Data", "x"), "x", notTaken("forbidden", "Data"))
		c.refused(1, originate("Foo", "1", "APPLICATION", "System"), "x", notTaken("forbidden", "APPLICATION"))
		c.refused(1, originate("PreDialGoSub", "x"), "x", notTaken("forbidden", "PreDialGoSub"))
		c.refused(1, originate("Codecs", "x"), "x", notTaken("invalid_value", "Codecs"))
	}
	for _, name := range []string{"application", "data", "Application", "channel", "context", "exten", "priority"} {
		s.refuses(clients[0], c2c(name, "System"), 422, 0, verdict{"invalid_value", name, name + " is not known here"})
	}
}

// TestT18_Channels: what may be rung is one own extension, by its exact name.
func TestT18_Channels(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, ops := s.dial("demo", silent), s.dial("ops", silent)
	want := verdict{"forbidden", "Channel", "Channel must be Local/{extension}@T2_cos-all or PJSIP/T2_{extension} with an extension of yours"}
	asked := verdict{"forbidden", "Channel", "Channel must be Local/{extension}@T{n}_cos-all or PJSIP/T{n}_{extension} with an extension of a company on this server"}
	for _, channel := range []string{
		"Local/1010@T3_cos-all", "Local/1010@T10_cos-all", "Local/1010@cos-all", "Local/1010@T1_cos-all", "Local/1010@T21_cos-all", "Local/1010@T02_cos-all", "Local/1010@t2_cos-all",
		"PJSIP/1010&PJSIP/itsp/00112025550123", "PJSIP/T2_1010&PJSIP/T10_1010", "Local/1010@T2_cos-all&PJSIP/trk-1/0012025550123",
		"Local/1010@ctx/n", "Local/1010@T2_cos-all/n", "Local/1010@T2_cos-all/nj", "Local/1010@T2_cos-all-00000001;1", "Local/1010@T2_extension-hints", "Local/1010@T2_",
		"Local/01026132471@T2_cos-all", "Local/2000@T2_cos-all", "Local/s@T2_cos-all", "Local/@T2_cos-all", "Local/1010", "Local/", "local/1010@T2_cos-all", "Local/1010@@T2_cos-all",
		"Local/T2_1010@T2_cos-all", "Local/ 1010@T2_cos-all", "Local/1010 @T2_cos-all", "Local/1010@T2_cos-all ", "LOCAL/1010@T2_COS-ALL", "Local/1010@T2_trk-1-in",
		"PJSIP/1010", "PJSIP/T10_1010", "PJSIP/T2_1010_1", "PJSIP/T2_1010/sip:x@192.0.2.1", "PJSIP/T2_1010-00000001", "PJSIP/trk-1", "PJSIP/01026132471@trk-1", "PJSIP/T2_", "PJSIP/",
		"SIP/T2_1010", "DAHDI/1", "Console/dsp", "T2_1010", "${SHELL(id)}", "Local/${EXTEN}@T2_cos-all", "Local/１０１０@T2_cos-all", "PJSIP/T２_1010",
	} {
		c.refused(1, originate("Channel", channel), "x", want)
		switch channel {
		case "Local/1010@T10_cos-all", "PJSIP/T10_1010": // a company, to an operator, and not that of Context
			ops.refused(1, originate("Channel", channel), "x", verdict{"forbidden", "Context", "Context must be of the company that Channel belongs to"})
		default:
			ops.refused(1, originate("Channel", channel), "x", asked)
		}
	}
	c.refused(1, originate("Channel", ""), "x", verdict{"bad_request", "Channel", "Channel is missing; the action Originate needs it"})
	one := s.dial("phone1010", silent)
	for _, channel := range []string{"Local/1013@T2_cos-all", "PJSIP/T2_1013"} {
		one.refused(1, originate("Channel", channel), "x", verdict{"forbidden", "Channel", "Channel must name your own extension, 1010: this login is for it alone"})
	}

	own := verdict{"invalid_value", "caller", "caller must be an extension of yours, such as 1010"}
	for _, caller := range []string{
		"1010&PJSIP/itsp/001", "1010@T3_cos-all", "T10_1010", "Local/1010@T2_cos-all", "PJSIP/T2_1010", "1010/n", "s", "${EXTEN}", "１０１０", " 1010", "01026132471", "112",
	} {
		s.refuses(c, c2c("caller", caller), 400, 1, own)
	}
	s.refuses(c, c2c("caller", "2000"), 403, 1, verdict{"forbidden", "caller", "caller must name an extension of yours"})
}

// TestT19_ContextsAndExtens: calls start and go on in the company's own
// context, and lead to numbers, not to the dialplan's own words.
func TestT19_ContextsAndExtens(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, ops := s.dial("demo", silent), s.dial("ops", silent)
	for _, context := range []string{
		"T10_cos-all", "T3_cos-all", "cos-all", "default", "T2_", "T2_cos-all-init", "T2_T10_cos-all", "T2_cos-all ", "T2_cos-all,1010,1", "T02_cos-all", "T21_cos-all", "T1_cos-all",
		"trk-1-in", "sub-custom-numbers", "T2_to-network", "T2_extension-hints", "${CONTEXT}", "t2_cos-all",
	} {
		c.refused(1, originate("Context", context), "x", verdict{"forbidden", "Context", "Context must be T2_cos-all"})
		if context == "T10_cos-all" {
			ops.refused(1, originate("Context", context), "x", verdict{"forbidden", "Context", "Context must be of the company that Channel belongs to"})
		} else {
			ops.refused(1, originate("Context", context), "x", verdict{"forbidden", "Context", "Context must be T{n}_cos-all of a company on this server"})
		}
	}
	for _, exten := range []string{"s", "_X.", "h", "i", "t", "o", "fax", "T2_1010", "1010@T10_cos-all", "1010,1", "1010&1013", "${X}", "_.", "_!", "*8", "#"} {
		c.refused(1, originate("Exten", exten), "x", verdict{"invalid_value", "Exten", notCallable("Exten")})
		ops.refused(1, originate("Exten", exten), "x", verdict{"invalid_value", "Exten", notCallable("Exten")})
		s.refuses(c, c2c("callee", exten), 400, 1, verdict{"invalid_value", "callee", notCallable("callee")})
	}
	for _, exten := range []string{"2000", "99999"} {
		c.refused(1, originate("Exten", exten), "x", verdict{"invalid_value", "Exten", "Exten must be an extension of yours or a phone number; there is no such extension"})
		s.refuses(c, c2c("callee", exten), 400, 1, verdict{"invalid_value", "callee", "callee must be an extension of yours or a phone number; there is no such extension"})
	}
	c.refused(1, originate("Exten", ""), "x", verdict{"bad_request", "Exten", "Exten is missing; the action Originate needs it"})
	// The context is REST's class of service; design.md: 422 when it is none of yours.
	for _, id := range []string{"10", "3", "1", "0", "-2", "T2", "2.0", "2,1", "２", strings.Repeat("9", 40)} {
		s.refuses(c, c2c("cos_id", id), 422, cosServer(id), cosVerdict(id))
	}
}

// TestT20_TimesAndPriorities: plain numbers within their bounds.
func TestT20_TimesAndPriorities(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		c := s.dial("demo", silent)
		bounds := verdict{"invalid_value", "Timeout", "Timeout must be a whole number of milliseconds from 1000 to 120000"}
		for _, v := range []string{"-1", "0", "999", "120001", "1000000000000", "99999999999999999999", "1e3", "1000.0", "+1000", " 1000", "0x3e8", "1_000", "", "１０００", "NaN"} {
			c.refused(1, originate("Timeout", v), "x", bounds)
		}
		for _, v := range []string{"-1", "0", "1e12", "1e3", "1E5", "1000.0", "1e400", "true"} { // as JSON numbers
			c.refused(1, strings.Replace(originate("Timeout", "@"), `"@"`, v, 1), "x", bounds)
		}
		for _, v := range []string{"hint", "0", "2", "01", "n", "", "-1", "1 ", "+1", "1,1"} {
			c.refused(1, originate("Priority", v), "x", verdict{"invalid_value", "Priority", "Priority must be 1"})
		}
		for v, sent := range map[string]string{`"1000"`: "1000", `"120000"`: "120000", `"030000"`: "30000", `10000`: "10000"} {
			marks := s.marks()
			got := c.ask(strings.Replace(originate("Timeout", "@"), `"@"`, v, 1))
			if member(got, "Response") != "Success" || member(got, "Message") != "Originate successfully queued" {
				t.Errorf("%s: got %s", v, got)
			}
			c.ping()
			if on := s.wires[0].actions(marks[0]); len(on) != 1 || !strings.Contains(on[0], "Timeout: "+sent+"\r\n") {
				t.Errorf("%s on the wire: %q", v, on)
			}
		}
	})
}

// cosVerdict is what a class of service that is none is answered with: what is
// no number at all is found by the document's types, before any server.
func cosVerdict(id string) verdict {
	if strings.Trim(id, "0123456789") != "" {
		return verdict{"invalid_value", "cos_id", "cos_id: expected a value of one of the documented types"}
	}
	return verdict{"invalid_value", "cos_id", "cos_id must be a class of service of yours, such as 2; without it the extension's own is used"}
}

func cosServer(id string) int {
	if strings.Trim(id, "0123456789") != "" {
		return 0
	}
	return 1
}
