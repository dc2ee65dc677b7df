package envelope_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/dipcast/dipcast/internal/envelope"
)

func TestDecodeOp(t *testing.T) {
	for text, want := range map[string]envelope.Op{
		`{"op":"subscribe"}`:                     {Op: "subscribe"},
		`{"id":"","op":"snapshot","servers":[]}`: {Op: "snapshot", HasID: true, Has: envelope.OpMembers{Servers: true}},
		` {"op":"resume","positions":[{"seq":9007199254740991,"server":2,"epoch":""}],"events":["Hangup","call"]} `: {
			Op: "resume", Events: []string{"Hangup", "call"}, Positions: []envelope.OpPosition{{Server: 2, Seq: 1<<53 - 1}},
			Has: envelope.OpMembers{Events: true, Positions: true},
		},
		`{"op":"subscribe","servers":[1,2],"extensions":["1010"],"id":"한"}`: {
			Op: "subscribe", ID: "한", HasID: true, Servers: []int{1, 2}, Extensions: []string{"1010"},
			Has: envelope.OpMembers{Servers: true, Extensions: true},
		},
	} {
		got, err := envelope.DecodeOp([]byte(text))
		if err != nil || !reflect.DeepEqual(got, want) || !envelope.IsOp([]byte(text)) {
			t.Errorf("%s: got %+v %v", text, got, err)
		}
	}
	for _, text := range []string{`{}`, `{"Action":"Ping"}`, `{"data":{"op":"x"}}`, `{"a":"op"}`, `["op"]`, `"op"`, ``, `{"a":"\"op\""}`} {
		if envelope.IsOp([]byte(text)) {
			t.Errorf("%s is taken for an op", text)
		}
	}
}

// FuzzOp: whatever comes is an op within the bounds, or an error of ours that
// names what is wrong; what is taken means the same to any reader of JSON.
func FuzzOp(f *testing.F) {
	f.Add([]byte(`{"op":"subscribe","id":"a","servers":[1],"events":["Newchannel"],"extensions":["1010"]}`))
	f.Add([]byte(`{"op":"resume","id":"b","positions":[{"server":1,"epoch":"x-1","seq":4711}]}`))
	f.Add([]byte(`{"op":"snapshot","id":1}`))
	f.Add([]byte(`{"op":"snapshot","servers":[1,]}`))
	f.Fuzz(func(t *testing.T, msg []byte) {
		op, err := envelope.DecodeOp(msg)
		if err != nil {
			var e *envelope.Error
			if !errors.As(err, &e) || e.Code == envelope.Internal || e.Message == "" {
				t.Fatalf("%q: %v", msg, err)
			}
			return
		}
		if len(op.ID) > envelope.MaxOpID || len(op.Events) > envelope.MaxNames || len(op.Extensions) > envelope.MaxNames ||
			len(op.Servers) > envelope.MaxServers || len(op.Positions) > envelope.MaxServers {
			t.Fatalf("%q: %+v", msg, op)
		}
		var same struct {
			Op     string   `json:"op"`
			ID     string   `json:"id"`
			Events []string `json:"events"`
		}
		if err := json.Unmarshal(msg, &same); err != nil || same.Op != op.Op || same.ID != op.ID || len(same.Events) != len(op.Events) {
			t.Fatalf("%q: %+v, but %+v %v", msg, op, same, err)
		}
	})
}
