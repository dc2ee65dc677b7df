package bot

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Press is what a button stands for. It is known when the card is made and comes
// back sealed, so that nothing in it can be chosen by who presses.
type Press struct {
	Tenant int    // its number
	Person string // the NAVER WORKS userId that may press
	Call   string // call_id, or the id of a fax
	Action Action
	Until  time.Time // no longer good from then on; to the second
}

// Errors of tokens.
var (
	// ErrToken reports a token that is none of ours, or of another key.
	ErrToken = errors.New("no token of a button")
	// ErrLate reports a token that was good once. Open gives its Press all the same,
	// so that the person can be told what became of the call.
	ErrLate = errors.New("the button is no longer good")
)

// Tokens seals presses with AES-256-GCM: opaque to the room that sees them, and
// nobody else can make one. It may be used by any goroutine.
type Tokens struct{ open []cipher.AEAD }

// NewTokens takes the key that seals, 32 bytes, and former ones, whose tokens
// are still taken.
func NewTokens(keys ...[]byte) (*Tokens, error) {
	if len(keys) == 0 {
		return nil, errors.New("tokens of buttons: no key")
	}
	t := &Tokens{}
	for _, k := range keys {
		if len(k) != 32 {
			return nil, errors.New("tokens of buttons: a key must have 32 bytes")
		}
		block, err := aes.NewCipher(k)
		if err != nil {
			return nil, fmt.Errorf("tokens of buttons: %w", err)
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, fmt.Errorf("tokens of buttons: %w", err)
		}
		t.open = append(t.open, aead)
	}
	return t, nil
}

// tokenVersion stands before what is sealed and is sealed with it.
const tokenVersion = "p1"

// maxToken bounds what is opened: data of a postback has 300 characters.
const maxToken = 300

// Seal gives the token of a press, letters, digits, - and _. Two of the same
// press differ. It is at most 300 characters as long as Person and Call have no
// more than 160 bytes together; the error says so otherwise.
func (t *Tokens) Seal(p Press) (string, error) {
	for _, s := range []string{p.Person, p.Call, string(p.Action)} {
		if strings.ContainsRune(s, 0) {
			return "", fmt.Errorf("%w: a NUL in it", ErrToken)
		}
	}
	plain := binary.BigEndian.AppendUint32(nil, uint32(p.Tenant))
	plain = binary.BigEndian.AppendUint64(plain, uint64(p.Until.Unix()))
	plain = append(plain, p.Person+"\x00"+p.Call+"\x00"+string(p.Action)...)
	token := tokenVersion + base64.RawURLEncoding.EncodeToString(t.open[0].Seal(nil, nil, plain, []byte(tokenVersion))) //nolint:gosec // NewGCMWithRandomNonce takes none
	if len(token) > maxToken {
		return "", fmt.Errorf("%w: longer than %d characters", ErrToken, maxToken)
	}
	return token, nil
}

// Open gives the press of a token. The error is ErrToken, or ErrLate with the
// press beside it.
func (t *Tokens) Open(token string, now time.Time) (Press, error) {
	sealed, ok := strings.CutPrefix(token, tokenVersion)
	if !ok || len(token) > maxToken {
		return Press{}, ErrToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return Press{}, ErrToken
	}
	for _, aead := range t.open {
		plain, err := aead.Open(nil, nil, raw, []byte(tokenVersion))
		if err != nil {
			continue
		}
		if len(plain) < 12 {
			return Press{}, ErrToken
		}
		parts := strings.Split(string(plain[12:]), "\x00")
		if len(parts) != 3 {
			return Press{}, ErrToken
		}
		p := Press{
			Tenant: int(binary.BigEndian.Uint32(plain)), Person: parts[0], Call: parts[1], Action: Action(parts[2]),
			Until: time.Unix(int64(binary.BigEndian.Uint64(plain[4:])), 0),
		}
		if !now.Before(p.Until) {
			return p, ErrLate
		}
		return p, nil
	}
	return Press{}, ErrToken
}
