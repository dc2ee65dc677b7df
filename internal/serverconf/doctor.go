package serverconf

import (
	"maps"
	"slices"

	"github.com/dipcast/dipcast/ami"
	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/tenant"
)

// Doctor is what is expected of a server: its AMI users, and the contexts and numbers
// of those of tenants that it serves.
func Doctor(cfg *config.Config, s *config.Server, tenants []tenant.Tenant) asteriskproc.DoctorOptions {
	user := func(u config.User) asteriskproc.Credentials {
		return asteriskproc.Credentials{Username: u.Username, Secret: u.Secret.Reveal()}
	}
	o := asteriskproc.DoctorOptions{
		Address: s.Address, Auth: s.Auth,
		Events: user(s.Users.Events), Calls: user(s.Users.Calls), Database: user(s.Users.Database),
		Commands: len(cfg.Operators) > 0 && len(cfg.OperatorCommands) > 0,
		Asks:     cfg.AGIListen != "",
	}
	if s.TLS {
		o.TLS = &ami.TLSOptions{CAFile: s.CAFile, InsecureSkipVerify: s.InsecureSkipVerify}
	}
	for i := range tenants {
		t := &tenants[i]
		if !t.HasServer(s.ID) {
			continue
		}
		d := asteriskproc.DoctorTenant{Prefix: t.Prefix()}
		if t.Home() == s.ID { // that is where its lines are
			d.DIDs = slices.Sorted(maps.Keys(t.DIDs))
		}
		o.Tenants = append(o.Tenants, d)
	}
	return o
}
