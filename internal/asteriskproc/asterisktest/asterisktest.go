// Package asterisktest starts real Asterisks for tests, on loopback and free
// ports, from an asteriskconf.Input.
package asterisktest

import (
	"bytes"
	"context"
	"net"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// rtpPorts is how many RTP ports a server gets: two for each leg.
const rtpPorts = 200

// unpackTimeout bounds the wait for a tree that is not there yet.
const unpackTimeout = 10 * time.Minute

// bootTimeout bounds the start of an Asterisk: a second, and far more on a
// machine that is at its limits.
const bootTimeout = 2 * time.Minute

// AMI users that Start adds when the input names none.
var (
	Events   = asteriskconf.User{Name: "events", Secret: "events-secret"}
	Calls    = asteriskconf.User{Name: "calls", Secret: "calls-secret"}
	Database = asteriskconf.User{Name: "database", Secret: "database-secret"}
	All      = asteriskconf.User{Name: "all", Secret: "all-secret"}
)

// Server is a running Asterisk that stops when its test ends.
type Server struct {
	*asteriskproc.Instance
	Input   asteriskconf.Input // as rendered, with ports and folders
	AMIAddr string             // host:port
	SIPAddr string             // host:port
	TLSAddr string             // host:port, where SIP is spoken over TLS; "" without SIP.Cert
}

// ports is shared by all servers of one test program.
var ports asteriskproc.Ports

// Tree gives a whole tree, unpacking it when needed. The test fails when there
// is none to be had.
func Tree(tb testing.TB, version asteriskproc.Version) *asteriskproc.Tree {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), unpackTimeout)
	defer cancel()
	tree, err := asteriskproc.Install(ctx, asteriskproc.InstallOptions{Version: version})
	if err != nil {
		tb.Fatal(err)
	}
	return tree
}

// Port gives a free port on 127.0.0.1, for a peer of a server.
func Port(tb testing.TB) int {
	tb.Helper()
	return Ports(tb, 1)
}

// Ports gives the first of n neighboring ports that are free until the test
// ends.
func Ports(tb testing.TB, n int) int {
	tb.Helper()
	first, err := ports.Pick(n)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { ports.Release(first, n) })
	return first
}

// Start renders in and starts an Asterisk on it. Folders, ports and, when none
// are named, AMI users are filled in; ports of sound too when none are named. What Asterisk logged is shown when the
// test fails.
func Start(tb testing.TB, in asteriskconf.Input) *Server {
	tb.Helper()
	tree := Tree(tb, asteriskproc.Version(in.Version))
	// Not tb.TempDir: its path holds the test's name, too long for a socket.
	dir, err := os.MkdirTemp("", "ast") //nolint:usetesting // see above
	if err != nil {
		tb.Fatal(err)
	}
	in.Dirs = tree.Dirs(dir)
	in.AMI.Port = Port(tb)
	if in.SIP.Port == 0 { // a trunk may lead back here
		in.SIP.Port = Port(tb)
	}
	if in.SIP.Cert != "" || in.SIP.CA != "" {
		in.SIP.TLSPort = Port(tb)
	}
	if in.SIP.RTPFirst == 0 {
		in.SIP.RTPFirst = Ports(tb, rtpPorts)
		in.SIP.RTPLast = in.SIP.RTPFirst + rtpPorts - 1
	}
	if in.AMI.Users == (asteriskconf.Users{}) {
		in.AMI.Users = asteriskconf.Users{Events: Events, Calls: Calls, Database: Database, All: All, Commands: true}
	}
	files, err := asteriskconf.Render(in)
	if err != nil {
		tb.Fatal(err)
	}
	if err := asteriskproc.WriteFiles(dir, files); err != nil {
		tb.Fatal(err)
	}
	instance, err := asteriskproc.Start(tb.Context(), asteriskproc.RunOptions{Tree: tree, Dir: dir, ReadyTimeout: bootTimeout})
	if err != nil {
		tb.Fatal(err)
	}
	var once sync.Once
	tb.Cleanup(func() {
		once.Do(func() {
			instance.Stop()
			if log, err := os.ReadFile(instance.LogPath()); err == nil && tb.Failed() {
				tb.Logf("asterisk logged:\n%s", bytes.TrimSpace(log))
			}
			os.RemoveAll(dir)
		})
	})
	tlsAddr := ""
	if in.SIP.TLSPort != 0 {
		tlsAddr = hostPort(in.SIP.TLSPort)
	}
	return &Server{
		Instance: instance,
		Input:    in,
		AMIAddr:  hostPort(in.AMI.Port),
		SIPAddr:  hostPort(in.SIP.Port),
		TLSAddr:  tlsAddr,
	}
}

func hostPort(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
