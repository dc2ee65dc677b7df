package cdr_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

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

// TestFollowRotatedTwice: a record that was rotated again and again while nobody
// read it is read to its end, also when the file that was read last is packed or
// gone.
func TestFollowRotatedTwice(t *testing.T) { storetest.Each(t, testFollowRotatedTwice) }

func testFollowRotatedTwice(t *testing.T, d *storetest.Database) {
	r := newRig(t, d)
	age := 10 // hours; of what is written next
	written := func(n int) {
		t.Helper()
		r.append(numbered(n))
		at := time.Now().Add(-time.Duration(age) * time.Hour)
		if err := os.Chtimes(r.file, at, at); err != nil {
			t.Fatal(err)
		}
		age--
	}
	renamed := func(from, to string) {
		t.Helper()
		if err := os.Rename(r.file+from, r.file+to); err != nil {
			t.Fatal(err)
		}
	}
	written(1)
	r.start()
	r.calls(two, 1)
	r.stop()
	written(2)
	for n := range 3 {
		renamed("", fmt.Sprintf("-%d", 9-n)) // no order of names
		written(3 + n)
	}
	r.start()
	r.calls(two, 5)
	r.stop()
	// The one that was read last is packed by now.
	at, next := time.Now().Add(time.Minute), time.Now().Add(2*time.Minute)
	if err := os.Remove(r.file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.file+".3.gz", []byte("\x1f\x8bnot a line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.append(numbered(6))
	if err := errors.Join(os.Chtimes(r.file, at, at), os.Chtimes(r.file+".3.gz", at, at)); err != nil {
		t.Fatal(err)
	}
	renamed("", ".2")
	r.append(numbered(7))
	if err := os.Chtimes(r.file, next, next); err != nil {
		t.Fatal(err)
	}
	r.start()
	r.calls(two, 7)
	if n := r.h.Stats().Malformed; n != 0 {
		t.Errorf("%d lines that are none", n)
	}
}

// TestFollowOddLines: what a database would not take, or what no clock says, does
// not keep the lines after it from being written.
func TestFollowOddLines(t *testing.T) { storetest.Each(t, testFollowOddLines) }

func testFollowOddLines(t *testing.T, d *storetest.Database) {
	r := newRig(t, d)
	long := strings.Repeat("한", 60) // its 128th byte is within a character
	r.append(line("linkedid", "1795282245.1\x00", "src", "1013\x00", "dst", "1010", "channel", "PJSIP/T2_1013-00000001") +
		line("linkedid", long, "src", "1013", "dst", "1010", "channel", "PJSIP/T2_1013-00000001") +
		line("linkedid", "1795282245.2", "src", "1013", "dst", "1010", "channel", "PJSIP/T2_1013-00000001", "lastapp", "Hangup", "lastdata", "99999999999") +
		line("linkedid", "1795282245.3", "src", "1013", "dst", "1010", "channel", "PJSIP/T2_1013-00000001", "end,u", "99999999999999.0") +
		line("linkedid", "1795282245.4", "src", "1013", "dst", "1010", "channel", "PJSIP/T2_1013-00000001", "answer,u", "-1.0") +
		"\x00\x00\x00" + numbered(5))
	r.start()
	rows := r.calls(two, 4)
	if n := r.h.Stats().Malformed; n != 2 {
		t.Errorf("%d lines that are none", n)
	}
	for i := range rows {
		if rows[i].Linkedid == "" || rows[i].Cause > 127 {
			t.Errorf("%+v", rows[i])
		}
	}
}

// TestSetFiles: another record is read from now on, and the one before no more.
func TestSetFiles(t *testing.T) { storetest.Each(t, testSetFiles) }

func testSetFiles(t *testing.T, d *storetest.Database) {
	r := newRig(t, d)
	r.append(numbered(1))
	r.start()
	r.calls(two, 1)
	was := r.file
	r.file = filepath.Join(t.TempDir(), "another.csv")
	r.h.SetFiles([]cdr.File{{Server: 1, Path: r.file}})
	r.append(numbered(2))
	r.calls(two, 2)
	now := r.file
	r.file = was
	r.append(numbered(3))
	r.file = now
	r.append(numbered(4))
	for _, c := range r.calls(two, 3) {
		if c.Linkedid == "1795282245.3" {
			t.Error("a line of the one before")
		}
	}
	r.h.SetFiles([]cdr.File{{Server: 1, Path: was}})
	r.calls(two, 4)
}
