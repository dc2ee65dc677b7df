package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/people"
)

// personColumns are shown of people.
var personColumns = []string{"id", "name", "email", "extension", "mobile", "status", "why"}

func peopleCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "people", Short: "Who works in a company, and their extensions (구성원)",
		Long: "Read the directory of NAVER WORKS, see who has which extension, and try rules before\n" +
			"they count. It works while the gateway runs and when it does not.\n\n" +
			"네이버웍스 구성원을 가져와 내선과 연결합니다. 규칙은 적용하기 전에 시험해 볼 수 있습니다.",
		Example: "  dipcast people sync\n  dipcast people list --status conflict\n  dipcast people try --rule 'telephone:([0-9]{4})$' --fresh\n  dipcast people rules --rule 'telephone:([0-9]{4})$'\n  dipcast people set ID --extension 1010",
	}
	c.AddCommand(peopleList(), peopleSync(), peopleTry(), peopleRules(), peopleSet())
	return c
}

func peopleList() *cobra.Command {
	var f consoleFlags
	status := ""
	c := &cobra.Command{Use: "list", Short: "List people", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			if status != "" {
				q.Set("status", status)
			}
			return s.list(ctx, "/people", q, personColumns)
		})
	}}
	f.add(c)
	c.Flags().StringVar(&status, "status", "", "only by_hand, matched, unmatched, conflict or left")
	return c
}

// peopleCounts are of an answer.
type peopleCounts struct {
	People    int `json:"people"`
	Matched   int `json:"matched"`
	ByHand    int `json:"by_hand"`
	Unmatched int `json:"unmatched"`
	Conflicts int `json:"conflicts"`
}

func (k *console) counts(c peopleCounts) {
	k.say("구성원 %d명: 규칙으로 연결 %d, 직접 연결 %d, 내선 없음 %d, 충돌 %d", "%d people: %d matched by a rule, %d by hand, %d without extension, %d in conflict",
		c.People, c.Matched, c.ByHand, c.Unmatched, c.Conflicts)
}

func peopleSync() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "sync", Short: "Read the directory of NAVER WORKS now", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			a, err := s.do(ctx, post, "/people/sync", q, nil)
			if err != nil {
				return err
			}
			if done, err := s.printed(a); done || err != nil {
				return err
			}
			var r struct {
				Joined, Left int
				peopleCounts
			}
			if err := json.Unmarshal(a.Data, &r); err != nil {
				return err
			}
			s.say("새로 온 사람 %d명, 떠난 사람 %d명.", "%d joined, %d left.", r.Joined, r.Left)
			s.counts(r.peopleCounts)
			return nil
		})
	}}
	f.add(c)
	return c
}

func peopleTry() *cobra.Command {
	var f consoleFlags
	var rules []string
	fresh := false
	c := &cobra.Command{
		Use: "try", Short: "Try rules that give people extensions; nothing is changed", Args: cobra.NoArgs,
		Long: "Try rules, each as FIELD, FIELD:PATTERN or FIELD>TO:PATTERN. FIELD is telephone, cell_phone,\n" +
			"external_key, employee_number, nickname or email; TO is extension, did or email. Without\n" +
			"--rule those of the settings are tried.",
		Example: "  dipcast people try --rule telephone --rule 'telephone>did'\n  dipcast people try --rule 'employee_number:^E([0-9]+)$' --fresh",
		RunE: func(c *cobra.Command, _ []string) error {
			return f.open(c, func(ctx context.Context, s *console) error {
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				body := map[string]any{"fresh": fresh}
				if len(rules) > 0 {
					body["rules"] = rulesFrom(rules)
				}
				a, err := s.do(ctx, post, "/people/try", q, body)
				if err != nil {
					return err
				}
				if done, err := s.printed(a); done || err != nil {
					return err
				}
				var r struct {
					Counts peopleCounts
					People []map[string]any
				}
				if err := json.Unmarshal(a.Data, &r); err != nil {
					return err
				}
				s.columns(r.People, "name", "email", "telephone", "extension", "status", "why")
				s.counts(r.Counts)
				return nil
			})
		},
	}
	f.add(c)
	c.Flags().StringArrayVar(&rules, "rule", nil, "a rule; may be given several times")
	c.Flags().BoolVar(&fresh, "fresh", false, "read the directory for it")
	return c
}

