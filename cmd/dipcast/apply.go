package main

import (
	"bufio"
	"errors"
	"fmt"
	"os/user"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/demo"
)

// applyFlags are those of apply.
type applyFlags struct {
	config                             string
	server                             int
	dry, yes, undo, history, restarted bool
	lang                               string
}

func applyCommand() *cobra.Command {
	var f applyFlags
	c := &cobra.Command{
		Use: "apply", Short: "Put what is described onto Asterisk: show, try out, write, reload, verify", Args: cobra.NoArgs,
		Long: "Make the files of an Asterisk say what is described (tenants, extensions, trunks, …).\n" +
			"What would change is shown first. The new files are tried out on an Asterisk of their\n" +
			"own, written all or none, only what changed is reloaded, and it is read back whether it\n" +
			"took; if not, the former files are put back. No call is dropped. The gateway of this\n" +
			"configuration must run (dipcast serve), and its server must have pbx set.\n\n" +
			"설명된 내용(테넌트, 내선, 트렁크 등)을 Asterisk에 적용합니다. 먼저 바뀌는 것을 보여 주고, 따로 띄운\n" +
			"Asterisk에서 시험한 뒤, 한꺼번에 쓰고, 바뀐 것만 다시 읽게 하고, 확인합니다. 잘못되면 되돌립니다.\n" +
			"진행 중인 통화는 끊기지 않습니다.",
		Example: "  dipcast apply                # shows the changes and asks\n" +
			"  dipcast apply --dry-run      # only shows them\n" +
			"  dipcast apply --yes          # does not ask\n" +
			"  dipcast apply --undo         # back to the files before the last apply",
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	configFlag(c, &f.config)
	fl := c.Flags()
	fl.IntVar(&f.server, "server", 0, "id of the server (default: the only one with pbx)")
	fl.BoolVar(&f.dry, "dry-run", false, "only show what would change")
	fl.BoolVarP(&f.yes, "yes", "y", false, "do not ask")
	fl.BoolVar(&f.undo, "undo", false, "put the files before the last apply back, and load them")
	fl.BoolVar(&f.history, "history", false, "show the last applies")
	fl.BoolVar(&f.restarted, "restart", false, "where a change needs it, restart an Asterisk that DIPCAST runs as soon as no call is up")
	langFlag(c, &f.lang)
	c.MarkFlagsMutuallyExclusive("dry-run", "undo", "history")
	return c
}

func (f *applyFlags) run(c *cobra.Command) error {
	l, err := chooseLang(f.lang)
	if err != nil {
		return err
	}
	dir, err := config.DataDir(f.config, environ())
	if err != nil {
		return err
	}
	p := applier{c: c, dir: dir, lang: l, order: app.ApplyOrder{Server: f.server, By: whoami(), Restart: f.restarted}}
	switch {
	case f.history:
		return p.history()
	case f.undo:
		if err := p.showLast(); err != nil {
			return err
		}
		p.order.Undo = true
	default:
		if empty, err := p.show(); err != nil || empty || f.dry {
			return err
		}
	}
	if !f.yes {
		if ok, err := p.agreed(); err != nil || !ok {
			return err
		}
	}
	return p.apply()
}

// whoami is who runs the command, for the history.
func whoami() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "command"
}

// applier is one run of the command.
type applier struct {
	c     *cobra.Command
	dir   string
	lang  demo.Lang
	order app.ApplyOrder
}

func (p *applier) say(ko, en string, args ...any) {
	fmt.Fprintln(p.c.OutOrStdout(), inLang(p.lang, ko, en, args...))
}

// ask has the gateway do an order.
func (p *applier) ask(o app.ApplyOrder) (app.ApplyNews, error) {
	n, err := app.RemoteApply(p.c.Context(), p.dir, o, p.stage)
	if errors.Is(err, app.ErrNotRunning) {
		return n, fmt.Errorf("%w; start it with: dipcast serve", err)
	}
	return n, err
}

