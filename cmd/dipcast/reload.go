package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/config"
)

func reloadCommand() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use: "reload", Short: "Have the running gateway read its configuration again", Args: cobra.NoArgs,
		Long: "Have the gateway that runs with this configuration read it again, as SIGHUP does, and\n" +
			"say what changed. A broken file changes nothing: exit code 1. Only sessions of servers\n" +
			"that were changed or removed end, and clients whose login or key was changed or revoked.\n\n" +
			"실행 중인 게이트웨이가 설정을 다시 읽게 합니다. 파일이 잘못되면 아무것도 바뀌지 않습니다.",
		RunE: func(c *cobra.Command, _ []string) error {
			// The gateway judges the file, not this process: it may see other
			// environment variables and must log what it refuses.
			dir, err := config.DataDir(path, environ())
			if err != nil {
				return err
			}
			changes, err := app.RemoteReload(c.Context(), dir)
			if errors.Is(err, app.ErrNotRunning) {
				return err
			}
			if err != nil {
				return fmt.Errorf("nothing has changed:\n%w", err)
			}
			out := c.OutOrStdout()
			for _, w := range changes.Warnings {
				fmt.Fprintln(c.ErrOrStderr(), "warning:", w)
			}
			for _, m := range changes.Made {
				fmt.Fprintln(out, m)
			}
			if len(changes.Made) == 0 {
				fmt.Fprintln(out, "nothing that counts at once has changed")
			}
			if len(changes.Restart) > 0 {
				fmt.Fprintln(out, "counts after a restart only:", strings.Join(changes.Restart, ", "))
			}
			return nil
		},
	}
	configFlag(c, &path)
	return c
}
