package hostile_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
)

// TestT25_SameActionID: clients with the same ActionID on 1,000 requests in
// flight, answered out of order: each gets its own answers.
func TestT25_SameActionID(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ask := map[*client]struct{ command, want string }{}
	add := func(user, family, ext, value string) {
		c := s.dial(user, silent)
		s.scripts[0].DB().Put(family, "diversions/"+ext+"/CFI/destination", value)
		text := `{"AMIServerID":1,"data":{"Action":"Command","Command":"database get ` + family + ` diversions/` + ext + `/CFI/destination","ActionID":"x"}}`
		ask[c] = struct{ command, want string }{text, output("Success", "Value: "+value)}
	}
	add("demo", two, "1010", "first")
	add("demo", two, "1013", "second")
	add("demo10", ten, "1010", "third")
	const each = 500
	s.scripts[0].Stall(true) // so that all are in flight or wait at once
	for c, a := range ask {
		for range each {
			c.send(a.command)
		}
	}
	s.scripts[0].Reorder(16)
	s.scripts[0].Stall(false)
	var wg sync.WaitGroup
	for c, a := range ask {
		wg.Go(func() {
			for i := range each {
				kind, got, err := c.conn.Read(short(t))
				if err != nil || string(got) != a.want {
					t.Errorf("answer %d: %v %s %v, want %s", i, kind, got, err, a.want)
					return
				}
			}
		})
	}
	if _, err := s.scripts[0].WaitRequest(short(t), "DBGet", 3*each); err != nil {
		t.Error(err)
	}
	s.scripts[0].Reorder(0) // what is left of 16 goes out with the next answer
	s.dial("ops", silent).ping()
	wg.Wait()
	for c := range ask {
		c.ping() // nothing stands behind the answers
	}
}

// TestT26_VariablesAndFunctions: nobody reads or sets a variable, by no way.
func TestT26_VariablesAndFunctions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, one, ops := s.dial("demo", silent), s.dial("phone1010", silent), s.dial("ops", silent)
	for _, v := range []string{"SHELL(id)", "ENV(PATH)", "DB(x/y)", "X", ""} {
		for _, request := range []string{
			data("Action", "Getvar", "Variable", v, "ActionID", "x"), data("Action", "Getvar", "Channel", "PJSIP/T2_1010-1", "Variable", v, "ActionID", "x"),
			data("Action", "Setvar", "Variable", v, "Value", "1", "ActionID", "x"), data("Action", "GETVAR", "Variable", v, "ActionID", "x"),
		} {
			for c, names := range map[*client]string{c: tenantActions, one: tenantActions, ops: operatorActions} {
				c.refused(1, request, "x", verdict{"forbidden", "Action", "Action must be one of " + names})
			}
		}
		c.refused(1, data("Action", "Status", "Variables", v, "ActionID", "x"), "x", verdict{"forbidden", "Action", "Action must be one of " + tenantActions})
		ops.refused(1, data("Action", "Status", "Variables", v, "ActionID", "x"), "x", verdict{"forbidden", "Variable", `Status does not take "Variable" here; it takes Channel`})
		ops.refused(1, data("Action", "Status", "AllVariables", "true", "Variables", v, "ActionID", "x"), "x", verdict{"forbidden", "AllVariables", `Status does not take "AllVariables" here; it takes Channel`})
	}
}

const operatorActions = tenantActions + ", Status, DeviceStateList, Queues, PJSIPShow…"

// TestT27_EveryAction: of all actions that a real server has, exactly the
// listed ones pass, for each role; the others do not reach it.
func TestT27_EveryAction(t *testing.T) {
	t.Parallel()
	asterisk := startAsterisk(t, "app_queue", "app_confbridge", "app_mixmonitor", "app_agent_pool", "app_voicemail", "app_controlplayback",
		"app_stack", "app_senddtmf", "app_chanspy", "app_userevent", "app_cdr", "res_agi", "res_fax", "res_mutestream", "res_parking", "res_speech",
		"res_manager_presencestate", "res_pjsip_notify", "res_pjsip_history", "res_sorcery_memory_cache", "chan_iax2", "res_musiconhold")
	s := newSite(t, setup{real: asterisk})
	names := listCommands(t, asterisk)
	if len(names) < 100 {
		t.Fatalf("the server has only %d actions", len(names))
	}
	own := strings.Split(tenantActions, ", ")
	more := []string{"Status", "DeviceStateList", "Queues"}
	for _, name := range append(own, more...) {
		if !slices.Contains(names, name) {
			names = append(names, name) // of modules that this server has not loaded
		}
	}
	for _, user := range []string{"demo", "phone1010", "ops"} {
		c := s.dial(user, silent)
		may := map[string]bool{}
		for _, name := range own {
			may[name] = true
		}
		list := tenantActions
		if user == "ops" {
			list = operatorActions
			for _, name := range append(names, more...) {
				may[name] = may[name] || slices.Contains(more, name) || strings.HasPrefix(name, "PJSIPShow")
			}
		}
		passed := map[string]bool{}
		for _, name := range names {
			request := data("Action", name, "ActionID", "x")
			if !may[name] {
				c.refused(1, request, "x", verdict{"forbidden", "Action", "Action must be one of " + list})
				continue
			}
			c.send(request)
			got := c.response()
			if code := member(got, "Code"); code != "" { // for what it lacks
				s.wanted = append(s.wanted, refusal{roles[user], code, member(got, "Field"), 1, name})
				if code == "forbidden" && member(got, "Field") == "Action" {
					t.Errorf("%s for %s: %s", name, user, got)
				}
			}
			if text := member(got, "Message"); strings.Contains(text, "Permission denied") {
				t.Errorf("%s for %s: %s", name, user, got)
			}
			c.ping()
			passed[name] = true
		}
		t.Logf("%s: %d of %d actions: %s", user, len(passed), len(names), slices.Sorted(maps.Keys(passed)))
	}
}

// listCommands asks a server for its actions.
func listCommands(t *testing.T, server *asterisktest.Server) []string {
	t.Helper()
	c, stop := server.LinkUntil(t, asterisktest.All)
	defer stop()
	r := asterisktest.Do(t, c, ami.NewAction("ListCommands"))
	var names []string
	for name := range r.All() {
		switch n := string(name); n {
		case "Response", "ActionID", "Message":
		default:
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		t.Fatal(fmt.Errorf("got %s", r.Bytes()))
	}
	return names
}
