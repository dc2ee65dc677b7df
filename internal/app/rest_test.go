package app_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/datadir"
)

const clickToCall = "/api/v2/core/click_to_call"

// documented is the request of the document, byte for byte.
const documented = `{
    "caller": "1010",
    "callee": "16682471",
    "cos_id": "2",
    "cid_name": "얼쑤팩토리",
    "cid_number": "16662471",
    "variables": {
        "EXEC_AA": "yes",
        "CHANNEL(language)": "ko",
        "CHANNEL(accountcode)": "07045805605"
    }
}`

// key is the app key of tenant 2 as the document has it.
func key() http.Header { return header("tenant", two, "app-key", "얼씨구절씨구") }

// reply is an answer of REST.
type reply struct {
	status int
	header http.Header
	raw    string
	body   struct {
		Status, Message, Code, Field string
		Data                         json.RawMessage
	}
}

func (s *site) do(method, path, body string, h http.Header) reply {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.http+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, v := range h {
		req.Header[name] = v
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	r := reply{status: res.StatusCode, header: res.Header, raw: string(b)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(b, &r.body); err != nil {
			s.t.Errorf("%s %s: %v in %s", method, path, err, b)
		}
	}
	if strings.Contains(r.raw, "$schema") {
		s.t.Errorf("%s %s: a $schema member in %s", method, path, b)
	}
	return r
}

func TestClickToCall(t *testing.T) {
	s := newSite(t)
	events := s.dial("demo", "/?events=Newchannel,OriginateResponse")
	r := s.do("POST", clickToCall, documented, key())
	want := regexp.MustCompile(`^\{"status":"success","message":"[^"]+","data":\{"action_id":"(c2c-dipcast-[0-9a-f]{20})","call_id":"1-(dipcast-[0-9a-f]{20})","channel_id":"(dipcast-[0-9a-f]{20})","server_id":1,"cid_number":"16662471"\}\}\s*$`)
	m := want.FindStringSubmatch(r.raw)
	if r.status != 200 || m == nil || m[2] != m[3] {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	q, err := s.servers[0].WaitRequest(t.Context(), "Originate", 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Channel": "Local/1010@T2_click-to-call", "Context": "T2_cos-all", "Exten": "16682471", "Priority": "1",
		"CallerID": `"얼쑤팩토리" <16662471>`, "ChannelId": m[3], "Async": "true",
	} {
		if got := q.Get(name); got != value {
			t.Errorf("%s: %s on the wire, want %s", name, got, value)
		}
	}
	vars := q.All("Variable")
	for _, v := range []string{"EXEC_AA=yes", "CHANNEL(language)=ko", "CHANNEL(accountcode)=07045805605"} {
		if !slices.Contains(vars, v) {
			t.Errorf("%s is missing in %q", v, vars)
		}
	}
	// The ids are those of the events.
	if e := events.next(); e.Data["Event"] != "Newchannel" || e.Data["Uniqueid"] != m[3] || e.Data["Linkedid"] != m[2] {
		t.Errorf("got %s", e.raw)
	}
	if e := events.event("OriginateResponse"); e.Data["ActionID"] != m[1] {
		t.Errorf("got %s", e.raw)
	}
}

func TestClickToCallAnswers(t *testing.T) {
	s := newSite(t)
	with := func(from, to string) string { return strings.Replace(documented, from, to, 1) }
	const tooMuch = 64 << 10
	full := documented + strings.Repeat(" ", tooMuch-len(documented))
	for _, tt := range []struct {
		name, body  string
		h           http.Header
		status      int
		code, field string
	}{
		{"Company-ID", documented, header("Company-ID", two, "App-Key", "얼씨구절씨구"), 200, "", ""},
		{"percent-encoded key", documented, header("tenant", two, "app-key", "%EC%96%BC%EC%94%A8%EA%B5%AC%EC%A0%88%EC%94%A8%EA%B5%AC"), 200, "", ""},
		{"Basic", documented, basic("demo"), 200, "", ""},
		{"as a form", documented, join(key(), header("Content-Type", "application/x-www-form-urlencoded")), 200, "", ""},
		{"no key", documented, header("tenant", two), 401, "unauthorized", "app-key"},
		{"no tenant", documented, header("app-key", "얼씨구절씨구"), 401, "unauthorized", "tenant"},
		{"nothing", documented, nil, 401, "unauthorized", "app-key"},
		{"a wrong key", documented, header("tenant", two, "app-key", "x"), 401, "unauthorized", ""},
		{"another tenant", documented, header("tenant", ten, "app-key", "얼씨구절씨구"), 403, "forbidden", "tenant"},
		{"no such tenant", documented, header("tenant", "eeeeeeeeeeeeeeee", "app-key", "얼씨구절씨구"), 403, "forbidden", "tenant"},
		{"an operator", documented, basic("ops"), 403, "forbidden", ""},
		{"another extension", with(`"1010"`, `"1013"`), basic("phone1010"), 403, "forbidden", "caller"},
		{"its own extension", documented, basic("phone1010"), 200, "", ""},
		{"cos_id as a number", with(`"2"`, `2`), key(), 200, "", ""},
		{"no cos_id", with(`"cos_id": "2",`, ""), key(), 200, "", ""},
		{"unknown cos_id", with(`"2"`, `"3"`), key(), 422, "invalid_value", "cos_id"},
		{"unknown cos_id as a number", with(`"2"`, `10`), key(), 422, "invalid_value", "cos_id"},
		{"cos_id with a comma", with(`"2"`, `2.5`), key(), 422, "invalid_value", "cos_id"},
		{"cos_id of letters", with(`"2"`, `"T2"`), key(), 422, "invalid_value", "cos_id"},
		{"cos_id as an object", with(`"2"`, `{}`), key(), 422, "invalid_value", "cos_id"},
		{"no JSON", "hello", key(), 400, "bad_request", ""},
		{"half JSON", documented[:40], key(), 400, "bad_request", ""},
		{"nothing at all", "", key(), 400, "bad_request", ""},
		{"an array", "[]", key(), 422, "invalid_value", ""},
		{"no caller", `{"callee":"16682471"}`, key(), 422, "invalid_value", "caller"},
		{"no callee", `{"caller":"1010"}`, key(), 422, "invalid_value", "callee"},
		{"caller as a number", with(`"1010"`, `1010`), key(), 422, "invalid_value", "caller"},
		{"an unknown member", with(`{`, `{"color": "red",`), key(), 422, "invalid_value", "color"},
		{"a foreign caller", with(`"1010"`, `"1099"`), key(), 403, "forbidden", "caller"},
		{"a caller of two", with(`"1010"`, `"1010&1013"`), key(), 400, "invalid_value", "caller"},
		{"a callee that dials elsewhere", with(`"16682471"`, `"1668@T10_cos-all"`), key(), 400, "invalid_value", "callee"},
		{"CRLF in the name", with(`"얼쑤팩토리"`, `"a\r\nAction: Command"`), key(), 400, "invalid_value", "cid_name"},
		{"a foreign account", with(`"CHANNEL(accountcode)": "07045805605"`, `"CHANNEL(accountcode)": "07010100000"`), key(), 403, "forbidden", "variables"},
		{"a variable of its own", with(`"EXEC_AA"`, `"SHELL(id)"`), key(), 403, "forbidden", "variables"},
		{"a variable that is no text", with(`"yes"`, `true`), key(), 422, "invalid_value", "variables.EXEC_AA"},
		{"exactly 64 KiB", full, key(), 200, "", ""},
		{"64 KiB and 1", full + " ", key(), 413, "too_long", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.t = t
			r := s.do("POST", clickToCall, tt.body, tt.h)
			if r.status != tt.status || r.body.Code != tt.code || r.body.Field != tt.field || r.body.Message == "" {
				t.Errorf("%d %s", r.status, r.raw)
			}
			if want := map[bool]string{true: "success", false: "error"}[tt.status == 200]; r.body.Status != want {
				t.Errorf("status %q", r.body.Status)
			}
			if (r.header.Get("WWW-Authenticate") != "") != (tt.status == 401) {
				t.Errorf("WWW-Authenticate %q", r.header.Get("WWW-Authenticate"))
			}
		})
	}
	s.t = t
	a := s.do("POST", clickToCall, documented, header("tenant", ten, "app-key", "얼씨구절씨구"))
	b := s.do("POST", clickToCall, documented, header("tenant", "eeeeeeeeeeeeeeee", "app-key", "얼씨구절씨구"))
	if a.raw != b.raw {
		t.Errorf("another tenant: %s, none: %s", a.raw, b.raw)
	}
}

// TestCallerNumber: a number that is not the company's is shown on the own
// phone only, and the answer says which one the network sees.
func TestCallerNumber(t *testing.T) {
	s := newSite(t)
	for _, tt := range []struct{ given, network string }{
		{"16682471", "16682471"}, {"07045144801", "07045144801"}, {"01012345678", "07045805605"}, {"", "07045805605"}, {"0212345678", "07045805605"},
	} {
		r := s.do("POST", clickToCall, fmt.Sprintf(`{"caller":"1010","callee":"1013","cid_number":"%s"}`, tt.given), key())
		var data struct {
			CIDNumber string `json:"cid_number"`
		}
		if err := json.Unmarshal(r.body.Data, &data); err != nil || data.CIDNumber != tt.network {
			t.Errorf("given %q: %s", tt.given, r.raw)
		}
	}
	// The WebSocket says it, too.
	a := s.dial("demo", "/").ask(strings.Replace(originate, "<16682471>", "<01012345678>", 1))
	if a.Data["Response"] != "Success" || a.Data["CallerIDNum"] != "07045805605" || !strings.HasPrefix(a.Data["ChannelId"], "dipcast-") {
		t.Errorf("got %s", a.raw)
	}
}

// TestClickToCallGoesWhereThePhoneIs registered, else home, else where asked.
func TestClickToCallGoesWhereThePhoneIs(t *testing.T) {
	s := newSite(t)
	place := func(query string) string {
		t.Helper()
		r := s.do("POST", clickToCall+query, documented, key())
		if r.status != 200 {
			t.Fatalf("%d %s", r.status, r.raw)
		}
		return regexp.MustCompile(`"server_id":(\d)`).FindStringSubmatch(r.raw)[1]
	}
	second := s.app.Pool().Server(2)
	if got := place(""); got != "1" {
		t.Errorf("registered nowhere: server %s", got)
	}
	s.servers[1].Emit("DeviceStateChange", "Privilege", "call,all", "Device", "PJSIP/T2_1010", "State", "NOT_INUSE")
	s.until("registered", func() bool { return second.Registered("PJSIP/T2_1010") })
	if got := place(""); got != "2" {
		t.Errorf("registered at 2: server %s", got)
	}
	if got := place("?server_id=1"); got != "1" {
		t.Errorf("asked for 1: server %s", got)
	}
	s.servers[1].Emit("DeviceStateChange", "Privilege", "call,all", "Device", "PJSIP/T2_1010", "State", "UNAVAILABLE")
	s.until("gone", func() bool { return !second.Registered("PJSIP/T2_1010") })
	if got := place(""); got != "1" {
		t.Errorf("registered nowhere any more: server %s", got)
	}
	for query, status := range map[string]int{"?server_id=3": 404, "?server_id=-1": 404, "?server_id=x": 422} {
		if r := s.do("POST", clickToCall+query, documented, key()); r.status != status || r.body.Field != "server_id" {
			t.Errorf("%s: %d %s", query, r.status, r.raw)
		}
	}
	if r := s.do("POST", clickToCall+"?server_id=2", documented, header("tenant", ten, "app-key", "KEY-of-ten")); r.status != 404 {
		t.Errorf("a server of others: %d %s", r.status, r.raw)
	}
}

func TestClickToCallWhenTheServerFails(t *testing.T) {
	s := newSite(t)
	s.servers[0].Handle("Originate", func(c *amitest.Conn, r amitest.Request) { c.Error(r, "Originate Access Forbidden") })
	if r := s.do("POST", clickToCall, documented, key()); r.status != 503 || r.body.Code != "unavailable" || !strings.Contains(r.body.Message, "Originate Access Forbidden") {
		t.Errorf("refused: %d %s", r.status, r.raw)
	}
	s.servers[0].Handle("Originate", func(*amitest.Conn, amitest.Request) {
		s.servers[0].Refuse(true)
		s.servers[0].Cut()
	})
	r := s.do("POST", clickToCall, documented, key())
	want := regexp.MustCompile(`^\{"status":"error","code":"unknown","message":"[^"]+","data":\{"channel_id":"(dipcast-[0-9a-f]{20})","call_id":"1-(dipcast-[0-9a-f]{20})"\}\}\s*$`)
	m := want.FindStringSubmatch(r.raw)
	if r.status != 504 || m == nil || m[1] != m[2] {
		t.Errorf("lost: %d %s", r.status, r.raw)
	}
	if q, err := s.servers[0].WaitRequest(t.Context(), "Originate", 2); err != nil || m != nil && q.Get("ChannelId") != m[1] {
		t.Errorf("the id on the wire: %s %v", q.Get("ChannelId"), err)
	}
	s.until("down", func() bool { return !s.app.Pool().Server(1).Up() })
	if r := s.do("POST", clickToCall, documented, key()); r.status != 503 || r.body.Code != "unavailable" {
		t.Errorf("down: %d %s", r.status, r.raw)
	}
}

func TestHealthAndServers(t *testing.T) {
	s := newSite(t)
	type server struct {
		ID      int
		Name    string
		SSL     *bool
		Up      bool
		Home    bool
		Since   string
		Version string
		Error   string
	}
	read := func(path string, h http.Header, into any) {
		t.Helper()
		r := s.do("GET", path, "", h)
		if r.status != 200 || r.body.Status != "success" {
			t.Fatalf("%s: %d %s", path, r.status, r.raw)
		}
		if err := json.Unmarshal(r.body.Data, into); err != nil {
			t.Fatal(err)
		}
	}
	var list []server
	read("/api/v2/servers", key(), &list)
	if len(list) != 2 || list[0].ID != 1 || list[0].Name != "dcrm.makecall.io" || list[0].SSL == nil || !list[0].Up || !list[0].Home ||
		list[1].Home || list[0].Version != "Asterisk Call Manager/11.0.0" || !regexp.MustCompile(`^20\d\d-\d\d-\d\dT[\d:]{8}(\.\d{1,3})?Z$`).MatchString(list[0].Since) {
		t.Errorf("got %+v", list)
	}
	var tens []server
	read("/api/v2/servers", header("tenant", ten, "app-key", "KEY-of-ten"), &tens)
	if len(tens) != 1 || tens[0].ID != 1 {
		t.Errorf("the other tenant sees %+v", tens)
	}
	s.servers[1].Refuse(true)
	s.servers[1].Cut()
	s.until("down", func() bool { return !s.app.Pool().Server(2).Up() })
	var health struct {
		Healthy bool
		Version string
		Servers []server
	}
	read("/api/v2/health", key(), &health)
	if health.Healthy || health.Version != "test" || len(health.Servers) != 2 || health.Servers[1].Up || health.Servers[1].Error != "" {
		t.Errorf("got %+v", health)
	}
	read("/api/v2/servers", basic("ops"), &list)
	if list[1].Error == "" {
		t.Error("an operator is not told why a server is down")
	}
	for _, path := range []string{"/api/v2/health", "/api/v2/servers"} {
		if r := s.do("GET", path, "", nil); r.status != 401 {
			t.Errorf("%s without credentials: %d", path, r.status)
		}
	}
}

func TestReadiness(t *testing.T) {
	s := newSite(t, change{down: true})
	if r := s.do("GET", "/healthz", "", nil); r.status != 200 || !strings.Contains(r.raw, `"alive"`) {
		t.Errorf("healthz: %d %s", r.status, r.raw)
	}
	r := s.do("GET", "/readyz", "", nil)
	if r.status != 503 || !strings.Contains(r.raw, `"down":["dcrm.makecall.io","dcrm2.makecall.io"]`) || r.body.Message == "" {
		t.Errorf("readyz without links: %d %s", r.status, r.raw)
	}
	s.servers[0].Refuse(false)
	s.until("ready", func() bool { r = s.do("GET", "/readyz", "", nil); return r.status == 200 })
	if !strings.Contains(r.raw, `"down":["dcrm2.makecall.io"]`) {
		t.Errorf("readyz with one link: %s", r.raw)
	}
	s.servers[1].Refuse(false)
	s.until("all up", func() bool { return !strings.Contains(s.do("GET", "/readyz", "", nil).raw, "down") })
}

// TestReadinessOfDisk: little room where the data are is told before it is none.
func TestReadinessOfDisk(t *testing.T) {
	s := newSite(t)
	s.app.Stop()
	var free atomic.Uint64
	s.options.Free = func(dir string) (uint64, error) {
		if n := free.Load(); dir == s.options.Config.DataDir && n > 0 {
			return n, nil
		}
		return 0, errors.ErrUnsupported // where it cannot be asked, it is enough
	}
	s.start(true)
	for n, want := range map[uint64]int{0: 200, 1 << 30: 200, 31 << 20: 503} {
		free.Store(n)
		if r := s.do("GET", "/readyz", "", nil); r.status != want || want == 503 && !strings.Contains(r.raw, "the disk of the data directory is full") {
			t.Errorf("%d bytes: %d %s", n, r.status, r.raw)
		}
	}
	if n, err := datadir.Free(s.options.Config.DataDir); err != nil || n == 0 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestPathsOfREST(t *testing.T) {
	s := newSite(t)
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/nothing", 404, ""},
		{"GET", "/api/v2/nothing", 404, ""},
		{"GET", "/api/v2/", 404, ""},
		{"GET", "/api/v1/health", 404, ""},
		{"GET", clickToCall, 405, "POST"},
		{"DELETE", clickToCall, 405, "POST"},
		{"POST", "/api/v2/health", 405, "GET"},
		{"GET", "/api/v2/schemas/Server.json", 404, ""},
		{"GET", "/ws", 426, ""},
	} {
		r := s.do(tt.method, tt.path, "", key())
		if r.status != tt.status || r.body.Status != "error" || r.body.Code == "" || r.body.Message == "" || r.header.Get("Allow") != tt.allow {
			t.Errorf("%s %s: %d %v %s", tt.method, tt.path, r.status, r.header, r.raw)
		}
	}
}

func TestCORS(t *testing.T) {
	s := newSite(t, change{config: func(c *config.Config) { c.Origins = []string{"https://good.example"} }})
	preflight := header("Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "app-key,tenant,content-type")
	for _, tt := range []struct {
		origin  string
		allowed bool
	}{{"https://good.example", true}, {"https://evil.example", false}, {"null", false}, {"http://good.example", false}, {"http://" + s.http, true}} {
		from := header("Origin", tt.origin)
		pre, post := s.do("OPTIONS", clickToCall, "", join(preflight, from)), s.do("POST", clickToCall, documented, join(key(), from))
		refused := s.do("POST", clickToCall, documented, from) // a page must be able to read the 401
		if !tt.allowed {
			for _, r := range []reply{pre, post, refused} {
				if r.status != 403 || r.body.Field != "Origin" || r.header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s: %d %v %s", tt.origin, r.status, r.header, r.raw)
				}
			}
			continue
		}
		if pre.status != 204 || post.status != 200 || refused.status != 401 {
			t.Errorf("%s: %d, %d, %d", tt.origin, pre.status, post.status, refused.status)
		}
		for _, r := range []reply{pre, post, refused} {
			if r.header.Get("Access-Control-Allow-Origin") != tt.origin || r.header.Get("Vary") != "Origin" || r.header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s: %v", tt.origin, r.header)
			}
		}
		if h := strings.ToLower(pre.header.Get("Access-Control-Allow-Headers")); !strings.Contains(h, "app-key") || !strings.Contains(h, "tenant") || !strings.Contains(h, "company-id") {
			t.Errorf("%s: headers %s", tt.origin, h)
		}
		if m := pre.header.Get("Access-Control-Allow-Methods"); m != "GET, POST, PUT, DELETE" {
			t.Errorf("%s: methods %s", tt.origin, m)
		}
	}
}

