// Package asteriskconf turns a company into Asterisk's configuration files: a
// pure function, no I/O.
//
// What it writes runs on Asterisk 22 and 16: PJSIP endpoints for phones and
// trunks, AMI users with separate rights, and a dialplan with the names of
// package dialplan, in which diversions divert, click-to-call rings the caller
// first, and the network only ever sees a number of the tenant.
package asteriskconf

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/dipcast/dipcast/internal/company"
)

// Input is all that one Asterisk is configured from.
type Input struct {
	// Version is the major version the files are for. 0 means 22.
	Version int
	Dirs    Dirs
	AMI     AMI
	SIP     SIP
	AGI     AGI
	// Trunks are shared by all companies; a company may have its own besides.
	Trunks    []company.Trunk
	Companies []company.Company
	// Recordings are the folders of what tones are made of, below Dirs.Base and
	// by class of music (ToneClass): "T2_tone-spring": "var/moh/T2_tone-spring".
	// Of a tone that is not there nothing is heard: where it is wanted it rings.
	Recordings map[string]string
	// Modules are loaded beside those that the files need, "app_milliwatt".
	Modules []string
}

// Dirs are the folders of one Asterisk, all absolute.
type Dirs struct {
	// Base holds etc, var, spool, run and log of this instance. Required.
	Base string
	// Modules, Data are those of the program; see asteriskproc.Tree. Required.
	Modules, Data string
	// Music and Ring are folders below Data with what those hear who are held,
	// where a company has nothing of its own, and the tone company.OwnTone. ""
	// means silence, and that there is no such tone.
	Music, Ring string
}

// AMI is where the manager interface listens and who may log in.
type AMI struct {
	Address string // "" means 127.0.0.1
	Port    int    // required
	// Permit lists the networks users may come from. Nil means loopback only.
	Permit []netip.Prefix
	Users  Users
}

// Users are the manager's users. Separate ones keep Asterisk's own guard on
// Originate on: it refuses dangerous applications and functions to users
// without the class system. A user without a name is not written.
type Users struct {
	Events   User // reads events and lists
	Calls    User // Originate, Redirect, Hangup, Setvar and so on
	Database User // writes AstDB, lists PJSIP
	// All has the rights of the three together, and so does without the guard.
	All User
	// Commands also gives Database (and All) the action Command, which
	// operators' console commands need.
	Commands bool
}

// User is one user of the manager interface.
type User struct{ Name, Secret string }

// SIP is where Asterisk speaks SIP and RTP.
type SIP struct {
	Address string // "" means 127.0.0.1
	Port    int    // required, UDP
	// TCPPort, TLSPort are further ones. 0 means Port for TCP and 5061 for TLS
	// where a trunk or a phone asks for it, else none.
	TCPPort, TLSPort int
	// Cert, Key are PEM files for TLS, absolute; phones need them. CA is one
	// with the authorities that trunks' certificates are verified by; without,
	// any is taken.
	Cert, Key, CA string
	// External is the address or name that others see us by behind a NAT box,
	// in signalling and sound; "" means our own. LocalNets are the networks
	// that it does not hold for; nil means the private ones (RFC 1918, RFC
	// 4193) and loopback.
	External  string
	LocalNets []netip.Prefix

	RTPFirst, RTPLast int    // required; RTPLast is included
	QualifySeconds    int    // how often phones are probed by OPTIONS; 0 means never
	MaxExpirySeconds  int    // longest registration; 0 means 3600
	UserAgent         string // "" means "DIPCAST"
}

// AGI is where the dialplan asks the gateway whether a call may go to the
// network. The zero value does not ask: then national calls go, and calls
// abroad as each Tenant says.
type AGI struct {
	Address string // host:port; the host is an IP address
	Server  int    // the server's id in the gateway's configuration
}

// DefaultOutbound are national numbers, service numbers of three digits and
// of four that begin with 13, and numbers without area code of seven digits and
// more. Other short ones are extensions, and unknown ones do not exist.
var DefaultOutbound = []string{"_1XX", "_13XX", "_0X.", "_+X.", "_NXXXXX.", "_1XXXXX."}

