package cdr_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
	"github.com/dipcast/dipcast/internal/store/storetest"
)

const (
	two      = "7be69580e27641df"
	did      = "07045805605"
	mobile   = "01026132471"
	stranger = "01012345678"
)

const yaml = `
listen: ["127.0.0.1:0"]
dcmiws_listen: []
agi_listen: ""
data_dir: %q
database: %q
servers:
  - {id: 1, name: one, address: %q, username: %s, secret: %s, cdr_csv: %q, recording_spool: %q}
tenants:
  - id: 7be69580e27641df
    number: 2
    name: 얼쑤팩토리
    servers: [1]
    extensions: ["1010", "1011", "1012", "1013", "1014", "1018"]
    dids: {"07045805605": "1014"}
    numbers: ["16682471"]
    logins:
      - {username: two, password: "two-password"}
      - {username: desk, password: "desk-password", extension: "1018"}
operators: [{username: ops, password: "ops-password"}]
`

// lab is a gateway, an Asterisk 22 and its phones.
type lab struct {
	*gateway
	record  string // Asterisk's own
	server  *asterisktest.Server
	network *sipphone.Network
	phones  map[string]*sipphone.Phone
}

func newLab(t *testing.T, d *storetest.Database, changes ...func(*company.Company)) *lab {
	t.Helper()
	trunk := asterisktest.Port(t)
	ext := func(number, name string) company.Extension {
		return company.Extension{Number: number, Name: name, Devices: company.Phone("secret " + number), RingSeconds: 2}
	}
	c := company.Company{
		ID: two, Number: 2, Name: "얼쑤팩토리",
		Extensions: []company.Extension{ext("1010", "홍길동"), ext("1011", "이재고"), ext("1012", "박총무"), ext("1013", "지화자"), ext("1014", "최고객"), ext("1018", "김영업")},
		DIDs:       []company.DID{{Number: did, To: company.Target{Kind: company.ToExtension, Value: "1014"}}}, Numbers: []string{"16682471"},
	}
	for _, change := range changes {
		change(&c)
	}
	srv := asterisktest.Start(t, asteriskconf.Input{
		Version: 22, Trunks: []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: trunk}}, Companies: []company.Company{c},
	})
	l := &lab{phones: map[string]*sipphone.Phone{}, record: filepath.Join(srv.Input.Dirs.Base, "log", asteriskconf.CDRFile), server: srv}
	l.network = srv.Network(t, trunk, sipphone.NetworkOptions{
		Unknown: sipphone.Reject(404), Numbers: map[string]sipphone.Number{mobile: {Tone: 1000, Behaviour: sipphone.Answer(0)}},
	})
	for i, number := range []string{"1010", "1011", "1012", "1013", "1014", "1018"} {
		behaviour := sipphone.Answer(0)
		if number == "1018" {
			behaviour = sipphone.Busy()
		}
		l.phones[number] = srv.Phone(t, sipphone.Options{
			User: "T2_" + number, Password: "secret " + number, Behaviour: behaviour, Tone: 400 + 100*i,
		})
	}
	file := filepath.Join(t.TempDir(), "dipcast.yaml")
	text := fmt.Sprintf(yaml, d.Dir, d.URL, srv.AMIAddr, asterisktest.All.Name, asterisktest.All.Secret, l.record, l.spool())
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	l.gateway = &gateway{t: t, file: file}
	return l
}

// seen is what of a call must be in the history.
type seen struct{ Src, Dst, Disposition, Direction, Reason, By string }

// tally counts calls that are alike.
type tally struct {
	mu sync.Mutex
	n  map[seen]int
}

func (y *tally) add(s seen) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.n == nil {
		y.n = map[seen]int{}
	}
	y.n[s]++
}

// one makes one call to its end, from a phone or from the network, and reports
// whether it was answered.
func one(ctx context.Context, t *testing.T, dial func(context.Context) (*sipphone.Call, error)) bool {
	c, err := dial(ctx)
	if err != nil {
		t.Error(err)
		return false
	}
	answered := c.WaitAnswered(ctx) == nil
	if answered {
		if err := c.Hangup(ctx); err != nil {
			t.Error(err)
		}
	}
	if _, err := c.WaitEnded(ctx); err != nil {
		t.Error(err)
	}
	return answered
}

