package limits_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestCountedTogether: a click-to-call counts once although the dialplan asks
// for it too; calls from the phone count with it; what is over the limit is
// refused on both ways, and calls within the house go on.
func TestCountedTogether(t *testing.T) {
	both(t, func(c *config.Tenant) { c.Limits.PerMinute = 3 }, func(l *lab) {
		p, q := l.phone("1010", sipphone.Answer(0)), l.phone("1013", sipphone.Answer(0))
		l.clicks(p, "1010", mobile2)
		l.goes(p, mobile)
		l.clicks(p, "1010", mobile)
		l.refused(p, mobile, 503)
		if a := l.click("1010", mobile); a.status != 429 || a.Code != "rate_limited" || a.Field != "callee" || a.header.Get("Retry-After") == "" {
			l.t.Errorf("%+v", a)
		}
		l.goes(p, "119")
		l.goes(p, "113")
		l.goes(p, "02112")
		in := l.dial(p, "1013")
		if err := in.WaitAnswered(l.ctx()); err != nil {
			l.t.Error(err)
		}
		l.hangup(in)
		l.goes(q, mobile) // another extension
		l.quiet()
	})
}

// TestMainTenant: the tenant without a prefix is counted as others are.
func TestMainTenant(t *testing.T) {
	both(t, func(*config.Tenant) {}, func(l *lab) {
		p := l.phone("900", sipphone.Answer(0))
		l.refused(p, abroad, 403)
		l.goes(p, mobile)
		l.refused(p, mobile, 503)
		l.goes(p, "119")
		l.quiet()
	})
}

// TestDiverted: a call that an extension diverts to the network is its own,
// whoever called it, and the limits hold for it.
func TestDiverted(t *testing.T) {
	both(t, func(c *config.Tenant) { c.Limits.PerMinute = 1 }, func(l *lab) {
		p, q := l.phone("1010", sipphone.Answer(0)), l.phone("1013", sipphone.Answer(0))
		if a := l.rest("PUT", "diversions/1013/CFI", fmt.Sprintf(`{"enable":"yes","destination":"%s"}`, mobile)); a.status >= 300 {
			l.t.Fatalf("%+v", a)
		}
		out := l.dial(p, "1013")
		l.hangup(out, l.arrives(mobile))
		l.refused(p, "1013", 503)
		l.refused(q, mobile, 503)
		l.goes(p, mobile)
	})
}

// TestAbroad: calls abroad and premium calls are closed, then open as
// configured; three breaches lock them, whatever else goes on, and an
// administrator unlocks them.
func TestAbroad(t *testing.T) {
	both(t, func(*config.Tenant) {}, func(l *lab) {
		p := l.phone("1010", sipphone.Answer(0))
		l.refused(p, abroad, 403)
		l.refused(p, premium, 403)
		if a := l.click("1010", abroad); a.status != 403 || a.Code != "forbidden" {
			l.t.Errorf("%+v", a)
		}
		l.app.Stop()
		c := &l.config.Tenants[0]
		c.International = config.International{Countries: []string{"1"}, Until: "2099-12-31"}
		c.Premium, c.Limits.InternationalPerMinute = true, 2
		l.startApp()
		l.goes(p, abroad)
		l.refused(p, "00181312345678", 403) // another country
		l.clicks(p, "1010", premium)
		l.refused(p, abroad, 503)
		if a := l.click("1010", abroad); a.status != 429 {
			l.t.Errorf("the second breach: %+v", a)
		}
		l.refused(p, premium, 503) // the third
		l.refused(p, abroad, 403)
		a := l.click("1010", abroad)
		if a.status != 403 || a.Code != "forbidden" || !strings.Contains(a.Message, "locked since") {
			l.t.Errorf("locked: %+v", a)
		}
		if a := l.rest("GET", "extensions/1010", ""); !strings.Contains(string(a.Data), `"locked":true`) {
			l.t.Errorf("%s", a.Data)
		}
		l.goes(p, "119")
		l.goes(p, mobile)
		l.app.Stop()
		l.startApp()
		l.refused(p, abroad, 403) // still
		for _, was := range []string{`"was_locked":true`, `"was_locked":false`} {
			if a := l.rest("POST", "extensions/1010/unlock", ""); a.status != 200 || !strings.Contains(string(a.Data), was) {
				l.t.Errorf("%s: %+v", a.Data, a)
			}
		}
		if a := l.click("1010", abroad); a.status != 200 && a.status != 429 { // by what the minute still holds
			l.t.Errorf("unlocked: %+v", a)
		}
	})
}

// TestNobodyAnswers: with the gateway away, or standing still, national calls
// go and those abroad do not; help is called at once.
func TestNobodyAnswers(t *testing.T) {
	both(t, func(c *config.Tenant) {
		c.International = config.International{Countries: []string{"1"}, Until: "2099-12-31"}
		c.Premium = true
	}, func(l *lab) {
		p := l.phone("1010", sipphone.Answer(0))
		l.goes(p, abroad)
		l.app.Stop()
		check := func() {
			l.t.Helper()
			l.goes(p, mobile)
			l.refused(p, abroad, 403)
			l.refused(p, "+12125550123", 403)
			l.refused(p, premium, 403)
			l.goes(p, "119")
		}
		check()
		silent := l.silence()
		check()
		silent()
	})
}

