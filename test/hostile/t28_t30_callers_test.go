package hostile_test

import (
	"encoding/json"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/sipphone"
)

const (
	stranger = "01012345678" // nobody's here
	own1010  = "07045805605" // the DID of 1010 of tenant two
)

// TestT28_CallerIDs: a stranger's number shows on the caller's own phone only;
// the network gets one of the company's, and the answer says which. Names come
// back in events as they were given, as JSON escapes them.
func TestT28_CallerIDs(t *testing.T) {
	t.Parallel()
	t.Run("answers", testT28Answers)
	t.Run("network", testT28Network)
}

func testT28Answers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, watch := s.dial("demo", silent), s.dial("demo", "/?events=Newchannel")
	for _, tt := range []struct{ given, sent, network string }{
		{"홍길동 <" + stranger + ">", `"홍길동" <` + stranger + `>`, own1010},
		{"홍길동 <16682471>", `"홍길동" <16682471>`, "16682471"},
		{"<07010100000>", "<07010100000>", own1010}, // another company's
		{"112", "<112>", own1010},
		{`"<script>"`, `"<script>" <>`, own1010},
		{`<script>`, `"<script>" <>`, own1010},
		{`<script>alert("1")</script> <16682471>`, `"<script>alert(\"1\")</script>" <16682471>`, "16682471"},
		{`"a\"b\\c" <16682471>`, `"a\"b\\c" <16682471>`, "16682471"},
		{`';--${X}&amp; <16682471>`, `"';--${X}&amp;" <16682471>`, "16682471"},
	} {
		marks := s.marks()
		got := c.ask(originate("Callerid", tt.given))
		if member(got, "Response") != "Success" || member(got, "CallerIDNum") != tt.network || !strings.HasPrefix(member(got, "ChannelId"), "dipcast-") {
			t.Errorf("%s: got %s", tt.given, got)
		}
		c.ping()
		if on := s.wires[0].actions(marks[0]); len(on) != 1 || !strings.Contains(on[0], "\r\nCallerID: "+tt.sent+"\r\n") {
			t.Errorf("%s on the wire: %q", tt.given, on)
		}
		for range 2 { // both halves of the Local channel
			if f := watch.next(); !json.Valid([]byte(f)) || member(f, "Linkedid") != member(got, "ChannelId") {
				t.Errorf("%s: got %s", tt.given, f)
			}
		}
	}
	// What a server says of names, as a client sees it.
	for _, name := range []string{`<script>alert(1)</script>`, `"><img src=x>`, `a"b\c`, "tab\there", "line\u2028end", "</data>", `\u0041`} {
		s.scripts[0].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-1", "CallerIDName", name, "Uniqueid", "1.1", "Linkedid", "1.1")
		f := watch.next()
		if member(f, "CallerIDName") != name || !json.Valid([]byte(f)) || strings.ContainsAny(f, "\t\n\r") {
			t.Errorf("%q is shown as %s", name, f)
		}
	}
	for _, tt := range []struct{ name, number, network string }{
		{"홍길동", stranger, own1010}, {"<script>", "", own1010}, {"얼쑤", "16662471", "16662471"},
	} {
		r := s.do("POST", clickToCall, c2c("cid_name", tt.name, "cid_number", tt.number).body, appKey(two))
		var b struct {
			Data struct {
				CIDNumber string `json:"cid_number"`
			}
		}
		if err := json.Unmarshal([]byte(r.body), &b); err != nil || r.status != 200 || b.Data.CIDNumber != tt.network {
			t.Errorf("%s %s: %d %s", tt.name, tt.number, r.status, r.body)
		}
		if ct := r.header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("Content-Type %q, headers %v", ct, r.header)
		}
	}
	long := strings.Repeat("가", 67) // 201 bytes
	tooLong := " must have a name of at most 78 bytes, which are 26 Korean letters"
	c.refused(1, originate("Callerid", long+" <16682471>"), "x", verdict{"invalid_value", "Callerid", "Callerid" + tooLong})
	c.refused(1, originate("Callerid", long), "x", verdict{"invalid_value", "Callerid", "Callerid" + tooLong})
	s.refuses(c, c2c("cid_name", long), 400, 1, verdict{"invalid_value", "cid_name", "cid_name" + tooLong})
	c.refused(1, originate("Callerid", "\x1b[31mred"), "x", verdict{"invalid_value", "Callerid", "Callerid must have a name without control characters"})
	s.refuses(c, c2c("cid_name", "\x1b[31mred"), 400, 1, verdict{"invalid_value", "cid_name", "cid_name must have a name without control characters"})
	s.refuses(c, c2c("cid_number", `"><script>`), 400, 1, verdict{"invalid_value", "cid_number", "cid_number must have a number of digits only, at most 32"})
}

