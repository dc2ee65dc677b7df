package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func recordingCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "recording", Short: "See, export and delete recordings of calls",
		Long: "See which calls were recorded, write the sound of one into a file, and delete one. To hear and\n" +
			"to delete wants a reason, which stays in the audit trail.\n\n" +
			"통화 녹음을 보고, 소리를 파일로 내보내고, 지웁니다. 내보내거나 지울 때는 사유가 필요하며, 사유는 감사 기록에 남습니다.",
		Example: "  dipcast recording list --since 2026-11-01 --extension 1010\n" +
			"  dipcast recording export k3v7qxw2m5t4nbyd6hzfj2rgce -o call.mp3 --reason \"고객 민원 확인\"\n" +
			"  dipcast recording delete k3v7qxw2m5t4nbyd6hzfj2rgce --reason \"본인 요청\"",
	}
	c.AddCommand(recordingListCommand(), recordingShowCommand(), recordingExportCommand(), recordingDeleteCommand())
	return c
}

// recordingItem is what a line of the list shows of a recording.
type recordingItem struct {
	ID        string    `json:"id"`
	CallID    string    `json:"call_id"`
	Tenant    string    `json:"tenant"`
	Direction string    `json:"direction"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	BeganAt   time.Time `json:"began_at"`
	Seconds   float64   `json:"seconds"`
	Format    string    `json:"format"`
	Bytes     int64     `json:"bytes"`
	State     string    `json:"state"`
	Held      bool      `json:"held"`
}

func recordingListCommand() *cobra.Command {
	var f consoleFlags
	h := historyFilter{}
	var callID string
	var limit int
	c := &cobra.Command{Use: "list", Short: "List the last recordings, the newest first", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		if limit < 1 {
			return errors.New("--limit: at least 1")
		}
		if strings.Contains(h.extensions, ",") {
			return errors.New("--extension: one alone")
		}
		q, err := h.query(f.tenant)
		if err != nil {
			return err
		}
		if q.Has("extensions") { // of calls there may be several
			q.Set("extension", q.Get("extensions"))
			q.Del("extensions")
		}
		if callID != "" {
			q.Set("call_id", callID)
		}
		return f.open(c, func(ctx context.Context, s *console) error {
			all, raw, err := pages[recordingItem](ctx, s, "/recordings", q, limit)
			if err != nil {
				return err
			}
			if s.json {
				return s.printJSON(raw)
			}
			s.printRecordings(all)
			return nil
		})
	}}
	f.add(c)
	flags := c.Flags()
	h.addTimes(c)
	flags.StringVar(&h.extensions, "extension", "", "who called, or answered")
	flags.StringVar(&h.direction, "direction", "", "internal, external (from the network) or outgoing")
	flags.StringVar(&h.number, "number", "", "of either party, whole")
	flags.StringVar(&callID, "call", "", "of one call, by its call_id")
	flags.IntVar(&limit, "limit", 20, "at most so many")
	return c
}

func (k *console) printRecordings(all []recordingItem) {
	if len(all) == 0 {
		k.say("없습니다.", "There is none.")
		return
	}
	head := []string{"began", "company", "direction", "from", "to", "length", "format", "state", "id"}
	if ifKorean(k, "ko", "en") == "ko" {
		head = []string{"시작", "회사", "방향", "발신", "착신", "길이", "형식", "상태", "id"}
	}
	rows := [][]string{head}
	for i := range all {
		r := &all[i]
		state := r.State
		if r.Held {
			state += ", held"
		}
		rows = append(rows, []string{
			r.BeganAt.Local().Format(time.DateTime), //nolint:gosmopolitan // of whoever reads it here
			cell(r.Tenant), r.Direction, cell(r.From), cell(r.To), seconds(int64(math.Round(r.Seconds))), r.Format, state, r.ID,
		})
	}
	printTable(k.out, rows)
}

func recordingShowCommand() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "show ID", Short: "Show what is known of a recording", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			a, err := s.do(ctx, get, "/recordings/"+url.PathEscape(args[0])+"/details", nil, nil)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return s.object(a)
		})
	}}
	f.addUnscoped(c)
	return c
}

// reasonFlag is why somebody hears or deletes a recording.
func reasonFlag(c *cobra.Command, reason *string) {
	c.Flags().StringVar(reason, "reason", "", "why; it stays in the audit trail (required)")
}

// needReason is the error when nobody says why.
func needReason(reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errors.New("--reason: say why; it stays in the audit trail")
	}
	return nil
}

func recordingExportCommand() *cobra.Command {
	var f consoleFlags
	var out, format, reason string
	c := &cobra.Command{
		Use: "export ID -o FILE --reason WHY", Short: "Write the sound of a recording to a file", Args: cobra.ExactArgs(1),
		Long: "Write the sound of a recording to a file, in the format that the file's name ends with (wav,\n" +
			"mp3, opus), else as it is kept; - is standard output. The gateway must run. Its checksum is\n" +
			"compared first; the reason stays in the audit trail.\n\n" +
			"녹음 소리를 파일로 씁니다. 형식은 파일 이름 끝(wav, mp3, opus)을 따릅니다. 게이트웨이가 실행 중이어야 합니다.",
		RunE: func(c *cobra.Command, args []string) error {
			if err := needReason(reason); err != nil {
				return err
			}
			if out == "" {
				return errors.New("--out: name the file to write, or -")
			}
			q := url.Values{"reason": {reason}}
			if format == "" {
				switch end := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), "."); end {
				case "wav", "mp3", "opus":
					format = end
				}
			}
			if format != "" {
				q.Set("format", format)
			}
			return f.open(c, func(ctx context.Context, s *console) error {
				if err := s.mustRun(); err != nil {
					return err
				}
				return s.streamTo(ctx, "/recordings/"+url.PathEscape(args[0])+"?"+q.Encode(), out)
			})
		},
	}
	configFlag(c, &f.config)
	langFlag(c, &f.lang)
	reasonFlag(c, &reason)
	c.Flags().StringVarP(&out, "out", "o", "", "file to write, which must not be there yet")
	c.Flags().StringVar(&format, "format", "", "wav, mp3 or opus (default: by the file's name, else as it is kept)")
	return c
}

// streamTo writes an answer to a new file, or to standard output when it is "" or
// "-". What could not be written whole is not left behind.
func (k *console) streamTo(ctx context.Context, path, out string) error {
	if out == "" || out == "-" {
		return k.Stream(ctx, path, k.out)
	}
	file, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(k.Stream(ctx, path, file), file.Close()); err != nil {
		return errors.Join(err, os.Remove(out))
	}
	k.say("%s에 썼습니다.", "%s is written.", out)
	return nil
}

func recordingDeleteCommand() *cobra.Command {
	var f consoleFlags
	var reason string
	c := &cobra.Command{
		Use: "delete ID --reason WHY", Short: "Delete a recording for good", Args: cobra.ExactArgs(1),
		Long: "Delete a recording for good. One that is held is refused. The reason stays in the audit trail.\n\n" +
			"녹음을 영구히 지웁니다. 보존(held) 중인 녹음은 지울 수 없습니다. 사유는 감사 기록에 남습니다.",
		RunE: func(c *cobra.Command, args []string) error {
			if err := needReason(reason); err != nil {
				return err
			}
			return f.open(c, func(ctx context.Context, s *console) error {
				a, err := s.do(ctx, del, "/recordings/"+url.PathEscape(args[0]), url.Values{"reason": {reason}}, nil)
				if err != nil {
					return fmt.Errorf("%s: %w", args[0], err)
				}
				if done, err := s.printed(a); done || err != nil {
					return err
				}
				s.say("녹음 %s을(를) 지웠습니다.", "recording %s is deleted.", args[0])
				return nil
			})
		},
	}
	f.addUnscoped(c)
	reasonFlag(c, &reason)
	return c
}

// pages reads pages of a list until there are as many items as are wanted, or no
// more.
func pages[T any](ctx context.Context, k *console, path string, q url.Values, limit int) (all []T, raw []json.RawMessage, err error) {
	raw = []json.RawMessage{}
	for {
		q.Set("limit", strconv.Itoa(min(limit-len(all), pageSize)))
		a, err := k.do(ctx, get, path, q, nil)
		if err != nil {
			return nil, nil, err
		}
		var some []T
		var page struct {
			Data []json.RawMessage `json:"data"`
			More bool              `json:"has_more"`
			Next string            `json:"next"`
		}
		if err := errors.Join(json.Unmarshal(a.Data, &some), json.Unmarshal(a.raw, &page)); err != nil {
			return nil, nil, err
		}
		all, raw = append(all, some...), append(raw, page.Data...)
		if !page.More || len(all) >= limit {
			return all, raw, nil
		}
		q.Set("after", page.Next)
	}
}
