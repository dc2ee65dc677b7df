// Package users knows who may sign in at the web, what they may do there, and which
// browsers are signed in.
package users

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Errors callers test for.
var (
	// ErrNotFound reports a user, role or session that is not there.
	ErrNotFound = store.ErrNotFound
	// ErrConflict reports a username or a name that is taken, or a role that is in use.
	ErrConflict = store.ErrConflict
	// ErrLastAdministrator reports a change after which nobody could administrate.
	ErrLastAdministrator = store.ErrLastAdministrator
	// ErrCode reports a right password without the code that is needed beside it.
	ErrCode = errors.New("a code is needed")
	// ErrWrongCode reports a code that is wrong, or was used before.
	ErrWrongCode = errors.New("the code is wrong, or was used before")
	// ErrNoUser reports an identity that is no user of the web: a login of the
	// configuration or an app key has no profile.
	ErrNoUser = errors.New("this is for users of the web; logins of the configuration are changed there")
)

// FieldError says what is wrong with which member of a request.
type FieldError struct{ Field, Text string }

// Error implements error.
func (e *FieldError) Error() string { return e.Text }

// Lives of sessions.
const (
	Idle = 12 * time.Hour     // without being used
	Life = 7 * 24 * time.Hour // whatever happens
	// seenEvery is how often the use of a session is written down.
	seenEvery = time.Minute
)

// Trail keeps who did what. *audit.Log is one.
type Trail interface {
	Record(ctx context.Context, kind string, e audit.Entry)
}

// Options configures a Service. All fields are required but those that say so.
type Options struct {
	Store     *store.Store
	Auth      *auth.Authenticator
	Passwords *auth.Passwords
	Directory func() *tenant.Directory // the current one, at every call
	People    func() *people.Directory // who works where; may give nil
	// Private are networks beside those of RFC 1918 and 4193 that count as private.
	Private func() []netip.Prefix
	Trail   Trail
	// Ended is told that sessions ended, or what they may changed. It must not
	// block. Optional.
	Ended  func()
	Logger *slog.Logger
	Now    func() time.Time // default time.Now
}

// Service keeps users, roles and sessions. Its methods may be called from any
// goroutine.
type Service struct {
	o          Options
	log        *slog.Logger
	challenges challenges
}

// New returns a Service, or an error that names the missing option.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Auth == nil || o.Passwords == nil || o.Directory == nil || o.People == nil || o.Private == nil || o.Trail == nil || o.Logger == nil {
		return nil, errors.New("users: Store, Auth, Passwords, Directory, People, Private, Trail and Logger are required")
	}
	if o.Ended == nil {
		o.Ended = func() {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{o: o, log: o.Logger.With("component", "users")}, nil
}

func newID() string { return strings.ToLower(rand.Text()[:16]) }

// isPrivate reports an address of this machine or of a network that is not the
// internet's.
func (s *Service) isPrivate(a netip.Addr) bool {
	if a = a.Unmap(); a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() {
		return true
	}
	for _, p := range s.o.Private() {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// The first administrator, of the manual.
const (
	FirstUsername = "dipcast@makecall.io"
	FirstPassword = "ihavenopassword@"
)

// First makes the first administrator where there is no user at all. Their
// documented password works from private networks only, and for nothing but
// setting another one.
func (s *Service) First(ctx context.Context) error {
	all, err := s.o.Store.WebUsers(ctx, 0)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		hash, err := s.o.Passwords.Hash(ctx, FirstPassword)
		if err != nil {
			return err
		}
		added, err := s.o.Store.AddFirstWebUser(ctx, store.WebUser{
			ID: newID(), Username: FirstUsername, Role: store.AdministratorRole, Hash: hash,
			MustChange: true, Documented: true, Enabled: true,
		})
		if err != nil || !added {
			return err
		}
		all = []store.WebUser{{Documented: true}}
	}
	for i := range all {
		if all[i].Documented {
			s.log.Warn("the first administrator of the web still has the documented password: sign in as " + FirstUsername + " from a private network and set another one")
		}
	}
	return nil
}
