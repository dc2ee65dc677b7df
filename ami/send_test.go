package ami_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// withLink runs f with a link that is up.
func withLink(t *testing.T, so amitest.Options, o ami.Options, f func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, so, o)
		stop := r.start()
		if r.client.State() != ami.StateUp {
			t.Fatalf("not up: %+v", r.last())
		}
		f(t, r)
		stop()
		if n := r.client.Stats().Pending; n != 0 {
			t.Errorf("%d pending after the end", n)
		}
	})
}

// never is a handler that does not answer.
func never(*amitest.Conn, amitest.Request) {}

func TestDo(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		for _, tt := range []struct {
			action  *ami.Action
			success bool
			want    string
		}{
			{ami.NewAction("Ping"), true, ""},
			{ami.NewAction("DBPut").Add("Family", "f").Add("Key", "k").Add("Val", "값"), true, "Updated database successfully"},
			{ami.NewAction("DBGet").Add("Family", "f").Add("Key", "none"), false, "Database entry not found"},
			{ami.NewAction("Command").Add("Command", "database get f k"), true, "Command output follows"},
			{ami.NewAction("NoSuch"), false, "Invalid/unknown command: NoSuch. Use Action: ListCommands to show available commands."},
		} {
			res, err := r.client.Do(t.Context(), tt.action)
			if err != nil || res.Success() != tt.success || res.Get("Message") != tt.want {
				t.Errorf("%s: %v %v", tt.action.Name(), err, res)
			}
		}
		res, err := r.client.Do(t.Context(), ami.NewAction("Command").Add("Command", "database get f k"))
		if err != nil || res.Output() != "Value: 값" {
			t.Errorf("output %q, %v", res.Output(), err)
		}
		if _, err := r.client.Do(t.Context(), ami.NewAction("Ping").Add("X", "1\n")); !errors.Is(err, ami.ErrFraming) {
			t.Errorf("bad action: %v", err)
		}
	})
}

// TestLateAndDouble: what comes when nobody waits is counted and dropped.
func TestLateAndDouble(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		r.server.Delay(15 * time.Second)
		began := time.Now()
		if _, err := r.client.Do(t.Context(), ami.NewAction("Ping")); !errors.Is(err, ami.ErrTimeout) || time.Since(began) != 10*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		if _, err := r.client.Do(ctx, ami.NewAction("Ping")); !errors.Is(err, ami.ErrTimeout) {
			t.Error(err)
		}
		cancel()
		ctx, stop := context.WithCancelCause(t.Context())
		gone := errors.New("client is gone")
		time.AfterFunc(time.Second, func() { stop(gone) })
		if _, err := r.client.Do(ctx, ami.NewAction("Ping")); !errors.Is(err, gone) {
			t.Error(err)
		}
		if _, err := r.client.Do(ctx, ami.NewAction("Ping")); !errors.Is(err, gone) {
			t.Error(err)
		}
		r.server.Delay(0)
		pass(30 * time.Second)
		if s := r.client.Stats(); s.Late < 3 || s.Duplicate != 0 || s.Timeouts < 1 {
			t.Errorf("stats %+v", s)
		}
		r.server.Double(true)
		r.server.DB().Put("fam", "k", "v")
		if _, err := r.client.List(t.Context(), ami.NewAction("DBGetTree").Add("Family", "fam"), 0); err != nil {
			t.Error(err)
		}
		if _, err := r.client.Do(t.Context(), ami.NewAction("Ping")); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if s := r.client.Stats(); s.Duplicate != 3+1 || s.Unmatched != 0 {
			t.Errorf("stats %+v", s)
		}
		if got := fmt.Sprint(r.seen()); got != "[FullyBooted SuccessfulAuth]" {
			t.Errorf("messages %s", got)
		}
	})
}

// TestForeignResponses: a response that is not ours, such as an Error without
// ActionID, goes to OnMessage.
func TestForeignResponses(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		r.server.EmitRaw("", []byte("Response: Error\r\nMessage: Missing action in request\r\n\r\nResponse: Success\r\nActionID: other\r\n\r\n"))
		synctest.Wait()
		if got := fmt.Sprint(r.seen()[2:]); got != "[response response:other]" {
			t.Errorf("messages %s", got)
		}
		if n := r.client.Stats().Unmatched; n != 2 {
			t.Errorf("%d unmatched", n)
		}
	})
}

