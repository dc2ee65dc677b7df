package webhook_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(storetest.Tests{M: m}) }

// request is one that came.
type request struct {
	header http.Header
	body   []byte
	event  struct {
		ID   string         `json:"id"`
		Type string         `json:"type"`
		Data map[string]any `json:"data"`
	}
}

// rig is a service with its outbox, and a receiver.
type rig struct {
	t        *testing.T
	s        *store.Store
	w        *webhook.Service
	url      string
	allowed  []netip.Prefix
	receiver *httptest.Server

	mu     sync.Mutex
	answer func(w http.ResponseWriter, n int) // of the n-th request, from 1; nil: 204
	got    []request
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	r.s = storetest.SQLite(t).Open(t, func(o *store.Options) {
		o.SecretKey = func() ([]byte, error) { return bytes.Repeat([]byte{7}, 32), nil }
	})
	r.receiver = httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(r.receiver.Close)
	r.url = r.receiver.URL + "/hook?key=s3cret"
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	var box *outbox.Outbox
	var err error
	r.w, err = webhook.New(webhook.Options{
		Store: r.s, Logger: log, Timeout: 500 * time.Millisecond, Allowed: func() []netip.Prefix { return r.allowed },
		Add: func(ctx context.Context, rows []store.OutboxRow) error { return box.Add(ctx, rows) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if box, err = outbox.New(outbox.Options{Store: r.s, Senders: map[string]outbox.Sender{webhook.Kind: r.w}, Logger: log, FirstTry: time.Millisecond, LastTry: 10 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if err := r.w.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var all sync.WaitGroup
	all.Go(func() { box.Run(ctx) })
	all.Go(func() { r.w.Run(ctx) })
	t.Cleanup(func() { cancel(); all.Wait() })
	return r
}

func (r *rig) serve(w http.ResponseWriter, req *http.Request) {
	x := request{header: req.Header.Clone()}
	x.body, _ = io.ReadAll(req.Body)
	_ = json.Unmarshal(x.body, &x.event)
	r.mu.Lock()
	r.got = append(r.got, x)
	n, answer := len(r.got), r.answer
	r.mu.Unlock()
	if answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	answer(w, n)
}

func (r *rig) requests() []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func (r *rig) create(events ...string) store.Webhook {
	r.t.Helper()
	w, err := r.w.Create(r.t.Context(), store.Webhook{Tenant: 2, URL: r.url, Events: events, Enabled: true})
	if err != nil {
		r.t.Fatal(err)
	}
	return w
}

func (r *rig) tell(kind, what string) {
	r.w.Tell(r.w.Rows(2, kind, what, what, time.UnixMilli(1760579048983), map[string]string{"call_id": what}))
}

// deliveries waits until there are n of a state.
func (r *rig) deliveries(w store.Webhook, state string, n int) []store.Delivery {
	r.t.Helper()
	var all []store.Delivery
	await.That(r.t, state+" deliveries", func() bool {
		var err error
		all, err = r.w.Deliveries(r.t.Context(), store.DeliveryQuery{Tenant: 2, Webhook: w.ID, State: state, Limit: 100})
		if err != nil {
			r.t.Fatal(err)
		}
		return len(all) == n
	})
	return all
}

// signed checks a signature as docs/webhooks.md tells a receiver to, with what is
// not of this package.
func signed(x request, secret string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(x.header.Get("webhook-id") + "." + x.header.Get("webhook-timestamp") + "." + string(x.body)))
	want := "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
	return slices.Contains(strings.Fields(x.header.Get("webhook-signature")), want)
}

// TestSigned: an event comes once, signed, with its id, to the webhooks that want
// it.
func TestSigned(t *testing.T) {
	r := newRig(t)
	w := r.create(webhook.Ringing, webhook.Ended)
	r.create(webhook.FaxReceived)
	r.tell(webhook.Ringing, "1-2.3")
	r.tell(webhook.Answered, "1-2.3")
	d := r.deliveries(w, store.DeliverySent, 1)
	got := r.requests()
	if len(got) != 1 {
		t.Fatalf("%d requests", len(got))
	}
	x := got[0]
	if !signed(x, w.Secret.Reveal()) {
		t.Error("the signature is wrong")
	}
	at, err := strconv.ParseInt(x.header.Get("webhook-timestamp"), 10, 64)
	if age := time.Since(time.Unix(at, 0)); err != nil || age < -time.Second || age > time.Minute {
		t.Errorf("timestamp %v", x.header["Webhook-Timestamp"])
	}
	if x.event.Type != "call.ringing" || x.event.Data["call_id"] != "1-2.3" || x.event.ID != x.header.Get("webhook-id") || x.header.Get("Content-Type") != "application/json" {
		t.Errorf("%s, %v", x.body, x.header)
	}
	if d[0].Event != x.event.ID || d[0].Status != 204 || d[0].Tries != 1 || string(d[0].Body) != string(x.body) {
		t.Errorf("%+v", d[0])
	}
}

// TestRotation: while the former secret holds, requests carry both signatures.
func TestRotation(t *testing.T) {
	r := newRig(t)
	first := r.create(webhook.Ended)
	second, err := r.w.Rotate(t.Context(), 2, first.ID, time.Hour)
	if err != nil || second.Secret == first.Secret {
		t.Fatal(err)
	}
	r.tell(webhook.Ended, "1-1.1")
	r.deliveries(first, store.DeliverySent, 1)
	if x := r.requests()[0]; !signed(x, first.Secret.Reveal()) || !signed(x, second.Secret.Reveal()) {
		t.Errorf("signatures %q", x.header.Get("webhook-signature"))
	}
	third, err := r.w.Rotate(t.Context(), 2, first.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	r.tell(webhook.Ended, "1-1.2")
	r.deliveries(first, store.DeliverySent, 2)
	if x := r.requests()[1]; signed(x, first.Secret.Reveal()) || signed(x, second.Secret.Reveal()) || !signed(x, third.Secret.Reveal()) {
		t.Errorf("signatures %q", x.header.Get("webhook-signature"))
	}
	if _, err := r.w.Rotate(t.Context(), 3, first.ID, 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another company's: %v", err)
	}
}

// TestRetried: what a receiver does not take comes again with the same id, before
// what came later.
func TestRetried(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"500": func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
		"429": func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"404":      func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) },
		"redirect": func(w http.ResponseWriter) { w.Header().Set("Location", "/x"); w.WriteHeader(http.StatusFound) },
		"cut":      func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.answer = func(w http.ResponseWriter, n int) {
				if n <= 2 {
					answer(w)
				}
			}
			w := r.create(webhook.Ringing, webhook.Ended)
			r.tell(webhook.Ringing, "1-1.1")
			r.tell(webhook.Ended, "1-1.1")
			d := r.deliveries(w, store.DeliverySent, 2)
			got := r.requests()
			var types []string
			for _, x := range got {
				types = append(types, x.event.Type)
			}
			if !slices.Equal(types, []string{"call.ringing", "call.ringing", "call.ringing", "call.ended"}) {
				t.Fatalf("came %q", types)
			}
			if got[0].event.ID != got[2].event.ID || got[0].event.ID == got[3].event.ID {
				t.Error("ids")
			}
			if d[1].Tries != 3 || d[0].Tries != 1 {
				t.Errorf("%+v", d)
			}
		})
	}
}

