package client

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Credentials prove who a program is. Exactly one way is used: AppKey with
// Tenant, AppKey alone (as a Bearer), or Username with Password.
type Credentials struct {
	Username, Password string
	AppKey             string // any UTF-8
	Tenant             string // 16 hexadecimal digits; with AppKey
}

// Header is what a request carries. It is empty for the zero Credentials.
func (c Credentials) Header() http.Header {
	h := http.Header{}
	switch {
	case c.AppKey != "" && c.Tenant != "":
		h.Set("tenant", c.Tenant)
		h.Set("app-key", url.PathEscape(c.AppKey)) // header values are bytes, not text
	case c.AppKey != "":
		h.Set("Authorization", "Bearer "+url.PathEscape(c.AppKey))
	case c.Username != "":
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.Username+":"+c.Password)))
	}
	return h
}

// Options configures a Client. Zero optional fields take the default named.
type Options struct {
	// URL is the gateway's, "wss://host:8080/ws" or "ws://host:6600"; required.
	// A username and password in it are Credentials.
	URL         string
	Credentials Credentials
	// Ticket gets a one-time ticket before each connection, instead of
	// Credentials; see REST.Ticket.
	Ticket func(ctx context.Context) (string, error)
	// Header is sent with each handshake, beside the credentials.
	Header http.Header
	// HTTPClient makes the handshakes: for an authority or a proxy of one's own.
	// It must not have a Timeout. Default: one without any of that.
	HTTPClient *http.Client

	// Servers, Events and Extensions narrow what comes, at most 64 each; empty:
	// all. In Events "call" stands for the steps of calls. Links, gaps and
	// snapshots come in any case.
	Servers    []int
	Events     []string
	Extensions []string
	// Positions go on where an earlier process stopped; see Client.Positions.
	Positions []Position
	// NoSnapshot leaves out snapshots, except those behind a gap.
	NoSnapshot bool

	// QueueBytes bounds the frames that were read and not yet handled; one more is
	// taken whole. When they are more, nothing is read, so that the gateway tells
	// what it had to leave out in a Gap; after 10 s it cuts the connection, and
	// the client goes on in a new one. Default 1 MiB.
	QueueBytes int
	// MaxFrame bounds one frame in bytes; a longer one ends the connection.
	// Default 16 MiB.
	MaxFrame int64
	// BackoffMin and BackoffMax bound the wait before a connection is tried
	// again. Defaults 500 ms and 30 s; each wait is between half and all of what
	// it would be, by chance.
	BackoffMin, BackoffMax time.Duration
	// Logger gets a line for each connection made and lost. Default: none.
	Logger *slog.Logger
}

// maxNames is how many names each list of a subscription may have.
const maxNames = 64

// check completes o.
func (o *Options) check() error {
	u, err := url.Parse(o.URL)
	if err != nil {
		return fmt.Errorf("client: URL: %w", err)
	}
	if (u.Scheme != "ws" && u.Scheme != "wss") || u.Host == "" {
		return errors.New("client: URL must begin with ws:// or wss:// and name a host")
	}
	if u.User != nil {
		if o.Credentials != (Credentials{}) {
			return errors.New("client: credentials in the URL and in Credentials")
		}
		o.Credentials.Username = u.User.Username()
		o.Credentials.Password, _ = u.User.Password()
		u.User = nil
	}
	for _, l := range [...]struct {
		name string
		n    int
	}{{"Servers", len(o.Servers)}, {"Events", len(o.Events)}, {"Extensions", len(o.Extensions)}} {
		if l.n > maxNames {
			return fmt.Errorf("client: %s has more than %d entries", l.name, maxNames)
		}
	}
	q := u.Query()
	q.Set("v", "2")
	u.RawQuery = q.Encode()
	o.URL = u.String()
	o.Header = maps.Clone(o.Header)
	o.Servers, o.Events, o.Extensions = slices.Clone(o.Servers), slices.Clone(o.Events), slices.Clone(o.Extensions)
	if o.HTTPClient == nil {
		o.HTTPClient = &http.Client{}
	}
	if o.QueueBytes == 0 {
		o.QueueBytes = 1 << 20
	}
	if o.MaxFrame == 0 {
		o.MaxFrame = 16 << 20
	}
	if o.BackoffMin == 0 {
		o.BackoffMin = 500 * time.Millisecond
	}
	if o.BackoffMax == 0 {
		o.BackoffMax = 30 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return nil
}

// address is where the next handshake goes.
func (o *Options) address(ctx context.Context) (string, error) {
	if o.Ticket == nil {
		return o.URL, nil
	}
	ticket, err := o.Ticket(ctx)
	if err != nil {
		return "", fmt.Errorf("ticket: %w", err)
	}
	return o.URL + "&ticket=" + url.QueryEscape(ticket), nil
}

// header is what the next handshake carries. A browser's ticket is only good
// with an Origin; it is the gateway's own.
func (o *Options) header() http.Header {
	h := o.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	if o.Ticket != nil {
		if h.Get("Origin") == "" {
			u, err := url.Parse(o.URL)
			if err == nil { // it was parsed before
				h.Set("Origin", strings.Replace(u.Scheme, "ws", "http", 1)+"://"+u.Host)
			}
		}
		return h
	}
	maps.Copy(h, o.Credentials.Header())
	return h
}
