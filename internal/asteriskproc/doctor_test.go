package asteriskproc_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
)

const did = "07045805605"

// company is a small one for tests that need a running Asterisk.
func companyInput(version int) asteriskconf.Input {
	return asteriskconf.Input{
		Version: version, AGI: asteriskconf.AGI{Address: "127.0.0.1:4573", Server: 1},
		Trunks: []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: 5999}},
		Companies: []company.Company{{
			ID: "7be69580e27641df", Number: 2,
			Extensions: []company.Extension{{Number: "1010", Devices: company.Phone("secret")}},
			DIDs:       company.DIDs(map[string]string{did: "1010"}),
		}},
	}
}

func credentials(u asteriskconf.User) asteriskproc.Credentials {
	return asteriskproc.Credentials{Username: u.Name, Secret: u.Secret}
}

// options looks at s with the three users that package asterisktest makes.
func options(s *asterisktest.Server) asteriskproc.DoctorOptions {
	return asteriskproc.DoctorOptions{
		Address: s.AMIAddr, Commands: true, Asks: true,
		Events:   credentials(asterisktest.Events),
		Calls:    credentials(asterisktest.Calls),
		Database: credentials(asterisktest.Database),
		Tenants:  []asteriskproc.DoctorTenant{{Prefix: "T2_", DIDs: []string{did}}},
	}
}

func examine(t *testing.T, o asteriskproc.DoctorOptions) []asteriskproc.Finding {
	t.Helper()
	findings, err := asteriskproc.Doctor(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.What.Ko == "" || f.What.En == "" || (f.Level == asteriskproc.LevelError && (f.Mend.Ko == "" || f.Mend.En == "")) {
			t.Errorf("a finding says too little: %+v", f)
		}
		if strings.Contains(fmt.Sprint(f), "%!") {
			t.Errorf("a finding is badly formed: %+v", f)
		}
	}
	return findings
}