// TestOneAuditLineForEachRefusal, over both faces, and no more.
func TestOneAuditLineForEachRefusal(t *testing.T) {
	s := newSite(t)
	c := s.dial("demo", "/")
	count := func() int { return strings.Count(s.logs.String(), "msg=audit kind=refused") }
	want := 0
	for _, f := range []func(){
		func() { c.ask(`hello`) },
		func() {
			c.ask(`{"AMIServerID":1,"data":{"Action":"Getvar","Variable":"X","ActionID":"DIPCAST-` + two + `-01012345678"}}`)
		},
		func() { s.do("POST", clickToCall, documented, nil) },
		func() { s.do("POST", clickToCall, "{}", key()) },
		func() { s.do("POST", clickToCall, `{"caller":"1099","callee":"16682471"}`, key()) },
		func() { s.do("POST", clickToCall, strings.Replace(documented, `"2"`, `"3"`, 1), key()) },
		func() { s.do("GET", "/api/v2/nothing", "", key()) },
		func() { s.do("GET", "/api/v2/health", "", join(key(), header("Origin", "null"))) },
		func() { s.shake(s.ws, "/", nil) },
		func() { s.shake(s.ws, "/", join(basic("demo"), header("Origin", "null"))) },
	} {
		f()
		want++
		s.until(fmt.Sprintf("audit line %d", want), func() bool { return count() >= want })
	}
	// What is allowed leaves none.
	c.ask(pingRequest)
	s.do("GET", "/api/v2/health", "", key())
	c.ask(`hello`)
	want++
	s.until("the last line", func() bool { return count() >= want })
	if n := count(); n != want {
		t.Errorf("%d lines for %d refusals", n, want)
	}
}
