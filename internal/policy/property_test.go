package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// crowd are tenants whose numbers begin with each other's, with extensions and
// numbers that only one of them has and some that all have.
func crowd(tb testing.TB) []*tenant.Tenant {
	tb.Helper()
	var list []tenant.Tenant
	for i, n := range []int{1, 2, 10, 21, 102} {
		list = append(list, tenant.Tenant{
			ID: tenant.NewID(fmt.Sprintf("%016x", 0xabc000+n), n), Number: n, Main: n == 1, Name: "x", Servers: []int{1},
			Extensions: []string{"1010", fmt.Sprintf("5%d", 100+n)},
			DIDs:       map[string]string{fmt.Sprintf("0701010%04d", n): "1010"},
			Numbers:    []string{fmt.Sprintf("1500%04d", i)},
		})
	}
	d, err := tenant.NewDirectory(list)
	if err != nil {
		tb.Fatal(err)
	}
	return d.All()
}

// crowdPolicy knows the crowd, and a few live channels of each.
func crowdPolicy(all []*tenant.Tenant) *policy.Policy {
	live := channels{}
	for _, t := range all {
		for i, name := range []string{"PJSIP/" + t.Prefix() + "1010-0000000%d", "Local/1010@" + t.Prefix() + "cos-all-0000000%d;1", "PJSIP/trk-1-" + fmt.Sprintf("%07d", t.Number) + "%d"} {
			name = fmt.Sprintf(name, i)
			live[name] = attribution.Live{Name: name, Tenant: t, Exts: attribution.NewExtSet("1010")}
		}
	}
	values := make([]tenant.Tenant, len(all))
	for i, t := range all {
		values[i] = *t
	}
	d, err := tenant.NewDirectory(values)
	if err != nil {
		panic(err)
	}
	return policy.New(policy.Options{Directory: func() *tenant.Directory { return d }, Channels: live, OperatorCommands: []string{"core show channels"}})
}

// fitting are values that a field may well have, of one tenant.
func fitting(x *tenant.Tenant, action, field string) []string {
	p, hex := x.Prefix(), x.ID.Hex()
	parties := []string{"Local/1010@" + p + "cos-all", "Local/" + x.Extensions[1] + "@" + p + "click-to-call", "PJSIP/" + p + "1010"}
	switch strings.TrimPrefix(field, "Extra") {
	case "Channel", "TimeoutChannel", "AnnounceChannel":
		if action == "Originate" {
			return parties
		}
		return []string{"PJSIP/" + p + "1010-00000000", "Local/1010@" + p + "cos-all-00000001;1", fmt.Sprintf("PJSIP/trk-1-%07d2", x.Number)}
	case "Interface", "StateInterface":
		return parties
	case "Context":
		return []string{p + "cos-all", p + "click-to-call", p + "extension-hints"}
	case "Exten":
		return []string{"1010", x.Extensions[1], "01026132471", "15880000"}
	case "Queue":
		return []string{p + "Q600", p + "my_queue"}
	case "Family":
		return []string{hex}
	case "Key":
		return []string{"diversions/1010/CFI/enable", "diversions/" + x.Extensions[1] + "/CFB/destination", "diversions/1010/CFN/time_group"}
	case "Val":
		return []string{"yes", "sub-custom-numbers,01026132471,1", "sub-custom-numbers," + x.Extensions[1] + ",1", p + "office"}
	case "Command":
		return []string{"database get " + hex + " diversions/1010/CFI/enable", "database put " + hex + " diversions/" + x.Extensions[1] + "/CFI/destination sub-custom-numbers,1010,1", "core show channels"}
	case "Variable":
		return []string{"EXEC_AA=yes", "CHANNEL(language)=ko", "CHANNEL(accountcode)=" + x.Numbers[0]}
	case "Callerid":
		return []string{"홍길동 <" + x.Numbers[0] + ">", x.Numbers[0], p + "cos-all"}
	}
	return []string{"1", "yes", "30000"}
}

// fieldsOf are those that an action must have, and all that it may have.
func fieldsOf(action string) (must, may []string) {
	switch action {
	case "Command":
		return []string{"Command"}, nil
	case "Originate":
		return []string{"Channel", "Context", "Exten"}, strings.Fields("Variable Timeout Callerid Async EarlyMedia Priority")
	case "Hangup", "Park":
		return []string{"Channel"}, strings.Fields("Cause TimeoutChannel AnnounceChannel Timeout")
	case "Redirect", "Atxfer", "BlindTransfer":
		return []string{"Channel", "Exten"}, strings.Fields("Context ExtraChannel ExtraContext ExtraExten")
	case "ExtensionState":
		return []string{"Context", "Exten"}, nil
	case "QueueStatus", "QueueSummary":
		return nil, []string{"Queue"}
	case "QueueAdd", "QueueRemove", "QueuePause":
		return []string{"Queue", "Interface"}, strings.Fields("StateInterface MemberName Paused Reason Penalty")
	case "DBGet", "DBDel":
		return []string{"Family", "Key"}, nil
	case "DBPut":
		return []string{"Family", "Key", "Val"}, nil
	}
	return nil, []string{"Endpoint", "Channel", "Queue"}
}

