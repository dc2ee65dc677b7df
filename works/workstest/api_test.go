package workstest_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/works/workstest"
)

var oneBot = []workstest.Bot{{ID: 1, Name: "DIPCAST", Secret: "bot-secret-xyz", Domain: 1}}

func TestSend(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	token := w.access(t, "bot.message")
	a := w.send(t, token, "users/u1", hello)
	if a.status != 201 || len(a.body) != 0 || a.header.Get("rateLimit-limit") != "" {
		t.Errorf("got %d %q %v, want 201 and nothing", a.status, a.body, a.header)
	}
	for name, row := range map[string]struct {
		a      *answer
		status int
		code   string
	}{
		"no token":     {w.send(t, "", "users/u1", hello), 401, "UNAUTHORIZED"},
		"other token":  {w.send(t, "x", "users/u1", hello), 401, "UNAUTHORIZED"},
		"other scope":  {w.send(t, w.access(t, "user.read,bot.read"), "users/u1", hello), 403, "FORBIDDEN"},
		"no user":      {w.send(t, token, "users/u9", hello), 404, "USER_NOT_EXIST"},
		"no room":      {w.send(t, token, "channels/u1", hello), 404, "CHANNEL_NOT_EXIST"},
		"no bot":       {w.do(t, "POST", "/v1.0/bots/9/users/u1/messages", token, "", []byte(`{}`)), 404, "BOT_NOT_EXIST"},
		"odd bot":      {w.do(t, "POST", "/v1.0/bots/x/users/u1/messages", token, "", []byte(`{}`)), 400, "INVALID_PARAMETER"},
		"no JSON":      {w.send(t, token, "users/u1", `{`), 400, "BAD_REQUEST"},
		"two":          {w.do(t, "POST", "/v1.0/bots/1/users/u1/messages", token, "", []byte(`{"content":`+hello+`}{}`)), 400, "BAD_REQUEST"},
		"no content":   {w.do(t, "POST", "/v1.0/bots/1/users/u1/messages", token, "", []byte(`{}`)), 400, "INVALID_PARAMETER"},
		"unknown kind": {w.send(t, token, "users/u1", `{"type":"poem"}`), 400, "INVALID_PARAMETER"},
		"misspelt":     {w.send(t, token, "users/u1", `{"type":"text","text":"x","i18nText":[]}`), 400, "INVALID_PARAMETER"},
		"number":       {w.send(t, token, "users/u1", `{"type":"text","text":5}`), 400, "INVALID_PARAMETER"},
		"no such API":  {w.do(t, "GET", "/v1.0/calls", token, "", nil), 404, "NOT_FOUND"},
	} {
		if row.a.status != row.status || row.a.text("code") != row.code || row.a.text("description") == "" {
			t.Errorf("%s: got %d %s, want %d %s", name, row.a.status, row.a.body, row.status, row.code)
		}
		if got := row.a.header.Get("WWW-Authenticate"); (row.status == 401) != strings.HasPrefix(got, "Bearer ") {
			t.Errorf("%s: WWW-Authenticate %q", name, got)
		}
	}
	if n := len(w.Messages(1, "u1")); n != 1 {
		t.Errorf("%d messages came, want 1", n)
	}
}

