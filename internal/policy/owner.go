package policy

import (
	"cmp"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Whatever is not the client's is refused alike, whether it exists or not, so
// that nobody learns of others by asking.

// byNumber is the tenant with the number of a marker, 0 for the main tenant,
// as far as the client may act for it: its own, or for an operator any that
// uses the server. Nil when there is none.
func (q *request) byNumber(n int) *tenant.Tenant {
	t := q.who.Tenant
	if q.who.Role == tenant.Operator {
		d := q.p.o.Directory()
		if t = d.ByNumber(n); n == 0 {
			t = d.Main()
		}
	}
	if t == nil || t.Main != (n == 0) || (n != 0 && t.Number != n) || !t.HasServer(q.server) {
		return nil
	}
	return t
}

// byName is byNumber for a name that begins with a marker, "T2_cos-all".
func (q *request) byName(name string) *tenant.Tenant {
	n, _ := dialplan.ParseEndpoint(name)
	return q.byNumber(n)
}

// callContext accepts the contexts a call may start or go on in: the classes of
// service of the tenant, and its click-to-call.
func (q *request) callContext(field, context string) (*tenant.Tenant, error) {
	if t := q.byName(context); t != nil && isCallContext(t, context) {
		// A class of service closes numbers to an extension: its login must not
		// go around that.
		if own := t.ClassContext(q.who.Extension); q.who.Role == tenant.ExtensionRole && context != own && context != dialplan.ClickToCall(t.Prefix()) {
			return nil, forbidden(field, "must be %s, the class of service of the extension", own)
		}
		return t, nil
	}
	return nil, forbidden(field, "must be %s%s", q.prefixed("cos-all"), q.ofWhom())
}

func isCallContext(t *tenant.Tenant, context string) bool {
	if context == dialplan.ClassOfService(t.Prefix()) || context == dialplan.ClickToCall(t.Prefix()) {
		return true
	}
	for _, k := range t.Classes {
		if context == dialplan.Class(t.Prefix(), k.Name) {
			return true
		}
	}
	return false
}

// prefixed is a name of the client's, for messages: "T2_cos-all", for
// operators "T{n}_cos-all".
func (q *request) prefixed(name string) string {
	if q.who.Tenant == nil {
		return "T{n}_" + name
	}
	return q.who.Tenant.Prefix() + name
}

// ofWhom ends a message about names for operators, who have none of their own.
func (q *request) ofWhom() string {
	if q.who.Tenant == nil {
		return " of a company on this server"
	}
	return ""
}

// party accepts what rings one extension of the client's: Local/1010@T2_cos-all,
// with its diversions, or PJSIP/T2_1010, its phone alone.
func (q *request) party(field, name string) (t *tenant.Tenant, ext string, err error) {
	if rest, ok := strings.CutPrefix(name, "Local/"); ok {
		var context string
		ext, context, _ = strings.Cut(rest, "@")
		if t = q.byName(context); t != nil && !isCallContext(t, context) {
			t = nil
		}
	} else if rest, ok := strings.CutPrefix(name, "PJSIP/"); ok {
		var n int
		n, ext = dialplan.ParseEndpoint(rest)
		t = q.byNumber(n)
	}
	if t == nil || !t.HasExtension(ext) {
		return nil, "", forbidden(field, "must be Local/{extension}@%s or PJSIP/%s with an extension%s", q.prefixed("cos-all"), q.prefixed("{extension}"), cmp.Or(q.ofWhom(), " of yours"))
	}
	return t, ext, q.extension(field, t, ext)
}

// extension accepts an extension of t that the client may act for.
func (q *request) extension(field string, t *tenant.Tenant, ext string) error {
	if q.who.Role == tenant.ExtensionRole && ext != q.who.Extension {
		return forbidden(field, "must name your own extension, %s: this login is for it alone", q.who.Extension)
	}
	if !t.HasExtension(ext) {
		return forbidden(field, "must name an extension%s", cmp.Or(q.ofWhom(), " of yours"))
	}
	return nil
}

// Callable accepts a number that a client's call may go to, or be moved to, at
// a time: what Destination accepts, and numbers abroad and premium numbers that
// are open for the tenant.
func Callable(field string, t *tenant.Tenant, num string, at time.Time) error {
	switch number.Classify(num, t.HasExtension) {
	case number.International:
		if t.Limits.Opens(number.Abroad(num), at) {
			return nil
		}
	case number.Premium:
		if t.Limits.Premium {
			return nil
		}
	case number.Invalid, number.Internal, number.National, number.Mobile, number.Emergency:
	}
	return Destination(field, t, num)
}

// Destination accepts a number that a diversion may go to: an own extension, or
// a national or mobile number. It is never abroad nor a premium number, whatever
// is open: a diversion is the quiet way to make others' calls expensive.
func Destination(field string, t *tenant.Tenant, num string) error {
	if number.Check(num) != nil {
		return invalid(field, "must be an extension or a phone number: 3 to 15 digits and nothing else")
	}
	switch number.Classify(num, t.HasExtension) {
	case number.Internal:
		if !t.HasExtension(num) {
			return invalid(field, "must be an extension of yours or a phone number; there is no such extension")
		}
		return nil
	case number.National, number.Mobile:
		return nil
	case number.International:
		return forbidden(field, "must not be an international number: these calls are not open for you")
	case number.Premium:
		return forbidden(field, "must not be a premium number: these calls are not open for you")
	case number.Emergency:
		return forbidden(field, "must not be an emergency number: these are dialled from a phone only")
	case number.Invalid:
	}
	return invalid(field, "is not a number that can be called")
}

// channel accepts the exact name of a live channel of the client's. Of others'
// channels it does not tell whether they live.
func (q *request) channel(field string) (attribution.Live, error) {
	name, err := q.need(field)
	if err != nil {
		return attribution.Live{}, err
	}
	if strings.HasPrefix(name, "/") {
		return attribution.Live{}, invalid(field, "must be the exact name of one channel, not a pattern")
	}
	live, found := q.p.o.Channels.Channel(q.server, name)
	if t := q.who.Tenant; q.who.Role != tenant.Operator {
		n, marked := dialplan.MarkerIn(name)
		switch {
		case found && (live.Tenant == nil || live.Tenant.ID != t.ID), // somebody else's
			marked && (t.Main || n != t.Number),
			!found && !marked: // perhaps nobody's, perhaps never
			return live, forbidden(field, "must be the exact name of a live channel of yours")
		case found && q.who.Role == tenant.ExtensionRole && !live.Exts.Has(q.who.Extension):
			return live, forbidden(field, "must be a channel of a call of extension %s: this login is for it alone", q.who.Extension)
		}
	}
	if !found || live.Ended {
		return live, envelope.Errorf(envelope.Conflict, field, "%s is no live channel any more", field)
	}
	return live, nil
}
