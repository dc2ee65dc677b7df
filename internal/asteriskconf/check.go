package asteriskconf

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// ErrInput reports an Input that no files can be written from.
var ErrInput = errors.New("asterisk configuration")

var (
	userPattern   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`)
	hostPattern   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$`)
	modulePattern = regexp.MustCompile(`^[a-z0-9_]+$`)
	folderPattern = regexp.MustCompile(`^` + musicFolder + `[A-Za-z0-9_/-]+$`)
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
	for _, folder := range in.Recordings {
		if !folderPattern.MatchString(folder) {
			c.addf("the folder of recordings %q is none below %s", folder, musicFolder)
		}
	}
	in.checkAMI(&c)
	in.checkSIP(&c)
	in.checkAGI(&c)
	in.checkCompanies(&c)
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
	in.checkTransports(c)
	for i := range in.Trunks {
		c.add("", company.CheckTrunk(&in.Trunks[i]))
	}
}

func (in *Input) checkTransports(c *checker) {
	s := &in.SIP
	if s.TCPPort != 0 {
		c.port("SIP port for TCP", s.TCPPort)
	}
	if s.TLSPort != 0 {
		c.port("SIP port for TLS", s.TLSPort)
	}
	if s.TLSPort != 0 && s.TLSPort == s.TCPPort {
		c.addf("SIP port %d is for both TCP and TLS", s.TLSPort)
	}
	if (s.Cert == "") != (s.Key == "") {
		c.addf("TLS needs both Cert and Key")
	}
	if s.Cert == "" && in.anyDevice(func(d *company.Device) bool { return d.Transport == "tls" }) {
		c.addf("phones that register by TLS need Cert and Key")
	}
	for what, file := range map[string]string{"Cert": s.Cert, "Key": s.Key, "CA": s.CA} {
		c.text("file "+what, file)
		if file != "" && (!path.IsAbs(file) || strings.Contains(file, ";")) {
			c.addf("file %s: %q is not an absolute path", what, file)
		}
	}
	if s.External != "" && !hostPattern.MatchString(s.External) {
		c.addf("external address %q is neither an IP address nor a name", s.External)
	}
}

// add takes over problems of a description.
func (c *checker) add(whose string, problems []company.Problem) {
	for _, p := range problems {
		c.addf("%s%w", whose, p)
	}
}

func (in *Input) checkCompanies(c *checker) {
	for i := range in.Companies {
		t := &in.Companies[i]
		c.add(fmt.Sprintf("tenant %d: ", t.Number), company.Check(t, in.sharedIDs()))
	}
	c.add("", company.CheckAll(in.Companies, in.Trunks))
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
func displayName(name string) string { return quoted(plainName(name)) }

// plainName leaves out what quotes cannot hold.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == '\\' || r == '<' || r == '>' {
			return -1
		}
		return r
	}, name)
}

// maxShown is the longest name that Asterisk keeps, in bytes: it would cut a longer
// one in the middle of a letter (cid_name[80] of caller_id_handler in
// res_pjsip/pjsip_configuration.c, fullname[80] in app_voicemail.c).
const maxShown = 78

// shown is a name as people see it: letters in the form in which each is one (NFC,
// Hangul of a Mac comes in parts), and as many as fit.
func shown(name string) string {
	name = plainName(norm.NFC.String(name))
	if len(name) <= maxShown {
		return name
	}
	end := maxShown
	for !utf8.RuneStart(name[end]) {
		end--
	}
	return strings.TrimSpace(name[:end])
}

// callerID is a caller id as Asterisk's files write it.
func callerID(name, number string) string {
	if dialplan.CheckNumber(number) != nil {
		return ""
	}
	return `"` + quoted(shown(name)) + `" <` + number + ">"
}
