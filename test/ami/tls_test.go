package ami_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
)

// restartWithTLS gives a real Asterisk a certificate and a TLS port.
func restartWithTLS(t *testing.T, s *asterisktest.Server) (address, ca string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	etc := filepath.Join(s.Input.Dirs.Base, "etc")
	write := func(name string, data []byte) string {
		file := filepath.Join(etc, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	ca = write("ami.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))
	keyFile := write("ami.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs}))
	conf, err := os.ReadFile(filepath.Join(etc, "manager.conf"))
	if err != nil {
		t.Fatal(err)
	}
	address = fmt.Sprint("127.0.0.1:", asterisktest.Port(t))
	general := fmt.Sprintf("[general]\ntlsenable=yes\ntlsbindaddr=%s\ntlscertfile=%s\ntlsprivatekey=%s\n", address, ca, keyFile)
	write("manager.conf", bytes.Replace(conf, []byte("[general]\n"), []byte(general), 1))
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	return address, ca
}

// testTLS: a link that was up when the server restarts is up again after it,
// and the server's TLS port is taken with its CA only.
func testTLS(t *testing.T, s server) {
	if s.tls == nil {
		return
	}
	l := connect(t, ami.Options{Address: s.address, Username: s.all.Name, Secret: s.all.Secret})
	l.await(ami.StateUp)
	address, ca := s.tls(t)
	l.await(ami.StateDown)
	if c := l.await(ami.StateUp); !c.Booted {
		t.Errorf("%+v", c)
	}
	for _, auth := range []string{"plain", "md5"} {
		l := connect(t, ami.Options{Address: address, TLS: &ami.TLSOptions{CAFile: ca}, Auth: auth, Username: s.all.Name, Secret: s.all.Secret})
		l.await(ami.StateUp)
		if res, err := l.Do(t.Context(), ami.NewAction("Ping")); err != nil || !res.Success() {
			t.Errorf("ping: %v", err)
		}
	}
	l = connect(t, ami.Options{Address: address, TLS: &ami.TLSOptions{}, Username: s.all.Name, Secret: s.all.Secret})
	if c := l.await(ami.StateDown); c.Err == nil || !strings.Contains(c.Err.Error(), "certificate") {
		t.Errorf("not verified: %+v", c)
	}
}
