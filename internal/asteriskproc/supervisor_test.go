package asteriskproc_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
)

// TestSupervisor: an Asterisk that ends comes back, one that is stopped does
// not, and one whose start fails is tried again.
func TestSupervisor(t *testing.T) {
	t.Parallel()
	s := asterisktest.Start(t, companyInput(22)) // its files are used
	s.Stop()
	happened := make(chan asteriskproc.Happening, 100)
	var mu sync.Mutex
	var refuse error
	again := 0
	sup, err := asteriskproc.Supervise(asteriskproc.SupervisorOptions{
		Run:   asteriskproc.RunOptions{Tree: asterisktest.Tree(t, asteriskproc.Asterisk22), Dir: s.Input.Dirs.Base},
		Pause: 10 * time.Millisecond,
		On:    func(h asteriskproc.Happening) { happened <- h },
		Again: func(context.Context) { mu.Lock(); again++; mu.Unlock() },
		Before: func(context.Context) error {
			mu.Lock()
			defer mu.Unlock()
			return refuse
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := sup.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { sup.Run(ctx) })
	defer func() { cancel(); wg.Wait(); sup.Stop() }()
	next := func(what string) asteriskproc.Happening {
		t.Helper()
		select {
		case h := <-happened:
			if h.What != what {
				t.Fatalf("%+v, want %s", h, what)
			}
			return h
		case <-time.After(30 * time.Second):
			t.Fatalf("never %s", what)
			return asteriskproc.Happening{}
		}
	}
	broken := errors.New("not now")
	mu.Lock()
	refuse = broken
	mu.Unlock()
	p, err := os.FindProcess(sup.Instance().PID())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	next(asteriskproc.Ended)
	if h := next(asteriskproc.Failed); !errors.Is(h.Err, broken) {
		t.Errorf("failed by %v", h.Err)
	}
	mu.Lock()
	refuse = nil
	mu.Unlock()
	for h := range happened {
		if h.What == asteriskproc.Started {
			break
		}
	}
	mu.Lock()
	if again != 1 {
		t.Errorf("told of %d further starts", again)
	}
	mu.Unlock()
	sup.Stop()
	if sup.Instance().PID() != 0 {
		t.Error("it runs although it was stopped")
	}
	if err := sup.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	pid := sup.Instance().PID()
	if err := sup.Restart(t.Context()); err != nil || sup.Instance().PID() == pid {
		t.Errorf("restart: %v", err)
	}
}
