package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/relay"
)

func relayCommand() *cobra.Command {
	var path string
	var logs logFlags
	c := &cobra.Command{
		Use: "relay", Short: "Run a relay: what NAVER WORKS and people reach in the place of gateways behind firewalls", Args: cobra.NoArgs,
		Long: "Run a relay on a public host until SIGTERM or SIGINT. Gateways connect to it from\n" +
			"inside; callbacks and pages of cards reach them over that connection (docs/relay.md).\n" +
			"SIGHUP has it read its list of boxes again.\n\n" +
			"방화벽 뒤의 게이트웨이를 대신하여 NAVER WORKS 콜백과 카드 페이지를 받는 중계 서버를\n" +
			"실행합니다. SIGHUP을 받으면 장비 목록을 다시 읽습니다.",
		RunE: func(c *cobra.Command, _ []string) error {
			log, err := logs.logger(c.ErrOrStderr())
			if err != nil {
				return err
			}
			cfg, err := config.LoadRelay(path, environ())
			if err != nil {
				return err
			}
			for _, w := range cfg.Warnings {
				log.Warn("configuration", "problem", w.Error())
			}
			hup := make(chan os.Signal, 1)
			signal.Notify(hup, syscall.SIGHUP)
			defer signal.Stop(hup)
			s := relay.New(relay.Options{Config: cfg, Version: versionText(), Logger: log})
			ctx, cancel := context.WithCancel(c.Context())
			read := make(chan struct{})
			go func() {
				defer close(read)
				for {
					select {
					case <-ctx.Done():
						return
					case <-hup:
					}
					next, err := config.LoadRelay(path, environ())
					if err != nil {
						log.Error("configuration not read again, nothing has changed", "error", err)
						continue
					}
					s.SetConfig(next)
					log.Info("configuration read again", "boxes", len(next.Boxes))
				}
			}()
			err = s.Run(ctx, func(addresses []string) {
				log.Info("ready for boxes", "addresses", addresses, "boxes", len(cfg.Boxes), "version", versionText())
			})
			cancel()
			<-read
			log.Info("stopped")
			return err
		},
	}
	configFlag(c, &path)
	c.Flags().Lookup("config").DefValue, path = "relay.yaml", "relay.yaml"
	logs.add(c, "info")
	c.AddCommand(relayKeyCommand())
	return c
}

func relayKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "key", Short: "Make a key for a box, and the hash that the relay knows it by", Args: cobra.NoArgs,
		Run: func(c *cobra.Command, _ []string) {
			key, hash := relay.NewKey()
			fmt.Fprintf(c.OutOrStdout(), "the box's relay.key:          %s\nthe relay's boxes key_sha256: %s\n", key, hash)
		},
	}
}

// checkRelay is check for the file of a relay.
func checkRelay(c *cobra.Command, path string) error {
	cfg, err := config.LoadRelay(path, environ())
	if err != nil {
		fmt.Fprintln(c.ErrOrStderr(), err)
		return errSilent
	}
	tenants := 0
	for i := range cfg.Boxes {
		tenants += len(cfg.Boxes[i].Tenants)
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(c.ErrOrStderr(), "warning:", w.Error())
	}
	fmt.Fprintf(c.OutOrStdout(), "%s: good, of a relay. %d boxes, %d tenants.\n", path, len(cfg.Boxes), tenants)
	return nil
}
