package users

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/store"
)

// errPasskey reports a passkey that lets nobody in.
var errPasskey = errors.New("the passkey does not count")

// BeginPasskeySignIn gives what a browser needs to ask its user for a passkey, and
// the cookie by which it is known as the one that was asked.
func (s *Service) BeginPasskeySignIn(at Place, b Browser) (options *protocol.PublicKeyCredentialRequestOptions, cookie string, err error) {
	if err := s.o.Auth.Allowed(&auth.Attempt{RemoteAddr: b.Remote.String()}); err != nil {
		return nil, "", err
	}
	party, err := at.party()
	if err != nil {
		return nil, "", err
	}
	assertion, asked, err := party.BeginDiscoverableLogin()
	if err != nil {
		return nil, "", fmt.Errorf("begin to sign in by a passkey: %w", err)
	}
	cookie = rand.Text()
	if !s.ask(hashOf(cookie), at, asked, b) {
		return nil, "", auth.ErrBusy
	}
	return &assertion.Response, cookie, nil
}

// SignInByPasskey lets in who has answered BeginPasskeySignIn with a passkey of
// theirs, which stands for both factors. Failures count as wrong passwords do, for the
// source and for the user, and one text is for all of them: the error is as SignIn's,
// or wraps ErrChallenge.
func (s *Service) SignInByPasskey(ctx context.Context, at Place, cookie string, credential []byte, b Browser) (Session, error) {
	t := auth.Attempt{RemoteAddr: b.Remote.String()}
	asked, ok := s.challenges.take(hashOf(cookie), at, s.o.Now())
	if err := s.o.Auth.Allowed(&t); err != nil {
		return Session{}, err
	}
	if !ok || cookie == "" {
		return Session{}, ErrChallenge
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return Session{}, &FieldError{"credential", "credential must be what a browser gives for a passkey"}
	}
	t.Username = "passkey " + credentialText(parsed.RawID)
	kept, u, err := s.ownerOf(ctx, parsed)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Session{}, fmt.Errorf("%w: %w", auth.ErrUnavailable, err)
	}
	known := err == nil
	if known {
		t.Username, t.Known = u.Username, s.maySignIn(&u, b.Remote)
	}
	if err := s.o.Auth.Allowed(&t); err != nil {
		return Session{}, err
	}
	if !known || !t.Known {
		return Session{}, s.o.Auth.Failed(&t)
	}
	if err := s.checkPasskey(ctx, at, asked, parsed, &kept, &u); err != nil {
		if !errors.Is(err, errPasskey) && !errors.Is(err, ErrNotFound) {
			return Session{}, fmt.Errorf("%w: %w", auth.ErrUnavailable, err)
		}
		s.log.Warn("a passkey was refused", "user", u.ID, "passkey", kept.ID, "error", err)
		return Session{}, s.o.Auth.Failed(&t)
	}
	who, err := s.identity(ctx, &u)
	if errors.Is(err, ErrNotFound) {
		return Session{}, &auth.Error{Err: auth.ErrUnauthorized, Identity: t.Claimed()}
	} else if err != nil {
		return Session{}, err
	}
	s.o.Auth.Succeeded(&t)
	return s.begin(ctx, store.WebSession{Kind: store.SessionOfUser, Owner: u.ID, Mark: markOf(u.Hash)}, who, b, "passkey")
}

// ownerOf finds the passkey that has answered, and whose it is.
func (s *Service) ownerOf(ctx context.Context, answer *protocol.ParsedCredentialAssertionData) (store.WebPasskey, store.WebUser, error) {
	p, err := s.o.Store.WebPasskeyOf(ctx, credentialText(answer.RawID))
	if err != nil {
		return p, store.WebUser{}, err
	}
	u, err := s.o.Store.WebUser(ctx, p.User)
	return p, u, err
}

// checkPasskey checks an answer against what was asked and what is kept, and writes
// down that the passkey was used. The error wraps errPasskey when it does not count.
func (s *Service) checkPasskey(ctx context.Context, at Place, asked webauthn.SessionData, answer *protocol.ParsedCredentialAssertionData, kept *store.WebPasskey, u *store.WebUser) error {
	c, here, err := credentialOf(kept, at)
	if err != nil {
		return err
	}
	if !here {
		return fmt.Errorf("%w: it was made at another name", errPasskey)
	}
	party, err := at.party()
	if err != nil {
		return err
	}
	owner := &passkeyOwner{u, []webauthn.Credential{c}}
	_, used, err := party.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return owner, nil }, asked, answer)
	if err != nil {
		return fmt.Errorf("%w: %w", errPasskey, err)
	}
	return s.o.Store.UseWebPasskey(ctx, kept.ID, func(data string) (string, error) {
		var k keptPasskey
		if err := json.Unmarshal([]byte(data), &k); err != nil {
			return "", err
		}
		// Devices that count must go on counting: one that does not may be a copy.
		if n := answer.Response.AuthenticatorData.Counter; (n != 0 || k.SignCount != 0) && n <= k.SignCount || used.Authenticator.CloneWarning {
			return "", fmt.Errorf("%w: its count went from %d to %d: there may be a copy of it", errPasskey, k.SignCount, n)
		}
		k.SignCount = answer.Response.AuthenticatorData.Counter
		text, err := json.Marshal(k)
		return string(text), err
	})
}
