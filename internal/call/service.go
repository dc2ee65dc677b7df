package call

import (
	"bytes"
	"slices"
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// ServiceKind says what of the server's own a call came to.
type ServiceKind string

// The kinds, as the history keeps them.
const (
	ServiceVoicemail  ServiceKind = "voicemail"  // of Extension; Name is busy or unavailable: which greeting
	ServiceMessage    ServiceKind = "message"    // the assistant of a card takes a message
	ServiceAttendant  ServiceKind = "attendant"  // the personal attendant of Extension
	ServiceFax        ServiceKind = "fax"        //
	ServiceConference ServiceKind = "conference" // Name is its number
	ServiceMenu       ServiceKind = "menu"       // an attendant of the company; Name is its number
	ServiceGroup      ServiceKind = "ring_group" // Name is its number
	ServiceClosed     ServiceKind = "closed"     // the hours of what was called do not hold; Name is the time group
	ServiceNotice     ServiceKind = "notice"     // Name is the sound
	ServiceMailbox    ServiceKind = "mailbox"    // somebody listened to it
	ServiceCode       ServiceKind = "code"       // a feature code, Name
	ServiceNoRoom     ServiceKind = "no_room"    // the size of the box had no room for the call
)

// Service is something of the server's own that a call came to.
type Service struct {
	Kind      ServiceKind `json:"kind"`
	Extension string      `json:"extension,omitempty"`
	Name      string      `json:"name,omitempty"`
	At        Time        `json:"at"`
	// Left: a message was left there.
	Left bool `json:"left,omitempty"`

	tenant int
}

// Services are those that the call came to, in their order. The caller must not
// change the slice.
func (c *Call) Services() []Service { return c.services }

// maxServices bounds those of one call; maxBoxes the mailboxes that are known.
const (
	maxServices = 32
	maxBoxes    = 10000
)

var (
	attendantStart = []byte("attendant,s,1(")
	noticeStart    = []byte("notice,s,1(")
	hoursStart     = []byte("time-groups,g")
)

// servedStep notes what of the server's own a step of the dialplan is, as package
// asteriskconf writes it.
func (t *Tracker) servedStep(c *channel, f *fields) {
	p := &c.plan
	context := f.main.context
	switch string(f.application) {
	case "Gosub":
		if ext, ok := argument(f.data, attendantStart); ok && dialable(ext) {
			p.attendant = ext
		} else if name, ok := argument(f.data, noticeStart); ok {
			t.serve(c, Service{Kind: ServiceNotice, Name: name})
		} else if i := bytes.Index(f.data, hoursStart); i >= 0 && bytes.HasSuffix(context, []byte("incoming-calls")) {
			p.hours, _, _ = strings.Cut(text(f.data[i+len(hoursStart):], maxNumber), ",")
		}
	case "Return":
		if p.hours == "" || !bytes.HasSuffix(context, []byte("time-groups")) {
			return
		}
		if string(f.data) == "no" {
			t.serve(c, Service{Kind: ServiceClosed, Name: p.hours})
		}
		p.hours = ""
	case "Read":
		if p.attendant != "" && bytes.HasSuffix(context, []byte("attendant")) {
			t.serve(c, Service{Kind: ServiceAttendant, Extension: p.attendant})
		}
	case "VoiceMail":
		box, option, _ := strings.Cut(text(f.data, maxID), ",")
		ext, _, ok := strings.Cut(box, "@")
		if !ok || !dialable(ext) {
			return
		}
		why := ""
		switch {
		case strings.Contains(option, "b"):
			why = "busy"
		case strings.Contains(option, "u"):
			why = "unavailable"
		}
		if t.serve(c, Service{Kind: ServiceVoicemail, Extension: ext, Name: why}) {
			b := t.boxOf(box)
			b.leaving = append(slices.DeleteFunc(b.leaving, func(s *state) bool { return s.over }), c.call)
		}
	case "VoiceMailMain":
		ext, _, _ := strings.Cut(text(f.data, maxID), "@")
		t.serve(c, Service{Kind: ServiceMailbox, Extension: ext})
	case "Record":
		if bytes.Contains(context, []byte("press-")) {
			t.serve(c, Service{Kind: ServiceMessage})
		}
	case "ReceiveFAX", "SendFAX":
		t.serve(c, Service{Kind: ServiceFax})
	case "ConfBridge":
		room, _, _ := strings.Cut(text(f.data, maxID), ",")
		if _, number, ok := strings.Cut(room, "_"); ok && dialable(number) {
			room = number // T2_800
		}
		t.serve(c, Service{Kind: ServiceConference, Name: room})
	case "UserEvent":
		if bytes.HasPrefix(f.data, []byte("DIPCASTCapacity")) {
			t.serve(c, Service{Kind: ServiceNoRoom})
		}
	}
	if exten := f.main.exten; len(exten) <= maxNumber && dialable(string(exten)) {
		switch {
		case bytes.HasSuffix(context, []byte(dialplan.RingGroups)):
			t.serve(c, Service{Kind: ServiceGroup, Name: string(exten)})
		case bytes.HasSuffix(context, []byte("ext-attendants")):
			t.serve(c, Service{Kind: ServiceMenu, Name: string(exten)})
		case bytes.HasSuffix(context, []byte("feature-codes")):
			t.serve(c, Service{Kind: ServiceCode, Name: string(exten)})
		}
	}
}

// argument is the first argument of a Gosub to what begins with start.
func argument(data, start []byte) (string, bool) {
	i := bytes.Index(data, start)
	if i < 0 {
		return "", false
	}
	arg, _, _ := strings.Cut(strings.TrimSuffix(text(data[i+len(start):], maxID), ")"), ",")
	return arg, arg != ""
}

// serve notes a service; false when the call is there already, or has been to too
// many.
func (t *Tracker) serve(c *channel, v Service) bool {
	s := c.call
	if len(s.services) >= maxServices || slices.ContainsFunc(s.services, func(o Service) bool {
		return o.Kind == v.Kind && o.Extension == v.Extension && o.Name == v.Name
	}) {
		return false
	}
	v.At = t.now
	if owner := s.owner(); owner != nil {
		v.tenant = owner.Number
	}
	s.services = append(slices.Clip(s.services), v)
	s.shown = nil // nobody is told: events have no services
	return true
}

// mailbox is what is known of one: how many messages nobody has heard, -1 when
// not, and the calls that are in it to leave one.
type mailbox struct {
	news    int
	leaving []*state
}

// boxOf is a mailbox by its name, 1010@T2_voicemail.
func (t *Tracker) boxOf(name string) *mailbox {
	b := t.boxes[name]
	if b == nil {
		if len(t.boxes) >= maxBoxes {
			clear(t.boxes)
		}
		b = &mailbox{news: -1}
		t.boxes[name] = b
	}
	return b
}

// messageWaiting: how many messages a mailbox has may have changed. Which of
// several callers that are in it has left one is not told: the first.
func (t *Tracker) messageWaiting(m *ami.Message, _ *fields, _ attribution.Result) {
	name := text(m.Value("Mailbox"), maxID)
	if b := t.boxes[name]; b != nil || len(t.boxes) < maxBoxes {
		b, news := t.boxOf(name), digits(m.Value("New"))
		more := b.news < 0 && news > 0 || b.news >= 0 && news > b.news
		b.news = news
		for more && len(b.leaving) > 0 {
			s := b.leaving[0]
			b.leaving = b.leaving[1:]
			if !s.over {
				more = !s.left(name)
				s.shown = nil
			}
		}
	}
}

// left notes that a message was left in a mailbox.
func (s *state) left(box string) bool {
	ext, _, _ := strings.Cut(box, "@")
	for i := len(s.services) - 1; i >= 0; i-- {
		if v := s.services[i]; v.Kind == ServiceVoicemail && v.Extension == ext {
			s.services = slices.Clone(s.services) // views have the other
			s.services[i].Left = true
			return true
		}
	}
	return false
}
