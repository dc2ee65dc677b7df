package workstest_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/works/workstest"
)

// place asks where a file goes.
func (w *world) place(t *testing.T, token, name string) (id, to string) {
	t.Helper()
	a := w.do(t, "POST", "/v1.0/bots/1/attachments", token, "application/json", []byte(fmt.Sprintf(`{"fileName":%q}`, name)))
	if a.status != 200 || a.text("fileId") == "" || a.text("uploadUrl") == "" {
		t.Fatalf("attachment: %d %s", a.status, a.body)
	}
	return a.text("fileId"), a.text("uploadUrl")
}

func form(t *testing.T, field, name string, data []byte) (string, []byte) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(data)
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), b.Bytes()
}

// TestUploadForms: all that are in use are taken, and recorded.
func TestUploadForms(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	token := w.access(t, "bot")
	data := []byte("RIFF....WAVE")
	for _, field := range []string{"Filedata", "FileData"} {
		id, to := w.place(t, token, "a.wav")
		kind, body := form(t, field, "a.wav", data)
		if a := w.do(t, "POST", to, token, kind, body); a.status != 200 {
			t.Errorf("%s: %d %s", field, a.status, a.body)
		}
		if a := w.do(t, "POST", to, token, kind, body); a.status != 404 {
			t.Errorf("%s, twice: %d %s", field, a.status, a.body)
		}
		if a := w.send(t, token, "users/u1", `{"type":"file","fileId":"`+id+`"}`); a.status != 201 {
			t.Errorf("%s, sent: %d %s", field, a.status, a.body)
		}
	}
	_, to := w.place(t, token, "a.wav")
	if a := w.do(t, "PUT", to, "", "application/octet-stream", data); a.status != 200 {
		t.Errorf("PUT: %d %s", a.status, a.body)
	}
	_, to = w.place(t, token, "a.wav")
	kind, body := form(t, "Filedata", "a.wav", data)
	if a := w.do(t, "POST", to, "", kind, body); a.status != 401 {
		t.Errorf("a form without token: %d %s", a.status, a.body)
	}
	w.clock.add(24 * time.Hour)
	if a := w.do(t, "POST", to, w.access(t, "bot"), kind, body); a.status != 404 {
		t.Errorf("after 24 h: %d %s", a.status, a.body)
	}
	var came []string
	for _, r := range w.Requests(workstest.OpUpload) {
		if r.Upload != nil && r.Status == 200 {
			came = append(came, fmt.Sprint(r.Upload.Method, " ", r.Upload.Field, " ", r.Upload.Bearer, " ", r.Upload.Size))
		}
		if strings.Contains(r.Path, to[len(to)-20:]) {
			t.Error("the address of an upload is in the log")
		}
	}
	if got := strings.Join(came, ", "); got != "POST Filedata true 12, POST FileData true 12, PUT  false 12" {
		t.Errorf("recorded: %s", got)
	}
}

// TestFileIDs: only what has arrived, lives and fits can be sent.
func TestFileIDs(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	token := w.access(t, "bot")
	up := func(name string, size int) string {
		id, to := w.place(t, token, name)
		if a := w.do(t, "PUT", to, token, "", make([]byte, size)); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		return id
	}
	empty, _ := w.place(t, token, "a.wav")
	wav, long, mp3 := up("a.wav", 100), up("b.wav", 1<<20+1), up("c.mp3", 100)
	for name, row := range map[string]struct {
		kind, id string
		status   int
	}{
		"wav": {"audio", wav, 201}, "long file": {"file", long, 201}, "long image": {"image", long, 201},
		"long audio": {"audio", long, 400}, "mp3": {"audio", mp3, 400}, "mp3 as file": {"file", mp3, 201},
		"not there": {"audio", empty, 400}, "unknown": {"audio", "jp1.1", 400},
	} {
		a := w.send(t, token, "users/u1", fmt.Sprintf(`{"type":%q,"fileId":%q}`, row.kind, row.id))
		if a.status != row.status {
			t.Errorf("%s: got %d %s, want %d", name, a.status, a.body, row.status)
		}
	}
	w.clock.add(24 * time.Hour)
	if a := w.send(t, w.access(t, "bot"), "users/u1", `{"type":"file","fileId":"`+wav+`"}`); a.status != 400 {
		t.Errorf("after 24 h: %d", a.status)
	}
}

// TestDownloadHost: a client that follows the redirect by itself loses the token
// on the way, as Go's does.
func TestDownloadHost(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	id, err := w.SendFile("u1", "1", "file", "fax.pdf", "application/pdf", []byte("%PDF"))
	if err != nil {
		t.Fatal(err)
	}
	if a := w.do(t, "GET", "/v1.0/bots/1/attachments/"+id, w.access(t, "bot.message"), "", nil); a.status != 403 {
		t.Errorf("without bot.read: %d", a.status)
	}
	token := w.access(t, "bot.read")
	a := w.do(t, "GET", "/v1.0/bots/1/attachments/"+id, token, "", nil)
	to := a.header.Get("Location")
	if a.status != 302 || !strings.HasPrefix(to, "http://localhost:") {
		t.Fatalf("got %d to %q", a.status, to)
	}
	if a := w.do(t, "GET", to, "", "", nil); a.status != 401 {
		t.Errorf("without token: %d", a.status)
	}
	if a := w.do(t, "GET", to, token, "", nil); a.status != 200 || string(a.body) != "%PDF" || a.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("with token: %d %q", a.status, a.body)
	}
	follow := *w.client
	follow.CheckRedirect = nil
	w.client = &follow
	if a := w.do(t, "GET", "/v1.0/bots/1/attachments/"+id, token, "", nil); a.status != http.StatusUnauthorized {
		t.Errorf("followed without looking: %d", a.status)
	}
}
