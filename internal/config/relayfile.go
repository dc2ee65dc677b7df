package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/goccy/go-yaml/parser"
)

// RelayFile is the whole configuration of "dipcast relay". The yaml tags are
// the keys; a missing key has the value of DefaultRelayFile.
type RelayFile struct {
	Listen         []string `yaml:"listen"`
	TLS            TLS      `yaml:"tls"`             // files, or off behind a proxy
	TrustedProxies []string `yaml:"trusted_proxies"` // whose X-Forwarded-For and -Proto count
	MetricsListen  string   `yaml:"metrics_listen"`  // /metrics without login, loopback only; "" none
	DataDir        string   `yaml:"data_dir"`        // callbacks that wait for their box
	Paths          []string `yaml:"paths"`           // pages that may be opened, see RelayPaths
	Waiting        Waiting  `yaml:"waiting"`
	Boxes          []Box    `yaml:"boxes"`

	// Warnings are dangers that do not keep us from starting.
	Warnings []Problem `yaml:"-"`
}

// Waiting bounds the callbacks that wait on the relay's disk for their box.
type Waiting struct {
	Callbacks int           `yaml:"callbacks"` // of one tenant
	Bytes     int           `yaml:"bytes"`     // of all together
	Expires   time.Duration `yaml:"expires"`   // after which one is dropped
}

// Box is a gateway that may connect to the relay.
type Box struct {
	Name      string   `yaml:"name"`       // in logs and metrics
	KeySHA256 string   `yaml:"key_sha256"` // 64 hex digits; "dipcast relay key" prints it
	Tenants   []string `yaml:"tenants"`    // ids, of which the box may claim some or all
	// Hosts are the names under which people open this box's pages. With more than
	// one box, one without a name has no pages: those of two companies under one
	// name would share their cookies.
	Hosts []string `yaml:"hosts"`
}

// MaxWaiting is the longest that a callback may wait. A gateway refuses
// callbacks that were issued longer ago, because they may be replayed ones.
const MaxWaiting = 5 * time.Minute

// MaxBoxes is how many boxes one relay serves at most.
const MaxBoxes = 1000

// DefaultRelayFile returns the configuration of an empty file.
func DefaultRelayFile() *RelayFile {
	return &RelayFile{
		Listen: []string{"0.0.0.0:443"}, TLS: TLS{Mode: TLSFiles}, DataDir: "var", Paths: RelayPaths(),
		Waiting: Waiting{Callbacks: 1000, Bytes: 64 << 20, Expires: MaxWaiting},
	}
}

// ProxyNetworks returns TrustedProxies parsed, as Config's does.
func (c *RelayFile) ProxyNetworks() []netip.Prefix { return parseNetworks(c.TrustedProxies) }

// LoadRelay is Load for the file of a relay.
func LoadRelay(path string, environ []string) (*RelayFile, error) {
	data, err := readLimited(path, MaxFile)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return ParseRelay(data, Source{Name: path, Dir: filepath.Dir(path), Environ: environ})
}

