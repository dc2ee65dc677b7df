package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// TestPeople: what was kept is read again, an error keeps nothing, and nobody
// comes into another's tenant.
func TestPeople(t *testing.T) { each(t, testPeople) }

func testPeople(t *testing.T, d *database) {
	s := d.open(t)
	at := time.UnixMilli(1760579048983).UTC()
	hong := store.Person{
		ID: "a", Tenant: 2, User: "u-1", Email: "hong@example.com", Name: "홍길동", Lang: "ko", Mobile: "01026132471", Extension: "1010",
		Rule: "telephone", Fields: store.PersonFields{Domain: 40029600, Telephone: "02-123-4567(1010)", EmployeeNumber: "E1"}, Since: at,
	}
	kim := store.Person{ID: "b", Tenant: 2, Name: "김영희", Extension: "1013", ExtensionByHand: true, MobileByHand: true, ByHand: true, Since: at, Left: at}
	change := func(tenant int, kept ...store.Person) error {
		_, err := s.ChangePeople(t.Context(), tenant, func([]store.Person) ([]store.Person, error) { return kept, nil })
		return err
	}
	read := func(tenant int, want ...store.Person) {
		t.Helper()
		if got, err := s.People(t.Context(), tenant); err != nil || !slices.Equal(got, want) {
			t.Errorf("people of %d: %+v, %v, want %+v", tenant, got, err, want)
		}
	}
	if err := change(2, hong, kim); err != nil {
		t.Fatal(err)
	}
	other := hong
	other.ID, other.Tenant = "c", 10
	if err := change(10, other); err != nil { // the same id of NAVER WORKS in another tenant
		t.Fatal(err)
	}
	read(2, hong, kim)
	read(0, hong, kim, other)

	twice := hong
	twice.ID = "d"
	if err := change(2, hong, kim, twice); !errors.Is(err, store.ErrConflict) {
		t.Errorf("one id of NAVER WORKS for two: %v", err)
	}
	broken := errors.New("broken")
	if _, err := s.ChangePeople(t.Context(), 2, func([]store.Person) ([]store.Person, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("error of the change: %v", err)
	}
	read(2, hong, kim)

	hong.Extension, hong.Left = "", at
	if err := change(2, hong); err != nil {
		t.Fatal(err)
	}
	read(2, hong)
	read(10, other)
}

// TestPeopleAtOnce: who finds the same person of a directory at the same time keeps
// him once, and none of them fails.
func TestPeopleAtOnce(t *testing.T) { each(t, testPeopleAtOnce) }

func testPeopleAtOnce(t *testing.T, d *database) {
	s := d.open(t)
	var wg sync.WaitGroup
	for round := range 5 {
		user := fmt.Sprint("u-", round)
		for n := range 8 {
			wg.Go(func() {
				_, err := s.ChangePeople(t.Context(), 2, func(all []store.Person) ([]store.Person, error) {
					if slices.ContainsFunc(all, func(p store.Person) bool { return p.User == user }) {
						return all, nil
					}
					return append(all, store.Person{ID: fmt.Sprint(round, "-", n), Tenant: 2, User: user, Since: time.UnixMilli(1760579048983)}), nil
				})
				if err != nil {
					t.Errorf("%s by %d: %v", user, n, err)
				}
			})
		}
		wg.Wait()
	}
	if all, err := s.People(t.Context(), 2); err != nil || len(all) != 5 {
		t.Errorf("%d people, %v", len(all), err)
	}
}
