package pbx_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/tenant"
)

// held answers Originates by hand.
type held struct {
	conn *amitest.Conn
	req  amitest.Request
}

func holdOriginates(s *amitest.Server) chan held {
	c := make(chan held, 100)
	s.Handle("Originate", func(conn *amitest.Conn, r amitest.Request) { c <- held{conn, r} })
	return c
}

func (h held) respond() { h.conn.Respond(h.req, "Success", "Message", "Originate successfully queued") }

func (h held) event(s *amitest.Server, response, reason string) {
	s.Emit("OriginateResponse", "Privilege", "call,all", "ActionID", h.req.ActionID(), "Response", response,
		"Channel", h.req.Get("Channel"), "Context", "T2_cos-all", "Exten", "01026132471", "Reason", reason,
		"Uniqueid", h.req.Get("ChannelId"), "CallerIDNum", "<unknown>", "CallerIDName", "<unknown>")
}

// TestResponseBeforeOriginateResponse forces the event before the Response, on
// one link and by different ones: the requester gets them the right way round.
func TestResponseBeforeOriginateResponse(t *testing.T) {
	for _, separate := range []bool{false, true} {
		inBubble(t, rigOptions{separate: separate}, func(r *rig) {
			pass(2 * time.Second)
			holds := holdOriginates(r.servers[0])
			p := r.send(r.two, 1, originate)
			synctest.Wait()
			h := <-holds
			if h.req.ActionID() == "mine" || h.req.ActionID() == "" {
				t.Errorf("the client's ActionID went on the wire")
			}
			h.event(r.servers[0], "Success", "4")
			r.servers[0].Emit("UserEvent", "Privilege", "user,all", "UserEvent", "behind")
			synctest.Wait()
			if n := len(r.sink.named("UserEvent")); n != 1 {
				t.Fatalf("%d events behind it came", n)
			}
			if n := len(r.sink.named("OriginateResponse")); n != 0 || p.count() != 0 {
				t.Fatalf("before the Response: %d events, %d answers", n, p.count())
			}
			h.respond()
			synctest.Wait()
			if a := p.one(t); a.fields["Response"] != "Success" {
				t.Errorf("answer: %v", a)
			}
			got := r.sink.named("OriginateResponse")
			if len(got) != 1 || got[0].id != "mine" || got[0].tenant != 2 {
				t.Errorf("event: %+v", got)
			}
		})
	}
}

// TestParkedEventSurvives: the Response never comes; its event still does,
// behind the answer.
func TestParkedEventSurvives(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		holds := holdOriginates(r.servers[0])
		p := r.send(r.two, 1, originate)
		synctest.Wait()
		h := <-holds
		h.event(r.servers[0], "Success", "4")
		pass(pbx.ActionTimeout)
		if a := p.one(t); a.err == nil || a.err.Code != envelope.Unknown || a.call == nil {
			t.Errorf("answer: %v", a)
		}
		if got := r.sink.named("OriginateResponse"); len(got) != 1 || got[0].id != "mine" {
			t.Errorf("event: %+v", got)
		}
		h.respond() // late: counted and dropped
		synctest.Wait()
		p.one(t)
		if n := r.pool.Server(1).Stats()[0].Late; n != 1 {
			t.Errorf("%d late answers counted", n)
		}
	})
}

