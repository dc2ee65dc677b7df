package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/datadir"
)

// TestControlSocket is for its own user only, also where its path is longer
// than an address of a socket may be, and a leftover is in nobody's way.
func TestControlSocket(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 30))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, datadir.ControlName)
	if err := os.WriteFile(path, []byte("left by one that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := app.RemoteReload(t.Context(), t.TempDir()); !errors.Is(err, app.ErrNotRunning) {
		t.Errorf("nobody there: %v", err)
	}
	s := newSite(t, change{config: func(c *config.Config) { c.DataDir = dir }})
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || info.Mode().Type() != os.ModeSocket {
		t.Errorf("%v %v", info, err)
	}
	s.next = func(c *config.Config) { c.Rate.Burst++ }
	got, err := app.RemoteReload(t.Context(), dir)
	if err != nil || strings.Join(got.Made, "; ") != "rate: changed" {
		t.Errorf("%+v %v", got, err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".control-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	s.app.Stop()
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after the stop: %v", err)
	}
	if _, err := app.RemoteReload(t.Context(), dir); !errors.Is(err, app.ErrNotRunning) {
		t.Errorf("after the stop: %v", err)
	}
}
