package sipphone

import (
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Notification is what one NOTIFY said.
type Notification struct {
	Event string // of the Event header, without parameters
	State string // the Subscription-State header, "" when there was none
	Body  []byte
}

// maxNotifications bounds what an Inbox keeps; the oldest goes.
const maxNotifications = 128

// Inbox keeps the newest notifications in order. Its methods may be called
// from any goroutine.
type Inbox struct {
	mu    sync.Mutex
	all   []Notification
	first int // the number of all[0], counted from 0
	next  int // the number of what Next returns
	fresh chan struct{}
}

func newInbox() *Inbox { return &Inbox{fresh: make(chan struct{})} }

func (i *Inbox) add(n Notification) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.all = append(i.all, n); len(i.all) > maxNotifications {
		i.all, i.first = i.all[1:], i.first+1
	}
	close(i.fresh)
	i.fresh = make(chan struct{})
}

// Latest returns the newest notification; false when there is none.
func (i *Inbox) Latest() (Notification, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.all) == 0 {
		return Notification{}, false
	}
	return i.all[len(i.all)-1], true
}

// Next returns the oldest notification that Next has not returned yet, and
// waits for one when there is none.
func (i *Inbox) Next(ctx context.Context) (Notification, error) {
	for {
		i.mu.Lock()
		i.next = max(i.next, i.first)
		if at := i.next - i.first; at < len(i.all) {
			n := i.all[at]
			i.next++
			i.mu.Unlock()
			return n, nil
		}
		fresh := i.fresh
		i.mu.Unlock()
		select {
		case <-fresh:
		case <-ctx.Done():
			return Notification{}, fmt.Errorf("no notification came: %w", context.Cause(ctx))
		}
	}
}

// Wait returns the next notification for which ok is true; those before it are
// passed over.
func (i *Inbox) Wait(ctx context.Context, ok func(Notification) bool) (Notification, error) {
	for {
		n, err := i.Next(ctx)
		if err != nil || ok(n) {
			return n, err
		}
	}
}

// WaitLamp waits until the state of the extension is lamp: "terminated" for a
// dark lamp, "early" while it rings, "confirmed" when it is in a call.
func (i *Inbox) WaitLamp(ctx context.Context, lamp string) error {
	last := "none"
	_, err := i.Wait(ctx, func(n Notification) bool {
		last = n.Lamp()
		return last == lamp
	})
	if err != nil {
		return fmt.Errorf("lamp %s, last %s: %w", lamp, last, err)
	}
	return nil
}

// Notices holds the notifications that came without a subscription: messages
// waiting, which Asterisk tells the contacts of an endpoint with a mailbox.
func (p *Phone) Notices() *Inbox { return p.a.unasked }

// Dialog is one dialog of a dialog-info document (RFC 4235 section 4.1).
type Dialog struct {
	ID        string `xml:"id,attr"`
	Direction string `xml:"direction,attr"` // "initiator", "recipient" or ""
	State     string `xml:"state"`          // "trying", "proceeding", "early", "confirmed" or "terminated"
	Local     string `xml:"local>identity"`
	Remote    string `xml:"remote>identity"`
}

// Dialogs reads the body of an EventDialog notification; nil when it is none.
func (n Notification) Dialogs() []Dialog {
	var doc struct {
		Dialogs []Dialog `xml:"dialog"`
	}
	if xml.Unmarshal(n.Body, &doc) != nil {
		return nil
	}
	return doc.Dialogs
}

// Lamp is the state that a busy lamp shows: that of the most important dialog,
// "terminated" when there is none, "" when the body is no dialog-info.
func (n Notification) Lamp() string {
	if n.Event != EventDialog || len(n.Body) == 0 {
		return ""
	}
	rank := map[string]int{"terminated": 1, "trying": 2, "proceeding": 3, "confirmed": 4, "early": 5}
	lamp := "terminated"
	for _, d := range n.Dialogs() {
		if s := strings.TrimSpace(d.State); rank[s] > rank[lamp] {
			lamp = s
		}
	}
	return lamp
}

// Messages is what a mailbox holds.
type Messages struct {
	Waiting  bool
	New, Old int // voice messages
}

// Messages reads the body of an EventMessages notification (RFC 3842 section
// 5.2); false when it is none.
func (n Notification) Messages() (Messages, bool) {
	var m Messages
	if n.Event != EventMessages {
		return m, false
	}
	for line := range strings.Lines(string(n.Body)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(key) {
		case "messages-waiting":
			m.Waiting = strings.EqualFold(value, "yes")
		case "voice-message":
			counts, _, _ := strings.Cut(value, " ")
			fresh, old, _ := strings.Cut(counts, "/")
			m.New, _ = strconv.Atoi(fresh) // nonsense counts as none
			m.Old, _ = strconv.Atoi(old)
		}
	}
	return m, true
}
