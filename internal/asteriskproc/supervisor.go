package asteriskproc

import (
	"context"
	"sync"
	"time"
)

// An Asterisk that ends again within healthy, or does not come up, is started
// after ever longer pauses, up to lastPause.
const (
	healthy      = 5 * time.Second
	lastPause    = 30 * time.Second
	defaultPause = 3 * time.Second
)

// What a Supervisor tells of.
const (
	Ended   = "ended"   // the process ended by itself; Pause is until the next start
	Started = "started" // it runs again; PID is its number
	Failed  = "failed"  // it did not start; Err says why, Pause is until the next try
)

// Happening is something that a Supervisor tells of.
type Happening struct {
	What  string
	Pause time.Duration
	PID   int
	Err   error
}

// SupervisorOptions configures a Supervisor.
type SupervisorOptions struct {
	Run RunOptions
	// Pause is how long an Asterisk that ended stays away. Zero means 3 s.
	Pause time.Duration
	// Before runs before every start. Its error keeps Asterisk from starting.
	// Nil: nothing.
	Before func(ctx context.Context) error
	// Again runs after every start but the first, before On is told. Nil: nothing.
	Again func(ctx context.Context)
	// On is told what happens. Nil: nobody.
	On func(Happening)
}

// Supervisor keeps one Asterisk running. Its methods may be called from any
// goroutine.
type Supervisor struct {
	o    SupervisorOptions
	inst *Instance

	life    sync.Mutex // held while it is started or stopped
	held    bool       // stopped on purpose; guarded by life
	started bool       // at least once; guarded by life
	wake    chan struct{}
}

// Supervise returns a Supervisor for an Asterisk that is not started yet. It
// does no I/O.
func Supervise(o SupervisorOptions) (*Supervisor, error) {
	inst, err := prepare(o.Run)
	if err != nil {
		return nil, err
	}
	if o.Pause == 0 {
		o.Pause = defaultPause
	}
	if o.On == nil {
		o.On = func(Happening) {}
	}
	return &Supervisor{o: o, inst: inst, wake: make(chan struct{}, 1)}, nil
}

// Instance is the Asterisk, running or not.
func (s *Supervisor) Instance() *Instance { return s.inst }

// Start starts it unless it runs, and ends a Stop.
func (s *Supervisor) Start(ctx context.Context) error {
	s.life.Lock()
	defer s.life.Unlock()
	if err := s.start(ctx); err != nil {
		return err
	}
	s.held = false
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}

// Restart stops it and starts it anew: calls end.
func (s *Supervisor) Restart(ctx context.Context) error {
	s.life.Lock()
	defer s.life.Unlock()
	s.inst.Stop()
	return s.start(ctx)
}

// start starts it unless it runs. The caller holds life.
func (s *Supervisor) start(ctx context.Context) error {
	if s.inst.PID() != 0 {
		return nil
	}
	if s.o.Before != nil {
		if err := s.o.Before(ctx); err != nil {
			return err
		}
	}
	if err := s.inst.Restart(ctx); err != nil {
		return err
	}
	if s.started && s.o.Again != nil {
		s.o.Again(ctx)
	}
	s.started = true
	return nil
}

// Stop ends it; it stays away until Start.
func (s *Supervisor) Stop() {
	s.life.Lock()
	defer s.life.Unlock()
	s.held = true
	s.inst.Stop()
}

// Run starts it again when it ends by itself, or was not started yet, until ctx
// ends. Then it still runs: Stop ends it.
func (s *Supervisor) Run(ctx context.Context) {
	pause, failed := s.o.Pause, false
	for {
		began := time.Now()
		select {
		case <-s.inst.Done():
		case <-ctx.Done():
			return
		}
		if s.isHeld() {
			select {
			case <-s.wake:
			case <-ctx.Done():
				return
			}
			continue
		}
		if time.Since(began) > healthy {
			pause = s.o.Pause
		}
		if !failed {
			s.o.On(Happening{What: Ended, Pause: pause})
		}
		if !wait(ctx, pause) {
			return
		}
		ran, err := s.revive(ctx)
		if ctx.Err() != nil {
			return
		}
		pause, failed = min(2*pause, lastPause), err != nil
		switch {
		case failed:
			s.o.On(Happening{What: Failed, Pause: pause, Err: err})
		case ran:
			s.o.On(Happening{What: Started, PID: s.inst.PID()})
		}
	}
}

// revive starts it unless someone stopped it on purpose meanwhile.
func (s *Supervisor) revive(ctx context.Context) (ran bool, err error) {
	s.life.Lock()
	defer s.life.Unlock()
	if s.held || s.inst.PID() != 0 {
		return false, nil
	}
	return true, s.start(ctx)
}

func (s *Supervisor) isHeld() bool {
	s.life.Lock()
	defer s.life.Unlock()
	return s.held
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
