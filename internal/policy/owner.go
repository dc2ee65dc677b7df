package policy

import (
	"strings"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// tenantOf finds the tenant that owns a context. For a client of a tenant it
// can only be its own; an operator acts for the tenant that the context names.
// Whatever is not the client's is refused alike, whether it exists or not.
func (q *request) tenantOf(field, context string) (*tenant.Tenant, error) {
	refused := envelope.Errorf(envelope.Forbidden, field, "%s is not one of yours", field)
	if q.who.Role != tenant.Operator {
		if !q.who.Tenant.HasContext(context) {
			return nil, refused
		}
		return q.who.Tenant, nil
	}
	d := q.p.o.Directory()
	if n, ok := dialplan.MarkerIn(context); ok {
		if t := d.ByNumber(n); t != nil && t.HasServer(q.server) && t.HasContext(context) {
			return t, nil
		}
		return nil, refused
	}
	if t := d.Main(); t != nil && t.HasServer(q.server) && t.HasContext(context) {
		return t, nil
	}
	return nil, refused
}

// callContext accepts the contexts a call may start or go on in: the class of
// service of the tenant, and click-to-call.
func (q *request) callContext(field, context string) (*tenant.Tenant, error) {
	t, err := q.tenantOf(field, context)
	if err != nil {
		return nil, err
	}
	if context != dialplan.ClassOfService(t.Prefix()) && context != dialplan.ClickToCall(t.Prefix()) {
		return nil, envelope.Errorf(envelope.Forbidden, field, "%s must be %s", field, dialplan.ClassOfService(t.Prefix()))
	}
	return t, nil
}

// extension accepts an extension of t that the client may act for.
func (q *request) extension(field string, t *tenant.Tenant, ext string) error {
	if q.who.Role == tenant.ExtensionRole && ext != q.who.Extension {
		return envelope.Errorf(envelope.Forbidden, field, "this login is for one extension only")
	}
	if !t.HasExtension(ext) {
		return envelope.Errorf(envelope.Forbidden, field, "%s names no extension of yours", field)
	}
	return nil
}

// Destination accepts a number that a call, a diversion or a transfer may go
// to: an own extension, or a national or mobile number.
func Destination(field string, t *tenant.Tenant, num string) error {
	if err := number.Check(num); err != nil {
		return envelope.Errorf(envelope.InvalidValue, field, "%s must be an extension or a phone number of 3 to 15 digits", field)
	}
	switch number.Classify(num, t.HasExtension) {
	case number.Internal:
		if !t.HasExtension(num) {
			return envelope.Errorf(envelope.InvalidValue, field, "there is no such extension")
		}
		return nil
	case number.National, number.Mobile:
		return nil
	case number.International:
		return envelope.Errorf(envelope.Forbidden, field, "international calls are not open for this company")
	case number.Premium:
		return envelope.Errorf(envelope.Forbidden, field, "premium numbers are not open for this company")
	case number.Emergency:
		return envelope.Errorf(envelope.Forbidden, field, "emergency numbers are dialled from a phone only")
	}
	return envelope.Errorf(envelope.InvalidValue, field, "%s is not a number that can be called", field)
}

// channel accepts an exact name of a live channel of the client's.
func (q *request) channel(field string) (attribution.Live, error) {
	name, err := q.need(field)
	if err != nil {
		return attribution.Live{}, err
	}
	if strings.HasPrefix(name, "/") {
		return attribution.Live{}, envelope.Errorf(envelope.InvalidValue, field, "%s must be one channel's name, not a pattern", field)
	}
	live, ok := q.p.o.Channels.Channel(q.server, name)
	if !ok {
		return live, envelope.Errorf(envelope.Conflict, field, "there is no such channel now")
	}
	if q.who.Role == tenant.Operator {
		return live, nil
	}
	if live.Tenant == nil || live.Tenant.ID != q.who.Tenant.ID {
		return live, envelope.Errorf(envelope.Forbidden, field, "%s is not one of yours", field)
	}
	if q.who.Role == tenant.ExtensionRole && !live.Exts.Has(q.who.Extension) {
		return live, envelope.Errorf(envelope.Forbidden, field, "this login is for one extension only")
	}
	return live, nil
}