// TestOriginate: the response is the action's, the OriginateResponse event
// with the same ActionID is the consumer's, and comes after it.
func TestOriginate(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		a := ami.NewAction("Originate").Add("Channel", "PJSIP/1010").Add("Async", "true").Add("ChannelId", "c-1").
			Add("Variable", "A=1").Add("Variable", "B=2").Add("Variable", "C=3")
		id, err := r.client.Send(a, ami.SendOptions{ActionID: "mine"}, func(res ami.Result) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.events = append(r.events, "done:"+res.Message.Get("ActionID"))
		})
		if err != nil || id != "mine" {
			t.Fatal(id, err)
		}
		synctest.Wait()
		if got := fmt.Sprint(r.seen()[2:]); got != "[done:mine Newchannel Newstate OriginateResponse:mine]" {
			t.Errorf("order %s", got)
		}
		q, err := r.server.WaitRequest(t.Context(), "Originate", 1)
		if err != nil || !slices.Equal(q.All("variable"), []string{"A=1", "B=2", "C=3"}) {
			t.Errorf("%v %v", q, err)
		}
		// Also when a list of that name would be awaited.
		r.server.Handle("Odd", func(c *amitest.Conn, q amitest.Request) {
			c.Respond(q, "Success", "EventList", "start")
			c.Raw([]byte("Event: OriginateResponse\r\nActionID: " + q.ActionID() + "\r\n\r\n"))
			c.Raw([]byte("Event: OddComplete\r\nActionID: " + q.ActionID() + "\r\nEventList: Complete\r\n\r\n"))
		})
		if res, err := r.client.List(t.Context(), ami.NewAction("Odd"), 0); err != nil || len(res.Events) != 1 {
			t.Errorf("%v %v", err, res)
		}
	})
}

// TestWireOrder: done and OnMessage run in the order of the wire, and OnIdle
// after each batch.
func TestWireOrder(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		r.server.Handle("Odd", func(c *amitest.Conn, q amitest.Request) {
			var b strings.Builder
			for i := range 50 {
				fmt.Fprintf(&b, "Event: E%d\r\n\r\n", i)
				if i == 25 {
					fmt.Fprintf(&b, "Response: Success\r\nActionID: %s\r\n\r\n", q.ActionID())
				}
			}
			c.Raw([]byte(b.String()))
		})
		var want []string
		for i := range 50 {
			want = append(want, fmt.Sprint("E", i))
			if i == 25 {
				want = append(want, "done")
			}
		}
		idles := r.idles
		if _, err := r.client.Send(ami.NewAction("Odd"), ami.SendOptions{}, func(ami.Result) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.events = append(r.events, "done")
		}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := r.seen()[2:]; !slices.Equal(got, want) {
			t.Errorf("order %v", got)
		}
		if got := r.idles - idles; got != 1 {
			t.Errorf("%d batches", got)
		}
	})
}

// TestReorderedAnswers: each caller gets its own.
func TestReorderedAnswers(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		r.server.Reorder(20)
		r.server.Handle("Echo", func(c *amitest.Conn, q amitest.Request) { c.Respond(q, "Success", "Echo", q.Get("Say")) })
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				say := fmt.Sprint("say", i)
				res, err := r.client.Do(t.Context(), ami.NewAction("Echo").Add("Say", say))
				if err != nil || res.Get("Echo") != say {
					t.Errorf("%s: %v %v", say, err, res)
				}
			})
		}
		wg.Wait()
	})
}

func TestBusy(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{MaxPending: 3}, func(t *testing.T, r *rig) {
		r.server.Handle("Ping", never)
		ended := 0
		for i := range 5 {
			_, err := r.client.Send(ami.NewAction("Ping"), ami.SendOptions{}, func(ami.Result) { ended++ })
			if (i < 3) != (err == nil) || i >= 3 && !errors.Is(err, ami.ErrBusy) {
				t.Errorf("action %d: %v", i, err)
			}
		}
		if n := r.client.Stats().Pending; n != 3 {
			t.Errorf("%d pending", n)
		}
		pass(11 * time.Second)
		if ended != 3 {
			t.Errorf("%d ended", ended)
		}
		if _, err := r.client.Send(ami.NewAction("Ping"), ami.SendOptions{ActionID: "x"}, func(ami.Result) {}); err != nil {
			t.Error(err)
		}
		if _, err := r.client.Send(ami.NewAction("Ping"), ami.SendOptions{ActionID: "x"}, func(ami.Result) {}); !errors.Is(err, ami.ErrDuplicateID) {
			t.Error(err)
		}
		pass(11 * time.Second)
	})
	withLink(t, amitest.Options{}, ami.Options{MaxQueued: 2000}, func(t *testing.T, r *rig) {
		r.server.Stall(true)
		var err error
		n := 0
		for ; err == nil && n < 100; n++ {
			_, err = r.client.Send(ami.NewAction("X").Add("A", strings.Repeat("x", 500)), ami.SendOptions{}, func(ami.Result) {})
			synctest.Wait()
		}
		if !errors.Is(err, ami.ErrBusy) || n > 8 {
			t.Errorf("%v after %d", err, n)
		}
		r.server.Stall(false)
	})
}

