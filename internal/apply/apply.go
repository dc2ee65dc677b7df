package apply

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// Bounds in time. Once files are replaced an apply goes to its end, or back,
// whoever asked for it.
const (
	reloadTimeout   = 60 * time.Second
	rollbackTimeout = 45 * time.Second
)

// Options configures an Applier.
type Options struct {
	// Dir is the server's folder, with etc below it. Required, absolute.
	Dir string
	// AMI is how its manager interface is reached, with the user for the
	// database: it needs the classes system and reporting to write. Required.
	AMI ami.Options
	// Check tries the new files out before they are written; see Scratch.
	// Nil: they are not tried out.
	Check  func(ctx context.Context, files map[string]string) error
	Logger *slog.Logger // default: discard

	now  func() time.Time // for tests
	step func()           // called before each step on the disk, for tests

	rollbackTimeout time.Duration // of telling Asterisk, default rollbackTimeout
}

// Stage is how far an apply is.
type Stage string

// The stages, in order. StageBack only comes when something failed.
const (
	StagePlan   Stage = "plan"
	StageCheck  Stage = "check"
	StageWrite  Stage = "write"
	StageReload Stage = "reload"
	StageVerify Stage = "verify"
	StageBack   Stage = "roll back"
)

// Order is one apply as asked for.
type Order struct {
	By string // who asks, for the history
	// Offline writes without telling Asterisk, for one that does not run: it
	// reads the files at its start.
	Offline bool
	// Progress is told each stage when it begins. It must not block. Nil: nobody.
	Progress func(Stage)

	undoes string
}

// Result is what an apply did.
type Result struct {
	Plan   *Plan  `json:"plan"`
	Record string `json:"record,omitempty"` // in the history; "" when there was nothing to do
	// Calls are how many calls were up when the modules were reloaded; -1 unknown.
	Calls int           `json:"calls"`
	Took  time.Duration `json:"-"`
}

// Applier applies files to one server. Its methods may be called from any
// goroutine and any process: one apply at a time runs, another gets ErrBusy.
type Applier struct{ o Options }

// New returns an Applier. It does no I/O.
func New(o Options) *Applier {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.now == nil {
		o.now = time.Now
	}
	if o.step == nil {
		o.step = func() {}
	}
	if o.rollbackTimeout == 0 {
		o.rollbackTimeout = rollbackTimeout
	}
	return &Applier{o: o}
}

// Recover undoes an apply that was cut off. Call it before an Asterisk on these
// files is started; an apply does it by itself.
func (a *Applier) Recover() (found bool, err error) {
	if _, err := os.Stat(a.path()); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	unlock, err := a.lock()
	if err != nil {
		return false, err
	}
	defer unlock()
	return a.recover()
}

// Restarted notes that Asterisk reads all its files anew: call it before each
// start.
func (a *Applier) Restarted() error {
	s, err := a.readState()
	if err != nil || len(s.Restart) == 0 && len(s.Unsettled) == 0 {
		return err
	}
	s.Restart, s.Unsettled = nil, nil
	return a.writeState(s)
}

func (a *Applier) lock() (func(), error) {
	if err := os.MkdirAll(a.path(historyDir), 0o700); err != nil {
		return nil, err
	}
	return lock(a.path(lockName))
}

// Plan compares wanted, from asteriskconf.Render, with the server's files. It
// changes nothing.
func (a *Applier) Plan(wanted map[string]string) (*Plan, error) {
	s, err := a.readState()
	if err != nil {
		return nil, err
	}
	return newPlan(a.o.Dir, wanted, s)
}

// Apply makes the server's files wanted, from asteriskconf.Render, and has
// Asterisk load them. The errors of this package say how it ended; with any
// other, nothing was changed.
func (a *Applier) Apply(ctx context.Context, wanted map[string]string, o Order) (*Result, error) {
	unlock, err := a.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	return a.apply(ctx, wanted, o)
}

// Undo applies the files as they were before the last apply. What was described
// since is still described: the next apply brings it back.
func (a *Applier) Undo(ctx context.Context, o Order) (*Result, error) {
	unlock, err := a.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if _, err := a.recover(); err != nil {
		return nil, err
	}
	files, of, err := a.former()
	if err != nil {
		return nil, err
	}
	o.undoes = of.ID
	r, err := a.apply(ctx, files, o)
	if err != nil {
		return r, err
	}
	of.Undone = cmp.Or(r.Record, "-") // nothing was left to undo
	return r, a.writeRecord(of)
}

