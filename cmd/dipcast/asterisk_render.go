package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/asteriskconf"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/company"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/dialplan"
	"github.com/dipcast/dipcast/internal/serverconf"
	"github.com/dipcast/dipcast/internal/store"
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
			"made once and kept: a later run finds them and changes none. What was described by commands,\n" +
			"REST or an import (dipcast tenant, extension, did, …) is not in dipcast.yaml and so not in\n" +
			"these files: `dipcast apply` writes it, to servers that have pbx in dipcast.yaml.\n\n" +
			"dipcast.yaml에서 Asterisk 한 대의 설정 파일을 만듭니다. 전화기 비밀번호는 한 번 만들어 보관합니다.\n" +
			"명령이나 REST로 설명한 회사 설정은 들어가지 않습니다. 그것은 dipcast apply로 적용합니다.",
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
	cfg, err := loadConfig(f.config)
	if err != nil {
		return err
	}
	server, err := pickServer(cfg, f.config, f.server)
	if err != nil {
		return err
	}
	if err := f.settle(c, server); err != nil {
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
	if _, err := os.Stat(filepath.Join(cfg.DataDir, store.FileName)); err == nil {
		fmt.Fprintln(out, inLang(l, "주의: 데이터베이스에 설명된 회사 설정은 이 파일들에 없습니다. pbx를 설정한 서버에는 dipcast apply로 적용합니다.",
			"Note: what the database describes of companies is not in these files. dipcast apply writes it, to servers with pbx."))
	}
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

// pickServer gives the server with an id, or the only one when it is 0.
func pickServer(cfg *config.Config, path string, id int) (*config.Server, error) {
	switch s := cfg.Server(id); {
	case s != nil:
		return s, nil
	case id != 0:
		return nil, fmt.Errorf("server: %s has no server %d", path, id)
	case len(cfg.Servers) == 1:
		return &cfg.Servers[0], nil
	}
	return nil, fmt.Errorf("server: %s has %d servers; name one with --server", path, len(cfg.Servers))
}

// input is the server as package asteriskconf takes it.
func (f *renderFlags) input(ctx context.Context, cfg *config.Config, s *config.Server, secrets *secretFile) (in asteriskconf.Input, err error) {
	dirs, err := f.dirs(ctx, &s.PBX)
	if err != nil {
		return in, err
	}
	if in, err = serverconf.Input(cfg, s, dirs, serverconf.Description{}); err != nil {
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

// settle lays the flags that were given over what the configuration says of how
// the server is run.
func (f *renderFlags) settle(c *cobra.Command, s *config.Server) error {
	p := &s.PBX
	given := func(flag string, missing bool) bool { return missing || c.Flags().Changed(flag) }
	if given("version", p.Version == 0) {
		p.Version = f.version
	}
	if given("tree", false) {
		p.Tree = f.tree
	}
	if given("sip", p.SIP == "") {
		p.SIP = f.sip
	}
	if given("rtp", p.RTP == "") {
		p.RTP = f.rtp
	}
	if given("agi", false) {
		p.AGI = f.agi
	}
	if given("permit", false) {
		p.Permit = f.permit
	}
	for _, n := range p.Permit {
		if _, err := netip.ParsePrefix(n); err != nil {
			if _, err := netip.ParseAddr(n); err != nil {
				return fmt.Errorf("permit %q: give a network such as 10.0.0.0/8, or an address", n)
			}
		}
	}
	return nil
}

// dirs finds the folders of the Asterisk the files are for.
func (f *renderFlags) dirs(ctx context.Context, p *config.PBX) (asteriskconf.Dirs, error) {
	d := asteriskconf.Dirs{Base: f.base, Modules: f.modules, Data: f.data}
	if d.Base == "" {
		d.Base = f.out
	}
	if d.Modules != "" && d.Data != "" {
		return d, nil
	}
	tree, err := serverconf.OpenTree(ctx, p, environ())
	if err != nil {
		return d, fmt.Errorf("%w; name one with --tree, or its folders with --modules and --data", err)
	}
	found := serverconf.Dirs(tree)
	if d.Modules == "" {
		d.Modules = found.Modules
	}
	if d.Data == "" {
		d.Data = found.Data
	}
	return d, nil
}
