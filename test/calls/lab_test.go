// Package calls_test makes real calls of every kind on both versions of
// Asterisk and follows them with package call. With -record it writes what it
// heard to internal/call/testdata.
package calls_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	tenant2 = "7be69580e27641df"

	did1010  = "07045805605" // rings 1010
	did1013  = "07045144801" // rings 1013
	mobile   = "01026132471"
	mobile2  = "01099552471"
	pizza    = "16882471" // a company in the network
	stranger = "01012345678"
	shown    = "16682471"
	nobody   = "01055550147" // a number the network does not have
	engaged  = "16662471"    // a number that is always busy

	// deskAddr is where the phone of 1018 is: known by its address, so that it
	// needs no registration.
	deskAddr = "127.0.0.19"
)

// extra is the dialplan beside ours: what a company adds in its own files.
const extra = `
[T2_cos-all](+)
exten => 600,1,Answer()
 same => n,Queue(T2_Q600,,,,3)
 same => n,Hangup()
exten => 610,1,Dial(PJSIP/T2_1010&PJSIP/T2_1013,5)
 same => n,Hangup()
exten => 611,1,Dial(Local/1010@T2_cos-all&Local/1013@T2_cos-all,5)
 same => n,Hangup()
exten => 620,1,Answer()
 same => n,Wait(0.5)
 same => n,Hangup()
exten => 630,1,Dial(PJSIP/T2_1010,5,tT)
 same => n,Hangup()
 same => n,Hangup()
exten => _*8X.,1,Pickup(T2_${EXTEN:2}@PICKUPMARK)
 same => n,Hangup()
`

// lab is an Asterisk with the phones of one company and a telephone network.
type lab struct {
	t       *testing.T
	version int
	sip     string // where Asterisk listens
	network *sipphone.Network
	phones  map[string]*sipphone.Phone // by extension
	desk    *desk                      // 1018
	amiAddr string
	ami     *ami.Client
	tape    *tape
}

func companies(version, trunkPort int) asteriskconf.Input {
	ext := func(number, name string) company.Extension {
		return company.Extension{Number: number, Name: name, Devices: company.Phone("secret " + number), RingSeconds: 2}
	}
	return asteriskconf.Input{
		Version: version,
		Trunks:  []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: trunkPort}},
		Companies: []company.Company{{
			ID: tenant2, Number: 2, Name: "얼쑤팩토리",
			Extensions: []company.Extension{ext("1010", "홍길동"), ext("1013", "지화자"), ext("1018", "김영업"), ext("1020", "이재고")},
			DIDs:       company.DIDs(map[string]string{did1010: "1010", did1013: "1013"}),
			Numbers:    []string{shown},
			Routes:     []company.Route{{Trunks: []int{1}}},
		}},
	}
}

