package limits_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/capacity"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// room is what health says of a kind, to a company.
func (l *lab) room(kind string) (limit int, state string) {
	l.t.Helper()
	var h struct {
		Capacity []struct {
			Kind, State string
			Limit       int
			Used        *int
		}
	}
	if err := json.Unmarshal(l.rest("GET", "health", "").Data, &h); err != nil {
		l.t.Fatal(err)
	}
	for _, c := range h.Capacity {
		if c.Used != nil {
			l.t.Error("a company is told how much all use")
		}
		if c.Kind == kind {
			return c.Limit, c.State
		}
	}
	return -1, ""
}

// until waits for a state of a kind.
func (l *lab) until(kind, state string) {
	l.t.Helper()
	await.That(l.t, kind+" is "+state, func() bool { _, s := l.room(kind); return s == state })
}

// told is what the server keeps under a key.
func (l *lab) told(key string) string {
	l.t.Helper()
	room, err := l.app.Pool().Servers()[0].Room(l.ctx())
	if err != nil {
		l.t.Fatal(err)
	}
	return room[key]
}

// talks calls an extension, which answers, and gives the call.
func (l *lab) talks(p *sipphone.Phone, ext string) *sipphone.Call {
	l.t.Helper()
	out := l.dial(p, ext)
	if err := out.WaitAnswered(l.ctx()); err != nil {
		l.t.Fatalf("%s calls %s: %v", p.User(), ext, err)
	}
	return out
}

// TestCapacity: the next call is refused when the box is full, from phones and
// from programs, never one for help; history says why, and there is room again when
// somebody hangs up.
func TestCapacity(t *testing.T) {
	exts := []string{"1010", "1013", "1014", "1015", "1016"}
	asterisktest.Both(t, func(t *testing.T, version int) {
		l := newLab(t, version, func(c *config.Tenant) { c.Extensions = exts }, func(in *asteriskconf.Input) {
			in.Companies[0].Recording = company.Recording{Internal: company.RecordAlways}
		})
		l.limits.Store(&capacity.Limits{PhonesInUse: 3})
		phones := map[string]*sipphone.Phone{}
		for _, ext := range exts {
			phones[ext] = l.phone(ext, sipphone.Answer(0))
		}
		if limit, state := l.room("phones_in_use"); limit != 3 || state != "ok" {
			t.Errorf("phones in use: %d, %s", limit, state)
		}
		await.That(t, "the server knows the limit", func() bool { return l.told("phones_in_use") == "3" })

		one := l.talks(phones["1010"], "1013") // two of three phones
		l.refused(phones["1014"], "1015", 503)
		l.until("phones_in_use", "ok")        // who hears that he is refused is in use meanwhile
		out := l.dial(phones["1014"], mobile) // the third
		there := l.arrives(mobile)
		l.until("phones_in_use", "full")
		l.refused(phones["1015"], mobile, 503)
		l.goes(phones["1015"], "119")
		if a := l.click("1016", mobile); a.status != 503 || a.Code != "busy" || !strings.Contains(a.Message, "capacity") || !strings.Contains(a.Message, " of 3") {
			t.Errorf("click-to-call: %+v", a)
		}
		l.hangup(out, there)
		l.until("phones_in_use", "ok")
		l.goes(phones["1016"], mobile)

		// Recorded calls: one is.
		l.limits.Store(&capacity.Limits{RecordedCalls: 1})
		await.That(t, "the server knows the other limit", func() bool { return l.told("recorded_calls") == "1" })
		l.until("recorded_calls", "full")
		l.refused(phones["1014"], "1015", 503)
		l.goes(phones["1014"], mobile) // is not recorded
		l.hangup(one)
		l.until("recorded_calls", "ok")
		l.hangup(l.talks(phones["1014"], "1015"))

		l.full(phones)

		var rows []struct{ Cause int }
		await.That(t, "the history says why", func() bool {
			if err := json.Unmarshal(l.rest("GET", "cdr?extensions=1014", "").Data, &rows); err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, r := range rows {
				if r.Cause == 42 {
					n++
				}
			}
			return n == 2
		})
	})
}

// full registers no further phone when there are as many as may be: it is refused,
// and calls for help all the same.
func (l *lab) full(phones map[string]*sipphone.Phone) {
	l.t.Helper()
	phones["1016"].Close() // makes room
	l.limits.Store(&capacity.Limits{Phones: len(phones) - 1})
	l.until("phones", "full")
	late, err := sipphone.New(sipphone.Options{Server: l.server.SIPAddr, User: endpoint("1016"), Password: "secret 1016"})
	if err != nil {
		l.t.Fatal(err)
	}
	if err := late.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { late.Close() })
	await.That(l.t, "one more phone is refused", func() bool {
		closed, err := l.app.Pool().Servers()[0].Closed(l.ctx())
		_, there := closed[endpoint("1016")]
		return err == nil && there
	})
	var status *sipphone.StatusError
	if err := late.Register(l.ctx()); !errors.As(err, &status) || status.Code != 403 {
		l.t.Errorf("one phone more than may be: %v", err)
	}
	if err := phones["1010"].Register(l.ctx()); err != nil {
		l.t.Errorf("one that is registered registers again: %v", err)
	}
	l.goes(late, "119")
	phones["1015"].Close()
	await.That(l.t, "there is room for the phone", func() bool { return late.Register(l.ctx()) == nil })
	phones["1015"] = late
}
