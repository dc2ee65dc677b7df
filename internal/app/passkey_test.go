package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/await"
)

const (
	passkeyHost   = "pbx.example.com"
	passkeyOrigin = "https://" + passkeyHost
)

// makePasskey makes a passkey for who is signed in, and returns its id.
func (b *browser) makePasskey(a *authenticator, password string) string {
	b.s.t.Helper()
	options := b.want(200, "POST", "/session/passkeys/begin", `{"password":"`+password+`"}`).body.Data
	var p struct{ ID, Name, Host string }
	if err := json.Unmarshal(b.want(201, "POST", "/session/passkeys", `{"name":" 노트북 ","credential":`+a.create(options, passkeyOrigin)+`}`).body.Data, &p); err != nil {
		b.s.t.Fatal(err)
	}
	if p.Name != "노트북" || p.Host != passkeyHost {
		b.s.t.Fatalf("%+v", p)
	}
	return p.ID
}

// byPasskey signs in by a passkey.
func (b *browser) byPasskey(a *authenticator, origin string) seen {
	b.s.t.Helper()
	options := b.want(200, "POST", "/session/passkey/begin", "").body.Data
	a.count++
	return b.do("POST", "/api/v2/session/passkey", a.get(options, origin))
}

// TestPasskeys: somebody makes a passkey, signs in by it without username, password or
// code, sees when it was used, and removes it.
func TestPasskeys(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	plain, id := s.user(admin, `{"username":"hong","role":"company"}`)
	const own = "hong-password"
	b := plain.atHost(passkeyHost)
	device := newAuthenticator(t)
	if a := b.want(400, "POST", "/session/passkeys/begin", `{"password":"wrong password"}`); a.body.Field != "password" {
		t.Errorf("a wrong password: %s", a.raw)
	}
	if a := b.want(400, "POST", "/session/passkeys", `{"name":"x","credential":`+device.create(json.RawMessage(`{"challenge":"AAAA"}`), passkeyOrigin)+`}`); a.body.Field != "challenge" {
		t.Errorf("nothing was begun: %s", a.raw)
	}
	key := b.makePasskey(device, own)

	// A code of an app is asked for beside the password, and not beside the passkey.
	var begun struct{ Secret string }
	if err := json.Unmarshal(b.want(200, "POST", "/session/totp", "").body.Data, &begun); err != nil {
		t.Fatal(err)
	}
	b.want(200, "PUT", "/session/totp", `{"code":"`+codeOf(t, begun.Secret, 0)+`"}`)
	s.browser().want(401, "POST", "/session", `{"username":"hong","password":"`+own+`"}`)
	other := s.browser().atHost(passkeyHost)
	if a := other.byPasskey(device, passkeyOrigin); a.status != 200 || !strings.Contains(a.raw, `"factors":["totp","passkey"]`) || !strings.Contains(a.raw, `"username":"hong"`) {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if m := other.me(); m.Kind != "user" || m.Tenant != "T2" || m.Username != "hong" {
		t.Errorf("%+v", m)
	}
	if a := other.want(200, "GET", "/session/passkeys", ""); !strings.Contains(a.raw, `"used_at"`) || !strings.Contains(a.raw, key) {
		t.Errorf("%s", a.raw)
	}
	if a := admin.want(200, "GET", "/users/"+id, ""); !strings.Contains(a.raw, `"passkeys":1`) {
		t.Errorf("%s", a.raw)
	}
	for _, line := range []string{`"action":"add-passkey"`, `"detail":"passkey"`} {
		await.That(t, line+" in the audit", func() bool { return strings.Contains(admin.want(200, "GET", "/audit?limit=200", "").raw, line) })
	}
	// Of others it is as one that is not there.
	demo := s.in("demo", password("demo"))
	demo.want(400, "GET", "/session/passkeys", "") // a login of the configuration
	someone, _ := s.user(admin, `{"username":"kim","role":"company"}`)
	if a, none := someone.want(404, "DELETE", "/session/passkeys/"+key, ""), someone.want(404, "DELETE", "/session/passkeys/aaaaaaaaaaaaaaaa", ""); a.raw != none.raw {
		t.Errorf("%s, and of none %s", a.raw, none.raw)
	}
	other.want(200, "DELETE", "/session/passkeys/"+key, "")
	if a := s.browser().atHost(passkeyHost).byPasskey(device, passkeyOrigin); a.status != 401 || a.body.Field != "" {
		t.Errorf("a removed passkey: %d %s", a.status, a.raw)
	}
	// An administrator takes passkeys away with the other factors.
	b.makePasskey(newAuthenticator(t), own)
	admin.want(200, "DELETE", "/users/"+id+"/factors", "")
	if a := b.want(200, "GET", "/session/passkeys", ""); !strings.Contains(a.raw, `"total":0`) {
		t.Errorf("%s", a.raw)
	}
	for range 10 {
		b.makePasskey(newAuthenticator(t), own)
	}
	b.want(409, "POST", "/session/passkeys/begin", `{"password":"`+own+`"}`)
}

// TestPasskeyPlaces: passkeys are where browsers have them, and elsewhere it is said
// why not.
func TestPasskeyPlaces(t *testing.T) {
	s := newSite(t)
	b, _ := s.user(s.admin(), `{"username":"hong","role":"company"}`)
	_, port, _ := strings.Cut(s.http, ":")
	for _, tt := range []struct {
		host, proto string
		want        string
	}{
		{passkeyHost, "https", `"passkeys":true,"passkeys_why":""`},
		{"localhost:" + port, "", `"passkeys":true,"passkeys_why":""`},
		{passkeyHost, "", `"passkeys":false,"passkeys_why":"plain"`},
		{"127.0.0.1:" + port, "", `"passkeys":false,"passkeys_why":"address"`},
		{"192.0.2.10", "https", `"passkeys":false,"passkeys_why":"address"`},
		{"[2001:db8::1]:8443", "https", `"passkeys":false,"passkeys_why":"address"`},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+s.http+"/api/v2/session/ways", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = tt.host
		if tt.proto != "" {
			r.Header.Set("X-Forwarded-Proto", tt.proto)
		}
		res, err := b.c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var w struct{ Data json.RawMessage }
		err = json.NewDecoder(res.Body).Decode(&w)
		res.Body.Close()
		if err != nil || !strings.Contains(string(w.Data), tt.want) {
			t.Errorf("%s %s: %s %v", tt.proto, tt.host, w.Data, err)
		}
	}
	if a := b.want(400, "POST", "/session/passkeys/begin", `{"password":"hong-password"}`); !strings.Contains(a.body.Message, "https://") {
		t.Errorf("%s", a.raw)
	}
	s.browser().want(400, "POST", "/session/passkey/begin", "")
}

// TestT35_Passkeys: an answer counts once, for the browser that was asked, at the name
// the passkey was made at, from a device that has proved its owner and counts on; and
// whatever is wrong, the text is that for a passkey that nobody has.
func TestT35_Passkeys(t *testing.T) {
	s := newSite(t)
	admin := s.admin()
	plain, id := s.user(admin, `{"username":"hong","role":"company"}`)
	device := newAuthenticator(t)
	plain.atHost(passkeyHost).makePasskey(device, "hong-password")
	unknown := newAuthenticator(t)
	unknown.rp, unknown.handle = device.rp, device.handle
	text := s.browser().atHost(passkeyHost).byPasskey(unknown, passkeyOrigin)
	if text.status != 401 || text.body.Field != "" {
		t.Fatalf("an unknown passkey: %d %s", text.status, text.raw)
	}
	refused := func(what string, a seen) {
		t.Helper()
		if a.status != 401 || a.raw != text.raw {
			t.Errorf("%s: %d %s, want %s", what, a.status, a.raw, text.raw)
		}
	}
	refused("another site's origin", s.browser().atHost(passkeyHost).byPasskey(device, "https://evil.example.com"))
	refused("another name", s.browser().atHost("other.example.com").byPasskey(device, "https://other.example.com"))
	device.flags = present
	refused("a device that has not asked its owner", s.browser().atHost(passkeyHost).byPasskey(device, passkeyOrigin))
	device.flags = present | verified
	forged := newAuthenticator(t)
	forged.id, forged.handle, forged.rp = device.id, device.handle, device.rp
	refused("another key", s.browser().atHost(passkeyHost).byPasskey(forged, passkeyOrigin))
	handle := device.handle
	device.handle = b64([]byte("aaaaaaaaaaaaaaaa"))
	refused("another owner", s.browser().atHost(passkeyHost).byPasskey(device, passkeyOrigin))
	device.handle = handle

	b := s.browser().atHost(passkeyHost)
	options := b.want(200, "POST", "/session/passkey/begin", "").body.Data
	device.count = 20
	answer := device.get(options, passkeyOrigin)
	if a := s.browser().atHost(passkeyHost).want(401, "POST", "/session/passkey", answer); a.body.Field != "challenge" {
		t.Errorf("the answer of another browser: %s", a.raw)
	}
	cookies := b.c.Jar.Cookies(s.url())
	b.want(200, "POST", "/session/passkey", answer)
	again := s.browser().atHost(passkeyHost)
	again.c.Jar.SetCookies(s.url(), cookies)
	if a := again.want(401, "POST", "/session/passkey", answer); a.body.Field != "challenge" {
		t.Errorf("the same answer again: %s", a.raw)
	}
	device.count = 19 // a copy that has fallen behind: byPasskey counts on
	refused("a count that stands still", s.browser().atHost(passkeyHost).byPasskey(device, passkeyOrigin))
	device.count = 3
	refused("a count that goes back", s.browser().atHost(passkeyHost).byPasskey(device, passkeyOrigin))
	device.count = 20
	if a := s.browser().atHost(passkeyHost).byPasskey(device, passkeyOrigin); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	admin.want(200, "PUT", "/users/"+id, `{"enabled":false}`)
	refused("a user who is disabled", s.browser().atHost(passkeyHost).byPasskey(device, passkeyOrigin))
	if a := s.browser().atHost(passkeyHost).do("POST", "/api/v2/session/passkey", answer, "Origin", passkeyOrigin, "Sec-Fetch-Site", "cross-site"); a.status != 403 {
		t.Errorf("from another site: %d %s", a.status, a.raw)
	}
}

// TestT35_GuessedPasskeys: failures lock as wrong passwords do, and both count.
func TestT35_GuessedPasskeys(t *testing.T) {
	s := newSite(t)
	plain, _ := s.user(s.admin(), `{"username":"hong","role":"company"}`)
	device := newAuthenticator(t)
	plain.atHost(passkeyHost).makePasskey(device, "hong-password")
	forged := newAuthenticator(t)
	forged.id, forged.handle, forged.rp = device.id, device.handle, device.rp
	unknown := newAuthenticator(t)
	unknown.rp, unknown.handle = device.rp, device.handle
	for _, d := range []*authenticator{forged, unknown} {
		for i := range 12 {
			want := 401
			if i >= 10 {
				want = 429
			}
			if a := s.browser().atHost(passkeyHost).byPasskey(d, passkeyOrigin); a.status != want || want == 429 && a.header.Get("Retry-After") == "" {
				t.Fatalf("try %d: %d %s", i+1, a.status, a.raw)
			}
		}
	}
	if a := s.browser().atHost(passkeyHost).byPasskey(device, passkeyOrigin); a.status != 429 {
		t.Errorf("the right passkey in the time of the lock: %d %s", a.status, a.raw)
	}
	if a := s.browser().signIn("hong", "hong-password"); a.status != 429 {
		t.Errorf("the right password in the time of the lock: %d %s", a.status, a.raw)
	}
}
