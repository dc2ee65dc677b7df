package recording_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// rig is a Keeper with a clock and a disk of the test's.
type rig struct {
	*testing.T
	*recording.Keeper
	store *store.Store
	spool string
	dir   string
	now   time.Time
	free  float64
	// room is what each file of ours takes of the disk.
	room    float64
	stops   []bool
	stopErr error
	live    bool

	ended       []recording.Running
	format      string
	conversions int
	convertErr  error
	told        []store.RecordingRow
}

func newRig(t *testing.T) *rig {
	r := &rig{T: t, spool: t.TempDir(), dir: filepath.Join(t.TempDir(), "recordings"), now: time.Unix(1795240000, 0), free: 0.5}
	r.store = storetest.SQLite(t).Open(t)
	r.restart()
	return r
}

// restart is what happens when the gateway begins anew.
func (r *rig) restart() {
	var err error
	r.Keeper, err = recording.New(recording.Options{
		Store: r.store, Logger: slog.New(slog.DiscardHandler), Dir: r.dir, Spools: []recording.Spool{{Server: 3, Dir: r.spool}},
		Keep: func(tenant int) time.Duration { return time.Duration(tenant) * 24 * time.Hour },
		Live: func(int, string) bool { return r.live },
		Stop: func(_ context.Context, _ []recording.Spool, stop bool) error {
			r.stops = append(r.stops, stop)
			return r.stopErr
		},
		Free: func(string) (float64, error) {
			files, _ := filepath.Glob(filepath.Join(r.dir, "*/*/*/*/*.wav"))
			return r.free - r.room*float64(len(files)), nil
		},
		Now:     func() time.Time { return r.now },
		End:     func(_ context.Context, going recording.Running) error { r.ended = append(r.ended, going); return nil },
		Format:  func(int) string { return cmp.Or(r.format, "wav") },
		Convert: r.convert,
		Ready:   func(row store.RecordingRow) { r.told = append(r.told, row) },
	})
	if err != nil {
		r.Fatal(err)
	}
	if err := r.Open(); err != nil {
		r.Fatal(err)
	}
	k := r.Keeper
	r.Cleanup(func() { k.Close() })
}

// file writes one as Asterisk does; said is what its head says it holds.
func (r *rig) file(tenant, n, sound, said int) string {
	r.Helper()
	name := fmt.Sprintf("T%d/2026/11/21/143000-IN-01012345678-1010-%d-1795238990.%d_1795238990.9.wav", tenant, 1795238999+n, n)
	data := make([]byte, 44+sound)
	copy(data, "RIFF")
	binary.LittleEndian.PutUint32(data[40:], uint32(said))
	if sound > 0 {
		data[44] = byte(n)
	}
	path := filepath.Join(r.spool, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		r.Fatal(err)
	}
	if err := os.Chtimes(path, r.now, r.now); err != nil {
		r.Fatal(err)
	}
	return path
}

func (r *rig) rows() []store.RecordingRow {
	r.Helper()
	rows, _, err := r.store.Recordings(r.Context(), store.RecordingQuery{Limit: 1000})
	if err != nil {
		r.Fatal(err)
	}
	return rows
}

func gone(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, os.ErrNotExist)
}

