package asteriskproc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
)

// Levels of a finding.
const (
	LevelOK      Level = "ok"
	LevelWarning Level = "warning" // works, but should be mended
	LevelError   Level = "error"   // something we promise cannot work
)

// Level says how bad a finding is.
type Level string

// Text is a sentence for people, in both languages of the product.
type Text struct{ Ko, En string }

// Finding is one thing that Doctor looked at. It names no secret, tenant id or
// telephone number.
type Finding struct {
	Level Level
	// Check names what was looked at, for programs: "link", "version",
	// "rights", "events", "module", "context", "did", "limits", "plaintext".
	Check string
	What  Text // what was found
	Mend  Text // how to mend it; empty when there is nothing to mend
}

// Credentials are those of one AMI user.
type Credentials struct{ Username, Secret string }

// DoctorTenant is what the dialplan of a tenant is checked for.
type DoctorTenant struct {
	Prefix string   // "T2_", or "" for the main tenant
	DIDs   []string // numbers that calls from the network must find
}

// DoctorOptions says which server to look at. All three users are required;
// they may be the same.
type DoctorOptions struct {
	Address                 string // host:port of AMI
	TLS                     *ami.TLSOptions
	Auth                    string // "plain" (default) or "md5"
	Events, Calls, Database Credentials
	// Commands says that operators send console commands, which the user
	// Database must then be allowed.
	Commands bool
	Tenants  []DoctorTenant
	// Asks says that the dialplan is to ask us whether calls may go out.
	Asks bool
	// Timeout bounds the whole examination. Zero means 30 s.
	Timeout time.Duration
}

// doctor is one examination.
type doctor struct {
	o        DoctorOptions
	findings []Finding
	links    map[role]*ami.Client
	rights   map[role]map[string]bool // actions each user may send
}

// role is what a user is for.
type role string

const (
	roleEvents   role = "events"
	roleCalls    role = "calls"
	roleDatabase role = "database"
)

var roles = []role{roleEvents, roleCalls, roleDatabase}

func (o *DoctorOptions) credentials(r role) Credentials {
	switch r {
	case roleEvents:
		return o.Events
	case roleCalls:
		return o.Calls
	default:
		return o.Database
	}
}

// Doctor looks at a running server through AMI and says what it lacks and how
// to mend it. It changes nothing there. What it found comes in the order it was
// looked at; a server that cannot be reached gives a finding, not an error. The
// error is for options that cannot be used, and for the end of ctx.
func Doctor(ctx context.Context, o DoctorOptions) ([]Finding, error) {
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if _, _, err := net.SplitHostPort(o.Address); err != nil {
		return nil, fmt.Errorf("look at asterisk: %w", err)
	}
	work, cancel := context.WithTimeout(ctx, o.Timeout)
	d := &doctor{o: o, links: map[role]*ami.Client{}, rights: map[role]map[string]bool{}}
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel() // ends the links that Run keeps
	d.checkPlaintext()
	if err := d.connect(work, &wg); err != nil {
		return nil, err
	}
	if len(d.links) == len(roles) {
		d.checkVersion(work)
		d.checkRights(work)
		d.checkEvents(work)
		d.checkModules(work)
		d.checkContexts(work)
		d.checkAsking(work)
	}
	return d.findings, ctx.Err()
}

// Healthy tells whether no finding is an error.
func Healthy(findings []Finding) bool {
	for _, f := range findings {
		if f.Level == LevelError {
			return false
		}
	}
	return true
}

func (d *doctor) add(level Level, check string, what, mend Text) {
	d.findings = append(d.findings, Finding{Level: level, Check: check, What: what, Mend: mend})
}

// checkPlaintext warns of secrets that pass a network unencrypted.
func (d *doctor) checkPlaintext() {
	host, _, _ := net.SplitHostPort(d.o.Address)
	if ip := net.ParseIP(host); d.o.TLS != nil || (ip != nil && ip.IsLoopback()) || host == "localhost" {
		return
	}
	d.add(LevelWarning, "plaintext", textf(
		"AMI가 암호화 없이 네트워크를 지납니다.", "AMI passes the network unencrypted."), textf(
		"manager.conf에서 tlsenable=yes로 하고 설정의 servers에 tls: true를 쓰세요.",
		"Set tlsenable=yes in manager.conf and tls: true for the server in our configuration."))
}

