package asteriskproc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/dipcast/dipcast/internal/sounds"
)

// dataDir is the data folder of an instance, below its own.
const dataDir = "data"

// maxSocketPath is the longest path of a Unix socket, sun_path of unix(7) less
// its closing NUL. Asterisk's control socket lies in the instance's folder.
const maxSocketPath = 107

// RunOptions says which Asterisk to run and where.
type RunOptions struct {
	Tree *Tree // required
	// Dir is the instance's folder, absolute. It holds etc with asterisk.conf
	// (see WriteFiles and package asteriskconf); var, spool, run, log and data
	// (see Tree.Dirs) are made when missing. Required, and short: the control socket
	// Dir/run/asterisk.ctl must fit into 107 bytes.
	Dir string
	// ReadyTimeout bounds the wait for a fully booted Asterisk. Zero means 30 s.
	ReadyTimeout time.Duration
	// StopTimeout is how long Stop waits for an orderly end before it kills.
	// Zero means 10 s.
	StopTimeout time.Duration
	// Env is added to the environment, as "NAME=value". May be nil.
	Env []string
}

// Instance is a running Asterisk. Its methods may be called from any goroutine.
type Instance struct {
	o RunOptions

	mu   sync.Mutex              // held while starting or stopping
	proc atomic.Pointer[process] // nil when stopped on purpose; stored under mu
}

// process is one run of Asterisk.
type process struct {
	os   *os.Process
	done chan struct{} // closed when the process has ended
	end  string        // how it ended, "exit status 1"; read after done
}

// Start runs the tree's Asterisk on the configuration in o.Dir/etc and returns
// when it is fully booted: from then on AMI answers. An Asterisk that does not
// get there is stopped, and the error holds the end of what it printed.
func Start(ctx context.Context, o RunOptions) (*Instance, error) {
	i, err := prepare(o)
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if err := i.start(ctx); err != nil {
		return nil, err
	}
	return i, nil
}

// prepare checks the options. The Instance does not run yet.
func prepare(o RunOptions) (*Instance, error) {
	if o.Tree == nil {
		return nil, errors.New("start asterisk: no tree given")
	}
	if !filepath.IsAbs(o.Dir) { // asterisk -C takes a relative path for one below its own default
		return nil, fmt.Errorf("start asterisk: folder %q is not absolute", o.Dir)
	}
	if ctl := filepath.Join(o.Dir, "run", "asterisk.ctl"); len(ctl) > maxSocketPath {
		return nil, fmt.Errorf("start asterisk: %s is longer than the %d bytes a control socket's path may have; use a shorter folder", ctl, maxSocketPath)
	}
	if o.ReadyTimeout == 0 {
		o.ReadyTimeout = 30 * time.Second
	}
	if o.StopTimeout == 0 {
		o.StopTimeout = 10 * time.Second
	}
	return &Instance{o: o}, nil
}

// start runs the process and waits until it is ready. The caller holds mu.
func (i *Instance) start(ctx context.Context) error {
	for _, d := range []string{"var", "spool", "run", "log", "log/cdr-csv", "log/cdr-custom"} {
		if err := os.MkdirAll(filepath.Join(i.o.Dir, d), 0o750); err != nil {
			return fmt.Errorf("start asterisk: %w", err)
		}
	}
	if _, err := os.Stat(i.conf()); err != nil {
		return fmt.Errorf("start asterisk: %w", err)
	}
	if err := sounds.Lay(i.o.Tree.DataDir(), DataFolder(i.o.Dir)); err != nil {
		return fmt.Errorf("start asterisk: %w", err)
	}
	p, err := i.run()
	if err != nil {
		return fmt.Errorf("start asterisk: %w", err)
	}
	i.proc.Store(p)
	if err := i.ready(ctx, p); err != nil {
		i.stop()
		return fmt.Errorf("start asterisk: %w%s", err, i.lastWords())
	}
	return nil
}

