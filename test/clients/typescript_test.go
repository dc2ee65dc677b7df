package clients_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/netfault"
)

// TestTypeScript builds the TypeScript client as its README says and runs its
// tests against a gateway, which they harm by asking here.
func TestTypeScript(t *testing.T) {
	s := newSite(t)
	number := func(r *http.Request, name string) int {
		n, err := strconv.Atoi(r.URL.Query().Get(name))
		if err != nil {
			t.Errorf("%s: %v", r.URL, err)
		}
		return n
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /nothing", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /emit", func(_ http.ResponseWriter, r *http.Request) { s.emit(number(r, "n")) })
	mux.HandleFunc("POST /server", func(_ http.ResponseWriter, r *http.Request) { s.servers[number(r, "n")-1].Cut() })
	mux.HandleFunc("POST /mute", func(_ http.ResponseWriter, r *http.Request) { s.servers[number(r, "n")-1].Mute(number(r, "on") == 1) })
	mux.HandleFunc("POST /cut", func(_ http.ResponseWriter, r *http.Request) {
		if n := number(r, "after"); n > 0 {
			s.proxy.CutAfter(int64(n), netfault.ToClient, netfault.RST)
			return
		}
		s.proxy.Cut(netfault.RST)
	})
	control := httptest.NewServer(mux)
	defer control.Close()

	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc", "tsconfig.json", "src", "test"} {
		from, to := filepath.Join("..", "..", "clients", "ts", name), filepath.Join(dir, name)
		if info, err := os.Stat(from); err != nil {
			t.Fatal(err)
		} else if info.IsDir() {
			if err := os.CopyFS(to, os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{
		"DIPCAST_WS=" + s.url(), "DIPCAST_HTTP=http://" + s.http, "DIPCAST_CONTROL=" + control.URL,
		"DIPCAST_USER=" + username, "DIPCAST_PASSWORD=" + password,
	}
	run(t, dir, env, "npm", "ci", "--no-audit", "--no-fund")
	args := []string{"--test", "--test-reporter=tap", "test/client.test.mjs"}
	// Node 20 and 21 have a WebSocket only when asked for it.
	if out := run(t, dir, nil, "node", "-p", "typeof WebSocket"); strings.TrimSpace(out) == "undefined" {
		args = append([]string{"--experimental-websocket"}, args...)
	}
	out := run(t, dir, env, "node", args...)
	if !strings.Contains(out, "# fail 0") || strings.Contains(out, "# pass 0") {
		t.Errorf("%s", out)
	}
}

func run(t *testing.T, dir string, env []string, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}
