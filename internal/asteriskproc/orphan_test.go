package asteriskproc_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
)

// parentEnv makes this test program the parent that TestNoProcessSurvives kills.
const parentEnv = "DIPCAST_TEST_PARENT"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestNoProcessSurvives: Asterisk ends when the program that started it is
// killed and had no time to stop it.
func TestNoProcessSurvives(t *testing.T) {
	if os.Getenv(parentEnv) != "" {
		s := asterisktest.Start(t, companyInput(22))
		fmt.Fprintln(os.Stdout, "pid", s.PID(), s.Input.Dirs.Base)
		select {} // until we are killed
	}
	parent := exec.Command(os.Args[0], "-test.run=^TestNoProcessSurvives$", "-test.v")
	parent.Env = append(os.Environ(), parentEnv+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	pid, dir := 0, ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) == 3 && f[0] == "pid" {
			pid, _ = strconv.Atoi(f[1])
			dir = f[2]
			break
		}
	}
	if pid == 0 || syscall.Kill(pid, 0) != nil {
		t.Fatalf("process %d does not run", pid)
	}
	defer os.RemoveAll(dir)
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	parent.Wait() //nolint:errcheck // killed
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for syscall.Kill(pid, 0) == nil {
		if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && strings.Contains(string(text), ") Z ") {
			return // ended; whoever adopted it has not noticed yet
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("asterisk %d outlives its parent", pid)
		}
	}
}
