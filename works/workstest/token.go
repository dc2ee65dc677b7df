package workstest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	grantJWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	// grantJWTTwice is what the server has after one decoding of what several
	// clients send, the official Python sample among them.
	grantJWTTwice = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"

	refreshLife = 90 * 24 * time.Hour
	codeLife    = 10 * time.Minute
	maxTokens   = 10000 // of each kind that are kept; the dead go first
)

// grant is what an access token, refresh token or code stands for.
type grant struct {
	client   string // ClientID
	user     string // "" for the service account
	scopes   []string
	ends     time.Time
	nonce    string
	redirect string
}

// refused is an error by RFC 6749, 5.2.
func refused(status int, code, description string) reply {
	a := answer(status, map[string]string{"error": code, "error_description": description})
	a.header["Cache-Control"] = []string{"no-store"}
	return a
}

// parameters are those of the body, or of the query as some clients send them.
func (c *call) parameters() (url.Values, reply) {
	form, err := url.ParseQuery(string(c.body))
	if err != nil || (len(c.body) > 0 && !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")) {
		return nil, refused(http.StatusBadRequest, "invalid_request", "body is no application/x-www-form-urlencoded")
	}
	if query := c.r.URL.Query(); len(query) > 0 {
		c.entry.InQuery, c.entry.Query = true, ""
		for k, v := range query {
			form[k] = append(form[k], v...)
		}
	}
	for k, v := range form {
		if len(v) > 1 {
			return nil, refused(http.StatusBadRequest, "invalid_request", k+" is there twice")
		}
	}
	return form, reply{}
}

// client checks the app's own credentials. A good one has a nil body in reply.
func (c *call) client(form url.Values) reply {
	c.s.mu.Lock()
	app := c.s.apps[form.Get("client_id")]
	c.s.mu.Unlock()
	if app == nil || subtle.ConstantTimeCompare([]byte(app.ClientSecret), []byte(form.Get("client_secret"))) != 1 {
		return refused(http.StatusUnauthorized, "invalid_client", "client_id or client_secret is wrong")
	}
	c.app, c.entry.App = app, app.ClientID
	return reply{}
}

// token is the token endpoint (docs/auth-jwt, docs/auth-oauth).
func token(c *call) reply {
	form, bad := c.parameters()
	if bad.status != 0 {
		return bad
	}
	kind := form.Get("grant_type")
	c.entry.QuotedGrant = kind == grantJWTTwice
	if kind == "" {
		return refused(http.StatusBadRequest, "invalid_request", "grant_type is missing")
	}
	if bad := c.client(form); bad.status != 0 {
		return bad
	}
	switch kind {
	case grantJWT, grantJWTTwice:
		if why := c.s.assertion(c.app, form.Get("assertion")); why != "" {
			return refused(http.StatusBadRequest, "invalid_grant", why)
		}
		scopes, bad := c.app.scopes(form.Get("scope"))
		if bad != "" {
			return refused(http.StatusBadRequest, "invalid_scope", bad)
		}
		return c.s.issue(&grant{client: c.app.ClientID, scopes: scopes}, true)
	case "authorization_code":
		return c.s.exchange(c.app, form)
	case "refresh_token":
		return c.s.renew(c.app, form.Get("refresh_token"))
	}
	return refused(http.StatusBadRequest, "unsupported_grant_type", "grant_type is unknown")
}

// scopes reads a list that commas or spaces divide: both are in use.
func (a *App) scopes(list string) ([]string, string) {
	scopes := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	if len(scopes) == 0 {
		return nil, "scope is missing"
	}
	for _, s := range scopes {
		if a.Scopes != nil && !slices.Contains(a.Scopes, s) {
			return nil, "the app has no scope " + s
		}
	}
	return scopes, ""
}

