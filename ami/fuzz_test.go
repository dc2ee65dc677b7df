package ami_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami"
)

// seeds are streams to begin with: recorded ones and odd ones.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	all := [][]byte{
		[]byte(followsText), []byte(queueText), []byte("\r\n\n\r\n"), []byte("Event: A\nB:c\n\nEvent:"),
		[]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), []byte("Event: X\r\nChanVariable(a:b): c\r\n\r\n"),
	}
	for _, tr := range transcripts(f) {
		if b := tr.Received(); len(b) < 6000 {
			all = append(all, b)
		}
	}
	return all
}

// FuzzReader: any split gives the same messages, no byte is lost, no bound
// passed, and a message parses again from its own bytes.
func FuzzReader(f *testing.F) {
	for i, s := range seeds(f) {
		f.Add(s, uint8(i), false)
		f.Add(s, uint8(3), true)
	}
	f.Fuzz(func(t *testing.T, stream []byte, size uint8, tight bool) {
		o := ami.ReaderOptions{}
		if tight {
			o = ami.ReaderOptions{MaxLine: 64, MaxHeaders: 8, MaxMessage: 200, MaxOutput: 100}
		}
		whole, err := readAll(bytes.NewReader(stream), o)
		pieces, err2 := readAll(&chunked{stream, func() int { return int(size%13) + 1 }}, o)
		if len(whole) != len(pieces) || !errors.Is(err2, errorKind(err)) {
			t.Fatalf("%d messages (%v) whole, %d (%v) in pieces", len(whole), err, len(pieces), err2)
		}
		truncated := false
		var m ami.Message
		for i, w := range whole {
			if !same(w, pieces[i]) {
				t.Fatalf("message %d: %q whole, %q in pieces", i, w.Bytes(), pieces[i].Bytes())
			}
			truncated = truncated || w.Truncated()
			if err := ami.Parse(w.Bytes(), &m); err != nil || !same(w, &m) {
				t.Fatalf("parse %q: %v: %q, want %q", w.Bytes(), err, headers(&m), headers(w))
			}
			if tight && w.Kind() != ami.KindResponse && w.Kind() != ami.KindCommandOutput && len(w.Bytes()) > 200+2 {
				t.Fatalf("%d bytes", len(w.Bytes()))
			}
		}
		if !truncated {
			rest := stream
			for _, w := range whole {
				rest = skipBlank(rest)
				if !bytes.HasPrefix(rest, w.Bytes()) {
					t.Fatalf("%q is not next in %q", w.Bytes(), rest)
				}
				rest = rest[len(w.Bytes()):]
			}
			if rest = skipBlank(rest); err == nil && len(rest) > 0 {
				t.Fatalf("%q left over", rest)
			}
		}
	})
}

// skipBlank drops blank lines at the front.
func skipBlank(b []byte) []byte {
	for {
		switch {
		case bytes.HasPrefix(b, []byte("\n")):
			b = b[1:]
		case bytes.HasPrefix(b, []byte("\r\n")):
			b = b[2:]
		default:
			return b
		}
	}
}

// errorKind drops the counts of an error.
func errorKind(err error) error {
	for _, kind := range []error{ami.ErrTooLong, ami.ErrTooManyHeaders, ami.ErrMessageTooLarge, io.ErrUnexpectedEOF} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return err
}

// FuzzAction: what the encoder accepts is exactly one line for each header,
// and decodes to what was put in.
func FuzzAction(f *testing.F) {
	f.Add("Ping", "1", "X", "y", "Z", "")
	f.Add("Originate", "a\r\n", "Variable", "A=1", "Variable", "B=2")
	f.Add("X", "1", "ChanVariable(a:b)", "c", "A(b", " c: d ")
	f.Add("Q has 1 calls (max 1) in 'a' strategy (", "1", "a", "b", "c", "d")
	f.Fuzz(func(t *testing.T, action, id, n1, v1, n2, v2 string) {
		a := ami.NewAction(action)
		var want []string
		lines := 3
		for _, h := range [][2]string{{n1, v1}, {n2, v2}} {
			if a.Append(h[0], h[1]) == nil {
				want = append(want, h[0]+"="+h[1])
				lines++
			}
		}
		wire, err := a.AppendTo(nil, id)
		if err != nil {
			return
		}
		if id != "" {
			want = append([]string{"ActionID=" + id}, want...)
		} else {
			lines--
		}
		want = append([]string{"Action=" + action}, want...)
		if n := bytes.Count(wire, []byte("\n")); n != lines || bytes.Count(wire, []byte("\r")) != lines || bytes.ContainsRune(wire, 0) {
			t.Fatalf("%d lines, want %d: %q", n, lines, wire)
		}
		all, err := readAll(bytes.NewReader(wire), ami.ReaderOptions{})
		if err != nil || len(all) != 1 || all[0].Kind() != ami.KindAction {
			t.Fatalf("%d messages, %v: %q", len(all), err, wire)
		}
		if got := strings.Join(headers(all[0]), "|"); got != strings.Join(want, "|") {
			t.Fatalf("got %q, want %q", got, want)
		}
		for line := range bytes.SplitSeq(wire, []byte("\r\n")) {
			if len(line)+2 > ami.MaxActionLine {
				t.Fatalf("line of %d bytes", len(line)+2)
			}
		}
	})
}
