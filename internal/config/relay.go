package config

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Relay is how a gateway that nobody reaches from outside has NAVER WORKS and
// people reach it (docs/relay.md). Without a URL there is none, and that is no
// error: in a network without Internet there are no cards.
type Relay struct {
	URL     string `yaml:"url"` // https://relay.example.com, as people reach it
	Key     Secret `yaml:"key"` // made by "dipcast relay key"; the relay has its hash
	KeyFile string `yaml:"key_file"`
	// CAFile has the authorities that the relay's certificate is checked by, as
	// PEM. "" means the system's.
	CAFile string `yaml:"ca_file"`
	// Paths are the pages that may be opened through the relay, see RelayPaths.
	Paths []string `yaml:"paths"`
}

// Configured reports whether there is a relay.
func (r *Relay) Configured() bool { return r.URL != "" }

// MinRelayKey is the least length of a relay's key, in bytes: it is hashed
// without a salt, so it must not be one that can be guessed.
const MinRelayKey = 32

// RelayPaths are the pages that people open from cards, and their logins. One
// that ends with "/" stands for itself and all below it. Callbacks always pass, and
// so do signed links to recordings.
func RelayPaths() []string {
	return []string{"/dapi/tap/", "/dapi/call/", "/dapi/fax/", "/dapi/recording/", "/login", "/login/works", "/login/works/"}
}

// neverRelayed begin paths that no list may open to the Internet.
var neverRelayed = []string{"/api/", "/debug/", "/metrics", "/relay/", "/ws", "/healthz", "/readyz"}

func (r *report) relay(c *Config) {
	k := &c.Relay
	if !k.Configured() {
		if !k.Key.Empty() || k.CAFile != "" {
			r.add("relay.url", "is missing; a relay has an address such as https://relay.example.com")
		}
		return
	}
	if u, err := url.Parse(k.URL); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		r.add("relay.url", "must be a URL such as https://relay.example.com, without a path, login or query")
		return
	}
	k.URL = strings.TrimRight(k.URL, "/")
	if !goodRelayKey(k.Key.Reveal()) {
		r.add("relay.key", `must be one that "dipcast relay key" made: at least %d characters without blanks`, MinRelayKey)
	}
	r.relayPaths("relay.paths", k.Paths)
}

func goodRelayKey(key string) bool {
	return len(key) >= MinRelayKey && len(key) <= 256 && !strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' })
}

// plainPath is one that looks the same to everybody: no escapes, no dots alone.
var plainPath = regexp.MustCompile(`^/[A-Za-z0-9._~/-]*$`)

func (r *report) relayPaths(field string, paths []string) {
	for i, p := range paths {
		at := index(field, i)
		switch {
		case !plainPath.MatchString(p) || len(p) > 128 || path.Clean(p) != strings.TrimSuffix(p, "/"):
			r.add(at, "must be a path such as /dapi/fax/ or /login, and not all paths")
		case slices.ContainsFunc(neverRelayed, func(n string) bool { return strings.HasPrefix(p+"/", n) }):
			r.add(at, "is not for the Internet")
		}
	}
}
