package asteriskproc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// soundPackage is the Debian package of soundProgram, which makes MP3 and Opus
// files of WAV files by libsndfile, which Asterisk needs anyway.
const (
	soundPackage = "sndfile-programs"
	soundProgram = "sndfile-convert"
)

// ErrNoSound reports that there is no sndfile-convert to convert recordings with.
var ErrNoSound = errors.New("neither this host nor an unpacked Asterisk has sndfile-convert")

// Converter gives sndfile-convert with these arguments, ready to start. It dies
// with our process.
type Converter func(ctx context.Context, args ...string) *exec.Cmd

// Convert makes a sound file of another: what they are their names end with, wav,
// mp3 or opus. It gives way to whatever else runs.
func (c Converter) Convert(ctx context.Context, from, to string) error {
	args := []string{from, to}
	if filepath.Ext(to) == ".wav" {
		args = append([]string{"-pcm16"}, args...) // else in the coding that it comes in
	}
	cmd := c(ctx, args...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", soundProgram, err)
	}
	stepBack(cmd.Process.Pid)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", soundProgram, err, strings.TrimSpace(said.String()))
	}
	return nil
}

func (t *Tree) hasSound() bool {
	_, err := os.Stat(t.program(soundProgram))
	return err == nil
}

// sounding tells whether the tree can convert recordings, or needs not.
func (t *Tree) sounding() bool {
	return !t.ours() || t.Suite != suites[Asterisk22] || t.hasSound() || time.Since(t.SoundTried) < voiceAgain
}

// giveSound is givePaper for sndfile-convert. The caller holds the lock.
func giveSound(ctx context.Context, o InstallOptions, t *Tree) error {
	if t.sounding() {
		return nil
	}
	t.NoSound = ""
	if o.From != "" {
		t.NoSound = "the packed file holds none"
	} else if err := unpackMore(ctx, o, t, soundPackage); ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		t.NoSound = err.Error()
	}
	t.SoundTried = time.Now()
	if err := t.record(t.Root); err != nil {
		return fmt.Errorf("%s of %s: %w", soundProgram, t.Root, err)
	}
	return nil
}

// FindConverter finds sndfile-convert: the host's own, else that of a tree that is
// there already. The error wraps ErrNoSound.
func FindConverter(ctx context.Context) (Converter, error) {
	if path, err := exec.LookPath(soundProgram); err == nil {
		return func(ctx context.Context, args ...string) *exec.Cmd {
			cmd := exec.CommandContext(ctx, path, args...)
			dieWithUs(cmd)
			return cmd
		}, nil
	}
	var roots []string
	if root := os.Getenv(Asterisk22.envRoot()); root != "" {
		roots = append(roots, root)
	}
	if dir, err := DefaultDir(); err == nil {
		roots = append(roots, filepath.Join(dir, fmt.Sprint(int(Asterisk22))))
	}
	for _, root := range roots {
		if t, err := OpenTree(ctx, root); err == nil && t.hasSound() {
			return func(ctx context.Context, args ...string) *exec.Cmd { return t.Command(ctx, soundProgram, args...) }, nil
		}
	}
	return nil, ErrNoSound
}