// run starts the process from a goroutine that keeps its thread until the
// process has ended: the kernel ties Pdeathsig to that thread.
func (i *Instance) run() (*process, error) {
	out, err := os.OpenFile(i.ConsolePath(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	p := &process{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer out.Close()
		// Not tied to a context: the process ends by Stop, or with us.
		cmd := i.o.Tree.Command(context.Background(), "asterisk", "-C", i.conf(), "-f", "-n")
		cmd.Dir = i.o.Dir
		if cmd.Env == nil {
			cmd.Env = os.Environ()
		}
		cmd.Env = append(cmd.Env, i.o.Env...)
		cmd.Stdout, cmd.Stderr = out, out
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.os = cmd.Process
		started <- nil
		_ = cmd.Wait() // its end is told in ProcessState
		p.end = cmd.ProcessState.String()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// ready waits until Asterisk says on its control socket that it is fully
// booted. The AMI port opens some 0.3 to 0.6 s earlier, when modules are still
// missing.
func (i *Instance) ready(ctx context.Context, p *process) error {
	ctx, cancel := context.WithTimeoutCause(ctx, i.o.ReadyTimeout, fmt.Errorf("not fully booted after %v", i.o.ReadyTimeout))
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	ctl := filepath.Join(i.o.Dir, "run", "asterisk.ctl")
	for {
		select {
		case <-p.done:
			return fmt.Errorf("%w: it ended at once: %s", ErrNotRunning, p.end)
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
		if _, err := os.Stat(ctl); err != nil {
			continue
		}
		out, err := i.cli(ctx, "core waitfullybooted")
		if err == nil && strings.Contains(out, "fully booted") {
			return nil
		}
	}
}

// lastWords is the end of what Asterisk printed and logged, for an error text.
func (i *Instance) lastWords() string {
	var b strings.Builder
	for _, f := range []string{i.ConsolePath(), i.LogPath()} {
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		if len(text) > 2000 {
			text = text[len(text)-2000:]
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			fmt.Fprintf(&b, "\n%s ends with:\n%s", f, text)
		}
	}
	return b.String()
}

func (i *Instance) conf() string { return filepath.Join(i.o.Dir, "etc", "asterisk.conf") }

// LogPath is Asterisk's log file.
func (i *Instance) LogPath() string { return filepath.Join(i.o.Dir, "log", "messages") }

// ConsolePath is the file with what Asterisk printed since its last start.
func (i *Instance) ConsolePath() string { return filepath.Join(i.o.Dir, "log", "console") }

// PID is the process's number, 0 when it is stopped or has ended.
func (i *Instance) PID() int {
	if p := i.proc.Load(); p != nil {
		select {
		case <-p.done:
		default:
			return p.os.Pid
		}
	}
	return 0
}

// Done gives a channel that closes when the present process has ended, on
// purpose or not.
func (i *Instance) Done() <-chan struct{} {
	if p := i.proc.Load(); p != nil {
		return p.done
	}
	ended := make(chan struct{})
	close(ended)
	return ended
}

// Stop ends Asterisk: SIGTERM, on which it says Shutdown to its AMI clients;
// after StopTimeout SIGKILL. It returns when the process is gone, and does
// nothing when it has ended already.
func (i *Instance) Stop() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.stop()
}

func (i *Instance) stop() {
	p := i.proc.Swap(nil)
	if p == nil {
		return
	}
	p.os.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended by itself
	late := time.NewTimer(i.o.StopTimeout)
	defer late.Stop()
	select {
	case <-p.done:
	case <-late.C:
		p.os.Kill() //nolint:errcheck // it may have ended by itself
		<-p.done
	}
}

// Kill ends Asterisk at once, as a crash would, and returns when it is gone.
func (i *Instance) Kill() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if p := i.proc.Swap(nil); p != nil {
		p.os.Kill() //nolint:errcheck // it may have ended by itself
		<-p.done
	}
}

// Restart stops Asterisk if it runs and starts it anew on the same folder.
func (i *Instance) Restart(ctx context.Context) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.stop()
	return i.start(ctx)
}

// CLI runs one command of Asterisk's console, "core show channels", and gives
// what it prints. It speaks through the control socket, so needs no AMI user.
func (i *Instance) CLI(ctx context.Context, command string) (string, error) {
	if i.PID() == 0 {
		return "", fmt.Errorf("%s: %w", command, ErrNotRunning)
	}
	return i.cli(ctx, command)
}

func (i *Instance) cli(ctx context.Context, command string) (string, error) {
	cmd := i.o.Tree.Command(ctx, "asterisk", "-C", i.conf(), "-r", "-x", command)
	out, err := cmd.CombinedOutput()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return string(out), fmt.Errorf("%s: %w: %s", command, err, bytes.TrimSpace(out))
		}
		return "", fmt.Errorf("%s: %w", command, err)
	}
	return string(out), nil
}
