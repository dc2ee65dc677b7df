package amitest

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Answer gives the built-in answer, for a Handler that wants only some requests
// answered otherwise.
func (c *Conn) Answer(r Request) { c.answer(r) }

// answer answers one action.
func (c *Conn) answer(r Request) {
	if r.Fault != "" {
		c.Error(r, r.Fault)
		return
	}
	name := strings.ToLower(r.Action())
	c.s.mu.Lock()
	user := c.user
	c.s.mu.Unlock()
	switch {
	case name == "challenge":
		c.sendChallenge(r)
		return
	case name == "login":
		c.login(r)
		return
	case user == nil:
		c.Error(r, "Permission denied")
		return
	}
	a, ok := actions[name]
	switch {
	case !ok:
		c.Error(r, "Invalid/unknown command: "+r.Action()+". Use Action: ListCommands to show available commands.")
	case !permitted(user.Write, a.classes):
		c.Error(r, "Permission denied")
	default:
		a.run(c, r)
	}
}

// permitted reports whether rights hold one of the classes an action needs.
func permitted(rights, classes []string) bool {
	if rights == nil || len(classes) == 0 {
		return true
	}
	return slices.ContainsFunc(classes, func(class string) bool {
		return slices.Contains(rights, class) || slices.Contains(rights, "all")
	})
}

func (c *Conn) sendChallenge(r Request) {
	if !strings.EqualFold(r.Get("AuthType"), "MD5") {
		c.Error(r, "Must specify AuthType")
		return
	}
	c.s.mu.Lock()
	c.challenge = strconv.Itoa(100000000 + c.id*7919)
	challenge := c.challenge
	c.s.mu.Unlock()
	c.Respond(r, "Success", "Challenge", challenge)
}

// login checks the credentials. Every failure gives the same text after a
// delay and ends the connection.
func (c *Conn) login(r Request) {
	s := c.s
	var user *User
	for i := range s.o.Users {
		u := &s.o.Users[i]
		if u.Name != r.Get("Username") {
			continue
		}
		if strings.EqualFold(r.Get("AuthType"), "MD5") {
			sum := md5.Sum([]byte(c.challenge + u.Secret))
			if c.challenge != "" && hex.EncodeToString(sum[:]) == r.Get("Key") {
				user = u
			}
		} else if u.Secret == r.Get("Secret") {
			user = u
		}
	}
	if user == nil {
		if s.o.AuthDelay > 0 {
			select {
			case <-time.After(s.o.AuthDelay):
			case <-c.done:
			}
		}
		c.Error(r, "Authentication failed")
		c.Close()
		return
	}
	// A login is always answered: Mute and Reorder are for what comes after.
	c.Raw(message(c.head(r, "Success", []string{"Message", "Authentication accepted"})...))
	s.mu.Lock()
	c.user = user
	if mask := r.Get("Events"); mask != "" {
		c.events = strings.ToLower(mask)
	}
	if s.booted && c.wants("system") {
		c.Raw(s.fullyBooted())
	}
	if c.wants("security") {
		c.Raw(message("Event", "SuccessfulAuth", "Privilege", "security,all", "EventTV", time.Now().UTC().Format("2006-01-02T15:04:05.000-0700"),
			"Severity", "Informational", "Service", "AMI", "EventVersion", "1", "AccountID", user.Name,
			"SessionID", fmt.Sprintf("0x%x", 0x7f0000000000+c.id), "LocalAddress", "IPV4/TCP/127.0.0.1/5038",
			"RemoteAddress", "IPV4/TCP/127.0.0.1/40000", "UsingPassword", "0"))
	}
	s.wake()
	s.mu.Unlock()
}

func (s *Server) fullyBooted() []byte {
	up := strconv.Itoa(int(time.Since(s.start).Seconds()))
	return message("Event", "FullyBooted", "Privilege", "system,all", "Uptime", up, "LastReload", up, "Status", "Fully Booted")
}

// Boot sends FullyBooted to those logged in, and to later ones at login.
func (s *Server) Boot() {
	s.mu.Lock()
	s.booted = true
	event := s.fullyBooted()
	s.mu.Unlock()
	s.EmitRaw("system", event)
}

// wants reports whether the connection gets events of a class. The caller
// holds Server.mu.
func (c *Conn) wants(class string) bool {
	if c.user == nil || c.events == "off" {
		return false
	}
	if c.user.Read != nil && !slices.Contains(c.user.Read, class) && !slices.Contains(c.user.Read, "all") {
		return false
	}
	switch c.events {
	case "on", "yes", "true", "all":
		return true
	}
	return slices.Contains(strings.Split(strings.ReplaceAll(c.events, " ", ""), ","), class)
}

// Emit sends an event, given as name and then header name, value pairs, to
// all who are logged in and want its class, which is the first word of its
// Privilege. An event without Privilege goes to all who get events.
func (s *Server) Emit(event string, headers ...string) {
	class := ""
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Privilege" {
			class, _, _ = strings.Cut(headers[i+1], ",")
		}
	}
	s.EmitRaw(class, message(append([]string{"Event", event}, headers...)...))
}

// EmitRaw sends bytes as they are to all who are logged in and want the class,
// or with an empty class to all who get events.
func (s *Server) EmitRaw(class string, b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		if c.user != nil && (class == "" && c.events != "off" || class != "" && c.wants(class)) {
			c.Raw(b)
		}
	}
}

// Shutdown sends the event Shutdown and closes all connections, as Asterisk
// does on SIGTERM.
func (s *Server) Shutdown() {
	s.Emit("Shutdown", "Privilege", "system,all", "Shutdown", "Cleanly", "Restart", "False")
	for _, c := range s.all() {
		c.Close()
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
