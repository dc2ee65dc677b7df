package ami_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// authority signs certificates for one test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // PEM of cert
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	writePEM(t, file, "CERTIFICATE", der)
	return &authority{cert, key, file}
}

func writePEM(t *testing.T, file, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// issue makes a certificate, also as files.
func (a *authority) issue(t *testing.T, expired bool) (cert tls.Certificate, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"pbx.test"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if expired {
		tmpl.NotAfter = time.Now().Add(-time.Hour)
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePEM(t, certFile, "CERTIFICATE", der)
	writePEM(t, keyFile, "PRIVATE KEY", pkcs)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, certFile, keyFile
}

// firstEnd runs a client until it is up or down for the first time, does f
// when it is up, and stops it.
func firstEnd(t *testing.T, o ami.Options, f func(*ami.Client)) ami.Change {
	t.Helper()
	changes := make(chan ami.Change, 16)
	o.Username, o.Secret = "gw", "gw-secret"
	o.OnChange = func(c ami.Change) { changes <- c }
	client, err := ami.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	ended := make(chan error, 1)
	go func() { ended <- client.Run(ctx) }()
	c := <-changes
	for c.State == ami.StateConnecting {
		c = <-changes
	}
	if c.State == ami.StateUp && f != nil {
		f(client)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("Run returned no error")
	}
	return c
}

func ping(t *testing.T) func(*ami.Client) {
	return func(c *ami.Client) {
		if res, err := c.Do(t.Context(), ami.NewAction("Ping")); err != nil || !res.Success() {
			t.Errorf("ping: %v", err)
		}
	}
}

func TestTLS(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	cert, certFile, keyFile := ca.issue(t, false)
	expired, _, _ := ca.issue(t, true)
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	noCert := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(noCert, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		server *tls.Config
		client ami.TLSOptions
		want   string // part of the error, or "" for up
	}{
		{"own CA", &tls.Config{Certificates: []tls.Certificate{cert}}, ami.TLSOptions{CAFile: ca.file}, ""},
		{"own CA and name", &tls.Config{Certificates: []tls.Certificate{cert}}, ami.TLSOptions{CAFile: ca.file, ServerName: "pbx.test"}, ""},
		{"client certificate", &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}, ami.TLSOptions{CAFile: ca.file, CertFile: certFile, KeyFile: keyFile}, ""},
		{"any certificate, asked for by name", &tls.Config{Certificates: []tls.Certificate{expired}}, ami.TLSOptions{InsecureSkipVerify: true}, ""},
		{"unknown CA", &tls.Config{Certificates: []tls.Certificate{cert}}, ami.TLSOptions{}, "unknown authority"},
		{"other CA", &tls.Config{Certificates: []tls.Certificate{cert}}, ami.TLSOptions{CAFile: other.file}, "unknown authority"},
		{"other name", &tls.Config{Certificates: []tls.Certificate{cert}}, ami.TLSOptions{CAFile: ca.file, ServerName: "evil.test"}, "evil.test"},
		{"expired", &tls.Config{Certificates: []tls.Certificate{expired}}, ami.TLSOptions{CAFile: ca.file}, "expired"},
		{"TLS 1.1", &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}, ami.TLSOptions{CAFile: ca.file}, "handshake"},
		{"no CA file", &tls.Config{}, ami.TLSOptions{CAFile: filepath.Join(t.TempDir(), "none.pem")}, "no such file"},
		{"CA file without certificate", &tls.Config{}, ami.TLSOptions{CAFile: noCert}, "no certificate"},
		{"no key file", &tls.Config{}, ami.TLSOptions{CertFile: certFile, KeyFile: noCert}, "key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := amitest.New(amitest.Options{})
			defer s.Close()
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Serve(tls.NewListener(ln, tt.server)); err != nil {
				t.Fatal(err)
			}
			for _, auth := range []string{"plain", "md5"} {
				c := firstEnd(t, ami.Options{Address: s.Addr(), TLS: &tt.client, Auth: auth}, ping(t))
				if tt.want == "" && c.State != ami.StateUp || tt.want != "" && (c.Err == nil || !strings.Contains(c.Err.Error(), tt.want)) {
					t.Errorf("%s: %+v", auth, c)
				}
			}
			if tt.want != "" && len(s.Requests()) != 0 {
				t.Error("credentials went to a server that was not verified")
			}
		})
	}
}

// TestTLSWithoutFullyBooted: the bounded wait for FullyBooted leaves a TLS
// connection whole.
func TestTLSWithoutFullyBooted(t *testing.T) {
	ca := newAuthority(t)
	cert, _, _ := ca.issue(t, false)
	s := amitest.New(amitest.Options{Users: []amitest.User{{Name: "gw", Secret: "gw-secret", Read: []string{"call"}}}})
	defer s.Close()
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(ln); err != nil {
		t.Fatal(err)
	}
	o := ami.Options{Address: s.Addr(), TLS: &ami.TLSOptions{CAFile: ca.file}, BootTimeout: 20 * time.Millisecond}
	if c := firstEnd(t, o, ping(t)); c.State != ami.StateUp || c.Booted {
		t.Errorf("%+v", c)
	}
}

// TestTLSToPlainServer: a server that speaks no TLS is an error, in time.
func TestTLSToPlainServer(t *testing.T) {
	s := amitest.New(amitest.Options{})
	defer s.Close()
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	c := firstEnd(t, ami.Options{Address: s.Addr(), TLS: &ami.TLSOptions{InsecureSkipVerify: true}}, nil)
	if c.State != ami.StateDown || c.Err == nil {
		t.Errorf("%+v", c)
	}
}

func TestTCP(t *testing.T) {
	s := amitest.New(amitest.Options{})
	defer s.Close()
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if c := firstEnd(t, ami.Options{Address: s.Addr()}, ping(t)); c.State != ami.StateUp {
		t.Errorf("%+v", c)
	}
	// The end of the writing side is the end of the link; pending ends at once.
	s.Handle("Wait", never)
	n := 0
	for name, end := range map[string]func(){"half-close": s.HalfClose, "reset": s.Cut} {
		n++
		c := firstEnd(t, ami.Options{Address: s.Addr()}, func(c *ami.Client) {
			lost := make(chan ami.Result, 1)
			if _, err := c.Send(ami.NewAction("Wait"), ami.SendOptions{}, func(r ami.Result) { lost <- r }); err != nil {
				t.Error(err)
				return
			}
			if _, err := s.WaitRequest(t.Context(), "Wait", n); err != nil {
				t.Error(err)
			}
			began := time.Now()
			end()
			if r := <-lost; !errors.Is(r.Err, ami.ErrLinkLost) || !r.Sent || time.Since(began) > 100*time.Millisecond {
				t.Errorf("%s: %+v after %v", name, r, time.Since(began))
			}
		})
		if c.State != ami.StateUp {
			t.Errorf("%s: %+v", name, c)
		}
	}
	s.StopListening()
	if c := firstEnd(t, ami.Options{Address: s.Addr()}, nil); c.State != ami.StateDown || !strings.Contains(c.Err.Error(), "refused") {
		t.Errorf("%+v", c)
	}
}