// TestDeadlines: each action ends at its own, in their order.
func TestDeadlines(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{MaxPending: 1000}, func(t *testing.T, r *rig) {
		r.server.Handle("X", never)
		start := time.Now()
		var mu sync.Mutex
		ended := 0
		last := time.Duration(0)
		for range 500 {
			after := time.Duration(rand.IntN(60_000)) * time.Millisecond
			_, err := r.client.Send(ami.NewAction("X"), ami.SendOptions{Deadline: start.Add(after)}, func(res ami.Result) {
				mu.Lock()
				defer mu.Unlock()
				ended++
				if now := time.Since(start); !errors.Is(res.Err, ami.ErrTimeout) || now != after && after > 0 || now < last {
					t.Errorf("%v at %v, deadline %v", res.Err, now, after)
				}
				last = time.Since(start)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		pass(61 * time.Second)
		if ended != 500 {
			t.Errorf("%d ended", ended)
		}
	})
}

// TestNothingLateOnTheWire: an action whose deadline passed while the
// connection took no bytes is never sent.
func TestNothingLateOnTheWire(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{PingInterval: time.Hour}, func(t *testing.T, r *rig) {
		r.server.Stall(true)
		results := make(map[string]ami.Result)
		send := func(name string, after time.Duration) {
			if _, err := r.client.Send(ami.NewAction(name), ami.SendOptions{Deadline: time.Now().Add(after)}, func(res ami.Result) { results[name] = res }); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		send("A", 50*time.Second) // the writer takes these bytes, and is stuck
		send("B", 50*time.Second)
		send("C", 5*time.Second)
		send("D", 50*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if _, err := r.client.Do(ctx, ami.NewAction("E")); err == nil {
			t.Error("E was answered")
		}
		cancel()
		send("F", 50*time.Second)
		pass(10 * time.Second)
		if res := results["C"]; !errors.Is(res.Err, ami.ErrTimeout) || res.Sent {
			t.Errorf("C: %+v", res)
		}
		r.server.Stall(false)
		pass(time.Second)
		var got []string
		for _, q := range r.server.Requests()[1:] {
			got = append(got, q.Action())
		}
		if fmt.Sprint(got) != "[A B D F]" {
			t.Errorf("on the wire: %v", got)
		}
		for _, name := range []string{"A", "B", "D", "F"} {
			if results[name].Message == nil || results[name].Err != nil {
				t.Errorf("%s: %+v", name, results[name])
			}
		}
	})
}

// TestSendInDone: a callback may send again; what is remembered of ended
// actions is bounded.
func TestSendInDone(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		n := 0
		var again func(ami.Result)
		again = func(res ami.Result) {
			if n++; res.Err == nil && n < 3000 {
				if _, err := r.client.Send(ami.NewAction("Ping"), ami.SendOptions{}, again); err != nil {
					t.Error(err)
				}
			}
		}
		if _, err := r.client.Send(ami.NewAction("Ping"), ami.SendOptions{}, again); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n != 3000 {
			t.Errorf("%d answers", n)
		}
	})
}

// TestNotConnected: nothing waits for a link that is not there.
func TestNotConnected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{}, ami.Options{})
		if _, err := r.client.Do(t.Context(), ami.NewAction("Ping")); !errors.Is(err, ami.ErrNotConnected) {
			t.Errorf("before Run: %v", err)
		}
		stop := r.start()
		r.server.Refuse(true)
		r.server.Cut()
		synctest.Wait()
		if _, err := r.client.Do(t.Context(), ami.NewAction("Ping")); !errors.Is(err, ami.ErrNotConnected) {
			t.Errorf("while down: %v", err)
		}
		stop()
	})
}

// TestActionIDs: short, and unique over clients.
func TestActionIDs(t *testing.T) {
	seen := make(map[string]bool)
	for range 100 {
		c, err := ami.New(ami.Options{Address: "x:1", Username: "u"})
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			id := c.NewActionID()
			if seen[id] || len(id) > 16 {
				t.Fatalf("%q", id)
			}
			seen[id] = true
		}
	}
}
