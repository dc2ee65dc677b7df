// Package dialplan_test makes real calls through the dialplan that package
// asteriskconf writes, on both versions of Asterisk.
package dialplan_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) { asterisktest.Main(m) }

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
	events  *asterisktest.Heard
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
	asterisktest.Both(t, func(t *testing.T, version int) { test(newLab(t, version, change...)) })
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
	l.network = l.server.Network(t, trunkPort, sipphone.NetworkOptions{Unknown: sipphone.Reject(503), Numbers: map[string]sipphone.Number{
		mobile: {Tone: 1000}, mobile2: {Tone: 1100}, pizza: {Tone: 1200}, stranger: {Tone: 1300},
	}})
	l.broken = l.server.Network(t, brokenPort, sipphone.NetworkOptions{Unknown: sipphone.Reject(503)})
	l.events = l.server.Listen(t)
	l.ami = l.server.Link(t, asterisktest.All)
	return l
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
	p := l.server.Phone(l.t, sipphone.Options{
		User: endpoint, Password: "s3;cret " + number, Behaviour: behaviour, Tone: 400 + n%100*10,
	})
	l.phones[endpoint] = p
	return p
}

// ctx bounds one wait.
func (l *lab) ctx() context.Context { return asterisktest.Context(l.t) }

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
	return asterisktest.Do(l.t, l.ami, a)
}

// answered waits for the next call of a phone or network and for its answer.
func (l *lab) answered(p asterisktest.Callee) *sipphone.Call {
	l.t.Helper()
	return asterisktest.Answered(l.t, l.next(p))
}

func (l *lab) next(p asterisktest.Callee) *sipphone.Call {
	l.t.Helper()
	return asterisktest.Next(l.t, p)
}

// talk checks that two ends hear each other.
func (l *lab) talk(a, b *sipphone.Call) {
	l.t.Helper()
	asterisktest.Talk(l.t, a, b)
}

func (l *lab) hangup(c *sipphone.Call, others ...*sipphone.Call) {
	l.t.Helper()
	asterisktest.Hangup(l.t, c, others...)
}

// dial calls from a phone.
func (l *lab) dial(p *sipphone.Phone, number string) *sipphone.Call {
	l.t.Helper()
	return asterisktest.Dial(l.t, p, number)
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

// wait gives the first event, heard or to come, that has the pairs.
func (l *lab) wait(pairs ...string) *ami.Message {
	l.t.Helper()
	return l.events.Wait(l.t, pairs...)
}

// quiet checks that Asterisk logged nothing of the kinds given since it started,
// but for what a phone ended that Asterisk was about to end, and legs that found no
// room, see atOnce.
func (l *lab) quiet(kinds ...string) {
	l.t.Helper()
	l.server.Silent(l.t, kinds, "Session already DISCONNECTED", "Abnormal 'Gosub(T2_phone-leg,")
}
