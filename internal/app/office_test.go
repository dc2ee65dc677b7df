package app_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
	"github.com/dipcast/dipcast/internal/app"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/await"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/companyfile"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/secret"
	"github.com/dipcast/dipcast/internal/store/storetest"
	"github.com/dipcast/dipcast/works/workstest"
)

// The size of an offices.
const (
	officeTenants = 20
	officePeople  = 50 // of each; all 1,000 have a phone and NAVER WORKS
	officeGroup   = 10 // people in the group 600 of each
)

// offices are companies whose people get cards: a gateway with a database on disk,
// an Asterisk that says what it is told to, and a NAVER WORKS, all on loopback.
type offices struct {
	tb       testing.TB
	asterisk *amitest.Server
	app      *app.App
	client   *http.Client
	origin   string // http://host:port of the gateway
	sandbox  *workstest.Server
	call     *recording

	mu    sync.Mutex
	cards map[string][]arrival      // by the caller's number, ring cards
	rest  int                       // other messages
	wrong map[int]int               // how often the sandbox answered otherwise than 201
	moved map[string]chan time.Time // by channel: when its Redirect came
}

// arrival is a ring card that came to NAVER WORKS.
type arrival struct {
	at    time.Time // of its first byte at the handler
	to    string    // the path, with the person or room in it
	token string    // of its first button
}

// officeOptions are what differs.
type officeOptions struct {
	database  *storetest.Database // nil: a new SQLite file
	perMinute int                 // NAVER WORKS's limit; 0: none
	room      bool                // whether a room is told in a big group's place
}

func officeID(n int) string { return fmt.Sprintf("7be69580e276%04x", n) }

func officeDID(n int, number string) string {
	return fmt.Sprintf("0704%03d%04s", n, number)
}

