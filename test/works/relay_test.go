package works_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/netfault"
	"github.com/dipcast/dipcast/internal/programtest"
	"github.com/dipcast/dipcast/internal/relay"
	"github.com/dipcast/dipcast/works/workstest"
)

// program is a dipcast that runs as a process of its own.
type program struct {
	cmd   *exec.Cmd
	ended chan struct{}
	logs  *logs
}

// launch starts one, until the test ends.
func (s *site) launch(args ...string) *program {
	s.t.Helper()
	p := &program{ended: make(chan struct{}), logs: &logs{out: s.logs}}
	p.cmd = exec.CommandContext(context.Background(), programtest.Path(s.t), args...)
	p.cmd.Stdout, p.cmd.Stderr = p.logs, p.logs
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // it is killed
	}()
	s.t.Cleanup(p.kill)
	return p
}

// kill is kill -9. A process that has ended is no error.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

var listening = regexp.MustCompile(`ready for (?:boxes|clients).*?\["?(127\.0\.0\.1:\d+)`)

// address is where it listens, once it does.
func (p *program) address(s *site) (address string) {
	s.t.Helper()
	await.That(s.t, "a process that listens", func() bool {
		if m := listening.FindStringSubmatch(p.logs.String()); m != nil {
			address = m[1]
		}
		return address != ""
	})
	return address
}

// apart is a gateway as a process of its own, which nobody but its relay knows,
// and a proxy between it and Asterisk.
type apart struct {
	*program
	s     *site
	file  string
	proxy *netfault.Proxy
}

// gatewayFile has the gateway's folder, Asterisk's address and the relay's.
const gatewayFile = `
listen: ["127.0.0.1:0"]
dcmiws_listen: []
agi_listen: ""
capacity: none
data_dir: %q
servers: [{id: 1, name: one, address: %q, users: {%s}}]
tenants: [{id: %s, number: 2, name: 얼쑤팩토리, servers: [1], extensions: ["1010"]}]
operators: [{username: %s, password: %s}]
relay: {url: %q, key: %q, ca_file: %q}
`

// relayFile has the folder of its certificate, the key's hash and the tenant.
const relayFile = `
listen: ["127.0.0.1:0"]
tls: {mode: files, cert: %[1]s/cert.pem, key: %[1]s/cert.key}
data_dir: relay
boxes: [{name: seoul, key_sha256: %[2]q, tenants: [%[3]s]}]
`

// startApart runs a relay, and a gateway behind it.
func (s *site) startApart() *apart {
	s.t.Helper()
	dir := s.t.TempDir()
	write := func(name, text string) (file string) {
		s.t.Helper()
		file = filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
		return file
	}
	key, hash := relay.NewKey()
	front := s.launch("relay", "--config", write("relay.yaml", fmt.Sprintf(relayFile, s.tls, hash, tenantID)))
	s.front = "https://" + front.address(s)
	g := &apart{s: s}
	var err error
	if g.proxy, err = netfault.New(s.asterisk.AMIAddr); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(g.proxy.Close)
	var users []string
	for use, u := range map[string]asteriskconf.User{"events": asterisktest.Events, "calls": asterisktest.Calls, "database": asterisktest.Database} {
		users = append(users, fmt.Sprintf("%s: {username: %s, secret: %s}", use, u.Name, u.Secret))
	}
	g.file = write("dipcast.yaml", fmt.Sprintf(gatewayFile, filepath.Join(dir, "var"), g.proxy.Addr(), strings.Join(users, ", "), tenantID, operator, opsPass,
		s.front, key, filepath.Join(s.tls, "ca.pem")))
	g.start()
	return g
}

// start runs the gateway, again if it ran before, until it reaches Asterisk and its
// relay.
func (g *apart) start() {
	g.s.t.Helper()
	g.program = g.s.launch("serve", "--config", g.file)
	g.s.api = "http://" + g.address(g.s) + "/api/v2"
	await.That(g.s.t, "the links to Asterisk and the relay", func() bool {
		status, raw := g.s.ask("GET", "/health", nil)
		return status == 200 && bytes.Contains(raw, []byte(`"relay":{"up":true`)) && bytes.Contains(raw, []byte(`"healthy":true`))
	})
}

