package edge

import (
	"net/http"
	"strings"
	"sync/atomic"
)

// Origins are the browsers' Origins that are allowed beside our own, each
// "https://host" or "https://host:port". They may be set anew while they are
// in use. A nil *Origins allows none but our own.
type Origins struct{ list atomic.Pointer[[]string] }

// NewOrigins returns Origins with a list.
func NewOrigins(list ...string) *Origins {
	o := new(Origins)
	o.Set(list)
	return o
}

// Set replaces the list from now on.
func (o *Origins) Set(list []string) { o.list.Store(&list) }

func (o *Origins) all() []string {
	if o == nil {
		return nil
	}
	if l := o.list.Load(); l != nil {
		return *l
	}
	return nil
}

// Allow reports whether a request may be served as far as its Origin goes. A
// request with one must come from our own pages or from the list; "null" is
// never allowed. One without comes from a program: it needs credentials that a
// browser does not send by itself, which is the caller's to check (HasHeader).
func (o *Origins) Allow(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	if len(origins) > 1 {
		return false
	}
	return o.lists(origins[0]) || o.Own(r)
}

// Own reports whether the request's one Origin is that of our own pages.
func (o *Origins) Own(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	if len(origins) != 1 {
		return false
	}
	return strings.EqualFold(origins[0], OwnOrigin(r))
}

// OwnOrigin is the Origin of our own pages, as the browser that sends the request has
// it.
func OwnOrigin(r *http.Request) string {
	// What comes to us without TLS may have come to a proxy with it, which says so. No
	// page of another site can have a browser say that.
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// Lists reports whether the request's one Origin stands in the list, and is not
// merely our own.
func (o *Origins) Lists(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	return len(origins) == 1 && o.lists(origins[0])
}

func (o *Origins) lists(origin string) bool {
	for _, allowed := range o.all() {
		if strings.EqualFold(origin, allowed) {
			return true
		}
	}
	return false
}

// HasHeader reports whether the request carries credentials in a header that
// a browser does not add by itself.
func HasHeader(r *http.Request) bool {
	return r.Header.Get("Authorization") != "" || r.Header.Get("App-Key") != ""
}
