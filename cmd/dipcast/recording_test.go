package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/store"
)

// TestRecordingCommands: recordings are listed, shown, exported and deleted; what
// touches the sound wants a reason, which is in the audit trail then.
func TestRecordingCommands(t *testing.T) {
	g := serveGateway(t)
	data := filepath.Join(g.dir, "var")
	sound := media.EncodeWAV(media.RingTune.Play(8000))
	sum := sha256.Sum256(sound)
	r := store.RecordingRow{
		ID: "k3v7qxw2m5t4nbyd6hzfj2rgce", Tenant: 2, Server: 1, Linkedid: "1.1", Uniqueid: "1.2", Direction: "IN", From: "01012345678", To: "1010",
		Began: time.Now().Add(-time.Hour), Length: 61 * time.Second, Bytes: int64(len(sound)), SHA256: hex.EncodeToString(sum[:]), Stem: "T2/2026/11/21/1-x", Format: "wav", Checked: time.Now(),
	}
	path := filepath.Join(data, datadir.RecordingsDir, r.Path())
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, sound, 0o600)); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(st.AddRecording(t.Context(), &r), st.Close())
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		t.Helper()
		out, err := dipcast(t, append([]string{"recording"}, append(args, "-c", g.file, "--lang", "en")...)...)
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return out
	}
	refused := func(want string, args ...string) {
		t.Helper()
		if _, err := dipcast(t, append([]string{"recording"}, append(args, "-c", g.file, "--lang", "en")...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
	if out := run("list"); !strings.Contains(out, "01012345678") || !strings.Contains(out, "1:01") || !strings.Contains(out, r.ID) {
		t.Errorf("%s", out)
	}
	if out := run("list", "--extension", "1010", "--call", "1-1.1", "--since", "2026-01-01", "--json"); !strings.Contains(out, r.ID) {
		t.Errorf("%s", out)
	}
	if out := run("list", "--extension", "1011"); !strings.Contains(out, "There is none.") {
		t.Errorf("%s", out)
	}
	if out := run("show", r.ID); !strings.Contains(out, r.SHA256) {
		t.Errorf("%s", out)
	}
	refused("no such recording", "show", "x")
	file := filepath.Join(t.TempDir(), "a.wav")
	refused("--reason", "export", r.ID, "-o", file)
	refused("no such recording", "export", "x", "-o", file, "--reason", "x")
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was refused is there: %v", err)
	}
	run("export", r.ID, "-o", file, "--reason", "asked by the caller")
	if got, err := os.ReadFile(file); err != nil || string(got) != string(sound) {
		t.Errorf("exported: %d bytes, %v", len(got), err)
	}
	refused("exist", "export", r.ID, "-o", file, "--reason", "again")
	refused("--reason", "delete", r.ID)
	run("delete", r.ID, "--reason", "her wish")
	refused("no such recording", "show", r.ID)
	ro, err := store.OpenReadOnly(t.Context(), store.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ro.Close() }()
	until(t, "the reasons in the audit trail", func() bool {
		rows, err := ro.Audit(t.Context(), 0, 100)
		found := 0
		for i := range rows {
			if rows[i].Kind == "recording" && (rows[i].Detail == "asked by the caller" || rows[i].Detail == "her wish") {
				found++
			}
		}
		return err == nil && found == 2
	})
}
