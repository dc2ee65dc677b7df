// Package attribution finds the tenant of an AMI event.
//
// It looks only at what the PBX itself names: channels, contexts, devices,
// queues; never at names, numbers or values that people choose. Markers are
// exact (T2_ at a boundary). What a marker does not tell is told by the call
// (Linkedid), then by the DID in a trunk's context, then by the bridge. An
// event that points to two tenants, or to none, belongs to the operators only:
// attribution fails closed.
package attribution

import "github.com/dipcast/dipcast/internal/tenant"

// View is the tenants of one server. It is immutable.
type View struct {
	byNumber map[int]*tenant.Tenant // with a prefix
	main     *tenant.Tenant
	dids     map[string]did
}

type did struct {
	tenant *tenant.Tenant
	ext    string
}

// NewView indexes the tenants of one server. A DID listed by two tenants
// belongs to neither.
func NewView(tenants []*tenant.Tenant) *View {
	v := &View{byNumber: map[int]*tenant.Tenant{}, dids: map[string]did{}}
	for _, t := range tenants {
		if t.Main {
			v.main = t
		} else {
			v.byNumber[t.Number] = t
		}
		for number, ext := range t.DIDs {
			if _, twice := v.dids[number]; twice {
				v.dids[number] = did{}
				continue
			}
			v.dids[number] = did{t, ext}
		}
	}
	return v
}
