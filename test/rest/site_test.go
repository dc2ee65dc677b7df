// Package rest_test uses the REST interface of a whole gateway from outside, on
// real Asterisks, phones and a telephone network: those of the demo.
package rest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/demo"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) {
	asterisktest.AtOnce(3) // each demo is two Asterisks and a gateway
	goleak.VerifyTestMain(m)
}

// prefix is where REST is.
const prefix = "/api/v2"

// site is a demo on free ports, with a console of the operator.
type site struct {
	t       *testing.T
	demo    *demo.Demo
	console *websocket.Conn

	mu sync.Mutex // guards console
}

// both runs a test on a demo of its own on each version of Asterisk, beside other
// tests.
func both(t *testing.T, test func(t *testing.T, s *site)) {
	asterisktest.Both(t, func(t *testing.T, version int) { test(t, startOn(t, asteriskproc.Version(version))) })
}

// start starts a demo on Asterisk 22, beside other tests.
func start(t *testing.T) *site {
	t.Helper()
	t.Parallel()
	return startOn(t, asteriskproc.Asterisk22)
}

func startOn(t *testing.T, v asteriskproc.Version) *site {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // the first time it unpacks
	defer cancel()
	d, err := demo.Start(ctx, demo.Options{
		Listen: "127.0.0.1:0", DCMIWSListen: "127.0.0.1:0", Source: demo.SourceAsterisk, Asterisk: v, Quiet: true, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	s := &site{t: t, demo: d}
	s.console, _, err = websocket.Dial(ctx, d.DCMIWSURL()+"/?events=None", &websocket.DialOptions{HTTPHeader: basic(demo.Operator)})
	if err != nil {
		t.Fatal(err)
	}
	s.console.SetReadLimit(4 << 20)
	t.Cleanup(func() { _ = s.console.CloseNow() })
	return s
}

func basic(user string) http.Header {
	return http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+user))}}
}

// key is the app key of tenant 2.
func key() http.Header {
	return http.Header{"Tenant": {demo.Tenant2}, "App-Key": {demo.AppKeyDoc}}
}

// reply is an answer of REST.
type reply struct {
	status int
	header http.Header
	raw    string
	body   struct {
		Status, Message, Code, Field string
		Data                         json.RawMessage
		Total                        int
	}
}

// do sends a request of tenant 2.
func (s *site) do(method, path, body string) reply {
	s.t.Helper()
	return s.as(key(), method, path, body)
}

func (s *site) as(h http.Header, method, path, body string) reply {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.demo.URL()+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, v := range h {
		req.Header[name] = v
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	r := reply{status: res.StatusCode, header: res.Header, raw: string(b)}
	if err := json.Unmarshal(b, &r.body); err != nil {
		s.t.Fatalf("%s %s: %v in %s", method, path, err, b)
	}
	return r
}

// get reads data of a path, which must be there.
func (s *site) get(path string, into any) reply {
	s.t.Helper()
	r := s.do("GET", path, "")
	s.data(r, into)
	return r
}

func (s *site) data(r reply, into any) {
	s.t.Helper()
	if r.status >= 300 || r.body.Status != "success" {
		s.t.Fatalf("%d %s", r.status, r.raw)
	}
	if err := json.Unmarshal(r.body.Data, into); err != nil {
		s.t.Fatalf("%v in %s", err, r.raw)
	}
}

// action sends an action of the operator to a server and returns its answer
// and, when until is not empty, the events up to that one.
func (s *site) action(server, text, until string) (answer map[string]string, events []map[string]string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	if err := s.console.Write(ctx, websocket.MessageText, []byte(`{"AMIServerID":"`+server+`","data":`+text+`}`)); err != nil {
		s.t.Fatal(err)
	}
	for {
		_, b, err := s.console.Read(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		var f struct {
			Type int
			Data map[string]any
		}
		if err := json.Unmarshal(b, &f); err != nil {
			s.t.Fatal(err)
		}
		data := map[string]string{}
		for k, v := range f.Data {
			data[k], _ = v.(string)
		}
		switch {
		case f.Type != 3:
			answer = data
			if until == "" || data["Response"] != "Success" {
				return answer, nil
			}
		case answer == nil, data["Event"] == "DIPCASTLink":
		case data["Event"] == until:
			return answer, events
		default:
			events = append(events, data)
		}
	}
}

// stored is what a server's AstDB has of a key of tenant 2; "" for nothing.
func (s *site) stored(server, key string) string {
	s.t.Helper()
	a, _ := s.action(server, `{"Action":"Command","Command":"database get `+demo.Tenant2+` diversions/`+key+`","ActionID":"db"}`, "")
	value, ok := strings.CutPrefix(a["Output"], "Value: ")
	switch {
	case ok:
		return value
	case !strings.Contains(a["Output"], "not found"):
		s.t.Fatalf("database get %s: %v", key, a)
	}
	return ""
}

// lamps are the states of a server's lamps, by their names without "Custom:".
func (s *site) lamps(server string) map[string]string {
	s.t.Helper()
	_, events := s.action(server, `{"Action":"DeviceStateList","ActionID":"lamps"}`, "DeviceStateListComplete")
	out := map[string]string{}
	for _, e := range events {
		if name, ok := strings.CutPrefix(e["Device"], "Custom:"); ok {
			out[name] = e["State"]
		}
	}
	return out
}

// ctx bounds one wait.
func (s *site) ctx() context.Context { return asterisktest.Context(s.t) }

// until waits for something that others make true.
func (s *site) until(what string, ok func() bool) {
	s.t.Helper()
	await.That(s.t, what, ok)
}

// next is the next call that reaches a phone or the network.
func (s *site) next(who string, p asterisktest.Callee) *sipphone.Call {
	s.t.Helper()
	c, err := p.NextCall(s.ctx())
	if err != nil {
		s.t.Fatalf("%s was not called: %v", who, err)
	}
	return c
}
