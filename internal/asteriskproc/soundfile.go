package asteriskproc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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

// converter is that program.
var converter = tool{program: soundProgram, pack: soundPackage, state: func(t *Tree) (*string, *time.Time) { return &t.NoSound, &t.SoundTried }}

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

// FindConverter finds sndfile-convert: the host's own, else that of a tree that is
// there already. The error wraps ErrNoSound.
func FindConverter(ctx context.Context) (Converter, error) {
	path, t := converter.find(ctx)
	switch {
	case path != "":
		return func(ctx context.Context, args ...string) *exec.Cmd { return onHost(ctx, path, args...) }, nil
	case t != nil:
		return func(ctx context.Context, args ...string) *exec.Cmd { return t.Command(ctx, soundProgram, args...) }, nil
	}
	return nil, ErrNoSound
}
