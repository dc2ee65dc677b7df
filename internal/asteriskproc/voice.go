package asteriskproc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/sounds"
)

// voicePackage is the Debian package of the program that speaks.
const voicePackage = "espeak-ng"

// speaker is the program that speaks the prompts.
var speaker = tool{program: voicePackage, pack: voicePackage, state: func(t *Tree) (*string, *time.Time) { return &t.NoVoice, &t.VoiceTried }}

// ErrNoVoice reports that there is no espeak-ng to speak the prompts with.
var ErrNoVoice = errors.New("no voice for the prompts")

// SoundsDir is the folder of Asterisk's sounds in this tree.
func (t *Tree) SoundsDir() string { return filepath.Join(t.DataDir(), "sounds") }

// Dirs are the folders of an instance in base that runs this tree. Its data
// folder is its own, in which prompts can be replaced; Start lays it.
func (t *Tree) Dirs(base string) asteriskconf.Dirs {
	return asteriskconf.Dirs{Base: base, Modules: t.ModulesDir(), Data: DataFolder(base), Music: sounds.HoldFolder, Ring: sounds.RingFolder}
}

// DataFolder is the data folder of an instance in dir, an absolute path.
func DataFolder(dir string) string { return filepath.Join(dir, dataDir) }

// ours tells whether the tree was unpacked by us from Debian's packages, and so
// may be added to.
func (t *Tree) ours() bool { return t.Packages["asterisk"] != "" }

// spoken tells whether the tree has all prompts and music, or cannot have more
// than it has.
func (t *Tree) spoken() bool {
	if !t.ours() {
		return true
	}
	if !sounds.HasMusic(t.DataDir()) {
		return false
	}
	if missing, err := sounds.Missing(t.SoundsDir()); err != nil || len(missing) == 0 {
		return err == nil
	}
	return !speaker.isIn(t) && speaker.lately(t)
}

// Speak says a text in Korean ("ko", as it is pronounced) or English ("en"). The
// error wraps ErrNoVoice when the tree has no voice.
func (t *Tree) Speak(ctx context.Context, language, text string) (media.Sound, error) {
	if !speaker.isIn(t) {
		return media.Sound{}, fmt.Errorf("%s: %w", t.Root, ErrNoVoice)
	}
	args := []string{"-v", language, "-b", "1", "-s", speeds[language], "--stdout", "--stdin"}
	if !t.installed() {
		args = append(args, "--path="+t.libDir())
	}
	cmd := t.Command(ctx, voicePackage, args...)
	var out, said bytes.Buffer
	// Without the end of a line 1.50 says nothing at a text of one syllable.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text+"\n"), &out, &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return media.Sound{}, ctx.Err()
		}
		return media.Sound{}, fmt.Errorf("%s: %w: %s", voicePackage, err, strings.TrimSpace(said.String()))
	}
	s, err := media.DecodeWAV(out.Bytes())
	if err != nil {
		return s, fmt.Errorf("%s: %w", voicePackage, err)
	}
	return s, nil
}

// giveVoice sees to it that a tree of ours has our prompts: it unpacks
// the voice into a tree made before there was one, and speaks what is missing.
// Where no voice is to be had the tree stays as it is and NoVoice says why; that
// is no error, since Asterisk then plays its English prompts. The caller holds
// the lock.
func giveVoice(ctx context.Context, o InstallOptions, t *Tree) error {
	if t.spoken() {
		return nil
	}
	if err := sounds.MakeMusic(t.DataDir()); err != nil {
		return fmt.Errorf("music for %s: %w", t.Root, err)
	}
	if !speaker.isIn(t) {
		if err := speaker.seek(ctx, o, t); err != nil || !speaker.isIn(t) {
			return err
		}
	}
	err := sounds.Make(ctx, sounds.MakeOptions{Dir: t.SoundsDir(), Voice: t.Speak, Progress: func(done, total int) {
		o.Progress(Progress{Step: StepVoice, Done: done, Total: total})
	}})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil { // the next Install goes on where this one stopped
		t.NoVoice = err.Error()
	}
	return nil
}
