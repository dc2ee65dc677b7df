package programtest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/programtest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	programtest.Remove()
	os.Exit(code)
}

func TestPath(t *testing.T) {
	path := programtest.Path(t)
	if again := programtest.Path(t); again != path {
		t.Errorf("%s, then %s", path, again)
	}
	out, err := exec.CommandContext(t.Context(), path, "version").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "dipcast") {
		t.Errorf("%v: %s", err, out)
	}
}
