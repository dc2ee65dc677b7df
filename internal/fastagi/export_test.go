package fastagi

import (
	"bufio"
	"context"
	"net"
	"strings"
)

// Parse is readRequest, for the fuzz test.
func Parse(text string) (*Request, error) {
	return readRequest(bufio.NewReaderSize(strings.NewReader(text), MaxLine))
}

// ServeConn answers one connection.
func (s *Server) ServeConn(ctx context.Context, conn net.Conn) { s.conn(ctx, conn) }
