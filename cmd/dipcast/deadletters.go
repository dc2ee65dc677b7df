package main

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/spf13/cobra"
)

// deadLettersCommand looks at what could not be sent.
func deadLettersCommand() *cobra.Command {
	var f consoleFlags
	resend, drop := "", ""
	c := &cobra.Command{
		Use: "dead-letters", Short: "See what could not be sent, and send it again", Args: cobra.NoArgs,
		Long: "Messages of NAVER WORKS and events of webhooks that were refused, or tried for three days in\n" +
			"vain. The gateway must run.\n\n" +
			"보내지 못한 네이버웍스 메시지와 웹훅 이벤트를 보고, 다시 보냅니다.",
		Example: "  dipcast dead-letters --tenant T2\n  dipcast dead-letters --tenant T2 --resend dk3v2l1nq3k0",
		RunE: func(c *cobra.Command, _ []string) error {
			return f.open(c, func(ctx context.Context, s *console) error {
				if err := s.mustRun(); err != nil {
					return err
				}
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				const path = "/dead-letters"
				switch {
				case resend != "":
					_, err = s.do(ctx, post, path+"/"+url.PathEscape(resend)+"/resend", q, nil)
				case drop != "":
					_, err = s.do(ctx, del, path+"/"+url.PathEscape(drop), q, nil)
				default:
					return s.deadLetters(ctx, path, q)
				}
				if err == nil {
					s.say("끝났습니다.", "done.")
				}
				return err
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&resend, "resend", "", "send the one with this id again")
	c.Flags().StringVar(&drop, "drop", "", "delete the one with this id")
	c.MarkFlagsMutuallyExclusive("resend", "drop")
	return c
}

// deadLetters prints the newest hundred.
func (k *console) deadLetters(ctx context.Context, path string, q url.Values) error {
	if q == nil {
		q = url.Values{}
	}
	q.Set("limit", "100")
	a, err := k.do(ctx, get, path, q, nil)
	if err != nil {
		return err
	}
	if done, err := k.printed(a); done || err != nil {
		return err
	}
	var all []map[string]any
	if err := json.Unmarshal(a.Data, &all); err != nil {
		return err
	}
	if len(all) == 0 {
		k.say("없습니다.", "There is none.")
		return nil
	}
	k.columns(all, "id", "kind", "label", "to", "failed_at", "tries", "error")
	return nil
}
