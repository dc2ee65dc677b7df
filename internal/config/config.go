// Package config reads DIPCAST's YAML configuration.
//
// It is parsed once, strictly: an unknown key, a value of the wrong type, a
// number that YAML would silently read as octal are problems, and all problems
// are reported together, each with its line, its field and how to mend it.
// Nothing is opened or started before a configuration is whole.
package config

import (
	"net/netip"
	"slices"
	"time"

	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Config is a whole configuration. The yaml tags are the keys; a missing key
// has the value of Default.
type Config struct {
	Listen         []string `yaml:"listen"`          // web, REST and WebSocket, host:port
	DCMIWSListen   []string `yaml:"dcmiws_listen"`   // only the WebSocket protocol, at any path
	MetricsListen  string   `yaml:"metrics_listen"`  // /metrics and /debug/pprof/ without login, loopback only; "" none
	TLS            TLS      `yaml:"tls"`             // of the listeners of clients
	TrustedProxies []string `yaml:"trusted_proxies"` // addresses or networks whose X-Forwarded-For counts
	Origins        []string `yaml:"origins"`         // browsers' Origins allowed beside our own
	// PrivateTargets are addresses or networks that webhooks and look-ups of callers'
	// names may reach although they are not of the public internet.
	PrivateTargets []string `yaml:"private_targets"`
	// AGIListen is where the dialplan of the servers asks whether a call to the
	// network may be made, host:port. "" means that it does not ask, and calls
	// abroad stay closed there.
	AGIListen    string `yaml:"agi_listen"`
	DataDir      string `yaml:"data_dir"` // database, keys, recordings, faxes
	Database     Secret `yaml:"database"` // "sqlite" or postgres://…, which may hold a password
	DatabaseFile string `yaml:"database_file"`
	// PublicURL is what links in cards begin with; no slash at the end. "" means
	// the relay's URL, and without a relay the first listener's.
	PublicURL string `yaml:"public_url"`

	Servers          []Server     `yaml:"servers"`
	Tenants          []Tenant     `yaml:"tenants"`
	Operators        []Operator   `yaml:"operators"`
	OperatorCommands []string     `yaml:"operator_commands"` // CLI commands operators may send
	OpenListen       []OpenListen `yaml:"open_listen"`

	// Capacity is the size of the box, one of Capacities.
	Capacity string `yaml:"capacity"`

	Hub       Hub       `yaml:"hub"`
	Rate      Rate      `yaml:"rate"`
	Guard     Guard     `yaml:"guard"`
	Softphone Softphone `yaml:"softphone"`
	Relay     Relay     `yaml:"relay"`
	Backups   Backups   `yaml:"backups"`

	// Warnings are dangers that do not keep us from starting. Parse sets it.
	Warnings []Problem `yaml:"-"`
}

// Capacities are the sizes a box is sold in; what they mean is package capacity's.
var Capacities = []string{"none", "dipcast-50", "dipcast-100"}

// TLS modes.
const (
	TLSOff   = "off"
	TLSSelf  = "self"  // own certificate authority, made at the first start
	TLSFiles = "files" // certificate and key from files, re-read without restart
)

// TLS says how listeners encrypt.
type TLS struct {
	Mode string `yaml:"mode"`
	Cert string `yaml:"cert"` // PEM file, with mode files
	Key  string `yaml:"key"`  // PEM file, with mode files
}

// Ways to log in to AMI.
const (
	AuthPlain = "plain"
	AuthMD5   = "md5"
)

// Server is one Asterisk. After Validate, Users is complete.
type Server struct {
	ID                 int    `yaml:"id"`
	Name               string `yaml:"name"`    // server_name in envelopes
	Address            string `yaml:"address"` // host:port of AMI
	TLS                bool   `yaml:"tls"`
	CAFile             string `yaml:"ca_file"` // PEM; "" means the system's authorities
	InsecureSkipVerify bool   `yaml:"insecure_skip_verify"`
	Auth               string `yaml:"auth"`
	Username           string `yaml:"username"` // for every use that Users does not name
	Secret             Secret `yaml:"secret"`
	SecretFile         string `yaml:"secret_file"`
	Users              Users  `yaml:"users"`
	PBX                PBX    `yaml:"pbx"`

	// OwnUsers is set by Validate: Users are those that DIPCAST makes, without
	// their secrets yet (package serverconf).
	OwnUsers bool `yaml:"-"`
	// CDRCSV is the file in which the server's Asterisk keeps its own record of
	// calls (cdr_custom.conf as rendered here). "": history is of what is seen live.
	CDRCSV string `yaml:"cdr_csv"`
	// FaxSpool is the folder in which that Asterisk keeps faxes on their way, as
	// this machine sees it. "" means spool/fax below PBX.Dir.
	FaxSpool string `yaml:"fax_spool"`
	// RecordingSpool is the folder in which that Asterisk writes recordings, as
	// this machine sees it; finished ones are taken out of it. "" means
	// spool/monitor below PBX.Dir.
	RecordingSpool string `yaml:"recording_spool"`
}

// Users are separate AMI users of one server, so that the one that places
// calls has no class system and Asterisk's own guard on Originate stays on.
type Users struct {
	Events   User `yaml:"events"`
	Calls    User `yaml:"calls"`
	Database User `yaml:"database"`
}

// User is one AMI user.
type User struct {
	Username   string `yaml:"username"`
	Secret     Secret `yaml:"secret"`
	SecretFile string `yaml:"secret_file"`
}

// Tenant is one company.
type Tenant struct {
	ID         string            `yaml:"id"`
	Number     int               `yaml:"number"`
	Name       string            `yaml:"name"`
	Main       bool              `yaml:"main"`     // number 1 without a prefix
	Contexts   []string          `yaml:"contexts"` // of the main tenant
	Servers    []int             `yaml:"servers"`
	Extensions []string          `yaml:"extensions"`
	DIDs       map[string]string `yaml:"dids"`
	Numbers    []string          `yaml:"numbers"`
	Limits     Limits            `yaml:"limits"`
	// Lines bounds the tenant's calls with the network at a time; 0 leaves that
	// to the carrier. The dialplan that is rendered keeps it.
	Lines         int           `yaml:"lines"`
	International International `yaml:"international"`
	Premium       bool          `yaml:"premium"` // opens 060 numbers
	// HistoryDays is how long calls stay in the history; 0 keeps them for good.
	HistoryDays int      `yaml:"history_days"`
	AppKeys     []AppKey `yaml:"app_keys"`
	Logins      []Login  `yaml:"logins"`
}

// Limits are how many calls to the network one extension may make. 0 means the
// default of package tenant.
type Limits struct {
	PerMinute int `yaml:"per_minute"`
	PerHour   int `yaml:"per_hour"`
	// International and premium numbers together.
	InternationalPerMinute int `yaml:"international_per_minute"`
	InternationalPerHour   int `yaml:"international_per_hour"`
	InternationalPerDay    int `yaml:"international_per_day"`
}

// International opens calls abroad. Both keys are given, or none.
type International struct {
	Countries []string `yaml:"countries"` // what numbers begin with after the access code: "1", "8150"
	Until     string   `yaml:"until"`     // the last day, 2026-12-31
}

// AppKey is an application's key: any UTF-8 text.
type AppKey struct {
	Name    string `yaml:"name"`
	Key     Secret `yaml:"key"`
	KeyFile string `yaml:"key_file"`
}

// Login is a user of one tenant, with an Extension of that extension only.
type Login struct {
	Username     string `yaml:"username"`
	Password     Secret `yaml:"password"`
	PasswordFile string `yaml:"password_file"`
	Extension    string `yaml:"extension"`
}

// Operator is a user who sees all tenants.
type Operator struct {
	Username     string `yaml:"username"`
	Password     Secret `yaml:"password"`
	PasswordFile string `yaml:"password_file"`
}

// OpenListen is a listener without login, as amiws has it: whoever reaches it
// from Networks sees every event and sends every action.
type OpenListen struct {
	Address  string   `yaml:"address"`
	Networks []string `yaml:"networks"` // empty means loopback
}

// Hub bounds the shared log of events.
type Hub struct {
	Bytes int           `yaml:"bytes"` // of all logs together
	Age   time.Duration `yaml:"age"`
}

// Rate bounds the inbound messages of one tenant's client.
type Rate struct {
	PerSecond int `yaml:"per_second"`
	Burst     int `yaml:"burst"`
}

// Guard says which sources are refused at the SIP ports, and for how long.
type Guard struct {
	Failures int           `yaml:"failures"` // logins that fail within Window; 0 bans nobody
	Window   time.Duration `yaml:"window"`
	Ban      time.Duration `yaml:"ban"`     // the first; each further one is twice as long
	Longest  time.Duration `yaml:"longest"` // of the further ones
	Allow    []string      `yaml:"allow"`   // addresses and networks that are never banned
	// Push are the networks that push services register phones from: their
	// failures count for the phone, never for the address.
	Push []string `yaml:"push"`
}

// PrivateNetworks returns PrivateTargets parsed, like ProxyNetworks.
func (c *Config) PrivateNetworks() []netip.Prefix { return parseNetworks(c.PrivateTargets) }

// AllowedNetworks returns Allow parsed. Call it on a validated Config.
func (g *Guard) AllowedNetworks() []netip.Prefix { return parseNetworks(g.Allow) }

// PushNetworks returns Push parsed. Call it on a validated Config.
func (g *Guard) PushNetworks() []netip.Prefix { return parseNetworks(g.Push) }

// Softphone says how the app for mobile phones is set up (docs/phones.md).
// What its maker does not document is a key here.
type Softphone struct {
	// QR is what a code holds; {address} stands for the address that the app
	// fetches, without its https://, {url} for the whole.
	QR       string        `yaml:"qr"`
	Lifetime time.Duration `yaml:"lifetime"` // of a link that is not used
	// Transport is how the app writes SIP over TLS with sip: addresses.
	Transport string `yaml:"transport"`
	// SDES is how the app writes that SRTP with keys in SDP is on.
	SDES string `yaml:"sdes"`
	// Push and NoPush are how the app writes who waits for calls: its maker's
	// push service, or itself alone.
	Push   string `yaml:"push"`
	NoPush string `yaml:"no_push"`
	// CodecIDs are the app's names of codecs. One without is left out.
	CodecIDs CodecIDs `yaml:"codec_ids"`
}

// Backups says which backups are made by the clock, into backups below DataDir.
type Backups struct {
	// Daily is the local time of day of one, such as 03:30; BackupsOff makes none. Of
	// PostgreSQL there are none.
	Daily string `yaml:"daily"`
	Keep  int    `yaml:"keep"` // how many of them stay, 1 to MaxDailyBackups
}

// BackupsOff is no time of day.
const BackupsOff = "off"

// MaxDailyBackups leaves room among all that are kept for those that people make.
const MaxDailyBackups = 14

// At is Daily as hour and minute; ok is false when there is none.
func (b *Backups) At() (hour, minute int, ok bool) {
	t, err := time.Parse("15:04", b.Daily)
	return t.Hour(), t.Minute(), err == nil
}

// CodecIDs are names of codecs.
type CodecIDs struct {
	ULaw string `yaml:"ulaw"`
	ALaw string `yaml:"alaw"`
	G722 string `yaml:"g722"`
	Opus string `yaml:"opus"`
}

// Default returns the configuration of an empty file.
func Default() *Config {
	return &Config{
		Listen:       []string{"127.0.0.1:8080"},
		DCMIWSListen: []string{"127.0.0.1:6600"},
		AGIListen:    "127.0.0.1:4573",
		TLS:          TLS{Mode: TLSOff},
		DataDir:      "var",
		Database:     NewSecret("sqlite"),
		OperatorCommands: []string{
			"core show channels", "pjsip show endpoints", "queue show", "database show",
		},
		Capacity: "none",
		Hub:      Hub{Bytes: 64 << 20, Age: 10 * time.Second},
		Rate:     Rate{PerSecond: 50, Burst: 200},
		Guard: Guard{
			Failures: 10, Window: 10 * time.Minute, Ban: 10 * time.Minute, Longest: 24 * time.Hour,
			Allow: []string{"127.0.0.1", "::1"},
		},
		Softphone: Softphone{
			QR: "provlinkbs://{address}", Lifetime: 24 * time.Hour, Transport: "tls+sip:", SDES: "enabled",
			Push: "push", NoPush: "off", CodecIDs: CodecIDs{ULaw: "0", ALaw: "8", G722: "9"},
		},
		Relay:   Relay{Paths: RelayPaths()},
		Backups: Backups{Daily: "03:30", Keep: 7},
	}
}

// Domain returns the tenant as the rest of the program knows it, without its
// credentials.
func (t *Tenant) Domain() tenant.Tenant {
	return tenant.Tenant{
		ID: tenant.NewID(t.ID, t.Number), Number: t.Number, Name: number.Name(t.Name), Main: t.Main,
		Servers: t.Servers, Extensions: t.Extensions, DIDs: t.DIDs, Numbers: t.Numbers, Contexts: t.Contexts,
		Limits: tenant.Limits{
			PerMinute: t.Limits.PerMinute, PerHour: t.Limits.PerHour,
			AbroadPerMinute: t.Limits.InternationalPerMinute, AbroadPerHour: t.Limits.InternationalPerHour,
			AbroadPerDay: t.Limits.InternationalPerDay,
			Countries:    t.International.Countries, Until: t.International.Until, Premium: t.Premium,
		},
	}
}

// Server returns the server with an id, or nil.
func (c *Config) Server(id int) *Server {
	i := slices.IndexFunc(c.Servers, func(s Server) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Servers[i]
}

// Addresses returns the addresses of all listeners of clients.
func (c *Config) Addresses() []string {
	out := slices.Concat(c.Listen, c.DCMIWSListen)
	for _, o := range c.OpenListen {
		out = append(out, o.Address)
	}
	return out
}

// LoopbackOnly reports whether every listener is reachable from this machine
// only. Short passwords and published keys are accepted only then.
func (c *Config) LoopbackOnly() bool {
	return !slices.ContainsFunc(c.Addresses(), func(a string) bool { return !loopback(a) })
}

// ProxyNetworks returns TrustedProxies parsed. Call it on a validated Config;
// what cannot be parsed is left out.
func (c *Config) ProxyNetworks() []netip.Prefix { return parseNetworks(c.TrustedProxies) }

// AllowedNetworks returns Networks parsed, loopback when there are none.
func (o *OpenListen) AllowedNetworks() []netip.Prefix {
	if len(o.Networks) == 0 {
		return parseNetworks([]string{"127.0.0.0/8", "::1"})
	}
	return parseNetworks(o.Networks)
}
