package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/browsertest"
	"github.com/dipcast/dipcast/internal/programtest"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestFresh: from an installation with nothing in it, by its first administrator, to
// a company of five phones and a number; then a menu by key, a backup, and back to it.
func TestFresh(t *testing.T) {
	t.Parallel() // it mostly waits
	built(t)
	f := newFresh(t)
	address := desk(t, map[string]deed{
		"line": f.line, "credentials": f.credentials, "register": f.register, "behave": f.behave, "dial": f.dial, "from-outside": f.fromOutside, "rings-at": f.ringsAt, "hangup": f.hangup, "hears": f.hears, "press": f.press,
	})
	for _, script := range []string{"guide", "attendant", "restore"} {
		if !t.Run(script, func(t *testing.T) { browsertest.Run(t, script+".mjs", f.url, address) }) {
			break // each goes on where the one before ended
		}
	}
}

// fresh is a gateway that runs its own Asterisk, as a process, and the phones and
// the telephone network around it.
type fresh struct {
	url, sip string
	network  *sipphone.Network

	mu     sync.Mutex
	phones map[string]*sipphone.Phone
	calls  map[string]*sipphone.Call
}

// rtpPorts is how many ports sound has: two for each leg.
const rtpPorts = 100

func newFresh(t *testing.T) *fresh {
	t.Helper()
	dir, err := os.MkdirTemp("", "web") //nolint:usetesting // its path is to be short enough for a socket's
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	port, rtp, trunk := asterisktest.Port(t), asterisktest.Ports(t, rtpPorts), asterisktest.Port(t)
	f := &fresh{
		url: fmt.Sprintf("http://127.0.0.1:%d", port), sip: fmt.Sprintf("127.0.0.1:%d", asterisktest.Port(t)),
		phones: map[string]*sipphone.Phone{}, calls: map[string]*sipphone.Call{},
	}
	tree := asterisktest.Tree(t, 22)
	config := filepath.Join(dir, "dipcast.yaml")
	text := fmt.Sprintf(`listen: ["127.0.0.1:%d"]
dcmiws_listen: []
data_dir: %s/var
public_url: %s
agi_listen: "127.0.0.1:%d"
servers:
  - {id: 1, name: pbx, address: "127.0.0.1:%d", pbx: {run: true, tree: %q, sip: %q, rtp: "%d-%d"}}
`, port, dir, f.url, asterisktest.Port(t), asterisktest.Port(t), tree.Root, f.sip, rtp, rtp+rtpPorts-1)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f.network, err = sipphone.NewNetwork(sipphone.NetworkOptions{
		Listen: fmt.Sprintf("127.0.0.1:%d", trunk), Server: f.sip,
		Numbers: map[string]sipphone.Number{"01012345678": {Behaviour: sipphone.Answer(0)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.network.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, p := range f.phones {
			_ = p.Close() // it has nothing to tell
		}
		_ = f.network.Close()
	})
	serve(t, config, f.url)
	return f
}

// serve runs the program until the test ends.
func serve(t *testing.T, config, url string) {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), programtest.Path(t), "serve", "--config", config)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // the log tells
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-ended:
		case <-time.After(30 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
			t.Error("the gateway did not stop")
		}
		if t.Failed() {
			t.Logf("the gateway logged:\n%s", log.String())
		}
	})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	await.That(t, "the gateway", func() bool {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/readyz", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r, err := client.Do(req)
		if err != nil {
			return false
		}
		_ = r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
}

// line is where the telephone network is: host and port for a trunk.
func (f *fresh) line(context.Context, []string) (any, error) {
	return map[string]any{"host": "127.0.0.1", "port": f.network.Addr().Port()}, nil
}

var errNoPhone = errors.New("there is no such phone")

// credentials makes a phone that answers at once: name, user, password.
func (f *fresh) credentials(_ context.Context, args []string) (any, error) {
	p, err := sipphone.New(sipphone.Options{Server: f.sip, User: args[1], Password: args[2], Name: args[0], Behaviour: sipphone.Answer(0)})
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.phones[args[0]] = p
	//nolint:contextcheck // the phone outlives the request that asked for it
	return true, p.Start(context.Background())
}

// register has a phone register, and waits until it is.
func (f *fresh) register(ctx context.Context, args []string) (any, error) {
	p, err := f.phone(args[0])
	if err != nil {
		return nil, err
	}
	if err := p.KeepRegistered(); err != nil {
		return nil, err
	}
	return true, p.WaitRegistered(ctx)
}

// behave sets what all phones do from now on: answer or ring.
func (f *fresh) behave(_ context.Context, args []string) (any, error) {
	what := sipphone.Answer(0)
	if args[0] == "ring" {
		what = sipphone.Ring()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.phones {
		p.SetBehaviour(what)
	}
	return true, nil
}

func (f *fresh) phone(name string) (*sipphone.Phone, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p := f.phones[name]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s: %w", name, errNoPhone)
}

func (f *fresh) keep(name string, c *sipphone.Call, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[name] = c
	return c.ID(), nil
}

// dial has a phone call a number: name of the call, phone, number.
func (f *fresh) dial(_ context.Context, args []string) (any, error) {
	p, err := f.phone(args[1])
	if err != nil {
		return nil, err
	}
	//nolint:contextcheck // the call outlives the request that asked for it
	c, err := p.Dial(context.Background(), args[2], sipphone.DialOptions{})
	return f.keep(args[0], c, err)
}

// fromOutside has the network call a number: name of the call, from, to.
func (f *fresh) fromOutside(_ context.Context, args []string) (any, error) {
	//nolint:contextcheck // the call outlives the request that asked for it
	c, err := f.network.Call(context.Background(), sipphone.CallOptions{From: args[1], To: args[2]})
	return f.keep(args[0], c, err)
}

// ringsAt waits for the next call of a phone, and gives who it is from.
func (f *fresh) ringsAt(ctx context.Context, args []string) (any, error) {
	p, err := f.phone(args[0])
	if err != nil {
		return nil, err
	}
	c, err := p.NextCall(ctx)
	if err != nil {
		return nil, err
	}
	return c.Invite().From.Number, nil
}

// called is a call by its name.
func (f *fresh) called(name string) (*sipphone.Call, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.calls[name]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("%s: %w", name, errNoCall)
}

// hears waits until a call is answered and something is to be heard: a name.
func (f *fresh) hears(ctx context.Context, args []string) (any, error) {
	c, err := f.called(args[0])
	if err != nil {
		return nil, err
	}
	if err := c.WaitAnswered(ctx); err != nil {
		return nil, err
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for c.Heard().Frequency == 0 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("nothing is heard: %w", ctx.Err())
		}
	}
	return true, nil
}

// press sends keys within a call: its name, the keys.
func (f *fresh) press(ctx context.Context, args []string) (any, error) {
	c, err := f.called(args[0])
	if err != nil {
		return nil, err
	}
	return true, c.SendDTMF(ctx, args[1])
}

func (f *fresh) hangup(ctx context.Context, args []string) (any, error) {
	c, err := f.called(args[0])
	if err != nil {
		return nil, err
	}
	return true, c.Hangup(ctx)
}
