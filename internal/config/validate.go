package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (r *report) validate(c *Config) {
	r.listeners(c)
	r.tls(c)
	r.networks("trusted_proxies", c.TrustedProxies)
	r.networks("private_targets", c.PrivateTargets)
	r.origins(c)
	r.relay(c)
	r.publicURL(c)
	r.storage(c)
	r.limits(c)
	r.guard(&c.Guard)
	r.softphone(&c.Softphone)
	r.backups(&c.Backups)
	r.operatorCommands(c)
	r.servers(c)
	r.tenants(c)
	r.credentials(c)
}

func (r *report) listeners(c *Config) {
	seen := make(map[string]string)
	check := func(field, address string) {
		if err := checkListen(address); err != nil {
			r.add(field, "%v", err)
			return
		}
		if other, ok := seen[address]; ok && !strings.HasSuffix(address, ":0") {
			r.add(field, "the same address as %s", other)
		}
		seen[address] = field
		if c.TLS.Mode == TLSOff && !loopback(address) {
			r.warn(field, "passwords and keys cross the network unencrypted, because tls.mode is off")
		}
	}
	for i, a := range c.Listen {
		check(fmt.Sprintf("listen[%d]", i), a)
	}
	for i, a := range c.DCMIWSListen {
		check(fmt.Sprintf("dcmiws_listen[%d]", i), a)
	}
	if c.MetricsListen != "" {
		check("metrics_listen", c.MetricsListen)
		if !loopback(c.MetricsListen) {
			r.add("metrics_listen", "must be a loopback address such as 127.0.0.1:9464: it asks for no login; elsewhere operators read /metrics on the other listeners")
		}
	}
	if len(c.Listen) == 0 && len(c.DCMIWSListen) == 0 {
		r.add("listen", "names no address; nobody could reach this program")
	}
	if c.AGIListen != "" {
		if err := checkListen(c.AGIListen); err != nil {
			r.add("agi_listen", "%v", err)
		} else if other, ok := seen[c.AGIListen]; ok && !strings.HasSuffix(c.AGIListen, ":0") {
			r.add("agi_listen", "the same address as %s", other)
		}
	}
	for i := range c.OpenListen {
		o, at := &c.OpenListen[i], fmt.Sprintf("open_listen[%d]", i)
		check(at+".address", o.Address)
		r.networks(at+".networks", o.Networks)
		for j, n := range o.Networks {
			if p, err := parseNetwork(n); err == nil && p.Bits() == 0 {
				r.add(fmt.Sprintf("%s.networks[%d]", at, j), "would let the whole Internet in without a login; name the networks of the programs that need it")
			}
		}
	}
}

// checkListen accepts host:port with an IP address, "localhost" or nothing as
// host, and any port; 0 means a free one.
func checkListen(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("must be an address such as 127.0.0.1:8080")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("the port must be 0 to 65535")
	}
	if host == "" || host == "localhost" {
		return nil
	}
	if _, err := netip.ParseAddr(host); err != nil {
		return fmt.Errorf("must name an IP address of this machine, or localhost, not a host name")
	}
	return nil
}

// loopback reports an address that only this machine can reach.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func (r *report) tls(c *Config) {
	switch c.TLS.Mode {
	case TLSOff, TLSSelf:
		if c.TLS.Cert != "" || c.TLS.Key != "" {
			r.add("tls.mode", "must be files when cert and key are given")
		}
	case TLSFiles:
		if c.TLS.Cert == "" {
			r.add("tls.cert", "is missing; mode files needs cert and key")
		}
		if c.TLS.Key == "" {
			r.add("tls.key", "is missing; mode files needs cert and key")
		}
	default:
		r.add("tls.mode", "must be off, self or files")
	}
}

func (r *report) networks(field string, networks []string) {
	for i, n := range networks {
		if _, err := parseNetwork(n); err != nil {
			r.add(fmt.Sprintf("%s[%d]", field, i), "must be an address or a network such as 10.0.0.0/8")
		}
	}
}

