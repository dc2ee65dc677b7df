package cdr

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/store"
)

// Bounds of reading, in bytes.
const (
	maxRead = 256 << 10 // at a time
	maxLine = 64 << 10
	// headBytes of a file tell it from another that took its place and inode.
	headBytes = 256
)

// follower reads the record of one server as it grows.
type follower struct {
	h *History
	File

	at    store.FilePosition // as it is in the database
	next  store.FilePosition // as it will be with the batch under way
	known bool               // at was read from the database
	file  *os.File           // the one being read; nil when there is none
	told  string             // the error that was logged
}

func (f *follower) open(ctx context.Context) {
	if at, err := f.h.o.Store.CallFile(ctx, f.Server); f.h.worked(err, "read") {
		f.at, f.next, f.known = at, at, true
	}
}

func (f *follower) close() {
	if f.file != nil {
		_ = f.file.Close() // only read
		f.file = nil
	}
}

// kept: the batch is written.
func (f *follower) kept() { f.at = f.next }

// read adds the next lines to the batch and reports whether there may be more.
func (f *follower) read(ctx context.Context, b *store.HistoryBatch) bool {
	if !f.known {
		if f.open(ctx); !f.known {
			return false
		}
	}
	f.next = f.at
	more, err := f.step(b)
	if err == nil {
		f.told = ""
	} else if text := err.Error(); text != f.told {
		f.told = text
		f.h.log.Warn("the record of calls that Asterisk keeps cannot be read; history is of what is seen live", "server", f.Server, "error", err)
	}
	if f.next != f.at {
		b.Positions = append(b.Positions, f.next)
	}
	return more && err == nil
}

func (f *follower) step(b *store.HistoryBatch) (more bool, err error) {
	if f.file == nil {
		if f.file, err = f.find(); err != nil || f.file == nil {
			return false, err
		}
	}
	info, err := f.file.Stat()
	if err != nil {
		return false, err
	}
	if id := identity(info); id != f.next.Identity || info.Size() < f.next.Position || !f.sameHead(f.file) {
		f.next = store.FilePosition{Server: f.Server, Identity: id} // another file, or cut
	}
	n, err := f.lines(b)
	if err != nil {
		return false, err
	}
	if f.next.Head == "" || strings.HasPrefix(f.next.Head, "0:") || n > 0 && f.short() {
		f.next.Head = head(f.file, headBytes)
	}
	if n > 0 {
		return n >= maxRead/2, nil
	}
	// All of it is read: has another file taken its place?
	now, err := os.Stat(f.Path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && os.SameFile(info, now) {
		return false, nil
	}
	f.close()
	if err == nil {
		f.next = store.FilePosition{Server: f.Server}
		if _, later := f.oldestAfter(info.ModTime()); later != nil {
			f.next.Identity = identity(later)
		}
	}
	return err == nil, err
}

// oldestAfter is the file whose last line is the next after a time: of a record
// that was rotated more than once while nobody read it. "" when there is none, or
// only what is packed: the one that is written now is next.
func (f *follower) oldestAfter(t time.Time) (best string, found fs.FileInfo) {
	for _, name := range f.siblings() {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() || slices.Contains(packed, filepath.Ext(name)) || !info.ModTime().After(t) {
			continue
		}
		if found == nil || info.ModTime().Before(found.ModTime()) {
			best, found = name, info
		}
	}
	return best, found
}

// packed are the ends of names of files that cannot be read as they are.
var packed = []string{".gz", ".bz2", ".xz", ".zst", ".lz4", ".Z"}

// siblings are the files of the record, whatever rotating called them.
func (f *follower) siblings() []string {
	names, _ := filepath.Glob(globQuote(f.Path) + "*") // a bad pattern cannot be
	return names
}

// find opens the file that was read last, also when it was renamed since. When
// it is gone, packed or cut, it opens what followed it, else the one that is
// written now; nil when there is none yet.
func (f *follower) find() (*os.File, error) {
	current, err := os.Stat(f.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if f.next.Identity != "" {
		for _, name := range f.siblings() {
			if file := f.reopen(name); file != nil {
				return file, nil
			}
		}
		// Some lines twice do no harm: clocks may differ a little.
		if name, _ := f.oldestAfter(f.next.Updated.Add(-time.Minute)); name != "" {
			return os.Open(name)
		}
	}
	if current == nil {
		return nil, nil
	}
	return os.Open(f.Path)
}

// reopen opens a file when it is the one that was read last, nil when it is not.
// An inode alone does not tell: the next file may have got that of one deleted.
func (f *follower) reopen(name string) *os.File {
	info, err := os.Stat(name)
	if err != nil || identity(info) != f.next.Identity || info.Size() < f.next.Position {
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	if !f.sameHead(file) {
		_ = file.Close() // only read
		return nil
	}
	return file
}

func globQuote(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// lines reads whole lines and gives the bytes they took.
func (f *follower) lines(b *store.HistoryBatch) (int, error) {
	buf := make([]byte, maxRead)
	n, err := f.file.ReadAt(buf, f.next.Position)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	buf = buf[:n]
	end := bytes.LastIndexByte(buf, '\n') + 1
	if end == 0 {
		if n == maxRead { // no line: leave it out
			f.h.malformed.Add(1)
			f.next.Position += int64(n)
			return n, nil
		}
		return 0, nil // the last line is still being written
	}
	for text := range bytes.SplitSeq(buf[:end-1], []byte("\n")) {
		f.line(b, text)
	}
	f.next.Position += int64(end)
	return end, nil
}

func (f *follower) line(b *store.HistoryBatch, text []byte) {
	// A power cut may leave NULs where a line was being written.
	text = bytes.TrimLeft(bytes.TrimRight(text, "\r"), "\x00")
	if len(text) == 0 || text[0] == ';' {
		return
	}
	l, err := line{}, errLine
	if len(text) <= maxLine {
		l, err = parseLine(string(text))
	}
	if err != nil {
		if f.h.malformed.Add(1) == 1 { // its text holds numbers and names
			f.h.log.Warn("a line of Asterisk's own record of calls cannot be read; further ones are counted", "server", f.Server)
		}
		return
	}
	b.Lines = append(b.Lines, store.CallLine{
		CallKey:  store.CallKey{Server: f.Server, Linkedid: bound(l.Linkedid)},
		Uniqueid: bound(l.Uniqueid), Sequence: l.Sequence, Line: l.encode(),
	})
}

// bound keeps an id short; it stays valid UTF-8.
func bound(s string) string { return strings.ToValidUTF8(s[:min(len(s), 128)], "") }

// head is the hash of a file's first n bytes, or as many as there are, and how
// many they were.
func head(file *os.File, n int) string {
	buf := make([]byte, n)
	n, err := file.ReadAt(buf, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return ""
	}
	sum := sha256.Sum256(buf[:n])
	return strconv.Itoa(n) + ":" + hex.EncodeToString(sum[:8])
}

func (f *follower) hashed() int {
	count, _, _ := strings.Cut(f.next.Head, ":")
	n, _ := strconv.Atoi(count)
	return n
}

func (f *follower) short() bool { return f.hashed() < headBytes }

// sameHead reports whether a file begins as the one that was read last did.
func (f *follower) sameHead(file *os.File) bool {
	n := f.hashed()
	return n == 0 || head(file, n) == f.next.Head
}

// identity tells files apart.
func identity(info fs.FileInfo) string {
	if id := inode(info); id != "" {
		return id
	}
	return fmt.Sprint(info.Name()) // a system without inodes: the head tells
}
