package sipphone

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// ErrNotLoopback reports an address outside 127.0.0.0/8 and ::1. The phones of
// this package are for tests and demonstrations and never leave the machine.
var ErrNotLoopback = errors.New("not a loopback address")

const (
	maxReceived = 64 << 10 // any datagram
	// maxMessage is the longest message we send. PJSIP, and so Asterisk, reads
	// 4000 bytes by default (PJSIP_MAX_PKT_LEN in sip_config.h).
	maxMessage = 4000
)

// parseAddr reads host:port and refuses what is not on loopback.
func parseAddr(what, s string) (netip.AddrPort, error) {
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		return a, fmt.Errorf("%s: %w", what, err)
	}
	if !a.Addr().IsLoopback() {
		return a, fmt.Errorf("%s %s: %w", what, s, ErrNotLoopback)
	}
	return a, nil
}

// read takes every datagram until the socket is closed. Messages are handled
// one after the other in this goroutine, so what arrives in order is seen in
// order; no handler waits for anything.
func (a *agent) read() {
	buf := make([]byte, maxReceived)
	parser := sip.NewParser()
	for {
		n, from, err := a.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an ICMP error of something sent earlier
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		data := buf[:n]
		if len(bytes.TrimSpace(data)) == 0 || !from.Addr().IsLoopback() {
			continue // empty lines are keep-alives
		}
		a.handle(parser, bytes.Clone(data), from)
	}
}

// handle parses and dispatches one message. Whatever a datagram does to the
// parser or a handler, the phone goes on.
func (a *agent) handle(parser *sip.Parser, data []byte, from netip.AddrPort) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("sip message dropped", "panic", r)
		}
	}()
	msg, err := parser.ParseSIP(data)
	if err != nil {
		a.log.Debug("no sip message", "bytes", len(data)) // the error quotes it, with numbers and names
		return
	}
	switch m := msg.(type) {
	case *sip.Request:
		m.SetSource(from.String())
		a.onRequest(m, from)
	case *sip.Response:
		a.onResponse(m)
	}
}

// encode renders a message; every message we send passes here.
func encode(m sip.Message) ([]byte, error) {
	raw := []byte(m.String())
	if len(raw) > maxMessage {
		return nil, fmt.Errorf("message of %d bytes: %w", len(raw), ErrText)
	}
	return raw, nil
}

// send writes one datagram. It goes nowhere but to loopback, whatever a
// message says.
func (a *agent) send(raw []byte, to netip.AddrPort) error {
	if !to.Addr().IsLoopback() {
		return ErrNotLoopback
	}
	if a.stream != nil {
		return a.write(raw)
	}
	if _, err := a.conn.WriteToUDPAddrPort(raw, to); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}
