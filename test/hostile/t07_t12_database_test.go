package hostile_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
)

// startAsterisk starts a real Asterisk 22 with the tenants of every site, and
// with more modules than these need.
func startAsterisk(t *testing.T, modules ...string) *asterisktest.Server {
	t.Helper()
	ext := func(number string) company.Extension {
		return company.Extension{Number: number, Devices: company.Phone("s3cret-" + number)}
	}
	return asterisktest.Start(t, asteriskconf.Input{
		Version: 22, Modules: modules, Trunks: []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: asterisktest.Port(t)}},
		Companies: []company.Company{
			{ID: two, Number: 2, Name: "얼쑤팩토리", Extensions: []company.Extension{ext("1010"), ext("1013")}, DIDs: company.DIDs(map[string]string{"07045805605": "1010"}), Numbers: []string{"16682471"}, Routes: []company.Route{{Trunks: []int{1}}}},
			{ID: ten, Number: 10, Name: "열", Extensions: []company.Extension{ext("1010"), ext("1013")}},
		},
	})
}

// both runs a test with a scripted server, and with a real one in its place.
func both(t *testing.T, test func(t *testing.T, s *site)) {
	t.Parallel()
	t.Run("scripted", func(t *testing.T) { t.Parallel(); test(t, newSite(t)) })
	t.Run("asterisk", func(t *testing.T) { t.Parallel(); test(t, newSite(t, setup{real: startAsterisk(t)})) })
}

// output is the whole answer to a Command.
func output(status, text string) string {
	return `{"type":4,"server_id":1,"server_name":"dcrm.makecall.io","ssl":false,"data":{"Response":"` + status + `","ActionID":"x","Message":"Command output follows","Output":` + quote(text) + `}}`
}

// TestT07_DatabaseCommands: the documented commands have the documented
// answers, to the letter, and what goes to the server is never their text.
func TestT07_DatabaseCommands(t *testing.T) {
	both(t, func(t *testing.T, s *site) {
		c := s.dial("demo", silent)
		const family, key = two, "diversions/1010/CFI/destination"
		for _, step := range []struct{ command, want string }{
			{"database get " + family + " diversions/1010/CFI/enable", output("Success", "Value: yes")},
			{"database get " + family + " " + key, output("Success", "Database entry not found.")},
			{"database put " + family + " " + key + " sub-custom-numbers,01026132471,1", output("Success", "Updated database successfully")},
			{"database get " + family + " " + key, output("Success", "Value: sub-custom-numbers,01026132471,1")},
			{"database get " + family + " diversions/1010/has_enable_diversions", output("Success", "Value: yes")},
			{"DATABASE Del " + family + " " + key, output("Success", "Database entry removed.")},
			{"database del " + family + " " + key, output("Success", "Database entry could not be removed.")},
			{"database get " + family, output("Error", "Usage: database get <family> <key>\n       Retrieves an entry in the Asterisk database for a given\n       family and key.")},
			{"database put " + family + " " + key, output("Error", "Usage: database put <family> <key> <value>\n       Adds or updates an entry in the Asterisk database for\n       a given family, key, and value.")},
			{"database del", output("Error", "Usage: database del <family> <key>\n       Deletes an entry in the Asterisk database for a given\n       family and key.")},
		} {
			marks := s.marks()
			if got := c.ask(command(step.command)); got != step.want {
				t.Errorf("%s\ngot  %s\nwant %s", step.command, got, step.want)
			}
			c.ping()
			for _, a := range s.wires[0].actions(marks[0]) {
				if !strings.HasPrefix(a, "Action: DB") && !strings.HasPrefix(a, "Action: Setvar\r\nVariable: DEVICE_STATE(Custom:T2_") || strings.Contains(strings.ToLower(a), "database") {
					t.Errorf("%s\non the wire: %q", step.command, a)
				}
			}
			if got := s.wires[1].actions(marks[1]); len(got) > 0 {
				t.Errorf("%s\nreached the other server: %q", step.command, got)
			}
		}
		// By REST it is a resource, with the same truth behind it.
		c.ask(command("database put " + family + " " + key + " sub-custom-numbers,01026132471,1"))
		r := s.do("GET", "/api/v2/diversions/1010/CFI", "", appKey(two))
		var body struct {
			Status string
			Data   map[string]any
		}
		if err := json.Unmarshal([]byte(r.body), &body); err != nil || r.status != 200 || body.Status != "success" ||
			body.Data["enable"] != true || body.Data["destination"] != "01026132471" || body.Data["active"] != true {
			t.Errorf("%d %s", r.status, r.body)
		}
	})
}

