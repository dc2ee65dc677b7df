package envelope_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/envelope"
)

var update = flag.Bool("update", false, "write the golden files anew")

// eachRecorded calls f for every message that the recorded servers sent.
func eachRecorded(tb testing.TB, f func(name string, m *ami.Message)) {
	tb.Helper()
	for _, version := range []string{"asterisk-16", "asterisk-22"} {
		all, err := amitest.LoadTranscripts(filepath.Join("../../ami/testdata", version))
		if err != nil {
			tb.Fatal(err)
		}
		for _, t := range all {
			r := ami.NewReader(bytes.NewReader(t.Received()), ami.ReaderOptions{})
			var m ami.Message
			for i := 0; r.Read(&m) == nil; i++ {
				f(fmt.Sprintf("%s/%s:%d", version, strings.TrimSuffix(t.Name, ".txt"), i), &m)
			}
		}
	}
}

// TestRecordings writes everything that both versions sent and reads it back.
func TestRecordings(t *testing.T) {
	n := 0
	var dst []byte
	eachRecorded(t, func(_ string, m *ami.Message) {
		for _, id := range []envelope.ID{{}, {Set: true}, {Set: true, Value: `클라이언트 "1"`}} {
			dst = source.AppendMessage(dst[:0], m, id)
			checkFrame(t, dst, m, id)
		}
		n++
	})
	if n < 4000 {
		t.Fatalf("only %d messages", n)
	}
}

// TestGolden shows frames of every type as clients get them: one recorded
// message for each first line and shape, and the two types that only older
// servers send.
func TestGolden(t *testing.T) {
	var b strings.Builder
	add := func(name string, m *ami.Message, id envelope.ID) {
		fmt.Fprintf(&b, "# %s\n%s\n", name, source.AppendMessage(nil, m, id))
	}
	seen := map[string]bool{}
	eachRecorded(t, func(name string, m *ami.Message) {
		first, value := m.Header(0)
		shape := fmt.Sprintf("%d %s %s %v", m.Kind(), first, value, m.Value("Output") != nil)
		if m.Kind() == ami.KindPrompt {
			shape = "prompt"
		}
		if !seen[shape] && m.Len() < 60 {
			seen[shape] = true
			add(name, m, envelope.ID{Set: m.Kind() == ami.KindResponse, Value: "DIPCAST-C2C"})
		}
	})
	add("older servers", parse(t, "Response: Follows\r\nPrivilege: Command\r\nActionID: f1\r\nline one\r\n  line: two\r\n--END COMMAND--\r\n\r\n"),
		envelope.ID{Set: true, Value: "DIPCAST-C2C"})
	add("older servers", parse(t, "q-100 has 0 calls (max unlimited) in 'ringall' strategy (0s holdtime, 0s talktime), W:0, C:0, A:0, SL:0.0% within 0s\r\n   No Members\r\n   No Callers\r\n\r\n"),
		envelope.ID{Set: true, Value: "DIPCAST-C2C"})
	golden := filepath.Join("testdata", "frames.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("run with -update if it is meant:\n%s", d)
	}
}

