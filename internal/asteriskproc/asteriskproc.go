// Package asteriskproc gets a real Asterisk without installing one, and runs it.
//
// Install unpacks Debian's packages of Asterisk into a private folder (a Tree),
// with no root rights and without touching the host. Start runs the Asterisk of
// a tree with the tree's own dynamic loader; no process started here outlives
// ours. Doctor looks at a running server, ours or a customer's, and says what
// it lacks.
package asteriskproc

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// The Asterisk versions that can be unpacked. The zero Version means 22.
const (
	Asterisk22 Version = 22
	Asterisk16 Version = 16
)

// Version is a major version of Asterisk.
type Version int

// Errors of this package, to test with errors.Is. The texts that wrap them say
// what to do.
var (
	// ErrUnavailable reports that no Asterisk can be had on this host: no apt,
	// no Debian mirror among its sources, or the mirror does not answer.
	ErrUnavailable = errors.New("asterisk is not available")
	// ErrNotATree reports a folder that does not hold a whole Asterisk.
	ErrNotATree = errors.New("not an asterisk tree")
	// ErrDiskSpace reports a disk too full to unpack on.
	ErrDiskSpace = errors.New("not enough disk space")
	// ErrNotRunning reports an instance whose process has ended.
	ErrNotRunning = errors.New("asterisk is not running")
)

// Environment variables that name an existing tree to use instead of unpacking
// one. A value of "/" means the Asterisk installed on the host.
const (
	EnvRoot   = "ASTERISK_ROOT"
	EnvRoot16 = "ASTERISK_ROOT_16"
	// EnvCache names the folder that trees are unpacked into; see DefaultDir.
	EnvCache = "DIPCAST_ASTERISK_CACHE"
)

// suites names the Debian suite each version is taken from.
var suites = map[Version]string{Asterisk22: "forky", Asterisk16: "bullseye"}

// wanted are the packages a tree is made of, next to what they depend on:
// Asterisk itself, a SIP load generator, tools to look at received faxes, and
// the voice that speaks the prompts.
var wanted = []string{"asterisk", "asterisk-modules", "asterisk-config", "sip-tester", "libtiff-tools", voicePackage}

// packages are those of a version: pages are drawn and recordings converted by
// the newer one's.
func (v Version) packages() []string {
	if v == Asterisk22 {
		return append(slices.Clone(wanted), paperPackage, soundPackage)
	}
	return wanted
}

func (v Version) orDefault() Version {
	if v == 0 {
		return Asterisk22
	}
	return v
}

func (v Version) suite() (string, error) {
	s, ok := suites[v]
	if !ok {
		return "", fmt.Errorf("asterisk version %d: only 22 and 16 can be unpacked", int(v))
	}
	return s, nil
}

func (v Version) envRoot() string {
	if v == Asterisk16 {
		return EnvRoot16
	}
	return EnvRoot
}

// DefaultDir is the folder that trees are unpacked into when none is given:
// the value of DIPCAST_ASTERISK_CACHE; else .cache/asterisk beside the go.mod
// of the checkout we are in; else asterisk in the user's cache folder.
func DefaultDir() (string, error) {
	if d := os.Getenv(EnvCache); d != "" {
		return filepath.Abs(d)
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("cache folder for asterisk: %w", err)
	}
	for d := wd; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return filepath.Join(d, ".cache", "asterisk"), nil
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	c, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cache folder for asterisk: %w; name one with %s", err, EnvCache)
	}
	return filepath.Join(c, "dipcast", "asterisk"), nil
}
