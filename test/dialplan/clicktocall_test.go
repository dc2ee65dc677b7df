package dialplan_test

import (
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// clickToCall is the Originate of the documented examples.
func clickToCall(channel, exten, callerID string) *ami.Action {
	return ami.NewAction("Originate").
		Add("Channel", channel).Add("Context", "T2_cos-all").Add("Exten", exten).Add("Priority", "1").
		Add("Timeout", "30000").
		Add("Variable", "EXEC_AA=yes").Add("Variable", "CHANNEL(language)=ko").Add("Variable", "CHANNEL(accountcode)="+did1010).
		Add("Callerid", callerID).Add("EarlyMedia", "true").Add("Async", "yes")
}

// TestDocumentedExample1: 1010 with its CFI to a mobile, then 07045144801, which
// is 1013's.
func TestDocumentedExample1(t *testing.T) {
	both(t, func(l *lab) {
		first := l.phone("T2_1010", sipphone.Answer(0))
		second := l.phone("T2_1013", sipphone.Answer(0))
		l.divert(tenant2, "1010", dialplan.CFI, mobile)
		l.do(clickToCall("Local/1010@T2_cos-all", did1013, "얼쑤팩토리 <16682471>"))
		out := l.answered(l.network)
		if i := out.Invite(); i.Called != mobile || i.From.Number != shown || i.From.Name != "얼쑤팩토리" || i.AutoAnswer {
			l.t.Errorf("the network is asked: %+v", i)
		}
		in := l.answered(second)
		if i := in.Invite(); i.From.Number != shown || i.From.Name != "얼쑤팩토리" || i.AutoAnswer {
			l.t.Errorf("1013 sees %+v", i)
		}
		l.talk(out, in)
		if n := len(first.Calls()); n != 0 {
			l.t.Errorf("1010 has %d calls", n)
		}
		l.wait("Event", "OriginateResponse", "Response", "Success")
		l.hangup(in, out)
		l.wait("Event", "Cdr", "AccountCode", did1010)
		l.quiet("WARNING", "ERROR")
	})
}

// TestDocumentedExample2: 1013's own phone answers by itself, then the mobile.
func TestDocumentedExample2(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T2_1013", sipphone.AutoAnswer(sipphone.Ring()))
		l.do(clickToCall("Local/1013@T2_cos-all", mobile, "지화자 <07045805605>"))
		own := l.answered(p)
		if i := own.Invite(); i.From.Number != did1010 || i.From.Name != "지화자" || !i.AutoAnswer {
			l.t.Errorf("1013 sees %+v, auto answer %v", i.From, i.AutoAnswer)
		}
		far := l.answered(l.network)
		if i := far.Invite(); i.Called != mobile || i.From.Number != did1010 || i.From.Name != "지화자" || i.AutoAnswer {
			l.t.Errorf("the network is asked: %+v", i)
		}
		l.talk(own, far)
		l.hangup(own, far)
		l.quiet("WARNING", "ERROR")
	})
}

// TestCallerIDOfClickToCall: a number that is not the tenant's shows on the
// caller's own phone only; the account code is made the tenant's too.
func TestCallerIDOfClickToCall(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T2_1013", sipphone.Answer(0))
		a := ami.NewAction("Originate").Add("Channel", "Local/1013@T2_cos-all").Add("Context", "T2_cos-all").
			Add("Exten", mobile).Add("Priority", "1").Add("Variable", "CHANNEL(accountcode)="+stranger).
			Add("Callerid", "남의번호 <"+stranger+">").Add("Async", "yes")
		l.do(a)
		own := l.answered(p)
		if i := own.Invite(); i.From.Number != stranger || i.From.Name != "남의번호" || i.AutoAnswer {
			l.t.Errorf("1013 sees %+v", i)
		}
		far := l.answered(l.network)
		if i := far.Invite(); i.From.Number != did1013 {
			l.t.Errorf("the network sees %s, want 1013's own %s", i.From.Number, did1013)
		}
		l.talk(own, far)
		l.hangup(far, own)
		l.wait("Event", "Cdr", "AccountCode", did1013)
		for _, m := range l.seen("Cdr") {
			if m.Get("AccountCode") == stranger && m.Get("Disposition") == "ANSWERED" && m.Get("Destination") == mobile {
				l.t.Errorf("billed to a stranger: %s", m.Bytes())
			}
		}
	})
}

