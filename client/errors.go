package client

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrLost reports that the connection broke before the answer came. Whether the
	// action was carried out is not known.
	ErrLost = errors.New("client: the connection broke before the answer came")
	// ErrStopped reports that Run has ended, or that the client runs already.
	ErrStopped = errors.New("client: not running")
	// ErrProtocol reports that the gateway sent what this client does not
	// understand.
	ErrProtocol = errors.New("client: not the protocol")
)

// Error is an answer that says no.
type Error struct {
	// Code is one of docs/websocket.md, "" when Asterisk itself refused.
	Code    string
	Message string
	Field   string // at fault, or ""
	// ChannelID is, with Code "unknown", the Uniqueid that the call has, should it
	// exist.
	ChannelID string
	Data      Headers // the answer
}

// Error implements error.
func (e *Error) Error() string {
	switch {
	case e.Code == "":
		return "asterisk: " + e.Message
	case e.Field == "":
		return e.Code + ": " + e.Message
	}
	return e.Code + ": " + e.Field + ": " + e.Message
}

// RefusedError is a handshake or a REST request that was answered by an error.
type RefusedError struct {
	Status     int // of HTTP
	Code       string
	Message    string
	Field      string
	RetryAfter time.Duration // 0 when the gateway did not say
}

// Error implements error.
func (e *RefusedError) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("refused with status %d", e.Status)
	}
	return fmt.Sprintf("refused with status %d: %s: %s", e.Status, e.Code, e.Message)
}

// final reports whether trying again with the same credentials is no use.
func (e *RefusedError) final() bool {
	return e.Status >= 400 && e.Status < 500 && e.Status != 408 && e.Status != 425 && e.Status != 429
}
