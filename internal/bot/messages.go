package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/wholefile"
)

// Bounds of messages that callers left with the assistant.
const (
	messagesEvery = 2 * time.Second
	// shortMessage is a recording of half a second, in bytes with its head: who said
	// nothing left no message. maxMessage is more than the dialplan records.
	shortMessage = 44 + 8000
	maxMessage   = 8 << 20
)

// messageName is a message in the spool of a tenant: of which extension.
var messageName = regexp.MustCompile(`^([0-9]{1,10})-[0-9]+-[0-9.]+\.end$`)

// Messages has what callers left with the assistant sent to the person, from the
// folders in which Asterisk keeps it. A message goes at least once.
type Messages struct {
	Bot *Bot
	// Folders are those of the servers of this machine, asteriskconf.MessageFolder.
	Folders []string
	// Tenant reports whether there is a tenant of a number.
	Tenant func(number int) bool
}

// Run looks for messages until ctx ends.
func (m *Messages) Run(ctx context.Context) {
	tick := time.NewTicker(messagesEvery)
	defer tick.Stop()
	for {
		for _, folder := range m.Folders {
			if err := m.look(ctx, folder); err != nil && ctx.Err() == nil {
				m.Bot.log.Error("messages of callers cannot be taken", "error", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// look takes the messages of one server.
func (m *Messages) look(ctx context.Context, folder string) error {
	tenants, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the server was not configured yet
	}
	if err != nil {
		return err
	}
	var all []error
	for _, d := range tenants {
		number, rest := dialplan.ParseEndpoint(d.Name() + "_")
		if !d.IsDir() || number == 0 || rest != "" || !m.Tenant(number) {
			continue
		}
		files, err := os.ReadDir(filepath.Join(folder, d.Name()))
		if err != nil {
			all = append(all, err)
			continue
		}
		for _, f := range files {
			if found := messageName.FindStringSubmatch(f.Name()); found != nil {
				all = append(all, m.take(ctx, number, found[1], filepath.Join(folder, d.Name(), strings.TrimSuffix(f.Name(), ".end"))))
			}
		}
	}
	return errors.Join(all...)
}

// take sends one message, and removes it from the spool then.
func (m *Messages) take(ctx context.Context, tenant int, extension, base string) error {
	about, err := os.ReadFile(base + ".end")
	if err != nil {
		return err
	}
	info, err := os.Stat(base + ".wav")
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case info.Size() >= shortMessage && info.Size() <= maxMessage:
		from := ""
		for _, part := range strings.Fields(string(about)) {
			if v, ok := strings.CutPrefix(part, "from="); ok {
				from = v
			}
		}
		sound, err := os.ReadFile(base + ".wav")
		if err != nil {
			return err
		}
		if err := m.Bot.Message(ctx, tenant, extension, from, sound); err != nil {
			return err
		}
	}
	return errors.Join(gone(os.Remove(base+".wav")), gone(os.Remove(base+".end")))
}

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Message sends a recorded message, a WAV file, to the people of an extension. It
// is in the outbox when it returns.
func (b *Bot) Message(ctx context.Context, tenant int, extension, from string, wav []byte) error {
	c := b.company(tenant)
	if c == nil {
		return nil
	}
	people := b.personsOf(c, extension)
	if len(people) == 0 {
		b.log.Warn("a caller's message is nobody's", "tenant", tenant)
		return nil
	}
	if err := os.MkdirAll(b.o.Sounds, 0o700); err != nil {
		return fmt.Errorf("keep a message: %w", err)
	}
	file := rand.Text() + ".wav"
	if err := wholefile.Write(filepath.Join(b.o.Sounds, file), wav, 0o600); err != nil {
		return fmt.Errorf("keep a message: %w", err)
	}
	if from == "" {
		from = "message"
	}
	var rows []store.OutboxRow
	for _, p := range people {
		row, err := b.rowOf(tenant, p.id, LabelVoicemail, "", message{Sound: &sound{Path: file, Name: from + ".wav", File: len(wav) > maxAudio}})
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return b.o.Store.AddOutbox(ctx, rows)
}
