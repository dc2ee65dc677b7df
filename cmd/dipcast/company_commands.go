package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// kindCommands are the commands of every kind.
func kindCommands() []*cobra.Command {
	var out []*cobra.Command
	for i := range kinds {
		out = append(out, kinds[i].command())
	}
	return out
}

func (k *kind) command() *cobra.Command {
	c := &cobra.Command{
		Use: k.use, Aliases: k.aliases, Short: fmt.Sprintf("Each %s of a company (%s)", k.en, k.ko), Example: k.example,
		Long: fmt.Sprintf("List, show, create, update and delete each %s of a company. It works while the\n"+
			"gateway runs, which follows at once, and when it does not.\n\n%s 목록을 보고, 만들고, 바꾸고, 지웁니다. 게이트웨이가 실행 중이어도 됩니다.", k.en, k.ko),
	}
	c.AddCommand(k.list(), k.show(), k.create(), k.update(), k.remove())
	switch k.use {
	case "extension":
		c.AddCommand(rotateCommand(), linkCommand())
		c.AddCommand(extensionFileCommands()...)
	case "trunk":
		c.AddCommand(presetsCommand())
	case "tone":
		c.AddCommand(toneUploadCommand(), toneSaveCommand(), toneEraseCommand())
	case "holiday":
		c.AddCommand(koreaCommand())
	}
	return c
}

// pageSize is how much one request of a list asks for.
const pageSize = 1000

func (k *kind) list() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "list", Short: "List them", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			return s.list(ctx, k.path, q, k.columns)
		})
	}}
	f.add(c)
	return c
}

// list prints all pages of a list.
func (k *console) list(ctx context.Context, path string, q url.Values, columns []string) error {
	if q == nil {
		q = url.Values{}
	}
	var all []map[string]any
	for {
		q.Set("limit", strconv.Itoa(pageSize))
		q.Set("offset", strconv.Itoa(len(all)))
		a, err := k.do(ctx, get, path, q, nil)
		if err != nil {
			return err
		}
		var some []map[string]any
		if err := json.Unmarshal(a.Data, &some); err != nil {
			return err
		}
		all = append(all, some...)
		if len(some) == 0 || len(all) >= a.Total {
			break
		}
	}
	if k.json {
		e := json.NewEncoder(k.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	if len(all) == 0 {
		k.say("없습니다.", "There is none.")
		return nil
	}
	k.columns(all, columns...)
	return nil
}

// member is one of an object's, or of one in it: "recording.length".
func member(object map[string]any, name string) any {
	outer, inner, nested := strings.Cut(name, ".")
	if !nested {
		return object[name]
	}
	within, _ := object[outer].(map[string]any)
	return within[inner]
}

func (k *kind) show() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "show " + strings.ToUpper(k.key), Short: "Show one", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			a, err := k.get(ctx, s, args[0])
			if err != nil {
				return err
			}
			return s.object(a)
		})
	}}
	f.add(c)
	return c
}

// get reads one entry.
func (k *kind) get(ctx context.Context, s *console, id string) (answer, error) {
	q, err := s.whose(ctx)
	if err != nil {
		return answer{}, err
	}
	a, err := s.do(ctx, get, k.path+"/"+url.PathEscape(id), q, nil)
	return a, k.named(id, err)
}

// named says of which entry there is none.
func (k *kind) named(id string, err error) error {
	var r *refusal
	if errors.As(err, &r) && r.status == http.StatusNotFound && r.Field == "id" {
		return fmt.Errorf("%s %s: %w", k.use, id, err)
	}
	return err
}

// object prints one thing.
func (k *console) object(a answer) error {
	if done, err := k.printed(a); done || err != nil {
		return err
	}
	var one map[string]any
	if err := json.Unmarshal(a.Data, &one); err != nil {
		return err
	}
	printObject(k.out, one)
	return nil
}

// addFlags adds the flags of the kind's members.
func (k *kind) addFlags(c *cobra.Command) {
	for _, f := range k.fields {
		if f.as == asBool {
			c.Flags().Bool(f.flag, false, f.help)
			continue
		}
		c.Flags().String(f.flag, "", f.help)
	}
}

