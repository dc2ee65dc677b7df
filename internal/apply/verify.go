package apply

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// verify reads back whether Asterisk has loaded what the plan wants.
func (a *Applier) verify(ctx context.Context, l *link, p *Plan, logged *logTail) error {
	for _, s := range p.Steps {
		var err error
		switch {
		case s.Do == stepLoad:
			err = l.moduleThere(ctx, s.Module)
		case s.Module == "pbx_config":
			err = p.verifyMark(ctx, l, "etc/extensions.conf", func(digest string) (string, string) {
				return "DIALPLAN_EXISTS(" + Revision + "," + digest + ",1)", "1"
			})
		case s.Module == "res_pjsip":
			if err = p.verifyMark(ctx, l, "etc/pjsip.conf", func(digest string) (string, string) {
				return "PJSIP_AOR(" + Revision + ",mailboxes)", digest
			}); err == nil {
				err = p.verifyEndpoints(ctx, l, filepath.Join(a.o.Dir, "etc"))
			}
		}
		if err != nil {
			return err
		}
	}
	if lines := logged.complaints(); len(lines) > 0 {
		return fmt.Errorf("asterisk complains: %s", withoutSecrets(strings.Join(lines, "; "), secrets(p.wanted)))
	}
	return nil
}

// verifyMark reads the mark of a file.
func (p *Plan) verifyMark(ctx context.Context, l *link, name string, of func(digest string) (variable, want string)) error {
	if p.wanted[name] == "" {
		return nil
	}
	variable, want := of(p.digests[name])
	got, err := l.read(ctx, variable)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("%s was not loaded: %s is %q", name, variable, got)
	}
	return nil
}

// verifyEndpoints checks that all endpoints are there and removed ones gone.
func (p *Plan) verifyEndpoints(ctx context.Context, l *link, etc string) error {
	const name = "etc/pjsip.conf"
	there, err := l.endpoints(ctx)
	if err != nil {
		return err
	}
	wanted := named(p.wanted[name], "endpoint")
	for _, n := range wanted {
		if !there[n] {
			return fmt.Errorf("%s: endpoint %s was not loaded", name, n)
		}
	}
	var byHand []string
	for _, f := range included(etc, p.wanted[name]) {
		byHand = append(byHand, named(f.text, "endpoint")...)
	}
	for _, n := range named(p.before[name], "endpoint") {
		if there[n] && !slices.Contains(wanted, n) && !slices.Contains(byHand, n) {
			return fmt.Errorf("%s: endpoint %s is still there", name, n)
		}
	}
	return nil
}

// logTail is what Asterisk logs from now on.
type logTail struct {
	path string
	from int64
}

// maxTail bounds how much of the log is looked at.
const maxTail = 4 << 20

// tailLog remembers the end of the log that Asterisk writes now. Without one
// nothing is looked at.
func (a *Applier) tailLog() *logTail {
	t := &logTail{path: filepath.Join(a.o.Dir, "log", "messages")}
	if info, err := os.Stat(t.path); err == nil {
		t.from = info.Size()
	}
	return t
}

// readers are the source files of Asterisk whose complaints are about what it
// reads. Others may complain of calls and of the network at the same time.
var readers = []string{
	"config.c", "config_options.c", "sorcery.c", "res_sorcery_config.c", "pbx_config.c", "loader.c",
	"location.c", "config_auth.c", "config_transport.c", "config_global.c", "config_system.c", "pjsip_configuration.c",
}

// complaints are warnings and errors about what was read since.
func (t *logTail) complaints() []string {
	f, err := os.Open(t.path)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // only read
	if info, err := f.Stat(); err != nil || info.Size() < t.from {
		t.from = 0 // rotated
	}
	body, err := io.ReadAll(io.NewSectionReader(f, t.from, maxTail))
	if err != nil {
		return nil
	}
	var out []string
	for line := range bytes.Lines(body) {
		if l, ok := parseLog(string(line)); ok && l.bad() && slices.Contains(readers, base(l.source)) {
			out = append(out, l.text)
		}
	}
	return out
}
