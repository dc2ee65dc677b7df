// Package cdr_test holds the history of calls against what real phones did on a
// real Asterisk, while the gateway is killed.
package cdr_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/programtest"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(storetest.Tests{M: m}, goleak.Cleanup(func(code int) {
		programtest.Remove()
		os.Exit(code)
	}))
}

// gateway is a dipcast in a process of its own, which is killed and started again.
type gateway struct {
	t    *testing.T
	file string

	cmd   *exec.Cmd
	ended chan struct{}
	logs  *logs
	http  string // host:port
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
	g.logs, g.ended = &logs{}, make(chan struct{})
	g.cmd = exec.CommandContext(context.Background(), programtest.Path(g.t), "serve", "--config", g.file, "--log-format", "json")
	g.cmd.Stdout, g.cmd.Stderr = g.logs, g.logs
	if err := g.cmd.Start(); err != nil {
		g.t.Fatal(err)
	}
	cmd, ended, logs := g.cmd, g.ended, g.logs
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
	await.That(g.t, "the gateway", func() bool {
		m := g.logs.line("ready for clients")
		if m == nil {
			return false
		}
		addrs, _ := m["addresses"].([]any)
		g.http, _ = addrs[0].(string)
		return true
	})
	await.That(g.t, "its links", func() bool { return g.get("/readyz", "", nil) == 200 })
}

// kill ends it as a power cut does its process.
func (g *gateway) kill() {
	g.t.Helper()
	if err := g.cmd.Process.Kill(); err != nil {
		g.t.Fatal(err)
	}
	<-g.ended
}

// get reads JSON as a user whose password is its name with -password.
func (g *gateway) get(path, user string, into any) int {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+g.http+path, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	if user != "" {
		req.SetBasicAuth(user, user+"-password")
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0
	}
	defer func() { _ = resp.Body.Close() }()
	if into != nil && resp.StatusCode == http.StatusOK {
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			g.t.Fatal(err)
		}
	}
	return resp.StatusCode
}

// row is a call of the history.
type row struct {
	CallID, Linkedid, Src, Dst, Disposition, Direction, Source, Reason, DID, Tenant string
	Missed                                                                          bool
	BillSec, Duration                                                               int
	From, To                                                                        party
	AnsweredBy                                                                      *party                                    `json:"answered_by"`
	DivertedBy                                                                      *struct{ Type, Extension, Number string } `json:"diverted_by"`
}

type party struct{ Extension, Number, Name string }

// history is all of it, as a user sees it.
func (g *gateway) history(user string) []row {
	g.t.Helper()
	var all []row
	for next := ""; ; {
		var page struct {
			Data    []row
			HasMore bool `json:"has_more"`
			Next    string
		}
		if status := g.get("/api/v2/cdr?limit=100&after="+next, user, &page); status != 200 {
			g.t.Fatalf("cdr: %d", status)
		}
		all = append(all, page.Data...)
		if !page.HasMore {
			return all
		}
		next = page.Next
	}
}
