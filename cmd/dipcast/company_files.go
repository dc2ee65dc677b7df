package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/companyfile"
)

// difference is one of an answer's.
type difference struct{ Field, Before, After string }

func (d difference) String() string {
	switch {
	case d.Before == "":
		return "+ " + d.Field + ": " + d.After
	case d.After == "":
		return "- " + d.Field + ": " + d.Before
	}
	return "~ " + d.Field + ": " + d.Before + " → " + d.After
}

// changes prints what changed, or would.
func (k *console) changes(list []difference, dry bool) {
	for _, d := range list {
		fmt.Fprintln(k.out, cell(d.String()))
	}
	switch {
	case len(list) == 0:
		k.say("달라지는 것이 없습니다.", "Nothing is different.")
	case dry:
		k.say("\n%d개가 달라집니다. 아직 아무것도 바꾸지 않았습니다.", "\n%d things would change. Nothing has been changed yet.", len(list))
	default:
		k.say("\n%d개를 바꾸었습니다.", "\n%d things changed.", len(list))
	}
}

// imported prints the answer to an import or an undo.
func (k *console) imported(a answer) error {
	if done, err := k.printed(a); done || err != nil {
		return err
	}
	var data struct {
		DryRun      bool `json:"dry_run"`
		Differences []difference
	}
	if err := json.Unmarshal(a.Data, &data); err != nil {
		return err
	}
	k.changes(data.Differences, data.DryRun)
	if !data.DryRun && len(data.Differences) > 0 {
		k.passwords(a)
		k.applied()
	}
	return nil
}

// readInput reads a file, or standard input for "-".
func readInput(c *cobra.Command, name string) ([]byte, error) {
	var in io.Reader = c.InOrStdin()
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, companyfile.MaxFile+1))
	if err == nil && len(data) == 0 {
		err = fmt.Errorf("%s is empty", name)
	}
	if err == nil && len(data) > companyfile.MaxFile {
		err = fmt.Errorf("%s has more than %d bytes", name, companyfile.MaxFile)
	}
	return data, err
}

// writeOutput writes text to a file that only this user can read, whole or not
// at all, or to standard output for "".
func (k *console) writeOutput(name, text string) error {
	if name == "" || name == "-" {
		_, err := io.WriteString(k.out, text)
		return err
	}
	dir, file := filepath.Split(name)
	if dir == "" {
		dir = "."
	}
	if err := asteriskproc.WriteFiles(dir, map[string]string{file: text}); err != nil {
		return err
	}
	k.say("%s에 썼습니다.", "%s is written.", name)
	return nil
}

func tenantFileCommands() []*cobra.Command {
	return []*cobra.Command{tenantExport(), tenantImport(), tenantUndo(), tenantVersions()}
}

func tenantExport() *cobra.Command {
	var secrets bool
	var out string
	c := oneTenant("export", "Write a company's whole description as YAML", func(ctx context.Context, _ *cobra.Command, s *console, path string) error {
		q := url.Values{}
		if secrets {
			q.Set("secrets", "true")
		}
		a, err := s.do(ctx, get, path+"/description", q, nil)
		if err != nil {
			return err
		}
		if done, err := s.printed(a); done || err != nil {
			return err
		}
		var data struct{ Text string }
		if err := json.Unmarshal(a.Data, &data); err != nil {
			return err
		}
		return s.writeOutput(out, data.Text)
	})
	c.Flags().BoolVar(&secrets, "secrets", false, "with the passwords of phones and trunks, in clear")
	c.Flags().StringVarP(&out, "out", "o", "", "file to write (default: standard output)")
	return c
}

