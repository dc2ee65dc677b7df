package features_test

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

const (
	pressCaller = "01013301330"
	pressMobile = "01013321332" // of 1332
)

var _ = described(func(c *company.Company) {
	c.RingGroups = append(c.RingGroups, company.RingGroup{Number: "640", Members: []string{"1330", "1331"}, RingSeconds: 30, CallerPrefix: "[영업]"})
	c.DIDs = append(c.DIDs, company.DID{Number: didOf("0640"), To: company.Target{Kind: company.ToRingGroup, Value: "640"}})
})

// press moves the caller of a group's call, who waits, as a button does.
func (l *lab) press(context, exten, priority string) {
	l.Helper()
	begun := l.events.All("Event", "Newchannel", "Channel", "PJSIP/trk-1-*", "CallerIDNum", pressCaller)
	if len(begun) == 0 {
		l.Fatal("nobody calls")
	}
	l.do(ami.NewAction("Redirect").Add("Channel", begun[len(begun)-1].Get("Channel")).
		Add("Context", context).Add("Exten", exten).Add("Priority", priority))
}

// A caller whom a group's phones ring for is taken by somebody else, comes back
// when nobody is there, and is never lost.
var _ = scenario("presses", func(l *lab) {
	first, second := l.phone("1330", sipphone.Ring()), l.phone("1331", sipphone.Ring())
	desk := l.phone("1332", sipphone.Ring())
	l.number(pressMobile, 2000)
	rang := 0
	rings := func() (a, b *sipphone.Call) {
		l.Helper()
		a, b = l.next(first), l.next(second)
		l.rings(a)
		l.rings(b)
		rang++
		for _, phone := range []string{"1330", "1331"} { // as far as Asterisk knows, too
			l.until(phone+" rings", func() bool {
				return l.seen("Event", "Newstate", "Channel", "PJSIP/T2_"+phone+"-*", "ChannelStateDesc", "Ringing") >= rang
			})
		}
		return a, b
	}
	out := l.incoming(pressCaller, didOf("0640"))
	a, b := rings()
	name := a.Invite().From.Name

	// The desk phone of somebody outside the group, who does not take it: after
	// two seconds the group rings again, as before.
	l.put(tenant2, "diversions/1332/DND/enable", "yes") // it was pressed there
	l.put(tenant2, dialplan.GateKey("1332"), "yes")
	l.press(dialplan.PressDesk("T2_"), "1332", "1")
	at := l.next(desk)
	l.ended(a)
	l.ended(b)
	if from := at.Invite().From; from.Number != pressCaller || from.Name != name {
		l.Errorf("the desk phone shows %q %q, want %q %q", from.Number, from.Name, pressCaller, name)
	}
	a, b = rings()
	l.ended(at)
	if from := a.Invite().From; from.Number != pressCaller || from.Name != name {
		l.Errorf("a phone of the group shows %q %q, want %q %q", from.Number, from.Name, pressCaller, name)
	}
	l.events.Wait(l, "Event", "UserEvent", "UserEvent", dialplan.PressEvent, dialplan.PressResult, dialplan.PressBack, dialplan.PressOf, "1332")

	// The mobile, whose mailbox takes the call and presses no 1.
	l.press(dialplan.PressMobile("T2_"), pressMobile, dialplan.PressLabel("1332"))
	far := l.toNetwork(pressMobile)
	l.ended(a)
	l.ended(b)
	if !strings.HasPrefix(far.Invite().From.Number, "070458") {
		l.Errorf("the network is shown %q, want a number of the company", far.Invite().From.Number)
	}
	select {
	case <-out.Answered():
		l.Error("the caller was answered before the key was pressed")
	default:
	}
	l.hangup(far)
	a, b = rings()

	// And then its owner.
	l.press(dialplan.PressMobile("T2_"), pressMobile, dialplan.PressLabel("1332"))
	l.ended(a)
	l.ended(b)
	far = l.toNetworkAfter(pressMobile, far)
	if err := far.WaitSound(l.ctx(), out.Tone()); err != nil {
		l.Errorf("the question is not heard: %v", err)
	}
	l.keys(far, "1")
	l.up(out)
	l.talk(out, far)
	l.hangup(out, far)

	// A desk phone that answers.
	out = l.incoming(pressCaller, didOf("0640"))
	a, b = rings()
	l.press(dialplan.PressDesk("T2_"), "1332", "1")
	at = l.next(desk)
	l.answer(at)
	l.up(out)
	l.talk(out, at)
	l.ended(a)
	l.ended(b)
	l.hangup(at, out)

	// The assistant.
	out = l.incoming(pressCaller, didOf("0640"))
	a, b = rings()
	l.press(dialplan.PressAssistant("T2_"), "1332", "1")
	l.ended(a)
	l.ended(b)
	l.up(out)
	folder := filepath.Join(l.server.Input.Dirs.Base, "spool/messages")
	l.until("it is recorded", func() bool {
		files, err := filepath.Glob(filepath.Join(folder, "T2/1332-*.wav"))
		return err == nil && len(files) == 1
	})
	l.hangup(out)
	m := l.events.Wait(l, "Event", "UserEvent", "UserEvent", dialplan.PressEvent, dialplan.PressResult, dialplan.PressMessage, dialplan.PressOf, "1332")
	file := filepath.Join(folder, m.Get(dialplan.PressFile))
	for _, ending := range []string{".wav", ".end"} {
		if _, err := os.Stat(file + ending); err != nil {
			l.Error(err)
		}
	}
	asterisktest.Ended(l, out)
})

// toNetworkAfter is toNetwork for a further call.
func (l *lab) toNetworkAfter(number string, before *sipphone.Call) *sipphone.Call {
	l.Helper()
	var found *sipphone.Call
	l.until("the network is asked for "+number+" again", func() bool {
		for _, c := range l.network.Calls() {
			if c.Incoming() && c.Invite().Called == number && c.ID() != before.ID() {
				found = c
			}
		}
		return found != nil
	})
	l.up(found)
	return found
}
