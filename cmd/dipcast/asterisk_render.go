package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dialplan"
)

// renderFlags are what the files of a server need beside our configuration.
type renderFlags struct {
	config, out   string
	server        int
	version       int
	base          string
	tree          string
	modules, data string
	sip, rtp      string
	trunks        []string
	permit        []string
	agi           string
	secrets       string
	ring          int
	lang          string
}

func renderCommand() *cobra.Command {
	var f renderFlags
	c := &cobra.Command{
		Use: "render", Short: "Write the files of a configured server: phones, trunks, AMI users, dialplan", Args: cobra.NoArgs,
		Long: "Write the configuration files of one Asterisk from dipcast.yaml. Phones' passwords are\n" +
			"made once and kept: a later run finds them and changes none.\n\n" +
			"dipcast.yaml에서 Asterisk 한 대의 설정 파일을 만듭니다. 전화기 비밀번호는 한 번 만들어 보관합니다.",
		Example: "  dipcast asterisk render --server 1 --out /etc/dipcast/asterisk-1 --trunk 203.0.113.7:5060\n" +
			"  asterisk -C /etc/dipcast/asterisk-1/etc/asterisk.conf -f\n" +
			"  dipcast asterisk doctor --server 1",
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	configFlag(c, &f.config)
	fl := c.Flags()
	fl.StringVar(&f.out, "out", "", "folder to write to; files go below its etc (required)")
	fl.IntVar(&f.server, "server", 0, "id of the server (default: the only one)")
	fl.IntVar(&f.version, "version", int(asteriskproc.Asterisk22), "the files are for Asterisk 22 or 16")
	fl.StringVar(&f.base, "base", "", "where the folder will be on the server (default: --out)")
	fl.StringVar(&f.tree, "tree", "", "the Asterisk it is for: an unpacked folder, or / for an installed one (default: "+asteriskproc.EnvRoot+", the unpacked one, /)")
	fl.StringVar(&f.modules, "modules", "", "folder of its modules (default: that of --tree)")
	fl.StringVar(&f.data, "data", "", "folder of its sounds and documents (default: that of --tree)")
	fl.StringVar(&f.sip, "sip", "0.0.0.0:5060", "address and UDP port for phones and trunks")
	fl.StringVar(&f.rtp, "rtp", "10000-20000", "UDP ports for speech")
	fl.StringArrayVar(&f.trunks, "trunk", nil, "IP address and port of a line to the telephone network; repeat it for more, tried in order")
	fl.StringArrayVar(&f.permit, "permit", nil, "network that DIPCAST logs in to AMI from; needed when it is another machine")
	fl.StringVar(&f.agi, "agi", "", "IP address and port where this server reaches agi_listen, to ask whether calls may go out (default: agi_listen, when that is an address the server can reach); off does not ask")
	fl.StringVar(&f.secrets, "secrets", "", "file with the phones' passwords (default: sip-secrets.txt in --out); share it between servers of the same phones")
	fl.IntVar(&f.ring, "ring-seconds", 30, "how long a phone rings before the call is missed or diverted")
	langFlag(c, &f.lang)
	_ = c.MarkFlagRequired("out") // there is such a flag
	return c
}

func (f *renderFlags) run(c *cobra.Command) error {
	l, err := chooseLang(f.lang)
	if err != nil {
		return err
	}
	cfg, err := config.Load(f.config, environ())
	if err != nil {
		return err
	}
	server, err := f.pickServer(cfg)
	if err != nil {
		return err
	}
	if f.out, err = filepath.Abs(f.out); err != nil {
		return fmt.Errorf("out: %w", err)
	}
	secrets, err := openSecrets(f.secretsFile())
	if err != nil {
		return err
	}
	in, err := f.input(c.Context(), cfg, server, secrets)
	if err != nil {
		return err
	}
	files, err := asteriskconf.Render(in)
	if err != nil {
		return err
	}
	// The secrets first: files with secrets that are lost would be of no use.
	if err := secrets.save(); err != nil {
		return err
	}
	if err := asteriskproc.WriteFiles(f.out, files); err != nil {
		return err
	}
	if _, err := asteriskproc.WriteMissing(f.out, asteriskconf.Custom(files)); err != nil {
		return err
	}
	for _, folder := range []string{"var", "spool", "run", "log/cdr-csv"} { // Asterisk makes none itself
		if err := os.MkdirAll(filepath.Join(f.out, folder), 0o750); err != nil {
			return err
		}
	}
	out := c.OutOrStdout()
	fmt.Fprintln(out, inLang(l, "%s: 파일 %d개를 썼습니다.", "%s: %d files written.", filepath.Join(f.out, "etc"), len(files)))
	fmt.Fprintln(out, inLang(l, "전화기 비밀번호: %s (새로 만든 것 %d개)", "Phones' passwords: %s (%d new)", f.secretsFile(), secrets.added))
	if server.TLS {
		fmt.Fprintln(out, inLang(l, "주의: AMI의 TLS 인증서는 만들지 않습니다. manager.conf에 tlsenable, tlscertfile을 직접 넣으세요.",
			"Note: no certificate is made for AMI. Put tlsenable and tlscertfile into manager.conf yourself."))
	}
	fmt.Fprintln(out, inLang(l, "실행: asterisk -C %s -f\n점검: dipcast asterisk doctor --config %s --server %d",
		"Run:   asterisk -C %s -f\nCheck: dipcast asterisk doctor --config %s --server %d",
		filepath.Join(in.Dirs.Base, "etc", "asterisk.conf"), f.config, server.ID))
	return nil
}

func (f *renderFlags) secretsFile() string {
	if f.secrets == "" {
		return filepath.Join(f.out, "sip-secrets.txt")
	}
	return f.secrets
}

func (f *renderFlags) pickServer(cfg *config.Config) (*config.Server, error) {
	switch s := cfg.Server(f.server); {
	case s != nil:
		return s, nil
	case f.server != 0:
		return nil, fmt.Errorf("server: %s has no server %d", f.config, f.server)
	case len(cfg.Servers) == 1:
		return &cfg.Servers[0], nil
	}
	return nil, fmt.Errorf("server: %s has %d servers; name one with --server", f.config, len(cfg.Servers))
}

// input is the server as package asteriskconf takes it.
func (f *renderFlags) input(ctx context.Context, cfg *config.Config, s *config.Server, secrets *secretFile) (in asteriskconf.Input, err error) {
	in.Version = f.version
	if in.Dirs, err = f.dirs(ctx); err != nil {
		return in, err
	}
	if in.AMI, err = f.ami(cfg, s); err != nil {
		return in, err
	}
	if in.SIP, err = f.sipPorts(); err != nil {
		return in, err
	}
	if in.AGI, err = f.askAt(cfg, s); err != nil {
		return in, err
	}
	for i, t := range f.trunks {
		a, err := netip.ParseAddrPort(t)
		if err != nil {
			return in, fmt.Errorf("trunk %q: give an IP address and a port, such as 203.0.113.7:5060", t)
		}
		in.Trunks = append(in.Trunks, company.Trunk{ID: i + 1, Host: a.Addr().String(), Port: int(a.Port())})
	}
	for i := range cfg.Tenants {
		t := cfg.Tenants[i].Domain()
		if !t.HasServer(s.ID) {
			continue
		}
		rendered := company.Company{
			ID: t.ID.Hex(), Number: t.Number, Main: t.Main, Name: string(t.Name), DIDs: company.DIDs(t.DIDs), Numbers: t.Numbers,
			Lines: cfg.Tenants[i].Lines,
		}
		for _, ext := range t.Extensions {
			rendered.Extensions = append(rendered.Extensions, company.Extension{
				Number: ext, Devices: company.Phone(secrets.get(dialplan.Endpoint(t.Prefix(), ext))), RingSeconds: f.ring,
			})
		}
		in.Companies = append(in.Companies, rendered)
	}
	return in, nil
}

// dirs finds the folders of the Asterisk the files are for.
func (f *renderFlags) dirs(ctx context.Context) (asteriskconf.Dirs, error) {
	d := asteriskconf.Dirs{Base: f.base, Modules: f.modules, Data: f.data}
	if d.Base == "" {
		d.Base = f.out
	}
	if d.Modules != "" && d.Data != "" {
		return d, nil
	}
	tree, err := f.openTree(ctx)
	if err != nil {
		return d, fmt.Errorf("%w; name one with --tree, or its folders with --modules and --data", err)
	}
	if d.Modules == "" {
		d.Modules = tree.ModulesDir()
	}
	if d.Data == "" {
		d.Data = tree.DataDir()
	}
	return d, nil
}

func (f *renderFlags) openTree(ctx context.Context) (*asteriskproc.Tree, error) {
	if f.tree != "" {
		return asteriskproc.OpenTree(ctx, f.tree)
	}
	var roots []string
	for _, e := range environ() {
		name, value, _ := strings.Cut(e, "=")
		if want := map[int]string{16: asteriskproc.EnvRoot16}[f.version]; value != "" && (name == want || want == "" && name == asteriskproc.EnvRoot) {
			roots = append(roots, value)
		}
	}
	if dir, err := asteriskproc.DefaultDir(); err == nil {
		roots = append(roots, filepath.Join(dir, strconv.Itoa(f.version)))
	}
	var failed error
	for _, root := range append(roots, "/") {
		tree, err := asteriskproc.OpenTree(ctx, root)
		if err == nil {
			return tree, nil
		}
		failed = err
	}
	return nil, failed
}

// ami is where AMI listens: the address that our configuration connects to.
func (f *renderFlags) ami(cfg *config.Config, s *config.Server) (asteriskconf.AMI, error) {
	host, port, err := net.SplitHostPort(s.Address)
	if err != nil {
		return asteriskconf.AMI{}, fmt.Errorf("address of server %d: %w", s.ID, err)
	}
	a := asteriskconf.AMI{Address: "0.0.0.0"}
	if a.Port, err = strconv.Atoi(port); err != nil {
		return a, fmt.Errorf("address of server %d: %w", s.ID, err)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	if err == nil {
		a.Address = ip.String()
	}
	for _, p := range f.permit {
		network, err := netip.ParsePrefix(p)
		if one, e := netip.ParseAddr(p); e == nil {
			network, err = netip.PrefixFrom(one, one.BitLen()), nil
		}
		if err != nil {
			return a, fmt.Errorf("permit %q: give a network such as 10.0.0.0/8, or an address", p)
		}
		a.Permit = append(a.Permit, network)
	}
	if !ip.IsLoopback() && len(a.Permit) == 0 {
		return a, fmt.Errorf("server %d is at %s: name the network that DIPCAST connects from with --permit", s.ID, s.Address)
	}
	a.Users, err = amiUsers(cfg, s)
	return a, err
}

// askAt is where the dialplan asks us. A server elsewhere cannot reach a
// listener on loopback, and needs to be told which of our addresses it can.
func (f *renderFlags) askAt(cfg *config.Config, s *config.Server) (asteriskconf.AGI, error) {
	at := f.agi
	switch {
	case at == "off", at == "" && cfg.AGIListen == "":
		return asteriskconf.AGI{}, nil
	case at == "":
		at = strings.Replace(cfg.AGIListen, "localhost:", "127.0.0.1:", 1)
	}
	a, err := netip.ParseAddrPort(at)
	switch {
	case err != nil && f.agi != "":
		return asteriskconf.AGI{}, fmt.Errorf("agi %q: give an IP address and a port, such as 10.0.0.2:4573, or off", f.agi)
	case f.agi != "":
	case err != nil || a.Addr().IsUnspecified(), a.Addr().IsLoopback() && !serverIsHere(s):
		return asteriskconf.AGI{}, fmt.Errorf("server %d cannot reach agi_listen %q as it stands: name our address with --agi, or do not ask with --agi off", s.ID, cfg.AGIListen)
	}
	return asteriskconf.AGI{Address: a.String(), Server: s.ID}, nil
}

// serverIsHere reports whether a server is on this machine.
func serverIsHere(s *config.Server) bool {
	host, _, err := net.SplitHostPort(s.Address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// errUsers reports AMI users that cannot be told apart.
var errUsers = errors.New("AMI users")

func amiUsers(cfg *config.Config, s *config.Server) (asteriskconf.Users, error) {
	user := func(u config.User) asteriskconf.User {
		return asteriskconf.User{Name: u.Username, Secret: u.Secret.Reveal()}
	}
	out := asteriskconf.Users{Commands: len(cfg.Operators) > 0 && len(cfg.OperatorCommands) > 0}
	events, calls, database := user(s.Users.Events), user(s.Users.Calls), user(s.Users.Database)
	switch {
	case events == calls && calls == database:
		out.All = events
	case events.Name == calls.Name, calls.Name == database.Name, events.Name == database.Name:
		return out, fmt.Errorf("%w of server %d: use three for events, calls and database, or one for all", errUsers, s.ID)
	default:
		out.Events, out.Calls, out.Database = events, calls, database
	}
	return out, nil
}

func (f *renderFlags) sipPorts() (asteriskconf.SIP, error) {
	var out asteriskconf.SIP
	a, err := netip.ParseAddrPort(f.sip)
	if err != nil {
		return out, fmt.Errorf("sip %q: give an IP address and a port, such as 0.0.0.0:5060", f.sip)
	}
	out.Address, out.Port = a.Addr().String(), int(a.Port())
	first, last, _ := strings.Cut(f.rtp, "-")
	if out.RTPFirst, err = strconv.Atoi(first); err == nil {
		out.RTPLast, err = strconv.Atoi(last)
	}
	if err != nil {
		return out, fmt.Errorf("rtp %q: give two ports, such as 10000-20000", f.rtp)
	}
	return out, nil
}
