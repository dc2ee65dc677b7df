package bot

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/wholefile"
	"github.com/dipcast/dipcast/works"
)

// newsAge is how long ago a voicemail or fax may have come of which somebody is
// still told.
const newsAge = 24 * time.Hour

// Bounds of a mailbox: Asterisk keeps 100 messages of 5 minutes (voicemail.conf).
const (
	maxMessages = 200
	maxText     = 64 << 10
	maxSound    = works.MaxAttachment
	// maxAudio is the most that NAVER WORKS takes as an audio message
	// (docs/file-upload); what is longer goes as a file.
	maxAudio = 1 << 20
	// keptSounds is how long a file waits: longer than the outbox tries.
	keptSounds = 7 * 24 * time.Hour
)

// Mailbox is where an Asterisk keeps the voicemail of an extension.
type Mailbox struct {
	Server int
	Dir    string
}

// mailbox is one that may have a new message.
type mailbox struct {
	tenant int
	ext    string
}

// Event takes an event of a server: MessageWaiting tells of voicemail. It does not
// block.
func (b *Bot) Event(m *ami.Message) {
	if string(m.Event()) != "MessageWaiting" {
		return
	}
	ext, context, _ := strings.Cut(m.Get("Mailbox"), "@")
	all := b.o.Companies()
	if all == nil {
		return
	}
	for i := range all.All {
		if c := &all.All[i]; context == c.Prefix()+"voicemail" {
			b.look(c.Number, ext)
		}
	}
}

// look has a mailbox looked at.
func (b *Bot) look(tenant int, ext string) {
	select {
	case b.mail <- mailbox{tenant, ext}:
	default: // it is looked at again, see Catch
	}
}

// Catch has all mailboxes looked at, for messages that came while nobody did.
func (b *Bot) Catch() {
	all := b.o.Companies()
	if all == nil {
		return
	}
	for i := range all.All {
		c := &all.All[i]
		for j := range c.Extensions {
			if c.Extensions[j].Voicemail != nil && c.NaverWorks.Shows(c.Extensions[j].Number) {
				b.look(c.Number, c.Extensions[j].Number)
			}
		}
	}
}

// voice is a message of a mailbox, as the text beside it says (app_voicemail.c,
// leave_voicemail).
type voice struct {
	server  int
	id      string // msg_id; unique on its server
	channel string // that left it
	number  string
	name    string
	at      time.Time
	length  time.Duration
	sound   string // its file
}

func readVoice(server int, path string) (voice, error) {
	v := voice{server: server, sound: strings.TrimSuffix(path, ".txt") + ".wav"}
	f, err := os.Open(path)
	if err != nil {
		return v, err
	}
	defer func() { _ = f.Close() }() // it was only read
	text := make([]byte, maxText)
	n, err := f.Read(text)
	if err != nil {
		return v, err
	}
	lines := bufio.NewScanner(bytes.NewReader(text[:n]))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), "=")
		switch name {
		case "msg_id":
			v.id = value
		case "callerchan":
			v.channel = value
		case "callerid": // "name" <number>
			name, number, ok := strings.Cut(value, "<")
			if !ok {
				name, number = "", value
			}
			v.name, v.number = strings.Trim(strings.TrimSpace(name), `"`), strings.Trim(number, "<> ")
		case "origtime":
			s, _ := strconv.ParseInt(value, 10, 64) // 0: long ago
			v.at = time.Unix(s, 0)
		case "duration":
			s, _ := strconv.Atoi(value)
			v.length = time.Duration(s) * time.Second
		}
	}
	if v.id == "" {
		return v, errors.New("a voicemail without msg_id")
	}
	if strings.Trim(v.number, "+0123456789") != "" { // "Unknown"
		v.number = ""
	}
	return v, lines.Err()
}

// voices are the new messages of a mailbox.
func (b *Bot) voices(tenant int, ext string) (all []voice, err error) {
	if b.o.Mailboxes == nil {
		return nil, nil
	}
	for _, box := range b.o.Mailboxes(tenant, ext) {
		texts, globErr := filepath.Glob(filepath.Join(box.Dir, "INBOX", "msg*.txt"))
		err = errors.Join(err, globErr)
		for _, path := range texts[:min(len(texts), maxMessages)] {
			v, readErr := readVoice(box.Server, path)
			switch {
			case errors.Is(readErr, fs.ErrNotExist): // somebody has heard it
			case readErr != nil:
				err = errors.Join(err, readErr)
			case b.o.Now().Sub(v.at) < newsAge:
				all = append(all, v)
			}
		}
	}
	return all, err
}

// Voicemail tells the people of an extension of the messages in its mailbox: by an
// audio file, and before it by a notice unless they had a card of the call.
func (b *Bot) Voicemail(ctx context.Context, tenant int, ext string) error {
	c := b.company(tenant)
	if c == nil || !c.NaverWorks.Shows(ext) {
		return nil
	}
	all, err := b.voices(tenant, ext)
	for i := range all {
		err = errors.Join(err, b.voicemail(ctx, c, ext, &all[i], ""))
	}
	return err
}

// leftMessage tells of the message that a channel left in a mailbox, and reports
// whether there is one. Its call has ended by now.
func (b *Bot) leftMessage(ctx context.Context, c *company.Company, ext, channel, id string) bool {
	if e := c.Extension(ext); channel == "" || e == nil || e.Voicemail == nil {
		return false
	}
	all, _ := b.voices(c.Number, ext) // what cannot be read is looked at again
	for i := range all {
		if all[i].channel == channel && b.o.Now().Sub(all[i].at) < time.Hour {
			if err := b.voicemail(ctx, c, ext, &all[i], id); err != nil {
				b.log.Error("nobody is told of a voicemail", "call", id, "error", err)
				return false
			}
			return true
		}
	}
	return false
}

