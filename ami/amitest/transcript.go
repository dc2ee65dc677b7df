package amitest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Direction tells who a Chunk of a Transcript is from.
type Direction uint8

// The directions of a Chunk.
const (
	Note     Direction = iota // "####": a remark of who recorded it
	Sent                      // ">>>>": by the client
	Received                  // "<<<<": by the server, one segment
)

// Chunk is one marked part of a Transcript.
type Chunk struct {
	At   time.Duration // since the start of the recording
	Conn int           // which connection, from 0
	Dir  Direction
	Data []byte // bytes as on the wire; the text of a Note
}

// Transcript is a recorded dialogue. It may hold several connections, one
// after the other.
type Transcript struct {
	Name    string // file name
	Comment string // what it shows
	Chunks  []Chunk
}

// LoadTranscript reads a recorded dialogue from a file.
func LoadTranscript(path string) (*Transcript, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ParseTranscript(filepath.Base(path), data), nil
}

// LoadTranscripts reads all dialogues (*.txt) of a directory, by name.
func LoadTranscripts(dir string) ([]*Transcript, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no transcripts in %s", dir)
	}
	all := make([]*Transcript, 0, len(paths))
	for _, p := range paths {
		t, err := LoadTranscript(p)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// ParseTranscript takes a recording apart. Lines before the first marker are
// its Comment.
func ParseTranscript(name string, data []byte) *Transcript {
	t := &Transcript{Name: name}
	var cur *Chunk
	for line := range bytes.SplitAfterSeq(data, []byte("\n")) {
		if len(line) == 0 {
			continue // behind the last line
		}
		dir, at, text, ok := marker(line)
		switch {
		case ok:
			conn := 0
			if n := len(t.Chunks); n > 0 {
				conn = t.Chunks[n-1].Conn
			}
			if dir == Note && strings.HasPrefix(text, "new connection") && t.hasBytes(conn) {
				conn++
			}
			t.Chunks = append(t.Chunks, Chunk{At: at, Conn: conn, Dir: dir, Data: []byte(text)})
			cur = &t.Chunks[len(t.Chunks)-1]
		case cur == nil:
			t.Comment += strings.TrimPrefix(string(line), "# ")
		case cur.Dir == Note:
			cur.Data = append(append(cur.Data, '\n'), bytes.TrimRight(line, "\r\n")...)
		default:
			cur.Data = append(cur.Data, line...)
		}
	}
	t.Comment = strings.TrimSpace(t.Comment)
	return t
}

// marker reads a line such as "<<<< 0.505" or "#### 1.208 text".
func marker(line []byte) (dir Direction, at time.Duration, text string, ok bool) {
	s := strings.TrimRight(string(line), "\r\n")
	mark, rest, found := strings.Cut(s, " ")
	if !found {
		return 0, 0, "", false
	}
	switch mark {
	case "####":
		dir = Note
	case ">>>>":
		dir = Sent
	case "<<<<":
		dir = Received
	default:
		return 0, 0, "", false
	}
	when, text, _ := strings.Cut(rest, " ")
	sec, err := strconv.ParseFloat(when, 64)
	if err != nil {
		return 0, 0, "", false
	}
	return dir, time.Duration(sec * float64(time.Second)), text, true
}

func (t *Transcript) hasBytes(conn int) bool {
	for i := range t.Chunks {
		if t.Chunks[i].Conn == conn && t.Chunks[i].Dir != Note {
			return true
		}
	}
	return false
}

// Connections returns how many connections the transcript holds.
func (t *Transcript) Connections() int {
	if len(t.Chunks) == 0 {
		return 0
	}
	return t.Chunks[len(t.Chunks)-1].Conn + 1
}

// Received returns all bytes the server sent, of all connections in order.
func (t *Transcript) Received() []byte { return t.join(Received, -1) }

// ReceivedOn returns the bytes the server sent on one connection.
func (t *Transcript) ReceivedOn(conn int) []byte { return t.join(Received, conn) }

// SentOn returns the bytes the client sent on one connection.
func (t *Transcript) SentOn(conn int) []byte { return t.join(Sent, conn) }

func (t *Transcript) join(dir Direction, conn int) []byte {
	var all []byte
	for _, c := range t.Chunks {
		if c.Dir == dir && (conn < 0 || c.Conn == conn) {
			all = append(all, c.Data...)
		}
	}
	return all
}