// testT28Network looks at what a telephone network is told by a real Asterisk.
func testT28Network(t *testing.T) {
	t.Parallel()
	asterisk := startAsterisk(t)
	s := newSite(t, setup{real: asterisk})
	network, err := sipphone.NewNetwork(sipphone.NetworkOptions{
		Listen: net.JoinHostPort("127.0.0.1", strconv.Itoa(asterisk.Input.Trunks[0].Port)), Server: asterisk.SIPAddr,
		Numbers: map[string]sipphone.Number{"01026132471": {Tone: 1000}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := network.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { network.Close() })
	phone := s.phone(asterisk, "T2_1010")
	c := s.dial("demo", silent)
	for _, ask := range []func() string{
		func() string { return c.ask(originate("Callerid", "남의번호 <"+stranger+">", "Async", "true")) },
		func() string {
			return s.do("POST", clickToCall, c2c("cid_name", "남의번호", "cid_number", stranger).body, appKey(two)).body
		},
	} {
		if got := ask(); !strings.Contains(got, own1010) || strings.Contains(got, stranger) {
			t.Errorf("got %s", got)
		}
		own, err := phone.NextCall(short(t))
		if err != nil {
			t.Fatal(err)
		}
		if i := own.Invite(); i.From.Number != stranger || i.From.Name != "남의번호" {
			t.Errorf("the own phone sees %+v", i.From)
		}
		far, err := network.NextCall(short(t))
		if err != nil {
			t.Fatal(err)
		}
		if i := far.Invite(); i.From.Number != own1010 || i.Called != "01026132471" {
			t.Errorf("the network sees %+v calling %s", i.From, i.Called)
		}
		if err := far.WaitAnswered(short(t)); err != nil {
			t.Error(err)
		}
		if err := own.Hangup(short(t)); err != nil {
			t.Error(err)
		}
		if _, err := far.WaitEnded(short(t)); err != nil {
			t.Error(err)
		}
	}
}

// TestT30_Numbers: refused by rule, never repaired, wherever a call may lead:
// 400 for what is no number, 403 for what is not open.
func TestT30_Numbers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, ops := s.dial("demo", silent), s.dial("ops", silent)
	const nowhere, unknown = "invalid_value", " is not a number that can be called"
	const digits = " must be an extension or a phone number: 3 to 15 digits and nothing else"
	const international = " must not be an international number: these calls are not open for you"
	const premium = " must not be a premium number: these calls are not open for you"
	const emergency = " must not be an emergency number: these are dialled from a phone only"
	for number, want := range map[string]struct{ code, text string }{
		"010１２３": {nowhere, digits}, "+8210": {nowhere, digits}, "+821026132471": {nowhere, digits}, "006-82-10": {nowhere, digits},
		"*21*": {nowhere, digits}, "#": {nowhere, digits}, "1234567890123456": {nowhere, digits}, "12": {nowhere, digits}, "1": {nowhere, digits},
		"010 2613 2471": {nowhere, digits}, " 01026132471": {nowhere, digits}, "010-2613-2471": {nowhere, digits}, "010a2613247": {nowhere, digits},
		"${SHELL(id)}": {nowhere, digits}, "01026132471,1": {nowhere, digits}, "01026132471&1": {nowhere, digits}, "01026132471@trk-1": {nowhere, digits},
		"٠١٠٢٦١٣٢٤٧١": {nowhere, digits}, "0102613247１": {nowhere, digits}, "tel:01026132471": {nowhere, digits}, "0x3e8": {nowhere, digits}, "1e10": {nowhere, digits},
		"0010": {"forbidden", international}, "0012025550123": {"forbidden", international}, "00700123456": {"forbidden", international},
		"00200000000": {"forbidden", international}, "000": {"forbidden", international}, "00345821012345": {"forbidden", international},
		"0601234567": {"forbidden", premium}, "060": {"forbidden", premium},
		"112": {"forbidden", emergency}, "119": {"forbidden", emergency}, "02119": {"forbidden", emergency}, "031112": {"forbidden", emergency}, "117": {"forbidden", emergency},
		"09912345678": {nowhere, unknown}, "0101": {nowhere, unknown}, "999999999": {nowhere, unknown},
	} {
		for _, c := range []*client{c, ops} {
			c.refused(1, originate("Exten", number), "x", verdict{want.code, "Exten", "Exten" + want.text})
		}
		status := map[string]int{nowhere: 400, "forbidden": 403}[want.code]
		s.refuses(c, c2c("callee", number), status, 1, verdict{want.code, "callee", "callee" + want.text})
		s.refuses(c, call{"PUT", "/api/v2/diversions/1010/CFI", object("destination", number)}, status, 1, verdict{want.code, "destination", "destination" + want.text})
	}
	c.refused(1, originate("Exten", ""), "x", verdict{"bad_request", "Exten", "Exten is missing; the action Originate needs it"})
	s.refuses(c, c2c("callee", ""), 400, 1, verdict{"bad_request", "callee", "callee is missing; a click-to-call needs it"})
}
