package demo

import (
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/tenant"
)

// maxCalls bounds the calls that are followed at a time.
const maxCalls = 4096

// tracker follows calls from their first channel to their last. A channel that
// is gone is not the end of its call: halves of Local channels go out of the
// way while people talk.
type tracker struct {
	mu    sync.Mutex
	calls map[callKey]*call
}

type callKey struct {
	server int
	id     string // Linkedid
}

// call is what its events told so far.
type call struct {
	server int
	tenant *tenant.Tenant
	began  time.Time

	incoming, clicked bool   // from the network; by Originate
	name, from, to    string // to as dialled: a DID, an extension, a number
	ext               string // the extension that is rung, when to is not it

	diversions []diversion
	trying     diversion // looked at, and taken if the call goes there

	ringing  time.Time // since the last Dial
	answered time.Time // by who was called; zero when not
	callerUp bool      // of a click-to-call: the caller has answered
	status   string    // DialStatus of the last Dial that failed
	declined bool

	channels map[string]struct{} // Uniqueids
}

// diversion is one that was followed.
type diversion struct{ ext, kind, to string }

// event takes an event in, and returns the call if it ended with it.
func (t *tracker) event(e *pbx.Event) *call {
	m := e.Message
	switch string(m.Event()) {
	case "Newchannel", "Newexten", "DialBegin", "DialEnd", "OriginateResponse", "Hangup":
	default:
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	key := callKey{e.Server.ID(), e.Call}
	c := t.calls[key]
	if c == nil {
		if string(m.Event()) != "Newchannel" || e.Call == "" || len(t.calls) >= maxCalls {
			return nil // it began before we looked
		}
		c = newCall(e)
		if t.calls == nil {
			t.calls = map[callKey]*call{}
		}
		t.calls[key] = c
	}
	if c.tenant == nil {
		c.tenant = e.Tenant
	}
	if !c.take(e) {
		return nil
	}
	delete(t.calls, key)
	return c
}

// forget drops the calls of a server whose link changed: their ends will not
// be told.
func (t *tracker) forget(server int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key := range t.calls {
		if key.server == server {
			delete(t.calls, key)
		}
	}
}

// newCall begins a call with its first channel.
func newCall(e *pbx.Event) *call {
	m := e.Message
	c := &call{server: e.Server.ID(), began: e.At, channels: map[string]struct{}{}}
	ch := dialplan.ParseChannel(m.Get("Channel"))
	if ch.Technology == "Local" {
		c.clicked, c.from = true, ch.Exten
		return c
	}
	_, c.incoming = dialplan.ParseTrunkContext(m.Get("Context"))
	c.from, c.name, c.to = known(m.Get("CallerIDNum")), known(m.Get("CallerIDName")), m.Get("Exten")
	return c
}

// known is empty for what Asterisk does not know.
func known(s string) string {
	if s == "<unknown>" {
		return ""
	}
	return s
}

// take learns from one event and reports whether the call is over.
func (c *call) take(e *pbx.Event) (over bool) {
	m := e.Message
	switch string(m.Event()) {
	case "Newchannel":
		c.channels[m.Get("Uniqueid")] = struct{}{}
	case "Newexten":
		c.step(m)
	case "DialBegin":
		if !strings.HasPrefix(m.Get("DestChannel"), "Local/") {
			c.ringing = e.At
		}
	case "DialEnd":
		c.dialled(e)
	case "OriginateResponse":
		if c.to == "" { // the caller was not reached, so nothing was dialled
			c.to = m.Get("Exten")
		}
	case "Hangup":
		if m.Get("Cause") == causeRejected {
			c.declined = true
		}
		delete(c.channels, m.Get("Uniqueid"))
		return len(c.channels) == 0
	}
	return false
}

// causeRejected is Q.850's "call rejected": the phone declined.
const causeRejected = "21"

// step reads one step of the dialplan.
func (c *call) step(m *ami.Message) {
	context, exten := m.Get("Context"), m.Get("Exten")
	prefix, cos := dialplan.ParseClassOfService(context)
	switch {
	case m.Is("Application", "Gosub"):
		c.look(m.Get("AppData"))
		if !cos {
			return
		}
	case context == dialplan.CustomNumbers:
		if n := len(c.diversions); n > 0 && c.diversions[n-1].to == exten {
			return // another step of the same
		}
		c.trying.to = exten
		c.diversions = append(c.diversions, c.trying)
		c.trying = diversion{}
		return
	case !cos:
		return
	}
	if exten == "" || strings.HasPrefix(m.Get("Application"), "AppDial") {
		return // the channel of who is called: nobody dials on it
	}
	if c.clicked {
		if strings.HasSuffix(m.Get("Channel"), ";2") {
			return // that leg rings the caller
		}
		if c.to == "" {
			c.to = exten
		}
	}
	if c.ext == "" && exten != c.to && c.isExtension(prefix, exten) {
		c.ext = exten
	}
}

func (c *call) isExtension(prefix, exten string) bool {
	return c.tenant != nil && c.tenant.Prefix() == prefix && c.tenant.HasExtension(exten)
}

// look reads the call of the subroutine that tries one diversion:
// "T2_divert,s,1(1010,CFI)".
func (c *call) look(appData string) {
	name, args, ok := strings.Cut(strings.TrimSuffix(appData, ")"), ",s,1(")
	if !ok || !strings.HasSuffix(name, "divert") {
		return
	}
	c.trying.ext, c.trying.kind, _ = strings.Cut(args, ",")
}

// dialled reads how a Dial ended.
func (c *call) dialled(e *pbx.Event) {
	m := e.Message
	if strings.HasPrefix(m.Get("DestChannel"), "Local/") {
		return // Originate's own
	}
	status := m.Get("DialStatus")
	first := c.clicked && strings.HasSuffix(m.Get("Channel"), ";2")
	switch {
	case status != "ANSWER":
		c.status = status
	case first:
		c.callerUp = true
	case c.answered.IsZero():
		c.answered = e.At
	}
}