// expect checks that the findings that are not ok are exactly those given, as
// "level check words of the English text".
func expect(t *testing.T, findings []asteriskproc.Finding, want ...string) {
	t.Helper()
	var got []string
	for _, f := range findings {
		if f.Level != asteriskproc.LevelOK {
			got = append(got, fmt.Sprintf("%s %s %s", f.Level, f.Check, f.What.En))
		}
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("findings:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestDoctorHealthy(t *testing.T) {
	s := asterisktest.Start(t, companyInput(22))
	findings := examine(t, options(s))
	expect(t, findings)
	if !asteriskproc.Healthy(findings) || len(findings) < 9 {
		t.Errorf("findings: %+v", findings)
	}
}

func TestDoctorOldVersion(t *testing.T) {
	s := asterisktest.Start(t, companyInput(16))
	findings := examine(t, options(s))
	expect(t, findings, "warning version Asterisk 16.28.0")
	if !asteriskproc.Healthy(findings) {
		t.Error("a warning is no error")
	}
}

func TestDoctorFindsWhatIsMissing(t *testing.T) {
	s := asterisktest.Start(t, companyInput(22))
	tests := []struct {
		name   string
		change func(o *asteriskproc.DoctorOptions)
		want   []string
	}{
		{"users in the wrong place", func(o *asteriskproc.DoctorOptions) { o.Events, o.Calls, o.Database = o.Calls, o.Database, o.Events }, []string{
			"error rights AMI user database (calls) may not send: Originate, Redirect, Setvar",
			"warning rights AMI user database (calls) may not send: Atxfer",
			"error rights AMI user events (database) may not send: DBPut, DBDel, Command",
			"warning rights AMI user events (database) may not send: ModuleCheck, PJSIPShowEndpoints",
			"warning rights AMI user database, which places calls, has the class system",
			"error events AMI user calls gets no events of: agent, user, cdr, dialplan",
		}},
		{"one user for all", func(o *asteriskproc.DoctorOptions) {
			all := credentials(asterisktest.All)
			o.Events, o.Calls, o.Database = all, all, all
		}, []string{"warning rights AMI user all, which places calls"}},
		{"a wrong secret", func(o *asteriskproc.DoctorOptions) { o.Calls.Secret = "wrong" }, []string{
			"error link The login of AMI user calls (calls) is refused.",
		}},
		{"nothing listens", func(o *asteriskproc.DoctorOptions) {
			o.Address = fmt.Sprintf("127.0.0.1:%d", asterisktest.Port(t))
		}, []string{"error link 127.0.0.1:"}},
		{"another tenant", func(o *asteriskproc.DoctorOptions) {
			o.Tenants = []asteriskproc.DoctorTenant{{Prefix: "T3_", DIDs: []string{"07000000000"}}}
		}, []string{
			"error context Contexts that the dialplan lacks: T3_cos-all, T3_click-to-call",
			"error did T3_cos-all: 1 DIDs are in no context",
			"warning limits The dialplan does not ask the gateway: T3_to-network",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options(s)
			tt.change(&o)
			expect(t, examine(t, o), tt.want...)
		})
	}
}

func TestDoctorMissingModules(t *testing.T) {
	s := asterisktest.Start(t, companyInput(22))
	for _, m := range []string{"func_devstate.so", "cdr_manager.so"} {
		if _, err := s.CLI(t.Context(), "module unload "+m); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, examine(t, options(s)),
		"error module Modules that are not loaded: func_devstate",
		"warning module Modules that are not loaded: cdr_manager")
}

// TestInstanceLife: stop, restart and crash; the AMI port answers in between.
func TestInstanceLife(t *testing.T) {
	s := asterisktest.Start(t, companyInput(22))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	first := s.PID()
	if first == 0 {
		t.Fatal("no process")
	}
	if out, err := s.CLI(ctx, "core show version"); err != nil || !strings.Contains(out, "Asterisk 22") {
		t.Errorf("CLI: %q, %v", out, err)
	}
	done := s.Done()
	s.Stop()
	<-done
	s.Stop() // twice is harmless
	if s.PID() != 0 {
		t.Error("stopped, but has a process")
	}
	if _, err := s.CLI(ctx, "core show version"); err == nil {
		t.Error("a stopped Asterisk answers")
	}
	if err := s.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	if s.PID() == first || s.PID() == 0 {
		t.Errorf("process %d after %d", s.PID(), first)
	}
	done = s.Done()
	s.Kill()
	<-done
	if err := s.Restart(ctx); err != nil {
		t.Fatalf("restart after a crash: %v", err)
	}
	expect(t, examine(t, options(s)))
}

// TestStartSaysWhy: a broken configuration gives an error with Asterisk's own
// last words, and leaves no process.
func TestStartSaysWhy(t *testing.T) {
	tree := asterisktest.Tree(t, asteriskproc.Asterisk22)
	dir, err := os.MkdirTemp("", "ast") //nolint:usetesting // too long a path for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	start := func(dir string) error {
		i, err := asteriskproc.Start(t.Context(), asteriskproc.RunOptions{Tree: tree, Dir: dir})
		if err == nil {
			i.Stop()
		}
		return err
	}
	if err := start(dir); err == nil || !strings.Contains(err.Error(), "asterisk.conf") {
		t.Errorf("without configuration: %v", err)
	}
	if err := start("relative"); err == nil || !strings.Contains(err.Error(), "not absolute") {
		t.Errorf("relative folder: %v", err)
	}
	long := filepath.Join(dir, strings.Repeat("x", 100))
	if err := start(long); err == nil || !strings.Contains(err.Error(), "shorter folder") {
		t.Errorf("long folder: %v", err)
	}
	in := companyInput(22)
	in.Dirs = asteriskconf.Dirs{Base: dir, Modules: tree.ModulesDir(), Data: tree.DataDir()}
	in.AMI.Port, in.SIP.Port, in.SIP.RTPFirst, in.SIP.RTPLast = asterisktest.Port(t), asterisktest.Port(t), 30000, 30100
	files, err := asteriskconf.Render(in)
	if err != nil {
		t.Fatal(err)
	}
	files["etc/modules.conf"] = "[modules]\nautoload=no\nrequire=no_such_module.so\n"
	if err := asteriskproc.WriteFiles(dir, files); err != nil {
		t.Fatal(err)
	}
	if err := start(dir); err == nil || !strings.Contains(err.Error(), "no_such_module") {
		t.Errorf("missing module: %v", err)
	}
}
