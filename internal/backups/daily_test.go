package backups

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

var night = Daily{Hour: 3, Minute: 30, Keep: 2}

// running is a Service of a gateway with an empty database, which began at a time.
func running(t *testing.T, begun time.Time) *Service {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "var")
	db, err := store.Open(t.Context(), store.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "dipcast.yaml")
	if err := os.WriteFile(file, []byte("data_dir: "+data+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := New(Options{
		DataDir: data, SQLite: true, Version: "test", Logger: slog.New(slog.DiscardHandler),
		Config: func() (string, func(), error) { return file, func() {}, nil },
	})
	s.begun = begun
	return s
}

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, time.FixedZone("KST", 9*3600))
}

// TestByClock: one a night, that of a night slept through an hour after the start, and
// the oldest go; those that people made stay.
func TestByClock(t *testing.T) {
	s := running(t, at(1, 12, 0))
	if err := s.room(); err != nil {
		t.Fatal(err)
	}
	mine, err := s.make(t.Context(), Backup{ID: newID(at(1, 12, 0)), Kind: KindMade, Created: at(1, 12, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		what string
		now  time.Time
		made bool
		left int
	}{
		{"just started", at(1, 12, 30), false, 0},
		{"of the night before the start", at(1, 13, 1), true, 1},
		{"before its time", at(2, 3, 29), false, 1},
		{"in time", at(2, 3, 30), true, 2},
		{"once is enough", at(2, 3, 31), false, 2},
		{"and for the day", at(3, 3, 29), false, 2},
		{"late", at(3, 5, 0), true, 2},
		{"after days of sleep", at(9, 1, 0), true, 2},
		{"the next night", at(9, 3, 30), true, 2},
	} {
		b, made, err := s.ByClock(t.Context(), night, step.now)
		if err != nil || made != step.made || made && (!b.Good || b.Kind != KindDaily) {
			t.Errorf("%s: made %t, %+v, %v", step.what, made, b, err)
		}
		all, err := s.daily()
		if err != nil || len(all) != step.left || made && all[0].ID != b.ID {
			t.Errorf("%s: left %+v, %v", step.what, all, err)
		}
	}
	if _, err := s.Get(mine.ID); err != nil {
		t.Errorf("one that was made by hand: %v", err)
	}
}

// TestByClockFails: what does not work is tried again in an hour, not every minute,
// and deletes nothing.
func TestByClockFails(t *testing.T) {
	s := running(t, at(1, 12, 0))
	if _, made, err := s.ByClock(t.Context(), night, at(2, 3, 30)); err != nil || !made {
		t.Fatal(made, err)
	}
	whole := s.o.Config
	s.o.Config = func() (string, func(), error) { return "", nil, os.ErrPermission }
	if _, made, err := s.ByClock(t.Context(), night, at(3, 3, 30)); err == nil || made {
		t.Errorf("it cannot: %t, %v", made, err)
	}
	if all, err := s.List(); err != nil || len(all) != 2 || all[0].State != StateFailed || all[0].Error == "" || all[0].Kind != KindDaily {
		t.Errorf("it is not told of: %+v, %v", all, err)
	}
	s.o.Config = whole
	if _, made, err := s.ByClock(t.Context(), night, at(3, 4, 29)); err != nil || made {
		t.Errorf("too early: %t, %v", made, err)
	}
	if _, made, err := s.ByClock(t.Context(), night, at(3, 4, 30)); err != nil || !made {
		t.Errorf("again: %t, %v", made, err)
	}
	if all, err := s.daily(); err != nil || len(all) != 2 {
		t.Errorf("left %+v, %v", all, err)
	}
}

// TestNoClock: none where they are off, or another program keeps the data.
func TestNoClock(t *testing.T) {
	s := running(t, at(1, 12, 0))
	if _, made, err := s.ByClock(t.Context(), Daily{}, at(2, 3, 30)); err != nil || made {
		t.Errorf("off: %t, %v", made, err)
	}
	s.o.SQLite = false
	if _, made, err := s.ByClock(t.Context(), night, at(2, 3, 30)); err != nil || made {
		t.Errorf("PostgreSQL: %t, %v", made, err)
	}
}
