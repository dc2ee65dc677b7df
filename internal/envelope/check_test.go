package envelope_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/korean"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
)

// member is one member of a frame's data. More than one value is an array.
type member struct {
	Name   string
	Values []string
}

// frame is a decoded frame.
type frame struct {
	Type       int    `json:"type"`
	ServerID   int    `json:"server_id"`
	ServerName string `json:"server_name"`
	SSL        bool   `json:"ssl"`
	Data       json.RawMessage
}

// members reads a frame with decoders that share nothing with the encoder: the
// standard library's for the values, and one that refuses repeated names.
func members(tb testing.TB, b []byte) (frame, []member) {
	tb.Helper()
	if !utf8.Valid(b) || !json.Valid(b) || bytes.ContainsAny(b, "\r\n") {
		tb.Fatalf("not one line of JSON in UTF-8: %q", b)
	}
	if err := jsontext.NewDecoder(bytes.NewReader(b)).SkipValue(); err != nil {
		tb.Fatalf("%v: %s", err, b)
	}
	var f frame
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		tb.Fatalf("%v: %s", err, b)
	}
	var out []member
	dec = json.NewDecoder(bytes.NewReader(f.Data))
	token := func() json.Token {
		t, err := dec.Token()
		if err != nil {
			tb.Fatalf("%v: %s", err, f.Data)
		}
		return t
	}
	for token(); dec.More(); {
		m := member{Name: token().(string)}
		switch v := token().(type) {
		case string:
			m.Values = []string{v}
		case json.Delim:
			for dec.More() {
				m.Values = append(m.Values, token().(string))
			}
			token()
		default:
			tb.Fatalf("%v is neither text nor array: %s", v, b)
		}
		out = append(out, m)
	}
	return f, out
}

// text is what a value becomes in JSON, and what EncodingHeader says of it.
func text(b []byte) (string, string) {
	if utf8.Valid(b) {
		return string(b), ""
	}
	if k, err := korean.EUCKR.NewDecoder().String(string(b)); err == nil && !strings.ContainsRune(k, utf8.RuneError) {
		return k, "=EUC-KR"
	}
	return string([]rune(string(b))), "=invalid"
}

// name is what a header's name becomes.
func name(b []byte) string {
	var s strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&s, "%%%02X", b[0])
		} else {
			s.Write(b[:n])
		}
		b = b[n:]
	}
	return s.String()
}

// want says, in the plainest way, what AppendMessage promises.
func want(m *ami.Message, id envelope.ID) []member {
	var out []member
	var notes []string
	hasID := false
	for n, v := range m.All() {
		raw := string(n)
		if raw == envelope.EncodingHeader {
			continue
		}
		value, note := text(v)
		if id.Set && strings.EqualFold(raw, "ActionID") {
			if hasID || id.Value == "" {
				hasID = true
				continue
			}
			hasID = true
			value, note = text([]byte(id.Value))
		}
		if note != "" {
			notes = append(notes, name(n)+note)
		}
		i := slices.IndexFunc(out, func(m member) bool { return m.Name == name(n) })
		switch {
		case i < 0:
			out = append(out, member{name(n), []string{value}})
		case strings.EqualFold(raw, "Output"):
			out[i].Values[0] += "\n" + value
		default:
			out[i].Values = append(out[i].Values, value)
		}
	}
	if k := m.Kind(); id.Set && !hasID && id.Value != "" && k >= ami.KindResponse {
		out = append(out, member{"ActionID", []string{id.Value}})
	}
	if len(notes) > 0 {
		out = append(out, member{envelope.EncodingHeader, []string{strings.Join(notes, ",")}})
	}
	return out
}

// checkFrame compares a frame with the message it was made of.
func checkFrame(tb testing.TB, b []byte, m *ami.Message, id envelope.ID) {
	tb.Helper()
	f, got := members(tb, b)
	if f.Type != int(m.Kind()) || f.ServerID != source.ID || f.ServerName != source.Name || f.SSL != source.SSL {
		tb.Fatalf("envelope %+v of %v", f, m.Kind())
	}
	// Notes come in the order of the frame, which for arrays is not that of
	// the wire.
	exp := want(m, id)
	for _, list := range [][]member{got, exp} {
		if n := len(list); n > 0 && list[n-1].Name == envelope.EncodingHeader {
			parts := strings.Split(list[n-1].Values[0], ",")
			slices.Sort(parts)
			list[n-1].Values[0] = strings.Join(parts, ",")
		}
	}
	if d := cmp.Diff(exp, got); d != "" {
		tb.Fatalf("%q\n%s\n%s", m.Bytes(), b, d)
	}
}
