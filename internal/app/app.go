// Package app joins the parts of DIPCAST and runs them: it is the only place
// where faces and engines meet.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/audit"
	"github.com/dipcast/dipcast/internal/auth"
	"github.com/dipcast/dipcast/internal/bot"
	"github.com/dipcast/dipcast/internal/capacity"
	"github.com/dipcast/dipcast/internal/cdr"
	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/companies"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/dcmiws"
	"github.com/dipcast/dipcast/internal/edge"
	"github.com/dipcast/dipcast/internal/fax"
	"github.com/dipcast/dipcast/internal/guard"
	"github.com/dipcast/dipcast/internal/host"
	"github.com/dipcast/dipcast/internal/hub"
	"github.com/dipcast/dipcast/internal/limits"
	"github.com/dipcast/dipcast/internal/logring"
	"github.com/dipcast/dipcast/internal/metrics"
	"github.com/dipcast/dipcast/internal/outbox"
	"github.com/dipcast/dipcast/internal/pbx"
	"github.com/dipcast/dipcast/internal/people"
	"github.com/dipcast/dipcast/internal/policy"
	"github.com/dipcast/dipcast/internal/provisioning"
	"github.com/dipcast/dipcast/internal/recording"
	"github.com/dipcast/dipcast/internal/relay"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/sounds"
	"github.com/dipcast/dipcast/internal/store"
	"github.com/dipcast/dipcast/internal/tenant"
	"github.com/dipcast/dipcast/internal/users"
	"github.com/dipcast/dipcast/internal/web"
	"github.com/dipcast/dipcast/internal/webhook"
)

// Options configures an App.
type Options struct {
	Config *config.Config // required, validated
	// Load reads the configuration again, for Reload. Nil: it cannot be read again.
	Load func() (*config.Config, error)
	// ConfigFile is where it came from, and Environ what it was read with; "" for one
	// that is in no file.
	ConfigFile string
	Environ    []string
	Version    string
	Logger     *slog.Logger // required
	// Restarts says that whoever runs the App stops it when Restart tells, puts the
	// backup in its place and starts another, as Serve does.
	Restarts bool
	// Sink also gets every event and link change, after the clients' feed. It
	// must not block. Nil: none.
	Sink pbx.Sink
	// Refused also gets every refusal, in the goroutine of the request. It must
	// not block. Nil: none.
	Refused func(edge.Refusal)
	// Sounds are the data folders (asteriskproc.DataFolder) of Asterisks that
	// somebody else runs on this machine, and that play what is uploaded. Nil:
	// none.
	Sounds []string
	// Voices are programs of Asterisks of somebody else that came with a voice.
	Voices []*asteriskproc.Tree
	// Tune changes the options of each link before it is made, for tests.
	Tune func(*ami.Options)
	// HandshakeTimeout is how long a client may take to send the head of a
	// request, a WebSocket's handshake included. 0: 10 s.
	HandshakeTimeout time.Duration
	// StallTimeout is how long a client may take nothing of what is written to
	// it before it is cut, without a word. 0: 10 s.
	StallTimeout time.Duration
	// Free tells how much room is left where a folder is, in bytes, for tests. Nil:
	// datadir.Free.
	Free func(dir string) (uint64, error)
	// FreeDisk says what part of a folder's disk is free, and TidyRecordings how
	// often it is looked at, for tests.
	FreeDisk       func(dir string) (float64, error)
	TidyRecordings time.Duration
	// Capacity replaces what the configuration's capacity means, for tests.
	Capacity func() capacity.Limits
	// Uncounted leaves out what the capacity asks servers by itself, for tests that
	// look at every byte on the way there.
	Uncounted bool
	// Passwords replaces the parameters of password hashing, for tests.
	Passwords *auth.Passwords
}

