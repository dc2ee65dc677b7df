package demo

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// stopTimeout is how long an Asterisk gets for an orderly end.
const stopTimeout = 3 * time.Second

// backend is what stands behind one AMIServerID: an Asterisk, or a player of
// recorded calls.
type backend interface {
	stop()
	start(ctx context.Context) error
	// supervise starts it anew when it ends by itself, until ctx ends.
	supervise(ctx context.Context)
	describe() (what, where string)
	close()
}

// asterisk is one Asterisk of the demo.
type asterisk struct {
	*asteriskproc.Supervisor
	plan    *serverPlan
	version string
}

// newAsterisk writes the files of a server. again runs after every start but
// the first.
func (d *Demo) newAsterisk(plan *serverPlan, tree *asteriskproc.Tree, again func(context.Context)) (*asterisk, error) {
	files, err := d.plan.files(d.config, plan.id, tree)
	if err != nil {
		return nil, err
	}
	dir := d.config.Server(plan.id).PBX.Dir
	if err := asteriskproc.WriteFiles(dir, apply.Marked(dir, files)); err != nil {
		return nil, err
	}
	a := &asterisk{plan: plan, version: tree.Version}
	a.Supervisor, err = asteriskproc.Supervise(asteriskproc.SupervisorOptions{
		Run:   asteriskproc.RunOptions{Tree: tree, Dir: dir, StopTimeout: stopTimeout},
		Pause: d.o.RestartAfter, Again: again,
		On: func(h asteriskproc.Happening) { d.happened(plan, h) },
	})
	return a, err
}

// soundFolders are where the servers' Asterisks look for prompts.
func (d *Demo) soundFolders() []string {
	var all []string
	for i := range d.plan.servers {
		all = append(all, asteriskproc.DataFolder(filepath.Join(d.dir.path, strconv.Itoa(d.plan.servers[i].id))))
	}
	return all
}

func (a *asterisk) stop() { a.Stop() }

func (a *asterisk) start(ctx context.Context) error {
	if err := a.Start(ctx); err != nil {
		return fmt.Errorf("server %d: %w", a.plan.id, err)
	}
	return nil
}

func (a *asterisk) supervise(ctx context.Context) { a.Run(ctx) }

// close ends the server for good.
func (a *asterisk) close() { a.Stop() }

var (
	textEnded   = say{"서버 %d %s: Asterisk가 멈췄습니다. %.0f초 뒤에 다시 시작합니다.", "server %d %s: Asterisk ended. It is started again in %.0f s."}
	textStarted = say{"서버 %d %s: Asterisk를 다시 시작했습니다. (pid %d)", "server %d %s: Asterisk was started again. (pid %d)"}
	textFailed  = say{"서버 %d %s: 다시 시작하지 못했습니다. %.0f초 뒤에 또 해 봅니다: %v", "server %d %s: it did not start; next attempt in %.0f s: %v"}
)

// happened shows what a supervisor tells.
func (d *Demo) happened(p *serverPlan, h asteriskproc.Happening) {
	switch h.What {
	case asteriskproc.Ended:
		d.screen.event(time.Now(), textEnded, p.id, p.name, h.Pause.Seconds())
	case asteriskproc.Failed:
		d.screen.event(time.Now(), textFailed, p.id, p.name, h.Pause.Seconds(), firstLine(h.Err))
	case asteriskproc.Started:
		d.screen.event(time.Now(), textStarted, p.id, p.name, h.PID)
	}
}

func (a *asterisk) describe() (what, where string) {
	p := a.plan
	return fmt.Sprintf("Asterisk %s (pid %d)", a.version, a.Instance().PID()),
		fmt.Sprintf("AMI %s · SIP %s/udp · RTP %d–%d/udp", hostPort(p.ami), hostPort(p.sip), p.rtp, p.rtp+rtpPorts-1)
}

// wait returns false when ctx ends before d is over.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