// newLab starts an Asterisk, its network, and the phones 1010, 1013 and 1018.
// 1020 has none.
func newLab(t *testing.T, version int) *lab {
	t.Helper()
	trunkPort, deskPort := asterisktest.Port(t), asterisktest.Port(t)
	l := &lab{t: t, version: version, phones: map[string]*sipphone.Phone{}}
	l.start(companies(version, trunkPort), deskPort)
	var err error
	l.network, err = sipphone.NewNetwork(sipphone.NetworkOptions{
		Listen: net.JoinHostPort("127.0.0.1", strconv.Itoa(trunkPort)), Server: l.sip, Unknown: sipphone.Reject(404),
		Numbers: map[string]sipphone.Number{
			mobile:  {Tone: 1000, Behaviour: sipphone.Answer(100 * time.Millisecond)},
			mobile2: {Tone: 1100, Behaviour: sipphone.Answer(100 * time.Millisecond)},
			pizza:   {Tone: 1200, Behaviour: sipphone.Answer(100 * time.Millisecond)},
			engaged: {Tone: 1300, Behaviour: sipphone.Busy()},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.network.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.network.Close() })
	for _, ext := range []string{"1010", "1013"} {
		l.phone(ext)
	}
	l.desk = newDesk(t, net.JoinHostPort(deskAddr, strconv.Itoa(deskPort)), l.sip)
	return l
}

// start runs an Asterisk on in, changed where our files do not go far enough.
func (l *lab) start(in asteriskconf.Input, deskPort int) {
	l.t.Helper()
	tree := asterisktest.Tree(l.t, asteriskproc.Version(in.Version))
	dir, err := os.MkdirTemp("", "ast") // a short path, see RunOptions.Dir
	if err != nil {
		l.t.Fatal(err)
	}
	in.Dirs = asteriskconf.Dirs{Base: dir, Modules: tree.ModulesDir(), Data: tree.DataDir()}
	in.AMI.Port, in.SIP.Port = asterisktest.Port(l.t), asterisktest.Port(l.t)
	in.SIP.RTPFirst = asterisktest.Ports(l.t, 200)
	in.SIP.RTPLast = in.SIP.RTPFirst + 199
	in.AMI.Users = asteriskconf.Users{All: asterisktest.All, Commands: true}
	files, err := asteriskconf.Render(in)
	if err != nil {
		l.t.Fatal(err)
	}
	files["etc/extensions.conf"] += extra
	files["etc/features.conf"] += "\n[featuremap]\natxfer=*2\n"
	files["etc/queues.conf"] += "\n[T2_Q600]\nstrategy=ringall\ntimeout=5\nmember => PJSIP/T2_1010\nmember => PJSIP/T2_1013\n"
	pjsip := files["etc/pjsip.conf"]
	pjsip = strings.Replace(pjsip, "aors=T2_1018\nauth=T2_1018\nidentify_by=username\n", "aors=T2_1018\nidentify_by=ip\n", 1)
	pjsip = strings.Replace(pjsip, "[T2_1018]\ntype=aor\nmax_contacts=1\n",
		fmt.Sprintf("[T2_1018]\ntype=identify\nendpoint=T2_1018\nmatch=%[1]s\n\n[T2_1018]\ntype=aor\nmax_contacts=1\ncontact=sip:1018@%[1]s:%[2]d\n", deskAddr, deskPort), 1)
	files["etc/pjsip.conf"] = pjsip
	if err := asteriskproc.WriteFiles(dir, files); err != nil {
		l.t.Fatal(err)
	}
	instance, err := asteriskproc.Start(l.t.Context(), asteriskproc.RunOptions{Tree: tree, Dir: dir})
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		instance.Stop()
		if log, err := os.ReadFile(instance.LogPath()); err == nil && l.t.Failed() {
			l.t.Logf("asterisk logged:\n%s", log)
		}
		os.RemoveAll(dir)
	})
	l.amiAddr = net.JoinHostPort("127.0.0.1", strconv.Itoa(in.AMI.Port))
	l.sip = net.JoinHostPort("127.0.0.1", strconv.Itoa(in.SIP.Port))
}

func (l *lab) phone(ext string) {
	l.t.Helper()
	n, _ := strconv.Atoi(ext)
	p, err := sipphone.New(sipphone.Options{
		Server: l.sip, User: "T2_" + ext, Password: "secret " + ext, Behaviour: sipphone.Answer(0), Tone: 400 + n%100*10,
	})
	if err != nil {
		l.t.Fatal(err)
	}
	if err := p.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { p.Close() })
	if err := p.Register(l.ctx()); err != nil {
		l.t.Fatalf("register %s: %v", ext, err)
	}
	l.phones[ext] = p
}

// ctx bounds one wait.
func (l *lab) ctx() context.Context {
	ctx, cancel := context.WithTimeout(l.t.Context(), 15*time.Second)
	l.t.Cleanup(cancel)
	return ctx
}

// link logs in and keeps all that comes, until stop is called.
func (l *lab) link() (stop func()) {
	l.t.Helper()
	l.tape = newTape()
	up := make(chan struct{})
	var once sync.Once
	c, err := ami.New(ami.Options{
		Address: l.amiAddr, Username: asterisktest.All.Name, Secret: asterisktest.All.Secret, Events: "on",
		PingInterval: time.Hour, Dial: l.tape.dial, OnMessage: l.tape.heard,
		OnChange: func(c ami.Change) {
			if c.State == ami.StateUp {
				once.Do(func() { close(up) })
			}
		},
	})
	if err != nil {
		l.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Run(ctx)
	}()
	l.ami = c
	select {
	case <-up:
	case <-l.ctx().Done():
		cancel()
		l.t.Fatal("no AMI link")
	}
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	l.t.Cleanup(stop)
	return stop
}

// behave sets what the phones of 1010 and 1013 do with calls.
func (l *lab) behave(first, second sipphone.Behaviour) {
	l.phones["1010"].SetBehaviour(first)
	l.phones["1013"].SetBehaviour(second)
}

// divert switches a diversion of an extension on, with its gate.
func (l *lab) divert(ext string, d dialplan.Diversion, number string) {
	l.t.Helper()
	destination, err := dialplan.FormatDestination(number)
	if err != nil {
		l.t.Fatal(err)
	}
	l.put(dialplan.DiversionKey(ext, d, dialplan.Destination), destination)
	l.put(dialplan.DiversionKey(ext, d, dialplan.Enable), dialplan.Yes)
	l.put(dialplan.GateKey(ext), dialplan.Yes)
}

