package certs_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/certs"
)

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func own(t *testing.T, dir string, c *clock, hosts ...string) *certs.Source {
	t.Helper()
	s, err := certs.New(certs.Options{Dir: dir, Hosts: hosts, Logger: slog.New(slog.DiscardHandler), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// handshake connects to a listener with the source's configuration as a client
// that trusts ca, and returns the certificate it was shown.
func handshake(t *testing.T, s *certs.Source, ca []byte, name string, now time.Time) (*x509.Certificate, error) {
	t.Helper()
	ln, err := tls.Listen("tcp", "127.0.0.1:0", s.Config())
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = io.Copy(io.Discard, c)
	}()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	k := tls.Client(c, &tls.Config{RootCAs: roots, ServerName: name, MinVersion: tls.VersionTLS12, Time: func() time.Time { return now }})
	if err := k.Handshake(); err != nil {
		return nil, err
	}
	return k.ConnectionState().PeerCertificates[0], nil
}

func TestOwnAuthority(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	c := &clock{time.Now()}
	s := own(t, dir, c, "pbx.example.com", "192.0.2.7", "0.0.0.0")
	for _, name := range []string{"localhost", "127.0.0.1", "pbx.example.com", "192.0.2.7"} {
		if _, err := handshake(t, s, s.CA(), name, c.t); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := handshake(t, s, s.CA(), "other.example.com", c.t); err == nil {
		t.Error("the certificate is good for a stranger's name")
	}
	if f := s.Fingerprint(); len(f) != 95 || strings.Count(f, ":") != 31 {
		t.Errorf("fingerprint %q", f)
	}
	for _, f := range []string{"ca.key", "cert.key"} {
		info, err := os.Stat(filepath.Join(dir, f))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f, info.Mode(), err)
		}
	}
	// Another start keeps both; a new host renews the certificate, not the authority.
	again := own(t, dir, c, "pbx.example.com", "192.0.2.7")
	if again.Fingerprint() != s.Fingerprint() {
		t.Error("the authority changed with a restart")
	}
	more := own(t, dir, c, "pbx.example.com", "192.0.2.7", "new.example.com")
	if _, err := handshake(t, more, s.CA(), "new.example.com", c.t); err != nil {
		t.Errorf("a new host: %v", err)
	}
}

// TestRenewedWhileRunning: a month before its end the certificate is replaced,
// without a restart, and clients need not trust anything new.
func TestRenewedWhileRunning(t *testing.T) {
	c := &clock{time.Now()}
	s := own(t, filepath.Join(t.TempDir(), "tls"), c)
	first, err := handshake(t, s, s.CA(), "localhost", c.t)
	if err != nil {
		t.Fatal(err)
	}
	c.t = first.NotAfter.Add(-29 * 24 * time.Hour)
	second, err := handshake(t, s, s.CA(), "localhost", c.t)
	if err != nil {
		t.Fatal(err)
	}
	if second.SerialNumber.Cmp(first.SerialNumber) == 0 || !second.NotAfter.After(first.NotAfter) {
		t.Error("the certificate was not renewed")
	}
	if !s.Expires().Equal(second.NotAfter) {
		t.Errorf("Expires is %v", s.Expires())
	}
}

// TestFilesAreReadAgain: new files are taken, broken ones are not.
func TestFilesAreReadAgain(t *testing.T) {
	c := &clock{time.Now()}
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	sa, sb := own(t, a, c), own(t, b, c)
	dir := t.TempDir()
	put := func(from string) {
		t.Helper()
		for _, f := range []string{"cert.pem", "cert.key"} {
			text, err := os.ReadFile(filepath.Join(from, f))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, f), text, 0o600); err != nil {
				t.Fatal(err)
			}
			c.t = c.t.Add(time.Minute)
			if err := os.Chtimes(filepath.Join(dir, f), c.t, c.t); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(a)
	s, err := certs.New(certs.Options{
		Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "cert.key"),
		Logger: slog.New(slog.DiscardHandler), Now: c.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.CA() != nil {
		t.Error("a certificate from files has no authority to download")
	}
	if _, err := handshake(t, s, sa.CA(), "localhost", c.t); err != nil {
		t.Fatal(err)
	}
	put(b)
	if _, err := handshake(t, s, sb.CA(), "localhost", c.t); err != nil {
		t.Errorf("the new certificate: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cert.pem"), []byte("half a cert"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.t = c.t.Add(time.Hour)
	if _, err := handshake(t, s, sb.CA(), "localhost", c.t); err != nil {
		t.Errorf("a broken file took the certificate away: %v", err)
	}
	if err := s.Reload(); !errors.Is(err, certs.ErrNoCertificate) {
		t.Errorf("Reload said %v", err)
	}
}

func TestABrokenAuthorityIsNotReplaced(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tls")
	own(t, dir, &clock{time.Now()})
	if err := os.WriteFile(filepath.Join(dir, "ca.key"), []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := certs.New(certs.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "ca.key") {
		t.Errorf("got %v", err)
	}
}
