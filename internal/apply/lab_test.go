package apply_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/apply"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// lab is a running Asterisk with an applier on its files.
type lab struct {
	t       *testing.T
	server  *asterisktest.Server
	in      asteriskconf.Input // as described now
	applier *apply.Applier
}

// describe gives a company with two phones and a trunk.
func describe(version int) asteriskconf.Input {
	return asteriskconf.Input{
		Version: version,
		Trunks:  []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: 9}},
		Companies: []company.Company{{
			ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리",
			Extensions: []company.Extension{ext("1010"), ext("1013")},
			DIDs:       []company.DID{{Number: "07045805605", To: company.Ext("1010")}},
		}},
	}
}

func ext(number string) company.Extension {
	return company.Extension{Number: number, Devices: company.Phone("secret-of-" + number), Name: "내선 " + number, RingSeconds: 5}
}

func newLab(t *testing.T, version int, tune func(*apply.Options)) *lab {
	t.Helper()
	l := &lab{t: t, server: asterisktest.Start(t, describe(version))}
	l.in = l.server.Input
	o := apply.Options{
		Dir: l.in.Dirs.Base,
		AMI: ami.Options{Address: l.server.AMIAddr, Username: asterisktest.Database.Name, Secret: asterisktest.Database.Secret},
	}
	if tune != nil {
		tune(&o)
	}
	l.applier = apply.New(o)
	return l
}

// tenant is the company as described.
func (l *lab) tenant() *company.Company { return &l.in.Companies[0] }

func (l *lab) render() map[string]string {
	l.t.Helper()
	files, err := asteriskconf.Render(l.in)
	if err != nil {
		l.t.Fatal(err)
	}
	return files
}

func (l *lab) ctx() context.Context {
	ctx, cancel := context.WithTimeout(l.t.Context(), 60*time.Second)
	l.t.Cleanup(cancel)
	return ctx
}

// apply applies the description and wants no error.
func (l *lab) apply() *apply.Result {
	l.t.Helper()
	r, err := l.applier.Apply(l.ctx(), l.render(), apply.Order{By: "test"})
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

// cli asks the running Asterisk.
func (l *lab) cli(command string) string {
	l.t.Helper()
	out, err := l.server.CLI(l.ctx(), command)
	if err != nil {
		l.t.Fatal(err)
	}
	return out
}

func (l *lab) write(name, text string) {
	l.t.Helper()
	path := filepath.Join(l.in.Dirs.Base, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
}

// files are all of etc by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	found, err := filepath.Glob(filepath.Join(dir, "etc", "*.conf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out["etc/"+filepath.Base(p)] = string(text)
	}
	return out
}

// phone registers a phone.
func (l *lab) phone(number string) *sipphone.Phone {
	l.t.Helper()
	n, err := strconv.Atoi(number)
	if err != nil {
		l.t.Fatal(err)
	}
	p, err := sipphone.New(sipphone.Options{
		Server: l.server.SIPAddr, User: "T2_" + number, Password: "secret-of-" + number, Tone: 400 + n%100*10,
		Behaviour: sipphone.Answer(0),
	})
	if err != nil {
		l.t.Fatal(err)
	}
	if err := p.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { p.Close() })
	if err := p.Register(l.ctx()); err != nil {
		l.t.Fatalf("register %s: %v", number, err)
	}
	return p
}

// network answers number behind a trunk's port.
func (l *lab) network(port int, number string) *sipphone.Network {
	l.t.Helper()
	n, err := sipphone.NewNetwork(sipphone.NetworkOptions{
		Listen: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Server: l.server.SIPAddr,
		Numbers: map[string]sipphone.Number{number: {Tone: 1000}},
	})
	if err != nil {
		l.t.Fatal(err)
	}
	if err := n.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { n.Close() })
	return n
}

// talk checks that both ends hear each other now, by tones they did not send
// before.
func (l *lab) talk(a, b *sipphone.Call, hz int) {
	l.t.Helper()
	a.SetTone(hz)
	b.SetTone(hz + 200)
	if err := b.WaitTone(l.ctx(), hz); err != nil {
		l.t.Errorf("the called end: %v", err)
	}
	if err := a.WaitTone(l.ctx(), hz+200); err != nil {
		l.t.Errorf("the calling end: %v", err)
	}
}

func contains(t *testing.T, what, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("%s has no %q:\n%s", what, part, text)
	}
}
