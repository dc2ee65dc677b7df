package app_test

import (
	"strconv"
	"strings"
	"testing"
)

func TestPingOnBothServers(t *testing.T) {
	s := newSite(t)
	c := s.dial("demo", "/")
	for id, name := range map[int]string{1: "dcrm.makecall.io", 2: "dcrm2.makecall.io"} {
		n := strconv.Itoa(id)
		a := c.ask(`{"AMIServerID": ` + n + `, "data": {"Action": "ping", "ActionID": "DIPCAST-CoreServiceCheck-` + n + `-Custom"}}`)
		if a.Type != 4 || a.ServerID != id || a.ServerName != name || *a.SSL ||
			a.Data["Response"] != "Success" || a.Data["Ping"] != "Pong" || a.Data["Timestamp"] == "" ||
			a.Data["ActionID"] != "DIPCAST-CoreServiceCheck-"+n+"-Custom" {
			t.Errorf("got %s", a.raw)
		}
	}
}

func TestDatabaseCommands(t *testing.T) {
	s := newSite(t)
	c := s.dial("demo", "/")
	command := func(text string) answer {
		t.Helper()
		a := c.ask(`{"AMIServerID":1,"data":{"Action":"Command","Command":"` + text + `","ActionID":"id-착신"}}`)
		if a.Type != 4 || a.Data["ActionID"] != "id-착신" {
			t.Errorf("%s: %s", text, a.raw)
		}
		return a
	}
	// New extensions have the documented defaults.
	s.until("defaults", func() bool { v, _ := s.servers[0].DB().Get(two, "diversions/1013/CFU/enable"); return v == "yes" })
	for _, kind := range []string{"CFI", "CFB", "CFN", "CFU"} {
		key := two + " diversions/1010/" + kind
		steps := []struct{ command, response, output string }{
			{"database get " + key + "/enable", "Success", "Value: yes"},
			{"database get " + key + "/destination", "Success", "Database entry not found."},
			{"database put " + key + "/destination sub-custom-numbers,01026132471,1", "Success", "Updated database successfully"},
			{"database get " + key + "/destination", "Success", "Value: sub-custom-numbers,01026132471,1"},
			{"database put " + key + "/enable no", "Success", "Updated database successfully"},
			{"database get " + key + "/enable", "Success", "Value: no"},
			{"database put " + key + "/enable yes", "Success", "Updated database successfully"},
			{"database put " + key + "/enable", "Error", "Usage: database put <family> <key> <value>\n       Adds or updates an entry in the Asterisk database for\n       a given family, key, and value."},
			{"database get " + two, "Error", "Usage: database get <family> <key>\n       Retrieves an entry in the Asterisk database for a given\n       family and key."},
		}
		for _, st := range steps {
			a := command(st.command)
			if a.Data["Response"] != st.response || a.Data["Output"] != st.output || a.Data["Message"] != "Command output follows" {
				t.Errorf("%s: %s", st.command, a.raw)
			}
		}
		if v, _ := s.servers[0].DB().Get(two, "diversions/1010/has_enable_diversions"); v != "yes" {
			t.Errorf("the gate is %q with %s active", v, kind)
		}
	}
	for _, kind := range []string{"CFI", "CFB", "CFN", "CFU"} {
		a := command("database del " + two + " diversions/1010/" + kind + "/destination")
		if a.Data["Output"] != "Database entry removed." {
			t.Errorf("del: %s", a.raw)
		}
	}
	if a := command("database del " + two + " diversions/1010/CFI/destination"); a.Data["Output"] != "Database entry could not be removed." {
		t.Errorf("second del: %s", a.raw)
	}
	if v, _ := s.servers[0].DB().Get(two, "diversions/1010/has_enable_diversions"); v != "no" {
		t.Errorf("the gate is %q with nothing active", v)
	}
}

