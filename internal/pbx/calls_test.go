package pbx_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/call"
)

// TestCallOfAnOriginate follows a click-to-call: known from the answer on,
// through a new link, and after its end.
func TestCallOfAnOriginate(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		pass(2 * time.Second)
		r.servers[0].Update(func(w *amitest.World) {
			w.Devices = []amitest.Device{
				{Name: "PJSIP/T2_1010", State: "INUSE"},
				{Name: "PJSIP/T10_1010", State: "NOT_INUSE"},
				{Name: "Custom:T2_CFU_1013", State: "BUSY"},
			}
		})
		a := r.send(r.two, 1, originate)
		synctest.Wait()
		id := "1-" + a.one(t).call.ChannelID
		srv := r.pool.Server(1)
		c := srv.Calls().Call(id)
		if c == nil || c.ClickToCall == nil || c.From.Extension != "1010" || c.To.Number != "01026132471" {
			t.Fatalf("call after the answer: %+v", c)
		}
		pass(time.Second)
		before := srv.Picture(r.two.Tenant, "")
		if !before.Whole || len(before.Calls) != 1 || before.Calls[0].ID != id {
			t.Errorf("picture: %+v", before)
		}
		if other := srv.Picture(r.dir.ByNumber(10), ""); len(other.Calls) != 0 {
			t.Errorf("another tenant sees %d calls", len(other.Calls))
		}

		r.servers[0].Cut()
		pass(5 * time.Second)
		after := srv.Picture(r.two.Tenant, "1013")
		if after.Epoch == before.Epoch || after.Seq < before.Seq {
			t.Errorf("epoch %s → %s, seq %d → %d", before.Epoch, after.Epoch, before.Seq, after.Seq)
		}
		if len(after.Calls) != 0 || len(after.Devices) != 1 || after.Devices[0].Name != "Custom:T2_CFU_1013" {
			t.Errorf("picture of 1013: %+v", after)
		}
		if all := srv.Picture(nil, ""); len(all.Devices) != 3 || len(all.Calls) != 1 {
			t.Errorf("operators' picture: %+v", all)
		}
		if c := srv.Calls().Call(id); c == nil || c.Ended != nil || c.ClickToCall == nil {
			t.Errorf("call on the new link: %+v", c)
		}

		r.servers[0].HangUp(c.Channels[0].Name)
		pass(time.Second)
		if c := srv.Calls().Call(id); c == nil || c.State != call.Ended {
			t.Errorf("call after its end: %+v", c)
		}
		if got := r.sink.calls(); got == "" || r.sink.steps[len(r.sink.steps)-1].Kind != call.KindEnded {
			t.Errorf("told: %s", got)
		}
		if len(r.sink.wholes) != 2 {
			t.Errorf("%d snapshots were read", len(r.sink.wholes))
		}
	})
}

// TestCallEndedUnseen: what ended while the link was lost is found out by the
// snapshot, and told.
func TestCallEndedUnseen(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		pass(2 * time.Second)
		a := r.send(r.two, 1, originate)
		pass(time.Second)
		id := "1-" + a.one(t).call.ChannelID
		r.servers[0].Cut()
		r.servers[0].Update(func(w *amitest.World) { clear(w.Channels) })
		pass(5 * time.Second)
		c := r.pool.Server(1).Calls().Call(id)
		if c == nil || c.Ended == nil || c.Ended.Reason != call.ReasonUnknown {
			t.Fatalf("call: %+v", c)
		}
	})
}

// TestOrderOfCount: an event has its place before the steps of calls that it
// led to, and none has the place of another.
func TestOrderOfCount(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		pass(2 * time.Second)
		r.send(r.two, 1, originate)
		pass(time.Second)
		places := map[uint64]bool{}
		for _, e := range r.sink.events {
			places[e.seq] = true
		}
		for _, s := range r.sink.steps {
			if places[s.Seq] || s.Seq == 0 || s.Epoch == "" {
				t.Errorf("step %s at %d", s.Kind, s.Seq)
			}
			places[s.Seq] = true
		}
		if len(r.sink.steps) == 0 {
			t.Error("no step was told")
		}
	})
}
