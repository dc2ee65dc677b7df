package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// AppKey is an application's key, without the key itself.
type AppKey struct {
	TenantID string
	Name     string
	Hash     string // KeyHash of the key
	Prefix   string // its first characters, to tell keys apart; "" for short keys
}

// KeyHash returns what is stored of an app key: its SHA-256 in hex. A plain
// hash is enough because keys are long random texts, not passwords; short ones
// are accepted only where nobody else can reach the program.
func KeyHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// keyPrefix shows four characters of keys that are long enough to spare them.
func keyPrefix(key string) string {
	runes := []rune(key)
	if len(runes) < 20 {
		return ""
	}
	return string(runes[:4])
}

// AppKey returns the enabled key with a hash, of an enabled tenant. It returns
// ErrNotFound when there is none.
func (s *Store) AppKey(ctx context.Context, hash string) (AppKey, error) {
	return s.appKey(ctx, `k.hash = $1`, hash)
}

// AppKeyByName is AppKey for the name of a tenant's key.
func (s *Store) AppKeyByName(ctx context.Context, tenantID, name string) (AppKey, error) {
	return s.appKey(ctx, `k.tenant_id = $1 AND k.name = $2`, tenantID, name)
}

func (s *Store) appKey(ctx context.Context, where string, args ...any) (AppKey, error) {
	var k AppKey
	err := s.read.QueryRowContext(ctx, `
		SELECT k.tenant_id, k.name, k.hash, k.prefix
		FROM app_keys k JOIN tenants t ON t.id = k.tenant_id
		WHERE k.enabled = 1 AND t.enabled = 1 AND `+where, args...).
		Scan(&k.TenantID, &k.Name, &k.Hash, &k.Prefix)
	if err != nil {
		return AppKey{}, fmt.Errorf("app key: %w", notFound(err))
	}
	return k, nil
}
