package rest

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/tenant"
)

// MyMobile is the mobile of whoever asks.
type MyMobile struct {
	Mobile string `json:"mobile" example:"01026132471" doc:"as it is dialled; empty: none"`
	ByHand bool   `json:"by_hand" doc:"entered here or by an administrator; false: the directory of NAVER WORKS has it, or there is none"`
	// Directory is what by_directory gives back.
	Directory bool `json:"directory" doc:"you are in the directory of NAVER WORKS, which may know your mobile"`
}

func (a *API) myOps(api huma.API) {
	if a.o.People == nil {
		return
	}
	o := operation("my-mobile", http.MethodGet, "/my/mobile", tagPeople, "Your own mobile", 400, 404, 409)
	o.Description = "For a login of one extension: the mobile of its person, to which calls are taken by a card's button or `POST /calls/{call_id}/move`. 409: several people share the extension, and the login does not say who asks."
	huma.Register(api, o, a.getMyMobile)
	o = operation("change-my-mobile", http.MethodPut, "/my/mobile", tagPeople, "Change your own mobile", 400, 404, 409)
	o.Description = "It counts at once. Who is not among the people yet is entered there, by the name of the extension."
	huma.Register(api, o, a.changeMyMobile)
}

// mine is the person behind a login of one extension; nil when there is none yet.
func (a *API) mine(who tenant.Identity) (*people.Person, error) {
	if who.Role != tenant.ExtensionRole {
		return nil, envelope.Errorf(envelope.NotFound, "", "this login has no extension, and so no mobile; see people")
	}
	p, n := a.personOf(who, who.Extension)
	if p == nil && n > 0 {
		return nil, envelope.Errorf(envelope.Conflict, "", "%d people share extension %s; ask your administrator to enter your mobile among the people", n, who.Extension)
	}
	return p, nil
}

// personOf is who is meant by an extension of who's company: the one who asks, when
// they have signed in by NAVER WORKS and it is theirs, else the only one of the n who
// have it.
func (a *API) personOf(who tenant.Identity, ext string) (p *people.Person, n int) {
	if a.o.People == nil {
		return nil, 0
	}
	d := a.o.People.Directory()
	if me, ok := d.ByID(who.Tenant.Number, who.Name); ok && who.Via == tenant.ViaSession && me.Extension == ext {
		return &me, 1
	}
	all := d.ByExtension(who.Tenant.Number, ext)
	if len(all) == 1 {
		p = &all[0]
	}
	return p, len(all)
}

func (a *API) getMyMobile(ctx context.Context, _ *struct{}) (*reply[MyMobile], error) {
	who := callerOf(ctx).who
	p, err := a.mine(who)
	var m people.Match
	if err == nil && p != nil {
		m, err = a.o.People.Get(ctx, p.Tenant, p.ID)
	}
	if err != nil {
		return nil, a.refused(ctx, "my-mobile", 0, peopleError(err))
	}
	return success(myMobileOf(&m)), nil
}

func myMobileOf(m *people.Match) MyMobile {
	p := &m.Person
	return MyMobile{Mobile: p.Mobile, ByHand: p.MobileByHand, Directory: p.ID != "" && !p.ByHand}
}

func (a *API) changeMyMobile(ctx context.Context, in *struct {
	Body struct {
		Mobile      *string `json:"mobile,omitempty" maxLength:"60" example:"010-2613-2471" doc:"empty: you have none"`
		ByDirectory bool    `json:"by_directory,omitempty" doc:"take that of the directory of NAVER WORKS instead"`
	}
},
) (*reply[MyMobile], error) {
	const action = "change-my-mobile"
	who := callerOf(ctx).who
	if (in.Body.Mobile == nil) == !in.Body.ByDirectory {
		return nil, a.refused(ctx, action, 0, envelope.Errorf(envelope.BadRequest, "mobile", "give either mobile or by_directory"))
	}
	p, err := a.mine(who)
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	change := people.Change{Mobile: in.Body.Mobile, ByDirectory: in.Body.ByDirectory}
	var was any
	var m people.Match
	switch {
	case p == nil && in.Body.ByDirectory:
		err = envelope.Errorf(envelope.Conflict, "by_directory", "you are not in the directory of NAVER WORKS")
	case p == nil:
		name := cmp.Or(a.nameOf(who.Tenant, who.Extension), who.Extension)
		change.Name, change.Extension = &name, &who.Extension
		m, err = a.o.People.Add(ctx, who.Tenant.Number, change)
	default:
		if m, err = a.o.People.Get(ctx, p.Tenant, p.ID); err == nil {
			was = viewOfPerson(&m)
			m, err = a.o.People.Change(ctx, p.Tenant, p.ID, change)
		}
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, peopleError(err))
	}
	a.peopleTrail(ctx, who.Tenant.Number, action, "person "+m.Person.ID+", extension "+m.Extension, audit.Diff(was, viewOfPerson(&m))...)
	return success(myMobileOf(&m)), nil
}