func TestSynchronousOriginate(t *testing.T) {
	const (
		eventFirst = 1 << iota
		lose
		never
		twice
		refuse
	)
	tests := []struct {
		name    string
		how     int
		reason  string
		want    string // Response, or the code of an error
		message string
		after   time.Duration
	}{
		{"answered", 0, "4", "Success", "Originate successfully queued", 0},
		{"busy", 0, "5", "Error", "Originate failed", 0},
		{"event before the response", eventFirst, "4", "Success", "Originate successfully queued", 0},
		{"two events", twice, "4", "Success", "Originate successfully queued", 0},
		{"refused at once", refuse, "", "Error", "Extension does not exist.", 0},
		{"link lost while it rings", lose, "", "unknown", "", 0},
		{"no event ever", never, "", "unknown", "", 40 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, rigOptions{}, func(r *rig) {
				holds := holdOriginates(r.servers[0])
				start := time.Now()
				p := r.send(r.two, 1, syncOriginate)
				synctest.Wait()
				h := <-holds
				if h.req.Get("Async") != "true" {
					t.Error("sent without Async")
				}
				response := "Success"
				if tt.reason != "4" {
					response = "Failure"
				}
				if tt.how&eventFirst != 0 {
					h.event(r.servers[0], response, tt.reason)
					synctest.Wait()
				}
				if tt.how&refuse != 0 {
					h.conn.Error(h.req, tt.message)
				} else {
					h.respond()
				}
				synctest.Wait()
				if tt.how&(eventFirst|refuse) == 0 && p.count() != 0 {
					t.Error("answered before the outcome was known")
				}
				switch {
				case tt.how&(eventFirst|refuse) != 0:
				case tt.how&lose != 0:
					r.servers[0].Cut()
				case tt.how&never != 0:
					pass(tt.after - time.Second)
					if p.count() != 0 {
						t.Error("given up too early")
					}
					pass(time.Second)
				default:
					h.event(r.servers[0], response, tt.reason)
				}
				if tt.how&twice != 0 {
					h.event(r.servers[0], response, tt.reason)
				}
				synctest.Wait()
				a := p.one(t)
				if a.at.Sub(start) != tt.after {
					t.Errorf("after %v, want %v", a.at.Sub(start), tt.after)
				}
				switch {
				case a.err != nil:
					if string(a.err.Code) != tt.want || a.call == nil || a.call.ChannelID == "" {
						t.Errorf("got %v", a)
					}
				case a.fields["Response"] != tt.want || a.fields["Message"] != tt.message:
					t.Errorf("got %v", a)
				}
				// Whatever comes later is an event, not a second answer.
				events := len(r.sink.named("OriginateResponse"))
				if tt.how&(refuse|lose) == 0 {
					h.event(r.servers[0], "Failure", "3")
					synctest.Wait()
					got := r.sink.named("OriginateResponse")
					if len(got) != events+1 || got[len(got)-1].id != "mine" {
						t.Errorf("a late event: %+v", got)
					}
				}
				pass(3 * time.Minute)
				p.one(t)
			})
		})
	}
}

// TestSynchronousOriginatesAreBounded: they hold no place while they ring, so
// they have a bound of their own.
func TestSynchronousOriginatesAreBounded(t *testing.T) {
	o := rigOptions{server: amitest.Options{Originate: func(amitest.Request) amitest.Outcome {
		return amitest.Outcome{Reason: amitest.ReasonAnswered, After: 20 * time.Second}
	}}}
	inBubble(t, o, func(r *rig) {
		var all []*pending
		for range 1024 {
			all = append(all, r.send(r.two, 1, syncOriginate))
			synctest.Wait()
		}
		over := r.send(r.two, 1, syncOriginate)
		ping := r.send(r.two, 1, ping)
		synctest.Wait()
		if a := over.one(t); a.err == nil || a.err.Code != envelope.Busy {
			t.Errorf("one too many: %v", a)
		}
		if ping.one(t).err != nil {
			t.Errorf("a Ping beside them: %v", ping.one(t))
		}
		pass(25 * time.Second)
		for _, p := range all {
			if a := p.one(t); a.err != nil {
				t.Fatalf("got %v", a)
			}
		}
	})
}

