// Package works_test sends cards of real calls to the sandbox of NAVER WORKS:
// one Asterisk with SIP phones, one gateway, one sandbox.
package works_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc/asterisktest"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/companyfile"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/programtest"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/sipphone"
	"github.com/dipcast/dipcast/works/workstest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		programtest.Remove()
		os.Exit(code)
	}))
}

const (
	tenantID = "7be69580e27641df"
	did      = "07045805605" // "대표 번호", rings 1010
	teamDID  = "07045144801" // rings the group 600: 1010 and 1013
	boxDID   = "07045144803" // leads to the mailbox of 1018
	hallDID  = "07045144802" // rings the group 610: everybody
	mobile   = "01026132471"
	stranger = "01012345678"
	password = "secret of all phones"
	domain   = 10000001
	botID    = 2000001
	operator = "ops"
	opsPass  = "pw-of-ops-9F"
)

// everybody are the people and their phones; 1013 reads English.
var everybody = []struct{ ext, user, name, lang string }{
	{"1010", "u-1010", "홍길동", "ko"},
	{"1013", "u-1013", "Ann Lee", "en"},
	{"1018", "u-1018", "성춘향", "ko"},
	{"1021", "u-1021", "이몽룡", "ko"},
	{"1022", "u-1022", "심청", "ko"},
	{"1023", "u-1023", "방자", "ko"},
}

// site is all of it.
type site struct {
	t        *testing.T
	asterisk *asterisktest.Server
	network  *sipphone.Network
	phones   map[string]*sipphone.Phone
	app      *app.App
	client   *http.Client
	api      string // http://host:port of the gateway
	front    string // of the relay before it; "" there is none
	tls      string // folder with the relay's certificate, and the authority that all trust
	outside  *http.Client
	sandbox  *workstest.Server
	works    string // http://host:port of the sandbox
	hall     string // channelId of a room with everybody
	company  company.Company
	logs     *logs
}

// logs keeps what the gateway logs.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
	out io.Writer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Write(p)
	return l.out.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// start runs a site until the test ends.
func start(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, phones: map[string]*sipphone.Phone{}, logs: &logs{out: t.Output()}}
	t.Cleanup(func() {
		for _, secret := range []string{stranger, did, tenantID, "홍길동"} {
			if strings.Contains(s.logs.String(), secret) {
				t.Errorf("the log shows %s", secret)
			}
		}
	})
	key := s.startSandbox()
	trunk := asterisktest.Port(t)
	s.company = describe(key, s.works, s.hall, trunk)
	agi := asterisktest.Port(t)
	s.asterisk = asterisktest.Start(t, asteriskconf.Input{Companies: []company.Company{s.company}})
	s.startPhones(trunk)
	s.startGateway(agi)
	return s
}

