package works

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// Addresses of the public service. Public authorities have hosts of their own.
const (
	DefaultAuthURL = "https://auth.worksmobile.com/oauth2/v2.0"
	DefaultAPIURL  = "https://www.worksapis.com/v1.0"
)

// Bounds of a Client.
const (
	// MaxAnswer is the most that is read of an answer, but for attachments.
	MaxAnswer = 4 << 20
	// MaxAttachment is the most that is moved up or down as one attachment.
	MaxAttachment = 50 << 20
)

// Options of a Client. The app is that of the Developer Console.
type Options struct {
	AuthURL string // "" means DefaultAuthURL
	APIURL  string // "" means DefaultAPIURL

	ClientID       string          // required
	ClientSecret   string          // required
	ServiceAccount string          // "….serviceaccount@…"; needed for all but the login of people
	Key            *rsa.PrivateKey // of the service account, see ParseKey
	Scopes         []string        // nil means bot, user.read

	// PerMinute is how often one operation may be called in a minute: 60 with the
	// free plan, 240 with the others (docs/rate-limits). 0 means 60; less than 0
	// counts nothing ahead. What the server says of itself goes before it.
	PerMinute int
	// Timeout bounds one request, with its answer. 0 means 10 s; a transfer of an
	// attachment has six times as much.
	Timeout time.Duration
	// HTTP is used for all requests. Nil means one of its own. Its CheckRedirect
	// is not used: redirects are followed by the Client where one is expected.
	HTTP *http.Client
	Now  func() time.Time // default time.Now
}

// Client speaks for one app. Its methods may be called from any goroutine; they
// share one access token and one budget.
type Client struct {
	o      Options
	http   *http.Client
	tokens tokens
	budget budget
}

// New checks the options and gives a client. Nothing is sent yet.
func New(o Options) (*Client, error) {
	for _, s := range []struct{ field, value string }{{"client_id", o.ClientID}, {"client_secret", o.ClientSecret}} {
		if s.value == "" {
			return nil, fmt.Errorf("%s: must be given", s.field)
		}
	}
	for _, u := range []struct {
		field, fallback string
		value           *string
	}{{"auth_url", DefaultAuthURL, &o.AuthURL}, {"api_url", DefaultAPIURL, &o.APIURL}} {
		if *u.value == "" {
			*u.value = u.fallback
		}
		parsed, err := url.Parse(*u.value)
		if err != nil || parsed.Host == "" || (parsed.Scheme != "https" && parsed.Scheme != "http") {
			return nil, fmt.Errorf("%s: %q is no address of a web server", u.field, *u.value)
		}
		*u.value = strings.TrimRight(*u.value, "/")
	}
	if o.PerMinute == 0 {
		o.PerMinute = 60
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if len(o.Scopes) == 0 {
		o.Scopes = []string{"bot", "user.read"}
	}
	c := &Client{o: o, http: &http.Client{}}
	if o.HTTP != nil {
		copied := *o.HTTP
		c.http = &copied
	}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.budget.perMinute, c.budget.now, c.budget.ops = o.PerMinute, o.Now, map[string]*window{}
	c.tokens.turn = make(chan struct{}, 1)
	return c, nil
}

// request is one call of the API.
type request struct {
	op     string // its name in errors, and in the budget
	method string
	path   string // below APIURL, escaped; or a whole address
	kind   string // Content-Type; "" means JSON
	body   []byte
	into   any           // what the answer is decoded into; nil: it is not read
	want   int           // the status that is success; 0: any 2xx
	read   int64         // how much of the answer is read; 0 means MaxAnswer
	time   time.Duration // 0 means Options.Timeout
	free   bool          // not counted by the budget
}

// answer is what came.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do calls the API with a token, and once more with a new one after a 401.
func (c *Client) do(ctx context.Context, r request) (*answer, error) {
	token, err := c.token(ctx, "")
	if err != nil {
		return nil, err
	}
	a, err := c.try(ctx, r, token)
	if e := (*Error)(nil); errors.As(err, &e) && e.Status == http.StatusUnauthorized {
		if token, err = c.token(ctx, token); err != nil {
			return nil, err
		}
		if a, err = c.try(ctx, r, token); errors.As(err, &e) && e.Status == http.StatusUnauthorized {
			e.kind = ErrCredentials // a new token is no better
		}
	}
	return a, err
}

// try makes one request with an access token.
func (c *Client) try(ctx context.Context, r request, token string) (*answer, error) {
	if !r.free {
		if wait := c.budget.take(r.op); wait > 0 {
			return nil, &Error{Op: r.op, After: wait, kind: ErrBudget}
		}
	}
	to := r.path
	if !strings.Contains(to, "://") {
		to = c.o.APIURL + to
	}
	kind := r.kind
	if kind == "" && r.body != nil {
		kind = "application/json"
	}
	a, err := c.send(ctx, r, to, kind, "Bearer "+token)
	if err != nil {
		return nil, err
	}
	if !r.free {
		c.budget.told(r.op, a.header, a.status)
	}
	if good := a.status == r.want || (r.want == 0 && a.status/100 == 2); !good {
		return nil, refusal(r.op, a)
	}
	if r.into != nil {
		if err := json.Unmarshal(a.body, r.into); err != nil {
			return nil, &Error{Op: r.op, Status: a.status, kind: ErrUnclear, cause: fmt.Errorf("answer: %w", err)}
		}
	}
	return a, nil
}

// send makes one HTTP request. Its error is an *Error: ErrUnclear once a byte
// may have left.
func (c *Client) send(ctx context.Context, r request, to, kind, authorization string) (*answer, error) {
	limit := r.time
	if limit == 0 {
		limit = c.o.Timeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var left atomic.Bool // set by the transport's goroutines
	trace := &httptrace.ClientTrace{WroteHeaders: func() { left.Store(true) }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), r.method, to, bytes.NewReader(r.body))
	if err != nil {
		return nil, &Error{Op: r.op, kind: ErrRefused, cause: err}
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		failed := &Error{Op: r.op, kind: ErrNotDone, cause: bare(err)}
		if left.Load() {
			failed.kind = ErrUnclear
		}
		return nil, failed
	}
	defer func() { _ = resp.Body.Close() }() // it was read as far as it is wanted
	most := r.read
	if most == 0 {
		most = MaxAnswer
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err == nil && int64(len(body)) > most {
		err = fmt.Errorf("more than %d bytes", most)
	}
	if err != nil {
		return nil, &Error{Op: r.op, Status: resp.StatusCode, kind: ErrUnclear, cause: fmt.Errorf("answer: %w", bare(err))}
	}
	return &answer{status: resp.StatusCode, header: resp.Header, body: body}, nil
}

// bare takes the address off an error of net/http: addresses of uploads are
// secrets, and others hold ids of people.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// refusal makes an error of an answer: {"code","description"} by
// docs/error-codes, {"error","error_description"} by RFC 6749.
func refusal(op string, a *answer) *Error {
	var body struct {
		Code        string `json:"code"`
		Description string `json:"description"`
		Error       string `json:"error"`
		Explanation string `json:"error_description"`
	}
	_ = json.Unmarshal(a.body, &body) // a proxy's page has neither
	e := &Error{
		Op: op, Status: a.status, Code: oneLine(body.Code), Description: oneLine(body.Description),
		kind: kindOf(a.status), After: waitOf(a.header),
	}
	if e.Code == "" {
		e.Code, e.Description = oneLine(body.Error), oneLine(body.Explanation)
	}
	return e
}
