package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/sounds"
)

// recordingPath is where REST has the recording of a tone.
func recordingPath(tone string) string { return "/tones/" + url.PathEscape(tone) + "/recording" }

func toneUploadCommand() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{
		Use: "upload NAME FILE", Short: "Give a tone a recording", Args: cobra.ExactArgs(2),
		Long: "Give a tone a recording: a WAV file of at most three minutes, 8 to 48 kHz, of any common\n" +
			"coding. It is made mono, 8 kHz and as loud as the prompts, goes round and round, and is\n" +
			"heard after the next dipcast apply.\n\n" +
			"통화연결음에 녹음 파일(WAV, 3분 이내)을 넣습니다. 다음 dipcast apply 뒤부터 들립니다.",
		Example: "  dipcast tone create welcome\n  dipcast tone upload welcome 인사.wav\n  dipcast apply",
		RunE: func(c *cobra.Command, args []string) error {
			file, err := readRecording(args[1])
			if err != nil {
				return err
			}
			return f.open(c, func(ctx context.Context, s *console) error {
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				a, err := s.do(ctx, put, recordingPath(args[0]), q, file)
				if err != nil {
					return fmt.Errorf("%s: %w", args[1], err)
				}
				if done, err := s.printed(a); done || err != nil {
					return err
				}
				var tone struct{ Recording struct{ Length float64 } }
				if err := json.Unmarshal(a.Data, &tone); err != nil {
					return err
				}
				d := time.Duration(tone.Recording.Length * float64(time.Second)).Round(time.Second / 10)
				s.say("통화연결음 %[1]s: 녹음을 넣었습니다 (%[2]s).", "tone %[1]s has its recording (%[2]s).", args[0], d)
				s.applied()
				return nil
			})
		},
	}
	f.add(c)
	return c
}

// readRecording reads a file that is to be uploaded.
func readRecording(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > sounds.MaxUpload {
		return nil, fmt.Errorf("%s: %w: at most %d MB", name, sounds.ErrTooLong, sounds.MaxUpload>>20)
	}
	return os.ReadFile(name)
}

func toneSaveCommand() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{
		Use: "save NAME FILE", Short: "Write the recording of a tone to a file", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return f.open(c, func(ctx context.Context, s *console) error {
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				file, err := s.sound(ctx, recordingPath(args[0]), q)
				if err != nil {
					return err
				}
				if err := os.WriteFile(args[1], file, 0o644); err != nil {
					return err
				}
				s.say("%s에 썼습니다.", "%s is written.", args[1])
				return nil
			})
		},
	}
	f.add(c)
	return c
}

func toneEraseCommand() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{
		Use: "erase NAME", Short: "Remove the recording of a tone: callers hear that it rings", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return f.open(c, func(ctx context.Context, s *console) error {
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				a, err := s.do(ctx, del, recordingPath(args[0]), q, nil)
				if err != nil {
					return err
				}
				if done, err := s.printed(a); done || err != nil {
					return err
				}
				s.say("통화연결음 %s: 녹음을 지웠습니다.", "the recording of tone %s is removed.", args[0])
				s.applied()
				return nil
			})
		},
	}
	f.add(c)
	return c
}
