package certs_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/certs"
)

// issued is a certificate of its own authority, and its key, as PEM.
func issued(t *testing.T, name string, from, to time.Time, usage x509.ExtKeyUsage) (cert, key []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tpl := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: from, NotAfter: to,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{usage},
	}
	der, err := x509.CreateCertificate(rand.Reader, tpl, tpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
}

// TestUpload: a certificate that is put counts at once and after a restart, until it is
// dropped; what does not fit is refused and changes nothing.
func TestUpload(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	c := &clock{now}
	s := own(t, dir, c, "pbx.example.com")
	before := s.Info()
	if before.Uploaded || before.Authority == "" || before.Authority == before.Fingerprint || !slices.Contains(before.Names, "pbx.example.com") || !slices.Contains(before.Names, "127.0.0.1") {
		t.Fatalf("%+v", before)
	}
	cert, key := issued(t, "pbx.example.com", now.Add(-time.Hour), now.Add(time.Hour), x509.ExtKeyUsageServerAuth)
	_, otherKey := issued(t, "x", now.Add(-time.Hour), now.Add(time.Hour), x509.ExtKeyUsageServerAuth)
	old, oldKey := issued(t, "x", now.Add(-2*time.Hour), now.Add(-time.Hour), x509.ExtKeyUsageServerAuth)
	later, laterKey := issued(t, "x", now.Add(time.Hour), now.Add(2*time.Hour), x509.ExtKeyUsageServerAuth)
	client, clientKey := issued(t, "x", now.Add(-time.Hour), now.Add(time.Hour), x509.ExtKeyUsageClientAuth)
	for _, tt := range []struct {
		cert, key []byte
		want      error
	}{
		{[]byte("x"), key, certs.ErrNoCertificate},
		{key, cert, certs.ErrNoCertificate},
		{cert, otherKey, certs.ErrKey},
		{cert, nil, certs.ErrKey},
		{old, oldKey, certs.ErrExpired},
		{later, laterKey, certs.ErrExpired},
		{client, clientKey, certs.ErrNoCertificate},
		{make([]byte, 65<<10), key, certs.ErrNoCertificate},
	} {
		if err := s.Put(tt.cert, tt.key); !errors.Is(err, tt.want) {
			t.Errorf("%v, not %v", err, tt.want)
		}
	}
	if err := s.Drop(); !errors.Is(err, certs.ErrNone) {
		t.Error(err)
	}
	if got := s.Info(); got.Fingerprint != before.Fingerprint {
		t.Fatalf("changed: %+v", got)
	}
	if err := s.Put(cert, key); err != nil {
		t.Fatal(err)
	}
	if shown, err := handshake(t, s, cert, "pbx.example.com", now); err != nil || shown.Subject.CommonName != "pbx.example.com" {
		t.Errorf("%v, %v", shown, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "uploaded.pem")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	again := own(t, dir, c)
	if got := again.Info(); !got.Uploaded || got.Authority != "" || got.Subject != "CN=pbx.example.com" || again.CA() != nil {
		t.Errorf("after a restart: %+v", got)
	}
	if err := s.Drop(); err != nil || s.Info().Fingerprint != before.Fingerprint {
		t.Errorf("%+v, %v", s.Info(), err)
	}
	if err := s.Put(cert, key); err != nil {
		t.Fatal(err)
	}
	if err := s.Remake(); err != nil {
		t.Fatal(err)
	}
	made := s.Info()
	if made.Uploaded || made.Fingerprint == before.Fingerprint || made.Authority != before.Authority {
		t.Errorf("%+v", made)
	}
	if _, err := handshake(t, s, s.CA(), "pbx.example.com", now); err != nil {
		t.Error(err)
	}
	// One that is broken later does not keep the gateway from starting.
	if err := os.WriteFile(filepath.Join(dir, "uploaded.pem"), cert, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := own(t, dir, c).Info(); got.Uploaded {
		t.Errorf("%+v", got)
	}
}

func TestUploadInPlaceOfFiles(t *testing.T) {
	dir := t.TempDir()
	own(t, dir, &clock{time.Now()})
	s, err := certs.New(certs.Options{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "cert.key"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{s.Put(nil, nil), s.Drop(), s.Remake()} {
		if !errors.Is(err, certs.ErrMode) {
			t.Error(err)
		}
	}
	if got := s.Info(); got.Uploaded || got.Authority != "" || got.Fingerprint == "" {
		t.Errorf("%+v", got)
	}
}
