package bot

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

const (
	faultDomain = 10000001
	faultBot    = 2000001
	faultPeople = 30
)

// signer is the key of the service account, made once.
var signer = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// described is a database whose companies are given.
type described struct {
	*store.Store
	now atomic.Pointer[store.Companies]
}

func (d *described) Companies(context.Context, bool) (*store.Companies, error) {
	return d.now.Load(), nil
}

// world is a bot with an outbox on a real database, and a NAVER WORKS.
type world struct {
	t       testing.TB
	bot     *Bot
	box     *outbox.Outbox
	db      *described
	sandbox *workstest.Server
	url     string
	rings   atomic.Bool // whether somebody rings
	nth     int
	stop    func()
}

func newWorld(t testing.TB, o workstest.Options) *world {
	t.Helper()
	w := newSandbox(t, o)
	server := httptest.NewServer(w.sandbox)
	w.url = server.URL
	transport := &http.Transport{}
	w.start(&http.Client{Transport: transport, Timeout: 2 * time.Second})
	t.Cleanup(func() {
		w.stop()
		transport.CloseIdleConnections()
		server.CloseClientConnections()
		server.Close()
	})
	return w
}

// newSandbox is a world whose bot does not run yet.
func newSandbox(t testing.TB, o workstest.Options) *world {
	t.Helper()
	o.Apps = []workstest.App{{ClientID: "client", ClientSecret: "secret", ServiceAccount: "x.serviceaccount@example.com", PublicKey: &signer().PublicKey, Domain: faultDomain}}
	o.Bots = []workstest.Bot{{ID: faultBot, Domain: faultDomain}}
	for i := range faultPeople {
		o.Users = append(o.Users, workstest.User{ID: fmt.Sprintf("u-%d", i), LastName: "사람", Domain: faultDomain})
	}
	return &world{t: t, sandbox: workstest.New(o), db: &described{Store: storetest.SQLite(t).Open(t)}}
}