// TestClickToCallContext: the way of REST. The first leg's Newchannel names the
// context and the caller's extension.
func TestClickToCallContext(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		l.do(clickToCall("Local/1010@T2_click-to-call", pizza, "얼쑤팩토리 <16662471>").Add("ChannelId", "c2c-1").Add("OtherChannelId", "c2c-2"))
		own := l.answered(p)
		if i := own.Invite(); i.From.Number != shownElse || !i.AutoAnswer {
			l.t.Errorf("1010 sees %+v", i)
		}
		far := l.answered(l.network)
		if i := far.Invite(); i.Called != pizza || i.From.Number != shownElse {
			l.t.Errorf("the network is asked: %+v", i)
		}
		l.talk(own, far)
		m := l.wait("Event", "Newchannel", "Context", "T2_click-to-call", "Exten", "1010", "ChannelStateDesc", "Ring")
		if m.Get("Linkedid") != "c2c-1" {
			l.t.Errorf("Linkedid %q", m.Get("Linkedid"))
		}
		// Local channels have gone out of the way; the call goes on.
		l.hangup(own, far)
		l.quiet("WARNING", "ERROR")
	})
}

// TestOriginateReasons: OriginateResponse says why there was no call, to the
// users for events and for calls alike.
func TestOriginateReasons(t *testing.T) {
	both(t, func(l *lab) {
		responses := make(chan *ami.Message, 16)
		calls := l.server.Link(l.t, asterisktest.Calls, func(o *ami.Options) {
			o.Events, o.OnMessage = "on", func(m *ami.Message) {
				switch event := string(m.Event()); event {
				case "OriginateResponse":
					responses <- m.Clone()
				case "", "FullyBooted", "Shutdown":
				default:
					l.t.Errorf("the user for calls gets %s", event)
				}
			}
		})
		p := l.phone("T2_1010", sipphone.Busy())
		for _, tt := range []struct {
			name, channel, timeout, reason string
			behaviour                      sipphone.Behaviour
		}{
			{"busy", "Local/1010@T2_cos-all", "5000", "5", sipphone.Busy()},
			{"no answer", "Local/1010@T2_cos-all", "1000", "3", sipphone.Ring()},
			{"not registered", "Local/1018@T2_cos-all", "5000", "0", sipphone.Ring()},
			{"answered", "Local/1010@T2_cos-all", "5000", "4", sipphone.AnswerFor(0, 100*time.Millisecond)},
		} {
			p.SetBehaviour(tt.behaviour)
			r, err := calls.Do(l.ctx(), ami.NewAction("Originate").Add("Channel", tt.channel).Add("Context", "T2_cos-all").
				Add("Exten", pizza).Add("Priority", "1").Add("Timeout", tt.timeout).Add("Async", "true").Add("ChannelId", "r-"+tt.reason))
			if err != nil || !r.Success() {
				l.t.Fatalf("%s: %v %v", tt.name, r, err)
			}
			m := l.wait("Event", "OriginateResponse", "Uniqueid", "r-"+tt.reason)
			if m.Get("Reason") != tt.reason {
				l.t.Errorf("%s: reason %s, want %s", tt.name, m.Get("Reason"), tt.reason)
			}
			select {
			case m := <-responses:
				if m.Get("Reason") != tt.reason {
					l.t.Errorf("%s: the user for calls gets reason %s", tt.name, m.Get("Reason"))
				}
			case <-l.ctx().Done():
				l.t.Errorf("%s: the user for calls gets no OriginateResponse", tt.name)
			}
		}
	})
}

// seen gives the events of a kind that came so far.
func (l *lab) seen(event string) []*ami.Message { return l.events.All("Event", event) }
