package works

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// LoginOptions are of the login of people. The addresses of the issuer and of
// its keys are not in the documentation that was seen, so they are settings.
type LoginOptions struct {
	// Issuer is what ID tokens name as iss; "" means https://auth.worksmobile.com.
	Issuer string
	// KeysURL is where the keys of ID tokens are; "" means AuthURL with /certs.
	KeysURL string
	// RedirectURL is registered with the app in the Developer Console. Required.
	RedirectURL string
	// Scopes that are asked for. Nil means openid, profile, email.
	Scopes []string
}

// Login lets people sign in with their account: OpenID Connect with an
// authorization code (docs/auth-oauth, docs/auth-oidc). Who refuses comes back to
// RedirectURL with ?error=…; Finish is not called then.
type Login struct {
	c        *Client
	o        LoginOptions
	verifier *oidc.IDTokenVerifier
}

// Person is who has signed in.
type Person struct {
	UserID string // as in callbacks and in the directory
	Name   string
	Email  string
}

// ErrLogin reports an answer that does not prove who somebody is.
var ErrLogin = errors.New("sign-in with NAVER WORKS failed")

// NewLogin gives the login of a client's app. Nothing is sent yet; the keys are
// read when the first person signs in.
func (c *Client) NewLogin(o LoginOptions) (*Login, error) {
	if o.RedirectURL == "" {
		return nil, errors.New("redirect_url: must be given")
	}
	if o.Issuer == "" {
		o.Issuer = "https://auth.worksmobile.com"
	}
	if o.KeysURL == "" {
		o.KeysURL = c.o.AuthURL + "/certs"
	}
	if len(o.Scopes) == 0 {
		o.Scopes = []string{oidc.ScopeOpenID, "profile", "email"}
	}
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), c.http), o.KeysURL)
	return &Login{c: c, o: o, verifier: oidc.NewVerifier(o.Issuer, keys, &oidc.Config{ClientID: c.o.ClientID, Now: c.o.Now})}, nil
}

// URL is where the person's browser is sent. state and nonce are kept by the
// caller, unguessable and for one use.
func (l *Login) URL(state, nonce string) string {
	return l.c.o.AuthURL + "/authorize?" + url.Values{
		"client_id":     {l.c.o.ClientID},
		"redirect_uri":  {l.o.RedirectURL},
		"scope":         {strings.Join(l.o.Scopes, " ")},
		"response_type": {"code"},
		"state":         {state},
		"nonce":         {nonce},
	}.Encode()
}

// Finish turns the code of the redirect into the person. The ID token's
// signature, issuer, audience, time, nonce and at_hash must be right; else the
// error wraps ErrLogin.
func (l *Login) Finish(ctx context.Context, code, nonce string) (*Person, error) {
	g, err := l.c.grant(ctx, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {l.o.RedirectURL},
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLogin, err)
	}
	if g.ID == "" {
		return nil, fmt.Errorf("%w: no id_token in the answer: is openid among the app's scopes?", ErrLogin)
	}
	ctx, cancel := context.WithTimeout(ctx, l.c.o.Timeout)
	defer cancel()
	token, err := l.verifier.Verify(ctx, g.ID)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLogin, err)
	}
	if nonce == "" || token.Nonce != nonce {
		return nil, fmt.Errorf("%w: nonce is another's", ErrLogin)
	}
	if token.AccessTokenHash != "" && token.AccessTokenHash != atHash(g.Access) {
		return nil, fmt.Errorf("%w: at_hash is another token's", ErrLogin)
	}
	if token.Subject == "" {
		return nil, fmt.Errorf("%w: id_token without sub", ErrLogin)
	}
	var claims struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	}
	if err := token.Claims(&claims); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLogin, err)
	}
	return &Person{UserID: token.Subject, Name: claims.Name, Email: claims.Email}, nil
}

// atHash is base64url of the left half of the SHA-256 (OpenID Connect Core,
// 3.1.3.6).
func atHash(access string) string {
	h := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(h[:16])
}
