package rest

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/envelope"
)

// resource is a list of a company's description whose entries are read, added,
// changed and removed the same way.
type resource[T any] struct {
	path  string // "ring-groups"
	one   string // of operation ids and audit: "ring-group"
	many  string // "ring-groups"
	title string // "ring groups"
	field string // in the description: "ring_groups"
	key   string // the JSON name of what entries are known by
	list  func(*company.Company) *[]T
	// start is what a new entry begins with. Optional.
	start func(given *fields[T]) (T, error)
	// prepare completes a new entry. Optional.
	prepare func(c *company.Company, entry *T)
	shared  bool // operators also have one that is no company's
}

// EntryPath is an entry of a list in a path.
type EntryPath struct {
	ID string `path:"id" maxLength:"32" doc:"what it is known by" example:"1"`
}

// keyOf is what an entry is known by.
func (k *resource[T]) keyOf(entry *T) string {
	f := k.keyField(entry)
	if f.Kind() == reflect.Int {
		return strconv.FormatInt(f.Int(), 10)
	}
	return f.String()
}

func (k *resource[T]) keyField(entry *T) reflect.Value {
	v := reflect.ValueOf(entry).Elem()
	if v.Kind() == reflect.String {
		return v
	}
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("json"); tag == k.key || len(tag) > len(k.key) && tag[:len(k.key)+1] == k.key+"," {
			return v.Field(i)
		}
	}
	panic("no member " + k.key) // of the table below, which a test walks
}

func (k *resource[T]) find(c *company.Company, id string) (int, error) {
	list := *k.list(c)
	for i := range list {
		if k.keyOf(&list[i]) == id {
			return i, nil
		}
	}
	return -1, envelope.Errorf(envelope.NotFound, "id", "there is no such %s of yours", k.one)
}

func (k *resource[T]) at(id string) string { return k.field + "[" + id + "]" }

// addResource adds the operations of a list.
func addResource[T any](a *API, api huma.API, k *resource[T]) {
	addViewed(a, api, k, func(_ *company.Company, entry T) (T, error) { return entry, nil })
}

