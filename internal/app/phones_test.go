package app

import (
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/config"
)

// TestPlaceOf: where phones are told to register, and why not.
func TestPlaceOf(t *testing.T) {
	const pbx = "listen: [\"0.0.0.0:8443\"]\ntls: {mode: self}\npublic_url: https://pbx.example.com:8443\nservers: [{id: 1, name: a, address: 127.0.0.1:5038, username: u, secret: a-secret-word, pbx: {dir: /d%}}]\n"
	const cert = ", cert: c, key: k"
	for _, tt := range []struct{ name, more, host, why string }{
		{"of the public URL", cert, "pbx.example.com", ""},
		{"its own address", cert + `, sip: "192.0.2.1:5060"`, "192.0.2.1", ""},
		{"behind a NAT box", cert + `, sip: "192.0.2.1:5060", external_address: nat.example.com`, "nat.example.com", ""},
		{"said", cert + `, external_address: nat.example.com, phones: phones.example.com`, "phones.example.com", ""},
		{"no certificate", "", "pbx.example.com", "server 1 has no certificate for TLS"},
	} {
		c, err := config.Parse([]byte(strings.Replace(pbx, "%", tt.more, 1)), config.Source{})
		if err != nil {
			t.Fatal(tt.name, err)
		}
		p, err := placeOf(c, 1)
		if err != nil || p.Host != tt.host || (p.TLSPort == 5061) != (tt.why == "") || !strings.HasPrefix(p.NoTLSWhy, tt.why) {
			t.Errorf("%s: %+v, %v", tt.name, p, err)
		}
	}
	c, err := config.Parse([]byte("servers: [{id: 1, name: a, address: 127.0.0.1:5038, username: u, secret: a-secret-word}]\n"), config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []int{1, 2} {
		if _, err := placeOf(c, id); err == nil {
			t.Errorf("server %d has a place", id)
		}
	}
}

// TestInsecure: links are HTTPS that phones reach, or are not made.
func TestInsecure(t *testing.T) {
	for _, tt := range []struct{ listen, url, want string }{
		{"0.0.0.0:443", "https://pbx.example.com", ""},
		{"127.0.0.1:8080", "http://127.0.0.1:8080", ""},
		{"0.0.0.0:80", "http://pbx.example.com", "begins with https://"},
		{"0.0.0.0:443", "https://localhost", "no phone reaches"},
		{"0.0.0.0:443", "https://127.0.0.1:8443", "no phone reaches"},
		{"127.0.0.1:8080", "https://pbx.example.com", ""}, // behind a proxy here
		{"127.0.0.1:8080", "http://pbx.example.com", "begins with https://"},
	} {
		c := config.Default()
		c.Listen, c.DCMIWSListen, c.PublicURL = []string{tt.listen}, nil, tt.url
		if got := insecure(c); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %q", tt, got)
		}
		if got := phoneSettings(c).Plain; got != (tt.url == "http://127.0.0.1:8080") {
			t.Errorf("%+v: phones may do without TLS: %v", tt, got)
		}
	}
}
