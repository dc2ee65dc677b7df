// Package phones_test sets up softphones from outside, at a gateway that runs an
// Asterisk: from the link to a call with sound, with nothing but what the link
// gave.
package phones_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/serverconf"
	"github.com/dipcast/dipcast/internal/sipphone"
)

func TestMain(m *testing.M) { asterisktest.Main(m) }

// Credentials of the lab.
const (
	family   = "7be69580e27641df"
	operator = "ops:ops-password"
	person   = "hong:hong-password" // of extension 1010
	plain    = "right password"     // of 1018's phone
)

// lab is a gateway with TLS that runs an Asterisk.
type lab struct {
	t      *testing.T
	dir    string // data directory
	url    string
	sip    string // where plain phones register
	trust  *tls.Config
	client *http.Client
	from   string // address that requests come from

	mu  sync.Mutex
	log bytes.Buffer // all that the gateway logged
}

// Write implements io.Writer for the gateway's log.
func (l *lab) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log.Write(b)
}

func (l *lab) logged() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log.String()
}

func newLab(t *testing.T) *lab {
	t.Helper()
	asterisktest.Tree(t, asteriskproc.Asterisk22)
	dir, err := os.MkdirTemp("/tmp", "p") //nolint:usetesting // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	// What tls.mode self makes: phones and browsers trust one authority.
	if _, err := certs.New(certs.Options{Dir: dir + "/tls", Hosts: []string{"127.0.0.1"}, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	l := &lab{t: t, dir: dir, from: "127.0.0.1"}
	at := func() string { return fmt.Sprintf("127.0.0.1:%d", asterisktest.Port(t)) }
	l.sip, l.url = at(), "https://"+at()
	rtp := asterisktest.Ports(t, 40)
	c, err := config.Parse(fmt.Appendf(nil, `
data_dir: %[1]s
listen: ["%[2]s"]
dcmiws_listen: []
agi_listen: ""
public_url: https://%[2]s
tls: {mode: self}
guard: {failures: 3, window: 10m, allow: ["127.0.0.1"]}
servers:
  - {id: 1, name: a, address: "%[3]s", pbx: {run: true, sip: "%[4]s", tls_port: %[5]d, cert: %[1]s/tls/cert.pem, key: %[1]s/tls/cert.key, rtp: "%[6]d-%[7]d"}}
tenants:
  - {id: %[8]s, number: 2, name: 얼쑤팩토리, servers: [1], extensions: ["1010", "1013", "1018"], logins: [{username: hong, password: hong-password, extension: "1010"}]}
operators: [{username: ops, password: ops-password}]
`, dir, strings.TrimPrefix(l.url, "https://"), at(), l.sip, asterisktest.Port(t), rtp, rtp+39, family), config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	if err := serverconf.Complete(c); err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(dir + "/tls/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	l.trust = &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
	l.client = &http.Client{
		Transport: &http.Transport{TLSClientConfig: l.trust, DisableKeepAlives: true, DialContext: func(ctx context.Context, network, to string) (net.Conn, error) {
			d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(l.from)}}
			return d.DialContext(ctx, network, to)
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	a := app.New(app.Options{
		Config: c, Version: "test", Logger: slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}),
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		a.Stop()
		if t.Failed() {
			t.Log(l.logged())
		}
	})
	await.That(t, "the gateway's Asterisk is up", func() bool { return a.Pool().Servers()[0].Up() })
	l.do(operator, "PUT", "/extensions/1018?tenant=T2", `{"devices":[{"secret":"`+plain+`"}]}`, http.StatusOK, nil)
	return l
}

// request sends one and reads the answer.
func (l *lab) request(who, method, url, body string, header ...string) (*http.Response, string) {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	if name, password, ok := strings.Cut(who, ":"); ok {
		req.SetBasicAuth(name, password)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := l.client.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	return res, string(text)
}

// do asks REST.
func (l *lab) do(who, method, path, body string, want int, into any) string {
	l.t.Helper()
	res, text := l.request(who, method, l.url+"/api/v2"+path, body)
	if res.StatusCode != want {
		l.t.Fatalf("%s %s: %d %s, want %d", method, path, res.StatusCode, text, want)
	}
	if into != nil {
		var a struct{ Data json.RawMessage }
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			l.t.Fatal(err)
		}
		if err := json.Unmarshal(a.Data, into); err != nil {
			l.t.Fatal(err)
		}
	}
	return text
}

// link is what REST tells of one.
type link struct {
	ID        string `json:"id"`
	Device    string `json:"device_name"`
	URL       string `json:"url"`
	Fetch     string `json:"fetch_url"`
	QR        struct{ Text, SVG, PNG string }
	Expires   time.Time `json:"expires_at"`
	Encrypted bool
	Push      bool
	Applied   int
	Problem   string
}

// link makes one for an extension.
func (l *lab) link(ext string) (made link) {
	l.t.Helper()
	l.do(operator, "POST", "/extensions/"+ext+"/softphone?tenant=T2", `{}`, http.StatusCreated, &made)
	if made.Problem != "" {
		l.t.Fatal(made.Problem)
	}
	return made
}

// document is what an app reads.
type document struct {
	XMLName   xml.Name `xml:"account"`
	Title     string   `xml:"title"`
	Username  string   `xml:"username"`
	Password  string   `xml:"password"`
	Host      string   `xml:"host"`
	Transport string   `xml:"transport"`
	Codecs    string   `xml:"codecOrder"`
	SDES      string   `xml:"sdesOutgoing"`
	Incoming  string   `xml:"icm"`
}

// fetch follows a code as an app does: from what was scanned.
func (l *lab) fetch(scanned string) (int, document) {
	l.t.Helper()
	address, ok := strings.CutPrefix(scanned, "provlinkbs://")
	if !ok {
		l.t.Fatalf("scanned %q", scanned)
	}
	res, text := l.request("", "GET", "https://"+address, "", "User-Agent", "Acrobits/7")
	var d document
	if res.StatusCode == http.StatusOK {
		if err := xml.Unmarshal([]byte(text), &d); err != nil {
			l.t.Fatalf("%v\n%s", err, text)
		}
	}
	return res.StatusCode, d
}

// phone makes a phone from a document alone, as the app would, at an address of
// loopback. password "" is the document's.
func (l *lab) phone(d document, tone int, password string) *sipphone.Phone {
	l.t.Helper()
	o := sipphone.Options{
		Server: d.Host, User: d.Username, Password: d.Password, Tone: tone, Behaviour: sipphone.Answer(0),
		Encrypt: d.SDES == "enabled",
	}
	if password != "" {
		o.Password = password
	}
	if strings.HasPrefix(d.Transport, "tls") {
		o.Transport, o.TLS = sipphone.TLS, l.trust
	}
	return l.start(o)
}

func (l *lab) start(o sipphone.Options) *sipphone.Phone {
	l.t.Helper()
	p, err := sipphone.New(o)
	if err != nil {
		l.t.Fatal(err)
	}
	if err := p.Start(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { p.Close() })
	return p
}

// calls checks that a call from one phone to a number is heard on both sides.
func (l *lab) calls(from, to *sipphone.Phone, number string) {
	l.t.Helper()
	ctx := asterisktest.Context(l.t)
	out, err := from.Dial(ctx, number, sipphone.DialOptions{})
	if err != nil {
		l.t.Fatal(err)
	}
	in := l.answered(ctx, out, to)
	if err := out.WaitTone(ctx, in.Tone()); err != nil {
		l.t.Errorf("the caller: %v", err)
	}
	if err := in.WaitTone(ctx, out.Tone()); err != nil {
		l.t.Errorf("the callee: %v", err)
	}
	if err := out.Hangup(ctx); err != nil {
		l.t.Error(err)
	}
}

func (l *lab) answered(ctx context.Context, out *sipphone.Call, to *sipphone.Phone) *sipphone.Call {
	l.t.Helper()
	if err := out.WaitAnswered(ctx); err != nil {
		l.t.Fatal(err)
	}
	in, err := to.NextCall(ctx)
	if err != nil {
		l.t.Fatal(err)
	}
	return in
}
