package app_test

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// separateUsers has server 1 reached by three AMI users.
func separateUsers() change {
	return change{
		server: amitest.Options{Users: []amitest.User{
			{Name: "gw", Secret: "gw-secret"},
			{Name: "events", Secret: "gw-secret", Write: []string{"reporting"}},
			{Name: "calls", Secret: "gw-secret", Write: []string{"call", "originate", "reporting"}},
			{Name: "database", Secret: "gw-secret", Write: []string{"system"}},
		}},
		config: func(c *config.Config) {
			user := func(name string) config.User {
				return config.User{Username: name, Secret: config.NewSecret("gw-secret")}
			}
			c.Servers[0].Users = config.Users{Events: user("events"), Calls: user("calls"), Database: user("database")}
			c.Servers[0].Username, c.Servers[0].Secret = "", config.Secret{}
		},
	}
}

// TestSeparateUsersToTheClient: by three links, the client gets its Response
// before the event, although the server sent the event first.
func TestSeparateUsersToTheClient(t *testing.T) {
	s := newSite(t, separateUsers())
	type held struct {
		conn *amitest.Conn
		req  amitest.Request
	}
	holds := make(chan held, 1)
	s.servers[0].Handle("Originate", func(c *amitest.Conn, r amitest.Request) { holds <- held{c, r} })
	for range 20 {
		c := s.dial("demo", "/")
		c.send(originate)
		h := <-holds
		s.servers[0].Emit("OriginateResponse", "Privilege", "call,all", "ActionID", h.req.ActionID(), "Response", "Success",
			"Channel", "Local/1010@T2_cos-all-00000001;1", "Context", "T2_cos-all", "Exten", "07045144801", "Reason", "4", "Uniqueid", h.req.Get("ChannelId"))
		s.servers[0].Emit("Newexten", "Privilege", "dialplan,all", "Channel", "PJSIP/T2_1010-1", "Context", "T2_cos-all", "Uniqueid", "behind")
		if a := c.next(); a.Data["Uniqueid"] != "behind" {
			t.Fatalf("before the Response: %s", a.raw)
		}
		h.conn.Respond(h.req, "Success", "Message", "Originate successfully queued")
		if a := c.next(); a.Type != 4 || a.Data["Response"] != "Success" || a.Data["ActionID"] != "DIPCAST-C2C" || a.Data["ChannelId"] != h.req.Get("ChannelId") {
			t.Fatalf("first: %s", a.raw)
		}
		if a := c.next(); a.Data["Event"] != "OriginateResponse" || a.Data["ActionID"] != "DIPCAST-C2C" {
			t.Fatalf("second: %s", a.raw)
		}
		if err := c.conn.CloseNow(); err != nil {
			t.Fatal(err)
		}
	}
	c := s.dial("demo", "/?events=none")
	if a := c.ask(pingRequest); a.Data["Ping"] != "Pong" {
		t.Errorf("got %s", a.raw)
	}
	if a := c.ask(`{"AMIServerID":1,"data":{"Action":"Command","Command":"database get ` + two + ` diversions/1010/CFI/enable"}}`); a.Data["Output"] != "Value: yes" {
		t.Errorf("got %s", a.raw)
	}
}

// TestProvisionedOnce: what an administrator removes stays removed, also over
// a new link and a restart.
func TestProvisionedOnce(t *testing.T) {
	dir := t.TempDir()
	keep := change{config: func(c *config.Config) { c.DataDir = dir }}
	s := newSite(t, keep)
	db := s.servers[0].DB()
	has := func(ext string) int {
		n := 0
		for _, d := range dialplan.Diversions {
			if v, _ := db.Get(two, dialplan.DiversionKey(ext, d, dialplan.Enable)); v == "yes" {
				n++
			}
		}
		return n
	}
	puts := func(s *site) int {
		n := 0
		for _, r := range s.servers[0].Requests() {
			if r.Action() == "DBPut" && r.Get("Family") == two {
				n++
			}
		}
		return n
	}
	s.until("the defaults", func() bool { return has("1010") == 4 && has("1013") == 4 })
	// The next tenant's turn: this one's is written down.
	s.until("the other tenant's", func() bool {
		_, ok := db.Get(ten, dialplan.DiversionKey("1010", dialplan.Diversions[0], dialplan.Enable))
		return ok
	})
	ups := len(requestsOf(s.servers[0], "QueueStatus"))
	before := puts(s)
	db.DelTree(two, "diversions/1010")
	s.servers[0].Cut()
	s.until("a new snapshot", func() bool { return len(requestsOf(s.servers[0], "QueueStatus")) > ups })
	s.until("up", s.app.Pool().Server(1).Up)
	if a := s.dial("demo", "/").ask(pingRequest); a.Data["Ping"] != "Pong" {
		t.Errorf("got %s", a.raw)
	}
	s.app.Stop()
	if has("1010") != 0 || puts(s) != before {
		t.Errorf("provisioned again over a new link: %d entries, %d writes", has("1010"), puts(s)-before)
	}
	again := newSite(t, keep) // fresh servers with empty databases, but the store knows
	if a := again.dial("demo", "/").ask(pingRequest); a.Data["Ping"] != "Pong" {
		t.Errorf("got %s", a.raw)
	}
	again.app.Stop()
	if n := puts(again); n != 0 {
		t.Errorf("provisioned again after a restart: %d writes", n)
	}
}

func requestsOf(s *amitest.Server, action string) []amitest.Request {
	var all []amitest.Request
	for _, r := range s.Requests() {
		if r.Action() == action {
			all = append(all, r)
		}
	}
	return all
}

// TestStopDuringEverything: a stop in the middle of calls, writes, logins and
// a flood of events ends in time and leaves nothing (goleak).
func TestStopDuringEverything(t *testing.T) {
	for range 2 {
		s := newSite(t)
		s.servers[0].Mute(true)
		var clients []*raw
		for i := range 10 {
			c := s.raw([]string{"demo", "demo10", "ops"}[i%3], "/")
			for range 20 {
				c.write(frame(fin|text, pingRequest))
				c.write(frame(fin|text, strings.Replace(originate, `"Async": "yes"`, `"Async": "no"`, 1)))
				c.write(frame(fin|text, `{"AMIServerID":2,"data":{"Action":"Command","Command":"database put `+two+` diversions/1010/CFI/enable no"}}`))
			}
			clients = append(clients, c)
		}
		for i := range 2000 {
			call(s.servers[1], "T2_1010", string(rune('a'+i%26)))
		}
		s.app.Stop()
		for _, c := range clients {
			c.conn.Close()
		}
	}
}
