package speed_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/programtest"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

const (
	companies  = 20
	extensions = 100 // of each, from 1000 on
	// The first company's administrator, and the operator.
	login, operator, password = "speed", "ops", "pw-of-speed-9F"
)

// tenants are the ids of the companies. The first has half of the calls.
func tenants() []string {
	all := make([]string, companies)
	for i := range all {
		all[i] = fmt.Sprintf("5eed%012x", i+1)
	}
	return all
}

// history gives a database with as many calls as are wanted: the one that was kept,
// or a new one.
func history(t *testing.T) *storetest.Database {
	t.Helper()
	d := &storetest.Database{Engine: "sqlite", URL: "sqlite", Dir: t.TempDir()}
	if *postgres {
		d = storetest.Postgres(t)
	}
	mark := ""
	if *keep != "" {
		d.Dir = filepath.Join(*keep, fmt.Sprint(*calls))
		mark = filepath.Join(d.Dir, "filled")
		if text, err := os.ReadFile(mark); err == nil {
			t.Logf("the history of %s: %s", d.Dir, text)
			began := time.Now()
			s, err := store.Open(t.Context(), d.Options()) // it may be of an older version: migrations take long
			if err == nil {
				err = s.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("opened in %v", time.Since(began).Round(time.Second))
			return d
		}
		if err := os.RemoveAll(d.Dir); err != nil { // a filling that was broken off
			t.Fatal(err)
		}
		if err := os.MkdirAll(d.Dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	rows := d.Fill(t, tenants(), *calls, began)
	text := fmt.Sprintf("%d calls of %d companies, %s, filled in %v\n", rows, companies, d.Engine, time.Since(began).Round(time.Second))
	t.Log(text)
	if mark != "" {
		if err := os.WriteFile(mark, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// gateway runs dipcast on a database, with a server that has no calls, until the
// test ends, and gives its address.
func gateway(t *testing.T, d *storetest.Database) string {
	t.Helper()
	server := amitest.New(amitest.Options{})
	if err := server.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	exts := make([]string, extensions)
	for i := range exts {
		exts[i] = fmt.Sprint(1000 + i)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "listen: [\"127.0.0.1:0\"]\ndcmiws_listen: []\nagi_listen: \"\"\ndata_dir: %q\ndatabase: %q\nrate: {per_second: 100000, burst: 100000}\nservers: [{id: 1, name: pbx, address: %q, username: gw, secret: gw-secret}]\n", d.Dir, d.URL, server.Addr())
	fmt.Fprintf(&b, "operators: [{username: %s, password: %q}]\ntenants:\n", operator, password)
	for i, id := range tenants() {
		fmt.Fprintf(&b, "  - {id: %q, number: %d, name: 회사 %d, servers: [1], extensions: [\"%s\"], logins: [{username: %s%d, password: %q}]}\n", id, 2+i, 1+i, strings.Join(exts, `", "`), login, 1+i, password)
	}
	file := filepath.Join(t.TempDir(), "dipcast.yaml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	log := new(output)
	cmd := exec.CommandContext(context.Background(), programtest.Path(t), "serve", "--config", file, "--log-format", "json")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // the log tells
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-ended:
		case <-time.After(30 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
			t.Error("the gateway did not stop")
		}
		if t.Failed() {
			t.Logf("the gateway logged:\n%s", log.String())
		}
	})
	address := regexp.MustCompile(`"ready for clients".*?"addresses":\["([^"]+)"`)
	url := ""
	await.That(t, "the gateway", func() bool {
		if m := address.FindStringSubmatch(log.String()); m != nil {
			url = "http://" + m[1]
		}
		return url != "" && ask(t, http.MethodGet, url+"/readyz", "") == http.StatusOK
	})
	return url
}

// people gives the first company's extensions names, so that people can be searched.
func people(t *testing.T, url string) {
	t.Helper()
	for i, name := range []string{"홍길동", "김민준", "이서연", "박도윤", "최하은"} {
		body, err := json.Marshal(map[string]string{"name": name, "extension": fmt.Sprint(1000 + 7*i)})
		if err != nil {
			t.Fatal(err)
		}
		// In a history that was kept they are there.
		if status := ask(t, http.MethodPost, url+"/api/v2/people", string(body)); status >= http.StatusInternalServerError || status == http.StatusForbidden {
			t.Fatalf("people: %d", status)
		}
	}
}

// ask sends a request as the first company, and gives the status of its answer.
func ask(t *testing.T, method, url, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(login+"1", password)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Do(req)
	if err != nil {
		return 0
	}
	_ = r.Body.Close()
	return r.StatusCode
}

// output keeps what a process says, up to a megabyte.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.b.Len() < 1<<20 {
		o.b.Write(p)
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
