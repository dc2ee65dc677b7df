package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Bounds of credentials. The minimum lengths hold unless every listener is
// loopback.
const (
	MinPassword = 10  // characters
	MinAppKey   = 16  // bytes of UTF-8
	MaxSecret   = 512 // bytes of UTF-8, of passwords and app keys
	MaxUsername = 128 // bytes of UTF-8, of usernames and names of app keys
)

func (r *report) tenants(c *Config) {
	domain := make([]tenant.Tenant, len(c.Tenants))
	for i := range c.Tenants {
		domain[i] = c.Tenants[i].Domain()
	}
	for _, p := range tenant.Validate(domain) {
		r.add(fmt.Sprintf("tenants[%d].%s", p.Index, p.Field), "%s", p.Text)
	}
	for i := range c.Tenants {
		t := &c.Tenants[i]
		for j, id := range t.Servers {
			if c.Server(id) == nil {
				r.add(fmt.Sprintf("tenants[%d].servers[%d]", i, j), "names server %d, which is not in servers", id)
			}
		}
		for _, did := range slices.Sorted(maps.Keys(t.DIDs)) {
			if t.DIDs[did] == "" {
				r.add(fmt.Sprintf("tenants[%d].dids.%s", i, number.Mask(did)), "names no extension")
			}
		}
		r.callLimits(fmt.Sprintf("tenants[%d]", i), t)
		if t.Main && len(t.Contexts) == 0 {
			t.Contexts = tenant.DefaultMainContexts()
		}
	}
}

// credentials checks usernames, passwords and app keys: present, well formed,
// unique over all tenants and operators, and not weak where others can reach us.
func (r *report) credentials(c *Config) {
	v := credentials{
		report: r, strict: !c.LoopbackOnly(),
		users: make(map[string]string), keys: make(map[Secret]string),
	}
	for i := range c.Operators {
		o, at := &c.Operators[i], fmt.Sprintf("operators[%d]", i)
		v.login(at, o.Username, o.Password)
	}
	for i := range c.Tenants {
		t := &c.Tenants[i]
		for j := range t.Logins {
			l, at := &t.Logins[j], fmt.Sprintf("tenants[%d].logins[%d]", i, j)
			v.login(at, l.Username, l.Password)
			if l.Extension != "" && !slices.Contains(t.Extensions, l.Extension) {
				r.add(at+".extension", "is not in the tenant's extensions")
			}
		}
		names := make(map[string]bool)
		for j := range t.AppKeys {
			v.appKey(fmt.Sprintf("tenants[%d].app_keys[%d]", i, j), &t.AppKeys[j], names)
		}
	}
}

type credentials struct {
	*report
	strict bool
	users  map[string]string // username → field
	keys   map[Secret]string // key → field
}

func (v *credentials) login(at, username string, password Secret) {
	switch other, taken := v.users[username]; {
	case username == "":
		v.add(at+".username", "is missing")
	case !printable(username, MaxUsername) || strings.Contains(username, ":"):
		v.add(at+".username", "must be up to %d bytes of text without ':'", MaxUsername)
	case taken:
		v.add(at+".username", "the same as %s.username; usernames are unique over all", other)
	default:
		v.users[username] = at
	}
	text := password.Reveal()
	switch {
	case text == "":
		v.add(at+".password", "is missing; give password or password_file")
	case !printable(text, MaxSecret):
		v.add(at+".password", "must be up to %d bytes of text", MaxSecret)
	case v.strict && utf8.RuneCountInString(text) < MinPassword:
		v.add(at+".password", "is shorter than %d characters; that is accepted only when every listener is loopback", MinPassword)
	case v.strict && strings.EqualFold(text, username):
		v.add(at+".password", "is the username; that is accepted only when every listener is loopback")
	}
}

func (v *credentials) appKey(at string, k *AppKey, names map[string]bool) {
	switch {
	case k.Name == "":
		v.add(at+".name", "is missing; it names the key in lists and in the audit log")
	case !printable(k.Name, MaxUsername):
		v.add(at+".name", "must be up to %d bytes of text", MaxUsername)
	case names[k.Name]:
		v.add(at+".name", "is the name of another key of this tenant")
	}
	names[k.Name] = true
	text := k.Key.Reveal()
	switch other, taken := v.keys[k.Key]; {
	case text == "":
		v.add(at+".key", "is missing; give key or key_file")
	case !printable(text, MaxSecret) || strings.TrimSpace(text) != text:
		v.add(at+".key", "must be up to %d bytes of text without blanks around it", MaxSecret)
	case taken:
		v.add(at+".key", "the same as %s.key; a key belongs to one tenant", other)
	case v.strict && (len(text) < MinAppKey || published(text)):
		v.add(at+".key", "is shorter than %d bytes or published in the documentation; that is accepted only when every listener is loopback", MinAppKey)
	}
	if text != "" {
		v.keys[k.Key] = at
	}
}

// published reports a key that the documentation and the demo show.
func published(key string) bool {
	switch key {
	case "demo", "demo10", "얼씨구절씨구":
		return true
	}
	return false
}

// printable reports valid UTF-8 of up to limit bytes without control characters.
func printable(s string, limit int) bool {
	return len(s) <= limit && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
