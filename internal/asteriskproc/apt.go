package asteriskproc

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// keyrings are the places of the keys that Debian signs its archive with.
var keyrings = []string{
	"/usr/share/keyrings/debian-archive-keyring.pgp",
	"/usr/share/keyrings/debian-archive-keyring.gpg",
}

// apt is a private apt: its lists, cache and status live in one folder, so the
// host's own package state is neither read nor written. The host's apt
// configuration (a proxy, say) still applies where we do not set it.
type apt struct {
	dir string
}

// newApt prepares a private apt in dir that knows one suite of one mirror.
// pins holds the versions wished for; a version the mirror no longer has is
// silently the newest (that is how apt reads a pin).
func newApt(dir, uri, suite string, pins map[string]string) (*apt, error) {
	signed := ""
	for _, k := range keyrings {
		if _, err := os.Stat(k); err == nil {
			signed = "Signed-By: " + k + "\n"
			break
		}
	}
	var pref strings.Builder
	for _, name := range sortedKeys(pins) {
		fmt.Fprintf(&pref, "Package: %s\nPin: version %s\nPin-Priority: 1001\n\n", name, pins[name])
	}
	files := map[string]string{
		"status":              "",
		"sources.d/1.sources": "Types: deb\nURIs: " + uri + "\nSuites: " + suite + "\nComponents: main\n" + signed,
		"preferences.d/pins":  pref.String(),
		"apt.conf": fmt.Sprintf(`Dir::State %[1]q;
Dir::State::status "%[1]s/status";
Dir::Cache %[1]q;
Dir::Cache::archives "%[1]s/archives/";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "%[1]s/sources.d/";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "%[1]s/preferences.d/";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
APT::Default-Release "";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::Retries "3";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
`, dir),
	}
	for _, d := range []string{"lists/partial", "archives/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return nil, fmt.Errorf("private apt state: %w", err)
		}
	}
	if err := WriteFiles(dir, files); err != nil {
		return nil, fmt.Errorf("private apt state: %w", err)
	}
	return &apt{dir: dir}, nil
}

// update fetches the list of packages. An error wraps ErrUnavailable.
func (a *apt) update(ctx context.Context) error {
	return a.run(ctx, nil, "update")
}

// download fetches the packages and all they need into archives, and calls
// progress with percent and what is being fetched.
func (a *apt) download(ctx context.Context, packages []string, progress func(percent int, what string)) error {
	return a.run(ctx, progress, append([]string{"--download-only", "--yes", "install"}, packages...)...)
}

// archives lists the package files fetched.
func (a *apt) archives() ([]string, error) {
	return filepath.Glob(filepath.Join(a.dir, "archives", "*.deb"))
}

func (a *apt) run(ctx context.Context, progress func(int, string), args ...string) error {
	full := []string{"-q", "-c", filepath.Join(a.dir, "apt.conf")}
	read, write, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("apt-get: %w", err)
	}
	defer read.Close()
	full = append(full, "-o", "APT::Status-Fd=3") // file descriptor 3 is ExtraFiles[0]
	cmd := exec.CommandContext(ctx, "apt-get", append(full, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
	cmd.ExtraFiles = []*os.File{write}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	dieWithUs(cmd)
	if err := cmd.Start(); err != nil {
		write.Close()
		return fmt.Errorf("apt-get: %w", err)
	}
	write.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		readStatus(bufio.NewScanner(read), progress)
	}()
	err = cmd.Wait()
	<-done
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return aptError(args[0], out.String(), err)
}

// readStatus understands the lines "dlstatus:item:percent:text" that apt writes
// while it fetches.
func readStatus(lines *bufio.Scanner, progress func(int, string)) {
	for lines.Scan() {
		f := strings.SplitN(lines.Text(), ":", 4)
		if progress == nil || len(f) < 4 || f[0] != "dlstatus" {
			continue
		}
		if p, err := strconv.ParseFloat(f[2], 64); err == nil {
			progress(int(p), f[3])
		}
	}
}

// aptError turns what apt printed into one error that says what to do.
func aptError(verb, out string, err error) error {
	var lines []string
	for l := range strings.Lines(out) {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "E:") || strings.HasPrefix(l, "W:") {
			lines = append(lines, l)
		}
	}
	if len(lines) > 3 {
		lines = lines[:3]
	}
	said := strings.Join(lines, " ")
	switch {
	case strings.Contains(out, "No space left on device"):
		return fmt.Errorf("apt-get %s: %w: %s", verb, ErrDiskSpace, said)
	case strings.Contains(out, "does not have a Release file"):
		return fmt.Errorf("apt-get %s: %w: %w: %s", verb, ErrUnavailable, errNoSuite, said)
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		said += " " + err.Error()
	}
	return fmt.Errorf("apt-get %s: %w: %s", verb, ErrUnavailable, said)
}

// errNoSuite reports a mirror that does not carry the suite (any more).
var errNoSuite = errors.New("the mirror does not carry this suite")
