package dialplan_test

import (
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/sipphone"
	"github.com/dipcast/dipcast/internal/sounds"
)

func (l *lab) remove(family, key string) {
	l.t.Helper()
	l.do(ami.NewAction("DBDel").Add("Family", family).Add("Key", key))
}

// enable switches a kind on that has no destination, with the gate.
func (l *lab) enable(extension string, d dialplan.Diversion) {
	l.t.Helper()
	l.put(tenant2, dialplan.DiversionKey(extension, d, dialplan.Enable), dialplan.Yes)
	l.put(tenant2, dialplan.GateKey(extension), dialplan.Yes)
}

// TestDoNotDisturb: the phone stays silent and the caller finds it busy, before
// CFI; CFB leads on. By its time group, and not without the gate. The phone's own
// click-to-call rings it.
func TestDoNotDisturb(t *testing.T) {
	newest(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		a := l.phone("T2_1013", sipphone.Answer(0))
		l.enable("1010", dialplan.DND)
		l.divert(tenant2, "1010", dialplan.CFI, mobile)
		if end := l.ended(l.dial(a, "1010")); end.Code != 486 {
			l.t.Errorf("DND: %+v", end)
		}
		l.helped(p) // it calls for help all the same
		l.divert(tenant2, "1010", dialplan.CFB, mobile2)
		out := l.dial(a, "1010")
		in := l.answered(l.network)
		if in.Invite().Called != mobile2 {
			l.t.Errorf("DND and CFB lead to %s", in.Invite().Called)
		}
		l.talk(out, in)
		l.hangup(out, in)
		l.put(tenant2, dialplan.DiversionKey("1010", dialplan.CFB, dialplan.Enable), dialplan.No)
		l.put(tenant2, dialplan.DiversionKey("1010", dialplan.CFI, dialplan.Enable), dialplan.No)

		l.do(clickToCall("Local/1010@T2_click-to-call", "1013", "얼쑤 <1013>"))
		own := l.answered(p)
		l.hangup(own, l.answered(a))

		for _, off := range []struct{ key, value string }{
			{dialplan.DiversionKey("1010", dialplan.DND, dialplan.TimeGroup), "2"},
			{dialplan.DiversionKey("1010", dialplan.DND, dialplan.TimeGroup), "99"},
			{dialplan.GateKey("1010"), dialplan.No},
		} {
			l.put(tenant2, off.key, off.value)
			out := l.dial(a, "1010")
			in := l.answered(p)
			l.talk(out, in)
			l.hangup(out, in)
			l.put(tenant2, off.key, "1")
		}
		l.quiet("WARNING", "ERROR")
	}, hours)
}

// TestPersonalAttendant: the caller hears a prompt and is connected by a key; no
// key, or one that leads nowhere, rings the phone. CFI comes before.
func TestPersonalAttendant(t *testing.T) {
	newest(t, func(l *lab) {
		p := l.phone("T2_1010", sipphone.Answer(0))
		b := l.phone("T2_1018", sipphone.Answer(0))
		for key, number := range map[byte]string{'0': mobile, '3': "1018", '4': "0&1"} {
			l.put(tenant2, dialplan.DiversionKey("1010", dialplan.PEA, dialplan.DestinationOf(key)), "sub-custom-numbers,"+number+",1")
		}
		l.enable("1010", dialplan.PEA)
		for _, tt := range []struct {
			key string
			to  asterisktest.Callee
		}{{"0", l.network}, {"3", b}, {"4", p}, {"9", p}} {
			out := l.incoming(stranger, did1010)
			if err := out.WaitAnswered(l.ctx()); err != nil {
				l.t.Fatalf("key %s: %v", tt.key, err)
			}
			if err := out.SendDTMF(l.ctx(), tt.key); err != nil {
				l.t.Fatal(err)
			}
			in := l.answered(tt.to)
			l.talk(out, in)
			l.hangup(out, in)
		}
		l.divert(tenant2, "1010", dialplan.CFI, "1018")
		out := l.incoming(stranger, did1010)
		in := l.answered(b)
		l.talk(out, in)
		l.hangup(out, in)

		// A message of its own, uploaded as a prompt.
		l.put(tenant2, dialplan.DiversionKey("1010", dialplan.CFI, dialplan.Enable), dialplan.No)
		store := sounds.NewStore(l.t.TempDir(), []string{asteriskproc.DataFolder(l.server.Input.Dirs.Base)})
		message := media.Silence(media.Rate, 10*time.Second)
		for i := range message.Samples {
			message.Samples[i] = float32(0.3 * math.Sin(2*math.Pi*1750*float64(i)/media.Rate))
		}
		if _, err := store.Put(2, dialplan.AttendantPrompt("1010"), media.EncodeWAV(message)); err != nil {
			l.t.Fatal(err)
		}
		out = l.incoming(stranger, did1010)
		if err := out.WaitTone(l.ctx(), 1750); err != nil {
			l.t.Errorf("the message is not heard: %v, %v", err, out.Heard())
		}
		if err := out.SendDTMF(l.ctx(), "3"); err != nil {
			l.t.Fatal(err)
		}
		in = l.answered(b)
		l.talk(out, in)
		l.hangup(out, in)
		l.quiet("WARNING", "ERROR")
	})
}

