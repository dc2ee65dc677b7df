package apply

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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

// asks is how often Asterisk is asked what it knows, as long as something is
// missing: a busy machine's console loses part of a line now and then, never the
// same one.
const asks = 4

// known checks that Asterisk knows all that stands in the files.
func (r *reporter) known(ctx context.Context, inst *asteriskproc.Instance) error {
	has := shown{endpoints: map[string]bool{}, contexts: map[string]bool{}, steps: map[string]bool{}}
	var missing []Finding
	for range asks {
		for command, read := range map[string]func(string){"pjsip show endpoints": has.readEndpoints, "dialplan show": has.readDialplan} {
			text, err := inst.CLI(ctx, command)
			if err != nil {
				return err
			}
			read(text)
		}
		if missing = has.missing(r.files); len(missing) == 0 {
			break
		}
	}
	for _, f := range missing {
		r.add(r.locate(f))
	}
	return nil
}

// shown is what Asterisk has said that it knows, all times together.
type shown struct {
	endpoints, contexts map[string]bool
	steps               map[string]bool // extensions.conf:302
}

func (s *shown) readEndpoints(text string) {
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, " Endpoint:  "); ok && !strings.HasPrefix(name, "<") {
			name, _, _ = strings.Cut(name, " ")
			name, _, _ = strings.Cut(name, "/") // the rest is its caller id
			s.endpoints[name] = true
		}
	}
}

// readDialplan takes the steps that Asterisk shows, each with file and line.
func (s *shown) readDialplan(text string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "[ Context '"); ok {
			context, _, _ := strings.Cut(rest, "'")
			s.contexts[context] = true
		}
		if i := strings.LastIndex(line, "["); i >= 0 && strings.HasSuffix(line, "]") {
			s.steps[line[i+1:len(line)-1]] = true
		}
	}
}

// missing compares what was shown with what stands in the files. Of steps it gives
// the first maxFindings.
func (s *shown) missing(files map[string]string) []Finding {
	const pjsip, plan = "etc/pjsip.conf", "etc/extensions.conf"
	var all []Finding
	for _, name := range named(files[pjsip], "endpoint") {
		if !s.endpoints[name] {
			all = append(all, Finding{File: pjsip, Section: name, Text: "Asterisk does not know this endpoint"})
		}
	}
	steps := 0
	for _, section := range sections(files[plan]) {
		if section.line == 0 || section.name == "general" || section.name == "globals" {
			continue
		}
		if !s.contexts[section.name] {
			all = append(all, Finding{File: plan, Line: section.line, Text: "Asterisk does not know this context"})
			continue
		}
		for i, line := range section.lines {
			at := section.line + 1 + i
			key, _ := setting(line)
			if key != "exten" && key != "same" || s.steps[fmt.Sprintf("extensions.conf:%d", at)] {
				continue
			}
			if steps++; steps <= maxFindings {
				all = append(all, Finding{File: plan, Line: at, Text: "Asterisk does not know this step"})
			}
		}
	}
	return all
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
