package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/guard"
	"github.com/dipcast/dipcast/internal/host"
	"github.com/dipcast/dipcast/internal/limits"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	prefix = "/api/v2"
	family = "7be69580e27641df" // of tenant 2
)

// rig is the API on a scripted server, without a network, in one synctest
// bubble. Who asks is said by the header who.
type rig struct {
	t      *testing.T
	api    *rest.API
	server *amitest.Server
	pool   *pbx.Pool

	mu       sync.Mutex
	refusals []edge.Refusal
}

type sink struct{}

func (sink) Event(*pbx.Event)                  {}
func (sink) Call(*pbx.CallEvent)               {}
func (sink) Snapshot(*pbx.Server)              {}
func (sink) Link(*pbx.Server, bool, time.Time) {}
func (sink) Gap(*pbx.Server, int)              {}

// noBans keeps nothing, noTrail nothing either.
type noBans struct{}

func (noBans) Bans(context.Context) ([]store.Ban, error) { return nil, nil }
func (noBans) PutBan(context.Context, store.Ban) error   { return nil }
func (noBans) DeleteBan(context.Context, string) error   { return nil }

// applies answers for server 1, and with errors for others.
type applies struct{}

func (applies) err(server int) error {
	switch server {
	case 1:
		return nil
	case 4:
		return &apply.RefusedError{Findings: []apply.Finding{{File: "etc/pjsip.conf", Line: 3, Text: "bad"}}}
	case 5:
		return apply.ErrRolledBack
	case 6:
		return host.ErrDescribed
	}
	return host.ErrNoHost
}

func (a applies) Pending(_ context.Context, server int) (*apply.Plan, error) {
	return &apply.Plan{Changes: []apply.Change{{File: "etc/pjsip.conf", Kind: apply.KindChanged, Diff: "+x", Added: []string{"T2_1014 (endpoint)"}}}}, a.err(server)
}

func (a applies) Apply(_ context.Context, _ tenant.Identity, _ string, server int, _ host.Order) (*host.Outcome, error) {
	return &host.Outcome{Result: &apply.Result{Plan: &apply.Plan{}, Record: "1", Calls: 2}}, a.err(server)
}

func (a applies) Applies(_ context.Context, server int) ([]apply.Record, error) {
	return []apply.Record{{ID: "1", By: "ops", Outcome: "applied"}}, a.err(server)
}

type noTrail struct{}

func (noTrail) Record(context.Context, string, audit.Entry) {}

// inBubble runs f with an API whose server is up.
func inBubble(t *testing.T, change func(*rest.Options), f func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, server: amitest.New(amitest.Options{})}
		d, err := tenant.NewDirectory([]tenant.Tenant{
			{ID: tenant.NewID(family, 2), Number: 2, Name: "둘", Servers: []int{1}, Extensions: []string{"1010", "1013"}, DIDs: map[string]string{"07045805605": "1010"}},
			{ID: tenant.NewID("0123456789abcdef", 10), Number: 10, Name: "열", Servers: []int{1}, Extensions: []string{"1010"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		log := slog.New(slog.DiscardHandler)
		directory := func() *tenant.Directory { return d }
		r.pool, err = pbx.New(pbx.Options{
			Servers:   []pbx.ServerOptions{{ID: 1, Name: "pbx1", Address: "pbx1:5038", Events: pbx.Login{Username: "gw", Secret: "gw-secret"}}},
			Directory: directory, Sink: sink{}, Logger: log, Tune: func(o *ami.Options) { o.Dial = r.server.Dial },
		})
		if err != nil {
			t.Fatal(err)
		}
		o := rest.Options{
			Version: "test", Applies: applies{}, Pool: r.pool, Policy: policy.New(policy.Options{Directory: directory, Channels: r.pool}),
			Directory: directory, Logger: log,
			Authenticate: func(q *http.Request) (tenant.Identity, error) { return authenticate(d, q.Header.Get("Who")) },
			Ticket: func(tenant.Identity) (string, time.Time, error) {
				return "a-ticket", time.Now().Add(30 * time.Second), nil
			},
			Unlock: func(_ context.Context, _ tenant.Identity, _ netip.Addr, _ *tenant.Tenant, ext string) error {
				if ext != "1010" {
					return limits.ErrNotLocked
				}
				return nil
			},
			Events: func(w http.ResponseWriter, q *http.Request, _ tenant.Identity) {
				switch {
				case q.URL.Query().Get("events") == ",":
					edge.WriteError(w, envelope.Errorf(envelope.InvalidValue, "events", "events has no names"))
				case q.URL.Query().Has("servers"):
					edge.WriteError(w, envelope.Errorf(envelope.NotFound, "servers", "there is no such server"))
				}
			},
			Refused: func(x edge.Refusal) {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.refusals = append(r.refusals, x)
			},
		}
		if o.Guard, err = guard.New(guard.Options{
			Settings: func() guard.Settings {
				return guard.Settings{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
			},
			Servers: func() []guard.Server { return nil }, Key: pbx.BanKey, Store: noBans{}, Trail: noTrail{},
		}); err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(&o)
		}
		r.api = rest.New(o)
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() { r.pool.Run(ctx) })
		defer func() { cancel(); wg.Wait(); r.server.Close() }()
		synctest.Wait()
		f(r)
	})
}