// limits gives 1010 one call, 1013 two, and 1018 two phones with one call.
func limits(in *asteriskconf.Input) {
	e := in.Companies[0].Extensions
	e[0].NoCallWaiting = true
	e[2].CallLimit = 1
	e[2].Devices = append(company.Phone("s3;cret 1018"), company.Device{Secret: secret.New("s3;cret 1018")})
}

// TestCallLimit: who has all his calls is busy, though his phone would take one
// more; a call that he placed counts. AstDB overrides call waiting.
func TestCallLimit(t *testing.T) {
	both(t, func(l *lab) {
		one := l.phone("T2_1010", sipphone.Answer(0))
		two := l.phone("T2_1013", sipphone.Answer(0))
		first := l.incoming(stranger, did1010)
		firstIn := l.answered(one)
		if end := l.ended(l.dial(two, "1010")); end.Code != 486 {
			l.t.Errorf("the second call: %+v", end)
		}
		l.divert(tenant2, "1010", dialplan.CFB, mobile)
		second := l.incoming(mobile2, did1010)
		secondIn := l.answered(l.network)
		if i := secondIn.Invite(); i.Called != mobile || len(i.Diversion) != 1 {
			l.t.Errorf("CFB leads to %s, %v", i.Called, i.Diversion)
		}
		l.talk(first, firstIn)
		l.talk(second, secondIn)
		l.hangup(second, secondIn)
		// Two with call waiting, which is switched on by phone.
		l.put(tenant2, "extensions/1010/call_waiting", "yes")
		waiting := l.dial(two, "1010")
		waitingIn := l.answered(one)
		l.talk(waiting, waitingIn)
		l.hangup(waiting, waitingIn)
		l.put(tenant2, "extensions/1010/call_waiting", "no")
		l.hangup(first, firstIn)
		l.atOnce(one, did1010)

		// One that it placed.
		out := l.dial(one, pizza)
		in := l.answered(l.network)
		again := l.incoming(stranger, did1010)
		againIn := l.answered(l.network)
		l.talk(again, againIn)
		l.helped(one)
		l.hangup(again, againIn)
		l.hangup(out, in)
		free := l.incoming(stranger, did1010)
		l.hangup(free, l.answered(one))
		l.quiet("WARNING", "ERROR")
	}, limits)
}

// helped calls for help from a phone.
func (l *lab) helped(p *sipphone.Phone) {
	l.t.Helper()
	if err := l.network.SetNumber("119", sipphone.Number{Tone: 1400}); err != nil {
		l.t.Fatal(err)
	}
	out := l.dial(p, "119")
	in := l.answered(l.network)
	if got := in.Invite().Called; got != "119" {
		l.t.Errorf("the network is asked for %s", got)
	}
	l.talk(out, in)
	l.hangup(out, in)
}

