package load_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/programtest"
	"github.com/dipcast/dipcast/internal/sipphone"
)

const (
	tenant   = "7be69580e27641df"
	password = "a password of phones"

	firstExtension = 1000
	// Ports of sound, four for each call, where asterisktest has too few.
	rtpFirst, rtpLast = 14000, 17999
	atOnceByDefault   = 40
)

// site is the box.
type site struct {
	tb      testing.TB
	server  *asterisktest.Server
	gateway *exec.Cmd
	http    string // host:port
	asks    http.Client
	data    string // folder
	exts    []string
	phones  []*sipphone.Phone
	pacer   *sipphone.Pacer
	events  []atomic.Int64 // of each WebSocket client
}

func newSite(tb testing.TB) *site {
	tb.Helper()
	s := &site{tb: tb, data: filepath.Join(tb.TempDir(), "var"), events: make([]atomic.Int64, *clients)}
	c := company.Company{ID: tenant, Number: 2, Name: "얼쑤팩토리", Recording: company.Recording{Internal: company.RecordAlways}}
	for i := range *phones {
		ext := strconv.Itoa(firstExtension + i)
		s.exts = append(s.exts, ext)
		c.Extensions = append(c.Extensions, company.Extension{Number: ext, Devices: company.Phone(password)})
	}
	in := asteriskconf.Input{Version: 22, SIP: asteriskconf.SIP{QualifySeconds: 60}, Companies: []company.Company{c}}
	if *more > 0 || *calls > atOnceByDefault {
		in.SIP.RTPFirst, in.SIP.RTPLast = rtpFirst, rtpLast
	}
	s.server = asterisktest.Start(tb, in)
	s.startGateway()
	return s
}

// file is the gateway's configuration.
func (s *site) file() string {
	var b strings.Builder
	fmt.Fprintf(&b, "listen: [\"127.0.0.1:0\"]\ndcmiws_listen: []\nagi_listen: \"\"\ndata_dir: %q\ncapacity: none\nservers:\n", s.data)
	base := s.server.Input.Dirs.Base
	fmt.Fprintf(&b, "  - {id: 1, name: pbx, address: %q, cdr_csv: %q, recording_spool: %q, users: {", s.server.AMIAddr,
		filepath.Join(base, "log", asteriskconf.CDRFile), filepath.Join(base, "spool", dialplan.RecordingsFolder))
	for use, u := range map[string]asteriskconf.User{"events": asterisktest.Events, "calls": asterisktest.Calls, "database": asterisktest.Database} {
		fmt.Fprintf(&b, "%s: {username: %s, secret: %s}, ", use, u.Name, u.Secret)
	}
	fmt.Fprintf(&b, "}}\ntenants:\n  - {id: %q, number: 2, name: 얼쑤팩토리, servers: [1], extensions: [\"%s\"], logins: [{username: crm, password: \"pw-of-crm-9F\"}]}\n", tenant, strings.Join(s.exts, `", "`))
	b.WriteString("operators: [{username: ops, password: \"pw-of-ops-9F\"}]\n")
	return b.String()
}

// startGateway runs dipcast until the test ends, and returns when it is ready.
func (s *site) startGateway() {
	s.tb.Helper()
	file := filepath.Join(s.tb.TempDir(), "dipcast.yaml")
	if err := os.WriteFile(file, []byte(s.file()), 0o600); err != nil {
		s.tb.Fatal(err)
	}
	log := new(output)
	s.gateway = exec.Command(programtest.Path(s.tb), "serve", "--config", file, "--log-format", "json")
	s.gateway.Stdout, s.gateway.Stderr = log, log
	s.gateway.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.gateway.Start(); err != nil {
		s.tb.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.gateway.Wait() // killed at the end
	}()
	s.tb.Cleanup(func() {
		_ = s.gateway.Process.Kill() // it may have ended
		<-ended
		s.asks.CloseIdleConnections()
		if text := log.String(); s.tb.Failed() {
			s.tb.Logf("the gateway logged:\n%s", text)
		}
	})
	address := regexp.MustCompile(`"ready for clients".*?"addresses":\["([^"]+)"`)
	await.That(s.tb, "the gateway serves", func() bool {
		m := address.FindStringSubmatch(log.String())
		if m == nil {
			return false
		}
		s.http = m[1]
		return true
	})
	await.That(s.tb, "the gateway is ready", func() bool {
		status, _ := s.get("/readyz")
		return status == http.StatusOK
	})
}

