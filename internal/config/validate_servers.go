package config

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// MaxServerID is the highest AMIServerID.
const MaxServerID = 9999

func (r *report) servers(c *Config) {
	ids := make(map[int]int)
	for i := range c.Servers {
		s, at := &c.Servers[i], fmt.Sprintf("servers[%d]", i)
		if s.ID < 1 || s.ID > MaxServerID {
			r.add(at+".id", "must be 1 to %d", MaxServerID)
		} else if j, ok := ids[s.ID]; ok {
			r.add(at+".id", "the same as servers[%d].id; every server has its own", j)
		} else {
			ids[s.ID] = i
		}
		if s.Name == "" {
			r.add(at+".name", "is missing; clients see it as server_name")
		} else if len(s.Name) > 200 || strings.ContainsAny(s.Name, "\r\n\x00") {
			r.add(at+".name", "must be one line of up to 200 bytes")
		}
		r.pbx(c, s, at)
		r.serverLink(s, at)
		if !s.OwnUsers {
			r.serverUsers(s, at)
		}
	}
	r.pbxs(c)
	if len(c.Servers) == 0 {
		r.warn("servers", "names no Asterisk, so there is nothing to connect to")
	}
}

func (r *report) serverLink(s *Server, at string) {
	host, port, err := net.SplitHostPort(s.Address)
	n, perr := strconv.Atoi(port)
	switch {
	case s.Address == "":
		r.add(at+".address", "is missing; it is the host and port of AMI, such as 127.0.0.1:5038")
	case err != nil || host == "":
		r.add(at+".address", "must be a host and a port, such as 127.0.0.1:5038")
	case perr != nil || n < 1 || n > 65535:
		r.add(at+".address", "the port must be 1 to 65535")
	case !s.TLS && !loopback(s.Address):
		r.warn(at+".tls", "the link leaves this machine unencrypted")
	}
	if !s.TLS && (s.CAFile != "" || s.InsecureSkipVerify) {
		r.add(at+".tls", "must be true when ca_file or insecure_skip_verify is given")
	}
	if s.InsecureSkipVerify {
		if s.CAFile != "" {
			r.add(at+".ca_file", "has no effect with insecure_skip_verify; keep one")
		}
		r.warn(at+".insecure_skip_verify", "anyone between here and Asterisk can read and change the link; use ca_file")
	}
	switch s.Auth {
	case "":
		s.Auth = AuthPlain
	case AuthPlain, AuthMD5:
	default:
		r.add(at+".auth", "must be plain or md5")
	}
}

// serverUsers completes Users from the one username and secret.
func (r *report) serverUsers(s *Server, at string) {
	for _, u := range []struct {
		name string
		user *User
	}{{"events", &s.Users.Events}, {"calls", &s.Users.Calls}, {"database", &s.Users.Database}} {
		field := at + ".users." + u.name
		if u.user.Username == "" && u.user.Secret.Empty() {
			*u.user = User{Username: s.Username, Secret: s.Secret}
			field = at
		}
		if u.user.Username == "" {
			r.add(field+".username", "is missing; it is the AMI user (of manager.conf) for %s", u.name)
		}
		if u.user.Secret.Empty() {
			r.add(field+".secret", "is missing; it is the secret of the AMI user for %s, or its file as secret_file", u.name)
		}
		if strings.ContainsAny(u.user.Username+u.user.Secret.Reveal(), "\r\n\x00") {
			r.add(field+".secret", "username and secret must be one line each")
		}
		if field == at && (u.user.Username == "" || u.user.Secret.Empty()) {
			return // once is enough for all three
		}
	}
}
