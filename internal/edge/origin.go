package edge

import (
	"net/http"
	"strings"
)

// Origins are the browsers' Origins that are allowed beside our own, each
// "https://host" or "https://host:port".
type Origins []string

// Allow reports whether a request may be served as far as its Origin goes. A
// request with one must come from our own pages or from the list; "null" is
// never allowed. One without comes from a program: it needs credentials that a
// browser does not send by itself, which is the caller's to check (HasHeader).
func (o Origins) Allow(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	if len(origins) > 1 {
		return false
	}
	origin := origins[0]
	for _, allowed := range o {
		if strings.EqualFold(origin, allowed) {
			return true
		}
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return strings.EqualFold(origin, scheme+"://"+r.Host)
}

// HasHeader reports whether the request carries credentials in a header that
// a browser does not add by itself.
func HasHeader(r *http.Request) bool {
	return r.Header.Get("Authorization") != "" || r.Header.Get("App-Key") != ""
}
