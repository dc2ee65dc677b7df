package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/limits"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

func tenantCommand() *cobra.Command {
	c := &cobra.Command{Use: "tenant", Short: "Make and change companies, and act on one"}
	c.AddCommand(tenantCommands()...)
	c.AddCommand(tenantFileCommands()...)
	c.AddCommand(unlockCommand(), locksCommand())
	return c
}

// companyFlags say which company a command is about.
type companyFlags struct {
	config, tenant, lang string
}

func (f *companyFlags) add(c *cobra.Command) {
	configFlag(c, &f.config)
	c.Flags().StringVar(&f.tenant, "tenant", "", "the company, as T2 or 2 (default: the only one)")
	langFlag(c, &f.lang)
}

func unlockCommand() *cobra.Command {
	var f companyFlags
	c := &cobra.Command{
		Use: "unlock EXT", Short: "Unlock the international calls of an extension", Args: cobra.ExactArgs(1),
		Long: "Unlock the international and premium calls of an extension, which are locked after three\n" +
			"breaches of their limits within ten minutes. It works while the gateway runs, and when it\n" +
			"does not. 잠긴 내선의 국제전화를 풉니다. 게이트웨이가 실행 중이어도 됩니다.",
		Example: "  dipcast tenant unlock 1010 --tenant T2",
		RunE: func(c *cobra.Command, args []string) error {
			l, err := chooseLang(f.lang)
			if err != nil {
				return err
			}
			return f.open(c.Context(), c.ErrOrStderr(), func(st *store.Store, t *tenant.Tenant) error {
				if !t.HasExtension(args[0]) {
					return fmt.Errorf("extension: %s has no extension %s", t.ID, args[0])
				}
				// Whoever may read the database may do this, so it is an operator.
				trail, err := audit.New(audit.Options{Store: st})
				if err != nil {
					return err
				}
				trail.Start()
				who := audit.Entry{Identity: tenant.Identity{Role: tenant.Operator, Name: "dipcast tenant unlock"}}
				err = limits.Unlock(c.Context(), st, trail, who, t, args[0])
				if err := errors.Join(err, trail.Close(c.Context())); errors.Is(err, limits.ErrNotLocked) {
					return fmt.Errorf("extension %s of %s: %w", args[0], t.ID, limits.ErrNotLocked)
				} else if err != nil {
					return err
				}
				fmt.Fprintln(c.OutOrStdout(), inLang(l, "%s 내선 %s의 국제전화를 풀었습니다.", "%s: calls abroad of extension %s are unlocked.", t.ID, args[0]))
				return nil
			})
		},
	}
	f.add(c)
	return c
}

func locksCommand() *cobra.Command {
	var f companyFlags
	c := &cobra.Command{
		Use: "locks", Short: "Show the extensions whose international calls are locked", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.open(c.Context(), c.ErrOrStderr(), func(st *store.Store, t *tenant.Tenant) error {
				locks, err := st.CallLocks(c.Context(), t.ID.Hex())
				if err != nil {
					return err
				}
				for _, ext := range t.Extensions {
					if since, locked := locks[ext]; locked {
						fmt.Fprintln(c.OutOrStdout(), t.ID, ext, since.Local().Format("2006-01-02 15:04:05")) //nolint:gosmopolitan // for the person at this machine
					}
				}
				return nil
			})
		},
	}
	f.add(c)
	return c
}

// open gives the database and the company that the flags name.
func (f *companyFlags) open(ctx context.Context, warnings io.Writer, use func(*store.Store, *tenant.Tenant) error) (err error) {
	cfg, err := config.Load(f.config, environ())
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(warnings, "warning:", w.Error())
	}
	st, err := store.Open(ctx, store.Options{Database: cfg.Database.Reveal(), DataDir: cfg.DataDir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	d, err := st.Directory(ctx)
	if err != nil {
		return err
	}
	t, err := f.company(d)
	if err != nil {
		return err
	}
	return use(st, t)
}

func (f *companyFlags) company(d *tenant.Directory) (*tenant.Tenant, error) {
	all := d.All()
	if f.tenant == "" {
		if len(all) == 1 {
			return all[0], nil
		}
		return nil, fmt.Errorf("tenant: there are %d companies; name one with --tenant", len(all))
	}
	n, err := strconv.Atoi(strings.TrimPrefix(f.tenant, "T"))
	if t := d.ByNumber(n); err == nil && t != nil {
		return t, nil
	}
	return nil, errors.New("tenant: there is no such company; give its number, as T2")
}
