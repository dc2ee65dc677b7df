package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
)

// Parts of a description that REST reads and writes as a whole: routes, parking,
// feature codes.

// changeWhole reads such a part, has change change it, and writes it back. It is
// refused when somebody else changed it meanwhile.
func changeWhole[T any](ctx context.Context, s *console, path string, change func(*T) error) (answer, error) {
	q, err := s.whose(ctx)
	if err != nil {
		return answer{}, err
	}
	a, err := s.do(ctx, get, path, q, nil)
	if err != nil {
		return a, err
	}
	var v T
	if err := json.Unmarshal(a.Data, &v); err != nil {
		return a, err
	}
	if err := change(&v); err != nil {
		return a, err
	}
	return s.doMatching(ctx, put, path, q, v, a.tag)
}

// wholeCommand is a command that changes such a part, and says so.
func wholeCommand[T any](c *cobra.Command, path, ko, en string, change func(c *cobra.Command, args []string, v *T) error) *cobra.Command {
	var f consoleFlags
	c.RunE = func(c *cobra.Command, args []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			a, err := changeWhole(ctx, s, path, func(v *T) error { return change(c, args, v) })
			if err != nil {
				return err
			}
			if done, err := s.printed(a); done || err != nil {
				return err
			}
			s.say("%s", "%s", ifKorean(s, ko, en))
			s.applied()
			return nil
		})
	}
	f.add(c)
	return c
}

// readCommand is a command that shows what is at a path.
func readCommand(use, short, path string, show func(s *console, a answer) error) *cobra.Command {
	var f consoleFlags
	c := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return f.open(c, func(ctx context.Context, s *console) error {
			q, err := s.whose(ctx)
			if err != nil {
				return err
			}
			a, err := s.do(ctx, get, path, q, nil)
			if err != nil {
				return err
			}
			if done, err := s.printed(a); done || err != nil {
				return err
			}
			return show(s, a)
		})
	}}
	f.add(c)
	return c
}

// routeFields are the flags of a route, as those of the lists' kinds.
var routeFields = kind{use: "route", fields: []flagOf{
	{"name", "name", asText, "what people call it"},
	{"prefixes", "prefixes", asTexts, "what numbers begin with as people dial them: 02,010,00; empty: every number"},
	{"trunks", "trunks", asInts, "ids of trunks, tried in this order: 11,1"},
	{"strip", "strip", asInt, "how many digits are taken from the front"},
	{"prepend", "prepend", asText, "what is put in front then"},
}}

type route = map[string]any

func routeCommand() *cobra.Command {
	const path = "/routes"
	c := &cobra.Command{
		Use: "route", Short: "Which trunks carry calls to the network (발신 경로)",
		Long: "List, create, update and delete routes: which trunks carry calls to numbers with a prefix.\n" +
			"The longest prefix wins, then the first. Without any route all trunks are tried, by their\n" +
			"ids. A route is named by its name, or by its place in the list.\n\n" +
			"번호 앞자리마다 어느 트렁크로 거는지 정합니다. 경로는 이름이나 목록의 순번으로 가리킵니다.",
		Example: "  dipcast route create 해외 --prefixes 00 --trunks 11\n  dipcast route create 그밖 --trunks 11,1\n  dipcast route update 해외 --trunks 12,11",
	}
	list := readCommand("list", "List them, in their order", path, func(s *console, a answer) error {
		var all []map[string]any
		if err := json.Unmarshal(a.Data, &all); err != nil {
			return err
		}
		if len(all) == 0 {
			s.say("없습니다. 모든 트렁크를 번호순으로 씁니다.", "There is none: all trunks are tried, by their ids.")
			return nil
		}
		for i := range all {
			all[i]["#"] = strconv.Itoa(i + 1)
		}
		s.columns(all, "#", "name", "prefixes", "trunks", "strip", "prepend")
		return nil
	})
	create := wholeCommand(&cobra.Command{Use: "create NAME", Short: "Add one at the end", Args: cobra.ExactArgs(1)}, path,
		"경로를 추가했습니다.", "the route is added.", func(c *cobra.Command, args []string, all *[]route) error {
			if findRoute(*all, args[0]) >= 0 {
				return fmt.Errorf("there is a route %s already", args[0])
			}
			one := route{"name": args[0], "trunks": []int{}}
			*all = append(*all, one)
			return routeFields.body(c, one)
		})
	update := wholeCommand(&cobra.Command{Use: "update NAME", Short: "Change one: what is not named stays", Args: cobra.ExactArgs(1)}, path,
		"경로를 바꾸었습니다.", "the route is changed.", func(c *cobra.Command, args []string, all *[]route) error {
			i := findRoute(*all, args[0])
			if i < 0 {
				return fmt.Errorf("there is no route %s; see dipcast route list", args[0])
			}
			return routeFields.body(c, (*all)[i])
		})
	remove := wholeCommand(&cobra.Command{Use: "delete NAME", Short: "Remove one", Args: cobra.ExactArgs(1)}, path,
		"경로를 지웠습니다.", "the route is removed.", func(_ *cobra.Command, args []string, all *[]route) error {
			i := findRoute(*all, args[0])
			if i < 0 {
				return fmt.Errorf("there is no route %s; see dipcast route list", args[0])
			}
			*all = slices.Delete(*all, i, i+1)
			return nil
		})
	routeFields.addFlags(create)
	routeFields.addFlags(update)
	c.AddCommand(list, create, update, remove)
	return c
}

