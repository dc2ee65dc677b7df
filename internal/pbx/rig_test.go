package pbx_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

const family = "7be69580e27641df" // of tenant 2

// rig is a Pool with scripted servers, in one synctest bubble.
type rig struct {
	t       *testing.T
	pool    *pbx.Pool
	policy  *policy.Policy
	servers []*amitest.Server
	sink    *recorder
	dir     *tenant.Directory
	two     tenant.Identity
	ops     tenant.Identity
	stop    func()
}

// rigOptions are what differs from one server with one user.
type rigOptions struct {
	servers  int
	separate bool // AMI users for events, calls and database
	server   amitest.Options
	pool     pbx.Options
	link     func(*ami.Options)
	prepare  func(*rig) // before the links are made
	blocked  bool       // the sink stands still until its block is closed
}

// inBubble runs f with a rig whose servers are up.
func inBubble(t *testing.T, o rigOptions, f func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, o)
		defer r.stop()
		synctest.Wait()
		f(r)
	})
}

func newRig(t *testing.T, o rigOptions) *rig {
	t.Helper()
	r := &rig{t: t, sink: &recorder{}}
	if o.blocked {
		r.sink.block = make(chan struct{})
	}
	tenants := []tenant.Tenant{
		{
			ID: tenant.NewID(family, 2), Number: 2, Name: "둘", Servers: []int{1, 2}, Extensions: []string{"1010", "1013"},
			DIDs: map[string]string{"07045805605": "1010"},
		},
		{ID: tenant.NewID("0123456789abcdef", 10), Number: 10, Name: "열", Servers: []int{1, 2}, Extensions: []string{"1010"}},
	}
	var err error
	if r.dir, err = tenant.NewDirectory(tenants); err != nil {
		t.Fatal(err)
	}
	r.two = tenant.Identity{Role: tenant.TenantRole, Tenant: r.dir.ByNumber(2), Name: "two"}
	r.ops = tenant.Identity{Role: tenant.Operator, Name: "ops"}
	r.server(o)
	if o.prepare != nil {
		o.prepare(r)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { r.pool.Run(ctx) })
	r.stop = sync.OnceFunc(func() {
		cancel()
		wg.Wait()
		for _, s := range r.servers {
			s.Close()
		}
	})
	return r
}

// server makes the servers and the pool.
func (r *rig) server(o rigOptions) {
	if o.separate {
		all := []string{"system", "call", "reporting", "originate", "command"}
		o.server.Users = []amitest.User{
			{Name: "events", Secret: "e", Write: []string{"reporting"}},
			{Name: "calls", Secret: "c", Read: []string{}, Write: []string{"call", "originate", "reporting"}},
			{Name: "database", Secret: "d", Read: []string{}, Write: all},
		}
	}
	p := o.pool
	byAddress := map[string]*amitest.Server{}
	for i := range max(o.servers, 1) {
		s := amitest.New(o.server)
		r.servers = append(r.servers, s)
		so := pbx.ServerOptions{ID: i + 1, Name: fmt.Sprint("pbx", i+1), Address: fmt.Sprintf("pbx%d:5038", i+1), Events: pbx.Login{Username: "gw", Secret: "gw-secret"}}
		if o.separate {
			so.Events = pbx.Login{Username: "events", Secret: "e"}
			so.Calls, so.Database = pbx.Login{Username: "calls", Secret: "c"}, pbx.Login{Username: "database", Secret: "d"}
		}
		byAddress[so.Address] = s
		p.Servers = append(p.Servers, so)
	}
	p.Directory = func() *tenant.Directory { return r.dir }
	p.Sink, p.Logger = r.sink, slog.New(slog.NewTextHandler(r.output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	p.Tune = func(a *ami.Options) {
		a.Dial = byAddress[a.Address].Dial
		a.BootTimeout = time.Second // of users without events
		if o.link != nil {
			o.link(a)
		}
	}
	var err error
	if r.pool, err = pbx.New(p); err != nil {
		r.t.Fatal(err)
	}
	r.policy = policy.New(policy.Options{Directory: p.Directory, Channels: r.pool, OperatorCommands: []string{"core show channels"}})
}

func (r *rig) output() io.Writer {
	if testing.Verbose() {
		return r.t.Output()
	}
	return io.Discard
}

// pass lets fake time go by.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// reply is an Outcome that may be kept.
type reply struct {
	err    *envelope.Error
	call   *policy.Call
	fields map[string]string
	events []string // raw
	at     time.Time
}

func (r reply) String() string {
	if r.err != nil {
		return r.err.Error()
	}
	return fmt.Sprint(r.fields)
}

// pending collects the answers to one job.
type pending struct {
	mu      sync.Mutex
	replies []reply
}

func (p *pending) add(o pbx.Outcome) {
	a := reply{err: o.Err, call: o.Call, fields: map[string]string{}, at: time.Now()}
	if o.Message != nil {
		for name, value := range o.Message.All() {
			a.fields[string(name)] = string(value)
		}
	}
	for _, f := range o.Fields {
		a.fields[f.Name] = f.Value
	}
	for _, m := range o.Events {
		a.events = append(a.events, string(m.Bytes()))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.replies = append(p.replies, a)
}

func (p *pending) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.replies)
}

// one returns the one answer, which must be there.
func (p *pending) one(t *testing.T) reply {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.replies) != 1 {
		t.Fatalf("%d answers, want one: %v", len(p.replies), p.replies)
	}
	return p.replies[0]
}

