package ami_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// cutter is a connection of which the client can write n bytes.
type cutter struct {
	net.Conn
	left int
}

func (c *cutter) Write(p []byte) (int, error) {
	if len(p) <= c.left {
		c.left -= len(p)
		return c.Conn.Write(p)
	}
	n, _ := c.Conn.Write(p[:c.left])
	c.left = 0
	_ = c.Close()
	return n, net.ErrClosed
}

// outcomes of the actions of one run, by ActionID.
type outcomes map[string][]ami.Result

// TestCuts ends the link after every number of bytes, in either direction,
// while actions are under way. Whatever happened: each action ends once, none
// is carried out twice, one that says it was not sent was not carried out, and
// one with an answer was.
func TestCuts(t *testing.T) {
	for _, side := range []string{"server", "client", "server in bytes"} {
		t.Run(side, func(t *testing.T) {
			lost, sent, fine := 0, 0, 0
			for cut := 1; cut < 1000; cut += 1 + cut/60 {
				synctest.Test(t, func(t *testing.T) {
					var r *rig
					o := ami.Options{Events: "off"}
					if side == "client" {
						o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
							c, err := r.server.Dial(ctx, network, address)
							if err != nil {
								return nil, err
							}
							return &cutter{c, cut}, nil
						}
					}
					r = newRig(t, amitest.Options{}, o)
					switch side {
					case "server":
						r.server.CutAfter(cut)
					case "server in bytes":
						r.server.CutAfter(cut)
						r.server.Chunk(1)
					}
					stop := r.start()
					all := make(outcomes)
					for i := range 20 {
						a := ami.NewAction("Originate").Add("Channel", fmt.Sprint("PJSIP/", i)).Add("Async", "true")
						id := fmt.Sprint("o", i)
						_, err := r.client.Send(a, ami.SendOptions{ActionID: id}, func(res ami.Result) {
							r.mu.Lock()
							defer r.mu.Unlock()
							all[id] = append(all[id], res)
						})
						if err == nil {
							r.mu.Lock()
							all[id] = append(all[id], []ami.Result{}...) // it must end
							r.mu.Unlock()
						} else if !errors.Is(err, ami.ErrNotConnected) {
							t.Fatal(err)
						}
						if i%4 == 0 {
							pass(time.Second)
						}
					}
					pass(time.Minute)
					stop()
					l, s, f := judge(t, cut, all, r.server.Requests())
					lost, sent, fine = lost+l, sent+s, fine+f
				})
			}
			if lost == 0 || fine == 0 || sent == 0 {
				t.Errorf("%d lost, of them %d maybe sent, %d answered: not much of a test", lost, sent, fine)
			}
		})
	}
}

// judge holds outcomes against what the server saw.
func judge(t *testing.T, cut int, all outcomes, requests []amitest.Request) (lost, sent, fine int) {
	seen := make(map[string]int)
	for _, q := range requests {
		if q.Action() == "Originate" {
			seen[q.ActionID()]++
		}
	}
	for id, n := range seen {
		if _, ok := all[id]; !ok || n > 1 {
			t.Errorf("cut %d: %s carried out %d times", cut, id, n)
		}
	}
	for id, results := range all {
		if len(results) != 1 {
			t.Errorf("cut %d: %s ended %d times", cut, id, len(results))
			continue
		}
		res := results[0]
		var lostErr *ami.LinkLostError
		switch {
		case res.Err == nil:
			fine++
			if seen[id] != 1 {
				t.Errorf("cut %d: %s answered, and not carried out", cut, id)
			}
		case errors.As(res.Err, &lostErr):
			lost++
			if lostErr.Sent != res.Sent || !errors.Is(res.Err, ami.ErrLinkLost) {
				t.Errorf("cut %d: %+v", cut, res)
			}
			if res.Sent {
				sent++
			} else if seen[id] != 0 {
				t.Errorf("cut %d: %s was not sent, and carried out", cut, id)
			}
		default:
			t.Errorf("cut %d: %s: %v", cut, id, res.Err)
		}
	}
	return lost, sent, fine
}

// TestHostileChunks plays recorded calls in pieces of one byte.
func TestHostileChunks(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		tr := transcripts(t)["asterisk-22/10_originate_click_to_call"]
		want := 0
		for _, m := range tr.Messages() {
			if m.Event {
				want++
			}
		}
		for _, n := range []int{0, 1, 7, 1000} {
			r.server.Chunk(n)
			before := len(r.seen())
			if err := r.server.Play(t.Context(), tr, amitest.PlayOptions{}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if got := len(r.seen()) - before; got != want {
				t.Errorf("pieces of %d: %d messages, want %d", n, got, want)
			}
		}
	})
}

// TestPlayTiming keeps the recorded timing, or a multiple of it.
func TestPlayTiming(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		tr := transcripts(t)["asterisk-22/10_originate_click_to_call"]
		for speed, want := range map[float64]time.Duration{1: 4 * time.Second, 10: 400 * time.Millisecond, 0: 0} {
			began := time.Now()
			if err := r.server.Play(t.Context(), tr, amitest.PlayOptions{Speed: speed}); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took < want || took > 2*want+time.Millisecond {
				t.Errorf("speed %v took %v", speed, took)
			}
		}
	})
}

// TestHostileServer: whatever bytes come, the link ends or goes on, and comes
// back.
func TestHostileServer(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	words := []string{
		"Event: ", "Response: ", "Response: Follows", "Success", "ActionID: ", "x-1", "EventList: start", "EventList: Complete",
		"Output: ", "--END COMMAND--", "Asterisk Call Manager/9", ":", " ", "\r\n", "\n", "\r", "\r\n\r\n", "\x00", "\xff", strings.Repeat("y", 5000),
	}
	withLink(t, amitest.Options{}, ami.Options{BackoffMax: time.Second}, func(t *testing.T, r *rig) {
		for range 300 {
			var b []byte
			for range rng.IntN(60) {
				b = append(b, words[rng.IntN(len(words))]...)
			}
			if _, err := r.client.Send(ami.NewAction("Ping"), ami.SendOptions{ActionID: "x-1", List: true}, func(ami.Result) {}); err != nil && !errors.Is(err, ami.ErrNotConnected) && !errors.Is(err, ami.ErrDuplicateID) {
				t.Fatal(err)
			}
			r.server.EmitRaw("", b)
			pass(11 * time.Second)
			if rng.IntN(10) == 0 {
				r.server.Cut() // out of a text without end
				pass(3 * time.Second)
			}
		}
		r.server.Cut()
		pass(3 * time.Second)
		if res, err := r.client.Do(t.Context(), ami.NewAction("Ping")); err != nil || !res.Success() {
			t.Errorf("ping: %v", err)
		}
		if s := r.client.Stats(); s.Panics != 0 || s.Messages < 1000 {
			t.Errorf("stats %+v", s)
		}
	})
}