// TestT08_OtherCommands: nothing else of the command line, and no other
// spelling. Where the list has 403 for `core show channels`, design.md lets
// operators send what operator_commands names, word for word; tenants nothing.
func TestT08_OtherCommands(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, one, ops := s.dial("demo", silent), s.dial("phone1010", silent), s.dial("ops", silent)
	other := verdict{"forbidden", "Command", "Command must be database get, put or del"}
	operators := verdict{"forbidden", "Command", "Command must be database get, put or del, or word for word one of the configuration's operator_commands"}
	for _, text := range []string{
		"database deltree " + two, "core show channels", "!id", "database", "database ", "database show", "database showkey enable", "database query select",
		"databaseget x y", "core stop now", "dialplan add extension x", "module load x", "x", "ｄatabase get x y",
	} {
		c.refused(1, command(text), "x", other)
		one.refused(1, command(text), "x", other)
		if text != "core show channels" && text != "database show" {
			ops.refused(1, command(text), "x", operators)
		}
	}
	for _, text := range []string{"Core show channels", "core show channels ", "core  show channels", "core show channels verbose", "core show channels\tx"} {
		ops.refused(1, command(text), "x", operators)
	}
	blanks := verdict{"invalid_value", "Command", "Command must have one blank between its words, and none around them"}
	key := " " + two + " diversions/1010/CFI/enable"
	for _, text := range []string{
		"DATABASE  GET" + key, "DATABASE\tGET" + key, "database get\t" + key[1:], "database get " + two + "  diversions/1010/CFI/enable",
		" database get" + key, "database get" + key + " ", "database get " + two + "\u00a0diversions/1010/CFI/enable", "database get" + key + "\u3000", "database get" + key + "\v",
	} {
		for _, c := range []*client{c, one, ops} {
			c.refused(1, command(text), "x", blanks)
		}
	}
	marks := s.marks()
	if got := ops.ask(command("core show channels")); member(got, "Response") != "Success" || !strings.Contains(member(got, "Output"), "active channels") {
		t.Errorf("got %s", got)
	}
	ops.ping()
	if got := s.wires[0].actions(marks[0]); len(got) != 1 || got[0] != "Action: Command\r\nCommand: core show channels\r\n\r\n" {
		t.Errorf("on the wire: %q", got)
	}
}

const (
	keyForm  = " must be of the form diversions/{extension}/{CFI|CFB|CFN|CFU}/{enable|destination|time_group}, or with DND: enable|time_group, with PEA: enable|destination_0..4|time_group"
	inFamily = " must be your own tenant id"
)