// TestAppendMessage looks at what recordings do not show.
func TestAppendMessage(t *testing.T) {
	const head = `{"type":%d,"server_id":1,"server_name":"dcrm.makecall.io","ssl":false,"data":{%s}}`
	tests := []struct {
		name, raw string
		id        envelope.ID
		kind      int
		data      string
	}{
		{
			"documented ping", "Response: Success\r\nActionID: b5-1\r\nPing: Pong\r\nTimestamp: 1760579048.983137\r\n\r\n",
			envelope.ID{Set: true, Value: "DIPCAST-CoreServiceCheck-1-Custom"},
			4,
			`"Response":"Success","ActionID":"DIPCAST-CoreServiceCheck-1-Custom","Ping":"Pong","Timestamp":"1760579048.983137"`,
		},
		{
			"output is one text", "Response: Error\r\nMessage: Command output follows\r\nOutput: Usage\r\nOutput:        two\r\nOutput: \r\nOutput: four\r\n\r\n",
			envelope.ID{},
			4, `"Response":"Error","Message":"Command output follows","Output":"Usage\n       two\n\nfour"`,
		},
		{"one output", "Response: Success\r\nOutput: \r\n\r\n", envelope.ID{}, 4, `"Response":"Success","Output":""`},
		{
			"others are arrays at their first place", "Event: X\r\nV: 1\r\nW: 2\r\nV: \r\nV: 3\r\nW: 2\r\n\r\n",
			envelope.ID{},
			3, `"Event":"X","V":["1","","3"],"W":["2","2"]`,
		},
		{"names differ by case", "Event: X\r\nV: 1\r\nv: 2\r\n\r\n", envelope.ID{}, 3, `"Event":"X","V":"1","v":"2"`},
		{
			"names with a colon in them", "Event: X\r\nChanVariable(Local/1010@x-01;1): A=b\r\nChanVariable(Local/1010@x-01;1): C=d\r\n\r\n",
			envelope.ID{},
			3, `"Event":"X","ChanVariable(Local/1010@x-01;1)":["A=b","C=d"]`,
		},
		{"id kept", "Event: X\r\nActionID: a\r\n\r\n", envelope.ID{Value: "ignored"}, 3, `"Event":"X","ActionID":"a"`},
		{"id removed", "Event: X\r\nActionID: a\r\nY: 1\r\n\r\n", envelope.ID{Set: true}, 3, `"Event":"X","Y":"1"`},
		{"two ids become one", "Event: X\r\nActionID: a\r\nactionid: b\r\nActionID: c\r\n\r\n", envelope.ID{Set: true, Value: "mine"}, 3, `"Event":"X","ActionID":"mine"`},
		{"no id is put into an event", "Event: X\r\n\r\n", envelope.ID{Set: true, Value: "mine"}, 3, `"Event":"X"`},
		{"an answer always has it", "Response: Error\r\nMessage: Missing action in request\r\n\r\n", envelope.ID{Set: true, Value: "mine"}, 4, `"Response":"Error","Message":"Missing action in request","ActionID":"mine"`},
		{
			"escapes", "Event: a\"b\\c\td\x01\x1f\x7f<script>&</script>\u2028\u0085\r\n\r\n",
			envelope.ID{},
			3,
			`"Event":"a\"b\\c\td\u0001\u001f` + "\x7f<script>&</script>\u2028\u0085" + `"`,
		},
		{
			"EUC-KR", "Event: X\r\nCallerIDName: \xc8\xab\xb1\xe6\xb5\xbf\r\nY: 1\r\n\r\n",
			envelope.ID{},
			3,
			`"Event":"X","CallerIDName":"홍길동","Y":"1","DIPCASTEncoding":"CallerIDName=EUC-KR"`,
		},
		{
			"neither", "Event: X\r\nA: Jos\xe9\r\nB: \xff\xfe\r\n\r\n",
			envelope.ID{},
			3,
			`"Event":"X","A":"Jos` + "\ufffd" + `","B":"` + "\ufffd\ufffd" + `","DIPCASTEncoding":"A=invalid,B=invalid"`,
		},
		{
			"each of an array", "Event: X\r\nV: \xb1\xe6\r\nV: b\r\nV: \xff\r\n\r\n",
			envelope.ID{},
			3,
			`"Event":"X","V":["길","b","` + "\ufffd" + `"],"DIPCASTEncoding":"V=EUC-KR,V=invalid"`,
		},
		{
			"each line of an output", "Response: Success\r\nOutput: \xb1\xe6\r\nOutput: 홍\r\n\r\n",
			envelope.ID{},
			4,
			`"Response":"Success","Output":"길\n홍","DIPCASTEncoding":"Output=EUC-KR"`,
		},
		{"our note is ours", "Event: X\r\nDIPCASTEncoding: CallerIDName=EUC-KR\r\n\r\n", envelope.ID{}, 3, `"Event":"X"`},
		{"a name that is not UTF-8", "Event: X\r\n\xb1\xe6: 1\r\n\xb1\xe7: 2\r\n한글: 3\r\n\r\n", envelope.ID{}, 3, `"Event":"X","%B1%E6":"1","%B1%E7":"2","한글":"3"`},
		{"no event name", "Event: \r\n\r\n", envelope.ID{}, 3, `"Event":""`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, tt.raw)
			got := source.AppendMessage([]byte("before"), m, tt.id)
			want := "before" + fmt.Sprintf(head, tt.kind, tt.data)
			if tt.name == "names differ by case" || tt.name == "a name that is not UTF-8" {
				checkFrame(t, got[len("before"):], m, tt.id)
			}
			if d := cmp.Diff(want, string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestLongMessages: marks end at 1,024 headers, messages need not.
func TestLongMessages(t *testing.T) {
	for _, n := range []int{1000, 1019, 1020, 1021, 1022, 1023, 3000} {
		var b strings.Builder
		b.WriteString("Response: Success\r\nActionID: x\r\nMessage: Command output follows\r\n")
		for i := range n {
			fmt.Fprintf(&b, "Output: line %d\r\n", i)
		}
		b.WriteString("Truncated: yes\r\nMessage: again\r\n\r\n")
		m := parse(t, b.String())
		checkFrame(t, source.AppendMessage(nil, m, envelope.ID{}), m, envelope.ID{})
	}
}

func TestAppendFields(t *testing.T) {
	own := envelope.NewSource(0, "", true)
	got := string(own.AppendFields(nil, ami.KindEvent, envelope.Field{Name: "Event", Value: "DIPCASTLink"},
		envelope.Field{Name: "State", Value: "do\"wn\n"}, envelope.Field{Name: "ActionID"}, envelope.Field{Name: "Val", Value: "\xb1\xe6"}))
	want := `{"type":3,"server_id":0,"server_name":"","ssl":true,"data":{"Event":"DIPCASTLink","State":"do\"wn\n","Val":"길","DIPCASTEncoding":"Val=EUC-KR"}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAppendError(t *testing.T) {
	err := envelope.Errorf(envelope.InvalidValue, "Exten", "Exten must be %s", "a number")
	got := string(source.AppendError(nil, "a\r\n1", err))
	want := `{"type":4,"server_id":1,"server_name":"dcrm.makecall.io","ssl":false,"data":{"Response":"Error","ActionID":"a\r\n1","Message":"Exten must be a number","Code":"invalid_value","Field":"Exten"}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got = string(source.AppendError(nil, "", envelope.Errorf(envelope.Busy, "", "later")))
	want = `{"type":4,"server_id":1,"server_name":"dcrm.makecall.io","ssl":false,"data":{"Response":"Error","ActionID":"","Message":"later","Code":"busy"}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := envelope.Errorf(envelope.Busy, strings.Repeat("가", 30), "later").Field; got != strings.Repeat("가", 21) {
		t.Errorf("a field of %d bytes: %q", len(got), got)
	}
	if err.Error() != "invalid_value: Exten: Exten must be a number" || envelope.Errorf(envelope.Busy, "", "later").Error() != "busy: later" {
		t.Error(err.Error())
	}
}

func TestAppendMessageDoesNotAllocate(t *testing.T) {
	m := parse(t, event20)
	dst := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { dst = source.AppendMessage(dst[:0], m, envelope.ID{}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzAppendMessage: whatever a server sends becomes one line of JSON that
// says the same.
func FuzzAppendMessage(f *testing.F) {
	for _, s := range []string{
		event20, "Response: Success\r\nOutput: a\r\nOutput: \xff\r\nActionID: 1\r\nX\r\nX\r\n\r\n",
		"Response: Follows\r\nActionID: 1\r\n\xb1\xe6\r\n--END COMMAND--\r\n\r\n", "Event: \xb1\xe6\r\n\xb1\xe6: \xe9\r\nA: \\\"\x00\x1b\r\n\r\n",
		"DIPCASTEncoding: x\r\nDIPCASTEncoding: y\r\n\r\n", "q has 1 calls (max 2) in 'x' strategy (0s holdtime)\r\n\r\n",
	} {
		f.Add([]byte(s), "", false)
		f.Add([]byte(s), "id\xff", true)
	}
	f.Fuzz(func(t *testing.T, stream []byte, id string, set bool) {
		r := ami.NewReader(bytes.NewReader(stream), ami.ReaderOptions{MaxHeaders: 64})
		var m ami.Message
		for r.Read(&m) == nil {
			// %B1 and the byte B1 in one message would be the same name.
			if bytes.IndexByte(m.Bytes(), '%') >= 0 {
				continue
			}
			eid := envelope.ID{Set: set, Value: strings.ToValidUTF8(id, "?")}
			checkFrame(t, source.AppendMessage(nil, &m, eid), &m, eid)
		}
	})
}
