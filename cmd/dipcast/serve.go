package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/serverconf"
)

func serveCommand() *cobra.Command {
	var path string
	var logs logFlags
	c := &cobra.Command{
		Use: "serve", Short: "Run the gateway", Args: cobra.NoArgs,
		Long: "Run the gateway until SIGTERM or SIGINT: it then finishes what is under way, has its\n" +
			"clients connect again, and ends within 15 seconds; a second signal ends it at once.\n" +
			"SIGHUP has it read its configuration again. Servers that are down delay neither the\n" +
			"others nor the start.\n\n" +
			"게이트웨이를 실행합니다. SIGTERM이나 SIGINT를 받으면 진행 중인 작업을 마치고 15초 안에\n" +
			"끝나며, 두 번째 신호를 받으면 즉시 끝납니다. SIGHUP을 받으면 설정을 다시 읽습니다.",
		RunE: func(c *cobra.Command, _ []string) error {
			log, err := logs.logger(c.ErrOrStderr())
			if err != nil {
				return err
			}
			cfg, err := loadConfig(path)
			if err != nil {
				return err
			}
			finished, err := datadir.Finish(cfg.DataDir)
			if err != nil {
				return err
			}
			if finished {
				log.Warn("a restore that was cut off is finished now")
				if cfg, err = loadConfig(path); err != nil {
					return err
				}
			}
			for _, w := range cfg.Warnings {
				log.Warn("configuration", "problem", w.Error())
			}
			// Before the start, so that an early one does not end the process.
			hup := make(chan os.Signal, 1)
			signal.Notify(hup, syscall.SIGHUP)
			defer signal.Stop(hup)
			return app.Serve(c.Context(), app.Serving{
				Load: func() (app.Options, error) {
					o := app.Options{
						Config: cfg, ConfigFile: path, Environ: environ(), Version: versionText(), Logger: log,
						Load: func() (*config.Config, error) { return loadConfig(path) },
					}
					if cfg != nil {
						cfg = nil // the next start reads it again
						return o, nil
					}
					var err error
					o.Config, err = loadConfig(path)
					return o, err
				},
				Run:    func(ctx context.Context, a *app.App) (string, error) { return run(ctx, a, hup, log) },
				Stop:   func(ctx context.Context, a *app.App) { stop(ctx, a, log) },
				Logger: log,
			})
		},
	}
	configFlag(c, &path)
	logs.add(c, "info")
	return c
}

// run looks after a started App until ctx ends, a listener breaks, or it is to start
// again with a backup.
func run(ctx context.Context, a *app.App, hup <-chan os.Signal, log *slog.Logger) (backup string, err error) {
	log.Info("ready for clients", "addresses", a.Addresses(), "version", versionText())
	for {
		select {
		case <-hup:
			_, _ = a.Reload(ctx) // it logs what happened
		case err := <-a.Failed():
			return "", err
		case backup := <-a.Restart():
			return backup, nil
		case <-ctx.Done():
			return "", nil
		}
	}
}

// stop ends a in good order, and the process in any case.
func stop(ctx context.Context, a *app.App, log *slog.Logger) {
	late := time.AfterFunc(app.StopWithin-500*time.Millisecond, func() {
		log.Error("the stop took too long; ended without the rest of it")
		os.Exit(exitLate)
	})
	defer late.Stop()
	a.Drain(ctx)
	a.Stop()
	log.Info("stopped")
}

// loadConfig is the configuration at path, with the secrets that DIPCAST makes
// itself.
func loadConfig(path string) (*config.Config, error) {
	cfg, err := config.Load(path, environ())
	if err != nil {
		return nil, err
	}
	return cfg, serverconf.Complete(cfg)
}

func checkCommand() *cobra.Command {
	var path string
	c := &cobra.Command{
		Use: "check", Short: "Check a configuration file: exit 0 or 1, and say what is wrong and where", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if config.IsRelay(path) {
				return checkRelay(c, path)
			}
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
