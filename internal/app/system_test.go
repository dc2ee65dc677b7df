package app_test

import (
	"archive/zip"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/rest"
)

func TestSystem(t *testing.T) {
	s := newSite(t)
	var v rest.SystemView
	r := s.do("GET", "/api/v2/system", "", basic("ops"))
	if err := json.Unmarshal(r.body.Data, &v); err != nil || r.status != 200 {
		t.Fatal(r.status, r.raw, err)
	}
	if v.Version != "test" || v.Database.Kind != "sqlite" || v.Database.Bytes == 0 || v.Database.Schema == 0 || v.DataDir.Free == 0 || v.DataDir.Total < v.DataDir.Free ||
		v.StartedAt.IsZero() || v.Goroutines == 0 || v.Memory.Heap == 0 || v.Certificate.Mode != "off" || v.Certificate.Source != "none" {
		t.Errorf("%s", r.raw)
	}
	if len(v.Asterisk) != 2 || !v.Asterisk[0].Up || v.Asterisk[0].Version == "" || v.Asterisk[1].ServerName != "dcrm2.makecall.io" {
		t.Errorf("%+v", v.Asterisk)
	}
	if len(v.Listeners) < 2 || v.Listeners[0] != (rest.SystemListener{Kind: "web", Address: s.http}) || v.Listeners[1] != (rest.SystemListener{Kind: "websocket", Address: s.ws}) {
		t.Errorf("%+v", v.Listeners)
	}
	for _, path := range []string{"GET /system", "DELETE /system/certificate", "POST /system/certificate/self"} {
		method, path, _ := strings.Cut(path, " ")
		if r := s.do(method, "/api/v2"+path, "", key()); r.status != 403 {
			t.Errorf("%s by a company: %d", path, r.status)
		}
		if r := s.do(method, "/api/v2"+path, "", basic("ops")); method != "GET" && r.status != 409 {
			t.Errorf("%s without TLS: %d %s", path, r.status, r.raw)
		}
	}
}

