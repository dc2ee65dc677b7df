package pbx_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
)

// steps are what a server was asked, shortened: "CFI/enable=no", "tree",
// "gate=yes", "CFI lamp BUSY".
func steps(s *amitest.Server, from int) []string {
	var all []string
	for _, q := range s.Requests()[from:] {
		switch q.Action() {
		case "DBPut":
			k := strings.TrimPrefix(q.Get("Key"), "diversions/1010/")
			all = append(all, strings.Replace(k, "has_enable_diversions", "gate", 1)+"="+q.Get("Val"))
		case "DBDel":
			all = append(all, "del "+strings.TrimPrefix(q.Get("Key"), "diversions/1010/"))
		case "DBGetTree":
			all = append(all, "tree")
		case "DBGet":
			all = append(all, "get")
		case "Setvar":
			all = append(all, strings.TrimSuffix(strings.TrimPrefix(q.Get("Variable"), "DEVICE_STATE(Custom:T2_"), "_1010)")+" lamp "+q.Get("Value"))
		}
	}
	return all
}

func TestGateAndLampFollowEveryWrite(t *testing.T) {
	lamps := func(r *rig) {
		r.servers[0].Update(func(w *amitest.World) {
			for _, d := range dialplan.Diversions {
				w.Devices = append(w.Devices, amitest.Device{Name: dialplan.Lamp("T2_", d, "1010"), State: "NOT_INUSE"})
			}
		})
	}
	inBubble(t, rigOptions{prepare: lamps}, func(r *rig) {
		do := func(text string, want ...string) {
			t.Helper()
			from := len(r.servers[0].Requests())
			p := r.send(r.two, 1, text)
			synctest.Wait()
			if a := p.one(t); a.err != nil || a.fields["Response"] != "Success" {
				t.Errorf("%s: %v", text, a)
			}
			if got := steps(r.servers[0], from); !slices.Equal(got, want) {
				t.Errorf("%s\n  got %q\n want %q", text, got, want)
			}
		}
		const mobile = "sub-custom-numbers,01026132471,1"
		do(put("1010/CFI/enable", "yes"), "CFI/enable=yes", "tree", "gate=no", "CFI lamp NOT_INUSE")
		do(put("1010/CFI/destination", mobile), "CFI/destination="+mobile, "tree", "gate=yes", "CFI lamp BUSY")
		do(put("1010/CFB/destination", mobile), "CFB/destination="+mobile, "tree", "CFI lamp BUSY", "CFB lamp NOT_INUSE")
		do(put("1010/CFI/enable", "no"), "CFI/enable=no", "tree", "gate=no", "CFI lamp NOT_INUSE")
		do(put("1010/CFB/enable", "yes"), "CFB/enable=yes", "tree", "gate=yes", "CFB lamp BUSY")
		do(database("del", "1010/CFB/destination"), "del CFB/destination", "tree", "gate=no", "CFB lamp NOT_INUSE")
	})
}

// TestLampIsSetThoughItsEventIsLate: two changes follow each other before the
// first one's device state has come.
func TestLampIsSetThoughItsEventIsLate(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		for _, v := range []string{"no", "yes", "no", "yes"} {
			r.send(r.two, 1, put("1010/CFI/destination", "sub-custom-numbers,01026132471,1"))
			r.send(r.two, 1, put("1010/CFI/enable", v))
		}
		synctest.Wait()
		all := steps(r.servers[0], 0)
		last := ""
		for _, s := range all {
			if strings.HasPrefix(s, "CFI lamp") {
				last = s
			}
		}
		if last != "CFI lamp BUSY" {
			t.Errorf("the lamp ends as %q: %q", last, all)
		}
	})
}

// TestChangesOfOneExtensionKeepTheirOrder: pipelined writes and reads happen
// in the order they were sent, whole changes one after the other.
func TestChangesOfOneExtensionKeepTheirOrder(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		var writes, reads []*pending
		for i := range 10 {
			writes = append(writes, r.send(r.two, 1, put("1010/CFI/destination", fmt.Sprintf("sub-custom-numbers,0102613%04d,1", i))))
			reads = append(reads, r.send(r.two, 1, database("get", "1010/CFI/destination")))
		}
		other := r.send(r.two, 1, put("1013/CFI/enable", "no"))
		pass(time.Second)
		for i, p := range reads {
			if a := p.one(t); a.fields["Output"] != fmt.Sprintf("Value: sub-custom-numbers,0102613%04d,1", i) {
				t.Errorf("read %d: %v", i, a)
			}
			if a := writes[i].one(t); a.fields["Output"] != "Updated database successfully" {
				t.Errorf("write %d: %v", i, a)
			}
		}
		if a := other.one(t); a.err != nil {
			t.Errorf("another extension: %v", a)
		}
		busy := false
		for _, s := range steps(r.servers[0], 0) {
			switch {
			case strings.HasPrefix(s, "CFI/destination="):
				if busy {
					t.Errorf("a change began before the one before it had read the tree")
				}
				busy = true
			case s == "tree":
				busy = false
			}
		}
	})
}

