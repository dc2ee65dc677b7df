package ami

import (
	"crypto/md5" //nolint:gosec // the protocol's challenge and response
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// login reads the greeting, logs in and waits for FullyBooted. It runs alone
// on the connection, before the other goroutines of the session start.
func (s *session) login() (Change, error) {
	o := &s.c.o
	if err := s.conn.SetDeadline(time.Now().Add(o.LoginTimeout)); err != nil {
		return Change{}, err
	}
	change := Change{State: StateUp}
	if err := s.r.Read(&s.m); err != nil {
		return change, s.cause(fmt.Errorf("greeting: %w", err))
	}
	if s.m.Kind() != KindPrompt {
		return change, ErrBanner
	}
	change.Banner = strings.TrimRight(string(s.m.Bytes()), "\r\n")
	s.oldLists = strings.HasPrefix(change.Banner, "Asterisk Call Manager/1.")
	login := NewAction("Login")
	if o.Auth == "md5" {
		answer, err := s.ask(NewAction("Challenge").Add("AuthType", "MD5"))
		if err != nil {
			return change, fmt.Errorf("challenge: %w", err)
		}
		challenge := answer.Get("Challenge")
		if challenge == "" {
			return change, fmt.Errorf("%w: no challenge: %s", ErrAuth, answer.Get("Message"))
		}
		key := md5.Sum([]byte(challenge + o.Secret)) //nolint:gosec // see above
		login.Add("AuthType", "MD5").Add("Username", o.Username).Add("Key", hex.EncodeToString(key[:]))
	} else {
		login.Add("Username", o.Username).Add("Secret", o.Secret)
	}
	login.Add("Events", s.loginEvents())
	answer, err := s.ask(login)
	if err != nil {
		return change, fmt.Errorf("login: %w", err)
	}
	if !answer.Is("Response", "Success") {
		return change, fmt.Errorf("%w: %.200q", ErrAuth, answer.Get("Message"))
	}
	err = s.awaitBoot(&change)
	return change, err
}

// loginEvents is the event mask of the login: it has the class system, whose
// FullyBooted tells that the server is ready.
func (s *session) loginEvents() string {
	switch {
	case s.mask() != "":
		return "system"
	case s.c.o.Events == "":
		return "on"
	}
	return s.c.o.Events
}

// mask is the event mask to set after FullyBooted, or "" when the login's
// stays.
func (s *session) mask() string {
	o := strings.ToLower(strings.ReplaceAll(s.c.o.Events, " ", ""))
	switch o {
	case "", "on", "yes", "true", "all":
		return ""
	}
	for class := range strings.SplitSeq(o, ",") {
		if class == "system" || class == "all" {
			return ""
		}
	}
	return s.c.o.Events
}

// ask sends one action of the login and reads up to its response.
func (s *session) ask(a *Action) (*Message, error) {
	id := s.c.NewActionID()
	wire, err := a.AppendTo(nil, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.conn.Write(wire); err != nil {
		return nil, s.cause(err)
	}
	for {
		if err := s.r.Read(&s.m); err != nil {
			return nil, s.cause(err)
		}
		// A response without an ActionID is taken: nothing else is asked.
		if got := s.m.ActionID(); s.m.Kind() == KindResponse && (len(got) == 0 || string(got) == id) {
			return s.m.Clone(), nil
		}
		s.c.stats.early.Add(1)
	}
}

// awaitBoot reads up to the event FullyBooted. A user who may not read the
// class system never gets it: BootTimeout then ends the wait, not the link.
func (s *session) awaitBoot(change *Change) error {
	if err := s.conn.SetReadDeadline(time.Now().Add(s.c.o.BootTimeout)); err != nil {
		return err
	}
	for {
		err := s.r.Read(&s.m)
		if errors.Is(err, os.ErrDeadlineExceeded) && s.failure() == nil {
			s.c.o.Logger.Warn("no FullyBooted: the user may not read the class system", "waited", s.c.o.BootTimeout)
			return s.conn.SetDeadline(time.Time{})
		}
		if err != nil {
			return s.cause(fmt.Errorf("waiting for FullyBooted: %w", err))
		}
		if string(s.m.Event()) == "FullyBooted" {
			break
		}
		s.c.stats.early.Add(1)
	}
	if n, err := strconv.Atoi(s.m.Get("Uptime")); err == nil && n >= 0 {
		change.Uptime = time.Duration(n) * time.Second
	}
	change.Booted = true
	return s.conn.SetDeadline(time.Time{})
}

// cause returns why the session was ended by us, if it was, or else err.
func (s *session) cause(err error) error {
	if f := s.failure(); f != nil {
		return f
	}
	if errors.Is(err, net.ErrClosed) {
		return ErrClosed
	}
	return err
}
