package calls_test

import (
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// clickToCall starts one as REST does, with ids of our own.
func (l *lab) clickToCall(id, caller, callee string) {
	l.t.Helper()
	l.do("Originate", "Channel", "Local/"+caller+"@T2_click-to-call", "Context", "T2_cos-all", "Exten", callee, "Priority", "1",
		"Timeout", "30000", "Variable", "EXEC_AA=no", "CallerID", `"얼쑤팩토리" <`+shown+`>`, "EarlyMedia", "true", "Async", "true",
		"ChannelId", id, "OtherChannelId", id+"-2")
}

var clicks = []scenario{
	{"200_click_to_call", "click-to-call: 1010 answers, then 01026132471 answers, the Local channels go out of the way, 1010 hangs up", func(l *lab) {
		l.behave(answers, answers)
		l.clickToCall("dipcast-200", "1010", mobile)
		own := l.next(l.phones["1010"])
		far := l.next(l.network)
		l.talk(own, far)
		l.wait("Event", "LocalOptimizationEnd")
		pause()
		l.list()
		l.hangup(own, far)
	}},
	{"201_click_to_call_CFI", "click-to-call: 1010 has CFI to 01026132471, which answers; then 1013 (called by its DID 07045144801) answers; 1013 hangs up", func(l *lab) {
		l.behave(answers, answers)
		l.divert("1010", dialplan.CFI, mobile)
		l.clickToCall("dipcast-201", "1010", did1013)
		own := l.next(l.network)
		far := l.next(l.phones["1013"])
		l.talk(own, far)
		pause()
		l.list()
		l.hangup(far, own)
		l.undivert("1010")
	}},
	{"202_click_to_call_caller_busy", "click-to-call: 1010 is busy", func(l *lab) {
		l.behave(busy, answers)
		l.clickToCall("dipcast-202", "1010", mobile)
		l.wait("Event", "OriginateResponse")
	}},
	{"203_click_to_call_caller_no_answer", "click-to-call: 1010 rings for 2 s and is not answered", func(l *lab) {
		l.behave(rings, answers)
		l.clickToCall("dipcast-203", "1010", mobile)
		l.wait("Event", "OriginateResponse")
	}},
	{"204_click_to_call_caller_not_registered", "click-to-call: the phone of 1020 is not registered", func(l *lab) {
		l.clickToCall("dipcast-204", "1020", mobile)
		l.wait("Event", "OriginateResponse")
	}},
	{"205_click_to_call_callee_busy", "click-to-call: 1010 answers, 16662471 is busy", func(l *lab) {
		l.behave(answers, answers)
		l.clickToCall("dipcast-205", "1010", engaged)
		l.ended(l.next(l.phones["1010"]))
	}},
	{"206_click_to_call_caller_gives_up", "click-to-call: 1010 answers, 1013 rings, 1010 hangs up before 1013 answers", func(l *lab) {
		l.behave(answers, rings)
		l.clickToCall("dipcast-206", "1010", "1013")
		own := l.answered(l.next(l.phones["1010"]))
		l.ringing(l.phones["1013"])
		pause()
		l.list()
		l.hangup(own)
	}},
	{"207_click_to_call_callee_CFB", "click-to-call: 1010 answers, 1013 is busy and has CFB to 01099552471, which answers; 1010 hangs up", func(l *lab) {
		l.behave(answers, busy)
		l.divert("1013", dialplan.CFB, mobile2)
		l.clickToCall("dipcast-207", "1010", "1013")
		own := l.next(l.phones["1010"])
		far := l.next(l.network)
		l.talk(own, far)
		pause()
		l.hangup(own, far)
		l.undivert("1013")
	}},
	{"208_click_to_call_cancelled", "click-to-call: 1010 rings and is hung up by AMI", func(l *lab) {
		l.behave(rings, answers)
		l.clickToCall("dipcast-208", "1010", mobile)
		l.ringing(l.phones["1010"])
		pause()
		for _, m := range l.list() {
			if m.Get("Uniqueid") == "dipcast-208" {
				l.do("Hangup", "Channel", m.Get("Channel"))
			}
		}
	}},
	{"210_click_to_call_timeout", "Originate of Local/1010@T2_click-to-call with a Timeout of 1 s: 1010 rings and is not answered in it", func(l *lab) {
		l.behave(rings, answers)
		l.do("Originate", "Channel", "Local/1010@T2_click-to-call", "Context", "T2_cos-all", "Exten", mobile, "Priority", "1",
			"Timeout", "1000", "CallerID", `"얼쑤팩토리" <`+shown+`>`, "Async", "true", "ChannelId", "dipcast-210", "OtherChannelId", "dipcast-210-2")
		l.wait("Event", "OriginateResponse")
	}},
	{"209_originate_phone", "Originate of PJSIP/T2_1010 itself, not through a Local channel; it answers, then 1013 answers; 1010 hangs up", func(l *lab) {
		l.behave(answers, answers)
		l.do("Originate", "Channel", "PJSIP/T2_1010", "Context", "T2_cos-all", "Exten", "1013", "Priority", "1",
			"CallerID", `"얼쑤팩토리" <`+shown+`>`, "Async", "true", "ChannelId", "dipcast-209")
		own := l.next(l.phones["1010"])
		far := l.next(l.phones["1013"])
		l.talk(own, far)
		l.hangup(own, far)
	}},
}

var moves = []scenario{
	{"300_blind_transfer_AMI", "01012345678 calls 07045805605, 1010 answers and is told by AMI (BlindTransfer) to send the caller to 1013, which answers; the caller hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		l.do("BlindTransfer", "Channel", l.channel("T2_1010"), "Context", "T2_cos-all", "Exten", "1013")
		second := l.next(l.phones["1013"])
		l.talk(out, second)
		l.ended(first)
		l.list()
		l.hangup(out, second)
	}},
	{"301_blind_transfer_REFER", "01012345678 calls 07045805605, which 1010 diverts (CFI) to the desk phone of 1018: it answers and transfers the caller (REFER) to 1013, which answers and hangs up", func(l *lab) {
		l.behave(answers, answers)
		l.divert("1010", dialplan.CFI, "1018")
		out := l.incoming(did1010)
		desk := l.desk.incoming(l.ctx())
		l.answered(out)
		pause()
		desk.refer("1013", nil)
		second := l.next(l.phones["1013"])
		l.talk(out, second)
		desk.bye()
		pause()
		l.hangup(second, out)
		l.undivert("1010")
	}},
	{"302_blind_transfer_to_nobody", "as 300, to 1020, whose phone is not registered: the caller is hung up", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		l.do("BlindTransfer", "Channel", l.channel("T2_1010"), "Context", "T2_cos-all", "Exten", "1020")
		l.ended(out)
	}},
	{"310_attended_transfer_REFER", "01012345678 calls 07045805605, which goes (CFI) to 1018; 1018 answers, calls 1013 in a second call, 1013 answers, 1018 connects the two (REFER with Replaces); 1013 hangs up", func(l *lab) {
		l.behave(answers, answers)
		l.divert("1010", dialplan.CFI, "1018")
		out := l.incoming(did1010)
		desk := l.desk.incoming(l.ctx())
		l.answered(out)
		pause()
		asked := l.desk.dial("1013")
		l.desk.await(asked.answered, "answer")
		second := l.answered(l.next(l.phones["1013"]))
		pause()
		l.list()
		desk.refer("1013", asked)
		l.talk(out, second)
		pause()
		l.list()
		l.hangup(second, out)
		l.undivert("1010")
	}},
	{"311_attended_transfer_while_ringing", "as 310, but 1018 transfers while 1013 still rings; 1013 answers later and hangs up", func(l *lab) {
		l.behave(answers, sipphone.Ring())
		l.divert("1010", dialplan.CFI, "1018")
		out := l.incoming(did1010)
		desk := l.desk.incoming(l.ctx())
		l.answered(out)
		asked := l.desk.dial("1013")
		second := l.ringing(l.phones["1013"])
		pause()
		desk.refer("1013", asked)
		pause()
		l.list()
		if err := second.Answer(); err != nil {
			l.t.Fatal(err)
		}
		l.talk(out, second)
		pause()
		l.hangup(second, out)
		l.undivert("1010")
	}},
	{"312_attended_transfer_feature", "1013 calls 630, which dials 1010 with features; 1010 answers and is made to ask 01026132471 (Atxfer), which answers; 1010 hangs up, 1013 and the mobile talk; 1013 hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.dial("1013", "630")
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		l.do("Atxfer", "Channel", l.channel("T2_1010"), "Context", "T2_cos-all", "Exten", mobile)
		far := l.next(l.network)
		l.talk(first, far)
		pause()
		l.list()
		l.hangup(first)
		l.talk(out, far)
		pause()
		l.hangup(out, far)
	}},
	{"320_bridge_AMI", "two calls: 01012345678 to 1010 and 1013 to 01026132471; AMI joins 1010 and 1013 (Bridge), both others are hung up; 1010 hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		second := l.dial("1013", mobile)
		far := l.next(l.network)
		l.talk(second, far)
		pause()
		l.do("Bridge", "Channel1", l.channel("T2_1010"), "Channel2", l.channel("T2_1013"))
		l.talk(first, second)
		pause()
		l.hangup(first, second)
	}},
	{"330_redirect_while_ringing", "01012345678 calls 07045805605, 1010 rings, AMI moves the caller (Redirect) to 01026132471, which answers; the caller hangs up", func(l *lab) {
		l.behave(rings, answers)
		out := l.incoming(did1010)
		l.ringing(l.phones["1010"])
		pause()
		l.do("Redirect", "Channel", l.channel("trk-1"), "Context", "T2_cos-all", "Exten", mobile, "Priority", "1")
		far := l.next(l.network)
		l.talk(out, far)
		l.hangup(out, far)
	}},
	{"331_redirect_custom_numbers", "as 330, to the context sub-custom-numbers", func(l *lab) {
		l.behave(rings, answers)
		out := l.incoming(did1010)
		l.ringing(l.phones["1010"])
		pause()
		l.do("Redirect", "Channel", l.channel("trk-1"), "Context", "sub-custom-numbers", "Exten", mobile, "Priority", "1")
		far := l.next(l.network)
		l.talk(out, far)
		l.hangup(out, far)
	}},
	{"332_redirect_the_called", "1013 calls 1010, they talk; AMI moves 1010's channel (Redirect), which runs no dialplan, to 01026132471; 1013 is hung up, the mobile answers and hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.dial("1013", "1010")
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		l.do("Redirect", "Channel", l.channel("T2_1010"), "Context", "T2_cos-all", "Exten", mobile, "Priority", "1")
		far := l.next(l.network)
		l.talk(first, far)
		l.list()
		l.hangup(far, first)
	}},
	{"333_redirect_both", "as 332, both channels are moved: the caller to 01026132471, the called to 01099552471; both answer and hang up", func(l *lab) {
		l.behave(answers, answers)
		out := l.dial("1013", "1010")
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		l.do("Redirect", "Channel", l.channel("T2_1013"), "Context", "T2_cos-all", "Exten", mobile, "Priority", "1",
			"ExtraChannel", l.channel("T2_1010"), "ExtraContext", "T2_cos-all", "ExtraExten", mobile2, "ExtraPriority", "1")
		a, b := l.answered(l.next(l.network)), l.answered(l.next(l.network))
		if a.Invite().Called != mobile {
			a, b = b, a
		}
		pause()
		l.list()
		l.hangup(a, out)
		pause()
		l.hangup(b, first)
	}},
	{"340_parked_and_taken", "01012345678 calls 07045805605, 1010 answers, AMI parks the caller (Park), 1010 is free; 1013 takes the call by 701; 1013 hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		l.do("Park", "Channel", l.channel("trk-1"), "Timeout", "15000")
		space := l.wait("Event", "ParkedCall").Get("ParkingSpace")
		pause()
		l.list()
		second := l.dial("1013", space)
		l.talk(out, second)
		pause()
		l.hangup(second, out)
		l.ended(first)
	}},
	{"341_parked_timeout", "as 340, nobody takes it: after 2 s it comes back to 1010, which answers and hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		l.do("Park", "Channel", l.channel("trk-1"), "Timeout", "2000", "TimeoutChannel", l.channel("T2_1010"))
		// The answer comes before: 1010's own thread parks, and does not when 1010
		// hangs up first.
		l.wait("Event", "ParkedCall")
		l.hangup(first)
		second := l.next(l.phones["1010"])
		l.talk(out, second)
		l.hangup(second, out)
	}},
	{"342_parked_given_up", "as 340, the caller hangs up while parked", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		l.do("Park", "Channel", l.channel("trk-1"), "Timeout", "15000")
		l.wait("Event", "ParkedCall")
		pause()
		l.hangup(out)
	}},
	{"343_parked_by_transfer", "01012345678 calls 07045805605, 1010 answers and transfers it blind (AMI) to 700, the parking; 1013 takes it by 701 and hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		first := l.next(l.phones["1010"])
		l.talk(out, first)
		l.do("BlindTransfer", "Channel", l.channel("T2_1010"), "Context", "T2_cos-all", "Exten", "700")
		space := l.wait("Event", "ParkedCall").Get("ParkingSpace")
		l.ended(first)
		second := l.dial("1013", space)
		l.talk(out, second)
		l.hangup(second, out)
	}},
	{"350_ring_group", "1010 has CFI to 610, a ring group of 1010 and 1013; 01012345678 calls 07045805605, both ring, 1013 answers; the caller hangs up", func(l *lab) {
		l.behave(rings, sipphone.Answer(moment))
		l.divert("1010", dialplan.CFI, "610")
		out := l.incoming(did1010)
		l.ringing(l.phones["1010"])
		in := l.next(l.phones["1013"])
		l.talk(out, in)
		l.hangup(out, in)
		l.undivert("1010")
	}},
	{"351_ring_group_local", "as 350 by 611, which rings them through Local channels, so that their diversions count", func(l *lab) {
		l.behave(rings, sipphone.Answer(moment))
		out := l.desk.dial("611")
		l.ringing(l.phones["1010"])
		in := l.next(l.phones["1013"])
		l.answered(in)
		l.desk.await(out.answered, "answer")
		pause()
		l.list()
		l.hangup(in)
	}},
	{"352_ring_group_busy_and_no_answer", "1018 calls 610: 1010 is busy, 1013 rings for 5 s", func(l *lab) {
		l.behave(busy, rings)
		out := l.desk.dial("610")
		l.desk.await(out.ended, "end")
	}},
	{"360_queue", "01012345678 calls 07045805605, which goes (CFI) to 600, a queue of 1010 and 1013: both ring, 1010 answers, the caller hangs up", func(l *lab) {
		l.behave(sipphone.Answer(moment), rings)
		l.divert("1010", dialplan.CFI, "600")
		out := l.incoming(did1010)
		in := l.next(l.phones["1010"])
		l.talk(out, in)
		l.hangup(out, in)
		l.undivert("1010")
	}},
	{"361_queue_given_up", "as 360, nobody answers, the caller gives up", func(l *lab) {
		l.behave(rings, rings)
		l.divert("1010", dialplan.CFI, "600")
		out := l.incoming(did1010)
		l.ringing(l.phones["1010"])
		pause()
		l.hangup(out)
		l.undivert("1010")
	}},
	{"362_queue_timeout", "as 360, nobody answers for 3 s, the queue ends the call", func(l *lab) {
		l.behave(rings, rings)
		l.divert("1010", dialplan.CFI, "600")
		l.ended(l.incoming(did1010))
		l.undivert("1010")
	}},
	{"370_pickup", "01012345678 calls 07045805605, 1010 rings, 1013 picks it up by *81010; 1013 hangs up", func(l *lab) {
		l.behave(rings, answers)
		out := l.incoming(did1010)
		first := l.ringing(l.phones["1010"])
		pause()
		second := l.dial("1013", "*81010")
		l.talk(out, second)
		l.ended(first)
		l.list()
		l.hangup(second, out)
	}},
	{"380_hold", "01012345678 calls 07045805605, 1010 answers, holds, resumes, hangs up", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		in := l.next(l.phones["1010"])
		l.talk(out, in)
		if err := in.Hold(l.ctx()); err != nil {
			l.t.Fatal(err)
		}
		l.wait("Event", "Hold")
		pause()
		if err := in.Resume(l.ctx()); err != nil {
			l.t.Fatal(err)
		}
		l.wait("Event", "Unhold")
		l.hangup(in, out)
	}},
	{"390_hangup_AMI", "01012345678 calls 07045805605, 1010 answers, AMI hangs up 1010's channel", func(l *lab) {
		l.behave(answers, answers)
		out := l.incoming(did1010)
		in := l.next(l.phones["1010"])
		l.talk(out, in)
		l.do("Hangup", "Channel", l.channel("T2_1010"))
		l.ended(out)
	}},
	{"392_two_calls_at_once", "1013 calls 1010 and 01012345678 calls 07045805605 at the same time: 1010 answers both; both callers hang up", func(l *lab) {
		l.behave(sipphone.Answer(time.Second), answers)
		a := l.dial("1013", "1010")
		b := l.incoming(did1010)
		l.answered(a)
		l.answered(b)
		pause()
		l.hangup(a)
		l.hangup(b)
	}},
}

// all scenarios, in the order of their names.
func all() []scenario {
	var out []scenario
	out = append(out, scenarios...)
	out = append(out, clicks...)
	return append(out, moves...)
}

// named tells whether s is picked by a list of beginnings, "1,310".
func (s scenario) named(only string) bool {
	for _, p := range strings.Split(only, ",") {
		if strings.HasPrefix(s.name, p) {
			return true
		}
	}
	return false
}