var stageTexts = map[apply.Stage][2]string{
	app.StageGetting + apply.Stage(asteriskproc.StepWait):     {"다른 프로세스가 Asterisk를 준비하고 있어 기다립니다…", "another process is getting Asterisk; waiting for it…"},
	app.StageGetting + apply.Stage(asteriskproc.StepIndex):    {"Asterisk를 준비하고 있어 기다립니다 (처음 한 번만, 약 90 MB): 꾸러미 목록…", "waiting until Asterisk is there (once, about 90 MB): list of packages…"},
	app.StageGetting + apply.Stage(asteriskproc.StepDownload): {"내려받고 있습니다…", "downloading…"},
	app.StageGetting + apply.Stage(asteriskproc.StepUnpack):   {"풀고 있습니다…", "unpacking…"},
	app.StageGetting + apply.Stage(asteriskproc.StepVoice):    {"한국어 안내 음성을 만들고 있습니다…", "making the Korean prompts…"},
	app.StageGetting + apply.Stage(asteriskproc.StepDone):     {"Asterisk를 시작하고 있습니다…", "starting Asterisk…"},

	apply.StagePlan:   {"바뀌는 것을 찾습니다…", "looking for what changes…"},
	apply.StageCheck:  {"따로 띄운 Asterisk에서 시험합니다…", "trying it out on an Asterisk of its own…"},
	apply.StageWrite:  {"파일을 씁니다…", "writing the files…"},
	apply.StageReload: {"바뀐 것만 다시 읽게 합니다…", "reloading what changed…"},
	apply.StageVerify: {"적용되었는지 확인합니다…", "reading back whether it took…"},
	apply.StageBack:   {"되돌립니다…", "putting the former files back…"},
}

func (p *applier) stage(s apply.Stage) {
	if t, ok := stageTexts[s]; ok {
		p.say("%s", "%s", inLang(p.lang, t[0], t[1]))
	}
}

// show prints what would change, and reports whether that is nothing.
func (p *applier) show() (empty bool, err error) {
	o := p.order
	o.DryRun = true
	n, err := p.ask(o)
	if err != nil {
		return false, err
	}
	if n.Error != "" {
		return false, errors.New(n.Error)
	}
	p.warn(n.Plan.Warnings)
	if n.Plan.Empty() {
		p.say("바뀌는 것이 없습니다. Asterisk는 설명된 대로입니다.", "Nothing changes: Asterisk is as it is described.")
		p.needRestart(n.Plan.Restart)
		return len(n.Plan.Restart) == 0 || !p.order.Restart, nil
	}
	out := p.c.OutOrStdout()
	for _, c := range n.Plan.Changes {
		fmt.Fprint(out, c.Diff)
	}
	p.say("\n바뀌는 것:", "\nWhat changes:")
	for _, line := range n.Summary {
		fmt.Fprintln(out, "  "+line)
	}
	p.needRestart(n.Plan.Restart)
	return false, nil
}

func (p *applier) warn(warnings []string) {
	for _, line := range warnings {
		p.say("주의: %s", "Note: %s", line)
	}
	if len(warnings) > 0 {
		fmt.Fprintln(p.c.OutOrStdout())
	}
}

func (p *applier) needRestart(why []string) {
	if len(why) == 0 {
		return
	}
	p.say("Asterisk를 다시 시작해야 적용되는 것:", "Counts only after a restart of Asterisk:")
	for _, line := range why {
		fmt.Fprintln(p.c.OutOrStdout(), "  "+line)
	}
}

