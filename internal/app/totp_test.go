package app_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// codeOf is what an app shows for a key, so many steps from now.
func codeOf(t *testing.T, key string, steps int64) string {
	t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(time.Now().Unix()/30+steps))
	h := hmac.New(sha1.New, raw)
	h.Write(at[:])
	sum := h.Sum(nil)
	o := sum[19] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[o:])&0x7fffffff%1000000)
}

// TestTOTP: codes are asked for once they are proved, count once, and recovery codes
// stand for them.
func TestTOTP(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	b, id := s.user(admin, `{"username":"hong","role":"company"}`)
	const name, password = "hong", "hong-password"
	with := func(code string) seen {
		text, _ := json.Marshal(map[string]string{"username": name, "password": password, "code": code})
		return s.browser().do("POST", "/api/v2/session", string(text))
	}
	b.want(409, "PUT", "/session/totp", `{"code":"123456"}`) // nothing was begun
	var begun struct{ Secret, URI, QR string }
	if err := json.Unmarshal(b.want(200, "POST", "/session/totp", "").body.Data, &begun); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(begun.URI, begun.Secret) || !strings.Contains(begun.QR, "<svg") {
		t.Errorf("%+v", begun)
	}
	if a := with(""); a.status != 200 {
		t.Errorf("a key that is not proved counts: %s", a.raw)
	}
	wrong := codeOf(t, begun.Secret, 100)
	if a := b.want(400, "PUT", "/session/totp", `{"code":"`+wrong+`"}`); a.body.Field != "code" {
		t.Errorf("%s", a.raw)
	}
	first := codeOf(t, begun.Secret, -1)
	var recovery struct {
		Codes []string `json:"recovery_codes"`
	}
	if err := json.Unmarshal(b.want(200, "PUT", "/session/totp", `{"code":"`+first+`"}`).body.Data, &recovery); err != nil || len(recovery.Codes) != 10 {
		t.Fatal(err, recovery)
	}
	b.want(409, "POST", "/session/totp", "")
	for _, code := range []string{"", wrong, first, "000000000000000"} { // first was taken
		if a := with(code); a.status != 401 || a.body.Field != "code" {
			t.Errorf("code %q: %d %s", code, a.status, a.raw)
		}
	}
	second := codeOf(t, begun.Secret, 1)
	if a := with(second[:3] + " " + second[3:]); a.status != 200 || !strings.Contains(a.raw, `"second_factor":true`) {
		t.Errorf("a good code: %d %s", a.status, a.raw)
	}
	if a := with(second); a.status != 401 {
		t.Errorf("the same code again: %d", a.status)
	}
	for i, want := range []int{200, 401} {
		if a := with(strings.ToUpper(recovery.Codes[3])); a.status != want {
			t.Errorf("recovery code, use %d: %d %s", i+1, a.status, a.raw)
		}
	}
	b.want(400, "DELETE", "/session/totp", `{"password":"wrong"}`)
	b.want(200, "DELETE", "/session/totp", `{"password":"`+password+`"}`)
	if a := with(""); a.status != 200 {
		t.Errorf("without a second factor: %d %s", a.status, a.raw)
	}
	// An administrator helps who has lost the device.
	if err := json.Unmarshal(b.want(200, "POST", "/session/totp", "").body.Data, &begun); err != nil {
		t.Fatal(err)
	}
	b.want(200, "PUT", "/session/totp", `{"code":"`+codeOf(t, begun.Secret, 0)+`"}`)
	admin.want(200, "DELETE", "/users/"+id+"/factors", "")
	if a := with(""); a.status != 200 {
		t.Errorf("factors taken away: %d %s", a.status, a.raw)
	}
}

// TestT35_GuessedCodes: who knows the password does not try codes for long, and the
// right password does not set the count back.
func TestT35_GuessedCodes(t *testing.T) {
	s := newSite(t)
	b, _ := s.user(s.admin(), `{"username":"hong","role":"company"}`)
	var begun struct{ Secret string }
	if err := json.Unmarshal(b.want(200, "POST", "/session/totp", "").body.Data, &begun); err != nil {
		t.Fatal(err)
	}
	b.want(200, "PUT", "/session/totp", `{"code":"`+codeOf(t, begun.Secret, 0)+`"}`)
	wrong := codeOf(t, begun.Secret, 100)
	for range 9 {
		s.browser().want(401, "POST", "/session", `{"username":"hong","password":"hong-password","code":"`+wrong+`"}`)
		s.browser().want(401, "POST", "/session", `{"username":"hong","password":"hong-password"}`)
	}
	s.browser().do("POST", "/api/v2/session", `{"username":"hong","password":"hong-password","code":"`+wrong+`"}`)
	s.browser().want(429, "POST", "/session", `{"username":"hong","password":"hong-password","code":"`+codeOf(t, begun.Secret, 1)+`"}`)
}

