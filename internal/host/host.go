// Package host keeps one Asterisk as it is described: it writes its files by
// package apply, and where the configuration says so it gets the program, starts
// it and keeps it running.
package host

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/serverconf"
	"github.com/dipcast/dipcast/internal/sounds"
)

// ErrNotReady reports an Asterisk that is still being got or started for the
// first time, wrapped with why.
var ErrNotReady = errors.New("this Asterisk is not ready yet")

// ErrNoHost reports a server whose files are not ours to write.
var ErrNoHost = errors.New("there is no such server, or its configuration has no pbx: DIPCAST writes no files for it")

// ErrDescribed reports a description that no files can be made from, wrapped
// with all that is wrong.
var ErrDescribed = errors.New("no files can be made from what is described")

// Times.
const (
	retry       = 15 * time.Second // until what did not work at the start is tried again
	stopTimeout = 5 * time.Second  // for an orderly end
	pause       = time.Second      // an Asterisk that ended stays away
)

// Options configures a Host. All fields are required but those that say so.
type Options struct {
	Server   config.Server // configured (PBX), with the secrets of its users
	Config   func() *config.Config
	Describe func(ctx context.Context, server int) (serverconf.Description, error)
	// Tones keeps the recordings of companies' tones, which an apply brings to
	// the server.
	Tones   *sounds.Tones
	Environ []string // as os.Environ gives it; optional
	Logger  *slog.Logger
}

// Host is one Asterisk whose files are ours. Its methods may be called from any
// goroutine.
type Host struct {
	o   Options
	log *slog.Logger

	mu      sync.Mutex
	tree    *asteriskproc.Tree       // nil until it is found
	applier *apply.Applier           // as tree
	running *asteriskproc.Supervisor // nil unless we run it, and until its first start
	why     error                    // why the last try failed; nil while one is under way
	stopped bool
	tried   chan struct{} // closed and replaced after each try
	step    asteriskproc.Step
	stepped chan struct{} // closed and replaced when step is another
}

// New returns a Host. It does no I/O.
func New(o Options) *Host {
	return &Host{o: o, log: o.Logger.With("component", "host", "server", o.Server.ID), tried: make(chan struct{}), stepped: make(chan struct{})}
}

// ID is the server's id.
func (h *Host) ID() int { return h.o.Server.ID }

// Runs reports whether we run this Asterisk.
func (h *Host) Runs() bool { return h.o.Server.PBX.Run }

// dir is the server's folder.
func (h *Host) dir() (string, error) { return filepath.Abs(h.o.Server.PBX.Dir) }

// Run gets the program, writes the first files, starts Asterisk and keeps it
// running until ctx ends; what fails is tried again. It returns at once for a
// server that somebody else runs.
func (h *Host) Run(ctx context.Context) {
	if !h.Runs() {
		return
	}
	told := ""
	for {
		err := h.start(ctx)
		h.set(func() {
			h.why = err
			close(h.tried)
			h.tried = make(chan struct{})
		})
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return
		}
		if err.Error() != told {
			told = err.Error()
			h.log.Error("asterisk not started, it is tried again", "error", err, "retry", retry)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retry):
		}
	}
	h.supervisor().Run(ctx)
}

// Stop ends an Asterisk that we run, for good.
func (h *Host) Stop() {
	var s *asteriskproc.Supervisor
	h.set(func() { h.stopped, s = true, h.running })
	if s != nil {
		s.Stop()
	}
}

func (h *Host) supervisor() *asteriskproc.Supervisor {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.running
}

