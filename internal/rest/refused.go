package rest

import (
	"context"
	"regexp"
	"time"

	"github.com/dipcast/dipcast/internal/guard"
	"github.com/dipcast/dipcast/internal/tenant"
)

// RefusedRegistration is the last time that a phone was refused.
type RefusedRegistration struct {
	Extension  string     `json:"extension,omitempty" example:"1010" doc:"it is meant to be this one's; absent: no extension has the name it gave"`
	DeviceName string     `json:"device_name,omitempty" example:"T2_1010" doc:"whose name it gave"`
	Name       string     `json:"name,omitempty" example:"T2_1010" doc:"the name it gave, where the server tells it"`
	Why        string     `json:"why" enum:"password,name" doc:"password: it is wrong; name: no phone has it, such as 1010 in the place of T2_1010"`
	Source     string     `json:"source" example:"192.0.2.10/32" doc:"where it came from"`
	At         time.Time  `json:"at"`
	Times      int        `json:"times" example:"3" doc:"how often in the last hour"`
	Banned     *time.Time `json:"banned_until,omitempty" doc:"its address is banned, which no password helps against"`
}

// foreign is a name of some company's phone.
var foreign = regexp.MustCompile(`^T[0-9]+_`)

func (a *API) getRefusedRegistrations(ctx context.Context, in *struct {
	TenantQuery
	Page
},
) (*list[RefusedRegistration], error) {
	who := callerOf(ctx).who
	t, err := a.tenantOf(who, in.Tenant)
	if err != nil {
		return nil, a.refused(ctx, "refused registrations", 0, err)
	}
	// A name that is no company's is told those who see all companies, and who is alone.
	alone := who.Role == tenant.Operator || a.o.Companies != nil && len(a.o.Companies.View().All) == 1
	until := map[string]time.Time{}
	for _, b := range a.o.Guard.Bans() {
		until[b.Source.String()] = b.Until
	}
	out := []RefusedRegistration{}
	for _, r := range a.o.Guard.Refused() {
		v, ok := refusedOf(t, &r, alone)
		if !ok || who.Extension != "" && v.Extension != who.Extension {
			continue
		}
		if at, banned := until[v.Source]; banned {
			v.Banned = &at
		}
		out = append(out, v)
	}
	return page(in.Page, len(out), cut(in.Page, out)), nil
}

// refusedOf is a refusal as a company sees it; false: it is none of its business.
func refusedOf(t *tenant.Tenant, r *guard.Refusal, alone bool) (RefusedRegistration, bool) {
	v := RefusedRegistration{Name: r.Account, Why: "name", Source: r.Source.String(), At: r.At, Times: r.Times}
	if ext := extensionOf(t, r.Account); ext != "" {
		v.Extension, v.DeviceName, v.Why = ext, r.Account, "password"
		return v, true
	}
	if !alone || foreign.MatchString(r.Account) {
		return v, false
	}
	if t.HasExtension(r.Account) {
		v.Extension = r.Account
	}
	return v, true
}
