package works

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// assertionLife is shorter than the hour that is allowed (docs/auth-jwt), and
// issued is set back, both for clocks that differ.
const (
	assertionLife = 30 * time.Minute
	assertionBack = 10 * time.Second
)

// renewBefore is how long before its end a token is no longer used.
const renewBefore = 5 * time.Minute

// ParseKey reads the private key of a service account: PEM, PKCS#8 as the
// Developer Console gives it, or PKCS#1.
func ParseKey(text []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errKey
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errKey, err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%w: it is no RSA key", errKey)
	}
	return key, nil
}

var errKey = errors.New("private key: want the PEM file of the Developer Console (BEGIN PRIVATE KEY)")

// tokens keeps the access token that all senders share. turn is held by the one
// who gets a new one; the others wait for it, and share its failure too.
type tokens struct {
	turn  chan struct{} // of one place
	tries atomic.Int64  // that have ended
	value string
	ends  time.Time
	err   error // of the last try
}

// Token gives the shared access token, a new one when there is none or it ends
// soon. The error wraps ErrCredentials when the app or its account is wrong.
func (c *Client) Token(ctx context.Context) (string, error) { return c.token(ctx, "") }

// token gives the shared token, but not stale: one that was just refused.
func (c *Client) token(ctx context.Context, stale string) (string, error) {
	tries := c.tokens.tries.Load()
	select {
	case c.tokens.turn <- struct{}{}:
	case <-ctx.Done():
		return "", &Error{Op: opToken, kind: ErrNotDone, cause: context.Cause(ctx)}
	}
	defer func() { <-c.tokens.turn }()
	if t := &c.tokens; t.value != "" && t.value != stale && c.o.Now().Before(t.ends) {
		return t.value, nil
	}
	if t := &c.tokens; t.err != nil && t.tries.Load() > tries {
		return "", t.err // else a hundred who waited would each wait for a time-out
	}
	value, err := c.fresh(ctx)
	c.tokens.tries.Add(1)
	if c.tokens.err = err; ctx.Err() != nil {
		c.tokens.err = nil // that one gave up; the others have not
	}
	return value, err
}

// fresh gets a token and keeps it. The caller holds the turn.
func (c *Client) fresh(ctx context.Context) (string, error) {
	assertion, err := c.assertion()
	if err != nil {
		return "", err
	}
	a, err := c.grant(ctx, url.Values{
		"assertion":  {assertion},
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
		"scope":      {strings.Join(c.o.Scopes, ",")},
	})
	if err != nil {
		c.tokens.value = ""
		return "", err
	}
	life := time.Duration(a.Life) * time.Second
	c.tokens.value, c.tokens.ends = a.Access, c.o.Now().Add(max(life-renewBefore, life/2))
	return a.Access, nil
}

// opToken names the call in errors.
const opToken = "get access token"

// assertion is signed as RFC 7523 and docs/auth-jwt want it.
func (c *Client) assertion() (string, error) {
	if c.o.Key == nil || c.o.ServiceAccount == "" {
		return "", fmt.Errorf("service_account, private_key: must be given for this: %w", ErrCredentials)
	}
	now := c.o.Now()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: c.o.Key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("sign: %w: %w", ErrCredentials, err)
	}
	signed, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: c.o.ClientID, Subject: c.o.ServiceAccount,
		IssuedAt: jwt.NewNumericDate(now.Add(-assertionBack)), Expiry: jwt.NewNumericDate(now.Add(assertionLife)),
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign: %w: %w", ErrCredentials, err)
	}
	return signed, nil
}

// granted is the answer of the token endpoint.
type granted struct {
	Access  string  `json:"access_token"`
	Refresh string  `json:"refresh_token"`
	Scope   string  `json:"scope"`
	ID      string  `json:"id_token"`
	Life    seconds `json:"expires_in"`
}

// seconds comes as a number or as a string, "86400".
type seconds int64

// UnmarshalJSON reads both spellings; anything else is 0.
func (s *seconds) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	if err == nil && n > 0 && n < 1e9 {
		*s = seconds(n)
	}
	return nil
}

// grant asks the token endpoint. With form go the app's own credentials.
func (c *Client) grant(ctx context.Context, form url.Values) (*granted, error) {
	form.Set("client_id", c.o.ClientID)
	form.Set("client_secret", c.o.ClientSecret)
	a, err := c.send(ctx, request{op: opToken, method: http.MethodPost, body: []byte(form.Encode())},
		c.o.AuthURL+"/token", "application/x-www-form-urlencoded", "")
	if err != nil {
		if e, ok := err.(*Error); ok { //nolint:errorlint // as send makes it
			e.kind = ErrNotDone // one token more or less has no effect
		}
		return nil, err
	}
	if a.status != http.StatusOK {
		e := refusal(opToken, a)
		if e.kind = ErrNotDone; a.status < 500 && a.status != http.StatusTooManyRequests && a.status != http.StatusRequestTimeout {
			e.kind = ErrCredentials
		}
		return nil, e
	}
	var g granted
	if err := json.Unmarshal(a.body, &g); err != nil || g.Access == "" {
		return nil, &Error{Op: opToken, Status: a.status, kind: ErrNotDone, cause: fmt.Errorf("no access token in the answer")}
	}
	if g.Life == 0 {
		g.Life = 3600 // the shorter of the two that the console offers
	}
	return &g, nil
}

// Revoke ends the shared access token, when the app is taken out of use.
func (c *Client) Revoke(ctx context.Context) error {
	select {
	case c.tokens.turn <- struct{}{}:
	case <-ctx.Done():
		return &Error{Op: "revoke", kind: ErrNotDone, cause: context.Cause(ctx)}
	}
	defer func() { <-c.tokens.turn }()
	if c.tokens.value == "" {
		return nil
	}
	form := url.Values{"client_id": {c.o.ClientID}, "client_secret": {c.o.ClientSecret}, "token": {c.tokens.value}, "token_type_hint": {"access_token"}}
	c.tokens.value = ""
	a, err := c.send(ctx, request{op: "revoke", method: http.MethodPost, body: []byte(form.Encode())},
		c.o.AuthURL+"/revoke", "application/x-www-form-urlencoded", "")
	if err != nil {
		return err
	}
	if a.status/100 != 2 {
		return refusal("revoke", a)
	}
	return nil
}
