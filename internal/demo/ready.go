package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/dipcast/dipcast/internal/sipphone"
)

// ready waits until the gateway says it is, every server is linked, and every
// extension has its documented diversions.
func (d *Demo) ready(ctx context.Context) error {
	d.screen.progress(textLinking.in(d.o.Lang), "…")
	err := d.until(ctx, func() error {
		for _, s := range d.app.Pool().Servers() {
			if !s.Up() {
				return fmt.Errorf("server %d is not linked: %s", s.ID(), s.Health().Error)
			}
		}
		return d.readyz(ctx)
	})
	if err != nil {
		return err
	}
	// The gateway does this by itself; a second time changes nothing, and when
	// it is done it is known to be.
	for _, s := range d.app.Pool().Servers() {
		for _, t := range s.Tenants() {
			for _, ext := range t.Extensions {
				if err := s.Provision(ctx, t, ext); err != nil {
					return fmt.Errorf("diversions of %s at server %d: %w", ext, s.ID(), err)
				}
			}
		}
	}
	return nil
}

// until asks again and again until there is no error or ctx ends, which gives
// the last one.
func (d *Demo) until(ctx context.Context, ask func() error) error {
	for {
		err := ask()
		if err == nil {
			return nil
		}
		if !wait(ctx, 50*time.Millisecond) {
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
	}
}

func (d *Demo) readyz(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL()+"/readyz", nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // only its status is wanted
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("/readyz answers %s", res.Status)
	}
	return nil
}

// URL is where the web and REST are, "http://127.0.0.1:8080".
func (d *Demo) URL() string { return "http://" + d.app.Addresses()[0] }

// WebSocketURL is the WebSocket on the web's own port.
func (d *Demo) WebSocketURL() string { return "ws://" + d.app.Addresses()[0] + "/ws" }

// DCMIWSURL is the listener that speaks only the WebSocket protocol.
func (d *Demo) DCMIWSURL() string { return "ws://" + d.app.Addresses()[1] }

// Dir is the demo's folder. The files of server 1 are in 1, of server 2 in 2.
func (d *Demo) Dir() string { return d.dir.path }

// Recorded reports that calls are recorded ones, and why: nil when that was
// asked for.
func (d *Demo) Recorded() (bool, error) { return d.recorded, d.why }

// Phone returns the phone of a tenant's extension at its home server, nil when
// there is none.
func (d *Demo) Phone(tenant int, ext string) *sipphone.Phone { return d.PhoneAt(tenant, ext, 1) }

// PhoneAt returns the phone of a tenant's extension at one server, nil when
// there is none.
func (d *Demo) PhoneAt(tenant int, ext string, server int) *sipphone.Phone {
	return d.phones[phoneKey{tenant, ext, server}]
}

// Network returns the telephone network, nil when calls are recorded.
func (d *Demo) Network() *sipphone.Network { return d.network }

// SIPAddress is where a server takes calls from the network, for CallOptions.
func (d *Demo) SIPAddress(server int) string { return hostPort(d.plan.servers[server-1].sip) }

// errNoServer reports an id that no server has.
var errNoServer = errors.New("there is no such server")

// StopAsterisk stops a server in an orderly way. It stays away until
// StartAsterisk.
func (d *Demo) StopAsterisk(id int) error {
	b := d.backends[id]
	if b == nil {
		return errNoServer
	}
	b.stop()
	return nil
}

// StartAsterisk starts a server that was stopped, and returns when it is fully
// booted. The gateway's links come back by themselves.
func (d *Demo) StartAsterisk(ctx context.Context, id int) error {
	b := d.backends[id]
	if b == nil {
		return errNoServer
	}
	return b.start(ctx)
}