func TestRefusals(t *testing.T) {
	s := newSite(t)
	c := s.dial("demo", "/")
	tests := []struct{ name, text, code, field string }{
		{"not JSON", `hello`, "bad_request", ""},
		{"half JSON", `{"AMIServerID":1,`, "bad_request", ""},
		{"no action", `{"AMIServerID":1,"data":{"ActionID":"x"}}`, "bad_request", "Action"},
		{"unknown server", `{"AMIServerID":99,"data":{"Action":"Ping","ActionID":"x"}}`, "not_found", "AMIServerID"},
		{"no server where there are two", `{"data":{"Action":"Ping","ActionID":"x"}}`, "bad_request", "AMIServerID"},
		{"forbidden action", `{"AMIServerID":1,"data":{"Action":"Getvar","Variable":"SHELL(id)","ActionID":"x"}}`, "forbidden", "Action"},
		{"another tenant's family", `{"AMIServerID":1,"data":{"Action":"Command","Command":"database get ` + ten + ` diversions/1010/CFI/enable","ActionID":"x"}}`, "forbidden", "Command"},
		{"another command", `{"AMIServerID":1,"data":{"Action":"Command","Command":"core stop now","ActionID":"x"}}`, "forbidden", "Command"},
		{"a second action inside a value", `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"1\r\n\r\nAction: Command"}}`, "invalid_value", "ActionID"},
		{"a repeated key", `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"x","Exten":"1","exten":"2"}}`, "bad_request", "exten"},
	}
	for _, tt := range tests {
		a := c.ask(tt.text)
		if a.Type != 4 || a.Data["Response"] != "Error" || a.Data["Code"] != tt.code || a.Data["Field"] != tt.field || a.Data["Message"] == "" {
			t.Errorf("%s: %s", tt.name, a.raw)
		}
		if strings.Contains(tt.text, `"ActionID":"x"`) && a.Data["ActionID"] != "x" {
			t.Errorf("%s: the ActionID is lost: %s", tt.name, a.raw)
		}
	}
	for _, srv := range s.servers {
		for _, r := range srv.Requests() {
			if a := strings.ToLower(r.Action()); a == "command" || a == "getvar" {
				t.Errorf("%s reached a server", r.Action())
			}
		}
	}
}

const originate = `{"AMIServerID": 1, "data": {"Action": "Originate", "Channel": "Local/1010@T2_cos-all", "Context": "T2_cos-all",
 "Exten": "07045144801", "Priority": "1", "Timeout": "30000",
 "Variable": "EXEC_AA=yes", "Variable": "CHANNEL(language)=ko", "Variable": "CHANNEL(accountcode)=07045805605",
 "Callerid": "얼쑤팩토리 <16682471>", "ActionID": "DIPCAST-C2C", "EarlyMedia": "true", "Async": "yes"}}`

func TestOriginate(t *testing.T) {
	s := newSite(t)
	c, other := s.dial("demo", "/"), s.dial("demo10", "/")
	c.send(originate)
	first := c.response()
	if first.Data["Response"] != "Success" || first.Data["ActionID"] != "DIPCAST-C2C" {
		t.Fatalf("got %s", first.raw)
	}
	for {
		a := c.next()
		if a.Data["Event"] == "OriginateResponse" {
			if a.Type != 3 || a.Data["ActionID"] != "DIPCAST-C2C" {
				t.Errorf("got %s", a.raw)
			}
			break
		}
	}
	r, err := s.servers[0].WaitRequest(t.Context(), "Originate", 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.All("Variable"); strings.Join(got, " ") != "EXEC_AA=yes CHANNEL(language)=ko CHANNEL(accountcode)=07045805605" {
		t.Errorf("variables on the wire: %q", got)
	}
	if r.ActionID() == "DIPCAST-C2C" || r.Get("ChannelId") == "" || r.Get("Async") != "true" {
		t.Errorf("on the wire: %+v", r)
	}
	// The other tenant has seen nothing of it: the next thing it gets is its own.
	if a := other.ask(`{"data":{"Action":"Ping","ActionID":"mine"}}`); a.Data["ActionID"] != "mine" {
		t.Errorf("got %s", a.raw)
	}
}
