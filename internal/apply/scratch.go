package apply

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// ScratchOptions says where new files are tried out.
type ScratchOptions struct {
	Tree *asteriskproc.Tree // the program, the same as the server's. Required.
	// Dir is the server's folder: what was added by hand is taken from there.
	Dir string
	// TempDir is where the scratch Asterisk's folder is made; the path must be
	// short, see asteriskproc.RunOptions. "" means /tmp.
	TempDir string
	// Timeout bounds a whole try. Zero means a minute.
	Timeout time.Duration
}

// Scratch gives the Check of Options: it starts an Asterisk of its own on a
// changed copy of the files, and wants that it boots, logs no warning and no
// error, and knows every endpoint, context and step of the dialplan.
//
// Nothing of it is seen from outside: every transport and AMI are on free ports
// of 127.0.0.1, which no packet leaves the machine from; registrations go to a
// port there at which nobody listens; nobody is probed. Names of hosts are
// looked up as the server itself would.
func Scratch(o ScratchOptions) func(ctx context.Context, files map[string]string) error {
	if o.TempDir == "" {
		o.TempDir = "/tmp"
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	return func(ctx context.Context, files map[string]string) error {
		ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("the scratch Asterisk was not done after %v", o.Timeout))
		defer cancel()
		findings, err := try(ctx, o, files)
		if err != nil {
			return fmt.Errorf("try the new files out: %w", err)
		}
		if len(findings) > 0 {
			return &RefusedError{findings}
		}
		return nil
	}
}

// try runs the files and gives what is wrong with them; err is about the trial
// itself.
func try(ctx context.Context, o ScratchOptions, files map[string]string) ([]Finding, error) {
	dir, err := os.MkdirTemp(o.TempDir, "dca")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // in the temporary folder, it is in nobody's way
	c := &scratchCopy{dir: dir, server: o.Dir}
	defer c.ports.Close() // behind inst.Stop
	copies, err := c.of(files)
	if err != nil {
		return nil, err
	}
	if err := asteriskproc.WriteFiles(dir, copies); err != nil {
		return nil, err
	}
	inst, err := asteriskproc.Start(ctx, asteriskproc.RunOptions{
		Tree: o.Tree, Dir: dir, ReadyTimeout: o.Timeout / 2, StopTimeout: 5 * time.Second,
	})
	r := &reporter{copy: c, files: files, secrets: secrets(copies)}
	if err != nil {
		r.log(filepath.Join(dir, "log", "messages"))
		r.log(filepath.Join(dir, "log", "console"))
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if len(r.findings) == 0 {
			r.add(Finding{Text: firstLine(err.Error())})
		}
		return r.findings, nil
	}
	defer inst.Stop()
	unknown := &reporter{copy: c, files: files, secrets: r.secrets}
	if err := unknown.known(ctx, inst); err != nil {
		return nil, err
	}
	inst.Stop()
	r.log(inst.LogPath())
	if len(r.findings) == 0 { // else it is known why
		r.findings = unknown.findings
	}
	return r.findings, nil
}

// known checks that Asterisk knows all that stands in the files.
func (r *reporter) known(ctx context.Context, inst *asteriskproc.Instance) error {
	shown, err := inst.CLI(ctx, "pjsip show endpoints")
	if err != nil {
		return err
	}
	var there []string
	for line := range strings.Lines(shown) {
		if name, ok := strings.CutPrefix(line, " Endpoint:  "); ok && !strings.HasPrefix(name, "<") {
			name, _, _ = strings.Cut(name, " ")
			name, _, _ = strings.Cut(name, "/") // the rest is its caller id
			there = append(there, name)
		}
	}
	for _, name := range named(r.files["etc/pjsip.conf"], "endpoint") {
		if !slices.Contains(there, name) {
			r.add(r.locate(Finding{File: "etc/pjsip.conf", Section: name, Text: "Asterisk does not know this endpoint"}))
		}
	}
	plan, err := inst.CLI(ctx, "dialplan show")
	if err != nil {
		return err
	}
	r.dialplan(plan)
	return nil
}

// dialplan compares the steps that Asterisk shows, each with file and line,
// with those that stand in extensions.conf.
func (r *reporter) dialplan(shown string) {
	const name = "etc/extensions.conf"
	known := map[string]bool{}
	contexts := map[string]bool{}
	for line := range strings.Lines(shown) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "[ Context '"); ok {
			context, _, _ := strings.Cut(rest, "'")
			contexts[context] = true
		}
		if i := strings.LastIndex(line, "["); i >= 0 && strings.HasSuffix(line, "]") {
			known[line[i+1:len(line)-1]] = true // extensions.conf:302
		}
	}
	missing := 0
	for _, s := range sections(r.files[name]) {
		if s.line == 0 || s.name == "general" || s.name == "globals" {
			continue
		}
		if !contexts[s.name] {
			r.add(r.locate(Finding{File: name, Line: s.line, Text: "Asterisk does not know this context"}))
			continue
		}
		for i, line := range s.lines {
			key, _ := setting(line)
			if key != "exten" && key != "same" || known[fmt.Sprintf("extensions.conf:%d", s.line+1+i)] {
				continue
			}
			if missing++; missing <= maxFindings {
				r.add(r.locate(Finding{File: name, Line: s.line + 1 + i, Text: "Asterisk does not know this step"}))
			}
		}
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
