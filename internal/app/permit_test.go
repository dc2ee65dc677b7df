package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/rest"
)

// TestPermits: every operation says which area it belongs to, so that rights can be
// given for it.
func TestPermits(t *testing.T) {
	s := newSite(t)
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
	}
	if err := json.Unmarshal([]byte(s.do("GET", "/api/v2/openapi.json", "", nil).raw), &doc); err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if _, _, ok := rest.PermitOf(op.OperationID, strings.ToUpper(method)); !ok {
				t.Errorf("%s %s: %s has no area: give it a row in internal/rest/permit.go", method, path, op.OperationID)
			}
		}
	}
}

// admin is a browser of a system administrator of the configuration.
func (s *site) admin() *browser { s.t.Helper(); return s.in("ops", password("ops")) }

// user makes a user of tenant 2 who has set a password, and signs in.
func (s *site) user(by *browser, body string) (*browser, string) {
	s.t.Helper()
	var u struct {
		ID, Username string
		Password     string `json:"one_time_password"`
	}
	if err := json.Unmarshal(by.want(201, "POST", "/users?tenant=T2", body).body.Data, &u); err != nil {
		s.t.Fatal(err)
	}
	b := s.in(u.Username, u.Password)
	b.want(200, "POST", "/session/password", `{"old":"`+u.Password+`","new":"`+u.Username+`-password"}`)
	return b, u.ID
}

// role makes a role of tenant 2 and returns its id.
func (s *site) role(by *browser, body string) string {
	s.t.Helper()
	var r struct{ ID string }
	if err := json.Unmarshal(by.want(201, "POST", "/roles?tenant=T2", body).body.Data, &r); err != nil {
		s.t.Fatal(err)
	}
	return r.ID
}

// TestRolesRefuse: what a role does not allow is 403, down to single settings, in
// REST and at the WebSocket.
func TestRolesRefuse(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	supervisor, _ := s.user(admin, `{"username":"super","role":"supervisor"}`)
	auditor, _ := s.user(admin, `{"username":"auditor","role":"auditor"}`)
	company, _ := s.user(admin, `{"username":"company","role":"company"}`)
	employee, _ := s.user(admin, `{"username":"emp","role":"employee","extension":"1010"}`)
	narrow := s.role(admin, `{"name":"좁은 역할","rights":{"extensions":{"level":"change","settings":["name"]},"diversions":{"level":"see"}}}`)
	own, _ := s.user(admin, `{"username":"own","role":"`+narrow+`"}`)
	if m := own.me(); len(m.Rights) != 2 || m.Rights["extensions"].Level != "change" || m.Rights["diversions"].Level != "see" {
		t.Errorf("rights %v", m.Rights)
	}
	for _, tt := range []struct {
		who                *browser
		name, method, path string
		body               string
		status             int
		field              string
	}{
		{supervisor, "supervisor", "GET", "/cdr", "", 200, ""},
		{supervisor, "supervisor", "GET", "/calls", "", 200, ""},
		{supervisor, "supervisor", "GET", "/trunks", "", 403, ""},
		{supervisor, "supervisor", "PUT", "/extensions/1010", `{"name":"x"}`, 403, ""},
		{supervisor, "supervisor", "GET", "/users", "", 403, ""},
		{supervisor, "supervisor", "POST", "/users", `{"username":"x","role":"company"}`, 403, ""},
		{auditor, "auditor", "GET", "/trunks", "", 200, ""},
		{auditor, "auditor", "GET", "/users", "", 200, ""},
		{auditor, "auditor", "PUT", "/extensions/1010", `{"name":"x"}`, 403, ""},
		{auditor, "auditor", "DELETE", "/extensions/1010", "", 403, ""},
		{auditor, "auditor", "POST", "/core/click_to_call", `{"caller":"1010","callee":"1013"}`, 403, ""},
		{company, "company", "PUT", "/extensions/1010", `{"name":"홍길동"}`, 200, ""},
		{company, "company", "POST", "/users?tenant=T10", `{"username":"x","role":"company"}`, 403, "tenant"},
		{company, "company", "POST", "/users", `{"username":"x","role":"administrator"}`, 400, "role"},
		{employee, "employee", "GET", "/users", "", 403, ""},
		{employee, "employee", "GET", "/rights", "", 403, ""},
		{employee, "employee", "POST", "/users", `{"username":"x","role":"employee","extension":"1010"}`, 403, ""},
		{own, "own", "GET", "/extensions", "", 200, ""},
		{own, "own", "PUT", "/extensions/1010", `{"name":"홍길동"}`, 200, ""},
		{own, "own", "PUT", "/extensions/1010", `{"name":"홍","class":"all"}`, 403, "class"},
		{own, "own", "PUT", "/extensions/1010", `{"Name":"홍"}`, 403, "Name"},
		{own, "own", "POST", "/extensions", `{"number":"1020","name":"x"}`, 403, "number"},
		{own, "own", "DELETE", "/extensions/1010", "", 403, ""},
		{own, "own", "POST", "/extensions/1010/password", "", 403, ""},
		{own, "own", "POST", "/extensions/1010/password", "{}", 403, ""},
		{own, "own", "PUT", "/diversions/1010/CFI", `{"enable":true}`, 403, ""},
		{own, "own", "GET", "/cdr", "", 403, ""},
		{own, "own", "GET", "/tenants/T2/description", "", 403, ""},
		{own, "own", "GET", "/session", "", 200, ""},
		{own, "own", "GET", "/nothing", "", 404, ""},
	} {
		a := tt.who.do(tt.method, "/api/v2"+tt.path, tt.body)
		if a.status != tt.status || tt.field != "" && a.body.Field != tt.field {
			t.Errorf("%s: %s %s %s: %d %s, want %d %s", tt.name, tt.method, tt.path, tt.body, a.status, a.raw, tt.status, tt.field)
		}
	}
	// At the WebSocket.
	if _, status := own.dial("http://" + s.http); status != 403 {
		t.Errorf("who may not see calls connects: %d", status)
	}
	conn, _ := auditor.dial("http://" + s.http)
	c := &client{t, conn}
	c.send(`{"AMIServerID":1,"data":{"Action":"Originate","ActionID":"a","Channel":"Local/1010@T2_cos-all","Context":"T2_cos-all","Exten":"1013","Priority":"1"}}`)
	for {
		a := c.next()
		if a.Data["ActionID"] != "a" {
			continue
		}
		if a.Data["Code"] != "forbidden" || !strings.Contains(a.Data["Message"], "live") {
			t.Errorf("an auditor calls: %s", a.raw)
		}
		break
	}
	// A role that changes counts at once, also for who is connected.
	conn, status := supervisor.dial("http://" + s.http)
	if status != 101 {
		t.Fatal(status)
	}
	admin.want(200, "PUT", "/users/"+supervisor.me().ID, `{"role":"`+narrow+`"}`)
	closed(t, conn)
	supervisor.want(403, "GET", "/cdr", "")
	admin.want(200, "PUT", "/roles/"+narrow+"?tenant=T2", `{"name":"넓은 역할","rights":{"calls":{"level":"see"}}}`)
	supervisor.want(200, "GET", "/cdr", "")
	admin.want(409, "DELETE", "/roles/"+narrow+"?tenant=T2", "")
}

