package ami_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// rig is a Client and its scripted server in one synctest bubble.
type rig struct {
	t      *testing.T
	server *amitest.Server
	client *ami.Client

	mu      sync.Mutex
	changes []ami.Change
	events  []string // "name" or "name:ActionID", and responses as "Response:ActionID"
	idles   int
}

// newRig makes both; the client is not started. It must be called inside the
// bubble.
func newRig(t *testing.T, so amitest.Options, o ami.Options) *rig {
	t.Helper()
	r := &rig{t: t, server: amitest.New(so)}
	o.Address = "server.test:5038"
	if o.Username == "" {
		o.Username, o.Secret = "gw", "gw-secret"
	}
	if o.Dial == nil {
		o.Dial = r.server.Dial
	}
	o.OnChange = func(c ami.Change) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.changes = append(r.changes, c)
	}
	onMessage := o.OnMessage
	o.OnMessage = func(m *ami.Message) {
		name := string(m.Event())
		if name == "" {
			name = m.Kind().String()
		}
		if id := m.ActionID(); id != nil {
			name += ":" + string(id)
		}
		r.mu.Lock()
		r.events = append(r.events, name)
		r.mu.Unlock()
		if onMessage != nil {
			onMessage(m)
		}
	}
	o.OnIdle = func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.idles++
	}
	c, err := ami.New(o)
	if err != nil {
		t.Fatal(err)
	}
	r.client = c
	return r
}

// start runs the client and waits until nothing more happens. The returned
// function stops both.
func (r *rig) start() (stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.client.Run(ctx) }()
	synctest.Wait()
	return func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			r.t.Errorf("Run returned %v", err)
		}
		r.server.Close()
	}
}

// states returns the changes so far in short form.
func (r *rig) states() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b []string
	for _, c := range r.changes {
		b = append(b, c.State.String())
	}
	return strings.Join(b, " ")
}

func (r *rig) last() ami.Change {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changes[len(r.changes)-1]
}

func (r *rig) seen() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.events...)
}

func TestClientLogin(t *testing.T) {
	for _, tt := range []struct{ version, auth, banner string }{
		{"22", "plain", "Asterisk Call Manager/11.0.0"},
		{"22", "md5", "Asterisk Call Manager/11.0.0"},
		{"16", "plain", "Asterisk Call Manager/5.0.4"},
		{"16", "md5", "Asterisk Call Manager/5.0.4"},
	} {
		t.Run(tt.version+" "+tt.auth, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, amitest.Options{Version: tt.version}, ami.Options{Auth: tt.auth})
				stop := r.start()
				if got := r.states(); got != "connecting up" {
					t.Errorf("states %q", got)
				}
				if c := r.last(); c.Banner != tt.banner || !c.Booted {
					t.Errorf("change %+v", c)
				}
				if got := fmt.Sprint(r.seen()); got != "[FullyBooted SuccessfulAuth]" {
					t.Errorf("messages %s", got)
				}
				res, err := r.client.Do(t.Context(), ami.NewAction("Ping"))
				if err != nil || !res.Success() || res.Get("Ping") != "Pong" {
					t.Errorf("ping: %v %v", res, err)
				}
				stop()
				if _, err := r.client.Do(t.Context(), ami.NewAction("Ping")); !errors.Is(err, ami.ErrClosed) {
					t.Errorf("after Run: %v", err)
				}
				reqs := r.server.Requests()
				if got := reqs[len(reqs)-1].Action(); got != "Logoff" {
					t.Errorf("last action %q", got)
				}
			})
		})
	}
}
