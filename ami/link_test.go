package ami_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

// pass lets fake time go by inside a bubble.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (r *rig) downs() []ami.Change {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []ami.Change
	for _, c := range r.changes {
		if c.State == ami.StateDown {
			all = append(all, c)
		}
	}
	return all
}

func TestRefusedCredentials(t *testing.T) {
	for _, auth := range []string{"plain", "md5"} {
		t.Run(auth, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, amitest.Options{}, ami.Options{Auth: auth, Username: "gw", Secret: "wrong"})
				stop := r.start()
				pass(2 * time.Second)
				down := r.last()
				if !errors.Is(down.Err, ami.ErrAuth) || down.Retry < 60*time.Second || down.Retry > 72*time.Second {
					t.Errorf("change %+v", down)
				}
				if strings.Contains(down.Err.Error(), "wrong") {
					t.Errorf("the error shows the secret: %v", down.Err)
				}
				pass(10 * time.Minute)
				if _, ever := r.server.Connections(); ever < 8 || ever > 11 {
					t.Errorf("%d attempts in ten minutes", ever)
				}
				stop()
			})
		})
	}
}

func TestNotAsterisk(t *testing.T) {
	for _, greeting := range []string{"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "Event: X\r\n"} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, amitest.Options{Banner: strings.TrimSuffix(greeting, "\r\n")}, ami.Options{})
			stop := r.start()
			if down := r.last(); !errors.Is(down.Err, ami.ErrBanner) {
				t.Errorf("change %+v", down)
			}
			stop()
			if n := len(r.server.Requests()); n != 0 {
				t.Errorf("%d actions sent to it", n)
			}
		})
	}
}

func TestSilentServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ends []net.Conn
		r := newRig(t, amitest.Options{}, ami.Options{Dial: func(context.Context, string, string) (net.Conn, error) {
			a, b := net.Pipe()
			ends = append(ends, b)
			return a, nil
		}})
		stop := r.start()
		pass(9 * time.Second)
		if got := r.states(); got != "connecting" {
			t.Errorf("states %q", got)
		}
		pass(2 * time.Second)
		if down := r.downs(); len(down) != 1 || !errors.Is(down[0].Err, os.ErrDeadlineExceeded) {
			t.Errorf("changes %+v", down)
		}
		stop()
		for _, c := range ends {
			_ = c.Close()
		}
	})
}

// TestBoot: the link is up with FullyBooted, not with the login, and what
// comes before is not given out.
func TestBoot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{NotBooted: true}, ami.Options{})
		stop := r.start()
		r.server.Emit("PeerStatus", "Privilege", "system,all", "Peer", "PJSIP/1010")
		pass(20 * time.Second)
		if got := r.states(); got != "connecting" {
			t.Errorf("states %q", got)
		}
		if _, err := r.client.Do(t.Context(), ami.NewAction("Ping")); !errors.Is(err, ami.ErrNotConnected) {
			t.Errorf("ping: %v", err)
		}
		r.server.Boot()
		synctest.Wait()
		if got := r.last(); got.State != ami.StateUp || !got.Booted || got.Uptime != 20*time.Second {
			t.Errorf("change %+v", got)
		}
		r.server.Emit("PeerStatus", "Privilege", "system,all", "Peer", "PJSIP/1010")
		synctest.Wait()
		if got := fmt.Sprint(r.seen()); got != "[FullyBooted PeerStatus]" {
			t.Errorf("messages %s", got)
		}
		if n := r.client.Stats().Early; n != 2 { // SuccessfulAuth and PeerStatus
			t.Errorf("%d early", n)
		}
		stop()
	})
}

// TestBootWithoutRight: a user who may not read the class system never gets
// FullyBooted.
func TestBootWithoutRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{Users: []amitest.User{{Name: "gw", Secret: "gw-secret", Read: []string{"call"}}}},
			ami.Options{BootTimeout: 5 * time.Second})
		stop := r.start()
		pass(4 * time.Second)
		if got := r.states(); got != "connecting" {
			t.Errorf("states %q", got)
		}
		pass(2 * time.Second)
		if got := r.last(); got.State != ami.StateUp || got.Booted {
			t.Errorf("change %+v", got)
		}
		r.server.Emit("Hangup", "Privilege", "call,all")
		synctest.Wait()
		if got := fmt.Sprint(r.seen()); got != "[Hangup]" {
			t.Errorf("messages %s", got)
		}
		stop()
	})
}

// TestEventMask: a client that wants no system events still waits for
// FullyBooted, and sets its mask then.
func TestEventMask(t *testing.T) {
	for _, tt := range []struct{ events, login, mask, seen string }{
		{"", "on", "", "[FullyBooted SuccessfulAuth PeerStatus Hangup]"},
		{"on", "on", "", "[FullyBooted SuccessfulAuth PeerStatus Hangup]"},
		{"system,call", "system,call", "", "[FullyBooted PeerStatus Hangup]"},
		{"off", "system", "off", "[FullyBooted]"},
		{"call,cdr", "system", "call,cdr", "[FullyBooted Hangup]"},
	} {
		t.Run("events "+tt.events, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, amitest.Options{}, ami.Options{Events: tt.events})
				stop := r.start()
				r.server.Emit("PeerStatus", "Privilege", "system,all")
				r.server.Emit("Hangup", "Privilege", "call,all")
				synctest.Wait()
				if got := fmt.Sprint(r.seen()); got != tt.seen {
					t.Errorf("messages %s", got)
				}
				reqs := r.server.Requests()
				mask := ""
				if len(reqs) > 1 {
					mask = reqs[1].Get("EventMask")
				}
				if reqs[0].Get("Events") != tt.login || mask != tt.mask {
					t.Errorf("login %q, mask %q", reqs[0].Get("Events"), mask)
				}
				stop()
			})
		})
	}
}

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{}, ami.Options{})
		r.server.Refuse(true)
		stop := r.start()
		pass(5 * time.Minute)
		want := []time.Duration{1, 2, 4, 8, 16, 30, 30, 30}
		downs := r.downs()
		for i, w := range want {
			w *= time.Second
			if got := downs[i].Retry; got < w*8/10 || got > w*12/10 {
				t.Errorf("retry %d after %v, want %v ±20 %%", i, got, w)
			}
			if downs[i].Attempt != i+1 {
				t.Errorf("attempt %d, want %d", downs[i].Attempt, i+1)
			}
		}
		// A link that stays up starts anew, one that does not goes on.
		r.server.Refuse(false)
		for r.client.State() != ami.StateUp {
			pass(time.Second)
		}
		r.server.Cut()
		synctest.Wait()
		if got := r.last().Retry; got < 20*time.Second {
			t.Errorf("retry after a short link: %v", got)
		}
		pass(40*time.Second + 31*time.Second)
		r.server.Cut()
		synctest.Wait()
		if got := r.last().Retry; r.last().State != ami.StateDown || got > 1200*time.Millisecond {
			t.Errorf("retry after a stable link: %v %v", got, r.last().State)
		}
		stop()
		if s := r.client.Stats(); s.Connects != 2 || s.Reconnects < 10 {
			t.Errorf("stats %+v", s)
		}
	})
}

func TestPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{}, ami.Options{})
		stop := r.start()
		r.server.Delay(time.Second)
		pass(61 * time.Second)
		if s := r.client.Stats(); s.Pings != 6 || s.PingRTT != time.Second || s.Pending != 0 {
			t.Errorf("stats %+v", s)
		}
		stop()
	})
}

