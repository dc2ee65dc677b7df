package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/serverconf"
	"github.com/dipcast/dipcast/internal/tenant"
)

func doctorCommand() *cobra.Command {
	var path, lang string
	var only int
	var brief bool
	c := &cobra.Command{
		Use: "doctor", Short: "Examine the configured servers: what is missing and how to mend it", Args: cobra.NoArgs,
		Long: "Log in to every configured server with its AMI users and see that it has what\n" +
			"DIPCAST needs: version, rights, events, modules, contexts. Nothing is changed there.\n" +
			"Exit 1 when something that DIPCAST promises cannot work.\n\n" +
			"설정된 서버를 모두 점검하고, 모자란 것과 고치는 방법을 알려 줍니다.",
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := chooseLang(lang)
			if err != nil {
				return err
			}
			cfg, err := loadConfig(path)
			if err != nil {
				return err
			}
			if only != 0 && cfg.Server(only) == nil {
				return fmt.Errorf("server: %s has no server %d", path, only)
			}
			healthy := true
			for i := range cfg.Servers {
				s := &cfg.Servers[i]
				if only != 0 && s.ID != only {
					continue
				}
				ok, err := examine(c.Context(), c.OutOrStdout(), cfg, s, l, brief)
				if err != nil {
					return err
				}
				healthy = healthy && ok
			}
			if !healthy {
				return errSilent
			}
			return nil
		},
	}
	configFlag(c, &path)
	c.Flags().IntVar(&only, "server", 0, "only the server with this id (default: all)")
	c.Flags().BoolVar(&brief, "brief", false, "leave out what is well")
	langFlag(c, &lang)
	return c
}

// examine prints the findings of one server and reports whether none is an
// error.
func examine(ctx context.Context, out io.Writer, cfg *config.Config, s *config.Server, l demo.Lang, brief bool) (bool, error) {
	fmt.Fprintf(out, "%d %s (%s)\n", s.ID, s.Name, s.Address)
	tenants := make([]tenant.Tenant, len(cfg.Tenants))
	for i := range cfg.Tenants {
		tenants[i] = cfg.Tenants[i].Domain()
	}
	findings, err := asteriskproc.Doctor(ctx, serverconf.Doctor(cfg, s, tenants))
	if err != nil {
		return false, fmt.Errorf("server %d: %w", s.ID, err)
	}
	warnings, errs := 0, 0
	for _, f := range findings {
		switch f.Level {
		case asteriskproc.LevelWarning:
			warnings++
		case asteriskproc.LevelError:
			errs++
		case asteriskproc.LevelOK:
			if brief {
				continue
			}
		}
		fmt.Fprintf(out, "  %s  %s\n", levelText(f.Level, l), textIn(f.What, l))
		if mend := textIn(f.Mend, l); mend != "" {
			fmt.Fprintf(out, "          → %s\n", mend)
		}
	}
	fmt.Fprintln(out, "  "+inLang(l, "오류 %d, 주의 %d", "errors: %d, warnings: %d", errs, warnings))
	return errs == 0, nil
}

func levelText(level asteriskproc.Level, l demo.Lang) string {
	switch level {
	case asteriskproc.LevelError:
		return inLang(l, "[오류]", "[error]")
	case asteriskproc.LevelWarning:
		return inLang(l, "[주의]", "[warn] ")
	case asteriskproc.LevelOK:
	}
	return inLang(l, "[정상]", "[ok]   ")
}

func textIn(t asteriskproc.Text, l demo.Lang) string {
	if l == demo.English {
		return t.En
	}
	return t.Ko
}
