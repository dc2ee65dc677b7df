package works

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Attach uploads a file and gives its fileId, good for 24 hours
// (docs/bot-attachment-create, docs/file-upload). kind is its Content-Type. What
// is not an image or sent as a file may be 1 MB at most there.
func (c *Client) Attach(ctx context.Context, bot int64, name, kind string, file []byte) (string, error) {
	k := checker{}
	k.text("fileName", name, 1, 200)
	if ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")); slices.Contains(blocked, ext) {
		k.wrong("fileName", "a kind that NAVER WORKS takes", quoted(ext))
	}
	if len(file) == 0 || len(file) > MaxAttachment {
		k.wrong("file", fmt.Sprintf("1 to %d bytes", MaxAttachment), fmt.Sprint(len(file)))
	}
	if k.err != nil {
		return "", k.err
	}
	ask, err := json.Marshal(map[string]string{"fileName": name})
	if err != nil {
		return "", err
	}
	var place struct {
		FileID    string `json:"fileId"`
		UploadURL string `json:"uploadUrl"`
	}
	if _, err := c.do(ctx, request{op: OpAttach, method: http.MethodPost, path: botPath(bot) + "/attachments", body: ask, into: &place}); err != nil {
		return "", err
	}
	if place.FileID == "" || place.UploadURL == "" {
		return "", &Error{Op: OpAttach, kind: ErrNotDone, cause: fmt.Errorf("no fileId and uploadUrl in the answer")}
	}
	body, contentType, err := form(name, kind, file)
	if err != nil {
		return "", err
	}
	if !c.trusted(place.UploadURL) {
		return "", &Error{Op: "upload", kind: ErrRefused, cause: fmt.Errorf("uploadUrl is not https")}
	}
	_, err = c.do(ctx, request{
		op: "upload", method: http.MethodPost, path: place.UploadURL, kind: contentType, body: body, time: 6 * c.o.Timeout, free: true,
	})
	if err != nil {
		return "", err
	}
	return place.FileID, nil
}

// blocked are the kinds of files that are refused by default (docs/bot-send-file).
var blocked = []string{"bat", "cmd", "com", "cpl", "exe", "scr", "js", "vbs", "wsf", "hta"}

// form is the upload as clients in use send it: the file as Filedata, its name
// beside it as resourceName.
func form(name, kind string, file []byte) (body []byte, contentType string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("resourceName", name); err != nil {
		return nil, "", err
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", multipart.FileContentDisposition("Filedata", name))
	h.Set("Content-Type", kind)
	part, err := w.CreatePart(h)
	if err != nil {
		return nil, "", err
	}
	if _, err := part.Write(file); err != nil {
		return nil, "", err
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

// Download gives an attachment that somebody sent to the bot. The answer
// redirects to another host that wants the token too, which net/http would drop.
func (c *Client) Download(ctx context.Context, bot int64, fileID string) ([]byte, error) {
	a, err := c.do(ctx, request{
		op: OpDownload, method: http.MethodGet, path: botPath(bot) + "/attachments/" + url.PathEscape(fileID), want: http.StatusFound,
	})
	if err != nil {
		return nil, err
	}
	to := a.header.Get("Location")
	if !c.trusted(to) {
		return nil, &Error{Op: OpDownload, Status: a.status, kind: ErrRefused, cause: fmt.Errorf("no https address in Location")}
	}
	a, err = c.do(ctx, request{op: "download", method: http.MethodGet, path: to, read: MaxAttachment, time: 6 * c.o.Timeout, free: true})
	if err != nil {
		return nil, err
	}
	return a.body, nil
}

// trusted says whether the token may go to an address that an answer named: only
// by https, unless the API itself is spoken to without.
func (c *Client) trusted(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	return u.Scheme == "https" || (u.Scheme == "http" && strings.HasPrefix(c.o.APIURL, "http:"))
}
