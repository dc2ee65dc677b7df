package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
)

// ErrSecretKey reports secrets in the database that cannot be read, or written,
// with the key at hand.
var ErrSecretKey = errors.New("the key of the phones' and trunks' passwords does not fit")

// sealer keeps secrets encrypted with AES-256-GCM. What is sealed belongs to its
// owner, so that a row copied to another tenant opens there no more.
//
// A sealed text is "1.", four bytes that tell keys apart in hex, ".", and nonce
// and ciphertext in base64.
type sealer struct {
	key  func() ([]byte, error)
	once sync.Once
	aead cipher.AEAD
	name string
	err  error
}

func (s *sealer) open() error {
	s.once.Do(func() {
		if s.key == nil {
			s.err = fmt.Errorf("%w: there is none", ErrSecretKey)
			return
		}
		key, err := s.key()
		if err != nil {
			s.err = fmt.Errorf("%w: %w", ErrSecretKey, err)
			return
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			s.err = fmt.Errorf("%w: %w", ErrSecretKey, err)
			return
		}
		sum := sha256.Sum256(append([]byte("name of "), key...))
		s.name = hex.EncodeToString(sum[:4])
		s.aead, s.err = cipher.NewGCM(block)
	})
	return s.err
}

// seal returns "" for no secrets.
func (s *sealer) seal(owner string, secrets company.Secrets) (string, error) {
	if len(secrets) == 0 {
		return "", nil
	}
	if err := s.open(); err != nil {
		return "", err
	}
	plain := make(map[string]string, len(secrets))
	for place, text := range secrets {
		plain[place] = text.Reveal()
	}
	data, err := json.Marshal(plain)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails, crypto/rand
	return "1." + s.name + "." + base64.RawStdEncoding.EncodeToString(s.aead.Seal(nonce, nonce, data, []byte(owner))), nil
}

func (s *sealer) unseal(owner, text string) (company.Secrets, error) {
	if text == "" {
		return nil, nil
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	version, rest, _ := strings.Cut(text, ".")
	name, body, _ := strings.Cut(rest, ".")
	switch {
	case version != "1":
		return nil, fmt.Errorf("%w: they were sealed by a newer release", ErrSecretKey)
	case name != s.name:
		return nil, fmt.Errorf("%w: they were sealed with the key %s, and this one is %s; restore the file of that key from a backup", ErrSecretKey, name, s.name)
	}
	data, err := base64.RawStdEncoding.DecodeString(body)
	if err != nil || len(data) < s.aead.NonceSize() {
		return nil, fmt.Errorf("%w: what was sealed is damaged", ErrSecretKey)
	}
	n := s.aead.NonceSize()
	plain, err := s.aead.Open(nil, data[:n], data[n:], []byte(owner))
	if err != nil {
		return nil, fmt.Errorf("%w: what was sealed is damaged, or another tenant's", ErrSecretKey)
	}
	var all map[string]string
	if err := json.Unmarshal(plain, &all); err != nil {
		return nil, fmt.Errorf("sealed passwords: %w", err)
	}
	out := make(company.Secrets, len(all))
	for place, text := range all {
		out[place] = secret.New(text)
	}
	return out, nil
}
