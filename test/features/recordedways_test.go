package features_test

import (
	"path/filepath"
	"strings"

	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// Calls from the network are recorded of 1310, 1311, 1314 and 1315, of others not.
var _ = described(func(c *company.Company) {
	rings("1310", "1314")(c)
	for _, e := range []string{"1310", "1311", "1314", "1315"} {
		c.Extension(e).Recorded.Incoming = company.RecordAlways
	}
	c.Extension("1320").Recorded.Outgoing = company.RecordAlways
})

// recordsAll has tenant 10 record all calls, without a notice, but those of 1112.
func recordsAll(c *company.Company) {
	c.Recording = company.Recording{Internal: company.RecordAlways, Incoming: company.RecordAlways, Outgoing: company.RecordAlways}
	c.Extension("1112").Recorded = company.Recorded{Internal: company.RecordOnDemand, Incoming: company.RecordOnDemand, Outgoing: company.RecordOnDemand}
	// Other scenarios use these, at the same time.
	for _, e := range []string{"1100", "1101", "1102"} {
		c.Extension(e).Recorded = c.Extension("1112").Recorded
	}
	for _, e := range []string{"1110", "1112"} {
		c.DIDs = append(c.DIDs, company.DID{Number: "0701010" + e, To: company.Ext(e)})
	}
}

// noRecording checks that a call was not recorded, under any name.
func (l *lab) noRecording(tenant int, from, to string) {
	l.Helper()
	for _, way := range []string{dialplan.RecordIn, dialplan.RecordOut, dialplan.RecordLocal} {
		if files := l.recordingsOf(tenant, way, from, to); len(files) > 0 {
			l.Errorf("there is %q", files)
		}
	}
}

// ofCall checks that the only recording with two parties is named after a call.
func (l *lab) ofCall(linkedid string, tenant int, direction, from, to string) {
	l.Helper()
	for _, file := range l.recordingsOf(tenant, direction, from, to) {
		r, err := dialplan.ParseRecording(dialplan.RecordFolder(tenant) + "/2026/11/21/" + filepath.Base(file))
		if err != nil || r.Linkedid != linkedid {
			l.Errorf("%q is of call %s, want %s: %v", file, r.Linkedid, linkedid, err)
		}
	}
}

// linkedidFrom is that of the only call of somebody from the network.
func (l *lab) linkedidFrom(number string) string {
	l.Helper()
	return l.wait("Event", "Newchannel", "Channel", "PJSIP/trk-1-*", "CallerIDNum", number).Get("Linkedid")
}

// A call goes from one to the next: each is recorded who is to be, once, with who
// he talks with, and the caller is told once.
var _ = scenario("recorded blind transfer", func(l *lab) {
	const caller = "01013101310"
	first, second, excluded := l.phone("1314", sipphone.Answer(0)), l.phone("1315", sipphone.Answer(0)), l.phone("1313", sipphone.Answer(0))
	out := l.incoming(caller, didOf("1314"))
	in := l.answered(first)
	l.talk(out, in)
	l.lasts(dialplan.RecordIn, caller, "1314", 1)
	if err := in.Transfer(l.ctx(), "1315"); err != nil {
		l.Fatal(err)
	}
	then := l.answered(second)
	l.talk(out, then)
	l.lasts(dialplan.RecordIn, caller, "1315", 1)
	l.keys(then, "##")
	l.hears(out, holdTone)
	l.keys(then, "1313")
	last := l.answered(excluded)
	l.talk(out, last)
	l.hangup(out, last)
	a, b := l.recording(dialplan.RecordIn, caller, "1314"), l.recording(dialplan.RecordIn, caller, "1315")
	for _, hz := range []int{out.Tone(), in.Tone()} {
		l.holds(a, hz)
	}
	for _, hz := range []int{out.Tone(), then.Tone()} {
		l.holds(b, hz)
	}
	l.holdsNot(b, last.Tone())
	l.noRecording(2, caller, "1313")
	if n := l.seen("Event", "Newexten", "Linkedid", l.linkedidFrom(caller), "Application", "Playback", "AppData", "dipcast/recorded*"); n != 1 {
		l.Errorf("the caller was told %d times", n)
	}
})

// Who is asked first is recorded too, since the call may be given to him, as that
// call; by the phone's own key or by code. Not who is never recorded.
var _ = scenario("recorded attended transfer", func(l *lab) {
	p, asked, excluded := l.phone("1310", sipphone.Answer(0)), l.phone("1311", sipphone.Answer(0)), l.phone("1312", sipphone.Answer(0))
	for _, c := range []struct {
		caller string
		byCode bool
		to     *sipphone.Phone
	}{{"01013111311", false, asked}, {"01013111312", false, excluded}, {"01013121311", true, asked}, {"01013121312", true, excluded}} {
		number := strings.TrimPrefix(c.to.User(), "T2_")
		out := l.incoming(c.caller, didOf("1310"))
		in := l.answered(p)
		l.talk(out, in)
		consulted := func() {
			if c.to == asked {
				l.lasts(dialplan.RecordIn, c.caller, number, 1)
			}
		}
		var last *sipphone.Call
		if c.byCode {
			l.keys(in, "*2")
			l.hears(out, holdTone)
			l.keys(in, number)
			last = l.answered(c.to)
			l.talk(in, last)
			consulted()
			l.hangup(in)
		} else {
			if err := in.Hold(l.ctx()); err != nil {
				l.Fatal(err)
			}
			ask := l.dial(p, number)
			last = l.answered(c.to)
			l.talk(ask, last)
			consulted()
			if err := in.TransferTo(l.ctx(), ask); err != nil {
				l.Fatal(err)
			}
			l.ended(in)
			l.ended(ask)
		}
		l.talk(out, last)
		if c.to == asked {
			l.partLasts(2, 2, dialplan.RecordIn, c.caller, number, 2) // it goes on
		}
		l.hangup(out, last)
		l.noRecording(2, "1310", number)
		if c.to == excluded {
			l.noRecording(2, c.caller, number)
			continue
		}
		parts := l.parts(2, 2, dialplan.RecordIn, c.caller, number)
		l.through(parts[0], last.Tone()) // while he was asked
		l.through(parts[1], last.Tone())
		l.through(parts[1], out.Tone())
		l.ofCall(l.linkedidFrom(c.caller), 2, dialplan.RecordIn, c.caller, number)
	}
})

// Calls of a company that records all, without a notice: picked up, parked,
// diverted; in its own folder only, and none of an extension that is excluded.
var _ = scenario("recorded elsewhere", func(l *lab) {
	const away = "0101110111"
	l.number(away, 1900)
	p, other := l.phone("T10_1110", sipphone.Ring()), l.phone("T10_1111", sipphone.Answer(0))
	excluded := l.phone("T10_1112", sipphone.Answer(0))
	check := func(direction, from, to string, a, b *sipphone.Call) {
		l.Helper()
		l.talk(a, b)
		l.lastsOf(10, direction, from, to, 2)
		l.hangup(a, b)
		s := l.recordingOf(10, direction, from, to)
		l.holds(s, a.Tone())
		l.holds(s, b.Tone())
		l.noRecording(2, from, to)
	}

	l.divertOf(tenant10, "1113", dialplan.CFU, "1111") // it has no phone yet
	check(dialplan.RecordLocal, "1110", "1111", l.dial(p, "1113"), l.answered(other))
	l.put(tenant10, dialplan.GateKey("1113"), dialplan.No)
	third := l.phone("T10_1113", sipphone.Answer(0))

	out := l.incoming("01011100001", "07010101110") // picked up
	l.rings(l.next(p))
	check(dialplan.RecordIn, "01011100001", "1111", out, l.dial(other, "*55"))

	p.SetBehaviour(sipphone.Answer(0))
	out = l.incoming("01011100002", "07010101110") // parked: Asterisk does not say who was
	in := l.answered(p)
	l.talk(out, in)
	if err := in.Transfer(l.ctx(), "700"); err != nil {
		l.Fatal(err)
	}
	space := l.wait("Event", "ParkedCall", "ParkeeCallerIDNum", "01011100002").Get("ParkingSpace")
	check(dialplan.RecordIn, "", "1113", out, l.dial(third, space))
	l.recordingOf(10, dialplan.RecordIn, "01011100002", "1110")

	l.divertOf(tenant10, "1110", dialplan.CFI, away)
	out = l.incoming("01011100003", "07010101110") // diverted: by who pays for it
	check(dialplan.RecordOut, "1110", away, out, l.toNetwork(away))
	l.noRecording(10, "01011100003", "1110")
	l.divertOf(tenant10, "1110", dialplan.CFI, "1111")
	out = l.incoming("01011100004", "07010101110")
	check(dialplan.RecordIn, "01011100004", "1111", out, l.answered(other))
	l.put(tenant10, dialplan.DiversionKey("1110", dialplan.CFI, dialplan.Enable), dialplan.No)
	l.divertOf(tenant10, "1110", dialplan.CFN, "1111")
	p.SetBehaviour(sipphone.Ring())
	out = l.incoming("01011100006", "07010101110")
	check(dialplan.RecordIn, "01011100006", "1111", out, l.answered(other))
	l.noRecording(10, "01011100006", "1110")
	l.put(tenant10, dialplan.GateKey("1110"), dialplan.No)

	out = l.incoming("01011100005", "07010101112") // excluded
	in = l.answered(excluded)
	l.talk(out, in)
	l.hangup(out, in)
	l.noRecording(10, "01011100005", "1112")
	check(dialplan.RecordLocal, "1112", "1111", l.dial(excluded, "1111"), l.answered(other)) // the other is not
	if n := l.seen("Event", "Newexten", "Context", "T10_*", "Application", "Playback", "AppData", "dipcast/recorded*"); n > 0 {
		l.Errorf("%d were told of a company that does not tell", n)
	}
})

// Nothing comes between somebody and help, and it is not recorded.
var _ = scenario("recorded, help", func(l *lab) {
	l.number("119", 1950)
	p := l.phone("1320", sipphone.Answer(0))
	out := l.dial(p, "119")
	in := l.toNetwork("119")
	l.talk(out, in)
	id := l.wait("Event", "Newchannel", "Channel", "PJSIP/T2_1320-*").Get("Linkedid")
	l.hangup(out, in)
	for _, app := range []string{"Playback", "MixMonitor"} {
		if n := l.seen("Event", "Newexten", "Linkedid", id, "Application", app); n > 0 {
			l.Errorf("a call for help ran %s", app)
		}
	}
	l.noRecording(2, "1320", "119")
})
