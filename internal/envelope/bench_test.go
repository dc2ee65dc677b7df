package envelope_test

import (
	"bytes"
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/envelope"
)

// event20 is a recorded event of 20 headers.
const event20 = "Event: Newexten\r\nPrivilege: dialplan,all\r\nChannel: Local/1010@T2_cos-all-00000000;2\r\n" +
	"ChannelState: 4\r\nChannelStateDesc: Ring\r\nCallerIDNum: 1010\r\nCallerIDName: 홍길동\r\nConnectedLineNum: <unknown>\r\n" +
	"ConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\nContext: T2_cos-all\r\nExten: 1010\r\nPriority: 4\r\n" +
	"Uniqueid: 1795253928.1\r\nLinkedid: 1795253928.0\r\nExtension: 1010\r\nApplication: Dial\r\n" +
	"AppData: PJSIP/1010,30,tT\r\nTimestamp: 1795254786.584883\r\n\r\n"

func parse(tb testing.TB, raw string) *ami.Message {
	tb.Helper()
	m := new(ami.Message)
	if err := ami.Parse([]byte(raw), m); err != nil {
		tb.Fatalf("%v: %q", err, raw)
	}
	return m
}

var source = envelope.NewSource(1, "dcrm.makecall.io", false)

func BenchmarkAppendMessage20(b *testing.B) {
	for _, bb := range []struct {
		name string
		raw  string
		id   envelope.ID
	}{
		{"plain", event20, envelope.ID{}},
		{"actionid", "Response: Success\r\nActionID: b5qv-1\r\n" + event20, envelope.ID{Set: true, Value: "DIPCAST-C2C"}},
		{"channelvars", event20[:len(event20)-2] + "ChanVariable(PJSIP/1010-00000001): A=1\r\nChanVariable(PJSIP/1010-00000001): B=2\r\n\r\n", envelope.ID{}},
		{"escapes", event20[:len(event20)-2] + "AppData2: a\"b\\c\td\r\n\r\n", envelope.ID{}},
	} {
		m := parse(b, bb.raw)
		b.Run(bb.name, func(b *testing.B) {
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				dst = source.AppendMessage(dst[:0], m, bb.id)
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}

// BenchmarkAppendMessageRecorded writes everything that Asterisk 22 sent.
func BenchmarkAppendMessageRecorded(b *testing.B) {
	all, err := amitest.LoadTranscripts("../../ami/testdata/asterisk-22")
	if err != nil {
		b.Fatal(err)
	}
	var arena ami.Arena
	headers := 0
	for _, t := range all {
		r := ami.NewReader(bytes.NewReader(t.Received()), ami.ReaderOptions{})
		var m ami.Message
		for r.Read(&m) == nil {
			headers += m.Len()
			arena.Add(&m)
		}
	}
	var m ami.Message
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		for i := range arena.Len() {
			arena.At(i, &m)
			dst = source.AppendMessage(dst[:0], &m, envelope.ID{})
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(arena.Len()), "ns/message")
	b.ReportMetric(float64(headers)/float64(arena.Len()), "headers/message")
}
