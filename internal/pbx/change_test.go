package pbx_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/pbx"
)

const mobile = "sub-custom-numbers,01026132471,1"

// on is a diversion that is to apply.
func on(ext string, d dialplan.Diversion) pbx.RuleChange {
	return pbx.RuleChange{Extension: ext, Diversion: d, Rule: pbx.Rule{dialplan.Enable: "yes", dialplan.Destination: mobile}}
}

// off is one that is not, and goes nowhere.
func off(ext string, d dialplan.Diversion) pbx.RuleChange {
	return pbx.RuleChange{Extension: ext, Diversion: d, Rule: pbx.Rule{dialplan.Enable: "no", dialplan.Destination: ""}}
}

func (r *rig) change(c ...pbx.RuleChange) ([]pbx.Diversions, *envelope.Error) {
	got, err := r.pool.Server(1).ChangeDiversions(r.t.Context(), r.two, r.two.Tenant, c)
	var e *envelope.Error
	if err != nil && !errors.As(err, &e) {
		r.t.Fatalf("not an envelope.Error: %v", err)
	}
	return got, e
}

// entries are all of the AstDB of the tenant's extension.
func (r *rig) entries(ext string) map[string]string {
	out := map[string]string{}
	for _, d := range dialplan.Diversions {
		for _, f := range []dialplan.Field{dialplan.Enable, dialplan.Destination, dialplan.TimeGroup} {
			if v, ok := r.servers[0].DB().Get(family, dialplan.DiversionKey(ext, d, f)); ok {
				out[string(d)+"/"+string(f)] = v
			}
		}
	}
	if v, ok := r.servers[0].DB().Get(family, dialplan.GateKey(ext)); ok {
		out["gate"] = v
	}
	return out
}

func TestChangeOfSeveralDiversions(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		got, err := r.change(on("1010", dialplan.CFI), pbx.RuleChange{Extension: "1010", Diversion: dialplan.CFB, Rule: pbx.Rule{dialplan.TimeGroup: "T2_office"}})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{
			"tree", "CFI/destination=" + mobile, "CFI/enable=yes", "CFB/time_group=T2_office", "tree", "gate=yes",
			"CFI lamp BUSY", "CFB lamp NOT_INUSE", "CFN lamp NOT_INUSE", "CFU lamp NOT_INUSE",
		}
		if s := steps(r.servers[0], 0); !slices.Equal(s, want) {
			t.Errorf("got %q", s)
		}
		if len(got) != 1 || !got[0].Gate || got[0].Rules[dialplan.CFI][dialplan.Enable] != "yes" || got[0].Rules[dialplan.CFB][dialplan.TimeGroup] != "T2_office" || len(got[0].Rules) != 6 {
			t.Errorf("got %+v", got)
		}
		// What is switched off is so first; what is so already is not written.
		from := len(r.servers[0].Requests())
		if _, err := r.change(off("1010", dialplan.CFI), off("1010", dialplan.CFN)); err != nil {
			t.Fatal(err)
		}
		want = []string{"tree", "CFI/enable=no", "del CFI/destination", "CFN/enable=no", "tree", "gate=no", "CFI lamp NOT_INUSE", "CFN lamp NOT_INUSE"}
		if s := steps(r.servers[0], from); !slices.Equal(s[:6], want[:6]) {
			t.Errorf("got %q", s)
		}
		all, e := r.pool.Server(1).Diversions(r.t.Context(), r.two, r.two.Tenant, "1010", "1013")
		if e != nil || len(all) != 2 || all[0].Gate || !maps.Equal(all[0].Rules[dialplan.CFI], pbx.Rule{dialplan.Enable: "no"}) || all[1].Extension != "1013" {
			t.Errorf("got %+v %v", all, e)
		}
	})
}

// TestFailedChangeIsTakenBack: at whatever step a change of two extensions
// fails, all is as it was, and the answer says so.
func TestFailedChangeIsTakenBack(t *testing.T) {
	for _, action := range []string{"DBPut", "DBDel", "Setvar", "DBGetTree"} {
		for nth := 1; nth <= 8; nth++ {
			inBubble(t, rigOptions{}, func(r *rig) {
				if _, err := r.change(on("1010", dialplan.CFI), off("1013", dialplan.CFB)); err != nil {
					t.Fatal(err)
				}
				before := [2]map[string]string{r.entries("1010"), r.entries("1013")}
				n := 0
				r.servers[0].Handle(action, func(c *amitest.Conn, q amitest.Request) {
					if n++; n == nth {
						c.Error(q, "Permission denied")
						return
					}
					c.Answer(q)
				})
				_, err := r.change(off("1010", dialplan.CFI), on("1010", dialplan.CFN), on("1013", dialplan.CFB))
				after := [2]map[string]string{r.entries("1010"), r.entries("1013")}
				if err == nil {
					if n >= nth {
						t.Errorf("%s %d was refused, and there is no error", action, nth)
					}
					return
				}
				if err.Code != envelope.Unavailable {
					t.Errorf("%s %d: %v", action, nth, err)
				}
				for i := range before {
					if !maps.Equal(before[i], after[i]) {
						t.Errorf("%s %d: before %v, after %v", action, nth, before[i], after[i])
					}
				}
			})
		}
	}
}

// TestChangeThatCannotBeTakenBack: the answer says that nothing is certain.
func TestChangeThatCannotBeTakenBack(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		r.servers[0].Handle("Setvar", func(_ *amitest.Conn, _ amitest.Request) {
			r.servers[0].Refuse(true)
			r.servers[0].Cut()
		})
		if _, err := r.change(on("1010", dialplan.CFI)); err == nil || err.Code != envelope.Unknown {
			t.Errorf("got %v", err)
		}
		if _, err := r.change(on("1010", dialplan.CFI)); err == nil || err.Code != envelope.Unavailable {
			t.Errorf("nothing was written, yet %v", err)
		}
	})
	inBubble(t, rigOptions{}, func(r *rig) { // the server hangs
		r.servers[0].Handle("DBPut", func(*amitest.Conn, amitest.Request) {})
		begun := time.Now()
		if _, err := r.change(on("1010", dialplan.CFI)); err == nil || err.Code != envelope.Unknown {
			t.Errorf("got %v", err)
		}
		if d := time.Since(begun); d > 2*pbx.ActionTimeout {
			t.Errorf("it took %v", d)
		}
	})
}

// TestChangeOverALinkThatBreaks at any step and comes back: the answer is never
// that it was changed, and what it says is so.
func TestChangeOverALinkThatBreaks(t *testing.T) {
	for nth := 1; nth <= 14; nth++ {
		inBubble(t, rigOptions{link: func(o *ami.Options) { o.BackoffMin, o.BackoffMax = 100*time.Millisecond, 200*time.Millisecond }}, func(r *rig) {
			if _, err := r.change(on("1010", dialplan.CFI)); err != nil {
				t.Fatal(err)
			}
			before := r.entries("1010")
			n := 0
			for _, action := range []string{"DBPut", "DBDel", "Setvar", "DBGetTree"} {
				r.servers[0].Handle(action, func(c *amitest.Conn, q amitest.Request) {
					if n++; n == nth {
						r.servers[0].Cut() // whether it was carried out is not told
					}
					if nth%2 == 0 || n != nth {
						c.Answer(q)
					}
				})
			}
			_, err := r.change(off("1010", dialplan.CFI), on("1010", dialplan.CFN), on("1010", dialplan.CFB))
			switch {
			case err == nil:
				if n >= nth {
					t.Errorf("step %d of %d was lost, and there is no error", nth, n)
				}
			case err.Code == envelope.Unavailable:
				if after := r.entries("1010"); !maps.Equal(before, after) {
					t.Errorf("step %d: before %v, after %v: %v", nth, before, after, err)
				}
			default:
				t.Errorf("step %d: %v", nth, err)
			}
		})
	}
}

// TestChangeByTwo: what somebody else wrote meanwhile stays.
func TestChangeByTwo(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		n := 0
		r.servers[0].Handle("DBGetTree", func(c *amitest.Conn, q amitest.Request) {
			if n++; n == 2 { // when it is read back
				r.servers[0].DB().Put(family, "diversions/1010/CFI/enable", "no")
			}
			c.Answer(q)
		})
		if _, err := r.change(on("1010", dialplan.CFI)); err == nil || err.Code != envelope.Conflict {
			t.Errorf("got %v", err)
		}
		if e := r.entries("1010"); e["CFI/enable"] != "no" || e["gate"] != "no" {
			t.Errorf("got %v", e)
		}
	})
}

// TestChangesOfManyExtensions run side by side, end in order, and two of them
// never wait for each other.
func TestChangesOfManyExtensions(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		done := make(chan string, 20)
		for i := range 20 {
			exts := []string{"1010", "1013"}
			if i%2 == 1 {
				slices.Reverse(exts)
			}
			go func() {
				_, err := r.change(
					pbx.RuleChange{Extension: exts[0], Diversion: dialplan.CFI, Rule: pbx.Rule{dialplan.Destination: fmt.Sprintf("sub-custom-numbers,010261324%02d,1", i)}},
					pbx.RuleChange{Extension: exts[1], Diversion: dialplan.CFI, Rule: pbx.Rule{dialplan.Destination: fmt.Sprintf("sub-custom-numbers,010261324%02d,1", i)}})
				done <- fmt.Sprint(err)
			}()
		}
		for range 20 {
			if s := <-done; s != "<nil>" {
				t.Errorf("got %s", s)
			}
		}
		a, b := r.entries("1010"), r.entries("1013")
		if !maps.Equal(a, b) || !strings.HasPrefix(a["CFI/destination"], "sub-custom-numbers,010") {
			t.Errorf("got %v and %v", a, b)
		}
	})
}

// TestTurnThatNobodyWaitsFor gives its place back.
func TestTurnThatNobodyWaitsFor(t *testing.T) {
	inBubble(t, rigOptions{}, func(r *rig) {
		var held []amitest.Request
		var conn *amitest.Conn
		r.servers[0].Handle("Ping", func(c *amitest.Conn, q amitest.Request) { conn, held = c, append(held, q) })
		for range 32 { // all places of the tenant
			r.send(r.two, 1, ping)
		}
		ctx, cancel := context.WithCancel(r.t.Context())
		left := make(chan error, 1)
		go func() {
			_, err := r.pool.Server(1).Diversions(ctx, r.two, r.two.Tenant, "1010")
			left <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-left; err == nil {
			t.Error("it was read although nobody had a place")
		}
		for _, q := range held {
			conn.Respond(q, "Success", "Ping", "Pong")
		}
		synctest.Wait()
		for range 40 { // no place is missing
			if _, err := r.pool.Server(1).Diversions(r.t.Context(), r.two, r.two.Tenant, "1010"); err != nil {
				t.Fatal(err)
			}
		}
	})
}
