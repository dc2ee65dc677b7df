// Package edge holds what all HTTP faces share: the body of an error, the
// client's address behind trusted proxies, and the rule on browsers' Origins.
package edge

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/dipcast/dipcast/internal/envelope"
)

// Body is every JSON answer of REST.
type Body struct {
	Status  string        `json:"status" enum:"success,error"`
	Code    envelope.Code `json:"code,omitempty"`
	Message string        `json:"message,omitempty"`
	Field   string        `json:"field,omitempty"`
	Data    any           `json:"data,omitempty"`
}

// Status is the HTTP status of a code. An unknown outcome is a gateway
// timeout: the request may have been carried out.
func Status(c envelope.Code) int {
	switch c {
	case envelope.BadRequest, envelope.InvalidValue:
		return http.StatusBadRequest
	case envelope.TooLong:
		return http.StatusRequestEntityTooLarge
	case envelope.Unauthorized:
		return http.StatusUnauthorized
	case envelope.Forbidden:
		return http.StatusForbidden
	case envelope.NotFound:
		return http.StatusNotFound
	case envelope.Conflict:
		return http.StatusConflict
	case envelope.RateLimited:
		return http.StatusTooManyRequests
	case envelope.Busy, envelope.Unavailable:
		return http.StatusServiceUnavailable
	case envelope.Timeout, envelope.Unknown:
		return http.StatusGatewayTimeout
	case envelope.Internal:
	}
	return http.StatusInternalServerError
}

// StatusOf is the HTTP status of an error: that of its code, except that a
// field which is too long is a bad request; 413 is for whole bodies.
func StatusOf(err *envelope.Error) int {
	if err.Code == envelope.TooLong && err.Field != "" {
		return http.StatusBadRequest
	}
	return Status(err.Code)
}

// WriteError answers a request with err. A 401 asks for HTTP Basic.
func WriteError(w http.ResponseWriter, err *envelope.Error) {
	status := StatusOf(err)
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="DIPCAST", charset="UTF-8"`)
	}
	if err.RetryAfter > 0 {
		w.Header().Set("Retry-After", RetryAfter(err.RetryAfter))
	}
	WriteJSON(w, status, Body{Status: "error", Code: err.Code, Message: err.Message, Field: err.Field})
}

// RetryAfter is a header's value: whole seconds, rounded up.
func RetryAfter(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}

// WriteJSON answers a request with v. A client that is gone is not an error.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
}
