package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/datadir"
)

// TestBackupRestore of a gateway that runs, into another place, where it goes on.
func TestBackupRestore(t *testing.T) {
	g := serveGateway(t)
	demo := g.client("demo")
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() { // rows of the audit trail come meanwhile
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = demo.Write(t.Context(), 1, fmt.Appendf(nil, `{"AMIServerID":1,"data":{"Action":"Getvar","ActionID":"r%d"}}`, i))
				_, _, _ = demo.Read(t.Context())
			}
		}
	}()
	until(t, "rows", func() bool {
		_, text := g.get("/metrics", "ops")
		return !strings.Contains(text, "dipcast_audit_written_total 0\n")
	})
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	out, err := dipcast(t, "backup", file, "--config", g.file)
	if err != nil || !strings.Contains(out, "data/audit.key") || !strings.Contains(out, "secrets in clear") {
		t.Fatalf("%v %s", err, out)
	}
	close(stop)
	<-done
	if out, err := dipcast(t, "backup", "--check", file); err != nil || !strings.Contains(out, "good") {
		t.Errorf("check: %v %s", err, out)
	}
	if out, err := dipcast(t, "backup", file, "--config", g.file); err == nil {
		t.Errorf("over itself: %s", out)
	}
	if out, err := dipcast(t, "restore", file, "--config", g.file, "--force"); !errors.Is(err, datadir.ErrInUse) {
		t.Errorf("while it runs: %v %s", err, out)
	}
	g.signal(syscall.SIGTERM)
	if code := g.code(30 * time.Second); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if out, err := dipcast(t, "restore", file, "--config", g.file); !errors.Is(err, datadir.ErrExists) {
		t.Errorf("over what is there: %v %s", err, out)
	}
	// Elsewhere, where the database's changes since then are not.
	g.dir = t.TempDir()
	g.file = filepath.Join(g.dir, "dipcast.yaml")
	if out, err := dipcast(t, "restore", file, "--config", g.file); err != nil || !strings.Contains(out, "unbroken") {
		t.Fatalf("%v %s", err, out)
	}
	g.start(t)
	if a := g.ask(g.client("demo"), `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"p"}}`, "p"); !strings.Contains(a, "Pong") {
		t.Errorf("the restored gateway: %s", a)
	}
	if out, err := dipcast(t, "log", "find", "r0", "--config", g.file); err != nil || !strings.Contains(out, "Getvar") {
		t.Errorf("an old ActionID under the old key: %v %s", err, out)
	}
}

// TestRestoreKilled by the kernel, at any moment: the gateway that is started
// next is whole, as before or as restored.
func TestRestoreKilled(t *testing.T) {
	g := serveGateway(t)
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	if out, err := dipcast(t, "backup", file, "--config", g.file); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	g.signal(syscall.SIGTERM)
	g.code(30 * time.Second)
	changed := strings.Replace(gatewayConfig, "demo-password", "new-demo-password", 1)
	results := map[string]int{}
	for i := range 12 {
		g.configure(t, changed)
		// How long a restore takes here is measured by the first one.
		begun := time.Now()
		p := launch(t, "restore", file, "--config", g.file, "--force")
		if i > 0 {
			select {
			case <-p.ended:
			case <-time.After(time.Duration(rand.Int64N(int64(results["took"])))):
				_ = p.cmd.Process.Kill() // it may have ended
			}
		}
		<-p.ended
		if i == 0 {
			results["took"] = int(time.Since(begun))
			if p.cmd.ProcessState.ExitCode() != 0 {
				t.Fatal(p.printed())
			}
		}
		if _, err := datadir.Finish(filepath.Join(g.dir, "var")); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(g.file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "new-demo-password") {
			results["old"]++
		} else {
			results["new"]++
		}
		if out, err := dipcast(t, "backup", filepath.Join(t.TempDir(), "after"), "--config", g.file); err != nil {
			t.Errorf("not whole: %v %s", err, out)
		}
	}
	g.start(t)
	if status, _ := g.get("/readyz", ""); status != 200 {
		t.Errorf("not ready: %d", status)
	}
	t.Logf("%d as before, %d as restored", results["old"], results["new"])
}
