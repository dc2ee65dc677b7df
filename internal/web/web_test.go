package web_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/provisioning"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/web"
)

var update = flag.Bool("update", false, "write the golden files")

// token is a link that works; with others there is nothing.
const token = "mF3xQ0rW5u8fJ2mT7yB1cV6zL9a"

// rig is a server with phones that are made up.
type rig struct {
	*web.Server
	t        *testing.T
	loopback bool
	link     provisioning.Link
	err      error // of Create and Fetch

	administrator bool // asks
	deployed      int

	mu       sync.Mutex
	refusals []edge.Refusal
	fetched  []string // by whom
}

func (r *rig) Create(_ context.Context, _ companies.Author, o provisioning.Order) (provisioning.Link, error) {
	if o.MayAdd != r.administrator || o.Tenant != 2 || o.Extension != "1010" {
		r.t.Errorf("ordered %+v", o)
	}
	l := r.link
	l.Added = o.MayAdd
	return l, r.err
}

func (r *rig) Show(_ context.Context, text string) (provisioning.Link, error) {
	if text != token {
		return provisioning.Link{}, provisioning.ErrGone
	}
	return r.link, nil
}

func (r *rig) Renew(ctx context.Context, text string, _ netip.Addr) (provisioning.Link, error) {
	l, err := r.Show(ctx, text)
	l.Token = "another"
	return l, err
}

func (r *rig) Fetch(ctx context.Context, text string, remote netip.Addr, agent string) ([]byte, error) {
	if _, err := r.Show(ctx, text); err != nil {
		return nil, err
	}
	r.fetched = append(r.fetched, remote.String()+" "+agent)
	return []byte("<account/>"), r.err
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, loopback: true, link: provisioning.Link{
		ID: "K7M2", Extension: "1010", DeviceName: "T2_1010_1", Token: token, Expires: time.Date(2026, 10, 21, 1, 2, 3, 0, time.UTC),
		Page: "https://pbx.example.com/softphone/" + token, Scanned: "provlinkbs://pbx.example.com/provision/" + token, Encrypted: true,
	}}
	two := &tenant.Tenant{Number: 2, Extensions: []string{"1010", "1013"}}
	r.Server = web.New(web.Options{
		Phones: r, Loopback: func() bool { return r.loopback },
		Proxies: edge.Proxies{netip.MustParsePrefix("203.0.113.0/24")}, Logger: slog.New(slog.DiscardHandler),
		Authenticate: func(q *http.Request) (tenant.Identity, error) {
			switch name, _, _ := q.BasicAuth(); name {
			case "hong":
				return tenant.Identity{Role: tenant.ExtensionRole, Tenant: two, Extension: "1010", Name: "hong"}, nil
			case "two":
				return tenant.Identity{Role: tenant.TenantRole, Tenant: two, Name: "two"}, nil
			case "ops":
				return tenant.Identity{Role: tenant.Operator, Name: "ops"}, nil
			}
			return tenant.Identity{}, envelope.Errorf(envelope.Unauthorized, "", "the credentials are missing or wrong")
		},
		Deploy: func(context.Context, tenant.Identity, netip.Addr, *tenant.Tenant) (int, error) {
			r.deployed++
			return 0, errors.New("a server is away")
		},
		Refused: func(x edge.Refusal) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.refusals = append(r.refusals, x)
		},
	})
	return r
}

// ask sends a request; with "name:" in front of the path as that login.
func (r *rig) ask(method, path string, header ...string) *httptest.ResponseRecorder {
	r.t.Helper()
	who, rest, ok := strings.Cut(path, ":")
	if ok {
		path = rest
	}
	q := httptest.NewRequestWithContext(r.t.Context(), method, path, http.NoBody)
	if ok {
		q.SetBasicAuth(who, "x")
	}
	for i := 0; i < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	return r.serve(q)
}

