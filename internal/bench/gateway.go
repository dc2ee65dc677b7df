package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// child is a process of ours.
type child struct {
	cmd  *exec.Cmd
	said tail
	done chan struct{}
	err  error // of its end
}

// start runs command with args, without our settings in its environment.
func start(command func(args ...string) *exec.Cmd, stdout *os.File, args ...string) (*child, error) {
	c := &child{cmd: command(args...), done: make(chan struct{})}
	if c.cmd.Env == nil {
		c.cmd.Env = os.Environ()
	}
	var env []string
	for _, v := range c.cmd.Env {
		if !strings.HasPrefix(v, "DIPCAST_") || strings.HasPrefix(v, "DIPCAST_TEST_") {
			env = append(env, v)
		}
	}
	c.cmd.Env, c.cmd.Stderr = env, &c.said
	if stdout != nil {
		c.cmd.Stdout = stdout
	}
	dieWithUs(c.cmd)
	started := make(chan error)
	go func() {
		defer close(c.done)
		// The kernel ends the child with the thread that started it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		started <- err
		if err == nil {
			c.err = c.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		<-c.done
		return nil, err
	}
	return c, nil
}

// stop ends it, at once when it does not end by itself.
func (c *child) stop() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may be gone
	t := time.AfterFunc(20*time.Second, func() { _ = c.cmd.Process.Kill() })
	<-c.done
	t.Stop()
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// tail keeps the last of what a process says, for an error.
type tail struct {
	mu sync.Mutex
	b  []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if over := len(t.b) - 2000; over > 0 {
		t.b = t.b[over:]
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.b))
}

// site is a gateway under test with the Asterisk behind it.
type site struct {
	*child
	asterisk *asterisk
	target   target
	dir      string
}

// siteOptions says what is special about a site.
type siteOptions struct {
	tls  bool
	dead string // address of a further server, which never answers; "": none
}

// site starts a gateway and waits until it takes clients and has logged in.
func (b *bench) site(ctx context.Context, o siteOptions) (_ *site, err error) {
	s := &site{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.asterisk, err = newAsterisk(); err != nil {
		return nil, err
	}
	if s.dir, err = os.MkdirTemp("", "dipcast-bench-"); err != nil {
		return nil, err
	}
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	password := secret()
	file := filepath.Join(s.dir, "dipcast.yaml")
	if err := os.WriteFile(file, configuration(s, o, ports, password), 0o600); err != nil {
		return nil, err
	}
	if s.child, err = start(b.o.Command, nil, "serve", "--config", file, "--log-level", "error"); err != nil {
		return nil, err
	}
	s.target = target{url: "ws://" + ports[0] + "/", username: "ops", password: password}
	if b.o.Tenant {
		s.target.username = "tenant"
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := s.ready(ctx, o); err != nil {
		if said := s.said.String(); said != "" {
			err = fmt.Errorf("%w; the gateway says: %s", err, said)
		}
		return nil, err
	}
	return s, nil
}

func (s *site) ready(ctx context.Context, o siteOptions) error {
	if err := s.asterisk.loggedIn(ctx); err != nil {
		return err
	}
	for {
		err := s.greet(ctx, o)
		if err == nil {
			return nil
		}
		select {
		case <-s.done:
			return errors.New("the gateway has ended")
		default:
		}
		if perr := pause(ctx, 50*time.Millisecond); perr != nil {
			return errors.Join(perr, err)
		}
	}
}

// greet connects once and has a Ping answered.
func (s *site) greet(ctx context.Context, o siteOptions) error {
	if o.tls && s.target.tls == nil {
		ca, err := os.ReadFile(filepath.Join(s.dir, "var", "tls", "ca.pem"))
		if err != nil {
			return err
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(ca)
		s.target.tls = &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
		s.target.url = "wss" + strings.TrimPrefix(s.target.url, "ws")
	}
	c, err := s.target.dial(ctx, 4<<10)
	if err != nil {
		return err
	}
	defer c.close()
	_, err = pings(ctx, []*client{c}, 1, 1)
	return err
}

// close ends the gateway and removes its files.
func (s *site) close() {
	if s.child != nil {
		s.stop()
	}
	if s.asterisk != nil {
		s.asterisk.close()
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir) // only a temporary directory
	}
}

func configuration(s *site, o siteOptions, ports []string, password string) []byte {
	var b bytes.Buffer
	mode := "off"
	if o.tls {
		mode = "self"
	}
	fmt.Fprintf(&b, "listen: [%q]\ndcmiws_listen: [%q]\ndata_dir: %q\ntls: {mode: %s}\n", ports[1], ports[0], filepath.Join(s.dir, "var"), mode)
	fmt.Fprintf(&b, "servers:\n  - {id: 1, name: bench, address: %q, username: bench, secret: %q}\n", s.asterisk.address(), secret())
	servers := "[1]"
	if o.dead != "" {
		fmt.Fprintf(&b, "  - {id: 2, name: dead, address: %q, username: bench, secret: %q}\n", o.dead, secret())
		servers = "[1, 2]"
	}
	fmt.Fprintf(&b, "tenants:\n  - {id: %s, number: 2, name: bench, servers: %s, extensions: [\"1010\"], logins: [{username: tenant, password: %q}]}\n",
		secret()[:16], servers, password)
	fmt.Fprintf(&b, "agi_listen: \"\"\nrate: {per_second: 100000, burst: 100000}\n") // of a tenant's client
	fmt.Fprintf(&b, "operators: [{username: ops, password: %q}]\n", password)
	return b.Bytes()
}

func secret() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	return hex.EncodeToString(b[:])
}

// freePorts returns n loopback addresses that nothing listens on now.
func freePorts(n int) ([]string, error) {
	var out []string
	for range n {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer ln.Close() //nolint:revive // all are kept until the last is found
		out = append(out, ln.Addr().String())
	}
	return out, nil
}
