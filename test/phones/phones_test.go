package phones_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/sipphone"
)

// TestSoftphones: one gateway, one Asterisk, in this order.
func TestSoftphones(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	desk := l.start(sipphone.Options{Server: l.sip, User: "T2_1018", Password: plain, Tone: 1500, Behaviour: sipphone.Answer(0)})
	step := func(name string, f func(*lab)) {
		t.Run(name, func(t *testing.T) {
			outer := l.t
			l.t = t
			defer func() { l.t = outer }()
			f(l)
		})
	}
	var first link
	var hong *sipphone.Phone
	outer := l.t // phones live as long as the lab
	step("own", func(l *lab) { l.ownBeforeAny() })
	first = l.link("1010")
	step("preview", func(l *lab) { l.previewsUseNothing(first) })
	d := l.setUp(first)
	hong = l.phone(d, 700, "")
	step("call", func(l *lab) { l.rings(d, hong, desk) })
	step("once", func(l *lab) { l.worksOnce(first) })
	step("page", func(l *lab) { l.pages() })
	step("revoked", func(l *lab) { l.revoked() })
	l.t = outer
	l.pushService(desk)
	for _, secret := range []string{first.Fetch[strings.LastIndexByte(first.Fetch, '/')+1:], d.Password} {
		if strings.Contains(l.logged(), secret) {
			t.Error("a token or a password stands in the log")
		}
	}
}

// ownBeforeAny: a person makes no first softphone, and none for others.
func (l *lab) ownBeforeAny() {
	text := l.do(person, "POST", "/extensions/1010/softphone", `{}`, http.StatusConflict, nil)
	if !strings.Contains(text, "an administrator makes its first link") {
		l.t.Error(text)
	}
	l.do(person, "POST", "/extensions/1013/softphone", `{}`, http.StatusForbidden, nil)
	l.do(operator, "POST", "/extensions/9999/softphone?tenant=T2", `{}`, http.StatusNotFound, nil)
	l.do(operator, "POST", "/extensions/1018/softphone?tenant=T2", `{"device":0}`, http.StatusNotFound, nil) // a desk phone
}

// previewsUseNothing: neither a preview of the page nor one of what the app
// fetches uses the link up.
func (l *lab) previewsUseNothing(made link) {
	for range 3 {
		if res, text := l.request("", "GET", made.URL, ""); res.StatusCode != http.StatusOK || !strings.Contains(text, "<svg") {
			l.t.Errorf("the page: %d %s", res.StatusCode, text)
		}
		for _, url := range []string{made.URL, made.Fetch} {
			if res, _ := l.request("", "HEAD", url, ""); res.StatusCode != http.StatusOK {
				l.t.Errorf("HEAD %s: %d", url, res.StatusCode)
			}
		}
		res, _ := l.request("", "GET", made.Fetch, "", "Accept", "text/html,application/xhtml+xml")
		if to, err := res.Location(); res.StatusCode != http.StatusSeeOther || err != nil || to.String() != made.URL {
			l.t.Errorf("a browser: %d to %v, %v", res.StatusCode, to, err)
		}
	}
}

// setUp fetches the document of a link.
func (l *lab) setUp(made link) document {
	l.t.Helper()
	status, d := l.fetch(made.QR.Text)
	if status != http.StatusOK {
		l.t.Fatalf("the app is told %d", status)
	}
	return d
}

// rings: TLS, SRTP, and sound both ways in both directions.
func (l *lab) rings(d document, app, desk *sipphone.Phone) {
	if d.Transport != "tls+sip:" || d.SDES != "enabled" || d.Codecs != "9,8,0" || d.Incoming != "off" || d.Title != "얼쑤팩토리 1010" || d.Username != "T2_1010" {
		d.Password = ""
		l.t.Errorf("the document %+v", d)
	}
	files, err := os.ReadFile(filepath.Join(l.dir, "asterisk-1", "etc", "pjsip.conf"))
	if err != nil {
		l.t.Fatal(err)
	}
	_, endpoint, _ := strings.Cut(string(files), "[T2_1010]\n")
	for _, want := range []string{"\ntransport=transport-tls\n", "\nallow=opus,g722,alaw,ulaw\n", "\nmedia_encryption=sdes\nmedia_encryption_optimistic=no"} {
		if endpoint, _, _ = strings.Cut(endpoint, "\n\n"); !strings.Contains(endpoint, want) {
			l.t.Errorf("the endpoint lacks %q:\n%s", want, endpoint)
		}
	}
	ctx := asterisktest.Context(l.t)
	for _, p := range []*sipphone.Phone{app, desk} {
		if err := p.Register(ctx); err != nil {
			l.t.Fatal(err)
		}
	}
	l.calls(desk, app, "1010")
	l.calls(app, desk, "1018")
}