func tenantImport() *cobra.Command {
	var f consoleFlags
	var dry bool
	c := &cobra.Command{
		Use: "import FILE", Short: "Replace a company's description by a YAML file, or make the company of it", Args: cobra.ExactArgs(1),
		Long: "Make a company what a file of `dipcast tenant export` says. What the file lacks is removed.\n" +
			"Passwords that it does not have stay as they are; new phones get one that is made. The\n" +
			"company is the one of --tenant, else that of the file's id; when there is none, it is made.\n\n" +
			"파일대로 회사를 바꿉니다. 파일에 없는 것은 지워집니다. --dry-run으로 먼저 확인하세요.",
		Example: "  dipcast tenant export T2 -o t2.yaml\n  dipcast tenant import t2.yaml --dry-run",
		RunE: func(c *cobra.Command, args []string) error {
			data, err := readInput(c, args[0])
			if err != nil {
				return err
			}
			file, err := companyfile.Read(data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return f.open(c, func(ctx context.Context, s *console) error {
				name, err := s.ofFile(ctx, file, dry)
				if err != nil {
					return err
				}
				q := url.Values{"dry_run": {strconv.FormatBool(dry)}}
				a, err := s.do(ctx, put, "/tenants/"+name+"/description", q, map[string]any{"text": string(data)})
				if err != nil {
					return fmt.Errorf("%s: %w", args[0], err)
				}
				return s.imported(a)
			})
		},
	}
	f.add(c)
	c.Flags().BoolVar(&dry, "dry-run", false, "say what would change, and change nothing")
	return c
}

// ofFile is the company that a file is about, which it makes when there is none.
func (k *console) ofFile(ctx context.Context, f *companyfile.File, dry bool) (string, error) {
	if k.tenant != "" {
		return tenantName(k.tenant), nil
	}
	a, err := k.do(ctx, get, "/tenants", url.Values{"limit": {strconv.Itoa(pageSize)}}, nil)
	if err != nil {
		return "", err
	}
	var all []struct{ Tenant, ID string }
	if err := json.Unmarshal(a.Data, &all); err != nil {
		return "", err
	}
	for _, t := range all {
		if t.ID == f.ID && f.ID != "" {
			return t.Tenant, nil
		}
	}
	if f.ID == "" && len(all) == 1 {
		return all[0].Tenant, nil
	}
	if f.ID == "" {
		return "", errors.New("the file has no id: name the company with --tenant")
	}
	if dry {
		return "", fmt.Errorf("there is no such company yet: without --dry-run it is made with %d extensions", len(f.Extensions))
	}
	body := map[string]any{"name": f.Name, "id": f.ID, "number": f.Number}
	if len(f.Servers) > 0 {
		body["servers"] = f.Servers
	}
	a, err = k.do(ctx, post, "/tenants", nil, body)
	if err != nil {
		return "", err
	}
	var t struct{ Tenant string }
	err = json.Unmarshal(a.Data, &t)
	return t.Tenant, err
}

func tenantUndo() *cobra.Command {
	var dry bool
	var version int64
	c := oneTenant("undo", "Take back the last change of a company's description", func(ctx context.Context, _ *cobra.Command, s *console, path string) error {
		q := url.Values{"dry_run": {strconv.FormatBool(dry)}}
		a, err := s.do(ctx, post, path+"/undo", q, map[string]any{"version": version})
		var r *refusal
		switch {
		case !errors.As(err, &r) || r.status != http.StatusNotFound || r.Field == "tenant":
		case version != 0:
			return fmt.Errorf("%s", inLang(s.lang, "버전 %d은(는) 없습니다. dipcast tenant versions로 확인하세요.", "there is no version %d; see dipcast tenant versions", version))
		default:
			return errors.New(inLang(s.lang, "되돌릴 이전 버전이 없습니다.", "there is no older version to go back to"))
		}
		if err != nil {
			return err
		}
		return s.imported(a)
	})
	c.Long = "Take back the last change of a company's description; again, the one before it. Passwords\n" +
		"that are there now stay. 회사 설정의 마지막 변경을 되돌립니다. 다시 실행하면 그 전 변경을 되돌립니다."
	c.Flags().BoolVar(&dry, "dry-run", false, "say what would change, and change nothing")
	c.Flags().Int64Var(&version, "version", 0, "make it what it was in this version; see dipcast tenant versions")
	return c
}

func tenantVersions() *cobra.Command {
	return oneTenant("versions", "List the versions of a company's description that are kept", func(ctx context.Context, _ *cobra.Command, s *console, path string) error {
		return s.list(ctx, path+"/versions", nil, []string{"version", "at", "by", "summary", "restores"})
	})
}

func extensionFileCommands() []*cobra.Command {
	return []*cobra.Command{extensionImport(), extensionExport()}
}

func extensionImport() *cobra.Command {
	var f consoleFlags
	var dry bool
	c := &cobra.Command{
		Use: "import FILE", Short: "Add and change extensions by a CSV", Args: cobra.ExactArgs(1),
		Long: "Add and change extensions by a CSV as spreadsheets write it: UTF-8 or CP949, with commas,\n" +
			"semicolons or tabs. The first line names the columns, in English or Korean: number (내선),\n" +
			"name (이름), email (이메일), class (등급), own_number (발신번호) and others. An empty cell\n" +
			"leaves things as they are, - makes them their default. Extensions without a line stay.\n" +
			"All lines count, or none.\n\n" +
			"엑셀에서 저장한 CSV로 내선을 추가하고 바꿉니다. --dry-run으로 먼저 확인하세요.",
		Example: "  dipcast extension import 내선.csv --dry-run",
		RunE: func(c *cobra.Command, args []string) error {
			data, err := readInput(c, args[0])
			if err != nil {
				return err
			}
			return f.open(c, func(ctx context.Context, s *console) error {
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				q.Set("dry_run", strconv.FormatBool(dry))
				a, err := s.do(ctx, post, "/extensions/import", q, map[string]any{"base64": base64.StdEncoding.EncodeToString(data)})
				var r *refusal
				if errors.As(err, &r) {
					return fmt.Errorf("%s:\n%s", args[0], r.Message)
				}
				if err != nil {
					return err
				}
				return s.importedRows(a)
			})
		},
	}
	f.add(c)
	c.Flags().BoolVar(&dry, "dry-run", false, "say what would change line by line, and change nothing")
	return c
}

// importedRows prints what each line of a CSV changed, or would.
func (k *console) importedRows(a answer) error {
	if done, err := k.printed(a); done || err != nil {
		return err
	}
	var data struct {
		DryRun bool `json:"dry_run"`
		Rows   []struct {
			Line        int
			Extension   string
			Action      string
			Differences []difference
		}
	}
	if err := json.Unmarshal(a.Data, &data); err != nil {
		return err
	}
	words := map[string]string{"create": "추가", "change": "변경", "same": "그대로"}
	count := map[string]int{}
	for _, row := range data.Rows {
		count[row.Action]++
		if row.Action == "same" {
			continue
		}
		k.say("%d행 %s: %s", "line %d, %s: %s", row.Line, row.Extension, ifKorean(k, words[row.Action], row.Action))
		for _, d := range row.Differences {
			fmt.Fprintln(k.out, "  "+cell(d.String()))
		}
	}
	k.say("\n추가 %d, 변경 %d, 그대로 %d", "\n%d to create, %d to change, %d the same", count["create"], count["change"], count["same"])
	if data.DryRun {
		k.say("아직 아무것도 바꾸지 않았습니다.", "Nothing has been changed yet.")
		return nil
	}
	k.passwords(a)
	k.applied()
	return nil
}

func extensionExport() *cobra.Command {
	var f consoleFlags
	var out string
	c := &cobra.Command{Use: "export", Short: "Write the extensions as a CSV that import takes", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			a, err := s.do(ctx, get, "/extensions/export", q, nil)
			if err != nil {
				return err
			}
			if done, err := s.printed(a); done || err != nil {
				return err
			}
			var data struct{ Text string }
			if err := json.Unmarshal(a.Data, &data); err != nil {
				return err
			}
			return s.writeOutput(out, data.Text)
		})
	}}
	f.add(c)
	c.Flags().StringVarP(&out, "out", "o", "", "file to write (default: standard output)")
	return c
}
