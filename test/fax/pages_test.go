package fax_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
)

func TestTry(t *testing.T) {
	s := lab(t)
	c := link(t, s)
	t.Log(s.CLI(t.Context(), "logger add channel dbg verbose,debug,notice,warning"))
	t.Log(s.CLI(t.Context(), "core set verbose 5"))
	t.Log(s.CLI(t.Context(), "core set debug 3"))
	t.Log(s.CLI(t.Context(), "pjsip set logger on"))
	defer func() {
		b, _ := os.ReadFile(filepath.Join(filepath.Dir(s.LogPath()), "dbg"))
		os.WriteFile("/tmp/fax-dbg.log", b, 0o600)
	}()
	want := pages(t, 2)
	send(t, s, c, "aa01", faxDID, want)
	for _, id := range []string{"aa01"} {
		t.Log(record(t, filepath.Join(folder(s, 2, asteriskconf.FaxOut), id+".line")))
		t.Log(record(t, filepath.Join(folder(s, 2, asteriskconf.FaxOut), id+".end")))
	}
	names, _ := filepath.Glob(filepath.Join(folder(s, 3, asteriskconf.FaxIn), "*.end"))
	for _, n := range names {
		t.Log(record(t, n[:len(n)-3]+"begin"))
		t.Log(record(t, n))
		compare(t, n[:len(n)-3]+"tif", want)
	}
	t.Log(s.CLI(t.Context(), "fax show stats"))
}
