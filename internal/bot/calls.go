package bot

import (
	"context"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Calls finds and moves calls. *Lines is one. Errors of Take and CallBack are
// *envelope.Error.
type Calls interface {
	// Live finds a call that lasts or ended a while ago, as the tenant may see it;
	// nil when there is none.
	Live(t *tenant.Tenant, id string) *call.Call
	// Read reports whether the calls of the server of a call have been read: before,
	// Live may not know one that lasts.
	Read(t *tenant.Tenant, id string) bool
	// Past finds a call in the history.
	Past(ctx context.Context, t *tenant.Tenant, id string) (store.CallRow, bool, error)
	// Take moves the caller of a call.
	Take(t *tenant.Tenant, c *call.Call, take policy.Take) error
	// CallBack rings the phones of an extension, then calls a number for it.
	CallBack(t *tenant.Tenant, extension, number string) error
	// Diversions reads those of an extension, ChangeDiversions changes some for a
	// person.
	Diversions(ctx context.Context, t *tenant.Tenant, extension string) (pbx.Diversions, error)
	ChangeDiversions(ctx context.Context, t *tenant.Tenant, who people.Person, changes []pbx.RuleChange) error
	// Missed are the last calls of an extension that nobody answered, the newest
	// first.
	Missed(ctx context.Context, t *tenant.Tenant, extension string, most int) ([]store.CallRow, error)
}

// History is the calls that ended. *store.Store is one.
type History interface {
	Calls(ctx context.Context, q store.CallQuery) (store.CallPage, error)
}

// Lines does what people press on the servers, by the same rules as what programs
// ask for.
type Lines struct {
	Pool    *pbx.Pool
	Policy  *policy.Policy
	History History
	// Diverted is told of diversions that a person has changed, with what they were.
	// Nil: nobody is.
	Diverted func(who tenant.Identity, server int, d pbx.Diversions)
}

// server splits a call's id.
func (l *Lines) server(t *tenant.Tenant, id string) (s *pbx.Server, linkedid string) {
	server, linkedid, ok := call.ParseID(id)
	if !ok || !t.HasServer(server) {
		return nil, ""
	}
	return l.Pool.Server(server), linkedid
}

// Live implements Calls.
func (l *Lines) Live(t *tenant.Tenant, id string) *call.Call {
	s, _ := l.server(t, id)
	if s == nil {
		return nil
	}
	c := s.Calls().Call(id)
	if c == nil {
		return nil
	}
	return c.For(t)
}

// Read implements Calls. There is nothing to wait for where there is no server.
func (l *Lines) Read(t *tenant.Tenant, id string) bool {
	s, _ := l.server(t, id)
	return s == nil || s.Whole()
}

// Past implements Calls.
func (l *Lines) Past(ctx context.Context, t *tenant.Tenant, id string) (store.CallRow, bool, error) {
	s, linkedid := l.server(t, id)
	if s == nil {
		return store.CallRow{}, false, nil
	}
	page, err := l.History.Calls(ctx, store.CallQuery{TenantID: t.ID.Hex(), Server: s.ID(), Linkedid: linkedid, Limit: 1})
	if err != nil || len(page.Rows) == 0 {
		return store.CallRow{}, false, err
	}
	return page.Rows[0], true, nil
}

// Missed implements Calls.
func (l *Lines) Missed(ctx context.Context, t *tenant.Tenant, extension string, most int) ([]store.CallRow, error) {
	missed := true
	page, err := l.History.Calls(ctx, store.CallQuery{TenantID: t.ID.Hex(), Extensions: []string{extension}, Missed: &missed, Limit: most})
	return page.Rows, err
}

// as is on whose behalf it is done: a person's of the company.
func as(t *tenant.Tenant) tenant.Identity {
	return tenant.Identity{Role: tenant.TenantRole, Tenant: t, Name: "NAVER WORKS"}
}

// Take implements Calls.
func (l *Lines) Take(t *tenant.Tenant, c *call.Call, take policy.Take) error {
	s := l.Pool.Server(c.Server)
	if s == nil {
		return envelope.Errorf(envelope.Unavailable, "", "the server is not there any more")
	}
	plan, err := l.Policy.Take(as(t), c.Server, take)
	if err != nil {
		return err
	}
	return s.Move(as(t), plan)()
}

// CallBack implements Calls.
func (l *Lines) CallBack(t *tenant.Tenant, extension, number string) error {
	s := l.where(t, extension)
	if s == nil {
		return envelope.Errorf(envelope.Unavailable, "", "your company has no server")
	}
	// The desk phone shows who is called back; the network, a number of the company.
	plan, err := l.Policy.ClickToCall(as(t), policy.ClickToCall{Caller: extension, Callee: number, CIDNumber: number})
	if err != nil {
		return err
	}
	return s.Move(as(t), plan)()
}

// where is the server on which an extension's phone is registered, else home.
func (l *Lines) where(t *tenant.Tenant, extension string) *pbx.Server {
	for _, id := range t.Servers {
		if s := l.Pool.Server(id); s != nil && s.Registered(dialplan.Dial(t.Prefix(), extension)) {
			return s
		}
	}
	return l.Pool.Server(t.Home())
}

// Diversions implements Calls.
func (l *Lines) Diversions(ctx context.Context, t *tenant.Tenant, extension string) (pbx.Diversions, error) {
	s := l.Pool.Server(t.Home())
	if s == nil {
		return pbx.Diversions{}, envelope.Errorf(envelope.Unavailable, "", "your company has no server")
	}
	all, err := s.Diversions(ctx, as(t), t, extension)
	if err != nil {
		return pbx.Diversions{}, err
	}
	return all[0], nil
}

// ChangeDiversions implements Calls.
func (l *Lines) ChangeDiversions(ctx context.Context, t *tenant.Tenant, who people.Person, changes []pbx.RuleChange) error {
	s := l.Pool.Server(t.Home())
	if s == nil {
		return envelope.Errorf(envelope.Unavailable, "", "your company has no server")
	}
	by := as(t)
	now, err := s.ChangeDiversions(ctx, by, t, changes)
	if err != nil {
		return err
	}
	by.Name += " " + who.ID // names of people are in no log
	for i := range now {
		if l.Diverted != nil {
			l.Diverted(by, s.ID(), now[i])
		}
	}
	return nil
}
