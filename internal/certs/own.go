package certs

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
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/wholefile"
)

// Lives of what we make. A leaf is renewed, by a new key, renewBefore its end;
// browsers accept none that lives longer than 398 days.
const (
	caLife      = 20 * 365 * 24 * time.Hour
	leafLife    = 397 * 24 * time.Hour
	renewBefore = 30 * 24 * time.Hour
	backdate    = time.Hour // for clocks that are behind
)

// makeOwn makes what is missing: the authority once, the certificate also when
// it ends soon or a host was added.
func (s *Source) makeOwn() error {
	if err := os.MkdirAll(s.o.Dir, 0o700); err != nil {
		return err
	}
	ca, err := s.authority()
	if err != nil {
		return err
	}
	if s.leafIsGood(ca.Leaf) {
		return nil
	}
	return s.makeLeaf(ca)
}

func (s *Source) path(name string) string { return filepath.Join(s.o.Dir, name) }

func (s *Source) authority() (tls.Certificate, error) {
	ca, err := tls.LoadX509KeyPair(s.path("ca.pem"), s.path("ca.key"))
	if err == nil {
		return ca, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		// One that clients trust already is never replaced without being asked.
		return ca, fmt.Errorf("%s: %w; mend it, or remove ca.pem and ca.key to have a new one made", s.o.Dir, err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return ca, err
	}
	now := s.o.Now()
	tpl := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "DIPCAST " + hostname()},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(caLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if err := s.sign(tpl, tpl, key, key, "ca"); err != nil {
		return ca, err
	}
	return tls.LoadX509KeyPair(s.path("ca.pem"), s.path("ca.key"))
}

func (s *Source) makeLeaf(ca tls.Certificate) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	signer, ok := ca.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return fmt.Errorf("%w: ca.key is not an ECDSA key", ErrNoCertificate)
	}
	now := s.o.Now()
	names, ips := s.hosts()
	tpl := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: hostname()},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(leafLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: names, IPAddresses: ips,
	}
	return s.sign(tpl, ca.Leaf, key, signer, "cert")
}

// sign writes name.key and name.pem, each whole or not at all.
func (s *Source) sign(tpl, parent *x509.Certificate, key, signer *ecdsa.PrivateKey, name string) error {
	der, err := x509.CreateCertificate(rand.Reader, tpl, parent, &key.PublicKey, signer)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := wholefile.Write(s.path(name+".key"), encoded("PRIVATE KEY", secret), 0o600); err != nil {
		return err
	}
	return wholefile.Write(s.path(name+".pem"), encoded("CERTIFICATE", der), 0o600)
}

func encoded(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// leafIsGood reports whether the certificate is there, ours, for long enough
// and for all hosts.
func (s *Source) leafIsGood(ca *x509.Certificate) bool {
	pair, err := tls.LoadX509KeyPair(s.path("cert.pem"), s.path("cert.key"))
	if err != nil || pair.Leaf.CheckSignatureFrom(ca) != nil || s.o.Now().Add(renewBefore).After(pair.Leaf.NotAfter) {
		return false
	}
	names, ips := s.hosts()
	for _, n := range names {
		if !slices.Contains(pair.Leaf.DNSNames, n) {
			return false
		}
	}
	for _, ip := range ips {
		if !slices.ContainsFunc(pair.Leaf.IPAddresses, ip.Equal) {
			return false
		}
	}
	return true
}

func (s *Source) hosts() (names []string, ips []net.IP) {
	for _, h := range append([]string{"localhost", hostname(), "127.0.0.1", "::1"}, s.o.Hosts...) {
		ip := net.ParseIP(h)
		switch {
		case h == "", ip != nil && ip.IsUnspecified():
		case ip != nil:
			ips = append(ips, ip)
		case !slices.Contains(names, h):
			names = append(names, h)
		}
	}
	return names, ips
}

func hostname() string {
	h, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return h
}

func serial() *big.Int {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, crypto/rand
	b[0] &= 0x7f
	return new(big.Int).SetBytes(b[:])
}

func parsePEM(b []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, ErrNoCertificate
	}
	return x509.ParseCertificate(block.Bytes)
}
