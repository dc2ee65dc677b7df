package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/config"
)

// closed reads until the client is closed by a frame and returns it.
func (c *client) closed() websocket.CloseError {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
	defer cancel()
	for {
		if _, _, err := c.conn.Read(ctx); err != nil {
			var e websocket.CloseError
			if !errors.As(err, &e) {
				c.t.Fatalf("not closed by a frame: %v", err)
			}
			return e
		}
	}
}

// TestReloadCapacity: the size of the box becomes another at once, and goes.
func TestReloadCapacity(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		size string
		want int // phones in use
	}{{"dipcast-50", 50}, {"dipcast-100", 100}, {"none", 0}} {
		s.next = func(f *config.Config) { f.Capacity = c.size }
		got, err := s.app.Reload(t.Context())
		if err != nil || len(got.Restart) > 0 || !strings.Contains(strings.Join(got.Made, "; "), "capacity") {
			t.Fatalf("%s: made %q, restart %q, %v", c.size, got.Made, got.Restart, err)
		}
		var health struct {
			Capacity []struct {
				Kind  string
				Limit int
			}
		}
		r := s.do("GET", "/api/v2/health", "", basic("ops"))
		if err := json.Unmarshal(r.body.Data, &health); r.status != 200 || err != nil {
			t.Fatalf("%d %v %s", r.status, err, r.raw)
		}
		limit := 0
		for _, k := range health.Capacity {
			if k.Kind == "phones_in_use" {
				limit = k.Limit
			}
		}
		if limit != c.want {
			t.Errorf("%s: %d phones may be in use, want %d: %s", c.size, limit, c.want, r.raw)
		}
	}
}

