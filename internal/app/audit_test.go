package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/rest"
)

// trail is what an answer of /audit has.
type trail struct {
	Data []rest.AuditView
	Next string
}

// audited are the lines that somebody sees, the newest first, once there are want
// more than before.
func (s *site) audited(who http.Header, query string, ok func(trail) bool) trail {
	s.t.Helper()
	var out trail
	s.until("lines of the audit trail: "+query, func() bool {
		r := s.do("GET", "/api/v2/audit?limit=1000&"+query, "", who)
		out = trail{}
		if err := json.Unmarshal([]byte(r.raw), &out); err != nil || r.status != 200 {
			s.t.Fatalf("%d %s", r.status, r.raw)
		}
		return ok(out)
	})
	return out
}

// TestAuditOfChanges: every change by REST leaves one line that says who, from where,
// what, and what was before and after; secrets are in none.
func TestAuditOfChanges(t *testing.T) {
	s := newSite(t)
	ops := basic("ops")
	changes := 0
	for _, tt := range []struct {
		name, method, path, body string
		who                      http.Header
		action                   string
		wants                    []string // in its changes
	}{
		{"an extension", "PUT", "/extensions/1010", `{"name":"홍길동"}`, key(), "change extension 1010", []string{`extensions[1010].name`, `"홍길동"`}},
		{"its name again", "PUT", "/extensions/1010?tenant=T2", `{"name":"김철수"}`, ops, "change extension 1010", []string{`"홍길동"`, `"김철수"`}},
		{"a new one", "POST", "/extensions", `{"number":"1020"}`, key(), "create extension 1020", []string{`extensions[1020]`}},
		{"a password", "POST", "/extensions/1020/password", `{"secret":"s3cret-s3cret-s3cret"}`, key(), "new password of a phone", []string{`devices[0].secret`, `[redacted]`}},
		{"a company", "PUT", "/tenants/T2", `{"area_code":"02"}`, ops, "change tenant", []string{`area_code`, `"02"`}},
		{"a diversion", "PUT", "/diversions/1010/CFI", `{"enable":true,"destination":"01026132471"}`, key(), "change diversions", []string{`CFI.destination`, "01026132471"}},
		{"the same again", "PUT", "/diversions/1010/CFI", `{"enable":true,"destination":"01012345678"}`, key(), "change diversions", []string{"01026132471", "01012345678"}},
		{"a webhook", "POST", "/webhooks", `{"url":"https://crm.example.com/x","events":["call.ended"],"enabled":false}`, key(), "create-webhook", []string{"https://crm.example.com/x", "false"}},
		{"a person", "POST", "/people", `{"name":"이영희","extension":"1013"}`, key(), "create person", []string{"이영희"}},
		{"people's settings", "PUT", "/people/settings", `{"lookup":{"url":"https://crm.example.com/who?n={number}","authorization":"Bearer s3cret-s3cret-s3cret"}}`, key(), "change people settings", []string{"https://crm.example.com/who"}},
	} {
		r := s.do(tt.method, "/api/v2"+tt.path, tt.body, tt.who)
		if r.status >= 300 {
			t.Fatalf("%s: %d %s", tt.name, r.status, r.raw)
		}
		changes++
		got := s.audited(ops, "kind=changed", func(x trail) bool { return len(x.Data) >= changes })
		line := got.Data[0]
		text, _ := json.Marshal(line)
		if len(got.Data) != changes || line.Tenant != "T2" || line.Name == "" || line.Remote != "127.0.0.1" || line.Time.IsZero() || tt.action != "" && line.Action != tt.action {
			t.Errorf("%s: %d lines for %d changes, the last %s", tt.name, len(got.Data), changes, text)
		}
		all, _ := json.Marshal(line.Changes)
		for _, w := range tt.wants {
			if !strings.Contains(string(all), w) {
				t.Errorf("%s: no %s in %s", tt.name, w, all)
			}
		}
	}
	// By WebSocket, too; what is not there to be removed is no change.
	c := s.dial("demo", "/")
	c.ask(`{"AMIServerID":1,"data":{"Action":"DBPut","Family":"` + two + `","Key":"diversions/1013/CFB/enable","Val":"no","ActionID":"a"}}`)
	c.ask(`{"AMIServerID":1,"data":{"Action":"DBDel","Family":"` + two + `","Key":"diversions/1013/CFB/destination","ActionID":"a"}}`)
	c.ask(`{"AMIServerID":1,"data":{"Action":"Command","Command":"database put ` + two + ` diversions/1013/CFB/enable yes","ActionID":"a"}}`)
	changes += 2
	got := s.audited(key(), "kind=changed&name=demo", func(x trail) bool { return len(x.Data) >= 2 })
	if l := got.Data[0]; len(got.Data) != 2 || l.Action != "Command" || l.Field != "extension 1013" || len(l.Changes) != 1 || l.Changes[0].Field != "CFB.enable" || string(l.Changes[0].After) != `"yes"` {
		t.Errorf("%+v", got.Data)
	}
	// Who may see what.
	if other := s.audited(header("tenant", ten, "app-key", "KEY-of-ten"), "kind=changed", func(trail) bool { return true }); len(other.Data) != 0 {
		t.Errorf("another company sees %+v", other.Data)
	}
	for _, l := range s.audited(key(), "name=ops", func(x trail) bool { return len(x.Data) > 0 }).Data {
		if l.Remote != "" || l.Tenant != "T2" {
			t.Errorf("a company sees %+v", l)
		}
	}
	if r := s.do("GET", "/api/v2/audit", "", basic("phone1010")); r.status != 403 {
		t.Errorf("a login of an extension: %d %s", r.status, r.raw)
	}
	all := s.do("GET", "/api/v2/audit?limit=1000", "", ops).raw
	for _, secret := range []string{two, "s3cret", "-9F", "gw-secret"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is in the audit trail", secret)
		}
	}
	// Pages, the table, and the chain.
	first := s.audited(ops, "kind=changed&limit=2", func(trail) bool { return true })
	if len(first.Data) < changes {
		t.Errorf("%d of %d", len(first.Data), changes)
	}
	var page trail
	_ = json.Unmarshal([]byte(s.do("GET", "/api/v2/audit?limit=2", "", ops).raw), &page)
	var next trail
	_ = json.Unmarshal([]byte(s.do("GET", "/api/v2/audit?limit=2&after="+page.Next, "", ops).raw), &next)
	if len(page.Data) != 2 || len(next.Data) != 2 || page.Data[1].ID <= next.Data[0].ID && len(page.Data[1].ID) == len(next.Data[0].ID) {
		t.Errorf("%+v, then %+v", page, next)
	}
	table := s.do("GET", "/api/v2/audit.csv?kind=changed", "", ops)
	if n := strings.Count(table.raw, "\r\n"); table.status != 200 || n != changes+1 {
		t.Errorf("%d, %d lines for %d changes", table.status, n, changes)
	}
	var check rest.AuditCheck
	if err := json.Unmarshal(s.do("GET", "/api/v2/audit/check", "", ops).body.Data, &check); err != nil || !check.OK || check.Rows < int64(changes) || len(check.Last) != 64 {
		t.Errorf("%+v, %v", check, err)
	}
	if r := s.do("GET", "/api/v2/audit/check", "", key()); r.status != 403 {
		t.Errorf("a company checks the trail: %d", r.status)
	}
}

// TestAuditOfLocalCommands: who works at the machine itself has no address.
func TestAuditOfLocalCommands(t *testing.T) {
	s := newSite(t)
	l, err := app.NewLocal(t.Context(), s.options.Config.DataDir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if status, _, answer, err := l.Do(t.Context(), "PUT", "/tenants/T2", nil, []byte(`{"area_code":"031"}`)); status != 200 || err != nil {
		t.Fatalf("%d %s %v", status, answer, err)
	}
	if status, _, _, err := l.Do(t.Context(), "PUT", "/tenants/T99", nil, []byte(`{}`)); status != 404 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	got := s.audited(basic("ops"), "name=local+administrator", func(x trail) bool { return len(x.Data) >= 2 })
	for _, line := range got.Data {
		if line.Remote != "" {
			t.Errorf("%+v", line)
		}
	}
}
