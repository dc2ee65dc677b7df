package rest

import (
	"context"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Scope are the parameters that say whose things an operation is about, and on
// which server.
type Scope struct {
	Tenant   string `query:"tenant" maxLength:"8" doc:"whose, as T2: operators must say it; for others it is their own"`
	ServerID int    `query:"server_id" doc:"the server to act on; absent: the tenant's home server"`
}

// Page are the parameters of a list.
type Page struct {
	Limit  int `query:"limit" minimum:"1" maximum:"1000" default:"1000" doc:"at most so many"`
	Offset int `query:"offset" minimum:"0" default:"0" doc:"leave out so many at the beginning"`
}

// cut returns the page of a list.
func cut[T any](p Page, list []T) []T {
	from := min(p.Offset, len(list))
	return slices.Clip(list[from:min(from+p.Limit, len(list))])
}

// reply is an answer with one thing.
type reply[T any] struct {
	Body struct {
		Status string `json:"status" enum:"success"`
		Data   T      `json:"data"`
	}
}

// part is an answer with a part of a long list, which is read on from where it
// ended.
type part[T any] struct {
	Body struct {
		Status  string `json:"status" enum:"success"`
		Data    []T    `json:"data" nullable:"false"`
		HasMore bool   `json:"has_more" doc:"there is more: ask again with after"`
		Next    string `json:"next,omitempty" doc:"for after, when there is more"`
		Limit   int    `json:"limit"`
	}
}

func success[T any](data T) *reply[T] {
	var r reply[T]
	r.Body.Status, r.Body.Data = "success", data
	return &r
}

// list is an answer with a page of a list.
type list[T any] struct {
	Body struct {
		Status string `json:"status" enum:"success"`
		Data   []T    `json:"data" nullable:"false"`
		Total  int    `json:"total" doc:"of all pages"`
		Limit  int    `json:"limit"`
		Offset int    `json:"offset"`
	}
}

func page[T any](p Page, total int, data []T) *list[T] {
	var l list[T]
	l.Body.Status, l.Body.Data, l.Body.Total, l.Body.Limit, l.Body.Offset = "success", data, total, p.Limit, p.Offset
	return &l
}

// where is a Scope that was found to be the client's.
type where struct {
	a      *API
	who    tenant.Identity
	tenant *tenant.Tenant
	server *pbx.Server
}

// tenantOf is the tenant that a request is about. A tenant's client may name
// its own only; the answer does not tell whether another exists.
func (a *API) tenantOf(who tenant.Identity, name string) (*tenant.Tenant, error) {
	if who.Role != tenant.Operator {
		if who.Tenant == nil || name != "" && name != who.Tenant.ID.String() {
			return nil, envelope.Errorf(envelope.Forbidden, "tenant", "tenant is for operators; yours is that of your credentials")
		}
		return who.Tenant, nil
	}
	if name == "" {
		return nil, envelope.Errorf(envelope.BadRequest, "tenant", "tenant is missing; an operator says whose, such as ?tenant=T2")
	}
	if n, err := strconv.Atoi(name[1:]); err == nil && name[0] == 'T' {
		if t := a.o.Directory().ByNumber(n); t != nil && t.ID.String() == name {
			return t, nil
		}
	}
	return nil, envelope.Errorf(envelope.NotFound, "tenant", "there is no such tenant; the form is T2")
}

// where finds tenant and server of a request.
func (a *API) where(ctx context.Context, s Scope) (where, error) {
	w := where{a: a, who: callerOf(ctx).who}
	var err error
	if w.tenant, err = a.tenantOf(w.who, s.Tenant); err != nil {
		return w, err
	}
	id := s.ServerID
	if id == 0 {
		id = w.tenant.Home()
	}
	if w.tenant.HasServer(id) {
		w.server = a.o.Pool.Server(id)
	}
	switch {
	case w.server != nil:
		return w, nil
	case s.ServerID != 0:
		return w, envelope.Errorf(envelope.NotFound, "server_id", "there is no server %d for you", s.ServerID)
	}
	return w, envelope.Errorf(envelope.Unavailable, "", "your company has no server")
}

// mayUse accepts an extension that the client may act for.
func (w where) mayUse(ext string) error { return mayUse(w.who, w.tenant, "ext", ext) }

func mayUse(who tenant.Identity, t *tenant.Tenant, field, ext string) error {
	if who.Role == tenant.ExtensionRole && ext != who.Extension {
		return envelope.Errorf(envelope.Forbidden, field, "this login is for extension %s alone", who.Extension)
	}
	if !t.HasExtension(ext) {
		return envelope.Errorf(envelope.NotFound, field, "there is no such extension of yours")
	}
	return nil
}

// extensions are those that the client may act for.
func (w where) extensions() []string { return extensionsOf(w.who, w.tenant) }

func extensionsOf(who tenant.Identity, t *tenant.Tenant) []string {
	if who.Role == tenant.ExtensionRole {
		return []string{who.Extension}
	}
	return t.Extensions
}

// id is the server's id, 0 when it was not found, for the audit.
func (w where) id() int {
	if w.server == nil {
		return 0
	}
	return w.server.ID()
}

// At says where something is or was done.
type At struct {
	ServerID   int    `json:"server_id" example:"1"`
	ServerName string `json:"server_name" example:"dcrm.makecall.io"`
}

func (w where) at() At { return At{w.server.ID(), w.server.Name()} }

// operation is what most operations have in common. Every one may answer 401,
// 403, 422, 429 and 503. A parameter that is not known is refused, not dropped:
// one that was misspelt would have it act elsewhere.
func operation(id, method, path, tag, summary string, errors ...int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: Prefix + path, Summary: summary, Tags: []string{tag},
		Errors: append([]int{401, 403, 422, 429, 503}, errors...), MaxBodyBytes: maxBody + 1,
		RejectUnknownQueryParameters: true,
	}
}
