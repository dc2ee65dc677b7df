package features_test

import (
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/sipphone"
)

var _ = described(func(c *company.Company) {
	to := func(kind company.TargetKind, number string) company.Target {
		return company.Target{Kind: kind, Value: number}
	}
	c.RingGroups = append(c.RingGroups, company.RingGroup{Number: "681", Members: []string{"1340"}})
	c.Attendants = append(c.Attendants,
		company.Attendant{
			Number: "680", Name: "대표 ${X};", Prompt: "closed", Direct: true, WaitSeconds: 2, Plays: 2, Else: to(company.ToAttendant, "682"),
			Keys: []company.Key{
				{Key: "1", To: to(company.ToRingGroup, "681")},
				{Key: "2", To: company.Ext("1341")},
				{Key: "0", To: company.Ext("1342")},
				{Key: "*", To: to(company.ToConference, "685")},
				{Key: "3", To: to(company.ToNumber, attendantMobile)},
			},
		},
		company.Attendant{Number: "682", Prompt: "closed", WaitSeconds: 1, Plays: 1, Keys: []company.Key{{Key: "1", To: company.Ext("1341")}}, Else: company.Ext("1343")},
	)
	c.Conferences = append(c.Conferences, company.Conference{Number: "685", PIN: secret.New("4711"), Seats: 3, Quiet: true})
	c.DIDs = append(c.DIDs, company.DID{Number: didOf("1340"), To: to(company.ToAttendant, "680")})
})

// attendantMobile is where the key 3 leads.
const attendantMobile = "0101340134"

// A caller from outside hears the announcement and is sent where the key leads, at
// once or while it is played; an extension may be dialed; nothing, or a key that
// leads nowhere, hears it again and goes on.
var _ = scenario("attendant", func(l *lab) {
	l.number(attendantMobile, 1850)
	group := l.phone("1340", sipphone.Answer(0))
	two := l.phone("1341", sipphone.Answer(0))
	zero := l.phone("1342", sipphone.Answer(0))
	last := l.phone("1343", sipphone.Answer(0))
	for _, tt := range []struct {
		keys string
		at   *sipphone.Phone
	}{{"1", group}, {"2", two}, {"0", zero}, {"1343", last}} {
		out := l.incoming(stranger, didOf("1340"))
		l.up(out)
		l.loud(out)
		l.keys(out, tt.keys)
		c := l.answered(tt.at)
		if from := c.Invite().From.Number; from != stranger {
			l.Errorf("%s: the phone sees %s", tt.keys, from)
		}
		l.talk(out, c)
		l.hangup(out, c)
	}
	// A key that leads nowhere: it is said, and the announcement comes again.
	out := l.incoming(stranger, didOf("1340"))
	l.up(out)
	l.loud(out)
	before := l.reads()
	l.keys(out, "9")
	l.until("the announcement again", func() bool { return l.reads() > before })
	l.keys(out, "2")
	c := l.answered(two)
	l.talk(out, c)
	l.hangup(out, c)
	// Nothing is pressed: the second attendant, and then the last phone.
	out = l.dial(group, "680")
	l.talk(out, l.answered(last))
	l.hangup(out)
	// To the network, which sees the company's number.
	out = l.incoming(stranger, didOf("1340"))
	l.up(out)
	l.keys(out, "3")
	far := l.toNetwork(attendantMobile)
	l.talk(out, far)
	if from := far.Invite().From.Number; from != didOf("1340") {
		l.Errorf("the network sees %s", from)
	}
	l.hangup(out, far)
})

// Everybody in a room hears everybody else, who comes with the PIN; from outside by
// an attendant.
var _ = scenario("conference", func(l *lab) {
	var calls []*sipphone.Call
	for i, name := range []string{"1346", "1347"} {
		c := l.dial(l.phone(name, sipphone.Answer(0)), "685")
		l.up(c)
		l.asked(c, i+1)
		l.keys(c, "4711#")
		calls = append(calls, c)
	}
	l.talk(calls[0], calls[1])
	out := l.incoming(stranger, didOf("1340"))
	l.up(out)
	l.keys(out, "*")
	l.asked(out, 3)
	l.keys(out, "4711#")
	l.hears(calls[0], out.Tone())
	l.hears(out, calls[1].Tone())
	// It is full.
	more := l.dial(l.phone("1348", sipphone.Answer(0)), "685")
	l.up(more)
	l.asked(more, 4)
	l.keys(more, "4711#")
	l.ended(more)
	for _, c := range append(calls, out) {
		l.hangup(c)
	}
})

// loud waits until something is said to a call.
func (l *lab) loud(c *sipphone.Call) {
	l.Helper()
	l.until("something to hear", func() bool { return c.Heard().Frequency > 0 })
}

// reads counts how often the attendant 680 has begun to wait for a key of a call.
func (l *lab) reads() int {
	return l.seen("Event", "Newexten", "Exten", "680", "Application", "Read")
}

// asked waits until a call, the nth to the room, is asked for its PIN.
func (l *lab) asked(c *sipphone.Call, n int) {
	l.Helper()
	l.until("the room", func() bool {
		return l.seen("Event", "Newexten", "Exten", "685", "Application", "ConfBridge", "AppData", "T2_685") >= n
	})
	l.loud(c)
}
