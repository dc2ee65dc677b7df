package workstest_test

import (
	"bufio"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/works/workstest"
)

func TestPage(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	for path, kind := range map[string]string{
		"/chat/": "text/html", "/chat/app.js": "text/javascript", "/chat/content.js": "text/javascript", "/chat/flex.js": "text/javascript",
		"/chat/style.css": "text/css",
	} {
		a := w.do(t, "GET", path, "", "", nil)
		policy := a.header.Get("Content-Security-Policy")
		if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), kind) || len(a.body) == 0 {
			t.Errorf("%s: %d %s", path, a.status, a.header.Get("Content-Type"))
		}
		if !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
	}
	for _, path := range []string{"/chat/login.html", "/chat/index.html", "/chat/../doc.go", "/chat/x"} {
		if a := w.do(t, "GET", path, "", "", nil); a.status == 200 {
			t.Errorf("%s is served", path)
		}
	}
}

// TestPageIsWhole: no address but its own, and no script within the HTML.
func TestPageIsWhole(t *testing.T) {
	outside := regexp.MustCompile(`(?i)(https?:)?//[a-z0-9-]+\.[a-z]`)
	inline := regexp.MustCompile(`(?i)<script(>|[^>]*>[^<]+<)|\son[a-z]+=|<style|\sstyle=`)
	if err := fs.WalkDir(os.DirFS("chat"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile("chat/" + path)
		if err != nil {
			return err
		}
		if m := outside.Find(text); m != nil {
			t.Errorf("%s has the address %s", path, m)
		}
		if m := inline.Find(text); strings.HasSuffix(path, ".html") && m != nil {
			t.Errorf("%s has %s", path, m)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestPageIsLocal: nobody reaches it by a name of theirs, or from a page of theirs.
func TestPageIsLocal(t *testing.T) {
	w := start(t, workstest.Options{Bots: oneBot})
	ask := func(method, host string, header ...string) int {
		req, err := http.NewRequest(method, w.base+"/chat/say", strings.NewReader(`{"user":"u1","room":"1","text":"hi"}`))
		if err != nil {
			t.Fatal(err)
		}
		if host != "" {
			req.Host = host
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := w.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	if s := ask("POST", ""); s != 204 {
		t.Errorf("from here: %d", s)
	}
	for name, status := range map[string]int{
		"name":          ask("POST", "evil.example"),
		"address":       ask("POST", "192.0.2.1:80"),
		"origin":        ask("POST", "", "Origin", "https://evil.example"),
		"site":          ask("POST", "", "Sec-Fetch-Site", "cross-site"),
		"name, reading": ask("GET", "evil.example"),
	} {
		if status != 403 && status != 405 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if n := len(w.Messages(1, "u1")); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

// stream reads the events of a person's page.
func (w *world) stream(t *testing.T, user, last string) func() (kind, data string) {
	t.Helper()
	req, err := http.NewRequestWithContext(within(t), "GET", w.base+"/chat/events?user="+user, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Last-Event-ID", last)
	resp, err := w.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	r := bufio.NewReader(resp.Body)
	return func() (kind, data string) {
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				t.Fatalf("stream: %v", err)
			}
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			switch {
			case name == "event":
				kind = value
			case name == "data":
				data = value
			case line == "\n" && kind != "":
				return kind, data
			}
		}
	}
}

func TestLiveUpdates(t *testing.T) {
	w, e := listen(t, workstest.Options{})
	token := w.access(t, "bot")
	w.send(t, token, "users/u1", hello)
	next := w.stream(t, "u1", "")
	kind, data := next()
	if kind != "state" || !strings.Contains(data, `"DIPCAST"`) || !strings.Contains(data, `"홍길동"`) {
		t.Fatalf("got %s %s", kind, data)
	}
	message := func() (m struct {
		Seq     int
		Room    string
		From    string
		Content json.RawMessage
	},
	) {
		kind, data := next()
		if kind != "message" {
			t.Fatalf("got %s %s", kind, data)
		}
		if err := json.Unmarshal([]byte(data), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := message(); m.From != "" || m.Room != "1" || string(m.Content) != hello {
		t.Errorf("the first is %+v", m)
	}
	w.send(t, token, "users/u2", hello) // not for this page
	w.send(t, token, "users/u1", card)
	m := message()
	post := func(what string, body map[string]any) *answer {
		body["user"], body["room"] = "u1", "1"
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return w.do(t, "POST", "/chat/"+what, "", "application/json", text)
	}
	a := post("press", map[string]any{"seq": m.Seq, "at": "/contents/body/contents/0/action"})
	if a.status != 200 || a.text("kind") != "message" {
		t.Errorf("press: %d %s", a.status, a.body)
	}
	if m := message(); m.From != "u1" {
		t.Errorf("after the press: %+v", m)
	}
	if got := w.heard(t, e, 1); got[0].json.Content["postback"] != "m1" {
		t.Errorf("callback: %s", got[0].body)
	}
	if a := post("say", map[string]any{"text": "도움말"}); a.status != 204 {
		t.Errorf("say: %d %s", a.status, a.body)
	}
	if m := message(); string(m.Content) != `{"text":"도움말","type":"text"}` {
		t.Errorf("after the text: %s", m.Content)
	}
	for _, at := range []string{"", "/contents", "/contents/body/contents/9/action", "/contents/body/contents/x", "/altText"} {
		if a := post("press", map[string]any{"seq": m.Seq, "at": at}); a.status != 404 {
			t.Errorf("press at %q: %d %s", at, a.status, a.body)
		}
	}
	w.do(t, "POST", "/v1.0/bots/1/persistentmenu", token, "", []byte(`{"content":{"actions":[{"type":"message","label":"도움말"}]}}`))
	if kind, data := next(); kind != "state" || !strings.Contains(data, `"menu":{"actions"`) {
		t.Errorf("after the menu: %s %s", kind, data)
	}
	if a := post("press", map[string]any{"seq": 0, "at": "/actions/0"}); a.status != 200 {
		t.Errorf("menu: %d %s", a.status, a.body)
	}
	if k, _ := w.stream(t, "u1", "1")(); k != "state" {
		t.Errorf("again: %s", k)
	}
}

// TestLoginForm: redirects go to registered addresses only, with their own query.
func TestLoginForm(t *testing.T) {
	w := start(t, workstest.Options{})
	good := func() url.Values {
		return url.Values{
			"client_id": {"client"}, "redirect_uri": {"https://dipcast.example/login?x=1"}, "scope": {"openid profile"}, "response_type": {"code"},
			"state": {"s <&"}, "nonce": {"n"},
		}
	}
	get := func(change func(url.Values)) *answer {
		q := good()
		change(q)
		return w.do(t, "GET", "/oauth2/v2.0/authorize?"+q.Encode(), "", "", nil)
	}
	if a := get(func(url.Values) {}); a.status != 200 || strings.Contains(string(a.body), "s <&") || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("form: %d %s", a.status, a.body)
	}
	for name, a := range map[string]*answer{
		"client":   get(func(q url.Values) { q.Set("client_id", "x") }),
		"redirect": get(func(q url.Values) { q.Set("redirect_uri", "https://evil.example/") }),
	} {
		if a.status != 400 || a.header.Get("Location") != "" {
			t.Errorf("%s: %d %v", name, a.status, a.header)
		}
	}
	if to := get(func(q url.Values) { q.Set("response_type", "token") }).header.Get("Location"); !strings.Contains(to, "error=unsupported_response_type") {
		t.Errorf("implicit: %s", to)
	}
	send := func(account, password string) *answer {
		f := good()
		f.Set("account", account)
		f.Set("password", password)
		return w.do(t, "POST", "/oauth2/v2.0/authorize", "", "application/x-www-form-urlencoded", []byte(f.Encode()))
	}
	if a := send("hong@example.com", "wrong"); a.status != 200 || a.header.Get("Location") != "" {
		t.Errorf("wrong password: %d", a.status)
	}
	a := send("hong@example.com", "p4ss")
	to, err := url.Parse(a.header.Get("Location"))
	if err != nil || a.status != 302 || to.Host != "dipcast.example" || to.Query().Get("x") != "1" || to.Query().Get("state") != "s <&" {
		t.Fatalf("signed in: %d %v", a.status, a.header)
	}
	exchange := url.Values{"grant_type": {"authorization_code"}, "client_id": {"client"}, "client_secret": {"secret"}, "code": {to.Query().Get("code")}}
	got := w.token(t, exchange) // without redirect_uri, as some clients do
	if got.status != 200 || got.text("id_token") == "" {
		t.Errorf("code: %d %s", got.status, got.body)
	}
	if a := w.token(t, exchange); a.text("error") != "invalid_grant" {
		t.Errorf("code again: %d %s", a.status, a.body)
	}
	info := w.do(t, "GET", "/oauth2/v2.0/userinfo", got.text("access_token"), "", nil)
	if info.text("sub") != "u1" || info.text("name") != "홍길동" || info.json["email"] != nil {
		t.Errorf("userinfo: %d %s", info.status, info.body)
	}
	if a := w.do(t, "GET", "/v1.0/users/me", got.text("access_token"), "", nil); a.status != 403 {
		t.Errorf("users/me without a scope: %d", a.status)
	}
	if a := w.do(t, "GET", "/v1.0/users/me", w.access(t, "user.read"), "", nil); a.text("code") != "SERVICE_ACCOUNT_NOT_ALLOWED" {
		t.Errorf("users/me of a service account: %d %s", a.status, a.body)
	}
}
