// Package dialplan_test makes real calls through the dialplan that package
// asteriskconf writes, on both versions of Asterisk.
package dialplan_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	tenant2  = "7be69580e27641df"
	tenant10 = "0123456789abcdef"

	tenantMain = "00000000000000aa"

	did1010   = "07045805605" // rings 1010 of tenant 2
	did1013   = "07045144801" // rings 1013 of tenant 2
	didOther  = "07010100000" // rings 1010 of tenant 10
	mobile    = "01026132471"
	mobile2   = "01099552471"
	pizza     = "16882471" // a company in the network
	stranger  = "01012345678"
	shown     = "16682471" // a number of tenant 2
	shownElse = "16662471" // another one
)

// lab is an Asterisk with tenants, their phones and a telephone network.
type lab struct {
	t       *testing.T
	server  *asterisktest.Server
	network *sipphone.Network
	broken  *sipphone.Network          // behind the first of tenant 10's two trunks
	phones  map[string]*sipphone.Phone // by endpoint, "T2_1010"
	ami     *ami.Client
	events  *events
}

// companies is the input of all tests: the two tenants of the demo, and a main
// tenant that has no numbers. Tenant 10 has a second trunk, tried first.
func companies(version, trunkPort, brokenPort int) asteriskconf.Input {
	ext := func(number, name string) company.Extension {
		return company.Extension{Number: number, Name: name, Devices: company.Phone("s3;cret " + number), RingSeconds: 2}
	}
	return asteriskconf.Input{
		Version: version,
		Trunks:  []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: trunkPort}, {ID: 2, Host: "127.0.0.1", Port: brokenPort}},
		Companies: []company.Company{
			{
				ID: tenant2, Number: 2, Name: "얼쑤팩토리",
				Extensions: []company.Extension{ext("1010", "홍길동"), ext("1013", "지화자"), ext("1018", `"<1>;`)},
				DIDs:       company.DIDs(map[string]string{did1010: "1010", did1013: "1013"}),
				Numbers:    []string{shown, shownElse},
				Routes:     []company.Route{{Trunks: []int{1}}},
			},
			{
				ID: tenant10, Number: 10, Name: "다른회사",
				Extensions: []company.Extension{ext("1010", "춘향"), ext("1013", "몽룡")},
				DIDs:       company.DIDs(map[string]string{didOther: "1010"}),
				Routes:     []company.Route{{Trunks: []int{2, 1}}},
			},
			{
				ID: tenantMain, Number: 1, Main: true, Name: "본사",
				Extensions: []company.Extension{ext("900", "사장"), ext("901", ""), ext("902", "")},
				Routes:     []company.Route{{Trunks: []int{1}}},
			},
		},
	}
}

// both runs a test on both versions of Asterisk.
func both(t *testing.T, test func(*lab), change ...func(*asteriskconf.Input)) {
	t.Parallel() // they mostly wait
	for _, version := range []int{22, 16} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			t.Parallel()
			test(newLab(t, version, change...))
		})
	}
}

// newest runs a test on Asterisk 22 only, where what it tests does not depend on
// the version: each Asterisk takes its time.
func newest(t *testing.T, test func(*lab), change ...func(*asteriskconf.Input)) {
	t.Parallel()
	test(newLab(t, 22, change...))
}

// in is the same lab within another test, a part of the first.
func (l *lab) in(t *testing.T) *lab {
	sub := *l
	sub.t = t
	return &sub
}

// newLab starts one, with the companies changed.
func newLab(t *testing.T, version int, change ...func(*asteriskconf.Input)) *lab {
	t.Helper()
	trunkPort, brokenPort := asterisktest.Port(t), asterisktest.Port(t)
	l := &lab{t: t, phones: map[string]*sipphone.Phone{}}
	in := companies(version, trunkPort, brokenPort)
	for _, c := range change {
		c(&in)
	}
	l.server = asterisktest.Start(t, in)
	l.network = l.telephones(trunkPort, map[string]sipphone.Number{
		mobile: {Tone: 1000}, mobile2: {Tone: 1100}, pizza: {Tone: 1200}, stranger: {Tone: 1300},
	})
	l.broken = l.telephones(brokenPort, nil)
	l.events = listen(t, l.server)
	l.ami = link(t, l.server, asterisktest.All, "off", nil)
	return l
}