// TestRingTime: each extension rings for its own time before CFN: one that rings
// for a minute still does when one that rings for a second has diverted.
func TestRingTime(t *testing.T) {
	newest(t, func(l *lab) {
		long := l.phone("T2_1010", sipphone.Ring())
		short := l.phone("T2_1013", sipphone.Ring())
		l.divert(tenant2, "1010", dialplan.CFN, mobile2)
		l.divert(tenant2, "1013", dialplan.CFN, mobile)
		first := l.incoming(stranger, did1010)
		firstIn := l.next(long)
		if err := firstIn.WaitRinging(l.ctx()); err != nil {
			l.t.Fatal(err)
		}
		second := l.incoming(stranger, did1013)
		l.ended(l.next(short))
		in := l.answered(l.network)
		if got := in.Invite().Called; got != mobile {
			l.t.Errorf("the network is asked for %s first", got)
		}
		l.talk(second, in)
		l.hangup(second, in)
		if err := firstIn.Answer(); err != nil {
			l.t.Fatal(err)
		}
		l.talk(first, firstIn)
		l.hangup(first, firstIn)
		l.quiet("WARNING", "ERROR")
	}, func(in *asteriskconf.Input) {
		in.Companies[0].Extensions[0].RingSeconds, in.Companies[0].Extensions[1].RingSeconds = 60, 1
	})
}

// atOnce calls a number of an extension whose only call it may have, from several
// telephones at the same moment: its phone rings once, and the others find it
// busy and are diverted.
func (l *lab) atOnce(p *sipphone.Phone, did string) {
	l.t.Helper()
	p.SetBehaviour(sipphone.Ring())
	for range 4 {
		callers := []string{stranger, mobile2, pizza, "0299990001", "0299990002"}
		diverted := len(l.network.Received())
		calls := make([]*sipphone.Call, len(callers))
		errs := make([]error, len(callers))
		var all sync.WaitGroup
		for i, from := range callers {
			all.Go(func() {
				calls[i], errs[i] = l.network.Call(l.ctx(), sipphone.CallOptions{From: from, To: did})
			})
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			l.t.Fatal(err)
		}
		rang := l.next(p)
		for range len(callers) - 1 {
			l.answered(l.network)
		}
		if n := len(p.Calls()); n != 1 {
			l.t.Errorf("%d calls ring at once", n)
		}
		if n := len(l.network.Received()) - diverted; n != len(callers)-1 {
			l.t.Errorf("%d calls are diverted, want %d", n, len(callers)-1)
		}
		for _, c := range calls {
			l.hangup(c)
		}
		l.ended(rang)
		await.That(l.t, "no channel is left", func() bool { return len(l.channels()) == 1 }) // the Complete event
	}
	p.SetBehaviour(sipphone.Answer(0))
}

// TestSeveralPhones: all phones of an extension ring, together they count as one
// call, and when one answers the others stop.
func TestSeveralPhones(t *testing.T) {
	newest(t, func(l *lab) {
		a := l.phone("T2_1013", sipphone.Answer(0))
		desk := l.phone("T2_1018", sipphone.Ring())
		soft := l.phone("T2_1018_1", sipphone.Ring())
		out := l.dial(a, "1018")
		deskIn, softIn := l.next(desk), l.next(soft)
		for _, in := range []*sipphone.Call{deskIn, softIn} {
			if err := in.WaitRinging(l.ctx()); err != nil {
				l.t.Fatal(err)
			}
		}
		if end := l.ended(l.dial(a, "1018")); end.Code != 486 {
			l.t.Errorf("while it rings: %+v", end)
		}
		if err := softIn.Answer(); err != nil {
			l.t.Fatal(err)
		}
		if err := out.WaitAnswered(l.ctx()); err != nil {
			l.t.Fatal(err)
		}
		if _, err := deskIn.WaitEnded(l.ctx()); err != nil {
			l.t.Error(err)
		}
		l.talk(out, softIn)
		if end := l.ended(l.dial(a, "1018")); end.Code != 486 {
			l.t.Errorf("while it talks: %+v", end)
		}
		l.hangup(out, softIn)
		desk.SetBehaviour(sipphone.Answer(0))
		out = l.dial(a, "1018")
		in := l.answered(desk)
		l.talk(out, in)
		l.hangup(out, in)
		l.quiet("WARNING", "ERROR")
	}, limits)
}
