package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/guard"
)

func bansCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "bans", Short: "See and lift bans of addresses that guessed SIP passwords",
		Long: "An address from which SIP logins fail too often is refused by every server for a while;\n" +
			"see guard in the configuration. These commands ask the running gateway.\n\n" +
			"SIP 비밀번호를 여러 번 틀린 주소는 일정 시간 차단됩니다. 차단 목록을 보고 해제합니다.",
	}
	c.AddCommand(bansListCommand(), bansLiftCommand())
	return c
}

func bansListCommand() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use: "list", Short: "List the sources that are refused now", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := config.DataDir(path, environ())
			if err != nil {
				return err
			}
			bans, err := app.RemoteBans(c.Context(), dir)
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			if len(bans) == 0 {
				fmt.Fprintln(out, "nobody is banned")
			}
			for _, b := range bans {
				fmt.Fprintf(out, "%s\tuntil %s\t%d failures\tban %d in a row\n",
					b.Source, b.Until.Local().Format(time.DateTime), b.Failures, b.Times) //nolint:gosmopolitan // for whoever reads it here
			}
			return nil
		},
	}
	configFlag(c, &path)
	return c
}

func bansLiftCommand() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use: "lift ADDRESS", Short: "Let a source in again", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			source, ok := guard.ParseSource(args[0])
			if !ok {
				return fmt.Errorf("%q is no address or network", args[0])
			}
			dir, err := config.DataDir(path, environ())
			if err != nil {
				return err
			}
			if err := app.RemoteLift(c.Context(), dir, source); err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), "lifted")
			return nil
		},
	}
	configFlag(c, &path)
	return c
}
