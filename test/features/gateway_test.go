package features_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/config"
)

// logs is what the gateway logged.
type logs struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *logs) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// gateway runs one with a link to the Asterisk. Recordings stay where they are: its
// configuration names no folder of them.
func (s *shared) gateway(t *testing.T) {
	t.Helper()
	c, err := config.Parse(fmt.Appendf(nil, `
data_dir: %s
listen: ["127.0.0.1:0"]
dcmiws_listen: []
agi_listen: ""
servers: [{id: 1, name: lab, address: "%s", username: %s, secret: "%s"}]
tenants:
  - {id: %s, number: 2, name: two, servers: [1], extensions: ["1302", "1310", "1311"]}
  - {id: %s, number: 10, name: ten, servers: [1], extensions: ["1110"]}
operators: [{username: ops, password: ops-password}]
`, t.TempDir(), s.server.AMIAddr, asterisktest.All.Name, asterisktest.All.Secret, tenant2, tenant10), config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	said := &logs{}
	a := app.New(app.Options{
		Config: c, Version: "test", Logger: slog.New(slog.NewTextHandler(said, nil)), Uncounted: true,
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}),
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		a.Stop()
		if t.Failed() {
			t.Logf("the gateway logged:\n%s", said.text())
		}
	})
	await.That(t, "the gateway's link", func() bool { return a.Pool().Servers()[0].Up() })
}
