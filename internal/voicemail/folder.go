package voicemail

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// How long a folder's lock is waited for, as Asterisk does (main/app.c,
// ast_lock_path_lockfile), and how often it is tried.
const (
	lockWait  = 5 * time.Second
	lockEvery = 20 * time.Millisecond
)

// locked runs f while nobody else works in some folders of a mailbox: Asterisk
// makes the same file for that.
func locked(dir string, folders []string, f func() error) error {
	slices.Sort(folders) // in one order, so that two do not wait for each other
	var held []func()
	defer func() {
		for _, release := range held {
			release()
		}
	}()
	for _, folder := range slices.Compact(folders) {
		release, err := lock(filepath.Join(dir, folder))
		if err != nil {
			return err
		}
		held = append(held, release)
	}
	return f()
}

func lock(dir string) (release func(), err error) {
	mine := filepath.Join(dir, ".lock-"+rand.Text()[:8])
	made, err := os.OpenFile(mine, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	_ = made.Close() // nothing was written
	defer func() { _ = os.Remove(mine) }()
	theirs := filepath.Join(dir, ".lock")
	for end := time.Now().Add(lockWait); ; {
		err := os.Link(mine, theirs)
		switch {
		case err == nil:
			return func() { _ = os.Remove(theirs) }, nil
		case !errors.Is(err, fs.ErrExist):
			return nil, fmt.Errorf("mailbox: %w", err)
		case time.Now().After(end):
			return nil, ErrBusy
		}
		<-time.After(lockEvery)
	}
}

// files are the numbers of the messages of a folder, in their order.
func files(dir, folder string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, folder))
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	var out []string
	for _, e := range entries {
		if fileName.MatchString(e.Name()) {
			out = append(out, strings.TrimSuffix(e.Name(), ".txt"))
		}
	}
	return out, nil // ReadDir sorts
}

func count(dir, folder string) (int, error) {
	all, err := files(dir, folder)
	return len(all), err
}

// rename moves the files of a message.
func rename(dir, folder, file, toFolder, toFile string) error {
	all, err := filepath.Glob(filepath.Join(dir, folder, file+".*"))
	if err != nil {
		return fmt.Errorf("mailbox: %w", err)
	}
	// The text last: what has one is whole.
	slices.SortStableFunc(all, func(x, y string) int { return strings.Compare(filepath.Ext(y), filepath.Ext(x)) })
	for _, f := range all {
		if err := os.Rename(f, filepath.Join(dir, toFolder, toFile+filepath.Ext(f))); err != nil {
			return fmt.Errorf("mailbox: %w", err)
		}
	}
	return nil
}

// closeGaps numbers the messages of a folder from 0 on, as Asterisk expects them.
func closeGaps(dir, folder string) error {
	all, err := files(dir, folder)
	for i, file := range all {
		want := fmt.Sprintf("msg%04d", i)
		if err == nil && file != want {
			err = rename(dir, folder, file, folder, want)
		}
	}
	return err
}
