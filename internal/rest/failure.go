package rest

import (
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
)

// failure is the body of every answer that is not a success.
type failure struct {
	status int
	edge.Body
}

// Error implements error.
func (f *failure) Error() string { return f.Message }

// GetStatus implements huma.StatusError.
func (f *failure) GetStatus() int { return f.status }

// ContentType keeps huma from calling it a problem document.
func (f *failure) ContentType(string) string { return "application/json" }

// newError turns what huma finds wrong with a request, by the types here, into
// our form: the first problem, its field named as in the body.
func newError(status int, msg string, errs ...error) huma.StatusError {
	f := &failure{status: status, Body: edge.Body{Status: "error", Code: codeOf(status), Message: msg}}
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			continue
		}
		f.Field = strings.TrimPrefix(strings.TrimPrefix(d.Location, "body."), "query.")
		if f.Field == "body" {
			f.Field = ""
		}
		f.Message = d.Message
		break
	}
	return f
}

func codeOf(status int) envelope.Code {
	switch status {
	case http.StatusBadRequest, http.StatusUnsupportedMediaType, http.StatusNotAcceptable, http.StatusMethodNotAllowed:
		return envelope.BadRequest
	case http.StatusUnauthorized:
		return envelope.Unauthorized
	case http.StatusForbidden:
		return envelope.Forbidden
	case http.StatusNotFound:
		return envelope.NotFound
	case http.StatusConflict:
		return envelope.Conflict
	case http.StatusRequestEntityTooLarge:
		return envelope.TooLong
	case http.StatusUnprocessableEntity:
		return envelope.InvalidValue
	case http.StatusTooManyRequests:
		return envelope.RateLimited
	case http.StatusServiceUnavailable:
		return envelope.Unavailable
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return envelope.Timeout
	}
	return envelope.Internal
}
