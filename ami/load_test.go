package ami_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"github.com/dipcast/dipcast/ami"
)

// quickServer answers Pings, many in one write, and streams events when told
// to: the least a server does, so that the client's part is what is measured.
func quickServer(b *testing.B) (addr string, stream chan []byte) {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	stream = make(chan []byte)
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = c.Write([]byte("Asterisk Call Manager/11.0.0\r\n"))
		go func() {
			for data := range stream {
				_, _ = c.Write(data)
			}
		}()
		br := bufio.NewReaderSize(c, 64<<10)
		var out []byte
		for {
			line, err := br.ReadSlice('\n')
			if err != nil {
				return
			}
			switch {
			case bytes.HasPrefix(line, []byte("Action: Login")):
				out = append(out, "Response: Success\r\n\r\nEvent: FullyBooted\r\n\r\n"...)
			case bytes.HasPrefix(line, []byte("ActionID: ")):
				out = append(append(append(out, "Response: Success\r\n"...), line...), "Ping: Pong\r\nTimestamp: 1795255076.189439\r\n\r\n"...)
			case len(line) == 2 && br.Buffered() == 0:
				_, _ = c.Write(out)
				out = out[:0]
			}
		}
	}()
	b.Cleanup(func() {
		_ = ln.Close()
		<-done
		close(stream)
	})
	return ln.Addr().String(), stream
}

// up runs a client until the benchmark ends.
func up(b *testing.B, o ami.Options) *ami.Client {
	b.Helper()
	ready := make(chan struct{})
	o.Username = "gw"
	o.OnChange = func(c ami.Change) {
		if c.State == ami.StateUp {
			close(ready)
		}
	}
	c, err := ami.New(o)
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	<-ready
	b.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			b.Error(err)
		}
	})
	return c
}

// BenchmarkPing64 keeps 64 actions in flight.
func BenchmarkPing64(b *testing.B) {
	addr, _ := quickServer(b)
	c := up(b, ami.Options{Address: addr})
	a := ami.NewAction("Ping")
	done := make(chan struct{})
	left := atomic.Int64{}
	left.Store(int64(b.N))
	started := atomic.Int64{}
	var next func(ami.Result)
	next = func(r ami.Result) {
		if r.Err != nil {
			b.Error(r.Err)
		}
		if left.Add(-1) == 0 {
			close(done)
		}
		if started.Add(1) <= int64(b.N) {
			if _, err := c.Send(a, ami.SendOptions{}, next); err != nil {
				b.Error(err)
			}
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range min(64, b.N) {
		if started.Add(1) <= int64(b.N) {
			if _, err := c.Send(a, ami.SendOptions{}, next); err != nil {
				b.Fatal(err)
			}
		}
	}
	<-done
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "actions/s")
}

// BenchmarkEvents reads events of 20 headers over TCP and counts them.
func BenchmarkEvents(b *testing.B) {
	addr, stream := quickServer(b)
	seen := atomic.Int64{}
	done := make(chan struct{})
	goal := int64(b.N)
	c := up(b, ami.Options{Address: addr, OnMessage: func(m *ami.Message) {
		if string(m.Event()) == "Newexten" && seen.Add(1) == goal {
			close(done)
		}
	}})
	batch := bytes.Repeat(event20, 100)
	b.SetBytes(int64(len(event20)))
	b.ReportAllocs()
	b.ResetTimer()
	for n := b.N; n > 0; n -= 100 {
		stream <- batch[:len(event20)*min(n, 100)]
	}
	<-done
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	_ = c
}
