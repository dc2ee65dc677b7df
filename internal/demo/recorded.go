package demo

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/dipcast/dipcast/ami/amitest"
)

// recordings are what a server of this demo sent in about a minute of its own
// traffic, one file for each server, as package amitest reads them.
//
//go:embed recorded/*.txt.gz
var recordings embed.FS

// startRecorded starts players in place of Asterisks. They answer actions, keep
// an AstDB, and play the recorded calls again and again.
func (d *Demo) startRecorded() error {
	d.recorded = true
	for i := range d.plan.servers {
		p := &d.plan.servers[i]
		tape, err := loadTape(p.id)
		if err != nil {
			return err
		}
		s := amitest.New(amitest.Options{
			Version: strconv.Itoa(int(d.o.Asterisk)),
			Users: []amitest.User{
				{Name: p.users.Events.Name, Secret: p.users.Events.Secret},
				{Name: p.users.Calls.Name, Secret: p.users.Calls.Secret},
				{Name: p.users.Database.Name, Secret: p.users.Database.Secret},
			},
		})
		if err := s.Listen(hostPort(p.ami)); err != nil {
			return fmt.Errorf("server %d: %w", p.id, err)
		}
		furnish(s, p.id)
		player := &player{plan: p, server: s, tape: tape, lang: d.o.Lang, pause: d.o.Quiet, speed: cmp.Or(d.o.speed, 1)}
		d.backends[p.id] = player
		d.onClose(player.close)
	}
	return nil
}

// furnish gives a server the phones of its companies.
func furnish(s *amitest.Server, id int) {
	s.Update(func(w *amitest.World) {
		for i := range companies {
			c := &companies[i]
			if !c.on(id) {
				continue
			}
			for _, e := range c.extensions {
				name := endpoint(c, e.number)
				w.Devices = append(w.Devices, amitest.Device{Name: "PJSIP/" + name, State: "NOT_INUSE"})
				w.Endpoints = append(w.Endpoints, amitest.Endpoint{Name: name, Aor: name, Auths: name, State: "Not in use"})
			}
		}
	})
}

// player stands for one Asterisk.
type player struct {
	plan   *serverPlan
	server *amitest.Server
	tape   *tape
	lang   Lang
	pause  bool // play nothing
	speed  float64
}

func (p *player) stop() {
	p.server.Refuse(true)
	p.server.Shutdown()
}

func (p *player) start(context.Context) error {
	p.server.Refuse(false)
	return nil
}

func (p *player) close() { p.server.Close() }

var textTape = say{"녹화된 통화", "recorded calls"}

func (p *player) describe() (what, where string) {
	return textTape.in(p.lang), "AMI " + hostPort(p.plan.ami)
}

// callLasts is how long a call that a client asked for goes on.
const callLasts = 8 * time.Second

// supervise plays the tape until ctx ends, and hangs up what clients started.
func (p *player) supervise(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	if !p.pause {
		wg.Go(func() {
			for n := 0; wait(ctx, time.Second); n++ {
				_ = p.server.Play(ctx, p.tape.at(time.Now(), n), amitest.PlayOptions{Speed: p.speed}) // it ends with ctx only
			}
		})
	}
	for wait(ctx, time.Second) {
		var over []string
		p.server.Update(func(w *amitest.World) {
			for name, ch := range w.Channels {
				if time.Since(ch.Since) > callLasts {
					over = append(over, name)
				}
			}
		})
		for _, name := range over {
			p.server.HangUp(name) // of a pair the second is gone by then
		}
	}
}