func (h *Host) set(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

// start is one try to get it running.
func (h *Host) start(ctx context.Context) error {
	dir, err := h.dir()
	if err != nil {
		return err
	}
	tree, a, err := h.program(ctx)
	if err != nil {
		return err
	}
	// Nobody may read files that an apply left half.
	if _, err := a.Recover(); err != nil {
		return err
	}
	if err := h.first(ctx, a, tree, dir); err != nil {
		return err
	}
	s, err := asteriskproc.Supervise(asteriskproc.SupervisorOptions{
		Run:    asteriskproc.RunOptions{Tree: tree, Dir: dir, StopTimeout: stopTimeout},
		Pause:  pause,
		Before: func(context.Context) error { return ownFiles(a) },
		On:     h.happened,
	})
	if err != nil {
		return err
	}
	if err := s.Start(ctx); err != nil {
		return err
	}
	stopped := false
	h.set(func() { h.running, stopped = s, h.stopped })
	if stopped { // meanwhile
		s.Stop()
		return context.Canceled
	}
	h.log.Info("asterisk runs", "version", tree.Version, "pid", s.Instance().PID(), "dir", dir)
	return nil
}

// ownFiles sees to the files before a start: an apply that was cut off is
// undone. Where one is under way Asterisk ended in its middle, and it goes back by
// itself.
func ownFiles(a *apply.Applier) error {
	_, err := a.Recover()
	if errors.Is(err, apply.ErrBusy) {
		return nil
	}
	return errors.Join(err, a.Restarted())
}

func (h *Host) happened(e asteriskproc.Happening) {
	switch e.What {
	case asteriskproc.Ended:
		h.log.Warn("asterisk ended, it is started again", "pause", e.Pause)
	case asteriskproc.Failed:
		h.log.Error("asterisk did not start, it is tried again", "error", e.Err, "pause", e.Pause)
	case asteriskproc.Started:
		h.log.Info("asterisk runs again", "pid", e.PID)
	}
}

// program finds the program, or gets it when we run it, and with it what
// applies files.
func (h *Host) program(ctx context.Context) (*asteriskproc.Tree, *apply.Applier, error) {
	h.mu.Lock()
	tree, a := h.tree, h.applier
	h.mu.Unlock()
	if a != nil {
		return tree, a, nil
	}
	p := &h.o.Server.PBX
	tree, err := serverconf.OpenTree(ctx, p, h.o.Environ)
	if p.Run && p.Tree == "" && (err != nil || tree.Root != "/") {
		tree, err = h.get(ctx, tree)
	}
	if err != nil {
		return nil, nil, err
	}
	dir, err := h.dir()
	if err != nil {
		return nil, nil, err
	}
	s := &h.o.Server
	link := ami.Options{Address: s.Address, Auth: s.Auth, Username: s.Users.Database.Username, Secret: s.Users.Database.Secret.Reveal()}
	if s.TLS {
		link.TLS = &ami.TLSOptions{CAFile: s.CAFile, InsecureSkipVerify: s.InsecureSkipVerify}
	}
	a = apply.New(apply.Options{
		Dir: dir, AMI: link, Logger: h.log,
		Check: apply.Scratch(apply.ScratchOptions{Tree: tree, Dir: dir}),
	})
	h.set(func() { h.tree, h.applier = tree, a })
	return tree, a, nil
}

// get gives a whole program with its prompts, unpacking what is missing. Without
// the prompts it is taken as it is.
func (h *Host) get(ctx context.Context, found *asteriskproc.Tree) (*asteriskproc.Tree, error) {
	tree, err := asteriskproc.Install(ctx, asteriskproc.InstallOptions{Version: asteriskproc.Version(h.o.Server.PBX.Version), Progress: h.installing()})
	if err != nil && found != nil {
		h.log.Warn("asterisk is used as it was found", "error", err)
		return found, nil
	}
	return tree, err
}

// installing logs each step of getting the program once.
func (h *Host) installing() func(asteriskproc.Progress) {
	var last asteriskproc.Step
	return func(p asteriskproc.Progress) {
		if p.Step != last {
			last = p.Step
			h.log.Info("getting asterisk; this takes some minutes, once", "step", p.Step)
			h.set(func() {
				h.step = p.Step
				close(h.stepped)
				h.stepped = make(chan struct{})
			})
		}
	}
}

// rendering is what is made of what is described now.
type rendering struct {
	files map[string]string
	// warnings say what people should know of it.
	warnings []string
}

// rendered makes the files as described now. With bring, the recordings that
// they name are brought to the server's folder.
func (h *Host) rendered(ctx context.Context, tree *asteriskproc.Tree, bring bool) (r rendering, err error) {
	d, err := h.o.Describe(ctx, h.ID())
	if err != nil {
		return r, err
	}
	dirs := serverconf.Dirs(tree)
	base, err := h.dir()
	if err != nil {
		return r, err
	}
	// One that we start, or that the demo does, has a data folder of its own.
	if _, err := os.Stat(asteriskproc.DataFolder(base)); err == nil || h.o.Server.PBX.Run {
		dirs = tree.Dirs(base)
	}
	in, err := serverconf.Input(h.o.Config(), &h.o.Server, dirs, d)
	if err != nil {
		return r, fmt.Errorf("%w: %w", ErrDescribed, err)
	}
	if in.Recordings, err = h.o.Tones.Recordings(base, d.Companies); err != nil {
		return r, err
	}
	if r.files, err = asteriskconf.Render(in); err != nil {
		return r, fmt.Errorf("%w: %w", ErrDescribed, err)
	}
	for _, u := range in.Unheard() {
		r.warnings = append(r.warnings, u.String())
	}
	if bring {
		err = h.o.Tones.Bring(base, d.Companies)
	}
	return r, err
}

// own are the files that tie a server to us and to the program rather than say
// what a company has: they are brought up to date at every start.
var own = []string{"etc/asterisk.conf", "etc/manager.conf"}

// first writes all files when there are none, else those that are ours alone.
// What else is described since the last apply waits for the next one.
func (h *Host) first(ctx context.Context, a *apply.Applier, tree *asteriskproc.Tree, dir string) error {
	made, err := h.rendered(ctx, tree, true)
	if err != nil {
		return err
	}
	wanted := made.files
	if _, err := os.Stat(filepath.Join(dir, "etc", "asterisk.conf")); err == nil {
		now, err := a.Current()
		if err != nil {
			return err
		}
		for _, name := range own {
			now[name] = wanted[name]
		}
		wanted = now
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	_, err = a.Apply(ctx, wanted, apply.Order{By: "start of the gateway", Offline: true})
	return err
}

// PID is the number of the Asterisk's process, 0 when we do not run one now.
func (h *Host) PID() int {
	if s := h.supervisor(); s != nil {
		return s.Instance().PID()
	}
	return 0
}

// Tree is the program of the server, nil when it is not found without getting it.
func (h *Host) Tree(ctx context.Context) *asteriskproc.Tree {
	h.mu.Lock()
	tree := h.tree
	h.mu.Unlock()
	if tree == nil {
		tree, _ = serverconf.OpenTree(ctx, &h.o.Server.PBX, h.o.Environ) // nil with an error
	}
	return tree
}
