// Package serverconf joins what the configuration says of a server with what
// describes its companies, into what package asteriskconf renders, and finds the
// program that a server runs.
package serverconf

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
)

// Errors that callers tell apart, wrapped with what is wrong.
var (
	// ErrUsers reports AMI users of a server that cannot be told apart.
	ErrUsers = errors.New("AMI users")
	// ErrAGI reports a server that cannot reach agi_listen as it stands.
	ErrAGI = errors.New("agi_listen")
)

// Description is what a server serves.
type Description struct {
	Companies []company.Company
	Trunks    []company.Trunk // that all companies share
}

// Input is a server as package asteriskconf takes it. dirs are the program's
// folders; its Base "" means the server's own. s is part of cfg and configured
// (PBX.Configured), its secrets are known.
func Input(cfg *config.Config, s *config.Server, dirs asteriskconf.Dirs, d Description) (in asteriskconf.Input, err error) {
	p := &s.PBX
	if dirs.Base == "" {
		if dirs.Base, err = filepath.Abs(p.Dir); err != nil {
			return in, err
		}
	}
	in = asteriskconf.Input{Version: p.Version, Dirs: dirs, Companies: d.Companies, Trunks: d.Trunks}
	if in.AMI, err = amiOf(cfg, s); err != nil {
		return in, err
	}
	if in.SIP, err = sipOf(p); err != nil {
		return in, fmt.Errorf("server %d: %w", s.ID, err)
	}
	in.AGI, err = agiOf(cfg, s)
	return in, err
}

func sipOf(p *config.PBX) (out asteriskconf.SIP, err error) {
	at, first, last, err := p.Ports()
	if err != nil {
		return out, err
	}
	out = asteriskconf.SIP{
		Address: at.Addr().String(), Port: int(at.Port()), TCPPort: p.TCPPort, TLSPort: p.TLSPort,
		External: p.External, RTPFirst: first, RTPLast: last, QualifySeconds: p.QualifySeconds,
	}
	out.LocalNets, _ = p.Networks()
	for _, f := range []struct {
		name string
		to   *string
	}{{p.Cert, &out.Cert}, {p.Key, &out.Key}, {p.CA, &out.CA}} {
		if f.name == "" {
			continue
		}
		if *f.to, err = filepath.Abs(f.name); err != nil {
			return out, err
		}
	}
	return out, nil
}

// amiOf is where AMI listens: the address that our configuration connects to.
func amiOf(cfg *config.Config, s *config.Server) (asteriskconf.AMI, error) {
	host, port, err := net.SplitHostPort(s.Address)
	if err != nil {
		return asteriskconf.AMI{}, fmt.Errorf("address of server %d: %w", s.ID, err)
	}
	a := asteriskconf.AMI{Address: "0.0.0.0"}
	if a.Port, err = strconv.Atoi(port); err != nil {
		return a, fmt.Errorf("address of server %d: %w", s.ID, err)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err == nil {
		a.Address = ip.String()
	}
	_, a.Permit = s.PBX.Networks()
	if !ip.IsLoopback() && len(a.Permit) == 0 {
		return a, fmt.Errorf("server %d is at %s: name the network that DIPCAST connects from (pbx.permit, --permit)", s.ID, s.Address)
	}
	a.Users, err = users(cfg, s)
	return a, err
}

func users(cfg *config.Config, s *config.Server) (asteriskconf.Users, error) {
	user := func(u config.User) asteriskconf.User {
		return asteriskconf.User{Name: u.Username, Secret: u.Secret.Reveal()}
	}
	out := asteriskconf.Users{Commands: len(cfg.Operators) > 0 && len(cfg.OperatorCommands) > 0}
	events, calls, database := user(s.Users.Events), user(s.Users.Calls), user(s.Users.Database)
	switch {
	case events == calls && calls == database:
		out.All = events
	case events.Name == calls.Name, calls.Name == database.Name, events.Name == database.Name:
		return out, fmt.Errorf("%w of server %d: use three for events, calls and database, or one for all", ErrUsers, s.ID)
	default:
		out.Events, out.Calls, out.Database = events, calls, database
	}
	return out, nil
}

// agiOf is where the dialplan asks us. A server elsewhere cannot reach a
// listener on loopback, and needs to be told which of our addresses it can.
func agiOf(cfg *config.Config, s *config.Server) (asteriskconf.AGI, error) {
	told := s.PBX.AGI
	at := cmp.Or(told, strings.Replace(cfg.AGIListen, "localhost:", "127.0.0.1:", 1))
	if at == "off" || at == "" {
		return asteriskconf.AGI{}, nil
	}
	a, err := netip.ParseAddrPort(at)
	switch {
	case err != nil && told != "":
		return asteriskconf.AGI{}, fmt.Errorf("agi %q: give an IP address and a port, such as 10.0.0.2:4573, or off", told)
	case told != "":
	case err != nil || a.Addr().IsUnspecified(), a.Addr().IsLoopback() && !Here(s):
		return asteriskconf.AGI{}, fmt.Errorf("server %d cannot reach %w %q as it stands: name our address (pbx.agi, --agi), or do not ask with \"off\"", s.ID, ErrAGI, cfg.AGIListen)
	}
	return asteriskconf.AGI{Address: a.String(), Server: s.ID}, nil
}

// Here reports whether a server is on this machine.
func Here(s *config.Server) bool {
	host, _, err := net.SplitHostPort(s.Address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// OpenTree finds the program of a server: the one its configuration names, that
// of the environment (asteriskproc.EnvRoot), the unpacked one, the installed
// one, in this order. The error wraps asteriskproc.ErrNotATree when there is
// none.
func OpenTree(ctx context.Context, p *config.PBX, environ []string) (*asteriskproc.Tree, error) {
	switch p.Tree {
	case config.Installed:
		return asteriskproc.OpenTree(ctx, "/")
	case "":
	default:
		return asteriskproc.OpenTree(ctx, p.Tree)
	}
	var roots []string
	want := asteriskproc.EnvRoot
	if p.Version == int(asteriskproc.Asterisk16) {
		want = asteriskproc.EnvRoot16
	}
	for _, e := range environ {
		if name, value, _ := strings.Cut(e, "="); name == want && value != "" {
			roots = append(roots, value)
		}
	}
	if dir, err := asteriskproc.DefaultDir(); err == nil {
		roots = append(roots, filepath.Join(dir, strconv.Itoa(p.Version)))
	}
	var failed error
	for _, root := range append(roots, "/") {
		tree, err := asteriskproc.OpenTree(ctx, root)
		if err == nil {
			return tree, nil
		}
		failed = err
	}
	return nil, failed
}

// Dirs are the folders of a program.
func Dirs(t *asteriskproc.Tree) asteriskconf.Dirs {
	return asteriskconf.Dirs{Modules: t.ModulesDir(), Data: t.DataDir()}
}
