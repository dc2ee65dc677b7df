// Package auth finds out who a request comes from: username and password, an
// application's key, or a one-time ticket. It knows headers, not HTTP statuses;
// the faces turn its errors into answers.
package auth

import (
	"errors"
	"time"

	"github.com/dipcast/dipcast/internal/tenant"
)

// Errors callers test for. An *Error wraps one of the first three.
var (
	// ErrUnauthorized reports credentials that are missing or wrong. It is the
	// same for users and keys that exist and those that do not.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden reports a good credential with a header that names another
	// tenant, whether or not that one exists.
	ErrForbidden = errors.New("forbidden")
	// ErrRateLimited reports too many failures from where the request comes.
	// Even the right password is refused until the time is over.
	ErrRateLimited = errors.New("too many failed logins")
	// ErrBusy reports that too many logins or tickets are waiting already.
	ErrBusy = errors.New("busy")
	// ErrUnavailable reports that the accounts could not be read.
	ErrUnavailable = errors.New("unavailable")
)

// Error says what was refused, for the answer and for the audit trail.
type Error struct {
	Err        error           // ErrUnauthorized, ErrForbidden or ErrRateLimited
	Missing    string          // the header that is missing, in lower case; "" when none is
	RetryAfter time.Duration   // with ErrRateLimited
	Identity   tenant.Identity // who it claims to be; with ErrForbidden, who it is. For the audit trail only
}

// Error returns the text for the client; it holds nothing of the request.
func (e *Error) Error() string {
	if e.Missing != "" {
		return e.Err.Error() + ": header " + e.Missing + " is missing"
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }
