package users

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // of RFC 6238, as every app has it
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Codes of RFC 6238 as apps make them without being told otherwise: six digits of
// HMAC-SHA1, another every 30 seconds. The standard library has all of it.
const (
	totpPeriod = 30
	totpSkew   = 1 // steps a clock may be off
	totpIssuer = "DIPCAST"
)

// RecoveryCodes is how many codes stand for a second factor, once each.
const RecoveryCodes = 10

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

// totpCode is the code of a key in a step.
func totpCode(key []byte, step int64) string {
	h := hmac.New(sha1.New, key)
	_ = binary.Write(h, binary.BigEndian, step) // a hash takes all
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// totpStep finds the step near now in which a key has a code.
func (s *Service) totpStep(key secret.Text, code string) (step int64, ok bool) {
	raw, err := base32Text.DecodeString(key.Reveal())
	if err != nil || len(raw) == 0 {
		return 0, false
	}
	now := s.o.Now().Unix() / totpPeriod
	for i := now - totpSkew; i <= now+totpSkew; i++ { // all of them, at the same cost
		if subtle.ConstantTimeCompare([]byte(totpCode(raw, i)), []byte(code)) == 1 {
			step, ok = i, true
		}
	}
	return step, ok
}

// second checks the second factor of who has proved the first: a code of the app,
// once, or a recovery code, once.
func (s *Service) second(ctx context.Context, u *store.WebUser, code string, t *auth.Attempt) error {
	if u.TOTP.Empty() {
		return nil
	}
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	if code == "" {
		return ErrCode
	}
	took := false
	var err error
	if step, ok := s.totpStep(u.TOTP, code); ok {
		took, err = s.o.Store.TakeTOTPStep(ctx, u.ID, step)
	} else if len(code) > 6 {
		took, err = s.o.Store.TakeRecoveryCode(ctx, u.ID, recoveryHash(u.ID, code))
	}
	if err != nil {
		return fmt.Errorf("%w: %w", auth.ErrUnavailable, err)
	}
	if took {
		return nil
	}
	if err := s.o.Auth.Failed(t); errors.Is(err, auth.ErrRateLimited) {
		return err
	}
	return fmt.Errorf("%s: %w", u.ID, ErrWrongCode)
}

func recoveryHash(user, code string) string {
	h := sha256.Sum256([]byte("recovery " + user + " " + code))
	return hex.EncodeToString(h[:])
}

// BeginTOTP makes a key for an app, which counts once ConfirmTOTP has a code of it.
func (s *Service) BeginTOTP(ctx context.Context, who tenant.Identity) (key, uri string, err error) {
	if who.User == "" {
		return "", "", ErrNoUser
	}
	raw := make([]byte, 20)
	_, _ = rand.Read(raw) // never fails, crypto/rand
	key = base32Text.EncodeToString(raw)
	_, u, err := s.o.Store.ChangeWebUser(ctx, who.User, func(u *store.WebUser) error {
		if !u.TOTP.Empty() {
			return ErrConflict
		}
		u.TOTPNew = secret.New(key)
		return nil
	})
	if err != nil {
		return "", "", err
	}
	at := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + totpIssuer + ":" + u.Username, RawQuery: url.Values{"secret": {key}, "issuer": {totpIssuer}}.Encode()}
	return key, at.String(), nil
}

// ConfirmTOTP has the key of BeginTOTP count from now on. It returns the recovery
// codes, which are kept as hashes only.
func (s *Service) ConfirmTOTP(ctx context.Context, who tenant.Identity, code string) ([]string, error) {
	if who.User == "" {
		return nil, ErrNoUser
	}
	_, _, err := s.o.Store.ChangeWebUser(ctx, who.User, func(u *store.WebUser) error {
		step, ok := s.totpStep(u.TOTPNew, strings.ReplaceAll(code, " ", ""))
		switch {
		case u.TOTPNew.Empty():
			return ErrConflict
		case !ok:
			return &FieldError{"code", "the code is wrong; look at the clock of the device, too"}
		}
		u.TOTP, u.TOTPNew, u.TOTPStep = u.TOTPNew, secret.Text{}, step
		return nil
	})
	if err != nil {
		return nil, err
	}
	codes, hashes := make([]string, RecoveryCodes), make([]string, RecoveryCodes)
	for i := range codes {
		text := strings.ToLower(rand.Text()[:16]) // 80 bits
		codes[i], hashes[i] = text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:], recoveryHash(who.User, text)
	}
	return codes, s.o.Store.SetRecoveryCodes(ctx, who.User, hashes)
}

// RemoveTOTP takes one's own second factor away, with the password.
func (s *Service) RemoveTOTP(ctx context.Context, who tenant.Identity, password string, b Browser) error {
	if who.User == "" {
		return ErrNoUser
	}
	u, err := s.o.Store.WebUser(ctx, who.User)
	if err != nil {
		return err
	}
	if err := s.prove(ctx, &u, password, b); err != nil {
		var f *FieldError
		if errors.As(err, &f) {
			f.Field = "password"
		}
		return err
	}
	if _, _, err = s.o.Store.ChangeWebUser(ctx, who.User, func(u *store.WebUser) error {
		u.TOTP, u.TOTPNew = secret.Text{}, secret.Text{}
		return nil
	}); err != nil {
		return err
	}
	return s.o.Store.SetRecoveryCodes(ctx, who.User, nil)
}
