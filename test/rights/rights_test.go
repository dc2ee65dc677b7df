// Package rights_test sends what the policy allows to real Asterisks, each
// action by the AMI user that its plan names.
package rights_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "s3cret-of-1010"

// server is a real Asterisk with the three users, and the policy before it.
type server struct {
	t      *testing.T
	policy *policy.Policy
	links  map[policy.User]*ami.Client

	mu       sync.Mutex
	outcomes map[string]chan string // caller's name by ChannelId, of OriginateResponse
}

// anyChannel says that every channel lives and is the tenant's.
type anyChannel struct{ tenant *tenant.Tenant }

func (a anyChannel) Channel(_ int, name string) (attribution.Live, bool) {
	return attribution.Live{Name: name, Tenant: a.tenant}, true
}

func newServer(t *testing.T, version int) *server {
	t.Helper()
	asterisk := asterisktest.Start(t, asteriskconf.Input{
		Version: version,
		Companies: []company.Company{{
			ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리", Extensions: []company.Extension{{Number: "1010", Devices: company.Phone(secret)}, {Number: "1013", Devices: company.Phone("x")}},
		}},
	})
	dir, err := tenant.NewDirectory([]tenant.Tenant{{ID: tenant.NewID("7be69580e27641df", 2), Number: 2, Name: "얼쑤팩토리", Servers: []int{1}, Extensions: []string{"1010", "1013"}}})
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, outcomes: map[string]chan string{}}
	s.policy = policy.New(policy.Options{
		Directory: func() *tenant.Directory { return dir }, Channels: anyChannel{dir.ByNumber(2)},
		OperatorCommands: []string{"core show channels", "pjsip show auth T2_1010"},
	})
	s.links = map[policy.User]*ami.Client{
		policy.Calls:    asterisk.Link(t, asterisktest.Calls, func(o *ami.Options) { o.Events, o.OnMessage = "on", s.event }),
		policy.Database: asterisk.Link(t, asterisktest.Database, func(o *ami.Options) { o.Events = "on" }),
	}
	s.links[policy.Commands] = s.links[policy.Database]
	return s
}

func (s *server) event(m *ami.Message) {
	if string(m.Event()) != "OriginateResponse" {
		return
	}
	s.outcome(m.Get("Uniqueid")) <- m.Get("CallerIDName")
}

func (s *server) outcome(channelID string) chan string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outcomes[channelID] == nil {
		s.outcomes[channelID] = make(chan string, 1)
	}
	return s.outcomes[channelID]
}