// TestUsersOfWeb: who manages users, and what becomes of those.
func TestUsersOfWeb(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	boss, bossID := s.user(admin, `{"username":"Boss@Example.com","name":"대표","role":"company","lang":"ko"}`)
	clerkRole := s.role(boss, `{"name":"사용자 담당","rights":{"users":{"level":"change"},"calls":{"level":"see"}}}`)
	clerk, clerkID := s.user(boss, `{"username":"clerk","role":"`+clerkRole+`"}`)
	var operator struct{ ID string }
	if err := json.Unmarshal(admin.want(201, "POST", "/users", `{"username":"root2","role":"administrator"}`).body.Data, &operator); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		who          *browser
		method, path string
		body         string
		status       int
		field        string
	}{
		{admin, "POST", "/users?tenant=T2", `{"username":"boss@example.com","role":"company"}`, 409, "username"}, // taken
		{admin, "POST", "/users?tenant=T2", `{"username":"DEMO","role":"company"}`, 409, "username"},             // by the configuration
		{admin, "POST", "/users?tenant=T2", `{"username":"a b","role":"company"}`, 400, "username"},
		{admin, "POST", "/users?tenant=T2", `{"username":"x","role":"employee"}`, 400, "extension"},
		{admin, "POST", "/users?tenant=T2", `{"username":"x","role":"employee","extension":"9999"}`, 400, "extension"},
		{admin, "POST", "/users?tenant=T2", `{"username":"x","role":"company","person":"nobody"}`, 400, "person"},
		{admin, "POST", "/users?tenant=T10", `{"username":"x","role":"` + clerkRole + `"}`, 400, "role"}, // another's
		{admin, "POST", "/users", `{"username":"x","role":"company"}`, 400, "role"},
		{boss, "GET", "/users/" + operator.ID, "", 404, "id"},
		{boss, "POST", "/users/" + operator.ID + "/password", "", 404, "id"},
		{boss, "DELETE", "/users/" + operator.ID, "", 404, "id"},
		// Nobody makes, or becomes, one who may do more than they may.
		{clerk, "POST", "/users", `{"username":"x","role":"company"}`, 403, ""},
		{clerk, "POST", "/users", `{"username":"x","role":"supervisor"}`, 403, ""},
		{clerk, "PUT", "/users/" + clerkID, `{"role":"company"}`, 403, ""},
		{clerk, "PUT", "/users/" + bossID, `{"name":"x"}`, 403, ""},
		{clerk, "POST", "/users/" + bossID + "/password", "", 403, ""},
		{clerk, "DELETE", "/users/" + bossID, "", 403, ""},
		{clerk, "DELETE", "/users/" + bossID + "/factors", "", 403, ""},
		{clerk, "PUT", "/roles/" + clerkRole, `{"name":"더 많이","rights":{"users":{"level":"change"},"trunks":{"level":"change"}}}`, 403, ""},
		{clerk, "POST", "/roles", `{"name":"더 많이","rights":{"trunks":{"level":"see"}}}`, 403, ""},
		{clerk, "POST", "/users", `{"username":"clerk2","role":"` + clerkRole + `"}`, 201, ""},
		{boss, "POST", "/roles", `{"name":"서버","rights":{"servers":{"level":"see"}}}`, 400, "rights.servers"},
		{boss, "POST", "/roles", `{"name":"감사자","rights":{}}`, 400, "name"},
		{boss, "POST", "/roles", `{"name":"사용자 담당","rights":{}}`, 409, "name"},
		{boss, "DELETE", "/roles/" + clerkRole, "", 409, "id"},
	} {
		a := tt.who.do(tt.method, "/api/v2"+tt.path, tt.body)
		if a.status != tt.status || tt.field != "" && a.body.Field != tt.field {
			t.Errorf("%s %s %s: %d %s, want %d %s", tt.method, tt.path, tt.body, a.status, a.raw, tt.status, tt.field)
		}
	}
	if a := boss.want(200, "GET", "/users", ""); strings.Contains(a.raw, "root2") || strings.Contains(a.raw, "dipcast@") || !strings.Contains(a.raw, `"total":3`) {
		t.Errorf("a company sees %s", a.raw)
	}
	if a := boss.want(200, "GET", "/users?search=대표", ""); !strings.Contains(a.raw, `"total":1`) {
		t.Errorf("found %s", a.raw)
	}
	// Two change one: the second is told.
	tag := boss.want(200, "GET", "/users/"+clerkID, "").header.Get("ETag")
	boss.want(200, "PUT", "/users/"+clerkID, `{"name":"담당"}`, "If-Match", tag)
	boss.want(409, "PUT", "/users/"+clerkID, `{"name":"담당2"}`, "If-Match", tag)
	// Out everywhere.
	boss.want(200, "DELETE", "/users/"+clerkID+"/sessions", "")
	clerk.want(401, "GET", "/session", "")
	clerk = s.in("clerk", "clerk-password")
	boss.want(200, "PUT", "/users/"+clerkID, `{"enabled":false}`)
	clerk.want(401, "GET", "/session", "")
	if a := s.browser().signIn("clerk", "clerk-password"); a.status != 401 {
		t.Errorf("a disabled user signs in: %s", a.raw)
	}
	boss.want(200, "DELETE", "/users/"+clerkID, "")
	boss.want(404, "GET", "/users/"+clerkID, "")
	// The last administrator stays.
	var all struct{ ID string }
	for _, u := range []string{"root2", "dipcast@makecall.io"} {
		var found []struct{ ID string }
		if err := json.Unmarshal(admin.want(200, "GET", "/users?search="+u, "").body.Data, &found); err != nil || len(found) != 1 {
			t.Fatal(err, found)
		}
		all = found[0]
		if u == "root2" {
			admin.want(200, "DELETE", "/users/"+all.ID, "")
		}
	}
	admin.want(409, "DELETE", "/users/"+all.ID, "")
	admin.want(409, "PUT", "/users/"+all.ID, `{"enabled":false}`)
	admin.want(409, "PUT", "/users/"+all.ID, `{"role":"auditor"}`)
	if s.browser().do("GET", "/api/v2/users", "", "App-Key", "KEY-of-ten", "tenant", ten).status != http.StatusOK {
		t.Error("an app key does not see its company's users")
	}
	if a := admin.want(200, "GET", "/audit?tenant=T2", ""); !strings.Contains(a.raw, "change-user") || strings.Contains(a.raw, "clerk-password") {
		t.Errorf("the audit: %s", a.raw)
	}
}
