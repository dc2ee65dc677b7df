package datadir

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/prompts"
)

// Errors of backups that callers test for.
var (
	// ErrBadBackup reports a file that is not a backup, or not a whole one.
	ErrBadBackup = errors.New("not a whole backup")
	// ErrNewerBackup reports a backup of a newer release.
	ErrNewerBackup = errors.New("the backup was made by a newer release")
	// ErrExists reports something that would be overwritten.
	ErrExists = errors.New("already there")
)

// format is the version of the layout of a backup.
const format = 1

// manifestName is the first entry of a backup.
const manifestName = "manifest.json"

// Bounds of what is read of a backup, in bytes.
const (
	maxManifest = 128 << 20
	maxFile     = 1 << 36 // the database
	maxFiles    = 500_000 // nearly all are faxes and recordings
)

// Manifest says what a backup holds.
type Manifest struct {
	Format  int       `json:"format"`
	Created time.Time `json:"created"`
	Version string    `json:"version"` // of the program that made it
	Schema  int64     `json:"schema"`  // of the database
	Note    string    `json:"note"`
	Config  string    `json:"config"` // where the configuration stood
	Files   []File    `json:"files"`  // in the order of the archive
}

// File is one file of a backup.
type File struct {
	Name   string `json:"name"` // in the archive: data/…, config/…
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Path is where a file stood that the configuration names: relative to the
	// configuration's folder when it is below that, else absolute.
	Path string `json:"path,omitempty"`
}

// note is written into every backup.
const note = "Holds the database, the keys, the certificates and the configuration of a DIPCAST gateway with its secrets in clear: keep it as you keep them."

// Names in the archive.
const (
	dataPrefix = "data/"
	configName = "config/dipcast.yaml"
	filePrefix = "config/files/"
)

// check refuses what a restore could not or must not write.
func (m *Manifest) check() error {
	if m.Format > format {
		return fmt.Errorf("%w: its format is %d, this program knows %d", ErrNewerBackup, m.Format, format)
	}
	if m.Format < 1 || len(m.Files) == 0 || len(m.Files) > maxFiles {
		return fmt.Errorf("%w: its manifest says nothing of use", ErrBadBackup)
	}
	seen := map[string]bool{}
	for _, f := range m.Files {
		rest, isData := strings.CutPrefix(f.Name, dataPrefix)
		number, isFile := strings.CutPrefix(f.Name, filePrefix)
		switch {
		case seen[f.Name], path.Clean(f.Name) != f.Name, !filepath.IsLocal(f.Name), f.Size < 0, f.Size > maxFile:
			return fmt.Errorf("%w: its manifest names %q", ErrBadBackup, f.Name)
		case isData && inData(rest), f.Name == configName, isFile && !strings.Contains(number, "/") && (filepath.IsAbs(f.Path) || filepath.IsLocal(f.Path)):
		default:
			return fmt.Errorf("%w: its manifest names %q", ErrBadBackup, f.Name)
		}
		if b, err := hex.DecodeString(f.SHA256); err != nil || len(b) != sha256.Size {
			return fmt.Errorf("%w: %s has no sum", ErrBadBackup, f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

// faxPattern is what the pages of a fax are called: T2/2026/11/6f1c0a7be4d25a90c3e1.tif.
// Its PDF is made of them again when somebody asks.
var faxPattern = regexp.MustCompile(`^T[0-9]{1,9}/[0-9]{4}/[0-9]{2}/[0-9a-f]{20}\.tif$`)

// inData reports whether a name may stand in the data directory of a backup.
func inData(name string) bool {
	if dir, rest, below := strings.Cut(name, "/"); below {
		if slices.Contains(soundDirs, dir) { // prompts/T2/vm-intro.wav, prompts/all/digits/1.wav, tones/T2/spring.wav
			scope, name, _ := strings.Cut(rest, "/")
			name, ok := strings.CutSuffix(name, ".wav")
			return ok && prompts.CheckName(scope) == nil && prompts.CheckName(name) == nil
		}
		if dir == fax.Dir {
			return faxPattern.MatchString(rest)
		}
		if dir == RecordingsDir {
			return isRecording(name)
		}
		return dir == certsDir && !strings.Contains(rest, "/") && !strings.HasPrefix(rest, ".")
	}
	for _, known := range dataFiles {
		if name == known {
			return true
		}
	}
	return false
}

// find returns the file with a name, or nil.
func (m *Manifest) find(name string) *File {
	for i := range m.Files {
		if m.Files[i].Name == name {
			return &m.Files[i]
		}
	}
	return nil
}
