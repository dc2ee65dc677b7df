// Package voicemail reads and changes the mailboxes that an Asterisk keeps in its
// spool, as app_voicemail.c does: INBOX has what nobody has heard, Old the rest,
// and each message is a text and a sound of the same name, msg0000 and so on.
package voicemail

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Errors of this package.
var (
	ErrNotFound = errors.New("there is no such message")
	ErrBusy     = errors.New("somebody is in the mailbox; try again")
	ErrFull     = errors.New("the folder of heard messages is full; delete some")
)

// Folders of a mailbox that are looked at.
const (
	inbox  = "INBOX"
	urgent = "Urgent"
	old    = "Old"
)

// Bounds. Asterisk keeps 100 messages a folder (voicemail.conf, maxmsg).
const (
	maxFolder = 100
	maxText   = 64 << 10
)

// Box is where an Asterisk keeps the mailbox of an extension.
type Box struct {
	Server    int
	Extension string
	Dir       string
}

// Message is one message.
type Message struct {
	ID        string // {server}-{msg_id}
	Server    int
	Extension string
	Number    string // "" withheld
	Name      string
	Channel   string // that left it
	At        time.Time
	Length    time.Duration
	Heard     bool

	folder, file string // msg0000
	dir          string
}

// Sound is the message's file.
func (m *Message) Sound() string { return filepath.Join(m.dir, m.folder, m.file+".wav") }

var fileName = regexp.MustCompile(`^msg[0-9]{4}\.txt$`)

// List gives the messages of a mailbox, the newest first. A mailbox that nobody
// has left anything in has none.
func List(b Box) ([]Message, error) {
	var all []Message
	for _, folder := range []string{inbox, urgent, old} {
		entries, err := os.ReadDir(filepath.Join(b.Dir, folder))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("mailbox: %w", err)
		}
		for _, e := range entries {
			if !fileName.MatchString(e.Name()) {
				continue
			}
			m, err := read(b, folder, strings.TrimSuffix(e.Name(), ".txt"))
			switch {
			case errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrNotFound): // moved meanwhile, or being written
			case err != nil:
				return nil, fmt.Errorf("mailbox: %w", err)
			default:
				all = append(all, m)
			}
		}
	}
	slices.SortStableFunc(all, func(x, y Message) int { return y.At.Compare(x.At) })
	return all, nil
}

// read reads what the text beside a message says.
func read(b Box, folder, file string) (Message, error) {
	m := Message{Server: b.Server, Extension: b.Extension, Heard: folder == old, folder: folder, file: file, dir: b.Dir}
	f, err := os.Open(filepath.Join(b.Dir, folder, file+".txt"))
	if err != nil {
		return m, err
	}
	defer func() { _ = f.Close() }() // it was only read
	lines := bufio.NewScanner(io.LimitReader(f, maxText))
	id := ""
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), "=")
		switch name {
		case "msg_id":
			id = value
		case "callerchan":
			m.Channel = value
		case "callerid": // "name" <number>
			name, number, ok := strings.Cut(value, "<")
			if !ok {
				name, number = "", value
			}
			m.Name, m.Number = strings.ToValidUTF8(strings.Trim(strings.TrimSpace(name), `"`), ""), strings.Trim(number, "<> ")
		case "origtime":
			s, _ := strconv.ParseInt(value, 10, 64) // 0: long ago
			m.At = time.Unix(s, 0).UTC()
		case "duration":
			s, _ := strconv.Atoi(value)
			m.Length = time.Duration(s) * time.Second
		}
	}
	if strings.Trim(m.Number, "+*#0123456789") != "" { // "Unknown"
		m.Number = ""
	}
	if id == "" || strings.Trim(id, "0123456789abcdefABCDEF-") != "" {
		return m, ErrNotFound
	}
	m.ID = strconv.Itoa(b.Server) + "-" + id
	return m, lines.Err()
}

// Find finds a message by its id.
func Find(boxes []Box, id string) (Message, Box, error) {
	for _, b := range boxes {
		if !strings.HasPrefix(id, strconv.Itoa(b.Server)+"-") {
			continue
		}
		all, err := List(b)
		if err != nil {
			return Message{}, b, err
		}
		for _, m := range all {
			if m.ID == id {
				return m, b, nil
			}
		}
	}
	return Message{}, Box{}, ErrNotFound
}

// SetHeard moves a message to those that were heard, or back.
func SetHeard(boxes []Box, id string, heard bool) (Message, error) {
	m, b, err := Find(boxes, id)
	if err != nil || m.Heard == heard {
		return m, err
	}
	to := old
	if !heard {
		to = inbox
	}
	if err := os.MkdirAll(filepath.Join(b.Dir, to), 0o755); err != nil {
		return m, fmt.Errorf("mailbox: %w", err)
	}
	err = locked(b.Dir, []string{m.folder, to}, func() error {
		again, _, err := Find([]Box{b}, id) // it may have moved before the lock
		if err != nil {
			return err
		}
		if again.Heard == heard {
			m = again
			return nil
		}
		next, err := count(b.Dir, to)
		switch {
		case err != nil:
			return err
		case next >= maxFolder:
			return ErrFull
		}
		if err := rename(b.Dir, again.folder, again.file, to, fmt.Sprintf("msg%04d", next)); err != nil {
			return err
		}
		m = again
		m.Heard, m.folder, m.file = heard, to, fmt.Sprintf("msg%04d", next)
		return closeGaps(b.Dir, again.folder)
	})
	return m, err
}

// Delete deletes a message.
func Delete(boxes []Box, id string) (Message, error) {
	m, b, err := Find(boxes, id)
	if err != nil {
		return m, err
	}
	return m, locked(b.Dir, []string{m.folder}, func() error {
		again, _, err := Find([]Box{b}, id)
		if err != nil {
			return err
		}
		if again.folder != m.folder {
			return ErrBusy
		}
		files, err := filepath.Glob(filepath.Join(b.Dir, again.folder, again.file+".*"))
		if err != nil {
			return err
		}
		// The text last: without it there is no message.
		slices.SortStableFunc(files, func(x, y string) int { return strings.Compare(filepath.Ext(y), filepath.Ext(x)) })
		for _, f := range files {
			if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("mailbox: %w", err)
			}
		}
		return closeGaps(b.Dir, again.folder)
	})
}
