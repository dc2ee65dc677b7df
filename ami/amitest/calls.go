package amitest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Outcome is how an Originate goes.
type Outcome struct {
	// Refuse answers at once with Response: Error and this text, such as
	// "Extension does not exist.".
	Refuse string
	// Reason is that of OriginateResponse; only ReasonAnswered is a success.
	Reason int
	After  time.Duration // from the Originate to its OriginateResponse
}

// Reasons of OriginateResponse.
const (
	ReasonFailed   = 0 // not registered, or no such extension
	ReasonNoAnswer = 3
	ReasonAnswered = 4
	ReasonBusy     = 5
)

// originate makes the channels and their events in a minimal form: Newchannel
// for each, Newstate when answered, OriginateResponse, and Hangup for those
// that fail.
func originate(c *Conn, r Request) {
	s := c.s
	out := Outcome{Reason: ReasonAnswered}
	if s.o.Originate != nil {
		out = s.o.Originate(r)
	}
	async := slices.Contains([]string{"true", "yes", "1", "on"}, strings.ToLower(r.Get("Async")))
	switch {
	case r.Get("Channel") == "":
		c.Error(r, "Channel not specified")
		return
	case out.Refuse != "":
		c.Error(r, out.Refuse)
		return
	}
	if async {
		c.Respond(r, "Success", "Message", "Originate successfully queued")
	}
	chans := s.makeChannels(r)
	for _, ch := range chans {
		s.Emit("Newchannel", append([]string{"Privilege", "call,all"}, ch.snapshotHeaders()...)...)
	}
	end := func() {
		s.endOriginate(r, chans, out.Reason)
		if !async {
			if out.Reason == ReasonAnswered {
				c.Respond(r, "Success", "Message", "Originate successfully queued")
			} else {
				c.Error(r, "Originate failed")
			}
		}
	}
	if out.After > 0 {
		s.after(out.After, end)
		return
	}
	end()
}

// makeChannels makes the channel, or the two halves of a Local one, the second
// half of which is in the dialplan of the Local's own extension.
func (s *Server) makeChannels(r Request) []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.Calls++
	dial, num, name := r.Get("Channel"), "", ""
	if cid := r.Get("CallerID"); cid != "" {
		name, num, _ = strings.Cut(strings.TrimSuffix(cid, ">"), "<")
		name = strings.Trim(name, ` "`)
	}
	vars := make(map[string]string)
	for _, v := range r.All("Variable") {
		for part := range strings.SplitSeq(v, ",") {
			if k, val, ok := strings.Cut(part, "="); ok {
				vars[strings.TrimLeft(k, "_")] = val
			}
		}
	}
	base := Channel{
		CallerIDNum: num, CallerIDName: name, AccountCode: r.Get("Account"), Context: r.Get("Context"), Exten: r.Get("Exten"),
		Priority: "1", Since: time.Now(), Variables: vars, State: "0", StateDesc: "Down",
	}
	unique := func(header string) string {
		if id := r.Get(header); id != "" {
			return id
		}
		return fmt.Sprintf("%d.%d", s.start.Unix(), s.calls)
	}
	var chans []Channel
	first, second := base, base
	if tech, rest, _ := strings.Cut(dial, "/"); strings.EqualFold(tech, "Local") {
		exten, context, _ := strings.Cut(strings.TrimSuffix(rest, "/n"), "@")
		name := fmt.Sprintf("Local/%s@%s-%08x", exten, context, s.calls)
		first.Name, second.Name = name+";1", name+";2"
		first.Context, first.Exten = context, exten
		second.Context, second.Exten, second.State, second.StateDesc = context, exten, "4", "Ring"
		first.peer, second.peer = second.Name, first.Name
		first.Uniqueid = unique("ChannelId")
		s.calls++
		second.Uniqueid = unique("OtherChannelId")
		chans = []Channel{first, second}
	} else {
		endpoint, _, _ := strings.Cut(rest, "/")
		first.Name = fmt.Sprintf("%s/%s-%08x", tech, endpoint, s.calls)
		first.Uniqueid = unique("ChannelId")
		chans = []Channel{first}
	}
	s.calls++
	for i := range chans {
		chans[i].Linkedid = chans[0].Uniqueid
		s.world.Channels[chans[i].Name] = &chans[i]
	}
	return slices.Clone(chans)
}

