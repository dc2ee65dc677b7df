package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/config"
)

func serveCommand() *cobra.Command {
	var path string
	var logs logFlags
	c := &cobra.Command{
		Use: "serve", Short: "Run the gateway", Args: cobra.NoArgs,
		Long: "Run the gateway until SIGTERM or SIGINT. Servers that are down delay neither the\n" +
			"others nor the start. 게이트웨이를 실행합니다.",
		RunE: func(c *cobra.Command, _ []string) error {
			log, err := logs.logger(c.ErrOrStderr())
			if err != nil {
				return err
			}
			cfg, err := config.Load(path, environ())
			if err != nil {
				return err
			}
			for _, w := range cfg.Warnings {
				log.Warn("configuration", "problem", w.Error())
			}
			a := app.New(app.Options{Config: cfg, Version: versionText(), Logger: log})
			ctx := c.Context()
			if err := a.Start(ctx); err != nil {
				return err
			}
			defer a.Stop()
			log.Info("ready for clients", "addresses", a.Addresses(), "version", versionText())
			select {
			case <-ctx.Done():
				log.Info("stopping")
				return nil
			case err := <-a.Failed():
				return err
			}
		},
	}
	configFlag(c, &path)
	logs.add(c, "info")
	return c
}

func checkCommand() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use: "check", Short: "Check a configuration file: exit 0 or 1, and say what is wrong and where", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := config.Load(path, environ())
			if err != nil {
				fmt.Fprintln(c.ErrOrStderr(), err)
				return errSilent
			}
			for _, w := range cfg.Warnings {
				fmt.Fprintln(c.ErrOrStderr(), "warning:", w.Error())
			}
			fmt.Fprintf(c.OutOrStdout(), "%s: good. %d servers, %d tenants, %d operators.\n",
				path, len(cfg.Servers), len(cfg.Tenants), len(cfg.Operators))
			return nil
		},
	}
	configFlag(c, &path)
	return c
}
