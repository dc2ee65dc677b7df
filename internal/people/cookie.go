package people

import (
	"net"
	"net/http"
	"net/netip"
)

// Cookies of people. With __Host- a browser takes them from this very host over
// HTTPS alone, so that no neighbour plants one; without, they are for this
// machine.
const (
	secureCookie  = "__Host-dipcast_person"
	plainCookie   = "dipcast_person"
	secureAttempt = "__Host-dipcast_signin"
	plainAttempt  = "dipcast_signin"
)

// OfRequest is who a browser's request is signed in as. ErrNoSession: nobody.
func (s *Service) OfRequest(r *http.Request) (Session, error) {
	return s.SignedIn(r.Context(), Cookie(r))
}

// Cookie is what a browser has to prove that somebody is signed in; "" nothing.
func Cookie(r *http.Request) string { return cookieOf(r, secureCookie, plainCookie) }

// Attempt is what a browser keeps while somebody signs in; "" nothing.
func Attempt(r *http.Request) string { return cookieOf(r, secureAttempt, plainAttempt) }

func cookieOf(r *http.Request, secure, plain string) string {
	names := []string{secure}
	if atHome(r) {
		names = append(names, plain)
	}
	for _, n := range names {
		if c, err := r.Cookie(n); err == nil {
			return c.Value
		}
	}
	return ""
}

// atHome reports a request to this machine by its own name or address.
func atHome(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// SetCookie has a browser keep a session; "" has it forget.
func SetCookie(w http.ResponseWriter, value string, secure bool) {
	set(w, secureCookie, plainCookie, value, secure, int(SessionLife.Seconds()))
}

// SetAttempt has a browser keep what StartSignIn gave; "" has it forget.
func SetAttempt(w http.ResponseWriter, value string, secure bool) {
	set(w, secureAttempt, plainAttempt, value, secure, int(SignInLife.Seconds()))
}

// set is for the whole host: NAVER WORKS sends people back by a link, for which
// SameSite=Lax sends cookies along.
func set(w http.ResponseWriter, secureName, plainName, value string, secure bool, age int) {
	c := &http.Cookie{Name: plainName, Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode, MaxAge: age} //nolint:gosec // secure but on this machine alone
	if secure {
		c.Name = secureName
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
