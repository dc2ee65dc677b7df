package policy_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
)

// FuzzOpen: what the drop-in lets pass is one action on the wire, which is not
// one of the session's own; what it refuses, an error of ours.
func FuzzOpen(f *testing.F) {
	p := policy.New(policy.Options{})
	for _, s := range []string{
		`{"Action":"Ping","ActionID":"1"}`,
		`{"Action":"Originate","Variable":["a=1",["b=2"],{"c":"3"}],"Async":"no","Timeout":"9223372036854775807"}`,
		`{"Action":"Ping","X":"a\r\n\r\nAction: Logoff"}`,
		`{"Action":" Logoff "}`,
		`{"Action":"Ping\nAction: Logoff","a:b":"c"}`,
		`{"Action":"Command","Command":"core show channels"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		r, err := envelope.DecodeOpen(msg)
		if err != nil {
			return
		}
		plan, err := p.Open(&r)
		if err != nil {
			var e *envelope.Error
			if !errors.As(err, &e) || e.Message == "" || e.Code == envelope.Internal {
				t.Fatalf("%#v", err)
			}
			return
		}
		wire, err := plan.Action.AppendTo(nil, "own-1")
		if err != nil {
			t.Fatal(err)
		}
		text := string(wire)
		if !strings.HasSuffix(text, "\r\n\r\n") || strings.Count(text, "\r\n\r\n") != 1 || bytes.IndexByte(wire, 0) >= 0 {
			t.Fatalf("%q is not one action", text)
		}
		lines := strings.Split(strings.TrimSuffix(text, "\r\n\r\n"), "\r\n")
		for _, line := range lines {
			if strings.ContainsAny(line, "\r\n") || !strings.Contains(line, ":") {
				t.Fatalf("line %q of %q", line, text)
			}
		}
		name := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(lines[0], "Action:")))
		switch name {
		case "logoff", "login", "events", "challenge", "filter", "waitevent":
			t.Fatalf("%q is let pass", name)
		case "originate":
			if plan.Kind != policy.Originate || !strings.Contains(text, "\r\nAsync: true\r\n") || plan.Call.Timeout > policy.MaxTimeout || plan.Call.Timeout <= 0 {
				t.Fatalf("%q %+v", text, plan.Call)
			}
		}
	})
}

// TestOpen: which user carries what, and what is known of a call.
func TestOpen(t *testing.T) {
	p := policy.New(policy.Options{})
	tests := []struct {
		msg     string
		kind    policy.Kind
		user    policy.User
		timeout time.Duration
		sync    bool
	}{
		{`{"Action":"Ping"}`, policy.List, policy.Calls, 0, false},
		{`{"Action":"command","Command":"x"}`, policy.List, policy.Commands, 0, false},
		{`{"Action":"DBGet","Family":"f"}`, policy.List, policy.Database, 0, false},
		{`{"Action":"PJSIPShowEndpoints"}`, policy.List, policy.Database, 0, false},
		{`{"Action":"originate","Timeout":"5000"}`, policy.Originate, policy.Calls, 5 * time.Second, true},
		{`{"Action":"Originate","Async":"true"}`, policy.Originate, policy.Calls, policy.DefaultTimeout, false},
		{`{"Action":"Originate","Timeout":"999999999999999999","Async":"odd"}`, policy.Originate, policy.Calls, policy.MaxTimeout, false},
	}
	for _, tt := range tests {
		r, err := envelope.DecodeOpen([]byte(tt.msg))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := p.Open(&r)
		if err != nil || plan.Kind != tt.kind || plan.User != tt.user {
			t.Errorf("%s: %+v %v", tt.msg, plan, err)
			continue
		}
		if plan.Call != nil && (plan.Call.Timeout != tt.timeout || plan.Call.Sync != tt.sync) {
			t.Errorf("%s: %+v", tt.msg, plan.Call)
		}
	}
}
