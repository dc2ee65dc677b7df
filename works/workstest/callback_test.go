package workstest_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/dipcast/dipcast/works/workstest"
)

// ear is the receiver of a bot's callbacks.
type ear struct {
	mu     sync.Mutex
	status int // 0 is 200
	got    []heard
}

type heard struct {
	header http.Header
	body   string
	json   struct {
		Type    string
		Source  map[string]any
		Data    string
		Issued  string `json:"issuedTime"`
		Content map[string]any
	}
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h := heard{header: r.Header, body: string(body)}
	_ = json.Unmarshal(body, &h.json) // some are no JSON on purpose
	e.mu.Lock()
	defer e.mu.Unlock()
	e.got = append(e.got, h)
	if e.status != 0 {
		w.WriteHeader(e.status)
	}
}

// listen gives a world whose bot has a callback URL.
func listen(t *testing.T, o workstest.Options) (*world, *ear) {
	t.Helper()
	e := &ear{}
	server := httptest.NewServer(e)
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	o.HTTP = &http.Client{Transport: transport}
	o.Bots = []workstest.Bot{{ID: 1, Name: "DIPCAST", Secret: "bot-secret-xyz", Domain: 1, CallbackURL: server.URL + "/dapi/x/callback"}}
	w := start(t, o)
	t.Cleanup(w.Close) // before the receiver is closed
	return w, e
}

// heard waits until n callbacks have been answered.
func (w *world) heard(t *testing.T, e *ear, n int) []heard {
	t.Helper()
	if err := w.Wait(within(t), func() bool { return len(w.Deliveries()) >= n }); err != nil {
		t.Fatalf("%d callbacks of %d: %v", len(w.Deliveries()), n, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]heard(nil), e.got...)
}

const card = `{"type":"flex","altText":"x","contents":{"type":"bubble","body":{"type":"box","layout":"vertical","contents":[
 {"type":"button","action":{"type":"message","label":"당겨 받기","text":"당겨 받기!","postback":"m1"}},
 {"type":"button","action":{"type":"message","label":"그냥"}},
 {"type":"button","action":{"type":"postback","label":"모바일","data":"d1","displayText":"모바일로"}},
 {"type":"button","action":{"type":"uri","label":"웹","uri":"https://x.example/1"}},
 {"type":"button","action":{"type":"copy","label":"복사","copyText":"010"}}]}}}`

func TestPress(t *testing.T) {
	w, e := listen(t, workstest.Options{})
	token := w.access(t, "bot")
	if a := w.send(t, token, "users/u1", card); a.status != 201 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for label, want := range map[string]workstest.Effect{
		"웹": {Kind: "uri", Value: "https://x.example/1"}, "복사": {Kind: "copy", Value: "010"},
	} {
		if got, err := w.Press("u1", "1", label); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", label, got, err)
		}
	}
	for i, row := range []struct{ label, kind, text, token string }{
		{"당겨 받기", "message", "당겨 받기!", "m1"}, {"그냥", "message", "그냥", ""}, {"모바일", "postback", "모바일로", "d1"},
	} {
		if got, err := w.Press("u1", "1", row.label); err != nil || got.Kind != row.kind || got.Value != row.text {
			t.Errorf("%s: got %+v, %v", row.label, got, err)
		}
		h := w.heard(t, e, i+1)[i]
		back := h.json.Data
		if row.kind == "message" {
			back, _ = h.json.Content["postback"].(string)
			if h.json.Content["type"] != "text" || h.json.Content["text"] != row.text {
				t.Errorf("%s: content %v", row.label, h.json.Content)
			}
		}
		if h.json.Type != row.kind || back != row.token || fmt.Sprint(h.json.Source) != "map[domainId:1 userId:u1]" || h.json.Issued != "2026-11-20T09:00:00.000Z" {
			t.Errorf("%s: came %s", row.label, h.body)
		}
		all := w.Messages(1, "u1")
		last := all[len(all)-1]
		if last.From != "u1" || !strings.Contains(string(last.Content), row.text) || strings.Contains(string(last.Content), "postback") {
			t.Errorf("%s: the room has %s", row.label, last.Content)
		}
	}
	if _, err := w.Press("u1", "1", "없음"); !errors.Is(err, workstest.ErrUnknown) {
		t.Errorf("no such button: %v", err)
	}
	if _, err := w.Press("u2", "1", "당겨 받기"); !errors.Is(err, workstest.ErrUnknown) {
		t.Errorf("another person's card: %v", err)
	}
}

// TestGroupsAndChannels: channelId comes in rooms of several, and in 1:1 rooms
// when the option says so.
func TestGroupsAndChannels(t *testing.T) {
	w, e := listen(t, workstest.Options{ChannelInPrivate: true})
	room := w.AddRoom(1, "영업", "u1", "u2")
	if err := w.Say("u2", room, "hi"); err != nil {
		t.Error(err)
	}
	if err := w.Say("u1", "1", "hi"); err != nil {
		t.Error(err)
	}
	if err := w.Say("u9", room, "hi"); !errors.Is(err, workstest.ErrUnknown) {
		t.Errorf("a stranger: %v", err)
	}
	got := w.heard(t, e, 2)
	if got[0].json.Source["channelId"] != room || got[0].json.Source["userId"] != "u2" {
		t.Errorf("group: %s", got[0].body)
	}
	if got[1].json.Source["channelId"] == nil {
		t.Errorf("1:1: %s", got[1].body)
	}
}