// TestReloadChangesTenants for clients that stay connected.
func TestReloadChangesTenants(t *testing.T) {
	s := newSite(t)
	demo, ops := s.dial("demo", "/"), s.dial("ops", "/")
	put := `{"AMIServerID":1,"data":{"Action":"DBPut","Family":"` + two + `","Key":"diversions/1020/CFI/enable","Val":"no","ActionID":"a"}}`
	if a := demo.ask(put); a.Data["Response"] == "Success" {
		t.Fatalf("an extension that is not there: %s", a.raw)
	}
	s.next = func(c *config.Config) {
		c.Tenants[0].Extensions = append(slices.Clone(c.Tenants[0].Extensions), "1020")
		c.Tenants[0].Servers = []int{1}
		c.Hub.Bytes *= 2
		c.PublicURL = "http://elsewhere.example"
	}
	got, err := s.app.Reload(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(got.Made, "; "); text != "tenants: T2 changed; hub: changed" || !slices.Equal(got.Restart, []string{"public_url"}) {
		t.Errorf("made %q, restart %v", text, got.Restart)
	}
	// They are only set while nobody has set anything.
	s.until("the defaults of the new extension", func() bool {
		_, ok := s.servers[0].DB().Get(two, "diversions/1020/CFB/enable")
		return ok
	})
	if a := demo.ask(put); a.Data["Response"] != "Success" {
		t.Errorf("an extension that is new: %s", a.raw)
	}
	if a := demo.ask(`{"AMIServerID":2,"data":{"Action":"Ping","ActionID":"b"}}`); a.Data["Code"] != "not_found" {
		t.Errorf("a server that is not the tenant's any more: %s", a.raw)
	}
	// Its events of that server are nobody's now.
	s.servers[1].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-2", "Context", "T2_cos-all", "Uniqueid", "2.2", "Linkedid", "2.2")
	s.servers[0].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T2_1010-1", "Context", "T2_cos-all", "Uniqueid", "1.1", "Linkedid", "1.1")
	if a := demo.event("Newchannel"); a.ServerID != 1 {
		t.Errorf("got %s", a.raw)
	}
	for range 2 {
		ops.event("Newchannel")
	}
	// A tenant that goes takes its clients along.
	s.next = func(c *config.Config) { c.Tenants = c.Tenants[1:] }
	if got, err = s.app.Reload(t.Context()); err != nil || !strings.Contains(strings.Join(got.Made, "; "), "tenants: T2 removed") {
		t.Errorf("%+v %v", got, err)
	}
	if e := demo.closed(); e.Code != websocket.StatusPolicyViolation || e.Reason != "these credentials were revoked" {
		t.Errorf("closed with %v", e)
	}
	if a := ops.ask(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"c"}}`); a.Data["Ping"] != "Pong" {
		t.Errorf("the operator: %s", a.raw)
	}
}

// TestReloadFollowsRecords: the record of calls of a server's is read where the
// configuration says now; what counts after a restart only is told.
func TestReloadFollowsRecords(t *testing.T) {
	s := newSite(t)
	file := filepath.Join(t.TempDir(), "dipcast.csv")
	values := map[string]string{
		"linkedid": "1795282245.7", "uniqueid": "1795282245.7", "sequence": "1", "start,u": "1795282245.0", "answer,u": "0.0", "end,u": "1795282255.5",
		"disposition": "NO ANSWER", "channel": "PJSIP/T2_1013-00000001", "dst": "1010", "dcontext": "T2_cos-all",
	}
	var cells []string
	for _, column := range asteriskconf.CDRColumns {
		cells = append(cells, `"`+values[column]+`"`)
	}
	if err := os.WriteFile(file, []byte(strings.Join(cells, ",")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.next = func(c *config.Config) {
		c.Servers = slices.Clone(c.Servers)
		c.Servers[0].CDRCSV = file
		c.Servers[1].PBX.Dir = filepath.Join(filepath.Dir(file), "asterisk")
	}
	got, err := s.app.Reload(t.Context())
	if err != nil || !slices.Equal(got.Made, []string{"servers: 1 2 changed"}) || !slices.Equal(got.Restart, []string{"servers[1].pbx (of server 2)"}) {
		t.Errorf("%+v %v", got, err)
	}
	s.until("the call in the history", func() bool {
		return strings.Contains(s.do("GET", "/api/v2/cdr", "", basic("demo")).raw, `"1-1795282245.7"`)
	})
}

// TestReloadFollowsFaxes: faxes are taken from where the configuration says now.
func TestReloadFollowsFaxes(t *testing.T) {
	s := newSite(t)
	spool := t.TempDir()
	folder := filepath.Join(spool, "T2", asteriskconf.FaxIn)
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	for ending, pairs := range map[string]string{
		".begin": "did=07045805605 from=0212345678 linkedid=1795282245.9 at=1795282245",
		".end":   "status=FAILED error=HANGUP text=TheCallDroppedPrematurely at=1795282255",
	} {
		line := asteriskconf.FaxRecordMark + " " + pairs + " " + asteriskconf.FaxRecordEnd + "\n"
		if err := os.WriteFile(filepath.Join(folder, "one"+ending), []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.next = func(c *config.Config) {
		c.Servers = slices.Clone(c.Servers)
		c.Servers[0].FaxSpool = spool
	}
	got, err := s.app.Reload(t.Context())
	if err != nil || !slices.Equal(got.Made, []string{"servers: 1 changed"}) || len(got.Restart) > 0 {
		t.Errorf("%+v %v", got, err)
	}
	s.until("the fax", func() bool {
		return strings.Contains(s.do("GET", "/api/v2/faxes", "", basic("demo")).raw, `"1-1795282245.9"`)
	})
}

// TestReloadTakesAllOrNothing: what cannot be carried out changes nothing.
func TestReloadTakesAllOrNothing(t *testing.T) {
	s := newSite(t)
	demo := s.dial("demo", "/")
	s.next = func(c *config.Config) {
		c.Tenants[0].Logins = nil
		c.Servers = slices.Clone(c.Servers)
		c.Servers[1].Address = "nonsense"
		c.Servers[0].Name = "another"
	}
	if got, err := s.app.Reload(t.Context()); err == nil {
		t.Errorf("an address without a port was taken: %+v", got)
	}
	if a := demo.ask(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"a"}}`); a.Data["Ping"] != "Pong" || a.ServerName == "another" {
		t.Errorf("after that: %s", a.raw)
	}
	s.app.Drain(t.Context())
	if _, err := s.app.Reload(t.Context()); err == nil {
		t.Errorf("while stopping: %v", err)
	}
}