// parseNetwork also takes a single address.
func parseNetwork(s string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(addr.WithZone(""), addr.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	return p.Masked(), nil
}

func parseNetworks(in []string) []netip.Prefix {
	out := make([]netip.Prefix, 0, len(in))
	for _, s := range in {
		if p, err := parseNetwork(s); err == nil {
			out = append(out, p)
		}
	}
	return out
}

func (r *report) origins(c *Config) {
	for i, o := range c.Origins {
		u, err := url.Parse(o)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" ||
			strings.ToLower(u.Scheme+"://"+u.Host) != o || strings.Contains(o, "*") {
			r.add(fmt.Sprintf("origins[%d]", i), "must be what browsers send, such as https://crm.example.com: lower case, no path, no wildcard")
		}
	}
}

func (r *report) publicURL(c *Config) {
	if c.PublicURL == "" && c.Relay.Configured() {
		c.PublicURL = c.Relay.URL
		return
	}
	if c.PublicURL == "" {
		c.PublicURL = defaultURL(c)
		return
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
		u.RawQuery != "" || u.Fragment != "" {
		r.add("public_url", "must be a URL such as https://pbx.example.com, without a login, query or fragment")
		return
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
}

func defaultURL(c *Config) string {
	scheme, address := "http", "127.0.0.1:8080"
	if c.TLS.Mode != TLSOff {
		scheme = "https"
	}
	if len(c.Listen) > 0 {
		address = c.Listen[0]
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	if ip, err := netip.ParseAddr(host); host == "" || (err == nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

func (r *report) storage(c *Config) {
	if c.DataDir == "" {
		r.add("data_dir", "is empty; name a folder for the database and keys")
	}
	db := c.Database.Reveal()
	if db == "sqlite" {
		return
	}
	if u, err := url.Parse(db); err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || u.Host == "" {
		r.add("database", "must be sqlite or a URL such as postgres://user@host/name")
	}
}

func (r *report) limits(c *Config) {
	if !slices.Contains(Capacities, c.Capacity) {
		r.add("capacity", "must be dipcast-50, dipcast-100 or none")
	}
	if c.Hub.Bytes < 1<<20 {
		r.add("hub.bytes", "must be at least 1048576 (1 MiB)")
	}
	if c.Hub.Age < time.Second || c.Hub.Age > time.Hour {
		r.add("hub.age", "must be 1s to 1h")
	}
	if c.Rate.PerSecond < 1 || c.Rate.PerSecond > 1_000_000 {
		r.add("rate.per_second", "must be 1 to 1000000")
	}
	if c.Rate.Burst < 1 || c.Rate.Burst > 1_000_000 {
		r.add("rate.burst", "must be 1 to 1000000")
	}
}

func (r *report) guard(g *Guard) {
	if g.Failures < 0 || g.Failures > 1000 {
		r.add("guard.failures", "must be 1 to 1000, or 0 to ban nobody")
	}
	if g.Window < time.Second || g.Window > 24*time.Hour {
		r.add("guard.window", "must be 1s to 24h")
	}
	if g.Ban < time.Second || g.Ban > 7*24*time.Hour {
		r.add("guard.ban", "must be 1s to 168h")
	}
	if g.Longest < g.Ban || g.Longest > 7*24*time.Hour {
		r.add("guard.longest", "must be at least guard.ban, and at most 168h")
	}
	for i, n := range g.Allow {
		if _, err := parseNetwork(n); err != nil {
			r.add(fmt.Sprintf("guard.allow[%d]", i), "%v", err)
		}
	}
	for i, n := range g.Push {
		if p, err := parseNetwork(n); err != nil {
			r.add(fmt.Sprintf("guard.push[%d]", i), "%v", err)
		} else if p.Bits() < 8 {
			r.add(fmt.Sprintf("guard.push[%d]", i), "would keep nobody out who guesses; name the push service's own networks")
		}
	}
}

func (r *report) operatorCommands(c *Config) {
	for i, cmd := range c.OperatorCommands {
		if cmd == "" || strings.TrimSpace(cmd) != cmd || strings.ContainsAny(cmd, "\r\n\x00") {
			r.add(fmt.Sprintf("operator_commands[%d]", i), "must be one command without blanks around it")
		}
	}
}
