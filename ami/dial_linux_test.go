package ami

import (
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestSocketOptions: keep-alive and the kernel's own bound are set, so that a
// peer whose packets vanish is noticed.
func TestSocketOptions(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c, err := New(Options{Address: ln.Addr().String(), Username: "gw", PingInterval: 7 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := c.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		t.Fatalf("%T", conn)
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = raw.Control(func(fd uintptr) {
		for _, o := range []struct {
			name                string
			level, option, want int
		}{
			{"keep-alive", unix.SOL_SOCKET, unix.SO_KEEPALIVE, 1},
			{"idle", unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 7},
			{"interval", unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 5},
			{"user timeout", unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, 7000},
		} {
			if got, err := unix.GetsockoptInt(int(fd), o.level, o.option); err != nil || got != o.want {
				t.Errorf("%s is %d, want %d (%v)", o.name, got, o.want, err)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
