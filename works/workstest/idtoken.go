package workstest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"
)

// kid names the key of ID tokens.
const kid = "workstest-1"

// IDToken is one that is about to be signed.
type IDToken struct {
	Header map[string]any
	Claims map[string]any
	Key    *rsa.PrivateKey
}

// ChangeID lets a test spoil the ID tokens that are given from now on; nil ends
// it.
func (s *Server) ChangeID(f func(*IDToken)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changeID = f
}

// idToken is good for an hour (docs/auth-oidc). The caller holds mu.
func (s *Server) idToken(g *grant, access string) (string, error) {
	key, err := s.idKey()
	if err != nil {
		return "", err
	}
	now := s.o.Now()
	half := sha256.Sum256([]byte(access))
	t := &IDToken{
		Header: map[string]any{"typ": "JWT", "alg": "RS256", "kid": kid},
		Claims: map[string]any{
			"iss": s.o.Issuer, "aud": g.client, "sub": g.user, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
			"at_hash": base64.RawURLEncoding.EncodeToString(half[:16]),
		},
		Key: key,
	}
	if g.nonce != "" {
		t.Claims["nonce"] = g.nonce
	}
	for _, u := range s.users {
		if u.ID == g.user {
			claims(t.Claims, u, g.scopes)
		}
	}
	if s.changeID != nil {
		s.changeID(t)
	}
	header, err := json.Marshal(t.Header)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(t.Claims)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, t.Key, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// claims adds what the scopes profile and email open.
func claims(to map[string]any, u *User, scopes []string) {
	if slices.Contains(scopes, "profile") {
		to["name"], to["family_name"], to["given_name"] = u.Name(), u.LastName, u.FirstName
		to["locale"] = strings.ReplaceAll(u.Locale, "_", "-")
	}
	if slices.Contains(scopes, "email") {
		to["email"] = u.Email
	}
}

// certs are the keys of ID tokens, as a JWKS (RFC 7517).
func certs(c *call) reply {
	key, err := c.s.idKey()
	if err != nil {
		return failure(http.StatusInternalServerError, "INTERNAL_SERVER_ERROR", err.Error())
	}
	k := key.PublicKey
	return answer(http.StatusOK, map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
		"n": base64.RawURLEncoding.EncodeToString(k.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.E)).Bytes()),
	}}})
}

func userInfo(c *call) reply {
	if c.grant.user == "" {
		return failure(http.StatusForbidden, "SERVICE_ACCOUNT_NOT_ALLOWED", "a service account is no member")
	}
	u := c.s.member(c.app, c.grant.user)
	if u == nil {
		return missing("USER")
	}
	body := map[string]any{"sub": u.ID}
	claims(body, u, c.grant.scopes)
	return answer(http.StatusOK, body)
}

// discovery is a guess: the documentation names the document, not its address.
func discovery(c *call) reply {
	scheme := "http://"
	if c.r.TLS != nil {
		scheme = "https://"
	}
	base := scheme + c.r.Host + "/oauth2/v2.0"
	return answer(http.StatusOK, map[string]any{
		"issuer": c.s.o.Issuer, "authorization_endpoint": base + "/authorize", "token_endpoint": base + "/token",
		"userinfo_endpoint": base + "/userinfo", "jwks_uri": base + "/certs", "revocation_endpoint": base + "/revoke",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"}, "scopes_supported": []string{"openid", "profile", "email"},
	})
}
