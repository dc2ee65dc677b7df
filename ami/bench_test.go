package ami_test

import (
	"bytes"
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// event20 is a recorded event of 20 headers.
var event20 = []byte("Event: Newexten\r\nPrivilege: dialplan,all\r\nChannel: Local/1010@T2_cos-all-00000000;2\r\n" +
	"ChannelState: 4\r\nChannelStateDesc: Ring\r\nCallerIDNum: 1010\r\nCallerIDName: 홍길동\r\nConnectedLineNum: <unknown>\r\n" +
	"ConnectedLineName: <unknown>\r\nLanguage: en\r\nAccountCode: \r\nContext: T2_cos-all\r\nExten: 1010\r\nPriority: 4\r\n" +
	"Uniqueid: 1795253928.1\r\nLinkedid: 1795253928.0\r\nExtension: 1010\r\nApplication: Dial\r\n" +
	"AppData: PJSIP/1010,30,tT\r\nTimestamp: 1795254786.584883\r\n\r\n")

func BenchmarkParse20(b *testing.B) {
	var m ami.Message
	b.ReportAllocs()
	for b.Loop() {
		if err := ami.Parse(event20, &m); err != nil || m.Len() != 20 {
			b.Fatal(err, m.Len())
		}
	}
}

func BenchmarkRead20(b *testing.B) {
	stream := bytes.Repeat(event20, 1000)
	src := bytes.NewReader(stream)
	r := ami.NewReader(src, ami.ReaderOptions{})
	var m ami.Message
	b.ReportAllocs()
	for b.Loop() {
		if r.Read(&m) != nil {
			src.Reset(stream)
			if err := r.Read(&m); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkTranscripts reads everything that Asterisk 22 sent.
func BenchmarkTranscripts(b *testing.B) {
	all, err := amitest.LoadTranscripts("testdata/asterisk-22")
	if err != nil {
		b.Fatal(err)
	}
	var stream []byte
	for _, t := range all {
		stream = append(stream, t.Received()...)
	}
	src := bytes.NewReader(stream)
	messages, headers := 0, 0
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		src.Reset(stream)
		r := ami.NewReader(src, ami.ReaderOptions{})
		var m ami.Message
		messages, headers = 0, 0
		for r.Read(&m) == nil {
			messages++
			headers += m.Len()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(messages), "ns/message")
	b.ReportMetric(float64(headers)/float64(messages), "headers/message")
}

func BenchmarkValue(b *testing.B) {
	var m ami.Message
	if err := ami.Parse(event20, &m); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"Event", "ActionID", "LINKEDID", "timestamp"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = m.Value(name)
			}
		})
	}
}

func BenchmarkAll(b *testing.B) {
	var m ami.Message
	if err := ami.Parse(event20, &m); err != nil {
		b.Fatal(err)
	}
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		for name, value := range m.All() {
			n += len(name) + len(value)
		}
	}
	if n == 0 {
		b.Fatal("nothing")
	}
}

func BenchmarkArena(b *testing.B) {
	var m, v ami.Message
	if err := ami.Parse(event20, &m); err != nil {
		b.Fatal(err)
	}
	var a ami.Arena
	b.ReportAllocs()
	for b.Loop() {
		if a.Len() == 64 {
			a.At(63, &v)
			a.Reset()
		}
		a.Add(&m)
	}
}

func BenchmarkEncode(b *testing.B) {
	a := ami.NewAction("Originate").Add("Channel", "Local/1010@T2_cos-all").Add("Context", "T2_cos-all").
		Add("Exten", "01055550147").Add("Priority", "1").Add("Timeout", "30000").Add("Async", "true").
		Add("Variable", "EXEC_AA=yes").Add("Variable", "CHANNEL(language)=ko").Add("ChannelId", "c-1")
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if dst, err = a.AppendTo(dst[:0], "abc-1"); err != nil {
			b.Fatal(err)
		}
	}
}
