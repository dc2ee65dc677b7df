package clients_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/client"
	"github.com/dipcast/dipcast/internal/frametest"
)

// TestRecordedFrames plays recorded calls through the gateway and holds every
// frame that comes of them against docs/asyncapi.yaml, in both versions.
func TestRecordedFrames(t *testing.T) {
	check, err := frametest.New()
	if err != nil {
		t.Fatal(err)
	}
	for version, wants := range map[string][]string{
		"1": {"Event", "LinkEvent"},
		"2": {"Subscribed", "Snapshot", "EventV2", "CallStep", "Gap", "Link", "Response", "Event", "Failure", "OpError", "Resumed"},
	} {
		t.Run("v="+version, func(t *testing.T) {
			s := newSite(t)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			conn, _, err := websocket.Dial(ctx, "ws://"+s.http+"/ws?v="+version, &websocket.DialOptions{
				HTTPHeader: http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(username+":"+password))}},
			})
			if err != nil {
				t.Fatal(err)
			}
			conn.SetReadLimit(16 << 20)
			defer func() { _ = conn.CloseNow() }()
			send := func(text string) {
				t.Helper()
				if err := conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			seen := map[string]int{}
			// read reads frames until one is of the kind, and last fits.
			read := func(kind string, last func(frame []byte) bool) {
				t.Helper()
				for {
					_, b, err := conn.Read(ctx)
					if err != nil {
						t.Fatalf("waiting for %s: %v", kind, err)
					}
					k, err := check.Sent(b)
					if err != nil {
						t.Error(err)
					}
					if seen[k]++; k == kind && (last == nil || last(b)) {
						return
					}
				}
			}
			if version == "2" {
				send(`{"op":"subscribe","id":"a"}`)
				read("Subscribed", nil)
				send(`{"op":"snapshot","id":"b","servers":[2]}`)
				read("Snapshot", func(b []byte) bool { return idOf(t, b) == "b" })
			}
			recordings, err := amitest.LoadTranscripts(filepath.Join("..", "..", "ami", "testdata", "asterisk-22"))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range recordings {
				if err := s.servers[0].Play(ctx, r, amitest.PlayOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			if version == "2" {
				s.emit(1)
				read("EventV2", func(b []byte) bool { return eventOf(t, b) == "UserEvent" })
				send(`{"AMIServerID":1,"data":{"Action":"CoreShowChannels","ActionID":"l"}}`)
				read("Event", func(b []byte) bool { return eventOf(t, b) == "CoreShowChannelsComplete" })
				send(`{"AMIServerID":1,"data":{"Action":"Getvar","ActionID":"f"}}`)
				read("Failure", nil)
				send(`{"op":"subscribe","id":"c","servers":[9]}`)
				read("OpError", nil)
			}
			s.servers[0].Cut()
			if version == "2" {
				read("Gap", nil)
				read("Snapshot", nil)
				send(`{"op":"resume","id":"d","positions":[{"server":1,"epoch":"of another life","seq":1}]}`)
				read("Resumed", nil)
			} else {
				read("LinkEvent", func(b []byte) bool { return stateOf(t, b) == "up" })
			}
			for _, k := range wants {
				if seen[k] == 0 {
					t.Errorf("no frame of the kind %s", k)
				}
			}
			t.Log(seen)
		})
	}
}

// TestGoTypes: what the document shows as examples is what the Go client's
// types hold.
func TestGoTypes(t *testing.T) {
	doc, err := frametest.Document()
	if err != nil {
		t.Fatal(err)
	}
	messages := doc["components"].(map[string]any)["messages"].(map[string]any)
	for _, e := range messages["call"].(map[string]any)["examples"].([]any) {
		text, err := json.Marshal(e.(map[string]any)["payload"].(map[string]any)["call"])
		if err != nil {
			t.Fatal(err)
		}
		var c client.Call
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&c); err != nil || c.ID == "" || c.StartedAt.IsZero() || len(c.Rung) == 0 {
			t.Errorf("%v: %+v", err, c)
		}
	}
}

// peek is what the test looks at in a frame.
type peek struct {
	ID   string                     `json:"id"`
	Data struct{ Event, State any } // which repeat in some events
}

func look(t *testing.T, b []byte) (p peek) {
	t.Helper()
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func idOf(t *testing.T, b []byte) string { t.Helper(); return look(t, b).ID }
func eventOf(t *testing.T, b []byte) any { t.Helper(); return look(t, b).Data.Event }
func stateOf(t *testing.T, b []byte) any { t.Helper(); return look(t, b).Data.State }
