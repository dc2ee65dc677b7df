package rest

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/secret"
)

// PeopleRule gives people of the directory an extension by one of their fields.
type PeopleRule struct {
	Field   string `json:"field" enum:"telephone,cell_phone,external_key,employee_number,nickname,email" doc:"of the directory"`
	Pattern string `json:"pattern,omitempty" maxLength:"300" example:"\\(([0-9]+)\\)$" doc:"a regular expression (RE2); its group is compared. Absent: an extension that stands alone, in parentheses, or behind # or p; else the whole field"`
	To      string `json:"to,omitempty" enum:"extension,did,email" doc:"compared with extensions, with numbers that ring one, or with where its voicemail is sent; absent: extension"`
}

// PeopleLookup asks a server of the company's for names of callers.
type PeopleLookup struct {
	URL           *string `json:"url,omitempty" maxLength:"500" example:"https://crm.example.com/names?number={number}" doc:"with {number} in it; empty: nobody is asked. The answer is JSON with name and company, or text/plain; 404: there is none. It must come within 300 ms"`
	Authorization *string `json:"authorization,omitempty" maxLength:"500" doc:"sent as the header of that name; never shown; empty: none"`
	Set           bool    `json:"authorization_set,omitempty" readOnly:"true" doc:"there is one"`
}

// PeopleSignIn are addresses of signing in.
type PeopleSignIn struct {
	Issuer  *string `json:"issuer,omitempty" maxLength:"500" doc:"of ID tokens; empty: https://auth.worksmobile.com"`
	KeysURL *string `json:"keys_url,omitempty" maxLength:"500" doc:"of its keys; empty: /certs of the token service"`
}

// PeopleSettings are what a company has set for its people.
type PeopleSettings struct {
	Rules       []PeopleRule  `json:"rules,omitempty" maxItems:"20" doc:"all are asked, and who finds one extension has it; absent: telephone, telephone to did, email to email"`
	SyncMinutes *int          `json:"sync_minutes,omitempty" minimum:"-1" maximum:"10080" doc:"how often the directory is read, from 5; 0: 60; -1: when somebody asks"`
	Lookup      *PeopleLookup `json:"lookup,omitempty"`
	SignIn      *PeopleSignIn `json:"sign_in,omitempty"`
}

func rulesOf(all []PeopleRule) []people.Rule {
	var out []people.Rule
	for _, r := range all {
		out = append(out, people.Rule(r))
	}
	return out
}

func (a *API) peopleSettingsOps(api huma.API) {
	huma.Register(api, operation("people-settings", http.MethodGet, "/people/settings", tagPeople, "How extensions are found, and names looked up", 400, 404), a.getPeopleSettings)
	o := operation("change-people-settings", http.MethodPut, "/people/settings", tagPeople, "Set how extensions are found, and names looked up", 400, 404)
	o.Description = "Members that are absent stay as they are; `rules` are replaced as a whole, and an empty list means the defaults. They count at once: try them first. `sign_in` is for operators."
	huma.Register(api, o, a.putPeopleSettings)
}

func settingsView(t *people.Settings) PeopleSettings {
	minutes := t.SyncMinutes
	if minutes == 0 {
		minutes = people.DefaultSyncMinutes
	}
	v := PeopleSettings{SyncMinutes: &minutes, Lookup: &PeopleLookup{URL: &t.Lookup.URL, Set: !t.Lookup.Authorization.Empty()}}
	rules := t.Rules
	if rules == nil {
		rules = people.DefaultRules
	}
	for _, r := range rules {
		v.Rules = append(v.Rules, PeopleRule(r))
	}
	if t.SignIn != (people.SignIn{}) {
		v.SignIn = &PeopleSignIn{Issuer: &t.SignIn.Issuer, KeysURL: &t.SignIn.KeysURL}
	}
	return v
}

func (a *API) getPeopleSettings(ctx context.Context, in *struct{ TenantQuery }) (*reply[PeopleSettings], error) {
	n, err := a.peopleOf(ctx, in.Tenant)
	var t people.Settings
	if err == nil {
		t, err = a.o.People.Settings(ctx, n)
	}
	if err != nil {
		return nil, a.refused(ctx, "people settings", 0, peopleError(err))
	}
	return success(settingsView(&t)), nil
}

func (a *API) putPeopleSettings(ctx context.Context, in *struct {
	TenantQuery
	Body PeopleSettings
},
) (*reply[PeopleSettings], error) {
	const action = "change people settings"
	n, err := a.peopleOf(ctx, in.Tenant)
	if err == nil && in.Body.SignIn != nil {
		err = operator(ctx)
	}
	var t people.Settings
	if err == nil {
		t, err = a.o.People.Settings(ctx, n)
	}
	old := t
	was := settingsView(&old)
	if err == nil {
		in.Body.into(&t)
		err = a.o.People.SetSettings(ctx, n, t)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, peopleError(err))
	}
	a.peopleTrail(ctx, n, action, "", audit.Diff(was, settingsView(&t))...)
	return success(settingsView(&t)), nil
}

// into sets what the request has.
func (s *PeopleSettings) into(t *people.Settings) {
	if s.Rules != nil {
		t.Rules = rulesOf(s.Rules)
	}
	if s.SyncMinutes != nil {
		t.SyncMinutes = *s.SyncMinutes
	}
	if l := s.Lookup; l != nil {
		if l.URL != nil {
			t.Lookup.URL = *l.URL
		}
		if l.Authorization != nil {
			t.Lookup.Authorization = secret.New(*l.Authorization)
		}
	}
	if i := s.SignIn; i != nil {
		if i.Issuer != nil {
			t.SignIn.Issuer = *i.Issuer
		}
		if i.KeysURL != nil {
			t.SignIn.KeysURL = *i.KeysURL
		}
	}
}
