package host

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// patience bounds the wait for the first start of an Asterisk.
const patience = time.Minute

// Order is an apply as asked for.
type Order struct {
	By   string // who asks, for the history
	Undo bool   // back to the files before the last apply
	// Restart has an Asterisk that we run restart as soon as no call is up,
	// when the change needs it.
	Restart bool
	// Progress is told each stage when it begins. It must not block. Nil: nobody.
	Progress func(apply.Stage)
}

// Outcome is what an apply did.
type Outcome struct {
	*apply.Result
	// Restarting reports that Asterisk restarts when no call is up.
	Restarting bool `json:"restarting,omitempty"`
}

// Await waits for the first start of an Asterisk that we run, as long as it is
// under way: what fails is no reason to wait. told is told each step of getting
// the program, StepDone when it is there and only starts; it must not block.
func (h *Host) Await(ctx context.Context, told func(asteriskproc.Step)) {
	if !h.Runs() {
		return
	}
	last := asteriskproc.Step("")
	for {
		h.mu.Lock()
		over := h.running != nil || h.why != nil || h.stopped
		step, tried, stepped := h.step, h.tried, h.stepped
		h.mu.Unlock()
		if over {
			return
		}
		if step != last {
			last = step
			told(step)
		}
		select {
		case <-tried:
		case <-stepped:
		case <-ctx.Done():
			return
		}
	}
}

// ready gives what applies files, once there is something to apply them to. It
// waits for the first start of an Asterisk that we run, but not for a further
// try.
func (h *Host) ready(ctx context.Context) (*asteriskproc.Tree, *apply.Applier, error) {
	if !h.Runs() {
		return h.program(ctx)
	}
	late := time.After(patience)
	for {
		h.mu.Lock()
		running, why, tried := h.running, h.why, h.tried
		tree, a := h.tree, h.applier
		h.mu.Unlock()
		switch {
		case running != nil:
			return tree, a, nil
		case why != nil:
			return nil, nil, fmt.Errorf("%w: %w", ErrNotReady, why)
		}
		select {
		case <-tried:
		case <-late:
			return nil, nil, fmt.Errorf("%w: it is still being got and started; the log says how far it is", ErrNotReady)
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		}
	}
}

// Pending is what an apply would change now.
func (h *Host) Pending(ctx context.Context) (*apply.Plan, error) {
	tree, a, err := h.ready(ctx)
	if err != nil {
		return nil, err
	}
	made, err := h.rendered(ctx, tree, false)
	if err != nil {
		return nil, err
	}
	p, err := a.Plan(made.files)
	if err != nil {
		return nil, err
	}
	p.Warnings = made.warnings
	return p, nil
}

// Apply makes the server as it is described, or undoes the last apply. Its
// errors are those of package apply, ErrNotReady and ErrDescribed.
func (h *Host) Apply(ctx context.Context, o Order) (*Outcome, error) {
	tree, a, err := h.ready(ctx)
	if err != nil {
		return nil, err
	}
	order := apply.Order{By: o.By, Progress: o.Progress}
	// One that we run and that is down reads its files when it comes back.
	order.Offline = h.Runs() && h.supervisor().Instance().PID() == 0
	out := &Outcome{}
	if o.Undo {
		out.Result, err = a.Undo(ctx, order)
	} else {
		made, renderErr := h.rendered(ctx, tree, true)
		if renderErr != nil {
			return nil, renderErr
		}
		former := h.musicConf()
		if out.Result, err = a.Apply(ctx, made.files, order); err == nil {
			out.Plan.Warnings = made.warnings
			h.sweep(out.Record != "", former)
		}
	}
	if err != nil {
		return out, err
	}
	if o.Restart && len(out.Plan.Restart) > 0 && h.Runs() {
		// It ends when no call is up, and is started again.
		if _, err := h.supervisor().Instance().CLI(ctx, "core stop when convenient"); err != nil && !errors.Is(err, asteriskproc.ErrNotRunning) {
			return out, fmt.Errorf("applied, but Asterisk does not restart: %w", err)
		}
		out.Restarting = true
	}
	return out, nil
}

// History is the last applies, the newest first.
func (h *Host) History(ctx context.Context) ([]apply.Record, error) {
	_, a, err := h.ready(ctx)
	if err != nil {
		return nil, err
	}
	return a.History()
}
