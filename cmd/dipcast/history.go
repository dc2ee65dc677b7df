package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"
)

func historyCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "history", Short: "See and export the history of calls",
		Long: "See the calls that have ended, and write them as a table for a spreadsheet.\n\n" +
			"끝난 통화를 보고, 엑셀에서 열 수 있는 CSV로 내보냅니다.",
		Example: "  dipcast history list --missed --since 2026-11-01\n  dipcast history list --search 2471\n  dipcast history export -o calls.csv --since 2026-11-01 --until 2026-11-30",
	}
	c.AddCommand(historyList(), historyShow(), historyExport())
	return c
}

// historyFilter are the flags that say which calls are wanted.
type historyFilter struct {
	since, until, extensions, direction, number, search string
	missed                                              bool
}

func (h *historyFilter) add(c *cobra.Command) {
	f := c.Flags()
	h.addTimes(c)
	f.StringVar(&h.extensions, "extension", "", "one of these took part: 1010,1013")
	f.StringVar(&h.direction, "direction", "", "internal, external (from the network) or outgoing")
	f.StringVar(&h.number, "number", "", "of anybody in the call, exactly")
	f.StringVar(&h.search, "search", "", "the beginning or the last digits of a number, or a part of a name")
	f.BoolVar(&h.missed, "missed", false, "somebody of the company was called in vain")
}

// addTimes adds those that lists of recordings have too.
func (h *historyFilter) addTimes(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&h.since, "since", "", "began at or after: 2026-11-01, \"2026-11-01 09:00\", or RFC 3339")
	f.StringVar(&h.until, "until", "", "began before; of a day its end")
}

// query is what REST is asked.
func (h *historyFilter) query(tenant string) (url.Values, error) {
	q := url.Values{}
	set := func(name, text string) {
		if text != "" {
			q.Set(name, text)
		}
	}
	for _, d := range []struct {
		name, flag, text string
		days             int
	}{{"start_date", "since", h.since, 0}, {"end_date", "until", h.until, 1}} {
		if d.text == "" {
			continue
		}
		at, err := momentOf(d.text, d.days)
		if err != nil {
			return nil, fmt.Errorf("--%s: %w", d.flag, err)
		}
		q.Set(d.name, at.UTC().Format(time.RFC3339))
	}
	set("extensions", h.extensions)
	set("direction", h.direction)
	set("number", h.number)
	set("search", h.search)
	if h.missed {
		q.Set("missed", "true")
	}
	if tenant != "" { // without it, calls of all companies
		q.Set("tenant", tenantName(tenant))
	}
	return q, nil
}

// momentOf reads a time as people write it, in the time zone of this machine. A
// day alone is its beginning, so many days later.
func momentOf(text string, days int) (time.Time, error) {
	if at, err := time.ParseInLocation(time.DateOnly, text, time.Local); err == nil { //nolint:gosmopolitan // of whoever types it here
		return at.AddDate(0, 0, days), nil
	}
	for _, form := range []string{"2006-01-02 15:04", time.DateTime, time.RFC3339} {
		if at, err := time.ParseInLocation(form, text, time.Local); err == nil { //nolint:gosmopolitan // of whoever types it here
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time such as 2026-11-01 or \"2026-11-01 09:00\"", text)
}

// historyCall is what a line of the list shows of a call.
type historyCall struct {
	CallID      string                         `json:"call_id"`
	CallDate    string                         `json:"calldate"`
	Tenant      string                         `json:"tenant"`
	From        historyParty                   `json:"from"`
	To          historyParty                   `json:"to"`
	AnsweredBy  historyParty                   `json:"answered_by"`
	Disposition string                         `json:"disposition"`
	Reason      string                         `json:"reason"`
	DivertedBy  *struct{ Type, Number string } `json:"diverted_by"`
	Wait        int64                          `json:"wait"`
	BillSec     int64                          `json:"billsec"`
}

type historyParty struct{ Extension, Number, Name string }

func (p historyParty) String() string {
	text := p.Number
	if p.Extension != "" {
		text = p.Extension
	}
	if p.Name != "" && p.Name != text {
		text += " " + p.Name
	}
	return cell(text)
}

func historyList() *cobra.Command {
	var f consoleFlags
	var h historyFilter
	var limit int
	c := &cobra.Command{Use: "list", Short: "List the last calls, the newest first", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		if limit < 1 {
			return errors.New("--limit: at least 1")
		}
		q, err := h.query(f.tenant)
		if err != nil {
			return err
		}
		return f.open(c, func(ctx context.Context, s *console) error {
			all, raw, err := pages[historyCall](ctx, s, "/cdr", q, limit)
			if err != nil {
				return err
			}
			if s.json {
				return s.printJSON(raw)
			}
			s.printCalls(all)
			return nil
		})
	}}
	f.add(c)
	h.add(c)
	c.Flags().IntVar(&limit, "limit", 20, "at most so many")
	return c
}

