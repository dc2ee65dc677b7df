package dialplan_test

import (
	"testing"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestNetworkSeesTheTenantsNumber: a phone shows its own DID, one without shows
// the tenant's first, and a number of its own choice never.
func TestNetworkSeesTheTenantsNumber(t *testing.T) {
	both(t, func(l *lab) {
		for endpoint, want := range map[string]string{
			"T2_1010": did1010, "T2_1013": did1013, "T2_1018": did1013, "T10_1010": didOther, "T10_1013": didOther,
		} {
			p := l.phone(endpoint, sipphone.Answer(0))
			out, err := p.Dial(l.ctx(), pizza, sipphone.DialOptions{Headers: []sipphone.Header{
				{Name: "P-Asserted-Identity", Value: "<sip:" + stranger + "@127.0.0.1>"},
			}})
			if err != nil {
				l.t.Fatal(err)
			}
			in := l.answered(l.network)
			if got := in.Invite(); got.From.Number != want || got.Called != pizza {
				l.t.Errorf("%s: the network is asked for %s by %s, want %s", endpoint, got.Called, got.From.Number, want)
			}
			l.talk(out, in)
			l.hangup(out, in)
			l.wait("Event", "Cdr", "AccountCode", want)
		}
		l.quiet("WARNING", "ERROR")
	})
}

// TestRefusedNumbers: what is not open does not reach the network.
func TestRefusedNumbers(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		for _, number := range []string{"0012125550100", "+12125550100", "0601234567", "+82601234567", "12", "1", "*123"} {
			c, err := p.Dial(l.ctx(), number, sipphone.DialOptions{})
			if err != nil {
				l.t.Fatal(err)
			}
			end, err := c.WaitEnded(l.ctx())
			if err != nil || end.Code < 400 {
				l.t.Errorf("%s: %+v, %v", number, end, err)
			}
		}
		// An exten that would alter Dial, as only AMI can ask for it.
		for _, exten := range []string{"010&PJSIP/T10_1010", "010@trk-1&Local/1010@T10_cos-all/n", "010,1,g", `010")`, "0${DC_COS}10"} {
			r, err := l.ami.Do(l.ctx(), ami.NewAction("Originate").Add("Channel", "Local/"+exten+"@T2_cos-all").
				Add("Context", "T2_cos-all").Add("Exten", "1010").Add("Priority", "1").Add("Async", "true"))
			if err != nil {
				l.t.Fatal(err)
			}
			l.t.Logf("%s: %s", exten, r.Get("Message"))
		}
		l.do(ami.NewAction("Ping"))
		if n := l.network.Received(); len(n) != 0 {
			l.t.Errorf("%d calls reached the network: %v", len(n), n)
		}
	})
}

// TestTrunkReachesDIDsOnly: the network can call no extension, no other number,
// and nothing through us.
func TestTrunkReachesDIDsOnly(t *testing.T) {
	both(t, func(l *lab) {
		l.phone("T2_1010", sipphone.Answer(0))
		for _, number := range []string{"1010", "T2_1010", mobile, shown, "0000", "+8210", "s", "i", "h"} {
			c := l.incoming(stranger, number)
			end, err := c.WaitEnded(l.ctx())
			if err != nil || end.Code != 404 {
				l.t.Errorf("%s: %+v, %v", number, end, err)
			}
		}
	})
}

// TestRedirectWhileRinging: the ways of the chat's buttons. The caller from the
// network is moved to a mobile, once through the class of service and once
// through sub-custom-numbers.
func TestRedirectWhileRinging(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Ring())
		for _, context := range []string{"T2_cos-all", "sub-custom-numbers"} {
			out := l.incoming(stranger, did1010)
			ringing := l.next(p)
			if err := ringing.WaitRinging(l.ctx()); err != nil {
				l.t.Fatal(err)
			}
			var channel string
			for _, m := range l.channels() {
				if m.Get("Context") == "T2_cos-all" && m.Get("ChannelStateDesc") == "Ring" {
					channel = m.Get("Channel")
				}
			}
			l.do(ami.NewAction("Redirect").Add("Channel", channel).Add("Context", context).Add("Exten", mobile).Add("Priority", "1"))
			in := l.answered(l.network)
			if from := in.Invite().From.Number; from != did1010 {
				l.t.Errorf("%s: the network sees %s", context, from)
			}
			if _, err := ringing.WaitEnded(l.ctx()); err != nil {
				l.t.Error(err)
			}
			l.talk(out, in)
			l.hangup(out, in)
		}
		l.quiet("WARNING", "ERROR")
	})
}

