package workstest_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/works/workstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// world is a sandbox with an app of domain 1, two people, a bot.
type world struct {
	*workstest.Server
	base   string
	clock  *clock
	client *http.Client
	app    workstest.App
}

func start(t *testing.T, o workstest.Options) *world {
	t.Helper()
	w := &world{
		clock:  &clock{t: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)},
		client: &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		app: workstest.App{
			ClientID: "client", ClientSecret: "secret", ServiceAccount: "a.serviceaccount@b", PublicKey: &key().PublicKey,
			Domain: 1, Redirects: []string{"https://dipcast.example/login?x=1"},
		},
	}
	o.Now = w.clock.now
	o.Apps = append(o.Apps, w.app)
	o.Users = append(o.Users,
		workstest.User{ID: "u1", Email: "hong@example.com", LastName: "홍", FirstName: "길동", Domain: 1, Password: "p4ss"},
		workstest.User{ID: "u2", Email: "ann@example.com", LastName: "Lee", FirstName: "Ann", Domain: 1, Locale: "en_US"})
	w.Server = workstest.New(o)
	server := httptest.NewServer(w.Server)
	w.base = server.URL
	t.Cleanup(func() {
		w.Close()
		w.client.CloseIdleConnections()
		server.Close()
	})
	return w
}

// assertion signs claims as RS256.
func assertion(t *testing.T, k *rsa.PrivateKey, header string, claims map[string]any) string {
	t.Helper()
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

const rs256 = `{"alg":"RS256","typ":"JWT"}`

// form is a good token request.
func (w *world) form(t *testing.T) url.Values {
	now := w.clock.now().Unix()
	return url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "client_id": {"client"}, "client_secret": {"secret"},
		"scope":     {"bot,user.read"},
		"assertion": {assertion(t, key(), rs256, map[string]any{"iss": "client", "sub": "a.serviceaccount@b", "iat": now, "exp": now + 3600})},
	}
}

// answer is what came, decoded as far as it is JSON.
type answer struct {
	status int
	header http.Header
	body   []byte
	json   map[string]any
}

func (a *answer) text(name string) string {
	s, _ := a.json[name].(string)
	return s
}

func (w *world) do(t *testing.T, method, path, token, kind string, body []byte) *answer {
	t.Helper()
	if !strings.Contains(path, "://") {
		path = w.base + path
	}
	req, err := http.NewRequest(method, path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	a := &answer{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(a.body, &a.json) // not all is JSON
	return a
}

func (w *world) token(t *testing.T, form url.Values) *answer {
	t.Helper()
	return w.do(t, "POST", "/oauth2/v2.0/token", "", "application/x-www-form-urlencoded", []byte(form.Encode()))
}

// access gives an access token with scopes.
func (w *world) access(t *testing.T, scopes string) string {
	t.Helper()
	f := w.form(t)
	f.Set("scope", scopes)
	a := w.token(t, f)
	if a.status != 200 {
		t.Fatalf("token: %d %s", a.status, a.body)
	}
	return a.text("access_token")
}

func (w *world) send(t *testing.T, token, to, content string) *answer {
	t.Helper()
	return w.do(t, "POST", "/v1.0/bots/1/"+to+"/messages", token, "application/json", []byte(`{"content":`+content+`}`))
}

// within is a context that no test should need to the end.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

const hello = `{"type":"text","text":"안녕하세요"}`
