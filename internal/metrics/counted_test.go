package metrics

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/envelope"
)

// TestLogs counts lines by level and panics, also behind With and WithGroup,
// and leaves out what is below the level.
func TestLogs(t *testing.T) {
	var l Logs
	log := slog.New(l.Handler(slog.NewTextHandler(new(bytes.Buffer), &slog.HandlerOptions{Level: slog.LevelInfo})))
	log.Debug("not written")
	log.Info("one")
	log.With("component", "x").Warn("two")
	log.WithGroup("g").Error("three", "panic", errors.New("p"))
	log.Error("four", "a", 1, "panic", "p")
	log.Error("five", "panics", "none")
	log.Log(t.Context(), slog.LevelError+8, "six")
	var got []uint64
	for i := range l.levels {
		got = append(got, l.levels[i].Load())
	}
	if got[0] != 0 || got[1] != 1 || got[2] != 1 || got[3] != 4 || l.panics.Load() != 2 {
		t.Errorf("levels %v, panics %d", got, l.panics.Load())
	}
}

func TestCodesAndReloads(t *testing.T) {
	var c Codes
	c.Add(envelope.Forbidden)
	c.Add("made up")
	for i, code := range codes {
		want := uint64(0)
		if code == envelope.Forbidden || code == envelope.Internal {
			want = 1
		}
		if c.n[i].Load() != want {
			t.Errorf("%s: %d", code, c.n[i].Load())
		}
	}
	var r Reloads
	r.Add(false, time.UnixMilli(1))
	r.Add(true, time.UnixMilli(2))
	if r.bad.Load() != 1 || r.good.Load() != 1 || r.last.Load() != 2 {
		t.Errorf("%+v", &r)
	}
}