// anything draws a request: mostly what fits the field and is of one tenant,
// now and then of another, cut and joined with something, or just anything.
func anything(t *rapid.T, all []*tenant.Tenant, own *tenant.Tenant) envelope.Request {
	actions := strings.Fields("Ping Command Originate Hangup Redirect Atxfer BlindTransfer Park ExtensionState QueueStatus QueueSummary QueueAdd QueueRemove QueuePause CoreShowChannels DBGet DBPut DBDel Status DeviceStateList Queues PJSIPShowEndpoint Getvar")
	r := envelope.Request{Action: rapid.SampledFrom(actions).Draw(t, "action"), ActionID: "1"}
	draw := func(name string) string {
		x := own
		if rapid.IntRange(0, 5).Draw(t, "stranger") == 0 {
			x = rapid.SampledFrom(all).Draw(t, "of")
		}
		value := rapid.SampledFrom(fitting(x, r.Action, name)).Draw(t, name)
		switch rapid.IntRange(0, 19).Draw(t, "twist") {
		case 0:
			other := fitting(rapid.SampledFrom(all).Draw(t, "with"), r.Action, name)
			value += rapid.SampledFrom([]string{"", "&", "@", ",", "/", " ", "_", ";1"}).Draw(t, "joined by") + rapid.SampledFrom(other).Draw(t, "other")
		case 1:
			value = value[:rapid.IntRange(0, len(value)).Draw(t, "cut")]
		case 2:
			value = rapid.String().Draw(t, "text")
		}
		return value
	}
	must, may := fieldsOf(r.Action)
	for _, name := range must {
		r.Fields = append(r.Fields, envelope.Field{Name: name, Value: draw(name)})
	}
	for _, name := range may {
		if rapid.IntRange(0, 3).Draw(t, name+"?") == 0 {
			r.Fields = append(r.Fields, envelope.Field{Name: name, Value: draw(name)})
		}
	}
	return r
}

// many is rapid.Check with 50 times its checks: each takes microseconds.
func many(t *testing.T, prop func(*rapid.T)) {
	t.Helper()
	for range 50 {
		rapid.Check(t, prop)
	}
}

// TestNobodyElse: no plan for one tenant names a context, extension, family,
// queue, channel or account of another, whatever was asked.
func TestNobodyElse(t *testing.T) {
	all := crowd(t)
	p := crowdPolicy(all)
	accepted, total := map[string]int{}, 0
	many(t, func(rt *rapid.T) {
		own := rapid.SampledFrom(all).Draw(rt, "tenant")
		r := anything(rt, all, own)
		who := tenant.Identity{Role: tenant.TenantRole, Tenant: own}
		if rapid.Bool().Draw(rt, "single") {
			who.Role, who.Extension = tenant.ExtensionRole, "1010"
		}
		plan, err := p.Check(who, 1, &r)
		if err != nil {
			return
		}
		accepted[r.Action]++
		total++
		foreign(rt, plan, who, all)
	})
	if t.Logf("accepted: %v", accepted); total < 200 {
		t.Error("hardly anything was accepted: the test says little")
	}
}

// failer is a test of either kind.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// parts are the words and numbers of a value.
func parts(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// foreign fails when the plan names what is not its tenant's.
func foreign(t failer, plan *policy.Plan, who tenant.Identity, all []*tenant.Tenant) {
	t.Helper()
	own := who.Tenant
	if plan.Tenant != nil && plan.Tenant != own && plan.Tenant.ID != own.ID {
		t.Fatalf("acts for %v", plan.Tenant.ID)
	}
	if plan.Kind == policy.List && (!plan.Filter || plan.Extension != who.Extension) {
		t.Fatalf("a list that is not narrowed: %+v", plan)
	}
	if plan.Tenant == nil && plan.Kind != policy.Answer {
		t.Fatalf("acts for nobody: %+v", plan)
	}
	if e := plan.Key.Extension; e != "" && !who.MayUseExtension(e) {
		t.Fatalf("key of %s", e)
	}
	if plan.Action == nil {
		if n, marked := dialplan.MarkerIn(plan.Value); marked && n != own.Number {
			t.Fatalf("writes %q", plan.Value)
		}
		return
	}
	for name, value := range plan.Action.All() {
		switch name {
		case "CallerID", "MemberName", "Reason": // what people choose, and nothing is found by
			continue
		}
		for _, x := range all {
			if x.ID == own.ID {
				continue
			}
			named := strings.Contains(value, x.ID.Hex()) || slices.Contains(parts(value), x.Extensions[1])
			if !x.Main {
				named = named || strings.Contains("/"+value, "/"+x.Prefix()) || strings.Contains(value, "@"+x.Prefix())
			} else {
				// A queue may have any name, and only operators name one without prefix.
				switch value {
				case "cos-all", "click-to-call", "extension-hints", "PJSIP/1010", "Local/1010@cos-all", "Local/1010@click-to-call":
					named = named || name != "Queue"
				}
			}
			if name == "Variable" {
				named = named || strings.HasSuffix(value, "="+x.Numbers[0])
			}
			if named {
				t.Fatalf("%s as T%d: %s: %s is of T%d", plan.Action.Name(), own.Number, name, value, x.Number)
			}
		}
	}
	if c := plan.Call; c != nil && (!who.MayUseExtension(c.Caller) || c.NetworkNumber != "" && !own.OwnsNumber(c.NetworkNumber)) {
		t.Fatalf("calls from %s as %s", c.Caller, c.NetworkNumber)
	}
}

// TestOperatorsKeepCompaniesApart: an operator acts for any tenant, but never
// for two in one action.
func TestOperatorsKeepCompaniesApart(t *testing.T) {
	all := crowd(t)
	p := crowdPolicy(all)
	many(t, func(rt *rapid.T) {
		r := anything(rt, all, rapid.SampledFrom(all).Draw(rt, "tenant"))
		plan, err := p.Check(tenant.Identity{Role: tenant.Operator}, 1, &r)
		if err != nil || plan.Tenant == nil {
			return
		}
		if plan.Kind == policy.List {
			rt.Fatalf("a list for one tenant: %+v", plan)
		}
		foreign(rt, plan, tenant.Identity{Role: tenant.TenantRole, Tenant: plan.Tenant}, all)
	})
}
