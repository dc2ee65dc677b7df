package main

import (
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// TestSIGTERMDrains: not ready at once, what is under way is finished, clients
// are told one slice after the other, exit code 0.
func TestSIGTERMDrains(t *testing.T) {
	g := serveGateway(t)
	busy := g.client("demo")
	streamEnded := g.stream("demo")
	var idle []*websocket.Conn
	for range 40 {
		idle = append(idle, g.client("ops"))
	}
	g.servers[0].Mute(true)
	if err := busy.Write(t.Context(), websocket.MessageText, []byte(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"late"}}`)); err != nil {
		t.Fatal(err)
	}
	until(t, "under way", func() bool {
		_, text := g.get("/metrics", "ops")
		return strings.Contains(text, `dipcast_actions_in_flight{server="1"} 1`)
	})
	if _, text := g.get("/metrics", "ops"); !strings.Contains(text, `dipcast_clients{protocol="sse"} 1`) || !strings.Contains(text, `dipcast_clients{protocol="v1"} 41`) {
		t.Error("the clients are not counted")
	}
	begun := time.Now()
	g.signal(syscall.SIGTERM)
	until(t, "not ready", func() bool {
		status, body := g.get("/readyz", "")
		return status == 503 && strings.Contains(body, "stopping")
	})
	if status, _ := g.get("/healthz", ""); status != 200 {
		t.Errorf("alive: %d", status)
	}
	if _, status := g.dial(http.Header{"Authorization": {basicOf("demo")}}); status != 503 {
		t.Errorf("a new client: %d", status)
	}
	if status, body := g.get("/api/v2/servers", "demo"); status != 503 || !strings.Contains(body, "unavailable") {
		t.Errorf("a request: %d %s", status, body)
	}
	if _, text := g.get("/metrics", "ops"); !strings.Contains(text, "dipcast_draining 1") {
		t.Error("metrics do not tell")
	}
	var wg sync.WaitGroup
	for _, c := range idle {
		wg.Go(func() {
			if e := g.closed(c); e.Code != websocket.StatusServiceRestart || e.Reason != "shutdown, reconnect" {
				t.Errorf("closed with %v", e)
			}
		})
	}
	wg.Wait()
	select {
	case <-streamEnded:
	case <-time.After(30 * time.Second):
		t.Error("the stream of events goes on")
	}
	// Further requests of a client that has one under way are refused.
	if a := g.ask(busy, `{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"more"}}`, "more"); !strings.Contains(a, "unavailable") {
		t.Errorf("one more: %s", a)
	}
	g.servers[0].Mute(false)
	if a := g.answer(busy, "late"); !strings.Contains(a, `"Code"`) && !strings.Contains(a, "Pong") {
		t.Errorf("what was under way: %s", a)
	}
	if e := g.closed(busy); e.Code != websocket.StatusServiceRestart {
		t.Errorf("closed with %v", e)
	}
	if code := g.code(30 * time.Second); code != 0 {
		t.Errorf("exit code %d: %s", code, g.printed())
	}
	t.Logf("stopped in %v", time.Since(begun))
	if !strings.Contains(g.printed(), "msg=stopped") {
		t.Error("it did not come to its end")
	}
}

// TestSecondSignal ends it at once, whichever of the two it is.
func TestSecondSignal(t *testing.T) {
	for _, second := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(second.String(), func(t *testing.T) {
			g := serveGateway(t)
			busy := g.client("demo")
			g.servers[0].Mute(true)
			if err := busy.Write(t.Context(), websocket.MessageText, []byte(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"late"}}`)); err != nil {
				t.Fatal(err)
			}
			until(t, "under way", func() bool {
				_, text := g.get("/metrics", "ops")
				return strings.Contains(text, `dipcast_actions_in_flight{server="1"} 1`)
			})
			g.signal(syscall.SIGTERM)
			until(t, "stopping", func() bool { return strings.Contains(g.printed(), "stopping") })
			begun := time.Now()
			g.signal(second)
			if code := g.code(30 * time.Second); code != exitAtOnce {
				t.Errorf("exit code %d", code)
			}
			t.Logf("ended after %v", time.Since(begun))
		})
	}
}
