package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/config"
)

// TestNoRelay: without one nothing is said, and the public URL is the listener's.
func TestNoRelay(t *testing.T) {
	c := config.Default()
	if err := c.Validate(); err != nil || c.Relay.Configured() || strings.Contains(fmt.Sprint(c.Warnings), "relay") || c.PublicURL != "http://127.0.0.1:8080" {
		t.Errorf("%v %v %s", err, c.Warnings, c.PublicURL)
	}
}

func TestRelayOfBox(t *testing.T) {
	const key = "dcr_0123456789012345678901234567890123456789"
	for _, tt := range []struct{ name, text, want string }{
		{"good", "relay: {url: https://relay.example.com/, key: " + key + "}", ""},
		{"no url", "relay: {key: " + key + "}", "relay.yaml:1:9: relay.url"},
		{"plain", "relay: {url: http://relay.example.com, key: " + key + "}", "relay.url: must be"},
		{"with a path", "relay: {url: https://relay.example.com/x, key: " + key + "}", "relay.url: must be"},
		{"no key", "relay: {url: https://relay.example.com}", "relay.key: must be"},
		{"short key", "relay: {url: https://relay.example.com, key: secret}", "relay.key: must be"},
		{"all paths", "relay: {url: https://relay.example.com, key: " + key + ", paths: [/]}", "relay.paths[0]: must be"},
		{"inner path", "relay: {url: https://relay.example.com, key: " + key + ", paths: [/login, /api/v2/]}", "relay.paths[1]: is not"},
		{"dots", "relay: {url: https://relay.example.com, key: " + key + ", paths: [/a/../metrics]}", "relay.paths[0]: must be"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := config.Parse([]byte(tt.text), config.Source{Name: "relay.yaml"})
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want == "" && c.PublicURL != "https://relay.example.com":
				t.Error(c.PublicURL)
			case tt.want != "" && (err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), ":1:1:", ":1:9:"), tt.want)):
				t.Errorf("%v, want %s", err, tt.want)
			case err != nil && strings.Contains(err.Error(), key):
				t.Error("the key is shown")
			}
		})
	}
}

func TestRelayFile(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"cert.pem", "key.pem"} {
		if err := os.WriteFile(filepath.Join(dir, n), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hash := strings.Repeat("0a", 32)
	good := "tls: {cert: cert.pem, key: key.pem}\nboxes:\n  - {name: seoul, key_sha256: \"" + hash + "\", tenants: [7be69580e27641df]}\n"
	for _, tt := range []struct{ name, text, want string }{
		{"good", good, ""},
		{"behind a proxy", strings.Replace(good, "tls: {cert: cert.pem, key: key.pem}", "tls: {mode: \"off\"}\ntrusted_proxies: [127.0.0.1]", 1), ""},
		{"plain", strings.Replace(good, "tls: {cert: cert.pem, key: key.pem}", "tls: {mode: \"off\"}", 1), "trusted_proxies: is empty"},
		{"own certificate", strings.Replace(good, "tls: {cert", "tls: {mode: self, cert", 1), "tls.mode: must be"},
		{"no certificate", strings.Replace(good, "cert.pem", "none.pem", 1), "r.yaml:1:7: tls.cert"},
		{"nobody", "tls: {cert: cert.pem, key: key.pem}\n", "boxes: is empty"},
		{"same tenant", good + "  - {name: busan, key_sha256: \"" + strings.Repeat("0b", 32) + "\", tenants: [7be69580e27641df]}\n", "r.yaml:4:109: boxes[1].tenants[0]: the same as boxes[0].tenants[0]"},
		{"same key", good + "  - {name: busan, key_sha256: \"" + hash + "\", tenants: [0123456789abcdef]}\n", "boxes[1].key_sha256: the same"},
		{"bad hash", strings.Replace(good, hash, "zz", 1), "boxes[0].key_sha256: must be"},
		{"unknown key", good + "box: 1\n", "r.yaml:4:1: box: unknown key"},
		{"too long", good + "waiting: {expires: 1h}\n", "r.yaml:4:11: waiting.expires: must be"},
		{"metrics for all", good + "metrics_listen: 0.0.0.0:9465\n", "metrics_listen: must be a loopback"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.ParseRelay([]byte(tt.text), config.Source{Name: "r.yaml", Dir: dir})
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}
