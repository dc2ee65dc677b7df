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
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/tenant"
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
		Trunks: []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: 5070}, {ID: 11, Host: "::1", Port: 5080}, registering()},
		Companies: []company.Company{
			{
				ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리",
				Extensions: []company.Extension{
					{Number: "1013", Devices: company.Phone("s3;cret"), Name: `지화자 "x" <1>;`, RingSeconds: 20},
					{Number: "1010", Devices: company.Phone("secret"), Name: "홍길동"},
				},
				DIDs:    company.DIDs(map[string]string{"07045805605": "1010", "07045144801": "1013"}),
				Numbers: []string{"16682471", "16662471"},
				Routes:  []company.Route{{Trunks: []int{11, 1}}},
				Lines:   4,
			},
			{
				ID: "0123456789abcdef", Number: 1, Main: true, Name: "Main",
				Extensions:    []company.Extension{{Number: "100", Devices: company.Phone("secret")}},
				Numbers:       []string{"0212345678"},
				Routes:        []company.Route{{Trunks: []int{1}}},
				International: true, Premium: true,
			},
		},
	}
}

// registering is a trunk with all that can be set.
func registering() company.Trunk {
	return company.Trunk{
		ID: 12, Name: "통신사 ;1", Preset: "register-tls", Host: "sip.example.net", Transport: "tls", Proxy: "proxy.example.net:5081",
		Register: true, Username: "07045805605@ims", AuthUser: "a1", Secret: secret.New("s3;cret"),
		FromUser: "0215881588", FromDomain: "ims.example.net", ExpirySeconds: 300, Match: []string{"203.0.113.0/28", "198.51.100.7"},
		Codecs: []string{"opus", "g722", "alaw"}, Encrypt: true, DTMF: "auto", PAssertedIdentity: true, QualifySeconds: 30,
	}
}

// full has phones of every kind beside what input has.
func full() asteriskconf.Input {
	in := input()
	in.SIP.TCPPort, in.SIP.TLSPort = 5060, 5061
	in.SIP.Cert, in.SIP.Key, in.SIP.CA = "/srv/tls/cert.pem", "/srv/tls/key.pem", "/srv/tls/ca.pem"
	in.SIP.External, in.SIP.LocalNets = "203.0.113.9", []netip.Prefix{netip.MustParsePrefix("192.168.7.0/24")}
	in.Companies[0].Extensions[1].Devices = []company.Device{
		{Secret: secret.New("one"), Name: "책상"},
		{Secret: secret.New("two"), Transport: "tls", Encrypt: true, Codecs: []string{"opus", "alaw"}, Contacts: 2},
	}
	return in
}

// TestFull: what phones and networks can ask for stands in the files, for each
// version what it knows.
func TestFull(t *testing.T) {
	tests := []struct {
		version int
		with    []string
		without []string
	}{
		{22, []string{"codec_opus_open_source.so", "allow=opus,alaw\n", "allow=opus,g722,alaw\n"}, nil},
		{16, []string{"codec_g722.so", "\nallow=alaw\n", "\nallow=g722,alaw\n"}, []string{"opus"}},
	}
	for _, tt := range tests {
		in := full()
		in.Version = tt.version
		files, err := asteriskconf.Render(in)
		if err != nil {
			t.Fatal(err)
		}
		text := files["etc/modules.conf"] + files["etc/pjsip.conf"]
		for _, want := range append(tt.with,
			"[T2_1010_1]\ntype=endpoint", "transport=transport-tls", "media_encryption=sdes", "max_contacts=2",
			"external_media_address=203.0.113.9\nlocal_net=192.168.7.0/24", "cert_file=/srv/tls/cert.pem", "verify_server=yes",
			"[transport-tcp]", "bind=127.0.0.1:5061") {
			if !strings.Contains(text, want) {
				t.Errorf("%d: %q is missing", tt.version, want)
			}
		}
		for _, not := range tt.without {
			if strings.Contains(text, not) {
				t.Errorf("%d: %q is there", tt.version, not)
			}
		}
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
	in.Companies = in.Companies[:1]
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

// TestMainContextsAreKnown: those of a main tenant have no marker, so that
// package tenant has to know them.
func TestMainContextsAreKnown(t *testing.T) {
	in := input()
	in.Companies = in.Companies[1:]
	files, err := asteriskconf.Render(in)
	if err != nil {
		t.Fatal(err)
	}
	owner := tenant.Tenant{Main: true, Contexts: tenant.DefaultMainContexts()}
	for _, m := range regexp.MustCompile(`(?m)^\[([^\]]+)\]`).FindAllStringSubmatch(files["etc/extensions.conf"], -1) {
		shared := m[1] == "general" || m[1] == "globals" || m[1] == "sub-custom-numbers" || strings.HasPrefix(m[1], "trk-")
		if !shared && !owner.HasContext(m[1]) {
			t.Errorf("tenant.DefaultMainContexts lacks %q", m[1])
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
		{"RTP range", func(in *asteriskconf.Input) { in.SIP.RTPLast = 20000 }, "no range"},
		{"AGI address", func(in *asteriskconf.Input) { in.AGI.Address = "127.0.0.1:4573/x,1" }, "AGI address"},
		{"AGI host name", func(in *asteriskconf.Input) { in.AGI.Address = "localhost:4573" }, "AGI address"},
		{"AGI server", func(in *asteriskconf.Input) { in.AGI.Server = 0 }, "AGI"},
		{"trunk twice", func(in *asteriskconf.Input) { in.Trunks[1].ID = 1 }, "there twice"},
		{"trunk host", func(in *asteriskconf.Input) { in.Trunks[0].Host = "a b" }, "neither an IP address"},
		{"TLS for phones without a certificate", func(in *asteriskconf.Input) { in.Companies[0].Extensions[0].Devices[0].Transport = "tls" }, "need Cert and Key"},
		{"certificate without key", func(in *asteriskconf.Input) { in.SIP.Cert = "/x" }, "both"},
		{"relative certificate", func(in *asteriskconf.Input) { in.SIP.Cert, in.SIP.Key = "x", "/y" }, "file Cert"},
		{"one port twice", func(in *asteriskconf.Input) { in.SIP.TCPPort, in.SIP.TLSPort = 5061, 5061 }, "both TCP and TLS"},
		{"external address", func(in *asteriskconf.Input) { in.SIP.External = "a\nb" }, "external address"},
		{"folder of recordings", func(in *asteriskconf.Input) { in.Recordings = map[string]string{"T2_tone-a": "var/moh/../etc\nx"} }, "folder of recordings"},
		{"module", func(in *asteriskconf.Input) { in.Modules = []string{"../x"} }, "module"},
		{"description", func(in *asteriskconf.Input) { in.Companies[0].Extensions[0].Name = "a\nb" }, "tenant 2: extensions[1013].name: holds a line break"},
		{"tenant id twice", func(in *asteriskconf.Input) { in.Companies[0].ID = in.Companies[1].ID }, "belongs to"},
		{"tenant number twice", func(in *asteriskconf.Input) { in.Companies[0].Number = 1 }, "there twice"},
		{"number of another", func(in *asteriskconf.Input) { in.Companies[0].Numbers = []string{"0212345678"} }, "belongs to tenant 1"},
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
			if strings.Contains(err.Error(), "7be69580e27641df") {
				t.Errorf("the error tells an id: %v", err)
			}
		})
	}
}