func (a *Applier) apply(ctx context.Context, wanted map[string]string, o Order) (r *Result, err error) {
	began := a.o.now()
	if o.Progress == nil {
		o.Progress = func(Stage) {}
	}
	found, err := a.recover()
	if err != nil {
		return nil, fmt.Errorf("undo an apply that was cut off: %w", err)
	}
	if found {
		a.o.Logger.Warn("an apply that was cut off has been undone", "dir", a.o.Dir)
	}
	o.Progress(StagePlan)
	if _, err := asteriskproc.WriteMissing(a.o.Dir, asteriskconf.Custom(wanted)); err != nil {
		return nil, err
	}
	p, err := a.Plan(wanted)
	if err != nil {
		return nil, err
	}
	r = &Result{Plan: p, Calls: -1}
	if p.Empty() {
		return r, a.restarted(ctx, r, o)
	}
	if a.o.Check != nil {
		o.Progress(StageCheck)
		if err := a.o.Check(ctx, p.wanted); err != nil {
			return r, err
		}
	}
	var l *link
	if !o.Offline {
		if l, err = dial(ctx, a.o.AMI); err != nil {
			return r, err
		}
		defer l.close()
		if err := l.rights(ctx); err != nil {
			return r, err
		}
	}
	if err := ctx.Err(); err != nil {
		return r, err
	}
	err = a.commit(context.WithoutCancel(ctx), l, r, o)
	r.Took = a.o.now().Sub(began)
	return r, err
}

// commit writes, reloads, verifies, and goes back when something fails.
func (a *Applier) commit(ctx context.Context, l *link, r *Result, o Order) error {
	o.Progress(StageWrite)
	rec := a.newRecord(o, r.Plan)
	if err := a.writeRecord(rec); err != nil {
		return err
	}
	j, err := a.prepare(rec.ID, r.Plan)
	if err != nil {
		return errors.Join(err, os.RemoveAll(a.path(historyDir, rec.ID)))
	}
	r.Record = rec.ID
	tail := a.tailLog()
	if err = a.switchOver(j); err == nil {
		err = a.load(ctx, l, r, tail, o)
	}
	if err != nil {
		return a.rollBack(ctx, l, j, err, o)
	}
	s := &state{Digests: r.Plan.digests}
	if l != nil { // else it loads all at its start
		s.Restart, s.RestartSince = r.Plan.Restart, rec.At
		if len(s.Restart) > 0 {
			_, s.RestartOf = l.status(ctx)
		}
	}
	if err := errors.Join(a.writeState(s), a.conclude(rec.ID, outcomeApplied, "")); err != nil {
		return a.rollBack(ctx, l, j, err, o)
	}
	if err := errors.Join(a.closeJournal(), a.prune()); err != nil {
		a.o.Logger.Warn("applied, but not tidied up", "error", err)
	}
	return nil
}

// load has Asterisk load the new files and reads back whether it did.
func (a *Applier) load(ctx context.Context, l *link, r *Result, tail *logTail, o Order) error {
	if l == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, reloadTimeout)
	defer cancel()
	o.Progress(StageReload)
	var up time.Time
	r.Calls, up = l.status(ctx)
	if err := r.forget(a, up); err != nil {
		return err
	}
	for _, s := range r.Plan.Steps {
		if err := l.do(ctx, s); err != nil {
			return err
		}
	}
	o.Progress(StageVerify)
	return a.verify(ctx, l, r.Plan, tail)
}

// rollBack puts the former files back and has Asterisk load them. A module that
// was loaded stays: it does nothing by itself.
func (a *Applier) rollBack(ctx context.Context, l *link, j *journal, cause error, o Order) error {
	o.Progress(StageBack)
	if err := a.putBack(j); err != nil {
		// The journal stays: the next apply tries again.
		return fmt.Errorf("%w (because %w); the next apply tries again", err, cause)
	}
	outcome, sentinel := outcomeRolledBack, ErrRolledBack
	s, err := a.readState()
	if err != nil {
		return errors.Join(cause, err)
	}
	if l != nil {
		ctx, cancel := context.WithTimeout(ctx, a.o.rollbackTimeout)
		defer cancel()
		for _, step := range j.Steps {
			if step.Do == stepLoad {
				continue
			}
			if err := l.again(ctx, step); err != nil {
				s.Unsettled = j.Steps
				outcome, sentinel = outcomeUnsettled, ErrUnsettled
				cause = fmt.Errorf("%w; then %w", cause, err)
				break
			}
		}
	}
	err = fmt.Errorf("%w: %w", sentinel, cause)
	if e := errors.Join(a.writeState(s), a.conclude(j.ID, outcome, cause.Error()), a.closeJournal()); e != nil {
		err = errors.Join(err, e)
	}
	return err
}

// restarted finds out whether a restart that was needed has been since. It
// changes nothing else, so failing to find out is no error.
func (a *Applier) restarted(ctx context.Context, r *Result, o Order) error {
	if len(r.Plan.Restart) == 0 || o.Offline {
		return nil
	}
	l, err := dial(ctx, a.o.AMI)
	if err != nil {
		return nil // see above
	}
	defer l.close()
	_, up := l.status(ctx)
	return r.forget(a, up)
}

// forget leaves out of the plan what needed a restart before one that was at up.
func (r *Result) forget(a *Applier, up time.Time) error {
	s, err := a.readState()
	if err != nil || len(s.Restart) == 0 {
		return err
	}
	again := up.After(s.RestartSince)
	if !s.RestartOf.IsZero() { // up has no fractions: it may be of the second of that apply
		again = !up.IsZero() && !up.Equal(s.RestartOf)
	}
	if !again {
		return nil
	}
	r.Plan.Restart = slices.DeleteFunc(r.Plan.Restart, func(why string) bool { return !slices.Contains(r.Plan.fresh, why) })
	s.Restart = nil
	return a.writeState(s)
}

func sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}
