package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/demo"
)

func demoCommand() *cobra.Command {
	var o demo.Options
	var logs logFlags
	var lang string
	var recorded bool
	var version int
	c := &cobra.Command{
		Use: "demo", Short: "Show DIPCAST with real calls on this machine; nothing to configure", Args: cobra.NoArgs,
		Long: "Run two Asterisks, phones, a telephone network and the gateway on this machine, on\n" +
			"loopback only, until Ctrl-C. Nothing is installed and nothing is left behind.\n\n" +
			"이 컴퓨터 안에서 Asterisk 두 대, 전화기, 전화망, 게이트웨이를 실행합니다. Ctrl-C로 끝냅니다.",
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if o.Logger, err = logs.logger(c.ErrOrStderr()); err != nil {
				return err
			}
			if o.Lang, err = chooseLang(lang); err != nil {
				return err
			}
			if recorded {
				o.Source = demo.SourceRecorded
			}
			o.Asterisk, o.Furnished = asteriskproc.Version(version), true
			o.Version, o.Out, o.Terminal = versionText(), c.OutOrStdout(), isTerminal(c.OutOrStdout())
			ctx, stop := untilHangup(c.Context())
			defer stop()
			return runDemo(ctx, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Listen, "listen", demo.DefaultListen, "loopback address for web, REST and WebSocket")
	f.StringVar(&o.DCMIWSListen, "dcmiws-listen", demo.DefaultDCMIWSListen, "loopback address for WebSocket only")
	f.BoolVar(&o.Quiet, "quiet", false, "make no calls by itself")
	f.DurationVar(&o.Interval, "interval", o.Interval, "mean time between the calls it makes (default 4s)")
	f.BoolVar(&recorded, "recorded", false, "play recorded calls instead of running Asterisk")
	f.IntVar(&version, "asterisk", int(asteriskproc.Asterisk22), "version of Asterisk, 22 or 16")
	langFlag(c, &lang)
	logs.add(c, "error")
	return c
}

// runDemo runs the demo until ctx ends. The end of ctx is no error, also not
// during the start.
func runDemo(ctx context.Context, o demo.Options) error {
	d, err := demo.Start(ctx, o)
	if ctx.Err() != nil {
		if d != nil {
			d.Close()
		}
		fmt.Fprintln(o.Out, demo.Stopped(o.Lang))
		return nil
	}
	if err != nil {
		fmt.Fprintln(o.Out, demo.Explain(err, o.Lang))
		return errSilent
	}
	select {
	case <-ctx.Done():
	case err = <-d.Failed():
	}
	fmt.Fprintln(o.Out, demo.Stopping(o.Lang))
	d.Close()
	if err == nil {
		fmt.Fprintln(o.Out, demo.Stopped(o.Lang))
	}
	return err
}

// untilHangup also ends when the terminal goes, unless that is to be ignored
// (nohup).
func untilHangup(ctx context.Context) (context.Context, context.CancelFunc) {
	if signal.Ignored(syscall.SIGHUP) {
		return context.WithCancel(ctx)
	}
	return signal.NotifyContext(ctx, syscall.SIGHUP)
}

func langFlag(c *cobra.Command, lang *string) {
	c.Flags().StringVar(lang, "lang", "", "ko or en (default: as LC_ALL or LANG say, else ko)")
}

func chooseLang(flag string) (demo.Lang, error) {
	if flag == "" {
		return demo.LangFrom(os.Getenv), nil
	}
	l, err := demo.ParseLang(flag)
	if err != nil {
		return "", fmt.Errorf("lang: %w", err)
	}
	return l, nil
}

// isTerminal reports whether w is one, so that a line may overwrite itself.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && !errors.Is(err, os.ErrClosed)
}
