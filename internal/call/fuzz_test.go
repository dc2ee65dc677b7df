package call_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/call"
)

// FuzzTracker: no sequence of events breaks what holds inside, or makes a call
// change that was handed out. Each byte of steps picks an event of a pool and
// tears on it: another one's id, a snapshot, time.
func FuzzTracker(f *testing.F) {
	pool := [][]byte{}
	for _, r := range recordings(f) {
		for i, e := range r.events {
			if i%5 == 0 && len(pool) < 4096 {
				pool = append(pool, e.m.Bytes())
			}
		}
	}
	f.Add([]byte{0, 0, 0, 1, 0, 0, 2, 0, 0}, []byte("Event: Newchannel\r\nUniqueid: 1.1\r\n\r\n"))
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, []byte("Event: BridgeEnter\r\nUniqueid: 1.1\r\nBridgeUniqueid: b\r\n\r\n"))
	ids := [][]byte{[]byte("1.1"), []byte("1.2"), []byte("2.1"), []byte("2.2"), []byte("c2c")}
	f.Fuzz(func(t *testing.T, steps, own []byte) {
		w := newWorld(ours(), call.Options{MaxChannels: 20, MaxEnded: 5})
		at := epoch
		for len(steps) >= 3 {
			a, b, c := steps[0], steps[1], steps[2]
			steps = steps[3:]
			raw := own
			if a&1 == 0 {
				raw = pool[(int(a)<<8|int(b))%len(pool)]
			}
			if a&2 == 0 { // everything happens to few channels
				raw = someIDs(raw, ids, c)
			}
			var m ami.Message
			if ami.Parse(raw, &m) == nil {
				w.event(timed{&m, at})
			}
			switch c % 16 {
			case 0:
				w.tracker.Begin(at)
			case 1:
				w.tracker.Finish(at)
			case 2:
				w.tracker.Expect(expected(ours(), string(ids[int(b)%len(ids)])), at)
			case 3:
				at = at.Add(time.Duration(b) * time.Second)
				w.tracker.Tick(at)
			case 4:
				w.told = append(w.told, w.tracker.Flush(at)...)
			}
			if wrong := w.tracker.Check(); wrong != "" {
				t.Fatal(wrong)
			}
			w.tracker.Live(nil)
		}
		if n := w.tracker.Stats(); n.Channels > 20 || n.Ended > 11 {
			t.Fatalf("too much is held: %+v", n)
		}
	})
}

// someIDs gives the event ids out of few.
func someIDs(raw []byte, ids [][]byte, seed byte) []byte {
	lines := bytes.Split(bytes.Clone(raw), []byte("\r\n"))
	for i, l := range lines {
		name, _, _ := bytes.Cut(l, []byte(": "))
		if bytes.HasSuffix(name, []byte("niqueid")) || bytes.HasSuffix(name, []byte("inkedid")) {
			lines[i] = append(append(bytes.Clone(name), ": "...), ids[(int(seed)+i)%len(ids)]...)
		}
	}
	return bytes.Join(lines, []byte("\r\n"))
}
