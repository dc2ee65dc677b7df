package fax

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/asteriskconf"
)

// record is a line that Asterisk wrote beside the pages of a fax.
type record map[string]string

// maxRecord bounds such a line, in bytes.
const maxRecord = 4 << 10

// readRecord reads one. ok is false when it is not there, or not whole yet.
func readRecord(path string) (r record, at time.Time, ok bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() > maxRecord {
		return nil, time.Time{}, false, nil
	}
	if err != nil {
		return nil, time.Time{}, false, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, time.Time{}, false, err
	}
	r, ok = parseRecord(string(text))
	return r, info.ModTime(), ok, nil
}

func parseRecord(line string) (record, bool) {
	f := strings.Fields(line)
	if len(f) < 2 || f[0] != asteriskconf.FaxRecordMark || f[len(f)-1] != asteriskconf.FaxRecordEnd {
		return nil, false
	}
	r := record{}
	for _, pair := range f[1 : len(f)-1] {
		name, value, _ := strings.Cut(pair, "=")
		r[name] = value
	}
	return r, true
}

func (r record) number(name string) int {
	n, err := strconv.Atoi(r[name])
	if err != nil || n < 0 || n > 1<<30 {
		return 0
	}
	return n
}

// time is a moment in seconds since 1970; otherwise when there is none.
func (r record) time(name string, otherwise time.Time) time.Time {
	if n, err := strconv.ParseInt(r[name], 10, 64); err == nil && n > 0 && n < 1<<33 {
		return time.Unix(n, 0).UTC()
	}
	return otherwise
}

// mode is how the fax went over the line.
func (r record) mode() string {
	switch strings.ToLower(r["mode"]) {
	case "t38":
		return "t38"
	case "audio":
		return "audio"
	}
	return ""
}
