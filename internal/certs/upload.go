package certs

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/wholefile"
)

// Errors of Put, Drop and Remake.
var (
	// ErrMode reports a Source whose certificate comes from the files of others.
	ErrMode = errors.New("the certificate comes from files that the configuration names")
	// ErrKey reports a key that is none, or another certificate's.
	ErrKey = errors.New("the key is not that of the certificate")
	// ErrExpired reports a certificate whose time is over, or has not begun.
	ErrExpired = errors.New("the certificate is not valid now")
	// ErrNone reports that there is no certificate that was put.
	ErrNone = errors.New("there is none")
)

// uploadedName keeps what Put was given: certificates and key in one file, so that
// they never are of two minds.
const uploadedName = "uploaded.pem"

// maxUpload bounds a certificate with its chain, and a key, in bytes.
const maxUpload = 64 << 10

func (s *Source) uploadedFile() string {
	if s.o.Dir == "" {
		return ""
	}
	return s.path(uploadedName)
}

// put is what Put keeps, nil when there is none or it is of no use.
func (s *Source) put() *loaded {
	if s.o.Dir == "" {
		return nil
	}
	text, err := os.ReadFile(s.uploadedFile())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var cert tls.Certificate
	if err == nil {
		cert, err = tls.X509KeyPair(text, text)
	}
	if err != nil {
		s.o.Logger.Error("the certificate that was uploaded cannot be used; our own is", "error", err)
		return nil
	}
	return &loaded{cert: cert, uploaded: true}
}

// Put takes a certificate, with its chain behind it, and its key, both PEM, in the
// place of our own: for the next client, and after a restart. It is refused for a
// Source of files.
func (s *Source) Put(cert, key []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.o.Dir == "" {
		return ErrMode
	}
	if len(cert) > maxUpload || len(key) > maxUpload {
		return fmt.Errorf("%w: at most %d bytes each", ErrNoCertificate, maxUpload)
	}
	leaf, err := parsePEM(cert)
	if err != nil {
		return fmt.Errorf("%w: a PEM block CERTIFICATE must come first", ErrNoCertificate)
	}
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		return fmt.Errorf("%w: %w", ErrKey, err)
	}
	if now := s.o.Now(); now.After(leaf.NotAfter) || now.Before(leaf.NotBefore) {
		return fmt.Errorf("%w: it is from %s to %s", ErrExpired, leaf.NotBefore.UTC().Format(time.RFC3339), leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	if leaf.IsCA || len(leaf.ExtKeyUsage) > 0 && !slices.ContainsFunc(leaf.ExtKeyUsage, func(u x509.ExtKeyUsage) bool {
		return u == x509.ExtKeyUsageServerAuth || u == x509.ExtKeyUsageAny
	}) {
		return fmt.Errorf("%w: it is not for a server", ErrNoCertificate)
	}
	both := append(append(bytes.TrimSpace(bytes.Clone(cert)), '\n'), key...)
	if err := wholefile.Write(s.uploadedFile(), both, 0o600); err != nil {
		return err
	}
	return s.reload()
}

// Drop forgets what Put was given: our own certificate counts again.
func (s *Source) Drop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.o.Dir == "" {
		return ErrMode
	}
	if err := os.Remove(s.uploadedFile()); errors.Is(err, os.ErrNotExist) {
		return ErrNone
	} else if err != nil {
		return err
	}
	return s.reload()
}

// Remake makes our own certificate anew, with a new key, signed by our authority,
// which clients trust already. What Put was given is forgotten.
func (s *Source) Remake() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.o.Dir == "" {
		return ErrMode
	}
	ca, err := s.authority()
	if err != nil {
		return err
	}
	if err := s.makeLeaf(ca); err != nil {
		return err
	}
	if err := os.Remove(s.uploadedFile()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return s.reload()
}

// Info is what there is to say of the certificate in use.
type Info struct {
	Subject, Issuer     string
	Names               []string // names and addresses that it is for
	NotBefore, NotAfter time.Time
	Fingerprint         string // SHA-256 of the certificate itself, "AB:CD:…"
	Uploaded            bool   // by Put
	Authority           string // fingerprint of our own authority; "" when it has not signed it
}

// Info describes the certificate in use.
func (s *Source) Info() Info {
	l := s.current.Load()
	out := Info{Uploaded: l.uploaded, Names: []string{}}
	if l.ca != nil {
		out.Authority = s.Fingerprint()
	}
	c, err := x509.ParseCertificate(l.cert.Certificate[0])
	if err != nil {
		return out // what tls takes, x509 reads
	}
	out.Subject, out.Issuer, out.NotBefore, out.NotAfter = c.Subject.String(), c.Issuer.String(), c.NotBefore.UTC(), c.NotAfter.UTC()
	out.Names = append(out.Names, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		out.Names = append(out.Names, ip.String())
	}
	out.Fingerprint = colons(sha256.Sum256(c.Raw))
	return out
}

// colons writes a sum as people compare it.
func colons(sum [sha256.Size]byte) string {
	parts := make([]string, len(sum))
	for i, b := range sum {
		parts[i] = strings.ToUpper(hex.EncodeToString([]byte{b}))
	}
	return strings.Join(parts, ":")
}
