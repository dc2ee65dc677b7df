package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// version is set by the linker in releases.
var version = ""

// versionText is the release, or the commit it was built from.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	rev, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			rev = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	if rev == "" {
		return "devel"
	}
	return "devel-" + rev + dirty
}

func root() *cobra.Command {
	c := &cobra.Command{
		Use:   "dipcast",
		Short: "Makes Asterisk part of a company's software and of its people's day",
		Long: "DIPCAST speaks to many Asterisk servers over AMI and offers them to programs by\n" +
			"WebSocket and REST, each tenant seeing only its own.\n\n" +
			"여러 Asterisk 서버를 하나의 WebSocket/REST 인터페이스로 제공합니다. 테넌트는 자신의 것만 봅니다.",
		SilenceUsage: true, SilenceErrors: true,
	}
	c.AddCommand(
		serveCommand(), relayCommand(), checkCommand(), reloadCommand(),
		demoCommand(), benchCommand(),
		logCommand(), backupCommand(), restoreCommand(), bansCommand(), deadLettersCommand(), registrationsCommand(), historyCommand(), recordingCommand(), peopleCommand(), contactsCommand(), userCommand(),
		tenantCommand(), applyCommand(), promptCommand(), asteriskCommand(),
		versionCommand(),
	)
	c.AddCommand(kindCommands()...)
	c.AddCommand(routeCommand(), parkingCommand(), codeCommand(), softphoneCommand())
	tellUse(c)
	return c
}

// tellUse has every command below c say how it is used when its arguments are
// not as many as it takes.
func tellUse(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return fmt.Errorf("%w; use: %s", err, c.UseLine())
			}
			return nil
		}
	}
	if c.HasParent() && c.HasSubCommands() && !c.Runnable() {
		// Without this, cobra shows the help of a group for a name that is none of
		// its commands, and says that all went well.
		c.DisableFlagsInUseLine = true
		c.RunE = func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			err := fmt.Errorf("%q is no command of %s", args[0], c.CommandPath())
			c.SuggestionsMinimumDistance = 2
			if near := c.SuggestionsFor(args[0]); len(near) > 0 {
				return fmt.Errorf("%w; did you mean %s?", err, strings.Join(near, " or "))
			}
			return fmt.Errorf("%w; see %s --help", err, c.CommandPath())
		}
	}
	for _, sub := range c.Commands() {
		tellUse(sub)
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Run: func(c *cobra.Command, _ []string) { fmt.Fprintln(c.OutOrStdout(), "dipcast", versionText()) },
	}
}

// logFlags are the same for all commands that run something.
type logFlags struct{ format, level string }

func (f *logFlags) add(c *cobra.Command, level string) {
	c.Flags().StringVar(&f.format, "log-format", "text", "text or json")
	c.Flags().StringVar(&f.level, "log-level", level, "debug, info, warn or error")
}

func (f *logFlags) logger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.level)); err != nil {
		return nil, fmt.Errorf("log-level: %q is none of debug, info, warn, error", f.level)
	}
	o := &slog.HandlerOptions{Level: level}
	switch strings.ToLower(f.format) {
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	}
	return nil, fmt.Errorf("log-format: %q is neither text nor json", f.format)
}

// configFlag is where the configuration is.
func configFlag(c *cobra.Command, path *string) {
	c.Flags().StringVarP(path, "config", "c", "dipcast.yaml", "configuration file")
}

func environ() []string { return os.Environ() }
