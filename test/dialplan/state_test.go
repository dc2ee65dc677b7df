package dialplan_test

import (
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestLampsAndHints: a lamp set as the user for calls may set it shows as the
// state of its hint, survives a restart, and a phone's hint follows its calls.
func TestLampsAndHints(t *testing.T) {
	both(t, func(l *lab) {
		calls := l.server.Link(l.t, asterisktest.Calls)
		lamp := dialplan.Lamp("T2_", dialplan.CFI, "1010")
		for _, tt := range []struct {
			on     bool
			status string // ast_extension_states: 2 busy, 0 not in use
		}{{true, "2"}, {false, "0"}, {true, "2"}} {
			r, err := calls.Do(l.ctx(), ami.NewAction("Setvar").Add("Variable", "DEVICE_STATE("+lamp+")").Add("Value", dialplan.LampState(dialplan.CFI, tt.on)))
			if err != nil || !r.Success() {
				l.t.Fatalf("Setvar: %v %v", r, err)
			}
			l.wait("Event", "DeviceStateChange", "Device", lamp, "State", dialplan.LampState(dialplan.CFI, tt.on))
			if got := l.hint("CFI_1010"); got != tt.status {
				l.t.Errorf("lamp on=%v: status %s", tt.on, got)
			}
			if got := l.hint("CFB_1010"); got != "0" && got != "4" {
				l.t.Errorf("another lamp: status %s", got)
			}
		}
		// Nobody is there; then the phone is, idle; then it is not to be disturbed.
		if got := l.hint("1010"); got != "4" {
			l.t.Errorf("1010 not registered: status %s", got)
		}
		dnd := dialplan.Lamp("T2_", dialplan.DND, "1010")
		for _, on := range []bool{true, false} {
			state := dialplan.LampState(dialplan.DND, on)
			l.do(ami.NewAction("Setvar").Add("Variable", "DEVICE_STATE("+dnd+")").Add("Value", state))
			l.wait("Event", "DeviceStateChange", "Device", dnd, "State", state)
			if got, want := l.hint("1010"), map[bool]string{true: "1", false: "4"}[on]; got != want {
				l.t.Errorf("1010 with DND %t: status %s, want %s", on, got, want)
			}
		}
		p := l.phone("T2_1010", sipphone.Answer(0))
		l.wait("Event", "DeviceStateChange", "Device", "PJSIP/T2_1010", "State", "NOT_INUSE")
		out := l.incoming(stranger, did1010)
		in := l.answered(p)
		l.talk(out, in)
		if got := l.hint("1010"); got != "1" {
			l.t.Errorf("1010 in a call: status %s", got)
		}
		l.hangup(out, in)
		if err := l.server.Restart(l.ctx()); err != nil {
			l.t.Fatal(err)
		}
		l.ami = l.server.Link(l.t, asterisktest.All)
		if got := l.hint("CFI_1010"); got != "2" {
			l.t.Errorf("after a restart: status %s", got)
		}
	})
}

func (l *lab) hint(exten string) string {
	return l.do(ami.NewAction("ExtensionState").Add("Exten", exten).Add("Context", "T2_cos-all")).Get("Status")
}

// TestRights: each AMI user can do its work and no more, and Asterisk's own
// guard on Originate is on for the one that places calls.
func TestRights(t *testing.T) {
	both(t, func(l *lab) {
		user := map[string]*ami.Client{
			"events":   l.server.Link(l.t, asterisktest.Events),
			"calls":    l.server.Link(l.t, asterisktest.Calls),
			"database": l.server.Link(l.t, asterisktest.Database),
		}
		originate := ami.NewAction("Originate").Add("Channel", "Local/1010@T2_cos-all").Add("Async", "true")
		system := originateWith(originate, "Application", "System", "Data", "true")
		variable := originateWith(originate, "Application", "NoOp", "Data", "${SHELL(true)}")
		plain := originateWith(originate, "Context", "T2_cos-all", "Exten", "1013", "Priority", "1")
		dbput := ami.NewAction("DBPut").Add("Family", tenant2).Add("Key", "x").Add("Val", "1")
		command := ami.NewAction("Command").Add("Command", "core show channels")
		tests := []struct {
			user   string
			action *ami.Action
			ok     bool
		}{
			{"events", ami.NewAction("Ping"), true},
			{"events", ami.NewAction("CoreShowChannels"), true},
			{"events", ami.NewAction("DeviceStateList"), true},
			{"events", ami.NewAction("BridgeList"), true},
			{"events", ami.NewAction("QueueStatus"), true},
			{"events", ami.NewAction("ExtensionState").Add("Exten", "1010").Add("Context", "T2_cos-all"), true},
			{"events", plain, false},
			{"events", dbput, false},
			{"events", command, false},
			{"events", ami.NewAction("Hangup").Add("Channel", "x"), false},
			{"calls", plain, true},
			{"calls", ami.NewAction("CoreShowChannels"), true},
			{"calls", ami.NewAction("Status"), true},
			{"calls", ami.NewAction("DeviceStateList"), true},
			{"calls", system, false},
			{"calls", variable, false},
			{"calls", dbput, false},
			{"calls", command, false},
			{"database", dbput, true},
			{"database", ami.NewAction("DBGet").Add("Family", tenant2).Add("Key", "x"), true},
			{"database", ami.NewAction("DBDel").Add("Family", tenant2).Add("Key", "x"), true},
			{"database", command, true},
			{"database", plain, false},
			{"database", ami.NewAction("PJSIPShowEndpoints"), true},
		}
		for _, tt := range tests {
			r, err := user[tt.user].Do(l.ctx(), tt.action)
			if err != nil {
				l.t.Fatalf("%s %s: %v", tt.user, tt.action.Name(), err)
			}
			if r.Success() != tt.ok {
				l.t.Errorf("%s may %s %s: %v, want %v: %s", tt.user, tt.action.Name(), tt.action.Get("Application"), r.Success(), tt.ok, r.Get("Message"))
			}
		}
	})
}

func originateWith(a *ami.Action, pairs ...string) *ami.Action {
	out := ami.NewAction(a.Name())
	for n, v := range a.All() {
		out.Add(n, v)
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Add(pairs[i], pairs[i+1])
	}
	return out
}

// TestWithoutCommands: unless asked for, nobody may send Command.
func TestWithoutCommands(t *testing.T) {
	in := companies(22, asterisktest.Port(t), asterisktest.Port(t))
	in.AMI.Users = asteriskconf.Users{Events: asterisktest.Events, Calls: asterisktest.Calls, Database: asterisktest.Database, All: asterisktest.All}
	s := asterisktest.Start(t, in)
	for _, u := range []asteriskconf.User{asterisktest.Database, asterisktest.All} {
		r, err := s.Link(t, u).Do(t.Context(), ami.NewAction("Command").Add("Command", "core show channels"))
		if err != nil || r.Success() {
			t.Errorf("%s: %v, %v", u.Name, r, err)
		}
	}
}
