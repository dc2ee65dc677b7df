package faults_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/config"
)

// TestF06_LoginsThatFail: six servers, one of which takes us in. Each of the
// others is told of once, those that refused the credentials are left alone for
// a minute, and the good one works.
func TestF06_LoginsThatFail(t *testing.T) {
	t.Parallel()
	const (
		refused = iota + 1
		inUse
		full
		expired
		silent
		good
	)
	scripts := make([]*amitest.Server, good)
	for i := range scripts {
		scripts[i] = amitest.New(amitest.Options{AuthDelay: -1})
	}
	scripts[refused-1] = amitest.New(amitest.Options{AuthDelay: -1, Users: []amitest.User{{Name: "gw", Secret: "another"}}})
	scripts[inUse-1].Handle("Login", func(c *amitest.Conn, r amitest.Request) {
		c.Error(r, "Login Already In Use") // main/manager.c, with allowmultiplelogin=no
		c.Close()
	})
	scripts[full-1].Refuse(true) // closes what it takes, as with authlimit reached
	scripts[silent-1].Handle("Login", func(*amitest.Conn, amitest.Request) {})
	cert, ca := expiredCertificate(t)
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	secure := amitest.New(amitest.Options{})
	if err := secure.Serve(ln); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(secure.Close)
	s := newSite(t, change{
		scripts: scripts, down: true,
		config: func(c *config.Config) { c.Servers[expired-1].TLS, c.Servers[expired-1].CAFile = true, ca },
		tune: func(server int, o *ami.Options) {
			if server == silent {
				o.LoginTimeout = 300 * time.Millisecond
			}
		},
	})
	s.proxies[expired-1].SetTarget(ln.Addr().String())
	s.whole(good)
	c := s.dial("demo", "/")
	for _, server := range []int{full, expired, silent} {
		s.until(fmt.Sprintf("attempts at server %d", server), func() bool { return len(s.downs(server)) > 8 })
		c.ping(good)
	}
	for _, server := range []int{refused, inUse} {
		s.until("the refusal", func() bool { return len(s.downs(server)) > 0 })
		downs := s.downs(server)
		if d := downs[0]; len(downs) != 1 || !errors.Is(d.Err, ami.ErrAuth) || d.Retry < 60*time.Second || d.Retry > 72*time.Second {
			t.Errorf("server %d: %d attempts, %v, next in %v", server, len(downs), d.Err, d.Retry)
		}
		if _, ever := s.proxies[server-1].Conns(); ever != 1 {
			t.Errorf("server %d was tried %d times", server, ever)
		}
	}
	for server := refused; server < good; server++ {
		// One failure may read in several ways: a cut while closing as a reset
		// or as an end of file, a time that is up while reading or writing.
		told, lines := map[string]bool{}, s.logs.of("link down", server)
		for _, l := range lines {
			text := ports.ReplaceAllString(fmt.Sprint(l["error"]), "")
			if told[text] {
				t.Errorf("server %d: told again: %s", server, text)
			}
			told[text] = true
		}
		if most := map[int]int{refused: 1, inUse: 1, expired: 2, silent: 4}[server]; len(lines) == 0 || most > 0 && len(lines) > most {
			t.Errorf("server %d: told %d times: %v", server, len(lines), lines)
		}
		if a := c.ask(server, "Ping"); a.get("Code") != "unavailable" {
			t.Errorf("server %d: %s", server, a.raw)
		}
	}
	s.metrics(map[string]string{`dipcast_server_up{server="1"}`: "0", `dipcast_server_up{server="6"}`: "1"})
	if r := s.do("GET", "/readyz", ""); r.status != 200 {
		t.Errorf("with one server up: %d %s", r.status, r.raw)
	}
	// A server that has room again is taken at once.
	scripts[full-1].Refuse(false)
	s.whole(full)
	c.ping(full)
	c.ping(good)
	if n := len(s.downs(good)); n != 0 {
		t.Errorf("the good one: %v", s.downs(good))
	}
}

// expiredCertificate is one of yesterday for 127.0.0.1, and a file with what
// has signed it: itself.
func expiredCertificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, x, x, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
