// Package wholefile replaces files as one: who reads sees the old one or the new
// one, also after a power cut.
package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write replaces the file at path, or makes it; its folder must be there. When
// it returns nil the file is on the disk under its name. On an error the old
// file stands as it was, unless only the folder could not be flushed.
func Write(path string, body []byte, mode fs.FileMode) error {
	return WriteWith(path, body, mode, nil)
}

// WriteWith is Write, with a last change to the new file before it gets its
// name: of its owner, for example. Nil changes nothing.
func WriteWith(path string, body []byte, mode fs.FileMode, change func(*os.File) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(body)
	if err == nil {
		err = tmp.Chmod(mode)
	}
	if err == nil && change != nil {
		err = change(tmp)
	}
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // it may not be there
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir has the names in a folder on the disk.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
