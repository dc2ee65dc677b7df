package policy_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

const (
	idMain = "00000000000000aa"
	idTwo  = "7be69580e27641df"
	idTen  = "0123456789abcdef"
)

// world is the company of all tests: the two tenants of the demo, and a main
// tenant that has no prefix. Server 3 is nobody's.
type world struct {
	dir            *tenant.Directory
	main, two, ten *tenant.Tenant
	channels       channels
	policy         *policy.Policy
}

// channels are the live channels of server 1.
type channels map[string]attribution.Live

func (c channels) Channel(server int, name string) (attribution.Live, bool) {
	l, ok := c[name]
	return l, ok && server == 1
}

func newWorld(tb testing.TB) *world {
	tb.Helper()
	dir, err := tenant.NewDirectory([]tenant.Tenant{
		{
			ID: tenant.NewID(idMain, 1), Number: 1, Main: true, Name: "본사", Servers: []int{1},
			Extensions: []string{"900", "1010"}, DIDs: map[string]string{"0212345678": "900"},
		},
		{
			ID: tenant.NewID(idTwo, 2), Number: 2, Name: "얼쑤팩토리", Servers: []int{1, 2},
			Extensions: []string{"1010", "1013", "1018"},
			DIDs:       map[string]string{"07045805605": "1010", "07045144801": "1013"},
			Numbers:    []string{"16682471", "16662471"},
		},
		{
			ID: tenant.NewID(idTen, 10), Number: 10, Name: "열", Servers: []int{1},
			Extensions: []string{"1010", "1013", "2000"}, DIDs: map[string]string{"07010100000": "1010"},
		},
	})
	if err != nil {
		tb.Fatal(err)
	}
	w := &world{dir: dir, main: dir.Main(), two: dir.ByNumber(2), ten: dir.ByNumber(10)}
	w.channels = channels{}
	live := func(name string, t *tenant.Tenant, exts ...string) {
		w.channels[name] = attribution.Live{Name: name, Tenant: t, Exts: attribution.NewExtSet(exts...)}
	}
	live("PJSIP/T2_1010-00000001", w.two, "1010")
	live("PJSIP/T2_1013-00000002", w.two, "1013")
	live("PJSIP/trk-1-00000003", w.two, "1010")
	live("Local/1010@T2_cos-all-00000004;1", w.two, "1010")
	live("PJSIP/T10_1010-00000005", w.ten, "1010")
	live("PJSIP/trk-1-00000006", w.ten, "1010")
	live("PJSIP/900-00000007", w.main, "900")
	live("PJSIP/trk-1-00000008", nil)
	live("PJSIP/T2_1010-00000009", w.two, "1010")
	live("PJSIP/trk-1-0000000a", w.two, "1010")
	live("PJSIP/T10_1010-0000000b", w.ten, "1010")
	for _, name := range []string{"PJSIP/T2_1010-00000009", "PJSIP/trk-1-0000000a", "PJSIP/T10_1010-0000000b"} {
		l := w.channels[name]
		l.Ended = true
		w.channels[name] = l
	}
	w.policy = policy.New(policy.Options{
		Directory: func() *tenant.Directory { return w.dir }, Channels: w.channels,
		OperatorCommands: []string{"core show channels", "pjsip show endpoints", "queue show", "database show"},
	})
	return w
}

// who is one of "main", "two", "ten", "two/1010" (that extension only), "ops".
func (w *world) who(name string) tenant.Identity {
	name, ext, _ := strings.Cut(name, "/")
	i := tenant.Identity{Role: tenant.TenantRole, Extension: ext, Name: name, Via: tenant.ViaLogin}
	if ext != "" {
		i.Role = tenant.ExtensionRole
	}
	switch name {
	case "main":
		i.Tenant = w.main
	case "two":
		i.Tenant = w.two
	case "ten":
		i.Tenant = w.ten
	case "ops":
		i.Role = tenant.Operator
	default:
		i.Role = tenant.RoleNone
	}
	return i
}

// ask decodes and checks one message and says what came of it.
func (w *world) ask(tb testing.TB, who, message string) string {
	tb.Helper()
	_, s := w.plan(tb, who, 1, message)
	return s
}

// check is the refusal of a message itself.
func (w *world) check(tb testing.TB, who, message string) (*policy.Plan, *envelope.Error) {
	tb.Helper()
	r, err := envelope.Decode([]byte(message))
	if err != nil {
		tb.Fatal(err)
	}
	p, err := w.policy.Check(w.who(who), 1, &r)
	var e *envelope.Error
	if !errors.As(err, &e) {
		tb.Fatalf("%s: %v", show(tb, p), err)
	}
	return p, e
}