func (l *lab) undivert(ext string) {
	l.t.Helper()
	l.put(dialplan.GateKey(ext), dialplan.No)
	for _, d := range dialplan.Diversions {
		l.put(dialplan.DiversionKey(ext, d, dialplan.Enable), dialplan.No)
	}
}

func (l *lab) put(key, value string) {
	l.t.Helper()
	l.do("DBPut", "Family", tenant2, "Key", key, "Val", value)
}

// do sends an action and wants success.
func (l *lab) do(name string, pairs ...string) {
	l.t.Helper()
	a := ami.NewAction(name)
	for i := 0; i < len(pairs); i += 2 {
		a.Add(pairs[i], pairs[i+1])
	}
	r, err := l.ami.Do(l.ctx(), a)
	if err != nil {
		l.t.Fatalf("%s: %v", name, err)
	}
	if !r.Success() {
		l.t.Fatalf("%s: %s", name, r.Get("Message"))
	}
}

// list asks for the channels, as after a lost link, so that recordings hold
// what the items of a snapshot say at that moment.
func (l *lab) list() []*ami.Message {
	l.t.Helper()
	r, err := l.ami.List(l.ctx(), ami.NewAction("CoreShowChannels"), 100)
	if err != nil {
		l.t.Fatal(err)
	}
	return r.Events
}

// channel is the full name of a live channel of an endpoint, the newest.
func (l *lab) channel(endpoint string) string {
	l.t.Helper()
	name := ""
	for _, m := range l.list() {
		if n := m.Get("Channel"); strings.HasPrefix(n, "PJSIP/"+endpoint+"-") && n > name {
			name = n
		}
	}
	if name == "" {
		l.t.Fatalf("%s has no channel", endpoint)
	}
	return name
}

// dial calls from a phone.
func (l *lab) dial(ext, number string) *sipphone.Call {
	l.t.Helper()
	c, err := l.phones[ext].Dial(l.ctx(), number, sipphone.DialOptions{})
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

// incoming calls from the network.
func (l *lab) incoming(did string) *sipphone.Call {
	l.t.Helper()
	c, err := l.network.Call(l.ctx(), sipphone.CallOptions{From: stranger, Name: "바깥", To: did})
	if err != nil {
		l.t.Fatal(err)
	}
	return c
}

// calls is a phone or a network.
type calls interface {
	NextCall(context.Context) (*sipphone.Call, error)
}

func (l *lab) next(p calls) *sipphone.Call {
	l.t.Helper()
	for {
		c, err := p.NextCall(l.ctx())
		if err != nil {
			l.t.Fatal(err)
		}
		if _, over := c.End(); !over { // else it is of a test before
			return c
		}
	}
}

func (l *lab) ringing(p calls) *sipphone.Call {
	l.t.Helper()
	c := l.next(p)
	if err := c.WaitRinging(l.ctx()); err != nil {
		l.t.Fatal(err)
	}
	return c
}

func (l *lab) answered(c *sipphone.Call) *sipphone.Call {
	l.t.Helper()
	if err := c.WaitAnswered(l.ctx()); err != nil {
		l.t.Fatal(err)
	}
	return c
}

// talk waits until two ends hear each other.
func (l *lab) talk(a, b *sipphone.Call) {
	l.t.Helper()
	l.answered(a)
	l.answered(b)
	for _, err := range []error{a.WaitTone(l.ctx(), b.Tone()), b.WaitTone(l.ctx(), a.Tone())} {
		if err != nil {
			l.t.Fatal(err)
		}
	}
}

func (l *lab) hangup(c *sipphone.Call, others ...*sipphone.Call) {
	l.t.Helper()
	if err := c.Hangup(l.ctx()); err != nil {
		l.t.Fatal(err)
	}
	for _, o := range others {
		l.ended(o)
	}
}

func (l *lab) ended(c *sipphone.Call) {
	l.t.Helper()
	if _, err := c.WaitEnded(l.ctx()); err != nil {
		l.t.Fatal(err)
	}
}

// clear takes away what a failed test has left.
func (l *lab) clear() {
	stop := l.link()
	defer stop()
	if _, err := l.ami.Do(l.ctx(), ami.NewAction("Hangup").Add("Channel", "/^.*$/")); err != nil {
		l.t.Error(err)
	}
	l.undivert("1010")
}

// idle waits until no channel is left, and all has been said of those that were:
// a channel leaves the list before its Hangup is sent.
func (l *lab) idle() {
	l.t.Helper()
	for ctx, gone := l.ctx(), false; ; {
		select {
		case <-l.tape.quiet(200 * time.Millisecond):
			if gone {
				return
			}
			gone = len(l.list()) == 1 // the Complete event
		case <-ctx.Done():
			l.t.Fatal("channels are left")
		}
	}
}
