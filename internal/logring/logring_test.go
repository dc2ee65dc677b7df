package logring_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/logring"
)

func mask(s string) string { return strings.ReplaceAll(s, "01026132471", "***") }

func TestRing(t *testing.T) {
	var out bytes.Buffer
	r := logring.New(mask)
	log := slog.New(r.Handler(slog.NewTextHandler(&out, nil)))
	log.Debug("not taken")
	log.Info("hello", "number", "01026132471", "n", 3)
	tls := log.With("component", "tls", "server", 1)
	tls.Warn("certificate of 01026132471", "error", errors.New("no 01026132471"))
	tls.WithGroup("who").Error("bad", slog.Group("inner", "x", "Y"), "z", 1)
	if n := strings.Count(out.String(), "\n"); n != 3 {
		t.Errorf("%d lines went on: %s", n, &out)
	}
	all := r.Find(logring.Query{Level: -8, Limit: 10})
	if len(all) != 3 || all[0].Message != "bad" || all[0].Component != "tls" || all[0].ID != 3 {
		t.Fatalf("%+v", all)
	}
	if got := fmt.Sprint(all[0].Attrs); got != "[{server 1} {who.inner.x Y} {who.z 1}]" {
		t.Error(got)
	}
	if got := all[1].String(); strings.Contains(got, "0102") || !strings.HasSuffix(got, ` WARN [tls] certificate of *** server="1" error="no ***"`) {
		t.Error(got)
	}
	for _, tt := range []struct {
		q    logring.Query
		want string
	}{
		{logring.Query{Level: slog.LevelWarn, Limit: 10}, "[3 2]"},
		{logring.Query{Component: "tls", Limit: 1}, "[3]"},
		{logring.Query{Text: "who.INNER.x=y", Limit: 9}, "[3]"},
		{logring.Query{Text: "hell", Limit: 9}, "[1]"},
		{logring.Query{Before: 3, Limit: 9}, "[2 1]"},
		{logring.Query{Component: "rest", Limit: 9}, "[]"},
	} {
		ids := []int64{}
		for _, l := range r.Find(tt.q) {
			ids = append(ids, l.ID)
		}
		if got := fmt.Sprint(ids); got != tt.want {
			t.Errorf("%+v: %s", tt.q, got)
		}
	}
}

// TestRingEnds: it keeps so many lines, each of a bounded length, whoever writes.
func TestRingEnds(t *testing.T) {
	r := logring.New(mask)
	log := slog.New(r.Handler(slog.NewTextHandler(io.Discard, nil))) //nolint:sloglint // one that takes everything, as DiscardHandler does not
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range logring.Lines {
				log.Info(strings.Repeat("가", 2000), "v", strings.Repeat("b", 5000)) //nolint:sloglint // its length is what is tried
			}
		})
	}
	wg.Wait()
	all := r.Find(logring.Query{Limit: 100000})
	if len(all) != logring.Lines || all[0].ID != 4*logring.Lines || all[len(all)-1].ID != 3*logring.Lines+1 {
		t.Fatalf("%d lines, %d to %d", len(all), all[0].ID, all[len(all)-1].ID)
	}
	if n := len(all[0].Message) + len(all[0].Attrs[0].Value); n > 2020 {
		t.Errorf("%d bytes", n)
	}
}
