package app_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/dipcast/dipcast/internal/rest"
)

// TestKeys: a key that is made works at once and is shown once; a key that is
// revoked works no more, also for who is connected.
func TestKeys(t *testing.T) {
	s := newSite(t)
	var made rest.MadeKey
	r := s.do("POST", "/api/v2/keys", `{"name":" 콜센터 "}`, key())
	if err := json.Unmarshal(r.body.Data, &made); err != nil || r.status != 201 || made.Name != "콜센터" || !strings.HasPrefix(made.Key, "dk_") || len(made.Key) < 40 || made.Prefix == "" {
		t.Fatal(r.status, r.raw, err)
	}
	if r := s.do("POST", "/api/v2/keys", `{"name":"콜센터"}`, key()); r.status != 409 || r.body.Field != "name" {
		t.Errorf("the same name: %d %s", r.status, r.raw)
	}
	for _, name := range []string{`"a/b"`, `"  "`, `"a\u0007"`} {
		if r := s.do("POST", "/api/v2/keys", `{"name":`+name+`}`, key()); r.body.Field != "name" {
			t.Errorf("%s: %d %s", name, r.status, r.raw)
		}
	}
	its := header("tenant", two, "app-key", made.Key)
	if r := s.do("GET", "/api/v2/extensions", "", its); r.status != 200 {
		t.Errorf("it does not work: %d %s", r.status, r.raw)
	}
	if r := s.do("GET", "/api/v2/extensions", "", header("tenant", ten, "app-key", made.Key)); r.status != 403 {
		t.Errorf("it works for another company: %d", r.status)
	}
	conn, _, err := websocket.Dial(t.Context(), "ws://"+s.ws+"/", &websocket.DialOptions{HTTPHeader: its})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	r = s.do("GET", "/api/v2/keys?tenant=T2", "", basic("ops"))
	var all []rest.KeyView
	if err := json.Unmarshal(r.body.Data, &all); err != nil || len(all) != 2 || strings.Contains(r.raw, made.Key) {
		t.Fatal(r.raw, err)
	}
	if crm := all[0]; crm.Name != "crm" || !crm.Configured || crm.LastUsedAt == nil {
		t.Errorf("%+v", crm)
	}
	if one := all[1]; one.Name != "콜센터" || one.Configured || one.LastUsedAt == nil || one.CreatedAt.IsZero() {
		t.Errorf("%+v", one)
	}
	if r := s.do("DELETE", "/api/v2/keys/crm", "", key()); r.status != 409 {
		t.Errorf("one of the configuration: %d %s", r.status, r.raw)
	}
	if r := s.do("DELETE", "/api/v2/keys/%EC%BD%9C%EC%84%BC%ED%84%B0", "", key()); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	if _, _, err := conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
		t.Errorf("who is connected: %v", err)
	}
	if r := s.do("GET", "/api/v2/extensions", "", its); r.status != 401 {
		t.Errorf("it still works: %d", r.status)
	}
	if r := s.do("GET", "/api/v2/keys", "", basic("phone1010")); r.status != 403 {
		t.Errorf("a login of an extension: %d", r.status)
	}
	if strings.Contains(s.logs.String(), made.Key) {
		t.Error("the key is in the log")
	}
}