// App is a whole DIPCAST.
type App struct {
	o   Options
	log *slog.Logger

	store     *store.Store
	directory atomic.Pointer[tenant.Directory]
	companies *companies.Service
	people    *people.Service
	users     *users.Service
	phones    *provisioning.Service
	hosts     []*host.Host
	auth      *auth.Authenticator
	audit     *audit.Log
	hub       *hub.Hub
	limits    *limits.Gate
	bans      *guard.Guard
	capacity  *capacity.Service
	pool      *pbx.Pool
	policy    *policy.Policy
	origins   *edge.Origins
	dcmiws    *dcmiws.Server
	history   *cdr.History
	faxes     *fax.Keeper
	bot       *bot.Bot
	tokens    *bot.Tokens
	callbacks *bot.Callbacks
	presses   *bot.Presses
	pages     *bot.Pages
	outbox    *outbox.Outbox
	relay     *relay.Box // nil: there is none
	relayed   atomic.Pointer[http.Handler]
	webhooks  *webhook.Service
	feed      *dcmiws.Feed

	backups    *rest.Backups
	recordings *recording.Keeper
	links      *recording.Links

	rest    *rest.API
	web     *web.Server
	prompts *sounds.Store
	tones   *sounds.Tones

	certs     *certs.Source // nil: listeners speak plain text
	binding   sync.Mutex    // guards listeners while they are opened: the first serves already
	listeners []net.Listener
	servers   []*http.Server
	// metricsAddress is that of the listener without login.
	metricsAddress string
	agiAddress     string
	failed         chan error
	reviews        chan struct{} // holds one when sessions are to be looked at
	restarts       chan string   // holds the backup that it is to start again with

	started time.Time
	keyUse  keyUse
	ring    *logring.Ring
	// doctoring is held while a server is looked at for somebody.
	doctoring sync.Mutex
	draining  atomic.Bool
	serving   atomic.Int64 // requests under way

	guarding atomic.Pointer[guard.Settings]

	passwords *auth.Passwords
	reloading sync.Mutex
	config    *config.Config                // what counts now; guarded by reloading
	counts    atomic.Pointer[config.Config] // the same, for who must not wait
	// task runs something in a goroutine that Stop ends and waits for.
	task func(func(context.Context))

	refusals metrics.Codes
	lines    metrics.Logs
	reloads  metrics.Reloads

	undo []func() // what Stop does, last first
}

// New returns an App. It does no I/O.
func New(o Options) *App {
	a := &App{o: o, started: time.Now(), config: o.Config, failed: make(chan error, 8), reviews: make(chan struct{}, 1), restarts: make(chan string, 1)}
	a.counts.Store(o.Config)
	a.ring = logring.New(a.masked)
	a.log = slog.New(a.lines.Handler(a.ring.Handler(o.Logger.Handler())))
	return a
}

// Start opens the database, listens and begins to keep the links. It returns
// once clients can connect; servers that are down do not delay it. On an error
// everything is undone.
func (a *App) Start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			a.unwind()
		}
	}()
	unlock, running, err := lockFolder(ctx, a.o.Config.DataDir)
	if err != nil {
		return err
	}
	if running {
		return fmt.Errorf("%s: %w", a.o.Config.DataDir, datadir.ErrInUse)
	}
	a.onStop(unlock)
	if _, err := datadir.Recover(a.o.Config.DataDir); err != nil {
		return err
	}
	if err := a.open(ctx); err != nil {
		return err
	}
	if err := a.build(); err != nil {
		return err
	}
	if err := a.bans.Load(ctx); err != nil {
		return err
	}
	return a.listen()
}

// onStop registers what undoes something that now exists.
func (a *App) onStop(f func()) { a.undo = append(a.undo, f) }

func (a *App) unwind() {
	for i := len(a.undo) - 1; i >= 0; i-- {
		a.undo[i]()
	}
	a.undo = nil
}

// background runs f until Stop, which waits for it.
func (a *App) background(f func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { f(ctx) })
	a.onStop(func() { cancel(); wg.Wait() })
}

func (a *App) open(ctx context.Context) error {
	c := a.o.Config
	st, err := store.Open(ctx, store.Options{
		Database: c.Database.Reveal(), DataDir: c.DataDir,
		SecretKey: func() ([]byte, error) { return datadir.Key(c.DataDir, datadir.SecretsKey) },
	})
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	a.store = st
	a.tones = sounds.NewTones(c.DataDir)
	a.onStop(func() {
		if err := st.Close(); err != nil {
			a.log.Error("database not closed well", "error", err)
		}
	})
	if a.passwords = a.o.Passwords; a.passwords == nil {
		a.passwords = auth.NewPasswords(auth.PasswordOptions{})
	}
	result, err := st.Seed(ctx, c, a.passwords)
	if err != nil {
		return err
	}
	if result != (store.SeedResult{}) {
		a.log.Info("configuration taken over", "created", result.Created, "changed", result.Changed, "disabled", result.Disabled)
	}
	if result.Kept > 0 {
		a.log.Warn("extensions that the configuration no longer has stay, because others refer to them", "extensions", result.Kept)
	}
	d, err := st.Directory(ctx)
	if err != nil {
		return fmt.Errorf("tenants: %w", err)
	}
	a.directory.Store(d)
	a.auth, err = auth.New(auth.Options{Accounts: st, Directory: a.directory.Load, Sessions: sessions{a}, Passwords: a.passwords})
	if err != nil {
		return err
	}
	key, err := datadir.Key(c.DataDir, datadir.AuditKey)
	if err != nil {
		return err
	}
	if a.audit, err = audit.New(audit.Options{Store: st, Logger: a.log, Lookup: a.numberOf, IDKey: key}); err != nil {
		return err
	}
	a.audit.Start()
	a.onStop(func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		if err := a.audit.Close(ctx); err != nil {
			a.log.Error("audit not written to its end", "error", err)
		}
	})
	if err := a.openUsers(ctx); err != nil {
		return err
	}
	return a.openCompanies(ctx)
}