// TestHalfOpen: nothing comes back any more, and nothing says so. Stalled, the
// server does not even take bytes; muted, it takes them.
func TestHalfOpen(t *testing.T) {
	for _, after := range []time.Duration{time.Millisecond, 5 * time.Second, 9 * time.Second, 9999 * time.Millisecond, 10001 * time.Millisecond, 11 * time.Second} {
		for name, set := range map[string]func(*amitest.Server, bool){"stall": (*amitest.Server).Stall, "mute": (*amitest.Server).Mute} {
			t.Run(fmt.Sprint(name, " after ", after), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRig(t, amitest.Options{}, ami.Options{})
					stop := r.start()
					pass(after)
					set(r.server, true)
					began := time.Now()
					var lost error
					o := ami.SendOptions{Deadline: began.Add(time.Minute)}
					if _, err := r.client.Send(ami.NewAction("Originate"), o, func(res ami.Result) { lost = res.Err }); err != nil {
						t.Fatal(err)
					}
					for r.client.State() == ami.StateUp {
						pass(100 * time.Millisecond)
					}
					if took := time.Since(began); took < 9*time.Second || took > 19*time.Second+200*time.Millisecond {
						t.Errorf("found after %v", took)
					}
					if down := r.downs()[0]; !errors.Is(down.Err, ami.ErrSilent) || !errors.Is(lost, ami.ErrLinkLost) {
						t.Errorf("cause %v, pending ended with %v", down.Err, lost)
					}
					set(r.server, false)
					pass(5 * time.Second)
					if r.client.State() != ami.StateUp {
						t.Error("not up again")
					}
					stop()
				})
			})
		}
	}
}

// TestOneMiss: a server that is silent for less than two Pings keeps its link,
// and Pings go on in their interval.
func TestOneMiss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{}, ami.Options{})
		stop := r.start()
		for range 10 {
			r.server.Stall(true)
			pass(8900 * time.Millisecond)
			r.server.Stall(false)
			pass(21100 * time.Millisecond)
		}
		if got := r.states(); got != "connecting up" {
			t.Errorf("states %q", got)
		}
		before := r.client.Stats().Pings
		pass(100 * time.Second)
		if n := r.client.Stats().Pings - before; n != 10 {
			t.Errorf("%d Pings in 100 s", n)
		}
		stop()
	})
}

// TestBusyServer: Pongs stay out, but events come: the server lives.
func TestBusyServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{}, ami.Options{})
		stop := r.start()
		r.server.Mute(true)
		for range 60 {
			pass(3 * time.Second)
			r.server.Emit("Newexten", "Privilege", "dialplan,all")
		}
		if got := r.states(); got != "connecting up" {
			t.Errorf("states %q", got)
		}
		pass(31 * time.Second)
		if down := r.downs(); len(down) == 0 || !errors.Is(down[0].Err, ami.ErrSilent) {
			t.Errorf("silent: %+v", down)
		}
		stop()
	})
}

func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{}, ami.Options{})
		stop := r.start()
		r.server.Shutdown()
		synctest.Wait()
		if down := r.last(); !errors.Is(down.Err, ami.ErrShutdown) || !errors.Is(down.Err, io.EOF) {
			t.Errorf("change %+v", down)
		}
		if got := r.seen(); !slices.Contains(got, "Shutdown") {
			t.Errorf("messages %v", got)
		}
		pass(2 * time.Second)
		if r.client.State() != ami.StateUp {
			t.Error("not up again")
		}
		// A server that says so and does not close.
		r.server.Emit("Shutdown", "Privilege", "system,all", "Shutdown", "Cleanly", "Restart", "False")
		pass(6 * time.Second)
		if down := r.downs(); len(down) != 2 || !errors.Is(down[1].Err, ami.ErrShutdown) {
			t.Errorf("changes %+v", down)
		}
		stop()
	})
}

// TestBeyondBounds: an event beyond the bounds ends the link, with a type.
func TestBeyondBounds(t *testing.T) {
	for name, event := range map[string]string{
		"line":    "Event: X\r\nA: " + strings.Repeat("x", 70<<10) + "\r\n\r\n",
		"headers": "Event: X\r\n" + strings.Repeat("A: b\r\n", 1100) + "\r\n",
		"message": "Event: X\r\n" + strings.Repeat("A: "+strings.Repeat("x", 60<<10)+"\r\n", 20) + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, amitest.Options{}, ami.Options{})
				stop := r.start()
				r.server.EmitRaw("", []byte(event))
				synctest.Wait()
				var limit *ami.LimitError
				if down := r.last(); !errors.As(down.Err, &limit) || limit.What != name {
					t.Errorf("change %+v", down)
				}
				pass(2 * time.Second)
				if r.client.State() != ami.StateUp {
					t.Error("not up again")
				}
				stop()
			})
		})
	}
}

