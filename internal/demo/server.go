package demo

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// stopTimeout is how long an Asterisk gets for an orderly end.
const stopTimeout = 3 * time.Second

// An Asterisk that ends again within healthy, or does not come up, is started
// after ever longer pauses, up to lastPause.
const (
	healthy   = 5 * time.Second
	lastPause = 30 * time.Second
)

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
	plan    *serverPlan
	version string
	pause   time.Duration
	screen  *screen
	again   func(ctx context.Context) // run after every start but the first

	inst *asteriskproc.Instance
	life sync.Mutex // held while it is started or stopped
	held bool       // stopped on purpose; guarded by life
	wake chan struct{}
}

// startAsterisk writes the files and starts the server on them.
func startAsterisk(ctx context.Context, tree *asteriskproc.Tree, in asteriskconf.Input) (*asteriskproc.Instance, error) {
	files, err := asteriskconf.Render(in)
	if err != nil {
		return nil, err
	}
	if err := asteriskproc.WriteFiles(in.Dirs.Base, files); err != nil {
		return nil, err
	}
	return asteriskproc.Start(ctx, asteriskproc.RunOptions{Tree: tree, Dir: in.Dirs.Base, StopTimeout: stopTimeout})
}

func (a *asterisk) stop() {
	a.life.Lock()
	defer a.life.Unlock()
	a.held = true
	a.inst.Stop()
}

func (a *asterisk) start(ctx context.Context) error {
	a.life.Lock()
	defer a.life.Unlock()
	if err := a.restart(ctx); err != nil {
		return err
	}
	a.held = false
	select {
	case a.wake <- struct{}{}:
	default:
	}
	return nil
}

// restart starts the server unless it runs. The caller holds life.
func (a *asterisk) restart(ctx context.Context) error {
	if a.inst.PID() != 0 {
		return nil
	}
	if err := a.inst.Restart(ctx); err != nil {
		return fmt.Errorf("server %d: %w", a.plan.id, err)
	}
	a.again(ctx)
	return nil
}

// close ends the server for good.
func (a *asterisk) close() {
	a.life.Lock()
	defer a.life.Unlock()
	a.held = true
	a.inst.Stop()
}

var (
	textEnded   = say{"서버 %d %s: Asterisk가 멈췄습니다. %.0f초 뒤에 다시 시작합니다.", "server %d %s: Asterisk ended. It is started again in %.0f s."}
	textStarted = say{"서버 %d %s: Asterisk를 다시 시작했습니다. (pid %d)", "server %d %s: Asterisk was started again. (pid %d)"}
	textFailed  = say{"서버 %d %s: 다시 시작하지 못했습니다. %.0f초 뒤에 또 해 봅니다: %v", "server %d %s: it did not start; next attempt in %.0f s: %v"}
)

// supervise starts the server again when it ends by itself, until ctx ends.
func (a *asterisk) supervise(ctx context.Context) {
	pause, failed := a.pause, false
	for {
		began := time.Now()
		select {
		case <-a.inst.Done():
		case <-ctx.Done():
			return
		}
		if a.isHeld() {
			select {
			case <-a.wake:
			case <-ctx.Done():
				return
			}
			continue
		}
		if time.Since(began) > healthy {
			pause = a.pause
		}
		if !failed {
			a.screen.event(time.Now(), textEnded, a.plan.id, a.plan.name, pause.Seconds())
		}
		if !wait(ctx, pause) {
			return
		}
		ran, err := a.revive(ctx)
		if ctx.Err() != nil {
			return
		}
		pause, failed = min(2*pause, lastPause), err != nil
		switch {
		case failed:
			a.screen.event(time.Now(), textFailed, a.plan.id, a.plan.name, pause.Seconds(), firstLine(err))
		case ran:
			a.screen.event(time.Now(), textStarted, a.plan.id, a.plan.name, a.inst.PID())
		}
	}
}

// revive starts the server unless someone stopped it on purpose meanwhile.
func (a *asterisk) revive(ctx context.Context) (ran bool, err error) {
	a.life.Lock()
	defer a.life.Unlock()
	if a.held || a.inst.PID() != 0 {
		return false, nil
	}
	return true, a.restart(ctx)
}

func (a *asterisk) isHeld() bool {
	a.life.Lock()
	defer a.life.Unlock()
	return a.held
}

func (a *asterisk) describe() (what, where string) {
	p := a.plan
	return fmt.Sprintf("Asterisk %s (pid %d)", a.version, a.inst.PID()),
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