// output keeps what a process says, up to a megabyte.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.b.Len() < 1<<20 {
		o.b.Write(p)
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// ask asks the gateway as an operator.
func (s *site) ask(path string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(s.tb.Context(), http.MethodGet, "http://"+s.http+path, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	req.SetBasicAuth("ops", "pw-of-ops-9F")
	res, err := s.asks.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

// get is ask in the test's own goroutine.
func (s *site) get(path string) (status int, body []byte) {
	s.tb.Helper()
	status, body, err := s.ask(path)
	if err != nil {
		s.tb.Fatal(err)
	}
	return status, body
}

// health is how much there is of a kind, as the gateway counts it; -1 when it does
// not say.
func (s *site) health(kind string) int {
	var answer struct {
		Data struct {
			Capacity []struct {
				Kind string
				Used int
			}
		}
	}
	if _, body, err := s.ask("/api/v2/health"); err != nil || json.Unmarshal(body, &answer) != nil {
		return -1
	}
	for _, c := range answer.Data.Capacity {
		if c.Kind == kind {
			return c.Used
		}
	}
	return -1
}

// metric is the value of a line of the gateway's metrics.
func (s *site) metric(line string) int {
	s.tb.Helper()
	_, body := s.get("/metrics")
	for l := range strings.Lines(string(body)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(l), line+" "); ok {
			n, err := strconv.ParseFloat(v, 64)
			if err != nil {
				s.tb.Fatal(err)
			}
			return int(n)
		}
	}
	return -1
}

// register starts the phones, a few at a time, and registers them until the test
// ends.
func (s *site) register() {
	s.tb.Helper()
	const atOnce = 10
	s.phones, s.pacer = make([]*sipphone.Phone, len(s.exts)), pacer(s.tb)
	s.tb.Cleanup(func() {
		_ = each(len(s.phones), atOnce, func(i int) error { // Close has no errors
			if s.phones[i] == nil {
				return nil
			}
			return s.phones[i].Close()
		})
	})
	err := each(len(s.exts), atOnce, func(i int) error {
		p, err := sipphone.New(sipphone.Options{
			Server: s.server.SIPAddr, User: "T2_" + s.exts[i], Password: password, Behaviour: sipphone.Answer(0),
			Tone: toneOf(i), Expires: 10 * time.Minute, Pacer: s.pacer,
		})
		if err != nil {
			return err
		}
		if err := p.Start(s.tb.Context()); err != nil {
			return err
		}
		s.phones[i] = p
		ctx, cancel := context.WithTimeout(s.tb.Context(), time.Minute)
		defer cancel()
		if err := p.Register(ctx); err != nil {
			return fmt.Errorf("register %s: %w", s.exts[i], err)
		}
		return nil
	})
	if err != nil {
		s.tb.Fatal(err)
	}
}

// pacer lives until the test ends, longer than those who use it.
func pacer(tb testing.TB) *sipphone.Pacer {
	p := sipphone.NewPacer()
	tb.Cleanup(p.Close)
	return p
}

// toneOf is the tone of a phone: those of a pair are far from each other.
func toneOf(i int) int { return 500 + i%2*1000 + i/2%180*5 }

// each does something n times, atOnce at once, and gives the first error.
func each(n, atOnce int, do func(i int) error) error {
	var wg sync.WaitGroup
	var first atomic.Pointer[error]
	turns := make(chan int)
	for range atOnce {
		wg.Go(func() {
			for i := range turns {
				if err := do(i); err != nil {
					first.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	for i := range n {
		turns <- i
	}
	close(turns)
	wg.Wait()
	if err := first.Load(); err != nil {
		return *err
	}
	return nil
}

// pairs are the phones, each second one called by the one before.
func (s *site) pairs() []pair {
	var all []pair
	for i := 0; i+1 < len(s.phones); i += 2 {
		all = append(all, pair{caller: s.phones[i], number: s.exts[i+1], callee: s.phones[i+1], tone: s.phones[i+1].Tone()})
	}
	return all
}

// watch connects the WebSocket clients, half of them of version 2, until the test
// ends. They count what comes.
func (s *site) watch() {
	s.tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	s.tb.Cleanup(func() { cancel(); wg.Wait() })
	for i := range s.events {
		path := "/ws"
		if i%2 == 1 {
			path += "?v=2"
		}
		h := http.Header{}
		r := http.Request{Header: h}
		r.SetBasicAuth("crm", "pw-of-crm-9F")
		c, _, err := websocket.Dial(s.tb.Context(), "ws://"+s.http+path, &websocket.DialOptions{HTTPHeader: h})
		if err != nil {
			s.tb.Fatal(err)
		}
		c.SetReadLimit(16 << 20)
		if i%2 == 1 {
			if err := c.Write(s.tb.Context(), websocket.MessageText, []byte(`{"op":"subscribe","id":"all"}`)); err != nil {
				s.tb.Fatal(err)
			}
		}
		wg.Go(func() {
			defer func() { _ = c.CloseNow() }() // it is over in any case
			// Counted is from the first channel on: before it, one connects after
			// the other while phones still register.
			begun := false
			for {
				_, frame, err := c.Read(ctx)
				if err != nil {
					return
				}
				if begun = begun || bytes.Contains(frame, []byte(`"Newchannel"`)); begun {
					s.events[i].Add(1)
				}
			}
		})
	}
}

// beside gives phones and a network that call each other without Asterisk. They
// live until the test ends.
func beside(tb testing.TB, n int) []pair {
	tb.Helper()
	var all []pair
	paced := pacer(tb)
	for i := range n {
		number := strconv.Itoa(5000 + i)
		network, err := sipphone.NewNetwork(sipphone.NetworkOptions{Listen: "127.0.0.1:0", Unknown: sipphone.Answer(0), Pacer: paced})
		if err != nil {
			tb.Fatal(err)
		}
		if err := network.Start(tb.Context()); err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { network.Close() })
		p, err := sipphone.New(sipphone.Options{Server: network.Addr().String(), User: "p" + number, Tone: 600, Pacer: paced})
		if err != nil {
			tb.Fatal(err)
		}
		if err := p.Start(tb.Context()); err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { p.Close() })
		all = append(all, pair{caller: p, number: number, callee: network, tone: network.Tone(number)})
	}
	return all
}
