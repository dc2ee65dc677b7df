package ami_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
)

func TestList(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		for i := range 5 {
			r.server.DB().Put("fam", fmt.Sprint("k", i), fmt.Sprint(i))
		}
		res, err := r.client.List(t.Context(), ami.NewAction("DBGetTree").Add("Family", "fam"), 0)
		if err != nil || !res.Success() || len(res.Events) != 6 {
			t.Fatalf("%v %v", err, res)
		}
		if e := res.Events; e[4].Get("Val") != "4" || string(e[5].Event()) != "DBGetTreeComplete" {
			t.Errorf("events %q %q", e[4].Bytes(), e[5].Bytes())
		}
		// A bound of as many items is kept to.
		if _, err := r.client.List(t.Context(), ami.NewAction("DBGetTree").Add("Family", "fam"), 6); err != nil {
			t.Errorf("at the bound: %v", err)
		}
		if _, err := r.client.List(t.Context(), ami.NewAction("DBGetTree").Add("Family", "fam"), 3); !errors.Is(err, ami.ErrListTooLong) {
			t.Errorf("over the bound: %v", err)
		}
		// An error, and a response that announces no list, come alone.
		res, err = r.client.List(t.Context(), ami.NewAction("DBGet").Add("Family", "fam").Add("Key", "none"), 0)
		if err != nil || res.Success() || len(res.Events) != 0 {
			t.Errorf("error: %v %v", err, res)
		}
		for _, a := range []*ami.Action{ami.NewAction("Ping"), ami.NewAction("Command").Add("Command", "core show version")} {
			if res, err = r.client.List(t.Context(), a, 0); err != nil || !res.Success() || len(res.Events) != 0 {
				t.Errorf("no list: %v %v", err, res)
			}
		}
		// Do of a list gives the response; the items are nobody's.
		if res, err = r.client.Do(t.Context(), ami.NewAction("DBGetTree").Add("Family", "fam")); err != nil || res.Get("EventList") != "start" {
			t.Errorf("do: %v %v", err, res)
		}
		synctest.Wait()
		if got := fmt.Sprint(r.seen()); got != "[FullyBooted SuccessfulAuth]" {
			t.Errorf("messages %s", got)
		}
		if n := r.client.Stats().Late; n != 2+6 { // of the list too long, and of Do
			t.Errorf("%d late", n)
		}
	})
}

// TestOldLists: Asterisk 11 says neither EventList: start nor Complete.
func TestOldLists(t *testing.T) {
	withLink(t, amitest.Options{Banner: "Asterisk Call Manager/1.3"}, ami.Options{}, func(t *testing.T, r *rig) {
		r.server.Handle("Status", func(c *amitest.Conn, q amitest.Request) {
			id := "ActionID: " + q.ActionID() + "\r\n"
			c.Raw([]byte("Response: Success\r\n" + id + "Message: Channel status will follow\r\n\r\n" +
				"Event: Status\r\nPrivilege: Call\r\n" + id + "\r\nEvent: StatusComplete\r\n" + id + "Items: 1\r\n\r\n"))
		})
		res, err := r.client.List(t.Context(), ami.NewAction("Status"), 0)
		if err != nil || len(res.Events) != 2 {
			t.Errorf("%v %v", err, res)
		}
		r.server.Handle("Agents", func(c *amitest.Conn, q amitest.Request) {
			c.Respond(q, "Success", "EventList", "start", "Message", "x")
			c.Raw([]byte("Event: AgentsComplete\r\nActionID: " + q.ActionID() + "\r\nEventList: Cancelled\r\n\r\n"))
		})
		if res, err = r.client.List(t.Context(), ami.NewAction("Agents"), 0); err != nil || len(res.Events) != 1 {
			t.Errorf("cancelled: %v %v", err, res)
		}
	})
}

// TestNoList: "will follow" is no list since Asterisk 12, and an event with
// the ActionID is the consumer's.
func TestNoList(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		r.server.Handle("FAXStats", func(c *amitest.Conn, q amitest.Request) {
			c.Respond(q, "Success", "Message", "FAXStats event will follow")
			c.Raw([]byte("Event: FAXStats\r\nActionID: " + q.ActionID() + "\r\n\r\n"))
		})
		res, err := r.client.List(t.Context(), ami.NewAction("FAXStats"), 0)
		if err != nil || len(res.Events) != 0 {
			t.Errorf("%v %v", err, res)
		}
		synctest.Wait()
		if got := r.seen()[2:]; len(got) != 1 || !strings.HasPrefix(got[0], "FAXStats:") {
			t.Errorf("messages %v", got)
		}
	})
}

// TestCommandOfAsterisk13: its answers are of type 5 and have an ActionID.
func TestCommandOfAsterisk13(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{}, func(t *testing.T, r *rig) {
		r.server.Handle("Command", func(c *amitest.Conn, q amitest.Request) {
			c.Raw([]byte(strings.Replace(followsText, "f1", q.ActionID(), 1)))
		})
		r.server.Handle("Queues", func(c *amitest.Conn, _ amitest.Request) { c.Raw([]byte(queueText)) })
		res, err := r.client.Do(t.Context(), ami.NewAction("Command").Add("Command", "x"))
		if err != nil || !res.Success() || res.Kind() != ami.KindCommandOutput || !strings.Contains(res.Output(), "Objects found") {
			t.Errorf("%v %v", err, res)
		}
		if _, err := r.client.Do(t.Context(), ami.NewAction("Queues")); !errors.Is(err, ami.ErrTimeout) {
			t.Errorf("queues: %v", err)
		}
		if got := fmt.Sprint(r.seen()[2:]); got != "[queue list queue list]" {
			t.Errorf("messages %s", got)
		}
	})
}

// TestListEvents: items one by one, also when the deadline passes meanwhile.
func TestListEvents(t *testing.T) {
	withLink(t, amitest.Options{}, ami.Options{PingInterval: time.Hour}, func(t *testing.T, r *rig) {
		for i := range 10 {
			r.server.DB().Put("fam", fmt.Sprint("k", i), fmt.Sprint(i))
		}
		var items []string
		var ended []ami.Result
		o := ami.SendOptions{List: true, Deadline: time.Now().Add(time.Minute), OnListEvent: func(m *ami.Message) { items = append(items, m.Get("Val")) }}
		done := func(res ami.Result) { ended = append(ended, res) }
		if _, err := r.client.Send(ami.NewAction("DBGetTree").Add("Family", "fam"), o, done); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if fmt.Sprint(items) != "[0 1 2 3 4 5 6 7 8 9 ]" || len(ended) != 1 || ended[0].Err != nil || ended[0].Events != nil {
			t.Errorf("items %v, ended %+v", items, ended)
		}
		items, ended = nil, nil
		o.OnListEvent = func(m *ami.Message) {
			items = append(items, m.Get("Val"))
			<-time.After(25 * time.Second) // what a consumer must not do
		}
		if _, err := r.client.Send(ami.NewAction("DBGetTree").Add("Family", "fam"), o, done); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Minute)
		if len(items) != 3 || len(ended) != 1 || !errors.Is(ended[0].Err, ami.ErrTimeout) {
			t.Errorf("items %v, ended %+v", items, ended)
		}
	})
}
