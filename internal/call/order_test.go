package call_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dipcast/dipcast/internal/call"
	"github.com/dipcast/dipcast/internal/call/calltest"
)

// window is how far apart two events may be and still come in another order: no
// thread of Asterisk hangs behind for longer.
const window = 250 * time.Millisecond

// ids of channels and bridges that an event names, whatever the role.
var channelIDs = []string{
	"Uniqueid", "DestUniqueid", "DestUniqueId", "LocalOneUniqueid", "LocalTwoUniqueid", "SwapUniqueid", "SourceUniqueid",
	"TransfererUniqueid", "TransfereeUniqueid", "OrigTransfererUniqueid", "SecondTransfererUniqueid", "TransferTargetUniqueid",
	"ParkeeUniqueid", "ParkerUniqueid", "RetrieverUniqueid", "TargetUniqueid",
}

var bridgeIDs = []string{
	"BridgeUniqueid", "OrigBridgeUniqueid", "SecondBridgeUniqueid", "DestBridgeUniqueid", "ToBridgeUniqueid", "FromBridgeUniqueid",
}

// disorder is the order that package call's documentation says the events of a
// recording have, and no more.
type disorder struct {
	events []timed
	before [][]int // events that must come before
}

func newDisorder(events []timed) *disorder {
	d := &disorder{}
	half := map[string]string{}   // a half of a Local channel → the other
	dialed := map[string]string{} // channel → who dials it
	names := map[string]string{}  // name → Uniqueid
	for _, e := range events {
		if string(e.m.Event()) == "Cdr" {
			continue // not read at all
		}
		d.events = append(d.events, e)
		if n := e.m.Get("Channel"); strings.HasSuffix(n, ";1") || strings.HasSuffix(n, ";2") {
			names[n] = e.m.Get("Uniqueid")
			other := n[:len(n)-1] + map[byte]string{'1': "2", '2': "1"}[n[len(n)-1]]
			if o := names[other]; o != "" {
				half[o], half[names[n]] = min(o, names[n]), min(o, names[n])
			}
		}
		if string(e.m.Event()) == "DialBegin" && dialed[e.m.Get("DestUniqueid")] == "" {
			dialed[e.m.Get("DestUniqueid")] = e.m.Get("Uniqueid")
		}
	}
	channel := func(id string) string {
		if h := half[id]; h != "" {
			return h
		}
		return id
	}
	last := map[string][]int{} // key → events that named it
	d.before = make([][]int, len(d.events))
	for i, e := range d.events {
		event := string(e.m.Event())
		keys := map[string]bool{}
		for _, h := range channelIDs {
			if id := e.m.Get(h); id != "" {
				keys["channel "+channel(id)] = true
			}
		}
		for _, h := range bridgeIDs {
			if id := e.m.Get(h); id != "" {
				keys["bridge "+id] = true
			}
		}
		if by := dialed[e.m.Get("Uniqueid")]; event == "Newchannel" && by != "" {
			keys["channel "+channel(by)] = true
		}
		for k := range keys {
			for _, j := range last[k] {
				if !d.loose(j, i) {
					d.before[i] = append(d.before[i], j)
				}
			}
			last[k] = append(last[k], i)
		}
		for j := i - 1; j >= 0; j-- {
			if e.at.Sub(d.events[j].at) > window {
				d.before[i] = append(d.before[i], j)
			}
		}
	}
	return d
}

// reports are events that tell what another thread has done with channels.
var reports = map[string]bool{
	"BlindTransfer": true, "AttendedTransfer": true, "Pickup": true,
	"ParkedCall": true, "UnParkedCall": true, "ParkedCallTimeOut": true, "ParkedCallGiveUp": true,
}

// loose tells events that name the same channel and yet come in either order:
// that a phone rings and that it is dialled, how an Originate ended, and reports.
// i comes before j in the recording.
func (d *disorder) loose(i, j int) bool {
	if reports[string(d.events[i].m.Event())] && !reports[string(d.events[j].m.Event())] {
		return true // it may come later than it did
	}
	for _, p := range [2][2]int{{i, j}, {j, i}} { // a thread of its own, that began the channel
		if string(d.events[p[0]].m.Event()) == "OriginateResponse" {
			return string(d.events[p[1]].m.Event()) != "Newchannel"
		}
	}
	for _, p := range [2][2]int{{i, j}, {j, i}} {
		a, b := d.events[p[0]].m, d.events[p[1]].m
		if string(a.Event()) != "Newstate" || a.Get("ChannelStateDesc") != "Ringing" || a.Get("Uniqueid") != b.Get("DestUniqueid") {
			continue
		}
		switch string(b.Event()) {
		case "DialBegin", "DialState":
			return true
		}
	}
	return false
}

// shuffle gives the events in an order that AMI could have sent them in.
func (d *disorder) shuffle(rnd *rand.Rand) []timed {
	missing := make([]int, len(d.events))
	after := make([][]int, len(d.events))
	var ready []int
	for i, before := range d.before {
		missing[i] = len(before)
		for _, j := range before {
			after[j] = append(after[j], i)
		}
		if missing[i] == 0 {
			ready = append(ready, i)
		}
	}
	out := make([]timed, 0, len(d.events))
	for len(ready) > 0 {
		k := rnd.IntN(len(ready))
		i := ready[k]
		ready = slices.Delete(ready, k, k+1)
		out = append(out, timed{d.events[i].m, d.events[len(out)].at})
		for _, j := range after[i] {
			if missing[j]--; missing[j] == 0 {
				ready = append(ready, j)
			}
		}
	}
	return out
}

// TestEveryOrder: every order of events that AMI can produce gives the same
// calls.
func TestEveryOrder(t *testing.T) {
	shuffled, moved := 0, 0
	for _, r := range recordings(t) {
		straight := newWorld(r.company(), call.Options{})
		straight.play(r.events)
		if len(straight.told) == 0 {
			continue
		}
		want := calltest.Unordered(straight.ended())
		d := newDisorder(r.events)
		t.Run(r.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				seed := rapid.Uint64().Draw(t, "seed")
				w := newWorld(r.company(), call.Options{})
				order := d.shuffle(rand.New(rand.NewPCG(seed, 1)))
				for i, e := range order {
					shuffled++
					if e.m != d.events[i].m {
						moved++
					}
				}
				w.play(order)
				if diff := cmp.Diff(want, calltest.Unordered(w.ended())); diff != "" {
					t.Fatal(diff)
				}
				if wrong := w.tracker.Check(); wrong != "" {
					t.Fatal(wrong)
				}
			})
		})
	}
	if t.Logf("%d events, %d of them at another place", shuffled, moved); moved < shuffled/10 {
		t.Error("the orders hardly differ")
	}
}
