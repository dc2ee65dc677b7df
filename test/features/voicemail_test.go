package features_test

import (
	"context"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/sipphone"
)

const (
	didOfMailbox = "07045801160" // leads to the mailbox of 1160
	didOfOther   = "07045801161" // of 1161
)

var _ = described(func(c *company.Company) {
	mailboxOf(c, "1160", "4711")
	mailboxOf(c, "1161", "4712").AskPIN = true
	mailboxOf(c, "1162", "")
	c.DIDs = append(c.DIDs, company.DID{Number: didOfMailbox, To: company.Target{Kind: company.ToVoicemail, Value: "1160"}})
})

// messages waits until a phone is told how many messages its mailbox has.
func (l *lab) messages(p *sipphone.Phone, want sipphone.Messages) {
	l.Helper()
	_, err := p.Notices().Wait(l.ctx(), func(n sipphone.Notification) bool {
		m, ok := n.Messages()
		return ok && m == want
	})
	if err != nil {
		l.Fatalf("messages %+v: %v", want, err)
	}
}

// leave leaves a message of two seconds of the caller's tone.
func (l *lab) leave(c *sipphone.Call) {
	l.Helper()
	l.up(c)
	l.keys(c, "#") // past the greeting
	l.hears(c, 1000)
	begun := c.Sent()
	l.until("three seconds of tone", func() bool { return c.Sent() >= begun+150 })
	l.hangup(c)
}

// listens waits for a tone, for some time only.
func (l *lab) listens(c *sipphone.Call, patience time.Duration, hz int) error {
	ctx, cancel := context.WithTimeout(l.Context(), patience)
	defer cancel()
	return c.WaitTone(ctx, hz)
}

// A message from the network lights the lamp of every device, is heard from the
// own phone, and the lamp goes out.
var _ = scenario("voicemail", func(l *lab) {
	p := l.phone("1160", sipphone.Answer(0))
	l.messages(p, sipphone.Messages{})
	out := l.incoming(stranger, didOfMailbox)
	l.leave(out)
	l.messages(p, sipphone.Messages{Waiting: true, New: 1})
	l.wait("Event", "MessageWaiting", "Mailbox", "1160@T2_voicemail", "New", "1")

	c := l.dial(p, "*97")
	l.up(c)
	l.keys(c, "1") // the first message
	l.hears(c, out.Tone())
	l.keys(c, "7") // delete
	l.hangup(c)
	l.messages(p, sipphone.Messages{})
})

// The PIN is asked where it has to be, and opens from outside too.
var _ = scenario("voicemail by PIN", func(l *lab) {
	other := l.phone("1163", sipphone.Answer(0))
	asked := l.phone("1161", sipphone.Answer(0))
	l.leave(l.incoming(stranger, didOfOther))
	l.messages(asked, sipphone.Messages{Waiting: true, New: 1})
	for _, way := range []struct {
		name string
		call func(l *lab) *sipphone.Call
	}{
		{"another phone", func(l *lab) *sipphone.Call { return l.dial(other, "*981161") }},
		{"the own phone", func(l *lab) *sipphone.Call { return l.dial(asked, "*97") }},
		{"from outside", func(l *lab) *sipphone.Call {
			c := l.incoming(mobile2, didOfOther)
			l.up(c)
			l.keys(c, "*")
			return c
		}},
	} {
		for pin, ok := range map[string]bool{"4712": true, "1234": false, "": false} {
			l.Run(way.name+" "+pin, func(t *testing.T) {
				if !ok { // who listens moves messages, one at a time
					t.Parallel()
				}
				l := &lab{T: t, shared: l.shared}
				c := way.call(l)
				l.up(c)
				l.keys(c, pin+"#1")
				if ok {
					l.hears(c, l.network.Tone(stranger))
				} else if err := l.listens(c, 4*time.Second, l.network.Tone(stranger)); err == nil {
					t.Error("it opens")
				}
				l.hangup(c)
			})
		}
	}
	// Without a PIN it opens to nobody but its own phones.
	for _, way := range []string{"*981162", "*981163"} {
		l.code(other, way, "dipcast/code-refused")
	}
})

var _ = described(func(c *company.Company) {
	c.DIDs = append(c.DIDs, company.DID{Number: didOfOther, To: company.Target{Kind: company.ToVoicemail, Value: "1161"}})
})
