package asteriskproc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/prompts"
)

// Errors of Say, beside ErrNoVoice.
var (
	// ErrSpeech reports what cannot be said.
	ErrSpeech = errors.New("it cannot be said")
	// ErrSlowVoice reports a voice that did not come to its end in time.
	ErrSlowVoice = errors.New("the voice took too long")
)

// MaxSpeech is how long a text may be, in characters.
const MaxSpeech = 1000

// sayTimeout bounds how long a text may take to be spoken into a file.
const sayTimeout = 20 * time.Second

// Speech is something to be said.
type Speech struct {
	Text  string
	Lang  string // "ko" or "en"
	Voice string // "female" or "male"
}

// voices are what espeak-ng calls them.
var voices = map[string]string{"ko female": "ko+f2", "ko male": "ko", "en female": "en+f2", "en male": "en"}

// speeds are how fast they speak, in words a minute.
var speeds = map[string]string{"ko": "185", "en": "165"}

// Say says a text, by the espeak-ng of this machine, else by that of the first tree
// that has one. The text goes there as input, never as an argument. The error wraps
// ErrNoVoice when there is none.
func Say(ctx context.Context, trees []*Tree, s Speech) (media.Sound, error) {
	voice := voices[s.Lang+" "+s.Voice]
	text := strings.Join(strings.Fields(s.Text), " ")
	switch {
	case voice == "":
		return media.Sound{}, fmt.Errorf("%w: there is no voice %q for %q", ErrSpeech, s.Voice, s.Lang)
	case text == "", !utf8.ValidString(text), utf8.RuneCountInString(text) > MaxSpeech, strings.ContainsRune(text, 0):
		return media.Sound{}, fmt.Errorf("%w: give 1 to %d characters of text", ErrSpeech, MaxSpeech)
	}
	if s.Lang == "ko" {
		text = prompts.Pronounced(text)
	}
	ctx, cancel := context.WithTimeout(ctx, sayTimeout)
	defer cancel()
	args := []string{"-v", voice, "-b", "1", "-s", speeds[s.Lang], "--stdout", "--stdin"}
	cmd, err := voiceCommand(ctx, trees, args)
	if err != nil {
		return media.Sound{}, err
	}
	var out, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text+"\n"), &out, &said
	if err := cmd.Run(); err != nil {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return media.Sound{}, ErrSlowVoice
		}
		return media.Sound{}, fmt.Errorf("%s: %w: %s", voicePackage, errors.Join(err, ctx.Err()), strings.TrimSpace(said.String()))
	}
	sound, err := media.DecodeWAV(out.Bytes())
	if err != nil {
		return sound, fmt.Errorf("%s: %w", voicePackage, err)
	}
	return sound, nil
}

// voiceCommand finds the program that speaks.
func voiceCommand(ctx context.Context, trees []*Tree, args []string) (*exec.Cmd, error) {
	if path, err := exec.LookPath(voicePackage); err == nil {
		cmd := exec.CommandContext(ctx, path, args...)
		dieWithUs(cmd)
		return cmd, nil
	}
	for _, t := range trees {
		if t == nil || !speaker.isIn(t) {
			continue
		}
		if !t.installed() {
			args = append(args, "--path="+t.libDir())
		}
		return t.Command(ctx, voicePackage, args...), nil
	}
	return nil, ErrNoVoice
}
