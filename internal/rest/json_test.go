package rest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// FuzzStrict: what is taken for JSON has each member once, in whatever letter
// case, and means the same to encoding/json.
func FuzzStrict(f *testing.F) {
	for _, seed := range []string{
		`{"caller":"1010","callee":"1013","variables":{"EXEC_AA":"yes"}}`, `{"a":1,"A":2}`, `{"cos_id":1,"co\u017f_id":2}`, `{"a":{"a":[{"a":1},{"a":1}]}}`,
		`"\ud800"`, "\"\xff\"", `1e400`, `[] x`, `{"k":1,"\u212a":2}`, `[1,{},[],null,true,-0.1]`, ` `,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if strict(data) != nil {
			return
		}
		var v any
		if err := json.Unmarshal(data, &v); err != nil || !utf8.Valid(data) {
			t.Fatalf("%q is taken, but %v", data, err)
		}
		if err := once(jsontext.NewDecoder(strings.NewReader(string(data)), jsontext.AllowDuplicateNames(true))); err != nil {
			t.Errorf("%q is taken: %v", data, err)
		}
	})
}

// once reads a value and looks for members given twice, slowly and plainly.
func once(dec *jsontext.Decoder) error {
	tok, err := dec.ReadToken()
	if err != nil || tok.Kind() != '{' && tok.Kind() != '[' {
		return err
	}
	object, names := tok.Kind() == '{', []string(nil)
	for dec.PeekKind() != '}' && dec.PeekKind() != ']' {
		if object {
			name, err := dec.ReadToken()
			if err != nil {
				return err
			}
			text := name.String()
			for _, n := range names {
				if strings.EqualFold(n, text) {
					return fmt.Errorf("%q and %q", n, text)
				}
			}
			names = append(names, text)
		}
		if err := once(dec); err != nil {
			return err
		}
	}
	_, err = dec.ReadToken()
	return err
}
