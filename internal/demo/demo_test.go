package demo_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// free are options for a demo beside others.
func free(t *testing.T, out io.Writer) demo.Options {
	return demo.Options{
		Listen: "127.0.0.1:0", DCMIWSListen: "127.0.0.1:0", Source: demo.SourceAsterisk,
		Quiet: true, RestartAfter: 300 * time.Millisecond, TempDir: t.TempDir(), Out: out,
	}
}

// start gives a demo that is closed with the test.
func start(t *testing.T, o demo.Options) *demo.Demo {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // it may have to unpack
	defer cancel()
	d, err := demo.Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// paper keeps what a demo prints.
type paper struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// wait waits until what is printed matches.
func (p *paper) wait(t *testing.T, pattern string) {
	t.Helper()
	re := regexp.MustCompile(pattern)
	eventually(t, "a line that matches "+pattern, func() bool { return re.MatchString(p.String()) })
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx := ctx(t); !is(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

type taker interface {
	NextCall(ctx context.Context) (*sipphone.Call, error)
}

// answered waits for the next call of a phone or the network and its answer.
func answered(t *testing.T, who string, p taker) *sipphone.Call {
	t.Helper()
	c, err := p.NextCall(ctx(t))
	if err == nil {
		err = c.WaitAnswered(ctx(t))
	}
	if err != nil {
		t.Fatalf("%s: %v", who, err)
	}
	return c
}

// talk checks that two ends hear each other, and ends their call.
func talk(t *testing.T, a, b *sipphone.Call) {
	t.Helper()
	if err := errors.Join(a.WaitTone(ctx(t), b.Tone()), b.WaitTone(ctx(t), a.Tone())); err != nil {
		t.Error(err)
	}
	if err := b.Hangup(ctx(t)); err != nil {
		t.Error(err)
	}
	if _, err := a.WaitEnded(ctx(t)); err != nil {
		t.Error(err)
	}
}

// TestDemo goes through what a newcomer does, and what tests of others rely on.
func TestDemo(t *testing.T) {
	t.Parallel() // it mostly waits
	out := &paper{}
	d := start(t, free(t, out))
	for server := range 2 { // the files are those of dipcast apply
		if diffs := d.Pending(t, server+1); len(diffs) > 0 {
			t.Errorf("server %d: an apply would change\n%s", server+1, strings.Join(diffs, "\n"))
		}
	}
	l := &lab{
		T: t, d: d, out: out,
		web:   connect(t, d.WebSocketURL(), demo.Login2),
		plain: connect(t, d.DCMIWSURL(), demo.Login2),
		ten:   connect(t, d.DCMIWSURL(), demo.Login10),
	}
	l.step("ready", (*lab).ready)
	l.step("requests", (*lab).requests)
	l.step("click to call by REST", (*lab).clickToCall)
	l.step("the documents' workflows", (*lab).workflows)
	l.step("second example", (*lab).secondExample)
	l.step("incoming calls", (*lab).incoming)
	l.step("server stopped and started", (*lab).stopAndStart)
	l.step("server killed", (*lab).killed)
	pids, dir := []int{d.PID(1), d.PID(2)}, d.Dir()
	d.Close()
	for _, pid := range pids {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("process %d is left: %v", pid, err)
		}
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) > 0 {
		t.Errorf("files are left: %v %v", left, err)
	}
}

// TestFurnished: what a furnished demo has stands in its files and is described
// alike, and the group's number rings.
func TestFurnished(t *testing.T) {
	o := free(t, nil)
	o.Furnished, o.Quiet = true, true
	d := start(t, o)
	for server := range 2 {
		if diffs := d.Pending(t, server+1); len(diffs) > 0 {
			t.Errorf("server %d: an apply would change\n%s", server+1, strings.Join(diffs, "\n"))
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	call, err := d.Network().Call(ctx, sipphone.CallOptions{From: demo.Friend, To: demo.SalesDID})
	if err != nil {
		t.Fatal(err)
	}
	if err := call.WaitAnswered(ctx); err != nil { // by a phone, or out of hours by the mailbox
		t.Fatal(err)
	}
	if err := call.Hangup(ctx); err != nil {
		t.Fatal(err)
	}
}

// TestTraffic: the demo makes calls by itself, and each ends in a line.
func TestTraffic(t *testing.T) {
	t.Parallel() // it mostly waits
	out := &paper{}
	o := free(t, out)
	o.Quiet, o.Interval, o.Lang = false, 200*time.Millisecond, demo.English
	d := start(t, o)
	out.wait(t, `T2 얼쑤팩토리 .*→ 0704\d+ → 101[03] .*(answered|missed|busy|declined)`)
	out.wait(t, `T10 소리나루 .* (answered, \d+ s|missed, rang \d+ s|busy|declined)\n`)
	began := time.Now()
	d.Close()
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("the end took %v", took)
	}
}

// TestRecorded: without an Asterisk, recorded calls are played.
func TestRecorded(t *testing.T) {
	t.Parallel() // it mostly waits
	out := &paper{}
	o := free(t, out).Speed(20)
	o.Source, o.Quiet = demo.SourceRecorded, false
	d := start(t, o)
	if recorded, _ := d.Recorded(); !recorded {
		t.Error("it does not say that calls are recorded")
	}
	l := &lab{T: t, d: d, out: out}
	l.web, l.plain, l.ten = connect(t, d.WebSocketURL(), demo.Login2), connect(t, d.DCMIWSURL(), demo.Login2), connect(t, d.DCMIWSURL(), demo.Login10)
	l.requestsRecorded()
	for _, line := range []string{
		`녹화된 통화를 재생`,
		`T2 얼쑤팩토리 +1010 ⇒ 01026132471 \(CFI\) → 07045144801 → 1013 +클릭투콜, 착신전환, 받음`,
		`T10 소리나루 .* → 07010100000 → 1010 +받음`,
		`T2 얼쑤팩토리 @2 .* → 0704\d+ → 101[03] +(받음|통화중|부재중)`,
		`부재중, 벨`,
	} {
		out.wait(t, line)
	}
	at := l.web.mark()
	if err := d.StopAsterisk(2); err != nil {
		t.Fatal(err)
	}
	l.web.event(at, 2, "Event", "DIPCASTLink", "State", "down")
	if err := d.StartAsterisk(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	l.web.event(at, 2, "Event", "DIPCASTLink", "State", "up")
}

// TestPortTaken: it says so before anything is started.
func TestPortTaken(t *testing.T) {
	var lc net.ListenConfig
	taken, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	address := taken.Addr().String()
	for flag, o := range map[string]demo.Options{
		"--listen":        {Listen: address, DCMIWSListen: "127.0.0.1:0", TempDir: t.TempDir()},
		"--dcmiws-listen": {Listen: "127.0.0.1:0", DCMIWSListen: address, TempDir: t.TempDir()},
	} {
		_, err := demo.Start(t.Context(), o)
		var port *demo.PortError
		if !errors.As(err, &port) || port.Flag != flag || port.Address != address {
			t.Fatalf("%s: %v", flag, err)
		}
		for _, l := range []demo.Lang{demo.Korean, demo.English} {
			if text := demo.Explain(err, l); !strings.Contains(text, address) || !strings.Contains(text, flag+" 127.0.0.1:") {
				t.Errorf("explained as %q", text)
			}
		}
	}
}

// TestInterrupted: whenever the start is broken off, nothing is left.
func TestInterrupted(t *testing.T) {
	for _, after := range []time.Duration{0, 200 * time.Millisecond, time.Second} {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		o := free(t, io.Discard)
		d, err := demo.Start(ctx, o)
		cancel()
		if err == nil {
			d.Close()
		} else if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %v: %v", after, err)
		}
		if left, err := os.ReadDir(o.TempDir); err != nil || len(left) > 0 {
			t.Errorf("after %v: %v is left, %v", after, left, err)
		}
	}
}
