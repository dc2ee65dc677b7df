package works_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

// TestUsers: the cursors hold + / and =, so the second page comes only when they
// are encoded.
func TestUsers(t *testing.T) {
	people := make([]workstest.User, 251)
	for i := range people {
		people[i] = workstest.User{ID: fmt.Sprintf("u-%03d", i), LastName: "김", FirstName: "철수", Domain: domain, Telephone: "1001"}
	}
	people = append(people, workstest.User{ID: "other", Domain: domain + 1})
	for _, size := range []int{0, 1, 7, 251} {
		w := start(t, workstest.Options{Users: people, PageSize: size})
		var ids []string
		if err := w.c.Users(t.Context(), 0, func(page []works.User) error {
			for _, u := range page {
				ids = append(ids, u.ID)
			}
			return nil
		}); err != nil {
			t.Fatalf("pages of %d: %v", size, err)
		}
		if len(ids) != 251 || !slices.IsSorted(ids) || len(slices.Compact(ids)) != 251 {
			t.Errorf("pages of %d: %d people, want 251 in order, each once", size, len(ids))
		}
	}
	w := start(t, workstest.Options{Users: people})
	stop := errors.New("stop")
	pages := 0
	err := w.c.Users(t.Context(), domain, func([]works.User) error { pages++; return stop })
	if !errors.Is(err, stop) || pages != 1 {
		t.Errorf("got %v after %d pages, want the error of the first", err, pages)
	}
	if err := w.c.Users(t.Context(), domain+1, func([]works.User) error { return nil }); !errors.Is(err, works.ErrRefused) {
		t.Errorf("another tenant's domain: got %v", err)
	}
}

func TestUser(t *testing.T) {
	w := start(t, workstest.Options{})
	w.AddUser(workstest.User{ID: "bare", Domain: domain, Locale: "en_US", FirstName: "Ann", LastName: "Lee"})
	u, err := w.c.User(t.Context(), "hong@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if u.ID != gildong || u.ExternalKey != "E1001" || u.Telephone != "02-123-4567(1001)" || u.CellPhone != "010-1234-5678" || u.FullName() != "홍길동" {
		t.Errorf("got %+v", u)
	}
	u, err = w.c.User(t.Context(), "bare")
	if err != nil || u.Telephone != "" || u.FullName() != "Ann Lee" {
		t.Errorf("without numbers: %+v, %v", u, err)
	}
	var e *works.Error
	if _, err := w.c.User(t.Context(), "me"); !errors.As(err, &e) || e.Code != "SERVICE_ACCOUNT_NOT_ALLOWED" {
		t.Errorf("me, of a service account: got %v", err)
	}
}

func TestBots(t *testing.T) {
	w := start(t, workstest.Options{})
	b := works.Bot{
		Name: "DIPCAST", PhotoURL: "https://static.example/bot.png", Description: "calls", Administrators: []string{gildong},
		EnableCallback: true, CallbackURL: "https://dipcast.example/dapi/7be69580e27641df/callback", CallbackEvents: []string{"text"},
	}
	id, err := w.c.RegisterBot(t.Context(), b)
	if err != nil || id == 0 {
		t.Fatalf("bot %d: %v", id, err)
	}
	text := &works.Text{Text: "x"}
	if err := w.c.SendUser(t.Context(), id, gildong, text); !errors.Is(err, works.ErrRefused) {
		t.Errorf("before it is in the domain: got %v", err)
	}
	if err := w.c.AddToDomain(t.Context(), id, domain); err != nil {
		t.Error(err)
	}
	if err := w.c.SendUser(t.Context(), id, gildong, text); err != nil {
		t.Error(err)
	}
	if got, err := w.c.Bot(t.Context(), id); err != nil || got.ID != id || got.Name != b.Name || got.CallbackURL != b.CallbackURL {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, change := range map[string]func(*works.Bot){
		"botName":        func(b *works.Bot) { b.Name = long(101) },
		"photoUrl":       func(b *works.Bot) { b.PhotoURL = "" },
		"description":    func(b *works.Bot) { b.Description = "" },
		"administrators": func(b *works.Bot) { b.Administrators = nil },
	} {
		bad := b
		change(&bad)
		var wrong *works.ContentError
		if _, err := w.c.RegisterBot(t.Context(), bad); !errors.As(err, &wrong) || wrong.Field != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
