// Package features_test makes real calls on Asterisk 22 with what phones can do
// beside calling: ring groups, transfers, hold, pick-up, parking, voicemail,
// feature codes. Every phone and number sends a tone of its own, so that who
// hears whom is told by sound.
package features_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) { asterisktest.Main(m) }

const (
	tenant2  = "7be69580e27641df"
	tenant10 = "0123456789abcdef"

	didOf1100 = "07045801100" // rings 1100
	mobile    = "01026132471"
	mobile2   = "01099552471"
	stranger  = "01012345678"
	friend    = "01033334444"
	shown     = "16682471"

	holdTone  = 2500 // the music of tenant 2
	tenTone   = 2700 // the music of tenant 10
	springHz  = 2900 // a ring-back tone
	extension = "11" // 1100 and on; each test takes a decade of its own
)

// tests are the scenarios. They share one Asterisk and run at the same time, so
// each has extensions of its own: those of its decade, which are one pick-up
// group.
var tests = map[string]func(l *lab){}

// scenario registers a test.
func scenario(name string, f func(l *lab)) bool {
	tests[name] = f
	return true
}

// lab is what a scenario works with: an Asterisk with two companies, phones and
// a telephone network.
type lab struct {
	*testing.T
	*shared
	phones map[string]*sipphone.Phone
}

type shared struct {
	server  *asterisktest.Server
	network *sipphone.Network
	ami     *ami.Client
	events  *asterisktest.Heard
}

// companies is the input of all tests. Extensions ring for two seconds.
func companies(version, trunkPort int) asteriskconf.Input {
	ten := company.Company{
		ID: tenant10, Number: 10, Name: "다른회사",
		Extensions: []company.Extension{ext(1100), ext(1101), ext(1102), ext(1110), ext(1111), ext(1112), ext(1113)},
		DIDs:       company.DIDs(map[string]string{"07010101100": "1100"}),
		Codes:      company.Codes{company.DoBlindTransfer: "*7", company.DoPark: company.CodeOff, company.DoPickup: "*55"},
		Tones:      []company.Tone{{Name: "ours"}},
		HoldMusic:  "ours",
	}
	two := company.Company{
		ID: tenant2, Number: 2, Name: "얼쑤팩토리",
		Numbers: []string{shown},
		Classes: []company.Class{{ID: 10001, Name: "inside", Dials: []string{}, NoCodes: true}},
		DIDs:    company.DIDs(map[string]string{didOf1100: "1100"}),
		Tones:   []company.Tone{{Name: "spring", Title: "봄"}, {Name: "hold"}}, HoldMusic: "hold",
		Parking: company.Parking{Seconds: 60},
	}
	for n := 1100; n < 1350; n++ {
		two.Extensions = append(two.Extensions, ext(n))
	}
	for _, change := range changes {
		change(&two)
	}
	recordsAll(&ten)
	return asteriskconf.Input{
		Version:   version,
		Trunks:    []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: trunkPort}},
		Companies: []company.Company{two, ten},
		Recordings: map[string]string{
			"T2_tone-hold": "var/moh/T2_tone-hold", "T10_tone-ours": "var/moh/T10_tone-ours", "T2_tone-spring": "var/moh/T2_tone-spring",
		},
	}
}

// changes are what scenarios want of the company.
var changes []func(c *company.Company)

func described(change func(c *company.Company)) bool {
	changes = append(changes, change)
	return true
}

func ext(n int) company.Extension {
	number := strconv.Itoa(n)
	return company.Extension{
		Number: number, Name: "길" + number, RingSeconds: 2, PickupGroups: []int{n/10 - 109},
		Devices: company.Phone("s3;cret " + number),
	}
}

func mailboxOf(c *company.Company, number, pin string) *company.Voicemail {
	v := &company.Voicemail{PIN: secret.New(pin)}
	c.Extension(number).Voicemail = v
	return v
}

