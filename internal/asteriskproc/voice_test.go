package asteriskproc

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/sounds"
)

// TestNoVoice: a packed tree of an older release, without voice or prompts, is
// installed all the same, says what it lacks, and does not go looking for it.
func TestNoVoice(t *testing.T) {
	t.Setenv(EnvRoot, "")
	t.Setenv("PATH", t.TempDir()) // no apt
	root := fakeTree(t, "22.10.1")
	if err := WriteFiles(root, map[string]string{treeFile: fmt.Sprintf(`{"version":"22.10.1","arch":%q,"packages":{"asterisk":"1:22"}}`, runtime.GOARCH)}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "asterisk.tar.zst")
	if err := Pack(t.Context(), root, file); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	tree, err := Install(t.Context(), InstallOptions{Dir: dir, From: file})
	if err != nil || !strings.Contains(tree.NoVoice, "packed file") {
		t.Fatalf("%+v, %v", tree, err)
	}
	if missing, err := sounds.Missing(tree.SoundsDir()); err != nil || len(missing) < 600 {
		t.Errorf("%d prompts are missing, %v", len(missing), err)
	}
	if !sounds.HasMusic(tree.DataDir()) {
		t.Error("no music")
	}
	again, err := Install(t.Context(), InstallOptions{Dir: dir, Progress: func(p Progress) { t.Errorf("%+v", p) }})
	if err != nil || again.NoVoice != tree.NoVoice {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := tree.Speak(t.Context(), "ko", "안녕하십니까."); !errors.Is(err, ErrNoVoice) {
		t.Errorf("it speaks: %v", err)
	}
}
