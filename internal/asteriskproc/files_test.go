package asteriskproc_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// TestWriteMissing: what somebody wrote is never overwritten.
func TestWriteMissing(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"etc/custom/a.conf": "; empty\n", "etc/custom/b.conf": "; empty\n"}
	made, err := asteriskproc.WriteMissing(dir, files)
	if err != nil || !slices.Equal(made, []string{"etc/custom/a.conf", "etc/custom/b.conf"}) {
		t.Fatalf("made %v, %v", made, err)
	}
	mine := filepath.Join(dir, "etc/custom/a.conf")
	if err := os.WriteFile(mine, []byte("[mine]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if made, err = asteriskproc.WriteMissing(dir, files); err != nil || len(made) != 0 {
		t.Errorf("made %v again, %v", made, err)
	}
	if text, err := os.ReadFile(mine); err != nil || string(text) != "[mine]\n" {
		t.Errorf("it reads %q, %v", text, err)
	}
	if _, err := asteriskproc.WriteMissing(dir, map[string]string{"../x": ""}); err == nil {
		t.Error("a path that leaves the folder is written")
	}
}
