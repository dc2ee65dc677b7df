package recording

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// How long a link may hold.
const (
	DefaultLinkLife = 10 * time.Minute
	MaxLinkLife     = 24 * time.Hour
)

// Names of a link's parameters.
const (
	linkName      = "link"
	linkExpires   = "expires"
	LinkSignature = "signature"
)

// Errors of a link.
var (
	ErrLink    = errors.New("the link is not one of ours")
	ErrExpired = errors.New("the link has expired")
)

// Links makes and checks links that give one recording to whoever has them, for a
// while. It keeps none of them: a link is its own proof.
type Links struct{ key []byte }

// NewLinks returns a Links that signs with a key, of 32 random bytes.
func NewLinks(key []byte) *Links { return &Links{key: key} }

// Make gives the query of a link to a recording of a company, and a short name by
// which its use is told. The query is a secret: it is for who asked, and no log.
func (l *Links) Make(id string, tenant int, expires time.Time) (query url.Values, name string) {
	name = strings.ToLower(rand.Text()[:8])
	at := strconv.FormatInt(expires.Unix(), 10)
	return url.Values{linkName: {name}, linkExpires: {at}, LinkSignature: {l.sign(id, tenant, name, at)}}, name
}

// Check returns the name of a link whose query came with a request for a
// recording. The error is ErrLink or ErrExpired; one that has expired is told as
// such only when it was ours.
func (l *Links) Check(id string, tenant int, query url.Values, now time.Time) (name string, err error) {
	name, at := query.Get(linkName), query.Get(linkExpires)
	want := l.sign(id, tenant, name, at)
	if !hmac.Equal([]byte(want), []byte(query.Get(LinkSignature))) {
		return "", ErrLink
	}
	expires, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return "", ErrLink
	}
	if !now.Before(time.Unix(expires, 0)) {
		return name, ErrExpired
	}
	return name, nil
}

// sign is of all that a link says. Lengths keep one from being read as another.
func (l *Links) sign(id string, tenant int, name, expires string) string {
	h := hmac.New(sha256.New, l.key)
	for _, part := range []string{"recording", id, strconv.Itoa(tenant), name, expires} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))
}