// agreed asks whether to go on. Without somebody to ask it says how.
func (p *applier) agreed() (bool, error) {
	if !isTerminal(p.c.OutOrStdout()) {
		return false, errors.New("nothing was changed: there is nobody to ask; say --yes")
	}
	fmt.Fprint(p.c.OutOrStdout(), inLang(p.lang, "적용할까요? [y/N] ", "Apply? [y/N] "))
	line, err := bufio.NewReader(p.c.InOrStdin()).ReadString('\n')
	if err != nil {
		return false, fmt.Errorf("nothing was changed: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes", "예", "네":
		return true, nil
	}
	p.say("아무것도 바꾸지 않았습니다.", "Nothing was changed.")
	return false, nil
}

// apply does it, and says how it ended.
func (p *applier) apply() error {
	n, err := p.ask(p.order)
	if err != nil {
		return err
	}
	if n.Error != "" {
		text := map[string][2]string{
			"refused":     {"적용하지 않았습니다. 새 파일에 문제가 있습니다:", "Nothing was changed. The new files are not good:"},
			"rolled_back": {"적용되지 않아 이전 파일로 되돌렸습니다:", "It did not take, and the former files are back:"},
			"unsettled":   {"이전 파일로 되돌렸지만 Asterisk가 다시 읽지 못했습니다. 다시 apply 하세요:", "The former files are back, but Asterisk did not load them. Apply again:"},
			"unreachable": {"적용하지 않았습니다. Asterisk에 연결되지 않습니다:", "Nothing was changed. Asterisk cannot be reached:"},
			"busy":        {"다른 apply가 진행 중입니다:", "Another apply is running:"},
		}[n.Kind]
		if text[0] != "" {
			fmt.Fprintln(p.c.ErrOrStderr(), inLang(p.lang, text[0], text[1]))
		}
		for _, f := range n.Findings {
			fmt.Fprintln(p.c.ErrOrStderr(), "  "+f.String())
		}
		if len(n.Findings) > 0 {
			return errSilent
		}
		return errors.New(n.Error)
	}
	if n.Outcome.Record != "" {
		p.say("적용했습니다. (%s, 진행 중이던 통화 %d건은 그대로입니다)", "Applied. (%s; %d calls went on)", n.Outcome.Record, max(0, n.Outcome.Calls))
	} else if !n.Outcome.Restarting {
		p.say("바뀌는 것이 없습니다. Asterisk는 설명된 대로입니다.", "Nothing changes: Asterisk is as it is described.")
	}
	if p.order.Undo {
		p.say("설명은 그대로이므로 다음 apply에서 다시 적용됩니다.", "What is described is still described: the next apply brings it back.")
	}
	switch {
	case n.Outcome.Restarting:
		p.say("통화가 없어지면 Asterisk를 다시 시작합니다.", "Asterisk restarts as soon as no call is up.")
	case len(n.Outcome.Plan.Restart) > 0:
		p.needRestart(n.Outcome.Plan.Restart)
	}
	return nil
}

func (p *applier) records() ([]apply.Record, error) {
	o := p.order
	o.History = true
	n, err := p.ask(o)
	if err != nil {
		return nil, err
	}
	if n.Error != "" {
		return nil, errors.New(n.Error)
	}
	return n.Records, nil
}

// history prints the last applies, the newest first.
func (p *applier) history() error {
	all, err := p.records()
	if err != nil {
		return err
	}
	if len(all) == 0 {
		p.say("아직 적용한 적이 없습니다.", "Nothing was applied yet.")
	}
	for i := range all {
		p.print(&all[i])
	}
	return nil
}

func (p *applier) print(r *apply.Record) {
	out := p.c.OutOrStdout()
	note := ""
	if r.Undoes != "" {
		note = inLang(p.lang, " (%s 되돌림)", " (undoes %s)", r.Undoes)
	} else if r.Undone != "" {
		note = inLang(p.lang, " (%s에서 되돌림)", " (undone by %s)", r.Undone)
	}
	fmt.Fprintf(out, "%s  %s  %s%s\n", r.ID, r.By, r.Outcome, note)
	for _, line := range r.Summary {
		fmt.Fprintln(out, "    "+line)
	}
	if r.Reason != "" {
		fmt.Fprintln(out, "    "+r.Reason)
	}
}

// showLast prints the apply that an undo would undo.
func (p *applier) showLast() error {
	all, err := p.records()
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Reversible() {
			p.say("되돌릴 것:", "To be undone:")
			p.print(&all[i])
			return nil
		}
	}
	return apply.ErrNoHistory
}
