package envelope_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/envelope"
)

type fields = []envelope.Field

func vars(values ...string) fields {
	var out fields
	for _, v := range values {
		out = append(out, envelope.Field{Name: "Variable", Value: v})
	}
	return out
}

func TestDecode(t *testing.T) {
	ping := func(server int) envelope.Request {
		return envelope.Request{ServerID: server, HasServer: true, Action: "ping", ActionID: "1"}
	}
	three := vars("EXEC_AA=yes", "CHANNEL(language)=ko", "CHANNEL(accountcode)=07045805605")
	originate := func(f fields) envelope.Request { return envelope.Request{Action: "Originate", Fields: f} }
	tests := []struct {
		name, in string
		want     envelope.Request
	}{
		{"nested", `{"AMIServerID":1,"data":{"Action":"ping","ActionID":"1"}}`, ping(1)},
		{"flat", `{"AMIServerID":1,"Action":"ping","ActionID":"1"}`, ping(1)},
		{"white space", " \n\t{ \"AMIServerID\" : 2 , \"data\" : { \"Action\" : \"ping\" , \"ActionID\" : \"1\" } } \r\n", ping(2)},
		{"data first", `{"data":{"Action":"ping","ActionID":"1"},"AMIServerID":1}`, ping(1)},
		{"half flat", `{"Action":"ping","data":{"ActionID":"1"},"AMIServerID":1}`, ping(1)},
		{"server inside", `{"data":{"AMIServerID":1,"Action":"ping","ActionID":"1"}}`, ping(1)},
		{"letter case", `{"amiserverid":1,"DATA":{"aCTION":"ping","actionid":"1"}}`, ping(1)},
		{"escaped names", `{"AMIServerID":1,"data":{"Act\u0069on":"ping","ActionID":"\u0031"}}`, ping(1)},
		{"server as a string", `{"AMIServerID":"2","data":{"Action":"ping","ActionID":"1"}}`, ping(2)},
		{"server 0", `{"AMIServerID":0,"data":{"Action":"ping","ActionID":"1"}}`, ping(0)},
		{"server -1", `{"AMIServerID":-1,"data":{"Action":"ping","ActionID":"1"}}`, ping(-1)},
		{"no server", `{"data":{"Action":"ping"}}`, envelope.Request{Action: "ping"}},
		{"empty data", `{"Action":"ping","data":{}}`, envelope.Request{Action: "ping"}},
		{"numeric ActionID", `{"Action":"ping","ActionID":17}`, envelope.Request{Action: "ping", ActionID: "17"}},
		{
			"scalars as text", `{"Action":"X","a":"s","b":1,"c":-1.50,"d":1e400,"e":true,"f":false,"g":""}`,
			envelope.Request{Action: "X", Fields: fields{{"a", "s"}, {"b", "1"}, {"c", "-1.50"}, {"d", "1e400"}, {"e", "true"}, {"f", "false"}, {"g", ""}}},
		},
		{"order and spelling kept", `{"zeta":"1","Action":"X","data":{"ALPHA":"2","beta":"3"}}`, envelope.Request{Action: "X", Fields: fields{{"zeta", "1"}, {"ALPHA", "2"}, {"beta", "3"}}}},
		{"data as a header", `{"Action":"X","Data":"hello"}`, envelope.Request{Action: "X", Fields: fields{{"Data", "hello"}}}},

		{"Variable repeated", `{"Action":"Originate","Variable":"EXEC_AA=yes","Variable":"CHANNEL(language)=ko","Variable":"CHANNEL(accountcode)=07045805605"}`, originate(three)},
		{"Variable as an array", `{"Action":"Originate","Variable":["EXEC_AA=yes","CHANNEL(language)=ko","CHANNEL(accountcode)=07045805605"]}`, originate(three)},
		{"Variables as an array", `{"Action":"Originate","Variables":["EXEC_AA=yes","CHANNEL(language)=ko","CHANNEL(accountcode)=07045805605"]}`, originate(three)},
		{"Variables as an object", `{"Action":"Originate","Variables":{"EXEC_AA":"yes","CHANNEL(language)":"ko","CHANNEL(accountcode)":"07045805605"}}`, originate(three)},
		{"Variable as an object", `{"Action":"Originate","data":{"variable":{"EXEC_AA":"yes","CHANNEL(language)":"ko","CHANNEL(accountcode)":"07045805605"}}}`, originate(three)},
		{"array of objects", `{"Action":"Originate","VARIABLES":[{"EXEC_AA":"yes"},{"CHANNEL(language)":"ko","CHANNEL(accountcode)":"07045805605"}]}`, originate(three)},
		{"array of both", `{"Action":"Originate","Variable":["EXEC_AA=yes",{"CHANNEL(language)":"ko"}],"Variables":"CHANNEL(accountcode)=07045805605"}`, originate(three)},
		{"a variable twice", `{"Action":"X","Variable":{"A":"1","A":"2"},"Variable":"A=3"}`, envelope.Request{Action: "X", Fields: vars("A=1", "A=2", "A=3")}},
		{"variables as text", `{"Action":"X","Variable":{"A":1,"B":true,"C=D":"x"},"Variable":7}`, envelope.Request{Action: "X", Fields: vars("A=1", "B=true", "C=D=x", "7")}},
		{"no variables", `{"Action":"X","Variable":[],"Variables":{}}`, envelope.Request{Action: "X"}},

		{"what JSON can hold", `{"Action":"X","k":"a\u2028b\u0085c\u000bd\r\n\u0000"}`, envelope.Request{Action: "X", Fields: fields{{"k", "a\u2028b\u0085c\vd\r\n\x00"}}}},
		{"surrogate pair", `{"Action":"X","k":"\ud83d\ude00"}`, envelope.Request{Action: "X", Fields: fields{{"k", "😀"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := envelope.Decode([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestDecodeRefuses: code and field of every refusal, and the ActionID that
// its answer can carry, from wherever it stands.
func TestDecodeRefuses(t *testing.T) {
	many := func(n int) string {
		var b strings.Builder
		b.WriteString(`{"Action":"X"`)
		for i := range n {
			fmt.Fprintf(&b, `,"k%d":""`, i)
		}
		return b.String() + `,"ActionID":"9"}`
	}
	deep := strings.Repeat(`{"data":`, 10000) + "1" + strings.Repeat("}", 10000)
	tests := []struct {
		name, in    string
		code        envelope.Code
		field, word string // word is part of the message
		actionID    string
	}{
		{"empty", ``, envelope.BadRequest, "", "empty", ""},
		{"blank", " \n ", envelope.BadRequest, "", "empty", ""},
		{"an array", `[{"Action":"ping","ActionID":"9"}]`, envelope.BadRequest, "", `begins with '['`, ""},
		{"a string", `"ping"`, envelope.BadRequest, "", `begins with '"'`, ""},
		{"a number", `1`, envelope.BadRequest, "", `one JSON object`, ""},
		{"null", `null`, envelope.BadRequest, "", `begins with 'n'`, ""},
		{"no JSON", `Action: Ping`, envelope.BadRequest, "", "not valid at byte 0", ""},
		{"cut short", `{"Action":"ping","ActionID":"9"`, envelope.BadRequest, "", "ends too early", "9"},
		{"cut in a string", `{"Action":"pi`, envelope.BadRequest, "Action", "ends too early", ""},
		{"no colon", `{"Action" "ping"}`, envelope.BadRequest, "Action", "not valid", ""},
		{"trailing comma", `{"Action":"ping","ActionID":"9",}`, envelope.BadRequest, "", "not valid", "9"},
		{"comment", `{"Action":"ping"/*x*/}`, envelope.BadRequest, "", "not valid", ""},
		{"bare newline", "{\"Action\":\"a\nb\"}", envelope.BadRequest, "Action", "not valid", ""},
		{"garbage behind", `{"Action":"ping","ActionID":"9"}x`, envelope.BadRequest, "", "behind the JSON", "9"},
		{"two objects", `{"Action":"ping","ActionID":"9"}{"Action":"ping"}`, envelope.BadRequest, "", "one object per message", "9"},
		{"invalid UTF-8", "{\"ActionID\":\"9\",\"Action\":\"p\xffng\"}", envelope.BadRequest, "Action", "UTF-8", "9"},
		{"invalid UTF-8 before the id", "{\"Action\":\"p\xffng\",\"ActionID\":\"9\"}", envelope.BadRequest, "Action", "UTF-8", "9"},
		{"invalid UTF-8 in a name", "{\"Act\xffion\":\"ping\",\"ActionID\":\"9\"}", envelope.BadRequest, "", "UTF-8", "9"},
		{"lone surrogate", `{"Action":"ping","k":"\ud800","ActionID":"9"}`, envelope.BadRequest, "k", "not valid", "9"},
		{"lone low surrogate", `{"Action":"ping","k":"\udc00x"}`, envelope.BadRequest, "k", "not valid", ""},

		{"no Action", `{"AMIServerID":1,"data":{"ActionID":"9"}}`, envelope.BadRequest, "Action", "missing", "9"},
		{"empty Action", `{"Action":"","ActionID":"9"}`, envelope.BadRequest, "Action", "missing", "9"},
		{"nothing", `{}`, envelope.BadRequest, "Action", "missing", ""},
		{"server 1.5", `{"AMIServerID":1.5,"data":{"Action":"ping","ActionID":"9"}}`, envelope.InvalidValue, "AMIServerID", "whole number", "9"},
		{"server 1e0", `{"AMIServerID":1e0,"Action":"ping"}`, envelope.InvalidValue, "AMIServerID", "whole number", ""},
		{"server null", `{"AMIServerID":null,"data":{"Action":"ping","ActionID":"9"}}`, envelope.InvalidValue, "AMIServerID", "must be", "9"},
		{"server true", `{"AMIServerID":true,"Action":"ping"}`, envelope.InvalidValue, "AMIServerID", "whole number", ""},
		{"server empty", `{"AMIServerID":"","Action":"ping"}`, envelope.InvalidValue, "AMIServerID", "whole number", ""},
		{"server with a sign", `{"AMIServerID":"+1","Action":"ping"}`, envelope.InvalidValue, "AMIServerID", "whole number", ""},
		{"server with a blank", `{"AMIServerID":" 1","Action":"ping"}`, envelope.InvalidValue, "AMIServerID", "whole number", ""},
		{"server too large", `{"AMIServerID":1e400,"Action":"ping"}`, envelope.InvalidValue, "AMIServerID", "whole number", ""},
		{"server of 20 digits", `{"AMIServerID":99999999999999999999,"Action":"ping"}`, envelope.InvalidValue, "AMIServerID", "whole number", ""},
		{"server as a list", `{"AMIServerID":[1],"data":{"Action":"ping","ActionID":"9"}}`, envelope.InvalidValue, "AMIServerID", "must be", "9"},
		{"server twice", `{"AMIServerID":1,"data":{"amiserverid":1,"Action":"ping","ActionID":"9"}}`, envelope.BadRequest, "AMIServerID", "twice", "9"},

		{"Action twice", `{"Action":"ping","action":"ping","ActionID":"9"}`, envelope.BadRequest, "Action", "twice", "9"},
		{"Action empty and again", `{"Action":"","data":{"Action":"ping","ActionID":"9"}}`, envelope.BadRequest, "Action", "twice", "9"},
		{"ActionID twice", `{"Action":"ping","ActionID":"9","actionid":"8"}`, envelope.BadRequest, "ActionID", "twice", "9"},
		{"data twice", `{"data":{"Action":"ping"},"data":{"ActionID":"9"}}`, envelope.BadRequest, "data", "twice", "9"},
		{"Exten twice", `{"Action":"Originate","Exten":"1","Exten":"2","ActionID":"9"}`, envelope.BadRequest, "Exten", `"Exten" is given twice; only Variable may repeat`, "9"},
		{"Exten twice, other case", `{"Exten":"1","data":{"Action":"Originate","EXTEN":"1","ActionID":"9"}}`, envelope.BadRequest, "EXTEN", "twice", "9"},
		{"a long name twice", `{"Action":"X","` + strings.Repeat("k", 30000) + `":"1","` + strings.Repeat("k", 30000) + `":"2","ActionID":"9"}`, envelope.BadRequest, strings.Repeat("k", 64), "twice", "9"},

		{"null", `{"Action":"ping","k":null,"ActionID":"9"}`, envelope.InvalidValue, "k", "must be", "9"},
		{"null Action", `{"Action":null,"ActionID":"9"}`, envelope.InvalidValue, "Action", "must be", "9"},
		{"null ActionID", `{"Action":"ping","ActionID":null}`, envelope.InvalidValue, "ActionID", "must be", ""},
		{"list", `{"Action":"ping","k":["a"],"ActionID":"9"}`, envelope.InvalidValue, "k", "only Variable may be a list", "9"},
		{"object", `{"Action":"ping","k":{"a":"b","ActionID":"8"},"ActionID":"9"}`, envelope.InvalidValue, "k", "only Variable may be a list", "9"},
		{"data in data", `{"data":{"Action":"ping","data":{"ActionID":"8"},"ActionID":"9"}}`, envelope.InvalidValue, "data", "must be", "9"},
		{"data as a list", `{"data":[{"Action":"ping","ActionID":"8"}],"ActionID":"9"}`, envelope.InvalidValue, "data", "must be", "9"},
		{"other wrapper", `{"request":{"Action":"ping","ActionID":"8"}}`, envelope.InvalidValue, "request", "must be", ""},
		{"variable null", `{"Action":"X","Variable":null,"ActionID":"9"}`, envelope.InvalidValue, "Variable", "must be", "9"},
		{"variable list in a list", `{"Action":"X","Variables":["A=1",["B=2"]],"ActionID":"9"}`, envelope.InvalidValue, "Variables", "must be", "9"},
		{"variable of a list", `{"Action":"X","Variable":{"A":["1"]},"ActionID":"9"}`, envelope.InvalidValue, "Variable", "must be", "9"},
		{"variable of an object", `{"Action":"X","Variable":[{"A":{"ActionID":"8"}}],"ActionID":"9"}`, envelope.InvalidValue, "Variable", "must be", "9"},
		{"variables cut short", `{"Action":"X","Variable":["A=1"`, envelope.BadRequest, "Variable", "ends too early", ""},
		{"variables without comma", `{"Action":"X","Variable":["A=1" "B=2"]}`, envelope.BadRequest, "Variable", "not valid", ""},
		{"257 variables", `{"ActionID":"9","Action":"X","Variable":["A=1"` + strings.Repeat(`,"A=1"`, 256) + `]}`, envelope.BadRequest, "Variable", "more than 256 fields", "9"},
		{"64 KiB of keys", many(6500), envelope.BadRequest, "k256", "more than 256 fields", "9"},
		{"10,000 deep", deep, envelope.InvalidValue, "data", "must be", ""},
		{"a list 10,000 deep", `{"k":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `,"Action":"X"}`, envelope.InvalidValue, "k", "must be", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := envelope.Decode([]byte(tt.in))
			var e *envelope.Error
			if !errors.As(err, &e) {
				t.Fatalf("decoded %+v, %v", got, err)
			}
			if e.Code != tt.code || e.Field != tt.field || !strings.Contains(e.Message, tt.word) {
				t.Errorf("%s %q: %s", e.Code, e.Field, e.Message)
			}
			if got.ActionID != tt.actionID {
				t.Errorf("ActionID %q, want %q", got.ActionID, tt.actionID)
			}
			if len(e.Message) > 300 || strings.ContainsAny(e.Message, "\r\n") {
				t.Errorf("message of %d bytes: %.400q", len(e.Message), e.Message)
			}
		})
	}
}

// TestSeedDocument decodes every request of the interface document, which is
// copied word for word.
func TestSeedDocument(t *testing.T) {
	paths, err := filepath.Glob("testdata/seed/*.json")
	if err != nil || len(paths) != 9 {
		t.Fatal(paths, err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		r, err := envelope.Decode(b)
		if err != nil || !r.HasServer || r.ActionID == "" {
			t.Errorf("%s: %+v, %v", p, r, err)
		}
		if strings.Contains(p, "originate") {
			n := 0
			for _, f := range r.Fields {
				if f.Name == "Variable" {
					n++
				}
			}
			if n != 3 {
				t.Errorf("%s: %d variables", p, n)
			}
		}
	}
}

func TestGet(t *testing.T) {
	r := envelope.Request{Fields: fields{{"Exten", ""}, {"Variable", "A=1"}, {"Variable", "B=2"}}}
	if v, ok := r.Get("EXTEN"); v != "" || !ok {
		t.Errorf("%q %v", v, ok)
	}
	if v, ok := r.Get("variable"); v != "A=1" || !ok {
		t.Errorf("%q %v", v, ok)
	}
	if _, ok := r.Get("Context"); ok {
		t.Error("found what is not there")
	}
}

// FuzzDecode: nothing panics; what is accepted has an action, at most MaxFields
// fields, no name twice but Variable, all of it UTF-8; an error is ours.
func FuzzDecode(f *testing.F) {
	paths, _ := filepath.Glob("testdata/seed/*.json")
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, s := range []string{
		`{"Action":"x","Variable":[{"A":1},"B=2",true],"k":"\ud800","AMIServerID":"1"}`, `[1]`, `{"data":{"data":{}}}`,
		`{"data":null,"ActionID":9}`, "{\"Action\":\"\xff\",\"ActionID\":\"9\"}", `{"a":{"ActionID":"1"},"A":1,"a":2}`, `{}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		before := string(msg)
		r, err := envelope.Decode(msg)
		if string(msg) != before {
			t.Fatal("the message was changed")
		}
		if err != nil {
			var e *envelope.Error
			if !errors.As(err, &e) || e.Message == "" || len(e.Field) > 64 || !utf8.ValidString(e.Field) {
				t.Fatalf("%#v", err)
			}
			return
		}
		if r.Action == "" || len(r.Fields) > envelope.MaxFields {
			t.Fatalf("%+v", r)
		}
		seen := map[string]bool{"action": true, "actionid": true, "amiserverid": true, "variables": true}
		for _, x := range r.Fields {
			low := strings.ToLower(x.Name)
			if seen[low] || !utf8.ValidString(x.Name+x.Value) {
				t.Fatalf("%+v", r)
			}
			seen[low] = x.Name != "Variable"
		}
	})
}