// TestCertificateOfListeners: one that is uploaded is shown to the next client, and
// the own one again when it is removed; what does not fit is refused.
func TestCertificateOfListeners(t *testing.T) {
	other := newSite(t, change{config: func(c *config.Config) { c.TLS.Mode = config.TLSSelf }})
	s := newSite(t, change{config: func(c *config.Config) { c.TLS.Mode = config.TLSSelf }})
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(other.options.Config.DataDir, "tls", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	shown := ""
	do := func(method, path, body string) (rest.Certificate, int) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, "https://"+s.http+"/api/v2/system"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = basic("ops")
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		shown = string(res.TLS.PeerCertificates[0].SerialNumber.Bytes())
		var out struct{ Data rest.Certificate }
		if path == "" {
			var v struct{ Data rest.SystemView }
			err = json.NewDecoder(res.Body).Decode(&v)
			out.Data = v.Data.Certificate
		} else {
			err = json.NewDecoder(res.Body).Decode(&out)
		}
		if err != nil {
			t.Fatal(err)
		}
		return out.Data, res.StatusCode
	}
	first, _ := do("GET", "", "")
	own := shown
	if first.Source != "own" || !first.MayChange || first.Authority == "" || !slices.Contains(first.Names, "127.0.0.1") {
		t.Fatalf("%+v", first)
	}
	body := func(cert, key string) string {
		b, err := json.Marshal(rest.NewCertificate{Cert: cert, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if _, status := do("POST", "/certificate", body(read("cert.pem"), read("ca.key"))); status != 422 && status != 400 {
		t.Errorf("a key of another: %d", status)
	}
	put, status := do("POST", "/certificate", body(read("cert.pem"), read("cert.key")))
	if status != 200 || put.Source != "uploaded" || put.Fingerprint == first.Fingerprint {
		t.Fatalf("%d %+v", status, put)
	}
	if now, _ := do("GET", "", ""); now.Fingerprint != put.Fingerprint || shown == own {
		t.Errorf("%+v is shown", now)
	}
	if gone, status := do("DELETE", "/certificate", ""); status != 200 || gone.Fingerprint != first.Fingerprint {
		t.Errorf("%d %+v", status, gone)
	}
	if _, status := do("DELETE", "/certificate", ""); status != 404 {
		t.Errorf("removed twice: %d", status)
	}
	made, status := do("POST", "/certificate/self", "")
	if status != 200 || made.Source != "own" || made.Fingerprint == first.Fingerprint || made.Authority != first.Authority {
		t.Errorf("%d %+v", status, made)
	}
	if strings.Contains(s.logs.String(), "PRIVATE KEY") {
		t.Error("a key is in the log")
	}
}

// TestLogOverREST: the last lines are shown, newest first, narrowed and masked.
func TestLogOverREST(t *testing.T) {
	s := newSite(t)
	s.do("POST", "/api/v2/core/click_to_call", `{"caller":"1010","callee":"01026132471x"}`, key())
	var lines []rest.LogLine
	s.until("a line of the refusal", func() bool {
		r := s.do("GET", "/api/v2/system/log?level=warn&text=msg_none", "", basic("ops"))
		if r.status != 200 || strings.Contains(r.raw, `"id"`) {
			t.Fatal(r.status, r.raw)
		}
		r = s.do("GET", "/api/v2/system/log?level=warn&text=click_to_call", "", basic("ops"))
		if err := json.Unmarshal(r.body.Data, &lines); err != nil {
			t.Fatal(err)
		}
		return len(lines) > 0
	})
	if l := lines[0]; l.Message != "audit" || l.Level != "warn" || l.ID == "" || l.Time.IsZero() || len(l.Attrs) < 4 {
		t.Errorf("%+v", l)
	}
	var page struct {
		Data []rest.LogLine
		Next string
	}
	if err := json.Unmarshal([]byte(s.do("GET", "/api/v2/system/log?limit=2", "", basic("ops")).raw), &page); err != nil || len(page.Data) != 2 || page.Next != page.Data[1].ID {
		t.Errorf("%+v, %v", page, err)
	}
	if r := s.do("GET", "/api/v2/system/log", "", key()); r.status != 403 {
		t.Errorf("by a company: %d", r.status)
	}
}

// TestSupportBundle: it holds what helps, and no secret, number or name of anybody.
func TestSupportBundle(t *testing.T) {
	s := newSite(t)
	s.do("PUT", "/api/v2/extensions/1010", `{"name":"얼쑤 홍길동"}`, key())
	s.do("POST", "/api/v2/extensions", `{"number":"1020"}`, key())
	s.do("POST", "/api/v2/core/click_to_call", documented, nil)
	if r := s.do("GET", "/api/v2/system/support", "", key()); r.status != 403 {
		t.Errorf("by a company: %d", r.status)
	}
	r := s.do("GET", "/api/v2/system/support", "", basic("ops"))
	if r.status != 200 {
		t.Fatal(r.status, r.raw)
	}
	z, err := zip.NewReader(strings.NewReader(r.raw), int64(len(r.raw)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		found[f.Name] = string(text)
	}
	for name, wanted := range map[string]string{
		"README.txt": "DIPCAST", "system.json": `"go_version"`, "configuration.yaml": "dcrm.makecall.io", "database.json": `"tenants": 2`,
		"health.json": `"ready": true`, "doctor.txt": "server 2", "log.txt": "INFO", "goroutines.txt": "goroutine profile",
	} {
		if !strings.Contains(found[name], wanted) {
			t.Errorf("%s has no %s: %.500s", name, wanted, found[name])
		}
	}
	for name, text := range found {
		for _, secret := range append(secrets, "홍길동", password("ops"), "KEY-of") {
			if strings.Contains(text, secret) {
				at := strings.Index(text, secret)
				t.Errorf("%s holds %s: …%s", name, secret, text[max(0, at-60):at+len(secret)])
			}
		}
	}
}

// TestDoctorOverREST: findings have both languages, and a remedy where there is one.
func TestDoctorOverREST(t *testing.T) {
	s := newSite(t)
	var v rest.Findings
	r := s.do("GET", "/api/v2/servers/1/doctor", "", basic("ops"))
	if err := json.Unmarshal(r.body.Data, &v); err != nil || r.status != 200 || v.ServerID != 1 || len(v.Findings) < 3 {
		t.Fatal(r.status, r.raw, err)
	}
	mended := 0
	for _, f := range v.Findings {
		if f.Code == "" || f.Text.Ko == "" || f.Text.En == "" || f.Severity == "" {
			t.Errorf("%+v", f)
		}
		if f.Remedy != nil && f.Remedy.Ko != "" && f.Remedy.En != "" {
			mended++
		}
	}
	if mended == 0 || v.Healthy {
		t.Errorf("a scripted server lacks a dialplan: %s", r.raw)
	}
	for path, want := range map[string]int{"/servers/9/doctor": 404, "/servers/x/doctor": 404} {
		if r := s.do("GET", "/api/v2"+path, "", basic("ops")); r.status != want {
			t.Errorf("%s: %d %s", path, r.status, r.raw)
		}
	}
	if r := s.do("GET", "/api/v2/servers/1/doctor", "", key()); r.status != 403 {
		t.Errorf("by a company: %d", r.status)
	}
}
