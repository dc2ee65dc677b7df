package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

var grace = store.SoftphoneGrace{Fetches: 3, For: 2 * time.Minute}

// linkOf is a link made at the clock's time.
func linkOf(at *clock, n int) store.SoftphoneLink {
	return store.SoftphoneLink{
		Hash: fmt.Sprintf("hash-%d", n), ID: fmt.Sprintf("id-%d", n), TenantID: "7be69580e27641df", Extension: "1010",
		Device: 1, Bound: "bound", By: "ops", Expires: at.now().Add(time.Hour),
	}
}

// TestSoftphoneLinks: a link is used once, by its client again for a while, and
// never after its time.
func TestSoftphoneLinks(t *testing.T) { each(t, testSoftphoneLinks) }

func testSoftphoneLinks(t *testing.T, d *database) {
	at := &clock{time.UnixMilli(1760579048983)}
	s := d.Open(t, func(o *store.Options) { o.Now = at.now })
	add := func(l store.SoftphoneLink) {
		t.Helper()
		if err := s.AddSoftphoneLink(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	use := func(what string, n int, client string, wantFirst, want bool) {
		t.Helper()
		first, err := s.UseSoftphoneLink(t.Context(), fmt.Sprintf("hash-%d", n), client, grace)
		if first != wantFirst || (err == nil) != want || err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v, %v", what, first, err)
		}
	}
	add(linkOf(at, 1))
	l, err := s.SoftphoneLink(t.Context(), "hash-1")
	want := linkOf(at, 1)
	want.Created, want.Expires = at.now().UTC(), want.Expires.UTC()
	if err != nil || l != want {
		t.Errorf("%+v, %v, want %+v", l, err, want)
	}
	use("the first", 1, "app", true, true)
	use("again", 1, "app", false, true)
	use("another", 1, "other", false, false)
	use("a third time", 1, "app", false, true)
	use("a fourth time", 1, "app", false, false)
	use("one that is not there", 9, "app", false, false)

	add(linkOf(at, 2))
	use("the second link", 2, "app", true, true)
	at.at = at.at.Add(grace.For)
	use("after the grace", 2, "app", false, false)
	if l, err := s.SoftphoneLink(t.Context(), "hash-2"); err != nil || l.Used.IsZero() {
		t.Errorf("%+v, %v", l, err)
	}

	add(linkOf(at, 3))
	at.at = at.at.Add(time.Hour)
	use("after its time", 3, "app", false, false)
	if _, err := s.SoftphoneLink(t.Context(), "hash-3"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after its time: %v", err)
	}

	for n := range store.MaxSoftphoneLinks + 2 {
		at.at = at.at.Add(time.Second)
		add(linkOf(at, 10+n))
	}
	ids := func() (ids []string) {
		t.Helper()
		all, err := s.SoftphoneLinks(t.Context(), "7be69580e27641df", "1010")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			ids = append(ids, l.ID)
		}
		return ids
	}
	if got := ids(); !slices.Equal(got, []string{"id-16", "id-15", "id-14", "id-13", "id-12"}) {
		t.Errorf("kept %v", got)
	}
	if err := s.RevokeSoftphoneLinks(t.Context(), "7be69580e27641df", "1010", "id-14"); err != nil {
		t.Error(err)
	}
	if err := s.RevokeSoftphoneLinks(t.Context(), "7be69580e27641df", "1013", "id-15"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of another extension: %v", err)
	}
	if got := ids(); !slices.Equal(got, []string{"id-16", "id-15", "id-13", "id-12"}) {
		t.Errorf("left %v", got)
	}
	for n := range 60 { // used ones are not kept without end
		at.at = at.at.Add(time.Second)
		add(linkOf(at, 100+n))
		use("one of many", 100+n, "app", true, true)
	}
	if got := ids(); len(got) != 50 || got[0] != "id-159" {
		t.Errorf("kept %d, the newest %v", len(got), got[0])
	}
	if err := s.RevokeSoftphoneLinks(t.Context(), "7be69580e27641df", "1010", ""); err != nil || len(ids()) != 0 {
		t.Errorf("all: %v, left %v", err, ids())
	}
}

// TestSoftphoneLinkAtOnce: of many who come at the same time one gets it.
func TestSoftphoneLinkAtOnce(t *testing.T) { each(t, testSoftphoneLinkAtOnce) }

func testSoftphoneLinkAtOnce(t *testing.T, d *database) {
	s := d.open(t)
	if err := s.AddSoftphoneLink(t.Context(), linkOf(&clock{time.UnixMilli(1760579048983)}, 1)); err != nil {
		t.Fatal(err)
	}
	var got atomic.Int64
	var wg sync.WaitGroup
	for n := range 20 {
		wg.Go(func() {
			_, err := s.UseSoftphoneLink(t.Context(), "hash-1", fmt.Sprint(n), grace)
			if err == nil {
				got.Add(1)
			} else if !errors.Is(err, store.ErrNotFound) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got.Load() != 1 {
		t.Errorf("%d got it", got.Load())
	}
}