// connect brings up one link for each user. Users that are the same share one.
func (d *doctor) connect(ctx context.Context, wg *sync.WaitGroup) error {
	known := map[Credentials]*ami.Client{}
	for _, r := range roles {
		c := d.o.credentials(r)
		if link := known[c]; link != nil {
			d.links[r] = link
			continue
		}
		link, change, err := d.dial(ctx, c, wg)
		if err != nil {
			return fmt.Errorf("look at asterisk: user for %s: %w", r, err)
		}
		if change.State != ami.StateUp {
			d.addLinkLost(r, c, change.Err)
			if !errors.Is(change.Err, ami.ErrAuth) {
				return nil // the others would not get there either
			}
			continue
		}
		known[c], d.links[r] = link, link
		d.add(LevelOK, "link", textf(
			"AMI 사용자 %[1]s (%[2]s): 로그인됨, %[3]s", "AMI user %[1]s (%[2]s): logged in, %[3]s", c.Username, r, change.Banner), Text{})
		if !change.Booted {
			d.add(LevelError, "rights", textf(
				"AMI 사용자 %s가 FullyBooted를 받지 못합니다.", "AMI user %s does not get FullyBooted.", c.Username), textf(
				"manager.conf의 [%s]에서 read에 system을 넣으세요.", "Add system to read of [%s] in manager.conf.", c.Username))
		}
	}
	return nil
}

// dial runs one link and gives its first change of state: up, or why not.
func (d *doctor) dial(ctx context.Context, c Credentials, wg *sync.WaitGroup) (*ami.Client, ami.Change, error) {
	first := make(chan ami.Change, 1)
	var once sync.Once
	link, err := ami.New(ami.Options{
		Address: d.o.Address, TLS: d.o.TLS, Auth: d.o.Auth, Username: c.Username, Secret: c.Secret, Events: "off",
		BootTimeout: 5 * time.Second,
		OnChange: func(change ami.Change) {
			if change.State == ami.StateUp || change.State == ami.StateDown {
				once.Do(func() { first <- change })
			}
		},
	})
	if err != nil {
		return nil, ami.Change{}, err
	}
	wg.Go(func() { link.Run(ctx) }) //nolint:errcheck // its end is ours
	select {
	case change := <-first:
		return link, change, nil
	case <-ctx.Done():
		return link, ami.Change{State: ami.StateDown, Err: ctx.Err()}, nil
	}
}

func (d *doctor) addLinkLost(r role, c Credentials, err error) {
	if errors.Is(err, ami.ErrAuth) {
		d.add(LevelError, "link", textf(
			"AMI 사용자 %[1]s (%[2]s)의 로그인이 거절되었습니다.", "The login of AMI user %[1]s (%[2]s) is refused.", c.Username, r), textf(
			"manager.conf에 [%[1]s]가 있는지, secret이 같은지, permit에 이 컴퓨터의 주소가 있는지 보고 manager reload 하세요.",
			"See that manager.conf has [%[1]s] with this secret, and that its permit holds this machine's address; then manager reload.", c.Username))
		return
	}
	d.add(LevelError, "link", textf(
		"%[1]s에 연결할 수 없습니다: %[2]v", "%[1]s cannot be reached: %[2]v", d.o.Address, err), textf(
		"Asterisk가 실행 중인지, manager.conf에 enabled=yes와 이 port, bindaddr가 있는지, 방화벽을 확인하세요.",
		"See that Asterisk runs, that manager.conf has enabled=yes with this port and bindaddr, and look at firewalls."))
}

// textf fills the same values into both languages.
func textf(ko, en string, args ...any) Text {
	if len(args) == 0 {
		return Text{Ko: ko, En: en}
	}
	return Text{Ko: fmt.Sprintf(ko, args...), En: fmt.Sprintf(en, args...)}
}
