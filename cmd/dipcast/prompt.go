package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/prompts"
	"github.com/dipcast/dipcast/internal/sounds"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

func promptCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "prompt", Short: "See what callers hear, and replace it by recordings",
		Long: "What Asterisk says is made from one list of texts. Each prompt can be replaced by a\n" +
			"recording, for all companies or, with --tenant, for one. It works while the gateway runs:\n" +
			"the recording is heard from the next time on.\n\n" +
			"안내 음성의 목록을 보고, 녹음한 파일로 바꿉니다. 모든 회사 또는 한 회사(--tenant)의 것을 바꿀 수 있습니다.",
	}
	c.AddCommand(promptListCommand(), promptShowCommand(), promptSetCommand(), promptResetCommand())
	return c
}

// promptFlags say whose prompts a command is about.
type promptFlags struct {
	companyFlags
	lang demo.Lang
}

func (f *promptFlags) add(c *cobra.Command) {
	configFlag(c, &f.config)
	c.Flags().StringVar(&f.tenant, "tenant", "", "one company, as T2 or 2 (default: what all companies hear)")
	langFlag(c, &f.companyFlags.lang)
}

// open gives the store of prompts and the scope that is meant.
func (f *promptFlags) open(ctx context.Context, warnings io.Writer, use func(p *sounds.Store, scope int) error) (err error) {
	if f.lang, err = chooseLang(f.companyFlags.lang); err != nil {
		return err
	}
	cfg, err := config.Load(f.config, environ())
	if err != nil {
		return err
	}
	p, err := app.PromptStore(cfg)
	if err != nil {
		return err
	}
	if f.tenant == "" {
		return use(p, sounds.Everybody)
	}
	return f.companyFlags.open(ctx, warnings, func(_ *store.Store, t *tenant.Tenant) error { return use(p, t.Number) })
}

// change is open for what leaves a line in the audit trail.
func (f *promptFlags) change(c *cobra.Command, action, name string, use func(p *sounds.Store, scope int) error) error {
	return f.open(c.Context(), c.ErrOrStderr(), func(p *sounds.Store, scope int) (err error) {
		if err := use(p, scope); err != nil {
			return err
		}
		cfg, err := config.Load(f.config, environ())
		if err != nil {
			return err
		}
		st, err := store.Open(c.Context(), store.Options{Database: cfg.Database.Reveal(), DataDir: cfg.DataDir})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, st.Close()) }()
		trail, err := audit.New(audit.Options{Store: st})
		if err != nil {
			return err
		}
		trail.Start()
		who := tenant.Identity{Role: tenant.Operator, Name: "dipcast prompt"}
		trail.Record(c.Context(), audit.KindChanged, audit.Entry{Identity: who, Action: action, Field: name})
		return trail.Close(c.Context())
	})
}

func promptListCommand() *cobra.Command {
	var f promptFlags
	var own bool
	c := &cobra.Command{
		Use: "list", Short: "List the prompts", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.open(c.Context(), c.ErrOrStderr(), func(p *sounds.Store, scope int) error {
				replaced, err := p.List(scope)
				if err != nil {
					return err
				}
				mine := map[string]bool{}
				for _, o := range replaced {
					mine[o.Name] = true
				}
				all, err := prompts.List()
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
				line := func(name, text string) {
					mark := ""
					if mine[name] {
						mark = "*"
					}
					fmt.Fprintf(w, "%s\t%s\t%s\n", name, mark, text)
					delete(mine, name)
				}
				for _, q := range all {
					if mine[q.Name] || !own {
						line(q.Name, textOf(q, f.lang))
					}
				}
				for _, o := range replaced {
					if mine[o.Name] {
						line(o.Name, "")
					}
				}
				return w.Flush()
			})
		},
	}
	f.add(c)
	c.Flags().BoolVar(&own, "own", false, "only those that were replaced")
	return c
}

func textOf(p prompts.Prompt, l demo.Lang) string {
	if l == demo.English || p.Korean == "" {
		return p.English
	}
	return p.Korean
}

func promptShowCommand() *cobra.Command {
	var f promptFlags
	var save string
	c := &cobra.Command{
		Use: "show NAME", Short: "Show a prompt; with --save write its sound to a file", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return f.open(c.Context(), c.ErrOrStderr(), func(p *sounds.Store, scope int) error {
				if err := prompts.CheckUpload(args[0]); err != nil {
					return err
				}
				out := c.OutOrStdout()
				fmt.Fprintln(out, args[0])
				if q, err := prompts.Find(args[0]); err == nil {
					for _, text := range []string{q.Korean, q.English, q.Use} {
						if text != "" {
							fmt.Fprintln(out, "  "+text)
						}
					}
				}
				if _, o, err := p.Get(scope, args[0]); err == nil {
					fmt.Fprintln(out, "  "+inLang(f.lang, "바꾼 녹음: %[1]s, %[2]s", "replaced by a recording of %[1]s, %[2]s",
						o.Length.Round(time.Second/10), o.Uploaded.Local().Format(time.DateTime))) //nolint:gosmopolitan // for whoever reads it here
				} else if !errors.Is(err, sounds.ErrNone) {
					return err
				}
				if save == "" {
					return nil
				}
				file, err := p.Heard(scope, args[0])
				if err != nil {
					return err
				}
				return os.WriteFile(save, file, 0o644)
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&save, "save", "", "write what is heard to this file, a WAV")
	return c
}

func promptSetCommand() *cobra.Command {
	var f promptFlags
	c := &cobra.Command{
		Use: "set NAME FILE", Short: "Replace a prompt by a recording", Args: cobra.ExactArgs(2),
		Long: "Replace a prompt by a recording: a WAV file of at most three minutes, 8 to 48 kHz, of any\n" +
			"common coding. It is made mono, 8 kHz and as loud as the other prompts. A name that begins\n" +
			"with custom/ is a sound of your own, for your own dialplan.",
		Example: "  dipcast prompt set vm-intro greeting.wav --tenant T2\n  dipcast prompt set custom/summer summer.wav",
		RunE: func(c *cobra.Command, args []string) error {
			file, err := readRecording(args[1])
			if err != nil {
				return err
			}
			return f.change(c, "replace-prompt", args[0], func(p *sounds.Store, scope int) error {
				o, err := p.Put(scope, args[0], file)
				if err != nil {
					return fmt.Errorf("%s: %w", args[1], err)
				}
				fmt.Fprintln(c.OutOrStdout(), inLang(f.lang, "%[1]s: 바꾸었습니다 (%[2]s).", "%[1]s: replaced (%[2]s).", o.Name, o.Length.Round(time.Second/10)))
				return nil
			})
		},
	}
	f.add(c)
	return c
}

func promptResetCommand() *cobra.Command {
	var f promptFlags
	c := &cobra.Command{
		Use: "reset NAME", Short: "Give a prompt its made sound back", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return f.change(c, "reset-prompt", args[0], func(p *sounds.Store, scope int) error {
				if err := p.Delete(scope, args[0]); err != nil {
					return err
				}
				fmt.Fprintln(c.OutOrStdout(), inLang(f.lang, "%s: 되돌렸습니다.", "%s: reset.", args[0]))
				return nil
			})
		},
	}
	f.add(c)
	return c
}
