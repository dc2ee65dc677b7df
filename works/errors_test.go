package works_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

// TestOutcomes: what a sender may do after each way to fail, and what really
// happened.
func TestOutcomes(t *testing.T) {
	for name, row := range map[string]struct {
		fault workstest.Fault
		want  error
		came  int // messages in the room
	}{
		"400":            {workstest.Fault{Status: 400}, works.ErrRefused, 0},
		"403":            {workstest.Fault{Status: 403}, works.ErrRefused, 0},
		"429":            {workstest.Fault{Status: 429}, works.ErrBudget, 0},
		"503":            {workstest.Fault{Status: 503}, works.ErrNotDone, 0},
		"500":            {workstest.Fault{Status: 500}, works.ErrUnclear, 0},
		"500, done":      {workstest.Fault{Status: 500, Late: true}, works.ErrUnclear, 1},
		"cut":            {workstest.Fault{Cut: true}, works.ErrUnclear, 0},
		"cut, done":      {workstest.Fault{Cut: true, Late: true}, works.ErrUnclear, 1},
		"too slow":       {workstest.Fault{Delay: time.Minute}, works.ErrUnclear, 0},
		"too slow, done": {workstest.Fault{Delay: time.Minute, Late: true}, works.ErrUnclear, 1},
		"slow, in time":  {workstest.Fault{Delay: 10 * time.Millisecond}, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, workstest.Options{}, func(o *works.Options) { o.Timeout = 2 * time.Second })
			if _, err := w.c.Token(t.Context()); err != nil {
				t.Fatal(err)
			}
			ctx := t.Context()
			if row.fault.Delay == time.Minute {
				short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
				defer cancel()
				ctx = short
			}
			row.fault.Op = workstest.OpSendUser
			w.Fault(row.fault)
			err := w.c.SendUser(ctx, bot, gildong, &works.Text{Text: "x"})
			if !errors.Is(err, row.want) {
				t.Errorf("got %v, want %v", err, row.want)
			}
			kinds := 0
			for _, k := range []error{works.ErrRefused, works.ErrNotDone, works.ErrUnclear} {
				if errors.Is(err, k) {
					kinds++
				}
			}
			if err != nil && kinds != 1 {
				t.Errorf("%v is of %d kinds", err, kinds)
			}
			if err != nil && strings.Contains(err.Error(), gildong) {
				t.Errorf("who it was for is in %q", err)
			}
			if n := len(w.Messages(bot, gildong)); n != row.came {
				t.Errorf("%d messages came, want %d", n, row.came)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	w := start(t, workstest.Options{})
	if _, err := w.c.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.options.APIURL = "http://127.0.0.1:1/v1.0"
	err := w.another(t).SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"})
	if !errors.Is(err, works.ErrNotDone) {
		t.Errorf("got %v, want ErrNotDone", err)
	}
}

func TestWhoIsNotThere(t *testing.T) {
	w := start(t, workstest.Options{})
	text := &works.Text{Text: "x"}
	for name, err := range map[string]error{
		"user":    w.c.SendUser(t.Context(), bot, "nobody@example.com", text),
		"channel": w.c.SendChannel(t.Context(), bot, "nowhere", text),
		"bot":     w.c.SendUser(t.Context(), 1, gildong, text),
	} {
		var e *works.Error
		if !errors.As(err, &e) || e.Status != http.StatusNotFound || !errors.Is(err, works.ErrRefused) || !strings.HasSuffix(e.Code, "_NOT_EXIST") {
			t.Errorf("%s: got %v, want 404", name, err)
		}
	}
	w.AddUser(workstest.User{ID: "far", Domain: domain + 1})
	w.AddApp(workstest.App{
		ClientID: "client-1", ClientSecret: "client-secret", ServiceAccount: "pbx.serviceaccount@example.com",
		PublicKey: &key().PublicKey, Domain: domain, Domains: []int64{domain + 1},
	})
	var e *works.Error
	if err := w.c.SendUser(t.Context(), bot, "far", text); !errors.As(err, &e) || e.Code != "ACCESS_DENIED" {
		t.Errorf("a domain without the bot: got %v", err)
	}
	if err := w.c.AddToDomain(t.Context(), bot, domain+1); err != nil {
		t.Fatal(err)
	}
	if err := w.c.SendUser(t.Context(), bot, "far", text); err != nil {
		t.Error(err)
	}
}

// TestWaysToNameAPerson: member id, login e-mail, externalKey; the escaped ones
// arrive whole.
func TestWaysToNameAPerson(t *testing.T) {
	w := start(t, workstest.Options{})
	w.AddUser(workstest.User{ID: "odd", Email: "a+b/c@example.com", ExternalKey: "A/1 %?#", Domain: domain})
	for _, id := range []string{gildong, "hong@example.com", "externalKey:E1001", "a+b/c@example.com", "externalKey:A/1 %?#"} {
		if err := w.c.SendUser(t.Context(), bot, id, &works.Text{Text: id}); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if n := len(w.Messages(bot, "odd")); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
	room := w.AddRoom(bot, "영업", gildong)
	if err := w.c.SendChannel(t.Context(), bot, room, &works.Text{Text: "x"}); err != nil || len(w.Messages(bot, room)) != 1 {
		t.Errorf("to a channel: %v", err)
	}
}

func TestScopeIsMissing(t *testing.T) {
	w := start(t, workstest.Options{}, func(o *works.Options) { o.Scopes = []string{"bot.message"} })
	if err := w.c.SendUser(t.Context(), bot, gildong, &works.Text{Text: "x"}); err != nil {
		t.Error(err)
	}
	var e *works.Error
	if _, err := w.c.User(t.Context(), gildong); !errors.As(err, &e) || e.Code != "FORBIDDEN" || !errors.Is(err, works.ErrRefused) {
		t.Errorf("got %v, want FORBIDDEN", err)
	}
}
