package people_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/secret"
)

// TestContacts: a name comes from what was imported, else from the company's own
// server, in time or not at all.
func TestContacts(t *testing.T) { each(t, testContacts) }

func testContacts(t *testing.T, w *world) {
	var mu sync.Mutex
	asked := map[string]int{}
	answer := func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(rw, `{"name":"김영희","company":"거래처"}`)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Query().Get("n")]++
		f := answer
		mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer crm-secret" {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		f(rw, r)
	}))
	defer srv.Close()
	c := w.Contacts()
	if _, err := c.Import(t.Context(), 2, people.CSV, []byte("name,company,number\n홍길동,얼쑤팩토리,+82 10-2613-2471\n"), true, false, false); err != nil {
		t.Fatal(err)
	}
	name := func(number string) string { t.Helper(); return c.Name(t.Context(), 2, number) }
	if got := name("01026132471"); got != "홍길동 (얼쑤팩토리)" {
		t.Errorf("imported: %q", got)
	}
	for search, want := range map[string]int{"": 1, "길동": 1, "얼쑤": 1, "010-2613": 1, "2471": 1, "김": 0} {
		if all, total, err := c.List(t.Context(), 2, search, 0, 10); err != nil || total != want || len(all) != want {
			t.Errorf("search %q: %v, %d, %v", search, all, total, err)
		}
	}
	if got := c.Name(t.Context(), 10, "01026132471"); got != "" {
		t.Errorf("another company's: %q", got)
	}
	if got := name("anonymous"); got != "" {
		t.Errorf("no number: %q", got)
	}
	set := people.Settings{Lookup: people.Lookup{URL: srv.URL + "/c?n={number}", Authorization: secret.New("Bearer crm-secret")}}
	if err := w.SetSettings(t.Context(), 2, set); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got := name("+82 2 123 4567"); got != "김영희 (거래처)" {
			t.Errorf("looked up: %q", got)
		}
	}
	mu.Lock()
	if asked["021234567"] != 1 || len(asked) != 1 {
		t.Errorf("asked %v", asked)
	}
	answer = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusNotFound) }
	mu.Unlock()
	if got := name("0312345678"); got != "" {
		t.Errorf("nobody: %q", got)
	}
	mu.Lock()
	answer = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	mu.Unlock()
	if got := name("0322345678"); got != "" {
		t.Errorf("too late: %q", got)
	}
	kept, err := w.Settings(t.Context(), 2)
	if err != nil || kept.Lookup.Authorization.Reveal() != "Bearer crm-secret" || kept.Lookup.URL != set.Lookup.URL {
		t.Errorf("kept %+v, %v", kept, err)
	}
	raw, err := w.store.PeopleSettings(t.Context(), 2)
	if err != nil || strings.Contains(string(raw.Settings), "crm-secret") {
		t.Errorf("the secret is on disk: %s, %v", raw.Settings, err)
	}
	for name, u := range map[string]string{"no mark": "https://crm.example/", "in the host": "https://{number}.example/", "private": "http://10.0.0.1/{number}", "scheme": "file:///{number}"} {
		if err := w.SetSettings(t.Context(), 2, people.Settings{Lookup: people.Lookup{URL: u}}); !errors.Is(err, people.ErrSettings) {
			t.Errorf("%s: %v", name, err)
		}
	}

	if all, total, err := c.List(t.Context(), 2, "", 0, 10); err != nil || total != 1 || all[0].Written != "+82 10-2613-2471" {
		t.Errorf("list: %+v, %d, %v", all, total, err)
	}
	bad := []byte("name,number\nA,x\nB,0212345678\n")
	if r, err := c.Import(t.Context(), 2, people.CSV, bad, false, false, false); err == nil || len(r.Wrong) != 1 || r.Wrong[0].Line != 2 {
		t.Errorf("mistakes: %+v, %v", r, err)
	}
	if r, err := c.Import(t.Context(), 2, people.CSV, bad, false, true, true); err != nil || r.Taken != 1 || r.Total != 0 {
		t.Errorf("tried: %+v, %v", r, err)
	}
	if r, err := c.Import(t.Context(), 2, people.CSV, bad, false, true, false); err != nil || r.Total != 2 {
		t.Errorf("the rest: %+v, %v", r, err)
	}
	if err := c.Delete(t.Context(), 2, "02-1234-5678"); err != nil {
		t.Error(err)
	}
	if err := c.Delete(t.Context(), 2, "02-1234-5678"); !errors.Is(err, people.ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
	out, err := c.Export(t.Context(), 2, people.VCard)
	if err != nil || !strings.Contains(string(out), "TEL:+82 10-2613-2471") {
		t.Errorf("export: %s, %v", out, err)
	}
}