func (a *App) numberOf(id string) (int, bool) { return a.directory.Load().NumberByID(id) }

func (a *App) build() error {
	c := a.o.Config
	a.hub = hub.New(hub.Options{Bytes: int64(c.Hub.Bytes), Age: c.Hub.Age, Stall: a.o.StallTimeout, Logger: a.log.With("component", "hub")})
	a.background(a.hub.Run)
	a.feed = dcmiws.NewFeed(a.hub)
	if err := a.openCards(c); err != nil {
		return err
	}
	if err := a.openWebhooks(context.Background()); err != nil {
		return err
	}
	if err := a.openOutbox(); err != nil {
		return err
	}
	if err := a.keepHistory(c); err != nil {
		return err
	}
	if err := a.keepFaxes(c, a.feed); err != nil {
		return err
	}
	if err := a.openRecordings(c); err != nil {
		return err
	}
	var sink pbx.Sink = historic{a.feed, a.history}
	if a.o.Sink != nil {
		sink = sinks{sink, a.o.Sink}
	}
	a.limits = limits.New(limits.Options{Counters: a.store, Directory: a.directory.Load, Trail: a.audit, Logger: a.log})
	a.background(a.limits.Run)
	var err error
	if a.bans, err = a.newGuard(); err != nil {
		return err
	}
	if a.capacity, err = a.newCapacity(); err != nil {
		return err
	}
	pressed := newPressSink()
	follower, err := a.followRecordings()
	if err != nil {
		return err
	}
	sink = sinks{sink, guardSink{a.bans}, capacitySink{a.capacity}, cardSink{a.bot}, pressed, webhookSink{a.webhooks}, recordedSink{follower}}
	a.pool, err = pbx.New(pbx.Options{
		Servers: serverOptions(c), Directory: a.directory.Load, Gate: a.limits, Room: a.room,
		Sink: sink, Logger: a.log, OnUp: a.serverUp, Trace: a.trace, Tune: a.o.Tune,
	})
	if err != nil {
		return err
	}
	a.background(a.outbox.Run)
	a.background(a.webhooks.Run)
	a.background(a.history.Run) // ends after the links
	a.background(a.bot.Run)
	a.background(cdr.NewRetention(cdr.RetentionOptions{Store: a.store, Logger: a.log}).Run)
	a.background(a.countHours)
	a.background(a.faxes.Run)
	a.background(a.retell)
	a.origins = edge.NewOrigins(c.Origins...)
	a.policy = policy.New(policy.Options{Directory: a.directory.Load, Channels: a.pool, OperatorCommands: c.OperatorCommands})
	proxies := edge.Proxies(c.ProxyNetworks())
	a.dcmiws = dcmiws.New(dcmiws.Options{
		Hub: a.hub, Pool: a.pool, Policy: a.policy, Authenticate: a.authenticate(proxies), Directory: a.directory.Load,
		Origins: a.origins, Proxies: proxies, Logger: a.log,
		Refused: a.refused, Changed: a.changedBySocket,
		Rate: rate.Limit(c.Rate.PerSecond), Burst: c.Rate.Burst,
	})
	if err := a.openPrompts(); err != nil {
		return err
	}
	a.newRelay()
	a.backups = a.openBackups()
	a.rest = rest.New(rest.Options{
		Version: a.o.Version, Pool: a.pool, Policy: a.policy, Directory: a.directory.Load, Authenticate: a.authenticateAny(proxies), Users: a.users,
		Softphones: a.phones, Deploy: a.deploy, Place: a.placeOf, Locked: a.locked, Unlock: a.unlock, Guard: a.bans, Rotate: a.rotated, Companies: a.companies, People: a.people,
		Ticket: a.ticket, Origins: a.origins, Proxies: proxies, Logger: a.log,
		Prompts: a.prompts, Tones: a.tones, Trail: a.audit, Audit: a.store, System: system{a}, Keys: keys{a.store, a}, Backups: a.backups, Speak: a.speak,
		Refused: a.refused, Events: a.dcmiws.Stream, History: a.store, Applies: a, Capacity: a.capacity, Faxes: a.store, Fax: a.faxes,
		Recordings: a.store, Recorder: a.recordings, Links: a.links, Preview: a.previewCard, PreviewPage: a.previewPage, PublicURL: strings.TrimSuffix(c.PublicURL, "/"), Alarms: a.recordings.Alarms, Relay: a.relayHealth, Cards: a.cardFindings,
		Webhooks: a.webhooks, DeadLetters: a.store, Outbox: a.outboxState(),
		Hours: a.store, Mailboxes: a.boxes, TryWorks: a.tryWorks,
	})
	a.web = web.New(web.Options{
		Phones: a.phones, SignIns: a.people, SignedIn: a.webSignedIn(proxies), PublicURL: strings.TrimSuffix(c.PublicURL, "/"), Authenticate: a.authenticate(proxies), Deploy: a.deploy, Loopback: func() bool { return a.counts.Load().LoopbackOnly() },
		Proxies: proxies, Refused: a.refused, Logger: a.log,
	})
	a.openPresses(proxies)
	a.background(a.callbacks.Run)
	a.background((&bot.Menus{Bot: a.bot, Claims: a.store}).Run)
	if err := a.takeMessages(c); err != nil {
		return err
	}
	a.background(func(ctx context.Context) { pressed.run(ctx, a) })
	a.background(a.recordings.Run)
	a.background(a.people.Run)
	a.background(a.reviewSessions)
	a.background(a.backUpByClock)
	a.background(tidy)
	a.background(a.dcmiws.Run)
	a.listenAGI()
	a.background(a.bans.Run)
	a.openHosts()
	a.background(a.pool.Run)
	a.background(follower.Run) // ends before the links
	if !a.o.Uncounted {
		a.background(a.capacity.Run) // ends before the links
	}
	ctx, cancel := context.WithCancel(context.Background())
	var tasks sync.WaitGroup
	a.task = func(f func(context.Context)) { tasks.Go(func() { f(ctx) }) }
	a.onStop(func() { cancel(); tasks.Wait() })
	return nil
}

