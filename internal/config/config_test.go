package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/tenant"
)

func TestLoadExample(t *testing.T) {
	c, err := config.Load("testdata/example.yaml", []string{"DIPCAST_DATA_DIR=/srv/dipcast", "HOME=/root"})
	if err != nil {
		t.Fatal(err)
	}
	one := config.User{Username: "dipcast", Secret: config.NewSecret("s3cret")}
	want := config.Default()
	want.DataDir = "/srv/dipcast"
	want.PublicURL = "http://127.0.0.1:8080"
	want.TrustedProxies, want.Origins, want.OpenListen = []string{}, []string{}, []config.OpenListen{}
	want.Servers = []config.Server{
		{
			ID: 1, Name: "dcrm.makecall.io", Address: "127.0.0.1:5038", Auth: "plain",
			Username: "dipcast", Secret: config.NewSecret("s3cret"),
			Users: config.Users{Events: one, Calls: one, Database: one},
		},
		{
			ID: 2, Name: "dcrm2.makecall.io", Address: "127.0.0.1:5039", Auth: "plain",
			Users: config.Users{
				Events:   config.User{Username: "dipcast-events", Secret: config.NewSecret("s3cret-events")},
				Calls:    config.User{Username: "dipcast-calls", Secret: config.NewSecret("s3cret-calls")},
				Database: config.User{Username: "dipcast-database", Secret: config.NewSecret("s3cret-database")},
			},
		},
	}
	want.Tenants = []config.Tenant{{
		ID: "7be69580e27641df", Number: 2, Name: "얼쑤팩토리", Servers: []int{1, 2},
		Extensions: []string{"1010", "1013"}, DIDs: map[string]string{"07045805605": "1010"}, Numbers: []string{"16682471"},
		AppKeys: []config.AppKey{{Name: "crm", Key: config.NewSecret("얼씨구절씨구")}},
		Logins:  []config.Login{{Username: "crm", Password: config.NewSecret("pw-crm")}},
	}}
	want.Operators = []config.Operator{{Username: "ops", Password: config.NewSecret("pw-ops")}}
	c.Warnings = nil // the file's mode is the checkout's
	if diff := cmp.Diff(want, c, cmp.Comparer(func(a, b config.Secret) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if !c.LoopbackOnly() || c.Hub.Age != 10*time.Second || c.Server(2).Name != "dcrm2.makecall.io" || c.Server(3) != nil {
		t.Error("accessors")
	}
}

func parse(text string, env ...string) (*config.Config, error) {
	return config.Parse([]byte(text), config.Source{Name: "d.yaml", Environ: env})
}

func TestEmptyFileIsDefault(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "listen:\n", "---\n"} {
		c, err := parse(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if c.Listen[0] != "127.0.0.1:8080" || c.PublicURL != "http://127.0.0.1:8080" || c.Database.Reveal() != "sqlite" {
			t.Errorf("%q: %+v", text, c)
		}
	}
}

const server = "servers: [{id: 1, name: a, address: '127.0.0.1:5038', username: u, secret: s}]\n"

func tenantYAML(extra string) string {
	return server + "tenants:\n  - {id: 7be69580e27641df, number: 2, name: n, servers: [1], extensions: [1010], " + extra + "}\n"
}

// TestProblems: each text is one line of what the operator reads.
func TestProblems(t *testing.T) {
	const open = "listen: ['0.0.0.0:80']\n"
	tests := []struct {
		name, in string
		want     []string
	}{
		{"unknown key", "listn: []", []string{`d.yaml:1:1: listn: unknown key; did you mean "listen"?`}},
		{"two unknown keys", "a: 1\nservers:\n  - id: 1\n    name: a\n    addresss: x\n    address: h:5038\n    username: u\n    secret: s", []string{
			"d.yaml:1:1: a: unknown key", `d.yaml:5:5: servers[0].addresss: unknown key; did you mean "address"?`,
		}},
		{"wrong type", "hub: {bytes: much, age: soon}", []string{
			"d.yaml:1:7: hub.bytes: must be a whole number in decimal digits", "d.yaml:1:20: hub.age: must be a duration such as 10s or 5m",
		}},
		{"octal number", "rate: {per_second: 010}", []string{"d.yaml:1:8: rate.per_second: must be a whole number in decimal digits"}},
		{"fraction", "rate: {burst: 1.5}", []string{"d.yaml:1:8: rate.burst: must be a whole number in decimal digits"}},
		{"list wanted", "listen: 127.0.0.1:80", []string{"d.yaml:1:1: listen: must be a list"}},
		{"mapping wanted", "tls: off", []string{"d.yaml:1:1: tls: must be a mapping of keys to values"}},
		{"not a mapping", "- a", []string{"d.yaml: must be a mapping of keys to values"}},
		{"duplicate key", "listen: []\nlisten: []", []string{`d.yaml:2:1: mapping key "listen" already defined at [1:1]`}},
		{"anchor", "listen: &a ['127.0.0.1:80']", []string{"d.yaml:1:1: listen: anchors, aliases and tags are not used here; write the value itself"}},
		{"two documents", "a: 1\n---\nb: 2", []string{"d.yaml: holds more than one YAML document"}},
		{"listen", "listen: [8080, ':99999', 'example.com:80', '[::1]:80', '[::1]:80']", []string{
			"d.yaml:1:10: listen[0]: must be an address such as 127.0.0.1:8080", "d.yaml:1:16: listen[1]: the port must be 0 to 65535",
			"d.yaml:1:26: listen[2]: must name an IP address of this machine, or localhost, not a host name", "d.yaml:1:56: listen[4]: the same address as listen[3]",
		}},
		{"no listener", "listen: []\ndcmiws_listen: []", []string{"d.yaml:1:1: listen: names no address; nobody could reach this program"}},
		{"metrics", "metrics_listen: '0.0.0.0:9464'", []string{"d.yaml:1:1: metrics_listen: must be a loopback address such as 127.0.0.1:9464: it asks for no login; elsewhere operators read /metrics on the other listeners"}},
		{"metrics twice", "metrics_listen: 127.0.0.1:8080", []string{"d.yaml:1:1: metrics_listen: the same address as listen[0]"}},
		{"tls files", "tls: {mode: files, cert: c.pem}", []string{"d.yaml:1:1: tls.key: is missing; mode files needs cert and key"}},
		{"tls mode", "tls: {mode: yes}", []string{"d.yaml:1:7: tls.mode: must be off, self or files"}},
		{"private targets", "private_targets: [10.0.0.0/8, crm]", []string{"d.yaml:1:31: private_targets[1]: must be an address or a network such as 10.0.0.0/8"}},
		{"proxies", "trusted_proxies: [10.0.0.0/8, proxy, 10.0.0.1]", []string{"d.yaml:1:31: trusted_proxies[1]: must be an address or a network such as 10.0.0.0/8"}},
		{"origins", "origins: ['https://a.example', 'null', '*', 'https://a.example/', 'HTTPS://B.example']", []string{
			"d.yaml:1:32: origins[1]: must be what browsers send, such as https://crm.example.com: lower case, no path, no wildcard",
			"d.yaml:1:40: origins[2]: must be what browsers send, such as https://crm.example.com: lower case, no path, no wildcard",
			"d.yaml:1:45: origins[3]: must be what browsers send, such as https://crm.example.com: lower case, no path, no wildcard",
			"d.yaml:1:67: origins[4]: must be what browsers send, such as https://crm.example.com: lower case, no path, no wildcard",
		}},
		{"softphone", "softphone: {qr: 'x', lifetime: 1s, transport: 'a b', codec_ids: {opus: 'ü'}}\nguard: {push: ['0.0.0.0/0', x]}", []string{
			"d.yaml:2:16: guard.push[0]: would keep nobody out who guesses; name the push service's own networks",
			`d.yaml:2:29: guard.push[1]: netip.ParsePrefix("x"): no '/'`,
			"d.yaml:1:13: softphone.qr: must hold {address} or {url} once, such as provlinkbs://{address}", "d.yaml:1:22: softphone.lifetime: must be 1m to 168h",
			"d.yaml:1:36: softphone.transport: must be one word of printable ASCII, or empty to leave it out",
			"d.yaml:1:66: softphone.codec_ids.opus: must be one word of printable ASCII, or empty to leave it out",
		}},
		{"public url", "public_url: pbx.example.com", []string{"d.yaml:1:1: public_url: must be a URL such as https://pbx.example.com, without a login, query or fragment"}},
		{"database", "database: mysql://x", []string{"d.yaml:1:1: database: must be sqlite or a URL such as postgres://user@host/name"}},
		{"server", "servers:\n  - {}\n  - {id: 1, name: a, address: 'h:0', auth: sha, ca_file: x, username: u, secret: s}\n  - {id: 1, name: b, address: '127.0.0.1:1', username: u}\n", []string{
			"d.yaml:2:5: servers[0].id: must be 1 to 9999", "d.yaml:2:5: servers[0].name: is missing; clients see it as server_name",
			"d.yaml:2:5: servers[0].address: is missing; it is the host and port of AMI, such as 127.0.0.1:5038",
			"d.yaml:2:5: servers[0].username: is missing; it is the AMI user (of manager.conf) for events",
			"d.yaml:2:5: servers[0].secret: is missing; it is the secret of the AMI user for events, or its file as secret_file",
			"d.yaml:3:22: servers[1].address: the port must be 1 to 65535", "d.yaml:3:5: servers[1].tls: must be true when ca_file or insecure_skip_verify is given",
			"d.yaml:3:38: servers[1].auth: must be plain or md5",
			"d.yaml:4:6: servers[2].id: the same as servers[1].id; every server has its own",
			"d.yaml:4:5: servers[2].secret: is missing; it is the secret of the AMI user for events, or its file as secret_file",
		}},
		{"tenant", tenantYAML("dids: {\"07045805605\": 1099}, logins: [{username: 'a:b', password: x, extension: 1099}], app_keys: [{name: k}]"), []string{
			`d.yaml:3:82: tenants[0].dids.070****5605: rings "1099", which is not in extensions`,
			"d.yaml:3:121: tenants[0].logins[0].username: must be up to 128 bytes of text without ':'",
			"d.yaml:3:151: tenants[0].logins[0].extension: is not in the tenant's extensions",
			"d.yaml:3:181: tenants[0].app_keys[0].key: is missing; give key or key_file",
		}},
		{"tenant of no server", "tenants: [{id: 7be69580e27641df, number: 2, name: n, servers: [1]}]", []string{"d.yaml:1:64: tenants[0].servers[0]: names server 1, which is not in servers"}},
		{"agi", "agi_listen: pbx:4573", []string{"d.yaml:1:1: agi_listen: must name an IP address of this machine, or localhost, not a host name"}},
		{"agi twice", "agi_listen: 127.0.0.1:8080", []string{"d.yaml:1:1: agi_listen: the same address as listen[0]"}},
		{"limits", tenantYAML("limits: {per_minute: -1, per_hour: 100001, per_second: 1}, lines: 10001, international: {countries: [0, '12345678', a, 1], until: tomorrow}"), []string{
			"d.yaml:3:125: tenants[0].limits.per_second: unknown key",
			"d.yaml:3:91: tenants[0].limits.per_minute: must be 1 to 100000; without it the default holds",
			"d.yaml:3:107: tenants[0].limits.per_hour: must be 1 to 100000; without it the default holds",
			"d.yaml:3:141: tenants[0].lines: must be 1 to 10000; without it the carrier alone bounds them",
			"d.yaml:3:183: tenants[0].international.countries[0]: must be what numbers begin with after the access code, such as 1 or 8150: 1 to 7 digits",
			"d.yaml:3:186: tenants[0].international.countries[1]: must be what numbers begin with after the access code, such as 1 or 8150: 1 to 7 digits",
			"d.yaml:3:198: tenants[0].international.countries[2]: must be what numbers begin with after the access code, such as 1 or 8150: 1 to 7 digits",
			"d.yaml:3:205: tenants[0].international.until: must be a day such as 2026-12-31",
		}},
		{"countries without a day", tenantYAML("international: {countries: [1]}"), []string{"d.yaml:3:82: tenants[0].international.until: is missing; international calls are opened until a day, such as 2026-12-31"}},
		{"a day without countries", tenantYAML("international: {until: 2026-12-31}"), []string{"d.yaml:3:82: tenants[0].international.countries: is missing; international calls are opened for named countries only"}},
		{"usernames and keys are unique", tenantYAML("logins: [{username: a, password: x}], app_keys: [{name: k, key: y}, {name: k, key: y}]") + "operators: [{username: a, password: x}]", []string{
			"d.yaml:3:92: tenants[0].logins[0].username: the same as operators[0].username; usernames are unique over all",
			"d.yaml:3:151: tenants[0].app_keys[1].name: is the name of another key of this tenant",
			"d.yaml:3:160: tenants[0].app_keys[1].key: the same as tenants[0].app_keys[0].key; a key belongs to one tenant",
		}},
		{"weak credentials", open + tenantYAML("app_keys: [{name: k, key: demo}, {name: l, key: 얼씨구절씨구}], logins: [{username: username-10, password: Username-10}]") + "operators: [{username: ops, password: ops}]", []string{
			"d.yaml:5:29: operators[0].password: is shorter than 10 characters; that is accepted only when every listener is loopback",
			"d.yaml:4:173: tenants[0].logins[0].password: is the username; that is accepted only when every listener is loopback",
			"d.yaml:4:103: tenants[0].app_keys[0].key: is shorter than 16 bytes or published in the documentation; that is accepted only when every listener is loopback",
			"d.yaml:4:125: tenants[0].app_keys[1].key: is shorter than 16 bytes or published in the documentation; that is accepted only when every listener is loopback",
		}},
		{"open listener for all", "open_listen: [{address: '127.0.0.1:1', networks: ['0.0.0.0/0']}]", []string{"d.yaml:1:51: open_listen[0].networks[0]: would let the whole Internet in without a login; name the networks of the programs that need it"}},
		{"file of a secret is not there", "operators: [{username: a, password_file: nofile}]", []string{"d.yaml:1:27: operators[0].password_file: nofile: no such file or directory", "d.yaml:1:13: operators[0].password: is missing; give password or password_file"}},
		{"secret twice", "operators: [{username: a, password: b, password_file: nofile}]", []string{"d.yaml:1:40: operators[0].password_file: cannot be used together with operators[0].password; keep one"}},
		{"list from the environment", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := parse(tt.in)
			var ps config.Problems
			if err != nil && !errors.As(err, &ps) {
				t.Fatalf("%T is not Problems", err)
			}
			var got []string
			for _, p := range ps {
				got = append(got, p.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if (c == nil) != (err != nil) {
				t.Errorf("config %v with error %v", c, err)
			}
		})
	}
}

// TestLimits: what the file says of calls reaches the tenant, and a day that is
// past is a warning.
func TestLimits(t *testing.T) {
	c, err := parse(tenantYAML("limits: {per_minute: 60, international_per_day: 7}, lines: 4, international: {countries: [1, 8150], until: 2020-01-31}, premium: true"))
	if err != nil {
		t.Fatal(err)
	}
	want := tenant.Limits{PerMinute: 60, AbroadPerDay: 7, Countries: []string{"1", "8150"}, Until: "2020-01-31", Premium: true}
	if d := cmp.Diff(want, c.Tenants[0].Domain().Limits); d != "" {
		t.Error(d)
	}
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0].Error(), "international.until: is past") {
		t.Errorf("%v", c.Warnings)
	}
	if c.Tenants[0].Lines != 4 || c.AGIListen != "127.0.0.1:4573" {
		t.Errorf("%+v", c)
	}
}

// TestTextsAsWritten: YAML would read an unquoted number with a leading zero as
// octal and dial another one.
func TestTextsAsWritten(t *testing.T) {
	c, err := parse(tenantYAML("dids: {07045805605: 1010}, numbers: [01234567, 1668_2471]"))
	if err == nil || !strings.Contains(err.Error(), "numbers[1]") || strings.Contains(err.Error(), "numbers[0]") {
		t.Fatalf("underscored number: %v %v", c, err)
	}
	c, err = parse(tenantYAML("dids: {07045805605: 1010}, numbers: [01234567], app_keys: [{name: true, key: 0123}]"))
	if err != nil {
		t.Fatal(err)
	}
	x := c.Tenants[0]
	if x.DIDs["07045805605"] != "1010" || x.Numbers[0] != "01234567" || x.AppKeys[0].Key.Reveal() != "0123" || x.AppKeys[0].Name != "true" {
		t.Errorf("%+v %s", x, x.AppKeys[0].Key.Reveal())
	}
}

func TestEnvironment(t *testing.T) {
	c, err := parse("database: postgres://u:p@h/d\nrate: {burst: 7}",
		"DIPCAST_LISTEN=127.0.0.1:1, [::1]:2,", "DIPCAST_TLS_MODE=self", "DIPCAST_DATABASE=sqlite",
		"DIPCAST_HUB_AGE=1m", "DIPCAST_RATE_PER_SECOND=9", "DIPCAST_RATE_BURST=", "DIPCAST_PUBLIC_URL=https://x.example/", "DIPCAST_PORT=tcp://1.2.3.4")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"127.0.0.1:1", "[::1]:2"}, c.Listen); diff != "" {
		t.Error(diff)
	}
	if c.TLS.Mode != "self" || c.Database.Reveal() != "sqlite" || c.Hub.Age != time.Minute || c.Rate.PerSecond != 9 || c.Rate.Burst != 7 || c.PublicURL != "https://x.example" {
		t.Errorf("%+v", c)
	}
	_, err = parse("", "DIPCAST_HUB_BYTES=x", "DIPCAST_SERVERS=1")
	want := "DIPCAST_SERVERS: servers: cannot be set from the environment\nDIPCAST_HUB_BYTES: hub.bytes: must be a whole number in decimal digits"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestSecretFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("ami", "from-file\n")
	write("key", "얼씨구절씨구\r\n")
	write("db", "postgres://u:p@h/d")
	write("empty", "\n")
	write("long", strings.Repeat("x", config.MaxSecretFile+1))
	write("d.yaml", `
database_file: db
servers: [{id: 1, name: a, address: "127.0.0.1:5038", username: u, secret_file: ami}]
tenants: [{id: 7be69580e27641df, number: 2, name: n, servers: [1], app_keys: [{name: k, key_file: key}]}]
`)
	c, err := config.Load(filepath.Join(dir, "d.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Servers[0].Users.Calls.Secret.Reveal() != "from-file" || c.Tenants[0].AppKeys[0].Key.Reveal() != "얼씨구절씨구" || c.Database.Reveal() != "postgres://u:p@h/d" {
		t.Errorf("%+v", c)
	}
	if c.DataDir != filepath.Join(dir, "var") {
		t.Errorf("data_dir %s is not beside the file", c.DataDir)
	}
	for name, want := range map[string]string{"empty": "is an empty file", "long": "larger than"} {
		write("d.yaml", "operators: [{username: a, password_file: "+name+"}]")
		if _, err := config.Load(filepath.Join(dir, "d.yaml"), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := config.Load(filepath.Join(dir, "none.yaml"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestWarnings(t *testing.T) {
	c, err := parse("listen: ['0.0.0.0:80']\nservers: [{id: 1, name: a, address: 'pbx:5038', username: u, secret: s},{id: 2, name: a, address: 'pbx:5039', username: u, secret: s, tls: true, insecure_skip_verify: true}]")
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, w := range c.Warnings {
		fields = append(fields, w.Field)
	}
	if diff := cmp.Diff([]string{"listen[0]", "servers[0].tls", "servers[1].insecure_skip_verify"}, fields); diff != "" {
		t.Error(diff)
	}
	if c.PublicURL != "http://localhost:80" {
		t.Errorf("public_url %s", c.PublicURL)
	}
	path := filepath.Join(t.TempDir(), "d.yaml")
	if err := os.WriteFile(path, []byte("servers: []"), 0o644); err != nil {
		t.Fatal(err)
	}
	if c, err = config.Load(path, nil); err != nil || len(c.Warnings) != 2 {
		t.Errorf("readable by all: %v %v", c.Warnings, err)
	}
}

func TestNetworks(t *testing.T) {
	c := config.Default()
	c.TrustedProxies = []string{"10.1.2.3/8", "::1"}
	c.OpenListen = []config.OpenListen{{Address: "127.0.0.1:8000"}}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.ProxyNetworks(), c.OpenListen[0].AllowedNetworks()); got != "[10.0.0.0/8 ::1/128] [127.0.0.0/8 ::1/128]" {
		t.Error(got)
	}
}

func TestMainTenant(t *testing.T) {
	const text = server + "tenants: [{id: 00000000000000aa, number: 1, main: true, name: m, servers: [1], extensions: [1010]%s}]"
	c, err := parse(fmt.Sprintf(text, ""))
	if err != nil {
		t.Fatal(err)
	}
	d := c.Tenants[0].Domain()
	if !d.Main || !d.HasContext("cos-all") || !d.HasContext("click-to-call") {
		t.Errorf("%+v", d)
	}
	if c, err = parse(fmt.Sprintf(text, ", contexts: [one, two]")); err != nil || len(c.Tenants[0].Contexts) != 2 {
		t.Errorf("own contexts: %v", err)
	}
}

// TestSecretsNeverPrint: neither a printed configuration nor an error shows one.
func TestSecretsNeverPrint(t *testing.T) {
	const secret = "s3cr3t-value-4711"
	c, err := parse(server + "operators: [{username: a, password: " + secret + "}]\ndatabase: postgres://u:" + secret + "@h/d")
	if err != nil {
		t.Fatal(err)
	}
	js, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	ya, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", c, "secret", c.Operators[0].Password)
	out := fmt.Sprintf("%v %+v %#v %s %x %q", *c, *c, *c, c.Operators[0].Password, c.Operators[0].Password, c.Operators[0]) + string(js) + string(ya) + log.String()
	for _, bad := range []string{
		"operators: [{username: a, password: [" + secret + "]}]",
		"operators: [{username: a, password: {" + secret + ": 1}}]",
		"operators: [{username: a, password: !!int " + secret + "}]",
		"operators: [{username: a, password: \"" + secret + "}]",
		"operators: [{username: a, password: " + secret + "\n x: y}]",
		"database: http://" + secret,
		"public_url: http://u:" + secret + "@h",
		"hub: {bytes: " + secret + "}",
	} {
		_, err := parse(bad)
		if err == nil {
			t.Errorf("%s is accepted", bad)
			continue
		}
		out += err.Error()
	}
	if strings.Contains(out, secret) || strings.Contains(out, fmt.Sprintf("%x", secret)) {
		t.Errorf("a secret is shown in: %s", out)
	}
}

// FuzzParse: no text makes it panic, and it returns a configuration or problems.
func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("testdata/example.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add([]byte("listen: &a [*a]"))
	f.Add([]byte("? [a]\n: {b: c}"))
	f.Add([]byte("tenants: [{dids: {? x : y}}]"))
	src := config.Source{ReadFile: func(string) ([]byte, error) { return []byte("x"), nil }}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse(data, src)
		var ps config.Problems
		if (c == nil) == (err == nil) || (err != nil && (!errors.As(err, &ps) || len(ps) == 0)) {
			t.Fatalf("%v %v", c, err)
		}
	})
}
