package relay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/dipcast/dipcast/works"
)

// maxFile is the most that a file of a callback has: its head as JSON in one line,
// and its body.
const maxFile = works.MaxCallback + 4*maxHeader

const fileEnd = ".callback"

var errFile = errors.New("is no callback")

// file is where the callback of a place waits.
func (q *waiting) file(place int64) string {
	return filepath.Join(q.dir, fmt.Sprintf("%020d%s", place, fileEnd))
}

func (c *call) encode() ([]byte, error) {
	head, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	if len(head)+1+len(c.body) > maxFile {
		return nil, errFull
	}
	return append(append(head, '\n'), c.body...), nil
}

func readCall(path string) (*call, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	head, body, ok := bytes.Cut(text, []byte{'\n'})
	c := &call{body: body}
	if !ok || len(text) > maxFile {
		return nil, errFile
	}
	if err := json.Unmarshal(head, c); err != nil {
		return nil, errFile // the error may repeat what it read
	}
	return c, nil
}

// open makes the folder and begins to deliver what waits in it from before.
func (q *waiting) open() error {
	if err := os.MkdirAll(q.dir, 0o700); err != nil {
		return err
	}
	names, err := os.ReadDir(q.dir) // in order
	if err != nil {
		return err
	}
	for _, e := range names {
		path := filepath.Join(q.dir, e.Name())
		number, ok := strings.CutSuffix(e.Name(), fileEnd)
		place, err := strconv.ParseInt(number, 10, 64)
		if !ok || err != nil || q.file(place) != path {
			if strings.HasPrefix(e.Name(), ".new-") { // not written to its end, and so not answered
				_ = os.Remove(path)
			}
			continue
		}
		c, err := readCall(path)
		if err != nil {
			q.s.log.Error("a callback that waited cannot be read; it stays where it is", "file", e.Name(), "error", err)
			continue
		}
		it := &item{place: place, bytes: int64(len(c.body)), expires: c.Received.Add(q.bounds.Expires), written: make(chan struct{})}
		close(it.written)
		q.mu.Lock()
		q.last = max(q.last, place)
		q.put(c.Tenant, it)
		q.mu.Unlock()
	}
	return nil
}