// body is what the flags that were given say.
func (k *kind) body(c *cobra.Command, into map[string]any) error {
	for _, f := range k.fields {
		if !c.Flags().Changed(f.flag) {
			continue
		}
		text := c.Flags().Lookup(f.flag).Value.String()
		if text == "-" && f.member == "secret" {
			line, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			text = strings.TrimRight(line, "\r\n")
		}
		v, err := f.as.value(text)
		if err != nil {
			return fmt.Errorf("--%s: %w", f.flag, err)
		}
		member, inner, nested := strings.Cut(f.member, ".")
		if !nested {
			into[member] = v
			continue
		}
		object, _ := into[member].(map[string]any)
		if object == nil {
			object = map[string]any{}
		}
		object[inner] = v
		into[member] = object
	}
	return nil
}

func (k *kind) create() *cobra.Command {
	var f consoleFlags
	use, args := "create "+strings.ToUpper(k.key), cobra.ExactArgs(1)
	if k.auto {
		use, args = "create ["+strings.ToUpper(k.key)+"]", cobra.MaximumNArgs(1)
	}
	c := &cobra.Command{Use: use, Short: "Make one", Args: args, RunE: func(c *cobra.Command, args []string) error {
		body := map[string]any{}
		if len(args) > 0 {
			body[k.key] = args[0]
			if n, err := strconv.Atoi(args[0]); err == nil && k.key == "id" {
				body[k.key] = n
			}
		}
		if err := k.body(c, body); err != nil {
			return err
		}
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			a, err := s.do(ctx, post, k.path, q, body)
			if err != nil {
				return err
			}
			return k.made(s, a, "만들었습니다", "is made")
		})
	}}
	f.add(c)
	k.addFlags(c)
	return c
}

// made tells of an entry that was made or changed.
func (k *kind) made(s *console, a answer, ko, en string) error {
	if done, err := s.printed(a); done || err != nil {
		return err
	}
	var one map[string]any
	if err := json.Unmarshal(a.Data, &one); err != nil {
		return err
	}
	id := one[k.key]
	if id == nil {
		id = one["extension"]
	}
	s.say("%s %s: %s.", "%s %s %s.", ifKorean(s, k.ko, k.en), cell(id), ifKorean(s, ko, en))
	s.passwords(a)
	s.applied()
	return nil
}

func ifKorean(s *console, ko, en string) string { return inLang(s.lang, ko, en) }

func (k *kind) update() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "update " + strings.ToUpper(k.key), Short: "Change one: what is not named stays", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		if !slices.ContainsFunc(k.fields, func(f flagOf) bool { return c.Flags().Changed(f.flag) }) {
			return fmt.Errorf("name what is to change; see dipcast %s update --help", k.use)
		}
		return f.open(c, func(ctx context.Context, s *console) error {
			// What is a part of a member is changed within what the member is now.
			a, err := k.get(ctx, s, args[0])
			if err != nil {
				return err
			}
			body, err := k.current(a)
			if err != nil {
				return err
			}
			if err := k.body(c, body); err != nil {
				return err
			}
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			a, err = s.do(ctx, put, k.path+"/"+url.PathEscape(args[0]), q, body)
			if err != nil {
				return err
			}
			return k.made(s, a, "바꾸었습니다", "is changed")
		})
	}}
	f.add(c)
	k.addFlags(c)
	return c
}

// current are the members that have members with flags, as they are now.
func (k *kind) current(a answer) (map[string]any, error) {
	var one map[string]any
	if err := json.Unmarshal(a.Data, &one); err != nil {
		return nil, err
	}
	if k.nested != "" {
		one, _ = one[k.nested].(map[string]any)
	}
	body := map[string]any{}
	for _, f := range k.fields {
		member, _, nested := strings.Cut(f.member, ".")
		if v, ok := one[member]; nested && ok {
			body[member] = v
		}
	}
	return body, nil
}

func (k *kind) remove() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "delete " + strings.ToUpper(k.key), Short: "Remove one", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			a, err := s.do(ctx, del, k.path+"/"+url.PathEscape(args[0]), q, nil)
			if err != nil {
				return k.named(args[0], err)
			}
			if done, err := s.printed(a); done || err != nil {
				return err
			}
			s.say("%s %s: 지웠습니다.", "%s %s is removed.", ifKorean(s, k.ko, k.en), args[0])
			s.applied()
			return nil
		})
	}}
	f.add(c)
	return c
}