// TestT09_Keys: what is no key of a diversion.
func TestT09_Keys(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	for _, key := range []string{
		"diversions/../1010/CFI/enable", "diversions/1010/../../x", `"diversions/1010/CFI/enable"`, `diversions/1010/CFI/enable\`,
		`diversions\1010\CFI\enable`, "diversions/1010//enable", "diversions/1010/CFI/enable/", "/diversions/1010/CFI/enable",
		"diversions/1010/CFI/", "diversions//CFI/enable", "diversions/", "diversions/1010", "diversions/1010/CFX/enable", "diversions/1010/cfi/enable",
		"diversions/1010/CFI/other", "diversions/10 10/CFI/enable", "diversions/1010/CFI/" + strings.Repeat("x", 280), strings.Repeat("x", 300),
		"diversions/１０１０/CFI/enable", "diversions/1010/BOSS/enable", "'x'", "a b", "a//b", "/", "..", "한글", " diversions/1010/CFI/enable", "diversions/1010/CFI/%65nable",
	} {
		for _, action := range []string{"DBGet", "DBDel"} {
			c.refused(1, data("Action", action, "Family", two, "Key", key, "ActionID", "x"), "x", verdict{"invalid_value", "Key", "Key" + keyForm})
		}
		c.refused(1, data("Action", "DBPut", "Family", two, "Key", key, "Val", "yes", "ActionID", "x"), "x", verdict{"invalid_value", "Key", "Key" + keyForm})
		if !strings.Contains(key, " ") { // on the command line that is one argument more
			for _, verb := range []string{"get", "del"} {
				c.refused(1, command("database "+verb+" "+two+" "+key), "x", verdict{"invalid_value", "Command", "the key in Command" + keyForm})
			}
			c.refused(1, command("database put "+two+" "+key+" yes"), "x", verdict{"invalid_value", "Command", "the key in Command" + keyForm})
		}
	}
	// Well formed, but not a diversion's.
	for _, key := range []string{"extensions/1010/dial", "diversion", "a/b"} {
		c.refused(1, data("Action", "DBGet", "Family", two, "Key", key, "ActionID", "x"), "x", verdict{"forbidden", "Key", "Key" + keyForm})
	}
	c.refused(1, data("Action", "DBGet", "Family", two, "Key", "", "ActionID", "x"), "x", verdict{"bad_request", "Key", "Key is missing; the action DBGet needs it"})
}

// TestT10_SpellingsOfCommand: however Command is spelt, it is judged as
// Command; letters that only look like it are no name at all, and a name given
// twice is no request.
func TestT10_SpellingsOfCommand(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	in := func(members string) string {
		return `{"AMIServerID":1,"data":{` + members + `,"Command":"core stop now","ActionID":"x"}}`
	}
	forbidden := verdict{"forbidden", "Command", "Command must be database get, put or del"}
	for _, members := range []string{`"Action":"Command"`, `"action":"command"`, `"Action":"Command "`, `"Action":" COMMAND  "`, `"ACTION":"\u0043ommand"`} {
		c.refused(1, in(members), "x", forbidden)
	}
	for _, members := range []string{`"Action":"ＣＯＭＭＡＮＤ"`, `"Action":"Command` + "\u200b" + `"`, `"Action":"` + "\u0421" + `ommand"`} {
		c.refused(1, in(members), "x", verdict{"bad_request", "Action", "Action must be a name of the letters A to Z"})
	}
	c.refused(gateway, in(`"Action":"Ping","action":"Command"`), "x", verdict{"bad_request", "Action", `"Action" is given twice; only Variable may repeat`})
	c.refused(gateway, `{"AMIServerID":1,"Action":"Ping","data":{"action":"Command","Command":"core stop now","ActionID":"x"}}`, "x", verdict{"bad_request", "Action", `"Action" is given twice; only Variable may repeat`})
	c.refused(1, in(`"Action":"Command\t"`), "x", verdict{"forbidden", "Action", "Action must be one of " + tenantActions})
}

const tenantActions = "Ping, Command, Originate, Hangup, Redirect, Atxfer, BlindTransfer, Park, ExtensionState, QueueStatus, QueueSummary, QueueAdd, QueueRemove, QueuePause, CoreShowChannels, DBGet, DBPut, DBDel"

// TestT11_AnotherTenantsFamily: the same answer to the last byte whether that
// tenant exists or not, whatever the key.
func TestT11_AnotherTenantsFamily(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	for _, id := range []string{ten, nobody, "0000000000000000", "x"} {
		for _, key := range []string{"diversions/1010/CFI/enable", "diversions/2000/CFI/enable", "nonsense//"} {
			for verb, value := range map[string]string{"get": "", "del": "", "put": " yes"} {
				c.refused(1, command("database "+verb+" "+id+" "+key+value), "x", verdict{"forbidden", "Command", "the family in Command" + inFamily})
			}
			for action, more := range map[string][]string{"DBGet": nil, "DBDel": nil, "DBPut": {"Val", "yes"}} {
				c.refused(1, data(append([]string{"Action", action, "Family", id, "Key", key, "ActionID", "x"}, more...)...), "x", verdict{"forbidden", "Family", "Family" + inFamily})
			}
		}
	}
	// REST takes the tenant from the key: a header that says otherwise.
	for _, id := range []string{ten, nobody} {
		for _, r := range []call{c2c(), {"GET", "/api/v2/diversions/1010", ""}, {"PUT", "/api/v2/diversions/1010/CFI", `{"enable":true}`}} {
			h := appKey(two)
			h["Tenant"] = []string{id}
			v := verdict{"forbidden", "tenant", "these credentials are not that tenant's"}
			if got := s.do(r.method, r.path, r.body, h); got.status != 403 || got.body != v.body() {
				t.Errorf("%d %s", got.status, got.body)
			}
			s.wanted = append(s.wanted, refusal{roles["crm"], v.code, v.field, 0, ""})
		}
	}
}

// TestT12_SpellingsOfAFamily: a tenant's id is compared letter by letter.
func TestT12_SpellingsOfAFamily(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.dial("demo", silent)
	for _, id := range []string{
		two + "/../" + ten, two + "%2f" + ten, two + "/..%2F" + ten, strings.ToUpper(two), two + "/", "/" + two, two[:15], two + "0", "T2", "../" + two, strings.Replace(two, "7", "７", 1),
	} {
		for _, verb := range []string{"get", "del"} {
			c.refused(1, command(fmt.Sprintf("database %s %s diversions/1010/CFI/enable", verb, id)), "x", verdict{"forbidden", "Command", "the family in Command" + inFamily})
		}
		c.refused(1, command("database put "+id+" diversions/1010/CFI/enable yes"), "x", verdict{"forbidden", "Command", "the family in Command" + inFamily})
		c.refused(1, data("Action", "DBPut", "Family", id, "Key", "diversions/1010/CFI/enable", "Val", "yes", "ActionID", "x"), "x", verdict{"forbidden", "Family", "Family" + inFamily})
		h := appKey(two)
		h["Tenant"] = []string{id}
		v := verdict{"forbidden", "tenant", "these credentials are not that tenant's"}
		if got := s.do("POST", clickToCall, c2c().body, h); got.status != 403 || got.body != v.body() {
			t.Errorf("%s: %d %s", id, got.status, got.body)
		}
		s.wanted = append(s.wanted, refusal{roles["crm"], v.code, v.field, 0, ""})
	}
	c.refused(1, data("Action", "DBPut", "Family", "", "Key", "diversions/1010/CFI/enable", "Val", "yes", "ActionID", "x"), "x", verdict{"bad_request", "Family", "Family is missing; the action DBPut needs it"})
}
