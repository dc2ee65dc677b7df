package users

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// MaxPasskeys is how many passkeys a user has at most.
const MaxPasskeys = 10

var (
	// ErrChallenge reports an answer of a passkey to what was not asked of this browser,
	// was answered before, or too long ago.
	ErrChallenge = errors.New("this is no answer to what was asked of this browser, or it comes too late")
	// ErrFull reports that somebody has as many passkeys as may be.
	ErrFull = store.ErrFull
)

// Passkey is a passkey as its owner sees it.
type Passkey struct {
	ID, Name string
	Host     string // the name it counts at
	Created  time.Time
	Used     time.Time // zero: never
}

// keptPasskey is what is kept of a passkey, as JSON.
type keptPasskey struct {
	Host           string   `json:"host"`
	PublicKey      []byte   `json:"public_key"` // COSE
	SignCount      uint32   `json:"sign_count"`
	BackupEligible bool     `json:"backup_eligible"`
	Transports     []string `json:"transports,omitempty"`
}

// passkeyOwner is a user as the checks know one.
type passkeyOwner struct {
	user        *store.WebUser
	credentials []webauthn.Credential
}

func (o *passkeyOwner) WebAuthnID() []byte                         { return []byte(o.user.ID) }
func (o *passkeyOwner) WebAuthnName() string                       { return o.user.Username }
func (o *passkeyOwner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }
func (o *passkeyOwner) WebAuthnDisplayName() string {
	if o.user.Name == "" {
		return o.user.Username
	}
	return o.user.Name
}

func credentialText(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// credentialOf is a kept passkey as the checks know it, if it counts at a place.
func credentialOf(p *store.WebPasskey, at Place) (c webauthn.Credential, ok bool, err error) {
	var k keptPasskey
	if err := json.Unmarshal([]byte(p.Data), &k); err != nil {
		return c, false, fmt.Errorf("passkey %s: %w", p.ID, err)
	}
	id, err := base64.RawURLEncoding.DecodeString(p.Credential)
	if err != nil {
		return c, false, fmt.Errorf("passkey %s: %w", p.ID, err)
	}
	c = webauthn.Credential{ID: id, PublicKey: k.PublicKey, Authenticator: webauthn.Authenticator{SignCount: k.SignCount}}
	c.Flags.UserPresent, c.Flags.UserVerified, c.Flags.BackupEligible = true, true, k.BackupEligible
	for _, t := range k.Transports {
		c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
	}
	return c, k.Host == at.Name, nil
}

func passkeyOf(p *store.WebPasskey) Passkey {
	var k keptPasskey
	_ = json.Unmarshal([]byte(p.Data), &k) // one that is broken lets nobody in, and can be removed
	return Passkey{ID: p.ID, Name: p.Name, Host: k.Host, Created: p.Created, Used: p.Used}
}

// Passkeys are those of whoever asks.
func (s *Service) Passkeys(ctx context.Context, who tenant.Identity) ([]Passkey, error) {
	if who.User == "" {
		return nil, ErrNoUser
	}
	all, err := s.o.Store.WebPasskeys(ctx, who.User)
	out := make([]Passkey, len(all))
	for i := range all {
		out[i] = passkeyOf(&all[i])
	}
	return out, err
}

// ofSessionKey is what the challenge of a session is found by.
func ofSessionKey(who tenant.Identity) string { return "session " + who.Session }

// BeginPasskey gives what a browser needs to make a passkey, to whoever proves the
// password: with a browser that was left open, nobody gets a way in that stays.
func (s *Service) BeginPasskey(ctx context.Context, who tenant.Identity, at Place, password string, b Browser) (*protocol.PublicKeyCredentialCreationOptions, error) {
	if who.User == "" || who.Session == "" {
		return nil, ErrNoUser
	}
	u, err := s.o.Store.WebUser(ctx, who.User)
	if err != nil {
		return nil, err
	}
	if err := s.prove(ctx, &u, password, b); err != nil {
		var f *FieldError
		if errors.As(err, &f) {
			f.Field = "password"
		}
		return nil, err
	}
	all, err := s.o.Store.WebPasskeys(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	if len(all) >= MaxPasskeys {
		return nil, ErrFull
	}
	owner := &passkeyOwner{user: &u}
	for i := range all {
		c, ok, err := credentialOf(&all[i], at)
		if err == nil && ok {
			owner.credentials = append(owner.credentials, c)
		}
	}
	party, err := at.party()
	if err != nil {
		return nil, err
	}
	options, asked, err := party.BeginRegistration(owner, webauthn.WithExclusions(webauthn.Credentials(owner.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("begin a passkey: %w", err)
	}
	if !s.ask(ofSessionKey(who), at, asked, b) {
		return nil, auth.ErrBusy
	}
	return &options.Response, nil
}

func (s *Service) ask(key string, at Place, asked *webauthn.SessionData, b Browser) bool {
	now := s.o.Now()
	return s.challenges.put(key, challenge{place: at, data: *asked, source: sourceOf(b.Remote), until: now.Add(challengeLife)}, now)
}

// AddPasskey keeps the passkey that a browser has made. credential is what it says of
// it: JSON, in the form of WebAuthn.
func (s *Service) AddPasskey(ctx context.Context, who tenant.Identity, at Place, name string, credential []byte) (Passkey, error) {
	if who.User == "" || who.Session == "" {
		return Passkey{}, ErrNoUser
	}
	if name = strings.TrimSpace(name); name == "" {
		return Passkey{}, &FieldError{"name", "name must say which passkey it is"}
	}
	asked, ok := s.challenges.take(ofSessionKey(who), at, s.o.Now())
	if !ok {
		return Passkey{}, ErrChallenge
	}
	u, err := s.o.Store.WebUser(ctx, who.User)
	if err != nil {
		return Passkey{}, err
	}
	party, err := at.party()
	if err != nil {
		return Passkey{}, err
	}
	var made *webauthn.Credential
	parsed, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err == nil {
		made, err = party.CreateCredential(&passkeyOwner{user: &u}, asked, parsed)
	}
	if err != nil {
		s.log.Info("a passkey was not taken", "user", u.ID, "error", err)
		return Passkey{}, &FieldError{"credential", "credential must be a passkey that was just made here, of a device that asks for a finger, a face or a PIN"}
	}
	k := keptPasskey{Host: at.Name, PublicKey: made.PublicKey, SignCount: made.Authenticator.SignCount, BackupEligible: made.Flags.BackupEligible}
	for i, t := range made.Transport {
		if i < maxTransports {
			k.Transports = append(k.Transports, string(t))
		}
	}
	data, err := json.Marshal(k)
	if err != nil {
		return Passkey{}, err
	}
	p, err := s.o.Store.AddWebPasskey(ctx, store.WebPasskey{ID: newID(), User: u.ID, Credential: credentialText(made.ID), Name: name, Data: string(data)}, MaxPasskeys)
	if err != nil {
		return Passkey{}, err
	}
	return passkeyOf(&p), nil
}

// maxTransports bounds how many ways to reach a device are kept; there are six.
const maxTransports = 8

// RemovePasskey takes one of one's own passkeys away. It returns what it was.
func (s *Service) RemovePasskey(ctx context.Context, who tenant.Identity, id string) (Passkey, error) {
	if who.User == "" {
		return Passkey{}, ErrNoUser
	}
	p, err := s.o.Store.DeleteWebPasskey(ctx, who.User, id)
	if err != nil {
		return Passkey{}, err
	}
	return passkeyOf(&p), nil
}
