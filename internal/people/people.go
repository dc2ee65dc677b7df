// Package people knows who works in a company: from the directory of NAVER
// WORKS, by rules that give each person an extension, and from what is entered
// by hand. It also knows the names of callers, from imported contacts or a
// look-up elsewhere, and signs people in.
package people

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/dipcast/dipcast/internal/store"
)

// Person is somebody of a company who is here: not suspended, not gone.
type Person struct {
	ID        string // ours; does not change
	Tenant    int    // number of the tenant
	User      string // id of NAVER WORKS, as in callbacks; "" none
	Email     string
	Name      string
	Mobile    string // as it is dialled; "" none
	Extension string // "" none
	Lang      string // "ko" or "en"
}

// Directory is who is here, of all tenants. It is read without locks, in any
// goroutine; each answer is of one moment. The zero value is empty.
type Directory struct{ now atomic.Pointer[index] }

type place struct {
	tenant int
	key    string
}

// index is one moment, which never changes.
type index struct {
	all         map[int][]Person
	byUser      map[place]Person
	byExtension map[place][]Person
	byID        map[place]Person
}

// Set replaces everybody.
func (d *Directory) Set(all []Person) {
	x := &index{all: map[int][]Person{}, byUser: map[place]Person{}, byExtension: map[place][]Person{}, byID: map[place]Person{}}
	all = slices.SortedStableFunc(slices.Values(all), func(a, b Person) int { return strings.Compare(a.Name, b.Name) })
	for _, p := range all {
		x.all[p.Tenant] = append(x.all[p.Tenant], p)
		x.byID[place{p.Tenant, p.ID}] = p
		if p.User != "" {
			x.byUser[place{p.Tenant, p.User}] = p
		}
		if p.Extension != "" {
			k := place{p.Tenant, p.Extension}
			x.byExtension[k] = append(x.byExtension[k], p)
		}
	}
	d.now.Store(x)
}

// ByExtension are the people of an extension, by name: more than one only where
// somebody has said so by hand. The slice must not be changed.
func (d *Directory) ByExtension(tenant int, ext string) []Person {
	if x := d.now.Load(); x != nil {
		return x.byExtension[place{tenant, ext}]
	}
	return nil
}

// ByUser finds a person by the id of NAVER WORKS.
func (d *Directory) ByUser(tenant int, user string) (Person, bool) {
	x := d.now.Load()
	if x == nil || user == "" {
		return Person{}, false
	}
	p, ok := x.byUser[place{tenant, user}]
	return p, ok
}

// ByID finds a person by the id we gave them.
func (d *Directory) ByID(tenant int, id string) (Person, bool) {
	x := d.now.Load()
	if x == nil {
		return Person{}, false
	}
	p, ok := x.byID[place{tenant, id}]
	return p, ok
}

// All are the people of a tenant by name. The slice must not be changed.
func (d *Directory) All(tenant int) []Person {
	if x := d.now.Load(); x != nil {
		return x.all[tenant]
	}
	return nil
}

// here are those of rows who are here.
func here(rows []store.Person) []Person {
	var all []Person
	for i := range rows {
		if r := &rows[i]; r.Left.IsZero() {
			all = append(all, Person{
				ID: r.ID, Tenant: r.Tenant, User: r.User, Email: r.Email, Name: r.Name, Mobile: r.Mobile, Extension: r.Extension, Lang: language(r.Lang),
			})
		}
	}
	return all
}

// language is Korean where nothing else is known.
func language(lang string) string {
	if lang == "" {
		return "ko"
	}
	return lang
}