// TestTimeout: a receiver that does not answer is left, and asked again.
func TestTimeout(t *testing.T) {
	r := newRig(t)
	hang := make(chan struct{})
	defer close(hang)
	r.answer = func(_ http.ResponseWriter, n int) {
		if n == 1 {
			<-hang
		}
	}
	w := r.create(webhook.Ended)
	r.tell(webhook.Ended, "1-1.1")
	if d := r.deliveries(w, store.DeliverySent, 1); d[0].Tries != 2 {
		t.Errorf("%+v", d[0])
	}
}

// TestRefused: one that always says no gets the next event after some tries; the
// first is a dead letter, and can be replayed.
func TestRefused(t *testing.T) {
	r := newRig(t)
	first := true
	r.answer = func(w http.ResponseWriter, n int) {
		r.mu.Lock()
		bad := first && r.got[n-1].event.Data["call_id"] == "1-1.1"
		r.mu.Unlock()
		if bad {
			w.WriteHeader(http.StatusBadRequest)
		}
	}
	w := r.create(webhook.Ended)
	r.tell(webhook.Ended, "1-1.1")
	r.tell(webhook.Ended, "1-1.2")
	failed := r.deliveries(w, store.DeliveryFailed, 1)
	if d := failed[0]; d.Tries != 10 || d.Status != 400 || d.Error != "the receiver answered 400 Bad Request" {
		t.Errorf("%+v", d)
	}
	r.deliveries(w, store.DeliverySent, 1)
	await.That(t, "a dead letter", func() bool {
		dead, err := r.s.DeadLetters(t.Context(), store.DeadQuery{Tenant: 2, Kind: webhook.Kind, Limit: 9})
		return err == nil && len(dead) == 1
	})
	r.mu.Lock()
	first = false
	r.mu.Unlock()
	if err := r.w.Replay(t.Context(), 2, w.ID, failed[0].ID); err != nil {
		t.Fatal(err)
	}
	if d := r.deliveries(w, store.DeliverySent, 2); d[0].Event != failed[0].Event || d[0].ID == failed[0].ID {
		t.Errorf("replayed as %+v", d[0])
	}
	if err := r.w.Replay(t.Context(), 2, w.ID, 77); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

// TestPrivate: no webhook reaches what is not public, whatever name it goes by;
// neither is it made, nor, when it is not allowed any more, sent to.
func TestPrivate(t *testing.T) {
	r := newRig(t)
	w := r.create(webhook.Ended)
	r.allowed = nil
	for _, url := range []string{
		"http://127.0.0.1/", "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "http://crm.example/",
		"https://user:pw@crm.example/", "ftp://crm.example/", "crm.example", "", "https://crm.example/" + strings.Repeat("x", 1000),
	} {
		var e *envelope.Error
		if _, err := r.w.Create(t.Context(), store.Webhook{Tenant: 2, URL: url, Events: []string{webhook.Ended}}); !errors.As(err, &e) || e.Field != "url" {
			t.Errorf("%q: %v", url, err)
		}
	}
	r.tell(webhook.Ended, "1-1.1")
	if d := r.deliveries(w, store.DeliveryFailed, 1); d[0].Tries != 1 || d[0].Status != 0 {
		t.Errorf("%+v", d[0])
	}
	// A name is looked at when it is connected to.
	port := r.receiver.Listener.Addr().String()
	port = port[strings.LastIndexByte(port, ':'):]
	named, err := r.w.Create(t.Context(), store.Webhook{Tenant: 2, URL: "https://localhost" + port, Events: []string{webhook.Ended}})
	if err != nil {
		t.Fatal(err)
	}
	d, err := r.w.Test(t.Context(), 2, named.ID)
	if err != nil || d.State != store.DeliveryFailed || !strings.Contains(d.Error, "not of the public internet") {
		t.Errorf("%+v, %v", d, err)
	}
	if got := r.requests(); len(got) != 0 {
		t.Errorf("%d requests came", len(got))
	}
}

// TestTest: the button tells how it went, also where nothing is sent.
func TestTest(t *testing.T) {
	r := newRig(t)
	w := r.create(webhook.Ended)
	if _, err := r.w.Change(t.Context(), 2, w.ID, func(w *store.Webhook) { w.Enabled = false }); err != nil {
		t.Fatal(err)
	}
	d, err := r.w.Test(t.Context(), 2, w.ID)
	if err != nil || d.State != store.DeliverySent || d.Status != 204 {
		t.Fatalf("%+v, %v", d, err)
	}
	if x := r.requests()[0]; x.event.Type != "webhook.test" || !signed(x, w.Secret.Reveal()) {
		t.Errorf("%s", x.body)
	}
	r.receiver.Close()
	if d, err = r.w.Test(t.Context(), 2, w.ID); err != nil || d.State != store.DeliveryFailed || d.Error == "" || strings.Contains(d.Error, "s3cret") {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := r.w.Test(t.Context(), 3, w.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another company's: %v", err)
	}
}

// TestOff: what is turned off, or removed, gets nothing, not even what waited.
func TestOff(t *testing.T) {
	r := newRig(t)
	r.answer = func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusServiceUnavailable) }
	w := r.create(webhook.Ended)
	r.tell(webhook.Ended, "1-1.1")
	r.deliveries(w, store.DeliveryRetrying, 1)
	if err := r.w.Delete(t.Context(), 3, w.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another company's: %v", err)
	}
	if err := r.w.Delete(t.Context(), 2, w.ID); err != nil {
		t.Fatal(err)
	}
	await.That(t, "nothing that waits", func() bool {
		rows, err := r.s.WaitingOutbox(t.Context(), 0, 9)
		return err == nil && len(rows) == 0
	})
	if rows := r.w.Rows(2, webhook.Ended, "x", "", time.Now(), 1); len(rows) > 0 {
		t.Errorf("%+v", rows)
	}
}