// worksOnce: the same app may ask again at once, nobody else.
func (l *lab) worksOnce(made link) {
	address := "https://" + strings.TrimPrefix(made.QR.Text, "provlinkbs://")
	if status, _ := l.fetch(made.QR.Text); status != http.StatusOK {
		l.t.Errorf("the same app again: %d", status)
	}
	used, text := l.request("", "GET", address, "", "User-Agent", "another")
	if used.StatusCode != http.StatusNotFound {
		l.t.Errorf("another app: %d", used.StatusCode)
	}
	unknown, same := l.request("", "GET", l.url+"/provision/"+strings.Repeat("x", 27), "")
	if unknown.StatusCode != http.StatusNotFound || same != text {
		l.t.Errorf("one that was used tells %q, one that never was %q", text, same)
	}
	if res, _ := l.request("", "GET", made.URL, ""); res.StatusCode != http.StatusNotFound {
		l.t.Errorf("the page of a used link: %d", res.StatusCode)
	}
	var all []struct {
		ID     string `json:"id"`
		UsedAt string `json:"used_at"`
	}
	text = l.do(operator, "GET", "/extensions/1010/softphone?tenant=T2", "", http.StatusOK, &all)
	if len(all) != 1 || all[0].ID != made.ID || all[0].UsedAt == "" || strings.Contains(text, made.Fetch) {
		l.t.Error(text)
	}
}

// pages: a person makes a code with their own login, in their own language, and
// another in its place.
func (l *lab) pages() {
	l.from = "127.0.0.20" // whose requests are counted anew
	defer func() { l.from = "127.0.0.1" }()
	for language, want := range map[string][]string{
		"ko-KR,ko;q=0.9,en;q=0.8": {`lang="ko"`, "코드 만들기"}, "en-US,en;q=0.9": {`lang="en"`, "Make a code"}, "fr": {`lang="ko"`, "코드 만들기"},
	} {
		res, text := l.request(person, "GET", l.url+"/softphone", "", "Accept-Language", language)
		csp := res.Header.Get("Content-Security-Policy")
		if res.StatusCode != http.StatusOK || !strings.Contains(text, want[0]) || !strings.Contains(text, want[1]) ||
			!strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script") || strings.Contains(text, "<script") || strings.Contains(text, "src=") {
			l.t.Errorf("%s: %d, %s\n%s", language, res.StatusCode, csp, text)
		}
	}
	if res, _ := l.request("", "GET", l.url+"/softphone", ""); res.StatusCode != http.StatusUnauthorized || res.Header.Get("WWW-Authenticate") == "" {
		l.t.Errorf("without a login: %d", res.StatusCode)
	}
	for _, header := range [][]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}} {
		if res, _ := l.request(person, "POST", l.url+"/softphone", "", header...); res.StatusCode != http.StatusForbidden {
			l.t.Errorf("a form of another site: %d", res.StatusCode)
		}
	}
	res, _ := l.request(person, "POST", l.url+"/softphone", "", "Origin", l.url)
	made, err := res.Location()
	if err != nil {
		l.t.Fatal(res.StatusCode, err)
	}
	if res, text := l.request("", "GET", made.String(), "", "Accept-Language", "en"); res.StatusCode != http.StatusOK || !strings.Contains(text, "<svg") ||
		!strings.Contains(text, "provlinkbs://") || !strings.Contains(text, "id314192799") || !strings.Contains(text, "cz.acrobits.softphone.alien") || !strings.Contains(text, "The push service is off") {
		l.t.Errorf("%d %s", res.StatusCode, text)
	}
	res, _ = l.request("", "POST", made.String(), "", "Origin", l.url)
	next, err := res.Location()
	if err != nil || next.String() == made.String() {
		l.t.Fatal(res.StatusCode, next, err)
	}
	for url, want := range map[string]int{made.String(): http.StatusNotFound, next.String(): http.StatusOK} {
		if res, _ := l.request("", "GET", url, ""); res.StatusCode != want {
			l.t.Errorf("%d, want %d", res.StatusCode, want)
		}
	}
}