// TestFeatures runs the scenarios.
func TestFeatures(t *testing.T) {
	s := start(t, 22)
	s.gateway(t)
	t.Run("scenarios", func(t *testing.T) {
		for name, f := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				f(&lab{T: t, shared: s, phones: map[string]*sipphone.Phone{}})
			})
		}
	})
	l := &lab{T: t, shared: s, phones: map[string]*sipphone.Phone{}}
	recordingStops(l)
	l.quiet("WARNING", "ERROR")
	told(t, l.follow())
}

// TestStartsQuietly: everything loads, nothing is complained of.
func TestStartsQuietly(t *testing.T) {
	for _, version := range []int{22, 16} {
		t.Run(strconv.Itoa(version), func(t *testing.T) {
			t.Parallel()
			in := companies(version, asterisktest.Port(t))
			if version == 16 { // its mailboxes are in a package that tests do without
				c := &in.Companies[0]
				for i := range c.Extensions {
					c.Extensions[i].Voicemail = nil
				}
				c.DIDs = slices.DeleteFunc(c.DIDs, func(d company.DID) bool { return d.To.Kind == company.ToVoicemail })
			}
			s := asterisktest.Start(t, in)
			(&lab{T: t, shared: &shared{server: s}}).quiet("WARNING", "ERROR")
		})
	}
}

