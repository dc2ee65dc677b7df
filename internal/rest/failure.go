package rest

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
)

// failure is the body of every answer that is not a success.
type failure struct {
	status  int
	retry   time.Duration // when to try again, 0 when that is not known
	Status  string        `json:"status" enum:"error"`
	Code    envelope.Code `json:"code" enum:"bad_request,invalid_value,too_long,unauthorized,forbidden,not_found,conflict,rate_limited,busy,unavailable,timeout,unknown,internal"`
	Message string        `json:"message" doc:"for people"`
	Field   string        `json:"field,omitempty" doc:"the header, parameter or member at fault"`
	Data    *maybeCall    `json:"data,omitempty" doc:"with the code unknown only"`
}

// maybeCall names a call of which it is unknown whether it was started.
type maybeCall struct {
	ChannelID string `json:"channel_id" doc:"Uniqueid of the caller's channel, should it exist"`
	CallID    string `json:"call_id" doc:"{server}-{Linkedid}"`
}

func newFailure(e *envelope.Error) *failure {
	return &failure{status: edge.StatusOf(e), retry: e.RetryAfter, Status: "error", Code: e.Code, Message: e.Message, Field: e.Field}
}

// Error implements error.
func (f *failure) Error() string { return f.Message }

// GetStatus implements huma.StatusError.
func (f *failure) GetStatus() int { return f.status }

// GetHeaders implements huma.HeadersError.
func (f *failure) GetHeaders() http.Header {
	if f.retry <= 0 {
		return nil
	}
	return http.Header{"Retry-After": {edge.RetryAfter(f.retry)}}
}

// ContentType keeps huma from calling it a problem document.
func (f *failure) ContentType(string) string { return "application/json" }

// newError turns what huma finds wrong with a request, by the types here, into
// our form: the first problem, its field named as in the body.
func newError(status int, msg string, errs ...error) huma.StatusError {
	f := &failure{status: status, Status: "error", Code: codeOf(status), Message: msg}
	if status == http.StatusRequestEntityTooLarge {
		most := int64(maxBody + 1)
		_, _ = fmt.Sscanf(msg, "request body is too large limit=%d bytes", &most) // of this operation
		f.Message = fmt.Sprintf("a request has at most %d bytes", most-1)
	}
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			continue
		}
		f.Field, f.Message = problem(d)
		break
	}
	return f
}

// problem words one of huma's findings.
func problem(d *huma.ErrorDetail) (field, message string) {
	field = strings.TrimPrefix(strings.TrimPrefix(d.Location, "query."), "path.")
	field = strings.TrimPrefix(strings.TrimPrefix(field, "body"), ".")
	message = d.Message
	if rest, ok := strings.CutPrefix(message, "expected required property "); ok {
		missing, _, _ := strings.Cut(rest, " ")
		if field != "" {
			missing = field + "." + missing
		}
		return missing, missing + " is missing"
	}
	if name, ok := strings.CutSuffix(message, givenTwice); ok && field == "" {
		if name, err := strconv.Unquote(name); err == nil {
			return name, message
		}
	}
	switch {
	case field == "":
		return "", "the request: " + message
	case message == "unexpected property", message == "unknown query parameter":
		return field, field + " is not known here"
	case strings.Contains(message, "match exactly one schema"):
		message = "expected a value of one of the documented types"
	}
	return field, field + ": " + message
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
