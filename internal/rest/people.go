package rest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

const tagPeople = "people"

// PersonView is somebody of a company.
type PersonView struct {
	ID              string     `json:"id" example:"q3m7xk2vh5tw4nby" doc:"does not change"`
	Name            string     `json:"name" example:"홍길동"`
	Email           string     `json:"email" example:"hong@example.com"`
	User            string     `json:"user" doc:"the id of NAVER WORKS; empty: none"`
	Language        string     `json:"language" enum:"ko,en" doc:"of what is sent to them"`
	Extension       string     `json:"extension" example:"1010" doc:"empty: none"`
	ExtensionByHand bool       `json:"extension_by_hand"`
	Mobile          string     `json:"mobile" example:"01026132471" doc:"as it is dialled; empty: none"`
	MobileByHand    bool       `json:"mobile_by_hand"`
	ByHand          bool       `json:"by_hand" doc:"entered by hand, not of the directory"`
	Status          string     `json:"status" enum:"by_hand,matched,unmatched,conflict,left" doc:"how they have, or have not, an extension"`
	Why             string     `json:"why" doc:"which rules found it, or what the conflict is"`
	Telephone       string     `json:"telephone" doc:"as the directory has it"`
	Since           time.Time  `json:"since"`
	LeftAt          *time.Time `json:"left_at,omitempty" doc:"when they were no longer in the directory, or suspended there"`
}

func viewOfPerson(m *people.Match) PersonView {
	p := &m.Person
	v := PersonView{
		ID: p.ID, Name: p.Name, Email: p.Email, User: p.User, Language: p.Lang, Extension: m.Extension, ExtensionByHand: p.ExtensionByHand,
		Mobile: p.Mobile, MobileByHand: p.MobileByHand, ByHand: p.ByHand, Status: string(m.Status), Why: m.Why, Telephone: p.Fields.Telephone, Since: p.Since,
	}
	if !p.Left.IsZero() {
		v.LeftAt = &p.Left
	}
	return v
}

// PersonFields are what somebody enters of a person.
type PersonFields struct {
	Name      *string `json:"name,omitempty" maxLength:"100" example:"최수진" doc:"name, email, user and language are of people entered by hand; of others they are the directory's"`
	Email     *string `json:"email,omitempty" maxLength:"200"`
	User      *string `json:"user,omitempty" maxLength:"200" doc:"the id of NAVER WORKS: they get cards, and can sign in"`
	Language  *string `json:"language,omitempty" enum:"ko,en"`
	Extension *string `json:"extension,omitempty" maxLength:"10" doc:"by hand from then on; empty: they have none. Two people may share one that was given by hand"`
	Mobile    *string `json:"mobile,omitempty" maxLength:"60" doc:"by hand from then on; empty: they have none"`
	// ByRules and ByDirectory give back what was set by hand.
	ByRules     bool `json:"extension_by_rules,omitempty" doc:"give the extension back to the rules"`
	ByDirectory bool `json:"mobile_by_directory,omitempty" doc:"give the mobile number back to the directory"`
}

func (f *PersonFields) change() people.Change {
	return people.Change{
		Name: f.Name, Email: f.Email, User: f.User, Lang: f.Language, Extension: f.Extension, Mobile: f.Mobile, ByRules: f.ByRules, ByDirectory: f.ByDirectory,
	}
}

// PersonPath is a person in a path.
type PersonPath struct {
	ID string `path:"id" maxLength:"32" example:"q3m7xk2vh5tw4nby"`
}

// PeopleCounts are how many people have, or have not, an extension.
type PeopleCounts struct {
	People    int `json:"people"`
	Matched   int `json:"matched"`
	ByHand    int `json:"by_hand"`
	Unmatched int `json:"unmatched"`
	Conflicts int `json:"conflicts"`
}

// PeopleTried is what rules would make of the people.
type PeopleTried struct {
	Counts PeopleCounts `json:"counts"`
	People []PersonView `json:"people" nullable:"false"`
}

// PeopleSync is how a reading of the directory went.
type PeopleSync struct {
	At     time.Time `json:"at"`
	Error  string    `json:"error,omitempty" doc:"nothing was changed then"`
	Joined int       `json:"joined"`
	Left   int       `json:"left"`
	PeopleCounts
}