// TestT35_WrongPasswords: after 20 wrong passwords the source is locked out for 15
// minutes, and unknown users read the same as known ones.
func TestT35_WrongPasswords(t *testing.T) {
	s := newSite(t)
	s.user(s.admin(), `{"username":"hong","role":"company"}`)
	var texts []string
	for _, name := range []string{"hong", "demo", "nobody"} {
		text := ""
		for i := range 20 {
			a := s.browser().signIn(name, "wrong password")
			want := 401
			if i >= 10 {
				want = 429
			}
			if a.status != want || want == 429 && a.header.Get("Retry-After") != "900" && a.header.Get("Retry-After") != "899" {
				t.Fatalf("%s, try %d: %d %s, Retry-After %s", name, i+1, a.status, a.raw, a.header.Get("Retry-After"))
			}
			if i == 0 || i == 19 {
				text += a.raw
			}
		}
		texts = append(texts, text)
	}
	if texts[0] != texts[2] || texts[1] != texts[2] {
		t.Errorf("users can be told apart: %q", texts)
	}
	if a := s.browser().signIn("hong", "hong-password"); a.status != 429 {
		t.Errorf("the right password in the time of the lock: %d", a.status)
	}
}

// TestT35_SessionFixation: signing in makes a new session, and that which the browser
// had before signs nobody in any more.
func TestT35_SessionFixation(t *testing.T) {
	s := newSite(t)
	evil := s.in("demo10", password("demo10"))
	planted := evil.c.Jar.Cookies(s.url())[0]
	victim := s.browser()
	victim.c.Jar.SetCookies(s.url(), evil.c.Jar.Cookies(s.url()))
	if a := victim.signIn("demo", password("demo")); a.status != 200 {
		t.Fatal(a.raw)
	}
	if got := victim.c.Jar.Cookies(s.url())[0]; got.Value == planted.Value {
		t.Error("the planted cookie became the victim's session")
	}
	if m := victim.me(); m.Tenant != "T2" {
		t.Errorf("%+v", m)
	}
	evil.want(401, "GET", "/session", "")
}

// TestT35_IDsOfOthers: every id of a user, role or session of somebody else is as one
// that is not there.
func TestT35_IDsOfOthers(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	_, user := s.user(admin, `{"username":"hong","role":"company"}`)
	role := s.role(admin, `{"name":"둘","rights":{"live":{"level":"see"}}}`)
	var mine []struct{ ID string }
	if err := json.Unmarshal(s.in("demo", password("demo")).want(200, "GET", "/sessions", "").body.Data, &mine); err != nil {
		t.Fatal(err)
	}
	other := s.in("demo10", password("demo10"))
	for _, tt := range []struct{ method, path, body string }{
		{"GET", "/users/%s", ""},
		{"PUT", "/users/%s", `{"name":"x"}`},
		{"DELETE", "/users/%s", ""},
		{"POST", "/users/%s/password", ""},
		{"DELETE", "/users/%s/sessions", ""},
		{"DELETE", "/users/%s/factors", ""},
		{"GET", "/roles/%s", ""},
		{"PUT", "/roles/%s", `{"name":"x","rights":{}}`},
		{"DELETE", "/roles/%s", ""},
		{"DELETE", "/sessions/%s", ""},
	} {
		id := user
		switch {
		case strings.HasPrefix(tt.path, "/roles"):
			id = role
		case strings.HasPrefix(tt.path, "/sessions"):
			id = mine[0].ID
		}
		theirs := other.do(tt.method, "/api/v2"+fmt.Sprintf(tt.path, id), tt.body)
		none := other.do(tt.method, "/api/v2"+fmt.Sprintf(tt.path, "aaaaaaaaaaaaaaaa"), tt.body)
		if theirs.status != 404 || theirs.raw != none.raw {
			t.Errorf("%s %s: %d %s, and of none %s", tt.method, tt.path, theirs.status, theirs.raw, none.raw)
		}
	}
}
