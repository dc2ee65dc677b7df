package webhook

import (
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Voicemail is what voicemail.new tells.
type Voicemail struct {
	ServerID  int    `json:"server_id"`
	Extension string `json:"extension"`
	CallID    string `json:"call_id"` // of the call that left it
	New       int    `json:"new"`     // messages that nobody has heard
}

// box is a mailbox of a server.
type box struct {
	server int
	name   string // 1010@T2_voicemail
}

// mailbox is what is known of one.
type mailbox struct {
	news  int    // messages that nobody has heard; -1 not known
	calls []left // that are in it to leave a message
}

type left struct {
	linkedid string
	at       time.Time
}

// Bounds of what is remembered of mailboxes.
const (
	maxBoxes   = 10000
	maxLeaving = 20 // calls in one mailbox
	leaveTime  = 15 * time.Minute
)

// Event looks for new messages in mailboxes. Asterisk tells how many a mailbox has
// whenever that may have changed, by leaving and by hearing (MessageWaiting,
// apps/app_voicemail.c), and before it that a call went into it (Newexten with the
// application VoiceMail).
func (s *Service) Event(server int, at time.Time, m *ami.Message, t *tenant.Tenant) {
	if t == nil || len((*s.all.Load())[t.Number]) == 0 {
		return
	}
	switch string(m.Event()) {
	case "Newexten":
		if !m.Is("Application", "VoiceMail") {
			return
		}
		name, _, _ := strings.Cut(m.Get("AppData"), ",")
		s.boxes.Lock()
		defer s.boxes.Unlock()
		if x := s.boxOf(box{server, name}); x != nil && len(x.calls) < maxLeaving {
			x.calls = append(x.calls, left{m.Get("Linkedid"), at})
		}
	case "MessageWaiting":
		s.waiting(server, at, m, t)
	}
}

func (s *Service) waiting(server int, at time.Time, m *ami.Message, t *tenant.Tenant) {
	name := m.Get("Mailbox")
	news, err := strconv.Atoi(m.Get("New"))
	if err != nil {
		return
	}
	s.boxes.Lock()
	defer s.boxes.Unlock()
	x := s.boxOf(box{server, name})
	if x == nil {
		return
	}
	for len(x.calls) > 0 && at.Sub(x.calls[0].at) > leaveTime {
		x.calls = x.calls[1:]
	}
	more := x.news < 0 && news > 0 || x.news >= 0 && news > x.news
	x.news = news
	if !more || len(x.calls) == 0 {
		return
	}
	// Which of several that are in it has left the message is not told: the first.
	from := x.calls[0]
	x.calls = x.calls[1:]
	ext, _, _ := strings.Cut(name, "@")
	id := strconv.Itoa(server) + "-" + from.linkedid
	v := Voicemail{ServerID: server, Extension: ext, CallID: id, New: news}
	s.Tell(s.Rows(t.Number, VoicemailNew, name+"\x00"+id+"\x00"+call.At(at).String(), id, at, v))
}

// boxOf finds a mailbox, or makes it; nil when there are too many. The caller holds
// boxes.
func (s *Service) boxOf(b box) *mailbox {
	x := s.mail[b]
	if x == nil && len(s.mail) < maxBoxes {
		x = &mailbox{news: -1}
		s.mail[b] = x
	}
	return x
}

// Forget forgets how many messages a server's mailboxes have: events are missing.
func (s *Service) Forget(server int) {
	s.boxes.Lock()
	defer s.boxes.Unlock()
	for b := range s.mail {
		if b.server == server {
			delete(s.mail, b)
		}
	}
}
