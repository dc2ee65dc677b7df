package demo

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskproc"
)

// Where the demo listens unless told otherwise.
const (
	DefaultListen       = "127.0.0.1:8080" // web, REST, WebSocket
	DefaultDCMIWSListen = "127.0.0.1:6600" // WebSocket only
)

// minInterval is the shortest mean time between the demo's own calls.
const minInterval = 50 * time.Millisecond

// Options configures a Demo. The zero value is the demo of the contract,
// without a word printed.
type Options struct {
	// Listen and DCMIWSListen are loopback addresses; port 0 is a free one.
	// Default DefaultListen and DefaultDCMIWSListen.
	Listen, DCMIWSListen string
	// Source is where calls come from. Default SourceAuto.
	Source Source
	// Asterisk is the version that is run. Default 22.
	Asterisk asteriskproc.Version
	// Quiet leaves out the calls that the demo makes by itself.
	Quiet bool
	// Furnished gives the first company besides its phones a group with a number,
	// opening hours, holidays, a mailbox and contacts, as one has that uses it.
	Furnished bool
	// Interval is the mean time between such calls. Default 4 s.
	Interval time.Duration
	// RestartAfter is how long an Asterisk that ended stays away. Default 3 s.
	RestartAfter time.Duration
	// TempDir is where the demo's folder is made. Default os.TempDir.
	TempDir string

	// Out gets what the user reads: progress, summary, one line per call.
	// Default none.
	Out io.Writer
	// Terminal says that Out is one, so that progress may overwrite itself.
	Terminal bool
	// Lang is the language of what is printed. Default Korean.
	Lang Lang
	// Version is DIPCAST's own, as it shows itself.
	Version string
	Logger  *slog.Logger // default none

	speed float64 // of recorded calls; 0 is that of the recording
}

// Source says where a demo's calls come from.
type Source uint8

// The sources.
const (
	SourceAuto     Source = iota // Asterisk, or recorded calls when there is none to be had
	SourceAsterisk               // Asterisk, or an error
	SourceRecorded               // recorded calls
)

// AddressError reports an address the demo does not listen on.
type AddressError struct {
	Flag    string // of the command, "--listen"
	Address string // as given
	Reason  string
}

func (e *AddressError) Error() string { return fmt.Sprintf("%s %q: %s", e.Flag, e.Address, e.Reason) }

// PortError reports an address that another program listens on.
type PortError struct {
	Address string
	Flag    string // of the command, "--listen"
	Err     error
}

func (e *PortError) Error() string {
	return fmt.Sprintf("%s is in use by another program; choose another with %s", e.Address, e.Flag)
}

// Unwrap returns the error of the attempt to listen.
func (e *PortError) Unwrap() error { return e.Err }

func (o *Options) complete() error {
	if o.Listen == "" {
		o.Listen = DefaultListen
	}
	if o.DCMIWSListen == "" {
		o.DCMIWSListen = DefaultDCMIWSListen
	}
	if o.Asterisk == 0 {
		o.Asterisk = asteriskproc.Asterisk22
	}
	if o.Interval == 0 {
		o.Interval = 4 * time.Second
	}
	if o.RestartAfter == 0 {
		o.RestartAfter = 3 * time.Second
	}
	if o.TempDir == "" {
		o.TempDir = tempDir()
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Asterisk != asteriskproc.Asterisk22 && o.Asterisk != asteriskproc.Asterisk16 {
		return fmt.Errorf("asterisk %d: the demo runs 22 or 16", int(o.Asterisk))
	}
	if o.Interval < minInterval {
		return fmt.Errorf("interval %v: at least %v", o.Interval, minInterval)
	}
	var err error
	if o.Listen, err = loopbackAddress("--listen", o.Listen); err != nil {
		return err
	}
	if o.DCMIWSListen, err = loopbackAddress("--dcmiws-listen", o.DCMIWSListen); err != nil {
		return err
	}
	if o.Listen == o.DCMIWSListen && !strings.HasSuffix(o.Listen, ":0") {
		return &AddressError{Flag: "--dcmiws-listen", Address: o.DCMIWSListen, Reason: "the same as --listen"}
	}
	return nil
}

// loopbackAddress accepts host:port, :port and a bare port, on loopback only:
// the demo's passwords are published.
func loopbackAddress(flag, s string) (string, error) {
	if _, err := strconv.Atoi(s); err == nil {
		s = ":" + s
	}
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", &AddressError{Flag: flag, Address: s, Reason: "give it as 127.0.0.1:8080"}
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return "", &AddressError{Flag: flag, Address: s, Reason: "a port is 0 to 65535"}
	}
	if host == "" || host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !ip.IsLoopback() {
		return "", &AddressError{Flag: flag, Address: s, Reason: "its passwords are published, so the demo listens on loopback only"}
	}
	return net.JoinHostPort(host, port), nil
}

// checkFree tells early, before anything is unpacked, that an address is taken.
func checkFree(ctx context.Context, flag, address string) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return &PortError{Address: address, Flag: flag, Err: err}
	}
	return l.Close()
}

// tempDir is short enough for the control sockets below it, which may have 107
// bytes.
func tempDir() string {
	const longest = 60
	if d := os.TempDir(); len(d) <= longest {
		return d
	}
	return "/tmp"
}
