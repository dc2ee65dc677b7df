package app_test

import (
	"crypto/tls"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/config"
)

// newCertificate writes a certificate and its key into the two files, and
// returns its fingerprint.
func newCertificate(t *testing.T, cert, key string) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := certs.New(certs.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"cert.pem": cert, "cert.key": key} {
		if err := os.Rename(filepath.Join(dir, from), to); err != nil {
			t.Fatal(err)
		}
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(pair.Leaf.Signature)
}

// shown is what a listener shows to a client that connects.
func shown(t *testing.T, addr string) string {
	t.Helper()
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return err.Error()
	}
	defer func() { _ = conn.Close() }()
	return hex.EncodeToString(conn.ConnectionState().PeerCertificates[0].Signature)
}

// TestTLSFilesOnEveryListener: each listener of clients speaks TLS, and shows
// the new certificate when the files were read again; broken files change
// nothing and are told.
func TestTLSFilesOnEveryListener(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "cert.key")
	first := newCertificate(t, cert, key)
	s := newSite(t, change{config: func(c *config.Config) {
		c.TLS = config.TLS{Mode: config.TLSFiles, Cert: cert, Key: key}
		c.OpenListen = []config.OpenListen{{Address: "127.0.0.1:0"}}
		c.MetricsListen = "127.0.0.1:0"
	}})
	all := s.app.Addresses()
	if len(all) != 3 {
		t.Fatal(all)
	}
	check := func(when, want string) {
		t.Helper()
		for _, addr := range all {
			if got := shown(t, addr); got != want {
				t.Errorf("%s, %s shows %.40s, want %.40s", when, addr, got, want)
			}
		}
	}
	check("at the start", first)
	if status, _ := page(t, "http://"+s.app.MetricsAddress()+"/metrics", nil); status != 200 {
		t.Errorf("the metrics' listener: %d", status)
	}
	second := newCertificate(t, cert, key)
	if c, err := s.app.Reload(t.Context()); err != nil || len(c.Warnings) != 0 {
		t.Errorf("%+v %v", c, err)
	}
	check("after a reload", second)
	if err := os.WriteFile(cert, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := s.app.Reload(t.Context())
	if err != nil || len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "the certificate stays the old one") {
		t.Errorf("broken files: %+v %v", c, err)
	}
	check("with broken files", second)
}
