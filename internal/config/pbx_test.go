package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/config"
)

// TestPBX: two lines are a server that DIPCAST runs.
func TestPBX(t *testing.T) {
	parse := func(servers string) (*config.Config, error) {
		return config.Parse([]byte("data_dir: /srv/dipcast\nservers:\n"+servers), config.Source{Name: "x.yaml", Dir: "/etc/dipcast"})
	}
	c, err := parse("  - id: 1\n    name: pbx\n    pbx: {run: true}\n")
	if err != nil {
		t.Fatal(err)
	}
	s := c.Servers[0]
	want := config.PBX{Dir: "/srv/dipcast/asterisk-1", Run: true, Version: 22, SIP: "0.0.0.0:5060", RTP: "10000-20000", QualifySeconds: 60}
	if d := cmp.Diff(want, s.PBX); d != "" {
		t.Error(d)
	}
	if s.Address != "127.0.0.1:5038" || !s.OwnUsers || s.Users.Database.Username != config.OwnDatabase {
		t.Errorf("the server is %+v", s)
	}
	c, err = parse("  - {id: 2, name: a, address: \"10.0.0.2:5038\", username: u, secret: s, pbx: {dir: asterisk, permit: [10.0.0.1], local_networks: [10.0.0.0/8]}}\n")
	if err != nil {
		t.Fatal(err)
	}
	local, permit := c.Servers[0].PBX.Networks()
	if c.Servers[0].PBX.Dir != "/etc/dipcast/asterisk" || c.Servers[0].OwnUsers || len(local) != 1 || permit[0].String() != "10.0.0.1/32" {
		t.Errorf("the server is %+v", c.Servers[0])
	}
	for _, tt := range []struct{ servers, want string }{
		{"  - {id: 1, name: a, address: \"127.0.0.1:1\", username: u, secret: s, pbx: {sip: \"0.0.0.0:5060\"}}\n", "pbx.dir: is missing"},
		{"  - {id: 1, name: a, pbx: {run: true, sip: localhost}}\n", "sip: give an IP address"},
		{"  - {id: 1, name: a, pbx: {run: true, rtp: \"20000-10000\"}}\n", "rtp: give two ports"},
		{"  - {id: 1, name: a, address: \"10.0.0.1:5038\", pbx: {run: true}}\n", "pbx.run: needs an address of this machine"},
		{"  - {id: 1, name: a, pbx: {run: true, version: 18}}\n", "version: must be 22 or 16"},
		{"  - {id: 1, name: a, pbx: {run: true, cert: x.pem}}\n", "cert and key go together"},
		{"  - {id: 1, name: a, pbx: {run: true, agi: host}}\n", "pbx.agi"},
		{"  - {id: 1, name: a, pbx: {run: true, local_networks: [x]}}\n", "local_networks[0]"},
		{"  - {id: 1, name: a, pbx: {run: true}}\n  - {id: 2, name: b, pbx: {run: true}}\n", "servers[1].pbx.run: has the same ports"},
		{"  - {id: 1, name: a, pbx: {run: true, dir: x}}\n  - {id: 2, name: b, address: \"127.0.0.1:2\", pbx: {run: true, dir: x, sip: \"0.0.0.0:1\"}}\n", "servers[1].pbx.dir: the same"},
	} {
		if _, err := parse(tt.servers); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.servers, err, tt.want)
		}
	}
}
