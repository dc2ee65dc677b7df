package fastagi

import (
	"bufio"
	"strings"
)

// Parse is readRequest, for the fuzz test.
func Parse(text string) (*Request, error) {
	return readRequest(bufio.NewReaderSize(strings.NewReader(text), MaxLine))
}
