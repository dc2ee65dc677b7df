package ami_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/dipcast/dipcast/ami"
)

// followsText is what Asterisk 13 answers to a Command: lines that end with
// LF, blank ones, lines with colons.
const followsText = "Response: Follows\r\nPrivilege: Command\r\nActionID: f1\r\n" +
	"\n Endpoint:  1010/1010   Not in use\nActionID: not a header\n\nObjects found: 1\n\n--END COMMAND--\r\n\r\n"

// queueText is what the action Queues of Asterisk 13 prints.
const queueText = "q-100 has 1 calls (max unlimited) in 'ringall' strategy (3s holdtime, 7s talktime), W:0, C:5, A:2, SL:50.0% within 60s\r\n" +
	"   Members: \r\n      Lee 1013 (PJSIP/1013) with penalty 1 (ringinuse enabled) (Not in use) has taken no calls yet\r\n" +
	"      김영업 (PJSIP/1010) (ringinuse enabled) (Not in use) has taken 5 calls (last was 9 secs ago)\r\n" +
	"   Callers: \r\n      1. PJSIP/trk-1-00000001 (wait: 0:05, prio: 0)\r\n\r\n" +
	"T2 has 3 has 0 calls (max 10) in 'leastrecent' strategy (0s holdtime, 0s talktime), W:0, C:0, A:0, SL:0.0% within 0s\r\n" +
	"   No Members\r\n   No Callers\r\n\r\n\r\n"

// headers returns the headers as "name=value".
func headers(m *ami.Message) []string {
	var all []string
	for name, value := range m.All() {
		all = append(all, string(name)+"="+string(value))
	}
	return all
}

