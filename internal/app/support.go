package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/logring"
	"github.com/dipcast/dipcast/internal/number"
	"github.com/dipcast/dipcast/internal/rest"
	"github.com/dipcast/dipcast/internal/serverconf"
	"github.com/dipcast/dipcast/internal/tenant"
)

// doctorTimeout bounds how long one server is looked at for somebody who waits.
const doctorTimeout = 20 * time.Second

// masked makes a text one that may be shown. It is used for the log, also before
// there is a directory.
func (a *App) masked(s string) string {
	return number.MaskText(s, func(id string) (int, bool) {
		d := a.directory.Load()
		if d == nil {
			return 0, false
		}
		return d.NumberByID(id)
	})
}

// Log implements rest.System.
func (s system) Log(q logring.Query) []logring.Line { return s.a.ring.Find(q) }

// Doctor implements rest.System.
func (s system) Doctor(ctx context.Context, server int) ([]asteriskproc.Finding, error) {
	a := s.a
	c := a.settings()
	one := c.Server(server)
	if one == nil {
		return nil, rest.ErrNoServer
	}
	if !a.doctoring.TryLock() {
		return nil, rest.ErrLooking
	}
	defer a.doctoring.Unlock()
	return a.doctor(ctx, c, one)
}

func (a *App) doctor(ctx context.Context, c *config.Config, one *config.Server) ([]asteriskproc.Finding, error) {
	var tenants []tenant.Tenant
	for _, t := range a.directory.Load().All() {
		tenants = append(tenants, *t)
	}
	o := serverconf.Doctor(c, one, tenants)
	o.Timeout = doctorTimeout
	return asteriskproc.Doctor(ctx, o)
}

// Support implements rest.System.
func (s system) Support(ctx context.Context, w io.Writer) error {
	a := s.a
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	z := zip.NewWriter(w)
	var failed error
	add := func(name string, text []byte) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Now()})
		if err == nil {
			_, err = f.Write(text)
		}
		if err != nil && failed == nil {
			failed = err
		}
	}
	asJSON := func(name string, v any) {
		text, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			text = []byte(err.Error())
		}
		add(name, []byte(a.lineByLine(string(text))))
	}
	add("README.txt", []byte("What DIPCAST is and how it stands, for those who help. It holds no passwords and keys; numbers, names and ids of companies are masked.\n"+
		"DIPCAST의 상태입니다. 비밀번호와 키는 없으며, 번호와 이름과 회사 ID는 가려져 있습니다.\n"))
	asJSON("system.json", s.System(ctx))
	add("configuration.yaml", a.maskedConfig())
	counts, err := a.store.Counts(ctx)
	if err != nil {
		counts = map[string]int64{"error": -1}
	}
	asJSON("database.json", counts)
	asJSON("health.json", a.healthNow(ctx))
	add("doctor.txt", a.doctorText(ctx))
	add("log.txt", a.logText())
	var stacks bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1) // into memory
	add("goroutines.txt", stacks.Bytes())
	if err := z.Close(); err != nil {
		return err
	}
	return failed
}

// lineByLine masks a text and leaves its lines.
func (a *App) lineByLine(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = a.masked(lines[i])
	}
	return strings.Join(lines, "\n")
}

// healthNow is what is wrong, as operators may know it.
func (a *App) healthNow(ctx context.Context) map[string]any {
	down, err := a.Ready(ctx)
	out := map[string]any{"ready": err == nil, "down": down, "alarms": a.recordings.Alarms(), "capacity": a.capacity.Usage(), "audit": a.audit.Stats(), "clients": a.dcmiws.ClientsByProtocol(), "relay": a.relayHealth(tenant.Identity{Role: tenant.Operator})}
	if err != nil {
		out["why"] = err.Error()
	}
	servers := []map[string]any{}
	for _, s := range a.pool.Servers() {
		h := s.Health()
		servers = append(servers, map[string]any{"server_id": s.ID(), "up": h.Up, "since": h.Since, "error": h.Error, "rtt": h.RTT.String()})
	}
	out["servers"] = servers
	return out
}

func (a *App) doctorText(ctx context.Context) []byte {
	var b bytes.Buffer
	c := a.settings()
	a.doctoring.Lock()
	defer a.doctoring.Unlock()
	for i := range c.Servers {
		one := &c.Servers[i]
		fmt.Fprintf(&b, "server %d %s\n", one.ID, one.Name)
		findings, err := a.doctor(ctx, c, one)
		if err != nil {
			fmt.Fprintf(&b, "  %s\n", a.masked(err.Error()))
		}
		for _, f := range findings {
			fmt.Fprintf(&b, "  [%s] %s: %s\n", f.Level, f.Check, a.masked(f.What.En))
		}
	}
	return b.Bytes()
}

func (a *App) logText() []byte {
	var b bytes.Buffer
	for _, l := range slices.Backward(a.ring.Find(logring.Query{Level: -8, Limit: logring.Lines})) {
		b.WriteString(l.String() + "\n")
	}
	return b.Bytes()
}

// maskedConfig is the configuration that counts, without secrets. What people and
// companies are called, and their numbers, is masked.
func (a *App) maskedConfig() []byte {
	text, err := yaml.Marshal(a.counts.Load())
	if err != nil {
		return []byte(err.Error())
	}
	var all map[string]any
	if err := yaml.Unmarshal(text, &all); err != nil {
		return []byte(err.Error())
	}
	out, err := yaml.Marshal(a.maskedValue("", all))
	if err != nil {
		return []byte(err.Error())
	}
	return out
}

// personal are members of tenants whose values are masked whole.
var personal = []string{"tenants.name", "tenants.extensions", "tenants.numbers", "tenants.contexts", "tenants.logins.username", "tenants.app_keys.name"}

func (a *App) maskedValue(path string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			below := strings.TrimPrefix(path+"."+key, ".")
			if path == "tenants.dids" {
				out["…"] = len(v) // how many there are
				continue
			}
			out[key] = a.maskedValue(below, v[key])
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = a.maskedValue(path, v[i])
		}
		return out
	case string:
		if v == "" || v == "[redacted]" {
			return v
		}
		last := path[strings.LastIndexByte(path, '.')+1:]
		if last == "secret" || last == "password" || path == "tls.key" || path == "tenants.app_keys.key" || path == "database" {
			return "[redacted]"
		}
		if slices.Contains(personal, path) {
			return number.MaskName(v)
		}
		if u, err := url.Parse(v); err == nil && u.User != nil {
			u.User = url.User("redacted")
			v = u.String()
		}
		return a.masked(v)
	}
	return v
}