// TestTaken: a finished file is taken with all that its name and content say; one
// that is being written is not.
func TestTaken(t *testing.T) {
	r := newRig(t)
	done, open, silent := r.file(2, 1, 32000, 32000), r.file(2, 2, 16000, 0), r.file(2, 3, 0, 0)
	data, err := os.ReadFile(done)
	if err != nil {
		t.Fatal(err)
	}
	stray := filepath.Join(r.spool, "T2", "notes.txt")
	if err := os.WriteFile(stray, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	r.Collect(t.Context())
	rows := r.rows()
	if len(rows) != 1 {
		t.Fatalf("%+v", rows)
	}
	sum := sha256.Sum256(data)
	got := rows[0]
	if got.Tenant != 2 || got.Server != 3 || got.Linkedid != "1795238990.1" || got.Direction != "IN" || got.From != "01012345678" || got.To != "1010" ||
		got.Length != 2*time.Second || got.SHA256 != hex.EncodeToString(sum[:]) || got.Began.Unix() != 1795239000 {
		t.Errorf("%+v", got)
	}
	f, err := r.File(t.Context(), &got)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil || string(kept) != string(data) {
		t.Errorf("another file is kept: %v", err)
	}
	if !gone(done) || gone(open) || gone(stray) || gone(silent) {
		t.Error("not what was taken left the spool folder")
	}
	if s := r.Stats(); s.Taken != 1 || s.Malformed != 1 {
		t.Errorf("%+v", s)
	}
	// Asterisk ended in the middle of it: it is taken when its call is over.
	r.now, r.live = r.now.Add(2*time.Hour), true
	r.Collect(t.Context())
	if len(r.rows()) != 1 {
		t.Error("a live call's was taken")
	}
	r.live = false
	r.Collect(t.Context())
	if rows := r.rows(); len(rows) != 2 || !gone(open) || !gone(silent) {
		t.Errorf("%d are kept", len(rows))
	}
}

// TestTakenAgain: what was cut off between two steps is made to its end, once.
func TestTakenAgain(t *testing.T) {
	r := newRig(t)
	path := r.file(2, 1, 32000, 32000)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r.Collect(t.Context())
	r.restart()
	if err := os.WriteFile(path, data, 0o644); err != nil { // as if it had not left
		t.Fatal(err)
	}
	r.Collect(t.Context())
	if rows := r.rows(); len(rows) != 1 || !gone(path) {
		t.Errorf("%+v", rows)
	}
}

// TestKept: each company keeps its own for its own time.
func TestKept(t *testing.T) {
	r := newRig(t)
	for n := range 4 {
		r.file(1+n%2, n, 1600, 1600)
	}
	r.Collect(t.Context())
	r.now = time.Unix(1795239100, 0).Add(24 * time.Hour)
	r.Tidy(t.Context())
	rows := r.rows()
	if len(rows) != 2 || rows[0].Tenant != 2 || rows[1].Tenant != 2 {
		t.Errorf("after a day: %+v", rows)
	}
	r.now = r.now.Add(24 * time.Hour)
	r.Tidy(t.Context())
	if rows := r.rows(); len(rows) != 0 {
		t.Errorf("after two: %+v", rows)
	}
	if files, _ := filepath.Glob(filepath.Join(r.dir, "*/*/*/*/*")); len(files) != 0 {
		t.Errorf("%q are left", files)
	}
}

// TestFullDisk: an alarm first, then the oldest go, as many as it takes; further
// down recording stops, and begins again when there is room.
func TestFullDisk(t *testing.T) {
	r := newRig(t)
	for n := range 10 {
		r.file(9, n, 1600, 1600)
	}
	r.Collect(t.Context())
	r.free, r.room = 0.175, 0.01 // 7.5 % with ten files
	r.Tidy(t.Context())
	if s := r.Stats(); !s.Low || s.Stopped || len(r.rows()) != 10 {
		t.Errorf("at the alarm: %+v, %d are kept", s, len(r.rows()))
	}
	r.Tidy(t.Context())
	var kept []string
	for _, row := range r.rows() {
		kept = append(kept, strings.TrimPrefix(row.Linkedid, "1795238990."))
	}
	if !slices.Equal(kept, []string{"9", "8", "7", "6", "5", "4", "3"}) {
		t.Errorf("kept: %v", kept)
	}
	r.Tidy(t.Context())
	if s := r.Stats(); s.Low || len(r.rows()) != 7 {
		t.Errorf("with room again: %+v", s)
	}
	if want := []bool{false}; !slices.Equal(r.stops, want) { // it says so once, at the start
		t.Errorf("told: %v", r.stops)
	}
	r.stops, r.free, r.room, r.stopErr = nil, 0.04, 0, errors.New("away")
	r.Tidy(t.Context())
	r.stopErr = nil
	r.Tidy(t.Context())
	r.free = 0.06 // not yet
	r.Tidy(t.Context())
	if !r.Stats().Stopped {
		t.Error("recording is not stopped")
	}
	r.free, r.stopErr = 0.2, errors.New("away")
	r.Tidy(t.Context())
	r.stopErr = nil
	r.Tidy(t.Context())
	r.Tidy(t.Context())
	if want := []bool{true, true, true, false, false}; !slices.Equal(r.stops, want) || r.Stats().Stopped {
		t.Errorf("told: %v, want %v", r.stops, want)
	}
}

// TestDamaged: a file that is not what it was, or gone, is told.
func TestDamaged(t *testing.T) {
	r := newRig(t)
	for n := range 3 {
		r.file(30, n, 1600, 1600)
	}
	r.Collect(t.Context())
	rows := r.rows()
	path := filepath.Join(r.dir, filepath.FromSlash(rows[0].Path()))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[100]++
	if err := errors.Join(os.WriteFile(path, data, 0o600), os.Remove(filepath.Join(r.dir, filepath.FromSlash(rows[1].Path())))); err != nil {
		t.Fatal(err)
	}
	r.Tidy(t.Context())
	if s := r.Stats(); s.Damaged != 0 {
		t.Errorf("looked at too soon: %+v", s)
	}
	for range 2 {
		r.now = r.now.Add(8 * 24 * time.Hour)
		r.Tidy(t.Context())
	}
	got := r.rows()
	if !got[0].Damaged || !got[1].Damaged || got[2].Damaged || r.Stats().Damaged != 2 {
		t.Errorf("%+v, %+v", got, r.Stats())
	}
	if err := r.Remove(t.Context(), rows[1].ID); err != nil { // also without its file
		t.Error(err)
	}
	if err := r.Remove(t.Context(), rows[1].ID); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

func TestNew(t *testing.T) {
	if _, err := recording.New(recording.Options{}); err == nil {
		t.Error("options that are required may be missing")
	}
}

// What waits is told by its name, until it is in the list.
func TestWaiting(t *testing.T) {
	r := newRig(t)
	waiting := func(server, tenant int, linkedid string) int { return len(r.Waiting(server, tenant, linkedid)) }
	if n := waiting(3, 2, "1795238990.1"); n != 0 {
		t.Errorf("%d wait before there is a folder", n)
	}
	r.file(2, 1, 16000, 0) // is being written
	key := filepath.Join(r.spool, "T2-1795239000-2026-11-21-143000-IN-01012345678-1010-1795238990.1_1795238990.9.wav")
	if err := os.WriteFile(key, []byte("RIFF"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		server, tenant int
		linkedid       string
		want           int
	}{{3, 2, "1795238990.1", 2}, {3, 2, "1795238990.2", 0}, {3, 1, "1795238990.1", 0}, {4, 2, "1795238990.1", 0}} {
		if n := waiting(tt.server, tt.tenant, tt.linkedid); n != tt.want {
			t.Errorf("%+v: %d", tt, n)
		}
	}
	if got := r.Waiting(3, 2, "1795238990.1")[0]; got.To != "1010" || got.Direction != "IN" {
		t.Errorf("%+v", got)
	}
	r.file(2, 1, 16000, 16000)
	r.Collect(t.Context())
	if n := waiting(3, 2, "1795238990.1"); n != 1 || len(r.rows()) != 1 {
		t.Errorf("%d wait, %d are in the list", n, len(r.rows()))
	}
}