// findRoute finds a route by its name, else by its place from 1; -1 when there is
// none.
func findRoute(all []route, name string) int {
	if i := slices.IndexFunc(all, func(r route) bool { return r["name"] == name }); i >= 0 {
		return i
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(all) {
		return n - 1
	}
	return -1
}

var parkingFields = kind{use: "parking", fields: []flagOf{
	{"number", "number", asText, "dialed or transferred to, to park: 700; the spaces follow it. - turns parking off"},
	{"spaces", "spaces", asInt, "how many calls may be parked: 701 and on"},
	{"seconds", "seconds", asInt, "until it rings who parked it"},
}}

func parkingCommand() *cobra.Command {
	const path = "/parking"
	c := &cobra.Command{
		Use: "parking", Short: "Where calls wait for anyone to take them (파킹)",
		Long:    "Show and change where calls are parked.\n\n통화를 보류해 두는 번호와 자리 수를 보고 바꿉니다.",
		Example: "  dipcast parking update --number 7000 --spaces 10",
	}
	update := wholeCommand(&cobra.Command{Use: "update", Short: "Change it: what is not named stays", Args: cobra.NoArgs}, path,
		"파킹을 바꾸었습니다.", "parking is changed.", func(c *cobra.Command, _ []string, v *map[string]any) error {
			return parkingFields.body(c, *v)
		})
	parkingFields.addFlags(update)
	c.AddCommand(readCommand("show", "Show it; what is not there has its default", path, func(s *console, a answer) error {
		if string(a.Data) == "{}" {
			s.say("기본값입니다: 700, 자리 701–720, 60초.", "All of it is the default: 700, spaces 701 to 720, 60 seconds.")
			return nil
		}
		return s.object(a)
	}), update)
	return c
}

func codeCommand() *cobra.Command {
	const path = "/feature-codes"
	c := &cobra.Command{
		Use: "code", Short: "What phones dial to do something (기능 코드)",
		Long: "List and change feature codes: 2 to 6 of the characters 0-9 * #, the first * or #.\n\n" +
			"기능 코드를 보고 바꿉니다.",
		Example: "  dipcast code set pickup '*88'\n  dipcast code off record\n  dipcast code reset pickup",
	}
	type codes = map[string]string
	set := func(code func(args []string) string) func(*cobra.Command, []string, *codes) error {
		return func(_ *cobra.Command, args []string, all *codes) error {
			if _, ok := (*all)[args[0]]; !ok {
				return fmt.Errorf("there is no feature %s; see dipcast code list", args[0])
			}
			(*all)[args[0]] = code(args)
			return nil
		}
	}
	c.AddCommand(
		readCommand("list", "List all features with their codes; - is off", path, func(s *console, a answer) error {
			var all codes
			if err := json.Unmarshal(a.Data, &all); err != nil {
				return err
			}
			rows := [][]string{{"feature", "code"}}
			for _, name := range slices.Sorted(maps.Keys(all)) {
				rows = append(rows, []string{name, all[name]})
			}
			printTable(s.out, rows)
			return nil
		}),
		wholeCommand(&cobra.Command{Use: "set FEATURE CODE", Short: "Give a feature another code", Args: cobra.ExactArgs(2)}, path,
			"코드를 바꾸었습니다.", "the code is changed.", set(func(args []string) string { return args[1] })),
		wholeCommand(&cobra.Command{Use: "off FEATURE", Short: "Turn a feature off", Args: cobra.ExactArgs(1)}, path,
			"기능을 껐습니다.", "the feature is off.", set(func([]string) string { return "-" })),
		wholeCommand(&cobra.Command{Use: "reset FEATURE", Short: "Give a feature its default code", Args: cobra.ExactArgs(1)}, path,
			"기본 코드로 되돌렸습니다.", "the feature has its default code.", set(func([]string) string { return "" })),
	)
	return c
}
