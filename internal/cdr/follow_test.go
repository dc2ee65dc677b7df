package cdr_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// start runs the history until its stop is called, or the test ends.
func (r *rig) start() {
	r.t.Helper()
	h, err := cdr.New(r.o)
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { h.Run(ctx) })
	r.h, r.stop = h, sync.OnceFunc(func() { cancel(); wg.Wait() })
	r.t.Cleanup(r.stop)
}

func numbered(n int) string {
	return line("linkedid", fmt.Sprintf("1795282245.%d", n), "src", "1013", "dst", "1010", "channel", "PJSIP/T2_1013-00000001", "dstchannel", "PJSIP/T2_1010-00000002")
}

// TestFollow: the record is read as it grows, half lines wait for their ends, what
// is none of ours is counted, and a restart goes on where it was. Files that are
// renamed, cut, or replaced are told apart.
func TestFollow(t *testing.T) { storetest.Each(t, testFollow) }

func testFollow(t *testing.T, d *storetest.Database) {
	r := newRig(t, d)
	r.start() // there is no file yet
	r.append(numbered(1) + numbered(2)[:40])
	r.calls(two, 1)
	r.append(numbered(2)[40:] + "not,a,line\n\n; a comment\n\xff\xfe\n")
	r.calls(two, 2)
	until(t, "lines that are counted", func() bool { return r.h.Stats().Malformed == 2 })
	r.stop()
	r.append(numbered(3) + numbered(4)) // while it is away
	r.start()
	r.calls(two, 4)

	// Renamed, with a line that came late, and a new file.
	r.stop()
	r.append(numbered(5))
	if err := os.Rename(r.file, r.file+".1"); err != nil {
		t.Fatal(err)
	}
	r.append(numbered(6))
	r.start()
	r.calls(two, 6)
	if err := os.Rename(r.file, r.file+".2"); err != nil { // while it runs
		t.Fatal(err)
	}
	r.append(numbered(7))
	r.calls(two, 7)

	// Cut, and written anew: shorter, and as long as it was.
	if err := os.Truncate(r.file, 0); err != nil {
		t.Fatal(err)
	}
	r.append(numbered(8))
	r.calls(two, 8)
	r.stop()
	if err := os.WriteFile(r.file, []byte(numbered(9)+numbered(10)), 0o600); err != nil {
		t.Fatal(err)
	}
	r.start()
	r.calls(two, 10)
	r.stop()
	// All of it again changes nothing: each call is there once.
	if err := os.WriteFile(r.file, []byte(numbered(1)+numbered(2)+numbered(11)), 0o600); err != nil {
		t.Fatal(err)
	}
	r.start()
	r.calls(two, 11)
}
