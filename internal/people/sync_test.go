package people_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const (
	domain   = 10000001
	redirect = "https://dipcast.example/login/works/return"
	factory  = "7be69580e27641df"
)

var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// world is a company with a sandbox of NAVER WORKS, on a clock that is moved.
type world struct {
	*people.Service
	works   *workstest.Server
	store   *store.Store
	base    string
	now     func() time.Time
	add     func(time.Duration)
	tenants *tenant.Directory
}

// each runs a test on both engines.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, begin(t, storetest.SQLite(t), 2)) })
	t.Run("postgres", func(t *testing.T) { f(t, begin(t, storetest.Postgres(t), 2)) })
}

func user(id, last, first, telephone string) workstest.User {
	return workstest.User{ID: id, Email: id + "@example.com", LastName: last, FirstName: first, Telephone: telephone, CellPhone: "010-2613-2471", Domain: domain}
}

func begin(t *testing.T, d *storetest.Database, pageSize int) *world {
	t.Helper()
	w := &world{}
	var mu sync.Mutex
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	w.now = func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	w.add = func(d time.Duration) { mu.Lock(); defer mu.Unlock(); at = at.Add(d) }
	w.works = workstest.New(workstest.Options{
		Apps: []workstest.App{{
			ClientID: "client-1", ClientSecret: "client-secret", ServiceAccount: "pbx.serviceaccount@example.com",
			PublicKey: &key().PublicKey, Domain: domain, Redirects: []string{redirect},
		}},
		Users:    []workstest.User{user("u-1", "홍", "길동", "02-123-4567(1010)"), user("u-2", "김", "영희", "1013"), user("u-3", "이", "철수", "")},
		PageSize: pageSize, Now: w.now,
	})
	t.Cleanup(w.works.Close)
	srv := httptest.NewServer(w.works)
	t.Cleanup(srv.Close)
	w.base = srv.URL
	client, err := works.New(works.Options{
		AuthURL: srv.URL + "/oauth2/v2.0", APIURL: srv.URL + "/v1.0", ClientID: "client-1", ClientSecret: "client-secret",
		ServiceAccount: "pbx.serviceaccount@example.com", Key: key(), PerMinute: 240, HTTP: srv.Client(), Now: w.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.tenants, err = tenant.NewDirectory([]tenant.Tenant{
		{ID: tenant.NewID(factory, 2), Number: 2, Name: "얼쑤팩토리", Servers: []int{1}, Extensions: []string{"1010", "1013", "1018"}, DIDs: map[string]string{"07045805605": "1010"}},
		{ID: tenant.NewID("0123456789abcdef", 10), Number: 10, Name: "열", Servers: []int{1}, Extensions: []string{"1010"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.store = d.Open(t, func(o *store.Options) {
		o.Now = w.now
		o.SecretKey = func() ([]byte, error) { return make([]byte, 32), nil }
	})
	w.Service, err = people.New(people.Options{
		Store: w.store, Directory: func() *tenant.Directory { return w.tenants },
		Account: func(_ context.Context, tenant int) (people.Account, []int64, error) {
			if tenant != 2 {
				return nil, nil, people.ErrNoWorks
			}
			return client, []int64{domain}, nil
		},
		Secret:  func() ([]byte, error) { return make([]byte, 32), nil },
		Private: func() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} },
		Logger:  slog.New(slog.DiscardHandler), Now: w.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) sync(t *testing.T) people.Report {
	t.Helper()
	r, err := w.Sync(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ext is who has an extension, by the ids of NAVER WORKS.
func (w *world) ext(ext string) string {
	var ids []string
	for _, p := range w.Directory().ByExtension(2, ext) {
		ids = append(ids, p.User)
	}
	return strings.Join(ids, " ")
}

// byUser is the person with an id of NAVER WORKS, here or not.
func (w *world) byUser(t *testing.T, user string) people.Match {
	t.Helper()
	all, _, err := w.List(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if m.Person.User == user {
			return m
		}
	}
	t.Fatalf("there is no %s", user)
	return people.Match{}
}

// TestSync: who is in the directory is here, with the extension that a rule
// finds; what was set by hand stays; leavers leave, and come back.
func TestSync(t *testing.T) { each(t, testSync) }

func testSync(t *testing.T, w *world) {
	if r := w.sync(t); r.Joined != 3 || r.Left != 0 || r.Counts != (people.Counts{People: 3, Matched: 2, Unmatched: 1}) {
		t.Errorf("the first: %+v", r)
	}
	if w.ext("1010") != "u-1" || w.ext("1013") != "u-2" {
		t.Errorf("1010 %q, 1013 %q", w.ext("1010"), w.ext("1013"))
	}
	p, ok := w.Directory().ByUser(2, "u-1")
	if !ok || p.Name != "홍길동" || p.Mobile != "01026132471" || p.Lang != "ko" || p.Email != "u-1@example.com" {
		t.Errorf("u-1: %+v, %v", p, ok)
	}
	if r := w.sync(t); r.Joined != 0 || r.Left != 0 {
		t.Errorf("again: %+v", r)
	}

	// A second person with 1010: nobody has it, and both are told of.
	w.works.AddUser(user("u-4", "박", "민수", "1010"))
	if r := w.sync(t); r.Joined != 1 || r.Conflicts != 2 {
		t.Errorf("a conflict: %+v", r)
	}
	if m := w.byUser(t, "u-4"); w.ext("1010") != "" || m.Status != people.Conflict || !strings.Contains(m.Why, "홍길동") {
		t.Errorf("1010 is %q's, %s %q", w.ext("1010"), m.Status, m.Why)
	}
	ext := "1010"
	mobile := "010-9955-2471"
	m, err := w.Change(t.Context(), 2, w.byUser(t, "u-1").Person.ID, people.Change{Extension: &ext, Mobile: &mobile})
	if err != nil || m.Status != people.ByHand || w.ext("1010") != "u-1" {
		t.Errorf("settled by hand: %+v, %v, 1010 is %q's", m, err, w.ext("1010"))
	}
	w.sync(t)
	if p, _ := w.Directory().ByUser(2, "u-1"); p.Extension != "1010" || p.Mobile != "01099552471" {
		t.Errorf("what was set by hand is gone: %+v", p)
	}
	if m, err = w.Change(t.Context(), 2, m.Person.ID, people.Change{ByRules: true, ByDirectory: true}); err != nil || m.Status != people.Conflict || m.Person.Mobile != "01026132471" {
		t.Errorf("given back: %+v, %v", m, err)
	}

	w.works.RemoveUser("u-4")
	suspended := user("u-2", "김", "영희", "1013")
	suspended.Suspended = true
	w.works.AddUser(suspended)
	if r := w.sync(t); r.Left != 2 || r.People != 2 || r.Conflicts != 0 {
		t.Errorf("leavers: %+v", r)
	}
	if _, ok := w.Directory().ByUser(2, "u-2"); ok || w.ext("1013") != "" || w.ext("1010") != "u-1" {
		t.Errorf("after: 1013 %q, 1010 %q, %v", w.ext("1013"), w.ext("1010"), ok)
	}
	suspended.Suspended = false
	w.works.AddUser(suspended)
	if r := w.sync(t); r.Joined != 1 || w.ext("1013") != "u-2" {
		t.Errorf("back: %+v, 1013 %q", r, w.ext("1013"))
	}

	// An answer that cannot be right changes nothing.
	for _, u := range []string{"u-1", "u-2", "u-3"} {
		w.works.RemoveUser(u)
	}
	if r, err := w.Sync(t.Context(), 2); !errors.Is(err, people.ErrEmpty) || r.Error == "" || len(w.Directory().All(2)) != 3 {
		t.Errorf("an empty directory: %+v, %v, %d are here", r, err, len(w.Directory().All(2)))
	}
	if last, err := w.LastSync(t.Context(), 2); err != nil || last.Error == "" {
		t.Errorf("the last: %+v, %v", last, err)
	}
	if _, err := w.Sync(t.Context(), 10); !errors.Is(err, people.ErrNoWorks) {
		t.Errorf("without NAVER WORKS: %v", err)
	}
}

// TestTry: rules are tried, also on a directory that was never read, and change
// nothing before they are set.
func TestTry(t *testing.T) { each(t, testTry) }

func testTry(t *testing.T, w *world) {
	byMail := []people.Rule{{Field: "email", Pattern: `^u-([0-9]+)@`}, {Field: "telephone", Pattern: `([0-9]{4})\)?$`}}
	all, counts, err := w.Try(t.Context(), 2, byMail, true)
	if err != nil || len(all) != 3 || counts != (people.Counts{People: 3, Matched: 2, Unmatched: 1}) {
		t.Errorf("tried: %+v, %+v, %v", all, counts, err)
	}
	if kept, _, err := w.List(t.Context(), 2); err != nil || len(kept) != 0 {
		t.Errorf("trying has kept %+v, %v", kept, err)
	}
	w.sync(t)
	if err := w.SetSettings(t.Context(), 2, people.Settings{Rules: []people.Rule{{Field: "external_key"}}}); err != nil {
		t.Fatal(err)
	}
	if w.ext("1010") != "" {
		t.Errorf("1010 is %q's by a rule that is not there any more", w.ext("1010"))
	}
	if err := w.SetSettings(t.Context(), 2, people.Settings{Rules: byMail}); err != nil || w.ext("1010") != "u-1" {
		t.Errorf("set: %v, 1010 is %q's", err, w.ext("1010"))
	}
	if _, _, err := w.Try(t.Context(), 2, []people.Rule{{Field: "x"}}, false); !errors.Is(err, people.ErrRule) {
		t.Errorf("a bad rule: %v", err)
	}
	if err := w.Forget(t.Context(), 2, []string{"1013"}); err != nil {
		t.Error(err)
	}
}

// TestByHand: people are entered, changed and removed; nobody can be given what is
// not the company's, or what is another's.
func TestByHand(t *testing.T) { each(t, testByHand) }

func testByHand(t *testing.T, w *world) {
	s := func(s string) *string { return &s }
	m, err := w.Add(t.Context(), 2, people.Change{Name: s("최수진"), User: s("u-9"), Extension: s("1018"), Mobile: s("+82 10-1234-5678"), Lang: s("en")})
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := w.Directory().ByUser(2, "u-9"); !ok || p.Extension != "1018" || p.Mobile != "01012345678" || p.Lang != "en" {
		t.Errorf("added: %+v, %v", p, ok)
	}
	for name, c := range map[string]people.Change{
		"no name": {}, "name": {Name: s("a\x00b")}, "extension": {Name: s("a"), Extension: s("1999")}, "language": {Name: s("a"), Lang: s("fr")},
		"emergency": {Name: s("a"), Mobile: s("119")}, "premium": {Name: s("a"), Mobile: s("0601234567")}, "not a number": {Name: s("a"), Mobile: s("x")},
		"e-mail": {Name: s("a"), Email: s("a")},
	} {
		if _, err := w.Add(t.Context(), 2, c); !errors.Is(err, people.ErrPerson) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.Add(t.Context(), 2, people.Change{Name: s("a"), User: s("u-9")}); !errors.Is(err, people.ErrConflict) {
		t.Errorf("another's id: %v", err)
	}
	w.sync(t) // the directory does not know u-9: whoever was entered by hand stays
	if w.ext("1018") != "u-9" {
		t.Errorf("1018 is %q's after the directory was read", w.ext("1018"))
	}
	hong := w.byUser(t, "u-1").Person.ID
	if _, err := w.Change(t.Context(), 2, hong, people.Change{Name: s("a")}); !errors.Is(err, people.ErrPerson) {
		t.Errorf("the directory's name: %v", err)
	}
	if err := w.Remove(t.Context(), 2, hong); !errors.Is(err, people.ErrPerson) {
		t.Errorf("removed from the directory: %v", err)
	}
	if err := w.Remove(t.Context(), 10, m.Person.ID); !errors.Is(err, people.ErrNotFound) {
		t.Errorf("another company's: %v", err)
	}
	if err := w.Remove(t.Context(), 2, m.Person.ID); err != nil || w.ext("1018") != "" {
		t.Errorf("removed: %v", err)
	}
}

// TestManyPeople: a directory of a thousand is read and matched whole.
func TestManyPeople(t *testing.T) {
	w := begin(t, storetest.SQLite(t), 100)
	for i := range 997 {
		w.works.AddUser(user(fmt.Sprintf("m-%d", i), "김", fmt.Sprint(i), fmt.Sprintf("02-123-4567(%d)", 2000+i)))
	}
	if r := w.sync(t); r.People != 1000 || r.Matched != 2 {
		t.Errorf("%+v", r)
	}
}

// TestSignIn: a person of the directory signs in, and out when they leave.
func TestSignIn(t *testing.T) { each(t, testSignIn) }

func testSignIn(t *testing.T, w *world) {
	w.sync(t)
	begin := func() (kept string, q url.Values) {
		t.Helper()
		address, kept, err := w.StartSignIn(t.Context(), 2, redirect, "/fax/1")
		if err != nil {
			t.Fatal(err)
		}
		return kept, w.signIn(t, address, "u-1@example.com")
	}
	kept, q := begin()
	who, cookie, to, err := w.FinishSignIn(t.Context(), kept, q.Get("state"), q.Get("code"), redirect, "Mozilla/5.0")
	if err != nil || who.User != "u-1" || who.Tenant != 2 || to != "/fax/1" {
		t.Fatalf("%+v, %q, %v", who, to, err)
	}
	if in, err := w.SignedIn(t.Context(), cookie); err != nil || in.Name != "홍길동" || in.ID != who.ID {
		t.Errorf("signed in: %+v, %v", in, err)
	}
	if _, _, _, err := w.FinishSignIn(t.Context(), kept, q.Get("state"), q.Get("code"), redirect, ""); !errors.Is(err, people.ErrSignIn) {
		t.Errorf("a code twice: %v", err)
	}
	other, q2 := begin()
	for name, try := range map[string][2]string{
		"another's state": {kept, q2.Get("state")}, "no state": {other, ""}, "nothing kept": {"", q2.Get("state")},
		"changed": {"e30" + other, q2.Get("state")}, "no code": {other, q2.Get("state")},
	} {
		code := q2.Get("code")
		if name == "no code" {
			code = ""
		}
		if _, _, _, err := w.FinishSignIn(t.Context(), try[0], try[1], code, redirect, ""); !errors.Is(err, people.ErrSignIn) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.add(people.SignInLife)
	if _, _, _, err := w.FinishSignIn(t.Context(), other, q2.Get("state"), q2.Get("code"), redirect, ""); !errors.Is(err, people.ErrSignIn) {
		t.Errorf("too late: %v", err)
	}
	all, err := w.Sessions(t.Context(), 2, who.Person.ID)
	if err != nil || len(all) != 1 || all[0].Agent != "Mozilla/5.0" || strings.Contains(fmt.Sprint(all), cookie) {
		t.Errorf("sessions: %+v, %v", all, err)
	}

	w.works.RemoveUser("u-1")
	w.sync(t)
	if _, err := w.SignedIn(t.Context(), cookie); !errors.Is(err, people.ErrNoSession) {
		t.Errorf("who has left is signed in: %v", err)
	}
	w.works.AddUser(user("u-1", "홍", "길동", "1010"))
	w.sync(t)
	if _, err := w.SignedIn(t.Context(), cookie); !errors.Is(err, people.ErrNoSession) {
		t.Errorf("a session comes back with its person: %v", err)
	}

	// Somebody of the domain who is not among the people.
	kept, q = begin()
	w.works.RemoveUser("u-1")
	w.sync(t)
	w.works.AddUser(user("u-1", "홍", "길동", "1010"))
	if _, _, _, err := w.FinishSignIn(t.Context(), kept, q.Get("state"), q.Get("code"), redirect, ""); !errors.Is(err, people.ErrStranger) {
		t.Errorf("a stranger: %v", err)
	}
	w.sync(t)
	kept, q = begin()
	_, cookie, _, err = w.FinishSignIn(t.Context(), kept, q.Get("state"), q.Get("code"), redirect, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SignOut(t.Context(), cookie); err != nil {
		t.Error(err)
	}
	if _, err := w.SignedIn(t.Context(), cookie); !errors.Is(err, people.ErrNoSession) {
		t.Errorf("after signing out: %v", err)
	}
	kept, q = begin()
	_, cookie, _, err = w.FinishSignIn(t.Context(), kept, q.Get("state"), q.Get("code"), redirect, "")
	if err != nil {
		t.Fatal(err)
	}
	w.add(people.SessionLife)
	if _, err := w.SignedIn(t.Context(), cookie); !errors.Is(err, people.ErrNoSession) {
		t.Errorf("after its life: %v", err)
	}
}

// signIn fills in the form of the sandbox as a person does.
func (w *world) signIn(t *testing.T, address, account string) url.Values {
	t.Helper()
	asked, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	form := asked.Query()
	form.Set("account", account)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(w.base+"/oauth2/v2.0/authorize", form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	to, err := resp.Location()
	if err != nil {
		t.Fatalf("%s: %v", resp.Status, err)
	}
	return to.Query()
}
