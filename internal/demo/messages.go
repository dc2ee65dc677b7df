package demo

import (
	"context"
	"errors"
	"net/netip"

	"github.com/dipcast/dipcast/internal/asteriskproc"
)

var (
	textStopping = say{"끝내는 중입니다…", "ending…"}
	textStopped  = say{"끝났습니다. 남은 프로세스와 파일이 없습니다.", "ended; no process and no file is left."}
	textTaken    = say{
		"%s 주소를 다른 프로그램이 쓰고 있습니다. 데모가 이미 실행 중인지 보고, 아니면 다른 주소를 고르세요:\n  dipcast demo%s",
		"%s is in use by another program. See whether a demo is running already, or choose another address:\n  dipcast demo%s",
	}
	textAddressBad = say{
		"%s %s: 데모는 이 컴퓨터 안에서만 열립니다 (비밀번호가 공개되어 있습니다). 127.0.0.1:8080처럼 쓰세요. 두 주소는 서로 달라야 합니다.",
		"%s %s: the demo listens on this machine only (its passwords are published). Give it as 127.0.0.1:8080; the two addresses must differ.",
	}
	textNoAsterisk = say{"Asterisk를 쓸 수 없습니다: %v", "no Asterisk: %v"}
	textNotStarted = say{"데모를 시작하지 못했습니다: %v", "the demo did not start: %v"}
	textInterrupt  = say{"시작하다가 멈췄습니다. 남은 것은 없습니다.", "interrupted during the start; nothing is left."}
)

// Stopping says that the demo ends.
func Stopping(l Lang) string { return textStopping.in(l) }

// Stopped says that it has ended.
func Stopped(l Lang) string { return textStopped.in(l) }

// Explain says what an error of Start means and what to do.
func Explain(err error, l Lang) string {
	taken := portsTaken(err)
	var address *AddressError
	switch {
	case errors.Is(err, context.Canceled):
		return textInterrupt.in(l)
	case len(taken) > 0:
		var addresses, flags string
		for i, t := range taken {
			if i > 0 {
				addresses += ", "
			}
			addresses += t.Address
			flags += " " + t.Flag + " " + nextTo(t.Address)
		}
		return textTaken.format(l, addresses, flags)
	case errors.As(err, &address):
		return textAddressBad.format(l, address.Flag, address.Address)
	case errors.Is(err, asteriskproc.ErrNotATree), errors.Is(err, asteriskproc.ErrUnavailable), errors.Is(err, asteriskproc.ErrDiskSpace):
		return textNoAsterisk.format(l, err)
	}
	return textNotStarted.format(l, err)
}

// portsTaken are the addresses in use that an error of Start tells of.
func portsTaken(err error) []*PortError {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	var out []*PortError
	for _, e := range all {
		var p *PortError
		if errors.As(e, &p) {
			out = append(out, p)
		}
	}
	return out
}

// nextTo is an address to try instead: the same host, 100 ports up.
func nextTo(address string) string {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return address
	}
	port := a.Port() + 100
	if port < a.Port() {
		port = 0
	}
	return netip.AddrPortFrom(a.Addr(), port).String()
}