// startSandbox runs a NAVER WORKS, and gives the private key of the service account.
func (s *site) startSandbox() string {
	s.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		s.t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.t.Fatal(err)
	}
	o := workstest.Options{
		Apps: []workstest.App{{ClientID: "client", ClientSecret: "client-secret", ServiceAccount: "x.serviceaccount@example.com", PublicKey: &key.PublicKey, Domain: domain, Redirects: []string{signInReturn}}},
		Bots: []workstest.Bot{{ID: botID, Name: "DIPCAST", Secret: "bot-secret", Domain: domain}},
	}
	s.certify()
	o.HTTP = s.outside
	var all []string
	locales := map[string]string{"ko": "ko_KR", "en": "en_US"}
	for _, p := range everybody {
		o.Users = append(o.Users, workstest.User{
			ID: p.user, Email: p.user + "@example.com", LastName: p.name, Domain: domain,
			Telephone: "02-123-4567(" + p.ext + ")", CellPhone: mobile, Locale: locales[p.lang], Password: passwordThere,
		})
		all = append(all, p.user)
	}
	s.sandbox = workstest.New(o)
	server := httptest.NewServer(s.sandbox)
	s.works = server.URL
	s.hall = s.sandbox.AddRoom(botID, "모두", all...)
	s.t.Cleanup(func() {
		s.sandbox.Close()
		server.CloseClientConnections()
		server.Close()
	})
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// certify makes the relay's certificate, which NAVER WORKS and browsers trust.
func (s *site) certify() {
	s.t.Helper()
	s.tls = s.t.TempDir()
	source, err := certs.New(certs.Options{Dir: s.tls, Hosts: []string{"127.0.0.1"}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(source.CA())
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	s.outside = &http.Client{Timeout: await.Limit, Transport: transport}
}

// describe is the company.
func describe(key, works, hall string, trunk int) company.Company {
	c := company.Company{
		ID: tenantID, Number: 2, Name: "얼쑤팩토리", Trunks: []company.Trunk{{ID: 1, Host: "127.0.0.1", Port: trunk}}, Routes: []company.Route{{Trunks: []int{1}}},
		DIDs: []company.DID{
			{Number: did, Description: "대표 번호", To: company.Ext("1010")},
			{Number: teamDID, To: company.Target{Kind: company.ToRingGroup, Value: "600"}},
			{Number: boxDID, To: company.Target{Kind: company.ToVoicemail, Value: "1018"}},
			{Number: hallDID, To: company.Target{Kind: company.ToRingGroup, Value: "610"}},
		},
		RingGroups: []company.RingGroup{{Number: "600", Name: "영업팀", Members: []string{"1010", "1013"}}, {Number: "610", Name: "모두"}},
		NaverWorks: &company.NaverWorks{
			ClientID: "client", ClientSecret: secret.New("client-secret"), ServiceAccount: "x.serviceaccount@example.com", PrivateKey: secret.New(key),
			Domain: domain, Bot: botID, BotSecret: secret.New("bot-secret"), AuthURL: works + "/oauth2/v2.0", APIURL: works + "/v1.0",
			PerMinute: -1, GroupRoom: hall,
		},
	}
	for _, p := range everybody {
		e := company.Extension{Number: p.ext, Name: p.name, Devices: company.Phone(password), RingSeconds: 5}
		if p.ext == "1018" {
			e.Voicemail = &company.Voicemail{}
		}
		c.Extensions = append(c.Extensions, e)
		c.RingGroups[1].Members = append(c.RingGroups[1].Members, p.ext)
	}
	return c
}

func (s *site) startPhones(trunk int) {
	s.t.Helper()
	var err error
	s.network, err = sipphone.NewNetwork(sipphone.NetworkOptions{
		Listen: net.JoinHostPort("127.0.0.1", strconv.Itoa(trunk)), Server: s.asterisk.SIPAddr, Unknown: sipphone.Reject(404),
		Numbers: map[string]sipphone.Number{mobile: {Tone: 1000, Behaviour: sipphone.Answer(0)}, stranger: {Tone: 1100, Behaviour: sipphone.Answer(0)}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.network.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.network.Close() })
	for i, who := range everybody {
		p, err := sipphone.New(sipphone.Options{Server: s.asterisk.SIPAddr, User: "T2_" + who.ext, Password: password, Behaviour: sipphone.Ring(), Tone: 400 + 40*i})
		if err != nil {
			s.t.Fatal(err)
		}
		if err := p.Start(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(func() { p.Close() })
		if err := p.Register(s.ctx()); err != nil {
			s.t.Fatalf("register %s: %v", who.ext, err)
		}
		s.phones[who.ext] = p
	}
}

func (s *site) startGateway(agi int) {
	s.t.Helper()
	c := config.Default()
	c.Listen, c.DCMIWSListen, c.DataDir = []string{"127.0.0.1:0"}, nil, s.t.TempDir()
	c.PrivateTargets = []string{"127.0.0.1"} // a company's program, see listen
	c.AGIListen = net.JoinHostPort("127.0.0.1", strconv.Itoa(agi))
	user := func(u asteriskconf.User) config.User {
		return config.User{Username: u.Name, Secret: config.NewSecret(u.Secret)}
	}
	c.Servers = []config.Server{{
		ID: 1, Name: "one", Address: s.asterisk.AMIAddr, Auth: config.AuthPlain,
		Users:    config.Users{Events: user(asterisktest.Events), Calls: user(asterisktest.Calls), Database: user(asterisktest.Database)},
		FaxSpool: filepath.Join(s.asterisk.Input.Dirs.Base, asteriskconf.FaxFolder), RecordingSpool: filepath.Join(s.asterisk.Input.Dirs.Base, "spool", dialplan.RecordingsFolder),
	}}
	c.Tenants = []config.Tenant{{ID: tenantID, Number: 2, Name: "얼쑤팩토리", Servers: []int{1}, Extensions: []string{"1010"}}}
	c.Operators = []config.Operator{{Username: operator, Password: config.NewSecret(opsPass)}}
	if err := c.Validate(); err != nil {
		s.t.Fatal(err)
	}
	s.app = app.New(app.Options{
		Config: c, Version: "test", Logger: slog.New(slog.NewTextHandler(s.logs, nil)),
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}), Uncounted: true,
	})
	if err := s.app.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.app.Stop)
	s.client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	s.api = "http://" + s.app.Addresses()[0] + "/api/v2"
	await.That(s.t, "the link to Asterisk", func() bool { return s.app.Pool().Server(1).Up() })
	s.settle()
	for _, p := range everybody {
		if all := s.app.People().ByExtension(2, p.ext); len(all) != 1 || all[0].User != p.user || all[0].Mobile != mobile || all[0].Lang != p.lang {
			s.t.Fatalf("%s is %+v, after the directory was read", p.ext, all)
		}
	}
}

// settle gives a new gateway the company and its people.
func (s *site) settle() {
	s.t.Helper()
	s.describe(&s.company)
	s.do("POST", "/people/sync?tenant=T2", nil)
}

// describe makes the gateway's description of the company what c says.
func (s *site) describe(c *company.Company) {
	s.t.Helper()
	text, err := companyfile.Write(&companyfile.File{Company: *c}, true)
	if err != nil {
		s.t.Fatal(err)
	}
	s.do("PUT", "/tenants/T2/description", map[string]string{"text": string(text)})
}

// do asks the gateway as an operator, and gives data of the answer.
func (s *site) do(method, path string, body any) json.RawMessage {
	s.t.Helper()
	status, raw := s.ask(method, path, body)
	var answer struct {
		Status string
		Data   json.RawMessage
	}
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Status != "success" {
		s.t.Fatalf("%s %s: %d %s", method, path, status, raw)
	}
	return answer.Data
}

// ask is do for what may be refused: it gives status and answer.
func (s *site) ask(method, path string, body any) (int, []byte) {
	s.t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.ctx(), method, s.api+path, bytes.NewReader(sent))
	if err != nil {
		s.t.Fatal(err)
	}
	r.SetBasicAuth(operator, opsPass)
	r.Header.Set("Content-Type", "application/json")
	resp, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, raw
}