func read(t *testing.T, text string) []*ami.Message {
	t.Helper()
	all, err := readAll(strings.NewReader(text), ami.ReaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestHeaders(t *testing.T) {
	for _, tt := range []struct{ name, line, header, value string }{
		{"plain", "Channel: PJSIP/1010-1", "Channel", "PJSIP/1010-1"},
		{"empty value", "AccountCode: ", "AccountCode", ""},
		{"empty value without space", "AccountCode:", "AccountCode", ""},
		{"no space", "Key:value", "Key", "value"},
		{"two spaces", "Output:   indented", "Output", "  indented"},
		{"trailing space", "ActionID: x ", "ActionID", "x "},
		{"colon in value", "AppData: a: b: c", "AppData", "a: b: c"},
		{"channel variable", "ChanVariable(PJSIP/1010-1): X=1", "ChanVariable(PJSIP/1010-1)", "X=1"},
		{"local channel variable", "ChanVariable(Local/1010@x-0001;1): A=b", "ChanVariable(Local/1010@x-0001;1)", "A=b"},
		{"channel variable without value", "ChanVariable(x):", "ChanVariable(x)", ""},
		{"colon in parentheses", "ChanVariable(IAX2/10.0.0.1:4569-7): X=1", "ChanVariable(IAX2/10.0.0.1:4569-7)", "X=1"},
		{"colon in parentheses, no space", "ChanVariable(a:b):c", "ChanVariable(a:b)", "c"},
		{"parenthesis that does not close", "Foo(a:b", "Foo(a", "b"},
		{"parentheses before the colon", "Foo(a):b(c):d", "Foo(a)", "b(c):d"},
		{"no colon", "garbage", "", "garbage"},
		{"only a colon", ":", "", ""},
		{"no name", ": x", "", "x"},
		{"euc-kr", "CallerIDName: \xc8\xab\xb1\xe6\xb5\xbf", "CallerIDName", "\xc8\xab\xb1\xe6\xb5\xbf"},
		{"NUL", "X: a\x00b", "X", "a\x00b"},
		{"bare CR", "X: a\rb", "X", "a\rb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, end := range []string{"\r\n", "\n"} {
				all := read(t, "Event: X"+end+tt.line+end+end)
				if len(all) != 1 || all[0].Len() != 2 {
					t.Fatalf("%d messages", len(all))
				}
				name, value := all[0].Header(1)
				if string(name) != tt.header || string(value) != tt.value {
					t.Errorf("got %q %q", name, value)
				}
				var m ami.Message
				if err := ami.Parse(all[0].Bytes(), &m); err != nil || !slices.Equal(headers(&m), headers(all[0])) {
					t.Errorf("parse: %v %q", err, headers(&m))
				}
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for _, tt := range []struct {
		text string
		want ami.Kind
	}{
		{"Asterisk Call Manager/11.0.0\r\n", ami.KindPrompt},
		{"Asterisk Call Manager/1.1\n", ami.KindPrompt},
		{"Asterisk Call Manager Proxy/99.x beta\r\n", ami.KindPrompt},
		{"Action: Ping\r\n\r\n", ami.KindAction},
		{"action: ping\r\n\r\n", ami.KindAction},
		{"Event: Hangup\r\n\r\n", ami.KindEvent},
		{"Event: OriginateResponse\r\nResponse: Failure\r\n\r\n", ami.KindEvent},
		{"Event:\r\nX: 1\r\n\r\n", ami.KindEvent},
		{"Response: Success\r\n\r\n", ami.KindResponse},
		{"Response: Success\r\nMessage: Command output follows\r\nOutput: a\r\n\r\n", ami.KindResponse},
		{followsText, ami.KindCommandOutput},
		{"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", ami.KindUnknown},
		{"ActionID: 1\r\nResponse: Success\r\n\r\n", ami.KindUnknown},
	} {
		all := read(t, tt.text)
		if len(all) != 1 || all[0].Kind() != tt.want {
			t.Errorf("%.30q: %v", tt.text, all)
			continue
		}
		if string(all[0].Bytes()) != tt.text {
			t.Errorf("%.30q: bytes %q", tt.text, all[0].Bytes())
		}
	}
	for _, m := range read(t, queueText) {
		if m.Kind() != ami.KindQueueList {
			t.Errorf("queue text: %v", m.Kind())
		}
	}
}

func TestBlankLines(t *testing.T) {
	all := read(t, "\r\n\n\r\nAsterisk Call Manager/11.0.0\r\n\r\n\n\nEvent: A\r\n\r\n\r\n\nEvent: B\n\n\r\n")
	if len(all) != 3 || all[2].Get("event") != "B" {
		t.Errorf("%d messages", len(all))
	}
}

func TestCommandOutput(t *testing.T) {
	m := read(t, followsText)[0]
	want := "\n Endpoint:  1010/1010   Not in use\nActionID: not a header\n\nObjects found: 1\n"
	if got := m.Output(); got != want {
		t.Errorf("output %q", got)
	}
	if m.Get("ActionID") != "f1" || m.Get("Privilege") != "Command" || m.Get("output") != "" || m.Len() != 9 {
		t.Errorf("headers %q", headers(m))
	}
	m = read(t, "Response: Follows\r\nPrivilege: Command\r\nno line end--END COMMAND--\r\nAfter: x\r\n\r\nEvent: Next\r\n\r\n")[0]
	if m.Output() != "no line end" || m.Get("After") != "x" {
		t.Errorf("headers %q", headers(m))
	}
	m = read(t, "Response: Success\r\nActionID: 1\r\nMessage: Command output follows\r\nOutput: a\r\nOutput: \r\noutput:   b\r\n\r\n")[0]
	if m.Output() != "a\n\n  b" {
		t.Errorf("output %q", m.Output())
	}
	if got := read(t, "Response: Success\r\nMessage: Pong\r\n\r\n")[0].Output(); got != "" {
		t.Errorf("output %q", got)
	}
}

func TestQueueList(t *testing.T) {
	all := read(t, queueText)
	if len(all) != 2 {
		t.Fatalf("%d messages", len(all))
	}
	want := []string{
		"QueueName=q-100", "Calls=1", "Maxlen=unlimited", "Strategy=ringall", "Holdtime=3", "Talktime=7", "Weight=0",
		"CallsCompleted=5", "CallsAbandoned=2", "ServiceLevel=50.0", "ServiceLevelPeriod=60", "MembersCount=2", "CallersCount=1",
	}
	if got := headers(all[0]); !slices.Equal(got, want) {
		t.Errorf("headers %q", got)
	}
	if !strings.Contains(all[0].Output(), "김영업 (PJSIP/1010)") {
		t.Errorf("output %q", all[0].Output())
	}
	if m := all[1]; m.Get("QueueName") != "T2 has 3" || m.Get("maxlen") != "10" || m.Get("MembersCount") != "0" {
		t.Errorf("headers %q", headers(m))
	}
	var a ami.Arena
	var v ami.Message
	for _, m := range all {
		a.Add(m)
	}
	a.At(0, &v)
	if !slices.Equal(headers(&v), want) || string(v.Bytes()) != string(all[0].Bytes()) {
		t.Errorf("in an arena: %q", headers(&v))
	}
	if got := headers(v.Clone()); !slices.Equal(got, want) {
		t.Errorf("clone: %q", got)
	}
}

func TestLookup(t *testing.T) {
	m := read(t, "Event: UserEvent\r\nDup: 1\r\ndup: 2\r\nDUP: 3\r\nA@Z[: x\r\n\r\n")[0]
	for name, want := range map[string]string{"DUP": "1", "dup": "1", "event": "UserEvent", "a@z[": "x", "A`Z{": "", "du": "", "": ""} {
		if got := m.Get(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
	if m.Value("none") != nil || m.ActionID() != nil {
		t.Error("absent headers have values")
	}
	if v := read(t, "Event: X\r\nAccountCode: \r\n\r\n")[0].Value("AccountCode"); v == nil || len(v) != 0 {
		t.Errorf("empty value is %v", v)
	}
	if e := read(t, "Response: Success\r\n\r\n")[0].Event(); e != nil {
		t.Errorf("event %q", e)
	}
}

func TestBounds(t *testing.T) {
	x := strings.Repeat("x", 100)
	many := func(n int, line string) string { return strings.Repeat(line+"\r\n", n) }
	long := strings.Repeat("x", 70<<10)
	for _, tt := range []struct {
		name, text string
		o          ami.ReaderOptions
		want       error
	}{
		{"line at the bound", "Event: X\r\nA: " + strings.Repeat("x", 64<<10-5) + "\r\n\r\n", ami.ReaderOptions{}, nil},
		{"line over it", "Event: X\r\nA: " + strings.Repeat("x", 64<<10-4) + "\r\n\r\n", ami.ReaderOptions{}, ami.ErrTooLong},
		{"first line over it", "Event: " + long + "\r\n\r\n", ami.ReaderOptions{}, ami.ErrTooLong},
		{"line without end", "Event: X\r\nA: " + long, ami.ReaderOptions{}, ami.ErrTooLong},
		{"nothing but a line", long + long, ami.ReaderOptions{}, ami.ErrTooLong},
		{"headers at the bound", "Event: X\r\n" + many(1023, "A: b") + "\r\n", ami.ReaderOptions{}, nil},
		{"headers over it", "Event: X\r\n" + many(1024, "A: b") + "\r\n", ami.ReaderOptions{}, ami.ErrTooManyHeaders},
		{"no blank line", "Event: X\r\n" + many(100_000, "A: b"), ami.ReaderOptions{}, ami.ErrTooManyHeaders},
		{"message over the bound", "Event: X\r\n" + many(1000, "A: "+strings.Repeat("x", 1100)) + "\r\n", ami.ReaderOptions{}, ami.ErrMessageTooLarge},
		{"output of an event counts", "Event: X\r\n" + many(1024, "Output: b") + "\r\n", ami.ReaderOptions{}, ami.ErrTooManyHeaders},
		{"output of a response does not", "Response: Success\r\n" + many(5000, "Output: b") + "\r\n", ami.ReaderOptions{}, nil},
		{"long output line", "Response: Success\r\nOutput: " + long + "\r\n\r\n", ami.ReaderOptions{}, nil},
		{"own bounds", "Event: X\r\nA: " + x + "\r\n\r\n", ami.ReaderOptions{MaxLine: 50}, ami.ErrTooLong},
		{"own headers", "Event: X\r\nA: b\r\nB: b\r\n\r\n", ami.ReaderOptions{MaxHeaders: 2}, ami.ErrTooManyHeaders},
		{"own message", "Event: X\r\nA: b\r\nB: b\r\n\r\n", ami.ReaderOptions{MaxMessage: 20}, ami.ErrMessageTooLarge},
		{"tiny line", "Response: X\r\n\r\n", ami.ReaderOptions{MaxLine: 3}, ami.ErrTooLong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, src := range []io.Reader{
				strings.NewReader(tt.text), iotest.OneByteReader(strings.NewReader(tt.text)), iotest.HalfReader(strings.NewReader(tt.text)),
			} {
				all, err := readAll(src, tt.o)
				if !errors.Is(err, tt.want) {
					t.Fatalf("%v", err)
				}
				var limit *ami.LimitError
				if tt.want != nil && (!errors.As(err, &limit) || limit.Got <= limit.Limit || len(all) != 0) {
					t.Errorf("%v with %d messages", err, len(all))
				}
				if tt.want == nil && (len(all) != 1 || string(all[0].Bytes()) != tt.text || all[0].Truncated()) {
					t.Errorf("%d messages", len(all))
				}
			}
		})
	}
}

func TestLimitIsSticky(t *testing.T) {
	r := ami.NewReader(strings.NewReader("Event: X\r\nA: b\r\nA: b\r\n\r\nEvent: Y\r\n\r\n"), ami.ReaderOptions{MaxHeaders: 2})
	var m ami.Message
	for range 3 {
		if err := r.Read(&m); !errors.Is(err, ami.ErrTooManyHeaders) || !r.Buffered() {
			t.Fatal(err)
		}
	}
}

func TestTruncated(t *testing.T) {
	head := "Response: Success\r\nActionID: 1\r\nMessage: Command output follows\r\n"
	follows := "Response: Follows\r\nActionID: 1\r\n"
	for _, tt := range []struct {
		name, text, bytes string
	}{
		{
			"output lines", head + "Output: 0123456789\r\nOutput: 0123456789\r\nOutput: x\r\nAfter: y\r\n\r\n",
			head + "Output: 0123456789\r\nOutput: 0123456789\r\nAfter: y\r\nTruncated: yes\r\n\r\n",
		},
		{
			"the last line, which is short", head + "Output: 0123456789\r\nOutput: 0123456789\r\nOutput: \n\n",
			head + "Output: 0123456789\r\nOutput: 0123456789\r\nTruncated: yes\r\n\n",
		},
		{
			"one long line", head + "Output: " + strings.Repeat("z", 500) + "\r\nAfter: y\r\n\r\n",
			head + "After: y\r\nTruncated: yes\r\n\r\n",
		},
		{
			"a long line after one that fits", head + "Output: a\r\nOutput: " + strings.Repeat("z", 500) + "\r\nOutput: b\r\n\r\n",
			head + "Output: a\r\nTruncated: yes\r\n\r\n",
		},
		{
			"text of a command", follows + "0123456789\n0123456789\n0123456789\nx\n--END COMMAND--\r\n\r\n",
			follows + "0123456789\n0123456789\n0123456789\n--END COMMAND--\r\nTruncated: yes\r\n\r\n",
		},
		{
			"long text with the end at its end", follows + "a\n" + strings.Repeat("z", 500) + "--END COMMAND--\r\n\r\n",
			follows + "a\n--END COMMAND--\r\nTruncated: yes\r\n\r\n",
		},
		{
			"long text", follows + strings.Repeat("z", 500) + "\nb\n--END COMMAND--\r\nAfter: y\r\n\r\n",
			follows + "--END COMMAND--\r\nAfter: y\r\nTruncated: yes\r\n\r\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			next := "Event: Next\r\nA: b\r\n\r\n"
			for size := 1; size < len(tt.text)+len(next); size++ {
				src := &chunked{[]byte(tt.text + next), func() int { return size }}
				all, err := readAll(src, ami.ReaderOptions{MaxOutput: 48, MaxLine: 100})
				if err != nil || len(all) != 2 {
					t.Fatalf("pieces of %d: %v, %d messages", size, err, len(all))
				}
				if got := string(all[0].Bytes()); got != tt.bytes || !all[0].Truncated() || all[0].ActionID() == nil {
					t.Fatalf("pieces of %d: %q", size, got)
				}
				if string(all[1].Bytes()) != next {
					t.Fatalf("pieces of %d: next is %q", size, all[1].Bytes())
				}
				var m ami.Message
				if err := ami.Parse(all[0].Bytes(), &m); err != nil || !slices.Equal(headers(&m), headers(all[0])) {
					t.Fatalf("parse: %v %q %q", err, headers(&m), headers(all[0]))
				}
			}
		})
	}
	t.Run("a mebibyte", func(t *testing.T) {
		line := "Output: " + strings.Repeat("o", 1000) + "\r\n"
		all := read(t, head+strings.Repeat(line, 3000)+"\r\nEvent: Next\r\n\r\n")
		if len(all) != 2 || !all[0].Truncated() || len(all[0].Bytes()) > 1<<20+200 || len(all[0].Output()) < 1000*1000 {
			t.Errorf("%d messages, %d bytes", len(all), len(all[0].Bytes()))
		}
	})
	t.Run("many empty lines", func(t *testing.T) {
		all := read(t, head+strings.Repeat("Output:\n", 500_000)+"\n")
		if len(all) != 1 || !all[0].Truncated() || all[0].Len() > 70_000 {
			t.Errorf("%d headers", all[0].Len())
		}
	})
}

func TestEnds(t *testing.T) {
	for text, want := range map[string]error{
		"":                             io.EOF,
		"\r\n\r\n":                     io.EOF,
		"Event: A\r\n\r\n":             io.EOF,
		"Event: A\r\n\r\n\r":           io.ErrUnexpectedEOF,
		"Event: A":                     io.ErrUnexpectedEOF,
		"Event: A\r\nB: c\r\n":         io.ErrUnexpectedEOF,
		"Event: A\r\n\r\nEvent: B\r\n": io.ErrUnexpectedEOF,
		"Response: Follows\r\n\r\n":    io.ErrUnexpectedEOF,
	} {
		r := ami.NewReader(strings.NewReader(text), ami.ReaderOptions{})
		var m ami.Message
		var err error
		for err == nil {
			err = r.Read(&m)
		}
		if !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestErrorsOfTheSource: a deadline in the middle of a message loses nothing.
func TestErrorsOfTheSource(t *testing.T) {
	text := "Event: A\r\nB: c\r\n\r\nEvent: D\r\n\r\n"
	tick := 0
	r := ami.NewReader(readerFunc(func(p []byte) (int, error) {
		if tick++; tick%2 == 0 {
			return 0, iotest.ErrTimeout
		}
		if text == "" {
			return 0, io.EOF
		}
		n := copy(p, text[:1])
		text = text[1:]
		return n, nil
	}), ami.ReaderOptions{})
	var m ami.Message
	var got []string
	for {
		err := r.Read(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			got = append(got, string(m.Bytes()))
		} else if !errors.Is(err, iotest.ErrTimeout) {
			t.Fatal(err)
		}
	}
	if fmt.Sprintf("%q", got) != `["Event: A\r\nB: c\r\n\r\n" "Event: D\r\n\r\n"]` {
		t.Errorf("%q", got)
	}
	if err := ami.NewReader(readerFunc(func([]byte) (int, error) { return 0, nil }), ami.ReaderOptions{}).Read(&m); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("no progress: %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestBuffered: it says whether Read will touch the source, and does not
// disturb the message read last.
func TestBuffered(t *testing.T) {
	reads := 0
	pieces := []string{"Event: A\r\n\r\nEvent: B\r\nX: y\r\n\r\nEvent: ", "C\r\n", "\r\n"}
	r := ami.NewReader(readerFunc(func(p []byte) (int, error) {
		reads++
		if len(pieces) == 0 {
			return 0, io.EOF
		}
		n := copy(p, pieces[0])
		pieces = pieces[1:]
		return n, nil
	}), ami.ReaderOptions{})
	var m ami.Message
	for _, want := range []struct {
		event    string
		buffered bool
		reads    int
	}{{"A", true, 1}, {"B", false, 1}, {"C", false, 3}} {
		if err := r.Read(&m); err != nil {
			t.Fatal(err)
		}
		if r.Buffered() != want.buffered || reads != want.reads || m.Get("Event") != want.event {
			t.Errorf("%s: buffered %v, %d reads, %q", want.event, r.Buffered(), reads, m.Bytes())
		}
	}
}

func TestParse(t *testing.T) {
	var m ami.Message
	for _, text := range []string{"", "\r\n", "Event: A\r\n", "\r\nEvent: A\r\n\r\n", "Event: A\r\n\r\n\r\n", "Event: A\r\n\r\nx", "Asterisk Call Manager/1\r\n\r\n"} {
		if err := ami.Parse([]byte(text), &m); !errors.Is(err, ami.ErrIncomplete) || m.Len() != 0 || m.Kind() != 0 {
			t.Errorf("%q: %v, %d headers", text, err, m.Len())
		}
	}
	raw := []byte("Event: A\nB: c\n\n")
	if n := testing.AllocsPerRun(100, func() {
		if err := ami.Parse(raw, &m); err != nil || m.Get("B") != "c" {
			t.Error(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestMessagesDoNotMix uses one Message for a Reader, an Arena and Parse in
// turn: its field table must never be one of theirs.
func TestMessagesDoNotMix(t *testing.T) {
	event := func(i int) string { return fmt.Sprintf("Event: E%d\r\nA%d: %d\r\nB: x\r\n\r\n", i, i, i) }
	var text string
	for i := range 10 {
		text += event(i)
	}
	r := ami.NewReader(strings.NewReader(text), ami.ReaderOptions{})
	var a ami.Arena
	var m ami.Message
	for i := range 10 {
		if err := r.Read(&m); err != nil {
			t.Fatal(err)
		}
		a.Add(&m)
		a.At(0, &m)
		if err := ami.Parse([]byte("Event: Other\r\nMore: 1\r\nMore: 2\r\nMore: 3\r\n\r\n"), &m); err != nil {
			t.Fatal(err)
		}
		a.At(i, &m)
	}
	size := 0
	for i := range 10 {
		a.At(i, &m)
		if string(m.Bytes()) != event(i) || m.Get(fmt.Sprintf("A%d", i)) != fmt.Sprint(i) || m.Len() != 3 {
			t.Errorf("message %d is %q", i, headers(&m))
		}
		size += len(m.Bytes())
	}
	if a.Len() != 10 || a.Bytes() != size {
		t.Errorf("%d messages, %d bytes", a.Len(), a.Bytes())
	}
	a.Reset()
	if a.Len() != 0 || a.Bytes() != 0 {
		t.Error("not empty after Reset")
	}
}

// TestMemory: a large message does not leave its buffer behind.
func TestMemory(t *testing.T) {
	big := "Response: Success\r\n" + strings.Repeat("Output: "+strings.Repeat("x", 1000)+"\r\n", 900) + "\r\n"
	small := "Event: X\r\nA: b\r\n\r\n"
	src := bytes.NewReader([]byte(big + strings.Repeat(small, 20000)))
	r := ami.NewReader(src, ami.ReaderOptions{})
	var m ami.Message
	for r.Read(&m) == nil {
		if c := cap(m.Bytes()); c > 2<<20 {
			t.Fatalf("%d bytes held", c)
		}
	}
	if got := r.BufferSize(); got > 256<<10 {
		t.Errorf("buffer of %d bytes kept", got)
	}
}