func (r *rig) serve(q *http.Request) *httptest.ResponseRecorder {
	r.t.Helper()
	w := httptest.NewRecorder()
	r.ServeHTTP(w, q)
	if strings.Contains(q.URL.Path+q.RequestURI, token) {
		r.t.Errorf("the token stays in the request: %s", q.URL.Path)
	}
	h := w.Header()
	if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "same-origin" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-") {
		r.t.Errorf("headers %v", h)
	}
	return w
}

// TestPages: every page in both languages, byte by byte. Nothing in them is
// fetched from anywhere.
func TestPages(t *testing.T) {
	r := newRig(t)
	for name, path := range map[string]string{"link": "/softphone/" + token, "own": "hong:/softphone", "gone": "/softphone/none", "login": "/softphone"} {
		for language, header := range map[string]string{"ko": "ko-KR,ko;q=0.9,en;q=0.8", "en": "en-GB,ko;q=0.3"} {
			w := r.ask("GET", path, "Accept-Language", header)
			got := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d [A-Z0-9+-]+`).ReplaceAllString(w.Body.String(), "2026-10-21 01:02 UTC")
			file := "testdata/" + name + "-" + language + ".html"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is now\n%s", file, got)
			}
			if w.Header().Get("Content-Language") != language || strings.Contains(got, "ZgotmplZ") ||
				regexp.MustCompile(`<script|<img|<link|src=|url\(|@import|\son[a-z]+=`).MatchString(got) {
				t.Errorf("%s: %v\n%s", file, w.Header(), got)
			}
		}
	}
}

// TestStyle: the policy lets our style in, and no other.
func TestStyle(t *testing.T) {
	w := newRig(t).ask("GET", "/softphone/"+token)
	_, rest, _ := strings.Cut(w.Body.String(), "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; style == "" || !strings.Contains(w.Header().Get("Content-Security-Policy"), want) {
		t.Errorf("%s, the style is %s", w.Header(), want)
	}
}

// TestHTTPSOnly: plain HTTP is refused unless nobody but this machine connects, or
// a trusted proxy took it by HTTPS.
func TestHTTPSOnly(t *testing.T) {
	r := newRig(t)
	r.loopback = false
	for _, tt := range []struct {
		name, from, proto string
		tls               bool
		want              int
	}{
		{"plain", "192.0.2.1:1", "", false, 403},
		{"a client that says so", "192.0.2.1:1", "https", false, 403},
		{"a proxy", "203.0.113.9:1", "https", false, 200},
		{"a proxy, plain", "203.0.113.9:1", "http", false, 403},
		{"TLS", "192.0.2.1:1", "", true, 200},
	} {
		for _, path := range []string{"/softphone/" + token, "/provision/" + token} {
			q := httptest.NewRequestWithContext(t.Context(), "GET", path, http.NoBody)
			q.RemoteAddr = tt.from
			if tt.proto != "" {
				q.Header.Set("X-Forwarded-Proto", tt.proto)
			}
			if tt.tls {
				q.TLS = &tls.ConnectionState{}
			}
			if w := r.serve(q); w.Code != tt.want {
				t.Errorf("%s %s: %d %s", tt.name, path, w.Code, w.Body)
			}
		}
	}
	if len(r.fetched) != 2 {
		t.Errorf("fetched by %v", r.fetched)
	}
}

// TestFetch: who is sent where, and what is told of what is gone.
func TestFetch(t *testing.T) {
	r := newRig(t)
	if w := r.ask("HEAD", "/provision/"+token); w.Code != 200 || w.Body.Len() > 0 || len(r.fetched) != 0 {
		t.Errorf("HEAD: %d %s %v", w.Code, w.Body, r.fetched)
	}
	if w := r.ask("GET", "/provision/"+token, "Accept", "text/html,*/*"); w.Code != 303 || w.Header().Get("Location") != "/softphone/"+token || len(r.fetched) != 0 {
		t.Errorf("a browser: %d %v", w.Code, w.Header())
	}
	if w := r.ask("GET", "/provision/"+token, "User-Agent", "CloudSoftphone/1.5.6"); w.Code != 200 || w.Header().Get("Content-Type") != "application/xml; charset=utf-8" || w.Body.String() != "<account/>" {
		t.Errorf("the app: %d %v", w.Code, w.Header())
	}
	if len(r.fetched) != 1 || r.fetched[0] != "192.0.2.1 CloudSoftphone/1.5.6" {
		t.Errorf("fetched by %v", r.fetched)
	}
	w := r.ask("GET", "/provision/none")
	if w.Code != 404 || !strings.Contains(w.Body.String(), "<error><message>this link does not work") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	r.err = errors.New("disk full <")
	if w := r.ask("GET", "/provision/"+token); w.Code != 503 || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, method := range []string{"PUT", "DELETE", "POST"} {
		if w := r.ask(method, "/provision/"+token); w.Code != 405 {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	for _, x := range r.refusals {
		if strings.Contains(x.Action+x.Err.Message, token) {
			t.Errorf("a token in the audit: %+v", x)
		}
	}
}

// TestForms: codes are made from our pages only, for oneself.
func TestForms(t *testing.T) {
	r := newRig(t)
	own := []string{"Origin", "http://example.com"}
	for _, tt := range []struct {
		name, path string
		header     []string
		want       int
		to         string
	}{
		{"one's own", "hong:/softphone", own, 303, "/softphone/" + token},
		{"of the company", "two:/softphone?extension=1010", own, 303, "/softphone/" + token},
		{"of nobody", "two:/softphone", own, 404, ""},
		{"of no extension", "two:/softphone?extension=9999", own, 404, ""},
		{"an operator's", "ops:/softphone?extension=1010", own, 404, ""},
		{"without a login", "/softphone", own, 401, ""},
		{"another site", "hong:/softphone", []string{"Origin", "https://evil.example"}, 403, ""},
		{"ours, as browsers that tell no Origin", "hong:/softphone", []string{"Origin", "null", "Sec-Fetch-Site", "same-origin"}, 303, "/softphone/" + token},
		{"another site, no Origin", "hong:/softphone", []string{"Sec-Fetch-Site", "cross-site"}, 403, ""},
		{"in its place", "/softphone/" + token, own, 303, "/softphone/another"},
		{"in the place of none", "/softphone/none", own, 404, ""},
		{"in its place, another site", "/softphone/" + token, []string{"Origin", "null"}, 403, ""},
	} {
		r.administrator = strings.HasPrefix(tt.path, "two:")
		w := r.ask("POST", tt.path, tt.header...)
		if w.Code != tt.want || w.Header().Get("Location") != tt.to {
			t.Errorf("%s: %d %v", tt.name, w.Code, w.Header())
		}
	}
	if r.deployed != 1 { // of the administrator alone
		t.Errorf("deployed %d times", r.deployed)
	}
	r.err, r.administrator = provisioning.ErrNone, false
	if w := r.ask("POST", "hong:/softphone", "Accept-Language", "en"); w.Code != 409 || !strings.Contains(w.Body.String(), "an administrator makes its first link") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestLimit: who asks too often waits; others do not.
func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		served := 0
		for range 100 {
			if w := r.ask("GET", "/provision/none"); w.Code == 404 {
				served++
			} else if w.Code != 429 || w.Header().Get("Retry-After") != "1" {
				t.Fatal(w.Code, w.Header())
			}
		}
		if served != 60 {
			t.Errorf("%d were served", served)
		}
		q := httptest.NewRequestWithContext(t.Context(), "GET", "/provision/none", http.NoBody)
		q.RemoteAddr = "192.0.2.2:1"
		if w := r.serve(q); w.Code != 404 {
			t.Errorf("another address: %d", w.Code)
		}
		time.Sleep(time.Second) //nolint:forbidigo // fake time
		if w := r.ask("GET", "/provision/none"); w.Code != 404 {
			t.Errorf("later: %d", w.Code)
		}
	})
}