// telephones starts a network on the other side of a trunk.
func (l *lab) telephones(port int, numbers map[string]sipphone.Number) *sipphone.Network {
	l.t.Helper()
	n, err := sipphone.NewNetwork(sipphone.NetworkOptions{
		Listen: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Server: l.server.SIPAddr, Numbers: numbers,
		Unknown: sipphone.Reject(503),
	})
	if err != nil {
		l.t.Fatal(err)
	}
	if err := n.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { n.Close() })
	return n
}

// phone registers a phone. Tones: tenant 2 has 400 + the extension's last two
// digits times ten, so that every end is told apart.
func (l *lab) phone(endpoint string, behaviour sipphone.Behaviour) *sipphone.Phone {
	l.t.Helper()
	_, name := dialplan.ParseEndpoint(endpoint)
	number, nth, further := strings.Cut(name, "_")
	n, err := strconv.Atoi(number + nth)
	if err != nil {
		l.t.Fatal(err)
	}
	if further { // 10181 gives 1210 Hz, which is nobody else's
		n = n%100 + 80
	}
	p, err := sipphone.New(sipphone.Options{
		Server: l.server.SIPAddr, User: endpoint, Password: "s3;cret " + number,
		Behaviour: behaviour, Tone: 400 + n%100*10,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	if err := p.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { p.Close() })
	if err := p.Register(l.ctx()); err != nil {
		l.t.Fatalf("register %s: %v", endpoint, err)
	}
	l.phones[endpoint] = p
	return p
}

// ctx bounds one wait.
func (l *lab) ctx() context.Context {
	ctx, cancel := context.WithTimeout(l.t.Context(), 15*time.Second)
	l.t.Cleanup(cancel)
	return ctx
}

// divert sets a diversion of an extension, with its gate.
func (l *lab) divert(tenant, extension string, d dialplan.Diversion, number string) {
	l.t.Helper()
	destination, err := dialplan.FormatDestination(number)
	if err != nil {
		l.t.Fatal(err)
	}
	l.put(tenant, dialplan.DiversionKey(extension, d, dialplan.Destination), destination)
	l.put(tenant, dialplan.DiversionKey(extension, d, dialplan.Enable), dialplan.Yes)
	l.put(tenant, dialplan.GateKey(extension), dialplan.Yes)
}

func (l *lab) put(family, key, value string) {
	l.t.Helper()
	l.do(ami.NewAction("DBPut").Add("Family", family).Add("Key", key).Add("Val", value))
}

func (l *lab) do(a *ami.Action) *ami.Response {
	l.t.Helper()
	r, err := l.ami.Do(l.ctx(), a)
	if err != nil {
		l.t.Fatalf("%s: %v", a.Name(), err)
	}
	if !r.Success() {
		l.t.Fatalf("%s: %s", a.Name(), r.Get("Message"))
	}
	return r
}

// callee is a phone or a network.
type callee interface {
	NextCall(ctx context.Context) (*sipphone.Call, error)
}

// answered waits for the next call of a phone or network and for its answer.
func (l *lab) answered(p callee) *sipphone.Call {
	l.t.Helper()
	c := l.next(p)
	if err := c.WaitAnswered(l.ctx()); err != nil {
		l.t.Fatal(err)
	}
	return c
}

func (l *lab) next(p callee) *sipphone.Call {
	l.t.Helper()
	c, err := p.NextCall(l.ctx())
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

// talk checks that two ends hear each other, and only each other.
func (l *lab) talk(a, b *sipphone.Call) {
	l.t.Helper()
	if err := a.WaitTone(l.ctx(), b.Tone()); err != nil {
		l.t.Errorf("one end hears %v, not %d Hz: %v", a.Heard(), b.Tone(), err)
	}
	if err := b.WaitTone(l.ctx(), a.Tone()); err != nil {
		l.t.Errorf("other end hears %v, not %d Hz: %v", b.Heard(), a.Tone(), err)
	}
}

func (l *lab) hangup(c *sipphone.Call, others ...*sipphone.Call) {
	l.t.Helper()
	if err := c.Hangup(l.ctx()); err != nil {
		l.t.Fatal(err)
	}
	for _, o := range others {
		if _, err := o.WaitEnded(l.ctx()); err != nil {
			l.t.Error(err)
		}
	}
}

// dial calls from a phone.
func (l *lab) dial(p *sipphone.Phone, number string) *sipphone.Call {
	l.t.Helper()
	c, err := p.Dial(l.ctx(), number, sipphone.DialOptions{})
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

// incoming calls from the network.
func (l *lab) incoming(from, did string) *sipphone.Call {
	l.t.Helper()
	c, err := l.network.Call(l.ctx(), sipphone.CallOptions{From: from, Name: "바깥", To: did})
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

// link runs an AMI client until the test ends, and waits until it is up.
func link(t *testing.T, s *asterisktest.Server, user asteriskconf.User, events string, onMessage func(*ami.Message)) *ami.Client {
	t.Helper()
	up := make(chan struct{})
	var once sync.Once
	c, err := ami.New(ami.Options{
		Address: s.AMIAddr, Username: user.Name, Secret: user.Secret, Events: events, OnMessage: onMessage,
		OnChange: func(c ami.Change) {
			if c.State == ami.StateUp {
				once.Do(func() { close(up) })
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Run(ctx) // ends with ctx
	}()
	t.Cleanup(func() { cancel(); <-ended })
	select {
	case <-up:
	case <-time.After(15 * time.Second):
		t.Fatalf("AMI user %s does not get a link", user.Name)
	}
	return c
}

// events keeps what the AMI user for events saw.
type events struct {
	mu   sync.Mutex
	all  []*ami.Message
	more chan struct{} // replaced and closed at every event
}

func listen(t *testing.T, s *asterisktest.Server) *events {
	e := &events{more: make(chan struct{})}
	link(t, s, asterisktest.Events, "on", func(m *ami.Message) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.all = append(e.all, m.Clone())
		close(e.more)
		e.more = make(chan struct{})
	})
	return e
}

// wait gives the first event, seen or to come, with these values:
// "Event", "Hangup", "Channel", "PJSIP/…".
func (l *lab) wait(pairs ...string) *ami.Message {
	l.t.Helper()
	ctx := l.ctx()
	for from := 0; ; {
		l.events.mu.Lock()
		all, more := l.events.all, l.events.more
		l.events.mu.Unlock()
		for _, m := range all[from:] {
			if matches(m, pairs) {
				return m
			}
		}
		from = len(all)
		select {
		case <-more:
		case <-ctx.Done():
			l.t.Fatalf("no event %q; there were %v", pairs, l.kinds())
		}
	}
}

func matches(m *ami.Message, pairs []string) bool {
	for i := 0; i < len(pairs); i += 2 {
		if m.Get(pairs[i]) != pairs[i+1] {
			return false
		}
	}
	return true
}

func (l *lab) kinds() []string {
	l.events.mu.Lock()
	defer l.events.mu.Unlock()
	n := map[string]int{}
	for _, m := range l.events.all {
		n[string(m.Event())]++
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(n)) {
		out = append(out, fmt.Sprintf("%s×%d", k, n[k]))
	}
	return out
}

// quiet checks that Asterisk logged nothing of the kinds given since it started.
func (l *lab) quiet(kinds ...string) {
	l.t.Helper()
	for _, line := range strings.Split(l.log(), "\n") {
		if strings.Contains(line, "Session already DISCONNECTED") {
			continue // what a phone ended that Asterisk was about to end
		}
		if strings.Contains(line, "scheduled tasks") {
			continue // the machine is slow
		}
		for _, k := range kinds {
			if strings.Contains(line, k) {
				l.t.Errorf("asterisk logged: %s", line)
			}
		}
	}
}
