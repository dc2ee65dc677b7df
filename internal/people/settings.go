package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/outward"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
)

// Settings are what a company has set for its people. The zero value is what
// counts where nothing was set.
type Settings struct {
	Rules []Rule `json:"rules,omitempty"` // nil means DefaultRules
	// SyncMinutes is how often the directory is read. 0 means 60, -1 only when
	// somebody asks.
	SyncMinutes int    `json:"sync_minutes,omitempty"`
	Lookup      Lookup `json:"lookup,omitzero"`
	SignIn      SignIn `json:"sign_in,omitzero"`
}

// Lookup asks a server of the company's who is calling.
type Lookup struct {
	// URL with {number} in it. "" asks nobody.
	URL string `json:"url,omitempty"`
	// Authorization is sent as the header of that name. It is a secret.
	Authorization secret.Text `json:"authorization,omitzero"`
}

// SignIn are addresses of "Sign in with NAVER WORKS" that its documentation does
// not name. "" means works.LoginOptions' own.
type SignIn struct {
	Issuer  string `json:"issuer,omitempty"`
	KeysURL string `json:"keys_url,omitempty"`
}

// Bounds of Settings.
const (
	DefaultSyncMinutes = 60
	MinSyncMinutes     = 5
	MaxSyncMinutes     = 7 * 24 * 60
	maxURL             = 500
	maxAuthorization   = 500
	numberMark         = "{number}"
	authorizationPlace = "lookup/authorization"
)

// ErrSettings reports settings that cannot be kept; the text says which.
var ErrSettings = errors.New("settings")

// every is how often the directory is read; 0 never by itself.
func (t *Settings) every() time.Duration {
	switch t.SyncMinutes {
	case 0:
		return DefaultSyncMinutes * time.Minute
	case -1:
		return 0
	}
	return time.Duration(t.SyncMinutes) * time.Minute
}

func (s *Service) checkSettings(t *Settings) error {
	if _, err := compile(t.Rules, Extensions{}); err != nil {
		return err
	}
	if t.SyncMinutes != 0 && t.SyncMinutes != -1 && (t.SyncMinutes < MinSyncMinutes || t.SyncMinutes > MaxSyncMinutes) {
		return fmt.Errorf("%w: sync_minutes: %d to %d, or -1", ErrSettings, MinSyncMinutes, MaxSyncMinutes)
	}
	if u := t.Lookup.URL; u != "" {
		if len(u) > maxURL || strings.Count(u, numberMark) != 1 {
			return fmt.Errorf("%w: lookup.url: at most %d bytes, with %s once", ErrSettings, maxURL, numberMark)
		}
		if host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(u, "https://"), "http://"), "/"); strings.Contains(host, numberMark) {
			return fmt.Errorf("%w: lookup.url: %s may not be a part of the host", ErrSettings, numberMark)
		}
		if err := outward.CheckURL(strings.Replace(u, numberMark, "0", 1), s.o.Private); err != nil {
			return fmt.Errorf("%w: lookup.url: %w", ErrSettings, err)
		}
	}
	if a := t.Lookup.Authorization.Reveal(); len(a) > maxAuthorization || strings.ContainsFunc(a, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Errorf("%w: lookup.authorization: at most %d letters, digits and signs of ASCII", ErrSettings, maxAuthorization)
	}
	for name, u := range map[string]string{"issuer": t.SignIn.Issuer, "keys_url": t.SignIn.KeysURL} {
		if u != "" && (len(u) > maxURL || !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://127.0.0.1") && !strings.HasPrefix(u, "http://localhost")) {
			return fmt.Errorf("%w: sign_in.%s: must be an https address", ErrSettings, name)
		}
	}
	return nil
}

// Settings are those of a company, with the secret.
func (s *Service) Settings(ctx context.Context, tenant int) (Settings, error) {
	kept, err := s.o.Store.PeopleSettings(ctx, tenant)
	if err != nil {
		return Settings{}, err
	}
	var t Settings
	if kept.Settings != nil {
		if err := json.Unmarshal(kept.Settings, &t); err != nil {
			return Settings{}, fmt.Errorf("settings of people: %w", err)
		}
	}
	t.Lookup.Authorization = kept.Secrets[authorizationPlace]
	return t, nil
}

// SetSettings keeps settings; rules count at once. The error wraps ErrSettings or
// ErrRule, or is the database's.
func (s *Service) SetSettings(ctx context.Context, tenant int, t Settings) error {
	if err := s.checkSettings(&t); err != nil {
		return err
	}
	kept := store.PeopleSettings{}
	if a := t.Lookup.Authorization; !a.Empty() {
		kept.Secrets = company.Secrets{authorizationPlace: a}
	}
	t.Lookup.Authorization = secret.Text{}
	var err error
	if kept.Settings, err = json.Marshal(t); err != nil {
		return err
	}
	if err := s.o.Store.SetPeopleSettings(ctx, tenant, kept); err != nil {
		return err
	}
	s.contacts.forget(tenant)
	s.hurry(tenant)
	return s.change(ctx, tenant, func(all []store.Person) ([]store.Person, error) { return all, nil })
}
