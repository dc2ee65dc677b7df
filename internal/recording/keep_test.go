package recording_test

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/store"
)

// TestHeld: what is held outlives its time and a full disk, which is told.
func TestHeld(t *testing.T) {
	r := newRig(t)
	for n := range 3 {
		r.file(1, n, 1600, 1600)
	}
	r.Collect(t.Context())
	for _, row := range r.rows()[:2] {
		if err := r.Hold(t.Context(), row.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	r.now = r.now.Add(48 * time.Hour) // kept for one day
	r.Tidy(t.Context())
	r.free = 0.01
	for range 3 {
		r.Tidy(t.Context())
	}
	if rows := r.rows(); len(rows) != 2 || !r.Stats().Stopped || len(r.Alarms()) != 1 || !r.Keeper.Stopped() {
		t.Errorf("%d are kept, %+v, %v", len(rows), r.Stats(), r.Alarms())
	}
	r.free = 0.5
	id := r.rows()[0].ID
	if err := r.Hold(t.Context(), id, false); err != nil {
		t.Fatal(err)
	}
	r.Tidy(t.Context())
	if rows := r.rows(); len(rows) != 1 || rows[0].ID == id {
		t.Errorf("after it was let go: %+v", rows)
	}
	if err := r.Hold(t.Context(), "none", true); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

// TestEnded: with a full disk recordings that are under way are ended.
func TestEnded(t *testing.T) {
	r := newRig(t)
	r.file(2, 7, 16000, 0)
	r.Collect(t.Context())
	r.Tidy(t.Context())
	if len(r.ended) > 0 {
		t.Errorf("ended with room: %v", r.ended)
	}
	r.free = 0.01
	r.Tidy(t.Context())
	if want := (recording.Running{Server: 3, Linkedid: "1795238990.7", Uniqueid: "1795238990.9"}); len(r.ended) != 1 || r.ended[0] != want {
		t.Errorf("ended: %v", r.ended)
	}
}

// TestConverted: the new file is there with its own checksum when the old one is
// gone; what cannot be converted stays as it is.
func TestConverted(t *testing.T) {
	r := newRig(t)
	r.format = "mp3"
	r.file(2, 1, 32000, 32000)
	r.Collect(t.Context())
	r.convertErr = errors.New("no")
	r.file(2, 2, 32000, 32000)
	r.Collect(t.Context())
	rows := r.rows()
	if len(rows) != 2 || rows[1].Format != "mp3" || rows[0].Format != "wav" || r.Stats().Unconverted != 1 || len(r.told) != 2 || r.told[0].Format != "mp3" {
		t.Fatalf("%+v", rows)
	}
	if !gone(filepath.Join(r.dir, rows[1].Stem+".wav")) || gone(filepath.Join(r.dir, rows[1].Path())) || !gone(filepath.Join(r.dir, rows[0].Stem+".mp3")) {
		t.Error("other files are there")
	}
	for i := range rows {
		if f, err := r.File(t.Context(), &rows[i]); err != nil {
			t.Error(err)
		} else if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	// For a listener, once, until it is deleted.
	if _, _, err := r.FileAs(t.Context(), &rows[1], "opus"); err == nil {
		t.Error("it cannot be converted")
	}
	r.convertErr = nil
	n := r.conversions
	for range 2 {
		f, tag, err := r.FileAs(t.Context(), &rows[1], "opus")
		if err != nil || !strings.HasPrefix(tag, rows[1].SHA256+"-opus-") {
			t.Fatal(tag, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if r.conversions != n+1 {
		t.Errorf("%d conversions", r.conversions-n)
	}
	if err := r.Remove(t.Context(), rows[1].ID); err != nil || !gone(filepath.Join(r.dir, ".cache", rows[1].ID+".opus")) {
		t.Errorf("what was made for a listener outlives it: %v", err)
	}
	if _, _, err := r.FileAs(t.Context(), &rows[0], "gsm"); err == nil {
		t.Error("there is no such format")
	}
}

// TestNeverServedDamaged: also one that was whole a moment ago.
func TestNeverServedDamaged(t *testing.T) {
	r := newRig(t)
	r.file(2, 1, 32000, 32000)
	r.Collect(t.Context())
	row := r.rows()[0]
	f, err := r.File(t.Context(), &row)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(r.dir, row.Path())
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bad := append([]byte(nil), good...)
	bad[1000] ^= 1
	if err := os.WriteFile(path, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := r.File(t.Context(), &row); !errors.Is(err, recording.ErrDamaged) {
		t.Errorf("served: %v", err)
	}
	if !r.rows()[0].Damaged || len(r.Alarms()) != 1 {
		t.Errorf("%+v, %v", r.rows(), r.Alarms())
	}
	if err := os.WriteFile(path, good, 0o600); err != nil { // back from a backup
		t.Fatal(err)
	}
	if now, err := r.Check(t.Context(), row.ID); err != nil || now.Damaged || r.rows()[0].Damaged {
		t.Errorf("%+v, %v", now, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := r.File(t.Context(), &row); !errors.Is(err, recording.ErrDamaged) {
		t.Errorf("gone: %v", err)
	}
}

// TestEmptyFolders: of days that are over go.
func TestEmptyFolders(t *testing.T) {
	r := newRig(t)
	path := r.file(2, 1, 32000, 32000)
	r.Collect(t.Context())
	if gone(filepath.Dir(path)) {
		t.Error("today's folder is gone: Asterisk may just need it")
	}
	r.now = time.Now().Add(50 * time.Hour)
	for range 5 {
		r.Collect(t.Context())
		r.now = r.now.Add(50 * time.Hour)
	}
	if !gone(filepath.Join(r.spool, "T2")) || gone(r.spool) {
		t.Error("empty folders stay")
	}
}

// TestLinks: a link gives one recording of one company, for its time.
func TestLinks(t *testing.T) {
	l, now := recording.NewLinks([]byte(strings.Repeat("k", 32))), time.Unix(1795240000, 0)
	q, name := l.Make("a", 2, now.Add(time.Minute))
	if got, err := l.Check("a", 2, q, now); err != nil || got != name || name == "" {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := l.Check("a", 2, q, now.Add(time.Minute)); !errors.Is(err, recording.ErrExpired) || got != name {
		t.Errorf("%s, %v", got, err)
	}
	change := func(key, value string) url.Values {
		out := url.Values{}
		for k, v := range q {
			out[k] = v
		}
		out.Set(key, value)
		return out
	}
	for what, err := range map[string]error{
		"another recording": second(l.Check("b", 2, q, now)),
		"another company":   second(l.Check("a", 10, q, now)),
		"longer":            second(l.Check("a", 2, change("expires", strconv.FormatInt(now.Add(time.Hour).Unix(), 10)), now)),
		"another name":      second(l.Check("a", 2, change("link", "x"), now)),
		"no signature":      second(l.Check("a", 2, change("signature", ""), now)),
		"another key":       second(recording.NewLinks([]byte("k")).Check("a", 2, q, now)),
		"nothing":           second(l.Check("a", 2, url.Values{}, now)),
	} {
		if !errors.Is(err, recording.ErrLink) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// convert stands for the program.
func (r *rig) convert(_ context.Context, from, to string) error {
	r.conversions++
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, append([]byte(filepath.Ext(to)), data...), 0o600)
	}
	return errors.Join(err, r.convertErr)
}