func (w *world) plan(tb testing.TB, who string, server int, message string) (*policy.Plan, string) {
	tb.Helper()
	r, err := envelope.Decode([]byte(message))
	if err != nil {
		return nil, refusal(tb, err)
	}
	p, err := w.policy.Check(w.who(who), server, &r)
	if err != nil {
		if p != nil {
			tb.Errorf("a plan and a refusal: %v", err)
		}
		return nil, refusal(tb, err)
	}
	return p, show(tb, p)
}

// refusal is "! code Field"; every message must be a sentence about the field.
func refusal(tb testing.TB, err error) string {
	tb.Helper()
	var e *envelope.Error
	if !errors.As(err, &e) {
		tb.Fatalf("%#v", err)
	}
	for _, secret := range []string{idMain, idTwo, idTen, "얼쑤", "07010100000", "07045805605", "T10_", "열"} {
		if strings.Contains(e.Message, secret) {
			tb.Errorf("the message tells %q: %s", secret, e.Message)
		}
	}
	if e.Field != "" && !strings.Contains(e.Message, e.Field) && !strings.Contains(e.Message, fmt.Sprintf("%q", e.Field)) && e.Field != "AMIServerID" {
		tb.Errorf("the message does not name %q: %s", e.Field, e.Message)
	}
	if len(e.Message) > 500 || strings.HasSuffix(e.Message, ".") || strings.ContainsAny(e.Message, "\r\n") {
		tb.Errorf("no sentence: %s", e.Message)
	}
	return strings.TrimSpace("! " + string(e.Code) + " " + e.Field)
}

var (
	channelID = regexp.MustCompile(`dipcast-[0-9a-f]{20}`)
	kinds     = [...]string{"send", "list", "originate", "read", "write", "delete", "answer"}
	users     = [...]string{"calls", "database", "events", "commands"}
)

// show writes a plan as text: kind, AMI user and tenant, then the exact bytes
// that go on the wire, their lines divided by " | ".
func show(tb testing.TB, p *policy.Plan) string {
	tb.Helper()
	s := kinds[p.Kind] + " " + users[p.User]
	if p.Tenant != nil {
		s += " " + p.Tenant.ID.String()
	}
	if p.Filter {
		s += " filtered"
	}
	if p.Extension != "" {
		s += "/" + p.Extension
	}
	if p.Command {
		s += " command"
	}
	switch p.Kind {
	case policy.Answer:
		for _, f := range p.Fields {
			s += " | " + f.Name + ": " + f.Value
		}
		return s
	case policy.ReadKey, policy.WriteKey, policy.DeleteKey:
		key := dialplan.GateKey(p.Key.Extension)
		if p.Key.Diversion != "" {
			key = dialplan.DiversionKey(p.Key.Extension, p.Key.Diversion, p.Key.Field)
		}
		s += " | " + key
		if p.Kind == policy.WriteKey {
			s += " = " + p.Value
		}
		return s
	}
	wire, err := p.Action.AppendTo(nil, "")
	if err != nil {
		tb.Fatal(err)
	}
	text, ok := strings.CutSuffix(channelID.ReplaceAllString(string(wire), "ID"), "\r\n\r\n")
	if !ok {
		tb.Fatalf("%q", wire)
	}
	return s + " | " + strings.ReplaceAll(text, "\r\n", " | ")
}

// TestTimeGroups: a diversion's time group is one of the company's when it has
// any; without, its dialplan may have names of its own.
func TestTimeGroups(t *testing.T) {
	w := newWorld(t)
	own := *w.two
	own.TimeGroups = []int{1, 20}
	for value, ok := range map[string]bool{"": true, "1": true, "20": true, "2": false, "01": false, "T2_office": false, "1 ": false} {
		if err := w.policy.DiversionValue("time_group", &own, dialplan.Key{Extension: "1010", Diversion: dialplan.CFI, Field: dialplan.TimeGroup}, value); (err == nil) != ok {
			t.Errorf("%q: %v", value, err)
		}
	}
	if err := w.policy.DiversionValue("time_group", w.two, dialplan.Key{Extension: "1010", Diversion: dialplan.CFI, Field: dialplan.TimeGroup}, "T2_office"); err != nil {
		t.Error(err)
	}
}