// ParseRelay is LoadRelay for text that is already in memory.
func ParseRelay(data []byte, src Source) (*RelayFile, error) {
	r := newReport(src.Name)
	c := DefaultRelayFile()
	r.parse(data, c)
	if len(r.problems) > 0 && r.problems[0].Field == "" {
		return nil, r.err()
	}
	for _, name := range []*string{&c.DataDir, &c.TLS.Cert, &c.TLS.Key} {
		if *name != "" && !filepath.IsAbs(*name) {
			*name = filepath.Join(src.Dir, *name)
		}
	}
	env := environOf(src.Environ)
	r.environmentOf(reflect.ValueOf(c).Elem(), "", env)
	r.relayFile(c)
	c.Warnings = r.warnings
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// IsRelay reports whether the file at path is that of a relay: it names boxes,
// which a gateway's file never does. A file that cannot be read is none.
func IsRelay(path string) bool {
	data, err := readLimited(path, MaxFile)
	if err != nil {
		return false
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil || len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return false
	}
	pairs, _ := pairsOf(file.Docs[0].Body)
	for _, p := range pairs {
		if keyText(p) == "boxes" {
			return true
		}
	}
	return false
}

func (r *report) relayFile(c *RelayFile) {
	if len(c.Listen) == 0 {
		r.add("listen", "names no address; nobody could reach this relay")
	}
	for i, a := range c.Listen {
		if err := checkListen(a); err != nil {
			r.add(index("listen", i), "%v", err)
		}
	}
	switch c.TLS.Mode {
	case TLSFiles:
		r.tls(&Config{TLS: c.TLS})
		for key, file := range map[string]string{"tls.cert": c.TLS.Cert, "tls.key": c.TLS.Key} {
			if _, err := os.Stat(file); file != "" && err != nil {
				r.add(key, "%v", fileError(err))
			}
		}
	case TLSOff:
		if len(c.TrustedProxies) == 0 {
			r.add("trusted_proxies", "is empty; with tls.mode off, name the proxy in front that speaks TLS: what does not come by HTTPS is refused")
		}
	default:
		r.add("tls.mode", "must be files, or off behind a proxy that speaks TLS: NAVER WORKS takes listed certificates only")
	}
	r.networks("trusted_proxies", c.TrustedProxies)
	if c.MetricsListen != "" {
		if err := checkListen(c.MetricsListen); err != nil {
			r.add("metrics_listen", "%v", err)
		} else if !loopback(c.MetricsListen) {
			r.add("metrics_listen", "must be a loopback address such as 127.0.0.1:9465: it asks for no login")
		}
	}
	if c.DataDir == "" {
		r.add("data_dir", "is empty; name a folder for callbacks that wait")
	}
	r.relayPaths("paths", c.Paths)
	r.waiting(&c.Waiting)
	r.boxes(c)
}

func (r *report) waiting(w *Waiting) {
	if w.Callbacks < 1 || w.Callbacks > 100_000 {
		r.add("waiting.callbacks", "must be 1 to 100000")
	}
	if w.Bytes < 1<<20 || w.Bytes > 1<<30 {
		r.add("waiting.bytes", "must be 1048576 (1 MiB) to 1073741824 (1 GiB)")
	}
	if w.Expires < time.Second || w.Expires > MaxWaiting {
		r.add("waiting.expires", "must be 1s to 5m: gateways refuse older callbacks")
	}
}

var (
	boxName   = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	boxHost   = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)
	boxTenant = regexp.MustCompile(`^[0-9a-f]{16}$`)
	errHash   = errors.New(`must be 64 hex digits, as "dipcast relay key" prints them`)
)

// maxTenants of one box.
const maxTenants = 1000

func (r *report) boxes(c *RelayFile) {
	if len(c.Boxes) == 0 {
		r.add("boxes", "is empty; name the boxes that may connect")
	}
	if len(c.Boxes) > MaxBoxes {
		r.add("boxes", "names more than %d boxes", MaxBoxes)
	}
	seen := map[string]string{} // what -> where, each with a letter for its kind
	once := func(field, kind, text string) {
		if other, ok := seen[kind+text]; ok {
			r.add(field, "the same as %s", other)
		}
		seen[kind+text] = field
	}
	for i := range c.Boxes {
		b, at := &c.Boxes[i], index("boxes", i)
		if !boxName.MatchString(b.Name) {
			r.add(at+".name", "must be 1 to 32 small letters, digits or -, such as seoul")
		}
		once(at+".name", "n", b.Name)
		b.KeySHA256 = strings.ToLower(b.KeySHA256)
		if sum, err := hex.DecodeString(b.KeySHA256); err != nil || len(sum) != 32 {
			r.add(at+".key_sha256", "%v", errHash)
		}
		once(at+".key_sha256", "k", b.KeySHA256)
		if len(b.Tenants) == 0 || len(b.Tenants) > maxTenants {
			r.add(at+".tenants", "must name 1 to %d tenants", maxTenants)
		}
		for j, t := range b.Tenants {
			if !boxTenant.MatchString(t) {
				r.add(index(at+".tenants", j), "must be a tenant's id, 16 hex digits in small letters")
			}
			once(index(at+".tenants", j), "t", t)
		}
		for j, h := range b.Hosts {
			if !boxHost.MatchString(h) {
				r.add(index(at+".hosts", j), "must be a host name in small letters such as seoul.relay.example.com, without a port")
			}
			once(index(at+".hosts", j), "h", h)
		}
		if len(c.Boxes) > 1 && len(b.Hosts) == 0 {
			r.warn(at+".hosts", "is empty: this box gets callbacks, but its pages cannot be opened; give each box a host name of its own")
		}
	}
}

func index(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }
