package app_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/config"
)

// TestTLS: with an own certificate authority, REST and WebSocket work for who
// trusts it: many frames, large answers, a close at the end.
func TestTLS(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.TLS.Mode = config.TLSSelf }})
	// The authority is fetched without trust; a person compares its fingerprint.
	first := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer first.CloseIdleConnections()
	res, err := first.Get("https://" + s.http + "/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	ca, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res.Status, err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		t.Fatalf("no certificate: %s", ca)
	}
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	defer trusting.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, url := range []string{"wss://" + s.http + "/", "wss://" + s.ws + "/"} {
		conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPClient: trusting, HTTPHeader: basic("ops")})
		if err != nil {
			t.Fatal(err)
		}
		conn.SetReadLimit(4 << 20)
		c := &client{t, conn}
		a := c.ask(`{"AMIServerID":1,"data":{"Action":"Ping","ActionID":"p"}}`)
		if a.Data["Ping"] != "Pong" {
			t.Errorf("got %s", a.raw)
		}
		// A burst of events larger than any socket buffer reaches a client that
		// begins to read late.
		const events = 20000
		for i := range events {
			s.servers[0].Emit("DeviceStateChange", "Device", "PJSIP/T2_1010", "State", "INUSE", "Number", strconv.Itoa(i))
		}
		for i := range events {
			for {
				a := c.next()
				if a.Data["Event"] != "DeviceStateChange" || a.Data["Number"] == "" {
					continue
				}
				if a.Data["Number"] != strconv.Itoa(i) {
					t.Fatalf("event %s, want %d", a.Data["Number"], i)
				}
				break
			}
		}
		if err := conn.Close(websocket.StatusNormalClosure, ""); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}
