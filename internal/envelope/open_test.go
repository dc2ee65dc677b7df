package envelope_test

import (
	"testing"

	"github.com/dipcast/dipcast/internal/envelope"
)

// FuzzDecodeOpen: what is accepted has an action and keeps to the bounds;
// nothing panics.
func FuzzDecodeOpen(f *testing.F) {
	for _, s := range []string{
		`{"Action":"Ping","ActionID":"1"}`, `{"a":[[{"b":[1,null,{"AMIServerID":"2"}]}]],"Action":"X"}`,
		`{"Action":"X","Variable":["a=1",["b=2"],{"c":"3"},"d=4"],"Variable":"e"}`, `{"Action":{"Action":"X"}}`, `[`, `{"Action":"X"`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		r, err := envelope.DecodeOpen(msg)
		if len(r.Fields) > envelope.MaxFields {
			t.Errorf("%d fields", len(r.Fields))
		}
		if err == nil && r.Action == "" {
			t.Error("no action")
		}
	})
}