// TestRefusedPartOfAChange: when gate or lamp cannot be set, the answer is an
// error although the entry itself was written.
func TestRefusedPartOfAChange(t *testing.T) {
	for _, action := range []string{"Setvar", "DBGetTree", "DBPut", "DBDel"} {
		inBubble(t, rigOptions{}, func(r *rig) {
			r.servers[0].Handle(action, func(c *amitest.Conn, q amitest.Request) { c.Error(q, "Permission denied") })
			text := put("1010/CFI/enable", "no")
			if action == "DBDel" {
				text = database("del", "1010/CFI/enable")
			}
			p := r.send(r.two, 1, text)
			synctest.Wait()
			if a := p.one(t); a.err == nil || a.err.Code != envelope.Unavailable {
				t.Errorf("%s refused: %v", action, a)
			}
		})
	}
	inBubble(t, rigOptions{}, func(r *rig) { // the database user has no rights
		r.servers[0].Handle("DBGet", func(c *amitest.Conn, q amitest.Request) { c.Error(q, "Permission denied") })
		p := r.send(r.two, 1, database("get", "1010/CFI/enable"))
		synctest.Wait()
		if a := p.one(t); a.err == nil || a.err.Code != envelope.Unavailable {
			t.Errorf("a read without rights: %v", a)
		}
	})
}

// TestChangeBehindOneThatHangs: a change that gets no answer ends those behind
// it at their deadlines, not later.
func TestChangeBehindOneThatHangs(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		r.servers[0].Handle("DBPut", func(*amitest.Conn, amitest.Request) {})
		a, b := r.send(r.two, 1, put("1010/CFI/enable", "no")), r.send(r.two, 1, put("1010/CFI/enable", "yes"))
		read := r.send(r.two, 1, get)
		pass(pbx.ActionTimeout)
		for _, p := range []*pending{a, b, read} {
			if got := p.one(t); got.err == nil || got.err.Code != envelope.Timeout {
				t.Errorf("got %v", got)
			}
		}
		r.servers[0].Handle("DBPut", nil)
		p := r.send(r.two, 1, put("1010/CFI/enable", "yes"))
		synctest.Wait()
		if got := p.one(t); got.err != nil {
			t.Errorf("afterwards: %v", got)
		}
	})
}

func TestProvision(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		s, two, db := r.pool.Server(1), r.two.Tenant, r.servers[0].DB()
		provision := func() {
			t.Helper()
			if err := s.Provision(r.t.Context(), two, "1010"); err != nil {
				t.Fatal(err)
			}
		}
		// The third write gets no answer: cut off half way.
		puts := 0
		r.servers[0].Handle("DBPut", func(c *amitest.Conn, q amitest.Request) {
			if puts++; puts == 3 {
				c.Error(q, "Failed to update entry")
				return
			}
			db.Put(q.Get("Family"), q.Get("Key"), q.Get("Val"))
			c.Respond(q, "Success", "Message", "Updated database successfully")
		})
		if err := s.Provision(r.t.Context(), two, "1010"); !errors.Is(err, pbx.ErrRefused) {
			t.Fatalf("got %v", err)
		}
		r.servers[0].Handle("DBPut", nil)
		provision() // completes it
		for _, d := range dialplan.Diversions {
			if v, _ := db.Get(family, dialplan.DiversionKey("1010", d, dialplan.Enable)); v != "yes" {
				t.Errorf("%s enable is %q", d, v)
			}
			if _, ok := db.Get(family, dialplan.DiversionKey("1010", d, dialplan.Destination)); ok {
				t.Errorf("%s has a destination", d)
			}
		}
		if v, _ := db.Get(family, dialplan.GateKey("1010")); v != "no" {
			t.Errorf("the gate is %q", v)
		}
		// What somebody has set stays.
		db.Put(family, dialplan.DiversionKey("1010", dialplan.Diversions[0], dialplan.Enable), "no")
		db.Del(family, dialplan.DiversionKey("1010", dialplan.Diversions[1], dialplan.Enable))
		provision()
		if v, _ := db.Get(family, dialplan.DiversionKey("1010", dialplan.Diversions[0], dialplan.Enable)); v != "no" {
			t.Errorf("what was set became %q", v)
		}
		if _, ok := db.Get(family, dialplan.DiversionKey("1010", dialplan.Diversions[1], dialplan.Enable)); ok {
			t.Error("what was removed came back")
		}
	})
}