// revoked: links of a phone with another password, of a revoked link and of an
// extension that is gone do not work.
func (l *lab) revoked() {
	useless := func(what string, made link) {
		l.t.Helper()
		if status, _ := l.fetch(made.QR.Text); status != http.StatusNotFound {
			l.t.Errorf("%s: %d", what, status)
		}
	}
	l.do(operator, "POST", "/extensions?tenant=T2", `{"number":"1019","devices":[]}`, http.StatusCreated, nil)
	a, b := l.link("1019"), l.link("1019")
	if b.Applied != 0 || a.Applied != 1 || a.Device != "T2_1019" || !a.Encrypted || a.Push {
		l.t.Errorf("%+v, %+v", a, b)
	}
	l.do(operator, "DELETE", "/extensions/1019/softphone/"+a.ID+"?tenant=T2", "", http.StatusOK, nil)
	l.do(operator, "DELETE", "/extensions/1019/softphone/"+a.ID+"?tenant=T2", "", http.StatusNotFound, nil)
	useless("revoked", a)
	l.do(operator, "POST", "/extensions/1019/password?tenant=T2", `{"device":0}`, http.StatusOK, nil)
	useless("with another password", b)
	c := l.link("1019")
	l.do(operator, "DELETE", "/extensions/1019?tenant=T2", "", http.StatusOK, nil)
	useless("of an extension that is gone", c)
}

// pushService: many phones from one address, one of them with a wrong password
// over and over: the others go on ringing. An account that is no softphone is
// banned there as everywhere.
func (l *lab) pushService(desk *sipphone.Phone) {
	const service = "127.0.0.50"
	l.do(operator, "PUT", "/softphone?tenant=T2", `{"push":true}`, http.StatusOK, nil)
	ctx := asterisktest.Context(l.t)
	register := func(d document, password string) error {
		o := sipphone.Options{
			Server: d.Host, User: d.Username, Password: d.Password, Listen: service + ":0", Transport: sipphone.TLS, TLS: l.trust, Encrypt: true,
			Tone: 900, Behaviour: sipphone.Answer(0),
		}
		if password != "" {
			o.Password = password
		}
		p := l.start(o)
		err := p.Register(ctx)
		if err == nil {
			defer l.calls(desk, p, strings.TrimPrefix(d.Username, "T2_"))
		}
		return err
	}
	l.do(operator, "POST", "/extensions?tenant=T2", `{"number":"1020","devices":[]}`, http.StatusCreated, nil)
	one, two, other := l.setUp(l.link("1013")), l.setUp(l.link("1020")), l.setUp(l.link("1010"))
	for _, d := range []document{one, two} {
		if d.Incoming != "push" {
			l.t.Errorf("the document says icm %q", d.Incoming)
		}
		if err := register(d, ""); err != nil {
			l.t.Fatal(err)
		}
	}
	var status *sipphone.StatusError
	for range 20 { // 3 of an address ban it, 15 of one where phones of ours are
		if err := register(other, "wrong password"); !errors.As(err, &status) || status.Code != http.StatusUnauthorized {
			l.t.Fatalf("a wrong password: %v", err)
		}
	}
	for _, d := range []document{one, two} {
		if err := register(d, ""); err != nil {
			l.t.Errorf("the push service is banned by one wrong password: %v", err)
		}
	}
	var bans []struct{ Source string }
	if l.do(operator, "GET", "/bans", "", http.StatusOK, &bans); len(bans) != 0 {
		l.t.Errorf("banned %v", bans)
	}
	guess := one
	guess.Username = "T2_1018"
	for range 200 {
		if err := register(guess, "wrong password"); errors.As(err, &status) && status.Code == http.StatusForbidden {
			return
		}
	}
	l.t.Error("who guesses at a desk phone from there is never banned")
}
