package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// Demo is a running demo. Its methods may be called from any goroutine.
type Demo struct {
	o      Options
	log    *slog.Logger
	screen *screen

	dir      *workdir
	plan     *plan
	config   *config.Config // of the gateway
	backends map[int]backend
	why      error // why calls are recorded; nil when they are real
	recorded bool

	phones  map[phoneKey]*sipphone.Phone
	network *sipphone.Network
	scripts scripts

	app     *app.App
	works   string // http://host:port of the NAVER WORKS
	watcher *watcher
	failed  chan error

	closing sync.Once
	undo    []func() // what Close does, last first
}

// readyTimeout bounds the time from the first process to the last thing ready.
const readyTimeout = 60 * time.Second

// Start starts the demo and returns when it is ready: /readyz answers 200, both
// servers are linked and every phone is registered. ctx bounds the start only;
// the demo lives until Close. When ctx ends during the start, or it fails,
// everything is undone.
//
// Errors: *AddressError, *PortError, those of asteriskproc with SourceAsterisk.
func Start(ctx context.Context, o Options) (_ *Demo, err error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	d := &Demo{
		o: o, log: o.Logger, screen: newScreen(&o), failed: make(chan error, 1),
		backends: map[int]backend{}, phones: map[phoneKey]*sipphone.Phone{},
	}
	defer func() {
		if err != nil {
			d.screen.done()
			d.Close()
		}
	}()
	if err := errors.Join(checkFree(ctx, "--listen", o.Listen), checkFree(ctx, "--dcmiws-listen", o.DCMIWSListen)); err != nil {
		return nil, err
	}
	if d.dir, err = newWorkdir(o.TempDir); err != nil {
		return nil, err
	}
	d.onClose(func() {
		if err := d.dir.remove(); err != nil {
			d.log.Warn("the demo's folder is not removed", "error", err)
		}
	})
	d.plan, err = newPlan(o.Furnished)
	d.onClose(d.plan.ports.Close) // when all that listened has ended
	if err != nil {
		return nil, err
	}
	if err := d.startServers(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, readyTimeout, fmt.Errorf("not ready after %v", readyTimeout))
	defer cancel()
	if err := d.startGateway(ctx); err != nil {
		return nil, err
	}
	if err := d.ready(ctx); err != nil {
		return nil, err
	}
	d.summary()
	d.run()
	return d, nil
}

// startServers starts what stands behind the AMIServerIDs: Asterisks with
// phones and a network, or recorded calls.
func (d *Demo) startServers(ctx context.Context) error {
	if d.o.Source == SourceRecorded {
		return d.startRecorded()
	}
	tree, err := d.install(ctx)
	if err == nil {
		if err = d.startAsterisks(ctx, tree); err == nil {
			return nil
		}
	}
	if ctx.Err() != nil || d.o.Source == SourceAsterisk || errors.Is(err, asteriskproc.ErrNotATree) {
		return err
	}
	d.why = err
	return d.startRecorded()
}

// startAsterisks starts both servers side by side, then network and phones.
// What it started is undone when it fails.
func (d *Demo) startAsterisks(ctx context.Context, tree *asteriskproc.Tree) (err error) {
	kept := len(d.undo)
	defer func() {
		if err != nil {
			d.unwind(kept)
		}
	}()
	d.screen.progress(textStarting.in(d.o.Lang), "…")
	if d.config, err = d.plan.gateway(&d.o, d.dir.path, tree); err != nil {
		return err
	}
	failed := make([]error, len(d.plan.servers))
	var stops []func()
	var wg sync.WaitGroup
	for i := range d.plan.servers {
		s := &d.plan.servers[i]
		a, err := d.newAsterisk(s, tree, func(ctx context.Context) { d.registerAt(ctx, i+1) })
		if err != nil {
			failed[i] = err
			continue
		}
		d.backends[s.id] = a
		stops = append(stops, a.close)
		wg.Go(func() { failed[i] = a.start(ctx) })
	}
	wg.Wait()
	d.onClose(func() { together(stops) })
	if err := errors.Join(failed...); err != nil {
		return err
	}
	if err := d.startNetwork(ctx); err != nil {
		return err
	}
	if err := d.startPhones(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	return d.registered(ctx)
}

// together runs all of fs at the same time and waits for them.
func together(fs []func()) {
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Go(f)
	}
	wg.Wait()
}

// startGateway starts DIPCAST itself.
func (d *Demo) startGateway(ctx context.Context) error {
	if d.recorded {
		var err error
		if d.config, err = d.plan.gateway(&d.o, d.dir.path, nil); err != nil {
			return err
		}
	}
	d.watcher = newWatcher(d.o.Lang)
	d.app = app.New(app.Options{Config: d.config, Version: d.o.Version, Logger: d.log, Sink: d.watcher, Sounds: d.soundFolders()})
	if err := d.app.Start(ctx); err != nil {
		return err
	}
	d.onClose(func() { d.watcher.listen(false); d.app.Stop() })
	if !d.recorded {
		if err := d.describe(ctx); err != nil {
			return err
		}
	}
	return d.startWorks(ctx)
}

// run starts what goes on until Close.
func (d *Demo) run() {
	d.background(func(ctx context.Context) { d.watcher.write(ctx, d.screen) })
	d.watcher.listen(true)
	for _, b := range d.backends {
		d.background(b.supervise)
	}
	if !d.recorded && !d.o.Quiet {
		d.background(d.traffic)
	}
}

// onClose registers what undoes something that now exists.
func (d *Demo) onClose(f func()) { d.undo = append(d.undo, f) }

// background runs f until Close, which waits for it.
func (d *Demo) background(f func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { f(ctx) })
	d.onClose(func() { cancel(); wg.Wait() })
}

// unwind undoes what was registered, down to the first n.
func (d *Demo) unwind(n int) {
	for i := len(d.undo) - 1; i >= n; i-- {
		d.undo[i]()
	}
	d.undo = d.undo[:n]
}

// Close ends the demo: its calls, the gateway, phones, servers. It returns when
// no process and no file of it is left. Further calls do nothing.
func (d *Demo) Close() {
	d.closing.Do(func() { d.unwind(0) })
}

// Failed tells of a listener that broke while running.
func (d *Demo) Failed() <-chan error { return d.app.Failed() }