func (b *Bot) voicemail(ctx context.Context, c *company.Company, ext string, v *voice, id string) error {
	to := b.personsOf(c, ext)
	if c.NaverWorks.Room != "" {
		to = []recipient{{store.RoomMark + c.NaverWorks.Room, ext, Lang(c.Speaks())}}
	}
	if len(to) == 0 {
		return nil
	}
	ref := fmt.Sprintf("voicemail %d-%s", v.server, v.id)
	told, err := b.o.Store.Cards(ctx, c.Number, ref)
	if err != nil || len(told) > 0 {
		return err
	}
	file, bytes, err := b.keepSound(c.Number, ref, v)
	if err != nil {
		return fmt.Errorf("voicemail: %w", err)
	}
	if id == "" {
		id = b.served.call(v.server, v.channel)
	}
	var had []store.Card
	if id != "" {
		if had, err = b.o.Store.Cards(ctx, c.Number, id); err != nil {
			return err
		}
	}
	name := b.callerName(ctx, c, v.number, v.name)
	var cards []store.NewCard
	for _, who := range to {
		card := store.Card{Tenant: c.Number, Call: ref, To: who.id, Extension: ext, Lang: string(who.lang), Name: name}
		row, err := b.rowOf(c.Number, who.id, LabelVoicemail, ref, message{Sound: &sound{Path: file, Name: soundName(v, who.lang), File: bytes > maxAudio}})
		if err != nil {
			return err
		}
		one := store.NewCard{Card: card, Row: row}
		if !hasCard(had, who.id) {
			if one.More, err = b.voiceNotice(c, who, v, name, id, ref); err != nil {
				return err
			}
		}
		cards = append(cards, one)
	}
	_, err = b.o.Store.AddCards(ctx, cards)
	return err
}

func hasCard(cards []store.Card, to string) bool {
	for i := range cards {
		if cards[i].To == to {
			return true
		}
	}
	return false
}

// voiceNotice says whose the message is that comes behind it.
func (b *Bot) voiceNotice(c *company.Company, to recipient, v *voice, name, id, ref string) ([]store.OutboxRow, error) {
	n := Notice{Title: Voicemail, Number: v.number, Name: name, Lines: []string{v.at.Local().Format("15:04") + " · " + length(to.lang, v.length)}}
	if v.number != "" && id != "" && !c.NaverWorks.NoCallBack {
		if button, ok := b.button(c, to.id, id, CallBack); ok {
			n.Buttons = append(n.Buttons, button)
		}
	}
	style := StyleOf(&c.NaverWorks.Style)
	row, err := b.row(c.Number, to.id, LabelVoicemail, ref, style.Notice(to.lang, n))
	return []store.OutboxRow{row}, err
}

// soundName is what the file is called in the room.
func soundName(v *voice, l Lang) string {
	title := map[Lang]string{Korean: "음성 메시지", English: "Voicemail"}[l]
	return strings.TrimSpace(title+" "+v.number) + " " + v.at.Local().Format("0102 1504") + ".wav"
}

// keepSound copies a message: Asterisk renames its files when one is heard.
func (b *Bot) keepSound(tenant int, ref string, v *voice) (name string, size int, err error) {
	sum := sha256.Sum256([]byte(strconv.Itoa(tenant) + " " + ref))
	name = hex.EncodeToString(sum[:16]) + ".wav"
	info, err := os.Stat(v.sound)
	if err != nil {
		return "", 0, err
	}
	if info.Size() > maxSound {
		return "", 0, fmt.Errorf("%d bytes of sound", info.Size())
	}
	body, err := os.ReadFile(v.sound)
	if err != nil {
		return "", 0, err
	}
	if err := os.MkdirAll(b.o.Sounds, 0o700); err != nil {
		return "", 0, err
	}
	return name, len(body), wholefile.Write(filepath.Join(b.o.Sounds, name), body, 0o600)
}

// served remembers which calls were served by the server itself, by the channel of
// who called: a mailbox tells of its messages when the call is over.
type served struct {
	mu   sync.Mutex
	ids  map[leg]string
	ring [256]leg
	at   int
}

type leg struct {
	server  int
	channel string
}

func (s *served) note(c *call.Call) {
	if !c.Served || len(c.Channels) == 0 {
		return
	}
	k := leg{c.Server, c.Channels[0].Name}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids[k] == c.ID {
		return
	}
	if s.ids == nil {
		s.ids = map[leg]string{}
	}
	delete(s.ids, s.ring[s.at])
	s.ids[k], s.ring[s.at] = c.ID, k
	s.at = (s.at + 1) % len(s.ring)
}

func (s *served) call(server int, channel string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[leg{server, channel}]
}

// tidySounds removes files that nobody waits for any more.
func (b *Bot) tidySounds() error {
	entries, err := os.ReadDir(b.o.Sounds)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		info, infoErr := e.Info()
		if infoErr == nil && b.o.Now().Sub(info.ModTime()) > keptSounds {
			err = errors.Join(err, os.Remove(filepath.Join(b.o.Sounds, e.Name())))
		}
	}
	return err
}
