package works

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Errors of a Client. Test for them with errors.Is; an *Error wraps one of
// them.
var (
	// ErrRefused reports a request that will not do better when it is repeated:
	// the content, the person or the bot is wrong, or the right is missing.
	ErrRefused = errors.New("refused by NAVER WORKS")
	// ErrNotDone reports a request that surely had no effect and may do better
	// later: the budget is used up, or nobody was reached.
	ErrNotDone = errors.New("NAVER WORKS did not take it")
	// ErrUnclear reports a request that may have had its effect: its bytes left,
	// and no answer came, or one that does not tell.
	ErrUnclear = errors.New("outcome at NAVER WORKS unknown")
	// ErrCredentials reports that no access token is to be had: the secret, key,
	// account or clock is wrong. It wraps ErrRefused.
	ErrCredentials = fmt.Errorf("credentials: %w", ErrRefused)
	// ErrBudget reports that the calls of this minute are used up, by the
	// server's own word or by our count. It wraps ErrNotDone.
	ErrBudget = fmt.Errorf("calls of this minute used up: %w", ErrNotDone)
)

// Error is an answer that is no success, or that there was none. It wraps
// ErrRefused, ErrNotDone or ErrUnclear.
type Error struct {
	Op          string // the API operation: "send to user"
	Status      int    // HTTP status; 0 when there was no answer
	Code        string // "UNAUTHORIZED" (docs/error-codes); "" when there was none
	Description string // the server's words, at most 300 bytes of one line
	// After is how long to wait before it is tried again; 0 when nobody said.
	After time.Duration
	kind  error
	cause error
}

// Error gives it in one line, without secrets: no URL, header or body is in it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	b.WriteString(": ")
	b.WriteString(e.kind.Error())
	if e.Status != 0 {
		fmt.Fprintf(&b, ": %d", e.Status)
	}
	for _, s := range []string{e.Code, e.Description} {
		if s != "" {
			b.WriteString(" " + s)
		}
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the kind and, without an answer, what kept it away.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.kind}
	}
	return []error{e.kind, e.cause}
}

// kindOf sorts an HTTP status. 503 is documented as "unavailable" and taken as
// not done; behind any other 5xx the work may have been finished.
func kindOf(status int) error {
	switch {
	case status == 429:
		return ErrBudget
	case status == 401, status == 408, status == 503:
		return ErrNotDone
	case status >= 500:
		return ErrUnclear
	default:
		return ErrRefused
	}
}

// ContentError is a mistake in what was to be sent, found before it was.
type ContentError struct {
	Field string // "contents.body.contents[1].action.label"
	Want  string // "at most 20 characters"
	Got   string // "23 characters"; "" when that adds nothing
}

func (e *ContentError) Error() string {
	if e.Got == "" {
		return e.Field + ": " + e.Want
	}
	return e.Field + ": " + e.Want + ", not " + e.Got
}

// Unwrap gives ErrRefused: the server would refuse it too.
func (e *ContentError) Unwrap() error { return ErrRefused }

// oneLine cuts a server's words for logs.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "")
	}
	return s
}