// assertion says what is wrong with a JWT (RFC 7523; docs/auth-jwt), "" when
// nothing is. aud is tolerated, and times need not be whole seconds.
func (s *Server) assertion(a *App, token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || a.PublicKey == nil {
		return "assertion is no signed JWT of this app"
	}
	var header struct {
		Alg string `json:"alg"`
		Typ string `json:"typ"`
	}
	if !decoded(parts[0], &header) || header.Alg != "RS256" || (header.Typ != "" && header.Typ != "JWT") {
		return "assertion: header must be alg RS256, typ JWT"
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || rsa.VerifyPKCS1v15(a.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		return "assertion: signature is wrong"
	}
	var claims struct {
		Iss string       `json:"iss"`
		Sub string       `json:"sub"`
		Iat *json.Number `json:"iat"`
		Exp *json.Number `json:"exp"`
	}
	if !decoded(parts[1], &claims) || claims.Iat == nil || claims.Exp == nil {
		return "assertion: iss, sub, iat and exp must be there"
	}
	iat, err1 := claims.Iat.Float64()
	exp, err2 := claims.Exp.Float64()
	now := float64(s.o.Now().UnixMilli()) / 1000
	switch {
	case err1 != nil || err2 != nil:
		return "assertion: iat and exp must be numbers"
	case claims.Iss != a.ClientID:
		return "assertion: iss is not the Client ID"
	case claims.Sub != a.ServiceAccount:
		return "assertion: sub is not the Service Account"
	case exp-iat > 3600:
		return "assertion: exp is more than 60 minutes after iat"
	case exp <= now:
		return "assertion: has expired"
	case iat > now+s.o.ClockSkew.Seconds():
		return "assertion: iat is in the future"
	}
	return ""
}

func decoded(part string, into any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(raw, into) == nil
}

// issue gives an access token for a grant, and with fresh a refresh token.
// expires_in is a string, as the service has it.
func (s *Server) issue(g *grant, fresh bool) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.o.Now()
	g.ends = now.Add(s.o.TokenLife)
	access := "kr1" + unguessable(300) // the service's have several hundred characters too
	keep(s.tokens, access, g, now)
	body := map[string]string{
		"access_token": access, "token_type": "Bearer", "scope": strings.Join(g.scopes, ","),
		"expires_in": strconv.Itoa(int(s.o.TokenLife / time.Second)),
	}
	if fresh {
		again := *g
		again.ends = now.Add(refreshLife)
		body["refresh_token"] = "kr1" + unguessable(100)
		keep(s.refresh, body["refresh_token"], &again, now)
	}
	if g.user != "" && slices.Contains(g.scopes, "openid") && g.redirect != "" {
		id, err := s.idToken(g, access)
		if err != nil {
			return refused(http.StatusInternalServerError, "server_error", err.Error())
		}
		body["id_token"] = id
	}
	a := answer(http.StatusOK, body)
	a.header["Cache-Control"] = []string{"no-store"}
	return a
}

// keep adds to a bounded map: what has expired goes, then whatever comes first.
func keep(m map[string]*grant, key string, g *grant, now time.Time) {
	if len(m) >= maxTokens {
		for k, old := range m {
			if !now.Before(old.ends) {
				delete(m, k)
			}
		}
		for k := range m {
			if len(m) < maxTokens {
				break
			}
			delete(m, k)
		}
	}
	m[key] = g
}

// renew takes a refresh token; with rotation it is the last time.
func (s *Server) renew(a *App, value string) reply {
	s.mu.Lock()
	g := s.refresh[value]
	good := g != nil && g.client == a.ClientID && s.o.Now().Before(g.ends)
	if good && a.RotateRefresh {
		delete(s.refresh, value)
	}
	s.mu.Unlock()
	if !good {
		return refused(http.StatusBadRequest, "invalid_grant", "refresh_token is invalid or has expired")
	}
	return s.issue(&grant{client: g.client, user: g.user, scopes: g.scopes}, a.RotateRefresh)
}

// exchange takes the code of a login, once. redirect_uri may be left out, as some
// clients do; another one is refused.
func (s *Server) exchange(a *App, form url.Values) reply {
	s.mu.Lock()
	g := s.codes[form.Get("code")]
	delete(s.codes, form.Get("code"))
	s.mu.Unlock()
	switch {
	case g == nil || g.client != a.ClientID || !s.o.Now().Before(g.ends):
		return refused(http.StatusBadRequest, "invalid_grant", "code is invalid, was used or has expired")
	case form.Has("redirect_uri") && form.Get("redirect_uri") != g.redirect:
		return refused(http.StatusBadRequest, "invalid_grant", "redirect_uri is not that of the code")
	}
	return s.issue(g, true)
}

// revoke answers 200 for tokens it does not know too (RFC 7009, 2.2).
func revoke(c *call) reply {
	form, bad := c.parameters()
	if bad.status != 0 {
		return bad
	}
	if bad := c.client(form); bad.status != 0 {
		return bad
	}
	if form.Get("token") == "" {
		return refused(http.StatusBadRequest, "invalid_request", "token is missing")
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, m := range []map[string]*grant{c.s.tokens, c.s.refresh} {
		if g := m[form.Get("token")]; g != nil && g.client == c.app.ClientID {
			delete(m, form.Get("token"))
		}
	}
	return reply{status: http.StatusOK}
}

// granted gives what a living access token stands for, nil for others.
func (s *Server) granted(value string) (*grant, *App) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.tokens[value]
	if g == nil || !s.o.Now().Before(g.ends) {
		return nil, nil
	}
	app := s.apps[g.client]
	if app == nil {
		return nil, nil
	}
	return g, app
}

func (s *Server) forget(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, value)
}

// ExpireTokens ends all access tokens, as if their time were up.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

func (a *App) owns(domain int64) bool {
	return domain == a.Domain || slices.Contains(a.Domains, domain)
}

// String hides the secret.
func (a App) String() string { return fmt.Sprintf("app %s of domain %d", a.ClientID, a.Domain) }
