package datadir

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/wholefile"
)

// AuditKey is the file of the key under which ActionIDs are hashed in the log
// and the audit trail.
const AuditKey = "audit.key"

// SecretsKey is the file of the key under which passwords of phones and trunks
// are kept in the database. Nodes that share a database share it.
const SecretsKey = "secrets.key"

// LinksKey is the file of the key that links to recordings are signed with. No
// backup has it: links do not outlive what they were made by.
const LinksKey = "links.key"

// CardsKey is the file of the key that buttons of cards are sealed with.
const CardsKey = "cards.key"

// SignInKey is the file of the key that signs what browsers keep while people
// sign in with NAVER WORKS. No backup has it: that takes minutes.
const SignInKey = "signin.key"

// RecordingsDir is the folder of recordings of calls.
const RecordingsDir = "recordings"

// keyBytes is the length of a key.
const keyBytes = 32

// ErrBadKey reports a key's file that holds something else. It is never
// replaced: what was hashed under it could not be found any more.
var ErrBadKey = errors.New("does not hold a key of 32 bytes")

// Key returns the key kept in a file of the folder, readable by us only. It is
// made the first time, whole or not at all.
func Key(dir, name string) ([]byte, error) {
	key, err := ReadKey(dir, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	key = make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails, crypto/rand
	if err := wholefile.Write(filepath.Join(dir, name), key, 0o600); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return key, nil
}

// ReadKey returns the key kept in a file. The error wraps fs.ErrNotExist when
// there is none yet.
func ReadKey(dir, name string) ([]byte, error) {
	key, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	if len(key) != keyBytes {
		return nil, fmt.Errorf("%s %w", filepath.Join(dir, name), ErrBadKey)
	}
	return key, nil
}
