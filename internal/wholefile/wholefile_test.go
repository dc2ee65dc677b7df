package wholefile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/dipcast/dipcast/internal/wholefile"
)

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	for _, body := range []string{"first", "second", ""} {
		if err := wholefile.Write(path, []byte(body), 0o640); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != body {
			t.Errorf("%q, %v; want %q", got, err, body)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	alone(t, path)
}

// TestOldStays: what goes wrong before the new file has its name leaves the old
// one, and nothing beside it.
func TestOldStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	if err := wholefile.Write(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	err := wholefile.WriteWith(path, []byte("new"), 0o600, func(*os.File) error { return refused })
	if !errors.Is(err, refused) {
		t.Errorf("%v, want %v", err, refused)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("%q, %v", got, err)
	}
	alone(t, path)
	if err := wholefile.Write(filepath.Join(path, "below", "a file"), nil, 0o600); err == nil {
		t.Error("a folder that is a file was taken")
	}
}

func alone(t *testing.T, path string) {
	t.Helper()
	all, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(all) != 1 {
		t.Errorf("%v, %v: more than the file itself", all, err)
	}
}
