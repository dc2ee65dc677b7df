package policy_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// asSent are headers that stand on the wire exactly as the client gave them, if
// it did.
var asSent = map[string]bool{
	"Channel": true, "Context": true, "Exten": true, "ExtraChannel": true, "ExtraContext": true, "ExtraExten": true, "TimeoutChannel": true, "AnnounceChannel": true,
	"Queue": true, "Interface": true, "StateInterface": true, "MemberName": true, "Penalty": true, "Reason": true, "Command": true, "Endpoint": true,
}

// ours are headers that we write, or write anew.
var ours = map[string]bool{
	"Priority": true, "Timeout": true, "ChannelId": true, "OtherChannelId": true, "Async": true, "Variable": true, "CallerID": true, "EarlyMedia": true,
	"Cause": true, "ExtraPriority": true, "Paused": true,
}

// FuzzCheck: what is accepted goes on the wire as it was judged, one line for
// each header as Asterisk splits lines, and names nobody else's things; what is
// refused is refused by an error of ours.
func FuzzCheck(f *testing.F) {
	all := crowd(f)
	p := crowdPolicy(all)
	two := all[1]
	f.Add([]byte(`{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"01026132471","Variable":["EXEC_AA=yes","CHANNEL(accountcode)=15000001"],"Callerid":"a\"b <1>","Async":"yes","EarlyMedia":1,"Timeout":"1000"}`))
	f.Add([]byte(`{"Action":"Redirect","Channel":"PJSIP/T2_1010-00000000","Exten":"1010","ExtraChannel":"Local/1010@T2_cos-all-00000001;1","ExtraExten":"5102"}`))
	f.Add([]byte(`{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T2_1010","MemberName":"홍 길동","Penalty":"01","Paused":"no"}`))
	f.Add([]byte(`{"Action":"Command","Command":"database put ` + two.ID.Hex() + ` diversions/1010/CFI/destination sub-custom-numbers,01026132471,1"}`))
	f.Add([]byte(`{"Action":"DBPut","Family":"` + two.ID.Hex() + `","Key":"diversions/1010/CFI/time_group","Val":"T2_x"}`))
	f.Add([]byte(`{"Action":"Park","Channel":"PJSIP/T2_1010-00000000","TimeoutChannel":"PJSIP/T2_1010-00000000","Timeout":5000}`))
	f.Add([]byte(`{"Action":"Originate","Channel":"Local/1010@T10_cos-all","Context":"T21_cos-all","Exten":"112\r\nx: y","Application":"System"}`))
	f.Add([]byte(`{"Action":"Status","Channel":"PJSIP/1010-00000000"}`))
	f.Fuzz(func(t *testing.T, msg []byte) {
		r, err := envelope.Decode(msg)
		if err != nil {
			return
		}
		for _, who := range []tenant.Identity{
			{Role: tenant.TenantRole, Tenant: two},
			{Role: tenant.ExtensionRole, Tenant: two, Extension: "1010"},
			{Role: tenant.TenantRole, Tenant: all[0]},
			{Role: tenant.Operator},
		} {
			plan, err := p.Check(who, 1, &r)
			if err != nil {
				var e *envelope.Error
				if !errors.As(err, &e) || e.Message == "" || e.Code == envelope.Internal {
					t.Fatalf("%#v", err)
				}
				continue
			}
			onTheWire(t, plan, &r)
			if who.Role == tenant.Operator {
				if who.Tenant = plan.Tenant; who.Tenant == nil || plan.Kind == policy.List {
					continue
				}
				who.Role = tenant.TenantRole
			}
			foreign(t, plan, who, all)
		}
	})
}

// onTheWire compares the bytes of a plan with the request.
func onTheWire(t *testing.T, plan *policy.Plan, r *envelope.Request) {
	t.Helper()
	if plan.Action == nil {
		return
	}
	wire, err := plan.Action.AppendTo(nil, "id")
	if err != nil {
		t.Fatalf("accepted and cannot be written: %v", err)
	}
	want := []string{"Action: " + plan.Action.Name(), "ActionID: id"}
	if !strings.EqualFold(plan.Action.Name(), strings.Trim(r.Action, " ")) {
		t.Fatalf("%s became %s", r.Action, plan.Action.Name())
	}
	for name, value := range plan.Action.All() {
		want = append(want, name+": "+value)
		given, ok := r.Get(name)
		switch {
		case asSent[name] && ok && given != value:
			t.Fatalf("%s: %q became %q", name, given, value)
		case !asSent[name] && !ours[name]:
			t.Fatalf("%s is not to be sent", name)
		}
	}
	// Asterisk ends a line at LF, with or without CR, and cuts it at NUL.
	lines := strings.Split(strings.TrimSuffix(string(wire), "\r\n\r\n"), "\n")
	if len(lines) != len(want) || bytes.IndexByte(wire, 0) >= 0 {
		t.Fatalf("%d headers in %d lines: %q", len(want), len(lines), wire)
	}
	for i, l := range lines {
		if strings.TrimSuffix(l, "\r") != want[i] {
			t.Fatalf("line %d is %q, not %q", i, l, want[i])
		}
	}
}
