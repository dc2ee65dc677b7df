package people

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/store"
)

// Contacts tells who is behind a number: imported contacts first, then the
// company's own server.
type Contacts struct {
	s *Service
	l *lookup

	mu       sync.Mutex
	settings map[int]kept // of look-ups, by tenant
}

// kept are settings that were read lately, so that a call does not read them.
type kept struct {
	look  Lookup
	until time.Time
}

// settingsLife is how long settings count that another node has changed.
const settingsLife = 30 * time.Second

func newContacts(s *Service) *Contacts {
	return &Contacts{s: s, l: newLookup(s), settings: map[int]kept{}}
}

// Name is the name behind a number of the network, however it is written; "" when
// nobody knows. It takes LookupTimeout at most, or as long as ctx, and never fails:
// a call rings without a name too.
func (c *Contacts) Name(ctx context.Context, tenant int, num string) string {
	key := number.Key(num)
	if key == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, LookupTimeout)
	defer cancel()
	name, company, err := c.s.o.Store.ContactName(ctx, tenant, key)
	switch {
	case err == nil:
		return shown(name, company)
	case !errors.Is(err, ErrNotFound):
		c.s.log.Warn("a contact was not read", "tenant", c.s.o.Directory().ByNumber(tenant), "error", err)
		return ""
	}
	look, err := c.look(ctx, tenant)
	if err != nil || look.URL == "" {
		return ""
	}
	return c.l.name(ctx, tenant, look, key)
}

// shown is a contact in one line.
func shown(name, company string) string {
	switch {
	case name == "":
		return company
	case company == "":
		return name
	}
	return name + " (" + company + ")"
}

func (c *Contacts) look(ctx context.Context, tenant int) (Lookup, error) {
	now := c.s.o.Now()
	c.mu.Lock()
	k, ok := c.settings[tenant]
	c.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.look, nil
	}
	t, err := c.s.Settings(ctx, tenant)
	if err != nil {
		return Lookup{}, err
	}
	c.mu.Lock()
	c.settings[tenant] = kept{t.Lookup, now.Add(settingsLife)}
	c.mu.Unlock()
	return t.Lookup, nil
}

// forget has settings and answers of a company read anew.
func (c *Contacts) forget(tenant int) {
	c.mu.Lock()
	delete(c.settings, tenant)
	c.mu.Unlock()
	c.l.forget(tenant)
}

// List are the contacts of a company by their numbers that have search in their
// name, company or number, and how many there are; "" are all.
func (c *Contacts) List(ctx context.Context, tenant int, search string, offset, limit int) ([]store.Contact, int, error) {
	return c.s.o.Store.Contacts(ctx, tenant, search, offset, limit)
}

// Put keeps the name behind one number. before is who was behind it, nil nobody.
func (c *Contacts) Put(ctx context.Context, tenant int, num, name, company string) (now store.Contact, before *store.Contact, err error) {
	now = store.Contact{Number: number.Key(num), Written: num, Name: strings.TrimSpace(name), Company: strings.TrimSpace(company)}
	if len(now.Number) < 3 || strings.Trim(num, "+0123456789-() .") != "" {
		return now, nil, fmt.Errorf("%w: number: must be a telephone number", ErrPerson)
	}
	if now.Name == "" && now.Company == "" {
		return now, nil, fmt.Errorf("%w: name: a contact needs a name or a company", ErrPerson)
	}
	old := store.Contact{Number: now.Number}
	old.Name, old.Company, err = c.s.o.Store.ContactName(ctx, tenant, now.Number)
	switch {
	case err == nil:
		before = &old
	case !errors.Is(err, ErrNotFound):
		return now, nil, err
	}
	_, err = c.s.o.Store.PutContacts(ctx, tenant, []store.Contact{now}, false)
	return now, before, err
}

// Import is what became of a file of contacts.
type Import struct {
	Taken int   `json:"taken"` // numbers
	Total int   `json:"total"` // that are there now
	Wrong Wrong `json:"wrong,omitempty"`
}

// Import keeps the contacts of a file: each in the place of the one with its
// number, or with replace all others go. A file with mistakes changes nothing and
// is a Wrong, unless skip leaves those entries out. try keeps nothing.
func (c *Contacts) Import(ctx context.Context, tenant int, f Format, data []byte, replace, skip, try bool) (Import, error) {
	all, wrong := parse(f, data)
	if len(wrong) > 0 && (!skip || len(all) == 0) {
		return Import{Wrong: wrong}, wrong
	}
	r := Import{Taken: len(all), Wrong: wrong}
	if try {
		return r, nil
	}
	var err error
	r.Total, err = c.s.o.Store.PutContacts(ctx, tenant, all, replace)
	return r, err
}

// Export writes all contacts of a company as a file that Import reads.
func (c *Contacts) Export(ctx context.Context, tenant int, f Format) ([]byte, error) {
	all, _, err := c.s.o.Store.Contacts(ctx, tenant, "", 0, store.MaxContacts)
	if err != nil {
		return nil, err
	}
	return write(f, all), nil
}

// Delete deletes the contact of a number. ErrNotFound: there is none.
func (c *Contacts) Delete(ctx context.Context, tenant int, num string) error {
	return c.s.o.Store.DeleteContact(ctx, tenant, number.Key(num))
}