func start(t *testing.T, version int) *shared {
	t.Helper()
	trunkPort := asterisktest.Port(t)
	s := &shared{server: asterisktest.Start(t, companies(version, trunkPort))}
	base := s.server.Input.Dirs.Base
	for class, hz := range map[string]int{"T2_tone-hold": holdTone, "T10_tone-ours": tenTone, "T2_tone-spring": springHz} {
		file := filepath.Join(base, "var/moh", class, "music.sln")
		if err := os.WriteFile(file, sipphone.ToneSamples(hz, 20*time.Second), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s.network = s.server.Network(t, trunkPort, sipphone.NetworkOptions{
		Numbers: map[string]sipphone.Number{mobile: {Tone: 1500}, mobile2: {Tone: 1600}, stranger: {Tone: 1700}, friend: {Tone: 1800}},
	})
	s.events = s.server.Listen(t)
	s.ami = s.server.Link(t, asterisktest.All)
	l := &lab{T: t, shared: s}
	l.cli("moh reload") // the music came after the start
	return s
}

func (l *lab) cli(command string) string {
	l.Helper()
	out, err := l.server.CLI(l.ctx(), command)
	if err != nil {
		l.Fatalf("%s: %v", command, err)
	}
	return out
}

// phone registers a phone of tenant 2 by its extension, or of another by its
// endpoint. Its tone is 400 Hz and 10 more for each extension.
func (l *lab) phone(name string, behaviour sipphone.Behaviour) *sipphone.Phone {
	l.Helper()
	if !strings.HasPrefix(name, "T") {
		name = "T2_" + name
	}
	_, rest := dialplan.ParseEndpoint(name)
	number, _, _ := strings.Cut(rest, "_")
	n, err := strconv.Atoi(number)
	if err != nil {
		l.Fatal(err)
	}
	p := l.server.Phone(l, sipphone.Options{
		User: name, Password: "s3;cret " + number, Behaviour: behaviour, Tone: 400 + n%100*10,
	})
	l.phones[name] = p
	return p
}

// ctx bounds one wait.
func (l *lab) ctx() context.Context { return asterisktest.Context(l) }

func (l *lab) next(p asterisktest.Callee) *sipphone.Call {
	l.Helper()
	return asterisktest.Next(l, p)
}

func (l *lab) answered(p asterisktest.Callee) *sipphone.Call {
	l.Helper()
	return asterisktest.Answered(l, l.next(p))
}

// up waits for the answer of a call.
func (l *lab) up(c *sipphone.Call) {
	l.Helper()
	asterisktest.Answered(l, c)
}

func (l *lab) rings(c *sipphone.Call) {
	l.Helper()
	if err := c.WaitRinging(l.ctx()); err != nil {
		l.Fatal(err)
	}
}

func (l *lab) answer(c *sipphone.Call) {
	l.Helper()
	if err := c.Answer(); err != nil {
		l.Fatal(err)
	}
}

// toNetwork waits for the next call that the network gets for a number. Other
// scenarios have numbers of their own.
func (l *lab) toNetwork(number string) *sipphone.Call {
	l.Helper()
	ctx := l.ctx()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, c := range l.network.Calls() {
			if c.Incoming() && c.Invite().Called == number {
				l.up(c)
				return c
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			l.Fatalf("the network is not asked for %s", number)
		}
	}
}

// talk checks that two ends hear each other.
func (l *lab) talk(a, b *sipphone.Call) {
	l.Helper()
	asterisktest.Talk(l, a, b)
}

func (l *lab) hears(c *sipphone.Call, hz int) {
	l.Helper()
	asterisktest.Hears(l, c, hz)
}

func (l *lab) hangup(c *sipphone.Call, others ...*sipphone.Call) {
	l.Helper()
	asterisktest.Hangup(l, c, others...)
}

func (l *lab) ended(c *sipphone.Call) sipphone.End {
	l.Helper()
	return asterisktest.Ended(l, c)
}

// dial calls from a phone.
func (l *lab) dial(p *sipphone.Phone, number string) *sipphone.Call {
	l.Helper()
	return asterisktest.Dial(l, p, number)
}

// incoming calls from the network.
func (l *lab) incoming(from, did string) *sipphone.Call {
	l.Helper()
	c, err := l.network.Call(l.ctx(), sipphone.CallOptions{From: from, Name: "바깥", To: did})
	if err != nil {
		l.Fatal(err)
	}
	return c
}

func (l *lab) keys(c *sipphone.Call, keys string) {
	l.Helper()
	if err := c.SendDTMF(l.ctx(), keys); err != nil {
		l.Fatal(err)
	}
}

// code dials a feature code, waits until the phone hears a prompt, and hangs up:
// by then what the code does is done.
func (l *lab) code(p *sipphone.Phone, code, says string) {
	l.Helper()
	l.hangup(l.coded(p, code, says))
}

// coded is code without hanging up.
func (l *lab) coded(p *sipphone.Phone, code, says string) *sipphone.Call {
	l.Helper()
	heard := []string{"Event", "Newexten", "Channel", "PJSIP/" + p.User() + "-*", "Application", "Playback", "AppData", says}
	before := l.seen(heard...)
	c := l.dial(p, code)
	l.until(code+" says "+says, func() bool { return l.seen(heard...) > before })
	return c
}

// until waits until ok is true.
func (l *lab) until(what string, ok func() bool) {
	l.Helper()
	await.That(l, what, ok)
}

// value reads AstDB, "" when there is no entry.
func (l *lab) value(tenant, key string) string {
	l.Helper()
	r, err := l.ami.List(l.ctx(), ami.NewAction("DBGetTree").Add("Family", tenant).Add("Key", key), 100)
	if err != nil {
		l.Fatal(err)
	}
	for _, m := range r.Events {
		if m.Get("Key") == "/"+tenant+"/"+key {
			return m.Get("Val")
		}
	}
	return ""
}

func (l *lab) put(tenant, key, value string) {
	l.Helper()
	l.do(ami.NewAction("DBPut").Add("Family", tenant).Add("Key", key).Add("Val", value))
}

func (l *lab) do(a *ami.Action) *ami.Response {
	l.Helper()
	return asterisktest.Do(l, l.ami, a)
}

// hint is the state of what a phone may subscribe to: 0 not in use, 1 in use,
// 2 busy, 4 unavailable (ast_extension_states).
func (l *lab) hint(exten string) string {
	l.Helper()
	return l.do(ami.NewAction("ExtensionState").Add("Exten", exten).Add("Context", "T2_cos-all")).Get("Status")
}

// quiet checks that Asterisk logged nothing of the kinds given, but for its word
// for somebody who hangs up while a message, or the time, is played.
func (l *lab) quiet(kinds ...string) {
	l.Helper()
	l.server.Silent(l, kinds, "app_voicemail.c: Playback of message", "say.c: Language ko", "Unable to play message digits/", "Abnormal 'Gosub(T2_press-answered")
}