// endOriginate tells the outcome. Without ChannelId a failure has no Uniqueid.
func (s *Server) endOriginate(r Request, chans []Channel, reason int) {
	status, uniqueid, channel := "Failure", "<unknown>", r.Get("Channel")
	if r.Get("ChannelId") != "" {
		uniqueid = r.Get("ChannelId")
	}
	if reason == ReasonAnswered {
		status, uniqueid, channel = "Success", chans[0].Uniqueid, chans[0].Name
		for i := range chans {
			s.mu.Lock()
			if live := s.world.Channels[chans[i].Name]; live != nil {
				live.State, live.StateDesc = "6", "Up"
			}
			s.mu.Unlock()
			chans[i].State, chans[i].StateDesc = "6", "Up"
			s.Emit("Newstate", append([]string{"Privilege", "call,all"}, chans[i].snapshotHeaders()...)...)
		}
	} else {
		for i := len(chans) - 1; i >= 0; i-- {
			s.hangUp(chans[i].Name, "0", "Unknown")
		}
	}
	headers := []string{"Privilege", "call,all"}
	if r.ActionID() != "" {
		headers = append(headers, "ActionID", r.ActionID())
	}
	num, name := chans[0].CallerIDNum, chans[0].CallerIDName
	if num == "" {
		num, name = "<unknown>", "<unknown>"
	}
	s.Emit("OriginateResponse", append(headers, "Response", status, "Channel", channel, "Context", r.Get("Context"),
		"Exten", r.Get("Exten"), "Reason", strconv.Itoa(reason), "Uniqueid", uniqueid,
		"CallerIDNum", num, "CallerIDName", name)...)
}

// hangUp ends a channel, and the other half of a Local one. It reports whether
// there was one.
func (s *Server) hangUp(name, cause, text string) bool {
	s.mu.Lock()
	ch := s.world.Channels[name]
	delete(s.world.Channels, name)
	s.mu.Unlock()
	if ch == nil {
		return false
	}
	s.Emit("Hangup", slices.Concat([]string{"Privilege", "call,all"}, ch.snapshotHeaders(), []string{"Cause", cause, "Cause-txt", text})...)
	if ch.peer != "" {
		s.hangUp(ch.peer, cause, text)
	}
	return true
}

// HangUp ends a channel as the far end would.
func (s *Server) HangUp(name string) bool { return s.hangUp(name, "16", "Normal Clearing") }

// hangup answers the action: one channel, or all that match a /pattern/.
func hangup(c *Conn, r Request) {
	name := r.Get("Channel")
	if len(name) < 2 || name[0] != '/' || name[len(name)-1] != '/' {
		c.s.mu.Lock()
		_, ok := c.s.world.Channels[name]
		c.s.mu.Unlock()
		switch {
		case name == "":
			c.Error(r, "No channel specified")
		case !ok:
			c.Error(r, "No such channel")
		default:
			c.Respond(r, "Success", "Message", "Channel Hungup")
			c.s.HangUp(name)
		}
		return
	}
	re, err := regexp.Compile(name[1 : len(name)-1])
	if err != nil {
		c.Error(r, "Regex compile error")
		return
	}
	var items [][]string
	var names []string
	for _, ch := range c.s.channels() {
		if re.MatchString(ch.Name) {
			names = append(names, ch.Name)
			items = append(items, []string{"Event", "ChannelHungup", "Channel", ch.Name, idLast, ""})
		}
	}
	c.list(r, "Channels hung up will follow", "ChannelsHungupListComplete", items, len(items))
	for _, n := range names {
		c.s.HangUp(n)
	}
}

// redirect moves a channel to another place in the dialplan.
func redirect(c *Conn, r Request) {
	c.s.mu.Lock()
	ch := c.s.world.Channels[r.Get("Channel")]
	var moved Channel
	if ch != nil {
		ch.Context, ch.Exten, ch.Priority = r.Get("Context"), r.Get("Exten"), r.Get("Priority")
		moved = *ch
	}
	c.s.mu.Unlock()
	switch {
	case r.Get("Channel") == "":
		c.Error(r, "Channel not specified")
	case ch == nil:
		c.Error(r, "Channel does not exist: "+r.Get("Channel"))
	default:
		c.Respond(r, "Success", "Message", "Redirect successful")
		c.s.Emit("Newexten", slices.Concat([]string{"Privilege", "dialplan,all"}, moved.snapshotHeaders(),
			[]string{"Extension", moved.Exten, "Application", "NoOp", "AppData", ""})...)
	}
}
