package calls_test

import (
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// scenario is one thing that happens to calls.
type scenario struct {
	name    string
	comment string // first line of the recording: what happens
	run     func(*lab)
}

const moment = 300 * time.Millisecond

// pause lets a moment pass, so that what follows is told apart from what was.
func pause() { <-time.After(moment) }

var (
	answers  = sipphone.Answer(100 * time.Millisecond)
	rings    = sipphone.Ring()
	busy     = sipphone.Busy()
	declines = sipphone.Decline()
)

var scenarios = []scenario{
	{"101_internal_answered", "1013 calls 1010, 1010 answers, they talk, 1010 hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.dial("1013", "1010")
		in := l.next(l.phones["1010"])
		l.talk(out, in)
		l.list()
		l.hangup(in, out)
	}},
	{"102_internal_cancelled", "1013 calls 1010, 1010 rings, 1013 gives up", func(l *lab) {
		l.behave(rings, answers)
		out := l.dial("1013", "1010")
		l.ringing(l.phones["1010"])
		l.list()
		pause()
		l.hangup(out)
	}},
	{"103_internal_busy", "1013 calls 1010, which is busy (486)", func(l *lab) {
		l.behave(busy, answers)
		l.ended(l.dial("1013", "1010"))
	}},
	{"104_internal_declined", "1013 calls 1010, which declines (603)", func(l *lab) {
		l.behave(sipphone.RingThen(moment, declines), answers)
		l.ended(l.dial("1013", "1010"))
	}},
	{"105_internal_no_answer", "1013 calls 1010, which rings for 2 s and is not answered", func(l *lab) {
		l.behave(rings, answers)
		l.ended(l.dial("1013", "1010"))
	}},
	{"106_internal_not_registered", "1013 calls 1020, whose phone is not registered", func(l *lab) {
		l.ended(l.dial("1013", "1020"))
	}},
	{"107_outgoing_answered", "1010 calls the mobile 01026132471, it answers, 1010 hangs up", func(l *lab) {
		out := l.dial("1010", mobile)
		in := l.next(l.network)
		l.talk(out, in)
		l.list()
		l.hangup(out, in)
	}},
	{"108_outgoing_busy", "1010 calls 16662471, which is busy (486)", func(l *lab) {
		l.ended(l.dial("1010", engaged))
	}},
	{"109_outgoing_no_such_number", "1010 calls 01055550147, which the network does not know (404)", func(l *lab) {
		l.ended(l.dial("1010", nobody))
	}},
	{"110_outgoing_refused", "1010 calls 0012125550100; calls abroad are not open, the dialplan hangs up with cause 21", func(l *lab) {
		l.ended(l.dial("1010", "0012125550100"))
	}},
	{"120_incoming_answered", "01012345678 calls the DID 07045805605, 1010 answers, they talk, the caller hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		in := l.next(l.phones["1010"])
		l.talk(out, in)
		l.hangup(out, in)
	}},
	{"121_incoming_cancelled", "01012345678 calls 07045805605, 1010 rings, the caller gives up", func(l *lab) {
		l.behave(rings, answers)
		out := l.incoming(did1010)
		l.ringing(l.phones["1010"])
		pause()
		l.hangup(out)
	}},
	{"122_incoming_ivr", "01012345678 calls 07045805605, which is diverted (CFI) to 620: the server answers, waits and hangs up", func(l *lab) {
		l.divert("1010", dialplan.CFI, "620")
		l.ended(l.incoming(did1010))
		l.undivert("1010")
	}},
	{"130_diverted_CFI", "01012345678 calls 07045805605, 1010 has CFI to 01026132471, which answers; it hangs up", func(l *lab) {
		l.divert("1010", dialplan.CFI, mobile)
		out := l.incoming(did1010)
		in := l.next(l.network)
		l.talk(out, in)
		l.list()
		l.hangup(in, out)
		l.undivert("1010")
	}},
	{"131_diverted_CFB", "as 130 with CFB: 1010 is busy", func(l *lab) {
		l.behave(busy, answers)
		l.divert("1010", dialplan.CFB, mobile)
		out := l.incoming(did1010)
		in := l.next(l.network)
		l.talk(out, in)
		l.hangup(in, out)
		l.undivert("1010")
	}},
	{"132_diverted_CFN", "as 130 with CFN: 1010 rings for 2 s", func(l *lab) {
		l.behave(rings, answers)
		l.divert("1010", dialplan.CFN, mobile)
		out := l.incoming(did1010)
		in := l.next(l.network)
		l.talk(out, in)
		l.hangup(in, out)
		l.undivert("1010")
	}},
	{"133_diverted_CFU", "1013 calls 1020, which is not registered and has CFU to 01026132471: it answers and hangs up", func(l *lab) {
		l.divert("1020", dialplan.CFU, mobile)
		out := l.dial("1013", "1020")
		in := l.next(l.network)
		l.talk(out, in)
		l.hangup(in, out)
		l.undivert("1020")
	}},
	{"134_diverted_CFI_to_extension", "1010 has CFI to 1013; 01012345678 calls 07045805605, 1013 rings and is not answered", func(l *lab) {
		l.behave(answers, rings)
		l.divert("1010", dialplan.CFI, "1013")
		l.ended(l.incoming(did1010))
		l.undivert("1010")
	}},
	{"135_diverted_declined", "as 131, 1010 declines (603)", func(l *lab) {
		l.behave(declines, answers)
		l.divert("1010", dialplan.CFB, mobile)
		out := l.incoming(did1010)
		in := l.next(l.network)
		l.talk(out, in)
		l.hangup(out, in)
		l.undivert("1010")
	}},
}
