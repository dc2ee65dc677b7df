package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/bench"
	"github.com/dipcast/dipcast/internal/demo"
)

func benchCommand() *cobra.Command {
	var o bench.Options
	var lang, user string
	var asJSON bool
	c := &cobra.Command{
		Use: "bench", Short: "Measure DIPCAST on this machine", Args: cobra.NoArgs,
		Long: "Start a gateway, a stand-in for Asterisk and WebSocket clients on loopback, and\n" +
			"measure: fan-out beside what the machine can copy at all, latency, CPU, memory,\n" +
			"Pings, a client that does not read, a dead server, TLS. Every event is checked.\n" +
			"Takes some minutes; other programs that work meanwhile show in the figures.\n" +
			"With --url it measures the Pings of a gateway that runs already on this machine.\n\n" +
			"이 컴퓨터에서 DIPCAST의 속도를 잽니다. 몇 분 걸립니다. --quick은 20초쯤 걸립니다.\n\n" +
			"Rows: " + strings.Join(bench.Names(), ", "),
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := chooseLang(lang)
			if err != nil {
				return err
			}
			self, err := os.Executable()
			if err != nil {
				return err
			}
			o.Command = func(args ...string) *exec.Cmd { return exec.Command(self, args...) } //nolint:noctx // bench ends it
			o.Username, o.Password, _ = strings.Cut(user, ":")
			o.Version = versionText()
			if isTerminal(c.ErrOrStderr()) {
				o.Progress = func(name string) { fmt.Fprintf(c.ErrOrStderr(), "\r\x1b[K%s …", name) }
			}
			r, err := bench.Run(c.Context(), o)
			if o.Progress != nil {
				fmt.Fprint(c.ErrOrStderr(), "\r\x1b[K")
			}
			if r != nil && len(r.Rows) > 0 {
				if werr := writeReport(c, r, l, asJSON); werr != nil {
					return werr
				}
			}
			if errors.Is(err, bench.ErrWrong) {
				return errSilent // the row says it
			}
			return err
		},
	}
	f := c.Flags()
	f.BoolVar(&o.Quick, "quick", false, "small sizes, about 20 seconds")
	f.BoolVar(&o.Tenant, "tenant", false, "clients of a tenant instead of operators")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	f.StringSliceVar(&o.Only, "only", nil, "only these rows, separated by commas")
	f.StringVar(&o.URL, "url", "", "gateway that runs already, ws://127.0.0.1:port/")
	f.StringVar(&user, "user", "", "username:password of an operator, for --url")
	langFlag(c, &lang)
	c.AddCommand(benchCopyCommand())
	return c
}

func writeReport(c *cobra.Command, r *bench.Report, l demo.Lang, asJSON bool) error {
	if !asJSON {
		return r.WriteTable(c.OutOrStdout(), l == demo.Korean)
	}
	e := json.NewEncoder(c.OutOrStdout())
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// benchCopyCommand is the process that bench compares with.
func benchCopyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "copy EVENTS PREFIX", Hidden: true, Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			events, err := strconv.Atoi(args[0])
			if err != nil {
				return err
			}
			return bench.Copy(c.Context(), events, args[1], c.OutOrStdout())
		},
	}
}