// TestCards: those of the demo are taken.
func TestCards(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	token := w.access(t, "bot")
	for _, name := range []string{"card-external-call", "card-fax"} {
		card, err := os.ReadFile("testdata/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if a := w.send(t, token, "users/u1", string(card)); a.status != 201 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestRates(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot, PerMinute: 60})
	token := w.access(t, "bot,user.read")
	for i := range 61 {
		a := w.send(t, token, "users/u1", hello)
		used := fmt.Sprint(min(i+1, 60))
		h := a.header
		if h.Get("rateLimit-used") != used || h.Get("rateLimit-limit") != "60" || h.Get("rateLimit-remaining") != fmt.Sprint(max(0, 59-i)) || h.Get("rateLimit-reset") != "60" {
			t.Fatalf("call %d: headers %v", i+1, h)
		}
		if i < 60 && a.status != 201 || i == 60 && (a.status != 429 || a.text("code") != "TOO_MANY_REQUESTS") {
			t.Fatalf("call %d: %d %s", i+1, a.status, a.body)
		}
	}
	if a := w.do(t, "GET", "/v1.0/users", token, "", nil); a.status != 200 || a.header.Get("rateLimit-used") != "1" {
		t.Errorf("another operation: %d %v", a.status, a.header)
	}
	w.clock.add(59 * time.Second)
	if a := w.send(t, token, "users/u1", hello); a.status != 429 || a.header.Get("rateLimit-reset") != "1" {
		t.Errorf("a second early: %d %v", a.status, a.header)
	}
	w.clock.add(time.Second)
	if a := w.send(t, token, "users/u1", hello); a.status != 201 || a.header.Get("rateLimit-used") != "1" {
		t.Errorf("in the next minute: %d %v", a.status, a.header)
	}
	for i := range 11 {
		a := w.do(t, "POST", "/v1.0/bots/1/channels", token, "", []byte(`{"members":["u1","hong@example.com"],"title":"영업"}`))
		if i < 10 && a.status != 201 || i == 10 && a.status != 429 {
			t.Errorf("room %d: %d %s", i+1, a.status, a.body)
		}
	}
}

func TestRooms(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	token := w.access(t, "bot")
	a := w.do(t, "POST", "/v1.0/bots/1/channels", token, "", []byte(`{"members":["u1","u2"],"title":"영업"}`))
	path := "/v1.0/bots/1/channels/" + a.text("channelId")
	if a := w.send(t, token, "channels/"+a.text("channelId"), hello); a.status != 201 {
		t.Errorf("send: %d %s", a.status, a.body)
	}
	if a := w.do(t, "GET", path, token, "", nil); a.text("title") != "영업" {
		t.Errorf("get: %d %s", a.status, a.body)
	}
	if a := w.do(t, "GET", path+"/members", token, "", nil); fmt.Sprint(a.json["members"]) != "[u1 u2]" {
		t.Errorf("members: %d %s", a.status, a.body)
	}
	if a := w.do(t, "DELETE", path, token, "", nil); a.status != 204 {
		t.Errorf("leave: %d %s", a.status, a.body)
	}
	if a := w.do(t, "GET", path, token, "", nil); a.status != 404 {
		t.Errorf("afterwards: %d %s", a.status, a.body)
	}
	if a := w.do(t, "POST", "/v1.0/bots/1/channels", token, "", []byte(`{"members":["u9"]}`)); a.text("code") != "USER_NOT_EXIST" {
		t.Errorf("nobody: %d %s", a.status, a.body)
	}
}

func TestBotsAndMenu(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	token := w.access(t, "bot")
	menu := `{"content":{"actions":[{"type":"message","label":"도움말","postback":"m"}]}}`
	for _, step := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/v1.0/bots/1/persistentmenu", "", 404},
		{"POST", "/v1.0/bots/1/persistentmenu", menu, 201},
		{"GET", "/v1.0/bots/1/persistentmenu", "", 200},
		{"DELETE", "/v1.0/bots/1/persistentmenu", "", 204},
		{"DELETE", "/v1.0/bots/1/persistentmenu", "", 404},
		{"GET", "/v1.0/bots", "", 200},
		{"GET", "/v1.0/bots/1", "", 200},
		{"POST", "/v1.0/bots/1/secret", "", 200},
		{"POST", "/v1.0/bots/1/domains/1", "{}", 409},
		{"POST", "/v1.0/bots/1/domains/2", "{}", 404},
		{"POST", "/v1.0/bots", `{"botName":"x"}`, 400},
		{"POST", "/v1.0/bots", `{"botName":"x","description":"x","photoUrl":"https://x.example/1.png","administrators":["u9"]}`, 400},
		{"POST", "/v1.0/bots", `{"botName":"x","description":"x","photoUrl":"https://x.example/1.png","administrators":["u1"],"enableCallback":true,"callbackUrl":"http://x.example"}`, 400},
		{"POST", "/v1.0/bots", `{"botName":"x","description":"x","photoUrl":"https://x.example/1.png","administrators":["u1"]}`, 201},
		{"DELETE", "/v1.0/bots/1", "", 204},
		{"GET", "/v1.0/bots/1", "", 404},
	} {
		if a := w.do(t, step.method, step.path, token, "application/json", []byte(step.body)); a.status != step.status {
			t.Errorf("%s %s %s: got %d %s, want %d", step.method, step.path, step.body, a.status, a.body, step.status)
		}
	}
}

// TestCursorsNeedEncoding: a client that puts the cursor into the query as it is
// is refused.
func TestCursorsNeedEncoding(t *testing.T) {
	w := start(t, workstest.Options{PageSize: 1})
	token := w.access(t, "directory.read")
	a := w.do(t, "GET", "/v1.0/users?count=100", token, "", nil)
	meta, _ := a.json["responseMetaData"].(map[string]any)
	next, _ := meta["nextCursor"].(string)
	for _, c := range []string{"+", "/", "="} {
		if !strings.Contains(next, c) {
			t.Errorf("no %s in cursor %q", c, next)
		}
	}
	if a := w.do(t, "GET", "/v1.0/users?cursor="+next, token, "", nil); a.status != 400 {
		t.Errorf("as it is: %d %s", a.status, a.body)
	}
	encoded := strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(next)
	if a := w.do(t, "GET", "/v1.0/users?cursor="+encoded, token, "", nil); a.status != 200 || !strings.Contains(string(a.body), `"u2"`) {
		t.Errorf("encoded: %d %s", a.status, a.body)
	}
	for _, q := range []string{"count=0", "count=101", "domainId=x"} {
		if a := w.do(t, "GET", "/v1.0/users?"+q, token, "", nil); a.status != 400 {
			t.Errorf("%s: %d", q, a.status)
		}
	}
}

func TestFaults(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	token := w.access(t, "bot")
	w.Fault(workstest.Fault{Op: workstest.OpSendUser, Skip: 1, Count: 2, Status: 503})
	var got []int
	for range 4 {
		got = append(got, w.send(t, token, "users/u1", hello).status)
	}
	if fmt.Sprint(got) != "[201 503 503 201]" {
		t.Errorf("got %v", got)
	}
	undo := w.Fault(workstest.Fault{Count: -1, Status: 500})
	for range 3 {
		if a := w.do(t, "GET", "/v1.0/bots", token, "", nil); a.status != 500 || a.text("code") != "INTERNAL_SERVER_ERROR" {
			t.Errorf("outage: %d", a.status)
		}
	}
	undo()
	if a := w.do(t, "GET", "/v1.0/bots", token, "", nil); a.status != 200 {
		t.Errorf("afterwards: %d", a.status)
	}
}

// TestAllAtOnce is for the race detector: people and bots change while messages
// come, events go and a page looks on.
func TestAllAtOnce(t *testing.T) {
	w, _ := listen(t, workstest.Options{PerMinute: 240, LogSize: 100})
	token := w.access(t, "bot,user.read")
	next := w.stream(t, "u1", "")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 10 {
				switch i {
				case 0:
					w.AddBot(workstest.Bot{ID: 2, Name: "x", Domain: 1})
					w.AddUser(workstest.User{ID: "u3", Domain: 1})
					w.RemoveUser("u3")
				case 1:
					w.Fault(workstest.Fault{Op: workstest.OpUserGet, Status: 500})()
					w.AddRoom(1, "x", "u1")
				case 2:
					_ = w.Say("u2", "1", "x")
				case 3:
					w.Log()
					w.Messages(1, "u1")
					w.Deliveries()
				case 4:
					w.do(t, "GET", "/v1.0/users", token, "", nil)
					w.do(t, "GET", "/v1.0/bots/1", token, "", nil)
				default:
					w.send(t, token, "users/u1", hello)
				}
			}
		})
	}
	for messages := 0; messages < 30; {
		if kind, _ := next(); kind == "message" {
			messages++
		}
	}
	wg.Wait()
}

func TestLogIsBounded(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot, LogSize: 50})
	token := w.access(t, "bot")
	for range 120 {
		w.send(t, token, "users/u1", hello)
	}
	log := w.Log()
	if len(log) > 50 || len(log) < 40 {
		t.Errorf("%d requests in the log, want up to 50", len(log))
	}
	r := log[len(log)-1]
	if r.Op != workstest.OpSendUser || r.App != "client" || r.Status != 201 || r.Header.Get("Authorization") != "" || string(r.Body) != `{"content":`+hello+`}` {
		t.Errorf("the last is %+v", r)
	}
	if n := len(w.Messages(1, "u1")); n != 120 {
		t.Errorf("%d messages, want 120", n)
	}
}