// silence takes connections at the gateway's place and never says anything.
func (l *lab) silence() (stop func()) {
	l.t.Helper()
	ln, err := net.Listen("tcp", hostPort(l.agi))
	if err != nil {
		l.t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		var open []net.Conn
		for {
			c, err := ln.Accept()
			if err != nil {
				break
			}
			open = append(open, c)
		}
		for _, c := range open {
			_ = c.Close()
		}
	})
	stop = sync.OnceFunc(func() { _ = ln.Close(); wg.Wait() })
	l.t.Cleanup(stop)
	return stop
}

// TestLines: no more calls with the network than lines, in both directions, but
// for help.
func TestLines(t *testing.T) {
	both(t, func(c *config.Tenant) { c.Lines = 2 }, func(l *lab) {
		p, q := l.phone("1010", sipphone.Answer(0)), l.phone("1013", sipphone.Answer(0))
		in, err := l.network.Call(l.ctx(), sipphone.CallOptions{From: mobile, To: did1010})
		if err != nil {
			l.t.Fatal(err)
		}
		if err := in.WaitAnswered(l.ctx()); err != nil {
			l.t.Fatal(err)
		}
		if _, err := p.NextCall(l.ctx()); err != nil {
			l.t.Fatal(err)
		}
		out := l.dial(q, mobile)
		there := l.arrives(mobile)
		l.refused(q, mobile2, 503)
		l.goes(q, "119")
		l.hangup(out, there)
		l.goes(q, mobile)
		l.hangup(in)
	})
}

// TestWhoPays: a leg of the network's that is moved on to the network counts
// for the extension that it was with, whoever began the call.
func TestWhoPays(t *testing.T) {
	both(t, func(c *config.Tenant) { c.Limits.PerMinute = 3 }, func(l *lab) {
		p, q := l.phone("1010", sipphone.Answer(0)), l.phone("1013", sipphone.Answer(0))
		in, err := l.network.Call(l.ctx(), sipphone.CallOptions{From: mobile, To: did1010})
		if err != nil {
			l.t.Fatal(err)
		}
		if err := in.WaitAnswered(l.ctx()); err != nil {
			l.t.Fatal(err)
		}
		l.move(mobile2)
		l.hangup(l.arrives(mobile2), in)
		l.dial(p, mobile)
		there := l.arrives(mobile)
		l.move(mobile2)
		l.hangup(l.arrives(mobile2), there)
		l.refused(p, mobile, 503)
		l.goes(q, mobile)
	})
}

// move redirects the one leg of the network's to a number.
func (l *lab) move(num string) {
	l.t.Helper()
	client := l.server.Link(l.t, asterisktest.All)
	r, err := client.List(l.ctx(), ami.NewAction("CoreShowChannels"), 100)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, m := range r.Events {
		name := m.Get("Channel")
		if !strings.HasPrefix(name, "PJSIP/trk-1-") {
			continue
		}
		a := ami.NewAction("Redirect").Add("Channel", name).Add("Context", "T2_cos-all").Add("Exten", num).Add("Priority", "1")
		if r, err := client.Do(l.ctx(), a); err != nil || !r.Success() {
			l.t.Fatalf("%v, %v", r, err)
		}
		return
	}
	l.t.Fatal("there is no leg of the network's")
}

// TestOriginate: a client's Originate on an extension's phone counts once too,
// and a first leg that is diverted to the network counts beside it.
func TestOriginate(t *testing.T) {
	both(t, func(c *config.Tenant) { c.Limits.PerMinute = 4 }, func(l *lab) {
		p := l.phone("1010", sipphone.Answer(0))
		ws := l.websocket()
		originate := func(channel string) string {
			return l.ask(ws, `{"AMIServerID":1,"Action":"Originate","ActionID":"a","Channel":"`+channel+`","Context":"T2_cos-all","Exten":"`+mobile+`","Priority":"1","Async":"true"}`)
		}
		if a := originate("PJSIP/T2_1010"); !strings.Contains(a, `"Response":"Success"`) {
			l.t.Fatal(a)
		}
		first, err := p.NextCall(l.ctx())
		if err != nil {
			l.t.Fatal(err)
		}
		l.hangup(l.arrives(mobile), first)
		if a := l.rest("PUT", "diversions/1010/CFI", fmt.Sprintf(`{"enable":"yes","destination":"%s"}`, mobile2)); a.status >= 300 {
			l.t.Fatalf("%+v", a)
		}
		if a := l.click("1010", mobile); a.status != 200 {
			l.t.Fatalf("%+v", a)
		}
		l.hangup(l.arrives(mobile2), l.arrives(mobile))
		l.goes(p, mobile) // the fourth
		if a := originate("PJSIP/T2_1010"); !strings.Contains(a, `"Code":"rate_limited"`) {
			l.t.Error(a)
		}
		l.refused(p, mobile, 503)
	})
}

// websocket connects a client of the tenant.
func (l *lab) websocket() *websocket.Conn {
	l.t.Helper()
	h := http.Header{"tenant": {two}, "app-key": {appKey}}
	c, _, err := websocket.Dial(l.ctx(), "ws://"+l.app.Addresses()[0]+"/ws?events=None", &websocket.DialOptions{HTTPHeader: h})
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = c.CloseNow() })
	return c
}

// ask sends a request and gives its answer.
func (l *lab) ask(c *websocket.Conn, request string) string {
	l.t.Helper()
	if err := c.Write(l.ctx(), websocket.MessageText, []byte(request)); err != nil {
		l.t.Fatal(err)
	}
	for {
		_, b, err := c.Read(l.ctx())
		if err != nil {
			l.t.Fatal(err)
		}
		if !strings.Contains(string(b), `"Event":"`) {
			return string(b)
		}
	}
}
