package demo

import (
	"crypto/rand"
	"fmt"
	"net"
	"path/filepath"
	"strconv"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/serverconf"
)

const (
	loopback = "127.0.0.1"
	trunkID  = 1
	// rtpPorts is how many RTP ports a server has: two for each leg, and no more
	// than a block of asteriskproc.Ports has beside AMI and SIP.
	rtpPorts = 200
)

// plan is what is decided before anything starts: ports and secrets.
type plan struct {
	ports   asteriskproc.Ports // claims all that follow; see there
	network int                // SIP port of the telephone network
	agi     int                // where the dialplans ask
	servers []serverPlan
	phones  map[string]string // secrets by endpoint

	furnished bool
}

type serverPlan struct {
	id            int
	name          string
	ami, sip, rtp int // ports; rtp is the first of rtpPorts
	users         asteriskconf.Users
}

// newPlan picks free ports and makes secrets.
func newPlan(furnished bool) (*plan, error) {
	p := &plan{furnished: furnished, phones: map[string]string{}}
	var err error
	pick := func(n int) int {
		port, e := p.ports.Pick(n)
		if e != nil {
			err = e
		}
		return port
	}
	p.network, p.agi = pick(1), pick(1)
	for i, name := range serverNames {
		user := func(name string) asteriskconf.User { return asteriskconf.User{Name: name, Secret: rand.Text()} }
		p.servers = append(p.servers, serverPlan{
			id: i + 1, name: name, ami: pick(1), sip: pick(1), rtp: pick(rtpPorts),
			users: asteriskconf.Users{
				Events: user("dipcast-events"), Calls: user("dipcast-calls"), Database: user("dipcast-database"),
				Commands: true,
			},
		})
	}
	for i := range companies {
		for _, e := range companies[i].extensions {
			p.phones[endpoint(&companies[i], e.number)] = rand.Text()
		}
	}
	return p, err
}

func endpoint(c *firm, ext string) string {
	return dialplan.Endpoint(dialplan.Prefix(c.number), ext)
}

// files are those of one server, as `dipcast apply` writes them.
func (p *plan) files(c *config.Config, server int, tree *asteriskproc.Tree) (map[string]string, error) {
	in, err := serverconf.Input(c, c.Server(server), tree.Dirs(c.Server(server).PBX.Dir), p.describes(server))
	if err != nil {
		return nil, err
	}
	return asteriskconf.Render(in)
}

// filesFor is the version of the files that an Asterisk takes: a tree that the
// user named may be one in between.
func filesFor(tree *asteriskproc.Tree) int {
	if tree.Major() < 18 {
		return int(asteriskproc.Asterisk16)
	}
	return int(asteriskproc.Asterisk22)
}

// gateway is the configuration of DIPCAST itself. tree is the program of its
// servers, nil when calls are recorded ones.
func (p *plan) gateway(o *Options, dir string, tree *asteriskproc.Tree) (*config.Config, error) {
	c := config.Default()
	c.Listen, c.DCMIWSListen = []string{o.Listen}, []string{o.DCMIWSListen}
	c.DataDir = filepath.Join(dir, "var")
	c.AGIListen = hostPort(p.agi)
	for i := range p.servers {
		s := &p.servers[i]
		c.Servers = append(c.Servers, config.Server{
			ID: s.id, Name: s.name, Address: hostPort(s.ami),
			Users: config.Users{
				Events: amiUser(s.users.Events), Calls: amiUser(s.users.Calls), Database: amiUser(s.users.Database),
			},
			PBX: p.pbx(s, dir, tree),
		})
	}
	for i := range companies {
		c.Tenants = append(c.Tenants, companies[i].configured())
	}
	c.Operators = []config.Operator{{Username: Operator, Password: config.NewSecret(Operator)}}
	c.PrivateTargets = []string{"127.0.0.0/8"} // it is for one machine: so is what it tells
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return c, nil
}

// pbx is how a server's files are written. The demo runs it itself.
func (p *plan) pbx(s *serverPlan, dir string, tree *asteriskproc.Tree) config.PBX {
	if tree == nil {
		return config.PBX{}
	}
	return config.PBX{
		Dir: filepath.Join(dir, strconv.Itoa(s.id)), Tree: tree.Root, Version: filesFor(tree),
		SIP: hostPort(s.sip), RTP: fmt.Sprintf("%d-%d", s.rtp, s.rtp+rtpPorts-1),
	}
}

func amiUser(u asteriskconf.User) config.User {
	return config.User{Username: u.Name, Secret: config.NewSecret(u.Secret)}
}

func hostPort(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }
