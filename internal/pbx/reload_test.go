package pbx_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
)

// options are those of the rig's servers.
func (r *rig) options(ids ...int) []pbx.ServerOptions {
	var out []pbx.ServerOptions
	for _, id := range ids {
		n := string(rune('0' + id))
		out = append(out, pbx.ServerOptions{ID: id, Name: "pbx" + n, Address: "pbx" + n + ":5038", Events: pbx.Login{Username: "gw", Secret: "gw-secret"}})
	}
	return out
}

// TestReload: one server stays, one changes, one goes and one comes; only
// those that change notice.
func TestReload(t *testing.T) {
	inBubble(t, rigOptions{servers: 3}, func(r *rig) {
		one := r.pool.Server(1)
		for i := range 3 {
			r.servers[i].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-1", "Uniqueid", "1.1", "Linkedid", "1.1", "Context", "T2_cos-all")
			r.servers[i].Mute(true)
		}
		synctest.Wait()
		before := r.sink.named("Newchannel")
		var under []*pending
		for id := range 3 {
			under = append(under, r.send(r.ops, id+1, ping))
		}
		synctest.Wait()
		to := r.options(1, 2)
		to[1].Name = "another"
		moved := r.options(3)[0]
		moved.ID = 4
		c, err := r.pool.Reload(append(to, moved))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(c.Added, []int{4}) || !slices.Equal(c.Removed, []int{3}) || !slices.Equal(c.Changed, []int{2}) {
			t.Errorf("added %v, removed %v, changed %v", c.Added, c.Removed, c.Changed)
		}
		synctest.Wait()
		if r.pool.Server(1) != one || r.pool.Server(3) != nil || r.pool.Server(2).Name() != "another" {
			t.Error("not the servers that were asked for")
		}
		for i, p := range under[1:] {
			if a := p.one(t); a.err == nil || a.err.Code != envelope.Unavailable {
				t.Errorf("what was under way on server %d: %v", i+2, a)
			}
		}
		if under[0].count() != 0 {
			t.Errorf("server 1 noticed: %v", under[0].one(t))
		}
		for i := range 3 {
			r.servers[i].Mute(false)
		}
		pass(15 * time.Second)
		if _, ever := r.servers[0].Connections(); ever != 1 {
			t.Errorf("server 1 was connected %d times", ever)
		}
		told := r.sink.told()
		for _, want := range []string{"2 down", "3 down", "4 up"} {
			if strings.Count(told, want) != 1 {
				t.Errorf("told %s", told)
			}
		}
		if strings.Count(told, "2 up") != 2 || strings.Contains(told, "1 down") {
			t.Errorf("told %s", told)
		}
		r.servers[1].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-2", "Uniqueid", "2.2", "Linkedid", "2.2", "Context", "T2_cos-all")
		r.servers[2].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-3", "Uniqueid", "3.3", "Linkedid", "3.3", "Context", "T2_cos-all")
		synctest.Wait()
		var second seen
		for _, e := range r.sink.named("Newchannel")[len(before):] {
			if e.server == 2 {
				second = e
			}
			if e.server == 3 {
				t.Error("an event of the removed server")
			}
		}
		if i := slices.IndexFunc(before, func(e seen) bool { return e.server == 2 }); second.seq <= before[i].seq || second.epoch == before[i].epoch {
			t.Errorf("the count did not go on: %+v after %+v", second, before[i])
		}
		if a := r.send(r.two, 2, ping); true {
			synctest.Wait()
			if a.one(t).fields["Ping"] != "Pong" {
				t.Errorf("the changed server: %v", a.one(t))
			}
		}
	})
}

// TestReloadBringsBack: the count of a server that comes back goes on.
func TestReloadBringsBack(t *testing.T) {
	inBubble(t, rigOptions{servers: 2}, func(r *rig) {
		emit := func() seen {
			r.servers[1].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-1", "Uniqueid", "1.1", "Linkedid", "1.1", "Context", "T2_cos-all")
			synctest.Wait()
			all := r.sink.named("Newchannel")
			return all[len(all)-1]
		}
		before := emit()
		for _, ids := range [][]int{{1}, {1}, {1, 2}} {
			if _, err := r.pool.Reload(r.options(ids...)); err != nil {
				t.Fatal(err)
			}
			pass(5 * time.Second)
		}
		if after := emit(); after.seq <= before.seq || after.epoch == before.epoch {
			t.Errorf("%+v behind %+v", after, before)
		}
	})
}

// TestReloadRefused changes nothing.
func TestReloadRefused(t *testing.T) {
	inBubble(t, rigOptions{servers: 2}, func(r *rig) {
		bad := r.options(1, 2)
		bad[0].Name, bad[1].Address = "another", "no port"
		if _, err := r.pool.Reload(bad); err == nil {
			t.Error("an address without a port was taken")
		}
		if _, err := r.pool.Reload(r.options(1, 2, 2)); !errors.Is(err, pbx.ErrTwice) {
			t.Errorf("an id twice: %v", err)
		}
		same := r.options(1, 2)
		same[0].TLS, same[1].TLS = nil, nil
		if c, err := r.pool.Reload(same); err != nil || !c.Empty() {
			t.Errorf("the same again: %+v %v", c, err)
		}
		tls := r.options(1, 2)
		tls[0].TLS = &ami.TLSOptions{InsecureSkipVerify: true}
		if c, err := r.pool.Prepare(tls); err != nil || !slices.Equal(c.Changed, []int{1}) {
			t.Errorf("TLS: %+v %v", c, err)
		}
		synctest.Wait()
		if told := r.sink.told(); told != "1 up, 2 up" && told != "2 up, 1 up" {
			t.Errorf("told %s", told)
		}
	})
}

// TestReloadOfAStoppedPool starts nothing.
func TestReloadOfAStoppedPool(t *testing.T) {
	inBubble(t, rigOptions{servers: 1}, func(r *rig) {
		r.stop()
		if _, err := r.pool.Reload(r.options(2)); err != nil {
			t.Error(err)
		}
	})
}
