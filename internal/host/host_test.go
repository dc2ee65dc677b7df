package host_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/host"
	"github.com/dipcast/dipcast/internal/serverconf"
	"github.com/dipcast/dipcast/internal/sounds"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a gateway's part that runs one Asterisk, and what is described.
type rig struct {
	t   *testing.T
	cfg *config.Config

	mu   sync.Mutex
	desc serverconf.Description
	err  error
}

func newRig(t *testing.T) *rig {
	t.Helper()
	asterisktest.Tree(t, asteriskproc.Asterisk22)
	dir, err := os.MkdirTemp("/tmp", "h") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	rtp := asterisktest.Ports(t, 20)
	at := func() string { return "127.0.0.1:" + strconv.Itoa(asterisktest.Port(t)) }
	cfg, err := config.Parse([]byte("data_dir: "+dir+"\nagi_listen: \"\"\nservers:\n  - {id: 1, name: a, address: \""+at()+"\", pbx: {run: true, sip: \""+at()+
		"\", rtp: "+strconv.Itoa(rtp)+"-"+strconv.Itoa(rtp+19)+"}}\n"), config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	if err := serverconf.Complete(cfg); err != nil {
		t.Fatal(err)
	}
	return &rig{t: t, cfg: cfg}
}

func (r *rig) describe(context.Context, int) (serverconf.Description, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.desc, r.err
}

func (r *rig) set(extensions ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := company.Company{ID: "7be69580e27641df", Number: 2, Name: "a"}
	for _, n := range extensions {
		c.Extensions = append(c.Extensions, company.Extension{Number: n, Devices: company.Phone("secret")})
	}
	r.desc.Companies = []company.Company{c}
}

func (r *rig) new() *host.Host {
	return host.New(host.Options{
		Server: r.cfg.Servers[0], Config: func() *config.Config { return r.cfg }, Describe: r.describe,
		Tones: sounds.NewTones(r.cfg.DataDir), Environ: os.Environ(), Logger: slog.New(slog.DiscardHandler),
	})
}

// run runs h until the function that it gives is called.
func (r *rig) run(h *host.Host) (stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { h.Run(ctx) })
	var once sync.Once
	stop = func() { once.Do(func() { cancel(); wg.Wait(); h.Stop() }) }
	r.t.Cleanup(stop)
	return stop
}

// until asks again until ok, or fails the test.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	late := time.After(60 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-late:
			r.t.Fatalf("never: %s", what)
		}
	}
}

// TestRun: a server of two lines gets its files, runs, follows what is
// described when it is told to, comes back when it is killed, and is gone
// after Stop.
func TestRun(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	h := r.new()
	stop := r.run(h)
	h.Await(t.Context(), func(s asteriskproc.Step) { t.Log("step", s) })
	if h.PID() == 0 {
		t.Error("awaited, and it does not run")
	}
	if _, err := h.Pending(t.Context()); err != nil {
		t.Fatal(err)
	}

	r.set("1010", "1013")
	p, err := h.Pending(t.Context())
	if err != nil || len(p.Changes) == 0 {
		t.Fatalf("pending %+v, %v", p, err)
	}
	var stages []apply.Stage
	out, err := h.Apply(t.Context(), host.Order{By: "test", Progress: func(s apply.Stage) { stages = append(stages, s) }})
	if err != nil {
		t.Fatal(err)
	}
	if len(stages) != 5 || out.Record == "" {
		t.Errorf("stages %q, outcome %+v", stages, out)
	}
	if p, err := h.Pending(t.Context()); err != nil || !p.Empty() {
		t.Errorf("still pending %+v, %v", p, err)
	}
	text, err := os.ReadFile(filepath.Join(r.cfg.Servers[0].PBX.Dir, "etc/pjsip.conf"))
	if err != nil || !strings.Contains(string(text), "T2_1013") {
		t.Errorf("pjsip.conf lacks 1013, %v", err)
	}

	// Killed, it comes back with what was applied; what is described since waits.
	pid := h.PID()
	killed, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := killed.Kill(); err != nil {
		t.Fatal(err)
	}
	r.until("another process", func() bool { now := h.PID(); return now != 0 && now != pid })
	r.set("1010")
	r.until("undone", func() bool { _, err := h.Apply(t.Context(), host.Order{By: "test", Undo: true}); return err == nil })
	all, err := h.History(t.Context())
	if err != nil || len(all) != 3 || all[0].Undoes != all[1].ID {
		t.Errorf("the history is %+v, %v", all, err)
	}

	r.mu.Lock()
	r.desc.Companies[0].Number = 0
	r.mu.Unlock()
	if _, err := h.Apply(t.Context(), host.Order{}); !errors.Is(err, host.ErrDescribed) {
		t.Errorf("of a broken description: %v", err)
	}
	r.set("1010")

	// One that cannot start says why.
	broken := r.cfg.Servers[0]
	broken.PBX.Tree = t.TempDir()
	b := host.New(host.Options{
		Server: broken, Config: func() *config.Config { return r.cfg }, Describe: r.describe,
		Tones: sounds.NewTones(r.cfg.DataDir), Logger: slog.New(slog.DiscardHandler),
	})
	stopBroken := r.run(b)
	if _, err := b.Pending(t.Context()); !errors.Is(err, host.ErrNotReady) || !strings.Contains(err.Error(), "usr/sbin/asterisk") {
		t.Errorf("without a program: %v", err)
	}
	stopBroken()

	// A restart when no call is up, for what a reload does not change.
	stop()
	if h.PID() != 0 {
		t.Error("it runs on after Stop")
	}
	r.cfg.Servers[0].PBX.SIP = "127.0.0.1:" + strconv.Itoa(asterisktest.Port(t))
	again := r.new()
	r.run(again)
	r.until("ready again", func() bool { _, err := again.Pending(t.Context()); return err == nil })
	pid = again.PID()
	out, err = again.Apply(t.Context(), host.Order{By: "test", Restart: true})
	if err != nil || !out.Restarting {
		t.Fatalf("restarting %+v, %v", out, err)
	}
	r.until("restarted", func() bool { now := again.PID(); return now != 0 && now != pid })
	if p, err := again.Pending(t.Context()); err != nil || len(p.Restart) > 0 {
		t.Errorf("still to restart: %+v, %v", p, err)
	}
}
