package pbx_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
)

// gate decides when a test says so.
type gate struct {
	mu       sync.Mutex
	asked    []pbx.GateCall
	returned []pbx.GateCall
	decide   func(done func(*envelope.Error)) // nil lets go at once
}

func (g *gate) Ask(c pbx.GateCall, done func(*envelope.Error)) {
	g.mu.Lock()
	g.asked = append(g.asked, c)
	decide := g.decide
	g.mu.Unlock()
	if decide == nil {
		done(nil)
		return
	}
	decide(done)
}

func (g *gate) Returned(c pbx.GateCall) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.returned = append(g.returned, c)
}

// TestGate: a call is asked for before it goes on the wire, whoever starts it;
// a refused one does not go; one that was let go and then not started is
// returned, and one that may exist is not.
func TestGate(t *testing.T) {
	g := &gate{}
	inBubble(t, rigOptions{pool: pbx.Options{Gate: g}}, func(r *rig) {
		a := r.send(r.two, 1, originate)
		synctest.Wait()
		if got := a.one(t); got.err != nil {
			t.Fatal(got)
		}
		got := g.asked[0]
		if got.Server != 1 || got.Tenant != r.two.Tenant || got.Extension != "1010" || got.Number != "01026132471" || got.Field != "Exten" || got.ChannelID == "" {
			t.Errorf("asked: %+v", got)
		}
		refusal := envelope.Errorf(envelope.RateLimited, "Exten", "too many")
		g.decide = func(done func(*envelope.Error)) { go done(refusal) }
		a = r.send(r.ops, 1, originate)
		synctest.Wait()
		if got := a.one(t); got.err != refusal {
			t.Errorf("refused: %v", got)
		}
		// The answer is lost: the call may exist.
		g.decide = nil
		r.servers[0].Mute(true)
		a = r.send(r.two, 1, originate)
		pass(pbx.ActionTimeout + time.Second)
		if got := a.one(t); got.err == nil || got.err.Code != envelope.Unknown || len(g.returned) != 0 {
			t.Errorf("without an answer: %v, returned %+v", got, g.returned)
		}
		r.servers[0].Mute(false)
		pass(time.Minute)
		// The server refuses it.
		r.servers[0].Handle("Originate", func(c *amitest.Conn, q amitest.Request) {
			c.Respond(q, "Error", "Message", "Extension does not exist.")
		})
		a = r.send(r.two, 1, originate)
		synctest.Wait()
		if got := a.one(t); got.fields["Response"] != "Error" || len(g.returned) != 1 || g.returned[0] != g.asked[3] {
			t.Errorf("refused by the server: %v, returned %+v", got, g.returned)
		}
		// The link goes while the gate decides: nothing is sent.
		var decided func(*envelope.Error)
		g.decide = func(done func(*envelope.Error)) { decided = done }
		a = r.send(r.two, 1, originate)
		r.servers[0].Refuse(true)
		r.servers[0].Cut()
		pass(time.Second)
		decided(nil)
		synctest.Wait()
		if got := a.one(t); got.err == nil || got.err.Code != envelope.Unavailable || len(g.returned) != 2 {
			t.Errorf("without a link: %v, returned %+v", got, g.returned)
		}
	})
}
