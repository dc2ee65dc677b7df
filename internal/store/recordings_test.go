package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/store"
)

func recordingRow(n, tenant int) store.RecordingRow {
	at := time.UnixMilli(1795238999000 + int64(n/2)*1000).UTC() // two of each moment
	return store.RecordingRow{
		ID: fmt.Sprintf("%032d", n), Tenant: tenant, Server: 1, Linkedid: fmt.Sprintf("179.%d", n/2), Uniqueid: fmt.Sprint(n), Direction: "IN",
		From: "01012345678", To: fmt.Sprint(1010 + n%2), Began: at, Length: 90 * time.Second, Bytes: 1440044, SHA256: "ab", Stem: fmt.Sprintf("T%d/%d", tenant, n), Format: "wav", Checked: at,
	}
}

// TestRecordings: kept, read page by page without one twice or left out, each
// company its own, changed and forgotten.
func TestRecordings(t *testing.T) {
	each(t, func(t *testing.T, d *database) {
		ctx, s := t.Context(), d.open(t)
		for n := range 10 {
			r := recordingRow(n, 2+n/8)
			if err := s.AddRecording(ctx, &r); err != nil {
				t.Fatal(err)
			}
			r.ID = "x"
			if err := s.AddRecording(ctx, &r); !errors.Is(err, store.ErrConflict) {
				t.Errorf("twice: %v", err)
			}
		}
		first := recordingRow(0, 2)
		if got, err := s.Recording(ctx, first.ID); err != nil || cmp.Diff(first, got) != "" {
			t.Errorf("%v %s", err, cmp.Diff(first, got))
		}
		if _, err := s.Recording(ctx, "none"); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		var got []string
		q := store.RecordingQuery{Tenant: 2, Limit: 3}
		for more := true; more; {
			var rows []store.RecordingRow
			var err error
			if rows, more, err = s.Recordings(ctx, q); err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				got = append(got, r.Uniqueid)
			}
			last := rows[len(rows)-1]
			q.Before = store.RecordingCursor{Began: last.Began, ID: last.ID}
		}
		if d := cmp.Diff([]string{"7", "6", "5", "4", "3", "2", "1", "0"}, got); d != "" {
			t.Error(d)
		}
		for _, tt := range []struct {
			q    store.RecordingQuery
			want int
		}{
			{store.RecordingQuery{}, 10},
			{store.RecordingQuery{Extension: "1011"}, 5},
			{store.RecordingQuery{Extension: "01012345678"}, 0}, // what a caller shows makes nobody an extension
			{store.RecordingQuery{Number: "01012345678"}, 10},
			{store.RecordingQuery{Linkedid: "179.1"}, 2},
			{store.RecordingQuery{Direction: "OUT"}, 0},
			{store.RecordingQuery{Server: 2}, 0},
			{store.RecordingQuery{From: first.Began.Add(time.Second), To: first.Began.Add(2 * time.Second)}, 2},
		} {
			tt.q.Limit = 100
			if rows, more, err := s.Recordings(ctx, tt.q); err != nil || more || len(rows) != tt.want {
				t.Errorf("%+v: %d, %v, %v", tt.q, len(rows), more, err)
			}
		}
		if rows, err := s.OldestRecordings(ctx, 3, time.Time{}, 1); err != nil || len(rows) != 1 || rows[0].Uniqueid != "8" {
			t.Errorf("the oldest of T3: %+v, %v", rows, err)
		}
		if rows, err := s.OldestRecordings(ctx, 0, first.Began.Add(time.Second), 9); err != nil || len(rows) != 2 {
			t.Errorf("the oldest of all: %d, %v", len(rows), err)
		}
		if ids, err := s.RecordingTenants(ctx); err != nil || cmp.Diff([]int64{2, 3}, ids) != "" {
			t.Errorf("whose: %v, %v", ids, err)
		}
		later := first.Began.Add(time.Hour)
		if err := s.CheckedRecording(ctx, first.ID, later, true); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Recording(ctx, first.ID); err != nil || !r.Damaged || !r.Checked.Equal(later) {
			t.Errorf("checked: %+v, %v", r, err)
		}
		if rows, err := s.UncheckedRecordings(ctx, later, 100); err != nil || len(rows) != 9 {
			t.Errorf("not checked lately: %d, %v", len(rows), err)
		}
		if err := errors.Join(s.HoldRecording(ctx, first.ID, true), s.ConvertedRecording(ctx, first.ID, "mp3", "cd", 99)); err != nil {
			t.Fatal(err)
		}
		if r, err := s.RecordingAt(ctx, first.Stem); err != nil || !r.Held || r.Path() != "T2/0.mp3" || r.SHA256 != "cd" || r.Bytes != 99 {
			t.Errorf("held and converted: %+v, %v", r, err)
		}
		if _, err := s.RecordingAt(ctx, "T2/99"); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		if rows, err := s.OldestRecordings(ctx, 2, time.Time{}, 1); err != nil || len(rows) != 1 || rows[0].Uniqueid != "1" {
			t.Errorf("the oldest that is not held: %+v, %v", rows, err)
		}
		if rows, err := s.RecordingsOfCalls(ctx, []string{"179.1", "179.2", "none"}); err != nil || len(rows) != 4 || rows[0].Uniqueid != "2" {
			t.Errorf("of calls: %+v, %v", rows, err)
		}
		if err := s.DeleteRecording(ctx, first.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteRecording(ctx, first.ID); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
	})
}
