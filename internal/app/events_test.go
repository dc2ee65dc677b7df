package app_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/attribution"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/envelope"
	"github.com/dipcast/dipcast/internal/tenant"
)

// recordings are all transcripts of both versions; those that end with the
// event Shutdown, after which the link may not last, come last.
func recordings(t *testing.T) []*amitest.Transcript {
	t.Helper()
	var all, last []*amitest.Transcript
	for _, v := range []string{"16", "22"} {
		list, err := amitest.LoadTranscripts(filepath.Join("..", "..", "ami", "testdata", "asterisk-"+v))
		if err != nil {
			t.Fatal(err)
		}
		for _, tr := range list {
			if strings.Contains(tr.Name, "shutdown") {
				last = append(last, tr)
				continue
			}
			all = append(all, tr)
		}
	}
	return append(all, last...)
}

// TestTranscriptsThroughTheGateway plays every recording through links, hub
// and WebSocket: an operator gets all events, in order and to the byte what
// the envelope says; a tenant's client exactly those that are its own.
func TestTranscriptsThroughTheGateway(t *testing.T) {
	directory, err := tenant.NewDirectory([]tenant.Tenant{
		{
			ID: tenant.NewID(two, 2), Number: 2, Name: "2", Servers: []int{1, 2}, Extensions: []string{"1010", "1013"},
			DIDs: map[string]string{"07045805605": "1010", "07045144801": "1013"}, Numbers: []string{"16682471", "16662471"},
		},
		{ID: tenant.NewID(ten, 10), Number: 10, Name: "10", Servers: []int{1}, Extensions: []string{"1010", "1013"}, DIDs: map[string]string{"07010100000": "1010"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, chunk := range []int{0, 13} {
		// The clients are read one after the other.
		s := newSite(t, change{config: func(c *config.Config) { c.Hub.Age = 2 * time.Minute }})
		s.servers[0].Chunk(chunk)
		ops, own, single, other := s.dial("ops", "/"), s.dial("demo", "/"), s.dial("phone1010", "/"), s.dial("demo10", "/")
		source := envelope.NewSource(1, "dcrm.makecall.io", false)
		whose := attribution.New(attribution.NewView(directory.OnServer(1)))
		var all, two, ext []string // frames
		recs := recordings(t)
		for _, tr := range recs {
			for _, r := range tr.Messages() {
				if r.Banner || !r.Event {
					continue
				}
				var m ami.Message
				if err := ami.Parse(r.Data, &m); err != nil {
					t.Fatalf("%s: %v", tr.Name, err)
				}
				text := string(source.AppendMessage(nil, &m, envelope.ID{}))
				all = append(all, text)
				if res := whose.Event(&m, time.Now()); res.Tenant != nil && res.Tenant.Number == 2 {
					two = append(two, text)
					if res.Exts.Has("1010") {
						ext = append(ext, text)
					}
				} else if res.Tenant != nil {
					t.Errorf("%s: an event of tenant %d", tr.Name, res.Tenant.Number)
				}
			}
		}
		if len(all) < 2000 || len(two) < 1000 || len(ext) < 500 || len(ext) == len(two) || len(two) == len(all) {
			t.Fatalf("%d events, %d of the tenant, %d of the extension: are the recordings whole?", len(all), len(two), len(ext))
		}
		played := make(chan error, 1)
		go func() {
			for _, tr := range recs {
				if err := s.servers[0].Play(t.Context(), tr, amitest.PlayOptions{}); err != nil {
					played <- err
					return
				}
			}
			played <- nil
		}()
		for who, c := range map[string]struct {
			c    *client
			want []string
		}{"operator": {ops, all}, "tenant": {own, two}, "extension": {single, ext}} {
			for i, want := range c.want {
				if got := c.c.frame(); string(got) != want {
					t.Fatalf("%s, frame %d of %d:\n got %s\nwant %s", who, i, len(c.want), got, want)
				}
			}
		}
		if err := <-played; err != nil {
			t.Error(err)
		}
		// Nothing else came: the next thing each gets is its own answer.
		for _, c := range []*client{ops, own, single, other} {
			if a := c.ask(strings.Replace(pingRequest, `:1,`, `:"1",`, 1)); a.Data["Ping"] != "Pong" {
				t.Errorf("got %s", a.raw)
			}
		}
		t.Logf("%d events, %d of the tenant, %d of its extension", len(all), len(two), len(ext))
	}
}

// TestTwoTenantsCalls: in one stream of two tenants' calls on two servers,
// each client sees its own, whatever the numbers and names in it.
func TestTwoTenantsCalls(t *testing.T) {
	s := newSite(t)
	clients := map[string]*client{"T2_": s.dial("demo", "/"), "T10_": s.dial("demo10", "/")}
	const calls = 300
	for i := range calls {
		for _, prefix := range []string{"T2_", "T10_"} {
			channel := "PJSIP/" + prefix + "1010-" + strings.Repeat("0", i%8) + "1"
			s.servers[0].Emit("Newchannel", "Privilege", "call,all", "Channel", channel, "Context", prefix+"cos-all",
				"CallerIDName", "T10_cos-all T2_1010", "CallerIDNum", "07045805605", "Exten", "T2_1010", "Uniqueid", prefix+"x", "Linkedid", prefix+"x")
			s.servers[0].Emit("Hangup", "Privilege", "call,all", "Channel", channel, "Context", prefix+"cos-all", "Uniqueid", prefix+"x", "Linkedid", prefix+"x")
		}
		// Nobody's: of a tenant that is not here, of two at once, of none.
		s.servers[0].Emit("Newchannel", "Privilege", "call,all", "Channel", "PJSIP/T21_1010-1", "Context", "T21_cos-all", "Uniqueid", "u", "Linkedid", "u")
		s.servers[0].Emit("UserEvent", "Privilege", "user,all", "UserEvent", "x", "Channel", "PJSIP/T2_1010-1")
		s.servers[0].Emit("Newexten", "Privilege", "dialplan,all", "Channel", "PJSIP/T2_1010-1", "Context", "T10_cos-all", "Uniqueid", "v", "Linkedid", "v")
	}
	for prefix, c := range clients {
		for i := range 2 * calls {
			if a := c.next(); !strings.HasPrefix(a.Data["Channel"], "PJSIP/"+prefix) || a.Data["Context"] != prefix+"cos-all" || a.Data["Event"] == "Newexten" {
				t.Fatalf("%s, frame %d: %s", prefix, i, a.raw)
			}
		}
		if a := c.ask(pingRequest); a.Data["Ping"] != "Pong" {
			t.Errorf("got %s", a.raw)
		}
	}
}
