package apply

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// errCut stands for the moment at which a process was killed.
type errCut struct{ at int }

// TestCutOff kills an apply before each of its steps on the disk. Whoever comes
// next finds all former files, or all new ones once the apply had ended; what
// was written by hand is never touched.
func TestCutOff(t *testing.T) {
	t.Parallel()
	former := map[string]string{"etc/a.conf": header + "\n[a]\nx=1\n", "etc/gone.conf": header + "\n[old]\n", "etc/pjsip.conf": header + "\n[p]\ntype=endpoint\n"}
	wanted := map[string]string{"etc/a.conf": header + "\n[a]\nx=2\n", "etc/new.conf": header + "\n[n]\n", "etc/pjsip.conf": header + "\n[q]\ntype=endpoint\npassword=x\n"}
	const mine = "; my own\n"
	for at := 0; ; at++ {
		dir := t.TempDir()
		for name, text := range former {
			writeTest(t, dir, name, text)
		}
		writeTest(t, dir, "etc/custom/pjsip.conf", mine)
		writeTest(t, dir, "etc/hand.conf", mine)
		n := 0
		a := New(Options{Dir: dir, step: func() {
			if n == at {
				panic(errCut{at})
			}
			n++
		}})
		cut := run(a, wanted)
		// The next process.
		b := New(Options{Dir: dir})
		if _, err := b.Recover(); err != nil {
			t.Fatalf("cut at %d: %v", at, err)
		}
		got := map[string]string{}
		for _, name := range []string{"a.conf", "gone.conf", "new.conf", "pjsip.conf"} {
			if text, there, err := readFile(filepath.Join(dir, "etc", name)); err != nil {
				t.Fatal(err)
			} else if there {
				got["etc/"+name] = unmarked(text)
			}
		}
		if !maps.Equal(got, former) && !maps.Equal(got, wanted) {
			t.Errorf("cut at %d: neither the former files nor the new ones: %v", at, got)
		}
		for _, name := range []string{"etc/custom/pjsip.conf", "etc/hand.conf"} {
			if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != mine {
				t.Errorf("cut at %d: %s is %q, %v", at, name, text, err)
			}
		}
		if _, err := os.Stat(b.path(journalName)); err == nil {
			t.Errorf("cut at %d: the journal is still there", at)
		}
		if err := run(b, wanted); err != nil {
			t.Errorf("cut at %d: the next apply: %v", at, err)
		}
		if p, err := b.Plan(wanted); err != nil || len(p.Changes) != 0 {
			t.Errorf("cut at %d: still to do: %+v, %v", at, p.Changes, err)
		}
		if cut == nil {
			if at < 8 {
				t.Fatalf("it took only %d steps", at)
			}
			return
		}
	}
}

// run applies offline and gives the panic that cut it off.
func run(a *Applier, wanted map[string]string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c, ok := p.(errCut)
			if !ok {
				panic(p)
			}
			err = fmt.Errorf("cut off at %d", c.at)
		}
	}()
	_, err = a.Apply(context.Background(), wanted, Order{Offline: true})
	return err
}

func writeTest(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestBackWithoutWriting: an apply that could not replace a file, as on a full
// disk, goes back without writing it again.
func TestBackWithoutWriting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeTest(t, dir, "etc/a.conf", header+"\n[a]\nx=1\n")
	stat := func() os.FileInfo {
		info, err := os.Stat(filepath.Join(dir, "etc", "a.conf"))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	before := stat()
	a := New(Options{Dir: dir})
	n := 0
	a.o.step = func() {
		if n++; n == 3 { // the journal is written, the file not replaced
			if err := os.RemoveAll(a.path(stageDir, "etc")); err != nil {
				t.Error(err)
			}
		}
	}
	_, err := a.Apply(t.Context(), map[string]string{"etc/a.conf": header + "\n[a]\nx=2\n"}, Order{Offline: true})
	if !errors.Is(err, ErrRolledBack) {
		t.Errorf("got %v", err)
	}
	if !os.SameFile(before, stat()) {
		t.Error("the file was written again")
	}
}