// plan has the policy decide on a request.
func (r *rig) plan(who tenant.Identity, server int, text string) *policy.Plan {
	r.t.Helper()
	req, err := envelope.Decode([]byte(text))
	if err != nil {
		r.t.Fatal(err)
	}
	p, err := r.policy.Check(who, server, &req)
	if err != nil {
		r.t.Fatalf("%s: %v", text, err)
	}
	return p
}

// send executes a request on a server.
func (r *rig) send(who tenant.Identity, server int, text string) *pending {
	r.t.Helper()
	req, _ := envelope.Decode([]byte(text))
	p := &pending{}
	r.pool.Server(server).Execute(pbx.Job{Who: who, Plan: r.plan(who, server, text), ActionID: req.ActionID, Done: p.add})
	return p
}

const (
	ping      = `{"Action":"Ping","ActionID":"mine"}`
	get       = `{"Action":"DBGet","Family":"` + family + `","Key":"diversions/1010/CFI/enable","ActionID":"mine"}`
	originate = `{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"01026132471","Priority":"1","ActionID":"mine","Timeout":"30000","Async":"yes"}`
)

var syncOriginate = strings.Replace(originate, `"Async":"yes"`, `"Async":"no"`, 1)

// database is a Command on a diversion's key: verb put, get or del.
func database(verb, key string, value ...string) string {
	words := append([]string{"database", verb, family, "diversions/" + key}, value...)
	return `{"Action":"Command","Command":"` + strings.Join(words, " ") + `","ActionID":"mine"}`
}

func put(key, value string) string { return database("put", key, value) }

// recorder is a Sink that keeps what it gets.
type recorder struct {
	block chan struct{} // when set, Event waits for it to be closed

	mu     sync.Mutex
	events []seen
	links  []string // "1 up"
	gaps   []int
	steps  []pbx.CallEvent
	wholes []int // servers whose snapshot was read
}

type seen struct {
	server, tenant int
	name, raw, id  string
	epoch          string
	seq            uint64
	at             time.Time
}

func (k *recorder) Event(e *pbx.Event) {
	if k.block != nil {
		<-k.block
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	s := seen{server: e.Server.ID(), name: string(e.Message.Event()), raw: string(e.Message.Bytes()), epoch: e.Epoch, seq: e.Seq, at: e.At}
	if e.Tenant != nil {
		s.tenant = e.Tenant.Number
	}
	if e.ID.Set {
		s.id = e.ID.Value
	}
	k.events = append(k.events, s)
}

func (k *recorder) Link(s *pbx.Server, up bool, _ time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.links = append(k.links, fmt.Sprint(s.ID(), map[bool]string{true: " up", false: " down"}[up]))
}

func (k *recorder) Gap(_ *pbx.Server, lost int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.gaps = append(k.gaps, lost)
}

func (k *recorder) Call(e *pbx.CallEvent) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.steps = append(k.steps, *e)
}

func (k *recorder) Snapshot(s *pbx.Server) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wholes = append(k.wholes, s.ID())
}

// calls tells the steps of calls as "ringing 1-100.1".
func (k *recorder) calls() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all []string
	for _, e := range k.steps {
		all = append(all, string(e.Kind)+" "+e.Event.Call.ID)
	}
	return strings.Join(all, ", ")
}

// named returns the events of a name.
func (k *recorder) named(name string) []seen {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all []seen
	for _, e := range k.events {
		if e.name == name {
			all = append(all, e)
		}
	}
	return all
}

func (k *recorder) told() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Join(k.links, ", ")
}

// requests counts the actions of a name that a server got.
func requests(s *amitest.Server, action string) int {
	n := 0
	for _, r := range s.Requests() {
		if strings.EqualFold(r.Action(), action) {
			n++
		}
	}
	return n
}
