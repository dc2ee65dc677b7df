package workstest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Options of a Server. All may be zero; apps, people and bots can be added later.
type Options struct {
	Apps  []App
	Users []User
	Bots  []Bot

	// PerMinute is how often one operation may be called in a minute for one
	// domain: 60 with the free plan, 240 with the others (docs/rate-limits). 0
	// limits nothing, not even the making of rooms (10 otherwise).
	PerMinute int
	// TokenLife is how long an access token is good; 0 means 24 h.
	TokenLife time.Duration
	// ClockSkew is how far in the future an assertion may be issued; 0 means 1 min.
	ClockSkew time.Duration
	// Issuer is the iss of ID tokens; "" means https://auth.worksmobile.com.
	Issuer string
	// StorageURL is the address of this server under another host name, where
	// attachments are. "" means localhost when it was called by another name, and
	// 127.0.0.1 when it was called localhost.
	StorageURL string
	// PageSize is the most people in one answer of the directory; 0 means 100.
	PageSize int
	// LogSize is how many requests, and how many callbacks, are remembered; 0
	// means 10,000.
	LogSize int
	// FlexActions are the kinds of actions that take effect in a flex card; nil
	// means all. Others are accepted and dead: the documentation leaves it open.
	FlexActions []string
	// ChannelInPrivate puts a channelId into the events of 1:1 rooms too, as the
	// page on postbacks has it.
	ChannelInPrivate bool
	// HTTP sends the callbacks; nil means a client with a time-out of 10 s. No
	// redirect is followed.
	HTTP *http.Client
	Now  func() time.Time // default time.Now; delays run by the real clock
}

// App is what the Developer Console gives a program.
type App struct {
	ClientID       string
	ClientSecret   string
	ServiceAccount string         // "….serviceaccount@…"
	PublicKey      *rsa.PublicKey // of the service account's key
	Domain         int64          // that registered it
	Domains        []int64        // further ones of the same tenant
	Scopes         []string       // nil means all
	Redirects      []string       // registered redirect URIs
	RotateRefresh  bool           // a refresh gives a new refresh token
}

// User is a member of a domain.
type User struct {
	ID             string
	Email          string
	ExternalKey    string
	LastName       string
	FirstName      string
	Telephone      string
	CellPhone      string
	EmployeeNumber string
	Domain         int64
	Locale         string // "" means ko_KR
	Suspended      bool
	Password       string // of the login form; "" takes any
}

// Name is the name as the chat page shows it.
func (u *User) Name() string { return u.LastName + u.FirstName }

// Bot is a bot of the tenant.
type Bot struct {
	ID          int64
	Name        string
	Secret      string
	CallbackURL string  // "" sends no events
	Domain      int64   // of the app that made it
	Domains     []int64 // whose members can talk to it; nil means Domain
	// Takes are the kinds of messages that members can send: text, location,
	// sticker, image, file. Nil means all.
	Takes []string
}

// Server is the sandbox. Close ends it.
type Server struct {
	o     Options
	mux   *http.ServeMux
	guard *http.CrossOriginProtection
	idKey func() (*rsa.PrivateKey, error) // made when the first is asked for
	start func(func(context.Context))     // runs it until Close
	stop  context.CancelFunc
	wg    sync.WaitGroup

	mu       sync.Mutex
	changed  chan struct{} // closed and renewed when anything happened
	closed   bool
	apps     map[string]*App
	users    []*User
	byID     map[string]*User
	bots     map[int64]*bot
	rooms    map[string]*room
	files    map[string]*file
	tokens   map[string]*grant
	refresh  map[string]*grant
	codes    map[string]*grant
	windows  map[window]*count
	faults   []*Fault
	log      []Request
	sent     []Delivery
	lastSeq  uint64
	changeID func(*IDToken)
}

// ErrUnknown reports a control call that names what is not there.
var ErrUnknown = errors.New("not in the sandbox")

// New gives a server, which listens nowhere.
func New(o Options) *Server {
	if o.TokenLife == 0 {
		o.TokenLife = 24 * time.Hour
	}
	if o.ClockSkew == 0 {
		o.ClockSkew = time.Minute
	}
	if o.Issuer == "" {
		o.Issuer = "https://auth.worksmobile.com"
	}
	if o.PageSize == 0 {
		o.PageSize = 100
	}
	if o.LogSize == 0 {
		o.LogSize = 10000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	client := http.Client{Timeout: 10 * time.Second}
	if o.HTTP != nil {
		client = *o.HTTP
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	o.HTTP = &client
	s := &Server{
		o: o, guard: http.NewCrossOriginProtection(), changed: make(chan struct{}),
		apps: map[string]*App{}, byID: map[string]*User{}, bots: map[int64]*bot{}, rooms: map[string]*room{}, files: map[string]*file{},
		tokens: map[string]*grant{}, refresh: map[string]*grant{}, codes: map[string]*grant{}, windows: map[window]*count{},
	}
	s.idKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.start = func(f func(context.Context)) { s.wg.Go(func() { f(ctx) }) }
	for _, a := range o.Apps {
		s.AddApp(a)
	}
	for _, u := range o.Users {
		s.AddUser(u)
	}
	for _, b := range o.Bots {
		s.AddBot(b)
	}
	s.route()
	return s
}

// ServeHTTP answers for all the hosts that the package comment names.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close ends the senders of callbacks and the live updates of chat pages, and
// waits for the senders. Events that were not sent yet are lost, as with the
// service.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		s.wake()
	}
	s.mu.Unlock()
	s.stop()
	s.wg.Wait()
}

// wake tells all who wait that something happened. The caller holds mu.
func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// AddApp adds an app, or replaces the one with its ClientID.
func (s *Server) AddApp(a App) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apps[a.ClientID] = &a
}

// AddUser adds a member at the end of the directory, or replaces the one with
// the same ID.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Locale == "" {
		u.Locale = "ko_KR"
	}
	defer s.wake()
	s.byID[u.ID] = &u
	for i, old := range s.users {
		if old.ID == u.ID {
			s.users[i] = &u
			return
		}
	}
	s.users = append(s.users, &u)
}

// RemoveUser takes a member out of the directory.
func (s *Server) RemoveUser(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
	for i, u := range s.users {
		if u.ID == id {
			s.users = append(s.users[:i:i], s.users[i+1:]...)
			break
		}
	}
	s.wake()
}

// AddBot adds a bot, or replaces the settings of the one with its ID.
func (s *Server) AddBot(b Bot) {
	if b.Domains == nil {
		b.Domains = []int64{b.Domain}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := &bot{Bot: b} // requests that are under way keep the old one
	if old := s.bots[b.ID]; old != nil {
		fresh.menu, fresh.queue = old.menu, old.queue
	}
	s.bots[b.ID] = fresh
	s.wake()
}

// unguessable gives random text of at least n characters.
func unguessable(n int) string {
	b := make([]byte, (n*3+3)/4)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
