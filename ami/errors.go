package ami

import (
	"errors"
	"fmt"
)

// Errors of a Client. Test for them with errors.Is.
var (
	// ErrNotConnected reports an action sent while the link is not up.
	ErrNotConnected = errors.New("no link to the server")
	// ErrClosed reports a Client whose Run has ended.
	ErrClosed = errors.New("client is closed")
	// ErrTimeout reports an action that had no complete answer by its deadline.
	ErrTimeout = errors.New("no answer in time")
	// ErrLinkLost reports an action under way when its link ended. The error
	// is a *LinkLostError, which says whether bytes of it may have left.
	ErrLinkLost = errors.New("link lost")
	// ErrAuth reports credentials that the server refused.
	ErrAuth = errors.New("credentials refused")
	// ErrBanner reports a server that did not greet as an Asterisk does.
	ErrBanner = errors.New("not an Asterisk manager greeting")
	// ErrSilent reports a link on which Pings stayed without an answer.
	ErrSilent = errors.New("server does not answer")
	// ErrPanic reports a link that ended because something of its own panicked:
	// the decoder, or a connection from Options.Dial. The log has the stack.
	ErrPanic = errors.New("panic, see the log")
	// ErrShutdown reports a link that ended after the event Shutdown.
	ErrShutdown = errors.New("server shut down")
	// ErrBusy reports an action refused because the bound of actions in
	// flight, or of bytes waiting to be written, is reached.
	ErrBusy = errors.New("too many actions in flight")
	// ErrDuplicateID reports an ActionID that is in flight already.
	ErrDuplicateID = errors.New("action id is in flight")
	// ErrListTooLong reports an event list with more items, or bytes, than
	// allowed.
	ErrListTooLong = errors.New("event list too long")
)

// Errors of decoding.
var (
	// ErrTooLong reports a line over the bound.
	ErrTooLong = errors.New("line too long")
	// ErrTooManyHeaders reports a message with more headers than the bound.
	ErrTooManyHeaders = errors.New("too many headers")
	// ErrMessageTooLarge reports a message over the bound.
	ErrMessageTooLarge = errors.New("message too large")
	// ErrIncomplete reports bytes given to Parse that end before the message
	// does, or go on after it.
	ErrIncomplete = errors.New("not exactly one message")
)

// Errors of encoding. They come wrapped in a *FieldError.
var (
	// ErrFraming reports a name or value that would end its own line.
	ErrFraming = errors.New("breaks AMI framing")
	// ErrLineTooLong reports a line of more than MaxActionLine bytes.
	ErrLineTooLong = errors.New("line too long for the server")
	// ErrTooManyLines reports an action of more than MaxActionLines lines.
	ErrTooManyLines = errors.New("too many lines for the server")
	// ErrReserved reports a header that is not the caller's to set.
	ErrReserved = errors.New("header is set by the client")
)

// LimitError reports a message that passed one of the bounds of a Reader. It
// wraps ErrTooLong, ErrTooManyHeaders or ErrMessageTooLarge.
type LimitError struct {
	What  string // "line", "headers" or "message"
	Limit int    // the bound: bytes, or headers
	Got   int    // what was counted when it was passed
}

// Error implements error.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%v: %d, bound %d", e.Unwrap(), e.Got, e.Limit)
}

// Unwrap returns the sentinel of the bound.
func (e *LimitError) Unwrap() error {
	switch e.What {
	case "line":
		return ErrTooLong
	case "headers":
		return ErrTooManyHeaders
	}
	return ErrMessageTooLarge
}

// FieldError reports a header that an Action refuses. It never shows the
// value, which may be a secret.
type FieldError struct {
	Field  string // name of the header as given
	Reason string // what is wrong, for people
	err    error
}

// Error implements error.
func (e *FieldError) Error() string { return fmt.Sprintf("header %.64q: %s", e.Field, e.Reason) }

// Unwrap returns the sentinel of the rule that was broken.
func (e *FieldError) Unwrap() error { return e.err }

// LinkLostError ends every action under way when its link is lost. It is
// ErrLinkLost and wraps the cause.
type LinkLostError struct {
	// Sent is true when bytes of the action may have reached the server:
	// whether it was carried out is unknown. False: it certainly was not.
	Sent  bool
	Cause error
}

// Error implements error.
func (e *LinkLostError) Error() string {
	state := "not sent"
	if e.Sent {
		state = "outcome unknown"
	}
	return fmt.Sprintf("%v (%s): %v", ErrLinkLost, state, e.Cause)
}

// Is reports whether target is ErrLinkLost.
func (e *LinkLostError) Is(target error) bool { return target == ErrLinkLost }

// Unwrap returns the cause of the loss.
func (e *LinkLostError) Unwrap() error { return e.Cause }