// peopleRules shows the rules, or sets them.
func peopleRules() *cobra.Command {
	var f consoleFlags
	var rules []string
	defaults := false
	c := &cobra.Command{
		Use: "rules", Short: "Show the rules that give people extensions, or set them", Args: cobra.NoArgs,
		Long: "Without a flag the rules are shown. With --rule all of them are replaced, and count at once:\n" +
			"try them first (dipcast people try --help says how a rule is written).",
		Example: "  dipcast people rules\n  dipcast people rules --rule telephone --rule 'employee_number:^E([0-9]+)$'\n  dipcast people rules --default",
		RunE: func(c *cobra.Command, _ []string) error {
			return f.open(c, func(ctx context.Context, s *console) error {
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				method, body := get, any(nil)
				if defaults || len(rules) > 0 {
					method, body = put, map[string]any{"rules": append([]map[string]string{}, rulesFrom(rules)...)}
				}
				a, err := s.do(ctx, method, "/people/settings", q, body)
				if err != nil {
					return err
				}
				if done, err := s.printed(a); done || err != nil {
					return err
				}
				var r struct{ Rules []map[string]any }
				if err := json.Unmarshal(a.Data, &r); err != nil {
					return err
				}
				s.columns(r.Rules, "field", "to", "pattern")
				if method == put {
					s.say("규칙을 바꿨습니다. 결과: dipcast people list", "The rules were set. What they do: dipcast people list")
				}
				return nil
			})
		},
	}
	f.add(c)
	c.Flags().StringArrayVar(&rules, "rule", nil, "a rule; may be given several times")
	c.Flags().BoolVar(&defaults, "default", false, "back to the rules of the product")
	c.MarkFlagsMutuallyExclusive("rule", "default")
	return c
}

// rulesFrom reads FIELD>TO:PATTERN.
func rulesFrom(all []string) []map[string]string {
	var out []map[string]string
	for _, text := range all {
		field, pattern, _ := strings.Cut(text, ":")
		field, to, _ := strings.Cut(field, ">")
		r := map[string]string{"field": strings.TrimSpace(field)}
		if to = strings.TrimSpace(to); to != "" {
			r["to"] = to
		}
		if pattern != "" {
			r["pattern"] = pattern
		}
		out = append(out, r)
	}
	return out
}

func peopleSet() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{
		Use: "set ID", Short: "Set a person's extension or mobile number by hand", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			body := map[string]any{}
			for flag, member := range map[string]string{"extension": "extension", "mobile": "mobile"} {
				if c.Flags().Changed(flag) {
					body[member], _ = c.Flags().GetString(flag)
				}
			}
			if by, _ := c.Flags().GetBool("by-rules"); by {
				body["extension_by_rules"] = true
			}
			if len(body) == 0 {
				return errors.New("say what: --extension, --mobile or --by-rules")
			}
			return f.open(c, func(ctx context.Context, s *console) error {
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				a, err := s.do(ctx, put, "/people/"+url.PathEscape(args[0]), q, body)
				if err != nil {
					return err
				}
				return s.object(a)
			})
		},
	}
	f.add(c)
	c.Flags().String("extension", "", "their extension; empty: they have none")
	c.Flags().String("mobile", "", "their mobile number; empty: they have none")
	c.Flags().Bool("by-rules", false, "give the extension back to the rules")
	c.MarkFlagsMutuallyExclusive("extension", "by-rules")
	return c
}

func contactsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "contacts", Short: "Names of callers (연락처)",
		Long: "Import and export the names of callers as CSV or vCards.\n\n" +
			"발신자 이름으로 쓸 연락처를 CSV나 vCard로 가져오고 내보냅니다.",
		Example: "  dipcast contacts import contacts.csv --dry-run\n  dipcast contacts import phone.vcf\n  dipcast contacts export -o contacts.csv\n  dipcast contacts name 010-2613-2471",
	}
	c.AddCommand(contactsImport(), contactsExport(), contactsName())
	return c
}

