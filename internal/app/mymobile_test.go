package app_test

import (
	"strings"
	"testing"
)

// TestMyMobile: who has an extension sees and changes their own mobile, is among the
// people from then on, and nobody else's is touched.
func TestMyMobile(t *testing.T) {
	const mine, people = "/api/v2/my/mobile", "/api/v2/people"
	s := newSite(t)
	if r := s.do("POST", people, `{"name":"이웃","extension":"1013","mobile":"01099998888"}`, basic("demo")); r.status != 201 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	for _, step := range []struct {
		name, who, method, body string
		status                  int
		want                    string
	}{
		{"none yet", "phone1010", "GET", "", 200, `{"mobile":"","by_hand":false,"directory":false}`},
		{"nothing asked", "phone1010", "PUT", `{}`, 400, `"field":"mobile"`},
		{"both asked", "phone1010", "PUT", `{"mobile":"","by_directory":true}`, 400, `"field":"mobile"`},
		{"no directory", "phone1010", "PUT", `{"by_directory":true}`, 409, `"field":"by_directory"`},
		{"no number", "phone1010", "PUT", `{"mobile":"call me"}`, 400, `"field":"mobile"`},
		{"entered", "phone1010", "PUT", `{"mobile":"010-2613-2471"}`, 200, `{"mobile":"01026132471","by_hand":true,"directory":false}`},
		{"changed", "phone1010", "PUT", `{"mobile":"01011112222"}`, 200, `{"mobile":"01011112222","by_hand":true,"directory":false}`},
		{"seen", "phone1010", "GET", "", 200, `"mobile":"01011112222"`},
		{"without an extension", "demo", "GET", "", 404, "has no extension"},
		{"an operator", "ops", "PUT", `{"mobile":"01011112222"}`, 404, "has no extension"},
	} {
		if r := s.do(step.method, mine, step.body, basic(step.who)); r.status != step.status || !strings.Contains(r.raw, step.want) {
			t.Errorf("%s: %d %s", step.name, r.status, r.raw)
		}
	}
	all := s.do("GET", people, "", basic("demo")).raw
	if strings.Count(all, `"id":`) != 2 || strings.Count(all, "01011112222") != 1 || strings.Count(all, "01099998888") != 1 || !strings.Contains(all, `"extension":"1010"`) {
		t.Errorf("the people: %s", all)
	}
	if trail := s.do("GET", "/api/v2/audit?tenant=T2", "", basic("ops")).raw; strings.Count(trail, "change-my-mobile") < 2 {
		t.Errorf("the audit: %s", trail)
	}
	if r := s.do("POST", people, `{"name":"쌍둥이","extension":"1010"}`, basic("demo")); r.status != 201 {
		t.Fatalf("%d %s", r.status, r.raw)
	}
	if r := s.do("PUT", mine, `{"mobile":"01033334444"}`, basic("phone1010")); r.status != 409 || !strings.Contains(r.raw, "2 people share") {
		t.Errorf("a shared extension: %d %s", r.status, r.raw)
	}
}
