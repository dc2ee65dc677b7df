package config

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Installed as a PBX's Tree is the Asterisk that is installed on this machine.
const Installed = "installed"

// AMI users that a server gets when DIPCAST runs it and none are named. Their
// secrets are made once and kept in the data directory.
const (
	OwnEvents   = "dipcast-events"
	OwnCalls    = "dipcast-calls"
	OwnDatabase = "dipcast-database"
)

// PBX is how the files of one server's Asterisk are written by `dipcast apply`,
// and whether DIPCAST runs it. The zero value: neither. Validate fills in the
// defaults.
type PBX struct {
	// Dir is the folder of the files, which go below its etc, as this machine
	// sees it. "" with Run means asterisk-{id} in the data directory.
	Dir string `yaml:"dir"`
	// Run has the gateway start this Asterisk, watch it, and start it again.
	Run bool `yaml:"run"`
	// Tree is the program: the folder of an unpacked one, or "installed". ""
	// means the unpacked one where there is one, else the installed one; with
	// Run it is unpacked when there is neither.
	Tree    string `yaml:"tree"`
	Version int    `yaml:"version"` // 22 or 16; 0 means 22

	SIP     string `yaml:"sip"`      // address and UDP port of phones and trunks, default 0.0.0.0:5060
	TCPPort int    `yaml:"tcp_port"` // 0 means that of SIP, where something asks for TCP
	TLSPort int    `yaml:"tls_port"` // 0 means 5061, where something asks for TLS
	Cert    string `yaml:"cert"`     // PEM files for TLS; phones need them
	Key     string `yaml:"key"`
	CA      string `yaml:"ca"`  // authorities that trunks' certificates are verified by
	RTP     string `yaml:"rtp"` // UDP ports of sound, default 10000-20000
	// External is the address or name that others see us by behind a NAT box.
	External      string   `yaml:"external_address"`
	LocalNetworks []string `yaml:"local_networks"` // where External does not hold; default the private ones
	// Phones is the address or name that softphones are told to register at. ""
	// means External, else that of SIP, else the host of public_url.
	Phones string `yaml:"phones"`
	// QualifySeconds is how often phones are probed, which keeps their way
	// through a NAT box open. 0 means 60.
	QualifySeconds int `yaml:"qualify_seconds"`
	// AGI is the address by which this Asterisk reaches agi_listen, or "off". ""
	// means agi_listen itself.
	AGI    string   `yaml:"agi"`
	Permit []string `yaml:"permit"` // networks that may log in to AMI; needed unless it is on this machine
}

// Configured reports whether the server's files are ours to write.
func (p *PBX) Configured() bool { return p.Run || p.Dir != "" }

// Ports parses SIP and RTP. Call it on a validated Config.
func (p *PBX) Ports() (sip netip.AddrPort, first, last int, err error) {
	if sip, err = netip.ParseAddrPort(p.SIP); err != nil || sip.Port() == 0 {
		return sip, 0, 0, fmt.Errorf("sip: give an IP address and a port, such as 0.0.0.0:5060")
	}
	from, to, _ := strings.Cut(p.RTP, "-")
	first, errFirst := strconv.Atoi(from)
	last, errLast := strconv.Atoi(to)
	if errFirst != nil || errLast != nil || first < 1 || last > 65535 || last <= first {
		return sip, 0, 0, fmt.Errorf("rtp: give two ports, such as 10000-20000")
	}
	return sip, first, last, nil
}

// Networks parses LocalNetworks and Permit; nil when there are none.
func (p *PBX) Networks() (local, permit []netip.Prefix) {
	if len(p.LocalNetworks) > 0 {
		local = parseNetworks(p.LocalNetworks)
	}
	if len(p.Permit) > 0 {
		permit = parseNetworks(p.Permit)
	}
	return local, permit
}

// complete fills in what is not said.
func (p *PBX) complete() {
	if p.Version == 0 {
		p.Version = 22
	}
	if p.SIP == "" {
		p.SIP = "0.0.0.0:5060"
	}
	if p.RTP == "" {
		p.RTP = "10000-20000"
	}
	if p.QualifySeconds == 0 {
		p.QualifySeconds = 60
	}
}

// pbx checks and completes the part of a server that says how it is run. It
// comes before the link is checked: a server that we run has one by default.
func (r *report) pbx(c *Config, s *Server, at string) {
	p := &s.PBX
	if !p.Configured() {
		if !reflect.DeepEqual(*p, PBX{}) {
			r.add(at+".pbx.dir", "is missing; name the folder for Asterisk's files, or let DIPCAST run it with run: true")
		}
		return
	}
	p.complete()
	at += ".pbx"
	if p.Run {
		if s.Address == "" {
			s.Address = "127.0.0.1:5038"
		}
		if p.Dir == "" {
			p.Dir = filepath.Join(c.DataDir, "asterisk-"+strconv.Itoa(s.ID))
		}
		if !loopback(s.Address) {
			r.add(at+".run", "needs an address of this machine, such as 127.0.0.1:5038")
		}
		if s.TLS {
			r.add(at+".run", "a server that DIPCAST runs is on this machine; leave tls out")
		}
		if s.Username == "" && s.Users == (Users{}) {
			s.OwnUsers = true
			s.Users = Users{Events: User{Username: OwnEvents}, Calls: User{Username: OwnCalls}, Database: User{Username: OwnDatabase}}
		}
	}
	if p.Version != 22 && p.Version != 16 {
		r.add(at+".version", "must be 22 or 16")
	}
	if _, _, _, err := p.Ports(); err != nil {
		r.add(at, "%v", err)
	}
	for _, port := range []struct {
		key string
		n   int
	}{{".tcp_port", p.TCPPort}, {".tls_port", p.TLSPort}} {
		if port.n < 0 || port.n > 65535 {
			r.add(at+port.key, "must be 1 to 65535")
		}
	}
	if p.QualifySeconds < 5 || p.QualifySeconds > 3600 {
		r.add(at+".qualify_seconds", "must be 5 to 3600")
	}
	if p.Phones != "" && !isHost(p.Phones) {
		r.add(at+".phones", "must be an IP address or a name, without a port")
	}
	if (p.Cert == "") != (p.Key == "") {
		r.add(at+".cert", "cert and key go together")
	}
	r.networks(at+".local_networks", p.LocalNetworks)
	r.networks(at+".permit", p.Permit)
	if _, err := netip.ParseAddrPort(p.AGI); p.AGI != "" && p.AGI != "off" && err != nil {
		r.add(at+".agi", "must be an IP address and a port, or off")
	}
}

// pbxs checks servers against each other.
func (r *report) pbxs(c *Config) {
	for i := range c.Servers {
		p := &c.Servers[i].PBX
		j := slices.IndexFunc(c.Servers[:i], func(s Server) bool {
			return s.PBX.Configured() && p.Configured() && filepath.Clean(s.PBX.Dir) == filepath.Clean(p.Dir)
		})
		if j >= 0 {
			r.add(fmt.Sprintf("servers[%d].pbx.dir", i), "the same as of servers[%d]", j)
		}
		j = slices.IndexFunc(c.Servers[:i], func(s Server) bool {
			return s.PBX.Run && p.Run && (s.PBX.SIP == p.SIP || s.Address == c.Servers[i].Address)
		})
		if j >= 0 {
			r.add(fmt.Sprintf("servers[%d].pbx.run", i), "has the same ports as servers[%d], on one machine; give it an address and a sip of its own", j)
		}
	}
}
