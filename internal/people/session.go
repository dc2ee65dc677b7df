package people

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/works"
)

// Lives of what a browser keeps.
const (
	SessionLife = 12 * time.Hour
	SignInLife  = 10 * time.Minute // as long as the code of NAVER WORKS (docs/auth-oauth)
)

// Errors of signing in.
var (
	// ErrSignIn reports a return from NAVER WORKS that proves nothing: another
	// browser's, too late, or refused.
	ErrSignIn = errors.New("signing in did not succeed")
	// ErrStranger reports somebody who has proved who they are and is not among
	// the people of the company.
	ErrStranger = errors.New("not among the people of this company")
	// ErrNoSession reports a cookie that signs nobody in.
	ErrNoSession = errors.New("nobody is signed in")
)

// attempt is what the browser keeps, signed, while its person is at NAVER WORKS.
type attempt struct {
	Tenant int    `json:"t"`
	State  string `json:"s"`
	Nonce  string `json:"n"`
	To     string `json:"to"` // where they go then, a path of ours
	Until  int64  `json:"u"`  // ms
}

// StartSignIn begins to sign somebody of a company in. url is where the browser
// goes; kept is what it keeps for FinishSignIn, for SignInLife. redirect is
// registered with the app. The error may be ErrNoWorks.
func (s *Service) StartSignIn(ctx context.Context, tenant int, redirect, to string) (url, kept string, err error) {
	login, err := s.login(ctx, tenant, redirect)
	if err != nil {
		return "", "", err
	}
	a := attempt{Tenant: tenant, State: rand.Text(), Nonce: rand.Text(), To: to, Until: s.o.Now().Add(SignInLife).UnixMilli()}
	body, err := json.Marshal(a)
	if err != nil {
		return "", "", err
	}
	text := base64.RawURLEncoding.EncodeToString(body)
	mac, err := s.mac(text)
	if err != nil {
		return "", "", err
	}
	return login.URL(a.State, a.Nonce), text + "." + mac, nil
}

func (s *Service) login(ctx context.Context, tenant int, redirect string) (*works.Login, error) {
	account, _, err := s.o.Account(ctx, tenant)
	if err != nil {
		return nil, err
	}
	t, err := s.Settings(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return account.NewLogin(works.LoginOptions{Issuer: t.SignIn.Issuer, KeysURL: t.SignIn.KeysURL, RedirectURL: redirect})
}

// mac signs what a browser keeps.
func (s *Service) mac(text string) (string, error) {
	key, err := s.o.Secret()
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte("sign-in " + text))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)), nil
}

// Session is somebody who is signed in.
type Session struct {
	Person
	ID      string // of the session
	Expires time.Time
}

// FinishSignIn turns the return from NAVER WORKS into a session: cookie is what
// its browser keeps from then on, until Expires, and to where it goes. state and
// code are of the address it came back to. The error wraps ErrSignIn, with the
// code that NAVER WORKS refused by works.ErrLogin, or ErrStranger.
func (s *Service) FinishSignIn(ctx context.Context, kept, state, code, redirect, agent string) (who Session, cookie, to string, err error) {
	fail := func(err error) (Session, string, string, error) { return Session{}, "", "", err }
	a, err := s.attempt(kept)
	if err != nil {
		return fail(err)
	}
	if !hmac.Equal([]byte(a.State), []byte(state)) || code == "" {
		return fail(fmt.Errorf("%w: it was begun elsewhere", ErrSignIn))
	}
	login, err := s.login(ctx, a.Tenant, redirect)
	if err != nil {
		return fail(err)
	}
	proved, err := login.Finish(ctx, code, a.Nonce)
	if err != nil {
		return fail(fmt.Errorf("%w: %w", ErrSignIn, err))
	}
	p, ok := s.now.ByUser(a.Tenant, proved.UserID)
	if !ok {
		return fail(ErrStranger)
	}
	cookie = rand.Text() // 128 bits
	who = Session{Person: p, ID: newID(), Expires: s.o.Now().Add(SessionLife).UTC()}
	err = s.o.Store.AddPersonSession(ctx, store.PersonSession{
		Hash: hashOf(cookie), ID: who.ID, Tenant: p.Tenant, User: p.User, Agent: text(agent, maxField), Expires: who.Expires,
	})
	if errors.Is(err, ErrNotFound) {
		return fail(ErrStranger)
	}
	if err != nil {
		return fail(err)
	}
	return who, cookie, a.To, nil
}

