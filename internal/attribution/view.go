// Package attribution finds the tenant of an AMI event.
//
// It looks only at what the PBX itself names: channels, contexts, devices,
// queues; never at names, numbers or values that people choose. Markers are
// exact (T2_ at a boundary). What a marker does not tell is told by the call
// (Linkedid), then by the DID in a trunk's context, then by the bridge. An
// event that points to two tenants, or to none, belongs to the operators only:
// attribution fails closed.
package attribution

import (
	"bytes"

	"github.com/dipcast/dipcast/internal/tenant"
)

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

// did finds whose number exten is. Some networks write it with the country's
// code: +8270… is 070…
func (v *View) did(exten []byte) did {
	if d, ok := v.dids[string(exten)]; ok {
		return d
	}
	if rest, ok := bytes.CutPrefix(exten, []byte("+82")); ok {
		return v.dids["0"+string(rest)]
	}
	return did{}
}

// current is t as this view has it; nil when it has no such tenant. Within one
// view a tenant is one pointer, so that tenants can be compared by it.
func (v *View) current(t *tenant.Tenant) *tenant.Tenant {
	switch {
	case t == nil:
		return nil
	case t.Main:
		return v.main
	}
	return v.byNumber[t.Number]
}

func (v *View) currents(list []*tenant.Tenant) []*tenant.Tenant {
	keep := list[:0]
	for _, t := range list {
		if t = v.current(t); t != nil {
			keep = append(keep, t)
		}
	}
	return keep
}
