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
	"strings"

	"github.com/dipcast/dipcast/internal/dialplan"
)

// Input is all that one Asterisk is configured from.
type Input struct {
	// Version is the major version the files are for. 0 means 22.
	Version int
	Dirs    Dirs
	AMI     AMI
	SIP     SIP
	AGI     AGI
	Trunks  []Trunk
	Tenants []Tenant
	// Modules are loaded beside those that the files need, "app_milliwatt".
	Modules []string
}

// Dirs are the folders of one Asterisk, all absolute.
type Dirs struct {
	// Base holds etc, var, spool, run and log of this instance. Required.
	Base string
	// Modules, Data are those of the program; see asteriskproc.Tree. Required.
	Modules, Data string
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
	Address           string // "" means 127.0.0.1
	Port              int    // required, UDP
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

// Trunk is a line to the telephone network: a peer known by its address, with
// no registration. Its names are trk-{ID} and trk-{ID}-in.
type Trunk struct {
	ID   int
	Host string // an IP address
	Port int    // where it is called, and where its calls come from
}

// Tenant is one company.
type Tenant struct {
	ID     string // 16 hexadecimal digits, the family in AstDB
	Number int    // of the prefix T{n}_
	// Main is the main tenant: its names have no prefix. Number must be 1.
	Main       bool
	Name       string
	Extensions []Extension
	// DIDs are the numbers it is called by, and the extension each rings.
	DIDs map[string]string
	// Numbers are further ones it may show and bill to.
	Numbers []string
	// Trunks are tried in this order for calls to the network. Nil means all.
	Trunks []int
	// Outbound are the dialplan patterns that go to the network, beside the
	// emergency numbers 112 and 119. Nil means DefaultOutbound.
	Outbound []string
	// International lets calls leave the country; Premium opens 060 numbers.
	// With AGI neither counts: the gateway decides.
	International, Premium bool
	// Lines are how many calls with the network there may be at a time; 0
	// leaves that to the carrier. Calls for help go all the same.
	Lines int
}

// DefaultOutbound are national numbers, service numbers of three digits and
// of four that begin with 13, and numbers without area code of seven digits and
// more. Other short ones are extensions, and unknown ones do not exist.
var DefaultOutbound = []string{"_1XX", "_13XX", "_0X.", "_+X.", "_NXXXXX.", "_1XXXXX."}

// Extension is one phone of a tenant. One device may register for it: the
// newest replaces the one before.
type Extension struct {
	Number string
	Secret string // its SIP password
	Name   string
	// OwnNumber is shown to the network when the number asked for is not the
	// tenant's. "" means the first DID that rings it, else the tenant's first.
	OwnNumber string
	// RingSeconds is how long it rings before CFN. 0 means 30.
	RingSeconds int
}

// Prefix is what the tenant's names begin with.
func (t *Tenant) Prefix() string {
	if t.Main {
		return ""
	}
	return dialplan.Prefix(t.Number)
}

// shown are the numbers the tenant may show to the network, sorted.
func (t *Tenant) shown() []string {
	all := slices.Collect(maps.Keys(t.DIDs))
	all = append(all, t.Numbers...)
	slices.Sort(all)
	return slices.Compact(all)
}

// ownNumber is the number shown for extension e, or "" when the tenant has none.
func (t *Tenant) ownNumber(e *Extension) string {
	if e != nil && e.OwnNumber != "" {
		return e.OwnNumber
	}
	dids := slices.Sorted(maps.Keys(t.DIDs))
	if e != nil {
		for _, did := range dids {
			if t.DIDs[did] == e.Number {
				return did
			}
		}
	}
	if len(dids) > 0 {
		return dids[0]
	}
	if all := t.shown(); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Render writes the files of one Asterisk: paths below Dirs.Base, such as
// "etc/pjsip.conf", and their text. The same input always gives the same text.
// It returns an error when a value is missing, malformed, or would alter a file
// it is put into; all problems are reported together.
func Render(in Input) (map[string]string, error) {
	in = in.withDefaults()
	if err := in.check(); err != nil {
		return nil, err
	}
	files := map[string]string{
		"asterisk.conf":   asteriskConf(in),
		"modules.conf":    modulesConf(in),
		"manager.conf":    managerConf(in),
		"pjsip.conf":      pjsipConf(in),
		"extensions.conf": extensionsConf(in),
		"rtp.conf":        fmt.Sprintf("[general]\nrtpstart=%d\nrtpend=%d\nstrictrtp=yes\nicesupport=no\n", in.SIP.RTPFirst, in.SIP.RTPLast),
	}
	maps.Copy(files, fixedFiles)
	out := make(map[string]string, len(files))
	for name, text := range files {
		out["etc/"+name] = header + withCustom(name, text)
	}
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
	in.Tenants = slices.Clone(in.Tenants)
	slices.SortFunc(in.Tenants, func(a, b Tenant) int { return a.Number - b.Number })
	for i := range in.Tenants {
		t := &in.Tenants[i]
		if t.Outbound == nil {
			t.Outbound = DefaultOutbound
		}
		if t.Trunks == nil {
			for _, trunk := range in.Trunks {
				t.Trunks = append(t.Trunks, trunk.ID)
			}
		}
		t.Extensions = slices.Clone(t.Extensions)
		slices.SortFunc(t.Extensions, func(a, b Extension) int { return strings.Compare(a.Number, b.Number) })
	}
	return in
}

func (e *Extension) ring() int {
	if e.RingSeconds == 0 {
		return 30
	}
	return e.RingSeconds
}

func itoa(n int) string { return strconv.Itoa(n) }
