// Package trunks_test makes real calls by trunks of every kind, between
// Asterisks and with SIP phones: registration and IP, digest, P-Asserted-
// Identity, the ways of keys, codecs, and SIP over TLS with SRTP.
package trunks_test

import (
	"log/slog"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/certs"
)

func TestMain(m *testing.M) { asterisktest.Main(m) }

const (
	tenant2 = "7be69580e27641df"
	did     = "07045805605" // rings 1010
	mobile  = "01026132471" // in the network
)

// wantSilence fails the test for every complaint in an Asterisk's log, but that
// what a trunk of a test registers at is not there.
func wantSilence(t *testing.T, s *asterisktest.Server) {
	t.Helper()
	s.Silent(t, []string{"WARNING[", "ERROR["}, "No response received from")
}

// files are a certificate for loopback, its key, and the authority to trust.
type files struct{ cert, key, ca string }

// certificate makes what the gateway makes with tls.mode self.
func certificate(t *testing.T) files {
	t.Helper()
	dir := t.TempDir()
	if _, err := certs.New(certs.Options{Dir: dir, Hosts: []string{"127.0.0.1"}, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	return files{cert: dir + "/cert.pem", key: dir + "/cert.key", ca: dir + "/ca.pem"}
}