// TestEnded: what a call did before goes before its end, though the database did
// not take it yet.
func TestEnded(t *testing.T) {
	s := storetest.SQLite(t).Open(t, func(o *store.Options) {
		o.SecretKey = func() ([]byte, error) { return bytes.Repeat([]byte{7}, 32), nil }
	})
	w, err := webhook.New(webhook.Options{Store: s, Logger: slog.New(slog.DiscardHandler), Add: s.AddOutbox})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Create(t.Context(), store.Webhook{Tenant: 2, URL: "https://crm.example/", Events: webhook.Types, Enabled: true}); err != nil {
		t.Fatal(err)
	}
	w.Tell(w.Rows(2, webhook.Ringing, "1-1.1", "1-1.1", time.Now(), 1)) // Run does not
	w.Tell(w.Rows(2, webhook.Ringing, "1-1.2", "1-1.2", time.Now(), 1))
	who := &tenant.Tenant{ID: tenant.NewID("7be69580e27641df", 2), Number: 2}
	rows := w.Ended(who, &store.CallRow{Server: 1, Linkedid: "1.1", Missed: true, From: store.CallParty{Number: "01012345678"}, Started: time.UnixMilli(1760579048983), Ended: time.UnixMilli(1760579058983), Wait: 10 * time.Second})
	if len(rows) != 2 || rows[0].Label != "call.ringing" || rows[1].Label != "call.ended" {
		t.Fatalf("%+v", rows)
	}
	const want = `"data":{"call_id":"1-1.1","server_id":1,"direction":"","from":{"number":"01012345678"},"to":{"number":""},"started_at":"2025-10-16T01:44:08.983Z","ended_at":"2025-10-16T01:44:18.983Z","missed":true,"wait_seconds":10,"talk_seconds":0}`
	if !strings.Contains(string(rows[1].Body), want) {
		t.Errorf("%s", rows[1].Body)
	}
}

// TestRules: of what a webhook may be.
func TestRules(t *testing.T) {
	r := newRig(t)
	for name, w := range map[string]store.Webhook{
		"no events":     {URL: r.url},
		"no such event": {URL: r.url, Events: []string{"call.nothing"}},
		"one twice":     {URL: r.url, Events: []string{webhook.Ended, webhook.Ended}},
		"much text":     {URL: r.url, Events: []string{webhook.Ended}, Description: strings.Repeat("가", 201)},
	} {
		w.Tenant = 2
		var e *envelope.Error
		if _, err := r.w.Create(t.Context(), w); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range webhook.Most {
		r.create(webhook.Ended)
	}
	var e *envelope.Error
	if _, err := r.w.Create(t.Context(), store.Webhook{Tenant: 2, URL: r.url, Events: []string{webhook.Ended}}); !errors.As(err, &e) || e.Code != envelope.Conflict {
		t.Error(err)
	}
	if n := len(r.w.List(2)) + len(r.w.List(3)); n != webhook.Most {
		t.Errorf("%d webhooks", n)
	}
}
