package ami

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// dial connects, with TLS when asked for.
func (c *Client) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.DialTimeout)
	defer cancel()
	dial := c.o.Dial
	if dial == nil {
		dial = c.dialer().DialContext
	}
	conn, err := dial(ctx, "tcp", c.o.Address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if c.o.TLS == nil {
		return conn, nil
	}
	config, err := c.o.TLS.config(c.o.Address)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("tls: %w", err)
	}
	t := tls.Client(conn, config)
	if err := t.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("tls handshake: %w", err)
	}
	return t, nil
}

// dialer has TCP keep-alive on. Where the system can, a Ping that the peer's
// kernel does not acknowledge for a PingInterval ends the connection: a link
// whose packets vanish is found within two intervals, while a server that is
// merely slow has its Ping misses.
func (c *Client) dialer() *net.Dialer {
	return &net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: c.o.PingInterval, Interval: 5 * time.Second, Count: 2},
		Control:         userTimeout(c.o.PingInterval),
	}
}

// config reads the files of t.
func (t *TLSOptions) config(address string) (*tls.Config, error) {
	cfg := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		ServerName:         t.ServerName,
		InsecureSkipVerify: t.InsecureSkipVerify, //nolint:gosec // asked for by name
	}
	if cfg.ServerName == "" {
		cfg.ServerName, _, _ = net.SplitHostPort(address) // checked by New
	}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, err
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("no certificate in the CA file " + t.CAFile)
		}
	}
	if t.CertFile != "" {
		cert, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, err
		}
		cfg.Certificates = []tls.Certificate{cert}
	}
	return cfg, nil
}