func TestListsOfATenant(t *testing.T) {
	o := rigOptions{prepare: func(r *rig) {
		r.servers[0].Update(func(w *amitest.World) {
			for i, c := range []struct{ name, context string }{
				{"PJSIP/T2_1010-00000001", "T2_cos-all"},
				{"PJSIP/T2_1013-00000002", "T2_cos-all"},
				{"PJSIP/T10_1010-00000003", "T10_cos-all"},
				{"PJSIP/T21_1010-00000004", "T21_cos-all"},
				{"PJSIP/trk-1-00000005", "trk-1-in"},
			} {
				id := fmt.Sprintf("1.%d", i)
				w.Channels[c.name] = &amitest.Channel{Name: c.name, Context: c.context, Uniqueid: id, Linkedid: id}
			}
			w.Queues = []amitest.Queue{{Name: "T2_Q600"}, {Name: "T10_Q600"}, {Name: "T2_Q601"}}
		})
	}}
	inBubble(t, o, func(r *rig) {
		single := tenant.Identity{Role: tenant.ExtensionRole, Tenant: r.two.Tenant, Extension: "1013"}
		for _, tt := range []struct {
			who    tenant.Identity
			action string
			items  []string
		}{
			{r.ops, "CoreShowChannels", []string{"T2_1010", "T2_1013", "T10_1010", "T21_1010", "trk-1"}},
			{r.two, "CoreShowChannels", []string{"T2_1010", "T2_1013"}},
			{single, "CoreShowChannels", []string{"T2_1013"}},
			{r.two, "QueueStatus", []string{"T2_Q600", "T2_Q601"}},
			{r.two, "QueueSummary", []string{"T2_Q600", "T2_Q601"}},
		} {
			p := r.send(tt.who, 1, `{"Action":"`+tt.action+`","ActionID":"mine"}`)
			synctest.Wait()
			a := p.one(t)
			if a.fields["Response"] != "Success" || len(a.events) != len(tt.items)+1 {
				t.Errorf("%s %s: %v %q", tt.who.Role, tt.action, a, a.events)
				continue
			}
			all := strings.Join(a.events, "")
			for _, item := range tt.items {
				if !strings.Contains(all, item) {
					t.Errorf("%s %s: %s is missing", tt.who.Role, tt.action, item)
				}
			}
			if last := a.events[len(tt.items)]; !strings.Contains(last, fmt.Sprintf("ListItems: %d\r\n", len(tt.items))) || !strings.Contains(last, "EventList: Complete\r\n") {
				t.Errorf("%s %s ends with %q", tt.who.Role, tt.action, last)
			}
		}
	})
}

// TestSecretsStayBehind: what a server tells an operator of passwords is taken
// out, of lists as of console commands.
func TestSecretsStayBehind(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		r.servers[0].Handle("PJSIPShowAuths", func(c *amitest.Conn, q amitest.Request) {
			id := "ActionID: " + q.ActionID() + "\r\n"
			c.Raw([]byte("Response: Success\r\n" + id + "EventList: start\r\nMessage: A listing follows\r\n\r\n" +
				"Event: AuthList\r\n" + id + "ObjectName: T2_1010\r\nUsername: T2_1010\r\nPassword: s3cret-of-1010\r\n\r\n" +
				"Event: AuthListComplete\r\n" + id + "EventList: Complete\r\nListItems: 1\r\n\r\n"))
		})
		p := r.send(r.ops, 1, `{"Action":"PJSIPShowAuths","ActionID":"mine"}`)
		synctest.Wait()
		a := p.one(t)
		if a.err != nil || len(a.events) != 2 || !strings.Contains(a.events[0], "Password: "+policy.Redacted) || strings.Contains(fmt.Sprint(a.events), "s3cret") {
			t.Errorf("got %v %q", a, a.events)
		}
	})
}

func TestLateDoubleAndReorderedAnswers(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		r.servers[0].Double(true)
		p := r.send(r.two, 1, ping)
		synctest.Wait()
		if a := p.one(t); a.fields["Ping"] != "Pong" {
			t.Errorf("double: %v", a)
		}
		r.servers[0].Double(false)
		var late []func()
		r.servers[0].Handle("Ping", func(c *amitest.Conn, q amitest.Request) {
			late = append(late, func() { c.Respond(q, "Success", "Ping", "Pong") })
		})
		p = r.send(r.two, 1, ping)
		pass(pbx.ActionTimeout)
		if a := p.one(t); a.err == nil || a.err.Code != envelope.Timeout {
			t.Errorf("no answer: %v", a)
		}
		r.servers[0].Handle("Ping", nil)
		for _, f := range late {
			f()
		}
		synctest.Wait()
		p.one(t)
		r.servers[0].Reorder(3)
		a, b, c := r.send(r.two, 1, ping), r.send(r.two, 1, get), r.send(r.ops, 1, `{"Action":"Command","Command":"core show channels"}`)
		synctest.Wait()
		if a.one(t).fields["Ping"] != "Pong" || b.one(t).fields["Response"] != "Error" || c.one(t).fields["Message"] != "Command output follows" {
			t.Errorf("reordered: %v, %v, %v", a.one(t), b.one(t), c.one(t))
		}
	})
}

// TestListWithoutResponse: items and an end under our ActionID, but no
// Response: an answer, not silence.
func TestListWithoutResponse(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		r.servers[0].Handle("DBGet", func(c *amitest.Conn, q amitest.Request) {
			c.Raw([]byte("Event: DBGetComplete\r\nActionID: " + q.ActionID() + "\r\nEventList: Complete\r\nListItems: 0\r\n\r\n"))
		})
		p := r.send(r.two, 1, get)
		synctest.Wait()
		if a := p.one(t); a.err == nil || a.err.Code != envelope.Unavailable {
			t.Errorf("got %v", a)
		}
	})
}

// TestPanicInAnAnswer: whoever takes an answer may fail; those behind go on.
func TestPanicInAnAnswer(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		bad := func(text string) {
			r.pool.Server(1).Execute(pbx.Job{Who: r.two, Plan: r.plan(r.two, 1, text), Done: func(pbx.Outcome) { panic("planted") }})
		}
		for range 40 { // some wait for a place behind others that panic
			bad(ping)
			bad(get)
			bad(originate)
			bad(put("1010/CFI/enable", "no"))
		}
		pass(time.Second)
		r.servers[0].Mute(true)
		bad(ping)
		r.servers[0].Cut()
		r.servers[0].Mute(false)
		pass(3 * time.Second)
		var all []*pending
		for range 40 {
			all = append(all, r.send(r.two, 1, ping))
		}
		synctest.Wait()
		for _, p := range all {
			if a := p.one(t); a.fields["Ping"] != "Pong" {
				t.Errorf("got %v", a)
			}
		}
	})
}

// TestExecuteBeforeAndAfterRun: without links everything is answered, too.
func TestExecuteBeforeAndAfterRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		for _, when := range []string{"before", "after"} {
			for _, text := range []string{ping, get, originate, syncOriginate, put("1010/CFI/enable", "no"), `{"Action":"CoreShowChannels"}`} {
				p := r.send(r.two, 1, text)
				if when == "after" {
					synctest.Wait()
					if a := p.one(t); a.err == nil || a.err.Code != envelope.Unavailable {
						t.Errorf("%s %s: %v", when, text, a)
					}
				}
			}
			r.stop()
		}
	})
}

// TestTenantsBusy: the 1,057th action of a tenant is refused, nobody else's.
func TestTenantsBusy(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		r.servers[0].Mute(true)
		var all []*pending
		for range 32 + 1024 {
			all = append(all, r.send(r.two, 1, ping))
		}
		over := r.send(r.two, 1, ping)
		if a := over.one(t); a.err == nil || a.err.Code != envelope.Busy {
			t.Errorf("one too many: %v", a)
		}
		synctest.Wait() // the server has dropped what is in flight
		r.servers[0].Mute(false)
		ten := tenant.Identity{Role: tenant.TenantRole, Tenant: r.dir.ByNumber(10)}
		other := r.send(ten, 1, ping)
		synctest.Wait()
		if a := other.one(t); a.fields["Ping"] != "Pong" {
			t.Errorf("the other tenant: %v", a)
		}
		pass(pbx.ActionTimeout + time.Second)
		for _, p := range all {
			if a := p.one(t); a.err == nil || a.err.Code != envelope.Timeout {
				t.Fatalf("got %v", a)
			}
		}
	})
}

// TestPlansOfOurOwn: what needs no server is answered within Execute.
func TestPlansOfOurOwn(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		p := &pending{}
		r.pool.Server(1).Execute(pbx.Job{
			Who: r.two, Plan: &policy.Plan{Kind: policy.Answer, Fields: []envelope.Field{{Name: "Response", Value: "Error"}}}, Done: p.add,
		})
		if p.one(t).fields["Response"] != "Error" {
			t.Errorf("got %v", p.one(t))
		}
	})
}
