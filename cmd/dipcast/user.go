package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// userColumns are shown of users of the web.
var userColumns = []string{"username", "name", "role", "tenant", "extension", "enabled", "second_factor", "signed_in_at"}

var errNoSuchUser = errors.New("there is no such user; see dipcast user list")

func userCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "user", Short: "Who may sign in at the web (웹 사용자)",
		Long: "List users of the web, add one, give one a new one-time password, and delete one. It works\n" +
			"while the gateway runs and when it does not. The first administrator is dipcast@makecall.io.\n\n" +
			"웹에 로그인할 수 있는 사용자를 보고, 추가하고, 비밀번호를 새로 만들고, 삭제합니다.\n" +
			"첫 관리자는 dipcast@makecall.io입니다. 비밀번호를 잊었으면 reset으로 일회용 비밀번호를 받으세요.",
		Example: "  dipcast user list\n  dipcast user add hong@example.com --role company --tenant T2 --name 홍길동\n  dipcast user reset dipcast@makecall.io --factors",
	}
	c.AddCommand(userList(), userAdd(), userReset(), userDelete())
	return c
}

// ofTenant is the parameter of --tenant; without it all users are meant.
func (k *console) ofTenant() url.Values {
	if k.tenant == "" {
		return url.Values{}
	}
	return url.Values{"tenant": {tenantName(k.tenant)}}
}

func userList() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "list", Short: "List users (목록)", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return f.open(c, func(ctx context.Context, s *console) error { return s.list(ctx, "/users", s.ofTenant(), userColumns) })
	}}
	f.add(c)
	return c
}

func userAdd() *cobra.Command {
	var f consoleFlags
	var name, role, extension, lang string
	c := &cobra.Command{
		Use: "add USERNAME", Short: "Add a user; a one-time password is printed (추가)", Args: cobra.ExactArgs(1),
		Long: "Add a user. Without --tenant it is one who sees all companies: a role of administrator or\n" +
			"auditor. With --tenant: company, supervisor, auditor, employee, or the id of a role of its own.\n\n" +
			"사용자를 추가합니다. --tenant가 없으면 모든 회사를 보는 사용자(administrator, auditor)입니다.",
		RunE: func(c *cobra.Command, args []string) error {
			return f.open(c, func(ctx context.Context, s *console) error {
				if role == "" {
					role = "administrator"
					if s.tenant != "" {
						role = "company"
					}
				}
				a, err := s.do(ctx, post, "/users", s.ofTenant(), map[string]any{
					"username": args[0], "name": name, "role": role, "extension": extension, "lang": lang,
				})
				if err != nil {
					return err
				}
				return s.once(a)
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&name, "name", "", "the person's name")
	c.Flags().StringVar(&role, "role", "", "administrator, company, supervisor, auditor, employee, or a role's id")
	c.Flags().StringVar(&extension, "extension", "", "whose calls are their own")
	c.Flags().StringVar(&lang, "language", "", "of pages: ko or en")
	return c
}

// once prints a one-time password.
func (k *console) once(a answer) error {
	if done, err := k.printed(a); done || err != nil {
		return err
	}
	var u struct {
		Username string
		Password string `json:"one_time_password"`
		Until    string `json:"once_until"`
	}
	if err := json.Unmarshal(a.Data, &u); err != nil {
		return err
	}
	k.say("%s의 일회용 비밀번호(%s까지, 다시 보이지 않음):", "One-time password of %s (until %s, not shown again):", cell(u.Username), u.Until)
	fmt.Fprintln(k.out, u.Password)
	return nil
}

// userID finds a user by username.
func (k *console) userID(ctx context.Context, username string) (string, error) {
	q := k.ofTenant()
	q.Set("search", strings.ToLower(username))
	a, err := k.do(ctx, get, "/users", q, nil)
	if err != nil {
		return "", err
	}
	var all []struct{ ID, Username string }
	if err := json.Unmarshal(a.Data, &all); err != nil {
		return "", err
	}
	for _, u := range all {
		if strings.EqualFold(u.Username, username) {
			return url.PathEscape(u.ID), nil
		}
	}
	return "", fmt.Errorf("%q: %w", username, errNoSuchUser)
}

func userReset() *cobra.Command {
	var f consoleFlags
	factors := false
	c := &cobra.Command{
		Use: "reset USERNAME", Short: "Give a user a one-time password (비밀번호 초기화)", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return f.open(c, func(ctx context.Context, s *console) error {
				id, err := s.userID(ctx, args[0])
				if err != nil {
					return err
				}
				if factors {
					if _, err := s.do(ctx, del, "/users/"+id+"/factors", nil, nil); err != nil {
						return err
					}
				}
				a, err := s.do(ctx, post, "/users/"+id+"/password", nil, nil)
				if err != nil {
					return err
				}
				return s.once(a)
			})
		},
	}
	f.add(c)
	c.Flags().BoolVar(&factors, "factors", false, "take second factors away, too")
	return c
}

func userDelete() *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: "delete USERNAME", Short: "Delete a user (삭제)", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			id, err := s.userID(ctx, args[0])
			if err == nil {
				_, err = s.do(ctx, del, "/users/"+id, nil, nil)
			}
			if err == nil {
				s.say("삭제했습니다.", "deleted.")
			}
			return err
		})
	}}
	f.add(c)
	return c
}
