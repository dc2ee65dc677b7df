package amitest

import "strings"

func bridgeList(c *Conn, r Request) {
	var items [][]string
	for _, b := range c.s.snapshot().Bridges {
		items = append(items, []string{
			"Event", "BridgeListItem", idSecond, "", "BridgeUniqueid", b.ID, "BridgeType", b.Type,
			"BridgeTechnology", b.Technology, "BridgeCreator", "<unknown>", "BridgeName", "<unknown>",
			"BridgeNumChannels", itoa(b.Channels), "BridgeVideoSourceMode", "none",
		})
	}
	c.list(r, "Bridge listing will follow", "BridgeListComplete", items, len(items))
}

func deviceStateList(c *Conn, r Request) {
	var items [][]string
	for _, d := range c.s.snapshot().Devices {
		items = append(items, []string{"Event", "DeviceStateChange", idSecond, "", "Device", d.Name, "State", d.State})
	}
	c.list(r, "Device State Changes will follow", "DeviceStateListComplete", items, len(items))
}

func extensionStateList(c *Conn, r Request) {
	var items [][]string
	for _, h := range c.s.snapshot().Hints {
		items = append(items, []string{
			"Event", "ExtensionStatus", idSecond, "", "Exten", h.Exten, "Context", h.Context,
			"Hint", h.Hint, "Status", h.Status, "StatusText", h.StatusText,
		})
	}
	c.list(r, "Extension Statuses will follow", "ExtensionStateListComplete", items, len(items))
}

func extensionState(c *Conn, r Request) {
	context := r.Get("Context")
	if context == "" {
		context = "default"
	}
	found := Hint{Status: "-1", StatusText: "Unknown"}
	for _, h := range c.s.snapshot().Hints {
		if h.Exten == r.Get("Exten") && h.Context == context {
			found = h
		}
	}
	c.Respond(r, "Success", "Message", "Extension Status", "Exten", r.Get("Exten"), "Context", context,
		"Hint", found.Hint, "Status", found.Status, "StatusText", found.StatusText)
}

func queueStatus(c *Conn, r Request) {
	var items [][]string
	for _, q := range c.s.snapshot().Queues {
		if want := r.Get("Queue"); want != "" && !strings.EqualFold(want, q.Name) {
			continue
		}
		items = append(items, []string{
			"Event", "QueueParams", "Queue", q.Name, "Max", "0", "Strategy", q.Strategy, "Calls", itoa(len(q.Callers)),
			"Holdtime", "0", "TalkTime", "0", "Completed", "0", "Abandoned", "0", "ServiceLevel", "0",
			"ServicelevelPerf", "0.0", "ServicelevelPerf2", "0.0", "Weight", "0", idLast, "",
		})
		for _, m := range q.Members {
			items = append(items, []string{
				"Event", "QueueMember", "Queue", q.Name, "Name", m.Name, "Location", m.Interface,
				"StateInterface", m.Interface, "Membership", m.Membership, "Penalty", m.Penalty, "CallsTaken", "0",
				"LastCall", "0", "LastPause", "0", "LoginTime", itoa(int(c.s.start.Unix())), "InCall", "0", "Status", m.Status,
				"Paused", m.Paused, "PausedReason", "", "Wrapuptime", "0", idLast, "",
			})
		}
		for i, w := range q.Callers {
			items = append(items, []string{
				"Event", "QueueEntry", "Queue", q.Name, "Position", itoa(i + 1), "Channel", w.Channel, "Uniqueid", w.Uniqueid,
				"CallerIDNum", w.Number, "CallerIDName", w.Name, "ConnectedLineNum", "unknown",
				"ConnectedLineName", "unknown", "Wait", itoa(w.Wait), "Priority", "0", idLast, "",
			})
		}
	}
	c.list(r, "Queue status will follow", "QueueStatusComplete", items, len(items))
}

func queueSummary(c *Conn, r Request) {
	var items [][]string
	for _, q := range c.s.snapshot().Queues {
		if want := r.Get("Queue"); want != "" && !strings.EqualFold(want, q.Name) {
			continue
		}
		n := itoa(len(q.Members))
		items = append(items, []string{
			"Event", "QueueSummary", "Queue", q.Name, "LoggedIn", n, "Available", n, "Callers", itoa(len(q.Callers)),
			"HoldTime", "0", "TalkTime", "0", "LongestHoldTime", "0", idLast, "",
		})
	}
	c.list(r, "Queue summary will follow", "QueueSummaryComplete", items, len(items))
}

func pjsipShowEndpoints(c *Conn, r Request) {
	active := "0"
	if c.s.o.Version == "16" {
		active = ""
	}
	var items [][]string
	for _, e := range c.s.snapshot().Endpoints {
		items = append(items, []string{
			"Event", "EndpointList", idSecond, "", "ObjectType", "endpoint", "ObjectName", e.Name, "Transport", e.Transport,
			"Aor", e.Aor, "Auths", e.Auths, "OutboundAuths", "", "Contacts", e.Contacts, "DeviceState", e.State,
			"ActiveChannels", active,
		})
	}
	c.list(r, "A listing of Endpoints follows, presented as EndpointList events", "EndpointListComplete", items, len(items))
}

// pjsipShowContacts answers an empty list with an error, whose line ends with
// LF alone and is followed by a blank line too many, as the real one does.
func pjsipShowContacts(c *Conn, r Request) {
	contacts := c.s.snapshot().Contacts
	if len(contacts) == 0 {
		b := message(c.head(r, "Error", nil)...)
		b = append(b[:len(b)-2], "Message: No Contacts found\n\r\n\r\n"...)
		c.respond(b)
		return
	}
	var items [][]string
	for _, k := range contacts {
		items = append(items, []string{
			"Event", "ContactList", idSecond, "", "ObjectType", "contact", "ObjectName", k.Endpoint + ";@" + k.URI,
			"Endpoint", k.Endpoint, "AuthenticateQualify", "no", "Uri", k.URI, "QualifyFrequency", "0",
			"UserAgent", k.UserAgent, "OutboundProxy", "", "Status", k.Status, "RoundtripUsec", "N/A",
		})
	}
	c.list(r, "A listing of Contacts follows, presented as ContactList events", "ContactListComplete", items, len(items))
}
