// Package relay lets NAVER WORKS and people reach a gateway that nobody reaches
// from outside (docs/relay.md).
//
// A Server runs on a public host. A Box, inside a gateway, dials out to it: HTTPS
// with a key, a WebSocket, one text message each way (hello, welcome), and from
// then on HTTP/2 inside binary messages, in which the relay is the client. So
// one connection, which passes proxies that know WebSockets, carries many requests
// at once, each with its own flow control.
//
// The relay trusts a box with the tenants that its configuration gives it, and
// nothing else. A box trusts the relay with what the Internet may send it anyway:
// callbacks, whose signatures the box checks, and the pages of a list of paths.
package relay

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/recording"
)

// Paths of the protocol. alivePath is asked through the tunnel only.
const (
	connectPath = "/relay/v1/box"
	alivePath   = "/relay/v1/alive"
	subprotocol = "dipcast-relay.v1"
)

// headerPrefix begins the headers that the relay adds. Nobody else's get through.
const (
	headerPrefix = "Dipcast-Relay-"
	headerClient = headerPrefix + "Client" // address and port of who asks the relay
)

// Bounds of the tunnel. Together, the pages under way may not fill the window of
// the connection, or a reader that takes nothing would hold up callbacks:
// maxPages × streamWindow stays below connWindow.
const (
	maxHello     = 64 << 10
	maxHeader    = 32 << 10 // bytes of a request's, or an answer's, head
	maxPages     = 24       // under way, of one box
	maxCalls     = 64       // callbacks under way, of one box
	streamWindow = 64 << 10
	connWindow   = 3 << 20

	helloTimeout = 10 * time.Second
	aliveTimeout = 2 * time.Second
	// A connection in which nothing comes is asked for a sign of life after
	// pingAfter, and given up pingTimeout later.
	pingAfter   = 15 * time.Second
	pingTimeout = 10 * time.Second
)

// hello is what a box says first.
type hello struct {
	// Instance is of one run of a gateway: it tells a box that connects again
	// from another one that has its key.
	Instance string   `json:"instance"`
	Version  string   `json:"version"`
	Tenants  []string `json:"tenants"`
}

// welcome is what the relay answers.
type welcome struct {
	Denied []string `json:"denied,omitempty"` // tenants that the relay does not give this box
}

// How a relay closes a box's connection, in the range for applications
// (RFC 6455, section 7.4.2).
const (
	closeTaken    = 4001 // another box is connected with this key
	closeRevoked  = 4002 // the relay's configuration no longer has it so
	closeBadHello = 4003
	closeReplaced = 4004 // by a newer connection of the same box
)

// NewKey makes a key for a box, and the hash that the relay knows it by.
func NewKey() (key, hash string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails (crypto/rand)
	key = "dcr_" + base64.RawURLEncoding.EncodeToString(b)
	sum := sha256.Sum256([]byte(key))
	return key, hex.EncodeToString(sum[:])
}

// http2Config is of both ends.
func http2Config() *http.HTTP2Config {
	return &http.HTTP2Config{
		MaxConcurrentStreams: 2 * (maxPages + maxCalls), MaxReadFrameSize: 16 << 10,
		MaxReceiveBufferPerConnection: connWindow, MaxReceiveBufferPerStream: streamWindow,
		SendPingTimeout: pingAfter, PingTimeout: pingTimeout, WriteByteTimeout: pingTimeout,
	}
}

func onlyHTTP2() *http.Protocols {
	p := new(http.Protocols)
	p.SetUnencryptedHTTP2(true) // TLS is around the WebSocket
	return p
}

// callbackPath is that of NAVER WORKS' callbacks.
var callbackPath = regexp.MustCompile(`^/dapi/([0-9a-f]{16})/callback$`)

// plain is a path that means the same to every program: no escapes, no empty
// parts, none that is only dots. Any other is refused, so that nothing can be
// hidden from a list of paths.
var plain = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+/?$`)

func plainPath(r *http.Request) bool {
	p := r.URL.EscapedPath()
	return len(p) <= 1024 && plain.MatchString(p) && !strings.Contains(p, "/./") && !strings.Contains(p, "/../") &&
		!strings.HasSuffix(p, "/.") && !strings.HasSuffix(p, "/..")
}

// listed reports whether a path is in a list, whose entries that end with "/"
// stand for themselves and all below them: a link of a call leads to /dapi/call/.
func listed(paths []string, p string) bool {
	return slices.ContainsFunc(paths, func(l string) bool {
		if strings.HasSuffix(l, "/") {
			return strings.HasPrefix(p, l)
		}
		return p == l
	})
}

// recordings is the path of one recording.
var recordings = regexp.MustCompile(`^/api/v2/recordings/[A-Za-z0-9._~-]+$`)

// recordingLink reports a link to a recording, as messages hold it. Whether its
// signature is good, the gateway says.
func recordingLink(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && recordings.MatchString(r.URL.Path) &&
		r.URL.Query().Get(recording.LinkSignature) != ""
}

// pageMethods are what browsers send from a page without scripts.
var pageMethods = []string{http.MethodGet, http.MethodHead, http.MethodPost}

// hopHeaders count between two neighbours only (RFC 9110, section 7.6.1), or say
// who asks, which only the relay may.
var hopHeaders = []string{
	"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Http2-Settings",
	"Forwarded", "X-Real-Ip", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Prefix",
}

// endToEnd is h without what must not pass from one end to the other.
func endToEnd(h http.Header) http.Header {
	out := h.Clone()
	for _, line := range h.Values("Connection") {
		for name := range strings.SplitSeq(line, ",") {
			out.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range hopHeaders {
		out.Del(name)
	}
	for name := range out {
		if strings.HasPrefix(name, headerPrefix) {
			delete(out, name)
		}
	}
	return out
}

// once is a listener of one connection: Accept gives it, then waits for its end, or
// for that of the listener. http.Server.Shutdown waits for the latter without a limit,
// also where the connection has not yet heard that it is to end.
type once struct {
	conn   net.Conn
	give   chan net.Conn
	done   chan struct{} // the connection has ended
	closed chan struct{}
	closer sync.Once
}

func newOnce(c net.Conn) *once {
	o := &once{conn: c, give: make(chan net.Conn, 1), done: make(chan struct{}), closed: make(chan struct{})}
	o.give <- &told{Conn: c, done: o.done}
	return o
}

func (o *once) Accept() (net.Conn, error) {
	select {
	case c := <-o.give:
		return c, nil
	case <-o.done:
	case <-o.closed:
	}
	return nil, net.ErrClosed
}

// Close implements net.Listener. The connection goes on.
func (o *once) Close() error {
	o.closer.Do(func() { close(o.closed) })
	return nil
}

func (o *once) Addr() net.Addr { return o.conn.LocalAddr() }