// ctx bounds one wait.
func (s *site) ctx() context.Context {
	ctx, cancel := context.WithTimeout(s.t.Context(), await.Limit)
	s.t.Cleanup(cancel)
	return ctx
}

// call calls a number of the company from the network.
func (s *site) call(to string) *sipphone.Call {
	s.t.Helper()
	c, err := s.network.Call(s.ctx(), sipphone.CallOptions{From: stranger, To: to})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Hangup(context.WithoutCancel(s.t.Context())) })
	return c
}

// message waits for the nth message of the bot to somebody since a mark, from 1.
func (s *site) message(to string, mark uint64, nth int) string {
	s.t.Helper()
	var text string
	await.That(s.t, "message "+strconv.Itoa(nth)+" to "+to, func() bool {
		all := s.messages(to, mark)
		if len(all) < nth {
			return false
		}
		text = all[nth-1]
		return true
	})
	return text
}

// messages are those of the bot to somebody since a mark.
func (s *site) messages(to string, mark uint64) (all []string) {
	for _, m := range s.sandbox.Messages(botID, to) {
		if m.From == "" && m.Seq > mark {
			all = append(all, string(m.Content))
		}
	}
	return all
}

// mark is the newest message of all rooms.
func (s *site) mark() (mark uint64) {
	tos := []string{s.hall}
	for _, p := range everybody {
		tos = append(tos, p.user)
	}
	for _, to := range tos {
		for _, m := range s.sandbox.Messages(botID, to) {
			mark = max(mark, m.Seq)
		}
	}
	return mark
}

// contains fails the test unless text has all parts.
func (s *site) contains(text string, parts ...string) {
	s.t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			s.t.Errorf("%s is not in %s", p, text)
		}
	}
}

// next is the call that rings a phone.
func (s *site) next(ext string) *sipphone.Call {
	s.t.Helper()
	for {
		c, err := s.phones[ext].NextCall(s.ctx())
		if err != nil {
			s.t.Fatal(err)
		}
		if _, over := c.End(); !over { // else one of before that nobody looked at
			return c
		}
	}
}