func rotateCommand() *cobra.Command {
	var f consoleFlags
	var device int
	c := &cobra.Command{Use: "rotate NUMBER", Short: "Give a phone of an extension a new password", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			at := "/extensions/" + url.PathEscape(args[0])
			missing := func(err error) error {
				var r *refusal
				switch {
				case !errors.As(err, &r) || r.status != http.StatusNotFound:
					return err
				case r.Field == "device" || strings.HasPrefix(r.Message, "device"):
					return fmt.Errorf("extension %s has no phone %d; the first is 0", args[0], device)
				}
				return fmt.Errorf("extension %s: %w", args[0], err)
			}
			if s.Running { // it also has the password count at once
				return missing(rotateNow(ctx, s, at+"/devices/"+strconv.Itoa(device)+"/rotate", q))
			}
			a, err := s.do(ctx, post, at+"/password", q, map[string]any{"device": device})
			if err != nil {
				return missing(err)
			}
			if done, err := s.printed(a); done || err != nil {
				return err
			}
			if err := json.Unmarshal([]byte("["+string(a.Data)+"]"), &a.Passwords); err != nil {
				return err
			}
			s.passwords(a)
			s.applied()
			return nil
		})
	}}
	f.add(c)
	c.Flags().IntVar(&device, "device", 0, "which of its phones, from 0, the first")
	return c
}

// rotateNow replaces a password by the running gateway, which applies it too.
func rotateNow(ctx context.Context, s *console, path string, q url.Values) error {
	a, err := s.do(ctx, post, path, q, nil)
	if err != nil {
		return err
	}
	if done, err := s.printed(a); done || err != nil {
		return err
	}
	var r struct {
		Applied int    `json:"applied"`
		Problem string `json:"problem"`
	}
	if err := errors.Join(json.Unmarshal(a.Data, &r), json.Unmarshal([]byte("["+string(a.Data)+"]"), &a.Passwords)); err != nil {
		return err
	}
	s.passwords(a)
	if r.Problem != "" {
		return errors.New(r.Problem)
	}
	if r.Applied == 0 {
		s.applied()
		return nil
	}
	s.say("서버 %d대에 적용했습니다. 이전 비밀번호로 등록된 전화기는 해제되었습니다.", "It counts on %d servers; who was registered with the old password is not any more.", r.Applied)
	return nil
}

func presetsCommand() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "presets", Short: "Show the starting values of trunks", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			a, err := s.do(ctx, get, "/trunk-presets", nil, nil)
			if err != nil {
				return err
			}
			if done, err := s.printed(a); done || err != nil {
				return err
			}
			var all []map[string]any
			if err := json.Unmarshal(a.Data, &all); err != nil {
				return err
			}
			for _, one := range all {
				printObject(s.out, one, "preset")
				fmt.Fprintln(s.out)
			}
			return nil
		})
	}}
	f.add(c)
	return c
}

func koreaCommand() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{
		Use: "import-korea YEAR", Short: "Add the public holidays of Korea, with the lunar ones and those that stand in", Args: cobra.ExactArgs(1),
		Long: "Add the public holidays of Korea in a year, with the lunar ones and the days that stand in for\n" +
			"those on a weekend. Elections and days that later laws add are not among them.\n\n" +
			"공휴일(음력 명절과 대체공휴일 포함)을 추가합니다. 선거일과 임시공휴일은 들어 있지 않습니다.",
		RunE: func(c *cobra.Command, args []string) error {
			year, err := strconv.Atoi(args[0])
			if err != nil {
				return fmt.Errorf("%q is no year", args[0])
			}
			return f.open(c, func(ctx context.Context, s *console) error {
				q, err := s.whose(ctx)
				if err != nil {
					return err
				}
				a, err := s.do(ctx, post, "/holidays/korea", q, map[string]any{"year": year})
				if err != nil {
					return err
				}
				if done, err := s.printed(a); done || err != nil {
					return err
				}
				var added []struct{ Date, Name string }
				if err := json.Unmarshal(a.Data, &added); err != nil {
					return err
				}
				for _, h := range added {
					fmt.Fprintln(s.out, "+", h.Date, h.Name)
				}
				s.say("%d일을 추가했습니다.", "%d days are added.", len(added))
				return nil
			})
		},
	}
	f.add(c)
	return c
}
