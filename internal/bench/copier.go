package bench

import (
	"bufio"
	"context"
	"crypto/sha1" //nolint:gosec // RFC 6455 asks for it
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
)

// CopierArgs are the arguments of the hidden command that runs Copy.
func CopierArgs(events int, prefix string) []string {
	return []string{"bench", "copy", strconv.Itoa(events), prefix}
}

// Copy is the physical limit: it listens on loopback, writes its address to out
// and, once a client has said anything, copies the frames of all events to every
// client. It ends with ctx.
func Copy(ctx context.Context, events int, prefix string, out io.Writer) error {
	if events < 1 || events > maxEvents {
		return fmt.Errorf("events: %d is not within 1 and %d", events, maxEvents)
	}
	g := generator{prefix: prefix}
	var frames []byte
	var cuts []int // ends of writes, which never cut a frame
	last := 0
	for i := range events {
		frames = g.appendFrame(frames, i)
		if len(frames)-last >= writeSize || i == events-1 {
			last = len(frames)
			cuts = append(cuts, last)
		}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, ln.Addr())
	stop := context.AfterFunc(ctx, func() { _ = ln.Close() })
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	begin := make(chan struct{})
	var once sync.Once
	for {
		c, err := ln.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return nil
			}
			return err
		}
		closed := context.AfterFunc(ctx, func() { _ = c.Close() })
		wg.Go(func() {
			defer closed()
			defer c.Close()
			r, err := accept(c)
			if err != nil {
				return
			}
			wg.Go(func() {
				// Reading on shows when the client goes.
				if _, err := r.ReadByte(); err == nil {
					once.Do(func() { close(begin) })
				}
			})
			select {
			case <-begin:
			case <-ctx.Done():
				return
			}
			at := 0
			for _, cut := range cuts {
				if _, err := c.Write(frames[at:cut]); err != nil {
					return
				}
				at = cut
			}
			<-ctx.Done() // the client has not read it all yet
		})
	}
}

// accept does the server's half of the handshake.
func accept(c net.Conn) (*bufio.Reader, error) {
	r := bufio.NewReader(c)
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil, err
	}
	sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // RFC 6455 asks for it
	_, err = fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	return r, err
}

// limit measures how many frames a second the copier brings to n clients.
func (b *bench) limit(ctx context.Context, n, events int) (perSecond float64, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	c, err := start(b.o.Command, w, CopierArgs(events, b.gen.prefix)...)
	_ = w.Close() // the child has its own
	if err != nil {
		return 0, err
	}
	defer c.stop()
	address, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("the copying process did not start: %w: %s", err, &c.said)
	}
	t := target{url: "ws://" + strings.TrimSpace(address) + "/"}
	a, err := t.listen(ctx, n, events, nil)
	if err != nil {
		return 0, err
	}
	defer a.close()
	res, err := b.clocked(ctx, a, func(context.Context) error { return a.rs[0].c.text([]byte("go")) })
	return res.perSecond, err
}
