package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

func registrationsCommand() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{
		Use: "registrations", Short: "See which phones are registered, and whether trunks are logged in", Args: cobra.NoArgs,
		Long: "See where phones are registered now, which are not, and whether trunks are logged in at their\n" +
			"carriers. The gateway must run.\n\n지금 등록된 전화기와 등록되지 않은 내선, 트렁크의 등록 상태를 봅니다.",
		RunE: func(c *cobra.Command, _ []string) error {
			return f.open(c, func(ctx context.Context, s *console) error {
				if err := s.mustRun(); err != nil {
					return err
				}
				return s.registrations(ctx)
			})
		},
	}
	f.add(c)
	return c
}

// registrations prints a company's phones, those that are missing, and its trunks.
func (k *console) registrations(ctx context.Context) error {
	q, err := k.whose(ctx)
	if err != nil {
		return err
	}
	var phones, trunks []map[string]any
	for path, into := range map[string]*[]map[string]any{"/registrations": &phones, "/trunk-registrations": &trunks} {
		a, err := k.do(ctx, get, path, q, nil)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(a.Data, into); err != nil {
			return err
		}
	}
	if k.json {
		e := json.NewEncoder(k.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{"phones": phones, "trunks": trunks})
	}
	if err := k.phones(ctx, q, phones); err != nil {
		return err
	}
	if len(trunks) == 0 {
		return nil
	}
	k.say("\n통신사에 등록하는 트렁크:", "\nTrunks that log in at their carriers:")
	k.columns(trunks, "trunk", "server_id", "state", "next")
	return nil
}

// phones prints those that are registered, and the extensions without any.
func (k *console) phones(ctx context.Context, q url.Values, registered []map[string]any) error {
	if len(registered) == 0 {
		k.say("등록된 전화기가 없습니다.", "No phone is registered.")
	} else {
		k.columns(registered, "extension", "device_name", "server_id", "address", "transport", "user_agent", "status", "rtt_ms", "expires_at")
	}
	all := url.Values{"tenant": q["tenant"]}
	var missing []string
	for offset := 0; ; {
		all.Set("limit", fmt.Sprint(pageSize))
		all.Set("offset", fmt.Sprint(offset))
		a, err := k.do(ctx, get, "/extensions", all, nil)
		if err != nil {
			return err
		}
		var some []struct {
			Extension  string
			Registered bool
		}
		if err := json.Unmarshal(a.Data, &some); err != nil {
			return err
		}
		for _, e := range some {
			if !e.Registered {
				missing = append(missing, e.Extension)
			}
		}
		if offset += len(some); len(some) == 0 || offset >= a.Total {
			break
		}
	}
	if len(missing) > 0 {
		const few = 40
		more := ""
		if len(missing) > few {
			missing, more = missing[:few], ", …"
		}
		k.say("\n등록되지 않은 내선: %s", "\nExtensions that are not registered: %s", strings.Join(missing, ", ")+more)
	}
	return nil
}

// columns prints members of objects as a table.
func (k *console) columns(all []map[string]any, names ...string) {
	rows := [][]string{names}
	for _, one := range all {
		row := make([]string, len(names))
		for i, name := range names {
			row[i] = cell(member(one, name))
		}
		rows = append(rows, row)
	}
	printTable(k.out, rows)
}
