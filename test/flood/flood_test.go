// Package flood_test drives the gateway with events as fast as a real Asterisk
// makes them: a loop in the dialplan.
package flood_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/pbx"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rounds is how often the loop goes round. Each round is five events or more:
// one of our own, and what Asterisk says of the loop itself.
const rounds = 20000

var loop = fmt.Sprintf(`
[flood]
exten => s,1,Set(N=0)
 same => n(again),UserEvent(Flood,Number: ${N},Padding: one line as long as that of a common header)
 same => n,Set(N=$[${N}+1])
 same => n,GotoIf($[${N}<%d]?again)
 same => n,UserEvent(FloodEnd)
 same => n,Hangup()
`, rounds)

// counter is a Sink that counts from the first event of the loop to its end.
// The sequencer's goroutine is the one that counts; what it counted is told once.
type counter struct {
	now   tally
	first time.Time
	end   chan tally // gets one
}

type tally struct {
	events, gaps int
	took         time.Duration
}

// Event implements pbx.Sink.
func (c *counter) Event(e *pbx.Event) {
	c.now.events++
	switch {
	case e.Message.Is("UserEvent", "Flood") && c.first.IsZero():
		c.first = time.Now()
	case e.Message.Is("UserEvent", "FloodEnd"):
		c.now.took = time.Since(c.first)
		c.end <- c.now
	}
}

func (c *counter) Link(*pbx.Server, bool, time.Time) {}
func (c *counter) Gap(*pbx.Server, int)              { c.now.gaps++ }
func (c *counter) Call(*pbx.CallEvent)               {}
func (c *counter) Snapshot(*pbx.Server)              {}

// TestFlood: whatever Asterisk sends is read, and every event that was read
// reaches a client, in order.
func TestFlood(t *testing.T) {
	s := asterisktest.Start(t, asteriskconf.Input{Version: 22})
	control := s.Link(t, asterisktest.All)
	teach(t, s, control)
	sink := &counter{end: make(chan tally, 1)}
	conn := watch(t, gateway(t, s, sink))

	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	do(t, control, ami.NewAction("Originate").Add("Channel", "Local/s@flood/n").Add("Application", "Wait").
		Add("Data", "120").Add("Async", "true"))
	next := 0
	for {
		_, b, err := conn.Read(ctx)
		if err != nil {
			t.Fatalf("after %d: %v", next, err)
		}
		var f struct {
			Data struct{ Event, UserEvent, Number string }
		}
		if err := json.Unmarshal(b, &f); err != nil {
			t.Fatal(err)
		}
		switch {
		case f.Data.Event != "UserEvent": // DIPCASTGap among them
			t.Fatalf("after %d: %s", next, b)
		case f.Data.UserEvent == "FloodEnd":
			got := <-sink.end
			if next != rounds || got.gaps != 0 {
				t.Errorf("%d events of %d, %d gaps", next, rounds, got.gaps)
			}
			t.Logf("%d events read in %v, %.0f a second", got.events, got.took.Round(time.Millisecond), float64(got.events)/got.took.Seconds())
			return
		case f.Data.Number != fmt.Sprint(next):
			t.Fatalf("event %s came instead of %d", f.Data.Number, next)
		default:
			next++
		}
	}
}

func do(t *testing.T, c *ami.Client, a *ami.Action) {
	t.Helper()
	r, err := c.Do(t.Context(), a)
	if err != nil || !r.Success() {
		t.Fatalf("%s: %v %v", a.Name(), err, r)
	}
}

// teach adds the loop to the dialplan.
func teach(t *testing.T, s *asterisktest.Server, control *ami.Client) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(s.Input.Dirs.Base, "etc", "extensions.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(loop); err != nil {
		t.Fatal(err)
	}
	do(t, control, ami.NewAction("Command").Add("Command", "dialplan reload"))
}

// gateway runs one on s and returns its WebSocket's address.
func gateway(t *testing.T, s *asterisktest.Server, sink pbx.Sink) string {
	t.Helper()
	cfg, err := config.Parse(fmt.Appendf(nil, `
listen: ["127.0.0.1:0"]
dcmiws_listen: ["127.0.0.1:0"]
data_dir: %q
servers: [{id: 1, name: flood, address: %q, username: %q, secret: %q}]
operators: [{username: ops, password: flood-password}]
`, t.TempDir(), s.AMIAddr, asterisktest.All.Name, asterisktest.All.Secret), config.Source{Name: "flood"})
	if err != nil {
		t.Fatal(err)
	}
	a := app.New(app.Options{Config: cfg, Logger: slog.New(slog.DiscardHandler), Sink: sink})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Stop)
	for deadline := time.Now().Add(30 * time.Second); ; {
		if down, err := a.Ready(t.Context()); err == nil && len(down) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the gateway does not get ready")
		}
	}
	return "ws://" + a.Addresses()[1] + "/?events=UserEvent"
}

func watch(t *testing.T, url string) *websocket.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	token := base64.StdEncoding.EncodeToString([]byte("ops:flood-password"))
	conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Basic " + token}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(1 << 20)
	return conn
}
