package asteriskconf_test

import (
	"errors"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/asteriskconf"
)

var update = flag.Bool("update", false, "write the golden files anew")

// input has two tenants, one of them the main one without prefix, and all that
// can be set.
func input() asteriskconf.Input {
	return asteriskconf.Input{
		Dirs: asteriskconf.Dirs{Base: "/srv/asterisk", Modules: "/tree/modules", Data: "/tree/data"},
		AMI: asteriskconf.AMI{Port: 5038, Permit: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.2.3/24")}, Users: asteriskconf.Users{
			Events:   asteriskconf.User{Name: "events", Secret: "e;1"},
			Calls:    asteriskconf.User{Name: "calls", Secret: "c2"},
			Database: asteriskconf.User{Name: "database", Secret: "d3"},
		}},
		AGI:    asteriskconf.AGI{Address: "127.0.0.1:4573", Server: 1},
		SIP:    asteriskconf.SIP{Port: 5060, RTPFirst: 20000, RTPLast: 20199, QualifySeconds: 60},
		Trunks: []asteriskconf.Trunk{{ID: 1, Host: "127.0.0.1", Port: 5070}, {ID: 11, Host: "::1", Port: 5080}},
		Tenants: []asteriskconf.Tenant{
			{
				ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리",
				Extensions: []asteriskconf.Extension{
					{Number: "1013", Secret: "s3;cret", Name: `지화자 "x" <1>;`, RingSeconds: 20},
					{Number: "1010", Secret: "secret", Name: "홍길동"},
				},
				DIDs:    map[string]string{"07045805605": "1010", "07045144801": "1013"},
				Numbers: []string{"16682471", "16662471"},
				Trunks:  []int{11, 1},
				Lines:   4,
			},
			{
				ID: "0123456789abcdef", Number: 1, Main: true, Name: "Main",
				Extensions:    []asteriskconf.Extension{{Number: "100", Secret: "secret"}},
				Numbers:       []string{"0212345678"},
				Trunks:        []int{1},
				Outbound:      []string{"_0X."},
				International: true, Premium: true,
			},
		},
	}
}

func TestRenderGolden(t *testing.T) {
	files, err := asteriskconf.Render(input())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"asterisk.conf", "manager.conf", "pjsip.conf", "extensions.conf", "rtp.conf"} {
		golden := filepath.Join("testdata", name)
		got := files["etc/"+name]
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s (run with -update if it is meant):\n%s", name, d)
		}
	}
	again, err := asteriskconf.Render(input())
	if d := cmp.Diff(files, again); err != nil || d != "" {
		t.Errorf("not the same twice: %v\n%s", err, d)
	}
}

