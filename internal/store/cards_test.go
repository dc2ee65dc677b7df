package store_test

import (
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// TestCards: somebody is told of a call once, with what is sent for it, and is
// forgotten after a while.
func TestCards(t *testing.T) { each(t, testCards) }

func testCards(t *testing.T, d *database) {
	at := &clock{time.UnixMilli(1760579048983)}
	s := d.Open(t, func(o *store.Options) { o.Now = at.now })
	card := func(call, to string) store.NewCard {
		return store.NewCard{
			Card: store.Card{Tenant: 2, Call: call, To: to, Extension: "1010", Lang: "ko", Name: "홍길동"},
			Row:  store.OutboxRow{Tenant: 2, Kind: "works", Lane: to, Label: "ring", Ref: call, Body: []byte("{}")},
		}
	}
	add := func(want int, cards ...store.NewCard) {
		t.Helper()
		if n, err := s.AddCards(t.Context(), cards); n != want || err != nil {
			t.Errorf("%d cards, %v, want %d", n, err, want)
		}
	}
	add(2, card("1-5.1", "u-1"), card("1-5.1", "@room"))
	add(1, card("1-5.1", "u-1"), card("1-5.1", "u-2"))
	add(1, card("1-5.2", "u-1"))
	if rows, err := s.WaitingOutbox(t.Context(), 0, 10); len(rows) != 4 || err != nil {
		t.Errorf("%d rows, %v, want 4", len(rows), err)
	}
	all, err := s.Cards(t.Context(), 2, "1-5.1")
	if err != nil || len(all) != 3 {
		t.Fatalf("%v, %v, want 3 cards", all, err)
	}
	want := store.Card{Tenant: 2, Call: "1-5.1", To: "@room", Extension: "1010", Lang: "ko", Name: "홍길동", Created: at.now().UTC()}
	if all[0] != want || all[0].Room() != "room" || all[1].Room() != "" {
		t.Errorf("%+v, want %+v", all[0], want)
	}
	if other, err := s.Cards(t.Context(), 10, "1-5.1"); len(other) != 0 || err != nil {
		t.Errorf("another company's: %v, %v", other, err)
	}
	if _, err := s.AddCards(t.Context(), []store.NewCard{{Card: store.Card{Tenant: 2, Call: "x", To: "y"}}}); err == nil {
		t.Error("a card without a row was taken")
	}
	at.at = at.at.Add(time.Hour)
	if err := s.PruneCards(t.Context(), at.now()); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Cards(t.Context(), 2, "1-5.1"); len(all) != 0 || err != nil {
		t.Errorf("%v, %v are left", all, err)
	}
}
