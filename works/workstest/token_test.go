package workstest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/works/workstest"
)

func TestToken(t *testing.T) {
	w := start(t, workstest.Options{})
	a := w.token(t, w.form(t))
	if a.status != 200 || a.json["expires_in"] != "86400" || a.json["token_type"] != "Bearer" || a.text("refresh_token") == "" || a.json["id_token"] != nil {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if len(a.text("access_token")) < 300 {
		t.Error("the service's tokens have several hundred characters")
	}
}

// TestOddForms are in use and work.
func TestOddForms(t *testing.T) {
	w := start(t, workstest.Options{})
	twice := w.form(t)
	twice.Set("grant_type", "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer")
	spaces := w.form(t)
	spaces.Set("scope", "bot user.read")
	floats := w.form(t)
	now := float64(w.clock.now().Unix())
	floats.Set("assertion", assertion(t, key(), rs256, map[string]any{
		"iss": "client", "sub": "a.serviceaccount@b", "iat": now + 0.25, "exp": now + 3600.25, "aud": w.base + "/oauth2/v2.0/token",
	}))
	for name, f := range map[string]url.Values{"twice": twice, "spaces": spaces, "floats": floats} {
		if a := w.token(t, f); a.status != 200 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if a := w.do(t, "POST", "/oauth2/v2.0/token?"+w.form(t).Encode(), "", "", nil); a.status != 200 {
		t.Errorf("query: %d %s", a.status, a.body)
	}
	quoted, query := 0, 0
	for _, r := range w.Requests(workstest.OpToken) {
		if r.QuotedGrant {
			quoted++
		}
		if r.InQuery {
			query++
		}
		if r.Body != nil || r.Query != "" {
			t.Error("the log has secrets")
		}
	}
	if quoted != 1 || query != 1 {
		t.Errorf("the log tells of %d quoted and %d in the query, want 1 of each", quoted, query)
	}
}

func TestTokenRefused(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	w := start(t, workstest.Options{})
	w.app.Scopes = []string{"bot", "user.read"}
	w.AddApp(w.app)
	now := w.clock.now().Unix()
	jwt := func(change map[string]any) func(url.Values) {
		claims := map[string]any{"iss": "client", "sub": "a.serviceaccount@b", "iat": now, "exp": now + 3600}
		for k, v := range change {
			if claims[k] = v; v == nil {
				delete(claims, k)
			}
		}
		return func(f url.Values) { f.Set("assertion", assertion(t, key(), rs256, claims)) }
	}
	set := func(k, v string) func(url.Values) { return func(f url.Values) { f.Set(k, v) } }
	good := w.form(t).Get("assertion")
	for name, row := range map[string]struct {
		change func(url.Values)
		code   string
		status int
	}{
		"iss":          {jwt(map[string]any{"iss": "other"}), "invalid_grant", 400},
		"sub":          {jwt(map[string]any{"sub": "other"}), "invalid_grant", 400},
		"no exp":       {jwt(map[string]any{"exp": nil}), "invalid_grant", 400},
		"no iat":       {jwt(map[string]any{"iat": nil}), "invalid_grant", 400},
		"too long":     {jwt(map[string]any{"exp": now + 3601}), "invalid_grant", 400},
		"expired":      {jwt(map[string]any{"iat": now - 3600, "exp": now}), "invalid_grant", 400},
		"future":       {jwt(map[string]any{"iat": now + 61}), "invalid_grant", 400},
		"text as time": {jwt(map[string]any{"iat": "soon"}), "invalid_grant", 400},
		"other key": {func(f url.Values) {
			f.Set("assertion", assertion(t, other, rs256, map[string]any{"iss": "client", "sub": "a.serviceaccount@b", "iat": now, "exp": now + 60}))
		}, "invalid_grant", 400},
		"HS256": {func(f url.Values) {
			f.Set("assertion", assertion(t, key(), `{"alg":"HS256"}`, map[string]any{"iss": "client"}))
		}, "invalid_grant", 400},
		"none":            {func(f url.Values) { f.Set("assertion", "eyJhbGciOiJub25lIn0"+good[strings.Index(good, "."):]) }, "invalid_grant", 400},
		"no JWT":          {set("assertion", "x"), "invalid_grant", 400},
		"changed":         {set("assertion", good[:len(good)-4]+"AAAA"), "invalid_grant", 400},
		"secret":          {set("client_secret", "x"), "invalid_client", 401},
		"client":          {set("client_id", "x"), "invalid_client", 401},
		"grant":           {set("grant_type", "password"), "unsupported_grant_type", 400},
		"no grant":        {func(f url.Values) { f.Del("grant_type") }, "invalid_request", 400},
		"no scope":        {func(f url.Values) { f.Del("scope") }, "invalid_scope", 400},
		"a scope of none": {set("scope", "bot,mail"), "invalid_scope", 400},
		"twice":           {func(f url.Values) { f.Add("scope", "bot") }, "invalid_request", 400},
	} {
		f := w.form(t)
		row.change(f)
		if a := w.token(t, f); a.status != row.status || a.text("error") != row.code || a.text("error_description") == "" {
			t.Errorf("%s: got %d %s, want %d %s", name, a.status, a.body, row.status, row.code)
		}
	}
	if a := w.do(t, "POST", "/oauth2/v2.0/token", "", "application/json", []byte(`{}`)); a.text("error") != "invalid_request" {
		t.Errorf("JSON: got %d %s", a.status, a.body)
	}
}

func TestRefreshAndRevoke(t *testing.T) {
	w := start(t, workstest.Options{TokenLife: time.Hour})
	renew := func(value string) *answer {
		return w.token(t, url.Values{"grant_type": {"refresh_token"}, "client_id": {"client"}, "client_secret": {"secret"}, "refresh_token": {value}})
	}
	first := w.token(t, w.form(t))
	w.clock.add(time.Hour)
	if a := w.send(t, first.text("access_token"), "users/u1", hello); a.status != 401 {
		t.Errorf("an old token: %d", a.status)
	}
	second := renew(first.text("refresh_token"))
	if second.status != 200 || second.json["refresh_token"] != nil || second.json["expires_in"] != "3600" {
		t.Errorf("without rotation: %d %s", second.status, second.body)
	}
	w.app.RotateRefresh = true
	w.AddApp(w.app)
	third := renew(first.text("refresh_token"))
	if third.status != 200 || third.text("refresh_token") == "" {
		t.Errorf("with rotation: %d %s", third.status, third.body)
	}
	if a := renew(first.text("refresh_token")); a.text("error") != "invalid_grant" {
		t.Errorf("the old one after rotation: %d %s", a.status, a.body)
	}
	w.clock.add(90 * 24 * time.Hour)
	if a := renew(third.text("refresh_token")); a.text("error") != "invalid_grant" {
		t.Errorf("after 90 days: %d %s", a.status, a.body)
	}

	token := w.access(t, "bot")
	gone := url.Values{"client_id": {"client"}, "client_secret": {"secret"}, "token": {token}, "token_type_hint": {"access_token"}}
	for range 2 {
		if a := w.do(t, "POST", "/oauth2/v2.0/revoke", "", "application/x-www-form-urlencoded", []byte(gone.Encode())); a.status != 200 || len(a.body) != 0 {
			t.Errorf("revoke: %d %s", a.status, a.body)
		}
	}
	if a := w.send(t, token, "users/u1", hello); a.status != 401 {
		t.Errorf("a revoked token: %d", a.status)
	}
}
