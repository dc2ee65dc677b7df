package users

import (
	"context"
	"fmt"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Roles of the program.
const (
	RoleAdministrator = store.AdministratorRole // sees and changes all companies
	RoleCompany       = "company"               // administrates one company
	RoleSupervisor    = "supervisor"
	RoleAuditor       = "auditor"
	RoleEmployee      = "employee"
	roleKey           = "key" // an app key, which is no user
)

// Role is what somebody may do, and as what.
type Role struct {
	ID      string
	Tenant  int // number; 0: of the program
	Korean  string
	English string
	// Base is what is allowed at all; Rights narrow it. For all of Base they are nil.
	Base   tenant.Role
	Rights *tenant.Rights
}

// BuiltIn are the roles of the program.
func BuiltIn() []Role {
	return []Role{
		{ID: RoleAdministrator, Korean: "시스템 관리자", English: "System administrator", Base: tenant.Operator},
		{ID: RoleCompany, Korean: "회사 관리자", English: "Company administrator", Base: tenant.TenantRole},
		{ID: RoleSupervisor, Korean: "슈퍼바이저", English: "Supervisor", Base: tenant.TenantRole, Rights: supervisor()},
		{ID: RoleAuditor, Korean: "감사자", English: "Auditor", Base: tenant.TenantRole, Rights: auditor()},
		{ID: RoleEmployee, Korean: "직원", English: "Employee", Base: tenant.ExtensionRole},
	}
}

func levels(l tenant.Level, areas ...string) map[string]tenant.Grant {
	m := map[string]tenant.Grant{}
	for _, a := range areas {
		m[a] = tenant.Grant{Level: l}
	}
	return m
}

func supervisor() *tenant.Rights {
	m := levels(tenant.See, tenant.AreaOverview, tenant.AreaCalls, tenant.AreaRecordings, tenant.AreaVoicemail, tenant.AreaExtensions,
		tenant.AreaPeople, tenant.AreaContacts)
	for a, g := range levels(tenant.Change, tenant.AreaLive, tenant.AreaFaxes, tenant.AreaMy) {
		m[a] = g
	}
	return tenant.NewRights(m)
}

func auditor() *tenant.Rights { return tenant.NewRights(levels(tenant.See, tenant.Areas()...)) }

// ofOperators are areas that a company's own people have nothing to do with.
func ofOperators(area string) bool {
	return area == tenant.AreaTenants || area == tenant.AreaServers || area == tenant.AreaSystem
}

// Allowed are the areas of a base role with rights, as pages show them.
func Allowed(base tenant.Role, rights *tenant.Rights) map[string]tenant.Grant {
	out := map[string]tenant.Grant{}
	for _, a := range tenant.Areas() {
		g := tenant.Grant{Level: tenant.Change}
		switch base {
		case tenant.Operator:
		case tenant.TenantRole:
			if ofOperators(a) {
				continue
			}
		case tenant.ExtensionRole:
			if g = ofEmployees[a]; g.Level == tenant.None {
				continue
			}
		default:
			continue
		}
		if rights != nil {
			r := rights.Areas()[a]
			if r.Level == tenant.None {
				continue
			}
			if g.Level = min(g.Level, r.Level); g.Level == tenant.Change {
				g.Settings = r.Settings
			}
		}
		out[a] = g
	}
	return out
}

// ofEmployees is what the login of one extension has to do with, of its own.
var ofEmployees = map[string]tenant.Grant{
	tenant.AreaMy: {Level: tenant.Change}, tenant.AreaLive: {Level: tenant.Change}, tenant.AreaCalls: {Level: tenant.See},
	tenant.AreaRecordings: {Level: tenant.See}, tenant.AreaFaxes: {Level: tenant.Change}, tenant.AreaVoicemail: {Level: tenant.Change},
	tenant.AreaDiversions: {Level: tenant.Change}, tenant.AreaExtensions: {Level: tenant.See},
}

// Role finds a role for users of a company, 0 for those of none. The error wraps
// ErrNotFound when there is no such role for them.
func (s *Service) Role(ctx context.Context, id string, number int) (Role, error) {
	for _, r := range BuiltIn() {
		if r.ID != id {
			continue
		}
		if r.ID == RoleAuditor && number == 0 {
			r.Base = tenant.Operator
		}
		if (r.Base == tenant.Operator) != (number == 0) {
			return Role{}, fmt.Errorf("role %s: %w", id, ErrNotFound)
		}
		return r, nil
	}
	own, err := s.o.Store.WebRole(ctx, id)
	if err != nil {
		return Role{}, err
	}
	if own.Tenant != number || number == 0 {
		return Role{}, fmt.Errorf("role: %w", ErrNotFound)
	}
	return ownRole(&own), nil
}

func ownRole(r *store.WebRole) Role {
	return Role{ID: r.ID, Tenant: r.Tenant, Korean: r.Name, English: r.Name, Base: tenant.TenantRole, Rights: tenant.NewRights(r.Rights)}
}