// TestEveryContextIsMarked: events are attributed by contexts, so each one of a
// tenant carries its marker, and each that is gone to is written.
func TestEveryContextIsMarked(t *testing.T) {
	in := input()
	in.Tenants = in.Tenants[:1]
	files, err := asteriskconf.Render(in)
	if err != nil {
		t.Fatal(err)
	}
	plan := files["etc/extensions.conf"]
	written := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\[([^\]]+)\]`).FindAllStringSubmatch(plan, -1) {
		if written[m[1]] {
			t.Errorf("[%s] is written twice", m[1])
		}
		written[m[1]] = true
	}
	for name := range written {
		shared := name == "general" || name == "globals" || name == "sub-custom-numbers" || strings.HasPrefix(name, "trk-")
		if !shared && !strings.HasPrefix(name, "T2_") {
			t.Errorf("[%s] has no marker", name)
		}
	}
	for _, m := range regexp.MustCompile(`(?:Gosub|Goto|include => |DIALPLAN_EXISTS)\(?([A-Za-z][\w-]+)[,\n]`).FindAllStringSubmatch(plan, -1) {
		if !written[m[1]] && m[1] != "cause" {
			t.Errorf("%s goes to [%s], which is not written", strings.TrimSpace(m[0]), m[1])
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(in *asteriskconf.Input)
		want   string
	}{
		{"version", func(in *asteriskconf.Input) { in.Version = 18 }, "version 18"},
		{"relative folder", func(in *asteriskconf.Input) { in.Dirs.Base = "x" }, "folder Base"},
		{"comment in a folder", func(in *asteriskconf.Input) { in.Dirs.Data = "/a;b" }, "folder Data"},
		{"no AMI port", func(in *asteriskconf.Input) { in.AMI.Port = 0 }, "AMI port"},
		{"AMI address", func(in *asteriskconf.Input) { in.AMI.Address = "localhost" }, "AMI address"},
		{"AMI user", func(in *asteriskconf.Input) { in.AMI.Users.Calls.Name = "a]\n[b" }, "AMI user"},
		{"general", func(in *asteriskconf.Input) { in.AMI.Users.Calls.Name = "general" }, "AMI user"},
		{"AMI user twice", func(in *asteriskconf.Input) { in.AMI.Users.Calls.Name = "events" }, "named twice"},
		{"AMI secret", func(in *asteriskconf.Input) { in.AMI.Users.Calls.Secret = "x\nwrite=all" }, "line break"},
		{"no AMI secret", func(in *asteriskconf.Input) { in.AMI.Users.Calls.Secret = "" }, "no secret"},
		{"blank around a secret", func(in *asteriskconf.Input) { in.Tenants[0].Extensions[0].Secret = " x" }, "blank"},
		{"RTP range", func(in *asteriskconf.Input) { in.SIP.RTPLast = 20000 }, "no range"},
		{"AGI address", func(in *asteriskconf.Input) { in.AGI.Address = "127.0.0.1:4573/x,1" }, "AGI address"},
		{"AGI host name", func(in *asteriskconf.Input) { in.AGI.Address = "localhost:4573" }, "AGI address"},
		{"AGI server", func(in *asteriskconf.Input) { in.AGI.Server = 0 }, "AGI"},
		{"negative lines", func(in *asteriskconf.Input) { in.Tenants[0].Lines = -1 }, "lines cannot be negative"},
		{"trunk twice", func(in *asteriskconf.Input) { in.Trunks[1].ID = 1 }, "used twice"},
		{"trunk host", func(in *asteriskconf.Input) { in.Trunks[0].Host = "a b" }, "not an IP address"},
		{"module", func(in *asteriskconf.Input) { in.Modules = []string{"../x"} }, "module"},
		{"tenant id", func(in *asteriskconf.Input) { in.Tenants[0].ID = "x/y" }, "16 hexadecimal"},
		{"tenant id twice", func(in *asteriskconf.Input) { in.Tenants[0].ID = in.Tenants[1].ID }, "used twice"},
		{"tenant number twice", func(in *asteriskconf.Input) { in.Tenants[0].Number = 1 }, "used twice"},
		{"main is not 1", func(in *asteriskconf.Input) { in.Tenants[0].Main = true }, "main tenant"},
		{"unknown trunk", func(in *asteriskconf.Input) { in.Tenants[0].Trunks = []int{7} }, "no trunk 7"},
		{"pattern", func(in *asteriskconf.Input) { in.Tenants[0].Outbound = []string{"_0X.,1,System(x)"} }, "outbound pattern"},
		{"number", func(in *asteriskconf.Input) { in.Tenants[0].Numbers = []string{"1,1"} }, "not 3 to 20 digits"},
		{"number of another", func(in *asteriskconf.Input) { in.Tenants[0].Numbers = []string{"0212345678"} }, "belongs to tenant 1"},
		{"DID to nowhere", func(in *asteriskconf.Input) { in.Tenants[0].DIDs["0700000000"] = "1099" }, "not there"},
		{"DID that is an extension", func(in *asteriskconf.Input) { in.Tenants[0].DIDs["1010"] = "1010" }, "also one of its numbers"},
		{"extension", func(in *asteriskconf.Input) { in.Tenants[0].Extensions[0].Number = "10a" }, `extension "10a"`},
		{"emergency number as extension", func(in *asteriskconf.Input) { in.Tenants[0].Extensions[0].Number = "119" }, "emergency"},
		{"extension twice", func(in *asteriskconf.Input) { in.Tenants[0].Extensions[0].Number = "1010" }, "there twice"},
		{"extension without secret", func(in *asteriskconf.Input) { in.Tenants[0].Extensions[0].Secret = "" }, "no secret"},
		{"name with a line break", func(in *asteriskconf.Input) { in.Tenants[0].Extensions[0].Name = "a\nb" }, "line break"},
		{"own number of another", func(in *asteriskconf.Input) { in.Tenants[0].Extensions[0].OwnNumber = "0212345678" }, "none of the tenant's"},
		{"negative ring", func(in *asteriskconf.Input) { in.Tenants[0].Extensions[0].RingSeconds = -1 }, "negative"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := input()
			tt.change(&in)
			files, err := asteriskconf.Render(in)
			if !errors.Is(err, asteriskconf.ErrInput) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if files != nil {
				t.Error("files are given with an error")
			}
			if strings.Contains(err.Error(), "7be69580e27641df") || strings.Contains(err.Error(), "0212345678") {
				t.Errorf("the error tells an id or a number: %v", err)
			}
		})
	}
}

// FuzzRender: whatever names and secrets people choose, a file gets no line
// from them, and no comment.
func FuzzRender(f *testing.F) {
	for _, s := range []string{"홍길동", `";]`, "a\nb=c", "\x00", `\;`, "<1>", "${SHELL(x)}", " x", "#exec id"} {
		f.Add(s, s)
	}
	plain, err := asteriskconf.Render(input())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, secret string) {
		in := input()
		in.Tenants[0].Extensions[0].Name = name
		in.Tenants[0].Extensions[0].Secret = secret
		in.AMI.Users.Calls.Secret = secret
		files, err := asteriskconf.Render(in)
		if err != nil {
			return
		}
		for path, text := range files {
			if strings.Count(text, "\n") != strings.Count(plain[path], "\n") {
				t.Errorf("%s has other lines than without", path)
			}
		}
	})
}
