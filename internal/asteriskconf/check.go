package asteriskconf

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/number"
)

// ErrInput reports an Input that no files can be written from.
var ErrInput = errors.New("asterisk configuration")

var (
	tenantIDPattern = regexp.MustCompile(`^[0-9a-f]{16}$`)
	numberPattern   = regexp.MustCompile(`^\+?[0-9]{3,20}$`)
	outboundPattern = regexp.MustCompile(`^_[+0-9XZN.]+$`)
	userPattern     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`)
	modulePattern   = regexp.MustCompile(`^[a-z0-9_]+$`)
)

// checker collects what is wrong with an Input.
type checker struct{ problems []error }

func (c *checker) addf(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("%w: "+format, append([]any{ErrInput}, args...)...))
}

// text refuses what would end its own line in a file of Asterisk's.
func (c *checker) text(what, value string) {
	if strings.ContainsAny(value, "\r\n\x00") {
		c.addf("%s holds a line break or NUL", what)
	}
}

// secret refuses also what Asterisk would not read back as it is.
func (c *checker) secret(what, value string) {
	c.text(what, value)
	if strings.TrimSpace(value) != value || strings.HasPrefix(value, ">") {
		c.addf("%s begins or ends with a blank, or begins with >", what)
	}
}

func (c *checker) port(what string, port int) {
	if port < 1 || port > 65535 {
		c.addf("%s %d is not a port", what, port)
	}
}

func (in *Input) check() error {
	var c checker
	if in.Version != 22 && in.Version != 16 {
		c.addf("version %d: files can be written for 22 and 16", in.Version)
	}
	for what, dir := range map[string]string{"Base": in.Dirs.Base, "Modules": in.Dirs.Modules, "Data": in.Dirs.Data} {
		c.text("folder "+what, dir)
		if !path.IsAbs(dir) || strings.Contains(dir, ";") {
			c.addf("folder %s: %q is not an absolute path", what, dir)
		}
	}
	for _, m := range in.Modules {
		if !modulePattern.MatchString(m) {
			c.addf("module %q is not a module's name", m)
		}
	}
	in.checkAMI(&c)
	in.checkSIP(&c)
	in.checkAGI(&c)
	in.checkTenants(&c)
	return errors.Join(c.problems...)
}

func (in *Input) checkAMI(c *checker) {
	c.port("AMI port", in.AMI.Port)
	if _, err := netip.ParseAddr(in.AMI.Address); err != nil {
		c.addf("AMI address %q is not an IP address", in.AMI.Address)
	}
	seen := map[string]bool{}
	for _, u := range in.AMI.Users.named() {
		if !userPattern.MatchString(u.Name) || u.Name == "general" {
			c.addf("AMI user %q: use letters, digits, - and _, not \"general\"", u.Name)
		}
		if u.Secret == "" {
			c.addf("AMI user %s has no secret", u.Name)
		}
		c.secret("secret of AMI user "+u.Name, u.Secret)
		if seen[u.Name] {
			c.addf("AMI user %s is named twice", u.Name)
		}
		seen[u.Name] = true
	}
}

func (in *Input) checkAGI(c *checker) {
	if in.AGI.Address == "" {
		return
	}
	if a, err := netip.ParseAddrPort(in.AGI.Address); err != nil || a.Port() == 0 || a.Addr().IsUnspecified() || a.Addr().Zone() != "" {
		c.addf("AGI address %q is not an IP address and a port", in.AGI.Address)
	}
	if in.AGI.Server < 1 {
		c.addf("AGI: the server's id %d is below 1", in.AGI.Server)
	}
}

func (in *Input) checkSIP(c *checker) {
	c.port("SIP port", in.SIP.Port)
	c.port("first RTP port", in.SIP.RTPFirst)
	c.port("last RTP port", in.SIP.RTPLast)
	if in.SIP.RTPLast <= in.SIP.RTPFirst {
		c.addf("RTP ports %d to %d are no range", in.SIP.RTPFirst, in.SIP.RTPLast)
	}
	if _, err := netip.ParseAddr(in.SIP.Address); err != nil {
		c.addf("SIP address %q is not an IP address", in.SIP.Address)
	}
	c.text("SIP user agent", in.SIP.UserAgent)
	seen := map[int]bool{}
	for _, t := range in.Trunks {
		if t.ID < 1 || seen[t.ID] {
			c.addf("trunk id %d is below 1 or used twice", t.ID)
		}
		seen[t.ID] = true
		if _, err := netip.ParseAddr(t.Host); err != nil {
			c.addf("trunk %d: host %q is not an IP address", t.ID, t.Host)
		}
		c.port(fmt.Sprintf("port of trunk %d:", t.ID), t.Port)
	}
}

func (in *Input) checkTenants(c *checker) {
	ids, numbers, owner := map[string]bool{}, map[int]bool{}, map[string]int{}
	for i := range in.Tenants {
		t := &in.Tenants[i]
		// Tenant ids are not said in error texts: they are sensitive.
		if !tenantIDPattern.MatchString(t.ID) || ids[t.ID] {
			c.addf("tenant %d: its id is not 16 hexadecimal digits, or is used twice", t.Number)
		}
		if t.Number < 1 || t.Number > 99_999_999 || numbers[t.Number] {
			c.addf("tenant number %d is out of range or used twice", t.Number)
		}
		ids[t.ID], numbers[t.Number] = true, true
		if t.Main && t.Number != 1 {
			c.addf("tenant %d: only number 1 may be the main tenant", t.Number)
		}
		if t.Lines < 0 {
			c.addf("tenant %d: lines cannot be negative", t.Number)
		}
		c.text(fmt.Sprintf("name of tenant %d", t.Number), t.Name)
		for _, p := range t.Outbound {
			if !outboundPattern.MatchString(p) {
				c.addf("tenant %d: outbound pattern %q: use _ and then + 0-9 X Z N and .", t.Number, p)
			}
		}
		for _, id := range t.Trunks {
			if !slices.ContainsFunc(in.Trunks, func(k Trunk) bool { return k.ID == id }) {
				c.addf("tenant %d: there is no trunk %d", t.Number, id)
			}
		}
		for _, n := range t.shown() {
			if !numberPattern.MatchString(n) {
				c.addf("tenant %d: a number is not 3 to 20 digits", t.Number)
			}
			if other, taken := owner[n]; taken {
				c.addf("tenant %d: a number belongs to tenant %d already", t.Number, other)
			}
			owner[n] = t.Number
		}
		t.checkExtensions(c)
	}
}

func (t *Tenant) checkExtensions(c *checker) {
	seen := map[string]bool{}
	for i := range t.Extensions {
		e := &t.Extensions[i]
		if err := number.CheckExtension(e.Number); err != nil {
			c.addf("tenant %d: extension %q: %w", t.Number, e.Number, err)
		}
		if seen[e.Number] {
			c.addf("tenant %d: extension %s is there twice", t.Number, e.Number)
		}
		seen[e.Number] = true
		what := fmt.Sprintf("tenant %d, extension %s: ", t.Number, e.Number)
		if e.Secret == "" {
			c.addf("%sit has no secret", what)
		}
		c.secret(what+"its secret", e.Secret)
		c.text(what+"its name", e.Name)
		if e.OwnNumber != "" && !slices.Contains(t.shown(), e.OwnNumber) {
			c.addf("%sits own number is none of the tenant's", what)
		}
		if e.RingSeconds < 0 {
			c.addf("%sseconds cannot be negative", what)
		}
	}
	for did, ext := range t.DIDs {
		if !seen[ext] {
			c.addf("tenant %d: a number rings extension %q, which is not there", t.Number, ext)
		}
		if seen[did] {
			c.addf("tenant %d: extension %s is also one of its numbers", t.Number, did)
		}
	}
}

func (u *Users) named() []User {
	var all []User
	for _, user := range []User{u.Events, u.Calls, u.Database, u.All} {
		if user.Name != "" {
			all = append(all, user)
		}
	}
	return all
}

// quoted makes value safe inside a line of Asterisk's files, where ";" begins a
// comment. Line breaks were refused before.
func quoted(value string) string { return strings.ReplaceAll(value, ";", `\;`) }

// displayName makes a name safe inside the quotes of a caller id.
func displayName(name string) string {
	return quoted(strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == '\\' || r == '<' || r == '>' {
			return -1
		}
		return r
	}, name))
}

// callerID is a caller id as Asterisk's files write it.
func callerID(name, number string) string {
	if dialplan.CheckNumber(number) != nil {
		return ""
	}
	return `"` + displayName(name) + `" <` + number + ">"
}