// TestStopInEveryPhase: Run returns at once wherever it is.
func TestStopInEveryPhase(t *testing.T) {
	for name, prepare := range map[string]func(*rig) time.Duration{
		"up": func(*rig) time.Duration { return time.Second },
		"login": func(r *rig) time.Duration {
			r.server.Handle("Login", func(*amitest.Conn, amitest.Request) {})
			return time.Second
		},
		"boot":        func(r *rig) time.Duration { r.server.Handle("Login", acceptOnly); return time.Second },
		"backoff":     func(r *rig) time.Duration { r.server.Refuse(true); return 10 * time.Second },
		"stalled":     func(*rig) time.Duration { return time.Second },
		"before dial": func(*rig) time.Duration { return 0 },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, amitest.Options{}, ami.Options{})
				wait := prepare(r)
				stop := r.start()
				if wait > 0 {
					pass(wait)
				}
				var ended error
				if name == "stalled" {
					r.server.Stall(true)
					if _, err := r.client.Send(ami.NewAction("Ping"), ami.SendOptions{}, func(res ami.Result) { ended = res.Err }); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
				}
				began := time.Now()
				stop()
				if took := time.Since(began); took > time.Second {
					t.Errorf("took %v", took)
				}
				if name == "stalled" && (!errors.Is(ended, ami.ErrLinkLost) || !errors.Is(ended, ami.ErrClosed)) {
					t.Errorf("pending ended with %v", ended)
				}
				if last := r.last(); last.State != ami.StateDown || !errors.Is(last.Err, ami.ErrClosed) {
					t.Errorf("change %+v", last)
				}
			})
		})
	}
}

// acceptOnly takes a login and does not say FullyBooted.
func acceptOnly(c *amitest.Conn, r amitest.Request) { c.Respond(r, "Success", "Message", "x") }

func TestRunOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{}, ami.Options{})
		stop := r.start()
		if err := r.client.Run(t.Context()); err == nil {
			t.Error("ran twice")
		}
		stop()
	})
}

func TestPanicsInCallbacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, amitest.Options{}, ami.Options{OnMessage: func(m *ami.Message) {
			if string(m.Event()) == "Bad" {
				panic("planted")
			}
		}})
		stop := r.start()
		r.server.EmitRaw("", []byte("Event: Bad\r\n\r\nEvent: Good\r\n\r\nEvent: Bad\r\n\r\nEvent: Last\r\n\r\n"))
		synctest.Wait()
		if got := fmt.Sprint(r.seen()); got != "[FullyBooted SuccessfulAuth Bad Good Bad Last]" {
			t.Errorf("messages %s", got)
		}
		if _, err := r.client.Send(ami.NewAction("Ping"), ami.SendOptions{}, func(ami.Result) { panic("planted") }); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if res, err := r.client.Do(t.Context(), ami.NewAction("Ping")); err != nil || !res.Success() {
			t.Errorf("ping: %v", err)
		}
		if n := r.client.Stats().Panics; n != 3 {
			t.Errorf("%d panics", n)
		}
		if got := r.states(); got != "connecting up" {
			t.Errorf("states %q", got)
		}
		stop()
	})
}

func TestOptions(t *testing.T) {
	good := ami.Options{Address: "127.0.0.1:5038", Username: "gw", Secret: "s"}
	if _, err := ami.New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*ami.Options){
		"no address":     func(o *ami.Options) { o.Address = "" },
		"no port":        func(o *ami.Options) { o.Address = "pbx" },
		"no user":        func(o *ami.Options) { o.Username = "" },
		"auth":           func(o *ami.Options) { o.Auth = "sha" },
		"secret with LF": func(o *ami.Options) { o.Secret = "hidden\nAction: Ping" },
		"user with CR":   func(o *ami.Options) { o.Username = "gw\r" },
		"events with LF": func(o *ami.Options) { o.Events = "on\n" },
		"half a pair":    func(o *ami.Options) { o.TLS = &ami.TLSOptions{CertFile: "c.pem"} },
	} {
		o := good
		change(&o)
		if _, err := ami.New(o); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
