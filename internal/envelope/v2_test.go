package envelope_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
)

// lines is the text of one message.
func lines(l ...string) string { return strings.Join(l, "\r\n") + "\r\n\r\n" }

func TestV2Frame(t *testing.T) {
	src := envelope.NewSource(1, `dcrm "1"`, true)
	m := parse(t, lines("Event: Hangup", "Linkedid: 1.2", "Cause: 16"))
	v1 := src.AppendMessage(nil, m, envelope.ID{})
	at := time.Date(2026, 11, 21, 23, 4, 5, 67_890_000, time.FixedZone("KST", 9*3600))
	got := string(src.AppendV2(nil, v1, envelope.Head{Tenant: "T2", Epoch: "e1", Seq: 4711, Time: at, Linkedid: `1."2`}))
	want := `{"type":3,"server_id":1,"server_name":"dcrm \"1\"","ssl":true,"tenant":"T2","epoch":"e1","seq":4711,` +
		`"time":"2026-11-21T14:04:05.067Z","call":"1-1.\"2","data":{"Event":"Hangup","Linkedid":"1.2","Cause":"16"}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got = string(src.AppendV2(nil, v1, envelope.Head{Epoch: "e1", Seq: 1, Time: at}))
	want = `{"type":3,"server_id":1,"server_name":"dcrm \"1\"","ssl":true,"epoch":"e1","seq":1,` +
		`"time":"2026-11-21T14:04:05.067Z","data":{"Event":"Hangup","Linkedid":"1.2","Cause":"16"}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var dst []byte
	if n := testing.AllocsPerRun(100, func() {
		dst = src.AppendV2(dst[:0], v1, envelope.Head{Tenant: "T2", Epoch: "e1", Seq: 4711, Time: at, Linkedid: "1.2"})
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestV2OfRecordings: the frame in ?v=2 is valid and its data the same.
func TestV2OfRecordings(t *testing.T) {
	type frame struct {
		Seq  uint64          `json:"seq"`
		Data json.RawMessage `json:"data"`
	}
	var v1, v2 []byte
	seq := uint64(0)
	eachRecorded(t, func(name string, m *ami.Message) {
		if m.Kind() != ami.KindEvent {
			return
		}
		seq++
		v1 = source.AppendMessage(v1[:0], m, envelope.ID{})
		v2 = source.AppendV2(v2[:0], v1, envelope.Head{Tenant: "T2", Epoch: "e", Seq: seq})
		var a, b frame
		if err := json.Unmarshal(v1, &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(v2, &b); err != nil || b.Seq != seq || !bytes.Equal(a.Data, b.Data) {
			t.Fatalf("%s: %v\n%s\n%s", name, err, v1, v2)
		}
	})
}

func TestAMIWSKeepsRepeatedKeys(t *testing.T) {
	src := envelope.NewSource(2, "b", false)
	m := parse(t, lines("Response: Success", "ActionID: ours", "Output: one", "Output: two", "ChanVariable: a=1", "ChanVariable: b=2", "Name: \xb0\xa1\xff"))
	for _, c := range []struct {
		id   envelope.ID
		want string
	}{
		{envelope.ID{}, `"ActionID":"ours",`},
		{envelope.ID{Set: true}, ``},
		{envelope.ID{Set: true, Value: "theirs"}, `"ActionID":"theirs",`},
	} {
		got := string(src.AppendAMIWS(nil, m, c.id))
		want := fmt.Sprintf(`{"type":4,"server_id":2,"server_name":"b","ssl":false,"data":{"Response":"Success",%s`+
			`"Output":"one","Output":"two","ChanVariable":"a=1","ChanVariable":"b=2","Name":"`+"���"+`"}}`, c.want)
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
