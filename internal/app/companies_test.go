package app_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"
)

// TestCompanyByREST: a company that is made, an extension that is added, are
// permitted, attributed and listed at once, without a restart.
func TestCompanyByREST(t *testing.T) {
	s := newSite(t)
	demo := s.dial("demo", "/")
	put := `{"AMIServerID":1,"data":{"Action":"DBPut","Family":"` + two + `","Key":"diversions/1020/CFI/enable","Val":"no","ActionID":"a"}}`
	if a := demo.ask(put); a.Data["Response"] == "Success" {
		t.Fatalf("an extension that is not there: %s", a.raw)
	}
	r := s.do("POST", "/api/v2/extensions", `{"number":"1020","name":"성춘향","class":"office"}`, basic("demo"))
	if r.status != 400 || r.body.Field != "class" {
		t.Errorf("a class that is not there: %d %s", r.status, r.raw)
	}
	if r = s.do("POST", "/api/v2/classes-of-service", `{"name":"office","dials":["national"]}`, basic("demo")); r.status != 201 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	if r = s.do("POST", "/api/v2/extensions", `{"number":"1020","name":"성춘향","class":"office"}`, basic("demo")); r.status != 201 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	var made struct {
		Data struct {
			Name    string
			ClassID string `json:"class_of_service_id"`
		}
		Passwords []struct{ Secret string }
	}
	if err := json.Unmarshal([]byte(r.raw), &made); err != nil || len(made.Passwords) != 1 || len(made.Passwords[0].Secret) < 20 || made.Data.Name != "성춘향" || made.Data.ClassID != "10000" {
		t.Errorf("%v %s", err, r.raw)
	}
	// They are only set while nobody has set anything.
	s.until("the defaults of the new extension", func() bool {
		_, ok := s.servers[0].DB().Get(two, "diversions/1020/CFB/enable")
		return ok
	})
	if a := demo.ask(put); a.Data["Response"] != "Success" {
		t.Errorf("an extension that is new: %s", a.raw)
	}
	all, shared, err := s.app.Companies(t.Context(), 1)
	if err != nil || len(all) != 2 || len(shared) != 0 || all[0].Extension("1020").Devices[0].Secret.Reveal() != made.Passwords[0].Secret {
		t.Errorf("%v %+v", err, all)
	}
	if r = s.do("GET", "/api/v2/extensions", "", basic("demo")); strings.Contains(r.raw, made.Passwords[0].Secret) {
		t.Errorf("a password in a list: %s", r.raw)
	}
	tag := s.do("GET", "/api/v2/extensions/1020", "", basic("demo")).header.Get("ETag")
	h := basic("demo")
	h.Set("If-Match", tag)
	if r = s.do("PUT", "/api/v2/extensions/1020", `{"name":"향단","voicemail":{"pin":"4711","email":"h@example.com"}}`, h); r.status != 200 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if strings.Contains(r.raw, "4711") {
		t.Errorf("a PIN in an answer: %s", r.raw)
	}
	if r = s.do("PUT", "/api/v2/extensions/1020", `{"name":"춘향"}`, h); r.status != 409 || r.body.Field != "If-Match" {
		t.Errorf("an old version: %d %s", r.status, r.raw)
	}
	if r = s.do("PUT", "/api/v2/extensions/1020", `{"voicemail":null}`, basic("demo")); r.status != 200 || strings.Contains(r.raw, "example.com") {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r = s.do("POST", "/api/v2/ring-groups", `{"number":"600","members":["1010","1020"]}`, basic("demo")); r.status != 201 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r = s.do("DELETE", "/api/v2/extensions/1020", "", basic("demo")); r.status != 409 || r.body.Field != "ring_groups[600].members" {
		t.Errorf("one that is used: %d %s", r.status, r.raw)
	}
	// Who gets the number next does not inherit its diversions.
	s.do("DELETE", "/api/v2/ring-groups/600", "", basic("demo"))
	if r = s.do("PUT", "/api/v2/diversions/1020/CFI", `{"enable":true,"destination":"01026132471"}`, basic("demo")); r.status != 200 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r = s.do("DELETE", "/api/v2/extensions/1020", "", basic("demo")); r.status != 200 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	s.until("the diversions of the deleted extension", func() bool {
		_, there := s.servers[0].DB().Get(two, "diversions/1020/has_enable_diversions")
		_, other := s.servers[0].DB().Get(two, "diversions/1020/CFI/destination")
		return !there && !other
	})
	for _, path := range []string{"/ring-groups", "/classes-of-service", "/trunks", "/dids", "/tenants", "/numbers"} {
		if r = s.do("GET", "/api/v2"+path, "", basic("phone1010")); r.status != 403 {
			t.Errorf("%s by the login of an extension: %d %s", path, r.status, r.raw)
		}
	}
	if r = s.do("POST", "/api/v2/tenants", `{"name":"새 회사"}`, basic("demo")); r.status != 403 {
		t.Errorf("a tenant that makes tenants: %d %s", r.status, r.raw)
	}
	r = s.do("POST", "/api/v2/tenants", `{"name":"새 회사","extensions":["1010-1012"],"servers":[1]}`, basic("ops"))
	if r.status != 201 || !strings.Contains(r.raw, `"tenant":"T3"`) || strings.Count(r.raw, `"secret"`) != 3 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	s.until("the defaults of the new company", func() bool {
		r := s.do("GET", "/api/v2/diversions?tenant=T3", "", basic("ops"))
		return r.status == 200 && strings.Contains(r.raw, `"total":3`)
	})
	if r = s.do("POST", "/api/v2/dids?tenant=T3", `{"number":"07045805605","to":"extension:1010"}`, basic("ops")); r.status == 201 {
		t.Errorf("another company's number: %s", r.raw)
	}
	if r = s.do("POST", "/api/v2/trunks?tenant=shared", `{"host":"203.0.113.9","register":true,"username":"u","secret":"of-the-trunk"}`, basic("ops")); r.status != 201 || strings.Contains(r.raw, "of-the-trunk") {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r = s.do("DELETE", "/api/v2/tenants/T3", "", basic("ops")); r.status != 200 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r = s.do("GET", "/api/v2/extensions?tenant=T3", "", basic("ops")); r.status != 404 {
		t.Errorf("%d %s", r.status, r.raw)
	}
}

// TestCompanyFiles: a description goes out as YAML and comes back; extensions
// come by CSV; what was changed is taken back.
func TestCompanyFiles(t *testing.T) {
	s := newSite(t)
	text := func(r reply) string {
		t.Helper()
		var d struct{ Data struct{ Text string } }
		if err := json.Unmarshal([]byte(r.raw), &d); err != nil || r.status != 200 {
			t.Fatalf("%d %s", r.status, r.raw)
		}
		return d.Data.Text
	}
	body := func(text string) string {
		b, err := json.Marshal(map[string]string{"text": text})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	const path = "/api/v2/tenants/T2/description"
	first := text(s.do("GET", path, "", basic("demo")))
	if again := text(s.do("GET", path, "", basic("ops"))); again != first || !strings.Contains(first, "number: 07045805605") {
		t.Errorf("%s\n%s", first, again)
	}
	for user, want := range map[string]int{"demo10": 403, "phone1010": 403} {
		for _, method := range []string{"GET", "PUT"} {
			if r := s.do(method, path, body(first), basic(user)); r.status != want {
				t.Errorf("%s %s: %d %s", user, method, r.status, r.raw)
			}
		}
	}
	if r := s.do("GET", path+"?secrets=true", "", basic("demo")); r.status != 403 {
		t.Errorf("passwords for a tenant: %d %s", r.status, r.raw)
	}
	next := strings.Replace(first, "dids:", "ring_groups: [{number: 600, members: [1010, 1013]}]\ndids:", 1)
	dry := s.do("PUT", path+"?dry_run=true", body(next), basic("demo"))
	if dry.status != 200 || !strings.Contains(dry.raw, `"field":"ring_groups[600]"`) || text(s.do("GET", path, "", basic("demo"))) != first {
		t.Errorf("a dry run: %d %s", dry.status, dry.raw)
	}
	if r := s.do("PUT", path, body(next+"\nnumbers: [1]"), basic("demo")); r.status != 400 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.do("PUT", path+"?version=9", body(next), basic("demo")); r.status != 409 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.do("PUT", path, body(strings.Replace(next, "1013]", "9]", 1)), basic("demo")); r.status != 400 || r.body.Field != "ring_groups[600].members" {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.do("PUT", path, body(next), basic("demo")); r.status != 200 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	csv := "내선,이름\n1010,홍길동\n1020,성춘향\n"
	if r := s.do("POST", "/api/v2/extensions/import?dry_run=true", body(csv), basic("demo")); r.status != 200 || !strings.Contains(r.raw, `"action":"create"`) || strings.Contains(r.raw, "secret") {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.do("POST", "/api/v2/extensions/import", body(csv+"1,x\n"), basic("demo")); r.status != 400 || !strings.Contains(r.body.Message, "line 4, 내선: ") {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.do("POST", "/api/v2/extensions/import", body(csv), basic("demo")); r.status != 200 || strings.Count(r.raw, `"secret"`) != 1 {
		t.Errorf("%d %s", r.status, r.raw)
	}
	// As a Korean spreadsheet saves it: CP949. Nothing of a file with a bad line counts.
	cp949 := func(csv string) string {
		t.Helper()
		b, err := korean.EUCKR.NewEncoder().String(csv)
		if err != nil {
			t.Fatal(err)
		}
		return `{"base64":"` + base64.StdEncoding.EncodeToString([]byte(b)) + `"}`
	}
	const bad = "내선,이름,등급\n1010,이몽룡,\n1013,방자,없음\n"
	if r := s.do("POST", "/api/v2/extensions/import", cp949(bad), basic("demo")); r.status != 400 || !strings.Contains(r.body.Message, "line 3, 등급: ") {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.do("POST", "/api/v2/extensions/import?dry_run=true", cp949("내선,이름\n1010,이몽룡\n"), basic("demo")); r.status != 200 ||
		!strings.Contains(r.raw, `"field":"extensions[1010].name","before":"\"홍길동\"","after":"\"이몽룡\""`) {
		t.Errorf("%d %s", r.status, r.raw)
	}
	if r := s.do("GET", "/api/v2/extensions/1010", "", basic("demo")); !strings.Contains(r.raw, "홍길동") {
		t.Errorf("a bad file or a dry run counts: %s", r.raw)
	}
	if out := text(s.do("GET", "/api/v2/extensions/export", "", basic("demo"))); !strings.Contains(out, "1020,성춘향,") {
		t.Errorf("%s", out)
	}
	if r := s.do("GET", "/api/v2/tenants/T2/versions", "", basic("demo")); r.status != 200 || !strings.Contains(r.raw, `"by":"demo","summary":"import extensions"`) {
		t.Errorf("%d %s", r.status, r.raw)
	}
	for range 2 {
		if r := s.do("POST", "/api/v2/tenants/T2/undo", `{}`, basic("demo")); r.status != 200 {
			t.Errorf("%d %s", r.status, r.raw)
		}
	}
	strip := func(s string) string { _, rest, _ := strings.Cut(s, "\n"); return rest } // the version
	if now := text(s.do("GET", path, "", basic("demo"))); strip(now) != strip(first) {
		t.Errorf("undone twice:\n%s\nwas\n%s", now, first)
	}
	if r := s.do("POST", "/api/v2/tenants/T2/undo", `{}`, basic("demo")); r.status != 404 {
		t.Errorf("nothing is left to undo: %d %s", r.status, r.raw)
	}
	if r := s.do("GET", "/api/v2/extensions/1020", "", basic("demo")); r.status != 404 {
		t.Errorf("%d %s", r.status, r.raw)
	}
}
