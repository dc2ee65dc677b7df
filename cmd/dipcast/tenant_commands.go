package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"
)

// tenantFields are the flags of a company's own members.
var tenantFields = kind{fields: []flagOf{
	{"name", "name", asText, "of the company"},
	{"servers", "servers", asInts, "ids of its servers, the first is home: 1,2 (default: the first that is configured)"},
	{"language", "language", asText, "of prompts: ko or en"},
	{"area-code", "area_code", asText, "put before local numbers: 02"},
	{"lines", "lines", asInt, "how many calls with the network at a time"},
	{"history-days", "history_days", asInt, "how long calls stay in the history; older ones are deleted (0: kept for good)"},
	{"record-internal", "recording.internal", asText, "calls between extensions: always or on_demand"},
	{"record-incoming", "recording.incoming", asText, "calls from the network: always or on_demand"},
	{"record-outgoing", "recording.outgoing", asText, "calls to the network: always or on_demand"},
	{"record-notice", "recording.notice", asBool, "tell the party in the network that calls are recorded"},
	{"record-format", "recording.format", asText, "what recordings are kept as: wav, mp3 or opus"},
	{"keep-recordings", "recording.keep_days", asInt, "for so many days: 90"},
}}

func tenantCommands() []*cobra.Command {
	return []*cobra.Command{tenantCreate(), tenantList(), tenantShow(), tenantUpdate(), tenantDelete()}
}

func tenantCreate() *cobra.Command {
	var f consoleFlags
	var extensions, id string
	var number int
	c := &cobra.Command{
		Use: "create", Short: "Make a company that phones can be used in", Args: cobra.NoArgs,
		Long: "Make a company: each extension has a phone with a password that is made and shown once,\n" +
			"calls can be parked, and there is a time group of office hours.\n\n" +
			"회사를 만듭니다. 내선마다 전화기 계정이 생기고, 비밀번호는 한 번만 보입니다.",
		Example: "  dipcast tenant create --name 얼쑤팩토리 --extensions 1010-1019",
		RunE: func(c *cobra.Command, _ []string) error {
			body := map[string]any{}
			if err := tenantFields.body(c, body); err != nil {
				return err
			}
			if extensions != "" {
				list, err := asTexts.value(extensions)
				if err != nil {
					return err
				}
				body["extensions"] = list
			}
			if id != "" {
				body["id"] = id
			}
			if number != 0 {
				body["number"] = number
			}
			return f.open(c, func(ctx context.Context, s *console) error {
				a, err := s.do(ctx, post, "/tenants", nil, body)
				if err != nil {
					return err
				}
				if done, err := s.printed(a); done || err != nil {
					return err
				}
				var t struct{ Tenant, ID, Name string }
				if err := json.Unmarshal(a.Data, &t); err != nil {
					return err
				}
				s.say("%s %s: 회사를 만들었습니다. (ID %s)", "%s %s is made. (id %s)", t.Tenant, cell(t.Name), t.ID)
				s.passwords(a)
				s.applied()
				return s.namesake(ctx, t.Tenant, t.Name)
			})
		},
	}
	configFlag(c, &f.config)
	langFlag(c, &f.lang)
	c.Flags().BoolVar(&f.json, "json", false, "print what REST answers")
	tenantFields.addFlags(c)
	c.Flags().StringVar(&extensions, "extensions", "", "numbers and ranges: 1010-1019,2001")
	c.Flags().StringVar(&id, "id", "", "16 hexadecimal digits (default: a new one)")
	c.Flags().IntVar(&number, "number", 0, "of the prefix T{number}_ (default: the next that is free)")
	_ = c.MarkFlagRequired("name") // there is such a flag
	return c
}

// namesake tells of another company of the same name: who typed the command again
// has two now.
func (k *console) namesake(ctx context.Context, made, name string) error {
	a, err := k.do(ctx, get, "/tenants", url.Values{"limit": {strconv.Itoa(pageSize)}}, nil)
	if err != nil {
		return err
	}
	var all []struct{ Tenant, Name string }
	if err := json.Unmarshal(a.Data, &all); err != nil {
		return err
	}
	for _, t := range all {
		if t.Name == name && t.Tenant != made {
			k.say("\n주의: 같은 이름의 회사 %s이(가) 이미 있습니다. 잘못 만들었다면: dipcast tenant delete %s --yes",
				"\nMind: there is a company %s of that name already. If this one is a mistake: dipcast tenant delete %s --yes", t.Tenant, made)
			break
		}
	}
	return nil
}

func tenantList() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "list", Short: "List the companies", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			return s.list(ctx, "/tenants", nil, []string{"tenant", "name", "servers", "extensions", "trunks", "dids", "language"})
		})
	}}
	configFlag(c, &f.config)
	langFlag(c, &f.lang)
	c.Flags().BoolVar(&f.json, "json", false, "print what REST answers")
	return c
}

// oneTenant is a command about one company, named by its only argument or by
// --tenant, or the only one there is.
func oneTenant(use, short string, run func(context.Context, *cobra.Command, *console, string) error) *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: use + " [TENANT]", Short: short, Args: cobra.MaximumNArgs(1), RunE: func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			f.tenant = args[0]
		}
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			return run(ctx, c, s, "/tenants/"+q.Get("tenant"))
		})
	}}
	f.add(c)
	return c
}

func tenantShow() *cobra.Command {
	return oneTenant("show", "Show a company", func(ctx context.Context, _ *cobra.Command, s *console, path string) error {
		a, err := s.do(ctx, get, path, nil, nil)
		if err != nil {
			return err
		}
		return s.object(a)
	})
}

func tenantUpdate() *cobra.Command {
	c := oneTenant("update", "Change a company: what is not named stays", func(ctx context.Context, c *cobra.Command, s *console, path string) error {
		body := map[string]any{}
		if err := tenantFields.body(c, body); err != nil {
			return err
		}
		if len(body) == 0 {
			return errors.New("name what is to change; see dipcast tenant update --help")
		}
		if err := tenantFields.within(ctx, c, s, path, body); err != nil {
			return err
		}
		a, err := s.do(ctx, put, path, nil, body)
		if err != nil {
			return err
		}
		if done, err := s.printed(a); done || err != nil {
			return err
		}
		s.say("바꾸었습니다.", "It is changed.")
		s.applied()
		return nil
	})
	tenantFields.addFlags(c)
	return c
}

// within completes members of body of which a part is to change by what they are
// now.
func (k *kind) within(ctx context.Context, c *cobra.Command, s *console, path string, body map[string]any) error {
	a, err := s.do(ctx, get, path, nil, nil)
	if err != nil {
		return err
	}
	now, err := k.current(a)
	if err != nil {
		return err
	}
	for member, v := range now {
		if _, changes := body[member]; changes {
			body[member] = v
		}
	}
	return k.body(c, body)
}

func tenantDelete() *cobra.Command {
	var yes bool
	c := oneTenant("delete", "Disable a company: its data stays, its phones and keys work no more", func(ctx context.Context, _ *cobra.Command, s *console, path string) error {
		if !yes {
			return errors.New("say --yes: its phones, keys and logins will work no more")
		}
		a, err := s.do(ctx, del, path, nil, nil)
		if err != nil {
			return err
		}
		if done, err := s.printed(a); done || err != nil {
			return err
		}
		s.say("사용을 중지했습니다.", "It is disabled.")
		s.applied()
		return nil
	})
	c.Flags().BoolVar(&yes, "yes", false, "really")
	return c
}
