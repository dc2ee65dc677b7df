package datadir

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// recordingPattern is what the sound of a recording is called:
// T2/2026/11/21/1-143000-IN-01012345678-1010-1795238999-1795238990.7_1795238990.9.mp3.
var recordingPattern = regexp.MustCompile(`^T[0-9]{1,9}/[0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9A-Za-z][0-9A-Za-z._-]{0,400}\.(wav|mp3|opus)$`)

// Recordings that are backed up are held by further links, since the gateway goes
// on letting those go whose time is over.
const (
	heldPrefix = ".backup-"
	heldFor    = 48 * time.Hour // what a backup that was killed left behind goes then
	pageOfList = 1000
)

// recordings adds the sound of the recordings that are in the copied database, as
// far as it is there. release lets go of it.
func (p *packing) recordings(ctx context.Context, dir, database string, add func(name, path string, mayMiss bool) error) (release func() error, err error) {
	release = func() error { return nil }
	folder := filepath.Join(dir, RecordingsDir)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return release, nil
	}
	old, err := filepath.Glob(filepath.Join(folder, heldPrefix+"*"))
	if err != nil {
		return release, err
	}
	for _, path := range old {
		if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > heldFor {
			if err := os.RemoveAll(path); err != nil {
				return release, err
			}
		}
	}
	held, err := os.MkdirTemp(folder, heldPrefix)
	if err != nil {
		return release, err
	}
	release = func() error { return os.RemoveAll(held) }
	s, err := store.OpenReadOnly(ctx, store.Options{DataDir: database})
	if err != nil {
		return release, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for q, more := (store.RecordingQuery{Limit: pageOfList}), true; more; {
		var rows []store.RecordingRow
		if rows, more, err = s.Recordings(ctx, q); err != nil {
			return release, err
		}
		for i := range rows {
			r := &rows[i]
			q.Before = store.RecordingCursor{Began: r.Began, ID: r.ID}
			name := RecordingsDir + "/" + r.Path()
			if !isRecording(name) {
				continue
			}
			path, link := filepath.Join(dir, filepath.FromSlash(name)), filepath.Join(held, r.ID)
			switch err := os.Link(path, link); {
			case err == nil:
				path = link
			case errors.Is(err, fs.ErrNotExist):
				continue // it is gone, or damaged; the list goes on saying so
			} // a disk without links: what is let go meanwhile ends the backup
			if err := add(dataPrefix+name, path, true); err != nil {
				return release, err
			}
		}
	}
	return release, nil
}

// isRecording reports whether a name below the data directory is the sound of a
// recording.
func isRecording(name string) bool {
	rest, ok := strings.CutPrefix(name, RecordingsDir+"/")
	return ok && recordingPattern.MatchString(rest)
}