func authenticate(d *tenant.Directory, who string) (tenant.Identity, error) {
	two := tenant.Identity{Role: tenant.TenantRole, Tenant: d.ByNumber(2), Name: "two", Via: tenant.ViaLogin}
	switch who {
	case "two":
		return two, nil
	case "1010":
		two.Role, two.Extension = tenant.ExtensionRole, "1010"
		return two, nil
	case "ten":
		return tenant.Identity{Role: tenant.TenantRole, Tenant: d.ByNumber(10), Name: "ten"}, nil
	case "ops":
		return tenant.Identity{Role: tenant.Operator, Name: "ops"}, nil
	case "limited":
		return tenant.Identity{}, envelope.Errorf(envelope.RateLimited, "", "too many failed logins; try again later")
	case "unchecked":
		return tenant.Identity{}, envelope.Errorf(envelope.Unavailable, "", "the credentials could not be checked; try again later")
	case "broken":
		return tenant.Identity{}, errors.New("something else")
	}
	return tenant.Identity{}, envelope.Errorf(envelope.Unauthorized, "app-key", "the header app-key is missing")
}

// request is one that a test sends.
type request struct {
	method, path string // below prefix
	body         string
	who          string // default two
	header       http.Header
}

// reply is its answer.
type reply struct {
	status int
	raw    string
	body   struct {
		Status, Message, Code, Field string
		Data                         json.RawMessage
		Total                        int
	}
}

func (r *rig) do(q request) reply {
	r.t.Helper()
	req := httptest.NewRequestWithContext(r.t.Context(), q.method, prefix+q.path, strings.NewReader(q.body))
	for name, v := range q.header {
		req.Header[name] = v
	}
	if q.who == "" {
		q.who = "two"
	}
	req.Header.Set("Who", q.who)
	w := httptest.NewRecorder()
	r.api.ServeHTTP(w, req)
	a := reply{status: w.Code, raw: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
		r.t.Errorf("%s %s: %v in %s", q.method, q.path, err, a.raw)
	}
	return a
}

// silent has the server answer an action no more.
func (r *rig) silent(actions ...string) {
	for _, a := range actions {
		r.server.Handle(a, func(*amitest.Conn, amitest.Request) {})
	}
}

// ring begins a call from 1010 to 1013 and returns its id.
func (r *rig) ring(uniqueid string) string {
	r.t.Helper()
	r.server.Emit("Newchannel", r.channel(uniqueid)...)
	synctest.Wait()
	return "1-" + uniqueid
}

func (r *rig) end(uniqueid string) {
	r.server.Emit("Hangup", append(r.channel(uniqueid), "Cause", "16", "Cause-txt", "Normal Clearing")...)
	synctest.Wait()
}

func (r *rig) channel(uniqueid string) []string {
	return []string{
		"Privilege", "call,all", "Channel", "PJSIP/T2_1010-0000001a", "ChannelState", "4", "ChannelStateDesc", "Ring",
		"CallerIDNum", "1010", "CallerIDName", "홍길동", "ConnectedLineNum", "<unknown>", "ConnectedLineName", "<unknown>",
		"Language", "ko", "AccountCode", "", "Context", "T2_cos-all", "Exten", "1013", "Priority", "1",
		"Uniqueid", uniqueid, "Linkedid", uniqueid,
	}
}
