package dcmiws

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/gobwas/ws"
)

// recorder is a peer that writes down what it is given.
type recorder struct{ seen []string }

func (r *recorder) closing() bool { return false }

func (r *recorder) ping(payload []byte) bool {
	r.seen = append(r.seen, fmt.Sprintf("ping %x", payload))
	return true
}

func (r *recorder) request(isText bool, message []byte) {
	r.seen = append(r.seen, fmt.Sprintf("text %v %x", isText, message))
}

// play feeds a stream in pieces as the reader does: what was not used stands
// before what comes next. Each piece is as long as the next byte of sizes says.
func play(stream, sizes []byte) []string {
	var r recorder
	var f frameState
	var held []byte
	for i := 0; len(stream) > 0; i++ {
		n := len(stream)
		if len(sizes) > 0 {
			n = min(n, int(sizes[i%len(sizes)])+1)
		}
		held = append(held, stream[:n]...)
		stream = stream[n:]
		used, code, reason := f.feed(&r, held)
		if used > len(held) {
			return append(r.seen, "used more than there was")
		}
		if code != 0 {
			return append(r.seen, fmt.Sprintf("close %d %s", code, reason))
		}
		if used > 0 {
			held = append(held[:0], held[used:]...)
		}
		if len(f.parts) > MaxMessage {
			return append(r.seen, "holds more than a message")
		}
	}
	return r.seen
}

// FuzzFrames: a client's bytes never panic, and mean the same however the
// network cuts them.
func FuzzFrames(f *testing.F) {
	var stream bytes.Buffer
	add := func(frames ...ws.Frame) {
		for _, frame := range frames {
			if err := ws.WriteFrame(&stream, ws.MaskFrame(frame)); err != nil {
				f.Fatal(err)
			}
		}
		f.Add(bytes.Clone(stream.Bytes()), []byte{0})
		f.Add(bytes.Clone(stream.Bytes()), []byte{3, 0, 200})
	}
	add(ws.NewTextFrame([]byte(`{"Action":"Ping"}`)))
	add(ws.NewPingFrame([]byte("x")), ws.NewFrame(ws.OpText, false, []byte("\xec\xb0")), ws.NewPongFrame(nil), ws.NewFrame(ws.OpContinuation, true, []byte("\xa9")))
	add(ws.NewBinaryFrame(make([]byte, 126)))
	add(ws.NewCloseFrame(ws.NewCloseFrameBody(1000, "bye")))
	f.Add([]byte{0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}, []byte{1})
	f.Add([]byte{0x81, 0x05, 'H', 'e', 'l', 'l', 'o'}, []byte{1})
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		whole, pieces := play(stream, nil), play(stream, sizes)
		if !slices.Equal(whole, pieces) {
			t.Errorf("whole:  %.300q\npieces: %.300q", whole, pieces)
		}
	})
}