// attempt reads what a browser has kept.
func (s *Service) attempt(kept string) (attempt, error) {
	text, mac, _ := strings.Cut(kept, ".")
	want, err := s.mac(text)
	if err != nil {
		return attempt{}, err
	}
	var a attempt
	body, decodeErr := base64.RawURLEncoding.DecodeString(text)
	if !hmac.Equal([]byte(mac), []byte(want)) || decodeErr != nil || json.Unmarshal(body, &a) != nil {
		return attempt{}, fmt.Errorf("%w: this browser has not begun it", ErrSignIn)
	}
	if s.o.Now().UnixMilli() >= a.Until {
		return attempt{}, fmt.Errorf("%w: it took longer than %s", ErrSignIn, SignInLife)
	}
	return a, nil
}

// hashOf is what a cookie is known by on disk.
func hashOf(cookie string) string {
	h := sha256.Sum256([]byte("session " + cookie))
	return hex.EncodeToString(h[:])
}

// SignedIn is who a cookie signs in. ErrNoSession: nobody, or they have left.
func (s *Service) SignedIn(ctx context.Context, cookie string) (Session, error) {
	if cookie == "" || len(cookie) > 100 {
		return Session{}, ErrNoSession
	}
	kept, err := s.o.Store.PersonSession(ctx, hashOf(cookie))
	if errors.Is(err, ErrNotFound) {
		return Session{}, ErrNoSession
	}
	if err != nil {
		return Session{}, err
	}
	p, ok := s.now.ByUser(kept.Tenant, kept.User)
	if !ok || s.o.Directory().ByNumber(kept.Tenant) == nil {
		return Session{}, ErrNoSession
	}
	return Session{Person: p, ID: kept.ID, Expires: kept.Expires}, nil
}

// SignOut ends the session of a cookie. One that is not there is no error.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	who, err := s.SignedIn(ctx, cookie)
	if errors.Is(err, ErrNoSession) {
		return nil
	}
	if err == nil {
		err = s.o.Store.EndPersonSession(ctx, who.Tenant, who.User, who.ID)
	}
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Sessions are those of a person, the newest first.
func (s *Service) Sessions(ctx context.Context, tenant int, id string) ([]store.PersonSession, error) {
	m, err := s.Get(ctx, tenant, id)
	if err != nil || m.Person.User == "" {
		return nil, err
	}
	return s.o.Store.PersonSessions(ctx, tenant, m.Person.User)
}

// EndSessions ends one session of a person, or all with session "".
func (s *Service) EndSessions(ctx context.Context, tenant int, id, session string) error {
	m, err := s.Get(ctx, tenant, id)
	if err != nil {
		return err
	}
	return s.o.Store.EndPersonSession(ctx, tenant, m.Person.User, session)
}

// TenantNamed finds the company that T2 names; "" is the only one that has NAVER
// WORKS set up.
func (s *Service) TenantNamed(ctx context.Context, name string) (int, error) {
	if digits, ok := strings.CutPrefix(name, "T"); ok {
		if n, err := strconv.Atoi(digits); err == nil && s.o.Directory().ByNumber(n) != nil {
			return n, nil
		}
		return 0, ErrNoWorks
	}
	if name != "" {
		return 0, ErrNoWorks
	}
	only := 0
	for _, t := range s.o.Directory().All() {
		if _, _, err := s.o.Account(ctx, t.Number); err == nil {
			if only != 0 {
				return 0, ErrNoWorks
			}
			only = t.Number
		}
	}
	if only == 0 {
		return 0, ErrNoWorks
	}
	return only, nil
}