// PersonSession is where a person is signed in.
type PersonSession struct {
	ID        string    `json:"id" example:"w2k5qx3vhm7t4nby"`
	Agent     string    `json:"agent" doc:"the browser, as it calls itself"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

func (a *API) peopleOps(api huma.API) {
	if a.o.People == nil {
		return
	}
	o := operation("people", http.MethodGet, "/people", tagPeople, "Your people", 400, 404)
	o.Description = "Those of the directory of NAVER WORKS and those entered by hand, by name; who has left stands at the end, for 90 days."
	huma.Register(api, o, a.listPeople)
	huma.Register(api, operation("person", http.MethodGet, "/people/{id}", tagPeople, "One of your people", 400, 404), a.getPerson)
	o = operation("create-person", http.MethodPost, "/people", tagPeople, "Enter a person by hand", 400, 404, 409)
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, a.createPerson)
	o = operation("change-person", http.MethodPut, "/people/{id}", tagPeople, "Change a person by hand", 400, 404, 409)
	o.Description = "Members that are absent stay as they are. What is set by hand goes before rules and directory, and settles a conflict."
	huma.Register(api, o, a.changePerson)
	o = operation("delete-person", http.MethodDelete, "/people/{id}", tagPeople, "Remove a person who was entered by hand, or has left", 400, 404, 409)
	o.Description = "Whoever is in the directory leaves with it. They are signed out."
	huma.Register(api, o, a.deletePerson)
	o = operation("try-people", http.MethodPost, "/people/try", tagPeople, "Try rules before they count", 400, 404, 409)
	o.Description = "Says who would have which extension, who none, and what the conflicts are; changes nothing. Absent `rules` are those of the settings."
	huma.Register(api, o, a.tryPeople)
	huma.Register(api, operation("people-sync", http.MethodGet, "/people/sync", tagPeople, "How the directory was read last", 400, 404), a.lastSync)
	o = operation("sync-people", http.MethodPost, "/people/sync", tagPeople, "Read the directory of NAVER WORKS now", 400, 404, 409)
	o.Description = "People who are no longer in it, or suspended, leave: they get no cards and are signed out. What was set by hand stays."
	huma.Register(api, o, a.syncPeople)
	huma.Register(api, operation("person-sessions", http.MethodGet, "/people/{id}/sessions", tagPeople, "Where a person is signed in", 400, 404), a.personSessions)
	o = operation("delete-person-sessions", http.MethodDelete, "/people/{id}/sessions", tagPeople, "Sign a person out", 400, 404)
	huma.Register(api, o, a.endSessions)
	a.peopleSettingsOps(api)
	a.contactOps(api)
}

// company is whose people a request is about; the login of one extension sees
// none of them.
func (a *API) peopleOf(ctx context.Context, name string) (int, error) {
	who := callerOf(ctx).who
	if who.Role == tenant.ExtensionRole {
		return 0, envelope.Errorf(envelope.Forbidden, "", "a login of one extension cannot see or change this")
	}
	t, err := a.tenantOf(who, a.scope(false, name))
	if err != nil {
		return 0, err
	}
	return t.Number, nil
}

// peopleError words an error of package people.
func peopleError(err error) error {
	var e *envelope.Error
	text := func(sentinel error) (field, message string) {
		_, message, _ = strings.Cut(err.Error(), sentinel.Error())
		message = strings.TrimPrefix(message, ": ")
		if f, _, ok := strings.Cut(message, ": "); ok && !strings.Contains(f, " ") {
			field = f
		}
		return field, message
	}
	var wrong people.Wrong
	switch {
	case err == nil, errors.As(err, &e):
		return err
	case errors.As(err, &wrong):
		return envelope.Errorf(envelope.InvalidValue, wrong[0].Field, "%v; nothing was taken. dry_run tells all mistakes", wrong)
	case errors.Is(err, people.ErrPerson):
		field, message := text(people.ErrPerson)
		return envelope.Errorf(envelope.InvalidValue, field, "%s", message)
	case errors.Is(err, people.ErrSettings):
		field, message := text(people.ErrSettings)
		return envelope.Errorf(envelope.InvalidValue, field, "%s", message)
	case errors.Is(err, people.ErrRule):
		_, message := text(people.ErrRule)
		return envelope.Errorf(envelope.InvalidValue, "rules", "rule %s", strings.TrimSpace(message))
	case errors.Is(err, people.ErrNoWorks):
		return envelope.Errorf(envelope.Conflict, "", "%v: set naver-works first", people.ErrNoWorks)
	case errors.Is(err, people.ErrConflict):
		return envelope.Errorf(envelope.Conflict, "user", "another person has this id of NAVER WORKS, or there are too many")
	case errors.Is(err, people.ErrNotFound):
		return envelope.Errorf(envelope.NotFound, "id", "there is no such person or contact of yours")
	case errors.Is(err, store.ErrSecretKey):
		return envelope.Errorf(envelope.Unavailable, "", "%v", err)
	}
	return err
}

// peopleTrail leaves a line in the audit trail. Its detail names nobody; what was
// before and after does.
func (a *API) peopleTrail(ctx context.Context, number int, action, detail string, changes ...audit.Change) {
	a.trail(ctx, audit.KindChanged, a.o.Directory().ByNumber(number), audit.Entry{Action: action, Detail: detail, Changes: changes})
}

func (a *API) listPeople(ctx context.Context, in *struct {
	TenantQuery
	Page
	Status string `query:"status" enum:"by_hand,matched,unmatched,conflict,left" doc:"these only"`
},
) (*list[PersonView], error) {
	n, err := a.peopleOf(ctx, in.Tenant)
	var all []people.Match
	if err == nil {
		all, _, err = a.o.People.List(ctx, n)
	}
	if err != nil {
		return nil, a.refused(ctx, "people", 0, peopleError(err))
	}
	views := []PersonView{}
	for i := range all {
		if in.Status == "" || in.Status == string(all[i].Status) {
			views = append(views, viewOfPerson(&all[i]))
		}
	}
	return page(in.Page, len(views), cut(in.Page, views)), nil
}

func (a *API) getPerson(ctx context.Context, in *struct {
	TenantQuery
	PersonPath
},
) (*reply[PersonView], error) {
	n, err := a.peopleOf(ctx, in.Tenant)
	var m people.Match
	if err == nil {
		m, err = a.o.People.Get(ctx, n, in.ID)
	}
	if err != nil {
		return nil, a.refused(ctx, "person", 0, peopleError(err))
	}
	return success(viewOfPerson(&m)), nil
}

func (a *API) createPerson(ctx context.Context, in *struct {
	TenantQuery
	Body PersonFields
},
) (*reply[PersonView], error) {
	const action = "create person"
	n, err := a.peopleOf(ctx, in.Tenant)
	var m people.Match
	if err == nil {
		m, err = a.o.People.Add(ctx, n, in.Body.change())
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, peopleError(err))
	}
	a.peopleTrail(ctx, n, action, "person "+m.Person.ID+", extension "+m.Extension, audit.Diff(nil, viewOfPerson(&m))...)
	return success(viewOfPerson(&m)), nil
}

func (a *API) changePerson(ctx context.Context, in *struct {
	TenantQuery
	PersonPath
	Body PersonFields
},
) (*reply[PersonView], error) {
	const action = "change person"
	n, err := a.peopleOf(ctx, in.Tenant)
	var m, was people.Match
	if err == nil {
		was, err = a.o.People.Get(ctx, n, in.ID)
	}
	if err == nil {
		m, err = a.o.People.Change(ctx, n, in.ID, in.Body.change())
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, peopleError(err))
	}
	a.peopleTrail(ctx, n, action, "person "+m.Person.ID+", extension "+m.Extension, audit.Diff(viewOfPerson(&was), viewOfPerson(&m))...)
	return success(viewOfPerson(&m)), nil
}

func (a *API) deletePerson(ctx context.Context, in *struct {
	TenantQuery
	PersonPath
},
) (*reply[Removed], error) {
	const action = "delete person"
	n, err := a.peopleOf(ctx, in.Tenant)
	var was people.Match
	if err == nil {
		was, err = a.o.People.Get(ctx, n, in.ID)
	}
	if err == nil {
		err = a.o.People.Remove(ctx, n, in.ID)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, peopleError(err))
	}
	a.peopleTrail(ctx, n, action, "person "+in.ID, audit.Diff(viewOfPerson(&was), nil)...)
	return success(Removed{in.ID}), nil
}

func (a *API) tryPeople(ctx context.Context, in *struct {
	TenantQuery
	Body struct {
		Rules []PeopleRule `json:"rules,omitempty" maxItems:"20"`
		Fresh bool         `json:"fresh,omitempty" doc:"read the directory for it; else it is as it was read last"`
	}
},
) (*reply[PeopleTried], error) {
	n, err := a.peopleOf(ctx, in.Tenant)
	var all []people.Match
	var counts people.Counts
	if err == nil {
		all, counts, err = a.o.People.Try(ctx, n, rulesOf(in.Body.Rules), in.Body.Fresh)
	}
	if err != nil {
		return nil, a.refused(ctx, "try people", 0, worksError(err))
	}
	out := PeopleTried{Counts: PeopleCounts(counts), People: []PersonView{}}
	for i := range all {
		out.People = append(out.People, viewOfPerson(&all[i]))
	}
	return success(out), nil
}

// worksError is peopleError where NAVER WORKS was asked: what it says helps to set
// it up, and has no secrets.
func worksError(err error) error {
	known := peopleError(err)
	var e *envelope.Error
	if errors.As(known, &e) || errors.Is(err, store.ErrUnavailable) {
		return known
	}
	return envelope.Errorf(envelope.Unavailable, "", "%v", err)
}

func syncView(r people.Report) PeopleSync {
	return PeopleSync{At: r.At, Error: r.Error, Joined: r.Joined, Left: r.Left, PeopleCounts: PeopleCounts(r.Counts)}
}

func (a *API) lastSync(ctx context.Context, in *struct{ TenantQuery }) (*reply[PeopleSync], error) {
	n, err := a.peopleOf(ctx, in.Tenant)
	var r people.Report
	if err == nil {
		r, err = a.o.People.LastSync(ctx, n)
	}
	if err != nil {
		return nil, a.refused(ctx, "people sync", 0, peopleError(err))
	}
	return success(syncView(r)), nil
}

func (a *API) syncPeople(ctx context.Context, in *struct{ TenantQuery }) (*reply[PeopleSync], error) {
	const action = "sync people"
	n, err := a.peopleOf(ctx, in.Tenant)
	var r people.Report
	if err == nil {
		r, err = a.o.People.Sync(ctx, n)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, worksError(err))
	}
	return success(syncView(r)), nil
}

func (a *API) personSessions(ctx context.Context, in *struct {
	TenantQuery
	PersonPath
	Page
},
) (*list[PersonSession], error) {
	n, err := a.peopleOf(ctx, in.Tenant)
	var all []store.PersonSession
	if err == nil {
		all, err = a.o.People.Sessions(ctx, n, in.ID)
	}
	if err != nil {
		return nil, a.refused(ctx, "person sessions", 0, peopleError(err))
	}
	out := []PersonSession{}
	for _, s := range cut(in.Page, all) {
		out = append(out, PersonSession{ID: s.ID, Agent: s.Agent, CreatedAt: s.Created, ExpiresAt: s.Expires})
	}
	return page(in.Page, len(all), out), nil
}

func (a *API) endSessions(ctx context.Context, in *struct {
	TenantQuery
	PersonPath
	Session string `query:"session" maxLength:"32" doc:"this one only; absent: all"`
},
) (*reply[Removed], error) {
	const action = "sign person out"
	n, err := a.peopleOf(ctx, in.Tenant)
	if err == nil {
		err = a.o.People.EndSessions(ctx, n, in.ID, in.Session)
	}
	if err == nil && in.Session == "" && a.o.Users != nil { // signed out is signed out: of the web, too
		err = a.o.Users.EndPerson(ctx, n, in.ID)
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, peopleError(err))
	}
	a.peopleTrail(ctx, n, action, "person "+in.ID)
	return success(Removed{in.ID}), nil
}