// formatOf is the format of a file of contacts by its name.
func formatOf(name string) string {
	if ext := strings.ToLower(filepath.Ext(name)); ext == ".vcf" || ext == ".vcard" {
		return "vcard"
	}
	return "csv"
}

func contactsImport() *cobra.Command {
	var f consoleFlags
	var dry, replace, skip bool
	c := &cobra.Command{Use: "import FILE", Short: "Add and change contacts by a CSV or vCards (.vcf)", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		data, err := os.ReadFile(args[0])
		switch {
		case err != nil:
			return err
		case len(data) == 0:
			return fmt.Errorf("%s is empty", args[0])
		case len(data) > people.MaxImport:
			return fmt.Errorf("%s has more than %d MB: import it in parts", args[0], people.MaxImport>>20)
		}
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			q.Set("format", formatOf(args[0]))
			for name, on := range map[string]bool{"dry_run": dry, "replace": replace, "skip": skip} {
				if on {
					q.Set(name, strconv.FormatBool(on))
				}
			}
			a, err := s.do(ctx, post, "/contacts/import", q, map[string]any{"base64": data})
			if err != nil {
				return err
			}
			if done, err := s.printed(a); done || err != nil {
				return err
			}
			var r struct {
				Taken, Total int
				Wrong        []map[string]any
			}
			if err := json.Unmarshal(a.Data, &r); err != nil {
				return err
			}
			if len(r.Wrong) > 0 {
				s.columns(r.Wrong, "line", "field", "message")
			}
			switch {
			case dry && r.Taken == 0:
				s.say("\n시험: 가져올 번호가 없습니다.", "\ndry run: there is no number to take.")
				return errSilent
			case dry && len(r.Wrong) > 0 && !skip:
				s.say("\n시험: 이대로는 하나도 가져오지 않습니다. 고치거나, --skip을 붙여 나머지 번호 %d개만 가져오십시오.",
					"\ndry run: nothing would be taken. Mend these, or take the other %d numbers with --skip.", r.Taken)
				return errSilent
			case dry:
				s.say("시험: 번호 %d개를 가져올 수 있습니다.", "dry run: %d numbers would be taken.", r.Taken)
				return nil
			}
			s.say("번호 %d개를 가져왔습니다. 모두 %d개입니다.", "%d numbers taken, %d in all.", r.Taken, r.Total)
			return nil
		})
	}}
	f.add(c)
	c.Flags().BoolVar(&dry, "dry-run", false, "tell all mistakes and change nothing")
	c.Flags().BoolVar(&replace, "replace", false, "contacts that are not in the file go")
	c.Flags().BoolVar(&skip, "skip", false, "leave out what is wrong, and take the rest")
	return c
}

func contactsExport() *cobra.Command {
	var f consoleFlags
	out := ""
	c := &cobra.Command{Use: "export", Short: "Write all contacts as a CSV or vCards", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			q.Set("format", formatOf(out))
			a, err := s.do(ctx, get, "/contacts/export", q, nil)
			if err != nil {
				return err
			}
			var file struct{ Text string }
			if err := json.Unmarshal(a.Data, &file); err != nil {
				return err
			}
			if out == "" {
				_, err := bytes.NewBufferString(file.Text).WriteTo(s.out)
				return err
			}
			return os.WriteFile(out, []byte(file.Text), 0o600)
		})
	}}
	f.add(c)
	c.Flags().StringVarP(&out, "output", "o", "", "file; .vcf for vCards. Absent: a CSV to the terminal")
	return c
}

func contactsName() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "name NUMBER", Short: "Say who is behind a number, as a card would", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			q.Set("number", args[0])
			a, err := s.do(ctx, get, "/contacts/name", q, nil)
			if err != nil {
				return err
			}
			if done, err := s.printed(a); done || err != nil {
				return err
			}
			var who struct{ Name string }
			if err := json.Unmarshal(a.Data, &who); err != nil {
				return err
			}
			if who.Name == "" {
				s.say("이 번호의 이름은 없습니다.", "Nobody knows a name for this number.")
				return nil
			}
			_, err = fmt.Fprintln(s.out, who.Name)
			return err
		})
	}}
	f.add(c)
	return c
}
