package people

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/works"
)

// Errors callers test for.
var (
	// ErrNotFound reports a person, session or contact that is not there.
	ErrNotFound = store.ErrNotFound
	// ErrConflict reports an id of NAVER WORKS that another person has.
	ErrConflict = store.ErrConflict
	// ErrNoWorks reports a company that has not set up NAVER WORKS.
	ErrNoWorks = errors.New("this company has not set up NAVER WORKS")
	// ErrEmpty reports a directory without people, or with too many. Nothing is
	// changed by it: a right that is missing must not make everybody a leaver.
	ErrEmpty = errors.New("the directory has nobody, or more than there can be")
	// ErrPerson reports what a person entered by hand cannot have; the text says
	// which field.
	ErrPerson = errors.New("person")
)

// MaxPeople bounds the people of a company.
const MaxPeople = 20000

// Account is a company's app at NAVER WORKS. *works.Client is one.
type Account interface {
	Users(ctx context.Context, domain int64, each func([]works.User) error) error
	Budget(op string) works.Budget
	NewLogin(o works.LoginOptions) (*works.Login, error)
}

// Options configures a Service. All fields are required but those that say so.
type Options struct {
	Store     *store.Store
	Directory func() *tenant.Directory // of tenants: the current one, at every call
	// Account gives a company's app, and the domains whose people are its own; an
	// empty list means the app's. It is ErrNoWorks where there is none.
	Account func(ctx context.Context, tenant int) (Account, []int64, error)
	// Secret is the key that signs what a browser keeps while somebody signs in.
	Secret func() ([]byte, error)
	// Private are networks that look-ups may reach although they are private.
	// Optional.
	Private func() []netip.Prefix
	Logger  *slog.Logger
	Now     func() time.Time // default time.Now
}

// Service knows the people of all companies. Its methods may be called from any
// goroutine.
type Service struct {
	o        Options
	log      *slog.Logger
	now      Directory
	contacts *Contacts
	turn     chan struct{} // one directory is read at a time
	kick     chan struct{}

	loading sync.Mutex // so that an older moment never follows a newer one
	mu      sync.Mutex
	plans   map[int]*plan // of Run, by tenant
}

// New returns a Service, or an error that names a missing option.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Directory == nil || o.Account == nil || o.Secret == nil || o.Logger == nil {
		return nil, errors.New("people: Store, Directory, Account, Secret and Logger are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Service{
		o: o, log: o.Logger.With("component", "people"), turn: make(chan struct{}, 1), kick: make(chan struct{}, 1), plans: map[int]*plan{},
	}
	s.contacts = newContacts(s)
	return s, nil
}

// Directory is who is here, always the newest moment.
func (s *Service) Directory() *Directory { return &s.now }

// Contacts are the names of callers.
func (s *Service) Contacts() *Contacts { return s.contacts }

// Load reads who is here.
func (s *Service) Load(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	all, err := s.o.Store.People(ctx, 0)
	if err != nil {
		return err
	}
	s.now.Set(here(all))
	return nil
}

// change changes the people of a company; rules are applied to what comes out.
func (s *Service) change(ctx context.Context, tenant int, f func([]store.Person) ([]store.Person, error)) error {
	t, err := s.Settings(ctx, tenant)
	if err != nil {
		return err
	}
	k, err := compile(t.Rules, s.extensions(tenant))
	if err != nil {
		return err
	}
	_, err = s.o.Store.ChangePeople(ctx, tenant, func(all []store.Person) ([]store.Person, error) {
		all, err := f(all)
		if err != nil {
			return nil, err
		}
		if len(all) > MaxPeople {
			return nil, fmt.Errorf("%w: a company has at most %d people", ErrPerson, MaxPeople)
		}
		return keep(k.assign(all)), nil
	})
	if err != nil {
		return err
	}
	return s.Load(ctx)
}

// extensions are what rules look for.
func (s *Service) extensions(number int) Extensions {
	t := s.o.Directory().ByNumber(number)
	if t == nil {
		return Extensions{}
	}
	x := Extensions{Numbers: t.Extensions, DIDs: t.DIDs, Emails: map[string]string{}}
	for ext, p := range t.Profiles {
		x.Emails[ext] = p.Email
	}
	return x
}

// Follow has people follow a change of their company: extensions that are gone
// are nobody's, and rules look at those that are there. Run looks at its plans.
func (s *Service) Follow(ctx context.Context, tenant int, gone []string) error {
	select {
	case s.kick <- struct{}{}:
	default:
	}
	if len(s.now.All(tenant)) == 0 {
		return nil
	}
	return s.Forget(ctx, tenant, gone)
}

// Forget takes extensions that were deleted from the people who had them, so that
// they do not get another's when a number is given again.
func (s *Service) Forget(ctx context.Context, tenant int, exts []string) error {
	gone := map[string]bool{}
	for _, e := range exts {
		gone[e] = true
	}
	return s.change(ctx, tenant, func(all []store.Person) ([]store.Person, error) {
		for i := range all {
			if gone[all[i].Extension] {
				all[i].Extension, all[i].ExtensionByHand = "", false
			}
		}
		return all, nil
	})
}

// List are the people of a company with what the rules make of them now, by name;
// those who have left at the end.
func (s *Service) List(ctx context.Context, tenant int) ([]Match, Counts, error) {
	all, err := s.o.Store.People(ctx, tenant)
	if err != nil {
		return nil, Counts{}, err
	}
	return s.match(ctx, tenant, all, nil)
}

// match applies rules, nil those of the settings, and keeps nothing.
func (s *Service) match(ctx context.Context, tenant int, all []store.Person, some []Rule) ([]Match, Counts, error) {
	if some == nil {
		t, err := s.Settings(ctx, tenant)
		if err != nil {
			return nil, Counts{}, err
		}
		some = t.Rules
	}
	k, err := compile(some, s.extensions(tenant))
	if err != nil {
		return nil, Counts{}, err
	}
	out := k.assign(all)
	sortMatches(out)
	return out, count(out), nil
}