// Render writes the files of one Asterisk: paths below Dirs.Base, such as
// "etc/pjsip.conf", and their text. The same input always gives the same text.
// It returns an error when a value is missing, malformed, or would alter a file
// it is put into; all problems are reported together.
func Render(in Input) (map[string]string, error) {
	in = in.withDefaults()
	if err := in.check(); err != nil {
		return nil, err
	}
	in.dropUnheard()
	files := map[string]string{
		"asterisk.conf":   asteriskConf(in),
		"modules.conf":    modulesConf(in),
		"manager.conf":    managerConf(in),
		"pjsip.conf":      pjsipConf(in),
		"extensions.conf": extensionsConf(in),
		"rtp.conf":        fmt.Sprintf("[general]\nrtpstart=%d\nrtpend=%d\nstrictrtp=yes\nicesupport=no\n", in.SIP.RTPFirst, in.SIP.RTPLast),
	}
	maps.Copy(files, featureFiles(in))
	maps.Copy(files, fixedFiles)
	maps.Copy(files, cdrFiles)
	maps.Copy(files, faxFiles(in))
	out := make(map[string]string, len(files))
	for name, text := range files {
		out["etc/"+name] = header + withCustom(name, text)
	}
	maps.Copy(out, musicFolders(in))
	maps.Copy(out, faxFolders(in))
	maps.Copy(out, messageFolders(in))
	return out, nil
}

const header = "; Written by DIPCAST. Changes made here are lost at the next rendering.\n\n"

func (in Input) withDefaults() Input {
	if in.Version == 0 {
		in.Version = 22
	}
	if in.AMI.Address == "" {
		in.AMI.Address = "127.0.0.1"
	}
	if in.AMI.Permit == nil {
		in.AMI.Permit = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}
	if in.SIP.Address == "" {
		in.SIP.Address = "127.0.0.1"
	}
	if in.SIP.MaxExpirySeconds == 0 {
		in.SIP.MaxExpirySeconds = 3600
	}
	if in.SIP.UserAgent == "" {
		in.SIP.UserAgent = "DIPCAST"
	}
	if in.SIP.TCPPort == 0 && in.uses("tcp") {
		in.SIP.TCPPort = in.SIP.Port
	}
	if in.SIP.TLSPort == 0 && in.uses("tls") {
		in.SIP.TLSPort = 5061
	}
	if in.SIP.LocalNets == nil {
		in.SIP.LocalNets = privateNets
	}
	in.Trunks = slices.Clone(in.Trunks)
	slices.SortFunc(in.Trunks, func(a, b company.Trunk) int { return a.ID - b.ID })
	in.Companies = slices.Clone(in.Companies)
	slices.SortFunc(in.Companies, func(a, b company.Company) int { return a.Number - b.Number })
	for i := range in.Companies {
		in.Companies[i] = in.Companies[i].Sorted()
	}
	return in
}

// privateNets are behind the same NAT box, or in the same VPN, as we are.
var privateNets = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"),
}

// allTrunks are the shared trunks and those of companies, by their ids.
func (in *Input) allTrunks() []company.Trunk {
	all := slices.Clone(in.Trunks)
	for i := range in.Companies {
		all = append(all, in.Companies[i].Trunks...)
	}
	slices.SortFunc(all, func(a, b company.Trunk) int { return a.ID - b.ID })
	return all
}

// mayUse are the trunks of c's own and the shared ones, in that order.
func (in *Input) mayUse(c *company.Company) []int {
	var ids []int
	for i := range c.Trunks {
		ids = append(ids, c.Trunks[i].ID)
	}
	return append(ids, in.sharedIDs()...)
}

// takesFrom reports whether calls of a trunk may be for c: one of its own, or a
// shared one that it also calls out by.
func (in *Input) takesFrom(c *company.Company, trunk int) bool {
	return slices.Contains(in.outward(c), trunk) ||
		slices.ContainsFunc(c.Trunks, func(t company.Trunk) bool { return t.ID == trunk })
}

// outward are the trunks that c calls out by, in the order of its routes.
func (in *Input) outward(c *company.Company) []int {
	if len(c.Routes) == 0 {
		return in.mayUse(c)
	}
	var ids []int
	for i := range c.Routes {
		for _, id := range c.Routes[i].Trunks {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func (in *Input) sharedIDs() []int {
	var ids []int
	for i := range in.Trunks {
		ids = append(ids, in.Trunks[i].ID)
	}
	return ids
}

func itoa(n int) string { return strconv.Itoa(n) }