// addViewed is addResource for entries that are shown with more than the
// description has of them.
func addViewed[T, V any](a *API, api huma.API, k *resource[T], view func(*company.Company, T) (V, error)) {
	huma.Register(api, operation(k.many, http.MethodGet, "/"+k.path, tagCompany, "Your "+k.title, 400, 404), func(ctx context.Context, in *struct {
		TenantQuery
		Page
	},
	) (*list[V], error) {
		c, err := a.read(ctx, a.scope(k.shared, in.Tenant))
		total, out := 0, []V{}
		if err == nil {
			total = len(*k.list(c))
			for _, entry := range cut(in.Page, *k.list(c)) {
				v, viewErr := view(c, entry)
				out, err = append(out, v), errors.Join(err, viewErr)
			}
		}
		if err != nil {
			return nil, a.refused(ctx, k.many, 0, err)
		}
		return page(in.Page, total, out), nil
	})
	huma.Register(api, operation(k.one, http.MethodGet, "/"+k.path+"/{id}", tagCompany, "One of your "+k.title, 400, 404), func(ctx context.Context, in *struct {
		TenantQuery
		EntryPath
	},
	) (*tagged[V], error) {
		c, err := a.read(ctx, a.scope(k.shared, in.Tenant))
		if err != nil {
			return nil, a.refused(ctx, k.one, 0, err)
		}
		return shown(ctx, a, k, k.one, c, in.ID, view)
	})
	o := operation("create-"+k.one, http.MethodPost, "/"+k.path, tagCompany, "Add one to your "+k.title, 400, 404, 409)
	o.DefaultStatus = http.StatusCreated
	huma.Register(api, o, func(ctx context.Context, in *struct {
		TenantQuery
		Body fields[T]
	},
	) (*tagged[V], error) {
		var id string
		r, err := a.edit(ctx, a.scope(k.shared, in.Tenant), strings.TrimSpace("create "+k.one+" "+in.Body.word(k.key)), func(c *company.Company) error {
			var entry T
			var err error
			if k.start != nil {
				if entry, err = k.start(&in.Body); err != nil {
					return err
				}
			}
			if err := in.Body.into(&entry); err != nil {
				return err
			}
			if k.prepare != nil {
				k.prepare(c, &entry)
			}
			id = k.keyOf(&entry)
			if _, err := k.find(c, id); err == nil {
				return envelope.Errorf(envelope.Conflict, k.key, "there is one of this %s already", k.key)
			}
			*k.list(c) = append(*k.list(c), entry)
			return nil
		})
		if err != nil {
			return nil, a.refused(ctx, "create "+k.one, 0, asked(err, k.at(id)))
		}
		return shown(ctx, a, k, "create "+k.one, &r.Company.Company, id, view)
	})
	o = operation("change-"+k.one, http.MethodPut, "/"+k.path+"/{id}", tagCompany, "Change one of your "+k.title, 400, 404, 409)
	o.Description = "Members that are absent stay as they are."
	huma.Register(api, o, func(ctx context.Context, in *struct {
		TenantQuery
		EntryPath
		Matching
		Body fields[T]
	},
	) (*tagged[V], error) {
		id := in.ID
		r, err := a.edit(ctx, a.scope(k.shared, in.Tenant), "change "+k.one+" "+in.ID, func(c *company.Company) error {
			i, err := k.find(c, in.ID)
			if err != nil {
				return err
			}
			list := *k.list(c)
			if err := match(in.Matching, k.tag(c, i)); err != nil {
				return err
			}
			if err := in.Body.into(&list[i]); err != nil {
				return err
			}
			id = k.keyOf(&list[i])
			return nil
		})
		if err != nil {
			return nil, a.refused(ctx, "change "+k.one, 0, asked(err, k.at(id)))
		}
		return shown(ctx, a, k, "change "+k.one, &r.Company.Company, id, view)
	})
	huma.Register(api, operation("delete-"+k.one, http.MethodDelete, "/"+k.path+"/{id}", tagCompany, "Remove one of your "+k.title, 400, 404, 409), func(ctx context.Context, in *struct {
		TenantQuery
		EntryPath
		Matching
	},
	) (*reply[Removed], error) {
		_, err := a.edit(ctx, a.scope(k.shared, in.Tenant), "delete "+k.one+" "+in.ID, func(c *company.Company) error {
			i, err := k.find(c, in.ID)
			if err != nil {
				return err
			}
			if err := match(in.Matching, k.tag(c, i)); err != nil {
				return err
			}
			*k.list(c) = slices.Delete(*k.list(c), i, i+1)
			return nil
		})
		if err != nil {
			return nil, a.refused(ctx, "delete "+k.one, 0, refusedRemoval(err, k.one+" "+in.ID))
		}
		return success(Removed{in.ID}), nil
	})
}

// Removed says what is there no more.
type Removed struct {
	ID string `json:"id"`
}

// tag is the ETag of an entry, made without its secrets.
func (k *resource[T]) tag(c *company.Company, i int) string {
	bare := c.Bare()
	return etag((*k.list(&bare))[i])
}

// scope is whose list is meant: of some, operators have one of their own.
func (a *API) scope(shared bool, name string) string {
	if name == SharedTenant && !shared {
		return "T0" // there is none
	}
	return name
}

// shown answers with one entry of a company.
func shown[T, V any](ctx context.Context, a *API, k *resource[T], action string, c *company.Company, id string, view func(*company.Company, T) (V, error)) (*tagged[V], error) {
	i, err := k.find(c, id)
	var v V
	if err == nil {
		v, err = view(c, (*k.list(c))[i])
	}
	if err != nil {
		return nil, a.refused(ctx, action, 0, err)
	}
	return withTag(v, etag((*k.list(c))[i])), nil
}

const tagCompany = "company"
