package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
)

// linkTimeout bounds the wait for a link, retry the pause between attempts.
const (
	linkTimeout = 15 * time.Second
	retry       = 250 * time.Millisecond
)

// link is our own connection to AMI, for as long as one apply takes. That of
// the gateway is not slowed by it.
type link struct {
	client *ami.Client
	close  func()
}

// dial connects to the server and waits until it is up.
func dial(ctx context.Context, o ami.Options) (*link, error) {
	up, once := make(chan struct{}), sync.Once{}
	var mu sync.Mutex
	var last error
	o.Events = "off"
	o.BackoffMin, o.BackoffMax = retry, time.Second
	o.OnChange = func(c ami.Change) {
		switch {
		case c.State == ami.StateUp:
			once.Do(func() { close(up) })
		case c.Err != nil:
			mu.Lock()
			last = c.Err
			mu.Unlock()
		}
	}
	client, err := ami.New(o)
	if err != nil {
		return nil, err
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() { _ = client.Run(run) }) // ends with run
	l := &link{client: client, close: func() { cancel(); wg.Wait() }}
	wait, stop := context.WithTimeout(ctx, linkTimeout)
	defer stop()
	select {
	case <-up:
		return l, nil
	case <-wait.Done():
		l.close()
		mu.Lock()
		defer mu.Unlock()
		if last == nil {
			last = wait.Err()
		}
		return nil, fmt.Errorf("%w at %s: %w", ErrUnreachable, o.Address, last)
	}
}

// needed are the actions an apply sends.
var needed = []string{"Reload", "Getvar", "ModuleLoad", "ModuleCheck", "PJSIPShowEndpoints", "CoreStatus"}

// rights checks before anything is written that the user may do what is to be
// done: ListCommands gives what it may (main/manager.c, action_listcommands).
func (l *link) rights(ctx context.Context) error {
	r, err := l.client.Do(ctx, ami.NewAction("ListCommands"))
	if err != nil {
		return err
	}
	var missing []string
	for _, name := range needed {
		if r.Get(name) == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: it may not send %s; give it write=system,reporting", ErrRights, strings.Join(missing, ", "))
	}
	return nil
}

// do has Asterisk take one step.
func (l *link) do(ctx context.Context, s Step) error {
	a := ami.NewAction("Reload").Add("Module", s.Module)
	if s.Do == stepLoad {
		a = ami.NewAction("ModuleLoad").Add("Module", s.Module+".so").Add("LoadType", "load")
	}
	r, err := l.client.Do(ctx, a)
	if err != nil {
		return fmt.Errorf("%s %s: %w", s.Do, s.Module, err)
	}
	if !r.Success() {
		return fmt.Errorf("%s %s: Asterisk says %q", s.Do, s.Module, r.Get("Message"))
	}
	return nil
}

// again is do that waits for a link that was lost, until ctx ends. A reload may
// be sent twice.
func (l *link) again(ctx context.Context, s Step) error {
	for {
		err := l.do(ctx, s)
		if err == nil || ctx.Err() != nil || !errors.Is(err, ami.ErrNotConnected) && !errors.Is(err, ami.ErrLinkLost) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(retry):
		}
	}
}

// read gives a variable or function of Asterisk's.
func (l *link) read(ctx context.Context, name string) (string, error) {
	r, err := l.client.Do(ctx, ami.NewAction("Getvar").Add("Variable", name))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return r.Get("Value"), nil
}

// endpoints are the names that Asterisk knows.
func (l *link) endpoints(ctx context.Context) (map[string]bool, error) {
	const most = 100_000
	r, err := l.client.List(ctx, ami.NewAction("PJSIPShowEndpoints"), most)
	if err != nil {
		return nil, fmt.Errorf("list endpoints: %w", err)
	}
	out := map[string]bool{}
	for _, e := range r.Events {
		if name := e.Get("ObjectName"); name != "" {
			out[name] = true
		}
	}
	return out, nil
}

// status is how many calls are up, -1 when Asterisk does not say, and when it
// was started, by its own clock and in our zone; zero when unknown.
func (l *link) status(ctx context.Context) (calls int, up time.Time) {
	calls = -1
	r, err := l.client.Do(ctx, ami.NewAction("CoreStatus"))
	if err != nil {
		return calls, up
	}
	_, _ = fmt.Sscan(r.Get("CoreCurrentCalls"), &calls)
	up, err = time.ParseInLocation("2006-01-02 15:04:05", r.Get("CoreStartupDate")+" "+r.Get("CoreStartupTime"), time.Local)
	if err != nil {
		up = time.Time{}
	}
	return calls, up
}

// moduleThere checks that a module is loaded.
func (l *link) moduleThere(ctx context.Context, name string) error {
	r, err := l.client.Do(ctx, ami.NewAction("ModuleCheck").Add("Module", name))
	if err != nil {
		return fmt.Errorf("check module %s: %w", name, err)
	}
	if !r.Success() {
		return fmt.Errorf("module %s was not loaded: %s", name, r.Get("Message"))
	}
	return nil
}
