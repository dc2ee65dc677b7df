package users

import (
	"context"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Roles are those that users of a company may have, 0 for users of none: of the
// program first.
func (s *Service) Roles(ctx context.Context, who tenant.Identity, number int) ([]Role, error) {
	if err := s.mayManage(who, &number); err != nil {
		return nil, err
	}
	var out []Role
	for _, r := range BuiltIn() {
		if one, err := s.Role(ctx, r.ID, number); err == nil {
			out = append(out, one)
		}
	}
	if number == 0 {
		return out, nil
	}
	own, err := s.o.Store.WebRoles(ctx, number)
	for i := range own {
		out = append(out, ownRole(&own[i]))
	}
	return out, err
}

// PutRole makes a role of a company, with id "", or changes one. It returns what
// it was and is.
func (s *Service) PutRole(ctx context.Context, who tenant.Identity, number int, id, name string, rights map[string]tenant.Grant) (was, now Role, err error) {
	if err := s.mayManage(who, &number); err != nil {
		return was, now, err
	}
	r := store.WebRole{ID: id, Tenant: number, Name: strings.TrimSpace(name), Rights: tenant.NewRights(rights).Areas()}
	switch {
	case number == 0:
		return was, now, &FieldError{"tenant", "roles of one's own are a company's: say whose, such as ?tenant=T2"}
	case r.Name == "":
		return was, now, &FieldError{"name", "name is missing"}
	}
	for _, b := range BuiltIn() {
		if strings.EqualFold(r.Name, b.Korean) || strings.EqualFold(r.Name, b.English) {
			return was, now, &FieldError{"name", "name is that of a role of the program"}
		}
	}
	for area, g := range rights {
		if !slices.Contains(tenant.Areas(), area) || ofOperators(area) {
			return was, now, &FieldError{"rights." + area, "rights." + area + " is no area of a company; see GET rights"}
		}
		if len(g.Settings) > 0 && g.Level != tenant.Change {
			return was, now, &FieldError{"rights." + area + ".settings", "settings are for the level change"}
		}
	}
	if !tenant.NewRights(r.Rights).Within(who.Rights) {
		return was, now, ErrForbidden
	}
	if id == "" {
		r.ID = newID()
	} else if was, err = s.ownRole(ctx, who, number, id); err != nil {
		return was, now, err
	}
	if _, err = s.o.Store.PutWebRole(ctx, r); err != nil {
		return was, now, err
	}
	s.o.Ended()
	return was, ownRole(&r), nil
}

// ownRole is one that a company has made, and who asks may change.
func (s *Service) ownRole(ctx context.Context, who tenant.Identity, number int, id string) (Role, error) {
	r, err := s.o.Store.WebRole(ctx, id)
	if err != nil {
		return Role{}, err
	}
	if r.Tenant != number {
		return Role{}, ErrNotFound
	}
	if !tenant.NewRights(r.Rights).Within(who.Rights) {
		return Role{}, ErrForbidden
	}
	return ownRole(&r), nil
}

// DeleteRole removes a role that nobody has.
func (s *Service) DeleteRole(ctx context.Context, who tenant.Identity, number int, id string) (Role, error) {
	if err := s.mayManage(who, &number); err != nil {
		return Role{}, err
	}
	was, err := s.ownRole(ctx, who, number, id)
	if err != nil {
		return Role{}, err
	}
	_, err = s.o.Store.DeleteWebRole(ctx, id)
	return was, err
}

// Area is what rights are given for.
type Area struct {
	ID, Korean, English string
	Operators           bool // a company has nothing to do with it
}

// Areas are all of them, as pages list them.
func Areas() []Area {
	titles := map[string][2]string{
		tenant.AreaLive: {"실시간", "Live calls"}, tenant.AreaOverview: {"한눈에 보기", "Overview"}, tenant.AreaCalls: {"통화 기록", "Call history"},
		tenant.AreaRecordings: {"녹음", "Recordings"}, tenant.AreaFaxes: {"팩스", "Faxes"}, tenant.AreaVoicemail: {"음성사서함", "Voicemail"},
		tenant.AreaExtensions: {"내선", "Extensions"}, tenant.AreaTrunks: {"전화선", "Trunks"}, tenant.AreaNumbers: {"대표번호", "Numbers"},
		tenant.AreaGroups: {"그룹", "Groups"}, tenant.AreaTimes: {"시간과 휴일", "Times and holidays"},
		tenant.AreaFeatures: {"기능 코드와 등급", "Feature codes and classes"}, tenant.AreaPrompts: {"안내 음성", "Announcements"},
		tenant.AreaDiversions: {"착신전환", "Diversions"}, tenant.AreaApply: {"적용할 변경", "Pending changes"}, tenant.AreaPeople: {"구성원", "People"},
		tenant.AreaContacts: {"연락처", "Contacts"}, tenant.AreaNaverWorks: {"네이버웍스", "NAVER WORKS"}, tenant.AreaWebhooks: {"웹훅", "Webhooks"},
		tenant.AreaUsers: {"사용자와 역할", "Users and roles"}, tenant.AreaKeys: {"API 키", "API keys"}, tenant.AreaTenants: {"회사", "Companies"},
		tenant.AreaServers: {"서버", "Servers"}, tenant.AreaAudit: {"감사 기록", "Audit"}, tenant.AreaSystem: {"시스템", "System"}, tenant.AreaMy: {"내 페이지", "My page"},
	}
	var out []Area
	for _, a := range tenant.Areas() {
		out = append(out, Area{a, titles[a][0], titles[a][1], ofOperators(a)})
	}
	return out
}
