package cdr_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

// spool is where the Asterisk writes recordings.
func (l *lab) spool() string {
	return filepath.Join(l.server.Input.Dirs.Base, "spool", dialplan.RecordingsFolder)
}

// inSpool are its recordings that were not taken yet.
func (l *lab) inSpool() []string {
	l.t.Helper()
	files, err := filepath.Glob(filepath.Join(l.spool(), "*", "*", "*", "*", "*.wav"))
	if err != nil {
		l.t.Fatal(err)
	}
	return files
}

// recordingRow is a recording as REST tells it.
type recordingRow struct {
	ID, Direction, From, To, State, SHA256 string
	CallID                                 string `json:"call_id"`
	Seconds                                float64
}

func (l *lab) recordings(user string) []recordingRow {
	l.t.Helper()
	var page struct{ Data []recordingRow }
	if status := l.get("/api/v2/recordings", user, &page); status != 200 {
		l.t.Fatalf("recordings: %d", status)
	}
	return page.Data
}

// TestRecordedWhileKilled: a call that is recorded always, during which the gateway
// is killed, is in the list after it, once; so is one that was made while it was
// away. Who has no part in it does not see it.
func TestRecordedWhileKilled(t *testing.T) {
	t.Parallel()
	l := newLab(t, storetest.SQLite(t), func(c *company.Company) { c.Extension("1014").Recorded.Incoming = company.RecordAlways })
	made := 0
	call := func(during func()) {
		t.Helper()
		made++
		c, err := l.network.Call(t.Context(), sipphone.CallOptions{From: stranger, Name: "바깥", To: did})
		if err == nil {
			err = c.WaitAnswered(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		await.That(t, "sound in a recording", func() bool {
			n := 0
			for _, f := range l.inSpool() {
				if info, err := os.Stat(f); err == nil && info.Size() > 16_000 {
					n++
				}
			}
			return n == made
		})
		during()
		if err := c.Hangup(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := c.WaitEnded(t.Context()); err != nil {
			t.Error(err)
		}
	}
	l.start()
	call(l.kill)
	call(func() {})
	if n := len(l.inSpool()); n != 2 {
		t.Fatalf("%d recordings were made", n)
	}
	for range 2 {
		l.start()
		var all []recordingRow
		await.That(t, "both recordings", func() bool { all = l.recordings("two"); return len(all) == 2 && len(l.inSpool()) == 0 })
		for _, r := range all {
			if r.Direction != "external" || r.From != stranger || r.To != "1014" || r.State != "whole" || r.Seconds < 0.9 {
				t.Errorf("%+v", r)
			}
		}
		if all[0].CallID == all[1].CallID {
			t.Errorf("one call is there twice: %+v", all)
		}
		if n := len(l.recordings("ops")); n != 2 {
			t.Errorf("operators see %d", n)
		}
		if n := len(l.recordings("desk")); n != 0 {
			t.Errorf("1018 sees %d recordings of 1014", n)
		}
		if status := l.get("/api/v2/recordings/"+all[0].ID+"?reason=x", "desk", nil); status != 404 {
			t.Errorf("1018 hears one of 1014: %d", status)
		}
		l.kill()
	}
}
