// Package apply puts rendered configuration onto a running Asterisk.
//
// It compares what package asteriskconf rendered with the files that are there
// (Plan), tries the new ones on an Asterisk of its own that nobody else reaches
// (Scratch), replaces the files all or none, reloads over AMI the modules whose
// files changed, reads back whether it took, and puts the former files back and
// reloads them if it did not. Calls go on meanwhile: nothing is restarted.
//
// What it keeps lies in the folder .apply of the server: a journal by which an
// apply that was cut off is undone, the files before each of the last applies,
// and what was applied last.
package apply

import "errors"

// Errors that callers tell apart. All are wrapped with what happened.
var (
	// ErrBusy reports a server on which another apply runs.
	ErrBusy = errors.New("another apply is running on this server")
	// ErrRefused reports files that the scratch Asterisk had something against:
	// nothing was written. The error is a *RefusedError.
	ErrRefused = errors.New("the new files are not good")
	// ErrUnreachable reports a server whose AMI does not answer: nothing was
	// written.
	ErrUnreachable = errors.New("the server's AMI does not answer")
	// ErrRights reports an AMI user that may not do what an apply needs:
	// nothing was written.
	ErrRights = errors.New("the AMI user lacks rights")
	// ErrRolledBack reports that the change did not take: the former files are
	// back and loaded.
	ErrRolledBack = errors.New("the change did not take and was undone")
	// ErrUnsettled reports that the former files are back, but Asterisk could
	// not be told: it may still run with the new ones. The next apply, or its
	// next start, settles it.
	ErrUnsettled = errors.New("the former files are back, but Asterisk did not load them")
	// ErrNoHistory reports that there is no apply to undo.
	ErrNoHistory = errors.New("there is no apply to undo")
	// ErrChanged reports files that are not those the undo was made for.
	ErrChanged = errors.New("the files have changed since")
)
