package demo

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
)

// tape is a recording that can be played many times, each time with ids and
// times of its own.
type tape struct {
	recorded *amitest.Transcript
	began    time.Time // the second that the first id names
}

func loadTape(server int) (*tape, error) {
	f, err := recordings.Open(fmt.Sprintf("recorded/server%d.txt.gz", server))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it is in memory
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("recorded calls: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("recorded calls: %w", err)
	}
	t := &tape{recorded: amitest.ParseTranscript("recorded", text)}
	if m := uniqueID.FindSubmatch(text); m != nil {
		if s, err := strconv.ParseInt(string(m[1]), 10, 64); err == nil {
			t.began = time.Unix(s, 0)
		}
	}
	return t, nil
}

var (
	uniqueID  = regexp.MustCompile(`\b(1[0-9]{9})\.([0-9]+)\b`)                                 // 1795262486.2
	channelID = regexp.MustCompile(`\bdipcast-[0-9a-f]{4}`)                                     // of our own actions
	cdrTime   = regexp.MustCompile(`\b[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\b`) // local time
)

// at is the recording as if it began at a time; n tells one playing from the
// next.
func (t *tape) at(start time.Time, n int) *amitest.Transcript {
	shift := start.Sub(t.began).Round(time.Second)
	out := *t.recorded
	out.Chunks = make([]amitest.Chunk, len(t.recorded.Chunks))
	for i, c := range t.recorded.Chunks {
		c.Data = t.moved(c.Data, shift, n)
		out.Chunks[i] = c
	}
	return &out
}

func (t *tape) moved(data []byte, shift time.Duration, n int) []byte {
	data = bytes.Clone(data)
	data = uniqueID.ReplaceAllFunc(data, func(id []byte) []byte {
		m := uniqueID.FindSubmatch(id)
		s, err := strconv.ParseInt(string(m[1]), 10, 64)
		if err != nil {
			return id
		}
		return fmt.Appendf(nil, "%d.%s", s+int64(shift/time.Second), m[2])
	})
	data = channelID.ReplaceAllFunc(data, func([]byte) []byte { return fmt.Appendf(nil, "dipcast-%04x", n&0xffff) })
	return cdrTime.ReplaceAllFunc(data, func(at []byte) []byte {
		const layout = "2006-01-02 15:04:05"
		when, err := time.Parse(layout, string(at))
		if err != nil {
			return at
		}
		return when.Add(shift).Local().AppendFormat(nil, layout)
	})
}
