package cdr_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/internal/cdr"
)

// oldCalls is a store that says when it was asked what.
type oldCalls struct {
	began time.Time
	calls int // that are left
	fail  bool
	asked []string
}

func (o *oldCalls) DeleteOldCalls(context.Context, time.Time) (int, bool, error) {
	o.asked = append(o.asked, fmt.Sprint("calls ", time.Since(o.began)))
	if o.fail {
		return 0, false, errors.New("away")
	}
	n := min(o.calls, 500)
	o.calls -= n
	return n, n == 500, nil
}

func (o *oldCalls) DeleteOldPeople(_ context.Context, _ time.Time, after int64) (int64, bool, error) {
	o.asked = append(o.asked, fmt.Sprint("people ", time.Since(o.began)))
	return max(0, after) + 1, after < 1, nil
}

// TestRetentionRun: old calls are looked for every hour, people once a day, and not
// before all calls are deleted; an error is told once.
func TestRetentionRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		o := &oldCalls{began: time.Now(), calls: 700}
		r := cdr.NewRetention(cdr.RetentionOptions{Store: o, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Hour)
		defer cancel()
		r.Run(ctx)
		want := []string{"calls 1m0s", "calls 1m0s", "people 1m0s", "people 1m0s", "calls 1h1m0s", "calls 2h1m0s"}
		if !slices.Equal(o.asked, want) {
			t.Errorf("%q", o.asked)
		}
		if strings.Count(log.String(), "calls=700") != 1 {
			t.Error(log.String())
		}
		log.Reset()
		o.fail, o.asked = true, nil
		ctx, cancel = context.WithTimeout(t.Context(), 3*time.Hour)
		defer cancel()
		r.Run(ctx)
		if len(o.asked) != 3 || strings.Count(log.String(), "away") != 1 {
			t.Errorf("%q %s", o.asked, &log)
		}
	})
}