// ask sends a request as an operator.
func (s *server) ask(message string) (*policy.Plan, *ami.Response) {
	s.t.Helper()
	r, err := envelope.Decode([]byte(message))
	if err != nil {
		s.t.Fatal(err)
	}
	plan, err := s.policy.Check(tenant.Identity{Role: tenant.Operator}, 1, &r)
	if err != nil {
		s.t.Fatalf("%s: %v", message, err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Second)
	defer cancel()
	client := s.links[plan.User]
	var res *ami.Response
	if plan.Kind == policy.List {
		res, err = client.List(ctx, plan.Action, 10000)
	} else {
		res, err = client.Do(ctx, plan.Action)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", message, err)
	}
	return plan, res
}

// both runs a test on both versions of Asterisk.
func both(t *testing.T, test func(t *testing.T, s *server)) {
	for _, version := range []int{22, 16} {
		t.Run(fmt.Sprint(version), func(t *testing.T) { test(t, newServer(t, version)) })
	}
}

// TestRights: every action is known to the server and allowed to the user that
// its plan names; what it answers holds no secret once it is redacted.
func TestRights(t *testing.T) {
	both(t, func(t *testing.T, s *server) {
		for _, message := range []string{
			`{"Action":"Ping"}`,
			`{"Action":"Command","Command":"core show channels"}`, `{"Action":"Command","Command":"pjsip show auth T2_1010"}`,
			`{"Action":"Originate","Channel":"PJSIP/T2_1010","Context":"T2_cos-all","Exten":"1013","Async":"yes"}`,
			`{"Action":"Hangup","Channel":"PJSIP/T2_1010-00000001","Cause":17}`,
			`{"Action":"Redirect","Channel":"PJSIP/T2_1010-00000001","Exten":"1013","ExtraChannel":"PJSIP/T2_1013-00000002"}`,
			`{"Action":"Atxfer","Channel":"PJSIP/T2_1010-00000001","Exten":"1013"}`,
			`{"Action":"BlindTransfer","Channel":"PJSIP/T2_1010-00000001","Exten":"1013"}`,
			`{"Action":"Park","Channel":"PJSIP/T2_1010-00000001","TimeoutChannel":"PJSIP/T2_1013-00000002","Timeout":5000}`,
			`{"Action":"ExtensionState","Context":"T2_extension-hints","Exten":"1010"}`,
			`{"Action":"QueueStatus"}`, `{"Action":"QueueSummary","Queue":"T2_Q600"}`,
			`{"Action":"QueueAdd","Queue":"T2_Q600","Interface":"PJSIP/T2_1010"}`, `{"Action":"QueueRemove","Queue":"T2_Q600","Interface":"PJSIP/T2_1010"}`,
			`{"Action":"QueuePause","Interface":"PJSIP/T2_1010","Paused":"yes"}`,
			`{"Action":"CoreShowChannels"}`, `{"Action":"Status"}`, `{"Action":"DeviceStateList"}`,
			`{"Action":"PJSIPShowEndpoints"}`, `{"Action":"PJSIPShowEndpoint","Endpoint":"T2_1010"}`, `{"Action":"PJSIPShowAors"}`, `{"Action":"PJSIPShowAuths"}`,
			`{"Action":"PJSIPShowContacts"}`, `{"Action":"PJSIPShowRegistrationsInbound"}`, `{"Action":"PJSIPShowRegistrationsOutbound"}`,
			`{"Action":"PJSIPShowRegistrationInboundContactStatuses"}`, `{"Action":"PJSIPShowResourceLists"}`, `{"Action":"PJSIPShowSubscriptionsInbound"}`, `{"Action":"PJSIPShowSubscriptionsOutbound"}`,
		} {
			_, res := s.ask(message)
			if text := res.Get("Message"); strings.Contains(text, "Permission denied") || strings.Contains(text, "Invalid/unknown") {
				t.Errorf("%s: %s", message, text)
			}
			raw, clean := string(res.Bytes()), string(policy.Redact(res.Message).Bytes())
			for _, e := range res.Events {
				raw, clean = raw+string(e.Bytes()), clean+string(policy.Redact(e).Bytes())
			}
			if strings.Contains(clean, secret) {
				t.Errorf("%s tells a password: %s", message, clean)
			}
			if shows := strings.Contains(message, "Auths") || strings.Contains(message, "auth ") || strings.Contains(message, "ShowEndpoint\""); shows != strings.Contains(raw, secret) {
				t.Errorf("%s: a password in the answer: %v, want %v", message, !shows, shows)
			}
		}
	})
}

// TestCallerNames: names arrive as the client meant them, however they look.
func TestCallerNames(t *testing.T) {
	both(t, func(t *testing.T, s *server) {
		for given, want := range map[string]string{
			"얼쑤팩토리 <16682471>": "얼쑤팩토리", `\"a \\\"b\\\" c\" <1>`: `a "b" c`, `a \"b\" c <1>`: `a "b" c`, `a\\b <1>`: `a\b`, `\"<script>\"`: "<script>", `<script>`: "<script>",
			`<script> <16682471>`: "<script>", `a > b <1>`: "a > b", "a, b; c=${d} <1>": "a, b; c=${d}", `O'Neil`: "O'Neil", `tab\u000bhere <1>`: "tab\vhere", `back\\ <1>`: `back\`,
		} {
			plan, res := s.ask(`{"Action":"Originate","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"1013","Async":"yes","Callerid":"` + given + `"}`)
			if !res.Success() {
				t.Errorf("%s: %s", given, res.Get("Message"))
				continue
			}
			select {
			case got := <-s.outcome(plan.Call.ChannelID):
				if got != want {
					t.Errorf("%s arrived as %q, want %q", given, got, want)
				}
			case <-time.After(10 * time.Second):
				t.Errorf("%s: no outcome", given)
			}
		}
	})
}