// Stop ends everything at once: listeners first, then clients, links, the
// database. Drain before it is kinder.
func (a *App) Stop() {
	a.draining.Store(true)
	a.reloading.Lock() // one under way is made to its end
	defer a.reloading.Unlock()
	a.unwind()
}

// Failed tells of a listener that broke while running.
func (a *App) Failed() <-chan error { return a.failed }

// Pool is the servers, for the demo and for tests.
func (a *App) Pool() *pbx.Pool { return a.pool }

// Addresses are where it listens, as bound, in the order of the configuration.
func (a *App) Addresses() []string {
	var out []string
	for _, l := range a.listeners {
		out = append(out, l.Addr().String())
	}
	return out
}

var errDatabase = errors.New("the database does not answer")

// leastFree is the room that must be left where the data directory is: what is
// written before anybody notices.
const leastFree = 32 << 20

// Ready says what keeps the App from being ready: nothing when the database can be
// written, its data directory has room, and at least one server's links are up.
// down are the servers that are not up, in either case.
func (a *App) Ready(ctx context.Context) (down []string, err error) {
	if a.draining.Load() {
		return nil, errors.New("stopping")
	}
	up := 0
	for _, s := range a.pool.Servers() {
		if s.Up() {
			up++
			continue
		}
		down = append(down, s.Name())
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if dbErr := a.store.Check(ctx); dbErr != nil {
		return down, fmt.Errorf("%w: %w", errDatabase, dbErr)
	}
	free := a.o.Free
	if free == nil {
		free = datadir.Free
	}
	// Where it cannot be asked, the database says when there is no room.
	if n, err := free(a.o.Config.DataDir); err == nil && n < leastFree {
		return down, errors.New("the disk of the data directory is full")
	}
	if up == 0 {
		return down, errors.New("no server's link is up")
	}
	return down, nil
}