func (l *lab) channels() []*ami.Message {
	l.t.Helper()
	r, err := l.ami.List(l.ctx(), ami.NewAction("CoreShowChannels"), 100)
	if err != nil {
		l.t.Fatal(err)
	}
	return r.Events
}

// TestEmergency: help is reached from any phone, also of a tenant without a
// number to show, and never by Originate or a diversion.
func TestEmergency(t *testing.T) {
	both(t, func(l *lab) {
		for _, n := range []string{"119", "112", "02119"} {
			if err := l.network.SetNumber(n, sipphone.Number{Tone: 1400}); err != nil {
				l.t.Fatal(err)
			}
		}
		a := l.phone("T2_1010", sipphone.Answer(0))
		for _, n := range []string{"119", "112", "02119"} {
			out := l.dial(a, n)
			in := l.answered(l.network)
			if got := in.Invite(); got.Called != n || got.From.Number != did1010 {
				l.t.Errorf("asked for %s by %s", got.Called, got.From.Number)
			}
			l.talk(out, in)
			l.hangup(out, in)
		}
		bare := l.phone("900", sipphone.Answer(0)) // the main tenant has no numbers
		out := l.dial(bare, "119")
		l.talk(out, l.answered(l.network))
		l.hangup(out)
		if c := l.dial(bare, pizza); l.ended(c).Code != 404 {
			l.t.Error("a tenant without numbers calls the network")
		}
		for _, n := range []string{"119", "02119"} {
			l.divert(tenant2, "1013", dialplan.CFI, n)
			if c := l.dial(a, "1013"); l.ended(c).Code < 400 {
				l.t.Errorf("a diversion reaches %s", n)
			}
			l.do(clickToCall("Local/"+n+"@T2_cos-all", "1010", "x <1>").Add("ChannelId", "help-"+n))
			if m := l.wait("Event", "OriginateResponse", "Uniqueid", "help-"+n); m.Get("Response") != "Failure" {
				l.t.Errorf("Originate reaches %s", n)
			}
		}
		if n := len(l.network.Received()); n != 4 {
			l.t.Errorf("%d calls for help", n)
		}
	})
}

func (l *lab) ended(c *sipphone.Call) sipphone.End {
	l.t.Helper()
	end, err := c.WaitEnded(l.ctx())
	if err != nil {
		l.t.Fatal(err)
	}
	return end
}

// TestMainTenant: names without prefix work the same, beside the others.
func TestMainTenant(t *testing.T) {
	both(t, func(l *lab) {
		a := l.phone("900", sipphone.Answer(0))
		b := l.phone("901", sipphone.Busy())
		c := l.phone("902", sipphone.Answer(0))
		l.divert(tenantMain, "901", dialplan.CFB, "902")
		out := l.dial(a, "901")
		in := l.answered(c)
		l.talk(out, in)
		l.hangup(out, in)
		l.wait("Event", "Newchannel", "Context", "cos-all", "Exten", "901", "ChannelStateDesc", "Ring")
		if n := l.next(b); !n.Incoming() {
			l.t.Error("901 was not called")
		}
		if c := l.dial(a, "1010"); l.ended(c).Code != 404 {
			l.t.Error("the main tenant reaches another's extension")
		}
		l.quiet("WARNING", "ERROR")
	})
}

// refuse says how the first trunk of tenant 10 refuses.
func (l *lab) refuse(b sipphone.Behaviour) {
	l.t.Helper()
	if err := l.broken.SetNumber(pizza, sipphone.Number{Behaviour: b}); err != nil {
		l.t.Fatal(err)
	}
}

// TestNextTrunk: a call that the first trunk does not take goes to the next; a
// busy number is not tried twice.
func TestNextTrunk(t *testing.T) {
	both(t, func(l *lab) {
		p := l.phone("T10_1010", sipphone.Answer(0))
		for _, refuse := range []int{503, 502} {
			l.refuse(sipphone.Reject(refuse))
			out := l.dial(p, pizza)
			in := l.answered(l.network)
			l.talk(out, in)
			l.hangup(out, in)
		}
		l.refuse(sipphone.Busy())
		if end := l.ended(l.dial(p, pizza)); end.Code != 486 {
			l.t.Errorf("busy: %+v", end)
		}
		if b, n := len(l.broken.Received()), len(l.network.Received()); b != 3 || n != 2 {
			l.t.Errorf("%d calls to the first trunk, %d to the second", b, n)
		}
	})
}
