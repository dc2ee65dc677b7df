package fax_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/browsertest"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/programtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		programtest.Remove()
		browsertest.Remove()
		os.Exit(code)
	}))
}

// gateway is a dipcast in a process of its own, which is killed and started again.
type gateway struct {
	t    *testing.T
	file string

	cmd  *exec.Cmd
	over chan struct{}
	logs *logs
	http string // host:port
}

// logs are lines of the log, as JSON.
type logs struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *logs) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// line is the first line with a message, nil when there is none.
func (l *logs) line(message string) map[string]any {
	for text := range strings.SplitSeq(l.text(), "\n") {
		var m map[string]any
		if json.Unmarshal([]byte(text), &m) == nil && m["msg"] == message {
			return m
		}
	}
	return nil
}

func (g *gateway) start() {
	g.t.Helper()
	g.logs, g.over = &logs{}, make(chan struct{})
	g.cmd = exec.CommandContext(context.Background(), programtest.Path(g.t), "serve", "--config", g.file, "--log-format", "json")
	g.cmd.Stdout, g.cmd.Stderr = g.logs, g.logs
	if err := g.cmd.Start(); err != nil {
		g.t.Fatal(err)
	}
	cmd, ended, logs := g.cmd, g.over, g.logs
	go func() {
		defer close(ended)
		_ = cmd.Wait() // the log tells
	}()
	g.t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		<-ended
		if text := logs.text(); g.t.Failed() || strings.Contains(text, "panic") {
			g.t.Errorf("the gateway logged:\n%s", text)
		}
	})
	until(g.t, "the gateway", func() bool {
		m := g.logs.line("ready for clients")
		if m == nil {
			return false
		}
		addrs, _ := m["addresses"].([]any)
		g.http, _ = addrs[0].(string)
		return true
	})
	until(g.t, "its links", func() bool { status, _ := g.ask("GET", "/readyz", "", nil); return status == 200 })
}

// kill ends it as a power cut does its process.
func (g *gateway) kill() {
	g.t.Helper()
	if err := g.cmd.Process.Kill(); err != nil {
		g.t.Fatal(err)
	}
	<-g.over
}

// ask sends a request as a user whose password is its name with -password.
func (g *gateway) ask(method, path, user string, body []byte) (status int, answer []byte) {
	g.t.Helper()
	return g.askAs(method, path, user, "", body)
}

func (g *gateway) askAs(method, path, user, kind string, body []byte) (status int, answer []byte) {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+g.http+path, bytes.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if user != "" {
		req.SetBasicAuth(user, user+"-password")
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = resp.Body.Close() }()
	if answer, err = io.ReadAll(resp.Body); err != nil {
		return 0, nil
	}
	return resp.StatusCode, answer
}

// list are the faxes as a user sees them.
func (g *gateway) list(user, query string) []fax.Fax {
	g.t.Helper()
	var page struct{ Data []fax.Fax }
	status, answer := g.ask("GET", "/api/v2/faxes?"+query, user, nil)
	if err := json.Unmarshal(answer, &page); err != nil || status != 200 {
		g.t.Fatalf("faxes: %d %s", status, answer)
	}
	return page.Data
}

// send sends a fax and gives its id.
func (g *gateway) send(to string, pages []fax.Page) string {
	g.t.Helper()
	return g.taken(g.ask("POST", "/api/v2/faxes?extension=1010&to="+to, "two", fax.WriteTIFF(pages)))
}

// sendForm sends a file in a form and gives the fax's id.
func (g *gateway) sendForm(to string, file []byte) string {
	g.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, value := range map[string]string{"extension": "1010", "to": to} {
		if err := form.WriteField(name, value); err != nil {
			g.t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", "offer.pdf")
	if err == nil {
		_, err = part.Write(file)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		g.t.Fatal(err)
	}
	return g.taken(g.askAs("POST", "/api/v2/faxes", "two", form.FormDataContentType(), b.Bytes()))
}

// taken is the id of a fax that is being sent.
func (g *gateway) taken(status int, answer []byte) string {
	g.t.Helper()
	var one struct{ Data fax.Fax }
	if err := json.Unmarshal(answer, &one); err != nil || status != 200 || one.Data.Status != "sending" {
		g.t.Fatalf("send: %d %s", status, answer)
	}
	return one.Data.ID
}

// ended waits for the end of a fax that was sent.
func (g *gateway) ended(id string) (f fax.Fax) {
	g.t.Helper()
	until(g.t, "end of a fax", func() bool {
		var one struct{ Data fax.Fax }
		status, answer := g.ask("GET", "/api/v2/faxes/"+id, "two", nil)
		if err := json.Unmarshal(answer, &one); err != nil || status != 200 {
			g.t.Fatalf("fax: %d %s", status, answer)
		}
		f = one.Data
		return f.Status != "sending"
	})
	return f
}

// came waits for a fax that came in by a DID.
func (g *gateway) came(did string) fax.Fax {
	g.t.Helper()
	var all []fax.Fax
	until(g.t, "fax that came in", func() bool {
		all = g.list("three", "direction=in&number="+did)
		return len(all) > 0
	})
	return all[0]
}

// until waits for something to become true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	end := time.NewTimer(patience)
	defer end.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-end.C:
			t.Fatalf("no %s", what)
		}
	}
}
