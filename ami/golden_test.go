package ami_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// versions are the recorded Asterisks.
var versions = []string{"asterisk-16", "asterisk-22"}

// transcripts returns every recorded dialogue, by version and name.
func transcripts(t testing.TB) map[string]*amitest.Transcript {
	t.Helper()
	all := make(map[string]*amitest.Transcript)
	for _, v := range versions {
		list, err := amitest.LoadTranscripts(filepath.Join("testdata", v))
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range list {
			all[v+"/"+strings.TrimSuffix(tr.Name, ".txt")] = tr
		}
	}
	return all
}

// readAll reads a stream to its end and returns the messages and the error.
func readAll(src io.Reader, o ami.ReaderOptions) ([]*ami.Message, error) {
	r := ami.NewReader(src, o)
	var all []*ami.Message
	var m ami.Message
	for {
		if err := r.Read(&m); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return all, err
		}
		all = append(all, m.Clone())
	}
}

// render writes one line for each message: type, what its first line says,
// number of headers, and the first value of some headers.
func render(all []*ami.Message) string {
	var b strings.Builder
	for _, m := range all {
		_, first := m.Header(0)
		fmt.Fprintf(&b, "%d %s (%d)", m.Kind(), first, m.Len())
		for _, name := range []string{"ActionID", "Message", "Channel", "EventList"} {
			if v := m.Value(name); v != nil {
				fmt.Fprintf(&b, " %s=%.80s", name, v)
			}
		}
		if out := m.Output(); out != "" {
			fmt.Fprintf(&b, " Output=%.60q+%d", out, len(out))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for name, tr := range transcripts(t) {
		t.Run(name, func(t *testing.T) {
			all, err := readAll(bytes.NewReader(tr.Received()), ami.ReaderOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := render(all)
			path := filepath.Join("testdata/golden", name+".txt")
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("messages differ from %s; run with -update and look at the difference", path)
			}
			accounted(t, tr.Received(), all)
		})
	}
}

// TestAgainstPlainReading compares the Reader with the slow reading of
// package amitest, which shares no code with it.
func TestAgainstPlainReading(t *testing.T) {
	total := 0
	for name, tr := range transcripts(t) {
		all, err := readAll(bytes.NewReader(tr.Received()), ami.ReaderOptions{})
		if err != nil {
			t.Fatal(err)
		}
		plain := tr.Messages()
		if len(all) != len(plain) {
			t.Fatalf("%s: %d messages, plain reading has %d", name, len(all), len(plain))
		}
		for i, m := range all {
			if !bytes.Equal(m.Bytes(), plain[i].Data) {
				t.Errorf("%s: message %d:\n%q\nplain reading:\n%q", name, i, m.Bytes(), plain[i].Data)
			}
			checkLines(t, m)
		}
		total += len(all)
	}
	if total < 4000 {
		t.Errorf("only %d messages", total)
	}
}

// checkLines holds every header against the bytes of its line.
func checkLines(t *testing.T, m *ami.Message) {
	t.Helper()
	lines := strings.Split(string(m.Bytes()), "\n")
	if m.Kind() == ami.KindPrompt {
		lines = append(lines, "")
	}
	if len(lines) != m.Len()+2 {
		t.Fatalf("%d headers in %d lines: %q", m.Len(), len(lines), m.Bytes())
	}
	for i := range m.Len() {
		name, value := m.Header(i)
		line := strings.TrimSuffix(lines[i], "\r")
		want := string(name) + ": " + string(value)
		if m.Kind() == ami.KindPrompt {
			want = string(value)
		}
		if line != want {
			t.Errorf("header %d is %q %q, line %q", i, name, value, line)
		}
	}
}

// accounted checks that every byte of stream is in a message or a blank line
// between messages.
func accounted(t *testing.T, stream []byte, all []*ami.Message) {
	t.Helper()
	rest := stream
	for _, m := range all {
		rest = skipBlank(rest)
		if !bytes.HasPrefix(rest, m.Bytes()) {
			t.Fatalf("%.80q is not at %.80q", m.Bytes(), rest)
		}
		rest = rest[len(m.Bytes()):]
	}
	if rest = skipBlank(rest); len(rest) > 0 {
		t.Errorf("%d bytes left: %.80q", len(rest), rest)
	}
}

// chunked gives the stream in pieces whose sizes next decides.
type chunked struct {
	rest []byte
	next func() int
}

func (c *chunked) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.rest[:min(len(c.rest), max(c.next(), 1))])
	c.rest = c.rest[n:]
	return n, nil
}

// TestSplits reads every transcript in pieces of one byte, of random sizes,
// and in the recorded segments.
func TestSplits(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for name, tr := range transcripts(t) {
		stream := tr.Received()
		whole, err := readAll(bytes.NewReader(stream), ami.ReaderOptions{})
		if err != nil {
			t.Fatal(err)
		}
		want := render(whole)
		var segments []int
		for _, c := range tr.Chunks {
			if c.Dir == amitest.Received {
				segments = append(segments, len(c.Data))
			}
		}
		for how, next := range map[string]func() int{
			"1 byte":  func() int { return 1 },
			"2 bytes": func() int { return 2 },
			"random":  func() int { return 1 + rng.IntN(200) },
			"segments": func() int {
				n := segments[0]
				segments = segments[1:]
				return n
			},
		} {
			all, err := readAll(&chunked{stream, next}, ami.ReaderOptions{})
			if err != nil {
				t.Fatalf("%s in %s: %v", name, how, err)
			}
			if got := render(all); got != want {
				t.Errorf("%s in %s differs", name, how)
			}
			accounted(t, stream, all)
		}
	}
}

// TestCutAtEveryOffset cuts every recorded shape of message, that is a first
// line with a number of headers, at each of its bytes, the longest at some.
func TestCutAtEveryOffset(t *testing.T) {
	var shapes []*ami.Message
	seen := make(map[string]bool)
	for _, tr := range transcripts(t) {
		all, err := readAll(bytes.NewReader(tr.Received()), ami.ReaderOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range append(all, read(t, followsText+queueText)...) {
			_, first := m.Header(0)
			if shape := fmt.Sprint(m.Kind(), string(first), m.Len()); !seen[shape] {
				seen[shape] = true
				shapes = append(shapes, m)
			}
		}
	}
	const next = "Event: Next\r\nLast: 1\r\n\r\n"
	var m ami.Message
	for _, want := range shapes {
		stream := append(bytes.Clone(want.Bytes()), next...)
		for cut := 0; cut < len(stream); cut += 1 + len(stream)/2000 {
			step := 0
			r := ami.NewReader(&chunked{stream, func() int {
				step++
				return []int{cut, len(stream)}[min(step-1, 1)]
			}}, ami.ReaderOptions{})
			if err := r.Read(&m); err != nil || !same(&m, want) {
				t.Fatalf("cut at %d: %v: %q", cut, err, m.Bytes())
			}
			if err := r.Read(&m); err != nil || string(m.Bytes()) != next {
				t.Fatalf("cut at %d: %v: next is %q", cut, err, m.Bytes())
			}
		}
	}
	t.Logf("%d shapes", len(shapes))
}

// same reports whether two messages are equal in bytes and headers.
func same(a, b *ami.Message) bool {
	if a.Kind() != b.Kind() || a.Len() != b.Len() || !bytes.Equal(a.Bytes(), b.Bytes()) {
		return false
	}
	for i := range a.Len() {
		an, av := a.Header(i)
		bn, bv := b.Header(i)
		if !bytes.Equal(an, bn) || !bytes.Equal(av, bv) {
			return false
		}
	}
	return true
}