func (k *console) printCalls(all []historyCall) {
	if len(all) == 0 {
		k.say("없습니다.", "There is none.")
		return
	}
	head := []string{"began", "company", "from", "to", "answered by", "result", "wait", "talk", "diverted", "call_id"}
	if ifKorean(k, "ko", "en") == "ko" {
		head = []string{"시작", "회사", "발신", "착신", "받은 사람", "결과", "대기", "통화", "착신전환", "call_id"}
	}
	rows := [][]string{head}
	for i := range all {
		o := &all[i]
		result := o.Disposition
		if o.Disposition != "ANSWERED" {
			result += " (" + o.Reason + ")"
		}
		diverted := ""
		if o.DivertedBy != nil {
			diverted = cell(o.DivertedBy.Type + " " + o.DivertedBy.Number)
		}
		rows = append(rows, []string{
			cell(o.CallDate), o.Tenant, o.From.String(), o.To.String(), o.AnsweredBy.String(), cell(result),
			seconds(o.Wait), seconds(o.BillSec), diverted, cell(o.CallID),
		})
	}
	printTable(k.out, rows)
}

// seconds writes a time as people read it: 0:07, 12:34, 1:02:03.
func seconds(n int64) string {
	if n >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
	}
	return fmt.Sprintf("%d:%02d", n/60, n%60)
}

func historyShow() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "show CALL_ID", Short: "Show a call with all that is known of it", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q := url.Values{}
			if s.tenant != "" {
				q.Set("tenant", tenantName(s.tenant))
			}
			a, err := s.do(ctx, get, "/cdr/"+url.PathEscape(args[0]), q, nil)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return s.object(a)
		})
	}}
	f.add(c)
	return c
}

func historyExport() *cobra.Command {
	var f consoleFlags
	var h historyFilter
	var out string
	c := &cobra.Command{
		Use: "export", Short: "Write calls as a CSV for a spreadsheet", Args: cobra.NoArgs,
		Long: "Write calls as a CSV (UTF-8 with a byte order mark, so that Excel reads Korean), at most a\n" +
			"million. The gateway must run.\n\n통화 기록을 엑셀에서 열 수 있는 CSV로 씁니다. 게이트웨이가 실행 중이어야 합니다.",
		RunE: func(c *cobra.Command, _ []string) error {
			q, err := h.query(f.tenant)
			if err != nil {
				return err
			}
			return f.open(c, func(ctx context.Context, s *console) error {
				if err := s.mustRun(); err != nil {
					return err
				}
				return s.streamTo(ctx, "/cdr.csv?"+q.Encode(), out)
			})
		},
	}
	configFlag(c, &f.config)
	c.Flags().StringVar(&f.tenant, "tenant", "", "the company, as T2 or 2 (default: all)")
	langFlag(c, &f.lang)
	h.add(c)
	c.Flags().StringVarP(&out, "out", "o", "", "file to write, which must not be there yet (default: standard output)")
	return c
}
