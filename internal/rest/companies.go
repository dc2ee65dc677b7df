package rest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// SharedTenant is what operators write for the trunks that all companies share.
const SharedTenant = "shared"

// Matching are the headers by which a client changes only what it has seen.
type Matching struct {
	IfMatch string `header:"If-Match" maxLength:"64" doc:"the ETag of what was read: the answer is 409 when it has changed since"`
}

// tagged is an answer with one thing and its ETag.
type tagged[T any] struct {
	ETag string `header:"ETag"`
	Body struct {
		Status string `json:"status" enum:"success"`
		Data   T      `json:"data"`
	}
}

func withTag[T any](data T, tag string) *tagged[T] {
	var r tagged[T]
	r.ETag = tag
	r.Body.Status, r.Body.Data = "success", data
	return &r
}

// etag is that of something as its description has it, secrets left out.
func etag(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

// match refuses a change of something that is not what the client has seen.
func match(m Matching, tag string) error {
	if m.IfMatch == "" || m.IfMatch == "*" {
		return nil
	}
	for one := range strings.SplitSeq(m.IfMatch, ",") {
		if strings.TrimPrefix(strings.TrimSpace(one), "W/") == tag {
			return nil
		}
	}
	return envelope.Errorf(envelope.Conflict, "If-Match", "it was changed by somebody else meanwhile; read it again")
}

// author is who asks, for the versions and the audit.
func (a *API) author(ctx context.Context) companies.Author {
	c := callerOf(ctx)
	return companies.Author{Identity: c.who, Remote: c.from()}
}

// described is the company that a request is about, as it is now.
func (a *API) described(ctx context.Context, name string) (*store.Company, error) {
	t, err := a.tenantOf(callerOf(ctx).who, name)
	if err != nil {
		return nil, err
	}
	c := a.o.Companies.View().ByNumber(t.Number)
	if c == nil {
		return nil, envelope.Errorf(envelope.NotFound, "tenant", "there is no such tenant; the form is T2")
	}
	return c, nil
}

// administrator is described for those who may see and change all of it, which
// the login of one extension may not.
func (a *API) administrator(ctx context.Context, name string) (*store.Company, error) {
	if callerOf(ctx).who.Role == tenant.ExtensionRole {
		return nil, envelope.Errorf(envelope.Forbidden, "", "a login of one extension cannot see or change this")
	}
	return a.described(ctx, name)
}

// operator refuses everybody else.
func operator(ctx context.Context) error {
	if callerOf(ctx).who.Role != tenant.Operator {
		return envelope.Errorf(envelope.Forbidden, "", "this is for operators")
	}
	return nil
}

// maxProblems is how many things that are wrong one answer names.
const maxProblems = 5

// asked words an error of package companies about one thing: at is where the
// fields of that begin, "extensions[1010]", which the answer leaves out.
func asked(err error, at string) error {
	var e *envelope.Error
	var wrong *store.InvalidError
	switch {
	case err == nil, errors.As(err, &e):
		return err
	case errors.As(err, &wrong):
		p := wrong.Problems[0]
		field := inCompany(p.Field)
		field = strings.TrimPrefix(strings.TrimPrefix(field, at), ".")
		text := field + ": " + p.Text
		if field == "" {
			text = p.Text
		}
		for i, more := range wrong.Problems[1:] {
			if i == maxProblems-1 {
				text += fmt.Sprintf(" (and %d more)", len(wrong.Problems)-maxProblems)
				break
			}
			f := strings.TrimPrefix(strings.TrimPrefix(inCompany(more.Field), at), ".")
			text += "; " + strings.TrimPrefix(f+": "+more.Text, ": ")
		}
		return envelope.Errorf(envelope.InvalidValue, field, "%s", text)
	case errors.Is(err, store.ErrSecretKey):
		return envelope.Errorf(envelope.Unavailable, "", "%v", err)
	case errors.Is(err, companies.ErrChanged):
		return envelope.Errorf(envelope.Conflict, "", "%v", companies.ErrChanged)
	case errors.Is(err, store.ErrConflict):
		return envelope.Errorf(envelope.Conflict, "", "the number or the id is taken")
	case errors.Is(err, companies.ErrNotFound):
		return envelope.Errorf(envelope.NotFound, "", "%v", err)
	}
	return err
}

// inCompany is a field without the company's number in front: "T2.dids".
func inCompany(field string) string {
	if head, rest, ok := strings.Cut(field, "."); ok && strings.HasPrefix(head, "T") && !strings.Contains(head, "[") {
		return rest
	}
	return field
}

// refusedRemoval words an error of a removal: what still refers to it.
func refusedRemoval(err error, what string) error {
	var wrong *store.InvalidError
	if !errors.As(err, &wrong) {
		return asked(err, "")
	}
	var users []string
	for _, p := range wrong.Problems {
		if f := inCompany(p.Field); !slices.Contains(users, f) && len(users) < 10 {
			users = append(users, f)
		}
	}
	return envelope.Errorf(envelope.Conflict, envelope.Clip(users[0]), "%s is still used by %s", what, strings.Join(users, ", "))
}

// edit changes a company, or with SharedTenant the trunks that all share.
func (a *API) edit(ctx context.Context, name, summary string, f func(*company.Company) error) (companies.Result, error) {
	if name == SharedTenant {
		if err := operator(ctx); err != nil {
			return companies.Result{}, err
		}
		var after company.Company
		_, err := a.o.Companies.ChangeShared(ctx, a.author(ctx), summary, func(trunks *[]company.Trunk) error {
			all := company.Company{Trunks: *trunks}
			if err := f(&all); err != nil {
				return err
			}
			*trunks = all.Trunks
			after = all.Bare()
			return nil
		})
		return companies.Result{Company: store.Company{Company: after}}, err
	}
	c, err := a.administrator(ctx, name)
	if err != nil {
		return companies.Result{}, err
	}
	return a.o.Companies.Change(ctx, a.author(ctx), c.Number, summary, func(c *store.Company) error { return f(&c.Company) })
}

// read is a company as a request may see it, or the shared trunks.
func (a *API) read(ctx context.Context, name string) (*company.Company, error) {
	if name == SharedTenant {
		if err := operator(ctx); err != nil {
			return nil, err
		}
		return &company.Company{Trunks: a.o.Companies.View().Shared.Trunks}, nil
	}
	c, err := a.administrator(ctx, name)
	if err != nil {
		return nil, err
	}
	return &c.Company, nil
}
