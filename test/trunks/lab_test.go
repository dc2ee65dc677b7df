// Package trunks_test makes real calls by trunks of every kind, between
// Asterisks and with SIP phones: registration and IP, digest, P-Asserted-
// Identity, the ways of keys, codecs, and SIP over TLS with SRTP.
package trunks_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/certs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	tenant2 = "7be69580e27641df"
	did     = "07045805605" // rings 1010
	mobile  = "01026132471" // in the network
)

// patience bounds one wait.
func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// complaint is a line of Asterisk's log that says that something is wrong.
var complaint = regexp.MustCompile(`\b(WARNING|ERROR)\[`)

// wantSilence fails the test for every complaint in an Asterisk's log.
func wantSilence(t *testing.T, s *asterisktest.Server) {
	t.Helper()
	log, err := os.ReadFile(s.LogPath())
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(log)) {
		// What a trunk of a test registers at need not be there.
		if complaint.MatchString(line) && !strings.Contains(line, "No response received from") {
			t.Errorf("asterisk complains: %s", strings.TrimSpace(line))
		}
	}
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

// both runs a test on both versions of Asterisk.
func both(t *testing.T, test func(t *testing.T, version int)) {
	t.Parallel() // they mostly wait
	for _, version := range []int{22, 16} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			t.Parallel()
			test(t, version)
		})
	}
}

// eventually polls until ok is true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for wait := patience(t); !ok(); {
		select {
		case <-tick.C:
		case <-wait.Done():
			t.Fatalf("it did not happen that %s", what)
		}
	}
}

// link connects to an Asterisk's AMI, with all rights.
func link(t *testing.T, s *asterisktest.Server) *ami.Client {
	t.Helper()
	up := make(chan struct{})
	var once sync.Once
	c, err := ami.New(ami.Options{
		Address: s.AMIAddr, Username: asterisktest.All.Name, Secret: asterisktest.All.Secret, Events: "off",
		OnChange: func(c ami.Change) {
			if c.State == ami.StateUp {
				once.Do(func() { close(up) })
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = c.Run(ctx) }) // ends with ctx
	t.Cleanup(func() { cancel(); wg.Wait() })
	select {
	case <-up:
	case <-patience(t).Done():
		t.Fatal("no link")
	}
	return c
}
