package tenant

import (
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
)

// Tenant is one company. A Tenant that a Directory returned is shared and must
// not be changed.
type Tenant struct {
	ID         ID
	Number     int               // 1 to 9999; n of the prefix T{n}_
	Name       number.Name       // as shown to people
	Main       bool              // number 1 without a prefix
	Servers    []int             // ids of its servers; the first is home
	Extensions []string          // its extensions
	DIDs       map[string]string // number → extension it rings, "" for none: a group, an announcement
	Numbers    []string          // further numbers it may show and bill to
	Contexts   []string          // of the main tenant only: its contexts by full name
	Limits     Limits            // of calls to the network
	// Profiles are what is known of extensions beside their number. One that is
	// missing has a zero Profile.
	Profiles map[string]Profile
	Classes  []Class // of service, beside that of everyone; see ClassContext
	// TimeGroups are the ids of its time groups. When there are none, its dialplan
	// may be somebody else's, with names of its own.
	TimeGroups []int

	extensions map[string]bool // set by NewDirectory
}

// Prefix returns what the names of the tenant's endpoints and contexts begin
// with: "T2_", or "" for the main tenant.
func (t *Tenant) Prefix() string {
	if t.Main {
		return ""
	}
	return "T" + strconv.Itoa(t.Number) + "_"
}

// Home returns the id of the server with the tenant's phones and trunks, or 0
// when it has none.
func (t *Tenant) Home() int {
	if len(t.Servers) == 0 {
		return 0
	}
	return t.Servers[0]
}

// HasServer reports whether the tenant may use the server.
func (t *Tenant) HasServer(id int) bool { return slices.Contains(t.Servers, id) }

// HasExtension reports whether ext is an extension of the tenant.
func (t *Tenant) HasExtension(ext string) bool {
	if t.extensions != nil {
		return t.extensions[ext]
	}
	return slices.Contains(t.Extensions, ext)
}

// OwnsNumber reports whether the tenant may show num and be billed by it: it is
// one of its DIDs or further numbers.
func (t *Tenant) OwnsNumber(num string) bool {
	if _, ok := t.DIDs[num]; ok {
		return true
	}
	return slices.Contains(t.Numbers, num)
}

// Profile is what is known of an extension beside its number.
type Profile struct {
	Name     number.Name
	Class    string // name of its class of service, "" that of everyone
	Own      string // number it calls out with, "" as NumberOf says
	Language string // of its prompts, "" the company's
	Email    string // where messages of its voicemail go
	Devices  int    // how many phones register for it by different names
}

// Class is a class of service.
type Class struct {
	ID   int    // what clients call cos_id
	Name string // T2_cos-{Name} is its context
}

// NumberOf returns the number an extension calls out with: its own; else the
// first, in the order of the digits, of the DIDs that ring it; else the tenant's
// first further number; else its first DID; else "".
func (t *Tenant) NumberOf(ext string) string {
	if p := t.Profiles[ext]; p.Own != "" {
		return p.Own
	}
	own, first := "", ""
	for did, e := range t.DIDs {
		if e == ext && (own == "" || did < own) {
			own = did
		}
		if first == "" || did < first {
			first = did
		}
	}
	switch {
	case own != "":
		return own
	case len(t.Numbers) > 0:
		return t.Numbers[0]
	default:
		return first
	}
}

// ClassContext is the context of an extension's class of service, "T2_cos-all"
// for everyone who has no other.
func (t *Tenant) ClassContext(ext string) string {
	if p := t.Profiles[ext]; p.Class != "" {
		return dialplan.Class(t.Prefix(), p.Class)
	}
	return dialplan.ClassOfService(t.Prefix())
}

// HasContext reports whether a dialplan context is the tenant's: it begins with
// its prefix; of the main tenant, it is in the list, a class of service or
// a route.
func (t *Tenant) HasContext(name string) bool {
	if t.Main {
		return slices.Contains(t.Contexts, name) || strings.HasPrefix(name, "cos-") || strings.HasPrefix(name, "route-")
	}
	return strings.HasPrefix(name, t.Prefix())
}

// LogValue implements slog.LogValuer: a tenant is logged as T2.
func (t *Tenant) LogValue() slog.Value {
	if t == nil {
		return slog.StringValue("")
	}
	return t.ID.LogValue()
}

// DefaultMainContexts returns the contexts of a main tenant that lists none:
// the names a system of this family gives a tenant without a prefix.
func DefaultMainContexts() []string {
	return []string{
		"cos-all", "cos-all-init", "cos-all-post", "cos-all-trunk",
		"click-to-call", "incoming-calls", "default-trunk",
		"ext-ringgroups", "ext-queues", "queue-call-to-agents",
		"ring-group-dial", "extension-hints",
		// Those that package asteriskconf writes besides.
		"active", "after-dial", "app-voicemail", "attendant", "auto-answer", "before-dial", "clock", "dial-out", "divert", "emergency",
		"end", "extensions", "fax", "fax-call", "fax-detected", "fax-end", "fax-line", "fax-send", "feature-codes", "format", "holidays", "kind", "line", "national", "notice", "numbers",
		"outgoing", "own-numbers", "parking", "phone-answered", "phone-leg", "phones", "routes", "time-groups",
		"to-network", "to-number", "to-number-out", "trunk",
		"ext-attendants", "attendant-keys", "ext-conferences",
		"at-limit", "destination", "diversion-off", "diverter-mailbox", "gate", "group-answered", "group-leg", "group-member", "parking-back", "parking-lot", "pickup", "ring-group", "self", "set-diversion",
		"capacity", "record", "record-leg", "record-notice", "recorded",
		"press", "press-answered", "press-assistant", "press-back", "press-call", "press-desk", "press-leg", "press-message", "press-mobile",
	}
}
