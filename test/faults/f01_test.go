package faults_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// recordings are all that real Asterisks of two versions said, by version and
// name.
func recordings(t *testing.T) map[string]*amitest.Transcript {
	t.Helper()
	all := map[string]*amitest.Transcript{}
	for _, version := range []string{"16", "22"} {
		list, err := amitest.LoadTranscripts(filepath.Join("../../ami/testdata/asterisk-" + version))
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range list {
			all[version+" "+tr.Name] = tr
		}
	}
	return all
}

// pieces gives its bytes in a first piece and then in equal ones.
type pieces struct {
	rest        []byte
	first, size int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := p.size
	if p.first > 0 {
		n, p.first = p.first, 0
	}
	n = copy(b, p.rest[:min(n, len(p.rest), len(b))])
	p.rest = p.rest[n:]
	return n, nil
}

// TestF01_EveryOffset ends a read at every byte of every recording, and reads
// all of them byte by byte: the decoded stream is the same.
func TestF01_EveryOffset(t *testing.T) {
	t.Parallel()
	const size = 16 // pieces of it, begun at each of 16 places, end everywhere
	total := 0
	var a, b ami.Message
	for name, tr := range recordings(t) {
		stream := tr.Received()
		total += len(stream)
		for first := 0; first <= size; first++ {
			p := &pieces{stream, first, size}
			if first == 0 {
				p.size = 1
			}
			whole, cut := ami.NewReader(bytes.NewReader(stream), ami.ReaderOptions{}), ami.NewReader(p, ami.ReaderOptions{})
			for n := 0; ; n++ {
				wantErr, err := whole.Read(&a), cut.Read(&b)
				if fmt.Sprint(wantErr) != fmt.Sprint(err) {
					t.Fatalf("%s, first piece of %d, message %d: %v, want %v", name, first, n, err, wantErr)
				}
				if err != nil {
					break
				}
				if a.Kind() != b.Kind() || a.Len() != b.Len() || !bytes.Equal(a.Bytes(), b.Bytes()) {
					t.Fatalf("%s, first piece of %d, message %d:\n%q\nwant\n%q", name, first, n, b.Bytes(), a.Bytes())
				}
			}
		}
	}
	t.Logf("%d bytes of recordings", total)
}

// splitting is a connection whose reads end where it is told.
type splitting struct {
	net.Conn
	at *split
}

// split says how reads end.
type split struct {
	size atomic.Int64 // bytes in one read; 0 any
	next atomic.Int64 // one read ends after so many bytes from now; 0 none does
}

func (c *splitting) Read(b []byte) (int, error) {
	n := int64(len(b))
	if size := c.at.size.Load(); size > 0 {
		n = min(n, size)
	}
	next := c.at.next.Load()
	if next > 0 {
		n = min(n, next)
	}
	got, err := c.Conn.Read(b[:n])
	if next > 0 {
		c.at.next.Add(-int64(got))
	}
	return got, err
}

// TestF01_ThroughTheGateway plays recordings to the running gateway in reads of
// one byte, and with a read that ends at offsets all over them. What a client
// gets is the same, byte for byte.
func TestF01_ThroughTheGateway(t *testing.T) {
	t.Parallel()
	var at split
	s := newSite(t, change{tune: func(server int, o *ami.Options) {
		if server == 1 {
			o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				var d net.Dialer
				c, err := d.DialContext(ctx, network, address)
				return &splitting{c, &at}, err
			}
		}
	}})
	s.steady()
	c := s.dial("ops", "/")
	plays := 0
	play := func(tr *amitest.Transcript) []string {
		t.Helper()
		plays++
		mark := c.mark()
		ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
		defer cancel()
		if err := s.servers[0].Play(ctx, tr, amitest.PlayOptions{Everything: true}); err != nil {
			t.Fatal(err)
		}
		at.size.Store(0)
		s.servers[0].Emit("UserEvent", "UserEvent", "end", "Play", fmt.Sprint(plays))
		c.event(mark, "UserEvent", "Play", fmt.Sprint(plays))
		var out []string
		for _, f := range c.since(mark) {
			if f.get("Play") == "" && f.ServerID == 1 {
				out = append(out, f.raw)
			}
		}
		return out
	}
	frames := 0
	for name, tr := range recordings(t) {
		if strings.Contains(name, "shutdown") || len(tr.Received()) > 64<<10 {
			continue // the link would end; or it would take long
		}
		want := play(tr)
		frames += len(want)
		at.size.Store(1)
		if got := play(tr); !slices.Equal(got, want) {
			t.Errorf("%s byte by byte: %d frames, want %d", name, len(got), len(want))
		}
	}
	tr := recordings(t)["22 20_incoming_did_redirect_pickup.txt"]
	size := int64(0)
	for _, m := range tr.Messages() {
		if !m.Banner {
			size += int64(len(m.Data))
		}
	}
	want := play(tr)
	offsets := 0
	for off := int64(1); off < size; off += size/80 | 1 {
		at.next.Store(off)
		if got := play(tr); !slices.Equal(got, want) {
			t.Errorf("cut at %d: %d frames, want %d", off, len(got), len(want))
		}
		offsets++
	}
	t.Logf("%d frames byte by byte, %d cut at %d offsets", frames, len(want), offsets)
	if frames < 500 || len(want) < 20 {
		t.Error("not much of a test")
	}
	if n := len(s.downs(1)); n != 0 {
		t.Errorf("the link was lost: %v", s.downs(1))
	}
}