// TestCallbacks: signed over the bytes, in order, one at a time, never again.
func TestCallbacks(t *testing.T) {
	w, e := listen(t, workstest.Options{})
	e.status = http.StatusInternalServerError
	body := `{"type":"message","source":{"userId":"u-1"},"content":{"type":"text","text":"hi"}}`
	const n = 30
	for i := range n {
		if err := w.Emit(1, []byte(body+strings.Repeat(" ", i))); err != nil {
			t.Fatal(err)
		}
	}
	got := w.heard(t, e, n)
	if len(got) != n {
		t.Fatalf("%d came, want %d: a 500 is not repeated", len(got), n)
	}
	for i, h := range got {
		if len(h.body) != len(body)+i {
			t.Errorf("event %d is another", i)
		}
		if h.header.Get("X-WORKS-BotId") != "1" || h.header.Get("X-WORKS-Signature") != workstest.Sign("bot-secret-xyz", []byte(h.body)) {
			t.Errorf("event %d: headers %v", i, h.header)
		}
		if h.header.Get("Content-Type") != "application/json; charset=UTF-8" {
			t.Errorf("event %d: %s", i, h.header.Get("Content-Type"))
		}
	}
	if s := got[0].header.Get("X-WORKS-Signature"); s != "xhG09XBmGhUfKRLinSDBKtJed37/Rmj32C+IUnzaPlI=" {
		t.Errorf("signature %s is not that of OpenSSL", s)
	}
	if d := w.Deliveries()[0]; d.Status != 500 || d.Err != nil || string(d.Body) != body || d.Bot != 1 {
		t.Errorf("delivery %+v", d)
	}
	if err := w.Emit(9, nil); !errors.Is(err, workstest.ErrUnknown) {
		t.Errorf("no such bot: %v", err)
	}
	if d := w.Deliver(within(t), 1, []byte(`{"type":"reaction"}`)); d.Status != 500 {
		t.Errorf("unknown kinds go out too: %+v", d)
	}
}

// TestHeaderNames come in several spellings, on the wire.
func TestHeaderNames(t *testing.T) {
	w, _ := listen(t, workstest.Options{})
	names := map[string]bool{}
	w.AddBot(workstest.Bot{ID: 2, Secret: "s", Domain: 1, CallbackURL: wire(t, func(head string) {
		for _, line := range strings.Split(head, "\r\n") {
			if name, _, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(strings.ToLower(name), "x-works-botid") {
				names[name] = true
			}
		}
	})})
	for range 3 {
		if d := w.Deliver(within(t), 2, []byte(`{}`)); d.Status != 200 {
			t.Fatalf("%+v", d)
		}
	}
	if len(names) != 3 {
		t.Errorf("spellings %v, want 3", names)
	}
}

// wire answers one request a connection with 200, and shows what came as it came.
func wire(t *testing.T, see func(head string)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r := bufio.NewReader(c)
			head := ""
			for !strings.HasSuffix(head, "\r\n\r\n") {
				line, err := r.ReadString('\n')
				if head += line; err != nil {
					break
				}
			}
			see(head)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return "http://" + l.Addr().String()
}

func TestBegin(t *testing.T) {
	w, e := listen(t, workstest.Options{})
	if err := w.Begin("u1", 1); err != nil {
		t.Fatal(err)
	}
	got := w.heard(t, e, 2)
	if got[0].json.Type != "begin" || got[1].json.Type != "message" || got[1].json.Content["postback"] != "start" {
		t.Errorf("got %s, %s", got[0].body, got[1].body)
	}
	w.AddBot(workstest.Bot{ID: 1, Domain: 1, Takes: []string{"image"}})
	if err := w.Say("u1", "1", "hi"); err == nil {
		t.Error("a text went to a bot that takes none")
	}
}

func TestQueueIsBounded(t *testing.T) {
	hold := make(chan struct{})
	block := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold }))
	defer block.Close()
	defer close(hold)
	w := start(t, workstest.Options{Bots: []workstest.Bot{{ID: 1, Domain: 1, CallbackURL: block.URL}}})
	full := false
	for i := 0; i < 1100 && !full; i++ {
		full = w.Emit(1, []byte(strconv.Itoa(i))) != nil
	}
	if !full {
		t.Error("1,100 events were queued")
	}
	w.Close() // does not wait for the answer, which never comes
}

func TestFlexActions(t *testing.T) {
	w, _ := listen(t, workstest.Options{FlexActions: []string{"uri"}})
	if a := w.send(t, w.access(t, "bot"), "users/u1", card); a.status != 201 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if got, err := w.Press("u1", "1", "당겨 받기"); err != nil || got.Kind != "dead" {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := w.Press("u1", "1", "웹"); err != nil || got.Kind != "uri" {
		t.Errorf("got %+v, %v", got, err)
	}
	if n := len(w.Deliveries()); n != 0 {
		t.Errorf("%d callbacks of dead buttons", n)
	}
}
