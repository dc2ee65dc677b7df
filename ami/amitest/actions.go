package amitest

import (
	"fmt"
	"strings"
	"time"
)

// action is a built-in answer and the classes of which a user needs one.
type action struct {
	classes []string
	run     func(*Conn, Request)
}

// actions are the built-in answers, by lower-case name. The classes are those
// of the sources' ast_manager_register calls.
var actions = map[string]action{
	"ping":               {nil, ping},
	"logoff":             {nil, logoff},
	"events":             {nil, setEvents},
	"command":            {[]string{"command"}, command},
	"dbget":              {[]string{"system", "reporting"}, dbGet},
	"dbput":              {[]string{"system"}, dbPut},
	"dbdel":              {[]string{"system"}, dbDel},
	"dbdeltree":          {[]string{"system"}, dbDelTree},
	"dbgettree":          {[]string{"system", "reporting"}, dbGetTree},
	"originate":          {[]string{"originate"}, originate},
	"hangup":             {[]string{"system", "call"}, hangup},
	"redirect":           {[]string{"call"}, redirect},
	"setvar":             {[]string{"call"}, setVar},
	"getvar":             {[]string{"call", "reporting"}, getVar},
	"coreshowchannels":   {[]string{"system", "reporting"}, coreShowChannels},
	"corestatus":         {[]string{"system", "reporting"}, coreStatus},
	"coresettings":       {[]string{"system", "reporting"}, coreSettings},
	"bridgelist":         {nil, bridgeList},
	"devicestatelist":    {[]string{"call", "reporting"}, deviceStateList},
	"extensionstatelist": {[]string{"call", "reporting"}, extensionStateList},
	"extensionstate":     {[]string{"call", "reporting"}, extensionState},
	"queuestatus":        {nil, queueStatus},
	"queuesummary":       {nil, queueSummary},
	"pjsipshowendpoints": {[]string{"system"}, pjsipShowEndpoints},
	"pjsipshowcontacts":  {[]string{"system"}, pjsipShowContacts},
	"userevent":          {[]string{"user"}, userEvent},
}

func ping(c *Conn, r Request) {
	now := time.Now()
	c.Respond(r, "Success", "Ping", "Pong", "Timestamp", fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000))
}

func logoff(c *Conn, r Request) {
	c.Respond(r, "Goodbye", "Message", "Thanks for all the fish.")
	c.Close()
}

func setEvents(c *Conn, r Request) {
	mask := strings.ToLower(r.Get("EventMask"))
	c.s.mu.Lock()
	c.events = mask
	c.s.mu.Unlock()
	state := "On"
	if mask == "off" {
		state = "Off"
	}
	c.Respond(r, "Success", "Events", state)
}

func userEvent(c *Conn, r Request) {
	headers := []string{"Privilege", "user,all"}
	for _, h := range r.Headers {
		if !strings.EqualFold(h.Name, "Action") {
			headers = append(headers, h.Name, h.Value)
		}
	}
	c.Respond(r, "Success", "Message", "Event Sent")
	c.s.Emit("UserEvent", headers...)
}

// variables of the server are kept under the channel "".
func setVar(c *Conn, r Request) {
	c.s.mu.Lock()
	vars := c.s.world.variables(r.Get("Channel"))
	if vars != nil {
		vars[r.Get("Variable")] = r.Get("Value")
	}
	c.s.mu.Unlock()
	if vars == nil {
		c.Error(r, "No such channel")
		return
	}
	c.Respond(r, "Success", "Message", "Variable Set")
}

func getVar(c *Conn, r Request) {
	c.s.mu.Lock()
	vars := c.s.world.variables(r.Get("Channel"))
	value, found := vars[r.Get("Variable")], vars != nil
	c.s.mu.Unlock()
	if !found {
		c.Error(r, "No such channel")
		return
	}
	c.Respond(r, "Success", "Variable", r.Get("Variable"), "Value", value)
}

// dbGet answers with a list of one, as every Asterisk since 13.
func dbGet(c *Conn, r Request) {
	family, key := r.Get("Family"), r.Get("Key")
	switch value, ok := c.s.db.Get(family, key); {
	case family == "":
		c.Error(r, "No family specified.")
	case key == "":
		c.Error(r, "No key specified.")
	case !ok:
		c.Error(r, "Database entry not found")
	default:
		c.list(r, "Result will follow", "DBGetComplete", [][]string{
			{"Event", "DBGetResponse", "Family", family, "Key", key, "Val", value, idLast, ""},
		}, 1)
	}
}

func dbPut(c *Conn, r Request) {
	switch {
	case r.Get("Family") == "":
		c.Error(r, "No family specified")
	case r.Get("Key") == "":
		c.Error(r, "No key specified")
	case !c.s.db.Put(r.Get("Family"), r.Get("Key"), r.Get("Val")):
		c.Error(r, "Failed to update entry")
	default:
		c.Respond(r, "Success", "Message", "Updated database successfully")
	}
}

func dbDel(c *Conn, r Request) {
	switch {
	case r.Get("Family") == "":
		c.Error(r, "No family specified.")
	case r.Get("Key") == "":
		c.Error(r, "No key specified.")
	case !c.s.db.Del(r.Get("Family"), r.Get("Key")):
		c.Error(r, "Database entry could not be deleted")
	default:
		c.Respond(r, "Success", "Message", "Key deleted successfully")
	}
}

func dbDelTree(c *Conn, r Request) {
	switch {
	case r.Get("Family") == "":
		c.Error(r, "No family specified.")
	case c.s.db.DelTree(r.Get("Family"), r.Get("Key")) == 0:
		c.Error(r, "Database entry not found")
	default:
		c.Respond(r, "Success", "Message", "Key tree deleted successfully")
	}
}

func dbGetTree(c *Conn, r Request) {
	var items [][]string
	for _, e := range c.s.db.Tree(r.Get("Family"), r.Get("Key")) {
		items = append(items, []string{"Event", "DBGetTreeResponse", "Key", e[0], "Val", e[1], idLast, ""})
	}
	n := len(items)
	if c.s.o.Version == "16" {
		n = 1 // as 16 does, whatever came
	}
	c.list(r, "Result will follow", "DBGetTreeComplete", items, n)
}

// idLast and idSecond stand in an item's headers where its ActionID goes; it
// is left out when the request had none.
const (
	idLast   = "\x00last"
	idSecond = "\x00second"
)

// list answers with an event list.
func (c *Conn) list(r Request, text, complete string, items [][]string, n int) {
	b := message(c.head(r, "Success", []string{"EventList", "start", "Message", text})...)
	for _, it := range items {
		var h []string
		for i := 0; i+1 < len(it); i += 2 {
			switch {
			case it[i] != idLast && it[i] != idSecond:
				h = append(h, it[i], it[i+1])
			case r.ActionID() != "":
				h = append(h, "ActionID", r.ActionID())
			}
		}
		b = append(b, message(h...)...)
	}
	end := []string{"Event", complete}
	if r.ActionID() != "" {
		end = append(end, "ActionID", r.ActionID())
	}
	c.respond(append(b, message(append(end, "EventList", "Complete", "ListItems", itoa(n))...)...))
}
