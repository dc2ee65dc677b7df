package hostile_test

import (
	"strings"
	"testing"
)

// TestV2Operations: what a client of version 2 may get wrong in its operations
// is answered by one error with its id, costs little, and the connection goes
// on.
func TestV2Operations(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", "/?v=2")
	names := func(n int) string { return `["x"` + strings.Repeat(`,"x"`, n-1) + `]` }
	for _, tt := range []struct {
		text string
		want verdict
	}{
		{`{"op":"subscribe","id":"x","servers":[99]}`, verdict{"not_found", "servers", "there is no server 99 for you"}},
		{`{"op":"subscribe","id":"x","servers":["1"]}`, verdict{"invalid_value", "servers", ""}},
		{`{"op":"subscribe","id":"x","servers":[1.5]}`, verdict{"invalid_value", "servers", ""}},
		{`{"op":"subscribe","id":"x","servers":[-1]}`, verdict{"invalid_value", "servers", ""}},
		{`{"op":"subscribe","id":"x","servers":1}`, verdict{"invalid_value", "servers", ""}},
		{`{"op":"subscribe","id":"x","servers":[1e400]}`, verdict{"invalid_value", "servers", ""}},
		{`{"op":"subscribe","id":"x","events":` + names(65) + `}`, verdict{"too_long", "events", ""}},
		{`{"op":"subscribe","id":"x","events":` + names(15000) + `}`, verdict{"too_long", "events", ""}},
		{`{"op":"subscribe","id":"x","events":` + strings.Repeat("[", 30000), verdict{"invalid_value", "events", ""}},
		{`{"op":"subscribe","id":"x","events":["` + strings.Repeat("e", 60000) + `"]}`, verdict{"too_long", "events", ""}},
		{`{"op":"subscribe","id":"x","events":null}`, verdict{"invalid_value", "events", ""}},
		{`{"op":"subscribe","id":"x","color":"red"}`, verdict{"bad_request", "color", ""}},
		{`{"op":"subscribe","op":"resume","id":"x"}`, verdict{"bad_request", "op", ""}},
		{`{"op":"subscribe","id":"x","positions":[]}`, verdict{"bad_request", "positions", ""}},
		{`{"op":"Subscribe","id":"x"}`, verdict{"invalid_value", "op", ""}},
		{`{"op":"eval","id":"x"}`, verdict{"invalid_value", "op", ""}},
		{`{"op":1,"id":"x"}`, verdict{"invalid_value", "op", ""}},
		{`{"op":"resume","id":"x"}`, verdict{"bad_request", "positions", ""}},
		{`{"op":"resume","id":"x","positions":[]}`, verdict{"invalid_value", "positions", ""}},
		{`{"op":"resume","id":"x","positions":[{"server":1,"epoch":"x","seq":-1}]}`, verdict{"invalid_value", "", ""}},
		{`{"op":"resume","id":"x","positions":[{"server":1,"epoch":"x","seq":1e400}]}`, verdict{"invalid_value", "", ""}},
		{`{"op":"subscribe","id":"x"}x`, verdict{"bad_request", "", ""}},
		{`{"op":"subscribe","id":"x","events":["\ud800"]}`, verdict{"bad_request", "events", ""}},
		{`{"op":"subscribe","id":"x"`, verdict{"bad_request", "", ""}},
	} {
		marks := s.marks()
		got := c.ask(tt.text)
		if !strings.HasPrefix(got, `{"op":"error","id":"x","code":"`+tt.want.code+`","message":"`) ||
			tt.want.field != "" && !strings.HasSuffix(got, `,"field":"`+tt.want.field+`"}`) ||
			tt.want.message != "" && !strings.Contains(got, `"message":`+quote(tt.want.message)+`,`) || len(got) > 500 {
			t.Errorf("%.200s\ngot  %s\nwant %+v", tt.text, got, tt.want)
		}
		c.ping()
		s.untouched(marks, tt.text)
		s.wanted = append(s.wanted, refusal{roles["demo"], tt.want.code, memberOf(got, "field"), 0, ""})
	}
}

// memberOf is a text of a frame's outer object.
func memberOf(frame, name string) string {
	_, rest, _ := strings.Cut(frame, `"`+name+`":"`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}
