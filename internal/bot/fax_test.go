package bot

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works/workstest"
)

// TestFax: a fax that was received is told to who has its number at other times,
// once, by a card with one button.
func TestFax(t *testing.T) {
	w := newWorld(t, workstest.Options{})
	d := &people.Directory{}
	d.Set([]people.Person{{Tenant: 2, User: "u-6", Extension: "1010", Lang: "ko"}, {Tenant: 2, User: "u-7", Extension: "1013", Lang: "ko"}})
	w.bot.o.People, w.bot.o.PublicURL = d, "https://pbx.example.com"
	c := &w.db.now.Load().All[0]
	c.Extensions = []company.Extension{{Number: "1010"}, {Number: "1013"}}
	c.DIDs = []company.DID{{Number: "07045805605", To: company.Target{Kind: company.ToFax}, Else: company.Ext("1010"), TimeGroup: 1}}
	f := store.Fax{Fax: "6f1c0a7be4d25a90c3e1", Direction: store.FaxIn, Status: store.FaxReceived, Own: "07045805605", Other: "021234567", Pages: 2}
	for range 2 {
		if err := w.bot.Fax(t.Context(), 2, &f); err != nil {
			t.Fatal(err)
		}
	}
	w.arrives("u-6", "팩스 보기")
	w.arrives("u-6", "021234567")
	w.idle()
	if n := len(w.sandbox.Messages(faultBot, "u-6")); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
	if n := len(w.sandbox.Messages(faultBot, "u-7")); n != 0 {
		t.Errorf("%d messages to who has nothing to do with the number", n)
	}
	f.Status = store.FaxFailed
	f.Fax = strings.Repeat("0", 20)
	if err := w.bot.Fax(t.Context(), 2, &f); err != nil {
		t.Fatal(err)
	}
	if all, err := w.db.Cards(t.Context(), 2, f.Fax); len(all) != 0 || err != nil {
		t.Errorf("a fax that failed: %v, %v", all, err)
	}
}
