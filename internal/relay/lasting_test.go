package relay_test

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/relay"
)

// burst posts n callbacks from 50 senders, calls during while they are on their
// way, and returns those that were answered with 200.
func (h *host) burst(n int, during func()) (taken []string) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	bodies := make(chan string)
	for range 50 {
		wg.Go(func() {
			for b := range bodies {
				if status, _ := h.post(tenantA, b); status == http.StatusOK {
					mu.Lock()
					taken = append(taken, b)
					mu.Unlock()
				}
			}
		})
	}
	for i := range n {
		if i == n/3 && during != nil {
			during()
		}
		bodies <- fmt.Sprintf("callback %04d", i)
	}
	close(bodies)
	wg.Wait()
	return taken
}

// distinct is what a gateway works on: the same bytes count once.
func distinct(all []string) []string {
	set := map[string]bool{}
	for _, b := range all {
		set[b] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// TestBurst: 1,000 callbacks, none lost, none doubled.
func TestBurst(t *testing.T) {
	h := newHost(t, boxA)
	h.tune = func(o *relay.Options) { o.LiveTimeout = time.Minute } // however slow the machine
	h.start()
	g := h.box("a", tenantA)
	g.up(t)
	if n := len(h.burst(1000, nil)); n != 1000 {
		t.Errorf("%d were taken", n)
	}
	if all := g.got(); len(all) != 1000 || len(distinct(all)) != 1000 {
		t.Errorf("%d arrived, %d of them different", len(all), len(distinct(all)))
	}
}

// TestBoxRestarts: the box goes in the middle of 1,000 callbacks, with some in
// flight, and comes back: every one arrives.
func TestBoxRestarts(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	g := h.box("a", tenantA)
	g.up(t)
	taken := h.burst(1000, g.stop)
	if len(taken) != 1000 {
		t.Errorf("%d were taken", len(taken))
	}
	again := h.box("a", tenantA)
	await.That(t, "nothing waits", func() bool { return h.waiting() == 0 })
	if all := distinct(slices.Concat(g.got(), again.got())); len(all) != 1000 {
		t.Errorf("%d arrived", len(all))
	}
}

// TestRelayRestarts: what was answered with 200 arrives, though the relay goes and
// comes back while the box is away.
func TestRelayRestarts(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	const n = 200
	for i := range n {
		if status, _ := h.post(tenantA, fmt.Sprintf("%03d", i)); status != http.StatusOK {
			t.Fatalf("%d: %d", i, status)
		}
	}
	if h.waiting() != n {
		t.Fatalf("%d wait", h.waiting())
	}
	names, err := filepath.Glob(filepath.Join(h.c.DataDir, "waiting", "*"))
	if err != nil || len(names) != n {
		t.Fatalf("%v %v", names, err)
	}
	h.stop()
	h.start()
	g := h.box("a", tenantA)
	await.That(t, "all delivered", func() bool { return h.waiting() == 0 && len(g.got()) == n })
	if !slices.IsSorted(g.got()) {
		t.Error("not in order")
	}
	// The relay goes while the box is connected: it comes back by itself.
	h.stop()
	await.That(t, "away", func() bool { return !g.Status().Up })
	h.start()
	g.up(t)
	if status, _ := h.post(tenantA, "more"); status != http.StatusOK || h.waiting() != 0 {
		t.Errorf("%d, %d wait", status, h.waiting())
	}
}

// TestBoxCannot: a box that says 503, or nothing, is offered a callback again, and
// what comes meanwhile stays behind it.
func TestBoxCannot(t *testing.T) {
	h := newHost(t, boxA)
	h.tune = func(o *relay.Options) { o.LiveTimeout = 50 * time.Millisecond }
	h.start()
	g := h.box("a", tenantA)
	g.up(t)
	release := make(chan struct{})
	g.answers(func(w http.ResponseWriter, r *http.Request, body string) {
		select {
		case <-release:
			return
		default:
		}
		if body == "silent" {
			select {
			case <-release:
			case <-r.Context().Done():
			}
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	for _, b := range []string{"silent", "second", "third"} {
		if status, _ := h.post(tenantA, b); status != http.StatusOK {
			t.Fatalf("%s: %d", b, status)
		}
	}
	if h.waiting() != 3 {
		t.Errorf("%d wait", h.waiting())
	}
	close(release)
	await.That(t, "nothing waits", func() bool { return h.waiting() == 0 })
	if all := strings.Join(distinct(g.got()), " "); all != "second silent third" {
		t.Error(all)
	}
	got := g.got()
	if slices.Index(got, "second") > slices.Index(got, "third") {
		t.Errorf("order: %q", got)
	}
}

// TestBounds: what waits is bounded by number and by time.
func TestBounds(t *testing.T) {
	h := newHost(t, boxA)
	var mu sync.Mutex
	at := time.Now()
	h.c.Waiting = config.Waiting{Callbacks: 3, Bytes: 1 << 20, Expires: time.Minute}
	h.tune = func(o *relay.Options) {
		o.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	}
	h.start()
	for i := range 3 {
		if status, _ := h.post(tenantA, fmt.Sprint(i)); status != http.StatusOK {
			t.Errorf("%d: %d", i, status)
		}
	}
	if status, _ := h.post(tenantA, "too many"); status != http.StatusServiceUnavailable {
		t.Errorf("one too many: %d", status)
	}
	mu.Lock()
	at = at.Add(time.Minute)
	mu.Unlock()
	g := h.box("a", tenantA) // its coming has the relay look again
	await.That(t, "expired", func() bool { return h.waiting() == 0 })
	if got := g.got(); len(got) != 0 {
		t.Errorf("delivered too late: %q", got)
	}
	var text string // what is counted follows what is kept
	await.That(t, "nothing waits in the metrics", func() bool {
		text = h.metrics(t)
		return strings.Contains(text, "dipcast_relay_waiting 0")
	})
	for _, want := range []string{
		`dipcast_relay_callbacks_total{box="a",outcome="expired"} 3`, `dipcast_relay_callbacks_total{box="a",outcome="lost"} 1`,
		`dipcast_relay_callbacks_total{box="a",outcome="waited"} 3`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if strings.Contains(text, tenantA) {
		t.Error("metrics hold a tenant's id")
	}
}

// TestPages: by host name, with a page of its own while the box is away.
func TestPages(t *testing.T) {
	h := newHost(t,
		config.Box{Name: "a", Tenants: []string{tenantA}, Hosts: []string{"a.example.test"}},
		config.Box{Name: "b", Tenants: []string{tenantB}, Hosts: []string{"b.example.test"}})
	h.start()
	g := h.box("a", tenantA)
	g.up(t)
	g.answers(func(w http.ResponseWriter, r *http.Request, body string) {
		w.Header().Set("Set-Cookie", "s=1; Secure")
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.Host, r.URL.RequestURI(), body)
	})
	for _, tt := range []struct {
		method, host, body string
		status             int
		want               string
	}{
		{http.MethodGet, "a.example.test", "", 200, "GET a.example.test /dapi/call/tok?a=%2F&b;c "},
		{http.MethodPost, "a.example.test", "x=1", 200, "POST a.example.test /dapi/call/tok?a=%2F&b;c x=1"},
		{http.MethodGet, "b.example.test", "", 503, "cannot be reached"},
		{http.MethodGet, "relay.example.test", "", 404, "nothing"},
	} {
		status, text := h.do(tt.method, tt.host, "/dapi/call/tok?a=%2F&b;c", tt.body, nil)
		if status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s %s: %d %q", tt.method, tt.host, status, text)
		}
	}
}

// TestNewConfig: a tenant that is added counts at once; a box whose key is taken
// away is disconnected.
func TestNewConfig(t *testing.T) {
	h := newHost(t, boxA)
	h.start()
	g := h.box("a", tenantA, tenantB)
	g.up(t)
	if len(g.Status().Denied) != 1 {
		t.Fatal(g.Status())
	}
	next := *h.c
	next.Boxes = slices.Clone(h.c.Boxes)
	next.Boxes[0].Tenants = []string{tenantA, tenantB}
	h.server.SetConfig(&next)
	await.That(t, "connected anew, with both", func() bool { s := g.Status(); return s.Up && s.Denied == nil && s.Connects == 2 })
	if status, _ := h.post(tenantB, "b"); status != http.StatusOK || len(g.got()) != 1 {
		t.Errorf("%d %q", status, g.got())
	}
	last := next
	last.Boxes = []config.Box{{Name: "other", KeySHA256: strings.Repeat("0", 64), Tenants: []string{tenantC}}}
	h.server.SetConfig(&last)
	await.That(t, "refused", func() bool { return strings.Contains(g.Status().Error, "does not know") })
}
