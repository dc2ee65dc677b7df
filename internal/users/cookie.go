package users

import (
	"net/http"
	"time"
)

// Names of the cookie. With __Host- a browser takes it from this very host over
// HTTPS alone, so that no neighbour plants one; without HTTPS there is no such
// name.
const (
	secureCookie = "__Host-dipcast_session"
	plainCookie  = "dipcast_session"
)

// Cookie is what a browser's request has to prove that somebody is signed in; ""
// nothing. secure says that the request came by HTTPS.
func Cookie(r *http.Request, secure bool) string {
	name := plainCookie
	if secure {
		name = secureCookie
	}
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// The cookie of a browser that was asked for a passkey, and has not answered yet.
const (
	securePasskeyCookie = "__Host-dipcast_passkey" //nolint:gosec // a name
	plainPasskeyCookie  = "dipcast_passkey"
)

// PasskeyCookie is what a browser's request has to prove that it is the one that was
// asked for a passkey; "" nothing.
func PasskeyCookie(r *http.Request, secure bool) string {
	name := plainPasskeyCookie
	if secure {
		name = securePasskeyCookie
	}
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// NewPasskeyCookie has a browser keep what it was asked by; "" has it forget.
func NewPasskeyCookie(value string, secure bool) http.Cookie {
	c := http.Cookie{Name: plainPasskeyCookie, Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode, MaxAge: -1} //nolint:gosec // plain only where there is no HTTPS
	if secure {
		c.Name = securePasskeyCookie
	}
	if value != "" {
		c.MaxAge = int(challengeLife.Seconds())
	}
	return c
}

// NewCookie has a browser keep a session until it ends; "" has it forget.
func NewCookie(value string, secure bool, until, now time.Time) http.Cookie {
	c := http.Cookie{Name: plainCookie, Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode, MaxAge: -1} //nolint:gosec // plain only where there is no HTTPS
	if secure {
		c.Name = secureCookie
	}
	if value != "" {
		c.MaxAge = int(until.Sub(now).Seconds())
	}
	return c
}