// behindRelay: presses and pages come to the gateway over its relay and in no other
// way, and killing it at any moment loses nothing.
func (s *site) behindRelay() {
	s.app.Stop()
	g := s.startApart()
	s.settle()
	s.listensToPresses()
	s.deskPress()
	s.webPress()
	s.takenBy("uri", s.pressPage, `"uri":"`+s.front+`/dapi/tap/p1`, `"uri":"`+s.front+`/dapi/call/p1`)
	g.killedRinging()
	g.killedTelling()
	for _, d := range s.sandbox.Deliveries() {
		if strings.Contains(string(d.Body), "u-1010") && d.Status != 200 {
			s.t.Errorf("a callback was answered with %d: %v", d.Status, d.Err)
		}
	}
}

// cards are how many messages to somebody since a mark have a text.
func (s *site) cards(user string, mark uint64, text string) (n int) {
	for _, m := range s.messages(user, mark) {
		if strings.Contains(m, text) {
			n++
		}
	}
	return n
}

// killedRinging: the gateway is killed with -9 while NAVER WORKS has not answered
// yet that it has the card, and a press on it is acknowledged and not done. Behind
// the next start the press moves the call, and no card comes twice. The same for a
// press while it is away, which its relay acknowledges.
func (g *apart) killedRinging() {
	s := g.s
	for _, away := range []bool{false, true} {
		mark, before := s.mark(), len(s.sandbox.Deliveries())
		if !away {
			s.sandbox.Fault(workstest.Fault{Op: workstest.OpSendUser, Late: true, Delay: time.Hour}) // of the card alone
		}
		out := s.call(did)
		in := s.next("1010")
		s.message("u-1010", mark, 1)
		if away {
			g.kill()
		} else {
			g.proxy.BlackHole() // Asterisk does not hear of the press
		}
		s.press("u-1010", deskButton)
		await.That(s.t, "the acknowledged press", func() bool {
			all := s.sandbox.Deliveries()
			return len(all) == before+1 && all[before].Status == 200
		})
		g.kill()
		g.proxy.Heal()
		g.start()
		s.atDesk(out, in)
		s.told("u-1010", mark, "사무실 전화기로")
		s.followed("u-1010", mark)
		if n := s.cards("u-1010", mark, mobileButton); n != 1 {
			s.t.Errorf("away %t: %d ring cards", away, n)
		}
	}
}

// killedTelling: it is killed while one notice is at NAVER WORKS and not
// acknowledged, and another is to be sent again. Both are sent behind the next
// start, the first perhaps twice.
func (g *apart) killedTelling() {
	s := g.s
	mark := s.mark()
	out := s.call(teamDID)
	s.next("1010")
	s.next("1013")
	s.message("u-1010", mark, 1)
	s.message("u-1013", mark, 1)
	defer s.sandbox.Fault(workstest.Fault{Op: workstest.OpSendUser, Late: true, Delay: time.Hour})()
	undo := s.sandbox.Fault(workstest.Fault{Op: workstest.OpSendUser, Count: -1, Status: 503})
	asterisktest.Hangup(s.t, out)
	notices := func() (one, two int) {
		return s.cards("u-1010", mark, "부재중 전화"), s.cards("u-1013", mark, "Missed call")
	}
	await.That(s.t, "one notice there and one refused", func() bool {
		one, two := notices()
		all := s.sandbox.Requests(workstest.OpSendUser)
		return one+two == 1 && all[len(all)-1].Status == 503
	})
	g.kill()
	undo()
	first, _ := notices()
	g.start()
	await.That(s.t, "both notices", func() bool {
		one, two := notices()
		return one+two == 3 && one == 1+first
	})
	s.another()
	if one, two := notices(); one != 2+first || two != 3-first {
		s.t.Errorf("%d and %d notices, of two calls", one, two)
	}
	for user, button := range map[string]string{"u-1010": deskButton, "u-1013": deskEnglish} {
		if n := s.cards(user, mark, button); n != 2 {
			s.t.Errorf("%d ring cards at %s, of two calls", n, user)
		}
	}
}

// another has another call rung for nothing and told of, which comes behind all that
// is told of those before.
func (s *site) another() {
	s.t.Helper()
	mark := s.mark()
	out := s.call(teamDID)
	s.next("1010")
	s.message("u-1010", mark, 1)
	s.message("u-1013", mark, 1)
	asterisktest.Hangup(s.t, out)
	s.followed("u-1010", mark)
	s.followed("u-1013", mark)
}
