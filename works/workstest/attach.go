package workstest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// file is an attachment.
type file struct {
	id      string
	key     string // of the uploadUrl, good once; "" when it was used
	domain  int64  // of the app
	bot     int64
	name    string
	kind    string
	data    []byte
	arrived bool
	ends    time.Time
}

const (
	fileLife = 24 * time.Hour
	maxOther = 1 << 20 // of what is neither image nor file
	// maxStored bounds what all attachments have together; the oldest go.
	maxStored = 256 << 20
)

// attach is the first step: an id, and where the file goes.
func attach(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	k := &check{}
	var v any
	if json.Unmarshal(c.body, &v) != nil {
		return failure(http.StatusBadRequest, "BAD_REQUEST", "body is no JSON object")
	}
	m := k.object("body", v)
	k.fields("body", m, "fileName")
	name := k.text("body", m, "fileName", 1, 200)
	if k.failed != nil {
		return *k.failed
	}
	f := c.s.newFile(c.app.Domain, b.ID, name)
	return answer(http.StatusOK, map[string]string{"fileId": f.id, "uploadUrl": c.storage() + "/storage/upload/" + f.key})
}

func (s *Server) newFile(domain, bot int64, name string) *file {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.o.Now()
	f := &file{
		id:  fmt.Sprintf("kr1.%d.%d.0.%d.0.0.0.%s", now.UnixNano(), now.Add(fileLife).Unix(), domain, unguessable(8)),
		key: unguessable(32), domain: domain, bot: bot, name: name, ends: now.Add(fileLife),
	}
	total := 0
	for id, old := range s.files {
		if !now.Before(old.ends) {
			delete(s.files, id)
		} else {
			total += len(old.data)
		}
	}
	for id, old := range s.files {
		if total <= maxStored && len(s.files) < maxTokens {
			break
		}
		total -= len(old.data)
		delete(s.files, id)
	}
	s.files[f.id] = f
	return f
}

// storage is this server under another host name, so that a client which follows
// the redirect by itself drops the token.
func (c *call) storage() string {
	if c.s.o.StorageURL != "" {
		return strings.TrimRight(c.s.o.StorageURL, "/")
	}
	host, port, err := net.SplitHostPort(c.r.Host)
	if err != nil {
		host, port = c.r.Host, ""
	}
	other := "localhost"
	if host == other {
		other = "127.0.0.1"
	}
	if port != "" {
		other = net.JoinHostPort(other, port)
	}
	u := url.URL{Scheme: "http", Host: other}
	if c.r.TLS != nil {
		u.Scheme = "https"
	}
	return u.String()
}

// upload takes the forms that are in use: multipart with a token, in a part of
// any name, or the bare file by PUT. Which one came is in the log.
func upload(c *call) reply {
	u := &Upload{Method: c.r.Method, Bearer: bearer(c.r) != "", Type: c.r.Header.Get("Content-Type")}
	c.entry.Upload, c.entry.Body = u, nil
	c.entry.Path = "/storage/upload/…" // the address is a secret
	if u.Bearer {
		if g, app := c.s.granted(bearer(c.r)); g == nil {
			return unauthorized(`Bearer error="invalid_token"`, "invalid access token")
		} else {
			c.entry.App = app.ClientID
		}
	}
	data := c.body
	if kind, params, err := mime.ParseMediaType(u.Type); err == nil && kind == "multipart/form-data" {
		if !u.Bearer {
			return unauthorized(`Bearer realm="storage"`, "access token is missing")
		}
		if data, err = u.parts(multipart.NewReader(bytes.NewReader(c.body), params["boundary"])); err != nil {
			return failure(http.StatusBadRequest, "BAD_REQUEST", "form: "+err.Error())
		}
	} else if c.r.Method != http.MethodPut {
		return failure(http.StatusBadRequest, "BAD_REQUEST", "want multipart/form-data")
	}
	u.Size = len(data)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, f := range c.s.files {
		if f.key == "" || f.key != c.r.PathValue("key") || !c.s.o.Now().Before(f.ends) {
			continue
		}
		switch {
		case len(data) == 0:
			return invalid("file is empty")
		case len(data) > maxUpload:
			return failure(http.StatusBadRequest, "LIMIT_EXCEEDED", "file is too long")
		}
		f.key, f.data, f.kind, f.arrived = "", bytes.Clone(data), u.Type, true
		return answer(http.StatusOK, map[string]string{"fileId": f.id})
	}
	return failure(http.StatusNotFound, "NOT_FOUND", "uploadUrl was used or has expired")
}

var errNoFile = errors.New("no part is a file")

// parts finds the one file of a form.
func (u *Upload) parts(r *multipart.Reader) ([]byte, error) {
	var data []byte
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) && u.Field != "" {
			return data, nil
		}
		if errors.Is(err, io.EOF) {
			return nil, errNoFile
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(p) // all of the body is bounded
		if err != nil {
			return nil, err
		}
		switch {
		case p.FileName() != "":
			u.Field, u.FileName, u.Type, data = p.FormName(), p.FileName(), p.Header.Get("Content-Type"), content
		case p.FormName() == "resourceName":
			u.Resource = string(content)
		}
	}
}

// attachment redirects to the file (docs/bot-attachment-get).
func attachment(c *call) reply {
	b, bad := c.bot()
	if b == nil {
		return bad
	}
	c.s.mu.Lock()
	f := c.s.files[c.r.PathValue("file")]
	good := f != nil && f.arrived && f.bot == b.ID && f.domain == b.Domain && c.s.o.Now().Before(f.ends)
	c.s.mu.Unlock()
	if !good {
		return missing("ATTACHMENT")
	}
	return reply{status: http.StatusFound, header: http.Header{"Location": {c.storage() + "/storage/file/" + url.PathEscape(f.id)}}}
}

// download wants the token again.
func download(c *call) reply {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	f := c.s.files[c.r.PathValue("file")]
	if f == nil || !f.arrived || !c.app.owns(f.domain) || !c.s.o.Now().Before(f.ends) {
		return missing("ATTACHMENT")
	}
	return f.reply()
}

func (f *file) reply() reply {
	kind := f.kind
	if kind == "" {
		kind = "application/octet-stream"
	}
	return reply{status: http.StatusOK, body: f.data, header: http.Header{
		"Content-Type": {kind}, "X-Content-Type-Options": {"nosniff"},
		"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": f.name})},
	}}
}

// file checks the id of an attachment that is sent as use: it must have arrived
// and live, 1 MB is the most for all but images and files, and MP3 is no audio, as
// a client in use reports.
func (k *check) file(p, id, use string) {
	if k.s == nil || k.failed != nil {
		return
	}
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	f := k.s.files[id]
	switch {
	case f == nil || !f.arrived || !k.app.owns(f.domain) || !k.s.o.Now().Before(f.ends):
		k.wrong(p, "content is invalid")
	case use != "image" && use != "file" && len(f.data) > maxOther:
		k.wrong(p, "is more than 1 MB")
	case use == "file" && blockedKind(f.name):
		k.wrong(p, "is of a kind that is blocked")
	case use == "audio" && strings.HasSuffix(strings.ToLower(f.name), ".mp3"):
		k.wrong(p, "content is invalid")
	}
}
