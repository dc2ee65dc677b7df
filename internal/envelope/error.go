package envelope

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// Code is the machine-readable kind of an error, the same on the WebSocket
// and in REST.
type Code string

// The codes of the contract; no other is ever sent.
const (
	BadRequest   Code = "bad_request"
	InvalidValue Code = "invalid_value"
	TooLong      Code = "too_long"
	Unauthorized Code = "unauthorized"
	Forbidden    Code = "forbidden"
	NotFound     Code = "not_found"
	Conflict     Code = "conflict"
	RateLimited  Code = "rate_limited"
	Busy         Code = "busy"
	Unavailable  Code = "unavailable"
	Timeout      Code = "timeout"
	Unknown      Code = "unknown"
	Internal     Code = "internal"
)

// Error is a refusal a client is told. Message is a sentence in English that
// says what is allowed; it never repeats a secret or another tenant's data.
type Error struct {
	Code    Code
	Field   string // the request's field at fault, as documented; may be empty
	Message string
	// RetryAfter is when to try again, with RateLimited; 0 when that is not known.
	RetryAfter time.Duration
}

// Error implements error.
func (e *Error) Error() string {
	if e.Field == "" {
		return string(e.Code) + ": " + e.Message
	}
	return string(e.Code) + ": " + e.Field + ": " + e.Message
}

// maxField bounds the name of a field in an answer: names that a client makes
// up may be as long as its message.
const maxField = 64

// Errorf builds an *Error about field, which is cut to 64 bytes.
func Errorf(code Code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: Clip(field), Message: fmt.Sprintf(format, args...)}
}

// Clip cuts a name that a client chose to 64 bytes, between two letters.
func Clip(name string) string {
	if len(name) <= maxField {
		return name
	}
	n := maxField
	for n > 0 && !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n]
}
