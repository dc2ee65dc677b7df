package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

const (
	tenantTwo = "7be69580e27641df"
	secretNow = "bot-secret-xyz"
	secretOld = "abcdefghij"
)

// rig is a callback face over a real database, with a clock.
type rig struct {
	*Callbacks
	db      *store.Store
	at      time.Time
	mux     *http.ServeMux
	two     *tenant.Tenant
	work    func(e *works.Event) error
	mu      sync.Mutex
	worked  []string // texts
	refused []edge.Refusal
}

func newRig(t *testing.T) *rig {
	t.Helper()
	g := &rig{at: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC), mux: http.NewServeMux()}
	g.two = &tenant.Tenant{ID: tenant.NewID(tenantTwo, 2), Number: 2, Servers: []int{1}, Extensions: []string{"1010", "1013"}}
	g.db = storetest.SQLite(t).Open(t, func(o *store.Options) { o.Now = g.now })
	g.Callbacks = NewCallbacks(CallbackOptions{
		Store: g.db, Now: g.now, Logger: slog.New(slog.DiscardHandler),
		Account: func(id string) (Account, bool) {
			return Account{Tenant: g.two, Bot: "7", Secrets: []string{secretNow, secretOld}}, id == tenantTwo
		},
		Number: func(int) *tenant.Tenant { return g.two },
		Work: func(_ context.Context, _ *tenant.Tenant, e *works.Event, _ string) error {
			g.mu.Lock()
			defer g.mu.Unlock()
			if g.work != nil {
				if err := g.work(e); err != nil {
					return err
				}
			}
			g.worked = append(g.worked, e.Content.Text)
			return nil
		},
		Refused: func(r edge.Refusal) { g.refused = append(g.refused, r) },
	})
	g.mux.Handle(CallbackPattern, g.Callbacks)
	return g
}

func (g *rig) now() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.at
}

func (g *rig) done() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.worked...)
}

func (g *rig) said(user, text string, at time.Time) string {
	return fmt.Sprintf(`{"type":"message","source":{"userId":%q,"domainId":1},"issuedTime":%q,"content":{"type":"text","text":%q}}`, user, at.Format(time.RFC3339Nano), text)
}

func (g *rig) post(id, body, signature string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/dapi/"+id+"/callback", strings.NewReader(body))
	r.Header.Set("x-works-signature", signature)
	r.Header.Set("x-works-botid", "7")
	w := httptest.NewRecorder()
	g.mux.ServeHTTP(w, r)
	return w
}

func (g *rig) run(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { g.Run(ctx) })
	return func() { cancel(); wg.Wait() }
}

// T34: what is not signed, old, or known does nothing.
func TestCallbackIsChecked(t *testing.T) {
	g := newRig(t)
	good := g.said("u1", "착신전환", g.at)
	for _, tt := range []struct {
		name, id, body, signature string
		want                      int
	}{
		{"signed", tenantTwo, good, works.Signature(secretNow, []byte(good)), 200},
		{"again", tenantTwo, good, works.Signature(secretNow, []byte(good)), 200},
		{"the former secret, the same bytes", tenantTwo, good, works.Signature(secretOld, []byte(good)), 200},
		{"another secret", tenantTwo, good, works.Signature("other", []byte(good)), 401},
		{"no secret", tenantTwo, good, works.Signature("", []byte(good)), 401},
		{"no signature", tenantTwo, good, "", 401},
		{"one byte more", tenantTwo, good + " ", works.Signature(secretNow, []byte(good)), 401},
		{"no such tenant", "0000000000000000", good, works.Signature(secretNow, []byte(good)), 401},
		{"no tenant's id", "x", good, works.Signature(secretNow, []byte(good)), 401},
		{"4:59 old", tenantTwo, g.said("u1", "a", g.at.Add(-299*time.Second)), "", 200},
		{"5:01 old", tenantTwo, g.said("u1", "a", g.at.Add(-301*time.Second)), "", 400},
		{"5:01 ahead", tenantTwo, g.said("u1", "a", g.at.Add(301*time.Second)), "", 400},
		{"no time", tenantTwo, `{"type":"message","source":{"userId":"u1"}}`, "", 400},
		{"no JSON", tenantTwo, `type=message`, "", 400},
		{"no UTF-8", tenantTwo, strings.Replace(good, "착", "\xff", 1), "", 400},
		{"64 KiB", tenantTwo, good + strings.Repeat(" ", works.MaxCallback-len(good)), "", 200},
		{"one byte beyond", tenantTwo, good + strings.Repeat(" ", works.MaxCallback-len(good)+1), "", 413},
	} {
		if tt.signature == "" && tt.name != "no signature" {
			tt.signature = works.Signature(secretNow, []byte(tt.body))
		}
		before := len(g.refused)
		w := g.post(tt.id, tt.body, tt.signature)
		if w.Code != tt.want {
			t.Errorf("%s: %d %s, want %d", tt.name, w.Code, w.Body, tt.want)
		}
		if audited := len(g.refused) - before; audited != min(1, tt.want/300) {
			t.Errorf("%s: %d lines in the audit", tt.name, audited)
		}
	}
	// Nobody learns which tenants there are.
	a, b := g.post(tenantTwo, good, "AAAA"), g.post("0123456789abcdef", good, "AAAA")
	if a.Code != b.Code || a.Body.String() != b.Body.String() || fmt.Sprint(a.Header()) != fmt.Sprint(b.Header()) {
		t.Errorf("%v %v\n%v %v", a, a.Header(), b, b.Header())
	}
	open, err := g.db.OpenCallbacks(t.Context(), 10)
	if err != nil || len(open) != 3 {
		t.Errorf("%d kept, %v", len(open), err)
	}
}

// F16: callbacks that come twice and out of order, and a process that is killed in
// the middle: each is worked on, a person's in their order.
func TestCallbacksAreWorkedOnOnce(t *testing.T) {
	g := newRig(t)
	send := func(user, text string) {
		t.Helper()
		body := g.said(user, text, g.at)
		for range 2 {
			if w := g.post(tenantTwo, body, works.Signature(secretNow, []byte(body))); w.Code != 200 {
				t.Fatal(w.Code)
			}
		}
		g.mu.Lock()
		g.at = g.at.Add(time.Millisecond)
		g.mu.Unlock()
	}
	for i := range 20 {
		send("u1", fmt.Sprint("one ", i))
		send("u2", fmt.Sprint("two ", i))
	}
	tries := map[string]int{}
	g.work = func(e *works.Event) error {
		tries[e.Content.Text]++
		if e.Content.Text == "one 3" && tries["one 3"] < 2 {
			return errors.New("not now")
		}
		if e.Content.Text == "two 5" {
			panic("a mistake")
		}
		return nil
	}
	stop := g.run(t)
	await.That(t, "all are done", func() bool { return len(g.done()) == 39 })
	stop()
	last := map[string]int{"one": -1, "two": -1}
	for _, text := range g.done() {
		var who string
		var n int
		if _, err := fmt.Sscan(text, &who, &n); err != nil || n <= last[who] {
			t.Errorf("%q after %d: %v", text, last[who], err)
		}
		last[who] = n
	}
	// What was kept and not worked on is there after a start.
	send("u1", "later")
	g.work = nil
	stop = g.run(t)
	await.That(t, "it is done", func() bool { return len(g.done()) == 40 })
	stop()
	stop = g.run(t)
	stop()
	if n := len(g.done()); n != 40 {
		t.Errorf("%d after another start", n)
	}
}
