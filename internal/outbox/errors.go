package outbox

import (
	"errors"
	"time"
)

// What a Sender's Send returns beside nil, which means: it was taken. Any other
// error is for good: the row becomes a dead letter.
var (
	// ErrUnclear reports that it was sent and nobody knows whether it arrived. A row
	// marked Once is not sent again; any other is, later.
	ErrUnclear = errors.New("it is not known whether it arrived")
	// ErrExpired reports a row that is of no use any more, whatever its Expires says.
	ErrExpired = errors.New("it is of no use any more")
	// ErrDropped reports a row that gave way to more important ones.
	ErrDropped = errors.New("it gave way to others")
)

// Later reports a row that certainly did not arrive and is to be tried again. Such
// errors in a row pause everything of the same Kind and Tenant, and then try with
// one row at a time.
type Later struct {
	// After is how long to wait, where the other side said so: everything of the same
	// Kind and Tenant then waits. Zero: the row waits longer with every try.
	After time.Duration
	// Lane: nobody but this lane is concerned.
	Lane bool
	Err  error // why
}

// Error implements error.
func (l Later) Error() string {
	if l.Err == nil {
		return "to be tried again"
	}
	return l.Err.Error()
}

// Unwrap gives why.
func (l Later) Unwrap() error { return l.Err }