// start runs the bot; it is ended by stop.
func (w *world) start(client *http.Client) {
	t := w.t
	t.Helper()
	w.describe(1, w.url, 0)
	tokens, err := NewTokens(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	w.bot, err = New(Options{
		Store: w.db, People: &people.Directory{}, Companies: w.db.now.Load, Tokens: tokens, Rings: func(string) bool { return w.rings.Load() },
		Logger: slog.New(slog.DiscardHandler), HTTP: client,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.box, err = outbox.New(outbox.Options{
		Store: w.db.Store, Senders: map[string]outbox.Sender{Kind: w.bot}, Logger: slog.New(slog.DiscardHandler),
		FirstTry: 20 * time.Millisecond, LastTry: 100 * time.Millisecond, Pause: 100 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { w.box.Run(ctx) })
	w.stop = func() {
		cancel()
		wg.Wait()
		w.sandbox.Close()
	}
}

// describe has the company's bot at an address, with a budget; 0 counts nothing.
func (w *world) describe(version int64, url string, perMinute int) {
	der, err := x509.MarshalPKCS8PrivateKey(signer())
	if err != nil {
		w.t.Fatal(err)
	}
	if perMinute == 0 {
		perMinute = -1
	}
	c := store.Company{Stamp: store.Stamp{Version: version}}
	c.Number = 2
	c.NaverWorks = &company.NaverWorks{
		ClientID: "client", ClientSecret: secret.New("secret"), ServiceAccount: "x.serviceaccount@example.com",
		PrivateKey: secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))),
		Domain:     faultDomain, Bot: faultBot, AuthURL: url + "/oauth2/v2.0", APIURL: url + "/v1.0", PerMinute: perMinute,
	}
	w.db.now.Store(&store.Companies{All: []store.Company{c}})
}

// send puts a message to somebody into the outbox, with a text that is its own.
func (w *world) send(to, label string) (text string) {
	w.t.Helper()
	w.nth++
	text = fmt.Sprintf("message %d.", w.nth)
	row, err := w.bot.row(2, to, label, fmt.Sprintf("1-%d", w.nth), &works.Text{Text: text})
	if err == nil {
		_, err = w.db.AddCards(w.t.Context(), []store.NewCard{{Card: store.Card{Tenant: 2, Call: row.Ref, To: to, Lang: "ko"}, Row: row}})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// came is how often a text arrived at somebody.
func (w *world) came(to, text string) (n int) {
	for _, m := range w.sandbox.Messages(faultBot, to) {
		n += strings.Count(string(m.Content), text)
	}
	return n
}

func (w *world) arrives(to, text string) {
	w.t.Helper()
	await.That(w.t, text+" at "+to, func() bool { return w.came(to, text) > 0 })
}

// idle waits until nothing is to be sent: a fault is for the next message.
func (w *world) idle() {
	w.t.Helper()
	await.That(w.t, "an empty outbox", func() bool {
		_, waiting := w.box.Stats()
		return len(waiting) == 1 && waiting[0].Rows == 0
	})
}

// ended is how many rows of a label ended in a way.
func (w *world) ended(label, how string) uint64 {
	all, _ := w.box.Stats()
	for _, c := range all {
		for i, name := range outbox.Outcomes {
			if c.Label == label && name == how {
				return c.Ended[i]
			}
		}
	}
	return 0
}

// TestF15_Faults: what NAVER WORKS did not take is sent again; a ring card whose
// outcome is not known is not, and nothing of the kind arrives twice.
func TestF15_Faults(t *testing.T) {
	w := newWorld(t, workstest.Options{})
	w.rings.Store(true)
	w.arrives("u-0", w.send("u-0", LabelMissed)) // the first token is there
	for name, tt := range map[string]struct {
		fault workstest.Fault
		ring  int // how often a ring card arrives, -1: once at most, told as unclear
	}{
		"429":               {workstest.Fault{Status: 429, Reset: time.Second}, 1},
		"503":               {workstest.Fault{Status: 503}, 1},
		"500":               {workstest.Fault{Status: 500}, -1},
		"500, and done":     {workstest.Fault{Status: 500, Late: true}, -1},
		"cut":               {workstest.Fault{Cut: true}, -1},
		"cut, and done":     {workstest.Fault{Cut: true, Late: true}, -1},
		"slow":              {workstest.Fault{Delay: 3 * time.Second}, -1},
		"token has expired": {workstest.Fault{ExpireToken: true}, 1},
	} {
		tt.fault.Op = workstest.OpSendUser
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.idle()
			w.sandbox.Fault(tt.fault)
			unclear := w.ended(LabelRing, "unclear")
			ring := w.send("u-1", LabelRing)
			if tt.ring > 0 {
				w.arrives("u-1", ring)
			} else {
				await.That(t, "the unclear outcome", func() bool { return w.ended(LabelRing, "unclear") == unclear+1 })
			}
			w.idle()
			w.sandbox.Fault(tt.fault)
			missed := w.send("u-2", LabelMissed)
			w.arrives("u-2", missed)
			after := w.send("u-1", LabelRing) // what was to be sent again would have been
			w.arrives("u-1", after)
			if n := w.came("u-1", ring); n > 1 || tt.ring > 0 && n != tt.ring {
				t.Errorf("the ring card arrived %d times", n)
			}
		})
	}
}

// TestF15_Outage: while nobody is reached, messages wait; a ring card does not
// arrive after the call is over, a notice does.
func TestF15_Outage(t *testing.T) {
	w := newWorld(t, workstest.Options{})
	w.rings.Store(true)
	w.arrives("u-0", w.send("u-0", LabelMissed))
	for name, fault := range map[string]workstest.Fault{"503": {Count: -1, Status: 503}, "429": {Count: -1, Status: 429, Reset: time.Second}} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.rings.Store(true)
			undo := w.sandbox.Fault(fault)
			before := w.ended(LabelRing, "expired")
			tried := func(user string) (n int) {
				for _, r := range w.sandbox.Requests(workstest.OpSendUser) {
					if strings.Contains(r.Path, "/"+user+"/") {
						n++
					}
				}
				return n
			}
			rings, misses := tried("u-3"), tried("u-4")
			ring, missed := w.send("u-3", LabelRing), w.send("u-4", LabelMissed)
			await.That(t, "tries of both", func() bool { return tried("u-3") > rings && tried("u-4") > misses })
			w.rings.Store(false) // the caller has given up
			undo()
			w.arrives("u-4", missed)
			await.That(t, "the end of the ring card", func() bool { return w.ended(LabelRing, "expired") == before+1 })
			if w.came("u-3", ring) != 0 {
				t.Error("a ring card arrived when nobody rang any more")
			}
		})
	}
}

// TestF15_OneToken: when the token of all is no longer good, one new one is asked
// for.
func TestF15_OneToken(t *testing.T) {
	w := newWorld(t, workstest.Options{})
	w.arrives("u-0", w.send("u-0", LabelMissed))
	w.sandbox.ExpireTokens()
	texts := map[string]string{}
	for i := range faultPeople {
		to := fmt.Sprintf("u-%d", i)
		texts[to] = w.send(to, LabelMissed)
	}
	for to, text := range texts {
		w.arrives(to, text)
	}
	if n := len(w.sandbox.Requests(workstest.OpToken)); n != 2 {
		t.Errorf("%d tokens were asked for, want 2", n)
	}
}

// TestF15_NobodyThere: a name that is not there and a certificate that nobody
// knows are no reason to give up; what waits is sent when the settings are mended.
func TestF15_NobodyThere(t *testing.T) {
	w := newWorld(t, workstest.Options{})
	strangers := httptest.NewTLSServer(http.NotFoundHandler())
	defer strangers.Close()
	strangers.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	for i, url := range []string{"https://nobody.invalid", strangers.URL} {
		w.describe(int64(2*i+2), url, 0)
		before := w.ended(LabelMissed, "retried")
		missed := w.send("u-5", LabelMissed)
		await.That(t, "a try", func() bool { return w.ended(LabelMissed, "retried") > before })
		w.describe(int64(2*i+3), w.url, 0)
		w.arrives("u-5", missed)
	}
}
