package datadir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/store"
)

// astDB is AstDB in the folder of an Asterisk whose files are ours: diversions,
// lamps, registrations. Beside it lies a journal while it is written, and after
// Asterisk was killed.
const (
	astDB        = "var/astdb.sqlite3"
	astDBJournal = "-journal"
)

// customDir is what was added there by hand.
const customDir = "etc/custom"

// kept is a file outside of the data directory that a backup holds.
type kept struct {
	path string // where it stands
	from string // what is read
}

// asterisks gives what of the Asterisks whose files are ours cannot be rendered
// again: what was added by hand, and a copy of AstDB, made below tmp. A server
// that never ran here has neither.
func asterisks(ctx context.Context, o BackupOptions, tmp string) ([]kept, error) {
	dirs, err := config.AsteriskDirs(o.Config, o.Environ)
	if err != nil {
		return nil, err
	}
	var all []kept
	for i, dir := range dirs {
		db := filepath.Join(dir, filepath.FromSlash(astDB))
		if _, err := os.Stat(db); err == nil {
			to := filepath.Join(tmp, fmt.Sprintf("astdb-%d", i))
			if err := store.CopySQLite(ctx, db, to); err != nil {
				return nil, err
			}
			all = append(all, kept{path: db, from: to})
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		err := filepath.WalkDir(filepath.Join(dir, filepath.FromSlash(customDir)), func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				all = append(all, kept{path: path, from: path})
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return all, nil
}