func newOffices(tb testing.TB, o officeOptions) *offices {
	tb.Helper()
	s := &offices{tb: tb, call: loadRecording(tb), cards: map[string][]arrival{}, wrong: map[int]int{}, moved: map[string]chan time.Time{}}
	if o.database == nil {
		o.database = storetest.SQLite(tb)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	address := s.startWorks(&key.PublicKey, o.perMinute)
	s.startAsterisk()
	s.startGateway(o.database)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	for n := 2; n < 2+officeTenants; n++ {
		c := describeOffice(n, address, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
		if c.NaverWorks.PerMinute = -1; o.perMinute > 0 {
			c.NaverWorks.PerMinute = o.perMinute
		}
		if o.room {
			var all []string
			for _, e := range c.Extensions[:officeGroup] {
				all = append(all, officeUser(n, e.Number))
			}
			c.NaverWorks.GroupRoom = s.sandbox.AddRoom(c.NaverWorks.Bot, "영업팀", all...)
		}
		s.describe(&c)
	}
	for n := 2; n < 2+officeTenants; n++ {
		await.That(tb, "the people of a company, from its directory", func() bool {
			return len(s.app.People().ByExtension(n, fmt.Sprint(1000+officePeople-1))) == 1
		})
		await.That(tb, "the diversions of a company, as Asterisk keeps them", func() bool {
			v, _ := s.asterisk.DB().Get(officeID(n), fmt.Sprintf("diversions/%d/CFU/enable", 1000+officePeople-1))
			return v == "yes"
		})
	}
	return s
}

func officeUser(n int, ext string) string { return fmt.Sprintf("u-%d-%s", n, ext) }

// numberIn finds the caller's number in a card: see from.
var numberIn = regexp.MustCompile(`010[5-9]\d{7}`)

// officeFrom is the number of a call's caller.
func officeFrom(n int) string { return fmt.Sprintf("010%08d", 50000000+n) }

// startWorks runs a NAVER WORKS.
func (s *offices) startWorks(key *rsa.PublicKey, perMinute int) (address string) {
	o := workstest.Options{PerMinute: perMinute, LogSize: 1}
	for n := 2; n < 2+officeTenants; n++ {
		domain := int64(10000000 + n)
		o.Apps = append(o.Apps, workstest.App{
			ClientID: fmt.Sprint("client-", n), ClientSecret: "client-secret", ServiceAccount: fmt.Sprintf("t%d.serviceaccount@example.com", n),
			PublicKey: key, Domain: domain,
		})
		o.Bots = append(o.Bots, workstest.Bot{ID: int64(2000000 + n), Name: "DIPCAST", Secret: "bot-secret", Domain: domain})
		for i := range officePeople {
			ext := fmt.Sprint(1000 + i)
			o.Users = append(o.Users, workstest.User{
				ID: officeUser(n, ext), Email: officeUser(n, ext) + "@example.com", LastName: "사람" + ext, Domain: domain,
				Telephone: "02-123-4567(" + ext + ")", CellPhone: "01026132471", Locale: "ko_KR",
			})
		}
	}
	s.sandbox = workstest.New(o)
	server := httptest.NewServer(http.HandlerFunc(s.note))
	s.tb.Cleanup(func() {
		s.sandbox.Close()
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// note has the sandbox answer, and notes messages: the sandbox's own log would
// be copied for each look.
func (s *offices) note(w http.ResponseWriter, r *http.Request) {
	at := time.Now()
	if !strings.HasSuffix(r.URL.Path, "/messages") {
		s.sandbox.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.tb.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := statusOf{ResponseWriter: w}
	s.sandbox.ServeHTTP(&answer, r)
	number := string(numberIn.Find(body))
	_, token, _ := strings.Cut(string(body), `"postback":"`)
	token, _, _ = strings.Cut(token, `"`)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case answer.status != http.StatusCreated:
		s.wrong[answer.status]++
	case bytes.Contains(body, []byte("당겨 받기")):
		s.cards[number] = append(s.cards[number], arrival{at, r.URL.Path, token})
	default:
		s.rest++
	}
}

// statusOf notes the status of an answer.
type statusOf struct {
	http.ResponseWriter
	status int
}

func (w *statusOf) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// startAsterisk runs one that notes when a caller is to be moved, and agrees.
func (s *offices) startAsterisk() {
	s.asterisk = amitest.New(amitest.Options{})
	s.asterisk.Handle("Redirect", func(c *amitest.Conn, r amitest.Request) {
		at := time.Now()
		select {
		case s.moves(r.Get("Channel")) <- at:
		default: // twice; the first counts
		}
		c.Respond(r, "Success", "Message", "Redirect successful")
	})
	if err := s.asterisk.Listen("127.0.0.1:0"); err != nil {
		s.tb.Fatal(err)
	}
	s.tb.Cleanup(s.asterisk.Close)
}

func (s *offices) startGateway(db *storetest.Database) {
	s.tb.Helper()
	c := config.Default()
	c.Listen, c.DCMIWSListen, c.AGIListen = []string{"127.0.0.1:0"}, nil, ""
	c.DataDir = db.Dir
	if db.Engine != "sqlite" {
		c.Database = config.NewSecret(db.URL)
	}
	c.PublicURL = "https://dipcast.example"
	c.Servers = []config.Server{{
		ID: 1, Name: "one", Address: s.asterisk.Addr(), Auth: config.AuthPlain, Username: "gw", Secret: config.NewSecret("gw-secret"),
	}}
	for n := 2; n < 2+officeTenants; n++ {
		c.Tenants = append(c.Tenants, config.Tenant{ID: officeID(n), Number: n, Name: fmt.Sprint("회사 ", n), Servers: []int{1}, Extensions: []string{"1000"}})
	}
	c.Operators = []config.Operator{{Username: "ops", Password: config.NewSecret(password("ops"))}}
	if err := c.Validate(); err != nil {
		s.tb.Fatal(err)
	}
	s.app = app.New(app.Options{
		Config: c, Version: "test", Logger: slog.New(slog.DiscardHandler),
		Passwords: auth.NewPasswords(auth.PasswordOptions{Memory: 64, Time: 1}), Uncounted: true,
	})
	if err := s.app.Start(s.tb.Context()); err != nil {
		s.tb.Fatal(err)
	}
	s.tb.Cleanup(s.app.Stop)
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	s.tb.Cleanup(transport.CloseIdleConnections)
	s.client = &http.Client{Transport: transport, Timeout: 30 * time.Second}
	s.origin = "http://" + s.app.Addresses()[0]
	await.That(s.tb, "the link to Asterisk", func() bool { return s.app.Pool().Server(1).Up() })
}

func describeOffice(n int, address, key string) company.Company {
	c := company.Company{
		ID: officeID(n), Number: n, Name: fmt.Sprint("회사 ", n),
		Trunks: []company.Trunk{{ID: n, Host: "127.0.0.1", Port: 5060}}, Routes: []company.Route{{Trunks: []int{n}}},
		RingGroups: []company.RingGroup{{Number: "600", Name: "영업팀"}},
		DIDs:       []company.DID{{Number: officeDID(n, "600"), To: company.Target{Kind: company.ToRingGroup, Value: "600"}}},
		NaverWorks: &company.NaverWorks{
			ClientID: fmt.Sprint("client-", n), ClientSecret: secret.New("client-secret"),
			ServiceAccount: fmt.Sprintf("t%d.serviceaccount@example.com", n), PrivateKey: secret.New(key),
			Domain: int64(10000000 + n), Bot: int64(2000000 + n), BotSecret: secret.New("bot-secret"),
			AuthURL: address + "/oauth2/v2.0", APIURL: address + "/v1.0",
		},
	}
	for i := range officePeople {
		ext := fmt.Sprint(1000 + i)
		c.Extensions = append(c.Extensions, company.Extension{Number: ext, Name: "사람" + ext, Devices: company.Phone("secret of all phones"), RingSeconds: 30})
		c.DIDs = append(c.DIDs, company.DID{Number: officeDID(n, ext), Description: "대표 번호", To: company.Ext(ext)})
		if i < officeGroup {
			c.RingGroups[0].Members = append(c.RingGroups[0].Members, ext)
		}
	}
	return c
}

// describe makes the gateway's description of a company what c says.
func (s *offices) describe(c *company.Company) {
	s.tb.Helper()
	text, err := companyfile.Write(&companyfile.File{Company: *c}, true)
	if err != nil {
		s.tb.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"text": string(text)})
	if err != nil {
		s.tb.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.tb.Context(), http.MethodPut, fmt.Sprintf("%s/api/v2/tenants/T%d/description", s.origin, c.Number), bytes.NewReader(body))
	if err != nil {
		s.tb.Fatal(err)
	}
	r.SetBasicAuth("ops", password("ops"))
	r.Header.Set("Content-Type", "application/json")
	resp, err := s.client.Do(r)
	if err != nil {
		s.tb.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.tb.Fatalf("%d %s %v", resp.StatusCode, answer, err)
	}
}

// ring has a call ring somebody, each time another person, and says when
// Asterisk began to tell of it.
func (s *offices) ring(n int) (*ringing, time.Time) {
	tenant, ext := 2+n%officeTenants, fmt.Sprint(1000+n/officeTenants%officePeople)
	c := &ringing{n: n, tenant: tenant, did: officeDID(tenant, ext), target: ext, members: []string{ext}, from: officeFrom(n)}
	return c, s.tell(c, s.call.ring)
}

// ringGroup has a call ring the group of the first company.
func (s *offices) ringGroup(n int) (*ringing, time.Time) {
	c := &ringing{n: n, tenant: 2, did: officeDID(2, "600"), target: "600", from: officeFrom(n)}
	for i := range officeGroup {
		c.members = append(c.members, fmt.Sprint(1000+i))
	}
	return c, s.tell(c, s.call.ring)
}

// hangUp ends a call.
func (s *offices) hangUp(c *ringing) { s.tell(c, s.call.end) }

func (s *offices) tell(c *ringing, part []recorded) time.Time {
	text := c.play(part)
	at := time.Now()
	s.asterisk.EmitRaw("", text)
	return at
}

// came are the ring cards of a call so far.
func (s *offices) came(c *ringing) []arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.cards[c.from])
}

// moves tells when a caller was to be moved.
func (s *offices) moves(channel string) chan time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.moved[channel] == nil {
		s.moved[channel] = make(chan time.Time, 1)
	}
	return s.moved[channel]
}

// refused are the answers of NAVER WORKS that were none of success.
func (s *offices) refused() map[int]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.wrong)
}
