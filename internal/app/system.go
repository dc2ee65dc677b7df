package app

import (
	"cmp"
	"context"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dipcast/dipcast/internal/certs"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/datadir"
	"github.com/dipcast/dipcast/internal/rest"
)

// system is the App as operators see it: a rest.System.
type system struct{ a *App }

// System implements rest.System.
func (s system) System(ctx context.Context) rest.SystemView {
	a := s.a
	c := a.o.Config
	v := rest.SystemView{
		Version: a.o.Version, GoVersion: runtime.Version(), OS: runtime.GOOS + "/" + runtime.GOARCH,
		StartedAt: a.started.UTC().Truncate(time.Millisecond), Now: time.Now().UTC().Truncate(time.Millisecond),
		PublicURL: strings.TrimSuffix(c.PublicURL, "/"), Goroutines: runtime.NumGoroutine(), CPUs: runtime.NumCPU(),
		Listeners: a.listening(), Certificate: a.certificateView(), Asterisk: a.asterisks(ctx),
	}
	if f, err := a.store.Facts(ctx); err != nil {
		a.log.Error("database not looked at", "error", err)
		v.Database = rest.SystemDatabase{Kind: cmp.Or(f.Kind, "sqlite"), Error: "the database does not answer"}
	} else {
		v.Database = rest.SystemDatabase{Kind: f.Kind, Version: f.Version, Schema: f.Schema, Bytes: f.Bytes}
	}
	v.DataDir.Path = c.DataDir
	if abs, err := filepath.Abs(c.DataDir); err == nil {
		v.DataDir.Path = abs
	}
	// 0 where it cannot be asked.
	v.DataDir.Free, _ = datadir.Free(c.DataDir)
	v.DataDir.Total, _ = datadir.Total(c.DataDir)
	if _, _, ok := c.Backups.At(); ok && v.Database.Kind == "sqlite" {
		v.Backups = &rest.SystemBackups{Daily: c.Backups.Daily, Keep: c.Backups.Keep}
	}
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/total:bytes"}}
	metrics.Read(samples)
	v.Memory = rest.SystemMemory{Heap: samples[0].Value.Uint64(), Total: samples[1].Value.Uint64()}
	return v
}

// asterisks asks all servers that are up side by side which they are.
func (a *App) asterisks(ctx context.Context) []rest.SystemAsterisk {
	servers := a.pool.Servers()
	out := make([]rest.SystemAsterisk, len(servers))
	var wg sync.WaitGroup
	for i, s := range servers {
		out[i] = rest.SystemAsterisk{ServerID: s.ID(), ServerName: s.Name(), Up: s.Up()}
		if h, err := a.host(s.ID()); err == nil {
			out[i].Ours, out[i].Runs = true, h.Runs()
		}
		wg.Go(func() { out[i].Version = s.AsteriskVersion(ctx) })
	}
	wg.Wait()
	return out
}

// listening are the addresses as bound, in the order in which they were.
func (a *App) listening() []rest.SystemListener {
	c := a.o.Config
	out := []rest.SystemListener{}
	a.binding.Lock()
	listeners := slices.Clone(a.listeners)
	a.binding.Unlock()
	for i, l := range listeners {
		kind := "open"
		switch {
		case i < len(c.Listen):
			kind = "web"
		case i < len(c.Listen)+len(c.DCMIWSListen):
			kind = "websocket"
		}
		out = append(out, rest.SystemListener{Kind: kind, Address: l.Addr().String(), TLS: a.certs != nil})
	}
	for _, l := range []rest.SystemListener{{Kind: "metrics", Address: a.metricsAddress}, {Kind: "agi", Address: a.agiAddress}} {
		if l.Address != "" {
			out = append(out, l)
		}
	}
	return out
}

func (a *App) certificateView() rest.Certificate {
	v := rest.Certificate{Mode: cmp.Or(a.o.Config.TLS.Mode, config.TLSOff), Source: "none", Names: []string{}}
	if a.certs == nil {
		return v
	}
	i := a.certs.Info()
	v.Source, v.MayChange = "files", false
	if v.Mode == config.TLSSelf {
		v.Source, v.MayChange = "own", true
		if i.Uploaded {
			v.Source = "uploaded"
		}
	}
	v.Subject, v.Issuer, v.Names, v.NotBefore, v.NotAfter = i.Subject, i.Issuer, i.Names, &i.NotBefore, &i.NotAfter
	v.Fingerprint, v.Authority = i.Fingerprint, i.Authority
	return v
}

// PutCertificate implements rest.System.
func (s system) PutCertificate(cert, key []byte) error {
	return s.certificate(func(c *certs.Source) error { return c.Put(cert, key) })
}

// DropCertificate implements rest.System.
func (s system) DropCertificate() error { return s.certificate((*certs.Source).Drop) }

// RemakeCertificate implements rest.System.
func (s system) RemakeCertificate() error { return s.certificate((*certs.Source).Remake) }

func (s system) certificate(change func(*certs.Source) error) error {
	if s.a.certs == nil {
		return certs.ErrMode
	}
	if err := change(s.a.certs); err != nil {
		return err
	}
	s.a.log.Info("another certificate is used now", "fingerprint", s.a.certs.Info().Fingerprint, "until", s.a.certs.Expires())
	return nil
}
