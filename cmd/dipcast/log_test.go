package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// TestLogFind finds the lives of actions by the ActionID of the client, in the
// log and the audit trail, which show neither it nor what is secret in it.
func TestLogFind(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			g := serveGateway(t, "--log-format", format)
			demo := g.client("demo")
			id := func(what string) string { return "DIPCAST-7be69580e27641df-01026132471-" + what }
			send := func(what, text string) {
				g.ask(demo, fmt.Sprintf(`{"AMIServerID":1,"data":{"ActionID":%q,%s}}`, id(what), text), id(what))
			}
			send("put", `"Action":"DBPut","Family":"7be69580e27641df","Key":"diversions/1010/CFI/enable","Val":"no"`)
			send("refused", `"Action":"Getvar","Variable":"X"`)
			send("ping", `"Action":"Ping"`)
			until(t, "the audit is written", func() bool {
				_, text := g.get("/metrics", "ops")
				return !strings.Contains(text, "dipcast_audit_written_total 0")
			})
			file := filepath.Join(g.dir, "log")
			until(t, "the log is here", func() bool {
				return strings.Contains(g.printed(), "-put") && strings.Contains(g.printed(), "-refused")
			})
			write(t, file, g.printed())
			for what, want := range map[string][]string{
				"put":     {"action answered", "DBPut"},
				"refused": {"audit ", " refused ", "Getvar", "code=forbidden"},
			} {
				out, err := dipcast(t, "log", "find", id(what), file, "--config", g.file)
				if err != nil {
					t.Errorf("%s: %v %s", what, err, out)
				}
				for _, w := range append(want, "DIPCAST-T2-010****2471-"+what) {
					if !strings.Contains(out, w) {
						t.Errorf("%s: no %q in %s", what, w, out)
					}
				}
				for _, secret := range []string{"7be69580e27641df", "26132471", "쑤팩토리"} {
					if strings.Contains(out, secret) {
						t.Errorf("%s shows %s: %s", what, secret, out)
					}
				}
			}
			if out, err := dipcast(t, "log", "find", id("refused"), file, "--config", g.file); strings.Count(out, "\n") != 2 {
				t.Errorf("one row and one line: %s %v", out, err)
			}
			if out, err := dipcast(t, "log", "find", id("ping"), file, "--config", g.file); err == nil {
				t.Errorf("a Ping at level info: %s", out)
			}
			if out, err := dipcast(t, "log", "find", id("nobody"), file, "--config", g.file); err == nil || !strings.Contains(out, "nothing found") {
				t.Errorf("what never was: %v %s", err, out)
			}
			_ = demo.Close(websocket.StatusNormalClosure, "")
			// What REST answers as action_id is found, too.
			status, body := g.post("/api/v2/core/click_to_call", "demo", `{"caller":"1010","callee":"01026132471"}`)
			var started struct {
				Data struct {
					ActionID string `json:"action_id"`
				} `json:"data"`
			}
			if err := json.Unmarshal([]byte(body), &started); err != nil || started.Data.ActionID == "" {
				t.Fatalf("%d %s", status, body)
			}
			until(t, "found by what REST answered", func() bool {
				write(t, file, g.printed())
				out, err := dipcast(t, "log", "find", started.Data.ActionID, file, "--config", g.file)
				return err == nil && strings.Contains(out, "Originate") && !strings.Contains(out, "26132471")
			})
		})
	}
}

// TestLogFindAtDebug: everything, from its receipt on; and the key stays.
func TestLogFindAtDebug(t *testing.T) {
	g := serveGateway(t, "--log-level", "debug")
	g.ask(g.client("demo"), `{"AMIServerID":1,"data":{"ActionID":"p1","Action":"Ping"}}`, "p1")
	file := filepath.Join(g.dir, "log")
	var out string
	until(t, "two lines", func() bool {
		write(t, file, g.printed())
		out, _ = dipcast(t, "log", "find", "p1", file, "--config", g.file)
		return strings.Count(out, "\n") == 2
	})
	if !strings.Contains(out, "action received") || !strings.Contains(out, "action answered") || !strings.Contains(out, "wire_id=") {
		t.Error(out)
	}
	key, err := os.Stat(filepath.Join(g.dir, "var", "audit.key"))
	if err != nil || key.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v %v", key, err)
	}
	g.signal(os.Interrupt)
	g.code(30e9)
	g.start(t, "--log-level", "debug")
	g.ask(g.client("demo"), `{"AMIServerID":1,"data":{"ActionID":"p1","Action":"Ping"}}`, "p1")
	until(t, "found under the same key after a restart", func() bool {
		write(t, file, g.printed())
		out, _ = dipcast(t, "log", "find", "p1", file, "--config", g.file)
		return strings.Count(out, "\n") == 2
	})
}