// calls makes calls of several kinds side by side until stop is called.
func (l *lab) calls(t *testing.T, want *tally) (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	repeat := func(s seen, dial func(context.Context) (*sipphone.Call, error)) {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
				s := s
				if !one(ctx, t, dial) { // a phone may be busy with the call before
					s.Disposition, s.Reason, s.By = "BUSY", "busy", ""
				}
				cancel()
				want.add(s)
				pause(t, 10*time.Millisecond)
			}
		})
	}
	from := func(ext, to string) func(context.Context) (*sipphone.Call, error) {
		return func(ctx context.Context) (*sipphone.Call, error) {
			return l.phones[ext].Dial(ctx, to, sipphone.DialOptions{})
		}
	}
	repeat(seen{"1013", "1010", "ANSWERED", "internal", "completed", "1010"}, from("1013", "1010"))
	repeat(seen{"1011", "1018", "BUSY", "internal", "busy", ""}, from("1011", "1018"))
	repeat(seen{"1012", mobile, "ANSWERED", "outgoing", "completed", mobile}, from("1012", mobile))
	repeat(seen{stranger, did, "ANSWERED", "external", "completed", "1014"}, func(ctx context.Context) (*sipphone.Call, error) {
		return l.network.Call(ctx, sipphone.CallOptions{From: stranger, Name: "바깥", To: did})
	})
	return func() { close(done); wg.Wait() }
}

// recorded are the calls in Asterisk's own record.
func (l *lab) recorded(t *testing.T) map[string]bool {
	t.Helper()
	f, err := os.Open(l.record)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, line := range lines {
		all[line[0]] = true
	}
	return all
}

// TestKilledUnderLoad: phones call without a pause while the gateway is killed
// again and again and stays away for seconds. In the end the history has every
// call, once, with who called whom and how it ended.
func TestKilledUnderLoad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, d *storetest.Database) {
		t.Parallel()
		l := newLab(t, d)
		l.start()
		var want tally
		stop := l.calls(t, &want)
		stopped := false
		defer func() {
			if !stopped {
				stop()
			}
		}()
		for range 4 {
			pause(t, time.Duration(500+rand.IntN(1500))*time.Millisecond)
			l.kill()
			pause(t, time.Duration(500+rand.IntN(2000))*time.Millisecond)
			l.start()
		}
		pause(t, time.Second)
		stop()
		stopped = true
		made := 0
		for _, n := range want.n {
			made += n
		}
		// Asterisk writes a call down after its end.
		await.That(t, "calls in Asterisk's own record", func() bool { return len(l.recorded(t)) >= made })
		var got tally
		var rows []row
		defer func() {
			if t.Failed() {
				t.Logf("calls by kind (-made +in the history): %s", cmp.Diff(want.n, got.n))
			}
		}()
		await.That(t, "calls in the history", func() bool {
			rows = l.history("ops")
			got = tally{}
			for _, r := range rows {
				by := ""
				if r.AnsweredBy != nil {
					by = r.AnsweredBy.Number
				}
				got.add(seen{r.Src, r.Dst, r.Disposition, r.Direction, r.Reason, by})
			}
			return len(rows) >= made && cmp.Equal(want.n, got.n)
		})
		once := map[string]bool{}
		sources := map[string]int{}
		for _, r := range rows {
			if once[r.Linkedid] {
				t.Errorf("%s is there twice", r.Linkedid)
			}
			once[r.Linkedid] = true
			sources[r.Source]++
		}
		if diff := cmp.Diff(l.recorded(t), once); diff != "" {
			t.Errorf("- in Asterisk's own record, + in the history: %s", diff)
		}
		if sources["completed"] == 0 || sources["live"] == 0 {
			t.Errorf("calls by who saw them: %v", sources)
		}
		if n := len(l.history("two")); n != made {
			t.Errorf("the company sees %d of %d calls", n, made)
		}
		for _, r := range l.history("desk") {
			if r.From.Extension != "1018" && r.To.Extension != "1018" {
				t.Errorf("1018 sees a call of others: %+v", r)
			}
		}
		t.Logf("%d calls, %v", made, sources)
	})
}

// pause lets calls go on for a while.
func pause(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}
