// Package certs gives listeners their TLS certificate: from files, which are
// read again when they change, or from a certificate authority of our own that
// is made at the first start.
package certs

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNoCertificate reports files that hold no usable certificate.
var ErrNoCertificate = errors.New("no usable certificate")

// checkEvery is how often files are looked at, at most, while clients connect.
const checkEvery = 10 * time.Second

// Options says where the certificate comes from: Cert and Key, or Dir.
type Options struct {
	Cert, Key string // PEM files
	// Dir keeps our own certificate authority: ca.pem, ca.key, cert.pem,
	// cert.key. It is made with mode 0700 when missing.
	Dir string
	// Hosts are the names and addresses that the own certificate is for,
	// beside localhost and this machine's name.
	Hosts  []string
	Logger *slog.Logger     // required
	Now    func() time.Time // default time.Now
}

// Source is a certificate that can change while it is used. Its methods may be
// called from any goroutine.
type Source struct {
	o       Options
	current atomic.Pointer[loaded]

	mu      sync.Mutex // held while reading files
	checked time.Time
}

type loaded struct {
	cert     tls.Certificate
	stamps   stamps
	ca       []byte // PEM, of our own
	uploaded bool   // by Put
}

// stamps are those of the certificate, its key, and what Put keeps.
type stamps [3]stamp

// stamp tells whether a file has changed.
type stamp struct {
	mod  time.Time
	size int64
}

// New reads the certificate, or makes one when Options.Dir has none.
func New(o Options) (*Source, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Source{o: o}
	if o.Dir != "" {
		s.o.Cert, s.o.Key = o.Dir+"/cert.pem", o.Dir+"/cert.key"
		if err := s.makeOwn(); err != nil {
			return nil, fmt.Errorf("own certificate: %w", err)
		}
	}
	return s, s.Reload()
}

// Reload reads the files anew. On an error the certificate in use stays.
func (s *Source) Reload() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reload()
}

func (s *Source) reload() error {
	s.checked = s.o.Now()
	stamps := s.stamps()
	if l := s.put(); l != nil {
		l.stamps = stamps
		s.current.Store(l)
		return nil
	}
	cert, err := tls.LoadX509KeyPair(s.o.Cert, s.o.Key)
	if err != nil {
		return fmt.Errorf("%w: %s, %s: %w", ErrNoCertificate, s.o.Cert, s.o.Key, err)
	}
	l := &loaded{cert: cert, stamps: stamps}
	if s.o.Dir != "" {
		if l.ca, err = os.ReadFile(s.o.Dir + "/ca.pem"); err != nil {
			return fmt.Errorf("own certificate authority: %w", err)
		}
	}
	s.current.Store(l)
	return nil
}

func (s *Source) stamps() stamps {
	return stamps{stampOf(s.o.Cert), stampOf(s.o.Key), stampOf(s.uploadedFile())}
}

func stampOf(file string) stamp {
	info, err := os.Stat(file)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}

// Config is for a listener. It takes TLS 1.2 and newer.
func (s *Source) Config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.certificate(), nil },
		NextProtos:     []string{"http/1.1"}, // a WebSocket needs the connection itself
		// Small first records show the top of a page sooner; events are many
		// short frames in one write, for which they only cost.
		DynamicRecordSizingDisabled: true,
	}
}

// certificate returns what is current, and reads the files again when they
// have changed. A file that is broken, or half written, changes nothing.
func (s *Source) certificate() *tls.Certificate {
	l := s.current.Load()
	if s.mu.TryLock() {
		defer s.mu.Unlock()
		if now := s.o.Now(); now.Sub(s.checked) >= checkEvery {
			s.checked = now
			s.renew(l)
			l = s.current.Load()
		}
	}
	return &l.cert
}

func (s *Source) renew(l *loaded) {
	if s.o.Dir != "" {
		if err := s.makeOwn(); err != nil {
			s.o.Logger.Error("own certificate not renewed", "error", err)
		}
	}
	if l.stamps == s.stamps() {
		return
	}
	if err := s.reload(); err != nil {
		s.o.Logger.Error("certificate not read again, the old one stays", "error", err)
		return
	}
	s.o.Logger.Info("certificate read again", "fingerprint", s.Fingerprint())
}

// CA is our own certificate authority as PEM, for clients to trust; nil when
// the certificate comes from files.
func (s *Source) CA() []byte { return s.current.Load().ca }

// Fingerprint is the SHA-256 of the certificate that clients have to trust: of
// our own authority, or of the certificate from the file. "AB:CD:…".
func (s *Source) Fingerprint() string {
	l := s.current.Load()
	der := l.cert.Certificate[0]
	if l.ca != nil {
		if c, err := parsePEM(l.ca); err == nil {
			der = c.Raw
		}
	}
	return colons(sha256.Sum256(der))
}

// Expires is when the certificate in use does.
func (s *Source) Expires() time.Time {
	l := s.current.Load()
	if c, err := x509.ParseCertificate(l.cert.Certificate[0]); err == nil {
		return c.NotAfter
	}
	return time.Time{}
}
