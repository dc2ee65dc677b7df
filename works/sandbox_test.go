package works_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/works"
	"github.com/dipcast/dipcast/works/workstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	domain  = 10000001
	bot     = int64(2000001)
	secret  = "bot-secret-xyz"
	gildong = "c72af563-0f21-4736-11e4-045237113344"
)

var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// clock is one that a test moves.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a sandbox and a client of it, by one clock.
type world struct {
	*workstest.Server
	c       *works.Client
	clock   *clock
	base    string
	options works.Options
}

func start(t *testing.T, o workstest.Options, change ...func(*works.Options)) *world {
	t.Helper()
	w := &world{clock: &clock{t: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}}
	o.Now = w.clock.now
	if o.Apps == nil {
		o.Apps = []workstest.App{{
			ClientID: "client-1", ClientSecret: "client-secret", ServiceAccount: "pbx.serviceaccount@example.com",
			PublicKey: &key().PublicKey, Domain: domain, Redirects: []string{"https://dipcast.example/login"},
		}}
	}
	if o.Users == nil {
		o.Users = []workstest.User{{
			ID: gildong, Email: "hong@example.com", ExternalKey: "E1001", LastName: "홍", FirstName: "길동",
			Telephone: "02-123-4567(1001)", CellPhone: "010-1234-5678", Domain: domain, Password: "p4ss",
		}}
	}
	if o.Bots == nil {
		o.Bots = []workstest.Bot{{ID: bot, Name: "DIPCAST", Secret: secret, Domain: domain}}
	}
	s := workstest.New(o)
	server := httptest.NewServer(s)
	transport := &http.Transport{}
	t.Cleanup(func() {
		s.Close()
		transport.CloseIdleConnections()
		server.Close()
	})
	w.Server, w.base = s, server.URL
	w.options = works.Options{
		AuthURL: w.base + "/oauth2/v2.0", APIURL: w.base + "/v1.0", ClientID: "client-1", ClientSecret: "client-secret",
		ServiceAccount: "pbx.serviceaccount@example.com", Key: key(), PerMinute: -1, Now: w.clock.now,
		HTTP: &http.Client{Transport: transport},
	}
	for _, f := range change {
		f(&w.options)
	}
	w.c = w.another(t)
	return w
}

// another gives a second client with the same options.
func (w *world) another(t *testing.T) *works.Client {
	t.Helper()
	c, err := works.New(w.options)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// raw sends content past the client's checks, and gives status and code.
func (w *world) raw(t *testing.T, content any) (int, string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"content": content})
	if err != nil {
		t.Fatal(err)
	}
	return w.post(t, "/v1.0/bots/2000001/users/"+gildong+"/messages", body)
}

func (w *world) post(t *testing.T, path string, body []byte) (int, string) {
	t.Helper()
	token, err := w.c.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, w.base+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := w.options.HTTP.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Code, Description string }
	_ = json.Unmarshal(answer, &said) // 201 has none
	return resp.StatusCode, said.Code + " " + said.Description
}
