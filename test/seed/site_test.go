package seed_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/demo"
)

// site is a demo on free ports and one client of tenant 2.
type site struct {
	t    *testing.T
	demo *demo.Demo
	conn *websocket.Conn
	// events are those that came while an answer was waited for.
	events []frame
}

func start(t *testing.T, v asteriskproc.Version) *site {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // the first time it unpacks
	defer cancel()
	d, err := demo.Start(ctx, demo.Options{
		Listen: "127.0.0.1:0", DCMIWSListen: "127.0.0.1:0",
		Source: demo.SourceAsterisk, Asterisk: v, Quiet: true, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	s := &site{t: t, demo: d}
	s.conn = s.dial(d.DCMIWSURL())
	return s
}

func (s *site) dial(url string) *websocket.Conn {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Second)
	defer cancel()
	token := base64.StdEncoding.EncodeToString([]byte(demo.Login2 + ":" + demo.Login2))
	conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Basic " + token}}})
	if err != nil {
		s.t.Fatal(err)
	}
	conn.SetReadLimit(1 << 20)
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

// ask pastes a request and returns its answer. Events that come before it are
// kept.
func (s *site) ask(text string) (frame, string) {
	s.t.Helper()
	if err := s.conn.Write(s.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		s.t.Fatal(err)
	}
	for {
		f, raw := s.read()
		if f.Type != 3 {
			return f, raw
		}
		s.events = append(s.events, f)
	}
}

func (s *site) read() (frame, string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	_, b, err := s.conn.Read(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	// Events may hold arrays (repeated headers); answers here never do.
	var loose struct {
		frame
		Data map[string]any `json:"data"`
	}
	if err := json.Unmarshal(b, &loose); err != nil {
		s.t.Fatalf("%v: %s", err, b)
	}
	f := loose.frame
	f.Data = map[string]string{}
	for k, v := range loose.Data {
		if text, ok := v.(string); ok {
			f.Data[k] = text
		}
	}
	return f, string(b)
}

// event waits for an event that pass accepts.
func (s *site) event(what string, pass func(frame) bool) frame {
	s.t.Helper()
	for _, f := range s.events {
		if pass(f) {
			return f
		}
	}
	for {
		f, _ := s.read()
		if f.Type != 3 {
			s.t.Fatalf("waiting for %s an answer came: %+v", what, f)
		}
		s.events = append(s.events, f)
		if pass(f) {
			return f
		}
	}
}

// command is a Command of the document's shape; it returns the Output.
func (s *site) command(text string) string {
	s.t.Helper()
	f, raw := s.ask(`{"AMIServerID":1,"data":{"Action":"Command","Command":"` + text + `","ActionID":"` + "test-" + text + `"}}`)
	if f.Data["Response"] != "Success" {
		s.t.Fatalf("%s: %s", text, raw)
	}
	return f.Data["Output"]
}

// post pastes the documented body with the documented headers.
func (s *site) post(body string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.demo.URL()+"/api/v2/core/click_to_call", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("tenant", demo.Tenant2)
	req.Header.Set("app-key", demo.AppKeyDoc)
	client := &http.Client{Timeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}
